"""Summaries from practitioners into the downtime record: a source of its own each, dated, bound to the checked patient.

Owns Received. Refuses another patient's document, the same twice, and to put anything in for an unverified caller.
Source: docs/design/liaison-requests.md, cases 90-109.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from uuid import UUID

from django.utils.timezone import get_default_timezone, localtime

from relight.journal.api import EventDraft, Json, Log, new_id
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Received, Request
from relight.liaison.rules.from_them import (
    Typed,
    document_bind,
    document_check,
    document_read,
    is_fhir,
    typed_bodies,
)
from relight.liaison.rules.numbers import registration_shown
from relight.liaison.rules.requests import Step, Verified, number_words
from relight.liaison.services.requests import request_at, step_add
from relight.people.api import Permission, service
from relight.record.api import (
    HERE,
    EntryDraft,
    Ground,
    SourceKind,
    dumps,
    entries_write,
    face_get,
    read_note,
    source_open,
)
from relight.record.plain import DocumentKind, binary_body, content_type, document_body


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What came in. Args: data: a file's bytes, empty for none. written_on: the day the practitioner wrote it.
    title: what the file is called in the chart."""

    written_on: date
    title: str
    filename: str = ""
    data: bytes = b""
    typed: Typed = field(default_factory=Typed)


@dataclass(slots=True, eq=False)
class _Drafts:
    kind: str
    drafts: list[EntryDraft]
    left_out: int = 0
    document: UUID | None = None


@service(Permission.LIAISON_REQUESTS)
def summary_receive(*, act: Act, request: UUID, version: int, incoming: Incoming) -> UUID:
    """Put a practitioner's summary into the record of the request's patient. Returns: the id of Received.

    Raises: RL-LIA-085 for an unverified caller, 086 without a checked patient, 100 for the same again, 101, 102, 103,
    106 for the document, 104 for nothing, 105 for its day, RL-REC-385, 386 for the file.
    """
    if incoming.written_on > localtime(act.at).date():
        raise errors.RECEIVED_DATE.error(where="written_on")
    if not incoming.data and incoming.typed.is_empty:
        raise errors.RECEIVED_EMPTY.error(where="file")
    with request_at(act=act, request=request, version=version, step=Step.RECEIVED) as (log, row):
        if row.verified == Verified.NOT.value:
            raise errors.CALLER_UNVERIFIED.error(where="verified")
        if row.patient is None:
            raise errors.PATIENT_UNCHECKED.error(where="patient")
        digest = _digest(incoming)
        if Received.objects.filter(patient=row.patient, digest=digest).exists():
            raise errors.RECEIVED_KNOWN.error(where="file")
        return _receive(log, row, incoming, digest=digest, patient=row.patient)


def _digest(incoming: Incoming) -> str:
    typed = incoming.typed
    told = [[*typed.allergies], [*typed.medicines], [*typed.problems], typed.no_allergies]
    content = incoming.data if typed.is_empty else incoming.data + dumps(told)
    return sha256(content).hexdigest()


def _receive(log: Log, row: Request, incoming: Incoming, *, digest: str, patient: UUID) -> UUID:
    act = log.act
    as_of = datetime.combine(incoming.written_on, time(12), get_default_timezone())
    source = source_open(
        act=act, name=_source_name(row, incoming), kind=SourceKind.PRACTITIONER, as_of=min(as_of, act.at)
    ).pk
    made = _drafts(act, row, incoming, patient=patient, source=source)
    entries_write(act=act, log=log, drafts=made.drafts, verb="record.import", subject=f"patient:{patient}")
    kept = Received.objects.create(
        id=new_id(act.at), request=row, patient=patient, source=source, kind=made.kind,
        filename=incoming.filename[:200], digest=digest, written_on=incoming.written_on, entries=len(made.drafts),
        left_out=made.left_out, document=made.document, at=act.at, by=act.actor,
    )  # fmt: skip
    step_add(log, row, Step.RECEIVED, what=made.kind)
    read_note(act=act, patients=[patient], what="liaison.received", ground=Ground.REQUEST.value)
    body: dict[str, Json] = {
        "request": row.number, "from": row.caller_name, "from_number": row.caller_number, "source": str(source),
        "digest": digest, "kind": made.kind, "entries": len(made.drafts), "left_out": made.left_out,
    }  # fmt: skip
    told = EventDraft(name="liaison.received", subject=f"request:{row.pk}", body={"received": str(kept.pk)})
    log.entry("liaison.receive", subject=f"patient:{patient}", body=body, events=[told])
    return kept.pk


def _source_name(row: Request, incoming: Incoming) -> str:
    """Name the source so that a chart says who wrote it and when; each document is a source of its own."""
    who = " ".join(filter(None, (row.caller_name[:110], registration_shown(row.caller_number))))
    count = Received.objects.filter(request=row).count() + 1
    return f"{who}, {incoming.written_on:%d.%m.%Y} ({number_words(row.number)}/{count})"


def _drafts(act: Act, row: Request, incoming: Incoming, *, patient: UUID, source: UUID) -> _Drafts:
    bodies: list[tuple[UUID, dict[str, object]]] = []
    made = _Drafts(kind="paper", drafts=[])
    if incoming.data and is_fhir(incoming.data):
        document = document_read(incoming.data)
        face = face_get(patient)
        document_check(
            document, names=[(face.family, face.given)], aliases=face.other_names, birth=face.birth,
            held=[(one.system, one.value) for one in face.numbers],
        )  # fmt: skip
        bound = document_bind(document, patient=patient, make_id=lambda: new_id(act.at))
        bodies, made.left_out, made.kind = list(bound.bodies), bound.left_out, "fhir"
    elif incoming.data:
        made.kind = "pdf"
    typed = typed_bodies(incoming.typed, patient=patient, by=row.caller_name, day=incoming.written_on)
    bodies += [(new_id(act.at), body) for body in typed]
    if incoming.data:
        binary, key, files = _file_bodies(act, row, incoming, patient=patient)
        made.document = key
        bodies += [(binary, files[0]), (key, files[1])]
    made.drafts = [
        EntryDraft(type=str(body["resourceType"]), body=body, resource=key, source=source, document=HERE)
        for key, body in bodies
    ]
    return made


def _file_bodies(
    act: Act, row: Request, incoming: Incoming, *, patient: UUID
) -> tuple[UUID, UUID, tuple[dict[str, object], dict[str, object]]]:
    """Return the file itself as a document of the chart: whatever was read of it, it can be looked up."""
    media, binary, whose = content_type(incoming.data), new_id(act.at), f"Patient/{patient}"
    about = document_body(
        incoming.data, media=media, binary=f"Binary/{binary}", kind=DocumentKind.LETTER, title=incoming.title[:120],
        taken=incoming.written_on.isoformat(), patient=whose, at=act.at,
        author={"type": "Practitioner", "display": row.caller_name},
    )  # fmt: skip
    return binary, new_id(act.at), (binary_body(incoming.data, media=media, patient=whose), about)
