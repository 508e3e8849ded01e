"""Proves a policy sound: every case decided, no rule in vain, none against another, nothing urgent cancelled.

Owns the proof. A rule is a set of boxes: one range of values for everything a set's rules look at. What is left of a
rule's boxes after the rules before it is exactly what it decides, so each answer here is exact for what rules can see,
not a guess from their wording. Refuses sets too tangled to work out. Source: docs/design/activity.md, "Refused".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from relight.activity import errors
from relight.activity.rules.policy import Category, FollowUp, Policy, Rule, RuleSet, StateAsk
from relight.activity.rules.policy_reader import Draft, draft_policy
from relight.activity.types import Kind, Outcome, UnitLevel, Urgency
from relight.kernel.errors import RelightError
from relight.kernel.toml_lines import Path

PIECES_LIMIT = 20_000
OTHER = "…"  # any specialty or site that no rule of the set names
PRESENT, ABSENT = "with", "without"

Box = tuple[int, ...]  # for each axis of a space, which of its values: one bit each


class TangledError(Exception):
    """The boxes of a set grew beyond what a check may take."""


def policy_read(raw: bytes, *, filename: str = "policy") -> Policy:
    """Read a policy and prove it sound.

    Raises: InputError RL-ACT-001 to 015, the first fault, `where` = `filename:line`. `policy_faults` has them all.
    """
    policy, faults = _checked(raw, filename)
    if faults:
        raise faults[0]
    return policy


def policy_faults(raw: bytes, *, filename: str = "policy") -> tuple[RelightError, ...]:
    """Return every fault of a policy, by line; none for a sound one."""
    return tuple(_checked(raw, filename)[1])


def _checked(raw: bytes, filename: str) -> tuple[Policy, list[RelightError]]:
    draft = Draft(raw, filename=filename)
    policy = draft_policy(draft)
    if not draft.faults:
        _kinds_check(policy, draft)
        for at, one in enumerate(policy.sets):
            _set_check(one, policy.categories, draft, ("set", at))
    return policy, sorted(draft.faults, key=_line)


def _line(fault: RelightError) -> int:
    """Return the line of a fault; 0 for the file as a whole."""
    line = fault.where.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _kinds_check(policy: Policy, draft: Draft) -> None:
    """Note kinds in two sets, and kinds in none."""
    owner: dict[Kind, str] = {}
    for at, one in enumerate(policy.sets):
        for kind in one.kinds:
            if kind in owner:
                path: Path = ("set", at, "kinds")
                draft.fault(errors.POLICY_KIND_TWICE, path, kind=kind.value, other=owner[kind])
            owner.setdefault(kind, one.id)
    left = [kind.value for kind in Kind if kind not in owner]
    if left:
        draft.fault(errors.POLICY_KIND_UNDECIDED, (), kinds=", ".join(left))


def _set_check(one: RuleSet, categories: Sequence[Category], draft: Draft, path: Path) -> None:
    """Go through a set as an appointment does, and note what each rule gets to decide."""
    space = Space(one, categories)
    try:
        left = space.possible()
        for at, rule in enumerate(one.rules):
            _rule_check(one, at, space, left, draft, (*path, "rule", at))
            left = space.minus(left, space.boxes(rule))
        if left:
            draft.fault(errors.POLICY_CASE_UNDECIDED, path, set=one.id, case=space.words(left[0]))
    except TangledError:
        draft.fault(errors.POLICY_TANGLED, path, set=one.id)


def _rule_check(one: RuleSet, at: int, space: Space, left: list[Box], draft: Draft, path: Path) -> None:
    """Note a rule that decides nothing, and one that cancels what is immediate or urgent."""
    rule = one.rules[at]
    boxes = space.boxes(rule)
    decides = space.both(left, boxes)
    if not space.both(space.possible(), boxes):
        draft.fault(errors.POLICY_IMPOSSIBLE, path, rule=rule.id)
    elif not decides:
        twin = next((other for other in one.rules[:at] if other.conditions() == rule.conditions()), None)
        if twin is not None and twin.decides() != rule.decides():
            draft.fault(errors.POLICY_CONTRADICTS, path, rule=rule.id, other=twin.id)
        else:
            before = tuple(other.id for other in one.rules[:at] if space.both(space.boxes(other), boxes))
            draft.fault(errors.POLICY_NEVER_FIRES, path, rule=rule.id, covering=before)
    if Outcome.CANCEL in (rule.outcome, rule.otherwise):
        pressing = space.both(decides, [space.pressing])
        if pressing:
            draft.fault(errors.POLICY_CANCELS_URGENT, path, rule=rule.id, case=space.words(pressing[0]))


@dataclass(frozen=True, slots=True)
class _Axis:
    """One thing rules look at. Args: key: its place in a case. values: all it can be."""

    key: tuple[str, str]
    values: tuple[str, ...]

    @property
    def whole(self) -> int:
        return (1 << len(self.values)) - 1

    def mask(self, values: Iterable[str]) -> int:
        return reduce(lambda bits, value: bits | 1 << self.values.index(value), values, 0)


class Space:
    """All cases the rules of a set can tell apart."""

    def __init__(self, one: RuleSet, categories: Sequence[Category]) -> None:
        named = {id for rule in one.rules for id in rule.categories}
        asks = {_ask_key(ask) for rule in one.rules for ask in rule.state}
        self.categories = [category for category in categories if category.id in named]
        self.axes = (
            _Axis(("urgency", ""), tuple(word.value for word in Urgency)),
            _Axis(("follow_up", ""), tuple(word.value for word in FollowUp)),
            _Axis(("specialty", ""), (*sorted({word for rule in one.rules for word in rule.specialties}), OTHER)),
            _Axis(("site", ""), (*sorted({word for rule in one.rules for word in rule.sites}), OTHER)),
            *(_Axis(("category", category.id), (PRESENT, ABSENT)) for category in self.categories),
            *(_Axis(("state", key), tuple(level.value for level in UnitLevel)) for key in sorted(asks)),
        )
        self.whole: Box = tuple(axis.whole for axis in self.axes)
        self.pressing = self._box({("urgency", ""): {Urgency.IMMEDIATE.value, Urgency.URGENT.value}})
        self._possible: list[Box] | None = None

    def _box(self, values: dict[tuple[str, str], set[str]]) -> Box:
        return tuple(axis.mask(values[axis.key]) if axis.key in values else axis.whole for axis in self.axes)

    def possible(self) -> list[Box]:
        """Return the cases that can be: a category says what an appointment of it is as to follow-up."""
        if self._possible is None:
            never = []
            for category in self.categories:
                key = ("category", category.id)
                if category.follow_up is True:
                    others = {FollowUp.NO.value, FollowUp.UNKNOWN.value}
                    never.append(self._box({key: {PRESENT}, ("follow_up", ""): others}))
                elif category.follow_up is False:
                    never.append(self._box({key: {PRESENT}, ("follow_up", ""): {FollowUp.UNKNOWN.value}}))
            self._possible = self.minus([self.whole], never)
        return self._possible

    def boxes(self, rule: Rule) -> list[Box]:
        """Return the cases a rule asks for. Any of several categories is several boxes, none in another."""
        values: dict[tuple[str, str], set[str]] = {}
        if rule.urgencies:
            values["urgency", ""] = {word.value for word in rule.urgencies}
        if rule.follow_up is not None:
            values["follow_up", ""] = {rule.follow_up.value}
        if rule.specialties:
            values["specialty", ""] = set(rule.specialties)
        if rule.sites:
            values["site", ""] = set(rule.sites)
        for ask in rule.state:
            key = ("state", _ask_key(ask))
            levels = {level.value for level in ask.levels}
            values[key] = values[key] & levels if key in values else levels
        if not rule.categories:
            return [self._box(values)] if all(values.values()) else []
        return [self._box(found) for found in _any_of(values, sorted(rule.categories)) if all(found.values())]

    def both(self, some: Iterable[Box], others: Sequence[Box]) -> list[Box]:
        """Return the cases in both."""
        met = (tuple(a & b for a, b in zip(one, other, strict=True)) for one in some for other in others)
        return [box for box in met if all(box)]

    def minus(self, some: list[Box], others: Iterable[Box]) -> list[Box]:
        """Return the cases of the first that are not in the second. Raises: TangledError."""
        left = some
        for other in others:
            left = [piece for box in left for piece in _cut(box, other)]
            if len(left) > PIECES_LIMIT:
                raise TangledError
        return left

    def words(self, box: Box) -> str:
        """Return one case of a box in the words of the file: `urgency = urgent, without category pregnancy`."""
        parts = []
        for axis, bits in zip(self.axes, box, strict=True):
            if bits == axis.whole:
                continue
            values = [value for at, value in enumerate(axis.values) if bits >> at & 1]
            name, key = axis.key
            parts.append(f"{values[0]} {key}" if name == "category" else f"{key or name} = {values[0]}")
        return ", ".join(parts) or "…"


def _any_of(
    values: dict[tuple[str, str], set[str]], categories: Sequence[str]
) -> Iterator[dict[tuple[str, str], set[str]]]:
    """Yield one box a category: this one present, those before it absent."""
    for at, category in enumerate(categories):
        absent = {("category", before): {ABSENT} for before in categories[:at]}
        yield {**values, **absent, ("category", category): {PRESENT}}


def _cut(box: Box, other: Box) -> Iterator[Box]:
    """Yield the parts of a box outside another; none of them overlap."""
    if not all(a & b for a, b in zip(box, other, strict=True)):
        yield box
        return
    inside = list(box)
    for at, bits in enumerate(other):
        outside = inside[at] & ~bits
        if outside:
            yield (*inside[:at], outside, *inside[at + 1 :])
        inside[at] &= bits


def _ask_key(ask: StateAsk) -> str:
    return f"{ask.name}@{ask.at}"
