"""The frame in a real browser: axe, keys, scanner, live regions, drafts, theme; nothing works only by mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.axe import is_reachable_by_keyboard, violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("guide")]

SIZES = [(360, 740), (1366, 768), (3840, 2160)]
GUIDE, FAULTY, SIGN_IN, MISSING = "/styleguide/", "/styleguide/?errors=1", "/sign-in/", "/no/such/page/"


@pytest.fixture
def guide(settings: Any) -> None:
    settings.RELIGHT_STYLEGUIDE = True


def page_at(browser: Any, size: tuple[int, int], scheme: str = "light", **options: Any) -> Any:
    return browser.page(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_the_components_the_sign_in_and_the_error_page(
    browser: Any, size: tuple[int, int], scheme: str
) -> None:
    page = page_at(browser, size, scheme)
    for address in (GUIDE, FAULTY, SIGN_IN, MISSING):
        page.goto(address)
        assert violations(page) == [], address


@pytest.mark.parametrize("address", [GUIDE, SIGN_IN, MISSING])
def test_no_page_scrolls_sideways_not_even_at_200_percent(browser: Any, address: str) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(address)
    for width in (320, 360, 683, 1366, 3840):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_44_pixels_for_fingers(browser: Any) -> None:
    page = page_at(browser, (360, 740), has_touch=True)
    page.goto(GUIDE)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .button, .icon-button, .pager a, .tabs a, main select, .bulk-box")]
            .filter(node => node.offsetParent && node.getBoundingClientRect().height < 43.9)
            .map(node => node.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.parametrize(
    "selector", [".skip-link", "[data-bulk-box]", ".tip-mark", "#id_serial", ".pager a", ".menu summary"]
)
def test_everything_is_reached_by_tab_with_its_focus_visible(browser: Any, selector: str) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    assert is_reachable_by_keyboard(page, selector, presses=150)


def test_the_skip_link_goes_past_the_rail(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_arrows_walk_the_rows_x_chooses_and_enter_opens(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    for key in ("ArrowDown", "ArrowDown", "x"):
        page.keyboard.press(key)
    assert page.text_content("[data-bulk-count]") == "1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**#ARL-URG-PC001")


def test_choosing_all_rows_counts_them_and_opens_the_actions(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    assert page.is_disabled("[data-bulk-bar] button >> nth=0")
    page.check("[data-bulk-all]")
    assert page.text_content("[data-bulk-count]") == "12"
    assert page.is_enabled("[data-bulk-bar] button >> nth=0")


def test_question_mark_shows_the_keys_and_escape_closes_them(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    page.keyboard.press("?")
    assert page.is_visible("#keys-dialog")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys-dialog")


def test_a_definition_opens_by_focus_and_closes_by_escape(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    page.focus(".figure .tip-mark")
    assert page.is_visible(".figure .tip-text")
    page.keyboard.press("Escape")
    assert not page.is_visible(".figure .tip-text")


def test_the_theme_changes_at_once_and_stays(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click(".topbar-end .menu summary")
    page.click("[data-theme-set=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"


def test_the_rail_of_a_phone_opens_without_any_script(browser: Any, client_of: Callable[..., Any]) -> None:
    page = page_at(browser, (360, 740), sign_in=client_of("administrator"), java_script_enabled=False)
    page.goto("/people/")
    assert not page.is_visible(".drawer-body")
    page.click(".drawer > summary")
    assert page.is_visible(".drawer-body a[aria-current=page]")


# The keys of one scan, as fast as a scanner sends them however busy this machine is.
SCANNED = """text => { for (const key of [...text, "Enter"])
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); }"""


def test_a_scan_without_a_focused_field_goes_to_the_search(browser: Any, client_of: Callable[..., Any]) -> None:
    page = page_at(browser, (1366, 768), sign_in=client_of("administrator"))
    page.goto("/people/")
    page.route("**/search/**", lambda route: route.fulfill(body="found", content_type="text/html"))
    page.evaluate(SCANNED, "5CG1234ABC")
    page.wait_for_url("**/search/?q=5CG1234ABC")


def test_a_person_who_types_slowly_does_not_search(browser: Any, client_of: Callable[..., Any]) -> None:
    page = page_at(browser, (1366, 768), sign_in=client_of("administrator"))
    page.goto("/people/")
    page.keyboard.type("abcdef", delay=80)
    page.keyboard.press("Enter")
    assert page.url.endswith("/people/")


def test_slash_goes_to_the_search_box(browser: Any, client_of: Callable[..., Any]) -> None:
    page = page_at(browser, (1366, 768), sign_in=client_of("administrator"))
    page.goto("/people/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.input_value("[data-search]") == ""


def test_what_was_typed_comes_back_and_is_forgotten_at_sign_out(browser: Any, client_of: Callable[..., Any]) -> None:
    page = page_at(browser, (1366, 768), sign_in=client_of("administrator"))
    page.goto("/people/add/")
    page.fill("[name=name]", "Nadia El Khattabi")
    page.goto("/people/")
    page.goto("/people/add/")
    assert page.input_value("[name=name]") == "Nadia El Khattabi"
    assert page.is_visible(".draft-note")
    page.evaluate("document.querySelector('[data-sign-out]').requestSubmit()")
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_password_is_never_kept_in_a_draft(browser: Any) -> None:
    page = page_at(browser, (1366, 768))
    page.goto(GUIDE)
    page.evaluate(
        """() => { const field = document.createElement("input"); field.type = "password"; field.name = "p";
            document.querySelector("form[data-draft]").append(field); }"""
    )
    page.fill("[name=p]", "hunter2")
    page.fill("[name=note]", "the lid is broken")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "the lid is broken" in kept
    assert "hunter2" not in kept


class Pulse:
    """Stands in for `/live/` and for the page it refreshes, so that a test moves the version by hand."""

    def __init__(self, page: Any) -> None:
        self.version, self.status, self.asked = 1, 200, []
        page.route("**/live/", self.answer)

    def answer(self, route: Any) -> None:
        self.asked.append(route.request.headers.get("if-none-match"))
        tag = f'"{self.version}"'
        if self.status != 200:
            route.fulfill(status=self.status, body="{}")
        elif self.asked[-1] == tag:
            route.fulfill(status=304, headers={"ETag": tag})
        else:
            route.fulfill(status=200, headers={"ETag": tag}, json={"version": self.version})


@pytest.fixture
def watched(browser: Any, client_of: Callable[..., Any]) -> tuple[Any, Pulse]:
    """A signed-in reader's page with one live region, and the pulse that moves it."""
    page = page_at(browser, (1366, 768), sign_in=client_of("administrator"))
    pulse = Pulse(page)
    page.goto(GUIDE)
    page.wait_for_selector("#live-state[data-mood=live]")
    return page, pulse


