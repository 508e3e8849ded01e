"""The wards room in a browser: found while typing, a scan opens, a ward refreshes by itself, no finding of axe-core."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from console.small import hospital_load
from relight.kernel.act import Act
from relight.record.rules.identity import Person, Unknown
from relight.record.rules.places import Place
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARLON = {"scope": ["site:arlon"], "language": "fr"}


@pytest.fixture
def act(live_server: Any, act_for: Callable[..., Act]) -> Act:
    """An act of a nurse of the whole house, now."""
    made = act_for("nurse", at=datetime.now(tz=UTC))
    hospital_load(act_for("owner", at=made.at))
    return made


@pytest.fixture
def noel(act: Act) -> UUID:
    """Jeanne Noël in bed 12 of the emergency department of Arlon."""
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    who = Person(family="Noël", given="Jeanne", birth="1951-03-09", sex="female")
    made = patient_register(act=act, person=who, site="arlon").patient
    patient_admit(act=act, patient=made, place=Place(site="arlon", ward="emergency", bed="12"))
    return made


def test_a_patient_is_found_while_typing_and_opened_by_keyboard(
    browser: Any, client_of: Callable[..., Any], noel: UUID
) -> None:
    """The box keeps the text and the focus; the address stays bare; arrow and Enter open the chart."""
    page = browser.page(sign_in=client_of("nurse", **ARLON))
    page.goto("/patients/")
    page.locator("#find_q").press_sequentially("jeanne no", delay=60)
    page.locator("#found tr[data-href]").wait_for()
    assert page.input_value("#find_q") == "jeanne no"
    assert page.evaluate("document.activeElement.id") == "find_q"
    assert page.url.endswith("/patients/")
    page.locator("#found tr[data-href] a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{noel}/")


def test_a_wristband_scanned_anywhere_opens_the_chart(browser: Any, client_of: Callable[..., Any], noel: UUID) -> None:
    """No field has the focus: the one search box takes it, posted."""
    from relight.record.selectors.faces import face_get

    page = browser.page(sign_in=client_of("nurse", **ARLON))
    page.goto("/wards/?all")
    page.locator("h1").click()
    page.keyboard.type(face_get(noel).numbers[0].value)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{noel}/")


def test_a_ward_shows_who_arrives_by_itself(browser: Any, client_of: Callable[..., Any], noel: UUID, act: Act) -> None:
    """Without touching the page."""
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    page = browser.page(sign_in=client_of("nurse", **ARLON))
    page.goto("/wards/arlon/emergency/")
    page.get_by_role("link", name="NOËL Jeanne").wait_for()
    made = patient_register(act=act, person=Unknown(text="X, homme, urgences 14:05")).patient
    patient_admit(act=act, patient=made, place=Place(site="arlon", ward="emergency", bed="3"))
    page.get_by_role("link", name="X, homme, urgences 14:05").wait_for(timeout=10_000)


def test_no_page_of_the_room_has_a_finding(browser: Any, client_of: Callable[..., Any], noel: UUID, act: Act) -> None:
    """Nor scrolls sideways on a phone."""
    from relight.record.services.identity import patient_register

    twin = Person(family="Noel", given="Jeanne", birth="1951-03-09", sex="female")
    other = patient_register(act=act, person=twin, looked_at=[noel]).patient
    unknown = patient_register(act=act, person=Unknown(text="X, homme", sex="male", about=40)).patient
    nurse = browser.page(sign_in=client_of("nurse", "clinician", language="fr"))
    lead = browser.page(sign_in=client_of("recovery-lead", "auditor", language="fr"))
    limited = browser.page(sign_in=client_of("nurse", scope=["site:virton"], language="fr"))
    visits = [
        (nurse, "/wards/?all"), (nurse, "/wards/arlon/emergency/"), (nurse, "/wards/arlon/emergency/?view=board"),
        (nurse, "/patients/"), (nurse, "/patients/register/"), (nurse, "/patients/register/?unknown"),
        (nurse, "/wards/duplicates/"), (nurse, "/wards/numbers/"), (nurse, f"/patients/{unknown}/identity/"),
        (nurse, f"/patients/{noel}/merge/{other}/"), (nurse, f"/patients/{noel}/readers/"),
        (nurse, f"/patients/{other}/admit/"), (nurse, f"/patients/{noel}/transfer/"),
        (nurse, f"/patients/{noel}/discharge/"), (nurse, f"/patients/{noel}/wristband/"),
        (limited, f"/patients/{noel}/glass/"), (lead, "/wards/audit/"), (lead, "/wards/sources/"),
        (lead, "/wards/sources/aside/"), (lead, "/wards/sources/unresolved/"),
    ]  # fmt: skip
    found = []
    for page, address in visits:
        answer = page.goto(address)
        found += [f"{address} answers {answer.status}"] if answer.status != 200 else []
        found += [f"{address}: {line}" for line in violations(page)]
        page.set_viewport_size({"width": 360, "height": 740})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address} scrolls sideways at 360 px")
        page.set_viewport_size({"width": 1366, "height": 768})
    assert found == []


def test_a_probable_duplicate_stands_beside_in_the_browser(
    browser: Any, client_of: Callable[..., Any], noel: UUID
) -> None:
    """And the page that compares has no finding either."""
    page = browser.page(sign_in=client_of("nurse", **ARLON))
    page.goto("/patients/register/")
    page.fill("[name=family]", "Noel")
    page.fill("[name=given]", "Jeanne")
    page.fill("[name=birth]", "9.3.51")
    page.locator("form .button.primary").last.click()
    page.get_by_text("Probablement déjà là").wait_for()
    assert violations(page) == []
