"""The result lines of a message before a driver gives them meaning: one shape for ASTM and HL7.

Owns the shape and picking a place. Refuses meaning. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from relight.lab.rules.driver import Place, Places
from relight.lab.rules.reading import PatientSaid

Around = Mapping[str, Any]  # the record or segment of each kind that a line stands under
TextAt = Callable[[Any, Place], str]


@dataclass(slots=True, kw_only=True)
class RawLine:
    """One result line. Args: at: number of its record in the message. value: the whole value as sent.
    kind: HL7's value type. is_beside: the standard says that it is no result."""

    at: int
    around: Around
    value: str
    kind: str = ""
    is_beside: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RawGroup:
    """The lines under one order. Args: sample: None: taken from the driver's places; a text: the
    codec alone can say which sample it is, empty for none."""

    around: Around
    patient: PatientSaid
    orders: tuple[str, ...] = ()
    sample: str | None = None
    notes: list[str] = field(default_factory=list)
    lines: list[RawLine] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class RawMessage:
    """One message. Args: text_at: reads a place of its records."""

    type: str
    control_id: str
    sender: str
    text_at: TextAt
    groups: list[RawGroup] = field(default_factory=list)
    is_query: bool = False

    def pick(self, places: Places, around: Around) -> str:
        """Return the first of the places that holds something, without the blanks around it."""
        for place in places:
            record = around.get(place.record)
            if record is not None:
                text = self.text_at(record, place).strip(" ")
                if text:
                    return text
        return ""
