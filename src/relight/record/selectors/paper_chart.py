"""One patient's record as it stands on paper: what is printed, and every thing that is not.

Owns how much fits a chart that is read at a bed, and saying what was left in the record. Refuses to shorten a text in
silence. What a resource says is read by rules/chart, so that paper and screen say the same. Source:
docs/design/paper.md, cases 1-9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from relight.hospital.api import day_zero
from relight.kernel.errors import N_
from relight.paper.ward_chart import AllergyState as PaperAllergies
from relight.paper.ward_chart import PaperDocument, PaperLine, PaperPatient, PaperRequest
from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import AllergyState
from relight.record.rules.chart.coding import words
from relight.record.rules.chart.documents import document_read
from relight.record.rules.chart.origin import origin_of
from relight.record.rules.chart.problems import problem_read
from relight.record.rules.numbers import OWN_SYSTEM
from relight.record.rules.requests import PRIORITY_NAMES, Priority
from relight.record.selectors.chart import AllergyLine, allergies_read
from relight.record.selectors.faces import FaceView, records_of
from relight.record.selectors.origin_words import origin_words
from relight.record.selectors.paper_medicines import medicines_paper
from relight.record.selectors.paper_notes import notes_paper
from relight.record.selectors.paper_reading import held_of, held_origin, source_words
from relight.record.selectors.paper_results import results_paper, vitals_paper
from relight.record.selectors.paper_words import date_words, day_words, time_words
from relight.record.selectors.person_words import (
    age_words,
    born_words,
    number_words,
    numbers_words,
    place_words,
    sex_words,
)
from relight.record.selectors.requests import RequestedOrder, orders_of_patient
from relight.record.selectors.rows import id_out, time_or_none
from relight.record.selectors.store import resource_find
from relight.record.selectors.wards import StayView
from relight.record.types import SourceKind

DOCUMENTS, PROBLEMS, HEAD_CHARS = 25, 40, 105
ON_PAPER: Final = frozenset(
    {
        "Patient", "Encounter", "AllergyIntolerance", "Condition", "MedicationRequest", "MedicationStatement",
        "MedicationAdministration", "Medication", "Observation", "DiagnosticReport", "ServiceRequest", "Specimen",
        "Composition", "DocumentReference", "Binary", "Provenance",
    }
)  # fmt: skip
TYPE_WORDS: Final = {
    "Procedure": N_("procedures"), "Immunization": N_("immunizations"), "CarePlan": N_("care plans"),
    "Appointment": N_("appointments"), "Flag": N_("flags"), "RelatedPerson": N_("relatives"),
    "FamilyMemberHistory": N_("family histories"), "ImagingStudy": N_("imaging studies"), "Media": N_("pictures"),
    "CareTeam": N_("care teams"), "Goal": N_("goals"), "Device": N_("devices"),
    "QuestionnaireResponse": N_("questionnaires"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What lies in a record of one type from one source."""

    type: str
    count: int
    kind: SourceKind
    name: str
    as_of: datetime | None
    updated_at: datetime | None


def paper_patient(*, face: FaceView, stays: Sequence[StayView], at: datetime) -> PaperPatient:
    """Make one chart. Args: stays: where they are now. Some twenty statements."""
    records, zero = records_of(face.patient), day_zero()
    allergies = allergies_read(records=records, zero=zero)
    problems, problems_left = _problems(records, zero)
    medicines, medicines_left = medicines_paper(records=records, at=at)
    results, results_left = results_paper(records=records, at=at, zero=zero)
    vitals, vitals_left = vitals_paper(records=records, at=at)
    notes, notes_left = notes_paper(records=records, at=at, zero=zero)
    documents, documents_left = _documents(records, zero)
    sources = _sources(records)
    state = PaperAllergies(_STATES[allergies.state])
    statement = _allergy_words(allergies.state, allergies.lines)
    return PaperPatient(
        code=next((n.plain for n in face.numbers if n.system == OWN_SYSTEM), ""),
        family=face.family.upper() or face.name,
        given=face.given if face.family else "",
        about=paper_about(face, at=at),
        ids=" · ".join(f"{one.name} {one.value}" for one in numbers_words(face)),
        place=place_words(stays) or gettext("not in the house"),
        stay=" · ".join(_stay_words(stay) for stay in stays if stay.is_open),
        as_of=_as_of_words(sources),
        alert=gettext("IDENTITY UNKNOWN") if face.is_unknown else "",
        allergy_state=state,
        allergy_words=statement,
        allergy_head=_allergy_head(statement, allergies.lines if allergies.state is AllergyState.ALLERGIC else ()),
        allergies=tuple(_allergy(line) for line in allergies.lines),
        problems=problems,
        medicines=medicines,
        results=results,
        vitals=vitals,
        requests=tuple(_request(order) for order in orders_of_patient(patient=face.patient) if order.open_tests),
        notes=notes,
        documents=documents,
        left_out=(*problems_left, *medicines_left, *results_left, *vitals_left, *notes_left, *documents_left,
                  *_others_left(sources)),
    )  # fmt: skip


