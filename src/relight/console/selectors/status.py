"""The situation for the command line: stable keys for programs, a few lines for a terminal.

Source: the interfaces that stay stable: `day`, `machines`, `sites`, `services`, `functions`, `links`; added: `posture`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.utils.translation import gettext

from relight.activity import api as activity
from relight.console.selectors.wards import UNIT_STATES
from relight.fleet import api as fleet
from relight.hospital import api as hospital
from relight.lab import api as lab
from relight.ui.moment import day_number, day_word
from relight.ui.rules import state_look


def status_document(*, at: datetime) -> dict[str, object]:
    """Return the situation as one document."""
    now = hospital.overview()
    return {
        "day": day_number(at, day_zero=now.day_zero),
        "at": at.astimezone(UTC).isoformat(),
        "machines": fleet.counts(),
        "sites": [
            {
                "id": site.id,
                "zone": site.zone.value,
                "since": site.since.astimezone(UTC).isoformat() if site.since else None,
            }
            for site in now.sites
        ],
        "services": [
            {"id": unit.service, "site": unit.site, "tier": unit.tier, "level": unit.state, "unit": unit.id}
            for unit in now.units
        ],
        "functions": [{"id": function.id, "state": function.state} for function in now.functions],
        "links": [{"id": link, "rung": rung} for link, rung in lab.link_rungs()],
        "posture": activity.posture_document(),
    }


def status_lines(*, at: datetime, translate: Callable[[str], str] = gettext) -> list[str]:
    """Return the situation in a few lines: the day, the counts, zones, what is not normal."""
    now = hospital.overview()
    counts = fleet.counts()
    day = day_number(at, day_zero=now.day_zero)
    head = " · ".join(part for part in (now.group, day_word(day) if day is not None else "") if part)
    lines = [head] if head else [translate("No hospital is described yet: relight hospital load FILE")]
    lines.append(", ".join(f"{translate(fleet.COUNTS[name].label)}: {count}" for name, count in counts.items()))
    for site in now.sites:
        mark = f" ({translate('next')})" if site.id == now.next_site else ""
        lines.append(f"  {site.name}: {translate('clean zone')} {_word(site.zone.value)}{mark}")
    found = tally_of(now)
    if now.units:
        lines.append(", ".join(f"{_word(state)}: {count}" for state, count in found.items()))
    for unit in now.units:
        if unit.state != "normal":
            lines.append(f"  {unit.tier} {unit.name}: {_word(UNIT_STATES[unit.state])}")
    for function in now.functions:
        if function.state != "up":
            lines.append(f"  {function.name}: {_word(function.state)}")
    linked = lab.linked_share()
    if linked.links:
        words = translate("Analyzers linked: {linked} of {links}")
        lines.append(words.format(linked=linked.linked, links=linked.links))
    return lines


def tally_of(now: hospital.Overview) -> dict[str, int]:
    """Count the units of a hospital by state."""
    found = {"normal": 0, "degraded": 0, "paper": 0}
    for unit in now.units:
        found[UNIT_STATES[unit.state]] += 1
    return found


def _word(state: str) -> str:
    return gettext(state_look(state)[1])
