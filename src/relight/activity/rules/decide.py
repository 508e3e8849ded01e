"""One decision per appointment: the first rule of its kind's set whose every condition holds.

Owns the semantics of a policy. Refuses clocks: a past date is decided like any other. Source:
docs/design/activity.md, "What a rule means", numbered cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from relight.activity.rules.policy import Category, FollowUp, Policy, Rule, StateAsk
from relight.activity.rules.words import MEMO_LIMIT, Recogniser
from relight.activity.types import Appointment, Decision, Outcome, SpineState, UnitLevel, Urgency


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A decision without its appointment: the same for every appointment that looks the same to the policy."""

    outcome: Outcome
    rule: str
    because: Mapping[str, str]
    saw: tuple[tuple[str, str], ...]
    to_site: str
    categories: tuple[str, ...]


class Reasons:
    """What the reason of an appointment says, by a policy's categories. Remembers texts it has read."""

    def __init__(self, categories: Sequence[Category]) -> None:
        self._recogniser = Recogniser({one.id: one.words for one in categories})
        self._known = frozenset(one.id for one in categories)
        self._carry_on = frozenset(one.id for one in categories if one.follow_up is True)
        self._routine = frozenset(one.id for one in categories if one.follow_up is False)
        self._memo: dict[str, tuple[frozenset[str], bool]] = {}

    def read(self, appointment: Appointment) -> tuple[frozenset[str], FollowUp]:
        """Return the categories of an appointment and whether it is follow-up.

        Its source's own categories count by id or by their words. A category that is follow-up makes it so whatever
        else is said; one that is not (the yearly check) outweighs the source's general word.
        """
        found, says = self._text(appointment.reason)
        for text in appointment.categories:
            found = found | ({text} if text in self._known else self._text(text)[0])
        if found & self._carry_on:
            return found, FollowUp.YES
        if found & self._routine:
            return found, FollowUp.NO
        if appointment.follow_up is not None:
            return found, FollowUp.YES if appointment.follow_up else FollowUp.NO
        return found, FollowUp.NO if says else FollowUp.UNKNOWN

    def _text(self, text: str) -> tuple[frozenset[str], bool]:
        """Return the categories a text names, and whether it says anything at all."""
        if not text:
            return frozenset(), False
        known = self._memo.get(text)
        if known is None:
            if len(self._memo) >= MEMO_LIMIT:
                self._memo.clear()
            known = self._memo[text] = self._recogniser.read(text)
        return known


def decider(policy: Policy, state: SpineState, *, sites: Sequence[str]) -> Callable[[Appointment], Decision]:
    """Return the function that decides one appointment under this policy in this state.

    Args: sites: where a patient may be moved to, preferred first. The state is taken as it is now: after a change make
    a new one. Returns: total, same in same out; a few microseconds a call, each kind of case worked out once.
    """
    reasons = Reasons(policy.categories)
    rules = {kind: one.rules for one in policy.sets for kind in one.kinds}
    memo: dict[tuple[object, ...], _Verdict] = {}
    name = policy.name

    def decide(appointment: Appointment) -> Decision:
        categories, follow_up = reasons.read(appointment)
        key = (appointment.kind, appointment.urgency, appointment.specialty, appointment.site, categories, follow_up)
        verdict = memo.get(key)
        if verdict is None:
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            case = _Case(appointment.urgency, appointment.specialty, appointment.site, categories, follow_up)
            verdict = memo[key] = _first(rules[appointment.kind], case, state, sites)
        return Decision(
            id=appointment.id,
            outcome=verdict.outcome,
            rule=verdict.rule,
            because=verdict.because,
            policy=name,
            saw=verdict.saw,
            to_site=verdict.to_site,
            categories=verdict.categories,
        )

    return decide


@dataclass(frozen=True, slots=True)
class _Case:
    """What of an appointment a rule can see."""

    urgency: Urgency
    specialty: str
    site: str
    categories: frozenset[str]
    follow_up: FollowUp


def _first(rules: Iterable[Rule], case: _Case, state: SpineState, sites: Sequence[str]) -> _Verdict:
    """Return what the first rule that holds decides, with all of the state that was looked at on the way."""
    saw: dict[str, str] = {}
    for rule in rules:
        if _asks_for(rule, case) and _holds(rule.state, state, case.site, saw):
            outcome, to_site = _outcome(rule, case, state, sites, saw)
            seen = tuple(sorted(saw.items()))
            return _Verdict(outcome, rule.id, rule.because, seen, to_site, tuple(sorted(case.categories)))
    raise AssertionError("a policy that was read decides every case")


def _asks_for(rule: Rule, case: _Case) -> bool:
    """Say whether all a rule asks of the appointment itself holds."""
    return (
        (not rule.urgencies or case.urgency in rule.urgencies)
        and (not rule.specialties or case.specialty in rule.specialties)
        and (not rule.sites or case.site in rule.sites)
        and (not rule.categories or bool(case.categories & rule.categories))
        and (rule.follow_up is None or rule.follow_up is case.follow_up)
    )


def _holds(asks: Iterable[StateAsk], state: SpineState, site: str, saw: dict[str, str]) -> bool:
    """Say whether the spine is as asked; note all that was looked at."""
    held = True
    for ask in asks:
        shown, level = ask.level(state, site=site)
        saw[shown] = level.value
        held = held and level in ask.levels
    return held


def _outcome(
    rule: Rule, case: _Case, state: SpineState, sites: Sequence[str], saw: dict[str, str]
) -> tuple[Outcome, str]:
    """Return a rule's decision and, for a move, the site: the first one in order that works best."""
    if rule.outcome is not Outcome.MOVE or rule.otherwise is None:
        return rule.outcome, ""
    able: list[tuple[int, int, str]] = []
    for order, site in enumerate(sites):
        seen: dict[str, str] = {}
        if site != case.site and _holds(rule.needs, state, site, seen):
            hampered = sum(level != UnitLevel.NORMAL.value for level in seen.values())
            able.append((hampered, order, site))
    if not able:
        return rule.otherwise, ""
    to_site = min(able)[2]
    _holds(rule.needs, state, to_site, saw)
    return Outcome.MOVE, to_site
