"""Writes that come by FHIR: create, conditional create, update, transactions.

Owns what must hold before something is written: it is valid, its references lead somewhere, the version
seen is the one held, and whose record it is in may be opened. All or nothing: one refusal takes the whole
write back. Source: FHIR R4 (4.0.1), http.html; docs/design/fhir.md, cases 40-99.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.utils.timezone import get_default_timezone

from relight.journal.api import Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.errors import (
    CONDITION_MISSING,
    ID_NOT_YOURS,
    MATCH_MISSING,
    REFERENCE_NOWHERE,
    RESOURCE_WRONG,
    SEVERAL_MATCH,
    TYPE_DIFFERS,
)
from relight.record.rules.bundle import Method, Step, references_put, steps_check, steps_order
from relight.record.rules.search_query import Query, query_read
from relight.record.rules.validate import Problem, validate
from relight.record.selectors.reach import patient_demand, reach_sql, resource_demand
from relight.record.selectors.search import search
from relight.record.selectors.store import resource_find
from relight.record.services.rows import id_out, rows_get
from relight.record.services.store import entries_write
from relight.record.services.turns import turn
from relight.record.types import EntryAct, EntryDraft, Held, ReferenceForm, ReferenceState, Written

_OPEN_REFERENCES = (
    "SELECT path FROM record_reference WHERE state <> %s AND form IN (%s, %s, %s) AND resource IN ({keys})"
)
_PATIENTS = "SELECT DISTINCT patient FROM record_resource WHERE patient IS NOT NULL AND id IN ({keys})"
ERROR_STATUS = "entered-in-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one write. Args: status: HTTP, 201 made, 200 changed or there already. patient: whose record."""

    status: int
    type: str
    id: UUID
    version: int
    updated_at: datetime
    body: bytes


def resource_check(resource: Mapping[str, Any], *, where: str = "") -> None:
    """Refuse what is no valid resource. Raises: RL-REC-112 with `problems`, each naming its element."""
    problems: list[Problem] = list(validate(resource))
    if problems:
        raise RESOURCE_WRONG.error(where=where or problems[0].path, count=len(problems), problems=problems)


def version_read(text: str) -> int:
    """Read If-Match: `W/"3"`, `"3"`. Raises: RL-REC-120."""
    bare = text.strip().removeprefix("W/").strip('"')
    if not (bare.isascii() and bare.isdigit() and 0 < len(bare) < 10):
        raise MATCH_MISSING.error(where="If-Match")
    return int(bare)


def condition_query(kind: str, text: str) -> Query:
    """Read the condition of a conditional create. Raises: RL-REC-100 to 104, RL-REC-122."""
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=100)
    query = query_read(kind, [*pairs, ("_count", "2"), ("_total", "none")], zone=get_default_timezone())
    if not query.conditions:
        raise CONDITION_MISSING.error(where="If-None-Exist")
    return query


@service(Permission.RECORD_WRITE)
def resource_create(*, act: Act, type: str, resource: dict[str, Any], base: str, condition: str = "") -> Done:
    """Make a resource; with a condition (If-None-Exist) only where nothing matches it.

    Args: base: this record's own address. Returns: 201, or 200 with what is there. Raises: RL-REC-112, 113, 121, 127.
    """
    _typed(resource, type)
    resource_check(resource)
    with turn(), writing(act) as log:
        if condition and (held := _matching(act, type, condition)):
            return _there(log, held)
        body = references_put(resource, known={}, base=base)
        (written,) = entries_write(act=act, log=log, drafts=[_draft_new(type, body, new_id(act.at))])
        _afterwards(act, [written])
    return _done(written, 201)


@service(Permission.RECORD_WRITE)
def resource_update(*, act: Act, type: str, id: UUID, version: int, resource: dict[str, Any], base: str) -> Done:
    """Change a resource whose writer saw `version`.

    Raises: RL-REC-112, 113, 119 (it is not there), RL-REC-001 (somebody was faster), 127.
    """
    _typed(resource, type, id=str(id))
    resource_check(resource)
    with turn(), writing(act) as log:
        _held_demand(act, type, id)
        body = references_put(resource, known={}, base=base)
        (written,) = entries_write(act=act, log=log, drafts=[_draft_changed(type, body, id, version)])
        _afterwards(act, [written])
    return _done(written, 200)


@service(Permission.RECORD_WRITE)
def transaction_apply(*, act: Act, steps: Sequence[Step], base: str) -> dict[int, Done]:
    """Do every POST and PUT of a transaction, or none.

    Args: steps: as read, in any order. Returns: what became of each write, by its place in the bundle.
    Raises: what resource_create and resource_update raise, naming the entry; RL-REC-123.
    """
    steps_check(steps)
    writes = [step for step in steps_order(steps) if step.method in (Method.POST, Method.PUT)]
    for step in writes:
        resource = _sent(step)
        _typed(resource, step.type, id=step.path.partition("/")[2], where=step.where)
        resource_check(resource, where=step.where)
    done: dict[int, Done] = {}
    with turn(), writing(act) as log:
        ids, known = _ids(act, log, writes, done)
        drafts = []
        for step in (step for step in writes if step.index not in done):
            body = references_put(_sent(step), known=known, base=base)
            if step.method is Method.POST:
                drafts.append((step, 201, _draft_new(step.type, body, ids[step.index])))
            else:
                _held_demand(act, step.type, ids[step.index])
                drafts.append(
                    (step, 200, _draft_changed(step.type, body, ids[step.index], version_read(step.if_match)))
                )
        written = entries_write(act=act, log=log, drafts=[draft for _, _, draft in drafts])
        _afterwards(act, written)
        if not written:
            log.entry("record.nothing", subject="record:entries", body={"there": len(done)})
    for (step, status, _), one in zip(drafts, written, strict=True):
        done[step.index] = _done(one, status)
    return done


