"""Patients as an order names them: found when surely here, else registered with a mark to check their identity.

Owns that choice, inside a write of the laboratory. Refuses guessing: two that fit, or one that contradicts in a number,
a name, the birth date or the sex, give a new record, which then shows among the probable duplicates. Source:
docs/design/requests.md, "Patients of orders".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from relight.journal.api import Log, new_id
from relight.kernel.act import Act
from relight.record.models import PatientFace, PatientNumber
from relight.record.rules.numbers import number_plain, number_read
from relight.record.rules.said import LABORATORY_SYSTEM, Said, SaidNumber, patient_said_body, same_said
from relight.record.selectors.faces import FaceView, faces_where, merged_to
from relight.record.selectors.numbers import kinds_now, national_systems
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft


def patients_said(*, act: Act, log: Log, said: Sequence[Said]) -> list[UUID]:
    """Return the patients these orders are for, one each, registering those who are not surely here.

    Cost: some ten statements for up to 500, whatever their number. Orders that name the same person with the same
    number, or with birth date and sex, give one record.
    """
    known = [_with_systems(one) for one in said]
    faces = _candidates(known)
    found: list[UUID] = []
    made: dict[Said, UUID] = {}
    drafts: list[EntryDraft] = []
    for one in known:
        patient = _surely(one, faces) or made.get(one)
        if patient is None:
            patient = new_id(act.at)
            drafts.append(EntryDraft(type="Patient", body=patient_said_body(one), resource=patient))
            if one.is_certain:
                made[one] = patient
        found.append(patient)
    entries_write(act=act, log=log, drafts=drafts, verb="record.register_said")
    return found


def _with_systems(said: Said) -> Said:
    """Write a national number as its table stores it, under its own system; another system's name as one of its own."""
    kinds = kinds_now()
    numbers = []
    for one in said.numbers:
        known = number_read(one.value, kinds=kinds) if one.system == "national" else None
        if known is not None:
            numbers.append(SaidNumber(system=known.kind.systems[0], value=known.value))
        elif ":" in one.system:
            numbers.append(one)
        else:
            numbers.append(SaidNumber(system=f"{LABORATORY_SYSTEM}{one.system}", value=one.value))
    return said.numbered(numbers)


def _candidates(said: Sequence[Said]) -> list[FaceView]:
    """Look up who has one of the numbers, or was born that day; records that were merged lead to the one kept."""
    plains = sorted({plain for one in said for number in one.numbers if (plain := number_plain(number.value))})
    births = sorted({one.birth for one in said if one.birth})
    entries: set[int] = set()
    for begin in range(0, len(plains), 500):
        rows = PatientNumber.objects.filter(plain__in=plains[begin : begin + 500])
        entries.update(rows.values_list("entry", flat=True))
    for begin in range(0, len(births), 500):
        born = PatientFace.objects.filter(birth__in=births[begin : begin + 500])
        entries.update(born.values_list("entry", flat=True))
    return list(faces_where("f.entry", sorted(entries)))


def _surely(said: Said, faces: Sequence[FaceView]) -> UUID | None:
    strong = national_systems()
    fitting = [face for face in faces if same_said(said, face, strong=strong)]
    kept: Mapping[UUID, FaceView] = merged_to(fitting) if any(one.merged_into for one in fitting) else {}
    ids = {kept[one.patient].patient if one.patient in kept else one.patient for one in fitting}
    return ids.pop() if len(ids) == 1 else None
