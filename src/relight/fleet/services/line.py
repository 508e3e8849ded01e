"""Moves along the line, quarantine, retirement: each one transaction and one journal entry.

Source: docs/design/line.md, cases 10-29.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F

from relight.fleet.models import Attestation, LineItem, StageMove
from relight.fleet.rules import line as rules
from relight.fleet.selectors.items import item_state, item_states, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.services.batch import Judged, NothingToDo, batch_judge
from relight.fleet.services.components import components_tell
from relight.fleet.services.passports import passports_revoke
from relight.fleet.services.workstations import workstations_revoke
from relight.fleet.types import BatchReport, Stage, State
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of where items count.

    Args: stage: new stage per item. quarantined, retired: new value, None to leave it. verb, event:
    for the journal.
    """

    verb: str
    event: str
    stage: Callable[[LineItem], Stage]
    quarantined: bool | None = None
    retired: bool | None = None
    reason: str = ""
    body: dict[str, str | int] = field(default_factory=dict)


def change_apply(*, act: Act, log: Log, rows: Sequence[LineItem], change: Change, batch: UUID) -> None:
    """Change rows, void what no longer holds, write history, graph and journal. Inside `writing`."""
    moves: list[StageMove] = []
    events: list[EventDraft] = []
    stages: dict[tuple[Stage, bool], list[LineItem]] = {}
    left: list[LineItem] = []
    for row in rows:
        before = row.state
        to = change.stage(row)
        stages.setdefault((to, to.order < Stage(row.stage).order), []).append(row)
        _row_change(row, to=to, change=change, act=act)
        if before is State.ADMITTED:
            left.append(row)
        moves.append(move_of(row, before=before, act=act, reason=change.reason, batch=batch))
        events.append(_event(row, change.event, before=before))
    for (to, back), group in stages.items():
        _rows_update(group, to=to, back=back, change=change, act=act)
    StageMove.objects.bulk_create(moves, batch_size=CHUNK)
    components_tell(act=act, rows=rows)
    log.entry(
        change.verb,
        subject=f"item:{rows[0].pk}" if len(rows) == 1 else f"batch:{batch}",
        body={
            "batch": str(batch),
            "items": [str(row.pk) for row in rows],
            "reason": change.reason,
            **change.body,
        },
        events=events,
    )
    if left:
        passports_revoke(act=act, log=log, rows=left, reason=change.reason)
        workstations_revoke(act=act, log=log, rows=left, reason=change.reason)


def _row_change(row: LineItem, *, to: Stage, change: Change, act: Act) -> None:
    row.stage = to.value
    if change.quarantined is not None:
        row.quarantined = change.quarantined
    if change.retired is not None:
        row.retired = change.retired
    row.stage_since = act.at
    row.admitted_at = act.at if row.state is State.ADMITTED else None
    row.version += 1


def _rows_update(rows: Sequence[LineItem], *, to: Stage, back: bool, change: Change, act: Act) -> None:
    """Write one stage to many rows at once; going back voids what was attested beyond it."""
    values: dict[str, object] = {"stage": to.value, "stage_since": act.at, "version": F("version") + 1}
    if change.quarantined is not None:
        values["quarantined"] = change.quarantined
    if change.retired is not None:
        values["retired"] = change.retired
    values["admitted_at"] = rows[0].admitted_at
    for start in range(0, len(rows), CHUNK):
        ids = [row.pk for row in rows[start : start + CHUNK]]
        LineItem.objects.filter(pk__in=ids).update(**values)
        if back:
            attestations_void(ids, after=to)


def attestations_void(items: Sequence[UUID], *, after: Stage) -> None:
    """Void what was attested for the stages beyond one."""
    later = [stage.value for stage in Stage if stage.order > after.order]
    Attestation.objects.filter(item_id__in=items, stage__in=later, void=False).update(void=True)


def move_of(row: LineItem, *, before: State, act: Act, reason: str, batch: UUID) -> StageMove:
    """Make the line of history of an item that changed where it counts."""
    return StageMove(
        item=row,
        from_state=before.value,
        to_state=row.state.value,
        at=act.at,
        actor=act.actor,
        reason=reason,
        batch=batch,
    )


def _event(row: LineItem, name: str, *, before: State) -> EventDraft:
    body = {
        "from": before.value,
        "to": row.state.value,
        "name": row.name,
        "site": row.site,
        "service": row.service,
        "kind": row.kind,
    }
    return EventDraft(name=name, subject=f"item:{row.pk}", body=body)


def _run(
    *,
    act: Act,
    items: Sequence[UUID],
    judge: Callable[[Sequence[LineItem]], Judged],
    settled: Callable[[LineItem], bool],
    change: Change,
) -> BatchReport:
    """Lock, judge, change: the one way every verb of this module goes."""
    batch = new_id(act.at)
    same: tuple[UUID, ...] = ()
    judged = Judged(allowed=(), refused=())
    try:
        with writing(act) as log:
            rows = items_get(items, lock=True)
            same = tuple(row.pk for row in rows if settled(row))
            open_rows = [row for row in rows if row.pk not in set(same)]
            if not open_rows:
                raise NothingToDo
            judged = judge(open_rows)
            change_apply(act=act, log=log, rows=judged.allowed, change=change, batch=batch)
    except NothingToDo:
        return BatchReport(batch=batch, done=(), same=same)
    return BatchReport(batch=batch, done=tuple(row.pk for row in judged.allowed), refused=judged.refused, same=same)


