"""Zone segments: started, opened by two people, closed.

Owns the event `hospital.zone_changed`. Source: docs/design/hospital.md, "Zone segments" (cases 70-77).
"""

from __future__ import annotations

from relight.hospital.errors import NOTE_MISSING, ZONE_UNKNOWN
from relight.hospital.models import ZoneSegment, ZoneSignature
from relight.hospital.rules.acceptance import statement_digest, zone_statement
from relight.hospital.rules.compile import Hospital, zone_id
from relight.hospital.rules.graph import Change
from relight.hospital.rules.zones import SIGNATURES, may_become, may_sign, next_site
from relight.hospital.selectors.standing import hospital_get, state_read
from relight.hospital.services.settle import change_settle, changes_body, demand, moment_words, revision_raise
from relight.hospital.types import ZoneState
from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service, signature_make

MEANING = "hospital.zone-open"


def _segment(hospital: Hospital, site: str) -> ZoneSegment:
    known = [one.id for one in hospital.description.sites]
    row = ZoneSegment.objects.select_for_update().filter(pk=site).first() if site in known else None
    if row is None:
        raise ZONE_UNKNOWN.error(where="site", site=site, known=", ".join(known))
    return row


def _out_of_order(hospital: Hospital, site: str) -> bool:
    """Say whether another site's turn comes before this one's."""
    states = dict(ZoneSegment.objects.values_list("site", "state"))
    ordered = sorted(hospital.description.sites, key=lambda one: (one.order, one.id))
    return next_site([(one.id, ZoneState(states.get(one.id, "planned"))) for one in ordered]) != site


@service(Permission.ZONE_BUILD)
def zone_build(*, act: Act, site: str, note: str = "") -> None:
    """Start building a site's segment. Out of order is allowed (orders change) and written down.

    Raises: RL-HOS-060 (not from here), RL-HOS-062 (no such site).
    """
    with writing(act) as log:
        hospital = hospital_get()
        row = _segment(hospital, site)
        before = ZoneState(row.state)
        demand(may_become(before, ZoneState.BUILDING, site=site), where=site)
        out_of_order = _out_of_order(hospital, site)
        row.turn += before is ZoneState.CLOSED
        row.state, row.since, row.actor, row.note = ZoneState.BUILDING.value, act.at, act.actor, note.strip()
        row.save()
        revision_raise()
        body: Body = {"site": site, "note": row.note, "out_of_order": out_of_order, "turn": row.turn}
        log.entry("hospital.zone_build", subject=f"zone:{site}", body=body, events=[_event(row, before, act)])


@service(Permission.ZONE_OPEN)
def zone_open_sign(*, act: Act, site: str, password: str) -> bool:
    """Sign the opening of a segment; the second person's signature opens it.

    Returns: whether it is open now. Raises: RL-HOS-060, 061 (the same person twice), 062, and those of
    `signature_make`.
    """
    with writing(act) as log:
        hospital = hospital_get()
        row = _segment(hospital, site)
        signatures = ZoneSignature.objects.filter(site=site, turn=row.turn)
        signed = list(signatures.values_list("actor", flat=True))
        demand(may_sign(ZoneState(row.state), site=site, signed=signed, actor=act.actor), where=site)
        statement = zone_statement(site=site, turn=row.turn, since=moment_words(row.since))
        digest = statement_digest(statement)
        signature = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        ZoneSignature.objects.create(
            id=new_id(act.at),
            site=site,
            turn=row.turn,
            actor=act.actor,
            at=act.at,
            digest=digest,
            signature=signature.id,
        )
        opens = len(signed) + 1 >= SIGNATURES
        body: Body = {**statement, "digest": digest, "signature": str(signature.id), "signatures": len(signed) + 1}
        if opens:
            _turn(log, hospital, row, ZoneState.OPEN, act, verb="hospital.zone_open", body=body)
        else:
            revision_raise()
            log.entry("hospital.zone_sign", subject=f"zone:{site}", body=body)
    return opens


@service(Permission.ZONE_CLOSE)
def zone_close(*, act: Act, site: str, note: str) -> None:
    """Close a segment at once: one person, with the reason. Its units are down from now on.

    Raises: RL-HOS-054 (no reason), RL-HOS-060, RL-HOS-062.
    """
    if not note.strip():
        raise NOTE_MISSING.error(where="note")
    with writing(act) as log:
        hospital = hospital_get()
        row = _segment(hospital, site)
        demand(may_become(ZoneState(row.state), ZoneState.CLOSED, site=site), where=site)
        row.note = note.strip()
        body: Body = {"site": site, "note": row.note, "turn": row.turn}
        _turn(log, hospital, row, ZoneState.CLOSED, act, verb="hospital.zone_close", body=body)


def _turn(log: Log, hospital: Hospital, row: ZoneSegment, state: ZoneState, act: Act, *, verb: str, body: Body) -> None:
    """Open or close a segment: store it, settle the levels of its units, write it down."""
    stored = state_read(hospital.graph)
    before = ZoneState(row.state)
    row.state, row.since, row.actor = state.value, act.at, act.actor
    row.save()
    gate = hospital.graph.gate_index.get(zone_id(row.site))
    gates = [] if gate is None else [(gate, state is ZoneState.OPEN)]
    events, _ = change_settle(act=act, hospital=hospital, state=stored, change=Change(gates=gates))
    entry_body: Body = {**body, "changes": changes_body(events)}
    log.entry(verb, subject=f"zone:{row.site}", body=entry_body, events=[_event(row, before, act), *events])


def _event(row: ZoneSegment, before: ZoneState, act: Act) -> EventDraft:
    body: Body = {
        "site": row.site,
        "from": before.value,
        "to": row.state,
        "cause": {"actor": act.actor, "note": row.note},
    }
    return EventDraft(name="hospital.zone_changed", subject=f"zone:{row.site}", body=body)
