"""What the laboratory system is sent: one report as an ORU^R01, or as an LIS02 message.

Owns which field says what. Refuses to say more than is known: an unvalidated result is preliminary
(OBX-11 P), a corrected one says so (C). Source: HL7 v2.5.1 chapter 7; LIS02-A2; docs/design/gateway.md,
"Delivery".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from relight.lab.types import Protocol, Validation
from relight.wire import hl7
from relight.wire.astm import records as astm

SENDER = "RELIGHT"
PRELIMINARY, FINAL, CORRECTED = "P", "F", "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientOut:
    """A patient as the order names them, or as the analyzer did. Args: ids: (value, authority)."""

    ids: tuple[tuple[str, str], ...] = ()
    family: str = ""
    given: str = ""
    birth_date: date | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOut:
    """One result. Args: number, unit: in UCUM; empty number: `value` is a text."""

    code: str
    loinc: str
    name: str
    value: str
    number: str
    unit: str
    range: str
    flags: tuple[str, ...]
    corrects: bool
    measured_at: datetime | None
    instrument: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOut:
    """One report as it leaves."""

    id: UUID
    control_id: str
    link: str
    sample: str
    order: str
    patient: PatientOut
    validation: Validation
    results: tuple[ResultOut, ...]


def control_id_of(report: UUID, *, revision: int = 0) -> str:
    """Return the control id of a report: 20 characters, the same at every attempt. A mended one gets another."""
    return sha256(report.bytes + revision.to_bytes(4, "big")).hexdigest()[:20].upper()


def report_message(report: ReportOut, *, protocol: Protocol, at: datetime) -> bytes:
    """Write a report for a laboratory system, not framed. The same report and time give the same bytes."""
    return _hl7(report, at=at) if protocol is Protocol.HL7 else _astm(report, at=at)


def _status(report: ReportOut, result: ResultOut) -> str:
    if result.corrects:
        return CORRECTED
    return FINAL if report.validation.is_final else PRELIMINARY


def _time(at: datetime | None) -> str:
    return hl7.stamp(at) if at else ""


def _birth(patient: PatientOut) -> str:
    return patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""


def _hl7(report: ReportOut, *, at: datetime) -> bytes:
    patient = report.patient
    done = max((result.measured_at for result in report.results if result.measured_at), default=None)
    status = FINAL if report.validation.is_final else PRELIMINARY
    segments: list[Sequence[hl7.Field]] = [
        ["MSH", "", "", SENDER, report.link, "LIS", "", _time(at), "", ("ORU", "R01", "ORU_R01"), report.control_id,
         "P", "2.5.1"],
        ["PID", "1", "", [(value, "", "", authority) for value, authority in patient.ids], "",
         (patient.family, patient.given), "", _birth(patient), patient.sex],
        ["OBR", "1", report.order, report.sample, ("11502-2", "Laboratory report", "LN"), "", "", _time(done),
         *[""] * 14, _time(at), "", "LAB", status],
    ]  # fmt: skip
    segments += [_obx(place, report, result) for place, result in enumerate(report.results, start=1)]
    segments.append(["SPM", "1", report.sample])
    return hl7.build(segments)


def _obx(place: int, report: ReportOut, result: ResultOut) -> Sequence[hl7.Field]:
    known = (result.loinc, result.name, "LN") if result.loinc else ("", "", "")
    return [
        "OBX",
        str(place),
        "NM" if result.number else "ST",
        (*known, result.code, "", "L"),
        "",
        result.number or result.value,
        (result.unit, "", "UCUM") if result.unit else "",
        result.range,
        list(result.flags),
        "",
        "",
        _status(report, result),
        "",
        "",
        _time(result.measured_at),
        "",
        "",
        "",
        result.instrument,
    ]


def _astm(report: ReportOut, *, at: datetime) -> bytes:
    patient = report.patient
    when = at.strftime("%Y%m%d%H%M%S")
    lines: list[Sequence[astm.Value]] = [
        ["H", "", report.control_id, "", SENDER, "", "", "", "", "LIS", "", "P", "LIS2-A2", when],
        ["P", "1", patient.ids[0][0] if patient.ids else "", "", "", (patient.family, patient.given), "",
         _birth(patient), patient.sex],
        ["O", "1", report.sample, "", ("", "", "", "ALL"), "R"],
    ]  # fmt: skip
    for place, result in enumerate(report.results, start=1):
        measured = result.measured_at.strftime("%Y%m%d%H%M%S") if result.measured_at else ""
        lines.append(
            ["R", str(place), ("", "", "", result.loinc or result.code, result.code), result.number or result.value,
             result.unit, result.range, list(result.flags), "", _status(report, result), "", "", "", measured,
             result.instrument]
        )  # fmt: skip
    lines.append(["L", "1", "N"])
    return astm.build(lines, encoding="utf-8")
