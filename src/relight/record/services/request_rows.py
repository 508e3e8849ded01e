"""The rows requests are found by, laid and taken away inside a write of the store.

Owns what becomes of a ServiceRequest and a Specimen in the tables of models/requests.py. Refuses nothing: a projector
must not. Source: docs/design/requests.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record.rules.requests import Priority, RequestFacts, RequestState, request_facts, sample_facts
from relight.record.services.projectors import Projector
from relight.record.services.rows import id_in, id_out, rows_delete, rows_get, rows_insert, time_out
from relight.record.types import Projected, ResourceStatus

_SHARED = (
    "patient", "specimen", "number", "category", "state", "priority", "site", "ward", "bed", "place", "prescriber",
    "made_at", "note", "source", "cancel_reason", "encounter",
)  # fmt: skip
_REQUEST = ("resource", "entry", "version", '"order"', "system", "loinc", "name", *_SHARED)
_ORDER = ("id", "soon", *_SHARED)
_SAMPLE = ("specimen", "entry", "patient", "sample", "taken_at")
_OF_ORDERS = (
    f'SELECT "order", {", ".join(_SHARED)} FROM record_requestrow WHERE "order" IN ({{keys}})'
    ' ORDER BY "order", made_at, resource'
)
_TABLES = ("record_requestrow", "record_orderrow", "record_samplerow")
# an order is open while anything of it is, then done where anything was
_STATES = (RequestState.OPEN, RequestState.PAUSED, RequestState.DONE, RequestState.CANCELLED)


def requests_lay(done: Sequence[Projected]) -> None:
    """Lay the rows of what is current; what was entered in error has none."""
    requests: list[tuple[Any, ...]] = []
    samples: list[tuple[Any, ...]] = []
    orders: set[UUID] = set()
    for one in done:
        if one.status is ResourceStatus.ERROR:
            continue
        if one.type == "ServiceRequest":
            facts = request_facts(one.body, resource=one.id, patient=one.patient)
            orders.add(facts.order)
            requests.append(_request_row(one, facts))
        elif one.type == "Specimen":
            sample = sample_facts(one.body)
            if sample.sample:
                samples.append(
                    (id_out(one.id), one.seq, id_out(one.patient), sample.sample[:80], time_out(sample.taken_at))
                )
    rows_insert("record_samplerow", _SAMPLE, samples)
    rows_insert("record_requestrow", _REQUEST, requests)
    _orders_lay(orders)


def _request_row(one: Projected, facts: RequestFacts) -> tuple[Any, ...]:
    return (
        id_out(one.id), one.seq, one.version, id_out(facts.order), facts.system[:120], facts.code[:40],
        facts.name[:200], id_out(one.patient), id_out(facts.specimen), facts.number[:80], facts.category.value,
        facts.state.value, facts.priority.value, facts.site[:64], facts.ward[:80], facts.bed[:40], facts.place[:120],
        facts.prescriber[:120], time_out(facts.made_at or one.updated_at), facts.note[:400], facts.source[:200],
        facts.cancel_reason[:200], id_out(facts.encounter),
    )  # fmt: skip


def _orders_lay(orders: Iterable[UUID]) -> None:
    """Make the rows of orders again from their requests; one without any has none."""
    keys = [id_out(order) for order in sorted(orders)]
    if not keys:
        return
    rows_delete("record_orderrow", "id", keys)
    parted: dict[Any, list[dict[str, Any]]] = {}
    for order, *values in rows_get(_OF_ORDERS, keys):
        parted.setdefault(order, []).append(dict(zip(_SHARED, values, strict=True)))
    rows_insert("record_orderrow", _ORDER, [_order_row(order, rows) for order, rows in parted.items()])


def _order_row(order: Any, rows: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
    """Take an order together: what its requests share from the first that says it, the most urgent of what is left."""
    states = {row["state"] for row in rows}
    state = next(word for word in _STATES if word.value in states)
    live = [row for row in rows if row["state"] != RequestState.CANCELLED.value] or rows
    priority = min((Priority(row["priority"]) for row in live), key=lambda one: one.rank)
    shared: dict[str, Any] = {name: next(filter(None, (row[name] for row in rows)), rows[0][name]) for name in _SHARED}
    shared |= {"state": state.value, "priority": priority.value, "made_at": rows[0]["made_at"]}
    if state is not RequestState.CANCELLED:
        shared["cancel_reason"] = ""
    if len({row["patient"] for row in rows}) > 1:
        shared["patient"] = None  # one order of two patients is nobody's
    return (order, priority.rank, *(shared[name] for name in _SHARED))


def requests_take(entries: Sequence[int]) -> None:
    """Take away the rows of versions that are no longer current."""
    rows_delete("record_samplerow", "entry", entries)
    found = list(rows_get('SELECT entry, "order" FROM record_requestrow WHERE entry IN ({keys})', entries))
    if found:
        rows_delete("record_requestrow", "entry", [entry for entry, _ in found])
        _orders_lay({id_in(order) for _, order in found})


def requests_clear() -> None:
    """Empty the tables before they are made again."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table}")


REQUESTS = Projector(name="requests", lay=requests_lay, take=requests_take, clear=requests_clear)
