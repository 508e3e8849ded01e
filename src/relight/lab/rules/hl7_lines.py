"""Result lines of an HL7 message: which OBX stands under which order, specimen and patient.

Owns the order of segments in ORU and OUL messages. Refuses meaning. Source: HL7 v2.5.1 chapters 7 and
13, IHE LAW (LAB-29); docs/design/lab.md, “Reading”, cases 10-19.
"""

from __future__ import annotations

from collections.abc import Sequence

from relight.lab.rules.driver import Place
from relight.lab.rules.inbox import RESULT_TYPES
from relight.lab.rules.lines import RawGroup, RawLine, RawMessage
from relight.lab.rules.reading import PatientSaid
from relight.wire.hl7 import Message, Segment

CODED = frozenset({"CE", "CWE", "CNE", "CF"})
NULL = '""'  # HL7: delete what you have; it is no value
SUPPLEMENTARY = "S_"  # IHE LAW: OBX-3.4 of an observation that is no result


def hl7_lines(message: Message) -> RawMessage:
    """Read the result lines of a message, whatever its type."""
    segments = message.segments
    head = segments[0]
    found = RawMessage(
        type=f"{message.type}^{message.trigger}".strip("^"),
        control_id=message.control_id,
        sender=head.component(3, 1).strip(),
        text_at=hl7_text_at,
    )
    _Walk(found, head, specimen_first=_specimen_first(segments)).run(segments)
    return found


def hl7_text_at(segment: Segment, place: Place) -> str:
    """Return what a place of a segment holds."""
    if place.sub:
        parts = segment.subcomponents(place.field, place.component)
        text = parts[place.sub - 1] if place.sub <= len(parts) else ""
    elif place.component:
        text = segment.component(place.field, place.component)
    else:
        text = segment.field(place.field)
    return "" if text == NULL else text


def patient_of(segment: Segment | None) -> PatientSaid:
    """Return what a PID segment says of the patient."""
    if segment is None:
        return PatientSaid()
    ids = [segment.first(3, 1, repeat) for repeat in range(len(segment.repeats(3)))]
    ids += [segment.first(2), segment.first(4)]
    return PatientSaid(
        ids=tuple(dict.fromkeys(text for text in (value.strip() for value in ids) if text)),
        family=segment.first(5, 1).strip(),
        given=segment.component(5, 2).strip(),
        birth_date=segment.component(7, 1).strip(),
        sex=segment.component(8, 1).strip(),
    )


def _specimen_first(segments: Sequence[Segment]) -> bool:
    """Say whether specimens stand above their orders (OUL^R22, R23) rather than below (ORU^R01, OUL^R24)."""
    for segment in segments:
        if segment.name in ("SPM", "SAC"):
            return True
        if segment.name == "OBR":
            return False
    return True


class _Walk:
    """One pass over the segments. What a segment belongs to is the last above it that can own it."""

    def __init__(self, found: RawMessage, head: Segment, *, specimen_first: bool) -> None:
        self.found = found
        self.specimen_first = specimen_first
        self.around: dict[str, Segment] = {"MSH": head}
        self.patient = PatientSaid()
        self.group: RawGroup | None = None
        self.line: RawLine | None = None
        self.below: set[str] = set()  # ids of specimens that stand under the current order
        self.in_specimen = False
        self.ordered = False  # a device that sends no OBR at all sends results all the same

    def run(self, segments: Sequence[Segment]) -> None:
        if self.found.type.partition("^")[0] not in RESULT_TYPES:
            return
        self.ordered = any(segment.name == "OBR" for segment in segments)
        for number, segment in enumerate(segments, 1):
            name = segment.name
            if name == "OBX":
                self.observation(number, segment)
            elif name == "NTE":
                self.note(segment)
            elif name == "PID":
                self.begin(segment, drop=("SPM", "SAC", "OBR", "ORC"))
                self.patient = patient_of(segment)
            elif name == "SPM":
                self.specimen(segment)
            elif name == "SAC":
                self.around["SAC"] = segment
            elif name == "OBR":
                self.order(segment)
            elif name == "ORC":
                self.around["ORC"] = segment
                if self.line is not None:  # in ORU the ORC opens the next order, in OUL it follows its OBR
                    self.group = self.line = None

    def begin(self, segment: Segment, *, drop: Sequence[str]) -> None:
        for name in drop:
            self.around.pop(name, None)
        self.around[segment.name] = segment
        self.group = self.line = None
        self.in_specimen = False

    def specimen(self, segment: Segment) -> None:
        if self.specimen_first:
            self.begin(segment, drop=("SAC", "OBR", "ORC"))
            return
        self.in_specimen, self.line = True, None
        group = self.group
        if group is None:
            return
        self.below.add(segment.first(2, 1) or segment.first(2, 2))
        if len(self.below) > 1:  # two specimens under one order: nobody can say which was measured
            group.sample = ""
        around = {**group.around, "SPM": segment}
        group.around = around
        for line in group.lines:
            line.around = {**around, "OBX": line.around["OBX"]}

    def order(self, segment: Segment) -> None:
        if self.specimen_first:
            self.around["OBR"] = segment
        else:
            self.begin(segment, drop=("SPM", "SAC"))
        self.in_specimen, self.line = False, None
        self.below = set()
        self.group = self.group_new()

    def group_new(self) -> RawGroup:
        around = dict(self.around)
        orders = [around[name].first(field) for name, field in (("OBR", 2), ("OBR", 3), ("ORC", 2)) if name in around]
        group = RawGroup(
            around=around,
            patient=self.patient,
            orders=tuple(dict.fromkeys(text.strip() for text in orders if text.strip(' "'))),
        )
        self.found.groups.append(group)
        return group

    def observation(self, number: int, segment: Segment) -> None:
        if self.group is None:
            self.group = self.group_new()
        self.line = RawLine(
            at=number,
            around={**self.group.around, "OBX": segment},
            value=_value(segment),
            kind=segment.field(2).strip(),
            is_beside=self.in_specimen
            or (self.ordered and "OBR" not in self.group.around)
            or _is_supplementary(segment),
        )
        if not self.line.value and self.line.kind in CODED:  # LAW: the empty interpretation of the result above it
            code = segment.component(3, 1)
            self.line.is_beside |= any(line.around["OBX"].component(3, 1) == code for line in self.group.lines)
        self.group.lines.append(self.line)

    def stands_alone(self, group: RawGroup) -> bool:
        """Say whether a group has no order in a message that has some: what is said of the patient, not measured."""
        return self.ordered and "OBR" not in group.around

    def note(self, segment: Segment) -> None:
        text = " ".join(part for part in segment.repeats(3) if part).strip()
        if text and self.line is not None:
            self.line.notes.append(text)
        elif text and self.group is not None:
            self.group.notes.append(text)


def _is_supplementary(segment: Segment) -> bool:
    return segment.component(3, 4).startswith(SUPPLEMENTARY) and segment.component(3, 6) == "IHELAW"


def _value(segment: Segment) -> str:
    """Return OBX-5 as sent: the text of a code rather than the code, every repeat."""
    kind = segment.field(2).strip()
    texts = []
    for repeat in range(len(segment.repeats(5))):
        parts = segment.components(5, repeat)
        if kind in CODED:
            texts.append((parts[1] if len(parts) > 1 and parts[1] else parts[0] if parts else "").strip())
        elif kind == "SN":
            texts.append("".join(parts).strip())
        else:
            texts.append("^".join(parts).rstrip("^").strip())
    return "~".join(texts).rstrip("~")
