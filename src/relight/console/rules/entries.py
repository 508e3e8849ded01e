"""An entry's body as lines to read. Pure.

Source: docs/design/console.md, "The journal's pages".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from relight.console.errors import DAY_UNREADABLE
from relight.console.types import Field, Piece

CRISIS_DAY = re.compile(r"[DJT]?\s*\+?\s*(\d{1,4})\Z", re.IGNORECASE)
LIST_SHOWN = 200


def body_fields(body: Mapping[str, object]) -> tuple[Field, ...]:
    """Flatten a body into lines, in its own order: maps and lists of maps indent what is inside them.

    A list of plain values is one line of pieces; of one longer than `LIST_SHOWN` the rest is counted.
    """
    return tuple(_lines(body, depth=0))


def _lines(body: Mapping[str, object], *, depth: int) -> Iterator[Field]:
    for key, value in body.items():
        yield from _line(str(key), value, depth=depth)


def _line(key: str, value: object, *, depth: int) -> Iterator[Field]:
    if isinstance(value, Mapping):
        yield Field(key=key, depth=depth)
        yield from _lines(value, depth=depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        shown, more = value[:LIST_SHOWN], max(0, len(value) - LIST_SHOWN)
        if any(isinstance(inner, Mapping | list | tuple) for inner in value):
            yield Field(key=key, pieces=(Piece(text=str(len(value))),), depth=depth, more=more)
            for index, inner in enumerate(shown, start=1):
                yield from _line(str(index), inner, depth=depth + 1)
        else:
            yield Field(key=key, pieces=tuple(Piece(text=_plain(inner)) for inner in shown), depth=depth, more=more)
    else:
        yield Field(key=key, pieces=(Piece(text=_plain(value)),), depth=depth)


def _plain(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return str(value)


def read_day(text: str, *, day_zero: date | None) -> date | None:
    """Read a day typed into the filter: `2026-11-23`, or `D+3` once day zero is known.

    Returns: None for an empty text. Raises: InputError RL-CON-001.
    """
    wanted = text.strip()
    if not wanted:
        return None
    crisis = CRISIS_DAY.match(wanted)
    if crisis and day_zero is not None:
        return day_zero + timedelta(days=int(crisis.group(1)))
    try:
        return date.fromisoformat(wanted)
    except ValueError:
        raise DAY_UNREADABLE.error(where="day", day=wanted[:40]) from None
