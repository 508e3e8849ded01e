"""The rows patients are found by, laid and taken away inside a write of the store: faces, numbers, words, stays.

Owns what becomes of a Patient and an Encounter in the tables of models/patients.py. Refuses nothing: a projector must
not. Words and trigrams belong to all patients and are left when one goes; a rebuild drops those nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection

from relight.record.rules.faces import Face, face_of
from relight.record.rules.finding import bed_plain
from relight.record.rules.names import grams_of, word_key
from relight.record.rules.places import StayPart, stays_of
from relight.record.services.projectors import Projector
from relight.record.services.rows import id_out, rows_delete, rows_get, rows_insert, time_out
from relight.record.types import Projected, ResourceStatus

_FACE = (
    "patient", "entry", "family", "given", "text", "other_names", "words", "birth", "sex", "is_deceased", "is_unknown",
    "about", "merged_into",
)  # fmt: skip
_STAY = (
    "encounter", "n", "entry", "patient", "kind", "site", "ward", "bed", "bed_plain", "shown", "location", "since",
    "until", "is_open",
)  # fmt: skip
_BY_ENTRY = ("record_patientface", "record_patientnumber", "record_faceword", "record_stay")
_ALL = (*_BY_ENTRY, "record_nameword", "record_gram")


def faces_lay(done: Sequence[Projected]) -> None:
    """Lay the rows of what is current. What was entered in error has no face and no stay."""
    faces: list[tuple[Any, ...]] = []
    numbers: list[tuple[Any, ...]] = []
    pairs: list[tuple[int, str]] = []
    words: dict[int, str] = {}
    stays: list[tuple[Any, ...]] = []
    for one in done:
        if one.status is ResourceStatus.ERROR:
            continue
        if one.type == "Patient":
            face = face_of(one.body)
            faces.append(_face_row(one, face))
            numbers += [(number.plain, number.system, one.seq, number.value) for number in face.numbers]
            for word in face.words:
                words[word_key(word)] = word
                pairs.append((one.seq, word))
        elif one.type == "Encounter" and one.patient is not None:
            stays += [_stay_row(one, part) for part in stays_of(one.body)]
    rows_insert("record_patientface", _FACE, faces)
    again = "ON CONFLICT DO NOTHING"
    rows_insert("record_patientnumber", ("plain", "system", "entry", "value"), numbers, tail=again)
    rows_insert("record_faceword", ("entry", "word"), pairs, tail=again)
    _words_lay(words)
    rows_insert("record_stay", _STAY, stays)


def _face_row(one: Projected, face: Face) -> tuple[Any, ...]:
    return (
        id_out(one.id), one.seq, face.family, face.given, face.text, orjson.dumps(face.other_names).decode(),
        orjson.dumps(face.words).decode(), face.birth, face.sex, face.is_deceased, face.is_unknown, face.about,
        id_out(face.merged_into),
    )  # fmt: skip


def _stay_row(one: Projected, part: StayPart) -> tuple[Any, ...]:
    return (
        id_out(one.id), part.n, one.seq, id_out(one.patient), part.kind[:8], part.site, part.ward, part.bed,
        bed_plain(part.bed)[:20], part.shown, id_out(part.location), time_out(part.since), time_out(part.until),
        part.is_open,
    )  # fmt: skip


def _words_lay(words: dict[int, str]) -> None:
    """Lay the words nobody had yet, with their trigrams."""
    known = {row[0] for row in rows_get("SELECT id FROM record_nameword WHERE id IN ({keys})", words)}
    new = [(key, word) for key, word in words.items() if key not in known]
    again = "ON CONFLICT DO NOTHING"
    rows_insert("record_nameword", ("id", "word"), new, tail=again)
    grams = [(gram, len(word), key) for key, word in new for gram in sorted(grams_of(word))]
    rows_insert("record_gram", ("gram", "size", "word"), grams, tail=again)


def faces_take(entries: Sequence[int]) -> None:
    """Take away the rows of versions that are no longer current."""
    faces = _held("record_patientface", entries)
    for table in ("record_patientface", "record_patientnumber", "record_faceword"):
        rows_delete(table, "entry", faces)
    rows_delete("record_stay", "entry", _held("record_stay", entries))


def _held(table: str, entries: Iterable[int]) -> list[int]:
    """Most of what changes is no patient: one look tells."""
    return sorted({row[0] for row in rows_get(f"SELECT entry FROM {table} WHERE entry IN ({{keys}})", entries)})


def faces_clear() -> None:
    """Empty the tables before they are made again."""
    with connection.cursor() as cursor:
        for table in _ALL:
            cursor.execute(f"DELETE FROM {table}")


FACES = Projector(name="faces", lay=faces_lay, take=faces_take, clear=faces_clear)
