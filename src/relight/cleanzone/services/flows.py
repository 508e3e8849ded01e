"""Flows: proposed from the dependencies or by a person, signed by two, refused, closed, ended by their date.

Owns FlowRow and its signatures. What a flow opens never changes: another one is proposed instead.
Source: docs/design/zone.md, "Flows" (cases 65-78).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max

from relight.cleanzone import errors
from relight.cleanzone.models import FlowRow, FlowSignature
from relight.cleanzone.rules.addresses import outside_fits
from relight.cleanzone.selectors.zone import asked_now
from relight.cleanzone.types import FLOW_WORDS, PROTOCOLS, FlowState, Origin, Peer, Proposal, ports_of, ports_text
from relight.journal.api import Body, EventDraft, Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import Word
from relight.people.api import Permission, service, signature_make

MEANING = "zone.flow-open"
SIGNATURES = 2
VALID_DAYS = 90
LONGEST_DAYS = 366
ALIVE = (FlowState.PROPOSED.value, FlowState.APPROVED.value)


@service(Permission.ZONE_PROPOSE)
def flows_propose(*, act: Act) -> int:
    """Propose what the dependencies ask for and nothing opens or was refused yet. Returns: how many are new."""
    with writing(act) as log:
        return _propose(act, log, asked_now(), origin=Origin.GRAPH)


@service(Permission.ZONE_PROPOSE)
def flows_ask(*, act: Act, asked: Sequence[Proposal]) -> int:
    """Take the flows another app needs, such as the laboratory's links. Returns: how many are new."""
    with writing(act) as log:
        return _propose(act, log, asked, origin=Origin.APP)


def _propose(act: Act, log: Log, asked: Iterable[Proposal], *, origin: Origin) -> int:
    held = set(FlowRow.objects.filter(state__in=[*ALIVE, FlowState.REFUSED.value]).values_list("key", flat=True))
    number = FlowRow.objects.aggregate(last=Max("number"))["last"] or 0
    rows: list[FlowRow] = []
    for one in asked:
        if one.key() in held:
            continue
        held.add(one.key())
        number += 1
        rows.append(_row(act, number, one, origin=origin, reason=_reason(one), days=VALID_DAYS))
    FlowRow.objects.bulk_create(rows, batch_size=500)
    body: Body = {"flows": [f"F{row.number}" for row in rows], "origin": origin.value}
    log.entry("zone.flows_propose", subject="zone:flows", body=body)
    return len(rows)


def _reason(one: Proposal) -> str:
    first = ", ".join(why.replace(">", " → ") for why in one.why[:3])
    return first[:280] + (f" +{len(one.why) - 3}" if len(one.why) > 3 else "")


