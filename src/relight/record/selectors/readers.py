"""Who opened which record: one patient's readers together, and every reading for the auditor.

Owns reading ReadNote and its words. Refuses clinical content: a patient is a record number here. Source:
docs/design/fhir.md, cases 60-66; docs/design/ward.md, cases 50-57.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext

from relight.kernel.act import Door
from relight.kernel.errors import N_
from relight.people.api import names_of
from relight.record.models import PatientFace, PatientNumber, ReadNote
from relight.record.rules.access import GROUND_WORDS, Ground
from relight.record.rules.numbers import OWN_SYSTEM, number_plain
from relight.record.selectors.faces import records_of
from relight.record.selectors.numbers import national_systems
from relight.ui.api import Column

LISTED = frozenset({"search", "liaison.search", "ward", "ward.doses", "duplicates", "drafts"})
WHAT_WORDS: dict[str, str] = {
    "search": N_("found in a search"),
    "ward": N_("list of the ward"),
    "duplicates": N_("list of probable duplicates"),
    "wristband": N_("wristband printed"),
    "labels": N_("labels printed"),
    "compare": N_("compared before a merge"),
    "register": N_("compared while registering"),
    "chart.overview": N_("overview"),
    "chart.results": N_("results"),
    "chart.vitals": N_("vital signs"),
    "chart.medicines": N_("medicines"),
    "chart.notes": N_("notes"),
    "chart.documents": N_("documents"),
    "chart.requests": N_("requests"),
    "chart.everything": N_("everything"),
    "chart.identity": N_("identity"),
    "chart.admit": N_("admission"),
    "chart.transfer": N_("move"),
    "chart.discharge": N_("discharge"),
    "chart.wristband": N_("wristband"),
    "chart.readers": N_("who opened this chart"),
    "chart.conflict": N_("two texts compared"),
    "ward.doses": N_("doses of the ward"),
    "drafts": N_("drafts"),
    "print.chart": N_("chart printed"),
    "print.ward": N_("ward printed"),
    "order": N_("order of the laboratory"),
    "tube-labels": N_("labels of samples printed"),
    "liaison.search": N_("found in a search, for a practitioner's request"),
    "liaison.identity": N_("identity checked, for a practitioner's request"),
    "liaison.request": N_("practitioner's request"),
    "liaison.summary": N_("summary prepared for a practitioner"),
    "liaison.received": N_("summary from a practitioner put in"),
}
_DOORS = {
    Door.WEB.value: N_("page"),
    Door.UNENROLLED.value: N_("page, workstation not enrolled"),
    Door.CLI.value: N_("command"),
    Door.WORKER.value: N_("Relight itself"),
    Door.SCENARIO.value: N_("demonstration"),
}
AUDIT_COLUMNS = (
    Column(key="at", label=N_("When"), sort=("at", "id"), always=True, value=lambda row: row.at.isoformat()),
    Column(key="who", label=N_("Who"), always=True, value=lambda row: row.name),
    Column(key="record", label=N_("Record number"), always=True, value=lambda row: row.number),
    Column(key="what", label=N_("What"), value=lambda row: row.what),
    Column(key="ground", label=N_("On what ground"), value=lambda row: row.ground),
    Column(key="door", label=N_("By"), value=lambda row: row.door),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLine:
    """What somebody looked at on one day, on one ground. Args: times: how often. merged: in a record that was merged
    into this one, else empty."""

    name: str
    day: date
    first: datetime
    last: datetime
    times: int
    what: tuple[str, ...]
    ground: str
    is_glass: bool
    door: str
    merged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersPage:
    """Who opened a chart, and who only saw the name in a list; the latest first."""

    opened: tuple[ReaderLine, ...]
    listed: tuple[ReaderLine, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One reading as the auditor sees it. Args: number: the record's, never a name."""

    at: datetime
    name: str
    patient: UUID
    number: str
    what: str
    ground: str
    is_glass: bool
    door: str


def what_words(what: str) -> str:
    """Say by which way somebody read; `fhir.read Observation` keeps its type."""
    if what in WHAT_WORDS:
        return gettext(WHAT_WORDS[what])
    head, _, rest = what.partition(" ")
    if head.startswith("fhir"):
        return gettext("by a program: %(what)s") % {"what": rest or head.partition(".")[2] or head}
    if head == "disclosed":
        return gettext("summary given to %(whom)s") % {"whom": rest}
    if head.startswith("print"):
        return gettext("printed")
    return head.removeprefix("chart.").replace("_", " ").replace("-", " ")


