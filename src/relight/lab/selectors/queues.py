"""What waits for a person: held reports by reason, reports the laboratory system refused, one report to decide.

Owns reading for the pages. Refuses to name a patient in a list: samples stand there, names on the page of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext

from relight.kernel.errors import N_
from relight.lab import errors
from relight.lab.models import Report, Result
from relight.lab.rules.matching import detail_said, plain
from relight.lab.rules.queues import CLOSE_NAMES, CloseReason, Decision, Place, decisions_from, may_decide
from relight.lab.selectors.board import Said, said, said_of
from relight.lab.selectors.orders import OrderView, order_of_sample, orders_by_ids
from relight.lab.selectors.qc import qc_out_codes
from relight.lab.types import HOLD_NAMES, HoldReason, ReportState, Rung
from relight.record.api import catalogue_now
from relight.ui.api import Column

COLUMNS: tuple[Column, ...] = (
    Column(key="at", label=N_("Since"), sort=("message_id", "part"), always=True, value=lambda row: row.made_at),
    Column(key="link", label=N_("Link"), sort=("link_id", "message_id"), value=lambda row: row.link),
    Column(key="sample", label=N_("Sample"), sort=("sample", "message_id"), value=lambda row: row.sample),
    Column(key="tests", label=N_("Tests"), value=lambda row: row.tests),
    Column(key="why", label=N_("Why"), sort=("hold", "refused_code", "message_id"), value=lambda row: row.why),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reports of one link that wait for one reason. Args: key: the reason, or the code of the refusal."""

    link: str
    link_name: str
    key: str
    words: str
    count: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One report of a queue."""

    id: UUID
    made_at: datetime
    link: str
    sample: str
    tests: str
    why: str
    detail: str

    @property
    def href(self) -> str:
        return reverse("lab:decide", args=[self.id])


def queue_query(state: ReportState, *, link: str = "", key: str = "", closed: bool = False) -> QuerySet[Report]:
    """Return the reports of a queue.

    Args: key: a hold reason, or a code of a refusal. closed: those a person put aside.
    """
    found = Report.objects.filter(state=state.value)
    found = found.exclude(closed_by="") if closed else found.filter(closed_by="")
    condition = Q()
    if link:
        condition &= Q(link_id=link)
    if key:
        condition &= Q(hold=key) if state is ReportState.HELD else Q(refused_code=key)
    return found.filter(condition).select_related("link").prefetch_related("results")


def queue_groups(state: ReportState) -> tuple[Group, ...]:
    """Count what waits, by link and reason, the oldest first. One query."""
    key = "hold" if state is ReportState.HELD else "refused_code"
    rows = (
        Report.objects.filter(state=state.value, closed_by="")
        .values("link_id", "link__name", key)
        .annotate(count=Count("id"), since=Min("made_at"))
        .order_by("since")
    )
    return tuple(
        Group(
            link=row["link_id"],
            link_name=row["link__name"],
            key=row[key],
            words=_why(state, row[key]),
            count=row["count"],
            since=row["since"],
        )
        for row in rows
    )


def queue_row(row: Report) -> QueueRow:
    """Turn a report into what a queue shows."""
    key = row.hold if row.state == ReportState.HELD.value else row.refused_code
    return QueueRow(
        id=row.pk,
        made_at=row.made_at,
        link=row.link.name,
        sample=row.sample,
        tests=", ".join(test_name(result) for result in row.results.all()),
        why=closed_words(row) if row.closed_by else _why(ReportState(row.state), key),
        detail=detail_said(row.hold_detail, gettext) if row.state == ReportState.HELD.value else "",
    )


def test_name(result: Result) -> str:
    """Name a test in the reader's language; the analyzer's code where nobody mapped it."""
    language = (get_language() or "en")[:2]
    return catalogue_now().name(result.loinc, language=language, otherwise=result.name or result.code)


def closed_words(row: Report) -> str:
    """Say why a report was closed: the reason that was chosen, and the words beside it."""
    why, _, text = row.refused_text.partition(": ")
    name = gettext(CLOSE_NAMES[CloseReason(why)]) if why in {one.value for one in CloseReason} else why
    return f"{name}: {text}" if text else name


def _why(state: ReportState, key: str) -> str:
    if state is ReportState.HELD:
        return gettext(HOLD_NAMES[HoldReason(key)])
    found = said_of(key)
    return found.message if found else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One decision as the page offers it. Args: refusal: why it is not possible now."""

    decision: Decision
    refusal: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSide:
    """A patient as one side of the comparison says: label to value."""

    family: str = ""
    given: str = ""
    birth_date: str = ""
    sex: str = ""
    ids: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidePage:
    """One report to decide about. Args: said: the patient as the analyzer named them. order: the one that was
    chosen, or that it is matched with. unknown: codes with units nobody told what they mean."""

    row: Report
    place: Place
    why: str
    refused: Said | None
    results: tuple[Result, ...]
    said: PatientSide
    order: OrderView | None
    opens: Mapping[str, Open]
    unknown: tuple[tuple[str, str], ...]

    @property
    def detail(self) -> str:
        """What exactly stands in the way: the code, the unit, the fields that differ."""
        return detail_said(self.row.hold_detail, gettext)

    @property
    def going(self) -> Open | None:
        """The one act by which these results go on, or stand again where they stood."""
        ways = (Decision.RELEASE, Decision.REPLAY, Decision.REOPEN)
        return next((self.opens[one.value] for one in ways if one.value in self.opens), None)

    @property
    def differing(self) -> frozenset[str]:
        """Name the fields in which both sides say something, and not the same."""
        other = self.ordered
        if other is None:
            return frozenset()
        pairs = {name: (getattr(self.said, name), getattr(other, name)) for name in ("family", "given", "sex")}
        pairs["birth_date"] = (self.said.birth_date.replace("-", "")[:8], other.birth_date.replace("-", ""))
        found = {name for name, (one, two) in pairs.items() if one and two and plain(one) != plain(two)}
        ids = self.said.ids, other.ids
        if all(ids) and not set(ids[0].split(", ")) & set(ids[1].split(", ")):
            found.add("ids")
        return frozenset(found)

    @property
    def ordered(self) -> PatientSide | None:
        """The patient of the order."""
        if self.order is None:
            return None
        birth = self.order.birth_date
        return PatientSide(
            family=self.order.family,
            given=self.order.given,
            birth_date=birth.isoformat() if birth else "",
            sex=self.order.sex,
            ids=", ".join(one.value for one in self.order.patient_ids),
        )


