"""Two records beside each other, and who in the house probably has two: what a person looks at before a merge.

Owns the rows. Refuses to decide, and to journal: the views note whose records were compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max
from django.utils.translation import gettext

from relight.kernel.act import Act
from relight.kernel.errors import N_
from relight.record.models import Resource
from relight.record.rules.canonical import loads
from relight.record.rules.duplicates import REASON_WORDS, Likeness, likeness
from relight.record.rules.faces import Face, face_of
from relight.record.rules.finding import bed_plain
from relight.record.selectors.access import reach_where
from relight.record.selectors.duplicates import Likely
from relight.record.selectors.faces import FaceView, face_get, faces_get
from relight.record.selectors.numbers import national_systems
from relight.record.selectors.person_words import born_words, numbers_words, place_words, sex_words
from relight.record.selectors.rows import id_in
from relight.record.selectors.store import resource_get, resources_get
from relight.record.selectors.wards import whereabouts
from relight.record.types import Body

PAIRS = 100
_CANDIDATES = 4000
FIELDS = {
    "name": N_("Name"),
    "others": N_("Other names"),
    "born": N_("Birth date"),
    "sex": N_("Sex"),
    "numbers": N_("Numbers"),
    "phone": N_("Telephone"),
    "address": N_("Address"),
    "place": N_("Where"),
    "held": N_("In the record"),
    "latest": N_("Last change"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One record of a comparison. Args: version: that is compared. said: what stands under each of FIELDS."""

    patient: UUID
    version: int
    face: FaceView
    said: dict[str, tuple[str, ...]]
    latest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareLine:
    """One fact of two or more records. Args: differs: both say something and not the same."""

    label: str
    said: tuple[tuple[str, ...], ...]
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records that are probably one person's."""

    first: FaceView
    second: FaceView
    score: int
    reasons: tuple[str, ...]


def side_get(patient: UUID) -> Side:
    """Read one record for a comparison. Raises: MissingError RL-REC-002. Some six statements."""
    held = resource_get(type="Patient", id=patient)
    face = face_get(patient)
    counts = Resource.objects.filter(patient=patient, status="current").exclude(type="Patient")
    total = counts.aggregate(count=Count("id"), latest=Max("updated_at"))
    body = loads(held.body)
    said = {
        "name": (face.name,), "others": face.other_names, "born": _born(face), "sex": _sex(face),
        "numbers": tuple(f"{one.name} {one.value}" for one in numbers_words(face, most=8)),
        "phone": _phones(body), "address": _addresses(body),
        "place": (place_words(whereabouts(patient=patient)) or gettext("not in the house"),),
        "held": (gettext("%(count)d things") % {"count": total["count"]},),
    }  # fmt: skip
    latest = total["latest"]
    return Side(patient=patient, version=held.version, face=face, said=said, latest=latest or held.updated_at)


def typed_side(body: Body) -> dict[str, tuple[str, ...]]:
    """Return what was typed as it stands beside the records it resembles."""
    face = face_of(body)
    view = _view(face)
    return {
        "name": (face.name,), "others": (), "born": _born(view), "sex": _sex(view),
        "numbers": tuple(number.value for number in face.numbers), "phone": _phones(body), "address": (),
        "place": (), "held": (),
    }  # fmt: skip


def _view(face: Face) -> FaceView:
    """Return a face that is held nowhere yet as lists show one."""
    return FaceView(
        patient=UUID(int=0), entry=0, family=face.family, given=face.given, name=face.name,
        other_names=face.other_names, words=face.words, birth=face.birth, sex=face.sex, is_deceased=False,
        is_unknown=face.is_unknown, about=face.about, merged_into=None,
    )  # fmt: skip


def compare_lines(*sides: dict[str, tuple[str, ...]]) -> list[CompareLine]:
    """Set records beside each other, fact by fact; what nobody says is left out."""
    lines = []
    for key, label in FIELDS.items():
        said = tuple(side.get(key, ()) for side in sides)
        if any(said):
            spoken = {part for part in said if part}
            differs = key in ("name", "born", "sex", "numbers") and len(spoken) > 1
            lines.append(CompareLine(label=gettext(label), said=said, differs=differs))
    return lines


