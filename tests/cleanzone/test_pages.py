"""The pages of flows: proposed, read, signed by two, refused, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ClientOf = Callable[..., Any]


def test_flows_are_proposed_read_and_signed_by_two_people_on_the_pages(small: Any, client_of: ClientOf) -> None:
    from relight.cleanzone.models import FlowRow

    tech, lead, officer = (
        client_of(role, language="en") for role in ("technician", "recovery-lead", "security-officer")
    )
    assert "No flow is proposed yet" in tech.get("/zone/").text
    assert "3 flows proposed." in tech.post("/zone/propose/", follow=True).text
    assert "Nothing new" in tech.post("/zone/propose/", follow=True).text
    page = lead.get("/zone/").text
    assert 'name="flow" value="1"' in page
    assert 'name="flow"' not in tech.get("/zone/").text  # who may not sign is shown no box
    for person, count in ((lead, 0), (officer, 3)):
        shown = person.get("/zone/sign/?flow=1&flow=2&flow=3&flow=x")
        assert shown.context["rows"] == person.get("/zone/sign/?all=1").context["rows"]
        assert "Emergency · Arlon → Record" in shown.text
        digest = shown.context["form"].initial["shown"]
        given = {"flow": ["1", "2", "3"], "shown": digest}
        assert person.post("/zone/sign/", {**given, "password": "wrong"}).status_code == 422
        done = person.post("/zone/sign/", {**given, "password": person.person.password}, follow=True)
        assert f"Signed. {count} of them are approved now" in done.text
    assert set(FlowRow.objects.values_list("state", flat=True)) == {"approved"}
    assert lead.get("/zone/?format=csv").getvalue().count(b"\r\n") == 4


def test_a_flow_is_proposed_by_hand_refused_with_a_reason_and_says_so(small: Any, client_of: ClientOf) -> None:
    tech, officer = client_of("technician", language="en"), client_of("security-officer", language="en")
    given = {
        "source_role": "record-server",
        "destination": "192.0.2.0/28",
        "protocol": "tcp",
        "ports": "443",
        "reason": "eHealth",
        "days": "30",
    }
    wrong = tech.post("/zone/add/", {**given, "ports": "many"})
    assert wrong.status_code == 422
    assert "443,8440-8450" in wrong.context["form"].errors["ports"][0]
    page = tech.post("/zone/add/", given, follow=True).text
    assert "192.0.2.0/28" in page
    assert "nothing in the graph needs it" in page
    assert officer.post("/zone/flows/1/refuse/", {"note": ""}).status_code == 422
    page = officer.post("/zone/flows/1/refuse/", {"note": "no contract"}, follow=True).text
    assert "no contract" in page
    assert "Refuse it" not in page


def test_a_flow_in_force_is_closed_from_its_page(signed: Any, client_of: ClientOf) -> None:
    tech = client_of("technician", language="en")
    assert "Close it now" in tech.get("/zone/flows/1/").text
    assert (
        "Closed. The routers close it within seconds."
        in tech.post("/zone/flows/1/close/", {"note": "moved"}, follow=True).text
    )
    assert tech.post("/zone/flows/1/close/", {"note": "moved"}).status_code == 422
    assert tech.get("/zone/flows/99/").status_code == 404
    assert client_of("nurse").get("/zone/").status_code == 403
