"""Requests: logged, verified, tied to a checked patient, routed, answered, called back, closed.

Owns Request and RequestStep. Refuses a step from another point than the one the desk saw (`version`), and to write what
a practitioner asks or a specialist answers into the journal: it holds codes and digests. Source:
docs/design/liaison-requests.md, cases 1-39.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Max

from relight.journal.api import EventDraft, Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Practitioner, Request, RequestStep
from relight.liaison.rules.identity_check import Checked, Said, identity_check
from relight.liaison.rules.numbers import registration_read
from relight.liaison.rules.requests import (
    Call,
    Consent,
    Direction,
    Ending,
    Link,
    State,
    Step,
    Topic,
    Urgency,
    Verified,
    due_at,
    escalated,
    may_close,
    may_step,
)
from relight.liaison.selectors.requests import standing_of
from relight.people.api import Permission, service
from relight.record.api import Ground, face_get, read_note

TEXT_CHARS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request as it is logged. Args: practitioner: in the directory; else the `caller_*` fields say who. specialty,
    site: ids, empty where not said. ask: about a patient, kept out of the journal."""

    direction: Direction
    topic: Topic
    urgency: Urgency
    ask: str
    specialty: str = ""
    site: str = ""
    practitioner: UUID | None = None
    caller_name: str = ""
    caller_number: str = ""
    caller_practice: str = ""
    caller_phone: str = ""
    language: str = "fr"


