"""The four delimiters a message declares in its header.

Owns reading them, however odd, and writing them. Source: LIS02-A2, 5.4 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """One byte each; `escape` may be empty when the header declares none."""

    field: bytes = b"|"
    repeat: bytes = b"\\"
    component: bytes = b"^"
    escape: bytes = b"&"

    @property
    def definition(self) -> bytes:
        """What stands in H-2."""
        return self.repeat + self.component + self.escape

    @property
    def is_sound(self) -> bool:
        """Whether all four are there, different, and take nothing from the text."""
        four = self.field + self.definition
        return len(set(four)) == 4 == len(four) and all(0x20 < b < 0x7F and not chr(b).isalnum() for b in four)


STANDARD_DELIMITERS = Delimiters()


def is_header(line: bytes) -> bool:
    """Tell whether a record begins a message: H and a delimiter."""
    return len(line) > 1 and line[0] == 0x48 and 0x20 < line[1] < 0x7F and not chr(line[1]).isalnum()


def read_delimiters(header: bytes) -> tuple[Delimiters, bool]:
    """Read a header record. Returns: its delimiters, and whether they are declared as the standard says."""
    field = header[1:2]
    declared = header[2:].partition(field)[0]
    doubled = declared[:2] == b"\\\\"  # a program's text literal, copied as it was typed
    if doubled:
        declared = declared[1:]
    if len(declared) in (2, 3):
        found = Delimiters(field=field, repeat=declared[:1], component=declared[1:2], escape=declared[2:])
        if found.is_sound:
            return found, not doubled
        if not found.escape and len({*field, *declared}) == 3:
            return found, False
    return Delimiters(field=field), False
