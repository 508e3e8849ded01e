"""Sets of vital signs written here: one, the last ones; which oxygen target counts, whether somebody is pregnant.

Reads are noted by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.chart.coding import codings
from relight.record.rules.news2 import Scale
from relight.record.rules.oxygen_target import FLAG, scale_of
from relight.record.rules.search_values import key_of as index_key
from relight.record.rules.vitals import SET, VitalSet, is_pregnant_in, key_of, set_of, set_read
from relight.record.selectors.faces import FaceView
from relight.record.selectors.rows import id_in, id_out
from relight.record.selectors.store import resources_get
from relight.record.types import Held, ResourceStatus

PREGNANT_FOR = timedelta(weeks=42)
_PREGNANT = re.compile(r"(?:77386006|W78|O\d.*|Z3[345].*)\Z")  # SNOMED CT, ICPC-2, ICD-10


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSet:
    """A set as it is held. Args: id: of the set. held: its Observations by key, the score's too. versions: what a form
    sends back, so that a change of any of them is a conflict."""

    id: str
    given: VitalSet
    held: dict[str, Held]
    by: str

    @property
    def versions(self) -> str:
        return versions_text(self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class OxygenTarget:
    """Which scale counts, and who chose it. Args: flag: the resource that says so, None while nobody chose."""

    scale: Scale
    flag: Held | None
    by: str = ""
    at: datetime | None = None
    reason: str = ""


def versions_text(held: dict[str, Held]) -> str:
    """Return the versions of a set's Observations as one text."""
    return " ".join(sorted(f"{one.id.hex[-12:]}:{one.version}" for one in held.values()))


def set_get(*, records: Sequence[UUID], set_id: str) -> HeldSet:
    """Return a set, without what was marked as entered in error. Raises: NOT_IN_CHART (RL-REC-354) for none here."""
    marks = ", ".join(["%s"] * len(records))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id FROM record_identifier i JOIN record_resource r ON r.id = i.resource"
            f" WHERE i.system = %s AND i.value = %s AND r.type = 'Observation' AND r.patient IN ({marks})",
            [SET, set_id, *(id_out(one) for one in records)],
        )
        ids = [id_in(row[0]) for row in cursor.fetchall()]
    found: dict[str, Held] = {}
    bodies: list[Any] = []
    at: datetime | None = None
    by = ""
    for held in sorted(resources_get(ids=ids).values(), key=lambda one: one.id):
        if held.status is not ResourceStatus.CURRENT:
            continue
        body = loads(held.body)
        found[key_of(body)] = held
        bodies.append(body)
        at = held.clinical_at or at
        by = by or next((str(one.get("display") or "") for one in body.get("performer", [])), "")
    if at is None:
        raise errors.NOT_IN_CHART.error(where="Observation", type="Observation")
    return HeldSet(id=set_id, given=set_read(bodies, at=at), held=found, by=by)


def set_id_of(body: dict[str, Any]) -> str:
    """Return the set an Observation belongs to, empty for none."""
    return set_of(body)


def age_of(face: FaceView, *, today: date) -> int | None:
    """Return somebody's age in years; a guessed one counts; None where nobody knows. A year alone counts as its end."""
    if len(face.birth) == 10:  # noqa: PLR2004 - a whole date
        born = date.fromisoformat(face.birth)
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if face.birth[:4].isdigit():
        return max(0, today.year - int(face.birth[:4]) - 1)
    return face.about


def oxygen_target(*, records: Sequence[UUID]) -> OxygenTarget:
    """Return which oxygen saturation a prescriber said to aim at; scale 1 while nobody said."""
    for held in _latest(records, types=("Flag",)):
        body = loads(held.body)
        if any(each.system == FLAG for each in codings(body.get("code"))):
            by = body.get("author")
            return OxygenTarget(
                scale=scale_of(body), flag=held, by=str(by.get("display") or "") if isinstance(by, dict) else "",
                at=held.clinical_at, reason=str((body.get("code") or {}).get("text") or ""),
            )  # fmt: skip
    return OxygenTarget(scale=Scale.ONE, flag=None)


def is_pregnant(*, records: Sequence[UUID], at: datetime) -> bool:
    """Say whether a record says that somebody is pregnant now: the last status typed here, or an active problem."""
    for held in _latest(records, types=("Observation",), code="82810-3", most=1):
        said = is_pregnant_in(loads(held.body))
        if said is not None and held.clinical_at is not None:
            return said and at - held.clinical_at < PREGNANT_FOR
    for held in _latest(records, types=("Condition",)):
        body = loads(held.body)
        status = {each.code for each in codings(body.get("clinicalStatus"))}
        if status and not status & {"active", "recurrence", "relapse"}:
            continue
        recent = held.clinical_at is None or at - held.clinical_at < PREGNANT_FOR
        if recent and any(_PREGNANT.match(each.code) for each in codings(body.get("code"))):
            return True
    return False


def _latest(records: Sequence[UUID], *, types: Sequence[str], code: str = "", most: int = 200) -> list[Held]:
    """List current resources of a record, the latest first. Args: code: of the search index, for one type."""
    marks, kinds = ", ".join(["%s"] * len(records)), ", ".join(["%s"] * len(types))
    params: list[Any] = [*(id_out(one) for one in records), *types]
    having = ""
    if code:
        found = "SELECT 1 FROM record_tokenindex t WHERE t.entry = r.entry AND t.key = %s AND t.code = %s LIMIT 1"
        having = f" AND ({found}) = 1"
        params += [index_key(types[0], "code"), code]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id FROM record_resource r WHERE r.patient IN ({marks}) AND r.type IN ({kinds})"
            f" AND r.status = 'current'{having} ORDER BY CASE WHEN r.clinical_at IS NULL THEN 1 ELSE 0 END,"
            f" r.clinical_at DESC, r.id DESC LIMIT {int(most)}",
            params,
        )
        ids = [id_in(row[0]) for row in cursor.fetchall()]
    held = resources_get(ids=ids)
    return [held[one] for one in ids]
