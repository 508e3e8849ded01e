"""Finding patients as one types: candidates from the tables, ranked by the rules.

Owns which rows are looked at. Refuses to journal: `services.finding.patients_search` does, and is what pages call.
At 100,000 patients a look costs some ten short statements. Source: docs/design/identity.md, "Finding".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.utils.timezone import localtime

from relight.kernel.act import Act
from relight.people.api import in_scope
from relight.record import errors
from relight.record.rules.finding import Asked, Candidate, Match, Why, ask_read, bed_plain, longest, order_key, rank
from relight.record.rules.names import WORD_CHARS, distance, grams_of, prefix_distance, typos_allowed
from relight.record.selectors.faces import FaceView, faces_get, merged_to, name_words
from relight.record.selectors.numbers import kinds_now, ranges_now
from relight.record.selectors.rows import id_in, id_out

LIMIT = 20
FACES = 120  # looked at in Python
NEAR_WORDS = 40
GRAM_WORDS = 60  # of which distances are counted
GRAMS_LOST = 4  # by one typo at most: two letters that changed places stand in four
_END = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """Where somebody lies now. Args: site, ward: ids, empty where an import did not say. shown: in words."""

    site: str
    ward: str
    bed: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody found. Args: patient: the record to open; `via` the merged one it was found by, None for most.
    why: the weightiest reason first (rules.finding.WHY_WORDS). score: 0 to 1,000. beds: where they lie now."""

    patient: UUID
    face: FaceView
    why: tuple[Why, ...]
    score: int
    beds: tuple[Bed, ...] = ()
    via: UUID | None = None


def patients_find(text: str, *, act: Act, limit: int = LIMIT) -> list[Found]:
    """Find patients by what was typed or scanned, best first.

    Args: text: name parts in any order, birth date in any form, number, bed, a scanned code. limit: at most 100.
    Returns: nobody for an empty text. Raises: InputError RL-REC-206 for a scan whose check digit is wrong.
    """
    asked = ask_read(text, today=localtime(act.at).date(), ranges=ranges_now(), kinds=kinds_now())
    if asked.misread:
        raise errors.MISREAD.error(where="text")
    if asked.is_empty:
        return []
    rows = _rows_of(entries_of(asked), with_numbers=bool(asked.numbers or asked.begun))
    beds = _beds_of([row.patient for row in rows])
    matches = [
        (match, row)
        for row in rows
        if (match := rank(asked, _candidate(row, beds.get(row.patient, ()), act))) is not None
    ]
    matches.sort(key=lambda pair: order_key(pair[0], name=pair[1].name, birth=pair[1].birth, key=str(pair[1].patient)))
    return _listed(matches, beds, limit=max(1, min(limit, 100)))


@dataclass(frozen=True, slots=True)
class _Row:
    """What of a face is ranked: many are looked at, few are shown. Args: patient: as the database gives it."""

    patient: Any
    entry: int
    name: str
    words: Sequence[str]
    birth: str
    is_deceased: bool
    is_merged: bool
    numbers: tuple[str, ...]


def _rows_of(entries: Sequence[int], *, with_numbers: bool) -> list[_Row]:
    """Read the faces to look at. One statement, a second for their numbers."""
    if not entries:
        return []
    numbers: dict[int, tuple[str, ...]] = {}
    if with_numbers:
        sql = f"SELECT entry, plain FROM record_patientnumber WHERE entry IN ({_marks(entries)})"
        for entry, plain in _rows(sql, entries):
            numbers[entry] = (*numbers.get(entry, ()), plain)
    sql = (
        "SELECT patient, entry, family, given, text, words, birth, is_deceased, merged_into FROM record_patientface"
        f" WHERE entry IN ({_marks(entries)})"
    )
    return [
        _Row(
            patient,
            entry,
            name_words(family, given, text),
            orjson.loads(words),
            birth,
            bool(deceased),
            merged is not None,
            numbers.get(entry, ()),
        )
        for patient, entry, family, given, text, words, birth, deceased, merged in _rows(sql, entries)
    ]


def _listed(ordered: Sequence[tuple[Match, _Row]], beds: Mapping[Any, tuple[Bed, ...]], *, limit: int) -> list[Found]:
    """Make the list: who was found by a merged record stands where the record lies that it leads to, once."""
    listed: dict[UUID, Found] = {}
    for begin in range(0, len(ordered), limit):
        chunk = ordered[begin : begin + limit]
        faces = faces_get(id_in(row.patient) for _, row in chunk)
        ends = merged_to(face for face in faces.values() if face.merged_into is not None)
        more = _beds_of([id_out(end.patient) for end in ends.values()])
        for match, row in chunk:
            face = faces[id_in(row.patient)]
            end = ends.get(face.patient, face)
            listed.setdefault(end.patient, _found(match, face, end, {**more, row.patient: beds.get(row.patient, ())}))
            if len(listed) == limit:
                return list(listed.values())
    return list(listed.values())


