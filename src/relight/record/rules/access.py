"""Who may open whose record: by role and ward relation, or by breaking the glass with a reason.

Owns the relation between an act and a patient. Refuses storage and clocks; the matrix of roles stands in `people`
and was asked before. Source: docs/design/identity.md, "Access", cases 80-89.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from relight.kernel.act import Act
from relight.kernel.errors import N_
from relight.kernel.verdict import Verdict, no
from relight.record import errors

AFTER_DISCHARGE: Final = timedelta(days=7)  # letters and late results are still to be written
AFTER_REGISTERING: Final = timedelta(hours=24)  # who registered somebody goes on until a ward has them
GLASS_LASTS: Final = timedelta(hours=8)  # a shift
REASON_CHARS: Final = range(5, 401)
SOURCE: Final = "docs/design/identity.md, Access"
_WHOLE_HOUSE: Final = frozenset({"laboratory"})  # serves every ward of its sites

InScope = Callable[[str, str], bool]


class Ground(StrEnum):
    """On what ground a record may be opened."""

    EVERYWHERE = "everywhere"
    WARD = "ward"
    RECENT = "recent"
    REGISTERED = "registered"
    GLASS = "glass"
    REQUEST = "request"  # of a practitioner, its patient checked: only what is given out to them


GROUND_WORDS: Mapping[Ground, str] = {
    Ground.EVERYWHERE: N_("role for the whole house"),
    Ground.WARD: N_("patient of the ward"),
    Ground.RECENT: N_("left the ward less than a week ago"),
    Ground.REGISTERED: N_("registered by this person today"),
    Ground.GLASS: N_("glass broken, with a reason"),
    Ground.REQUEST: N_("request of a practitioner"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Was:
    """A stay as access sees it. Args: until: None while it lasts."""

    site: str
    ward: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A broken glass. Args: until: when it closes by itself."""

    actor: str
    at: datetime
    until: datetime


def may_open(
    act: Act,
    *,
    stays: Iterable[Was],
    at: datetime,
    in_scope: InScope,
    glasses: Iterable[Broken] = (),
    registered_by: str = "",
    registered_at: datetime | None = None,
) -> Verdict:
    """Say whether an act may open a patient's record, and on what ground.

    Args: stays: of the patient, merged records' too. in_scope: (site, ward) -> whether the act's roles reach there.
    Returns: a yes whose `params["ground"]` is a Ground, or RL-REC-240, which says how to break the glass.
    """
    ground = _ground(
        act, stays=tuple(stays), at=at, in_scope=in_scope, glasses=glasses,
        registered=registered_by == act.actor and registered_at is not None and at - registered_at < AFTER_REGISTERING,
    )  # fmt: skip
    if ground is None:
        return no(errors.NO_RELATION, source=SOURCE)
    return Verdict(allowed=True, params={"ground": ground}, source=SOURCE)


def _ground(
    act: Act, *, stays: tuple[Was, ...], at: datetime, in_scope: InScope, glasses: Iterable[Broken], registered: bool
) -> Ground | None:
    if not any(word.startswith(("site:", "service:")) for word in act.scope):
        return Ground.EVERYWHERE
    reach = [stay for stay in stays if _reaches(act, stay, in_scope)]
    if any(stay.until is None for stay in reach):
        return Ground.WARD
    if any(stay.until is not None and at - stay.until < AFTER_DISCHARGE for stay in reach):
        return Ground.RECENT
    if registered:
        return Ground.REGISTERED
    if any(glass.actor == act.actor and glass.at <= at < glass.until for glass in glasses):
        return Ground.GLASS
    return None


def _reaches(act: Act, stay: Was, in_scope: InScope) -> bool:
    if act.roles and act.roles <= _WHOLE_HOUSE:
        return not _sites(act) or stay.site in _sites(act)
    return bool(stay.site) and in_scope(stay.site, stay.ward)


def _sites(act: Act) -> frozenset[str]:
    return frozenset(word.removeprefix("site:") for word in act.scope if word.startswith("site:"))


def reason_refusal(reason: str) -> Verdict:
    """Say whether a reason may break the glass: a few words at least."""
    if len(" ".join(reason.split())) not in REASON_CHARS:
        return no(errors.GLASS_REASON, source=SOURCE)
    return Verdict(allowed=True, source=SOURCE)