def ground_words(ground: str) -> str:
    """Say on what ground; empty where it was not noted."""
    return gettext(GROUND_WORDS[Ground(ground)]) if ground in set(Ground) else ""


def door_words(door: str) -> str:
    """Say by which door."""
    return gettext(_DOORS[door]) if door in _DOORS else door


def readers_page(*, patient: UUID, days: int = 60, until: datetime) -> ReadersPage:
    """Tell who opened a person's records, merged ones too, day by day. Three statements."""
    records = records_of(patient)
    grouped = (
        ReadNote.objects.filter(patient__in=records, at__gt=until - timedelta(days=days))
        .annotate(day=TruncDate("at", tzinfo=get_current_timezone()))
        .values("actor", "door", "ground", "what", "day", "patient")
        .annotate(times=Count("id"), first=Min("at"), last=Max("at"))
    )
    rows: list[dict[str, Any]] = [dict(row) for row in grouped]
    names = names_of({row["actor"] for row in rows})
    opened = [row for row in rows if not _is_listed(row["what"])]
    listed = [row for row in rows if _is_listed(row["what"])]
    return ReadersPage(
        opened=_lines(opened, names, patient),
        listed=_lines(listed, names, patient),
        people=len({row["actor"] for row in opened}),
    )


def _is_listed(what: str) -> bool:
    return what.partition(" ")[0] in LISTED


def _lines(rows: Iterable[dict[str, Any]], names: dict[str, str], patient: UUID) -> tuple[ReaderLine, ...]:
    held: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        held[row["actor"], row["door"], row["ground"], row["day"], row["patient"] != patient].append(row)
    lines = [
        ReaderLine(
            name=names.get(actor, actor), day=day, first=min(row["first"] for row in parts),
            last=max(row["last"] for row in parts), times=sum(row["times"] for row in parts),
            what=tuple(dict.fromkeys(what_words(row["what"]) for row in sorted(parts, key=lambda row: row["first"]))),
            ground=ground_words(ground), is_glass=ground == Ground.GLASS, door=door_words(door), merged=merged,
        )
        for (actor, door, ground, day, merged), parts in held.items()
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.last, reverse=True))


def reads_query(
    *, actor: str = "", patient: UUID | None = None, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[ReadNote]:
    """List readings, the latest first. Args: patient: merged records too. since, until: aware times."""
    rows = ReadNote.objects.order_by("-at", "-id")
    if actor:
        rows = rows.filter(actor=actor)
    if patient is not None:
        rows = rows.filter(patient__in=records_of(patient))
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    return rows


def audit_rows(rows: Sequence[ReadNote]) -> list[AuditRow]:
    """Say readings in words, records by their number. Four statements."""
    names = names_of({row.actor for row in rows})
    numbers = record_numbers({row.patient for row in rows})
    return [
        AuditRow(
            at=row.at, name=names.get(row.actor, row.actor), patient=row.patient,
            number=numbers.get(row.patient, ""), what=what_words(row.what), ground=ground_words(row.ground),
            is_glass=row.ground == Ground.GLASS, door=door_words(row.door),
        )
        for row in rows
    ]  # fmt: skip


def record_numbers(patients: Iterable[UUID]) -> dict[UUID, str]:
    """Return the number a record goes by: Relight's own, else the first of another system that is no national one,
    else the beginning of its id. Two statements."""
    wanted = list(dict.fromkeys(patients))
    faces = dict(PatientFace.objects.filter(patient__in=wanted).values_list("entry", "patient"))
    found: dict[UUID, str] = {}
    national = national_systems()
    rows = PatientNumber.objects.filter(entry__in=list(faces)).order_by("system", "plain")
    for entry, system, value in rows.values_list("entry", "system", "value"):
        patient = faces[entry]
        if system == OWN_SYSTEM or (patient not in found and system not in national):
            found[patient] = value
    return {one: found.get(one, str(one)[:13]) for one in wanted}


def record_of_number(text: str) -> UUID | None:
    """Return the record of a whole number, in whatever system; None for nobody's or several's."""
    plain = number_plain(text)
    if not plain:
        return None
    entries = PatientNumber.objects.filter(plain=plain).values_list("entry", flat=True)
    patients = set(PatientFace.objects.filter(entry__in=list(entries)).values_list("patient", flat=True))
    return patients.pop() if len(patients) == 1 else None
