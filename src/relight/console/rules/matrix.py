"""The matrix of services and sites, what stands first. Pure.

Source: docs/design/console.md; tiers and order of equipping come from the hospital's description.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from relight.console.types import ServiceRow, Tier, UnitCell, UnitFact

WORST_FIRST: Mapping[str, int] = {"down": 0, "paper": 0, "degraded": 1, "up": 2, "normal": 2}


def tiers(units: Iterable[UnitFact], *, sites: Sequence[str]) -> tuple[Tier, ...]:
    """Lay units out as rows of services by tier, one cell a site.

    Args: units: in the order services are to stand in within their tier. sites: ids of the
    columns; units elsewhere are left out.
    Returns: tiers, the first being the most urgent; every row has one cell (or None) a site.
    """
    rows: dict[int, dict[str, dict[str, UnitFact]]] = {}
    for unit in units:
        if unit.site in sites:
            rows.setdefault(unit.tier, {}).setdefault(unit.service, {})[unit.site] = unit
    return tuple(
        Tier(tier=tier, rows=tuple(_row(service, at, sites) for service, at in services.items()))
        for tier, services in sorted(rows.items())
    )


def _row(service: str, at: Mapping[str, UnitFact], sites: Sequence[str]) -> ServiceRow:
    name = next(iter(at.values())).service_name
    cells = (at.get(site) for site in sites)
    return ServiceRow(
        id=service,
        name=name,
        cells=tuple(
            UnitCell(id=unit.id, state=unit.state, label=f"{unit.service_name}, {unit.site_name}", href=unit.href)
            if unit
            else None
            for unit in cells
        ),
    )


def tally(units: Iterable[UnitFact]) -> Mapping[str, int]:
    """Count units by state: `normal`, `degraded`, `paper`, each there even when nothing is in it."""
    found = Counter(unit.state for unit in units)
    return {state: found[state] for state in ("normal", "degraded", "paper")}
