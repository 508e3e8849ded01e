"""How a site's zone segment goes: planned, building, open, closed; and which site is next.

Owns the table of steps. Opening takes two different people; closing takes one, for it must be quick.
Source: docs/design/hospital.md, "Zone segments" (cases 70-77).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from relight.hospital import errors
from relight.hospital.types import ZONE_WORDS, Word, ZoneState
from relight.kernel.verdict import YES, Verdict, no

STEPS: Mapping[ZoneState, tuple[ZoneState, ...]] = {
    ZoneState.PLANNED: (ZoneState.BUILDING,),
    ZoneState.BUILDING: (ZoneState.OPEN, ZoneState.CLOSED),
    ZoneState.OPEN: (ZoneState.CLOSED,),
    ZoneState.CLOSED: (ZoneState.BUILDING,),
}
SIGNATURES = 2


def may_become(state: ZoneState, wanted: ZoneState, *, site: str) -> Verdict:
    """Say whether a segment may go from one state to another."""
    if wanted in STEPS[state]:
        return YES
    possible = tuple(Word(ZONE_WORDS[step]) for step in STEPS[state])
    return no(
        errors.ZONE_STEP,
        source="docs/design/hospital.md case 70",
        site=site,
        state=Word(ZONE_WORDS[state]),
        wanted=Word(ZONE_WORDS[wanted]),
        possible=possible,
    )


def may_sign(state: ZoneState, *, site: str, signed: Sequence[str], actor: str) -> Verdict:
    """Say whether a person may sign an opening that some have signed already."""
    verdict = may_become(state, ZoneState.OPEN, site=site)
    if not verdict:
        return verdict
    if actor in signed:
        return no(errors.ZONE_SAME_SIGNER, source="docs/design/hospital.md case 72", site=site)
    return YES


def next_site(states: Sequence[tuple[str, ZoneState]]) -> str | None:
    """Return the site whose turn it is: the first, in the order of equipping, that is not open."""
    return next((site for site, state in states if state is not ZoneState.OPEN), None)
