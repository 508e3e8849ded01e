"""One HL7 version 2 message: its segments, fields and values, read on first touch; its bytes, for ever.

Owns lenient reading of v2.1 to v2.8 and the places of values. Refuses judging what a message means. Nothing is
lost: `raw` is what came, and `render()` gives it back. What was odd is listed in `problems`.
Source: HL7 v2.8 chapter 2; docs/design/hl7.md, cases 10-45.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from relight.wire import errors
from relight.wire.hl7.charsets import text_of
from relight.wire.hl7.delimiters import Delimiters
from relight.wire.hl7.escapes import unescape
from relight.wire.hl7.faults import faults_of
from relight.wire.hl7.header import Head, head
from relight.wire.hl7.lines import Line, odd_places, segment_lines
from relight.wire.problems import Problem


class Segment:
    """One segment. Fields are numbered as in HL7: `field(3)` of a PID is PID-3, and MSH-1 is the separator."""

    __slots__ = ("_fields", "_message", "name", "text")

    def __init__(self, text: str, message: Message) -> None:
        self.text = text
        self.name = text[:3] if text[3:4] in ("", message.delimiters.field) else text.split(message.delimiters.field)[0]
        self._message = message
        self._fields: list[str] | None = None

    @property
    def raw(self) -> bytes:
        """The bytes of the segment, without its end; where bytes were no text, what they were read as."""
        return self.text.encode(self._message.charset, "replace")

    @property
    def fields(self) -> list[str]:
        """The fields as they came, neither split nor unescaped; `fields[n]` is field n, `fields[0]` the name."""
        fields = self._fields
        if fields is None:
            separator = self._message.delimiters.field
            fields = self.text.split(separator)
            if fields[0] == "MSH":
                fields.insert(1, separator)
            self._fields = fields
        return fields

    def field(self, number: int) -> str:
        """Return the first repeat of a field, whole, unescaped; empty where there is none."""
        fields = self.fields
        text = fields[number] if 0 <= number < len(fields) else ""
        if not text or text.isalnum() or self._is_delimiters(number):
            return text
        mark = self._message.delimiters.repeat
        if mark and mark in text:
            text = text[: text.index(mark)]
        return self._message.unescape(text)

    def repeats(self, number: int) -> list[str]:
        """Return the repeats of a field, each whole, unescaped; none where the field is empty."""
        return [self._message.unescape(text) for text in self._repeats(number)]

    def components(self, number: int, repeat: int = 0) -> list[str]:
        """Return the components of one repeat (counted from 0), unescaped; none where it is empty."""
        return [self._message.unescape(text) for text in self._components(number, repeat)]

    def component(self, number: int, place: int, repeat: int = 0) -> str:
        """Return one component (counted from 1, as in HL7), unescaped, with its subcomponents."""
        parts = self._components(number, repeat)
        return self._message.unescape(parts[place - 1]) if 0 < place <= len(parts) else ""

    def subcomponents(self, number: int, place: int, repeat: int = 0) -> list[str]:
        """Return the subcomponents of one component (counted from 1), unescaped."""
        parts = self._components(number, repeat)
        if not 0 < place <= len(parts) or not parts[place - 1]:
            return []
        mark = self._message.delimiters.subcomponent
        whole = parts[place - 1]
        return [self._message.unescape(text) for text in (whole.split(mark) if mark else [whole])]

    def first(self, number: int, place: int = 1, repeat: int = 0) -> str:
        """Return the first subcomponent of a component: the value of an identifier or a code."""
        text = self.fields[number] if 0 <= number < len(self.fields) else ""
        if not text or text.isalnum():  # most fields are empty or plain: nothing to split, no delimiter is a letter
            return text if place == 1 and repeat == 0 else ""
        parts = self.subcomponents(number, place, repeat)
        return parts[0] if parts else ""

    def _is_delimiters(self, number: int) -> bool:
        return number in (1, 2) and self.name == "MSH"

    def _repeats(self, number: int) -> list[str]:
        fields = self.fields
        if not 0 <= number < len(fields) or not fields[number]:
            return []
        mark = self._message.delimiters.repeat
        if self._is_delimiters(number) or not mark:
            return [fields[number]]
        return fields[number].split(mark)

    def _components(self, number: int, repeat: int) -> list[str]:
        repeats = self._repeats(number)
        if not 0 <= repeat < len(repeats) or not repeats[repeat]:
            return []
        mark = self._message.delimiters.component
        if self._is_delimiters(number) or not mark:
            return [repeats[repeat]]
        return repeats[repeat].split(mark)

    def __repr__(self) -> str:
        return f"<Segment {self.name[:8]}>"  # never a value: those of a patient stay out of logs


class Message:
    """A message as it was received. Made by `read`. Counts of bytes are from the start of `raw`."""

    __slots__ = ("_decoded", "_problems", "_segments", "charset", "delimiters", "head", "raw", "text")

    def __init__(self, raw: bytes, found: Head) -> None:
        self.raw = raw
        self.head = found
        if found.wide:
            self.text = raw.decode(found.wide, "replace").lstrip("\ufeff")
            self.charset, self._decoded = found.wide, None
        else:
            body = raw[found.at :] if found.at else raw
            self.text, self.charset, self._decoded = text_of(body, declared=found.charset, offset=found.at)
        self.delimiters: Delimiters = found.delimiters
        self._segments: list[Segment] | None = None
        self._problems: tuple[Problem, ...] | None = None

    @property
    def type(self) -> str:
        return self.head.type

    @property
    def trigger(self) -> str:
        return self.head.trigger

    @property
    def control_id(self) -> str:
        return self.head.control_id

    @property
    def version(self) -> str:
        return self.head.version

    @property
    def segments(self) -> list[Segment]:
        """All segments in order, those with odd names too; empty lines are none."""
        if self._segments is None:
            self._segments = [Segment(text, self) for text in self._texts()]
        return self._segments

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was odd, by place. A message without problems was read exactly as it is meant."""
        if self._problems is None:
            self._problems = faults_of(
                self.text,
                lines=self.lines(),
                head=self.head,
                decoded=self._decoded,
                charset=self.charset,
                size=len(self.raw),
            )
        return self._problems

    def lines(self) -> tuple[Line, ...]:
        """Return the segments as lines with their places in the text."""
        return segment_lines(self.text, separator=self.delimiters.field)

    def first(self, name: str) -> Segment | None:
        """Return the first segment of a name."""
        for segment in self.segments:
            if segment.name == name:
                return segment
        return None

    def all(self, name: str) -> list[Segment]:
        """Return the segments of a name, in order."""
        return [segment for segment in self.segments if segment.name == name]

    def get(self, path: str, default: str = "") -> str:
        """Return one value by its place, all counted from 1: `PID-3`, `PID-3.1`, `OBX[2]-5[1].1`, `SPM-2.1.1`.

        A component that has subcomponents comes whole unless the path names one.
        Returns: `default` where the value is missing or empty. Raises: BAD_PATH (RL-WIR-223).
        """
        place = path_read(path)
        named = self.all(place.segment)
        if place.index > len(named):
            return default
        segment = named[place.index - 1]
        if place.subcomponent:
            parts = segment.subcomponents(place.field, place.component, place.repeat - 1)
            return (parts[place.subcomponent - 1] if place.subcomponent <= len(parts) else "") or default
        if place.component:
            return segment.component(place.field, place.component, place.repeat - 1) or default
        repeats = segment.repeats(place.field)
        return (repeats[place.repeat - 1] if place.repeat <= len(repeats) else "") or default

    def tree(self) -> list[list[list[list[str]]]]:
        """Return every value: segment, field (index n is field n), repeat, component, all unescaped.

        An empty field has no repeats. Subcomponents stay together.
        """
        marks = self.delimiters
        separator, component, repeat, escape = marks.field, marks.component, marks.repeat, marks.escape
        texts = self._texts()

        def quick(text: str) -> list[list[list[str]]]:
            """This is the decode rate: no call per field, and most fields are empty or have no components."""
            return [
                ([field.split(component)] if component in field else [[field]]) if field else []
                for field in text.split(separator)
            ]

        def split(text: str) -> list[list[list[str]]]:
            return self._slow(text) if not component or escape in text or repeat in text else quick(text)

        name, encoding, *rest = texts[0].split(separator, 2)
        header = [[[name]], [[separator]], [[encoding]], *(split(rest[0]) if rest else [])]
        return [header, *map(split, texts[1:])]

    def unescape(self, text: str) -> str:
        """Put back what escape sequences in a value stand for."""
        escape = self.delimiters.escape
        if not escape or escape not in text:
            return text
        return unescape(text, delimiters=self.delimiters, codec=self.charset)

    def render(self) -> bytes:
        """Return the message byte for byte as it came."""
        return self.raw

    def _slow(self, text: str) -> list[list[list[str]]]:
        """Split fields that hold repeats or escape sequences, or where a delimiter is missing."""
        return [self._values(field) for field in text.split(self.delimiters.field)]

    def _values(self, text: str) -> list[list[str]]:
        marks = self.delimiters
        repeats = (text.split(marks.repeat) if marks.repeat else [text]) if text else []
        parts = [repeat.split(marks.component) if marks.component else [repeat] for repeat in repeats]
        if marks.escape and marks.escape in text:
            return [[self.unescape(value) for value in values] for values in parts]
        return parts

    def _texts(self) -> list[str]:
        text = self.text
        if odd_places(text, separator=self.delimiters.field):
            return [line.text for line in self.lines()]
        texts = text.split("\r")
        if not texts[-1]:
            texts.pop()
        return texts

    def __repr__(self) -> str:
        return f"<Message {self.type}^{self.trigger}>"


