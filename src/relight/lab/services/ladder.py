"""The ladder: evidence recorded, rungs signed and climbed, links lowered and fallen.

Owns the verbs `lab.evidence`, `lab.sign`, `lab.climb`, `lab.fall` and the events `lab.climbed`, `lab.fell`.
Each change of rung tells the hospital's graph in the same transaction. Source: docs/design/lab.md, "The ladder".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from relight.journal.api import Body, EventDraft, Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import N_, REGISTRY
from relight.kernel.verdict import YES, Verdict, no
from relight.lab import errors
from relight.lab.models import Climb, Comparison, Link, LinkEvidence, RungSignature
from relight.lab.rules.ladder import (
    Capacity,
    Held,
    climbs,
    connection_verdict,
    fall_of,
    may_lower,
    may_sign,
)
from relight.lab.rules.policy import Ask, Check
from relight.lab.selectors.agreement import agreement_counts
from relight.lab.selectors.ladder import (
    Standings,
    evidence_settings,
    falls_now,
    heard_last,
    ladder_policy,
    ladder_standing,
    link_get,
    link_state,
    queries_answered,
    watches,
)
from relight.lab.services.components import SERVICE, links_tell
from relight.lab.services.settle import waiting_hold
from relight.lab.types import HoldReason, Rung, Transport
from relight.people.api import Permission, in_scope, service, signature_make

MEANING = {
    Capacity.LABORATORY: N_("A link's rung, for the laboratory"),
    Capacity.SECURITY: N_("A link's rung, for security"),
}
HOLDS = {errors.FELL_QC.code: HoldReason.QC_OUT}  # why what had not left yet is held when a link falls


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording a check found. Args: climbed: the rung the link came to by it, if any."""

    verdict: Verdict
    climbed: Rung | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature did. Args: climbed: the rung the link came to by it; none for the first of two."""

    digest: str
    capacity: Capacity
    climbed: Rung | None


# -- evidence --------------------------------------------------------------------------------------


@service(Permission.LAB_EVIDENCE)
def connection_test(*, act: Act, link: str) -> Recorded:
    """Test the connection: did a clean, valid message come from an allowed address since the link came to its rung?

    When the next rung asks for no signature and nothing else is missing the link climbs.
    Raises: RL-LAB-001.
    """
    return _record(act=act, link=link, check=Check.CONNECTION)


@service(Permission.LAB_EVIDENCE)
def evidence_record(*, act: Act, link: str, check: Check) -> Recorded:
    """Measure one check that a person records (connection, host queries, agreement) and keep what was found.

    Met or not, it is kept. Raises: RL-LAB-001, RL-LAB-181 (read from elsewhere).
    """
    if check in (Check.COMPARISON, Check.QC):
        raise errors.CHECK_NOT_RECORDED.error(where="check")
    return _record(act=act, link=link, check=check)


def _record(*, act: Act, link: str, check: Check) -> Recorded:
    with writing(act) as log:
        row = link_get(link, lock=True)
        _scope_demand(act, row)
        measure = {Check.CONNECTION: _connection, Check.QUERIES: _queries, Check.AGREEMENT: _agreement}[check]
        verdict, facts = measure(act, row)
        evidence_keep(act=act, log=log, row=row, check=check, verdict=verdict, facts=facts)
        climbed = _climb_unsigned(act=act, log=log, row=row) if verdict else None
    return Recorded(verdict=verdict, climbed=climbed)


def evidence_keep(
    *,
    act: Act,
    log: Log,
    row: Link,
    check: Check,
    verdict: Verdict,
    facts: Mapping[str, int],
    comparison: Comparison | None = None,
) -> None:
    """Keep what a check found, in the caller's `writing`. It counts as long as the link's settings are the same."""
    code = "" if verdict else verdict.error().code
    LinkEvidence.objects.create(
        id=new_id(act.at),
        link=row,
        check_id=check.value,
        met=verdict.allowed,
        at=act.at,
        by=act.actor,
        note=code,
        facts={**facts, "settings": evidence_settings(row)},
        comparison=comparison,
    )
    body: Body = {"check": check.value, "met": verdict.allowed, "code": code, **facts}
    log.entry("lab.evidence", subject=f"link:{row.pk}", body=body)


def _connection(act: Act, row: Link) -> tuple[Verdict, Mapping[str, int]]:
    now = link_state(link_get(row.pk))
    verdict = connection_verdict(
        heard=heard_last(row.pk),
        since=row.rung_since,
        problem_at=now.last_code_at if now else None,
        transport=Transport(row.transport),
        host=row.host,
        peers=row.peers,
    )
    return verdict, {}


def _queries(act: Act, row: Link) -> tuple[Verdict, Mapping[str, int]]:
    ask = _ask_of(Check.QUERIES)
    count = queries_answered(row.pk, since=act.at - timedelta(days=ask.valid_days or 3650))
    if count >= ask.count:
        return YES, {"count": count}
    few = no(errors.QUERIES_FEW, count=count, needed=ask.count, days=ask.valid_days)
    return few, {"count": count}


def _agreement(act: Act, row: Link) -> tuple[Verdict, Mapping[str, int]]:
    ask = _ask_of(Check.AGREEMENT)
    alike, differing = agreement_counts(row, since=act.at - timedelta(days=ask.valid_days or 3650))
    facts = {"count": alike, "differing": differing}
    if differing:
        return no(errors.AGREEMENT_SHORT, count=differing), facts
    if alike < ask.count:
        return no(errors.AGREEMENT_FEW, count=alike, needed=ask.count, days=ask.valid_days), facts
    return YES, facts


def _ask_of(check: Check) -> Ask:
    """Return what the policy asks of a check; one that no rung asks is asked once."""
    asks = (ask for asked in ladder_policy().rungs.values() for ask in asked.asks if ask.check is check)
    return next(asks, Ask(check=check))


# -- climbing --------------------------------------------------------------------------------------


def rung_sign(*, act: Act, link: str, capacity: Capacity, password: str, digest: str | None = None) -> Signed:
    """Sign a link's next rung in one capacity; the second signature, of another person, climbs.

    Args: digest: of what was shown (`Standings.digest`); None signs what stands there now.
    Raises: RL-PPL-001, RL-PPL-002 (password), RL-LAB-001, 160-180.
    """
    sign = _sign_laboratory if capacity is Capacity.LABORATORY else _sign_security
    return sign(act=act, link=link, password=password, digest=digest)


@service(Permission.LAB_SIGN_LABORATORY)
def _sign_laboratory(*, act: Act, link: str, password: str, digest: str | None = None) -> Signed:
    return _sign(act=act, link=link, capacity=Capacity.LABORATORY, password=password, digest=digest)


@service(Permission.LAB_SIGN_SECURITY)
def _sign_security(*, act: Act, link: str, password: str, digest: str | None = None) -> Signed:
    return _sign(act=act, link=link, capacity=Capacity.SECURITY, password=password, digest=digest)


def _sign(*, act: Act, link: str, capacity: Capacity, password: str, digest: str | None) -> Signed:
    with writing(act) as log:
        row = link_get(link, lock=True)
        found = _standing(act, row)
        may_sign(
            found.climbing, capacity=capacity, actor=act.actor, held=found.held, in_scope=_scoped(act, row)
        ).demand(where=row.pk)
        if digest is not None and digest != found.digest:
            raise errors.SIGN_CHANGED.error(where=row.pk)
        signature_make(act=act, log=log, password=password, digest=found.digest, meaning=MEANING[capacity])
        to = found.climbing.to
        assert to is not None  # may_sign allowed it
        _signature_keep(act=act, row=row, to=to, capacity=capacity, digest=found.digest)
        held = [*found.held, Held(capacity=capacity, actor=act.actor, at=act.at)]
        body: Body = {"capacity": capacity.value, "to": to.value, "digest": found.digest}
        log.entry("lab.sign", subject=f"link:{row.pk}", body=body)
        climbed = to if climbs(held) else None
        if climbed:
            _rung_change(act=act, log=log, row=row, to=climbed, body={"signatures": [one.actor for one in held]})
    return Signed(digest=found.digest, capacity=capacity, climbed=climbed)


def _signature_keep(*, act: Act, row: Link, to: Rung, capacity: Capacity, digest: str) -> None:
    """Store a signature; one over what no longer stands gives way to it."""
    stale = RungSignature.objects.filter(link=row, rung=to.value, version=row.version).exclude(digest=digest)
    stale.delete()
    RungSignature.objects.create(
        id=new_id(act.at),
        link=row,
        rung=to.value,
        capacity=capacity.value,
        actor=act.actor,
        at=act.at,
        digest=digest,
        version=row.version,
    )


def _climb_unsigned(*, act: Act, log: Log, row: Link) -> Rung | None:
    """Climb at once when the next rung's checks are met and it asks for no signature."""
    climbing = _standing(act, row).climbing
    if not climbing.verdict or climbing.signatures or climbing.to is None:
        return None
    _rung_change(act=act, log=log, row=row, to=climbing.to, body={})
    return climbing.to


