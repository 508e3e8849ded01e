"""Bulletins in a browser: drawn and written by one person, approved by another; the pages by axe and on a telephone."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from relight.kernel.act import Act
from support.axe import violations, violations_light_and_dark
from support.bulletins import desk_add, hospital_load, works
from support.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(live_server: Any, act_for: Callable[..., Act]) -> Act:
    owner = act_for("owner", at=datetime.now(tz=UTC))
    hospital_load(owner)
    desk_add(owner, kind="urgent", name="Coordination", phone="+3263231000", hours="24/7")
    return owner


@pytest.fixture
def shots() -> Callable[[Any, str], None]:
    """Pictures of the pages where SHOTS names a folder, at three widths; nothing otherwise."""
    folder = os.environ.get("SHOTS")

    def take(page: Any, name: str) -> None:
        for width in (360, 1366, 1920) if folder else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    return take


def test_a_bulletin_from_the_drawing_to_the_notice_that_it_is_no_longer_true(
    browser: Any, client_of: Callable[..., Any], house: Act, shots: Callable[[Any, str], None]
) -> None:
    writer = browser.page(sign_in=client_of("liaison", language="fr"))
    lead = browser.page(sign_in=client_of("medical-lead", language="fr"))
    writer.goto("/liaison/bulletins/")
    shots(writer, "empty")
    writer.get_by_role("button", name="Établir le prochain bulletin").click()
    writer.fill("#id_free_fr", "Le laboratoire redémarre par étapes.")
    writer.get_by_role("button", name="Enregistrer le message").click()
    writer.get_by_text("Une deuxième personne le lit").first.wait_for()
    assert writer.get_by_role("link", name="Lire et approuver").count() == 0
    assert violations_light_and_dark(writer) == []
    shots(writer, "draft")
    works(house, "pbx")
    lead.goto("/liaison/bulletins/draft/")
    assert lead.get_by_text("L’état réel a changé depuis que ce projet a été établi").is_visible()
    lead.get_by_role("link", name="Lire et approuver").click()
    assert violations_light_and_dark(lead) == []
    lead.get_by_label("Il part tel qu’il était").check()
    lead.get_by_label("Le message part dans les langues où il existe").check()
    lead.fill("#id_password", PASSWORD)
    shots(lead, "approve")
    lead.get_by_role("button", name="Approuver ce bulletin").click()
    lead.get_by_text("Le bulletin 1 est approuvé.").wait_for()
    assert violations_light_and_dark(lead) == []
    shots(lead, "one")
    writer.goto("/liaison/bulletins/")
    writer.get_by_text("L’état réel diffère du bulletin 1").wait_for()
    shots(writer, "list")
    works(house, "pbx", operational=False)
    writer.get_by_text("L’état réel est ce qu’il dit.").wait_for()
    works(house, "switch")
    writer.get_by_text("L’état réel diffère du bulletin 1").wait_for()
    assert violations(writer) == []


def test_the_pages_hold_on_a_telephone(browser: Any, client_of: Callable[..., Any], house: Act) -> None:
    client = client_of("liaison", language="fr")
    page = browser.page(sign_in=client, viewport={"width": 360, "height": 740})
    for path in ("draft/", "draft/", "draft/approve/", ""):
        page.goto(f"/liaison/bulletins/{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        client.post("/liaison/bulletins/draw/")