def _found(match: Match, view: FaceView, end: FaceView, beds: Mapping[Any, tuple[Bed, ...]]) -> Found:
    found = Found(
        patient=end.patient, face=end, why=match.why, score=match.score, beds=beds.get(id_out(end.patient), ())
    )
    if end.patient == view.patient:
        return found
    held = found.beds or beds.get(id_out(view.patient), ())
    return replace(found, why=(*match.why, Why.MERGED), via=view.patient, beds=held)


def _candidate(row: _Row, beds: Sequence[Bed], act: Act) -> Candidate:
    return Candidate(
        words=tuple(row.words),
        birth=row.birth,
        numbers=row.numbers,
        bed=bed_plain(beds[0].bed) if beds else "",
        is_in_house=bool(beds),
        is_near=any(bed.site and in_scope(act, site=bed.site, service=bed.ward) for bed in beds)
        if act.scope
        else False,
        is_deceased=row.is_deceased,
    )


# -- candidates --------------------------------------------------------------------------------------------


def entries_of(asked: Asked) -> list[int]:
    """Return the faces to look at, by entry number: those by number first, so that none of them is ever cut off."""
    found: dict[int, None] = {}
    for rows in (_by_number(asked), _by_bed(asked), _by_begun(asked), _by_birth(asked), _by_words(asked)):
        for entry in rows:
            found[entry] = None
    return list(found)[:FACES]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def _entry_rows(sql: str, params: Sequence[Any]) -> list[int]:
    return [row[0] for row in _rows(sql, params)]


def _begins(column: str) -> str:
    """Return the condition that a column begins with a text, by its index: two parameters, see `_span`."""
    if connection.vendor == "postgresql":  # bytes, whatever the collation
        return f"{column} ~>=~ %s AND {column} ~<~ %s"
    return f"{column} >= %s AND {column} < %s"


def _span(start: str) -> tuple[str, str]:
    return start, start + _END


def _by_number(asked: Asked) -> list[int]:
    if not asked.numbers:
        return []
    sql = f"SELECT DISTINCT entry FROM record_patientnumber WHERE plain IN ({_marks(asked.numbers)}) LIMIT 100"
    return _entry_rows(sql, asked.numbers)


def _by_begun(asked: Asked) -> list[int]:
    if not asked.begun:
        return []
    sql = f"SELECT entry FROM record_patientnumber WHERE {_begins('plain')} ORDER BY plain LIMIT 50"
    return _entry_rows(sql, _span(asked.begun))


def _by_bed(asked: Asked) -> list[int]:
    if not asked.beds:
        return []
    sql = (
        "SELECT f.entry FROM record_stay s JOIN record_patientface f ON f.patient = s.patient"
        f" WHERE s.is_open AND s.bed_plain IN ({_marks(asked.beds)}) LIMIT 100"
    )
    return _entry_rows(sql, asked.beds)