def reasons_words(weighed: Likeness) -> tuple[str, ...]:
    """Say why two records are probably one person's, and what speaks against it."""
    return tuple(gettext(REASON_WORDS[reason]) for reason in weighed.reasons)


def likely_sides(likely: Sequence[Likely]) -> list[tuple[Likely, Side, tuple[str, ...]]]:
    """Return each probable duplicate with what its record says."""
    return [(one, side_get(one.patient), reasons_words(one.likeness)) for one in likely]


def _born(face: FaceView) -> tuple[str, ...]:
    """Say a birth date; what is not known differs from nothing."""
    return (born_words(face),) if face.birth or face.about is not None else ()


def _sex(face: FaceView) -> tuple[str, ...]:
    return (sex_words(face.sex),) if face.sex not in ("", "unknown") else ()


def _phones(body: Body) -> tuple[str, ...]:
    found = body.get("telecom")
    return tuple(
        str(one["value"])[:40]
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict) and one.get("system") in ("phone", "sms") and one.get("value")
    )


def _addresses(body: Body) -> tuple[str, ...]:
    found = body.get("address")
    lines = []
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            street = one.get("line")
            lines_of = [str(part) for part in street] if isinstance(street, list) else []
            parts = [*lines_of, str(one.get("postalCode") or ""), str(one.get("city") or "")]
            lines.append(" ".join(part for part in parts if part)[:120])
    return tuple(line for line in lines if line)


def pairs_in_house(*, act: Act) -> list[Pair]:
    """List pairs of records that are probably one person's, one of them in a ward of the reader: the likeliest first.

    Looked at are records of the same birth date or with the same number; a chart's page of identity looks further.
    Some six statements.
    """
    pairs = _candidates(act)
    keys = {key for pair in pairs for key in pair}
    faces, held = faces_get(keys), resources_get(ids=list(keys))
    read = {key: face_of(loads(one.body)) for key, one in held.items()}
    national = national_systems()
    found = []
    for first, second in pairs:
        if first in read and second in read and first in faces and second in faces:
            weighed = likeness(read[first], read[second], national=national)
            if weighed.is_probable:
                reasons = reasons_words(weighed)
                found.append(
                    Pair(first=faces[first], second=faces[second], score=weighed.score, reasons=reasons)
                )  # fmt: skip
    return sorted(found, key=lambda pair: (-pair.score, pair.first.name))[:PAIRS]


def _candidates(act: Act) -> list[tuple[UUID, UUID]]:
    condition, params = reach_where(act, column="a.patient")
    open_faces = (
        "SELECT DISTINCT a.patient, a.entry, a.birth FROM record_stay s JOIN record_patientface a"
        f" ON a.patient = s.patient WHERE s.is_open AND a.merged_into IS NULL AND {condition}"
    )
    sql = (
        f"WITH here AS ({open_faces})"
        " SELECT h.patient, b.patient FROM here h JOIN record_patientface b ON b.birth = h.birth"
        " WHERE h.birth <> '' AND b.patient <> h.patient AND b.merged_into IS NULL"
        " UNION SELECT h.patient, b.patient FROM here h JOIN record_patientnumber n ON n.entry = h.entry"
        " JOIN record_patientnumber m ON m.plain = n.plain AND m.entry <> n.entry"
        " JOIN record_patientface b ON b.entry = m.entry WHERE b.merged_into IS NULL"
        f" LIMIT {_CANDIDATES}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = [(id_in(first), id_in(second)) for first, second in cursor.fetchall()]
    return list({frozenset(pair): pair for pair in rows}.values())


def beds_free(board: Sequence[tuple[str, int]]) -> tuple[list[str], list[str]]:
    """Part the beds of a ward into free and taken ones. Args: board: (bed, how many lie in it)."""
    named = [(bed, count) for bed, count in board if bed_plain(bed)]
    return [bed for bed, count in named if not count], [bed for bed, count in named if count]
