"""What an import would do: every record matched, before anything is written.

Owns the walk over the records and the ids of new items. Refuses to write: the plan is an argument of
`import_write`. Source: docs/design/inventories.md, section "One import".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from relight.fleet.readers.types import BadRow, Outcome, SightingRow, Skipped
from relight.fleet.rules.identity import Claim, Index, facts_of, match
from relight.fleet.types import IdentifierKind
from relight.journal.api import new_id

Progress = Callable[[str, int, int], None]
STEP = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record and the item it is about. Args: record: its key within the source."""

    row: SightingRow
    item: UUID
    record: str
    provisional: bool


@dataclass(slots=True, kw_only=True)
class Plan:
    """All an import will do.

    Args: index: all identifiers, as they stand once it is done. fresh: ids of items to make. joins:
    (stays, goes), in order. claims: identifiers new to an item; firmer: provisional ones that became
    certain. doubts: (one, other, reason). gone: where joined items went.
    """

    source: str
    index: Index[UUID]
    seen: list[Seen] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    fresh: dict[UUID, None] = field(default_factory=dict)
    joins: list[tuple[UUID, UUID]] = field(default_factory=list)
    claims: dict[UUID, dict[tuple[IdentifierKind, str], Claim]] = field(default_factory=dict)
    firmer: dict[UUID, dict[tuple[IdentifierKind, str], Claim]] = field(default_factory=dict)
    doubts: list[tuple[UUID, UUID, str]] = field(default_factory=list)
    gone: dict[UUID, UUID] = field(default_factory=dict)

    def now(self, item: UUID) -> UUID:
        """The item another one turned out to be, or itself."""
        while item in self.gone:
            item = self.gone[item]
        return item

    @property
    def known(self) -> set[UUID]:
        """Items that were there before and are named by this import."""
        return {item for seen in self.seen if (item := self.now(seen.item)) not in self.fresh}


def plan_make(
    *,
    outcomes: Iterable[Outcome],
    source: str,
    content: str,
    at: datetime,
    index: Index[UUID],
    sightings: dict[str, UUID],
    progress: Progress | None = None,
) -> Plan:
    """Read all records, then match them one by one, each seeing what the ones before it brought.

    Args: content: digest of the file, which scopes records that mean something inside it only.
    sightings: what this source's records were about so far.
    Raises: what reading raises; then there is no plan at all.
    """
    plan = Plan(source=source, index=index)
    rows = _read(plan, outcomes, progress)
    numbers: Counter[str] = Counter()
    for done, row in enumerate(rows, start=1):
        _match_one(plan, row, _key(row, content, numbers), index, sightings, at)
        if progress is not None and done % STEP == 0:
            progress("match", done, len(rows))
    if progress is not None:
        progress("match", len(rows), len(rows))
    return plan


def _read(plan: Plan, outcomes: Iterable[Outcome], progress: Progress | None) -> list[SightingRow]:
    rows: list[SightingRow] = []
    for done, outcome in enumerate(outcomes, start=1):
        if isinstance(outcome, SightingRow):
            rows.append(outcome)
        elif isinstance(outcome, BadRow):
            plan.bad.append(outcome)
        elif isinstance(outcome, Skipped):
            plan.skipped[outcome.why.value] += 1
        if progress is not None and done % STEP == 0:
            progress("read", done, 0)
    return rows


def _key(row: SightingRow, content: str, numbers: Counter[str]) -> str:
    """The key of a record within its source: its own id, else what identifies it best.

    A record that only has a name (people call many things "printer") is told from its namesakes by
    their order; one that means something inside its file only carries the file's digest.
    """
    if row.local:
        return f"{content[:12]} {row.record or row.name}"
    if row.record:
        return row.record
    for word, value in (
        ("serial", row.serial),
        ("uuid", row.uuid),
        ("mac", next(iter(row.macs + row.weak_macs), "")),
        ("name", row.fqdn or row.hostname),
        ("ip", next(iter(row.ips), "")),
    ):
        if value:
            return f"{word} {value}"
    called = f"called {row.name}"
    numbers[called] += 1
    return called if numbers[called] == 1 else f"{called} #{numbers[called]}"


def _match_one(
    plan: Plan, row: SightingRow, key: str, index: Index[UUID], sightings: dict[str, UUID], at: datetime
) -> None:
    facts = facts_of(row, record=f"{plan.source}/{key}")
    found = match(facts, index)
    if found.item is None:
        item = new_id(at)
        plan.fresh[item] = None
    else:
        item = found.item
    for gone in found.joins:
        _join(plan, index, item, gone)
    fresh, firmer = index.add(item, facts)
    if fresh:
        plan.claims.setdefault(item, {}).update({(claim.kind, claim.value): claim for claim in fresh})
    for claim in firmer:
        new = (claim.kind, claim.value) in plan.claims.get(item, {})
        (plan.claims if new else plan.firmer).setdefault(item, {})[(claim.kind, claim.value)] = claim
    record = _free_key(plan, row, key, item, sightings)
    sightings[record] = item
    plan.seen.append(Seen(row=row, item=item, record=record, provisional=found.provisional))
    plan.doubts.extend((doubt.other, item, doubt.reason) for doubt in found.doubts)


def _join(plan: Plan, index: Index[UUID], item: UUID, gone: UUID) -> None:
    index.join(into=item, gone=gone)
    plan.gone[gone] = item
    for claims in (plan.claims, plan.firmer):
        for key, claim in claims.pop(gone, {}).items():
            claims.setdefault(item, {}).setdefault(key, claim)
    if gone in plan.fresh:
        del plan.fresh[gone]
    else:
        plan.joins.append((item, gone))


def _free_key(plan: Plan, row: SightingRow, key: str, item: UUID, sightings: dict[str, UUID]) -> str:
    """A key another item's record already has is completed by what tells this one apart."""
    holder = sightings.get(key)
    if holder is None or plan.now(holder) == item:
        return key
    named = (row.serial, row.uuid, *row.macs, row.fqdn, row.hostname, *row.weak_macs, row.name)
    apart = next((value for value in named if value), "?")
    candidate, number = f"{key} ~ {apart}", 1
    while (holder := sightings.get(candidate)) is not None and plan.now(holder) != item:
        number += 1
        candidate = f"{key} ~ {apart} #{number}"
    return candidate