# -- who --------------------------------------------------------------------------------------------------------------


def paper_about(face: FaceView, *, at: datetime) -> str:
    """Write birth date, age and sex."""
    born, age = born_words(face), age_words(face.birth, at=localtime(at).date())
    return f"{born} ({age}) · {sex_words(face.sex)}" if age else f"{born} · {sex_words(face.sex)}"


def paper_number(face: FaceView) -> str:
    """Return the record number that names a file: Relight's own, else the first; empty for none."""
    own = next((one for one in face.numbers if one.system == OWN_SYSTEM), None)
    held = own or next((one for one in face.numbers if "ehealth" not in one.system), None)
    return number_words(held) if held else ""


def stay_reason(stay: StayView) -> str:
    """Return why somebody is here, as their encounter says."""
    held = resource_find(type="Encounter", id=stay.encounter)
    return words(loads(held.body).get("reasonCode")) if held else ""


def _stay_words(stay: StayView) -> str:
    since = gettext("here since {time}").format(time=time_words(stay.since)) if stay.since else ""
    return " · ".join(filter(None, (since, stay_reason(stay))))


# -- allergies --------------------------------------------------------------------------------------------------------

_STATES: Final = {
    AllergyState.ALLERGIC: "known", AllergyState.NONE_KNOWN: "none", AllergyState.NOT_ASKED: "unasked"
}  # fmt: skip


def _allergy_words(state: AllergyState, lines: Sequence[AllergyLine]) -> str:
    if state is AllergyState.ALLERGIC:
        return gettext("ALLERGIES")
    if state is AllergyState.NOT_ASKED:
        return gettext("ALLERGIES NOT ASKED: ask, and write it here")
    said = next((line for line in lines if line.origin.known_at), None)
    day = day_words(said.origin.known_at) if said else ""
    return gettext("NO KNOWN ALLERGIES ({day})").format(day=day) if day else gettext("NO KNOWN ALLERGIES")


def _allergy_head(statement: str, lines: Sequence[AllergyLine]) -> str:
    """Make the one line of every page; what does not fit it is counted, and stands on page 1."""
    names = list(dict.fromkeys(line.allergy.name for line in lines if line.allergy.name))
    shown: list[str] = []
    while names and len(statement) + sum(len(one) + 2 for one in [*shown, names[0]]) <= HEAD_CHARS:
        shown.append(names.pop(0))
    head = f"{statement}: {', '.join(shown)}" if shown else statement
    if names:
        head += " " + gettext("+ {count} more: page 1").format(count=len(names))
    return head


def _allergy(line: AllergyLine) -> PaperLine:
    one = line.allergy
    parts = (one.reaction, gettext("high risk") if one.criticality == "high" else "", one.certainty, one.note)
    return PaperLine(
        text=one.name or gettext("substance not said"),
        detail=", ".join(filter(None, (" ".join(part.split()) for part in parts))),
        source=source_words(line.origin),
        strong=one.criticality == "high",
    )


# -- problems, requests, documents ------------------------------------------------------------------------------------


