"""One message of an analyzer, read with its driver: samples, results, and what must wait for a person.

Owns giving lines their meaning. Refuses matching them to orders (rules.matching), and losing a line: each
is a result, or a note of one, or a problem. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules.astm_lines import astm_lines, astm_sender
from relight.lab.rules.driver import Driver, Layout, Places, Scale, Standing, TestMapping, TestRule, Tests
from relight.lab.rules.hl7_lines import hl7_lines
from relight.lab.rules.inbox import kind_of_type
from relight.lab.rules.lines import Around, RawGroup, RawLine, RawMessage
from relight.lab.rules.reading import PatientSaid, Reading, ResultReading, SampleReading
from relight.lab.rules.values import Number, number_read, range_read, time_read
from relight.lab.types import HoldReason, MessageKind, Protocol
from relight.record.plain import is_loinc
from relight.wire import hl7
from relight.wire.astm import records as astm
from relight.wire.problems import Problem

SAMPLE_LENGTH, CODE_LENGTH, NUMBER_LENGTH = 80, 120, 40
NO_LOT = "-"  # a control whose message names no lot has this one
LOINC_SYSTEMS = frozenset({"LN", "LOINC"})
NUMBER_KINDS = frozenset({"NM", "SN"})
ORDER_REPLIES = frozenset("QXYZ")  # O-26: what an analyzer says of orders it was sent
_UNFIT = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # no database keeps these


def interpret(content: bytes, *, protocol: Protocol, driver: Driver, maps: Iterable[TestMapping] = ()) -> Reading:
    """Read one message.

    Args: content: its bytes, as they were stored. driver: of the link. maps: what people mapped on the link.
    Returns: INVALID, with the problem and its place, for what is no message at all; never raises for
    what a message holds.
    """
    try:
        if protocol is Protocol.ASTM:
            message = astm.read(content, encoding=driver.encoding or None)
            return _Reader(astm_lines(message), Protocol.ASTM, Tests.of(driver, tuple(maps))).run(message.problems)
        sent = hl7.read(content)
        return _Reader(hl7_lines(sent), Protocol.HL7, Tests.of(driver, tuple(maps))).run(sent.problems)
    except RelightError as refusal:
        return Reading(kind=MessageKind.INVALID, problems=(_problem_of(refusal),))


def sender_of(content: bytes, *, protocol: Protocol) -> str:
    """Return what the header says of the analyzer; empty where it says nothing, or is none."""
    try:
        if protocol is Protocol.ASTM:
            return astm_sender(astm.read(content).header)
        return hl7.head(content).text(3).strip()
    except RelightError:
        return ""


def _problem_of(refusal: RelightError) -> Problem:
    digits = refusal.where.rpartition(" ")[2]
    return Problem(at=int(digits) if digits.isdigit() else 0, spec=refusal.spec, params=refusal.params)


def fit(text: str) -> str:
    """Return a text as any database keeps it."""
    return text.translate(_UNFIT) if not text.isascii() or "\0" in text else text


class _Reader:
    """One message with its meaning. Lines that hold no result go to the notes of the one before them."""

    def __init__(self, raw: RawMessage, protocol: Protocol, tests: Tests) -> None:
        self.raw = raw
        self.tests = tests
        self.driver = tests.driver
        self.protocol = protocol
        self.layout = self.driver.layouts.get(protocol) or Layout()
        self.beside = 0
        self.problems: list[Problem] = []

    def run(self, problems: Iterable[Problem]) -> Reading:
        samples = _joined([sample for group in self.raw.groups if (sample := self.sample(group)) is not None])
        kind = self.kind(samples)
        return Reading(
            kind=kind,
            type=fit(self.raw.type),
            control_id=fit(self.raw.control_id),
            sender=fit(self.raw.sender),
            samples=samples,
            beside=self.beside,
            problems=(*problems, *self.problems),
        )

    def kind(self, samples: tuple[SampleReading, ...]) -> MessageKind:
        """Say what the message is about: results before anything else, because patients wait for them."""
        if samples:
            return MessageKind.QC if all(sample.is_qc for sample in samples) else MessageKind.RESULTS
        if self.protocol is Protocol.HL7:
            kind = kind_of_type(self.raw.type)
            return MessageKind.OTHER if kind is MessageKind.UNREAD else kind
        if self.raw.is_query:
            return MessageKind.QUERY
        replies = (group.around["O"].field(26).strip() for group in self.raw.groups if "O" in group.around)
        return MessageKind.ORDER_REPLY if any(word in ORDER_REPLIES for word in replies) else MessageKind.OTHER

    def sample(self, group: RawGroup) -> SampleReading | None:
        """Read the lines of one order; None when it has no result."""
        if not group.lines:
            return None
        picked = self.raw.pick(self.layout.sample, group.around) if group.sample is None else group.sample
        sample = fit(picked)
        marks = self.driver.qc
        is_qc = self.raw.pick(self.layout.qc, group.around) in marks.words or marks.is_control_id(sample)
        lines = self.lines(group, too_long=len(sample) > SAMPLE_LENGTH)
        if not lines:
            return None
        return SampleReading(
            sample="" if len(sample) > SAMPLE_LENGTH else sample,
            patient=PatientSaid() if is_qc else _patient_fit(group.patient),
            orders=tuple(fit(text)[:SAMPLE_LENGTH] for text in group.orders),
            is_qc=is_qc,
            lot=self.marked(is_qc, group, self.layout.lot, marks.lot_of(sample, group.notes), NO_LOT)[:60],
            level=self.marked(is_qc, group, self.layout.level, marks.level_of(group.notes), sample)[:40],
            lines=tuple(lines),
        )

    def marked(self, is_qc: bool, group: RawGroup, places: Places, said: str, otherwise: str) -> str:
        """Return the lot or level of a control, always one, because targets hang on it; nothing for a patient."""
        if not is_qc:
            return ""
        return fit(self.raw.pick(places, group.around) or said or otherwise or NO_LOT)

    def lines(self, group: RawGroup, *, too_long: bool) -> list[ResultReading]:
        found: list[ResultReading] = []
        waiting = [fit(note) for note in group.notes]  # what is said before the first result, or of the order
        for raw in group.lines:
            code_sent = fit(self.raw.pick(self.layout.code, raw.around))
            if raw.is_beside or self.driver.is_beside(code_sent):
                self.beside += 1
                waiting.append(f"{code_sent}: {fit(raw.value)}".strip(": "))
                waiting.extend(fit(note) for note in raw.notes)
                if found:
                    found[-1] = replace(found[-1], notes="\n".join(filter(None, [found[-1].notes, *waiting])))
                    waiting = []
                continue
            line = self.line(raw, code_sent)
            if waiting:
                line = replace(line, notes="\n".join(filter(None, [*waiting, line.notes])))
                waiting = []
            found.append(replace(line, hold=HoldReason.NO_SAMPLE, detail="") if too_long else line)
        if not found and group.lines:
            self.problems.append(Problem(at=0, spec=errors.NO_RESULT_LINE, params={"count": len(group.lines)}))
        return found

    def line(self, raw: RawLine, code_sent: str) -> ResultReading:
        pick, layout, around = self.raw.pick, self.layout, raw.around
        unit_sent = fit(pick(layout.unit, around))
        code = self.driver.code_of(code_sent)
        rule = self.tests.find(code, unit_sent)
        is_known = self.tests.knows(code)
        if rule is None and not is_known:
            rule, is_known = self.by_loinc(around, unit_sent)
        status = fit(pick(layout.status, around))
        written = fit(pick(layout.range, around))
        number = self.number(raw)
        flags = self.flags(raw)
        line = ResultReading(
            at=raw.at,
            code=code[:CODE_LENGTH],
            code_sent=code_sent,
            loinc=rule.loinc if rule else "",
            name=(rule.name if rule else fit(pick(layout.name, around)))[:120],
            value=fit(raw.value),
            unit_sent=unit_sent[:60],
            unit=rule.unit if rule else "",
            range=written[:120],
            flags=flags,
            status=status[:4],
            standing=layout.standing_of(status),
            in_range=self.in_range(number, written),
            measured_at=time_read(pick(layout.measured, around)),
            instrument=fit(pick(layout.instrument, around))[:120],
            notes="\n".join(fit(note) for note in raw.notes),
        )
        return self.judged(line, raw, rule, number, is_known=is_known or len(unit_sent) > 60)

    def by_loinc(self, around: Around, unit_sent: str) -> tuple[TestRule | None, bool]:
        """Take a LOINC code sent as such, where the driver believes them.

        Returns: what it means with this unit, and whether there is such a code at all.
        """
        if not self.driver.believes_loinc:
            return None, False
        for place in self.layout.loinc:
            record = around.get(place.record)
            sent = self.raw.text_at(record, place).strip() if record is not None else ""
            if record is None or not is_loinc(sent):
                continue
            if self.protocol is Protocol.HL7:
                system = record.component(place.field, place.component + 2)
                if system not in LOINC_SYSTEMS:
                    continue
            if self.tests.knows(sent):
                return self.tests.find(sent, unit_sent), True
            unit = self.driver.unit_of(unit_sent)
            name = fit(self.raw.pick(self.layout.name, around))
            if unit:
                return TestRule(loinc=sent, name=name, unit=unit), True
            kind = around[place.record].field(2) if self.protocol is Protocol.HL7 else ""
            if unit == "" and kind not in NUMBER_KINDS:
                return TestRule(loinc=sent, name=name, scale=Scale.TEXT), True
            return None, True
        return None, False

    def judged(
        self, line: ResultReading, raw: RawLine, rule: TestRule | None, number: Number | None, *, is_known: bool
    ) -> ResultReading:
        """Say whether a line may go on, and give its number in UCUM."""
        shown = f"{line.code_sent[:80]} [{line.unit_sent}]" if line.unit_sent else line.code_sent[:100]
        if line.standing is Standing.UNUSABLE:
            return replace(line, hold=HoldReason.UNREADABLE, detail=f"{shown} ({line.status})")
        if rule is None:
            reason = HoldReason.UNKNOWN_UNIT if is_known else HoldReason.UNKNOWN_TEST
            return replace(line, hold=reason, detail=shown)
        other = self.other_specimen(raw, rule)
        if other:
            return replace(line, loinc="", hold=HoldReason.UNKNOWN_TEST, detail=f"{shown} ({other})")
        if number is not None and rule.scale is Scale.NUMBER:
            text = number.times(rule.factor)
            if len(text) <= NUMBER_LENGTH:
                return replace(line, number=text)
        elif line.value and (rule.scale is Scale.TEXT or line.value in self.driver.texts):
            return line
        return replace(line, hold=HoldReason.UNREADABLE, detail=shown)

    def other_specimen(self, raw: RawLine, rule: TestRule) -> str:
        """Return the specimen the message names when it is not the one the test is known for."""
        if not rule.specimen:
            return ""
        sent = self.raw.pick(self.layout.specimen, raw.around)
        if not sent or self.driver.specimens.get(sent) == rule.specimen:
            return ""
        return fit(sent)[:40]

    def number(self, raw: RawLine) -> Number | None:
        if "~" in raw.value or "\\" in raw.value:  # several values are not one
            return None
        if raw.kind == "SN":
            return number_read(raw.value, decimals=self.driver.decimals)
        for place in self.layout.value:
            record = raw.around.get(place.record)
            text = self.raw.text_at(record, place).strip(" ") if record is not None else ""
            if text:  # a first component is the value only when nothing stands beside it
                alone = place.component > 1 or text == raw.value
                return number_read(text, decimals=self.driver.decimals) if alone else None
        return None

    def in_range(self, number: Number | None, written: str) -> bool | None:
        limits = range_read(written, decimals=self.driver.decimals) if written else None
        return limits.holds(number) if number is not None and limits is not None else None

    def flags(self, raw: RawLine) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for place in self.layout.flags:
            record = raw.around.get(place.record)
            if record is None or not record.field(place.field):
                continue
            for repeat in range(len(record.repeats(place.field))):
                if place.component:
                    text = record.component(place.field, place.component, repeat)
                else:
                    text = "^".join(part for part in record.components(place.field, repeat) if part)
                text = fit(text.strip())
                if text:
                    found[self.driver.flags.get(text, text)[:20]] = None
        return tuple(found)


def _patient_fit(said: PatientSaid) -> PatientSaid:
    return PatientSaid(
        ids=tuple(fit(text) for text in said.ids),
        family=fit(said.family),
        given=fit(said.given),
        birth_date=fit(said.birth_date),
        sex=fit(said.sex),
    )


def _joined(samples: list[SampleReading]) -> tuple[SampleReading, ...]:
    """Bring together what several orders say of one sample of one patient; unnamed samples stay apart."""
    found: dict[object, SampleReading] = {}
    for place, sample in enumerate(samples):
        key = (sample.sample, sample.patient, sample.is_qc, sample.lot, sample.level) if sample.sample else place
        known = found.get(key)
        if known is None:
            found[key] = sample
        else:
            orders = tuple(dict.fromkeys((*known.orders, *sample.orders)))
            found[key] = replace(known, lines=(*known.lines, *sample.lines), orders=orders)
    return tuple(found.values())
