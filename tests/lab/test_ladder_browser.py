"""The ladder's pages in a browser: no finding of axe-core, a sheet typed with scanner and keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relight.lab.types import HoldReason, ReportState, Rung
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pages(live_server: Any, ready_link: str, link: Callable[..., str], act_for: Any) -> dict[str, str]:
    """A link that may be signed, one that fell, an open sheet, a control: every page with something on it."""
    from relight.lab.models import QcTarget
    from relight.lab.services.compare import line_add, sheet_open
    from relight.lab.services.ladder import link_fall

    link("fallen", rung=Rung.RESULTS)
    link_fall(act=act_for("system"), link="fallen", code="RL-LAB-150")
    act = act_for("laboratory")
    sheet = sheet_open(act=act, link="chem")
    for test, value in (("GLU", "5.4"), ("NA", "140")):
        line_add(act=act, link="chem", sheet=sheet, sample="S1", test=test, by_hand=value)
    target = QcTarget.objects.get()
    return {
        "board": "/lab/",
        "fallen": "/lab/links/fallen/ladder/",
        "signing": "/lab/links/chem/ladder/",
        "sheets": "/lab/links/chem/compare/",
        "sheet": f"/lab/links/chem/compare/{sheet}/",
        "controls": "/lab/qc/",
        "link_controls": "/lab/links/chem/qc/",
        "chart": f"/lab/links/chem/qc/{target.pk}/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_ladder_has_a_finding(browser: Any, client_of: Any, pages: dict[str, str], scheme: str) -> None:
    page = browser.page(sign_in=client_of("laboratory", "recovery-lead"), color_scheme=scheme)
    found = []
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        found += [f"{name}: {line}" for line in violations(page)]
    assert found == []


@pytest.mark.parametrize("width", [360, 1366])
def test_no_page_of_the_ladder_is_wider_than_the_screen(
    browser: Any, client_of: Any, pages: dict[str, str], width: int
) -> None:
    page = browser.page(sign_in=client_of("laboratory"), viewport={"width": width, "height": 768})
    wider = []
    for name, address in pages.items():
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wider.append(name)
    assert wider == []


def test_a_line_is_typed_with_the_scanner_and_enter_alone(
    browser: Any, client_of: Any, pages: dict[str, str], report: Callable[..., Any]
) -> None:
    """The sample's field has the focus; Enter goes to the field that is still empty, and at last sends."""
    report("chem", sample="S7", state=ReportState.HELD, hold=HoldReason.RUNG)
    page = browser.page(sign_in=client_of("laboratory", language="en"))
    page.goto(pages["sheet"])
    for text in ("S7", "GLU", "5.4"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.wait_for_selector("#sheet-lines td:has-text('S7'), #sheet-lines th:has-text('S7')")
    line = page.locator("#sheet-lines tbody tr", has_text="S7").first
    assert "within tolerance" in line.inner_text()
    page.wait_for_function("document.activeElement.name === 'sample'")
    page.keyboard.type("S8")  # the next scan replaces the sample that stands there
    assert page.input_value("input[name=sample]") == "S8"


def test_what_was_typed_is_still_there_after_the_page_was_left(
    browser: Any, client_of: Any, pages: dict[str, str]
) -> None:
    """A phone rings in the middle of a line: the draft waits."""
    page = browser.page(sign_in=client_of("laboratory", language="en"))
    page.goto(pages["sheet"])
    page.fill("input[name=test]", "K")
    page.fill("input[name=by_hand]", "4.1")
    page.goto("/lab/")
    page.goto(pages["sheet"])
    assert page.input_value("input[name=by_hand]") == "4.1"