def read(raw: bytes) -> Message:
    """Read a message; segments and fields are split when they are first asked for.

    Raises: NO_MSH (RL-WIR-201), with the place. Anything else that is odd is in `problems`.
    """
    return Message(raw, head(raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a message, all counted from 1; `component`, `subcomponent` 0: the whole."""

    segment: str
    index: int
    field: int
    repeat: int
    component: int
    subcomponent: int


_PATH = re.compile(
    r"([A-Z][A-Z0-9]{2})(?:\[([1-9]\d{0,5})\])?-([1-9]\d{0,3})(?:\[([1-9]\d{0,5})\])?"
    r"(?:\.([1-9]\d{0,3})(?:\.([1-9]\d{0,3}))?)?",
    re.ASCII,
)


@lru_cache(maxsize=1024)
def path_read(path: str) -> Place:
    """Read a place such as `OBX[2]-5[1].1`. Raises: BAD_PATH (RL-WIR-223)."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise errors.BAD_PATH.error(path=path[:40])
    numbers = [int(part) if part else 0 for part in match.groups()[1:]]
    return Place(
        segment=match[1],
        index=numbers[0] or 1,
        field=numbers[1],
        repeat=numbers[2] or 1,
        component=numbers[3],
        subcomponent=numbers[4],
    )
