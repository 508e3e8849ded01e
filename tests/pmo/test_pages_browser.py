"""The restart office in a browser: two taps and the answer, the order moved by hand, the report; axe and a telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pmo.conftest import SMALL
from pmo.test_decisions import HOUSE
from relight.hospital.types import ComponentReport
from support.axe import violations_light_and_dark
from support.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def load(act_for: Callable[..., Any], text: str, roles: tuple[str, ...]) -> None:
    """Lay a hospital now, with thirty links of each role still to climb."""
    from relight.hospital import api

    now = datetime.now(tz=UTC)
    check = api.description_read(text.encode(), filename="hospital.toml")
    assert check.description is not None
    api.description_load(act=act_for("recovery-lead", at=now), description=check.description)
    reports = [
        ComponentReport(ref=f"lab:{role}-{number}", name=f"{role}{number}", role=role, stages_left=3)
        for role in roles
        for number in range(30)
    ]
    api.components_report(act=act_for("technician", at=now), reports=reports)


def test_two_taps_bring_a_problem_to_the_office_and_its_answer_back(
    browser: Any, live_server: Any, client_of: Callable[..., Any], act_for: Callable[..., Any]
) -> None:
    load(act_for, SMALL, ("domain-controller",))
    ward = browser.page(sign_in=client_of("nurse", language="fr"), viewport={"width": 360, "height": 740})
    office = browser.page(sign_in=client_of("technician", language="fr"))
    ward.goto("/")
    ward.get_by_role("link", name="Un problème ?").click()
    assert violations_light_and_dark(ward) == []
    ward.get_by_role("link", name="L’imprimante").click()
    ward.get_by_role("button", name="Urgences").click()
    ward.get_by_text("Vous n’avez rien d’autre à faire.").wait_for()
    assert violations_light_and_dark(ward) == []
    assert ward.evaluate("document.documentElement.scrollWidth") <= 360
    office.goto("/plan/problems/")
    assert violations_light_and_dark(office) == []
    office.get_by_role("link", name="L’imprimante").click()
    office.get_by_role("button", name="Je m’en occupe").click()
    office.fill("#id_text", "Une autre arrive à deux heures.")
    assert violations_light_and_dark(office) == []
    office.get_by_role("button", name="Répondre au service").click()
    ward.goto("/")
    ward.get_by_role("link", name="Il y a une réponse à ce que vous avez signalé.").click()
    assert ward.get_by_text("Une autre arrive à deux heures.").is_visible()
    ward.get_by_role("button", name="J’ai lu les réponses").click()
    ward.goto("/")
    assert ward.get_by_text("Il y a une réponse").count() == 0


def test_an_order_is_dragged_priced_proposed_and_signed_by_two(
    browser: Any, live_server: Any, client_of: Callable[..., Any], act_for: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision
    from relight.pmo.services.plans import plan_make

    load(act_for, HOUSE, ("domain-controller", "pacs"))
    plan_make(act=act_for("pmo", at=datetime.now(tz=UTC)), rounds=20, runs=20, days=20)
    office = browser.page(sign_in=client_of("pmo", language="fr"))
    office.goto("/plan/order/board/")
    rows = office.locator(".order-row")
    assert rows.nth(0).inner_text().startswith("Urgences")
    with office.expect_navigation():
        rows.nth(1).drag_to(rows.nth(0), target_position={"x": 20, "y": 2})
    office.get_by_text("jours-patients de plus que l’ordre calculé").wait_for()
    assert not Decision.objects.exists()
    assert violations_light_and_dark(office) == []
    office.fill("#id_title", "L’imagerie d’abord")
    office.fill("#id_reason", "On le demande.")
    office.press("#id_title", "Enter")  # what Enter does is to propose, not to move a row
    office.get_by_text("Proposée. Deux personnes").wait_for()
    assert violations_light_and_dark(office) == []
    for role in ("recovery-lead", "medical-lead"):
        person = browser.page(sign_in=client_of(role, language="fr"))
        person.goto("/plan/order/1/")
        person.fill("#id_password", PASSWORD)
        person.get_by_role("button", name="Signer cet ordre").click()
        person.get_by_text("en vigueur" if role == "medical-lead" else "Une deuxième personne signe").first.wait_for()
    office.goto("/plan/gantt/")
    assert violations_light_and_dark(office) == []
    office.goto("/plan/meeting/")
    assert violations_light_and_dark(office) == []


def test_a_report_goes_from_draft_to_paper(
    browser: Any, live_server: Any, client_of: Callable[..., Any], act_for: Callable[..., Any]
) -> None:
    load(act_for, SMALL, ("domain-controller",))
    office = browser.page(sign_in=client_of("pmo", language="fr"))
    lead = browser.page(sign_in=client_of("recovery-lead", language="fr"), viewport={"width": 360, "height": 740})
    office.goto("/plan/reports/")
    office.get_by_role("button", name="Établir un rapport").click()
    office.fill("#id_free_fr", "Tout tient.")
    assert violations_light_and_dark(office) == []
    office.get_by_role("button", name="Enregistrer le texte").click()
    office.get_by_text("Quelqu’un d’autre l’approuve").first.wait_for()
    lead.goto("/plan/reports/draft/")
    assert lead.evaluate("document.documentElement.scrollWidth") <= 360
    lead.fill("#id_password", PASSWORD)
    lead.get_by_role("button", name="Approuver ce rapport").click()
    lead.get_by_text("Le rapport 1 est approuvé.").wait_for()
    assert violations_light_and_dark(lead) == []
    assert lead.evaluate("document.documentElement.scrollWidth") <= 360
    lead.get_by_role("link", name="Version pour la presse").click()
    assert lead.get_by_text("Blocages", exact=True).count() == 1, "the tab of the room only, no section of the report"
    office.goto("/plan/reports/")
    assert office.get_by_role("link", name="Rapport 1").is_visible()
    assert violations_light_and_dark(office) == []
