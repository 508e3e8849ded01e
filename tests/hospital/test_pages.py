"""Pages of the hospital: what they show, refuse and cost. Cases: docs/design/hospital.md."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from relight.hospital import api
from relight.hospital.models import Acceptance
from support.people import PASSWORD

from .small import SMALL, machine

pytestmark = pytest.mark.django_db

DCS = [machine(number, "domain-controller") for number in (1, 2)]
DNS = machine(10, "dns-server")


def text(response):
    return response.content.decode()


def file(content, name="hospital.toml"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def test_an_empty_hospital_says_what_to_do_first_to_whoever_may_do_it(client_of):
    lead, nurse = client_of("recovery-lead", language="en"), client_of("nurse", language="en")
    assert reverse("hospital:load") in text(lead.get(reverse("hospital:index")))
    assert reverse("hospital:load") not in text(nurse.get(reverse("hospital:index")))
    assert nurse.get(reverse("hospital:zones")).status_code == 200


def test_the_index_shows_services_by_site_and_functions_with_their_needs(client_of, load, report):
    load()
    report(DNS)
    page = text(client_of("nurse", language="en").get(reverse("hospital:index")))
    assert reverse("hospital:node", args=["emergency@arlon"]) in page
    assert "paper only" in page
    assert "DNS names" in page
    assert "not accepted" in page


def test_the_functions_narrow_to_a_state_and_come_as_csv(client_of, load, report):
    load()
    report(DNS)
    client = client_of("nurse", language="en")
    assert "Directory" not in text(client.get(reverse("hospital:index") + "?state=up")).split('id="functions"')[1]
    answer = client.get(reverse("hospital:index") + "?format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Function,State,Since,Owner")
    assert len(lines) == 3


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_node_says_why_what_unlocks_and_what_follows(client_of, load, report, language):
    load()
    report(machine(10, "dns-server", operational=False), DCS[0])
    page = text(client_of("technician", language=language).get(reverse("hospital:node", args=["emergency@arlon"])))
    words = {
        "en": ["Directory: 1 of 2 domain-controller", "bring back m10 (3 steps left)", "have Directory accepted"],
        "fr": [
            "Annuaire : 1 domain-controller sur 2",
            "remettre en service m10 (encore 3 étapes)",
            "faire accepter Annuaire",
        ],
    }
    for sentence in words[language]:
        assert sentence in page


def test_machines_are_linked_to_their_own_page_for_those_who_may_open_it(client_of, load, report):
    ref = "01937b1e-0000-7000-8000-000000000001"
    load()
    report(api.ComponentReport(ref=f"fleet:{ref}", name="srv-dns", role="dns-server"))
    href = reverse("fleet:item", args=[ref])
    address = reverse("hospital:node", args=["dns"])
    assert href in text(client_of("technician").get(address))
    nurse = text(client_of("nurse").get(address))
    assert "srv-dns" in nurse
    assert href not in nurse


def test_an_unknown_id_is_a_404_that_names_what_is_close_and_other_ids_lead_where_they_stand(client_of, load):
    load()
    client = client_of("nurse")
    answer = client.get(reverse("hospital:node", args=["emergensy@arlon"]))
    assert answer.status_code == 404
    assert "emergency@arlon" in text(answer)
    assert client.get(reverse("hospital:node", args=["arlon"])).url == reverse("hospital:zones")
    assert client.get(reverse("hospital:node", args=["acceptance:directory"])).url == reverse(
        "hospital:node", args=["directory"]
    )
    assert client.get(reverse("hospital:node", args=["emergency"])).url == reverse("hospital:index")


# -- acceptance -----------------------------------------------------------------------------------


def test_a_service_owner_accepts_on_the_page_and_a_nurse_sees_no_form(client_of, load, report):
    load()
    report(DNS, *DCS)
    address = reverse("hospital:node", args=["directory"])
    owner = client_of("service-owner", language="en")
    assert reverse("hospital:accept", args=["directory"]) in text(owner.get(address))
    assert reverse("hospital:accept", args=["directory"]) not in text(client_of("nurse").get(address))
    answer = owner.post(
        reverse("hospital:accept", args=["directory"]), {"note": "signed in", "password": PASSWORD}, follow=True
    )
    assert "Accepted. Your signature is in the journal." in text(answer)
    assert Acceptance.objects.get().note == "signed in"


def test_a_wrong_password_is_said_at_its_field_and_the_note_is_kept(client_of, load, report):
    load()
    report(DNS, *DCS)
    answer = client_of("service-owner").post(
        reverse("hospital:accept", args=["directory"]), {"note": "tried on ward 3", "password": "wrong"}
    )
    assert answer.status_code == 422
    assert "tried on ward 3" in text(answer)
    assert answer.context["accept_form"].errors["password"]
    assert not Acceptance.objects.exists()


def test_withdrawing_on_the_page_takes_it_down_again(client_of, load, report, accept):
    load()
    report(DNS, *DCS)
    accept("directory")
    client = client_of("service-owner")
    client.post(reverse("hospital:withdraw", args=["directory"]), {"note": "nobody can sign in"})
    assert {f.id: f.state for f in api.function_list()}["directory"] == "down"
    assert "nobody can sign in" in text(client.get(reverse("hospital:node", args=["directory"])))


# -- zones ----------------------------------------------------------------------------------------


def test_two_people_open_a_segment_on_the_page(client_of, load):
    load()
    lead, officer = client_of("recovery-lead", language="en"), client_of("security-officer", language="en")
    lead.post(reverse("hospital:zone-build", args=["arlon"]), {"note": "rack 2"})
    sign = reverse("hospital:zone-sign", args=["arlon"])
    assert "yours is the first" in text(lead.get(reverse("hospital:zones")))
    lead.post(sign, {"password": PASSWORD})
    assert "Another person signs next" in text(lead.get(reverse("hospital:zones")))
    refused = lead.post(sign, {"password": PASSWORD})
    assert refused.status_code == 422
    assert "another person" in text(refused)
    assert "Yours is the second signature" in text(officer.get(reverse("hospital:zones")))
    officer.post(sign, {"password": PASSWORD})
    assert api.zone_is_open("arlon")
    closed = officer.post(reverse("hospital:zone-close", args=["arlon"]), {"note": ""})
    assert closed.status_code == 422
    officer.post(reverse("hospital:zone-close", args=["arlon"]), {"note": "beacon"})
    assert not api.zone_is_open("arlon")


def test_a_nurse_sees_the_segments_and_no_form(client_of, load):
    load()
    page = text(client_of("nurse", language="en").get(reverse("hospital:zones")))
    assert "Virton" in page
    assert "Next in the order: <strong>Arlon</strong>" in page
    assert "Start building" not in page


# -- loading --------------------------------------------------------------------------------------


def confirm_fields(response):
    return {name: response.context["form"][name].value() or "" for name in ("content", "filename", "shown_against")}


def test_a_file_with_faults_shows_them_all_with_line_and_code(client_of):
    wrong = SMALL.replace("order = 2", "order = 0").replace('vital = ["dns"]', 'vital = ["dsn"]')
    answer = client_of("recovery-lead", language="en").post(reverse("hospital:load"), {"file": file(wrong)})
    assert answer.status_code == 422
    assert "RL-HOS-012" in text(answer)
    assert "RL-HOS-017" in text(answer)
    assert api.site_list() == []


def test_a_file_is_shown_as_a_difference_and_loaded_when_confirmed(client_of):
    client = client_of("recovery-lead", language="en")
    shown = client.post(reverse("hospital:load"), {"file": file(gzip.compress(SMALL.encode()), "hospital.toml.gz")})
    assert "emergency@virton" in text(shown)
    assert api.site_list() == []
    client.post(reverse("hospital:load-confirm"), confirm_fields(shown))
    assert [site.id for site in api.site_list()] == ["arlon", "virton"]
    again = client.post(reverse("hospital:load"), {"file": file(SMALL.replace("\n", "\r\n"))})
    assert "in force already" in text(again)


def test_a_removal_is_named_and_asked_for_before_it_is_loaded(client_of, load):
    load()
    client = client_of("recovery-lead", language="en")
    without = SMALL.replace('sites = ["arlon", "virton"]', 'sites = ["arlon"]')
    shown = client.post(reverse("hospital:load"), {"file": file(without)})
    assert "<code>emergency@virton</code>" in text(shown)
    refused = client.post(reverse("hospital:load-confirm"), confirm_fields(shown))
    assert refused.status_code == 409
    assert "RL-HOS-042" not in text(refused)
    assert "takes out 1 parts" in text(refused)
    client.post(reverse("hospital:load-confirm"), {**confirm_fields(refused), "removals": "on"})
    assert [unit.id for unit in api.unit_list()] == ["emergency@arlon"]


@pytest.mark.parametrize("content", ["%%%", "AAAA"])
def test_a_confirmation_that_did_not_come_back_whole_loads_nothing(client_of, content):
    answer = client_of("recovery-lead").post(
        reverse("hospital:load-confirm"), {"content": content, "filename": "h", "shown_against": ""}
    )
    assert answer.status_code == 422
    assert api.site_list() == []


def test_a_damaged_gz_is_refused_at_its_field(client_of):
    broken = gzip.compress(SMALL.encode())[:-20]
    answer = client_of("recovery-lead").post(reverse("hospital:load"), {"file": file(broken, "h.toml.gz")})
    assert (answer.status_code, bool(answer.context["form"].errors["file"])) == (422, True)


# -- cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "most"), [("", 14), ("zones/", 15), ("emergency@arlon/", 22), ("directory/", 22)])
def test_a_page_costs_a_fixed_number_of_queries(
    client_of, load, report, accept, open_zone, address, most, django_assert_max_num_queries
):
    load()
    report(DNS, *DCS, *(machine(n, "workstation", site="arlon", service="emergency") for n in range(100, 200)))
    accept("directory")
    open_zone("arlon")
    client = client_of("recovery-lead")
    with django_assert_max_num_queries(most):
        assert client.get(f"/dependencies/{address}").status_code == 200
