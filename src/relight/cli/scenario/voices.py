"""What the analyzers of the demonstration say: results, controls, questions, in ASTM records and in HL7 messages.

Owns writing a message where the driver of the family reads it: one layout, both ways. Refuses sockets and clocks.
Source: LIS02-A2; IHE LAW, LAB-27 to LAB-29; docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relight.cli.scenario.tubes import Person, Reading
from relight.lab.plain import Driver, Layout, Place, Places, Protocol, Standing
from relight.wire import hl7, law
from relight.wire.astm import records as astm

Cells = dict[int, dict[int, str]]  # field -> component -> text; a component of 0 is the whole field
DEFAULT_ENCODING = "iso8859-1"
HOST = "RELIGHT"
LOINC = "LN"  # HL7 table 0396


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Which control a message is about."""

    level: str
    lot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one analyzer speaks. Args: sender: the name in its headers."""

    driver: Driver
    protocol: Protocol
    sender: str

    @property
    def layout(self) -> Layout:
        return self.driver.layouts[self.protocol]

    @property
    def encoding(self) -> str:
        return self.driver.encoding or DEFAULT_ENCODING

    def results(
        self,
        *,
        sample: str,
        readings: Sequence[Reading],
        at: datetime,
        control_id: str,
        person: Person | None = None,
        is_correction: bool = False,
    ) -> bytes:
        """Say what was measured in a patient's tube. Args: at: local time, as the analyzer's clock shows it."""
        word = self._word(Standing.CORRECTION if is_correction else Standing.FINAL)
        return self._said(sample, readings, at=at, control_id=control_id, person=person, word=word, control=None)

    def controls(self, *, control: Control, readings: Sequence[Reading], at: datetime, control_id: str) -> bytes:
        """Say what was measured in a control."""
        sample = _control_sample(self.driver, control)
        word = self._word(Standing.FINAL)
        return self._said(sample, readings, at=at, control_id=control_id, person=None, word=word, control=control)

    def question(self, *, sample: str, at: datetime, control_id: str) -> bytes:
        """Ask what is to be done with a tube."""
        if self.protocol is Protocol.ASTM:
            header = self._header(at, control_id)
            return astm.build(
                [header, ["Q", "1", ("", sample), "", "ALL", *[""] * 7, "O"], ["L", "1", "N"]], encoding=self.encoding
            )
        envelope = law.Envelope(control_id=control_id, at=at, sender_app=self.sender, receiver_app=HOST)
        query = law.Query(kind=law.QueryKind.SAMPLE, tag=control_id, sample=sample)
        return law.query_build(query, envelope=envelope)

    def _word(self, standing: Standing) -> str:
        """Return the family's word for a standing; the standard's first letter where it has several."""
        words = [word for word, means in self.layout.statuses.items() if means is standing and word]
        preferred = {Standing.FINAL: "F", Standing.CORRECTION: "C"}[standing]
        return preferred if preferred in words or not words else words[0]

    def _said(
        self,
        sample: str,
        readings: Sequence[Reading],
        *,
        at: datetime,
        control_id: str,
        person: Person | None,
        word: str,
        control: Control | None,
    ) -> bytes:
        head: dict[str, Cells] = {}
        _put(head, self.layout.sample, sample)
        if control is not None:
            _put(head, self.layout.qc, self._control_word())
            _put(head, self.layout.lot, control.lot)
            _put(head, self.layout.level, control.level)
        lines = [self._line(reading, at=at, word=word) for reading in readings]
        write = self._astm if self.protocol is Protocol.ASTM else self._hl7
        return write(head, lines, readings, at=at, control_id=control_id, person=person)

    def _control_word(self) -> str:
        words = self.driver.qc.words
        return "Q" if "Q" in words or not words else min(words)

    def _line(self, reading: Reading, *, at: datetime, word: str) -> dict[str, Cells]:
        cells: dict[str, Cells] = {}
        layout, assay = self.layout, reading.assay
        _put(cells, layout.code, f"{self.driver.code_starts}{assay.code}")
        if self.protocol is Protocol.HL7 and assay.code == assay.loinc:
            _put(cells, layout.code, LOINC, beside=2)
        _put(cells, layout.value, reading.value)
        _put(cells, layout.unit, assay.unit)
        _put(cells, layout.range, assay.range)
        _put(cells, layout.flags, reading.flag)
        _put(cells, layout.status, word)
        _put(cells, layout.measured, at.strftime("%Y%m%d%H%M%S"))
        return cells

    # -- ASTM ------------------------------------------------------------------------------------------

    def _header(self, at: datetime, control_id: str) -> list[Any]:
        version = "LIS2-A2"
        return ["H", "", control_id, "", self.sender, *[""] * 6, "P", version, at.strftime("%Y%m%d%H%M%S")]

    def _astm(
        self,
        head: dict[str, Cells],
        lines: Sequence[dict[str, Cells]],
        readings: Sequence[Reading],
        *,
        at: datetime,
        control_id: str,
        person: Person | None,
    ) -> bytes:
        patient: list[Any] = ["P", "1"]
        if person is not None:
            name = (person.family, person.given)
            patient += [person.record, "", "", name, "", person.birth.strftime("%Y%m%d"), person.sex]
        rows: list[list[Any]] = [self._header(at, control_id), patient]
        rows.append(_record("O", head.get("O", {}), first={2: "1"}))
        for number, cells in enumerate(lines, 1):
            rows.append(_record("R", cells.get("R", {}), first={2: str(number)}))
        rows.append(["L", "1", "N"])
        return astm.build(rows, encoding=self.encoding)

    # -- HL7 -------------------------------------------------------------------------------------------

    def _hl7(
        self,
        head: dict[str, Cells],
        lines: Sequence[dict[str, Cells]],
        readings: Sequence[Reading],
        *,
        at: datetime,
        control_id: str,
        person: Person | None,
    ) -> bytes:
        msh = ["MSH", "", "", self.sender, "", HOST, "", hl7.stamp(at), "", ("OUL", "R22", "OUL_R22"), control_id]
        rows: list[Sequence[hl7.Field]] = [[*msh, "P", "2.5.1", "", "", "NE", "AL", "", "", "", "", ("LAB-29", "IHE")]]
        if person is not None:
            rows.append(
                ["PID", "1", "", (person.record, "", "", "", "MR"), "", (person.family, person.given), "",
                 person.birth.strftime("%Y%m%d"), person.sex]
            )  # fmt: skip
        rows.append(_segment("SPM", head.get("SPM", {}), first={1: "1"}))
        if "SAC" in head:
            rows.append(_segment("SAC", head["SAC"]))
        shared = head.get("OBR", {})
        for number, (cells, reading) in enumerate(zip(lines, readings, strict=True), 1):
            test: dict[int, dict[int, str]] = {**shared, 4: {1: reading.assay.code, 2: reading.assay.name}}
            rows.append(_segment("OBR", test, first={1: str(number)}))
            obx = _segment("OBX", cells.get("OBX", {}), first={1: "1", 2: "NM"})
            rows.append(obx)
        return hl7.build(rows)


def _put(cells: dict[str, Cells], places: Places, text: str, *, beside: int = 0) -> None:
    """Write a text where the family's driver looks first, or so many components behind."""
    if text and places:
        place: Place = places[0]
        cells.setdefault(place.record, {}).setdefault(place.field, {})[place.component + beside] = text


