"""The count that proves that nothing was lost: received = delivered + held + refused + waiting.

Owns the sums, made by one statement, so that they are of one moment. Every term is counted by itself: the
equation is found to hold, not made to. Source: docs/design/lab.md, "Reconciliation".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from relight.lab.models import Link, Message, Report, Result
from relight.lab.types import MessageKind, MessageState

RESULT_KINDS = frozenset({MessageKind.UNREAD, MessageKind.RESULTS, MessageKind.INVALID})
FATES = {
    MessageState.DELIVERED: "delivered",
    MessageState.HELD: "held",
    MessageState.REFUSED: "refused",
    MessageState.WAITING: "waiting",
    MessageState.RECEIVED: "waiting",
}
_TEXT = CharField()
CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What came of one sort of thing. `received` counts all of them, the others by what became of each.

    Args: closed: how many of the refused a person put aside here, with a reason; known of reports and
    values, a message may hold both sorts.
    """

    received: int = 0
    delivered: int = 0
    held: int = 0
    refused: int = 0
    waiting: int = 0
    closed: int = 0

    @property
    def gone_to(self) -> int:
        """How many are accounted for."""
        return self.delivered + self.held + self.refused + self.waiting

    @property
    def balanced(self) -> bool:
        return self.received == self.gone_to

    def document(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCount:
    """The count of one link, or (`link` empty) of all of them.

    Args: messages: those about results; one that is no valid message counts as refused, one not read yet as
    waiting. reports: the results of one sample of one message. results: single values. qc, queries,
    other: messages a patient waits for nothing of. repeats: how often a known message came again.
    """

    link: str
    name: str
    messages: Balance
    reports: Balance
    results: Balance
    qc: int = 0
    queries: int = 0
    other: int = 0
    repeats: int = 0

    @property
    def balanced(self) -> bool:
        return self.messages.balanced and self.reports.balanced and self.results.balanced

    def document(self) -> dict[str, object]:
        apart = {"qc": self.qc, "queries": self.queries, "other": self.other, "repeats": self.repeats}
        parts = {"reports": self.reports.document(), "results": self.results.document()}
        return {**self.messages.document(), **apart, **parts, "balanced": self.balanced}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The count of all links, and of each. `since`, `until`: when messages were received; None: always."""

    since: datetime | None
    until: datetime | None
    total: LinkCount
    links: tuple[LinkCount, ...]

    @property
    def balanced(self) -> bool:
        return self.total.balanced and all(link.balanced for link in self.links)

    def document(self) -> dict[str, object]:
        """Return the one document: the total's keys on top, each link's under `links`."""
        return {
            **self.total.document(),
            "balanced": self.balanced,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "links": [{"id": link.link, "name": link.name, **link.document()} for link in self.links],
        }


def reconcile(*, since: datetime | None = None, until: datetime | None = None, link: str = "") -> Reconciliation:
    """Count what was received and what became of it. Two queries.

    Args: since, until: only messages received from then on, and before. link: only this one.
    """
    names = dict(Link.objects.order_by("pk").values_list("pk", "name"))
    wanted = [link] if link else list(names)
    counts: dict[str, _Sums] = {name: _Sums() for name in wanted}
    for sort, of, kind, state, count, beside in _counted(since, until, link):
        counts.setdefault(of, _Sums()).add(sort, kind, state, count, beside)
    links = tuple(sums.link_count(id, names.get(id, id)) for id, sums in sorted(counts.items()))
    total = _Sums()
    for sums in counts.values():
        total.add_all(sums)
    return Reconciliation(since=since, until=until, total=total.link_count("", ""), links=links)


def _counted(
    since: datetime | None, until: datetime | None, link: str
) -> Iterable[tuple[str, str, str, str, int, int]]:
    """Count messages, reports and values by link and state, in one statement: one moment of the database."""
    messages = Message.objects.filter(_when("", since, until, link))
    reports = Report.objects.filter(_when("message__" if since or until else "", since, until, link))
    values = (
        Result.objects.filter(report=OuterRef("pk")).order_by().values("report").annotate(n=Count("pk")).values("n")
    )
    return _rows(messages, "messages", kind="kind", beside="repeats").union(
        _rows(
            reports.annotate(
                values_in=Subquery(values),
                by_whom=Case(When(closed_by="", then=Value("")), default=Value(CLOSED), output_field=_TEXT),
            ),
            "reports",
            kind="by_whom",
            beside="values_in",
        ),
        all=True,
    )


def _when(path: str, since: datetime | None, until: datetime | None, link: str) -> Q:
    given = {f"{path}received_at__gte": since, f"{path}received_at__lt": until, "link_id": link or None}
    return Q(**{key: value for key, value in given.items() if value is not None})


def _rows(
    found: QuerySet[Any], sort: str, *, beside: str, kind: str = ""
) -> QuerySet[Any, tuple[str, str, str, str, int, int]]:
    """Group rows by link, kind and state under columns of the same names, so that a union may join them.

    Args: beside: what is summed beside the count.
    """
    return (
        found.order_by()
        .annotate(
            c_sort=Value(sort, output_field=_TEXT),
            c_link=Cast("link_id", _TEXT),
            c_kind=Cast(kind, _TEXT) if kind else Value("", output_field=_TEXT),
            c_state=Cast("state", _TEXT),
        )
        .values("c_sort", "c_link", "c_kind", "c_state")
        .annotate(c_count=Count("pk"), c_beside=Coalesce(Sum(beside), 0))
        .values_list("c_sort", "c_link", "c_kind", "c_state", "c_count", "c_beside")
    )


class _Sums:
    """Sums being gathered: one number a sort and fate."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, str], int] = {}

    def add(self, sort: str, kind: str, state: str, count: int, beside: int) -> None:
        if sort == "reports":
            self._fate("reports", state, count)
            self._fate("results", state, beside)
            if kind == CLOSED and state == MessageState.REFUSED.value:
                self._plus(("reports", CLOSED), count)
                self._plus(("results", CLOSED), beside)
            return
        self._plus(("apart", "repeats"), beside)
        if MessageKind(kind) in RESULT_KINDS:
            self._fate("messages", state, count)
        else:
            apart = {MessageKind.QC: "qc", MessageKind.QUERY: "queries"}.get(MessageKind(kind), "other")
            self._plus(("apart", apart), count)

    def _fate(self, sort: str, state: str, count: int) -> None:
        self._plus((sort, "received"), count)
        fate = FATES.get(MessageState(state))
        if fate:
            self._plus((sort, fate), count)

    def add_all(self, other: _Sums) -> None:
        for key, count in other.numbers.items():
            self._plus(key, count)

    def _plus(self, key: tuple[str, str], count: int) -> None:
        self.numbers[key] = self.numbers.get(key, 0) + count

    def link_count(self, link: str, name: str) -> LinkCount:
        def balance(sort: str) -> Balance:
            fates = ("received", *FATES.values(), CLOSED)
            return Balance(**{fate: self.numbers.get((sort, fate), 0) for fate in fates})

        apart = {word: self.numbers.get(("apart", word), 0) for word in ("qc", "queries", "other", "repeats")}
        return LinkCount(
            link=link,
            name=name,
            messages=balance("messages"),
            reports=balance("reports"),
            results=balance("results"),
            **apart,
        )
