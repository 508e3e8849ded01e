"""Pages of people in a real browser: axe, keyboard alone, phones; in French."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from support.axe import violations
from support.people import Person

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESSES = ["/people/", "/people/add/", "/people/roles/", "/profile/", "/password/"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Any, client_of: Callable[..., Any], width: int, scheme: str
) -> None:
    viewport = {"width": width, "height": 800}
    page = browser.page(sign_in=client_of("administrator"), viewport=viewport, color_scheme=scheme)
    for address in ADDRESSES:
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_one_signs_in_with_the_keyboard_alone(browser: Any, staff_of: Callable[..., Person]) -> None:
    person = staff_of("administrator")
    page = browser.page()
    page.goto("/sign-in/?next=/people/")
    page.keyboard.type(person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")
    assert page.text_content("h1") == "Personnel"


def test_a_wrong_password_moves_the_focus_to_what_is_wrong(browser: Any, staff_of: Callable[..., Person]) -> None:
    page = browser.page()
    page.goto("/sign-in/")
    page.fill("[name=username]", staff_of("nurse").username)
    page.fill("[name=password]", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "password"


def test_an_account_is_changed_without_any_script(
    browser: Any, client_of: Callable[..., Any], staff_of: Callable[..., Person]
) -> None:
    nurse = staff_of("nurse")
    page = browser.page(sign_in=client_of("administrator"), java_script_enabled=False)
    page.goto("/people/?role=nurse")
    page.click(f"text={nurse.username.title()}")
    page.check("[name=roles][value=auditor]")
    page.click("main .button.primary")
    page.wait_for_url("**/people/")
    assert "Auditeur" in page.inner_text("main table")
