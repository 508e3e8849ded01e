"""A practitioner in the directory, a patient of theirs, a request taken as far as a test wants it."""

from __future__ import annotations

from typing import Any
from uuid import UUID


def practitioner(act: Any, **fields: Any) -> UUID:
    """Lay a practitioner into the directory. Returns: their id."""
    from relight.journal.api import new_id, writing
    from relight.liaison.models import Practitioner
    from relight.liaison.rules.table import plain

    told = {"family": "Lambert", "given": "Claire", "number": "10000023999", "phone": "+3263231111",
            "practice": "Cabinet des Tilleuls", "languages": ["fr"], **fields}  # fmt: skip
    with writing(act) as log:
        row = Practitioner.objects.create(
            id=new_id(act.at), key=told["number"], at=act.at, by=act.actor,
            search=plain(" ".join(str(told[name]) for name in ("family", "given", "number", "practice"))), **told,
        )  # fmt: skip
        log.entry("test.practitioner", subject="liaison:directory", body={})
    return row.pk


def version(request: UUID) -> int:
    from relight.liaison.models import Request

    return Request.objects.get(pk=request).version


def logged(act: Any, *, caller: UUID | None, **fields: Any) -> UUID:
    """Log a request. Returns: its id."""
    from relight.liaison.rules.requests import Direction, Topic, Urgency
    from relight.liaison.services.requests import NewRequest, request_log

    told = {"direction": Direction.IN, "topic": Topic.SUMMARY, "urgency": Urgency.NOW,
            "ask": "Quel traitement anticoagulant ?", "specialty": "cardiology", **fields}  # fmt: skip
    return request_log(act=act, new=NewRequest(practitioner=caller, **told))


def cleared(act: Any, request: UUID, patient: UUID, **said: str) -> None:
    """Verify the caller, tie the patient, note link and consent: a summary may leave then."""
    from relight.liaison.rules.identity_check import Said
    from relight.liaison.rules.requests import Consent, Link, Verified
    from relight.liaison.services.requests import caller_verify, patient_tie, relation_note

    told = Said(**{"family": "Lambert", "given": "Marie", "birth": "1970-02-01", **said})
    caller_verify(act=act, request=request, version=version(request), how=Verified.CALLBACK)
    patient_tie(act=act, request=request, version=version(request), patient=patient, said=told)
    relation_note(act=act, request=request, version=version(request), link=Link.GENERAL, consent=Consent.ASKED)
