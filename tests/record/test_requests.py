"""Requests: one store for orders of laboratory and imaging, found by sample, test and place; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from relight.kernel.errors import RelightError
from relight.record.rules.identity import Person, TypedNumber, Unknown
from relight.record.rules.places import Place
from relight.record.rules.requests import (
    Category,
    NewRequests,
    Priority,
    RequestState,
    Wanted,
    request_facts,
    sample_facts,
)

SODIUM, POTASSIUM = "2951-2", "2823-3"
SURGERY = Place(site="arlon", ward="surgery 2/B", bed="12", name="Surgery")


def registered(act: Any, text: str = "X") -> UUID:
    from relight.record.services.identity import patient_register

    return patient_register(act=act, person=Unknown(text=text)).patient


def asked(act: Any, patient: UUID, *loincs: str, **fields: Any) -> Any:
    from relight.record.services.requests import requests_make

    tests = tuple(Wanted(loinc=one) for one in loincs or (SODIUM, POTASSIUM))
    return requests_make(act=act, new=NewRequests(patient=patient, tests=tests, place=SURGERY, **fields))


def refused(code: str, work: Any) -> None:
    with pytest.raises(RelightError) as refusal:
        work()
    assert refusal.value.code == code


class TestBodies:
    """What others write is read as well as what Relight does."""

    def test_requests_of_another_system_that_share_a_sample_are_one_order(self) -> None:
        """Each with a requisition of its own, but one tube."""
        tube, patient = uuid4(), uuid4()
        facts = [
            request_facts(
                {
                    "status": "active",
                    "intent": "order",
                    "code": {"coding": [{"system": "http://loinc.org", "code": SODIUM}]},
                    "requisition": {"system": "urn:other", "value": str(n)},
                    "specimen": [{"reference": f"Specimen/{tube}"}],
                },
                resource=uuid4(),
                patient=patient,
            )
            for n in range(2)
        ]
        assert facts[0].order == facts[1].order
        assert facts[0].category is Category.LABORATORY

    def test_what_nobody_is_to_do_is_not_open(self) -> None:
        """A proposal, a draft, something on hold, a request not to do it."""
        bodies: list[dict[str, Any]] = [
            {"status": "active", "intent": "proposal"},
            {"status": "draft", "intent": "order"},
            {"status": "on-hold", "intent": "order"},
            {"status": "active", "intent": "order", "doNotPerform": True},
        ]
        states = [request_facts(body, resource=uuid4(), patient=None).state for body in bodies]
        assert RequestState.OPEN not in states

    def test_nonsense_is_read_as_nothing(self) -> None:
        """A projector must not fail on what somebody else wrote."""
        body = {
            "code": [],
            "specimen": {"a": 1},
            "note": "x",
            "requisition": 3,
            "locationCode": [None],
            "category": [[]],
        }
        facts = request_facts(body, resource=uuid4(), patient=None)
        assert (facts.code, facts.specimen, facts.state) == ("", None, RequestState.PAUSED)
        assert sample_facts({"accessionIdentifier": [], "identifier": {}}).sample == ""


@pytest.mark.django_db
class TestOrders:
    """Made, added to, done, cancelled."""

    def test_an_order_comes_back_as_it_was_made(self, act_for: Any) -> None:
        """Ward names with any character, priority, prescriber, note, taken at; a number given out where none is said."""
        from relight.record.selectors.requests import order_find, order_maker, orders_by_samples

        taken = datetime(2026, 11, 23, 7, 55, tzinfo=UTC)
        patient = registered(act_for("nurse"))
        made = asked(
            act_for("nurse"), patient, taken_at=taken, priority=Priority.STAT, prescriber="Dr Noël", note="fasting"
        )
        order = order_find(made.order)
        assert order == orders_by_samples([made.sample])[made.sample]
        assert (order.patient, order.face.patient, order.earlier) == (patient, patient, None)
        assert (order.site, order.ward, order.bed, order.place) == ("arlon", "surgery 2/B", "12", "Surgery, 12")
        assert (order.priority, order.prescriber, order.note) == (Priority.STAT, "Dr Noël", "fasting")
        assert (order.taken_at, order.state) == (taken, RequestState.OPEN)
        assert {test.loinc for test in order.tests} == {SODIUM, POTASSIUM}
        assert order_maker(made.order) == act_for("nurse").actor

    def test_its_resources_are_valid_fhir(self, act_for: Any) -> None:
        """One ServiceRequest a test, one Specimen a sample number."""
        from relight.record.rules.canonical import loads
        from relight.record.rules.validate import validate
        from relight.record.selectors.store import resources_of

        patient = registered(act_for("nurse"))
        asked(act_for("nurse"), patient, note="x", reason="fever", number="A-1", source="file.hl7", prescriber="Dr A")
        held = list(resources_of(patient=patient, types=["ServiceRequest", "Specimen"]))
        assert sorted(one.type for one in held) == ["ServiceRequest", "ServiceRequest", "Specimen"]
        assert [validate(loads(one.body)) for one in held] == [(), (), ()]

    def test_a_sample_number_is_never_two_patients(self, act_for: Any) -> None:
        """Taken once, it is refused; nothing of the second order is kept."""
        from relight.record.models import OrderRow

        first, second = registered(act_for("nurse"), "X"), registered(act_for("nurse"), "Y")
        made = asked(act_for("nurse"), first)
        refused("RL-LAB-202", lambda: asked(act_for("nurse"), second, sample=made.sample))
        assert OrderRow.objects.count() == 1

    def test_a_number_two_orders_bear_is_nobodys(self, act_for: Any) -> None:
        """Another system sent a Specimen with a number that is here: neither order is guessed."""
        from relight.record.selectors.requests import orders_by_samples
        from relight.record.services.amend import resource_create

        first, second = registered(act_for("nurse"), "X"), registered(act_for("nurse"), "Y")
        made = asked(act_for("nurse"), first, sample="S-77")
        specimen = resource_create(
            act=act_for("nurse"),
            type="Specimen",
            body={
                "resourceType": "Specimen",
                "accessionIdentifier": {"value": "S-77"},
                "subject": {"reference": f"Patient/{second}"},
            },
        )
        resource_create(
            act=act_for("nurse"),
            type="ServiceRequest",
            body={
                "resourceType": "ServiceRequest",
                "status": "active",
                "intent": "order",
                "code": {"coding": [{"system": "http://loinc.org", "code": SODIUM}]},
                "subject": {"reference": f"Patient/{second}"},
                "specimen": [{"reference": f"Specimen/{specimen.resource}"}],
            },
        )
        assert orders_by_samples([made.sample]) == {}

    def test_open_orders_come_soonest_first(self, act_for: Any, clock: Any) -> None:
        """Immediate before urgent before routine, each by time; of one site, with one of some tests."""
        from relight.record.selectors.requests import orders_open

        patient = registered(act_for("nurse"))
        wanted = (Priority.ROUTINE, Priority.STAT, Priority.URGENT, Priority.STAT)
        made = []
        for priority in wanted:
            clock.advance(minutes=1)
            made.append(asked(act_for("nurse"), patient, priority=priority).order)
        assert [one.id for one in orders_open(site="arlon")] == [made[1], made[3], made[2], made[0]]
        assert orders_open(site="libramont") == []
        assert orders_open(loincs=["718-7"]) == []
        assert len(orders_open(loincs=[POTASSIUM], limit=2, skip=1)) == 2

    def test_cancelled_needs_a_reason_and_stays(self, act_for: Any) -> None:
        """The reason stands in the request; the number stays taken; twice is refused; only what its reader saw."""
        from relight.record.selectors.requests import order_find
        from relight.record.services.requests import requests_cancel

        patient, act = registered(act_for("nurse")), act_for("nurse")
        made = asked(act, patient)
        refused("RL-REC-472", lambda: requests_cancel(act=act, order=made.order, reason=" "))
        sodium = order_find(made.order).tests[0]
        stale = {sodium.request: sodium.version + 1}
        refused("RL-REC-001", lambda: requests_cancel(act=act, order=made.order, reason="x", seen=stale))
        assert requests_cancel(act=act, order=made.order, reason="mistaken", requests=[sodium.request]) == 1
        assert order_find(made.order).state is RequestState.OPEN
        assert requests_cancel(act=act, order=made.order, reason="patient left") == 1
        order = order_find(made.order)
        assert (order.state, order.cancel_reason != "") == (RequestState.CANCELLED, True)
        refused("RL-REC-471", lambda: requests_cancel(act=act, order=made.order, reason="again"))
        refused("RL-LAB-202", lambda: asked(act, patient, sample=made.sample))

    def test_tests_join_an_order(self, act_for: Any) -> None:
        """What is new joins, what was cancelled is wanted again, what is there changes nothing."""
        from relight.journal.api import writing
        from relight.record.selectors.requests import order_find
        from relight.record.services.requests import requests_add, requests_cancel

        patient, act = registered(act_for("nurse")), act_for("nurse")
        made = asked(act, patient, SODIUM, sample="S-1", number="N-1")
        requests_cancel(act=act, order=made.order, reason="x")
        with writing(act) as log:
            tests = [Wanted(loinc=SODIUM), Wanted(loinc=POTASSIUM)]
            assert requests_add(act=act, log=log, order=made.order, tests=tests) == 2
            assert requests_add(act=act, log=log, order=made.order, tests=tests) == 0
        order = order_find(made.order)
        assert (order.sample, order.number, order.state) == ("S-1", "N-1", RequestState.OPEN)
        assert [test.state for test in order.tests] == [RequestState.OPEN] * 2

    def test_imaging_has_no_sample(self, act_for: Any) -> None:
        """It is listed with imaging, and by words alone where there is no code."""
        from relight.record.selectors.requests import orders_of_patient, orders_open
        from relight.record.services.requests import requests_make

        patient = registered(act_for("clinician"))
        new = NewRequests(patient=patient, category=Category.IMAGING, tests=(Wanted(loinc="", name="Chest, one view"),))
        made = requests_make(act=act_for("clinician"), new=new)
        (order,) = orders_of_patient(patient=patient, category=Category.IMAGING)
        assert (made.sample, order.sample, order.tests[0].name) == ("", "", "Chest, one view")
        assert orders_open() == []

    def test_an_order_follows_a_merge_and_its_undoing(self, act_for: Any) -> None:
        """It is the kept person's, and the name it was made under is still known."""
        from relight.record.selectors.requests import order_find, orders_of_patient
        from relight.record.services.identity import patient_register
        from relight.record.services.merges import merge_undo, patients_merge

        act = act_for("nurse")
        gone = registered(act, "X, female, about 30")
        made = asked(act, gone)
        number = TypedNumber(system="urn:x", value="4711")
        person = Person(family="Noël", given="Jeanne", birth="1990-02-01", sex="female", numbers=(number,))
        kept = patient_register(act=act, person=person).patient
        merge = patients_merge(act=act, kept=kept, gone=gone, reason="wristband")
        order = order_find(made.order)
        assert (order.patient, order.face.patient, order.face.family) == (gone, kept, "Noël")
        assert order.earlier is not None and order.earlier.name.startswith("X")
        assert [one.id for one in orders_of_patient(patient=kept)] == [made.order]
        merge_undo(act=act, merge=merge, reason="another")
        assert order_find(made.order).face.patient == gone

    def test_the_rows_are_made_again_from_the_entries(self, act_for: Any) -> None:
        """A rebuild gives the same rows: nothing but the resources says what was ordered."""
        from relight.record.models import OrderRow, RequestRow, SampleRow
        from relight.record.services.rebuild import record_rebuild
        from relight.record.services.requests import requests_cancel

        patient, act = registered(act_for("nurse")), act_for("nurse")
        asked(act, patient, note="n", reason="r")
        requests_cancel(act=act, order=asked(act, patient, SODIUM).order, reason="mistaken")

        def rows() -> list[Any]:
            return [list(model.objects.order_by("pk").values()) for model in (RequestRow, OrderRow, SampleRow)]

        before = rows()
        record_rebuild(act=act_for("recovery-lead"))
        assert rows() == before
        assert [len(one) for one in before] == [3, 2, 2]

    def test_a_request_entered_in_error_is_no_order(self, act_for: Any) -> None:
        """Its row goes, and an order without any request goes with it."""
        from relight.record.models import OrderRow, RequestRow
        from relight.record.selectors.requests import order_find
        from relight.record.services.amend import resource_error

        patient, act = registered(act_for("nurse")), act_for("nurse")
        made = asked(act, patient, SODIUM)
        (test,) = order_find(made.order).tests
        resource_error(
            act=act, type="ServiceRequest", id=test.request, expected_version=test.version, reason="other patient"
        )
        assert (RequestRow.objects.count(), OrderRow.objects.count()) == (0, 0)

    def test_reading_orders_costs_the_same_for_many(self, act_for: Any, django_assert_num_queries: Any) -> None:
        """Six statements for any number of samples up to 500, and two series-free look-ups of catalogue and merges."""
        from relight.record.selectors.requests import orders_by_samples

        samples = [asked(act_for("nurse"), registered(act_for("nurse"), f"X{n}")).sample for n in range(5)]
        orders_by_samples(samples)
        with django_assert_num_queries(6):
            assert len(orders_by_samples(samples)) == 5
