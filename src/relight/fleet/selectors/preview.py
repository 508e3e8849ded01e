"""What a bulk action would do, in numbers, before it is done. Asks the same rules as the services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.fleet.models import Attestation, LineItem
from relight.fleet.rules import line as rules
from relight.fleet.rules.policy import Check, Policy
from relight.fleet.selectors.items import item_states, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.types import ItemState, Klass, Refusal, Stage, State
from relight.kernel.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with all it keeps back. sentence: the refusal without the name it begins with."""

    sentence: str
    next: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Who would go and who would stay. Args: admitted: how many of those who go are admitted now,
    and would be down at once. voided: attestations that would no longer hold."""

    allowed: tuple[LineItem, ...]
    refused: tuple[Refusal, ...]
    admitted: int = 0
    voided: int = 0

    @property
    def count(self) -> int:
        return len(self.allowed) + len(self.refused)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The refusals by reason, the one that keeps most back first: forty of a bench often share one."""
        groups: dict[tuple[str, str], list[Refusal]] = {}
        for refusal in self.refused:
            rest = refusal.message.removeprefix(refusal.name).strip()
            groups.setdefault((rest[:1].upper() + rest[1:], refusal.next), []).append(refusal)
        found = [Reason(sentence=said, next=do, refusals=tuple(them)) for (said, do), them in groups.items()]
        return tuple(sorted(found, key=lambda reason: -len(reason.refusals)))


def _preview(rows: Sequence[LineItem], judge: Callable[[LineItem], Verdict], *, after: Stage | None) -> Preview:
    words = words_now()
    allowed: list[LineItem] = []
    refused: list[Refusal] = []
    for row in rows:
        verdict = judge(row)
        if verdict:
            allowed.append(row)
            continue
        error = verdict.error()
        message, following = error.message(words.translate), error.next(words.translate)
        refused.append(Refusal(item=row.pk, name=row.name, code=error.code, message=message, next=following))
    return Preview(
        allowed=tuple(allowed),
        refused=tuple(refused),
        admitted=sum(row.state is State.ADMITTED for row in allowed),
        voided=_voided(allowed, after) if after else 0,
    )


def _voided(rows: Sequence[LineItem], after: Stage) -> int:
    back = [row.pk for row in rows if Stage(row.stage).order > after.order]
    later = [stage.value for stage in Stage if stage.order > after.order]
    return Attestation.objects.filter(item_id__in=back, stage__in=later, void=False).count() if back else 0


def move_preview(*, items: Sequence[UUID], to: Stage) -> Preview:
    """Say who may move to a stage; a missing reason is the form's affair."""
    policy, words, rows = policy_current(), words_now(), items_get(items)
    states = item_states(rows)
    return _preview(rows, lambda row: rules.may_move(policy, states[row.pk], to=to, reason="-", words=words), after=to)


def come_back_preview(*, items: Sequence[UUID], to: Stage | None, retired: bool) -> Preview:
    """Say who may be released from quarantine, or return from retirement."""
    policy, words, rows = policy_current(), words_now(), items_get(items)
    states = item_states(rows)
    ask = rules.may_return if retired else rules.may_release
    after = to or Stage.RETRIEVED
    return _preview(rows, lambda row: ask(policy, states[row.pk], to=to, reason="-", words=words), after=after)


def quarantine_preview(*, items: Sequence[UUID]) -> Preview:
    """Say who may be quarantined."""
    rows = items_get(items)
    states = item_states(rows)
    return _preview(rows, lambda row: rules.may_quarantine(states[row.pk], reason="-"), after=None)


def plain_preview(*, items: Sequence[UUID]) -> Preview:
    """Say who would be retired or corrected: all."""
    rows = items_get(items)
    return Preview(allowed=tuple(rows), refused=(), admitted=sum(row.state is State.ADMITTED for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChoice:
    """One check that can be attested for a batch. Args: missing: items that still lack it."""

    check: Check
    stage: Stage
    asked: int
    missing: int
    mine: bool


def check_choices(*, items: Sequence[UUID], roles: frozenset[str]) -> list[CheckChoice]:
    """List the checks asked of a batch now: those of the stages reached and of the next, in order.

    Missing ones first come from the next stage; what everybody has is still there to be renewed.
    """
    policy, rows = policy_current(), items_get(items)
    states = item_states(rows)
    asked: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    stages: dict[str, Stage] = {}
    for state in states.values():
        for stage, check in _open_checks(policy, state):
            asked[check.id] += 1
            missing[check.id] += check.id not in state.met
            stages.setdefault(check.id, stage)
    return [
        CheckChoice(
            check=policy.checks[name],
            stage=stages[name],
            asked=asked[name],
            missing=missing[name],
            mine=rules.may_meet(policy.checks[name], roles),
        )
        for name in sorted(asked, key=lambda name: (-stages[name].order, list(policy.checks).index(name)))
    ]


def _open_checks(policy: Policy, state: ItemState) -> list[tuple[Stage, Check]]:
    line = policy.line(state.klass)
    limit = (line.following(state.stage) or state.stage).order
    return [(step.stage, check) for step in line.stages if step.stage.order <= limit for check in step.checks]


def stage_choices(*, items: Sequence[UUID]) -> tuple[list[Stage], Stage]:
    """List the stages a batch could go to, and the one most of it would go to next."""
    policy, rows = policy_current(), items_get(items)
    following: Counter[Stage] = Counter()
    stages: set[Stage] = set()
    for row in rows:
        line = policy.line(Klass(row.klass))
        stages.update(line.names())
        ahead = line.following(Stage(row.stage))
        if ahead is not None and ahead is not Stage.ADMITTED:
            following[ahead] += 1
    stages.discard(Stage.ADMITTED)
    ordered = sorted(stages, key=lambda stage: stage.order)
    default = max(following, key=lambda stage: following[stage]) if following else ordered[-1]
    return ordered, default
