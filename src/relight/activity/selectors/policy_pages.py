"""A policy as a doctor reads it: sets of rules in words, categories, versions, what differs between two.

Owns the phrases. Refuses to decide, and to write. Source: docs/design/activity.md, "The policy file".
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext

from relight.activity.errors import POLICY_VERSION_UNKNOWN
from relight.activity.models import PolicyVersion
from relight.activity.plain import policy_faults, policy_shipped, policy_strangers
from relight.activity.rules.booked import PolicyStanding
from relight.activity.rules.policy import OWN_SITE, Category, FollowUp, Policy, Rule, RuleSet, StateAsk
from relight.activity.selectors.appointments import policy_now, policy_parsed
from relight.activity.selectors.names import OUTCOME_STATES, Names, kind_word, outcome_word, urgency_word
from relight.activity.types import LEVEL_WORDS, UnitLevel, Urgency
from relight.hospital.api import function_list, site_list, unit_list
from relight.kernel.errors import N_, RelightError
from relight.people.api import names_of

STANDING_WORDS = {
    PolicyStanding.DRAFT: N_("draft"),
    PolicyStanding.SIGNED: N_("signed, waits to take effect"),
    PolicyStanding.IN_FORCE: N_("in force"),
    PolicyStanding.PAST: N_("past"),
}
STANDING_LOOKS = {
    PolicyStanding.DRAFT: "planned",
    PolicyStanding.SIGNED: "waiting",
    PolicyStanding.IN_FORCE: "up",
    PolicyStanding.PAST: "retired",
}
FOLLOW_UP_WORDS = {
    FollowUp.YES: N_("it carries on a treatment"),
    FollowUp.NO: N_("it carries on no treatment"),
    FollowUp.UNKNOWN: N_("nobody says whether it carries on a treatment"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule in words. Args: conditions: all must hold; none: whatever is left. needs: of a site that takes over."""

    id: str
    place: int
    conditions: tuple[str, ...]
    is_last: bool
    outcome: str
    outcome_state: str
    needs: str
    otherwise: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """The rules for some kinds, in order."""

    id: str
    kinds: str
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """A reason the policy knows. Args: follow_up: what it says about it, in words."""

    id: str
    name: str
    follow_up: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """A policy ready for its page."""

    name: str
    title: str
    dated: date
    digest: str
    sets: tuple[SetView, ...]
    categories: tuple[CategoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in a list, and at the head of its page."""

    id: UUID
    number: int
    name: str
    title: str
    state: str
    state_look: str
    state_word: str
    made_at: datetime
    made_by: str
    signed_at: datetime | None
    signed_by: str
    since: datetime | None
    until: datetime | None
    digest: str


def version_get(number: int) -> PolicyVersion:
    """Return a version by its number. Raises: MissingError RL-ACT-081."""
    row = PolicyVersion.objects.filter(number=number).first()
    if row is None:
        raise POLICY_VERSION_UNKNOWN.error(number=number)
    return row


def policy_in_force(names: Names) -> VersionLine | None:
    """Return the version in force, or None before there is one."""
    row = PolicyVersion.objects.filter(state=PolicyStanding.IN_FORCE.value).first()
    return version_lines([row], names)[0] if row else None


def version_lines(rows: Sequence[PolicyVersion], names: Names) -> list[VersionLine]:
    """Make versions ready for a list. One query for the names of people."""
    people = names_of({one for row in rows for one in (row.made_by, row.signed_by) if one})
    found = []
    for row in rows:
        standing = PolicyStanding(row.state)
        found.append(
            VersionLine(
                id=row.pk,
                number=row.number,
                name=row.policy,
                title=_title(row, names),
                state=row.state,
                state_look=STANDING_LOOKS[standing],
                state_word=gettext(STANDING_WORDS[standing]),
                made_at=row.made_at,
                made_by=people.get(row.made_by, row.made_by),
                signed_at=row.signed_at,
                signed_by=people.get(row.signed_by, row.signed_by),
                since=row.in_force_from,
                until=row.in_force_until,
                digest=row.digest,
            )
        )
    return found


def _title(row: PolicyVersion, names: Names) -> str:
    """Return the title of a version; a draft that cannot be read has its name only."""
    try:
        return names.text(policy_parsed(row.text).title)
    except RelightError:
        return row.policy or gettext("unreadable draft")


def category_words(ids: Iterable[str], names: Names) -> tuple[str, ...]:
    """Name categories as the policy in force does; one it does not know keeps its id."""
    wanted = tuple(ids)
    if not wanted:
        return ()
    row = policy_now()
    known = {one.id: one for one in (policy_parsed(row.text) if row else policy_shipped()).categories}
    return tuple(names.text(known[id].names) if id in known else id for id in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """One fault of a text. Args: line: 0 for the whole of it. text: that line."""

    code: str
    message: str
    next: str
    line: int
    text: str


def faults_of(text: str) -> list[FaultView]:
    """Return what keeps a text from being signed, in the reader's words; nothing for a sound one."""
    lines = text.splitlines()
    found = []
    for fault in policy_faults(text.encode()):
        place = fault.where.rpartition(":")[2]
        line = int(place) if place.isdecimal() else 0
        found.append(
            FaultView(
                code=fault.code,
                message=fault.message(gettext),
                next=fault.next(gettext),
                line=line,
                text=lines[line - 1].strip() if 0 < line <= len(lines) else "",
            )
        )
    return found


def strangers_of(policy: Policy) -> tuple[str, ...]:
    """Return what a policy names and this hospital does not have; nothing before a hospital is described."""
    sites = frozenset(site.id for site in site_list())
    if not sites:
        return ()
    units, functions = unit_list(), function_list()
    return policy_strangers(
        policy,
        services=frozenset(unit.service for unit in units),
        functions=frozenset(function.id for function in functions),
        sites=sites,
    )


# -- in words -------------------------------------------------------------------------------------


def policy_view(policy: Policy, names: Names) -> PolicyView:
    """Write a policy as sentences in the reader's language."""
    known = {one.id: one for one in policy.categories}
    return PolicyView(
        name=policy.name,
        title=names.text(policy.title),
        dated=policy.dated,
        digest=policy.digest,
        sets=tuple(_set(one, known, names) for one in policy.sets),
        categories=tuple(_category(one, names) for one in policy.categories),
    )


def _category(one: Category, names: Names) -> CategoryView:
    said = {True: gettext("follow-up"), False: gettext("no follow-up"), None: gettext("either")}
    return CategoryView(
        id=one.id, name=names.text(one.names), follow_up=said[one.follow_up], words=", ".join(one.words)
    )


def _set(one: RuleSet, known: dict[str, Category], names: Names) -> SetView:
    last = len(one.rules)
    return SetView(
        id=one.id,
        kinds=_listed([kind_word(kind.value) for kind in one.kinds]),
        rules=tuple(_rule(rule, place, place == last, known, names) for place, rule in enumerate(one.rules, start=1)),
    )


def _rule(rule: Rule, place: int, is_last: bool, known: dict[str, Category], names: Names) -> RuleView:
    return RuleView(
        id=rule.id,
        place=place,
        conditions=rule_conditions(rule, known, names),
        is_last=is_last,
        outcome=outcome_word(rule.outcome.value),
        outcome_state=OUTCOME_STATES[rule.outcome.value],
        needs=_listed([ask_words(one, names) for one in rule.needs]),
        otherwise=outcome_word(rule.otherwise.value) if rule.otherwise else "",
        because=names.text(rule.because),
    )


def rule_conditions(rule: Rule, known: dict[str, Category], names: Names) -> tuple[str, ...]:
    """Say what a rule asks, one sentence a condition, none for a rule that asks nothing."""
    found = []
    if rule.urgencies:
        words = [urgency_word(one.value) for one in Urgency if one in rule.urgencies]
        found.append(gettext("urgency: %(words)s") % {"words": _either(words)})
    if rule.specialties:
        words = sorted(names.specialty(one) for one in rule.specialties)
        found.append(gettext("specialty: %(words)s") % {"words": _either(words)})
    if rule.sites:
        found.append(gettext("site: %(words)s") % {"words": _either(sorted(names.site(one) for one in rule.sites))})
    if rule.categories:
        words = sorted(names.text(known[one].names) if one in known else one for one in rule.categories)
        found.append(gettext("reason: %(words)s") % {"words": _either(words)})
    if rule.follow_up is not None:
        found.append(gettext(FOLLOW_UP_WORDS[rule.follow_up]))
    found += [ask_words(one, names) for one in rule.state]
    return tuple(found)


def ask_words(ask: StateAsk, names: Names) -> str:
    """Say what the hospital must be like: `Laboratory of its site: down or degraded`."""
    what = names.service(ask.name) if ask.unit else names.node(ask.name)
    levels = _either([gettext(LEVEL_WORDS[one]) for one in UnitLevel if one in ask.levels])
    if ask.at == OWN_SITE:
        return gettext("%(what)s of the site: %(levels)s") % {"what": what, "levels": levels}
    return gettext("%(what)s in %(site)s: %(levels)s") % {"what": what, "site": names.site(ask.at), "levels": levels}


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def _either(words: Sequence[str]) -> str:
    """Join alternatives: `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s or %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


# -- between two versions -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule that is not the same in two policies. Args: before, after: None where it is not there."""

    set: str
    kinds: str
    before: RuleView | None
    after: RuleView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanges:
    """What differs between two policies. Args: kinds: (set, before, after) where a set decides other kinds. moved:
    rules that say the same in another order, which can decide otherwise. lines: (sign, text) of the two texts."""

    rules: tuple[RuleChange, ...]
    kinds: tuple[tuple[str, str, str], ...]
    moved: tuple[RuleView, ...]
    categories: tuple[tuple[CategoryView | None, CategoryView | None], ...]
    lines: tuple[tuple[str, str], ...]


def policy_changes(before: str, after: str, names: Names) -> PolicyChanges:
    """Compare the texts of two versions, rule by rule and line by line.

    Returns: lines: of a unified difference; a sign is `+`, `-`, `@` or a space. Raises: RL-ACT-001 to 015.
    """
    old, new = policy_view(policy_parsed(before), names), policy_view(policy_parsed(after), names)
    was, now = _rules_of(old), _rules_of(new)
    kinds = {one.id: one.kinds for one in (*old.sets, *new.sets)}
    said = {one.id: one.kinds for one in old.sets}
    return PolicyChanges(
        rules=tuple(
            RuleChange(set=key[0], kinds=kinds[key[0]], before=was.get(key), after=now.get(key))
            for key in dict.fromkeys([*was, *now])
            if key not in was or key not in now or not _same(was[key], now[key])
        ),
        kinds=tuple(
            (one.id, said[one.id], one.kinds) for one in new.sets if one.id in said and said[one.id] != one.kinds
        ),
        moved=tuple(now[key] for key in _out_of_order(list(was), list(now)) if _same(was[key], now[key])),
        categories=_category_changes(old, new),
        lines=text_changes(before, after),
    )


def _rules_of(policy: PolicyView) -> dict[tuple[str, str], RuleView]:
    return {(one.id, rule.id): rule for one in policy.sets for rule in one.rules}


def _out_of_order(was: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what stands in both and not in the same order; what was only pushed down by a new rule is not among it."""
    old, new = [key for key in was if key in set(now)], [key for key in now if key in set(was)]
    matched: set[tuple[str, str]] = set()
    for block in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks():
        matched.update(new[block.b : block.b + block.size])
    return [key for key in new if key not in matched]


def _same(one: RuleView, other: RuleView) -> bool:
    def said(rule: RuleView) -> tuple[object, ...]:
        return (rule.conditions, rule.outcome, rule.needs, rule.otherwise, rule.because)

    return said(one) == said(other)


def _category_changes(old: PolicyView, new: PolicyView) -> tuple[tuple[CategoryView | None, CategoryView | None], ...]:
    was, now = {one.id: one for one in old.categories}, {one.id: one for one in new.categories}
    return tuple((was.get(id), now.get(id)) for id in dict.fromkeys([*was, *now]) if was.get(id) != now.get(id))


def text_changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the unified difference of two texts, without its file names."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return tuple((line[:1] or " ", line[1:]) for line in list(lines)[2:])