@service(Permission.LINE_MOVE)
def items_move(*, act: Act, items: Sequence[UUID], to: Stage, reason: str = "", partial: bool = False) -> BatchReport:
    """Move items to a stage: forward one stage once its checks are met, or back with a reason.

    All or nothing, unless `partial`. Items already there are reported as `same`. Going back voids
    the attestations of the stages left behind, and takes an admitted item down at once.
    Raises: RL-FLT-010 … 016 for one item, RL-FLT-019 for a batch.
    """
    policy, words = policy_current(), words_now()

    def judge(rows: Sequence[LineItem]) -> Judged:
        states = item_states(rows)
        return batch_judge(
            rows,
            judge=lambda row: rules.may_move(policy, states[row.pk], to=to, reason=reason, words=words),
            partial=partial,
        )

    change = Change(
        verb="line.move", event="line.moved", stage=lambda row: to, reason=reason.strip(), body={"to": to.value}
    )
    return _run(
        act=act,
        items=items,
        judge=judge,
        settled=lambda row: row.state is State(to.value),
        change=change,
    )


@service(Permission.LINE_QUARANTINE)
def items_quarantine(*, act: Act, items: Sequence[UUID], reason: str) -> BatchReport:
    """Put items into quarantine, wherever they are; an admitted one is down at once.

    Raises: RL-FLT-008 without a reason, RL-FLT-015 for a retired item.
    """

    def judge(rows: Sequence[LineItem]) -> Judged:
        states = item_states(rows)
        return batch_judge(rows, judge=lambda row: rules.may_quarantine(states[row.pk], reason=reason), partial=False)

    return _run(
        act=act,
        items=items,
        judge=judge,
        settled=lambda row: row.state is State.QUARANTINED,
        change=_quarantine(reason),
    )


def _quarantine(reason: str) -> Change:
    return Change(
        verb="line.quarantine",
        event="line.quarantined",
        stage=lambda row: Stage(row.stage),
        quarantined=True,
        reason=reason.strip(),
    )


def quarantine_apply(*, act: Act, log: Log, rows: Sequence[LineItem], reason: str) -> None:
    """Put locked items into quarantine for what an inspection found. Inside `writing`, nobody to ask."""
    change_apply(act=act, log=log, rows=rows, change=_quarantine(reason), batch=new_id(act.at))


@service(Permission.LINE_RELEASE)
def items_release(*, act: Act, items: Sequence[UUID], reason: str, to: Stage | None = None) -> BatchReport:
    """Release items from quarantine, by default to where work on their class begins.

    Args: to: a stage the item had reached, at most verified; attestations of later stages are void.
    Raises: RL-FLT-008, RL-FLT-010, RL-FLT-017.
    """
    policy, words = policy_current(), words_now()

    def judge(rows: Sequence[LineItem]) -> Judged:
        states = item_states(rows)
        return batch_judge(
            rows,
            judge=lambda row: rules.may_release(policy, states[row.pk], to=to, reason=reason, words=words),
            partial=False,
        )

    change = Change(
        verb="line.release",
        event="line.released",
        stage=_come_back(to),
        quarantined=False,
        reason=reason.strip(),
        body=_to_body(to),
    )
    return _run(act=act, items=items, judge=judge, settled=lambda row: False, change=change)


@service(Permission.LINE_RETIRE)
def items_retire(*, act: Act, items: Sequence[UUID], reason: str) -> BatchReport:
    """Retire items: they count as retired and nowhere else. Raises: RL-FLT-008 without a reason."""

    def judge(rows: Sequence[LineItem]) -> Judged:
        states = item_states(rows)
        return batch_judge(rows, judge=lambda row: rules.may_retire(states[row.pk], reason=reason), partial=False)

    change = Change(
        verb="line.retire",
        event="line.retired",
        stage=lambda row: Stage(row.stage),
        retired=True,
        reason=reason.strip(),
    )
    return _run(act=act, items=items, judge=judge, settled=lambda row: row.retired, change=change)


@service(Permission.LINE_RETIRE)
def items_return(*, act: Act, items: Sequence[UUID], reason: str, to: Stage | None = None) -> BatchReport:
    """Bring retired items back to the line, by default to where work on their class begins.

    What was quarantined when it was retired is quarantined again.

    Raises: RL-FLT-008, RL-FLT-010, RL-FLT-018.
    """
    policy, words = policy_current(), words_now()

    def judge(rows: Sequence[LineItem]) -> Judged:
        states = item_states(rows)
        return batch_judge(
            rows,
            judge=lambda row: rules.may_return(policy, states[row.pk], to=to, reason=reason, words=words),
            partial=False,
        )

    change = Change(
        verb="line.return",
        event="line.returned",
        stage=_come_back(to),
        retired=False,
        reason=reason.strip(),
        body=_to_body(to),
    )
    return _run(act=act, items=items, judge=judge, settled=lambda row: False, change=change)


def _come_back(to: Stage | None) -> Callable[[LineItem], Stage]:
    policy = policy_current()
    return lambda row: rules.stage_back(policy, item_state(row), to)


def _to_body(to: Stage | None) -> dict[str, str | int]:
    return {"to": to.value if to else ""}