def _ids(act: Act, log: Log, writes: Iterable[Step], done: dict[int, Done]) -> tuple[dict[int, UUID], dict[str, str]]:
    """Give every written resource its id before any is written; what a condition finds is there already.

    Returns: ids by place, and what each fullUrl means.
    """
    ids: dict[int, UUID] = {}
    known: dict[str, str] = {}
    for step in writes:
        if step.method is Method.PUT:
            ids[step.index] = _uuid(step.path.partition("/")[2], step)
        elif step.if_none_exist and (held := _matching(act, step.type, step.if_none_exist)):
            done[step.index] = _there(log, held)
            ids[step.index] = held.id
        else:
            ids[step.index] = new_id(act.at)
        if step.full_url:
            known[step.full_url] = f"{step.type}/{ids[step.index]}"
    return ids, known


def _sent(step: Step) -> dict[str, Any]:
    return step.resource if step.resource is not None else {}


def _uuid(text: str, step: Step) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ID_NOT_YOURS.error(where=step.where) from None


def _typed(resource: Mapping[str, Any], kind: str, *, id: str = "", where: str = "") -> None:
    """Refuse a resource sent to the address of another."""
    if resource.get("resourceType") != kind or (id and resource.get("id") != id):
        raise TYPE_DIFFERS.error(where=where or kind)


def _matching(act: Act, kind: str, condition: str) -> Held | None:
    """Return the one resource a condition finds, None for none. Raises: RL-REC-121 when several."""
    found = search(query=condition_query(kind, condition), reach=reach_sql(act)).hits
    if len(found) > 1:
        raise SEVERAL_MATCH.error(where="If-None-Exist")
    return resource_find(type=kind, id=found[0].id) if found else None


def _there(log: Log, held: Held) -> Done:
    """Answer with what is there already; the journal says that nothing was made."""
    log.entry("record.there", subject=f"resource:{held.id}", body={"type": held.type, "version": held.version})
    return Done(
        status=200, type=held.type, id=held.id, version=held.version, updated_at=held.updated_at, body=held.body
    )


def _held_demand(act: Act, kind: str, id: UUID) -> None:
    """Refuse to change what is not there, or in a record that may not be opened."""
    held = resource_find(type=kind, id=id)
    if held is None:
        raise ID_NOT_YOURS.error(where=kind)
    resource_demand(act, type=kind, patient=held.patient)


def _draft_new(kind: str, body: dict[str, Any], id: UUID) -> EntryDraft:
    return EntryDraft(type=kind, body=_bare(body), resource=id, act=EntryAct.CREATE)


def _draft_changed(kind: str, body: dict[str, Any], id: UUID, version: int) -> EntryDraft:
    """Make the draft of a change; one that says entered-in-error is marked as such."""
    wrong = body.get("status") == ERROR_STATUS or any(
        coding.get("code") == ERROR_STATUS
        for coding in (body.get("verificationStatus") or {}).get("coding", ())  # a condition, an allergy
    )
    return EntryDraft(
        type=kind,
        body=_bare(body),
        resource=id,
        act=EntryAct.ERROR if wrong else EntryAct.AMEND,
        expected_version=version,
        reason="FHIR: entered-in-error" if wrong else "",
    )


def _bare(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what this record gives itself: id, version, time."""
    meta = body.get("meta")
    kept = {name: part for name, part in body.items() if name not in ("id", "meta")}
    if isinstance(meta, dict):
        own = {name: part for name, part in meta.items() if name.lstrip("_") not in ("versionId", "lastUpdated")}
        if own:
            kept["meta"] = own
    return kept


def _afterwards(act: Act, written: Sequence[Written]) -> None:
    """Look at what now stands: every reference leads somewhere, every record touched may be opened."""
    keys = [id_out(one.resource) for one in written]
    forms = (ReferenceForm.RELATIVE.value, ReferenceForm.URN.value, ReferenceForm.CONDITIONAL.value)
    for (path,) in rows_get(_OPEN_REFERENCES, keys, before=[ReferenceState.RESOLVED.value, *forms]):
        raise REFERENCE_NOWHERE.error(where=path)
    for (patient,) in rows_get(_PATIENTS, keys):
        patient_demand(act, patient if isinstance(patient, UUID) else UUID(hex=patient))


def _done(written: Written, status: int) -> Done:
    return Done(
        status=status,
        type=written.type,
        id=written.resource,
        version=written.version,
        updated_at=written.updated_at,
        body=written.body,
    )
