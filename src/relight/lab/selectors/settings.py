"""What a link's settings may name."""

from __future__ import annotations


def drivers_known() -> frozenset[str]:
    """Return the ids of the drivers there are."""
    return frozenset({"generic"})
