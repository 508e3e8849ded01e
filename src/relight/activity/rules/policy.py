"""A policy as values: categories, sets of rules, what a rule asks, what it decides.

Owns the meaning of a rule's conditions on one appointment. Refuses reading a file (`policy_reader`), proving a policy
sound (`policy_check`) and choosing among rules (`decide`). Source: docs/design/activity.md, "The policy file".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relight.activity.types import Kind, Outcome, SpineState, UnitLevel, Urgency

LANGUAGES = ("fr", "nl", "de", "en")
OWN_SITE = "site"  # the word of a policy for "where the appointment is"


class FollowUp(StrEnum):
    """Whether an appointment carries on a treatment. UNKNOWN: neither its source nor a reason says anything."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A reason a policy knows.

    Args: words: what names it, in any language. follow_up: what it says about follow-up; None when nothing
    (`pain` may be either).
    """

    id: str
    names: Mapping[str, str]
    words: tuple[str, ...]
    follow_up: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateAsk:
    """What the spine must be like. Args: name: of a service (unit) or function. at: OWN_SITE or a site id."""

    name: str
    unit: bool
    at: str
    levels: frozenset[UnitLevel]

    def level(self, state: SpineState, *, site: str) -> tuple[str, UnitLevel]:
        """Return what is looked at (`laboratory@arlon`) and its level, for an appointment or a move at this site.

        A function means the site's own instance where there is one, else the one of the whole group.
        """
        place = site if self.at == OWN_SITE else self.at
        shown = f"{self.name}@{place or '?'}"
        if self.unit:
            return shown, state.units.get((self.name, place), UnitLevel.UNKNOWN)
        own = state.functions.get(f"{self.name}@{place}") if place else None
        if own is not None:
            return shown, own
        return self.name, state.functions.get(self.name, UnitLevel.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a set; an empty condition holds for anything.

    Args: state: all of them must hold. needs: what a site that takes the patient over must have, for MOVE. otherwise:
    what is decided when no site has it; None unless outcome is MOVE. because: by language, all four.
    """

    id: str
    urgencies: frozenset[Urgency]
    specialties: frozenset[str]
    sites: frozenset[str]
    categories: frozenset[str]
    follow_up: FollowUp | None
    state: tuple[StateAsk, ...]
    outcome: Outcome
    needs: tuple[StateAsk, ...]
    otherwise: Outcome | None
    because: Mapping[str, str]

    def conditions(self) -> tuple[object, ...]:
        """Return all it asks, comparable with another rule's."""
        return (
            self.urgencies, self.specialties, self.sites, self.categories, self.follow_up, frozenset(self.state)
        )  # fmt: skip

    def decides(self) -> tuple[object, ...]:
        """Return all it decides, comparable with another rule's."""
        return (self.outcome, frozenset(self.needs), self.otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules for some kinds of appointment; the first that holds decides."""

    id: str
    kinds: tuple[Kind, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A sound policy. Args: digest: SHA-256 of its text, what is signed. dated: as written in it."""

    id: str
    version: int
    dated: date
    title: Mapping[str, str]
    categories: tuple[Category, ...]
    sets: tuple[RuleSet, ...]
    digest: str

    @property
    def name(self) -> str:
        """`id@version`, as a decision carries it."""
        return f"{self.id}@{self.version}"


def looks(policy: Policy) -> tuple[StateAsk, ...]:
    """Return all a policy looks at in the spine, in the order of its rules."""
    return tuple(ask for one in policy.sets for rule in one.rules for ask in (*rule.state, *rule.needs))


def policy_depends(policy: Policy) -> frozenset[str]:
    """Return the names of services and functions a policy looks at: `laboratory`, `radiotherapy-system`."""
    return frozenset(ask.name for ask in looks(policy))


def policy_seen(policy: Policy, state: SpineState) -> tuple[tuple[str, str], ...]:
    """Return all of a state that a policy can see, sorted. Equal for two states: they decide alike."""
    units = {ask.name for ask in looks(policy) if ask.unit}
    functions = {ask.name for ask in looks(policy) if not ask.unit}
    seen = [(f"{name}@{site}", level.value) for (name, site), level in state.units.items() if name in units]
    seen += [(id, level.value) for id, level in state.functions.items() if id.partition("@")[0] in functions]
    return tuple(sorted(seen))


def policy_strangers(
    policy: Policy, *, services: frozenset[str], functions: frozenset[str], sites: frozenset[str]
) -> tuple[str, ...]:
    """Return what a policy names and this hospital does not have, sorted: a misspelt service is never down.

    Args: functions: with or without their site (`network@arlon`).
    """
    known = {id.partition("@")[0] for id in functions}
    strange = {ask.name for ask in looks(policy) if ask.name not in (services if ask.unit else known)}
    strange |= {ask.at for ask in looks(policy) if ask.at not in sites and ask.at != OWN_SITE}
    strange |= {site for one in policy.sets for rule in one.rules for site in rule.sites if site not in sites}
    return tuple(sorted(strange))