def move(page: Any, pulse: Pulse, change: str) -> None:
    """Change what the server would answer for the live region, then let the version move."""
    html = page.request.get(GUIDE).text()
    page.route("**/styleguide/", lambda route: route.fulfill(body=change_of(html, change), content_type="text/html"))
    pulse.version += 1


def change_of(html: str, change: str) -> str:
    return html.replace("Intensive care", change)


def test_a_change_elsewhere_shows_within_two_seconds_without_a_reload(watched: tuple[Any, Pulse]) -> None:
    page, pulse = watched
    page.evaluate("window.mark = 1")
    page.focus("#sites tbody tr:nth-child(2) a >> nth=1")
    page.evaluate("document.querySelector('#sites .table-scroll').scrollTop = 20")
    move(page, pulse, "Dialysis")
    page.wait_for_selector("text=Dialysis", timeout=2500)
    assert page.evaluate("window.mark") == 1
    assert page.evaluate("document.activeElement.closest('#sites') !== null")


def test_nothing_is_fetched_again_while_nothing_changed(watched: tuple[Any, Pulse]) -> None:
    page, pulse = watched
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.wait_for_timeout(3500)
    assert pulse.asked[-1] == '"1"'
    assert not [url for url in fetched if url.endswith(GUIDE)]


def test_a_region_somebody_writes_in_waits(watched: tuple[Any, Pulse]) -> None:
    page, pulse = watched
    page.evaluate(
        """() => { const field = document.createElement("input"); field.id = "held";
            document.querySelector("#sites").append(field); field.focus(); field.value = "half a wo"; }"""
    )
    move(page, pulse, "Dialysis")
    page.wait_for_timeout(2500)
    assert page.input_value("#held") == "half a wo"


def test_an_ended_session_says_so_and_leads_back_here(watched: tuple[Any, Pulse]) -> None:
    page, pulse = watched
    pulse.status = 401
    page.wait_for_selector("#live-state[data-mood=ended] a")
    assert page.get_attribute("#live-state a", "href") == "/sign-in/?next=%2Fstyleguide%2F"
    asked = len(pulse.asked)
    page.wait_for_timeout(2000)
    assert len(pulse.asked) == asked
