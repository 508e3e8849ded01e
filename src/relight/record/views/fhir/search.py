"""Search: GET /fhir/<type>?…, POST /fhir/<type>/_search, further pages, Patient/$everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import get_default_timezone

from relight.kernel.act import Act
from relight.people.api import Permission
from relight.record import errors
from relight.record.rules.canonical import dumps
from relight.record.rules.params import params_of
from relight.record.rules.search_query import Query, query_read
from relight.record.rules.search_values import span_of
from relight.record.selectors.everything import everything
from relight.record.selectors.reach import patient_demand, reach_sql
from relight.record.selectors.search import Page, search
from relight.record.selectors.store import resource_get
from relight.record.services.reads import read_note
from relight.record.views.fhir.frame import (
    act_of_request,
    base_of,
    fhir,
    form_read,
    id_demand,
    query_of,
    type_demand,
)
from relight.record.views.fhir.outcomes import outcome_of
from relight.record.views.fhir.pages import Place, bundle_bytes, bundle_response, entry_bytes, place_open, place_seal

Pairs = Sequence[tuple[str, str]]
PAGE = "_page"
LATEST_MS = 253_402_300_799_000  # the end of the year 9999


@fhir(Permission.RECORD_READ, "POST")
def search_posted(request: HttpRequest, kind: str) -> HttpResponse:
    """Search with the parameters in the body, where no log sees them."""
    pairs = [*query_of(request), *form_read(request)]
    return search_answer(request, type_demand(kind), pairs)


def search_answer(request: HttpRequest, kind: str, pairs: Pairs) -> HttpResponse:
    """Find, note who reads whose record, answer."""
    return bundle_response(
        search_bytes(
            act_of_request(request),
            kind,
            pairs,
            base=base_of(request),
            lenient=is_lenient(request.META.get("HTTP_PREFER")),
        )
    )


def is_lenient(prefer: str | None) -> bool:
    """Say whether the reader wants what is unknown left out instead of refused."""
    return "handling=lenient" in (prefer or "").replace(" ", "").lower()


def search_bytes(act: Act, kind: str, pairs: Pairs, *, base: str, lenient: bool) -> bytes:
    """Do one search, or its next page. Returns: the bundle; every record in it is noted as read."""
    pairs, after = opened(pairs, kind=kind, actor=act.actor)
    query = query_read(kind, pairs, strict=not lenient, zone=get_default_timezone())
    page = search(query=query, reach=reach_sql(act), after=after)
    read_note(act=act, patients=_patients(page), what=f"fhir.search {kind}")
    entries = [entry_bytes(hit, base=base, mode="match", query=query) for hit in page.hits]
    entries += [entry_bytes(hit, base=base, mode="include") for hit in page.included]
    entries += [_warning(one, base=base) for one in _warnings(query, page)]
    links = [("self", f"{base}/{kind}{'?' + _shown(pairs) if pairs else ''}")]
    if page.after is not None:
        place = Place(kind=kind, pairs=[pair for pair in pairs if pair[0] != PAGE], after=page.after)
        links.append(("next", f"{base}/{kind}?{PAGE}={place_seal(place, actor=act.actor)}"))
    return bundle_bytes("searchset", entries, total=page.total, links=links)


def opened(pairs: Pairs, *, kind: str, actor: str) -> tuple[Pairs, Sequence[Any] | None]:
    """Open a page link. Returns: the search it goes on with, and where. Raises: RL-REC-105."""
    text = next((value for name, value in pairs if name == PAGE), None)
    if text is None:
        return pairs, None
    place = place_open(text, actor=actor)
    if place.kind != kind:
        raise errors.PAGE_GONE.error(where=PAGE)
    return place.pairs, place.after


def _patients(page: Page) -> list[Any]:
    return [hit.patient for hit in (*page.hits, *page.included) if hit.patient is not None]


def _shown(pairs: Pairs) -> str:
    return urlencode(list(pairs), quote_via=quote)


def _warnings(query: Query, page: Page) -> list[dict[str, Any]]:
    """Say what was left out: parameters nobody knows, more included than is sent."""
    found = []
    for name in query.ignored:
        known = ", ".join(sorted(params_of(query.type)))
        error = errors.SEARCH_PARAMETER_UNKNOWN.error(where=name, type=query.type, known=known)
        found.append(outcome_of(error, severity="warning"))
    if page.more_included:
        found.append(
            outcome_of(errors.SEARCH_TOO_MUCH.error(where="_include", most=len(page.included)), severity="warning")
        )
    return found


def _warning(outcome: dict[str, Any], *, base: str) -> bytes:
    return dumps({"resource": outcome, "search": {"mode": "outcome"}})


@fhir(Permission.RECORD_READ, "GET", "HEAD")
def patient_everything(request: HttpRequest, text: str) -> HttpResponse:
    """Give a patient's whole record, in pages, with what it points at."""
    act, base = act_of_request(request), base_of(request)
    pairs, after = opened(query_of(request), kind=f"everything {text}", actor=act.actor)
    held = resource_get(type="Patient", id=id_demand("Patient", text))
    patient_demand(act, held.id)
    query = query_read(
        "Patient", [pair for pair in pairs if pair[0] not in ("_type", "_since")], zone=get_default_timezone()
    )
    if query.conditions:
        raise errors.SEARCH_PARAMETER_UNKNOWN.error(
            where="$everything", type="$everything", known="_type, _since, _count"
        )
    types, since = _narrowed(pairs)
    page = everything(patient=held.id, types=types, since=since, count=query.count or 1, after=after)
    read_note(act=act, patients=[held.id], what="fhir.everything")
    entries = [entry_bytes(hit, base=base, mode="match", query=query) for hit in page.hits]
    entries += [entry_bytes(hit, base=base, mode="include") for hit in page.included]
    links = [("self", f"{base}/Patient/{text}/$everything")]
    if page.after is not None:
        place = Place(kind=f"everything {text}", pairs=[p for p in pairs if p[0] != PAGE], after=page.after)
        links.append(("next", f"{base}/Patient/{text}/$everything?{PAGE}={place_seal(place, actor=act.actor)}"))
    return bundle_response(bundle_bytes("searchset", entries, total=page.total, links=links))


def _narrowed(pairs: Pairs) -> tuple[tuple[str, ...], int | None]:
    """Read `_type` and `_since`. Returns: types, none for all; milliseconds since 1970, or None."""
    types: list[str] = []
    since = None
    for name, value in pairs:
        if name == "_type":
            types += [type_demand(word) for word in value.split(",") if word]
        elif name == "_since":
            span = span_of(value.replace(" ", "+"), zone=get_default_timezone())
            if span is None or span[0] < 0:
                raise errors.SEARCH_VALUE_UNREADABLE.error(where="_since", form="2026-11-23T10:15:00+01:00")
            since = min(span[0], LATEST_MS)
    return tuple(types), since
