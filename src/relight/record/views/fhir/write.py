"""Create, update, transaction and batch."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, permit
from relight.record import errors
from relight.record.rules.bundle import (
    BundleKind,
    Method,
    Step,
    bundle_entries,
    bundle_kind,
    step_read,
)
from relight.record.rules.canonical import dumps
from relight.record.services.fhir import Done, resource_create, resource_update, transaction_apply, version_read
from relight.record.views.fhir.frame import (
    BUNDLE_BYTES,
    RESOURCE_BYTES,
    act_of_request,
    base_of,
    body_read,
    fhir,
    id_demand,
    resource_response,
)
from relight.record.views.fhir.outcomes import FHIR_JSON, http_status, outcome_of
from relight.record.views.fhir.pages import bundle_bytes

REASONS = {200: "200 OK", 201: "201 Created"}


def resource_posted(request: HttpRequest, kind: str) -> HttpResponse:
    """Make one resource; with If-None-Exist only where nothing matches."""
    act, base = act_of_request(request), base_of(request)
    sent = body_read(request, limit=RESOURCE_BYTES)
    condition = request.META.get("HTTP_IF_NONE_EXIST", "").removeprefix("?")
    if "HTTP_IF_NONE_EXIST" in request.META and not condition:
        raise errors.CONDITION_MISSING.error(where="If-None-Exist")
    done = resource_create(act=act, type=kind, resource=sent, base=base, condition=condition)
    return _answer(request, done, base=base)


def resource_put(request: HttpRequest, kind: str, text: str) -> HttpResponse:
    """Change one resource, whose version was seen."""
    act, base = act_of_request(request), base_of(request)
    permit(act, Permission.RECORD_WRITE)
    sent = body_read(request, limit=RESOURCE_BYTES)
    try:
        id = id_demand(kind, text)
    except RelightError:
        raise errors.ID_NOT_YOURS.error(where=kind) from None
    version = version_read(request.META.get("HTTP_IF_MATCH", ""))
    done = resource_update(act=act, type=kind, id=id, version=version, resource=sent, base=base)
    return _answer(request, done, base=base)


def _answer(request: HttpRequest, done: Done, *, base: str) -> HttpResponse:
    """Answer a write: whole, or empty where `Prefer: return=minimal` asks for it."""
    minimal = "return=minimal" in request.META.get("HTTP_PREFER", "").replace(" ", "").lower()
    return resource_response(
        b"" if minimal else done.body,
        version=done.version,
        modified=done.updated_at.timestamp(),
        status=done.status,
        location=f"{base}/{done.type}/{done.id}/_history/{done.version}",
    )


@fhir(Permission.RECORD_READ, "POST")
def system(request: HttpRequest) -> HttpResponse:
    """Work off a transaction or a batch."""
    from relight.record.views.fhir.batch import batch_answer  # noqa: PLC0415 - reads and searches stand above writes

    act, base = act_of_request(request), base_of(request)
    sent = body_read(request, limit=BUNDLE_BYTES)
    kind, entries = bundle_kind(sent), bundle_entries(sent)
    if kind is BundleKind.BATCH:
        answers = [batch_answer(act, entry, index=index, base=base) for index, entry in enumerate(entries)]
        return _bundle("batch-response", answers)
    steps = [step_read(entry, index=index, base=base) for index, entry in enumerate(entries)]
    return _bundle("transaction-response", _transaction(act, steps, base=base))


def _transaction(act: Act, steps: list[Step], *, base: str) -> list[bytes]:
    from relight.record.views.fhir.batch import read_answer  # noqa: PLC0415

    for step in steps:
        if step.method is Method.DELETE:
            raise errors.NOT_DELETED.error(where=step.where)
    done: dict[int, Done] = {}
    if any(step.method in (Method.POST, Method.PUT) for step in steps):
        done = transaction_apply(act=act, steps=steps, base=base)
    return [
        done_bytes(done[step.index], base=base) if step.index in done else read_answer(act, step, base=base)
        for step in steps
    ]


def done_bytes(done: Done, *, base: str) -> bytes:
    """Make the entry of one write in the answer."""
    head = dumps(
        {
            "status": REASONS[done.status],
            "location": f"{base}/{done.type}/{done.id}/_history/{done.version}",
            "etag": f'W/"{done.version}"',
            "lastModified": done.updated_at.isoformat(timespec="milliseconds"),
        }
    )
    full = f"{base}/{done.type}/{done.id}".encode()
    return b'{"fullUrl":"%s","resource":%s,"response":%s}' % (full, done.body, head)


def refused_bytes(error: RelightError) -> bytes:
    """Make the entry of one refusal in the answer of a batch."""
    outcome: dict[str, Any] = outcome_of(error)
    return dumps({"response": {"status": str(http_status(error)), "outcome": outcome}})


def guarded(work: Any) -> bytes:
    """Do one entry of a batch; what it refuses is its own answer and nobody else's."""
    try:
        return bytes(work())
    except RelightError as refusal:
        return refused_bytes(refusal)
    except (OperationalError, InterfaceError):
        return refused_bytes(errors.BUSY.error(where="database"))


def _bundle(kind: str, entries: list[bytes]) -> HttpResponse:
    return HttpResponse(bundle_bytes(kind, entries), content_type=FHIR_JSON)
