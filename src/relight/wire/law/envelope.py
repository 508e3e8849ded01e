"""MSH and the other segments that every message of LAW is built with.

Owns writing them. Refuses numbering and clocks: control id and time come in the `Envelope`.
Source: IHE PaLM TF-2b, section 3.27 and following; HL7 v2.5.1.
"""

from __future__ import annotations

from relight.wire.hl7 import Field, Verbatim, build, stamp
from relight.wire.law.types import Coded, Envelope, Patient, SampleId

Row = list[Field]


def msh(envelope: Envelope, *, type: tuple[str, str, str], profile: str, asks: bool) -> Row:
    """Return the MSH of a LAW message. `asks`: an answer of the application is wanted; answers want none."""
    ends = [envelope.sender_app, envelope.sender_facility, envelope.receiver_app, envelope.receiver_facility]
    row: Row = ["MSH", "", "", *map(_end, ends), stamp(envelope.at), "", type, envelope.control_id]
    row += [envelope.processing_id, envelope.version, "", "", "NE" if asks else "", "AL" if asks else ""]
    return [*row, "", "", "", "", (profile, "IHE")]


def _end(text: str) -> Field:
    """MSH-3 to MSH-6: an answer repeats what the asker wrote; a setting may hold components."""
    return text if isinstance(text, Verbatim) else tuple(text.split("^"))


def msa(code: str, asked: str, text: str = "") -> Row:
    """Return the MSA of an answer. `asked` is MSH-10 of what is answered and stands as it came."""
    return ["MSA", code, Verbatim(asked), text]


def coded_field(value: Coded) -> Field:
    """Write a CE or CWE."""
    return (value.code, value.text, value.system, value.alt_code, value.alt_text, value.alt_system)


def pid(patient: Patient) -> Row:
    ids: Field = [(one.value, "", "", one.authority, one.kind) for one in patient.ids]
    return ["PID", "", "", ids, "", (patient.family, patient.given), "", patient.birth, patient.sex]


def pv1(patient: Patient) -> Row | None:
    """PV1, where there is something to say. The class of the patient is required and not known: U."""
    if not (patient.visit or patient.ward):
        return None
    return ["PV1", "", "U", patient.ward, *[""] * 15, patient.visit]


def sample_field(sample: SampleId) -> Field:
    """Write SPM-2: the placer's identifier, its authority as a subcomponent."""
    return ((sample.value, sample.authority),) if sample.value else ""


def written(rows: list[Row], envelope: Envelope) -> bytes:
    return build(rows, delimiters=envelope.delimiters, charset=envelope.charset)