def _by_birth(asked: Asked) -> list[int]:
    """Whole dates and months by all readings; a year alone finds too many and only ranks names."""
    births = [guess.birth for guess in asked.births if len(guess.birth) == 10]  # noqa: PLR2004 - a whole date
    found: list[int] = []
    if births:
        sql = f"SELECT entry FROM record_patientface WHERE birth IN ({_marks(births)}) LIMIT 150"
        found += _entry_rows(sql, births)
    for guess in asked.births[:1]:
        if len(guess.birth) < 10 and not asked.words:  # noqa: PLR2004
            sql = f"SELECT entry FROM record_patientface WHERE {_begins('birth')} ORDER BY birth LIMIT 100"
            found += _entry_rows(sql, _span(guess.birth))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What a typed word may mean: all words it begins, and those a typo away."""

    typed: str
    near: tuple[str, ...]

    def where(self, table: str, *, with_near: bool) -> tuple[str, list[str]]:
        """Return the condition on a table of words, with its parameters."""
        sql, params = _begins(f"{table}.word"), list(_span(self.typed))
        if with_near and self.near:
            return f"({sql} OR {table}.word IN ({_marks(self.near)}))", [*params, *self.near]
        return f"({sql})", params


def _by_words(asked: Asked) -> list[int]:
    """Faces that have all the words typed, exactly, begun or nearly; else the words joined, or all but one."""
    if not asked.words:
        return []
    last = len(asked.words) - 1
    meanings = {word: _meaning(word, is_open=asked.last_open and n == last) for n, word in enumerate(asked.words)}
    wanted = [meanings[word] for word in longest(meanings)]
    found = _having(wanted)
    if len(wanted) > 1 and not found:
        found = _having([_meaning("".join(asked.words)[:WORD_CHARS], is_open=asked.last_open)])
        for left_out in range(len(wanted)):
            found += _having([one for n, one in enumerate(wanted) if n != left_out], limit=FACES // 4)
    return found


def _having(wanted: Sequence[_Meaning], *, limit: int = FACES) -> list[int]:
    """Return faces that have a word of each meaning: as typed first, then with typos; of too many, those in the
    house before the others."""
    found = _joined(wanted, with_near=False, limit=limit)
    if len(found) >= limit:
        return [*_joined(wanted, with_near=False, limit=limit, in_house=True), *found]
    if any(one.near for one in wanted):
        found += _joined(wanted, with_near=True, limit=limit)
    return list(dict.fromkeys(found))


def _joined(wanted: Sequence[_Meaning], *, with_near: bool, limit: int, in_house: bool = False) -> list[int]:
    """CROSS JOIN keeps SQLite to this order: the longest word typed is the rarest."""
    tables, conditions, params = [], [], []
    if in_house:
        tables += ["record_stay s", "record_patientface f"]
        conditions += ["s.is_open", "f.patient = s.patient", "w0.entry = f.entry"]
    for n, meaning in enumerate(wanted):
        sql, values = meaning.where(f"w{n}", with_near=with_near)
        tables.append(f"record_faceword w{n}")
        conditions += [*([f"w{n}.entry = w0.entry"] if n else []), sql]
        params += values
    order = "" if in_house or with_near else " ORDER BY w0.word, w0.entry"
    return _entry_rows(
        f"SELECT w0.entry FROM {' CROSS JOIN '.join(tables)} WHERE {' AND '.join(conditions)}{order} LIMIT {limit}",
        params,
    )


def _meaning(typed: str, *, is_open: bool) -> _Meaning:
    allowed = typos_allowed(typed)
    if not allowed:
        return _Meaning(typed=typed, near=())
    near = sorted(
        (typos, word)
        for word in _alike(typed, allowed, is_open)
        if not word.startswith(typed) and (typos := _typos(typed, word, is_open)) <= allowed
    )
    return _Meaning(typed=typed, near=tuple(word for _, word in near[:NEAR_WORDS]))


def _typos(typed: str, word: str, is_open: bool) -> int:
    allowed = typos_allowed(typed)
    typos = distance(typed, word, limit=allowed)
    if typos > allowed and is_open:
        return prefix_distance(typed, word, limit=1)
    return typos


def _alike(typed: str, allowed: int, is_open: bool) -> list[str]:
    """Return the words that share most trigrams with a typed one."""
    grams = sorted(grams_of(typed))
    longest_size = len(typed) + (allowed if not is_open else 6)
    sql = (
        "SELECT n.word FROM (SELECT word, COUNT(*) AS shared FROM record_gram"
        f" WHERE gram IN ({_marks(grams)}) AND size BETWEEN %s AND %s GROUP BY word"
        f" HAVING COUNT(*) >= %s ORDER BY shared DESC, word LIMIT {GRAM_WORDS}) g"
        " JOIN record_nameword n ON n.id = g.word"
    )
    least = max(1, len(grams) - GRAMS_LOST * allowed - is_open)
    return [row[0] for row in _rows(sql, [*grams, len(typed) - allowed, longest_size, least])]


def _beds_of(keys: Sequence[Any]) -> dict[Any, tuple[Bed, ...]]:
    """Say where patients lie, by their key as the database gives it."""
    found: dict[Any, tuple[Bed, ...]] = {}
    for begin in range(0, len(keys), 500):
        chunk = keys[begin : begin + 500]
        sql = (
            "SELECT patient, site, ward, bed, shown FROM record_stay"
            f" WHERE patient IN ({_marks(chunk)}) AND is_open ORDER BY since DESC"
        )
        for patient, site, ward, bed, shown in _rows(sql, chunk):
            place = Bed(site=site, ward=ward, bed=bed, shown=shown)
            found[patient] = (*found.get(patient, ()), place)
    return found
