"""An order of units as people move it.

Owns what a move does and how much of an order was decided. Refuses to know what an order costs.
Source: docs/design/decisions.md (cases 1-4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def moved(order: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """Return an order after one move. given: `top`, `up` or `down` with a unit; anything else moves nothing."""
    units = list(order)
    for way, unit in given.items():
        if way not in ("top", "up", "down") or unit not in units:
            continue
        place = units.index(unit)
        to = {"top": 0, "up": max(0, place - 1), "down": min(len(units) - 1, place + 1)}[way]
        units.insert(to, units.pop(place))
    return units


def first_of(order: Sequence[str], computed: Sequence[str]) -> list[str]:
    """Return the units at the head of an order after which all the rest stands as computed: what was decided."""
    place = {unit: at for at, unit in enumerate(computed)}
    rest = len(order)
    while rest and (rest == len(order) or place[order[rest - 1]] < place[order[rest]]):
        rest -= 1
    return list(order[:rest])