def _record(kind: str, cells: Cells, *, first: dict[int, str]) -> list[Any]:
    """Write an ASTM record; its first field is its type."""
    row: list[Any] = [kind, *[""] * (max([*cells, *first]) - 1)]
    for field, text in first.items():
        row[field - 1] = text
    for field, parts in cells.items():
        row[field - 1] = _field(parts)
    return row


def _segment(name: str, cells: Cells, *, first: dict[int, str] | None = None) -> list[Any]:
    """Write an HL7 segment: field n stands at place n."""
    begun = first or {}
    row: list[Any] = [name, *[""] * max([*cells, *begun, 1])]
    for field, text in begun.items():
        row[field] = text
    for field, parts in cells.items():
        row[field] = _field(parts)
    return row


def _field(parts: dict[int, str]) -> str | tuple[str, ...]:
    if set(parts) <= {0, 1}:
        return parts.get(0) or parts.get(1, "")
    return tuple(parts.get(number, "") for number in range(1, max(parts) + 1))


def _control_sample(driver: Driver, control: Control) -> str:
    """Write the sample id of a control, in the family's way."""
    if driver.qc.lot_after:
        return f"{driver.qc.lot_after}{control.lot}"
    if driver.qc.samples:
        return driver.qc.samples[0].replace("*", control.level).replace("?", "1")
    return control.level
