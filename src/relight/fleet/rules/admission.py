"""Admission: who may sign what, and when two signatures admit.

Owns the decisions and the digests people sign. Refuses tables and passwords. Source:
docs/design/line.md, cases 30-39.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.fleet import errors
from relight.fleet.rules.line import SOURCE, missing_checks
from relight.fleet.rules.policy import Policy
from relight.fleet.rules.words import PLAIN, Words
from relight.fleet.types import Capacity, ItemState, Stage
from relight.kernel.verdict import YES, Verdict, no

OTHER: Mapping[Capacity, Capacity] = {Capacity.SECURITY: Capacity.OWNER, Capacity.OWNER: Capacity.SECURITY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A signature an item already carries and that still holds."""

    capacity: Capacity
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One attestation as it goes into what is signed."""

    check: str
    by: str
    at: datetime
    evidence: tuple[str, ...]


def may_sign(
    policy: Policy,
    item: ItemState,
    *,
    capacity: Capacity,
    actor: str,
    actor_name: str,
    held: Sequence[Held],
    zone_open: bool,
    in_scope: bool,
    words: Words = PLAIN,
) -> Verdict:
    """Say whether an actor may sign one item for admission in a capacity.

    Args: held: signatures that still hold. zone_open: of the item's site. in_scope: whether the
    item's site and service lie in what the actor's roles are limited to.
    """
    ready = may_be_signed(policy, item, zone_open=zone_open, words=words)
    if not ready:
        return ready
    if not in_scope:
        service = words.service(item.service) or "-"
        return no(errors.SIGN_SCOPE, source=SOURCE, name=item.name, service=service, site=words.site(item.site))
    for signature in held:
        if signature.capacity is capacity:
            other = words.capacity(OTHER[capacity])
            signed = words.capacity(capacity)
            return no(errors.SIGN_BEFORE, source=SOURCE, name=item.name, capacity=signed, actor=actor_name, other=other)
        if signature.actor == actor:
            return no(errors.SIGN_TWICE, source=SOURCE, name=item.name, capacity=words.capacity(signature.capacity))
    return YES


def may_be_signed(policy: Policy, item: ItemState, *, zone_open: bool, words: Words = PLAIN) -> Verdict:
    """Say whether an item is ready for signatures: alive, verified, placed, its zone open."""
    if item.retired:
        return no(errors.IS_RETIRED, source=SOURCE, name=item.name)
    if item.quarantined:
        return no(errors.IS_QUARANTINED, source=SOURCE, name=item.name)
    if item.stage is not Stage.VERIFIED:
        return no(errors.SIGN_STAGE, source=SOURCE, name=item.name, stage=words.stage(item.stage))
    missing = missing_checks(policy, item, Stage.ADMITTED)
    if missing:
        to = words.stage(Stage.ADMITTED)
        listed = words.missing(missing)
        return no(errors.CHECKS_MISSING, source=f"policy {policy.version}", name=item.name, to=to, missing=listed)
    if not item.site:
        return no(errors.SIGN_PLACELESS, source=SOURCE, name=item.name)
    if not zone_open:
        return no(errors.ZONE_SHUT, source=SOURCE, name=item.name, site=words.site(item.site))
    return YES


def admits(held: Iterable[Held]) -> bool:
    """Say whether signatures admit: one in each capacity, by two different people."""
    security = {signature.actor for signature in held if signature.capacity is Capacity.SECURITY}
    owner = {signature.actor for signature in held if signature.capacity is Capacity.OWNER}
    return any(one != other for one in security for other in owner)


def item_digest(item: ItemState, *, serial: str, role: str, policy: Policy, proofs: Iterable[Proof]) -> str:
    """Digest one item as it stands: identity, place, version, policy, attestations and their files.

    Returns: SHA-256 in hexadecimal of canonical JSON (sorted keys, no blanks, UTF-8).
    """
    shown = {
        "id": str(item.id),
        "name": item.name,
        "serial": serial,
        "class": item.klass.value,
        "site": item.site,
        "service": item.service,
        "role": role,
        "stage": item.stage.value,
        "version": item.version,
        "policy": policy.digest,
        "checks": [
            {"check": p.check, "by": p.by, "at": p.at.isoformat(), "evidence": sorted(p.evidence)}
            for p in sorted(proofs, key=lambda p: (p.check, p.at, p.by))
        ],
    }
    return _digest(shown)


def batch_digest(items: Mapping[UUID, str], *, capacity: Capacity, policy: Policy) -> str:
    """Digest what one person signs: the items' digests, the capacity, the policy."""
    shown = {
        "capacity": capacity.value,
        "policy": {"version": policy.version, "digest": policy.digest},
        "items": [{"id": str(item), "digest": digest} for item, digest in sorted(items.items())],
    }
    return _digest(shown)


def _digest(shown: Mapping[str, object]) -> str:
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
