"""What an admission signature is about: the items, their checks, their evidence, and the digest of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.fleet.models import Attestation, LineItem, SignedItem
from relight.fleet.rules.admission import Held, Proof, batch_digest, item_digest, may_be_signed, may_sign
from relight.fleet.rules.policy import Policy
from relight.fleet.rules.words import Words
from relight.fleet.selectors.items import item_state, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.types import Capacity, Refusal
from relight.hospital.api import zone_is_open
from relight.kernel.act import Act
from relight.kernel.verdict import Verdict
from relight.people.api import Permission, in_scope, may, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One item as it is shown for signing. Args: digest: of all that is shown of it."""

    item: LineItem
    proofs: tuple[Proof, ...]
    digest: str
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one person would sign in one capacity, and what stays out of it and why."""

    capacity: Capacity
    lines: tuple[SheetLine, ...]
    refused: tuple[tuple[LineItem, Verdict], ...]
    digest: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is read once for a whole batch."""

    proofs: Mapping[UUID, tuple[Proof, ...]]
    signed: Mapping[UUID, tuple[tuple[str, Held], ...]]
    open_sites: frozenset[str]
    names: Mapping[str, str]
    words: Words
    policy: Policy


def admission_sheet(*, act: Act, items: Sequence[UUID], capacity: Capacity, lock: bool = False) -> Sheet:
    """Gather what somebody would sign for some items.

    Args: lock: inside a writing block. Raises: RL-FLT-001, 002, 004. Six reads, whatever the count,
    and one per site.
    """
    rows = items_get(items, lock=lock)
    facts = _facts(rows)
    lines: list[SheetLine] = []
    refused: list[tuple[LineItem, Verdict]] = []
    for row in rows:
        line = _line(row, facts)
        verdict = _verdict(act, line, capacity=capacity, facts=facts)
        if verdict:
            lines.append(line)
        else:
            refused.append((row, verdict))
    digest = batch_digest({line.item.pk: line.digest for line in lines}, capacity=capacity, policy=facts.policy)
    return Sheet(capacity=capacity, lines=tuple(lines), refused=tuple(refused), digest=digest, policy=facts.policy)


def admission_held(row: LineItem) -> tuple[Held, ...]:
    """Return the signatures an item carries that still hold."""
    return _line(row, _facts([row])).held


def admission_ready(row: LineItem) -> Verdict:
    """Say whether an item is ready to be signed by anybody."""
    facts = _facts([row])
    state = item_state(row, {proof.check for proof in facts.proofs[row.pk]})
    return may_be_signed(facts.policy, state, zone_open=row.site in facts.open_sites, words=facts.words)


def capacities_of(act: Act) -> tuple[Capacity, ...]:
    """Return the capacities in which somebody may sign at all."""
    permissions = {
        Capacity.SECURITY: Permission.LINE_SIGN_SECURITY,
        Capacity.OWNER: Permission.LINE_SIGN_OWNER,
    }
    return tuple(capacity for capacity, permission in permissions.items() if may(act, permission))


def _facts(rows: Sequence[LineItem]) -> _Facts:
    ids = [row.pk for row in rows]
    signed = _signed(ids)
    actors = {held.actor for pairs in signed.values() for _, held in pairs}
    return _Facts(
        proofs=_proofs(ids),
        signed=signed,
        open_sites=frozenset(site for site in {row.site for row in rows} if site and zone_is_open(site)),
        names=names_of(actors) if actors else {},
        words=words_now(places=True),
        policy=policy_current(),
    )


def _proofs(items: Iterable[UUID]) -> dict[UUID, tuple[Proof, ...]]:
    found: dict[UUID, list[Proof]] = {item: [] for item in items}
    for row in Attestation.objects.filter(item_id__in=list(found), void=False):
        evidence = tuple(str(file["digest"]) for file in row.evidence)
        found[row.item_id].append(Proof(check=row.check_id, by=row.by, at=row.at, evidence=evidence))
    return {item: tuple(proofs) for item, proofs in found.items()}


def _signed(items: Iterable[UUID]) -> dict[UUID, tuple[tuple[str, Held], ...]]:
    found: dict[UUID, list[tuple[str, Held]]] = {item: [] for item in items}
    for row in SignedItem.objects.filter(item_id__in=list(found)).select_related("signed"):
        held = Held(capacity=Capacity(row.signed.capacity), actor=row.signed.actor, at=row.signed.at)
        found[row.item_id].append((row.digest, held))
    return {item: tuple(pairs) for item, pairs in found.items()}


def _line(row: LineItem, facts: _Facts) -> SheetLine:
    proofs = facts.proofs[row.pk]
    state = item_state(row, {proof.check for proof in proofs})
    digest = item_digest(state, serial=row.serial, role=row.role, policy=facts.policy, proofs=proofs)
    held = tuple(held for signed, held in facts.signed[row.pk] if signed == digest)
    return SheetLine(item=row, proofs=proofs, digest=digest, held=held)


def _verdict(act: Act, line: SheetLine, *, capacity: Capacity, facts: _Facts) -> Verdict:
    row = line.item
    before = next((held.actor for held in line.held if held.capacity is capacity), "")
    return may_sign(
        facts.policy,
        item_state(row, {proof.check for proof in line.proofs}),
        capacity=capacity,
        actor=act.actor,
        actor_name=facts.names.get(before, before),
        held=line.held,
        zone_open=row.site in facts.open_sites,
        in_scope=in_scope(act, site=row.site, service=row.service),
        words=facts.words,
    )


def refusals_of(sheet: Sheet) -> tuple[Refusal, ...]:
    """Return what stays out of a sheet, in the reader's language."""
    words = words_now()
    return tuple(
        Refusal(
            item=row.pk,
            name=row.name,
            code=verdict.error().code,
            message=verdict.error().message(words.translate),
            next=verdict.error().next(words.translate),
        )
        for row, verdict in sheet.refused
    )