def decide_page(report: UUID, *, sample: str = "") -> DecidePage:
    """Read one report to decide about. Args: sample: of the order to compare with. Raises: RL-LAB-223, RL-LAB-023."""
    row = Report.objects.select_related("link", "message", "lis").prefetch_related("results").filter(pk=report).first()
    if row is None:
        raise errors.NO_REPORT.error()
    results = tuple(sorted(row.results.all(), key=lambda one: one.line))
    state = ReportState(row.state)
    place = Place(
        state=state,
        hold=HoldReason(row.hold) if row.hold else None,
        closed=bool(row.closed_by),
        link=row.link.name,
        rung=Rung(row.link.rung),
        qc_out=any(result.code in qc_out_codes(row.link_id) for result in results),
    )
    unmapped = place.hold in (HoldReason.UNKNOWN_TEST, HoldReason.UNKNOWN_UNIT)
    return DecidePage(
        row=row,
        place=place,
        why=_why_here(row),
        refused=said_of(row.refused_code) if row.refused_code else None,
        results=results,
        said=_said_side(row.patient),
        order=_order(row, sample),
        opens={
            one.value: Open(decision=one, refusal=said(may_decide(one, place)))
            for one in Decision
            if one in decisions_from(place)
        },
        unknown=tuple(dict.fromkeys((one.code, one.unit_sent) for one in results)) if unmapped else (),
    )


def _why_here(row: Report) -> str:
    """Say why a report is in a queue; empty when it is in none."""
    if row.closed_by:
        return closed_words(row)
    state = ReportState(row.state)
    if state is ReportState.HELD:
        return _why(state, row.hold)
    return _why(state, row.refused_code) if state is ReportState.REFUSED else ""


def _order(row: Report, sample: str) -> OrderView | None:
    """Return the order of a sample number that was typed, else the one the results are matched with."""
    if sample:
        found = order_of_sample(sample.strip())
        if found is None or found.is_cancelled:
            raise errors.NO_SUCH_ORDER.error(where="sample")
        return found
    if row.order:
        return orders_by_ids([row.order]).get(row.order)
    return order_of_sample(row.sample) if row.sample else None


def _said_side(patient: Mapping[str, object]) -> PatientSide:
    ids = patient.get("ids") or ()
    return PatientSide(
        family=str(patient.get("family", "")),
        given=str(patient.get("given", "")),
        birth_date=str(patient.get("birth_date", "")),
        sex=str(patient.get("sex", "")),
        ids=", ".join(str(one) for one in ids) if isinstance(ids, list | tuple) else "",
    )
