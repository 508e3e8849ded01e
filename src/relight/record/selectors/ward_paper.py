"""A ward, or one patient, as paper: the census sheet and every chart, made of what the record holds now.

Owns which charts a ward has and what happens to one that cannot be made: it is left out, and the census says so.
Refuses to journal: the service that prints hands in how readings are noted, and nothing is read before it was called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from relight.hospital.api import group_name, unit_list
from relight.kernel.errors import RelightError
from relight.paper.ward_chart import Census, CensusLine, PaperPatient, WardPaper
from relight.record.rules.chart.allergies import AllergyState
from relight.record.rules.printing import WardKey, chart_names
from relight.record.selectors.faces import face_get
from relight.record.selectors.paper_chart import paper_about, paper_number, paper_patient, stay_reason
from relight.record.selectors.paper_words import chart_words, language_now, stamp_words, time_words
from relight.record.selectors.ward_marks import Marks, marks_of
from relight.record.selectors.wards import InBed, bed_board, whereabouts

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWard:
    """A ward on paper. Args: place: its name. whole: census and charts. files: name and paper of each chart alone.
    left_out: how many charts could not be made."""

    place: str
    whole: WardPaper
    files: tuple[tuple[str, WardPaper], ...]
    left_out: int


def patient_paper(*, patient: UUID, at: datetime) -> WardPaper:
    """Make one patient's chart. Raises: RL-REC-002."""
    face = face_get(patient)
    return _paper(at=at, patients=(paper_patient(face=face, stays=whereabouts(patient=patient), at=at),))


def ward_paper(*, key: WardKey, at: datetime, note: Callable[[Sequence[UUID]], None]) -> PaperWard:
    """Make the paper of a ward. Args: note: called with everybody whose record is about to be read."""
    rows = bed_board(site=key.site, ward=key.ward)
    people = list({one.patient: one for row in rows for one in row.people}.values())
    note([one.patient for one in people])
    marks = marks_of([one.patient for one in people], merged=_merged(people))
    charts = [(one, _chart(one, at=at)) for one in people]
    place = ward_name(key)
    made = [(one, chart) for one, chart in charts if chart is not None]
    missing = [one for one, chart in charts if chart is None]
    names = chart_names([(one.stay.bed, paper_number(one.face)) for one, _ in made])
    census = Census(
        place=place,
        summary=_summary(people, rows_free=sum(not row.people and bool(row.bed) for row in rows)),
        lines=tuple(_line(one, marks.get(one.patient, Marks()), at=at) for one in people),
        free_beds=", ".join(row.bed for row in rows if row.bed and not row.people),
        left_out=tuple(_missing_words(one) for one in missing),
    )
    whole = _paper(at=at, patients=tuple(chart for _, chart in made))
    return PaperWard(
        place=place,
        whole=replace(whole, census=census, title=gettext("Ward {place}").format(place=place)),
        files=tuple((name, replace(whole, patients=(chart,))) for name, (_, chart) in zip(names, made, strict=True)),
        left_out=len(missing),
    )


def ward_name(key: WardKey) -> str:
    """Return a ward in words: its service and site; for who is nowhere, that it is not said."""
    if not key.ward:
        return gettext("In the house, ward not said")
    for unit in unit_list():
        if (unit.site, unit.service) == (key.site, key.ward):
            return f"{unit.service_name}, {unit.site_name}"
    return f"{key.ward}, {key.site}"


def _paper(*, at: datetime, patients: tuple[PaperPatient, ...]) -> WardPaper:
    local = localtime(at)
    return WardPaper(
        title=gettext("Patient chart"),
        house=group_name(),
        language=language_now(),
        printed=stamp_words(at),
        notice=gettext("Confidential. Holds what the record held then."),
        today=local.strftime("%d.%m."),
        tomorrow=(local + timedelta(days=1)).strftime("%d.%m."),
        patients=patients,
        words=chart_words(),
    )


def _chart(one: InBed, *, at: datetime) -> PaperPatient | None:
    """Make a chart; None when something in the record cannot be read: the others are printed all the same."""
    try:
        return paper_patient(face=one.face, stays=(one.stay,), at=at)
    except (RelightError, ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        log.warning("chart not printed", patient=str(one.patient), kind=type(fault).__name__)
        return None


def _merged(people: Sequence[InBed]) -> dict[UUID, UUID]:
    return {one.stay.patient: one.patient for one in people if one.stay.patient != one.patient}


def _summary(people: Sequence[InBed], *, rows_free: int) -> str:
    said = ngettext("%(count)d patient", "%(count)d patients", len(people)) % {"count": len(people)}
    if rows_free:
        said += " · " + ngettext("%(count)d free bed", "%(count)d free beds", rows_free) % {"count": rows_free}
    return said


def _line(one: InBed, marks: Marks, *, at: datetime) -> CensusLine:
    score = marks.score
    return CensusLine(
        bed=one.stay.bed or "–",
        name=one.face.name,
        about=paper_about(one.face, at=at),
        number=paper_number(one.face),
        since=time_words(one.stay.since),
        reason=stay_reason(one.stay),
        allergies=_allergies(marks),
        news=f"{score.total}" + (f" · {time_words(score.at)}" if score.at else "") if score else "–",
    )


def _allergies(marks: Marks) -> str:
    if marks.state is AllergyState.ALLERGIC:
        return ", ".join(marks.allergies)
    return gettext("none known") if marks.state is AllergyState.NONE_KNOWN else gettext("NOT ASKED")


def _missing_words(one: InBed) -> str:
    words = gettext("NO CHART: bed {bed}, {number}. Something in this record cannot be set; open it on the screen.")
    return words.format(bed=one.stay.bed or "–", number=paper_number(one.face) or gettext("no number"))
