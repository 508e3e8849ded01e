"""Pages of medicines and requests: what a form asks, keeps and refuses; who may see what."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from support.medicines import allergy_new, order, patient_new, prescribe

pytestmark = pytest.mark.django_db
INPUT = re.compile(r"<input\b[^>]*>")


def hidden(page: Any) -> dict[str, Any]:
    """Return the hidden fields of a page, by name; several of one name as a list."""
    found: dict[str, Any] = {}
    for tag in INPUT.findall(page.content.decode()):
        said = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if said.get("type") == "hidden" and "name" in said:
            found.setdefault(said["name"], []).append(said.get("value", ""))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def at(name: str, patient: UUID, *more: Any) -> str:
    return reverse(f"record:{name}", args=[patient, *more])


def typed(**fields: str) -> dict[str, str]:
    return {"drug": "amoxicilline", "kind": "regular", "dose": "1 g 3x/j", "route": "po", "start": "2026-11-23T09:00",
            **fields}  # fmt: skip


class TestPrescribing:
    """The form of a prescription."""

    def test_a_warning_is_shown_the_form_keeps_what_was_typed_and_the_reason_writes_it(
        self, client_of: Any, act_for: Any
    ) -> None:
        from relight.record.selectors.medicines import medicines_read

        patient = patient_new(act_for("clinician"))
        allergy_new(act_for("clinician"), patient, "Pénicilline")
        doctor = client_of("clinician")
        page = doctor.get(at("prescribe", patient))
        page = doctor.post(at("prescribe", patient), {**hidden(page), **typed()})
        assert "Allergie à un médicament du même groupe" in page.content.decode()
        assert 'value="1 g 3x/j"' in page.content.decode()
        again = doctor.post(at("prescribe", patient), {**hidden(page), **typed(), "override": ""})
        assert "Écrivez la raison" in again.content.decode()
        done = doctor.post(at("prescribe", patient), {**hidden(page), **typed(), "override": "tolérée"})
        assert done.status_code == 302
        (view,) = medicines_read(records=[patient], at=act_for("clinician").at).regular
        assert (view.line.atc, view.line.schedule.times[0].hour, len(view.line.schedule.times)) == ("J01CA04", 8, 3)
        assert view.line.override is not None
        listed = doctor.get(at("medicines", patient)).content.decode()
        assert "“tolérée”" in listed
        assert "Non vérifié : interactions" in listed

    def test_a_refused_dose_is_said_at_its_field(self, client_of: Any, act_for: Any) -> None:
        patient = patient_new(act_for("clinician"))
        doctor = client_of("clinician")
        page = doctor.get(at("prescribe", patient))
        page = doctor.post(at("prescribe", patient), {**hidden(page), **typed(dose="1.000 mg", frequency="3d")})
        assert page.status_code == 400
        assert 'id="id_dose_error"' in page.content.decode()

    def test_a_choice_without_a_script_is_kept_with_all_that_was_typed(self, client_of: Any, act_for: Any) -> None:
        patient = patient_new(act_for("clinician"))
        doctor = client_of("clinician")
        page = doctor.get(at("prescribe", patient))
        said = {**hidden(page), **typed(drug="amo"), "choose": "amoxicilline"}
        page = doctor.post(at("prescribe", patient), said, follow=True)
        assert 'value="amoxicilline"' in page.content.decode()
        assert 'value="1 g 3x/j"' in page.content.decode()

    def test_a_nurse_names_who_ordered_it(self, client_of: Any, act_for: Any, staff_of: Any) -> None:
        patient = patient_new(act_for("clinician"))
        doctor = staff_of("clinician")
        nurse = client_of("nurse")
        page = nurse.get(at("prescribe", patient))
        refused = nurse.post(at("prescribe", patient), {**hidden(page), **typed()})
        assert 'id="id_prescriber_error"' in refused.content.decode()
        nurse.post(at("prescribe", patient), {**hidden(refused), **typed(prescriber=doctor.actor)})
        assert "À confirmer" in nurse.get(at("medicines", patient)).content.decode()

    def test_two_changes_at_once_meet_on_the_conflict_page(self, client_of: Any, act_for: Any) -> None:
        from relight.record.rules.canonical import loads
        from relight.record.selectors.store import resource_get
        from relight.record.services.amend import resource_amend

        act = act_for("clinician")
        patient = patient_new(act)
        medicine = prescribe(act, patient)
        doctor = client_of("clinician")
        page = doctor.get(at("change", patient, medicine))
        body = loads(resource_get(type="MedicationRequest", id=medicine).body)
        resource_amend(act=act, type="MedicationRequest", id=medicine, expected_version=1,
                       body={**body, "note": [{"text": "with food"}]})  # fmt: skip
        said = {**hidden(page), **typed(drug="paracétamol", dose="500 mg", frequency="4d"), "why": "less pain"}
        page = doctor.post(at("change", patient, medicine), said)
        assert page.status_code == 409
        assert "with food" in page.content.decode()
        assert "500 mg" in page.content.decode()

    def test_what_is_typed_finds_medicines_and_nothing_of_a_patient(self, client_of: Any) -> None:
        page = client_of("nurse").get(reverse("record:drug-find"), {"drug": "dafal"})
        assert b"N02BE01" in page.content


class TestGiving:
    """The sheet, a dose, a ward."""

    def test_a_dose_is_recorded_from_the_sheet(self, client_of: Any, act_for: Any) -> None:
        from relight.record.rules.medication.timing import Schedule

        act = act_for("clinician")
        patient = patient_new(act)
        prescribe(act, patient, order(schedule=Schedule(start=act.at, hours=8)))
        nurse = client_of("nurse")
        sheet = nurse.get(at("administer", patient), {"day": "2026-11-23"}).content.decode()
        links = re.findall(r'href="([^"]*/give/\?due=[^"]+)"', sheet)
        assert links[0].endswith("due=2026-11-23T08:00:00Z")
        page = nurse.get(links[0])
        said = {**hidden(page), "outcome": "given", "dose": "1 g", "at": "2026-11-23T09:05", "band": "", "reason": ""}
        refused = nurse.post(links[0], said)
        assert 'id="id_band_error"' in refused.content.decode()
        done = nurse.post(links[0], {**hidden(refused), **said, "draft": said["draft"], "band_skipped": "urgence"})
        assert done.status_code == 302
        sheet = nurse.get(at("administer", patient), {"day": "2026-11-23"}).content.decode()
        assert "donné 09:05" in sheet
        page = nurse.get(links[0])
        twice = nurse.post(links[0], {**said, **hidden(page), "band_skipped": "urgence"})
        assert 'id="id_again_error"' in twice.content.decode()

    def test_a_ward_shows_to_its_own_what_is_due(
        self, client_of: Any, act_for: Any, django_assert_max_num_queries: Any
    ) -> None:
        """In as many statements for three patients as for one; to others of the house it is refused."""
        from relight.record.selectors.medicines import ward_doses

        act = act_for("clinician")
        for n, family in enumerate(("Noël", "Peeters", "Dubois"), 1):
            prescribe(act, patient_new(act, family=family))
            with django_assert_max_num_queries(13):
                assert len(ward_doses(site="arlon", ward="surgery", at=act.at).doses) == n
        there = reverse("record:doses", args=["arlon", "surgery"])
        assert client_of("nurse", scope=["service:maternity"]).get(there).status_code == 409
        assert client_of("nurse", scope=["service:surgery"]).get(there).status_code == 200

    def test_another_patients_form_is_refused(self, client_of: Any, act_for: Any) -> None:
        act = act_for("clinician")
        patient, other = patient_new(act), patient_new(act, family="Peeters")
        medicine = prescribe(act, patient)
        doctor = client_of("clinician")
        said = {"patient": str(other), "version": 1, "type": "MedicationRequest", "reason": "x"}
        assert doctor.post(at("stop", patient, medicine), said).status_code >= 400
        said["patient"] = str(patient)
        assert doctor.post(at("stop", patient, medicine), said).status_code == 302
        assert doctor.get(at("stop", other, medicine)).status_code == 404


class TestRequests:
    """Asking, printing, cancelling."""

    def test_laboratory_tests_are_asked_labelled_and_cancelled(self, client_of: Any, act_for: Any) -> None:
        from relight.record.selectors.requests import orders_of_patient

        patient = patient_new(act_for("clinician"))
        nurse = client_of("nurse")
        page = nurse.get(at("request-new", patient))
        said = {**hidden(page), "words": "Na K CRP", "priority": "urgent", "reason": "K+ ?"}
        assert nurse.post(at("request-new", patient), said).status_code == 302
        (order,) = orders_of_patient(patient=patient)
        assert [test.loinc for test in order.tests] and len(order.tests) == 3
        assert nurse.get(at("request-labels", patient, order.id)).content[:5] == b"%PDF-"
        page = nurse.get(at("request-cancel", patient, order.id))
        done = nurse.post(at("request-cancel", patient, order.id), {**hidden(page), "reason": "doublon"})
        assert done.status_code == 302
        assert "doublon" in nurse.get(at("requests", patient)).content.decode()
        (order,) = orders_of_patient(patient=patient)
        assert order.open_tests == ()

    def test_an_order_of_another_patient_is_none(self, client_of: Any, act_for: Any) -> None:
        from relight.record.rules.requests import NewRequests, Wanted
        from relight.record.services.requests import requests_make

        act = act_for("clinician")
        patient, other = patient_new(act), patient_new(act, family="Peeters")
        made = requests_make(act=act, new=NewRequests(patient=patient, tests=(Wanted(loinc="2823-3"),)))
        assert client_of("nurse").get(at("request-labels", other, made.order)).status_code == 404

    def test_imaging_asks_what_must_be_known_and_names_a_contrast_allergy(self, client_of: Any, act_for: Any) -> None:
        act = act_for("clinician")
        patient = patient_new(act)
        allergy_new(act, patient, "Produit de contraste iodé")
        doctor = client_of("clinician")
        page = doctor.get(at("request-imaging", patient))
        assert "peut concerner les produits de contraste" in page.content.decode()
        said = {**hidden(page), "modality": "CT", "region": "abdomen", "question": "appendicite ?", "pregnancy": "no",
                "contrast": "iodinated", "priority": "urgent", "justification": "décider d'opérer"}  # fmt: skip
        refused = doctor.post(at("request-imaging", patient), said)
        assert 'id="id_kidney_error"' in refused.content.decode()
        assert doctor.post(at("request-imaging", patient), {**said, "kidney": "DFG 80"}).status_code == 302
        listed = doctor.get(at("requests", patient)).content.decode()
        assert "Scanner (CT)" in listed
        assert "DFG 80" in listed


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_prescriber_types_chooses_reads_the_warning_and_writes(browser: Any, client_of: Any, act_for: Any) -> None:
    """By keyboard alone; no page of the way has a finding of axe."""
    from relight.record.selectors.medicines import medicines_read
    from support.axe import violations

    patient = patient_new(act_for("clinician"))
    allergy_new(act_for("clinician"), patient, "Pénicilline")
    page = browser.page(sign_in=client_of("clinician"), viewport={"width": 390, "height": 844})
    page.goto(browser.url + at("prescribe", patient))
    page.keyboard.type("amoxi")  # the field has the focus
    page.locator(".med-pick").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("1 g 3x/j")
    assert page.locator("#id_drug").input_value() == "amoxicilline"
    assert page.locator("#id_route").input_value() == "po"
    page.locator("#prescribe button.primary").click()
    page.locator(".med-cautions").wait_for()
    assert violations(page) == []
    page.keyboard.type("tolérée en 2024")  # the field of the reason has the focus
    page.locator("#prescribe button.primary").click()
    page.wait_for_url("**/medicines/")
    assert violations(page) == []
    assert len(medicines_read(records=[patient], at=act_for("clinician").at).current) == 1
    for name in ("administer", "request-new", "request-imaging", "requests"):
        page.goto(browser.url + at(name, patient))
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
