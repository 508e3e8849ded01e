"""What the components of a page are given. Refuses Django.

`Tone` is the one list of states: colour *and* symbol *and* word, everywhere the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Tone(Enum):
    """The five looks a state can have."""

    UP = "up"  # green, filled circle
    DEGRADED = "degraded"  # amber, half circle
    DOWN = "down"  # red, empty circle with a bar
    QUARANTINED = "quarantined"  # violet, crossed circle
    UNKNOWN = "unknown"  # grey, dotted circle


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text that leads somewhere. Args: href: empty for plain text. note: a second, smaller line."""

    label: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """One cell of a matrix. Args: state: a word of `ui.rules.STATES`; empty when the pair does not exist."""

    state: str = ""
    href: str = ""
    label: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One row: its head and one cell for each column."""

    head: Link
    cells: Sequence[MatrixCell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A table of states, such as services x sites.

    Args: caption: says what is counted, read out by screen readers. corner: the name of the rows.
    """

    caption: str
    columns: Sequence[Link]
    rows: Sequence[MatrixRow]
    corner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part of a stacked bar. Args: value: a count. state: a word of `ui.rules.STATES`."""

    label: str
    value: int
    state: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEntry:
    """A room in the rail, already filtered by permission."""

    label: str
    href: str
    icon: str
    current: bool = field(default=False)
