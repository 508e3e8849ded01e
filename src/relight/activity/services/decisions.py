"""Decisions taken into the tables: new rows, what counts for each appointment, the event that tells of it.

Owns DecisionRow and the outcome on Appointment. Called inside a `writing` block only; refuses to judge whether the
decisions may take effect. A doctor's word stays above them. Source: docs/design/appointments.md, "Deciding".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from relight.activity.models import Appointment, DecisionRow
from relight.activity.plain import decider
from relight.activity.rules.booked import BookingState, DecidedBy
from relight.activity.rules.difference import becomes
from relight.activity.selectors.appointments import as_decided, current_decisions, policy_now, policy_parsed, state_now
from relight.activity.types import Appointment as Decided
from relight.activity.types import Decision, Outcome
from relight.journal.api import EventDraft, new_id, new_ids
from relight.kernel.act import Act

BATCH = 500
Item = TypeVar("Item")


@dataclass(slots=True, kw_only=True)
class Changes:
    """Appointments by what became of them: cancel, restore, ask, move, keep, withdrawn, changed."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def add(self, word: str, id: UUID) -> None:
        self.ids.setdefault(word, []).append(id)

    def merge(self, other: Changes) -> None:
        for word, ids in other.ids.items():
            self.ids.setdefault(word, []).extend(ids)

    @property
    def counts(self) -> dict[str, int]:
        return {word: len(ids) for word, ids in self.ids.items()}

    def events(self, *, cause: str, batch: UUID) -> list[EventDraft]:
        """Return one event for each 500 appointments: `activity.decided`, ids by word."""
        pairs = [(word, id) for word, ids in self.ids.items() for id in ids]
        events = []
        for part in parts(pairs):
            ids: dict[str, list[str]] = {}
            for word, id in part:
                ids.setdefault(word, []).append(str(id))
            body = {"cause": cause, "ids": ids}
            events.append(EventDraft(name="activity.decided", subject=f"decisions:{batch}", body=body))  # type: ignore[arg-type]
        return events


def parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Part a list into what one query takes."""
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What decisions are taken under. Args: number: of the policy's version."""

    decide: Callable[[Decided], Decision]
    number: int


def deciding_now() -> Deciding | None:
    """Return the deciding under the policy in force in the state of now, None before a policy is in force."""
    row = policy_now()
    if row is None:
        return None
    state, sites = state_now()
    return Deciding(decide=decider(policy_parsed(row.text), state, sites=sites), number=row.number)


def rows_decide(*, act: Act, rows: Iterable[Appointment], deciding: Deciding, batch: UUID) -> Changes:
    """Decide appointments anew and store what differs. Returns: whose outcome changed."""
    changes = Changes()
    for part in parts(list(rows)):
        held = current_decisions(row.pk for row in part)
        found = {row.pk: deciding.decide(as_decided(row)) for row in part}
        differing = {row.pk: row for row in part if _differs(held.get(row.pk), found[row.pk])}
        _store(act, differing, found, deciding.number, batch)
        outcomes_write([row for row in part if _settle(act, row, found[row.pk], changes)])
    return changes


def rows_add(*, act: Act, rows: Sequence[Appointment], deciding: Deciding | None, batch: UUID) -> Changes:
    """Store new appointments, those that take place with their first decision; none while no policy is in force."""
    changes = Changes()
    booked = [row for row in rows if row.state == BookingState.BOOKED.value] if deciding else []
    found = {row.pk: deciding.decide(as_decided(row)) for row in booked} if deciding else {}
    for row in booked:
        _settle(act, row, found[row.pk], changes)
    Appointment.objects.bulk_create(rows)
    if deciding:
        _store_new(act, booked, found, deciding.number, batch)
    return changes


def outcomes_write(rows: Sequence[Appointment]) -> None:
    """Store what counts for many appointments: one statement for all that share it, and few differ."""
    alike: dict[tuple[str, str, datetime | None, str], list[UUID]] = {}
    for row in rows:
        alike.setdefault((row.outcome, row.outcome_by, row.outcome_since, row.to_site), []).append(row.pk)
    for (outcome, by, since, to_site), ids in alike.items():
        Appointment.objects.filter(pk__in=ids).update(
            outcome=outcome, outcome_by=by, outcome_since=since, to_site=to_site
        )


def _differs(held: DecisionRow | None, new: Decision) -> bool:
    if held is None:
        return True
    before = (held.outcome, held.rule, held.to_site, held.because)
    return before != (new.outcome.value, new.rule, new.to_site, dict(new.because))


def _store(
    act: Act, rows: Mapping[UUID, Appointment], found: Mapping[UUID, Decision], number: int, batch: UUID
) -> None:
    if not rows:
        return
    DecisionRow.objects.filter(appointment__in=list(rows), current=True).update(current=False)
    _store_new(act, list(rows.values()), found, number, batch)


def _store_new(act: Act, rows: Sequence[Appointment], found: Mapping[UUID, Decision], number: int, batch: UUID) -> None:
    DecisionRow.objects.bulk_create(
        DecisionRow(
            id=id,
            appointment=row,
            outcome=found[row.pk].outcome.value,
            rule=found[row.pk].rule,
            because=dict(found[row.pk].because),
            saw=[list(pair) for pair in found[row.pk].saw],
            policy=number,
            to_site=found[row.pk].to_site,
            categories=list(found[row.pk].categories),
            at=act.at,
            batch=batch,
        )
        for id, row in zip(new_ids([act.at] * len(rows)), rows, strict=True)
    )


def _settle(act: Act, row: Appointment, new: Decision, changes: Changes) -> bool:
    """Bring what counts for an appointment to its decision, unless a doctor's word stands; say whether it moved."""
    if row.outcome_by == DecidedBy.DOCTOR.value:
        return False
    return outcome_put(act, row, outcome=new.outcome, to_site=new.to_site, by=DecidedBy.POLICY, changes=changes)


def outcome_put(act: Act, row: Appointment, *, outcome: Outcome, to_site: str, by: DecidedBy, changes: Changes) -> bool:
    """Set what counts on a row its caller stores; note the change in the words of a difference."""
    if (row.outcome, row.to_site, row.outcome_by) == (outcome.value, to_site, by.value):
        return False
    if (row.outcome, row.to_site) != (outcome.value, to_site):
        before = _decision(row.outcome, row.to_site) if row.outcome else None
        changes.add(becomes(before, _decision(outcome.value, to_site)), row.pk)
        row.outcome_since = act.at
    row.outcome, row.to_site, row.outcome_by = outcome.value, to_site, by.value
    return True


def _decision(outcome: str, to_site: str) -> Decision:
    return Decision(id="", outcome=Outcome(outcome), rule="", because={}, policy="", to_site=to_site)


def batch_new(act: Act) -> UUID:
    """Return the id of one deciding."""
    return new_id(act.at)
