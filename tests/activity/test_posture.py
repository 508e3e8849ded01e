"""The posture of the sites: said, kept, shown. Cases: docs/design/debt.md, "Posture"."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from relight.activity.models import SitePosture
from relight.activity.rules.posture import BedKind, Beds, PostureSaid, SiteState, posture_check
from relight.activity.selectors.posture import posture_document, posture_list, posture_past
from relight.activity.services.posture import posture_set
from relight.hospital import api as hospital
from relight.journal.api import event_list
from relight.kernel.errors import InputError, MissingError, RuleError

pytestmark = pytest.mark.django_db

DESCRIPTION = """\
format = 1
[group]
id = "small"
names = { en = "Small group" }
[[site]]
id = "arlon"
names = { en = "Arlon" }
order = 1
[[site]]
id = "virton"
names = { en = "Virton" }
order = 2
[[service]]
id = "emergency"
names = { en = "Emergency" }
tier = 1
sites = ["arlon"]
"""
OPEN = PostureSaid(
    state=SiteState.OPEN,
    theatres_open=5,
    theatres=8,
    beds=(Beds(kind=BedKind.ADULT, free=27, total=160), Beds(kind=BedKind.INTENSIVE, free=3, total=14)),
    note=" Opérations urgentes seulement ",
)
SHUT = PostureSaid(state=SiteState.CLOSED, diverted=True, diverted_to="112 decides")


@pytest.fixture(autouse=True)
def described(act_for):
    check = hospital.description_read(DESCRIPTION.encode(), filename="hospital.toml")
    assert check.description is not None
    hospital.description_load(act=act_for("recovery-lead"), description=check.description)


def test_case_40_a_saying_takes_the_place_of_the_last_one_which_stays_in_the_history(act_for, clock):
    posture_set(act=act_for("medical-lead"), site="arlon", said=SHUT)
    clock.advance(minutes=1)
    posture_set(act=act_for("recovery-lead"), site="arlon", said=OPEN)
    now = {view.site: view for view in posture_list()}
    assert now["arlon"].state == "open"
    assert now["arlon"].saying.said.note == "Opérations urgentes seulement"
    assert [beds.kind for beds in now["arlon"].saying.said.beds] == [BedKind.INTENSIVE, BedKind.ADULT]
    assert [saying.said.state for saying in posture_past("arlon")] == [SiteState.OPEN, SiteState.CLOSED]
    told = [event for event in event_list(after=0, limit=100) if event.name == "activity.posture_changed"]
    assert [event.subject for event in told] == ["site:arlon", "site:arlon"]


def test_case_41_the_same_again_writes_nothing(act_for):
    act = act_for("medical-lead")
    assert posture_set(act=act, site="arlon", said=OPEN)
    assert not posture_set(act=act, site="arlon", said=OPEN)
    assert SitePosture.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (PostureSaid(state=SiteState.OPEN, beds=(Beds(kind=BedKind.ADULT, free=9, total=8),)), "RL-ACT-150"),
        (PostureSaid(state=SiteState.OPEN, theatres_open=3, theatres=2), "RL-ACT-151"),
        (PostureSaid(state=SiteState.OPEN, diverted=True, diverted_to="  "), "RL-ACT-152"),
        (PostureSaid(state=SiteState.OPEN, beds=(Beds(kind=BedKind.ADULT, free=1, total=8),) * 2), "RL-ACT-153"),
    ],
)
def test_case_42_more_free_than_there_are_or_a_diversion_to_nowhere_is_refused(said, code):
    with pytest.raises(InputError) as refusal:
        posture_check(said)
    assert refusal.value.code == code


def test_case_43_of_two_people_at_once_the_second_sees_what_the_first_said(act_for, client_of):
    posture_set(act=act_for("medical-lead"), site="arlon", said=OPEN)
    shown = posture_list()[0].saying.id
    posture_set(act=act_for("recovery-lead"), site="arlon", said=SHUT)
    with pytest.raises(RuleError) as refusal:
        posture_set(act=act_for("medical-lead"), site="arlon", said=PostureSaid(state=SiteState.DEGRADED), shown=shown)
    assert refusal.value.code == "RL-ACT-156"
    client, address = client_of("medical-lead", language="en"), reverse("activity:posture-set", args=["arlon"])
    typed = {"state": "degraded", "note": "typed", "shown": str(shown)}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "112 decides" in page
    assert "typed" in page
    again = str(posture_list()[0].saying.id)
    assert f'value="{again}"' in page
    assert client.post(address, {**typed, "shown": again}).status_code == 302
    assert posture_list()[0].state == "degraded"


def test_case_44_a_role_limited_to_sites_sets_these_only(act_for, client_of):
    mine = act_for("service-owner", scope=frozenset({"site:virton"}))
    posture_set(act=mine, site="virton", said=SHUT)
    with pytest.raises(RuleError) as refusal:
        posture_set(act=mine, site="arlon", said=SHUT)
    assert refusal.value.code == "RL-ACT-155"
    with pytest.raises(MissingError) as missing:
        posture_set(act=mine, site="paris", said=SHUT)
    assert missing.value.code == "RL-ACT-154"
    nurse = client_of("nurse", language="en")
    assert nurse.post(reverse("activity:posture-set", args=["arlon"]), {"state": "open"}).status_code == 403
    assert "Set the posture" not in nurse.get(reverse("activity:posture-site", args=["arlon"])).content.decode()


def test_case_45_a_site_nobody_spoke_of_is_not_open(act_for, client_of):
    posture_set(act=act_for("medical-lead"), site="arlon", said=OPEN)
    assert posture_document() == [
        {
            "site": "arlon",
            "state": "open",
            "diverted": False,
            "diverted_to": "",
            "beds": [{"kind": "intensive-care", "free": 3, "total": 14}, {"kind": "adult", "free": 27, "total": 160}],
            "theatres": {"open": 5, "total": 8},
            "since": "2026-11-23T08:00:00+00:00",
        },
        {"site": "virton", "state": None},
    ]
    page = client_of("nurse", language="en").get(reverse("activity:posture")).content.decode()
    assert "nobody has said" in page


def test_the_table_sums_beds_of_all_sites_and_names_urgent_services_on_paper(act_for, client_of):
    for site in ("arlon", "virton"):
        posture_set(act=act_for("medical-lead"), site=site, said=OPEN)
    page = client_of("nurse", language="en").get(reverse("activity:posture") + "?wall").content.decode()
    assert ">54</span> / 320" in page
    assert "Emergency" in page
    assert 'class="wall"' in page


def test_a_lead_sets_a_site_from_the_page_and_a_wrong_count_stands_at_its_field(client_of):
    client, address = client_of("recovery-lead", language="en"), reverse("activity:posture-set", args=["virton"])
    wrong = {"state": "open", "beds_adult_free": "9", "beds_adult_total": "8"}
    answer = client.post(address, wrong)
    assert answer.status_code == 422
    assert 'href="#id_beds_adult_free"' in answer.content.decode()
    assert (
        client.post(address, {**wrong, "beds_adult_free": "7", "diverted": "on", "diverted_to": "Arlon"}).status_code
        == 302
    )
    view = next(view for view in posture_list() if view.site == "virton")
    assert view.saying.said.beds == (Beds(kind=BedKind.ADULT, free=7, total=8),)
    assert view.saying.said.diverted_to == "Arlon"
    assert client.get(reverse("activity:posture-site", args=["paris"])).status_code == 404


@pytest.mark.direct_rows
def test_the_database_holds_one_current_saying_a_site(act_for):
    posture_set(act=act_for("medical-lead"), site="arlon", said=OPEN)
    row = SitePosture.objects.get()
    row.pk = "0190ab00-0000-7000-8000-000000000000"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
