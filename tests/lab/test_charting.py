"""Results in the record of the patient: what is in force, once, corrected and taken back where that is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from relight.lab.rules.charting import ChartLine, observation_body
from relight.lab.rules.queues import CloseReason
from relight.lab.rules.results import Flag
from relight.lab.types import Protocol, Rung
from relight.record.plain import Priority, Wanted
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.validate import validate
from support.lab_orders import POTASSIUM, SODIUM, order_typed
from support.lab_reading import astm_bytes
from support.lab_words import rung_set

NOEL = "P|1|A-104233|||Noël^Jeanne||19510309|F"


def r(loinc: str, value: str, *, status: str = "F", at: str = "20261123085900") -> str:
    return f"R|1|{loinc}|{value}|mmol/L||||{status}||||{at}"


def chart(act: Any) -> int:
    from relight.lab.services.charting import orders_chart

    total = 0
    while done := orders_chart(act=act):
        total += done
    return total


def held_of(patient: UUID, *types: str, errors: bool = False) -> list[Any]:
    from relight.record.selectors.store import resources_of

    return list(resources_of(patient=patient, types=types or ("Observation",), with_errors=errors))


def bodies(patient: UUID, *types: str) -> list[dict[str, Any]]:
    return [loads(one.body) for one in held_of(patient, *types)]


@pytest.fixture
def lab(link: Any, message: Any, gateway: Any, lis: Any) -> Callable[..., Any]:
    """`lab(sample, *lines)`: a message of a trusted link, read. Returns: its reports."""
    from relight.lab.models import Report
    from relight.lab.services.reading import messages_read

    lis("main")
    link("chem", rung=Rung.RESULTS, lis="main")

    def feed(sample: str, *lines: str, patient: str = NOEL) -> list[Any]:
        id = message("chem", astm_bytes(patient, f"O|1|{sample}", *lines))
        messages_read(act=gateway())
        return list(Report.objects.filter(message__id=id).order_by("part"))

    return feed


def refused_by_lis(act: Any) -> None:
    """The laboratory system refuses all that waits for it."""
    from relight.lab.selectors.links import lis_now
    from relight.lab.services.delivery import Outcome, delivery_next, delivery_outcomes

    parcels = delivery_next(act=act, lis=lis_now()[0], limit=50)
    delivery_outcomes(act=act, lis="main", outcomes=[Outcome(report=one.report, code="RL-LAB-063") for one in parcels])


def validated(act: Any, *reports: Any) -> None:
    from relight.lab.selectors.results import reports_digests
    from relight.lab.services.validation import reports_validate

    assert len(reports_validate(act=act, shown=reports_digests([one.pk for one in reports])).done) == len(reports)


class TestBodies:
    """A value in FHIR."""

    LINE = ChartLine(
        result=UUID(int=1), message=UUID(int=2), request=UUID(int=3), loinc=POTASSIUM, code="K", name="Potassium",
        value="7.40", number="7.40", unit="mmol/L", flag=Flag.CRITICAL_HIGH, range="3.5 - 5.1",
        at=datetime(2026, 11, 23, 8, tzinfo=UTC), issued=datetime(2026, 11, 23, 9, tzinfo=UTC),
        final=True, corrects=False, performer="Chem", validator="", device="X1",
    )  # fmt: skip

    def test_digits_stay_as_they_were_measured(self) -> None:
        """7.40 is not 7.4; a sign before it is a comparator; what is no number is text; zeros in front go."""
        said = {}
        for number in ("7.40", "<0.50", "007.1", "-2.0", "positive", ""):
            line = replace(self.LINE, number=number, value=number or "seen")
            body = observation_body(line, patient=UUID(int=4), specimen=None)
            assert validate({"id": "x", **body}) == ()
            told = body.get("valueQuantity") or {"value": body["valueString"]}
            said[number] = (told.get("comparator", ""), dumps(told["value"]).decode())
        assert said == {
            "7.40": ("", "7.40"), "<0.50": ("<", "0.50"), "007.1": ("", "7.1"), "-2.0": ("", "-2.0"),
            "positive": ("", '"positive"'), "": ("", '"seen"'),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "limits"),
        [("3.5 - 5.1", {"low": 3.5, "high": 5.1}), ("≤ 5.0", {"high": 5.0}), ("≥ 40", {"low": 40}), ("negative", {})],
    )
    def test_a_range_is_numbers_where_it_says_numbers(self, text: str, limits: dict[str, float]) -> None:
        """And words always."""
        (found,) = observation_body(replace(self.LINE, range=text), patient=UUID(int=4), specimen=None)[
            "referenceRange"
        ]
        assert {key: float(found[key]["value"]) for key in ("low", "high") if key in found} == limits
        assert found["text"] == text


@pytest.mark.django_db
class TestWriting:
    """What a ward reads."""

    def test_a_result_is_in_the_record_of_the_orders_patient(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Preliminary until somebody stands for it; with its request, its specimen, and the way back to the message."""
        order = order_typed(act_for("nurse"), SODIUM, POTASSIUM, priority=Priority.STAT)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        assert held_of(order.patient) == []
        assert chart(gateway()) == 1
        (held,) = held_of(order.patient)
        assert (held.source_kind.value, held.source_name) == ("lab", "Laboratory gateway")
        body = loads(held.body)
        assert validate(body) == ()
        assert body["status"] == "preliminary"
        assert body["basedOn"] == [{"reference": f"ServiceRequest/{order.tests[0].request}"}]
        assert body["specimen"] == {"reference": f"Specimen/{order.specimen}"}
        assert {one["system"]: one["value"] for one in body["identifier"]} == {
            "urn:relight:lab-result": str(report.results.get().pk),
            "urn:relight:lab-message": str(report.message.id),
        }
        assert (dumps(body["valueQuantity"]["value"]), body["valueQuantity"]["code"]) == (b"140", "mmol/L")
        (told,) = bodies(order.patient, "DiagnosticReport")
        assert validate(told) == ()
        assert (told["status"], told["result"][0]["reference"]) == ("partial", f"Observation/{held.id}")

    def test_what_waits_for_a_person_is_not(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """An unknown test, another patient, a test nobody ordered, no order at all."""
        order = order_typed(act_for("nurse"), SODIUM)
        lab(order.sample, r("99999-9", "1"))
        lab(order.sample, r(SODIUM, "140"), patient=NOEL.replace("Noël", "Dupont"))
        lab("unknown", r(SODIUM, "140"))
        chart(gateway())
        assert held_of(order.patient, errors=True) == []

    def test_validated_it_is_final_and_the_same_observation(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Who stands for it is said; the report is final when nothing is still to come."""
        order = order_typed(act_for("nurse"), SODIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        (before,) = held_of(order.patient)
        validated(act_for("laboratory"), report)
        chart(gateway())
        (after,) = held_of(order.patient)
        assert (after.id, after.version) == (before.id, before.version + 1)
        assert loads(after.body)["status"] == "final"
        assert bodies(order.patient, "DiagnosticReport")[0]["status"] == "final"

    def test_again_it_writes_nothing(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Due a second time without a change: no entry, no version."""
        from relight.journal.api import writing
        from relight.lab.services.charting_due import chart_due
        from relight.record.models import Entry

        order = order_typed(act_for("nurse"), SODIUM)
        lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        before = Entry.objects.count()
        with writing(gateway()) as log:
            chart_due(gateway(), [order.id])
            log.entry("lab.read", subject="lab:inbox", body={"count": 1})
        assert chart(gateway()) == 1
        assert Entry.objects.count() == before

    def test_its_requests_are_done(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """In the record, where the ward reads them; the gateway need not remember it."""
        from relight.lab.models import TestState
        from relight.record.selectors.requests import order_find

        order = order_typed(act_for("nurse"), SODIUM, POTASSIUM)
        lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        states = {test.loinc: test.state.value for test in order_find(order.id).tests}
        assert states == {SODIUM: "done", POTASSIUM: "open"}
        assert not TestState.objects.filter(state="measured").exists()

    def test_a_report_is_whole_when_the_ward_cancels_what_is_left(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Nobody waits for what nobody will measure."""
        from relight.journal.api import event_list
        from relight.lab.tasks import on_request_cancelled
        from relight.record.services.requests import requests_cancel

        order = order_typed(act_for("nurse"), SODIUM, POTASSIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        validated(act_for("laboratory"), report)
        chart(gateway())
        assert bodies(order.patient, "DiagnosticReport")[0]["status"] == "partial"
        requests_cancel(act=act_for("nurse"), order=order.id, reason="tube broken")
        (event,) = event_list(names={"record.request_cancelled"})
        on_request_cancelled(event, gateway())
        chart(gateway())
        assert bodies(order.patient, "DiagnosticReport")[0]["status"] == "final"

    def test_it_goes_out_and_comes_back_whole(self, lab: Any, gateway: Any, act_for: Any, tmp_path: Any) -> None:
        """Exported, its references lead to the exported patient and requests; rebuilt, it is the same."""
        from relight.record.models import Reference, Resource
        from relight.record.services.export import record_export
        from relight.record.services.rebuild import record_rebuild

        order = order_typed(act_for("nurse"), SODIUM)
        lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        before = list(Resource.objects.order_by("id").values())
        record_rebuild(act=act_for("recovery-lead"))
        assert list(Resource.objects.order_by("id").values()) == before
        assert not Reference.objects.filter(target=None).exists()
        record_export(act=act_for("recovery-lead"), path=tmp_path / "out")
        (line,) = (tmp_path / "out" / "Observation.ndjson").read_text().splitlines()
        assert loads(line)["subject"] == {"reference": f"Patient/{order.patient}"}

    def test_a_correction_amends_the_same_observation(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """The old value is one version back; the status says corrected once somebody stands for it."""
        from relight.record.selectors.history import history

        order = order_typed(act_for("nurse"), SODIUM)
        (first,) = lab(order.sample, r(SODIUM, "140"))
        validated(act_for("laboratory"), first)
        chart(gateway())
        (second,) = lab(order.sample, r(SODIUM, "130", status="C"))
        chart(gateway())
        (held,) = held_of(order.patient)
        assert (loads(held.body)["valueQuantity"]["value"], loads(held.body)["status"]) == (130, "preliminary")
        validated(act_for("laboratory"), second)
        chart(gateway())
        (held,) = held_of(order.patient)
        assert loads(held.body)["status"] == "corrected"
        values = [loads(one.body)["valueQuantity"]["value"] for one in history(type="Observation", id=held.id)]
        assert sorted(values) == [130, 130, 140]

    def test_a_second_measurement_is_another_observation(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """It corrects nothing; both stay."""
        order = order_typed(act_for("nurse"), SODIUM)
        lab(order.sample, r(SODIUM, "140"))
        lab(order.sample, r(SODIUM, "141", at="20261123095900"))
        chart(gateway())
        assert sorted(one["valueQuantity"]["value"] for one in bodies(order.patient)) == [140, 141]

    def test_a_correction_that_waits_makes_the_old_value_doubtful(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """It is not hidden, and not relied upon: preliminary again, and the note says why."""
        order = order_typed(act_for("nurse"), SODIUM)
        (first,) = lab(order.sample, r(SODIUM, "140"))
        validated(act_for("laboratory"), first)
        chart(gateway())
        rung_set(act_for("laboratory"), "chem", Rung.IDENTIFICATION)
        lab(order.sample, r(SODIUM, "130", status="C"))
        chart(gateway())
        (body,) = bodies(order.patient)
        assert (body["valueQuantity"]["value"], body["status"], len(body["note"])) == (140, "preliminary", 1)


@pytest.mark.django_db
class TestTakingBack:
    """What does not count any more."""

    def test_put_aside_it_is_entered_in_error_with_the_reason(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """And its test is wanted again, in the record too."""
        from relight.lab.services.queues import reports_close
        from relight.record.models import Entry
        from relight.record.selectors.requests import order_find

        order = order_typed(act_for("nurse"), SODIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        refused_by_lis(gateway())
        reports_close(act=act_for("laboratory"), reports=[report.pk], why=CloseReason.UNUSABLE, reason="clotted")
        chart(gateway())
        (held,) = held_of(order.patient, errors=True)
        assert (held.status.value, loads(held.body)["status"]) == ("error", "entered-in-error")
        assert "clotted" in Entry.objects.get(resource=held.id, act="error").reason
        assert held_of(order.patient, "DiagnosticReport") == []
        assert order_find(order.id).state.value == "open"

    def test_a_correction_put_aside_lets_the_old_value_stand_again(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Under the same Observation: its history tells both ways."""
        from relight.lab.services.queues import reports_close

        order = order_typed(act_for("nurse"), SODIUM)
        lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        (second,) = lab(order.sample, r(SODIUM, "130", status="C"))
        chart(gateway())
        (before,) = held_of(order.patient)
        refused_by_lis(gateway())
        reports_close(act=act_for("laboratory"), reports=[second.pk], why=CloseReason.DUPLICATE)
        chart(gateway())
        (after,) = held_of(order.patient)
        assert after.id == before.id
        assert loads(after.body)["valueQuantity"]["value"] == 140

    def test_given_to_another_sample_it_leaves_the_first_patient(
        self, lab: Any, gateway: Any, act_for: Any, staff_of: Any
    ) -> None:
        """Entered in error there, written anew here: no Observation ever changes its patient."""
        from relight.lab.services.queues import report_mend

        first = order_typed(act_for("nurse"), SODIUM)
        second = order_typed(act_for("nurse"), SODIUM, family="Dupont", patient_ids=())
        (report,) = lab(first.sample, r(SODIUM, "140"))
        chart(gateway())
        (before,) = held_of(first.patient)
        refused_by_lis(gateway())
        person = staff_of("laboratory")
        report_mend(
            act=person.act(), report=report.pk, reason="tubes swapped", sample=second.sample, sample_again=second.sample,
            password=person.password,
        )  # fmt: skip
        chart(gateway())
        assert [one.status.value for one in held_of(first.patient, errors=True)] == ["error"]
        (after,) = held_of(second.patient)
        assert after.id != before.id

    def test_a_link_that_falls_takes_its_results_back_until_they_are_released(
        self, lab: Any, gateway: Any, act_for: Any
    ) -> None:
        """What a ward reads is what the laboratory stands behind; released they are the same Observations."""
        from relight.lab.services.ladder import link_lower
        from relight.lab.services.queues import reports_release

        order = order_typed(act_for("nurse"), SODIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        (before,) = held_of(order.patient)
        link_lower(act=act_for("laboratory"), link="chem", to=Rung.IDENTIFICATION, reason="sampler fault")
        chart(gateway())
        assert held_of(order.patient) == []
        rung_set(act_for("laboratory"), "chem", Rung.RESULTS)
        reports_release(act=act_for("laboratory"), reports=[report.pk], reason="checked by hand")
        chart(gateway())
        (after,) = held_of(order.patient)
        assert (after.id, after.version) == (before.id, before.version + 2)

    def test_what_somebody_marked_in_the_chart_stays_marked(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """The laboratory writes this value no second time; a correction of it is an Observation of its own."""
        from relight.record.services.amend import resource_error

        order = order_typed(act_for("nurse"), SODIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        (held,) = held_of(order.patient)
        resource_error(
            act=act_for("nurse"), type="Observation", id=held.id, expected_version=held.version, reason="not hers"
        )
        validated(act_for("laboratory"), report)
        chart(gateway())
        assert held_of(order.patient) == []
        lab(order.sample, r(SODIUM, "130", status="C"))
        chart(gateway())
        (fresh,) = held_of(order.patient)
        assert fresh.id != held.id

    def test_an_order_that_cannot_be_written_rests_and_stops_nobody(
        self, lab: Any, gateway: Any, act_for: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Later it is tried again."""
        from relight.lab.services import charting

        bad, good = (order_typed(act_for("nurse"), SODIUM, family=name, patient_ids=()) for name in ("Bad", "Good"))
        for order in (bad, good):
            lab(order.sample, r(SODIUM, "140"), patient="P|1")
        real = charting.observation_body

        def fails(line: Any, *, patient: UUID, specimen: UUID | None) -> Any:
            if patient == bad.patient:
                raise ValueError
            return real(line, patient=patient, specimen=specimen)

        monkeypatch.setattr(charting, "observation_body", fails)
        assert chart(gateway()) == 1
        assert (len(held_of(good.patient)), len(held_of(bad.patient))) == (1, 0)
        monkeypatch.undo()
        assert chart(gateway()) == 0
        clock.advance(minutes=2)
        assert chart(gateway()) == 1
        assert len(held_of(bad.patient)) == 1


@pytest.mark.django_db
class TestWards:
    """Requests of a ward are the laboratory's orders."""

    def test_a_wards_request_is_told_measured_and_answered(
        self, lab: Any, gateway: Any, act_for: Any, message: Any
    ) -> None:
        """Asked for in a chart, told to the analyzer at its query, its result back in the chart."""
        from relight.lab.services.answers import query_answer

        made = ward_request(act_for, SODIUM)
        rung_set(act_for("laboratory"), "chem", Rung.ORDERS)
        lab("other", f"R|1|{SODIUM}|1|mmol/L||||F")  # the analyzer speaks LOINC, and was heard to measure this
        question = f"H|\\^&|||an||||||||P|1\rQ|1|^{made.sample}||ALL\rL|1|N\r".encode()
        answer = query_answer(
            act=gateway(), link="chem", content=question, protocol=Protocol.ASTM, message_id=None
        ).messages[0]
        assert made.sample.encode() in answer
        assert b"Maes" in answer
        assert SODIUM.encode() in answer
        lab(made.sample, r(SODIUM, "139"), patient="P|1||||Maes^Els")
        chart(gateway())
        (body,) = bodies(made.patient)
        assert body["valueQuantity"]["value"] == 139

    def test_cancelled_on_the_ward_the_analyzer_is_told(self, link: Any, gateway: Any, act_for: Any) -> None:
        """A link that is sent orders ahead is sent the cancellation; once."""
        from relight.lab.models import Exchange, TestMap
        from relight.lab.services.answers import exchange_outcome, orders_push, orders_unpush
        from relight.record.services.requests import requests_cancel

        link("chem", rung=Rung.ORDERS, tags=("download",))
        map_code(act_for("laboratory"), "chem", SODIUM, "NA")
        made = ward_request(act_for, SODIUM)
        assert orders_push(act=gateway(), link="chem") == 1
        assert orders_unpush(act=gateway(), link="chem") == 0
        sent = Exchange.objects.get()
        exchange_outcome(act=gateway(), exchange=sent.pk, accepted=True, code="")
        requests_cancel(act=act_for("nurse"), order=made.order, reason="discharged")
        assert orders_unpush(act=gateway(), link="chem") == 1
        assert orders_unpush(act=gateway(), link="chem") == 0
        assert Exchange.objects.filter(kind="cancel", order=made.order).count() == 1
        assert TestMap.objects.count() == 1

    def test_a_result_told_under_the_name_before_an_identification_is_theirs(
        self, lab: Any, gateway: Any, act_for: Any
    ) -> None:
        """The tube was labelled when nobody knew the name; afterwards everybody does."""
        from relight.record.rules.identity import Person
        from relight.record.services.identity import patient_identify

        made = ward_request(act_for, SODIUM, text="X, male, about 40")
        person = Person(family="Janssens", given="Jan", birth="1986-01-02", sex="male")
        patient_identify(act=act_for("nurse"), patient=made.patient, person=person)
        (report,) = lab(made.sample, r(SODIUM, "139"), patient="P|1||||X, male, about 40")
        assert (report.state, report.order) == ("waiting", made.order)
        (other,) = lab(made.sample, r(SODIUM, "139"), patient="P|1||||Y, male, about 50")
        assert other.hold == "patient-differs"

    def test_after_a_merge_results_are_the_kept_persons(self, lab: Any, gateway: Any, act_for: Any) -> None:
        """Written where the order was made, read with all records of the person; parted again they are where they were."""
        from relight.record.rules.identity import Person
        from relight.record.selectors.faces import records_of
        from relight.record.services.identity import patient_register
        from relight.record.services.merges import patients_merge

        made = ward_request(act_for, SODIUM, text="X, female")
        person = Person(family="Peeters", given="Ann", birth="1990-05-06", sex="female")
        kept = patient_register(act=act_for("nurse"), person=person).patient
        patients_merge(act=act_for("nurse"), kept=kept, gone=made.patient, reason="wristband")
        (report,) = lab(made.sample, r(SODIUM, "139"), patient="P|1||||Peeters^Ann||19900506|F")
        assert report.state == "waiting"
        chart(gateway())
        assert [len(held_of(one)) for one in records_of(kept)] == [0, 1]


def ward_request(act_for: Any, *loincs: str, text: str = "") -> Any:
    from types import SimpleNamespace

    from relight.record.rules.identity import Person, Unknown
    from relight.record.rules.places import Place
    from relight.record.rules.requests import NewRequests
    from relight.record.services.identity import patient_register
    from relight.record.services.requests import requests_make

    person = Unknown(text=text) if text else Person(family="Maes", given="Els", birth="1970-03-04", sex="female")
    patient = patient_register(act=act_for("nurse"), person=person).patient
    tests = tuple(Wanted(loinc=one) for one in loincs)
    place = Place(site="arlon", ward="surgery", bed="12", name="Surgery")
    made = requests_make(act=act_for("nurse"), new=NewRequests(patient=patient, tests=tests, place=place))
    return SimpleNamespace(patient=patient, order=made.order, sample=made.sample)


def map_code(act: Any, link: str, loinc: str, code: str) -> None:
    from relight.journal.api import new_id, writing
    from relight.lab.models import TestMap

    with writing(act) as log:
        TestMap.objects.create(
            id=new_id(act.at), link_id=link, code=code, unit_sent="", loinc=loinc, name=code, unit="mmol/L",
            factor="1", by=act.actor, at=act.at,
        )  # fmt: skip
        log.entry("lab.map", subject=f"link:{link}", body={})


@pytest.mark.django_db
class TestPages:
    """From the laboratory's pages to the chart, and back."""

    def test_a_result_leads_to_its_message_and_the_patient_to_their_record(
        self, lab: Any, gateway: Any, act_for: Any, client_of: Any
    ) -> None:
        """Each for those who may; somebody of the recovery reads neither, and both readings are in the journal."""
        from relight.journal.api import entry_list
        from relight.record.models import ReadNote

        order = order_typed(act_for("nurse"), SODIUM)
        (report,) = lab(order.sample, r(SODIUM, "140"))
        chart(gateway())
        (held,) = held_of(order.patient)
        laboratory, outsider = client_of("laboratory", language="en"), client_of("recovery-lead", language="en")
        page = laboratory.get(f"/lab/results/{order.id}/").content.decode()
        assert f'href="/patients/{order.patient}/"' in page
        item = f"/patients/{order.patient}/item/Observation/{held.id}/"
        answer = laboratory.get(item)
        assert f"/lab/messages/{report.message.id}/" in answer.content.decode()
        assert laboratory.get(f"/lab/messages/{report.message.id}/").status_code == 200
        assert outsider.get(item).status_code == 403
        assert "lab.see" in {entry.verb for entry in entry_list()}
        assert ReadNote.objects.filter(patient=order.patient).exists()
