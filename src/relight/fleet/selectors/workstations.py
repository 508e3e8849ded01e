"""Enrolled workstations: the one a browser is, those there are, how many of the admitted ones by place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from relight.fleet.models import LineItem, Workstation
from relight.fleet.rules.workstations import ROLE
from relight.fleet.selectors.policy import words_now
from relight.fleet.types import Stage
from relight.people.api import names_of

_ADMITTED = Q(stage=Stage.ADMITTED.value, quarantined=False, retired=False)
_ADMITTED_ITEM = Q(item__stage=Stage.ADMITTED.value, item__quarantined=False, item__retired=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkstationView:
    """The workstation a browser is. Args: site, service: ids of the hospital's description, empty where unknown.
    previous: the browser still brings the token before the current one. waits: an earlier token is still good."""

    id: UUID
    item: UUID
    name: str
    site: str
    service: str
    turned_at: datetime
    previous: bool = False
    waits: bool = False

    def place(self) -> str:
        """Return service and site in the reader's language; three reads, asked by the frame of a page only."""
        words = words_now(places=True)
        return " · ".join(part for part in (words.service(self.service), words.site(self.site)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """How many workstations of a service at a site are admitted, and how many of these enrolled."""

    site: str
    service: str
    admitted: int
    enrolled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentLine:
    """The enrolment of one item as its page shows it. Args: code_until: when a code that waits ends."""

    enrolled_at: datetime | None
    enrolled_by: str
    seen_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str
    reason: str
    code_until: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it is enrolled now."""
        return self.enrolled_at is not None and self.revoked_at is None


def token_digest(text: str) -> str:
    """Return what is kept of a token or a code."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def workstation_by_token(text: str) -> WorkstationView | None:
    """Return the workstation a token belongs to: enrolled, not revoked, its machine admitted. One read."""
    if not text or len(text) > 200:
        return None
    digest = token_digest(text)
    rows = Workstation.objects.filter(_ADMITTED_ITEM, revoked_at__isnull=True, item__role=ROLE)
    row = rows.filter(Q(digest=digest) | Q(previous=digest)).select_related("item").first()
    if row is None:
        return None
    return WorkstationView(
        id=row.pk,
        item=row.item_id,
        name=row.item.name,
        site=row.item.site,
        service=row.item.service,
        turned_at=row.turned_at,
        previous=row.digest != digest,
        waits=bool(row.previous),
    )


def workstation_query(*, site: str = "", service: str = "", order: tuple[str, ...] = ()) -> QuerySet[Workstation]:
    """List enrolled workstations. Args: site, service: ids to keep, empty for all. order: of `order_by`."""
    rows = Workstation.objects.filter(revoked_at__isnull=True).select_related("item")
    if site:
        rows = rows.filter(item__site=site)
    if service:
        rows = rows.filter(item__service=service)
    return rows.order_by(*(order or ("item__name", "id")))


def workstation_counts(*, site: str = "", service: str = "") -> list[PlaceCount]:
    """Count admitted workstations by site and service, and the enrolled ones among them. One read."""
    items = LineItem.objects.filter(_ADMITTED, role=ROLE)
    if site:
        items = items.filter(site=site)
    if service:
        items = items.filter(service=service)
    live = Count("enrolments", filter=Q(enrolments__revoked_at__isnull=True))
    rows = items.values("site", "service").annotate(admitted=Count("id", distinct=True), enrolled=live)
    return [PlaceCount(**row) for row in rows.order_by("site", "service")]


def enrolment_of(item: LineItem, *, at: datetime) -> EnrolmentLine | None:
    """Return the latest enrolment of a workstation and the code that waits; None for what is no workstation."""
    if item.role != ROLE:
        return None
    row = item.enrolments.first()
    waiting = item.codes.filter(used_at__isnull=True, expires_at__gt=at).first()
    names = names_of({row.enrolled_by, row.revoked_by} - {""}) if row else {}
    return EnrolmentLine(
        enrolled_at=row.enrolled_at if row else None,
        enrolled_by=names.get(row.enrolled_by, "") if row else "",
        seen_at=row.seen_at if row else None,
        revoked_at=row.revoked_at if row else None,
        revoked_by=names.get(row.revoked_by, "") if row else "",
        reason=row.reason if row else "",
        code_until=waiting.expires_at if waiting else None,
    )
