"""The recovery line: which move, attestation, quarantine, retirement is allowed, and why not.

Owns the decisions. Refuses tables, clocks and permissions (`people` asks those first). Every answer
is a `Verdict`; a refusal names what is missing and who can meet it. Source: docs/design/line.md,
cases 10-29.
"""

from __future__ import annotations

from collections.abc import Iterable

from relight.fleet import errors
from relight.fleet.rules.policy import Check, Policy
from relight.fleet.rules.words import PLAIN, Words
from relight.fleet.types import Files, ItemState, Klass, Stage
from relight.kernel.verdict import YES, Verdict, no

EVERYWHERE = frozenset({"owner"})
"""Roles that may meet any check: the owner of the data folder, alone at the terminal on day 0."""

SOURCE = "docs/design/line.md"


def missing_checks(policy: Policy, item: ItemState, to: Stage) -> tuple[Check, ...]:
    """List the checks asked for a stage that no valid attestation of the item meets."""
    return tuple(check for check in policy.line(item.klass).asked(to) if check.id not in item.met)


def _alive(item: ItemState) -> Verdict:
    if item.retired:
        return no(errors.IS_RETIRED, source=SOURCE, name=item.name)
    if item.quarantined:
        return no(errors.IS_QUARANTINED, source=SOURCE, name=item.name)
    return YES


def may_move(policy: Policy, item: ItemState, *, to: Stage, reason: str = "", words: Words = PLAIN) -> Verdict:
    """Say whether an item may move to a stage.

    Forward goes one stage of its class at a time, once the checks asked there are met; back goes
    to any earlier stage of its class, with a reason. `admitted` is reached by signatures only.
    """
    alive = _alive(item)
    if not alive:
        return alive
    line = policy.line(item.klass)
    if to not in line.names():
        stages = ", ".join(words.stage(stage) for stage in line.names())
        klass = words.klass(item.klass)
        return no(
            errors.STAGE_FOREIGN, source=SOURCE, name=item.name, klass=klass, stage=words.stage(to), stages=stages
        )
    if to.order <= item.stage.order:
        if to is not item.stage and not reason.strip():
            stage = words.stage(item.stage)
            return no(errors.BACK_REASON, source=SOURCE, name=item.name, stage=stage, to=words.stage(to))
        return YES
    return _may_advance(policy, item, to=to, words=words)


def _may_advance(policy: Policy, item: ItemState, *, to: Stage, words: Words) -> Verdict:
    following = policy.line(item.klass).following(item.stage)
    if following is not None and to is not following:
        return no(
            errors.STAGE_SKIPPED,
            source=SOURCE,
            name=item.name,
            stage=words.stage(item.stage),
            to=words.stage(to),
            following=words.stage(following),
        )
    missing = missing_checks(policy, item, to)
    if missing:
        return no(
            errors.CHECKS_MISSING,
            source=f"policy {policy.version}",
            name=item.name,
            to=words.stage(to),
            missing=words.missing(missing),
        )
    if to is Stage.ADMITTED:
        return no(errors.ADMISSION_BY_SIGNATURE, source=SOURCE, name=item.name)
    return YES


def may_attest(
    policy: Policy,
    item: ItemState,
    *,
    check: str,
    roles: Iterable[str],
    note: str = "",
    has_files: bool = False,
    words: Words = PLAIN,
) -> Verdict:
    """Say whether somebody with these roles may attest a check of an item.

    A check can be attested for the stages reached and the one that follows, not further on: what
    is proven before the machine was wiped proves nothing after it.
    """
    alive = _alive(item)
    if not alive:
        return alive
    line = policy.line(item.klass)
    asked = line.stage_of(check)
    if asked is None:
        checks = ", ".join(c.id for step in line.stages for c in step.checks)
        klass = words.klass(item.klass)
        return no(errors.CHECK_FOREIGN, source=SOURCE, name=item.name, check=check, klass=klass, checks=checks)
    known = policy.checks[check]
    following = line.following(item.stage)
    if asked.order > (following or item.stage).order:
        return no(
            errors.CHECK_EARLY,
            source=SOURCE,
            name=item.name,
            stage=words.stage(item.stage),
            check=words.check(known),
            asked=words.stage(asked),
        )
    return _may_meet(known, roles=frozenset(roles), note=note, has_files=has_files, words=words)


