"""Items as documents: what `relight fleet list` and `show` print. Keys are stable; more may be added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from relight.fleet.models import Attestation, Identifier, LineItem, Sighting
from relight.fleet.rules.line import missing_checks
from relight.fleet.selectors.admission import admission_held
from relight.fleet.selectors.items import item_filter, item_query, item_state
from relight.fleet.selectors.policy import policy_current, words_now


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def item_document(row: LineItem) -> dict[str, object]:
    """One item with its place and its state."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "kind": row.kind,
        "class": row.klass,
        "serial": row.serial,
        "hostname": row.hostname,
        "fqdn": row.fqdn,
        "model": row.model,
        "os": row.os,
        "site": row.site,
        "room": row.room,
        "role": row.role,
        "service": row.service,
        "tags": list(row.tags),
        "stage": row.stage,
        "state": row.state.value,
        "since": _time(row.stage_since),
        "expected": row.expected,
        "seen_first": _time(row.seen_first),
        "seen_last": _time(row.seen_last),
    }


def item_documents(*, params: Mapping[str, str], limit: int) -> dict[str, object]:
    """List items by the filters of the list page. Returns: `total` and at most `limit` `items`."""
    query = item_query(item_filter(params))
    return {"total": query.count(), "items": [item_document(row) for row in query[:limit]]}


def item_show(row: LineItem) -> dict[str, object]:
    """One item with its sources, identifiers, attestations, signatures and what is asked next."""
    attestations = list(Attestation.objects.filter(item=row))
    policy, words = policy_current(), words_now()
    state = item_state(row, {a.check_id for a in attestations if not a.void})
    following = policy.line(state.klass).following(state.stage)
    missing = missing_checks(policy, state, following) if following else ()
    return {
        **item_document(row),
        "identifiers": [
            {"kind": i.kind, "value": i.value, "provisional": i.provisional}
            for i in Identifier.objects.filter(item=row)
        ],
        "seen_by": [
            {"source": s.source, "record": s.record, "at": _time(s.at), "nature": s.nature}
            for s in Sighting.objects.filter(item=row)
        ],
        "attestations": [
            {"check": a.check_id, "by": a.by, "at": _time(a.at), "void": a.void, "evidence": a.evidence}
            for a in attestations
        ],
        "signatures": [
            {"capacity": held.capacity.value, "actor": held.actor, "at": _time(held.at)} for held in admission_held(row)
        ],
        "next": following.value if following else None,
        "missing": [{"check": check.id, "name": words.check(check), "roles": list(check.roles)} for check in missing],
    }
