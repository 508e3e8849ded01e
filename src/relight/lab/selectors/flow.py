"""One link as it lives: how it stands, its last messages, how many a minute; a laboratory system, what waits for it.

Owns reading for pages. Refuses content: no patient data stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMinute
from django.urls import reverse
from django.utils.translation import gettext

from relight.lab import errors
from relight.lab.models import Link, Lis, Report
from relight.lab.models import Message as MessageRecord
from relight.lab.rules.standing import STANDING_LOOKS, STANDING_NAMES
from relight.lab.selectors.board import Said, said_of
from relight.lab.selectors.inbox import MessageFilter, MessageRow, message_query, message_row
from relight.lab.selectors.link_list import LinkView, link_view
from relight.lab.selectors.links import lis_settings
from relight.lab.types import RUNG_NAMES, LisSettings, ReportState

MINUTES = 60
LAST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One minute of the chart, in its own units: 60 wide, 40 high."""

    x: int
    y: int
    height: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPage:
    """One link's page. Args: in_hour: messages of the last 60 minutes. most: of one minute of them. messages: the
    last ones, newest first. received: all there ever were."""

    link: LinkView
    look: str
    words: str
    rung: str
    trouble: Said | None
    fell: Said | None
    bars: tuple[Bar, ...]
    in_hour: int
    most: int
    messages: tuple[MessageRow, ...]
    received: int


def flow_page(link: str, *, at: datetime) -> FlowPage:
    """Read one link's page. Raises: MissingError RL-LAB-001. Four queries."""
    found = link_view(link, at=at)
    if found is None:
        raise errors.NO_LINK.error(where=link)
    counts = per_minute(link, at=at)
    return FlowPage(
        link=found,
        look=STANDING_LOOKS[found.standing],
        words=gettext(STANDING_NAMES[found.standing]),
        rung=gettext(RUNG_NAMES[found.rung]),
        trouble=said_of(found.code) if found.code else None,
        fell=said_of(found.fell_because) if found.fell_because else None,
        bars=bars(counts),
        in_hour=sum(counts),
        most=max(counts),
        messages=tuple(message_row(row) for row in message_query(MessageFilter(link=link))[:LAST]),
        received=MessageRecord.objects.filter(link_id=link).count(),
    )


def per_minute(link: str, *, at: datetime) -> list[int]:
    """Count a link's messages of the last 60 minutes, oldest first; the minute that runs is the last."""
    now = at.replace(second=0, microsecond=0)
    since = now - timedelta(minutes=MINUTES - 1)
    rows = (
        MessageRecord.objects.filter(link_id=link, received_at__gte=since)
        .annotate(minute=TruncMinute("received_at"))
        .values_list("minute")
        .annotate(count=Count("seq"))
        .order_by()
    )
    counts = dict(rows)
    return [counts.get(since + timedelta(minutes=minute), 0) for minute in range(MINUTES)]


def bars(counts: Sequence[int], *, height: int = 40) -> tuple[Bar, ...]:
    """Turn counts into bars: the highest fills the chart, one message is always seen."""
    most = max(counts, default=0) or 1
    return tuple(
        Bar(x=place, y=height - tall, height=tall, count=count)
        for place, count in enumerate(counts)
        for tall in [max(1, round(count * height / most)) if count else 0]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LisPage:
    """One laboratory system. Args: waiting: reports for it, oldest: since when the first waits. links: those that
    deliver to it. refused: the last one it refused, with its words."""

    lis: LisSettings
    look: str
    words: str
    connected: bool
    last_ok_at: datetime | None
    failing_since: datetime | None
    trouble: Said | None
    waiting: int
    oldest: datetime | None
    aside: int
    refused: Report | None
    refused_said: Said | None
    links: tuple[tuple[str, str], ...]

    @property
    def href(self) -> str:
        return reverse("lab:lis", args=[self.lis.id])


def lis_page(lis: str) -> LisPage:
    """Read one laboratory system's page. Raises: MissingError RL-LAB-002. Five queries."""
    row = Lis.objects.filter(pk=lis).first()
    if row is None:
        raise errors.NO_LIS.error(where=lis)
    return _lis_page(row)


def lis_pages() -> tuple[LisPage, ...]:
    """Read every laboratory system, for the list."""
    return tuple(_lis_page(row) for row in Lis.objects.order_by("pk"))


def _lis_page(row: Lis) -> LisPage:
    waiting = Report.objects.filter(lis=row, state=ReportState.WAITING.value)
    first = waiting.order_by("message_id", "part").values_list("made_at", flat=True).first()
    aside = Report.objects.filter(lis=row, state=ReportState.REFUSED.value, closed_by="")
    last = aside.order_by("-tried_at").first()
    look, words = _standing(row)
    return LisPage(
        lis=lis_settings(row),
        look=look,
        words=words,
        connected=row.connected,
        last_ok_at=row.last_ok_at,
        failing_since=row.failing_since,
        trouble=said_of(row.last_code) if row.last_code else None,
        waiting=waiting.count(),
        oldest=first,
        aside=aside.count(),
        refused=last,
        refused_said=said_of(last.refused_code) if last else None,
        links=tuple(Link.objects.filter(lis=row).order_by("name").values_list("pk", "name")),
    )


def _standing(row: Lis) -> tuple[str, str]:
    if not row.enabled:
        return "disabled", gettext("paused")
    if row.failing_since:
        return "down", gettext("does not answer")
    return ("up", gettext("answers")) if row.last_ok_at or row.connected else ("waiting", gettext("not tried yet"))
