"""What a list of patients says beside each name: allergies, the last early warning score, what is still requested.

Owns gathering for many patients at once, a few statements whatever their number; what a resource says is read by
rules/chart. Refuses to journal: the page that shows it does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import Allergy, AllergyState, allergy_read, allergy_state
from relight.record.rules.chart.coding import SNOMED
from relight.record.rules.search_values import code_norm, key_of, system_key
from relight.record.selectors.rows import id_in, id_out, time_in

NEWS2: Final = "1104051000000101"  # SNOMED: NEWS2 total score
_AT_ONCE: Final = 400
URGENT_FROM, MEDIUM_FROM = 7, 5  # Royal College of Physicians, NEWS2 thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An early warning score. Args: total: 0 to 20. at: when it was taken."""

    total: int
    at: datetime | None

    @property
    def look(self) -> str:
        """Return the word of its state: `down` from 7 on, `degraded` from 5 on, else `up`."""
        return "down" if self.total >= URGENT_FROM else "degraded" if self.total >= MEDIUM_FROM else "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What stands beside a name. Args: allergies: names of the substances, the gravest first. requested: orders that
    are open."""

    state: AllergyState = AllergyState.NOT_ASKED
    allergies: tuple[str, ...] = ()
    score: Score | None = None
    requested: int = 0


def marks_of(patients: Iterable[UUID], *, merged: Mapping[UUID, UUID]) -> dict[UUID, Marks]:
    """Gather the marks of patients. Three statements a 400.

    Args: merged: a record that leads elsewhere -> the patient it counts for.
    """
    wanted = list(dict.fromkeys(patients))
    records = [*wanted, *(one for one, end in merged.items() if end in set(wanted))]
    allergies: dict[UUID, list[Allergy]] = defaultdict(list)
    scores: dict[UUID, Score] = {}
    requested: dict[UUID, int] = defaultdict(int)
    for begin in range(0, len(records), _AT_ONCE):
        chunk = records[begin : begin + _AT_ONCE]
        for patient, body in _allergies(chunk):
            allergies[merged.get(patient, patient)].append(allergy_read(loads(bytes(body))))
        for patient, score in _scores(chunk):
            end = merged.get(patient, patient)
            scores[end] = _later(scores.get(end), score)
        for patient, count in _requests(chunk):
            requested[merged.get(patient, patient)] += count
    return {
        one: Marks(
            state=allergy_state(allergies[one]),
            allergies=_names(allergies[one]),
            score=scores.get(one),
            requested=requested[one],
        )
        for one in wanted
    }


def asked_of(patients: Iterable[UUID], *, merged: Mapping[UUID, UUID]) -> frozenset[UUID]:
    """Return those of some patients whose allergies were asked for. One statement a 400."""
    records = [*dict.fromkeys(patients), *merged]
    found: dict[UUID, list[Allergy]] = defaultdict(list)
    for begin in range(0, len(records), _AT_ONCE):
        for patient, body in _allergies(records[begin : begin + _AT_ONCE]):
            found[merged.get(patient, patient)].append(allergy_read(loads(bytes(body))))
    return frozenset(one for one, held in found.items() if allergy_state(held) is not AllergyState.NOT_ASKED)


def _names(held: Sequence[Allergy]) -> tuple[str, ...]:
    grave = sorted((one for one in held if one.is_active and not one.is_negative), key=_gravity)
    return tuple(dict.fromkeys(one.name for one in grave if one.name))


def _gravity(one: Allergy) -> tuple[bool, str]:
    return (one.criticality != "high", one.name.casefold())


def _later(held: Score | None, new: Score) -> Score:
    if held is None or (new.at is not None and (held.at is None or new.at >= held.at)):
        return new
    return held


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def _allergies(records: Sequence[UUID]) -> list[tuple[UUID, bytes]]:
    sql = (
        "SELECT patient, body FROM record_resource WHERE type = 'AllergyIntolerance' AND status = 'current'"
        f" AND patient IN ({_marks(records)})"
    )
    return [(id_in(patient), body) for patient, body in _rows(sql, [id_out(one) for one in records])]


def _scores(records: Sequence[UUID]) -> list[tuple[UUID, Score]]:
    sql = (  # from the patients: the index of codes holds every score ever taken in the house
        "SELECT patient, body, clinical_at FROM (SELECT r.patient, r.body, r.clinical_at, ROW_NUMBER() OVER"
        " (PARTITION BY r.patient ORDER BY r.clinical_at DESC) AS place FROM record_resource r"
        f" WHERE r.patient IN ({_marks(records)}) AND r.type = 'Observation' AND r.status = 'current'"
        " AND r.clinical_at IS NOT NULL AND EXISTS (SELECT 1 FROM record_tokenindex t"
        " WHERE t.key = %s AND t.code = %s AND t.system = %s AND t.entry = r.entry)) latest WHERE place = 1"
    )
    wanted = [key_of("Observation", "code"), NEWS2, system_key(code_norm(SNOMED))]
    found = []
    for patient, body, at in _rows(sql, [*(id_out(one) for one in records), *wanted]):
        total = _total(loads(bytes(body)))
        if total is not None:
            found.append((id_in(patient), Score(total=total, at=time_in(at) if at else None)))
    return found


def _total(body: Mapping[str, Any]) -> int | None:
    quantity = body.get("valueQuantity")
    value = quantity.get("value") if isinstance(quantity, Mapping) else body.get("valueInteger")
    try:
        return None if isinstance(value, bool) or value is None else int(value)
    except (TypeError, ValueError):
        return None


def _requests(records: Sequence[UUID]) -> list[tuple[UUID, int]]:
    sql = (
        "SELECT patient, COUNT(*) FROM record_orderrow WHERE state = 'open'"
        f" AND patient IN ({_marks(records)}) GROUP BY patient"
    )
    return [(id_in(patient), count) for patient, count in _rows(sql, [id_out(one) for one in records])]