def _standing(act: Act, row: Link) -> Standings:
    return ladder_standing([row], at=act.at, policy=ladder_policy())[row.pk]


# -- going down ------------------------------------------------------------------------------------


@service(Permission.LAB_LOWER)
def link_lower(*, act: Act, link: str, to: Rung, reason: str) -> None:
    """Take a link down to a lower rung, at once: one person, with the reason.

    Raises: RL-LAB-001, RL-LAB-178 (not below), RL-LAB-179 (no reason), RL-LAB-180 (scope).
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    with writing(act) as log:
        row = link_get(link, lock=True)
        _scope_demand(act, row)
        may_lower(Rung(row.rung), to).demand(where=row.pk)
        _rung_change(
            act=act, log=log, row=row, to=to, reason=reason.strip()[:400], body={"reason": reason.strip()[:400]}
        )


@service(Permission.LAB_LOWER)
def link_fall(
    *, act: Act, link: str, code: str, params: Mapping[str, Json] | None = None, to: Rung = Rung.PAPER
) -> bool:
    """Let a link fall by itself, with a code of the register as the reason.

    Args: params: values that say more, for the journal; never patient data. Returns: whether it fell;
    a link that does not stand above `to` stays. Raises: RL-LAB-001, RL-LAB-178 (went down meanwhile);
    ValueError for a code nobody declared.
    """
    if code not in REGISTRY:
        raise ValueError(f"{code} is not declared")
    if not may_lower(Rung(link_get(link).rung), to):
        return False
    with writing(act) as log:
        row = link_get(link, lock=True)
        may_lower(Rung(row.rung), to).demand(where=row.pk)
        _rung_change(act=act, log=log, row=row, to=to, code=code, body={"code": code, **(params or {})})
    return True


@service(Permission.LAB_LOWER)
def links_watch(*, act: Act, since: datetime | None = None) -> int:
    """Let every link fall that has a reason to, by pure rules over what is stored. Called every few seconds.

    Args: since: when the gateway began to listen, so that its own pause is no link's silence.
    Returns: how many fell. Cost: five queries and no write while none falls.
    """
    falls = falls_now()
    rows = list(Link.objects.filter(enabled=True).exclude(rung=Rung.PAPER.value).select_related("now"))
    if not rows:
        return 0
    fallen = 0
    for link, watch in watches(rows, since=since).items():
        fall = fall_of(watch, falls, act.at)
        if fall is not None:
            params: dict[str, Json] = {"problems": watch.problems} if fall.spec is errors.FELL_FAILING else {}
            fallen += link_fall(act=act, link=link, code=fall.spec.code, params=params, to=fall.to)
    return fallen


def _rung_change(
    *, act: Act, log: Log, row: Link, to: Rung, body: Mapping[str, Json], code: str = "", reason: str = ""
) -> None:
    """Put a link on another rung: the row, its history, the graph, the journal."""
    before = Rung(row.rung)
    row.rung, row.rung_since, row.fell_because = to.value, act.at, code
    row.version += 1
    row.save(update_fields=["rung", "rung_since", "fell_because", "version"])
    Climb.objects.create(
        id=new_id(act.at),
        link=row,
        at=act.at,
        actor=act.actor,
        from_rung=before.value,
        to_rung=to.value,
        code=code,
        reason=reason,
    )
    links_tell(act=act, links=[row])
    held = 0 if to.gives_results else waiting_hold(act=act, link=row.pk, reason=HOLDS.get(code, HoldReason.RUNG))
    up = to.height > before.height
    told: Body = {"from": before.value, "to": to.value, "site": row.site, "held": held, **body}
    event = EventDraft(name="lab.climbed" if up else "lab.fell", subject=f"link:{row.pk}", body=told)
    log.entry("lab.climb" if up else "lab.fall", subject=f"link:{row.pk}", body=told, events=[event])


def _scoped(act: Act, row: Link) -> bool:
    return in_scope(act, site=row.site, service=SERVICE)


def _scope_demand(act: Act, row: Link) -> None:
    if not _scoped(act, row):
        raise errors.OUT_OF_SCOPE.error(where=row.pk)
