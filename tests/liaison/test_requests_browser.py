"""The practitioners' desk in a browser: one request from the call to its close, at a desk, by its pages alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from console.small import hospital_load
from support.axe import violations
from support.chart import registered, week
from support.liaison import practitioner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marie(live_server: Any, act_for: Callable[..., Any]) -> UUID:
    """A hospital, a practitioner in the directory, who is on duty, and a patient with a week of data."""
    from relight.liaison.rules.duty import Turn
    from relight.liaison.services.duty import duty_add

    now = datetime.now(tz=UTC)
    hospital_load(act_for("owner", at=now))
    practitioner(act_for("liaison", at=now))
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=11)
    turn = Turn(specialty="cardiology", site="", name="Dr Noël", phone="0470 55 66 77", begins=begins, ends=ends)
    duty_add(act=act_for("liaison", at=now), turn=turn)
    patient = registered(act_for("nurse", at=now))
    week(act_for("nurse", at=now), patient)
    return patient


def test_one_request_goes_from_the_call_to_its_close(
    browser: Any, client_of: Callable[..., Any], marie: UUID, shots: Callable[[Any, str], None]
) -> None:
    """Found in the directory, verified, patient checked, summary released, handed over, answered, called back, closed."""
    from relight.liaison.models import Disclosure, Request

    page = browser.page(sign_in=client_of("liaison", language="fr"))
    page.goto("/liaison/requests/")
    page.get_by_role("link", name="Noter un appel").first.click()
    page.fill("#id_find", "lambert")
    page.get_by_role("button", name="Chercher dans l’annuaire").click()
    page.get_by_role("radio", name="LAMBERT Claire").check()
    page.select_option("#id_topic", "summary")
    page.select_option("#id_specialty", "cardiology")
    page.fill("#id_ask", "Quel anticoagulant à la sortie ?")
    shots(page, "new")
    page.get_by_role("button", name="Noter la demande").click()
    page.get_by_role("heading", name="R-0001").wait_for()
    assert violations(page) == []
    page.get_by_role("radio", name="rappelé au numéro de l’annuaire").check()
    page.get_by_role("button", name="L’appelant est vérifié").click()
    page.fill("#id_identity_family", "lambert")
    page.fill("#id_identity_given", "Marie")
    page.fill("#id_identity_birth", "01.02.1970")
    page.get_by_role("button", name="Vérifier l’identité").click()
    shots(page, "identity")
    page.get_by_role("button", name="C’est ce patient").click()
    page.get_by_role("radio", name="médecin traitant du patient").check()
    page.get_by_role("radio", name="le patient, interrogé").check()
    page.get_by_role("button", name="Noter lien et consentement").click()
    page.get_by_role("link", name="Regarder le résumé").click()
    assert page.get_by_text("Pénicilline").first.is_visible()
    assert violations(page) == []
    page.get_by_role("radio", name="imprimé, remis en main").check()
    page.fill("#id_release_why", "consultation de ce jour")
    shots(page, "summary")
    page.get_by_role("button", name="Remettre le résumé").click()
    page.get_by_role("link", name="Papier (PDF)").wait_for()
    shots(page, "given")
    page.get_by_role("link", name="Retour à la demande").click()
    page.get_by_role("button", name="Joint : transmettre").click()
    page.fill("#id_answer_text", "Apixaban 5 mg deux fois par jour, à poursuivre.")
    page.get_by_role("button", name="Enregistrer la réponse").click()
    page.get_by_role("radio", name="joint, informé").check()
    page.get_by_role("button", name="Noter l’appel").click()
    page.get_by_role("radio", name="répondue et dite").check()
    shots(page, "one")
    page.get_by_role("button", name="Clôturer la demande").click()
    page.get_by_text("La demande est clôturée.").wait_for()
    shots(page, "closed")
    row = Request.objects.get()
    assert (row.state, row.ending, row.patient, row.routed_name) == ("closed", "done", marie, "Dr Noël")
    assert Disclosure.objects.get().patient == marie


@pytest.fixture
def shots() -> Callable[[Any, str], None]:
    """Pictures of the pages where SHOTS names a folder, at three widths; nothing otherwise."""
    import os

    folder = os.environ.get("SHOTS")

    def take(page: Any, name: str) -> None:
        for width in (360, 1366, 1920) if folder else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    return take


@pytest.mark.parametrize("path", ["requests/", "requests/new/", "duty/", "duty/new/", "duty/import/", "disclosures/"])
def test_the_pages_have_no_finding_of_axe_and_fit_a_telephone(
    browser: Any, client_of: Callable[..., Any], marie: UUID, path: str, shots: Callable[[Any, str], None]
) -> None:
    page = browser.page(sign_in=client_of("liaison", language="fr"), viewport={"width": 360, "height": 740})
    page.goto(f"/liaison/{path}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shots(page, path.strip("/").replace("/", "-"))
