"""Pages of the hospital in a real browser: axe, phones, keyboard; a change shows without reload; in French."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.axe import violations
from support.people import PASSWORD

from .small import SMALL, machine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESSES = [
    "/dependencies/",
    "/dependencies/zones/",
    "/dependencies/load/",
    "/dependencies/emergency@arlon/",
    "/dependencies/directory/",
    "/dependencies/dns/",
]


@pytest.fixture
def hospital(load: Callable[..., Any], report: Callable[..., Any], accept: Callable[..., Any], open_zone: Any) -> None:
    """A small hospital half-way: one function accepted, one segment open, some machines missing."""
    load()
    report(
        machine(10, "dns-server"),
        *(machine(number, "domain-controller") for number in (1, 2)),
        *(machine(n, "workstation", site="arlon", service="emergency", operational=n < 21) for n in range(20, 30)),
    )
    accept("directory")
    open_zone("arlon")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Any, client_of: Callable[..., Any], hospital: None, width: int, scheme: str
) -> None:
    lead = client_of("recovery-lead", "service-owner")
    page = browser.page(sign_in=lead, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for address in ADDRESSES:
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_an_empty_hospital_is_fit_to_read_too(browser: Any, client_of: Callable[..., Any]) -> None:
    page = browser.page(sign_in=client_of("recovery-lead"))
    for address in ("/dependencies/", "/dependencies/zones/", "/dependencies/load/"):
        page.goto(address)
        assert violations(page) == [], address


def test_a_machine_that_comes_back_shows_on_an_open_page_within_two_seconds(
    browser: Any, client_of: Callable[..., Any], hospital: None, report: Callable[..., Any]
) -> None:
    page = browser.page(sign_in=client_of("nurse"))
    page.goto("/dependencies/emergency@arlon/")
    assert "dégradé" in page.inner_text("#page-live")
    report(machine(25, "workstation", site="arlon", service="emergency"))
    page.wait_for_selector("text=Il ne manque rien.", timeout=5000)


def test_a_file_with_a_fault_then_a_good_one_is_loaded_in_the_browser(
    browser: Any, client_of: Callable[..., Any]
) -> None:
    page = browser.page(sign_in=client_of("recovery-lead"))
    page.goto("/dependencies/load/")
    wrong = SMALL.replace("order = 2", "order = 0").encode()
    page.set_input_files("[name=file]", {"name": "h.toml", "mimeType": "text/plain", "buffer": wrong})
    page.click("main form .button.primary")
    assert "RL-HOS-017" in page.inner_text("main")
    assert violations(page) == []
    page.set_input_files("[name=file]", {"name": "h.toml", "mimeType": "text/plain", "buffer": SMALL.encode()})
    page.click("main form .button.primary")
    assert violations(page) == []
    page.click("main form .button.primary")
    page.wait_for_url("**/dependencies/")
    assert "Urgences" in page.inner_text("main")


def test_a_function_is_accepted_by_keyboard_alone(
    browser: Any, client_of: Callable[..., Any], load: Callable[..., Any], report: Callable[..., Any]
) -> None:
    load()
    report(machine(10, "dns-server"), machine(1, "domain-controller"), machine(2, "domain-controller"))
    page = browser.page(sign_in=client_of("service-owner"))
    page.goto("/dependencies/directory/")
    page.focus("[name=note]")
    page.keyboard.type("connexion essayée aux urgences")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Acceptée.")
    assert "connexion essayée aux urgences" in page.inner_text("#node-acceptance")