def _row(act: Act, number: int, one: Proposal, *, origin: Origin, reason: str, days: int) -> FlowRow:
    return FlowRow(
        id=new_id(act.at),
        number=number,
        key=one.key(),
        source=one.source.document(),
        destination=one.destination.document(),
        protocol=one.protocol,
        ports=[list(pair) for pair in one.ports],
        owner=one.owner,
        reason=reason,
        why=list(one.why),
        origin=origin.value,
        expires_at=act.at + timedelta(days=days),
        at=act.at,
        by=act.actor,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowGiven:
    """A flow as a person gives it. ports: as written, `443,8440-8450`. days: until its end."""

    source: Peer
    destination: Peer
    protocol: str
    ports: str
    reason: str
    owner: str = ""
    days: int = VALID_DAYS


@service(Permission.ZONE_PROPOSE)
def flow_add(*, act: Act, given: FlowGiven) -> int:
    """Propose a flow by hand. Returns: its number. Raises: RL-ZON-006, RL-ZON-011."""
    ports = ports_of(given.ports)
    reason = " ".join(given.reason.split())[:300]
    if given.protocol not in PROTOCOLS:
        raise errors.FIELD_WRONG.error(where="protocol", value=given.protocol, expected=errors.PROTOCOL_EXPECTED)
    if ports is None:
        raise errors.FIELD_WRONG.error(where="ports", value=given.ports, expected=errors.PORTS_EXPECTED)
    if not reason:
        raise errors.FIELD_WRONG.error(where="reason", value="", expected=errors.REASON_NEEDED)
    if not 1 <= given.days <= LONGEST_DAYS:
        raise errors.FIELD_WRONG.error(where="days", value=given.days, expected=errors.END_EXPECTED)
    for where, peer in (("source", given.source), ("destination", given.destination)):
        _peer_check(where, peer)
    if given.source.networks and given.destination.networks:
        raise errors.FIELD_WRONG.error(
            where="destination", value=given.destination.text(), expected=errors.OUTSIDE_BOTH
        )
    one = Proposal(
        source=given.source,
        destination=given.destination,
        protocol=given.protocol,
        ports=ports,
        owner=" ".join(given.owner.split())[:64],
    )
    with writing(act) as log:
        same = FlowRow.objects.filter(key=one.key(), state__in=ALIVE).first()
        if same is not None:
            raise errors.FLOW_EXISTS.error(where="source", number=same.number)
        number = (FlowRow.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = _row(act, number, one, origin=Origin.HAND, reason=reason, days=given.days)
        row.save(force_insert=True)
        log.entry("zone.flows_propose", subject=f"flow:{row.pk}", body={"flows": [f"F{number}"], "origin": "hand"})
    return number


def _peer_check(where: str, peer: Peer) -> None:
    if bool(peer.networks) == bool(peer.fields()):
        raise errors.FIELD_WRONG.error(where=where, value=peer.text(), expected=errors.MACHINES_OR_NETWORKS)
    for net in peer.networks:
        if not outside_fits(net):
            raise errors.FIELD_WRONG.error(where=where, value=net, expected=errors.NETWORKS_EXPECTED)


# -- signatures -------------------------------------------------------------------------------------


def statement(rows: Iterable[FlowRow]) -> list[Json]:
    """Return what a signatory is shown of flows, in order of their numbers."""
    return [
        {
            "flow": f"F{row.number}",
            "source": row.source_peer.text(),
            "destination": row.destination_peer.text(),
            "protocol": row.protocol,
            "ports": ports_text(row.port_pairs),
            "reason": row.reason,
            "expires": row.expires_at.isoformat() if row.expires_at else "",
        }
        for row in sorted(rows, key=lambda row: row.number)
    ]


def statement_digest(rows: Iterable[FlowRow]) -> str:
    """Return the SHA-256 of what is shown, hexadecimal."""
    return hashlib.sha256(json.dumps(statement(rows), sort_keys=True, ensure_ascii=True).encode()).hexdigest()


@service(Permission.ZONE_APPROVE)
def flows_sign(*, act: Act, numbers: Sequence[int], shown: str, password: str) -> int:
    """Sign proposed flows in one go; the second person's signature opens a flow.

    Args: shown: digest of what the person was shown. Returns: how many are approved now. Raises: RL-ZON-010, 012,
    013, 014, 015 and those of `signature_make`.
    """
    if not numbers:
        raise errors.FLOWS_NONE.error(where="flows")
    with writing(act) as log:
        rows = _alive(numbers, FlowState.PROPOSED)
        digest = statement_digest(rows)
        if digest != shown:
            raise errors.FLOWS_CHANGED.error(where="flows")
        signed = FlowSignature.objects.filter(flow__in=rows)
        mine = next((one for one in signed if one.actor == act.actor), None)
        if mine is not None:
            number = next(row.number for row in rows if row.pk == mine.flow_id)
            raise errors.FLOW_SIGNED.error(where=f"F{number}", number=number)
        before = {one.flow_id for one in signed}
        signature = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        FlowSignature.objects.bulk_create(
            FlowSignature(flow=row, actor=act.actor, at=act.at, digest=digest, signature=signature.id) for row in rows
        )
        opened = [row for row in rows if row.pk in before]
        ids = [row.pk for row in opened]
        FlowRow.objects.filter(pk__in=ids).update(state=FlowState.APPROVED.value, approved_at=act.at)
        body: Body = {
            "flows": [f"F{row.number}" for row in rows],
            "approved": [f"F{row.number}" for row in opened],
            "digest": digest,
            "signature": str(signature.id),
        }
        events = [EventDraft(name="zone.flows_changed", subject="zone:flows", body=body)] if opened else []
        log.entry("zone.flows_sign", subject="zone:flows", body=body, events=events)
    return len(opened)


def _alive(numbers: Sequence[int], *states: FlowState) -> list[FlowRow]:
    """Return the flows, locked, by number. Raises: RL-ZON-010, RL-ZON-012."""
    rows = list(FlowRow.objects.select_for_update().filter(number__in=numbers).order_by("number"))
    missing = sorted(set(numbers) - {row.number for row in rows})
    if missing:
        raise errors.FLOW_UNKNOWN.error(where=f"F{missing[0]}", number=missing[0])
    for row in rows:
        if FlowState(row.state) not in states:
            state = Word(FLOW_WORDS[FlowState(row.state)])
            raise errors.FLOW_STATE.error(where=f"F{row.number}", number=row.number, state=state)
    return rows


@service(Permission.ZONE_APPROVE)
def flow_refuse(*, act: Act, number: int, note: str) -> None:
    """Refuse a proposed flow, with the reason: it is not proposed again. Raises: RL-ZON-006, 010, 012."""
    _end(act, number, note, FlowState.PROPOSED, FlowState.REFUSED, verb="zone.flow_refuse")


@service(Permission.ZONE_DEPLOY)
def flow_close(*, act: Act, number: int, note: str) -> None:
    """Close an approved flow at once: one person, with the reason. Raises: RL-ZON-006, 010, 012."""
    _end(act, number, note, FlowState.APPROVED, FlowState.CLOSED, verb="zone.flow_close")


def _end(act: Act, number: int, note: str, before: FlowState, after: FlowState, *, verb: str) -> None:
    words = " ".join(note.split())[:300]
    if not words:
        raise errors.FIELD_WRONG.error(where="note", value="", expected=errors.REASON_NEEDED)
    with writing(act) as log:
        row = _alive([number], before)[0]
        row.state, row.ended_at, row.ended_by, row.ended_note = after.value, act.at, act.actor, words
        row.save(update_fields=["state", "ended_at", "ended_by", "ended_note"])
        body: Body = {"flows": [f"F{number}"], "note": words}
        events = [EventDraft(name="zone.flows_changed", subject="zone:flows", body=body)]
        log.entry(verb, subject=f"flow:{row.pk}", body=body, events=events if before is FlowState.APPROVED else [])


@service(Permission.ZONE_DEPLOY)
def flows_expire(*, act: Act) -> int:
    """Close the flows whose end has come. Returns: how many."""
    due = FlowRow.objects.filter(state__in=ALIVE, expires_at__lte=act.at)
    if not due.exists():
        return 0
    with writing(act) as log:
        rows = list(due.select_for_update().order_by("number"))
        FlowRow.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=FlowState.CLOSED.value, ended_at=act.at, ended_by=act.actor
        )
        body: Body = {"flows": [f"F{row.number}" for row in rows]}
        events = [EventDraft(name="zone.flows_changed", subject="zone:flows", body=body)]
        log.entry("zone.flows_expire", subject="zone:flows", body=body, events=events)
    return len(rows)