@service(Permission.LIAISON_REQUESTS)
def request_log(*, act: Act, new: NewRequest) -> UUID:
    """Log a request. Returns: its id. Raises: RL-LIA-107 when nobody calls, 001 for a wrong registration number."""
    caller = _caller(new)
    with writing(act) as log:
        number = (Request.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Request.objects.create(
            id=new_id(act.at), number=number, direction=new.direction.value, topic=new.topic.value,
            urgency=new.urgency.value, specialty=new.specialty, site=new.site, ask=new.ask.strip()[:TEXT_CHARS],
            due_at=due_at(State.OPEN, new.urgency, since=act.at), at=act.at, by=act.actor, **caller,
        )  # fmt: skip
        step_add(log, row, Step.LOGGED)
        body: dict[str, Json] = {
            "number": number, "direction": row.direction, "topic": row.topic, "urgency": row.urgency,
            "practitioner": str(row.practitioner_id or ""), "ask": _digest(row.ask),
        }  # fmt: skip
        _told(log, row, "liaison.request", body)
    return row.pk


def _caller(new: NewRequest) -> dict[str, object]:
    known = Practitioner.objects.filter(pk=new.practitioner).first() if new.practitioner else None
    if known is not None:
        return {
            "practitioner": known, "caller_name": known.name, "caller_number": known.number,
            "caller_practice": known.practice, "caller_phone": (known.phone or known.mobile or new.caller_phone)[:40],
            "language": known.language,
        }  # fmt: skip
    if not new.caller_name.strip() or not new.caller_phone.strip():
        raise errors.CALLER_UNNAMED.error(where="caller_name")
    return {
        "practitioner": None, "caller_name": " ".join(new.caller_name.split())[:250],
        "caller_number": registration_read(new.caller_number), "caller_practice": new.caller_practice.strip()[:160],
        "caller_phone": new.caller_phone.strip()[:40], "language": new.language,
    }  # fmt: skip


@contextmanager
def request_at(*, act: Act, request: UUID, version: int, step: Step) -> Iterator[tuple[Log, Request]]:
    """Open a request for one step, inside a write; saved with its next version when the block ends well.

    Raises: RL-LIA-080 when there is none, 082 when somebody went on meanwhile, those of `may_step`.
    """
    with writing(act) as log:
        row = Request.objects.select_for_update().filter(pk=request).first()
        if row is None:
            raise errors.REQUEST_MISSING.error(where="request")
        may_step(standing_of(row), step).demand(where="request")
        if row.version != version:
            raise errors.REQUEST_MOVED.error(where="request")
        yield log, row
        row.version += 1
        row.save()


def step_add(log: Log, row: Request, step: Step, *, what: str = "", text: str = "") -> None:
    """Add a step to a request's history."""
    number = 0 if step is Step.LOGGED else row.version
    RequestStep.objects.create(
        id=new_id(log.act.at), request=row, number=number, at=log.act.at, actor=log.act.actor, step=step.value,
        what=what[:40], text=" ".join(text.split())[:400],
    )  # fmt: skip


def state_move(row: Request, state: State, *, at: datetime) -> None:
    """Bring a request into a state: its time begins anew, at the first level."""
    row.state, row.level = state.value, 0
    row.due_at = due_at(state, Urgency(row.urgency), since=at)


def _told(log: Log, row: Request, verb: str, body: dict[str, Json]) -> None:
    told = EventDraft(name="liaison.request", subject=f"request:{row.pk}", body={"state": row.state})
    log.entry(verb, subject=f"request:{row.pk}", body=body, events=[told])


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@service(Permission.LIAISON_REQUESTS)
def caller_verify(*, act: Act, request: UUID, version: int, how: Verified) -> None:
    """Note how it was made sure who calls. Raises: RL-LIA-108 for the directory's ways with somebody not in it."""
    with request_at(act=act, request=request, version=version, step=Step.VERIFIED) as (log, row):
        if row.practitioner_id is None and how in (Verified.CALLBACK, Verified.MAILBOX):
            raise errors.VERIFIED_NOT_LISTED.error(where="how")
        row.verified = how.value
        row.verified_at, row.verified_by = (None, "") if how is Verified.NOT else (act.at, act.actor)
        step_add(log, row, Step.VERIFIED, what=how.value)
        _told(log, row, "liaison.verify", {"how": how.value})


@service(Permission.LIAISON_REQUESTS)
def patient_tie(*, act: Act, request: UUID, version: int, patient: UUID, said: Said) -> Checked:
    """Tie a request to a patient whose identity fits. A refusal is journalled too: somebody may be fishing.

    Raises: RL-LIA-083 when fewer than two identifiers fit, 084 when one contradicts, RL-REC-002, those of request_at.
    """
    checked = checked_against(patient, said)
    with writing(act) as log:
        read_note(act=act, patients=[patient], what="liaison.identity", ground=Ground.REQUEST.value)
        body: dict[str, Json] = {
            "patient": str(patient), "fits": [one.value for one in checked.fits],
            "differs": [one.value for one in checked.differs],
        }  # fmt: skip
        if checked.verdict:
            with request_at(act=act, request=request, version=version, step=Step.IDENTIFIED) as (_, row):
                row.patient, row.identified = patient, [one.value for one in checked.fits]
                row.identified_at, row.identified_by = act.at, act.actor
                step_add(log, row, Step.IDENTIFIED, what=",".join(row.identified))
                _told(log, row, "liaison.identify", body)
        else:
            log.entry("liaison.identify_refused", subject=f"request:{request}", body=body)
    checked.verdict.demand(where="patient")
    return checked


def checked_against(patient: UUID, said: Said) -> Checked:
    """Compare what was said with a record. Raises: RL-REC-002."""
    face = face_get(patient)
    return identity_check(
        said, names=[(face.family, face.given)], aliases=face.other_names, birth=face.birth,
        numbers=[one.value for one in face.numbers],
    )  # fmt: skip


@service(Permission.LIAISON_REQUESTS)
def patient_untie(*, act: Act, request: UUID, version: int, reason: str) -> None:
    """Untie a request from its patient: it was the wrong one. Link and consent go too. Raises: RL-LIA-093."""
    if not reason.strip():
        raise errors.CLOSE_WHY.error(where="reason")
    with request_at(act=act, request=request, version=version, step=Step.UNTIED) as (log, row):
        was = str(row.patient or "")
        row.patient, row.identified, row.identified_at, row.identified_by = None, [], None, ""
        row.link, row.consent = Link.NONE.value, Consent.NONE.value
        step_add(log, row, Step.UNTIED, text=reason)
        _told(log, row, "liaison.untie", {"patient": was, "reason": _digest(reason)})


@service(Permission.LIAISON_REQUESTS)
def relation_note(*, act: Act, request: UUID, version: int, link: Link, consent: Consent) -> None:
    """Note the therapeutic link and on what consent. Raises: RL-LIA-086 while no patient is tied, 087 for none."""
    with request_at(act=act, request=request, version=version, step=Step.RELATED) as (log, row):
        if row.patient is None:
            raise errors.PATIENT_UNCHECKED.error(where="patient")
        if link is Link.NONE or consent is Consent.NONE:
            raise errors.NO_LINK.error(where="link")
        row.link, row.consent = link.value, consent.value
        step_add(log, row, Step.RELATED, what=f"{link}/{consent}")
        _told(log, row, "liaison.relate", {"link": link.value, "consent": consent.value})


@service(Permission.LIAISON_REQUESTS)
def request_route(*, act: Act, request: UUID, version: int, name: str, phone: str) -> None:
    """Hand a request to a specialist who was reached on a line. Raises: RL-LIA-099 for nobody."""
    if not name.strip() or not phone.strip():
        raise errors.NOBODY_NAMED.error(where="name")
    with request_at(act=act, request=request, version=version, step=Step.ROUTED) as (log, row):
        row.routed_name, row.routed_phone = name.strip()[:120], phone.strip()[:40]
        row.routed_at = act.at
        state_move(row, State.ROUTED, at=act.at)
        step_add(log, row, Step.ROUTED, text=f"{row.routed_name}, {row.routed_phone}")
        _told(log, row, "liaison.route", {"to": row.routed_name})


@service(Permission.LIAISON_REQUESTS)
def request_answer(*, act: Act, request: UUID, version: int, text: str, by: str) -> None:
    """Note the answer: it is to be called back from now on. Args: by: who answered, as said. Raises: RL-LIA-092."""
    if not text.strip():
        raise errors.NOT_ANSWERED.error(where="text")
    with request_at(act=act, request=request, version=version, step=Step.ANSWERED) as (log, row):
        row.answer, row.answered_by = text.strip()[:TEXT_CHARS], (by.strip() or row.routed_name)[:120]
        row.answered_at = act.at
        row.tries, row.reached_at = 0, None  # another answer has to be told too
        state_move(row, State.ANSWERED, at=act.at)
        step_add(log, row, Step.ANSWERED, text=row.answered_by)
        _told(log, row, "liaison.answer", {"by": row.answered_by, "answer": _digest(row.answer)})


@service(Permission.LIAISON_REQUESTS)
def request_called(*, act: Act, request: UUID, version: int, call: Call, note: str = "") -> None:
    """Note one try of calling back. Once reached it waits for nothing but to be closed."""
    with request_at(act=act, request=request, version=version, step=Step.CALLED) as (log, row):
        row.tries += 1
        if call is Call.REACHED:
            row.reached_at, row.level = act.at, 0
        row.due_at = due_at(State.ANSWERED, Urgency(row.urgency), since=act.at)
        step_add(log, row, Step.CALLED, what=call.value, text=note)
        _told(log, row, "liaison.call", {"call": call.value, "try": row.tries})


@service(Permission.LIAISON_REQUESTS)
def request_close(*, act: Act, request: UUID, version: int, ending: Ending, reason: str = "") -> None:
    """Close a request. Raises: RL-LIA-092 for `answered` while nobody was reached, 093 without a reason."""
    with request_at(act=act, request=request, version=version, step=Step.CLOSED) as (log, row):
        may_close(standing_of(row), ending=ending, reason=reason).demand(where="reason")
        row.state, row.due_at = State.CLOSED.value, None
        row.closed_at, row.closed_by = act.at, act.actor
        row.ending, row.ending_note = ending.value, " ".join(reason.split())[:400]
        step_add(log, row, Step.CLOSED, what=ending.value, text=reason)
        _told(log, row, "liaison.close", {"ending": ending.value})


@service(Permission.LIAISON_READ)
def requests_escalate(*, act: Act) -> int:
    """Bring what is overdue one step higher, once each time-out. Returns: how many. Nothing due writes nothing."""
    if not Request.objects.filter(due_at__lte=act.at).exists():
        return 0
    with writing(act) as log:
        rows = list(Request.objects.select_for_update().filter(due_at__lte=act.at).order_by("due_at", "id"))
        for row in rows:
            row.level, row.due_at = escalated(
                level=row.level, state=State(row.state), urgency=Urgency(row.urgency), at=act.at
            )
            step_add(log, row, Step.ESCALATED, what=str(row.level))
            row.version += 1
            row.save(update_fields=["level", "due_at", "version"])
        told = [
            EventDraft(name="liaison.request_overdue", subject=f"request:{row.pk}", body={"level": row.level})
            for row in rows
        ]
        if rows:
            body: dict[str, Json] = {"requests": [row.number for row in rows]}
            log.entry("liaison.escalate", subject="liaison:requests", body=body, events=told)
        else:
            log.entry("liaison.escalate", subject="liaison:requests", body={"requests": []})
    return len(rows)
