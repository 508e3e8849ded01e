"""One record: its bytes, and its fields, repeats and components as text.

Owns reading fields. Refuses knowing what a field means. Source: LIS02-A2, 5.
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.wire.astm._charset import decode
from relight.wire.astm._delimiters import Delimiters
from relight.wire.astm._escapes import unescape

KINDS = frozenset("HPORCQMSL")
"""Header, patient, order, result, comment, query, manufacturer, scientific, terminator."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it was read.

    Args: type: its first field, mostly one letter. at: its place in the text, in bytes. raw: its
    bytes. end: the line end behind it. pieces: its fields, undecoded.
    """

    type: str
    at: int
    raw: bytes
    end: bytes
    pieces: tuple[bytes, ...]
    delimiters: Delimiters
    encoding: str

    @property
    def is_known(self) -> bool:
        return self.type in KINDS

    def raw_field(self, n: int) -> bytes:
        """Return field `n` as it was sent, counted from 1 (the type); empty when the record ends before it."""
        return self.pieces[n - 1] if 0 < n <= len(self.pieces) else b""

    def field(self, n: int) -> str:
        """Return field `n`, its first repeat, without escapes; components stay parted as they were."""
        raw = self.raw_field(n)
        if self._is_definition(n):
            return decode(raw, self.encoding)
        return self._text(raw.partition(self.delimiters.repeat)[0])

    def repeats(self, n: int) -> tuple[str, ...]:
        """Return the repeats of field `n`: one empty text when there is none."""
        return tuple(self._text(part) for part in self._raw_repeats(n))

    def components(self, n: int, repeat: int = 0) -> tuple[str, ...]:
        """Return the components of one repeat of field `n`; empty when there is no such repeat."""
        parts = self._raw_repeats(n)
        if not 0 <= repeat < len(parts):
            return ()
        if self._is_definition(n):
            return (decode(parts[0], self.encoding),)
        return tuple(self._text(part) for part in parts[repeat].split(self.delimiters.component))

    def component(self, n: int, c: int, repeat: int = 0) -> str:
        """Return component `c` of field `n`, both counted from 1; empty when there is none."""
        parts = self.components(n, repeat)
        return parts[c - 1] if 0 < c <= len(parts) else ""

    def fields(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        """Return everything: fields of repeats of components, from the type on. H-2 is one text."""
        marks = self.delimiters
        plain = (marks.field + marks.repeat + marks.component).isascii() and self.type != "H"
        if not plain or (marks.escape and marks.escape in self.raw):
            return tuple(tuple(self.components(n, r) for r in range(len(self._raw_repeats(n)))) for n in self._numbers)
        field, repeat, component = marks.field.decode(), marks.repeat.decode(), marks.component.decode()
        return tuple(
            [
                tuple([tuple(part.split(component)) for part in text.split(repeat)])
                if component in text or repeat in text
                else ((text,),)
                for text in decode(self.raw, self.encoding).split(field)
            ]
        )

    @property
    def _numbers(self) -> range:
        return range(1, len(self.pieces) + 1)

    def _raw_repeats(self, n: int) -> list[bytes]:
        raw = self.raw_field(n)
        return [raw] if self._is_definition(n) else raw.split(self.delimiters.repeat)

    def _is_definition(self, n: int) -> bool:
        return n == 2 and self.type == "H"

    def _text(self, raw: bytes) -> str:
        if self.delimiters.escape and self.delimiters.escape in raw:
            raw = unescape(raw, self.delimiters)
        return decode(raw, self.encoding)
