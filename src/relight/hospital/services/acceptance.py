"""Accepting a function: a named person signs that it works end to end; and taking that back.

Source: docs/design/hospital.md, "Acceptance" (cases 60-67).
"""

from __future__ import annotations

from difflib import get_close_matches

from relight.hospital.errors import NODE_UNKNOWN, NOT_ACCEPTED, NOT_ASKED, NOTE_MISSING
from relight.hospital.models import Acceptance
from relight.hospital.rules.acceptance import acceptance_statement, may_accept, statement_digest
from relight.hospital.rules.compile import Hospital, acceptance_id
from relight.hospital.rules.graph import Change
from relight.hospital.selectors.names import naming_of
from relight.hospital.selectors.standing import hospital_get, state_read
from relight.hospital.services.load import digest_in_force
from relight.hospital.services.settle import change_settle, changes_body, demand
from relight.hospital.types import NodeKind
from relight.journal.api import Body, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service, signature_make

MEANING = "hospital.accept"


def _function(hospital: Hospital, id: str) -> None:
    known = id in hospital.graph.index and hospital.node(id).kind is NodeKind.FUNCTION
    if not known:
        close = get_close_matches(id, hospital.graph.ids, n=3, cutoff=0.4)
        raise NODE_UNKNOWN.error(where="function", id=id, close=", ".join(close) or "—")


def _note(note: str) -> str:
    if not note.strip():
        raise NOTE_MISSING.error(where="note")
    return note.strip()


@service(Permission.HOSPITAL_ACCEPT)
def function_accept(*, act: Act, function: str, note: str, password: str) -> None:
    """Sign that a function works end to end.

    Args: function: node id. note: what was tried. password: of the person who signs, asked again.
    Raises: RL-HOS-040, 050 (takes none), 051 (cannot work yet), 052 (accepted), 054 (no note), and those
    of `signature_make`.
    """
    note = _note(note)
    with writing(act) as log:
        hospital = hospital_get()
        _function(hospital, function)
        state = state_read(hospital.graph)
        verdict = may_accept(hospital.graph, state, function)
        demand(verdict, where=function, name=naming_of(hospital).selector_text)
        statement = acceptance_statement(function=function, description=digest_in_force(), note=note)
        digest = statement_digest(statement)
        signature = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        Acceptance.objects.create(
            id=new_id(act.at),
            function=function,
            actor=act.actor,
            at=act.at,
            note=note,
            digest=digest,
            signature=signature.id,
        )
        gate = hospital.graph.gate_index[acceptance_id(function)]
        events, _ = change_settle(act=act, hospital=hospital, state=state, change=Change(gates=[(gate, True)]))
        body: Body = {**statement, "digest": digest, "signature": str(signature.id), "changes": changes_body(events)}
        log.entry("hospital.accept", subject=f"function:{function}", body=body, events=events)


@service(Permission.HOSPITAL_ACCEPT)
def acceptance_withdraw(*, act: Act, function: str, note: str) -> None:
    """Withdraw an acceptance: the function does not work end to end after all.

    Raises: RL-HOS-040, 050, 053 (not accepted), 054 (no note).
    """
    note = _note(note)
    with writing(act) as log:
        hospital = hospital_get()
        _function(hospital, function)
        gate = hospital.graph.gate_index.get(acceptance_id(function))
        if gate is None:
            raise NOT_ASKED.error(where=function, id=function)
        row = Acceptance.objects.select_for_update().filter(function=function, ended_at=None).first()
        if row is None:
            raise NOT_ACCEPTED.error(where=function, id=function)
        state = state_read(hospital.graph)
        row.ended_at, row.ended_by, row.ended_note = act.at, act.actor, note
        row.save(update_fields=["ended_at", "ended_by", "ended_note"])
        events, _ = change_settle(act=act, hospital=hospital, state=state, change=Change(gates=[(gate, False)]))
        body: Body = {"function": function, "note": note, "acceptance": str(row.id), "changes": changes_body(events)}
        log.entry("hospital.acceptance_withdraw", subject=f"function:{function}", body=body, events=events)
