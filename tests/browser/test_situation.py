"""Claims about the situation page in a real browser: live, small, by keyboard, quiet on the network."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from console.small import hospital_load, machine_add
from relight.kernel.act import Act, Door

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(live_server: Any) -> Act:
    """The owner of the data folder, now, with a hospital loaded."""
    act = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    hospital_load(act)
    return act


def seen_number(page: Any) -> str:
    return str(page.locator(".now-counts a[href*='known=seen']").inner_text()).split()[-1]


def test_a_change_in_one_browser_shows_in_another_within_two_seconds(
    browser: Any, client_of: Callable[..., Any], owner: Act
) -> None:
    wall = browser.page(sign_in=client_of("nurse", language="en"))
    wall.goto("/")
    wall.evaluate("window.stillTheSamePage = true")
    desk = browser.page(sign_in=client_of("recovery-lead", language="en"))
    desk.goto("/dependencies/zones/")
    cell = wall.locator(".wards-sites tr:first-child td").first
    assert "planned" in cell.inner_text()
    wall.locator("#live-state[data-mood=live]").wait_for()
    desk.locator("form[action$='/arlon/build/'] button, form[action$='/arlon/build/'] input[type=submit]").first.click()
    desk.wait_for_load_state()
    start = time.monotonic()
    cell.get_by_text("under way").wait_for(timeout=2_000)
    assert time.monotonic() - start < 2
    assert wall.evaluate("window.stillTheSamePage") is True


def test_the_reader_keeps_the_place_and_the_focus_when_the_page_renews_itself(
    browser: Any, client_of: Callable[..., Any], owner: Act
) -> None:
    page = browser.page(sign_in=client_of("recovery-lead", language="en"))
    page.goto("/")
    page.locator("#live-state[data-mood=live]").wait_for()
    link = page.locator("a.ward").first
    link.focus()
    address = link.get_attribute("href")
    machine_add(owner, "PC-1", site="arlon")
    page.locator("#changes").get_by_text("added an item").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('href')") == address


def test_without_script_the_page_says_the_same(browser: Any, client_of: Callable[..., Any], owner: Act) -> None:
    machine_add(owner, "PC-1", site="arlon")
    page = browser.page(sign_in=client_of("recovery-lead", language="en"), java_script_enabled=False)
    page.goto("/")
    assert seen_number(page) == "1"
    assert page.locator("#wards").is_visible()


@pytest.mark.parametrize(
    "address", ["/", "/?all", "/burn-up/", "/journal/", "/journal/1/", "/journal/lag/", "/search/?q=urg"]
)
def test_a_phone_never_scrolls_sideways(browser: Any, client_of: Callable[..., Any], owner: Act, address: str) -> None:
    machine_add(owner, "PC-WITH-A-VERY-LONG-NAME-THAT-NOBODY-WOULD-TYPE-TWICE", site="arlon")
    page = browser.page(sign_in=client_of("recovery-lead"), viewport={"width": 360, "height": 740})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_wall_shows_everything_without_scrolling(browser: Any, client_of: Callable[..., Any], owner: Act) -> None:
    machine_add(owner, "PC-1", site="arlon")
    page = browser.page(sign_in=client_of("recovery-lead"), viewport={"width": 3840, "height": 2160})
    page.goto("/?wall")
    assert page.evaluate("document.documentElement.scrollHeight") <= 2160
    assert page.locator(".now-number").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 90


def test_the_matrix_is_walked_by_keyboard_from_the_first_tab_to_why(
    browser: Any, client_of: Callable[..., Any], owner: Act
) -> None:
    page = browser.page(sign_in=client_of("recovery-lead", language="en"))
    page.goto("/")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.ward')"):
            break
    width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert width >= 2, "the focus cannot be seen"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dependencies/emergency@arlon/"))


def test_a_scanner_opens_the_machine_from_any_page_without_a_click(
    browser: Any, client_of: Callable[..., Any], owner: Act
) -> None:
    item = machine_add(owner, "PC-1", site="arlon", serial="CZC1234XYZ")
    page = browser.page(sign_in=client_of("technician", language="en"))
    page.goto("/")
    page.keyboard.type("CZC1234XYZ", delay=5)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/line/items/{item}/")


def test_results_come_as_one_types(browser: Any, client_of: Callable[..., Any], owner: Act) -> None:
    page = browser.page(sign_in=client_of("technician", language="en"))
    page.goto("/search/")
    page.locator("#find-box").press_sequentially("emerg", delay=30)
    page.locator("#found").get_by_text("Emergency · Arlon").wait_for()
    assert page.evaluate("document.activeElement.id") == "find-box"
    assert "q=emerg" in page.url


def test_an_open_page_asks_this_machine_only_and_writes_no_session(
    browser: Any, client_of: Callable[..., Any], owner: Act
) -> None:
    client = client_of("nurse")
    page = browser.page(sign_in=client)
    page.goto("/")
    before = client.session["seen_at"]
    with page.expect_response(lambda answer: answer.url.endswith("/live/") and answer.status == 304):
        page.wait_for_timeout(3_500)
    assert client.session["seen_at"] == before
    assert browser.outside == []


def test_print_shows_the_matter_and_no_controls(browser: Any, client_of: Callable[..., Any], owner: Act) -> None:
    page = browser.page(sign_in=client_of("recovery-lead", language="en"))
    page.goto("/")
    page.emulate_media(media="print")
    assert page.locator(".now-number").is_visible()
    assert page.locator("table.wards").is_visible()
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".actions").is_visible()