def _may_meet(check: Check, *, roles: frozenset[str], note: str, has_files: bool, words: Words) -> Verdict:
    name = words.check(check)
    if not roles & (EVERYWHERE | frozenset(check.roles)):
        return no(errors.CHECK_ROLE, source=SOURCE, check=name, roles=words.role_list(check.roles))
    if check.files is Files.REQUIRED and not has_files:
        return no(errors.CHECK_FILES, source=SOURCE, check=name)
    if check.note and not note.strip():
        return no(errors.CHECK_NOTE, source=SOURCE, check=name, hint=words.text(check.note))
    return YES


def may_meet(check: Check, roles: Iterable[str]) -> bool:
    """Say whether one of these roles may meet a check, whatever the item."""
    return bool(frozenset(roles) & (EVERYWHERE | frozenset(check.roles)))


def may_quarantine(item: ItemState, *, reason: str) -> Verdict:
    """Say whether an item may be put into quarantine: any but a retired one, with a reason."""
    if item.retired:
        return no(errors.IS_RETIRED, source=SOURCE, name=item.name)
    return YES if reason.strip() else no(errors.REASON_MISSING, source=SOURCE)


def may_release(policy: Policy, item: ItemState, *, to: Stage | None, reason: str, words: Words = PLAIN) -> Verdict:
    """Say whether an item may leave quarantine, for a stage of its class it had already reached.

    It is never released as admitted: what was admitted needs two new signatures.
    """
    if item.retired:
        return no(errors.IS_RETIRED, source=SOURCE, name=item.name)
    if not item.quarantined:
        return no(errors.NOT_QUARANTINED, source=SOURCE, name=item.name)
    return _may_come_back(policy, item, to=to, reason=reason, words=words)


def may_retire(item: ItemState, *, reason: str) -> Verdict:
    """Say whether an item may be retired: with a reason."""
    return YES if reason.strip() else no(errors.REASON_MISSING, source=SOURCE)


def may_return(policy: Policy, item: ItemState, *, to: Stage | None, reason: str, words: Words = PLAIN) -> Verdict:
    """Say whether a retired item may come back to the line, as after quarantine."""
    if not item.retired:
        return no(errors.NOT_RETIRED, source=SOURCE, name=item.name)
    return _may_come_back(policy, item, to=to, reason=reason, words=words)


def _may_come_back(policy: Policy, item: ItemState, *, to: Stage | None, reason: str, words: Words) -> Verdict:
    if not reason.strip():
        return no(errors.REASON_MISSING, source=SOURCE)
    allowed = back_stages(policy, item)
    if to is not None and to not in allowed:
        stages = ", ".join(words.stage(stage) for stage in allowed)
        klass = words.klass(item.klass)
        return no(
            errors.STAGE_FOREIGN, source=SOURCE, name=item.name, klass=klass, stage=words.stage(to), stages=stages
        )
    return YES


def back_stages(policy: Policy, item: ItemState) -> tuple[Stage, ...]:
    """The stages an item may come back to from quarantine or retirement: reached, before admission."""
    furthest = min(item.stage.order, Stage.VERIFIED.order)
    return tuple(stage for stage in policy.line(item.klass).names() if stage.order <= furthest)


def stage_back(policy: Policy, item: ItemState, to: Stage | None) -> Stage:
    """The stage an item comes back at: the one asked for, else where its class begins work, so
    that everything is attested again."""
    if to is not None:
        return to
    entry = policy.line(item.klass).entry()
    return entry if entry in back_stages(policy, item) else Stage.SEEN


def stage_in_class(policy: Policy, item: ItemState, *, klass: Klass) -> Stage:
    """Where an item stands after its class changed: the furthest stage of the new class, not beyond
    its own, with every check asked on the way there met. A change of class skips nothing."""
    here = Stage.SEEN
    for step in policy.line(klass).stages:
        if step.stage.order > item.stage.order or any(check.id not in item.met for check in step.checks):
            break
        here = step.stage
    return here


def stages_left(policy: Policy, klass: Klass, stage: Stage) -> int:
    """How many moves an item still has before it, admission included."""
    return policy.line(klass).stages_left(stage)
