"""Read, vread, history, and the type's address: GET finds, POST makes, PUT changes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_default_timezone

from relight.kernel.act import Act
from relight.people.api import Permission
from relight.record import errors
from relight.record.rules.search_query import COUNT_DEFAULT, Query, query_read
from relight.record.rules.search_values import span_of
from relight.record.selectors.history import version_get
from relight.record.selectors.reach import reach_sql, resource_demand
from relight.record.selectors.search import EVERYTHING
from relight.record.selectors.store import resource_get
from relight.record.selectors.versions import VersionHit, version_count, version_list
from relight.record.services.reads import read_note
from relight.record.types import Held
from relight.record.views.fhir.frame import (
    act_of_request,
    base_of,
    fhir,
    id_demand,
    query_of,
    resource_response,
    type_demand,
)
from relight.record.views.fhir.pages import Place, bundle_bytes, bundle_response, place_seal
from relight.record.views.fhir.search import PAGE, Pairs, opened, search_answer
from relight.record.views.fhir.write import resource_posted, resource_put


@fhir(Permission.RECORD_READ, "GET", "HEAD", "POST")
def of_type(request: HttpRequest, kind: str) -> HttpResponse:
    """GET /fhir/<type>?… searches, POST /fhir/<type> makes one."""
    type_demand(kind)
    if request.method == "POST":
        return resource_posted(request, kind)
    return search_answer(request, kind, query_of(request))


@fhir(Permission.RECORD_READ, "GET", "HEAD", "PUT")
def of_resource(request: HttpRequest, kind: str, text: str) -> HttpResponse:
    """GET /fhir/<type>/<id> reads it, PUT changes it."""
    type_demand(kind)
    if request.method == "PUT":
        return resource_put(request, kind, text)
    held = resource_read(act_of_request(request), kind, text)
    if request.META.get("HTTP_IF_NONE_MATCH", "") == f'W/"{held.version}"':
        return HttpResponse(status=304, headers={"ETag": f'W/"{held.version}"'})
    return resource_response(held.body, version=held.version, modified=held.updated_at.timestamp())


def resource_read(act: Act, kind: str, text: str) -> Held:
    """Read one resource; who reads whose record is noted before it is returned."""
    held = resource_get(type=kind, id=id_demand(kind, text))
    resource_demand(act, type=kind, patient=held.patient)
    read_note(act=act, patients=[held.patient] if held.patient else [], what=f"fhir.read {kind}")
    return held


@fhir(Permission.RECORD_READ, "GET", "HEAD")
def of_version(request: HttpRequest, kind: str, text: str, version: str) -> HttpResponse:
    """Read one version, however old."""
    id = id_demand(type_demand(kind), text)
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    held = resource_get(type=kind, id=id)
    act = act_of_request(request)
    resource_demand(act, type=kind, patient=held.patient)
    read_note(act=act, patients=[held.patient] if held.patient else [], what=f"fhir.vread {kind}")
    found = version_get(type=kind, id=id, version=number)
    return resource_response(found.body, version=found.version, modified=found.at.timestamp())


@fhir(Permission.RECORD_READ, "GET", "HEAD")
def history_of_resource(request: HttpRequest, kind: str, text: str) -> HttpResponse:
    """List every version of a resource, newest first."""
    act = act_of_request(request)
    held = resource_get(type=type_demand(kind), id=id_demand(kind, text))
    resource_demand(act, type=kind, patient=held.patient)
    return _history(request, act, kind, text)


@fhir(Permission.RECORD_READ, "GET", "HEAD")
def history_of_type(request: HttpRequest, kind: str) -> HttpResponse:
    """List every version of every resource of a type, newest first."""
    return _history(request, act_of_request(request), type_demand(kind), "")


def _history(request: HttpRequest, act: Act, kind: str, text: str) -> HttpResponse:
    base = base_of(request)
    at = f"{kind}/{text}/_history" if text else f"{kind}/_history"
    pairs, after = opened(query_of(request), kind=at, actor=act.actor)
    query, since = _wanted(kind, pairs)
    id = id_demand(kind, text) if text else None
    found, more = version_list(
        type=kind,
        id=id,
        since=since,
        before=int(after[0]) if after else None,
        count=query.count or COUNT_DEFAULT,
        reach=EVERYTHING if text else reach_sql(act),
    )
    read_note(act=act, patients=[one.patient for one in found if one.patient], what=f"fhir.history {kind}")
    links = [("self", f"{base}/{at}")]
    if more:
        place = Place(kind=at, pairs=[pair for pair in pairs if pair[0] != PAGE], after=(found[-1].seq,))
        links.append(("next", f"{base}/{at}?{PAGE}={place_seal(place, actor=act.actor)}"))
    total = version_count(type=kind, id=id) if id is not None and since is None else None
    return bundle_response(bundle_bytes("history", [_entry(one, base=base) for one in found], total=total, links=links))


def _wanted(kind: str, pairs: Pairs) -> tuple[Query, datetime | None]:
    """Read `_count` and `_since`. Raises: RL-REC-100, RL-REC-101."""
    since = None
    for value in (value for name, value in pairs if name == "_since"):
        span = span_of(value.replace(" ", "+"), zone=get_default_timezone())
        if span is None or not 0 <= span[0] < 253_402_300_800_000:
            raise errors.SEARCH_VALUE_UNREADABLE.error(where="_since", form="2026-11-23T10:15:00+01:00")
        since = datetime.fromtimestamp(span[0] / 1000, tz=UTC)
    query = query_read(kind, [pair for pair in pairs if pair[0] != "_since"], zone=get_default_timezone())
    if query.conditions:
        raise errors.SEARCH_PARAMETER_UNKNOWN.error(where="_history", type="_history", known="_since, _count")
    return query, since


def _entry(one: VersionHit, *, base: str) -> bytes:
    created = one.version == 1
    request = (b"POST", one.type.encode()) if created else (b"PUT", f"{one.type}/{one.id}".encode())
    return (
        b'{"fullUrl":"%s/%s/%s","resource":%s,"request":{"method":"%s","url":"%s"},'
        b'"response":{"status":"%s","etag":"W/\\"%d\\"","lastModified":"%s"}}'
    ) % (
        base.encode(),
        one.type.encode(),
        str(one.id).encode(),
        one.body,
        *request,
        b"201" if created else b"200",
        one.version,
        one.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode(),
    )
