"""Faces as they are held: one, many, and which records are one person's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from relight.record import errors
from relight.record.selectors.rows import id_in, id_or_none, id_out

_COLUMNS = (
    "f.patient, f.entry, f.family, f.given, f.text, f.other_names, f.words, f.birth, f.sex, f.is_deceased,"
    " f.is_unknown, f.about, f.merged_into"
)
_LOOKUP = 500
_CHAIN = 20  # merges of merges; a longer chain is none


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNumber:
    """A number of a patient as written, and as it is compared."""

    system: str
    value: str
    plain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceView:
    """A patient as lists and labels show them. Args: name: family name in capitals first. numbers: sorted by system.
    merged_into: where this record leads, None for most."""

    patient: UUID
    entry: int
    family: str
    given: str
    name: str
    other_names: tuple[str, ...]
    words: tuple[str, ...]
    birth: str
    sex: str
    is_deceased: bool
    is_unknown: bool
    about: int | None
    merged_into: UUID | None
    numbers: tuple[HeldNumber, ...] = ()


def faces_get(patients: Iterable[UUID]) -> dict[UUID, FaceView]:
    """Return the faces of patients that have one, with their numbers. Two statements each 500."""
    return {view.patient: view for view in faces_where("f.patient", [id_out(one) for one in dict.fromkeys(patients)])}


def face_get(patient: UUID) -> FaceView:
    """Return the face of a patient. Raises: MissingError RL-REC-002."""
    found = faces_get([patient]).get(patient)
    if found is None:
        raise errors.NO_RESOURCE.error(where="Patient", type="Patient")
    return found


def faces_where(column: str, keys: list[Any], *, with_numbers: bool = True) -> Iterator[FaceView]:
    """Yield the faces whose column (`f.patient`, `f.entry`, `f.merged_into`) is one of these."""
    for begin in range(0, len(keys), _LOOKUP):
        chunk = keys[begin : begin + _LOOKUP]
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"SELECT {_COLUMNS} FROM record_patientface f WHERE {column} IN ({marks})", chunk)
            rows = cursor.fetchall()
            numbers = _numbers(cursor, [row[1] for row in rows]) if with_numbers else {}
        for row in rows:
            yield _view(row, numbers.get(row[1], ()))


def _numbers(cursor: Any, entries: list[int]) -> Mapping[int, tuple[HeldNumber, ...]]:
    found: dict[int, list[HeldNumber]] = {}
    if entries:
        cursor.execute(
            "SELECT entry, system, value, plain FROM record_patientnumber"
            f" WHERE entry IN ({', '.join(['%s'] * len(entries))})",
            entries,
        )
        for entry, system, value, plain in cursor.fetchall():
            found.setdefault(entry, []).append(HeldNumber(system=system, value=value, plain=plain))
    return {entry: tuple(sorted(held, key=lambda one: (one.system, one.plain))) for entry, held in found.items()}


def name_words(family: str, given: str, text: str) -> str:
    """Write a name as lists do: the family name in capitals first; as it was written where its parts are not known."""
    return " ".join(filter(None, (family.upper(), given))) or text


def _view(row: tuple[Any, ...], numbers: tuple[HeldNumber, ...]) -> FaceView:
    patient, entry, family, given, text, others, words, birth, sex, deceased, unknown, about, merged = row
    return FaceView(
        patient=id_in(patient),
        entry=entry,
        family=family,
        given=given,
        name=name_words(family, given, text),
        other_names=tuple(orjson.loads(others)),
        words=tuple(orjson.loads(words)),
        birth=birth,
        sex=sex,
        is_deceased=bool(deceased),
        is_unknown=bool(unknown),
        about=about,
        merged_into=id_or_none(merged),
        numbers=numbers,
    )


def merged_to(views: Iterable[FaceView]) -> dict[UUID, FaceView]:
    """Follow merges: patient -> the face their record leads to in the end; themselves where they lead nowhere."""
    start = list(views)
    held = {view.patient: view for view in start}
    for _ in range(_CHAIN):
        missing = {view.merged_into for view in held.values() if view.merged_into} - held.keys()
        found = faces_get(one for one in missing if one is not None)
        held.update(found)
        if not found:
            break
    return {view.patient: _end(view, held) for view in start}


def _end(view: FaceView, held: Mapping[UUID, FaceView]) -> FaceView:
    seen = {view.patient}
    while view.merged_into is not None and view.merged_into in held and view.merged_into not in seen:
        view = held[view.merged_into]
        seen.add(view.patient)
    return view


def records_of(patient: UUID) -> tuple[UUID, ...]:
    """Return the records that are one person's: this one and all that were merged into it, directly or not.

    Reads of a chart take them all: entries stay where they were written. One statement a step of merges.
    """
    found, step = {patient: None}, [patient]
    for _ in range(_CHAIN):
        views = faces_where("f.merged_into", [id_out(one) for one in step])
        step = [view.patient for view in views if view.patient not in found]
        found.update(dict.fromkeys(step))
        if not step:
            break
    return tuple(found)