def _problems(records: Sequence[UUID], zero: datetime | None) -> tuple[tuple[PaperLine, ...], list[str]]:
    lines: dict[str, PaperLine] = {}
    past = 0
    for held in held_of(records, "Condition"):
        problem = problem_read(loads(held.body))
        if not problem.is_active:
            past += 1
            continue
        since = gettext("since {day}").format(day=date_words(problem.onset)) if problem.onset else ""
        line = PaperLine(
            text=problem.name or gettext("problem without a name"),
            detail=", ".join(filter(None, (problem.severity, problem.site, since, " ".join(problem.note.split())))),
            source=source_words(held_origin(held, zero=zero, lasting=True)),
        )
        lines.setdefault(f"{line.text}|{line.detail}", line)
    shown = tuple(lines.values())[:PROBLEMS]
    left = []
    if len(lines) > PROBLEMS:
        left.append(gettext("active problems: {count} more").format(count=len(lines) - PROBLEMS))
    if past:
        left.append(ngettext("%(count)d past problem", "%(count)d past problems", past) % {"count": past})
    return shown, left


def _request(order: RequestedOrder) -> PaperRequest:
    parts = [gettext(PRIORITY_NAMES[order.priority]) if order.priority is not Priority.ROUTINE else ""]
    if order.sample:
        parts.append(gettext("sample {number}").format(number=order.sample))
    if order.taken_at:
        parts.append(gettext("taken {time}").format(time=time_words(order.taken_at)))
    what = ", ".join(test.name for test in order.open_tests)
    return PaperRequest(
        asked=time_words(order.made_at),
        what=f"{what}. {order.note}" if order.note else what,
        state=", ".join(filter(None, parts)),
        by=order.prescriber,
    )


def _documents(records: Sequence[UUID], zero: datetime | None) -> tuple[tuple[PaperDocument, ...], list[str]]:
    found = list(held_of(records, "DocumentReference"))
    found.sort(key=lambda held: held.clinical_at or held.updated_at, reverse=True)
    lines = []
    for held in found[:DOCUMENTS]:
        document = document_read(loads(held.body))
        lines.append(
            PaperDocument(
                date=day_words(held.clinical_at) or "–",
                title=document.title or gettext("document without a title"),
                by=document.author,
                source=source_words(held_origin(held, zero=zero, lasting=False)),
            )
        )
    more = len(found) - len(lines)
    left = [ngettext("%(count)d older document", "%(count)d older documents", more) % {"count": more}] if more else []
    return tuple(lines), left


# -- what else lies there ----------------------------------------------------------------------------------------------


def _sources(records: Sequence[UUID]) -> list[Source]:
    marks = ", ".join(["%s"] * len(records))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.type, COUNT(*), s.kind, s.name, s.as_of, MAX(r.updated_at) FROM record_resource r"
            f" LEFT JOIN record_source s ON s.id = r.source WHERE r.patient IN ({marks}) AND r.status = 'current'"
            " GROUP BY r.type, s.kind, s.name, s.as_of ORDER BY r.type",
            [id_out(one) for one in records],
        )
        return [
            Source(
                type=kind, count=count, kind=SourceKind(source) if source else SourceKind.TYPED, name=name or "",
                as_of=time_or_none(as_of), updated_at=time_or_none(updated),
            )
            for kind, count, source, name, as_of, updated in cursor.fetchall()
        ]  # fmt: skip


def _as_of_words(sources: Sequence[Source]) -> str:
    """Say of each source how old it is; what is written here and the laboratory, until when."""
    said: dict[str, datetime | None] = {}
    for one in sources:
        origin = origin_of(
            kind=one.kind, name=one.name, as_of=one.as_of, at=None, written_at=one.updated_at or _NEVER, day_zero=None,
            lasting=True,
        )  # fmt: skip
        named = origin_words(origin)
        held = said.get(named)
        said[named] = max(filter(None, (held, one.updated_at)), default=None)
        if one.kind not in (SourceKind.TYPED, SourceKind.LAB):
            said[named] = None
    parts = [
        gettext("{source} until {time}").format(source=name, time=time_words(until)) if until else name
        for name, until in said.items()
    ]
    return gettext("Sources: {sources}").format(sources=" · ".join(parts)) if parts else gettext("Nothing is held yet.")


_NEVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _others_left(sources: Sequence[Source]) -> list[str]:
    counts: dict[str, int] = {}
    for one in sources:
        if one.type not in ON_PAPER:
            counts[one.type] = counts.get(one.type, 0) + one.count
    if not counts:
        return []
    named = ", ".join(f"{gettext(TYPE_WORDS[kind]) if kind in TYPE_WORDS else kind} {n}" for kind, n in counts.items())
    return [gettext("also in the record: {what}").format(what=named)]
