"""Reading the segments that several messages share: patient, sample, container, coded values.

Owns PID, PV1, SPM and SAC. Refuses deciding who a patient is. Source: HL7 v2.5.1 chapters 2A, 3, 7 and 13.
"""

from __future__ import annotations

from relight.wire.hl7 import Segment
from relight.wire.law.types import Coded, Patient, PatientId, Role, SampleId

NULL = '""'
_ROLES = {role.value: role for role in Role if role.value}


def plain(text: str) -> str:
    """Return a value, with the HL7 null as nothing."""
    return "" if text == NULL else text


def value(segment: Segment, number: int) -> str:
    """Return the first component of a field."""
    return plain(segment.first(number))


def coded(segment: Segment, number: int, repeat: int = 0) -> Coded:
    """Read a CE or CWE."""
    parts = [plain(part) for part in segment.components(number, repeat)[:6]]
    code, text, system, alt_code, alt_text, alt_system = [*parts, *[""] * (6 - len(parts))]
    return Coded(code=code, text=text, system=system, alt_code=alt_code, alt_text=alt_text, alt_system=alt_system)


def entity(segment: Segment, number: int) -> SampleId | None:
    """Read an EI, such as SAC-3: `022^BARCODE`."""
    found = plain(segment.first(number))
    return SampleId(value=found, authority=segment.first(number, 2)) if found else None


def pair(segment: Segment, number: int, repeat: int = 0) -> list[SampleId]:
    """Read an EIP, such as SPM-2: the placer's identifier and the filler's, each with its authority."""
    found = []
    for place in (1, 2):
        parts = segment.subcomponents(number, place, repeat)
        if parts and plain(parts[0]):
            found.append(SampleId(value=parts[0], authority=parts[1] if len(parts) > 1 else ""))
    return found


def patient_read(pid: Segment) -> Patient:
    """Read PID; the old PID-2 and PID-4 where PID-3 is empty."""
    ids = _patient_ids(pid, 3) or [*_patient_ids(pid, 2), *_patient_ids(pid, 4)]
    return Patient(
        ids=tuple(ids),
        family=plain(pid.first(5)),
        given=plain(pid.component(5, 2)),
        birth=value(pid, 7),
        sex=value(pid, 8),
    )


def _patient_ids(pid: Segment, number: int) -> list[PatientId]:
    return [
        PatientId(value=found, authority=pid.first(number, 4, repeat), kind=pid.component(number, 5, repeat))
        for repeat in range(len(pid.repeats(number)))
        if (found := plain(pid.first(number, 1, repeat)))
    ]


def role_read(spm: Segment) -> Role:
    """Read SPM-11."""
    return _ROLES.get(value(spm, 11).upper(), Role.OTHER)


def distinct(ids: list[SampleId]) -> tuple[SampleId, ...]:
    """Return ids by value, the first of each, in order: SPM-2 and SAC-3 often repeat one another."""
    seen: dict[str, SampleId] = {}
    for sample_id in ids:
        seen.setdefault(sample_id.value, sample_id)
    return tuple(seen.values())
