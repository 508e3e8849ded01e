"""Requests: made, added to, done, wanted again, cancelled.

Owns these writes: ServiceRequest and Specimen, in one write of the store with its journal entry. The functions on `log`
join the caller's write, for the laboratory; the others are for people. Refuses two patients under one sample number,
and patient data in the journal: entries name the order. Source: docs/design/requests.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from relight.journal.api import Body as Told
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import RequestRow, SampleRow
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.places import Place
from relight.record.rules.requests import (
    Category,
    NewRequests,
    Priority,
    RequestState,
    Wanted,
    request_body,
    request_moved,
    specimen_body,
    tests_once,
)
from relight.record.rules.samples import sample_refusal
from relight.record.selectors.access import record_demand
from relight.record.selectors.catalogue import catalogue_now
from relight.record.selectors.requests import RequestedOrder, order_find, series_rules
from relight.record.selectors.store import resources_get
from relight.record.services.drafts import draft_close
from relight.record.services.samples import sample_number_next
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft, ResourceStatus, Written

REASON_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMade:
    """An order that was made. Args: sample: on its tubes; empty where none is taken. requests: one a test, in order."""

    order: UUID
    sample: str
    specimen: UUID | None
    requests: tuple[UUID, ...]


@service(Permission.RECORD_WRITE)
def requests_make(*, act: Act, new: NewRequests, ticket: Ticket | None = None) -> OrderMade:
    """Ask for laboratory tests or imaging for a patient; without a sample number the tubes get the next of the site.

    Args: ticket: of the draft it was typed in, which goes.
    Raises: NO_TESTS (RL-LAB-206), SAMPLE_TAKEN (202), what `sample_refusal` says (203 to 205), NOT_A_PATIENT
    (RL-REC-216), NO_RELATION (240).
    """
    with writing(act) as log:
        record_demand(act=act, patient=new.patient)
        draft_close(log=log, ticket=ticket)
        (made,) = requests_lay(act=act, log=log, orders=[new])
        event = EventDraft(
            name="record.requested", subject=f"order:{made.order}", body={"category": new.category.value}
        )
        told: Told = {"tests": len(made.requests), "category": new.category.value}
        log.entry("record.request", subject=f"order:{made.order}", body=told, events=[event])
    return made


def requests_lay(*, act: Act, log: Log, orders: Sequence[NewRequests]) -> list[OrderMade]:
    """Write orders inside the caller's write, all or none. Returns: one an order, in order.

    Raises: as `requests_make`, but for the relation to the ward, which the caller knows.
    """
    _patients_refuse({new.patient for new in orders})
    ready = _samples_given(act, orders)
    drafts: list[EntryDraft] = []
    made = []
    for new in ready:
        order = new_id(act.at)
        tests = tests_once(new.tests)
        if not tests:
            raise errors.NO_TESTS.error(where="tests")
        specimen = new_id(act.at) if new.sample else None
        if specimen is not None:
            drafts.append(_specimen_draft(new, tests, specimen))
        requests = _request_drafts(act, new, tests, order=order, specimen=specimen)
        drafts += requests
        keys = tuple(draft.resource for draft in requests if draft.resource is not None)
        made.append(OrderMade(order=order, sample=new.sample, specimen=specimen, requests=keys))
    entries_write(act=act, log=log, drafts=drafts)
    return made


def _patients_refuse(patients: Iterable[UUID]) -> None:
    held = resources_get(ids=list(patients))
    for patient in patients:
        one = held.get(patient)
        if one is None or one.type != "Patient" or one.status is not ResourceStatus.CURRENT:
            raise errors.NOT_A_PATIENT.error(where="patient")


def _samples_given(act: Act, orders: Sequence[NewRequests]) -> list[NewRequests]:
    """Check the sample numbers that were given, give out the others."""
    said = [new.sample.strip() for new in orders]
    series = series_rules() if any(said) else ()
    taken = set(SampleRow.objects.filter(sample__in=[one for one in said if one]).values_list("sample", flat=True))
    ready = []
    for new, sample in zip(orders, said, strict=True):
        if sample:
            refusal = sample_refusal(sample, series=series)
            if refusal is not None:
                raise refusal
            if sample in taken:
                raise errors.SAMPLE_TAKEN.error(where="sample")
        elif new.category is Category.LABORATORY:
            sample = sample_number_next(act, new.place.site if new.place else "")
        taken.add(sample)
        ready.append(replace(new, sample=sample))
    return ready


def _specimen_draft(new: NewRequests, tests: Sequence[Wanted], specimen: UUID) -> EntryDraft:
    tubes = [one.names["en"] for one, _ in catalogue_now().tubes(test.loinc for test in tests) if one is not None]
    body = specimen_body(patient=new.patient, sample=new.sample, tubes=tubes, taken_at=new.taken_at)
    return EntryDraft(type="Specimen", body=body, resource=specimen)


def _request_drafts(
    act: Act, new: NewRequests, tests: Iterable[Wanted], *, order: UUID, specimen: UUID | None
) -> list[EntryDraft]:
    catalogue = catalogue_now()
    drafts = []
    for test in tests:
        name = catalogue.name(test.loinc, language="en", otherwise=test.name) if test.loinc else test.name
        body = request_body(new, test, order=order, specimen=specimen, name=name, at=act.at)
        drafts.append(EntryDraft(type="ServiceRequest", body=body, resource=new_id(act.at)))
    return drafts


def requests_add(*, act: Act, log: Log, order: UUID, tests: Sequence[Wanted]) -> int:
    """Add tests to an order, inside the caller's write; what was cancelled is wanted again. Returns: how many were new.

    Raises: NO_REQUEST (RL-REC-470).
    """
    held = order_find(order)
    known = {test.loinc or test.name: test for test in held.tests}
    once = tests_once(tests)
    fresh = [test for test in once if test.key not in known]
    again = [known[test.key] for test in once if test.key in known]
    back = [test.request for test in again if test.state is RequestState.CANCELLED]
    drafts = _request_drafts(act, _as_new(held, fresh), fresh, order=order, specimen=held.specimen)
    drafts += requests_moved(requests=back, to=RequestState.OPEN)
    entries_write(act=act, log=log, drafts=drafts)
    return len(drafts)


def _as_new(held: RequestedOrder, tests: Sequence[Wanted]) -> NewRequests:
    """Return what an order shares, for a request added to it: of the record it was asked for."""
    place = Place(site=held.site, ward=held.ward, bed=held.bed, name=_ward_name(held)) if held.site else None
    return NewRequests(
        patient=held.patient,
        tests=tuple(tests),
        category=held.category,
        sample=held.sample,
        number=held.number,
        place=place,
        prescriber=held.prescriber,
        priority=Priority(held.priority),
        note=held.note,
        source=held.source,
        encounter=held.encounter,
    )


def _ward_name(held: RequestedOrder) -> str:
    return held.place.removesuffix(f", {held.bed}") if held.bed else held.place


@service(Permission.RECORD_WRITE)
def requests_cancel(
    *, act: Act, order: UUID, reason: str, requests: Iterable[UUID] = (), seen: Mapping[UUID, int] | None = None
) -> int:
    """Cancel what is still open of an order; the sample number stays taken. Returns: how many requests.

    Args: requests: only these; by default all that are open. seen: the versions its page showed. Raises: REQUEST_REASON
    (RL-REC-472), NO_REQUEST (470), REQUEST_OVER (471) when none is open, CONFLICT (001), NO_RELATION (240).
    """
    if not reason.strip():
        raise errors.REQUEST_REASON.error(where="reason")
    with writing(act) as log:
        held = order_find(order)
        record_demand(act=act, patient=held.face.patient)
        chosen = set(requests)
        gone = [one.request for one in held.open_tests if not chosen or one.request in chosen]
        if not gone:
            raise errors.REQUEST_OVER.error(where="order")
        requests_move(act=act, log=log, requests=gone, to=RequestState.CANCELLED, reason=reason, seen=seen)
        event = EventDraft(name="record.request_cancelled", subject=f"order:{order}", body={"count": len(gone)})
        log.entry("record.request_cancel", subject=f"order:{order}", body={"tests": len(gone)}, events=[event])
    return len(gone)


def requests_move(
    *,
    act: Act,
    log: Log,
    requests: Sequence[UUID],
    to: RequestState,
    reason: str = "",
    seen: Mapping[UUID, int] | None = None,
) -> list[Written]:
    """Bring requests into a state, inside the caller's write; those that are in it already stay as they are.

    Args: reason: why they are cancelled. seen: the versions their reader saw. Raises: CONFLICT (RL-REC-001).
    """
    said = " ".join(reason.split())[:REASON_CHARS]
    return entries_write(act=act, log=log, drafts=requests_moved(requests=requests, to=to, reason=said, seen=seen))


def requests_moved(
    *, requests: Sequence[UUID], to: RequestState, reason: str = "", seen: Mapping[UUID, int] | None = None
) -> list[EntryDraft]:
    """Return the drafts that bring requests into a state, for a write of the caller's own; none for those in it."""
    there = set(RequestRow.objects.filter(resource__in=list(requests), state=to.value).values_list("pk", flat=True))
    wanted = [key for key in dict.fromkeys(requests) if key not in there]
    held = resources_get(ids=wanted)
    return [
        EntryDraft(
            type="ServiceRequest",
            body=request_moved(loads(held[key].body), to=to, reason=reason),
            resource=key,
            act=EntryAct.AMEND,
            expected_version=(seen or {}).get(key),
            reason=reason,
        )
        for key in wanted
        if key in held
    ]
