"""The entries of a batch, each on its own, and the reading entries of a transaction."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.record import errors
from relight.record.rules.bundle import Method, Step, step_read
from relight.record.rules.canonical import dumps
from relight.record.services.fhir import resource_create, resource_update, version_read
from relight.record.views.fhir.frame import id_demand, pairs_read
from relight.record.views.fhir.read import resource_read
from relight.record.views.fhir.search import search_bytes
from relight.record.views.fhir.write import done_bytes, guarded


def batch_answer(act: Act, entry: object, *, index: int, base: str) -> bytes:
    """Work off one entry of a batch. Returns: its entry in the answer, a refusal included."""

    def work() -> bytes:
        step = step_read(entry, index=index, base=base)
        match step.method:
            case Method.DELETE:
                raise errors.NOT_DELETED.error(where=step.where)
            case Method.POST:
                return _create(act, step, base=base)
            case Method.PUT:
                return _update(act, step, base=base)
            case _:
                return read_answer(act, step, base=base)

    return guarded(work)


def _create(act: Act, step: Step, *, base: str) -> bytes:
    done = resource_create(
        act=act, type=step.path, resource=step.resource or {}, base=base, condition=step.if_none_exist
    )
    return done_bytes(done, base=base)


def _update(act: Act, step: Step, *, base: str) -> bytes:
    text = step.path.partition("/")[2]
    if not text:
        raise errors.ID_NOT_YOURS.error(where=step.where)
    done = resource_update(
        act=act,
        type=step.type,
        id=id_demand(step.type, text),
        version=version_read(step.if_match),
        resource=step.resource or {},
        base=base,
    )
    return done_bytes(done, base=base)


def read_answer(act: Act, step: Step, *, base: str) -> bytes:
    """Answer a GET entry: a resource or a search."""
    kind, _, text = step.path.partition("/")
    if not text:
        body = search_bytes(act, kind, pairs_read(step.query), base=base, lenient=False)
        return b'{"resource":%s,"response":{"status":"200 OK"}}' % body
    if "/" in text or step.query:
        raise errors.OPERATION_UNKNOWN.error(where=step.where)
    held = resource_read(act, kind, text)
    head = dumps({"status": "200 OK", "etag": f'W/"{held.version}"'})
    return b'{"resource":%s,"response":%s}' % (held.body, head)
