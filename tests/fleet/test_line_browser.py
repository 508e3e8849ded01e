"""The line's pages in a real browser: accessible light and dark, on a phone, with a scanner, without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def half_way(line: Any) -> list[Any]:
    """Items at several stages, one quarantined, one signed once."""
    from relight.fleet.api import items_quarantine

    items: list[Any] = [line.add(1, serial=f"5CG00{n:02}XYZ", room="U 12")[0] for n in range(5)]
    line.take(items[:3], "cleaned")
    line.take(items[:1], "verified")
    line.sign(items[:1], line.security, "security")
    items_quarantine(act=line.tech, items=items[4:], reason="beacon")
    return items


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_pages_of_the_line_have_no_violations(
    half_way: list[Any], client_of: Any, browser: Any, scheme: str, width: int
) -> None:
    """axe-core finds nothing on any page, on a screen and on a phone."""
    client = client_of("technician", "security-officer", "recovery-lead")
    page = browser.page(sign_in=client, color_scheme=scheme, viewport={"width": width, "height": 800})
    some = "+".join(str(item) for item in half_way[:3])
    for address in (
        "/line/",
        "/line/items/",
        f"/line/items/{half_way[1]}/",
        f"/line/items/{half_way[0]}/",
        "/line/bench/",
        "/line/policy/",
        "/line/items/add/",
        f"/line/batch/move/?items={some}",
        f"/line/batch/attest/?items={some}",
        f"/line/batch/sign-security/?items={half_way[0]}",
        f"/line/batch/edit/?items={half_way[1]}",
        f"/line/batch/release/?items={half_way[4]}",
    ):
        page.goto(address)
        assert not violations(page), (address, violations(page))
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, (address, overflow)


def test_a_scanner_fills_the_bench_without_the_mouse(half_way: list[Any], client_of: Any, browser: Any) -> None:
    """Code, Enter, code, Enter: the field is ready for the next each time."""
    page = browser.page(sign_in=client_of("technician", language="en"))
    page.goto("/line/bench/")
    for n in range(3):
        page.keyboard.type(f"5CG00{n:02}XYZ")
        page.keyboard.press("Enter")
        expect(page.locator("#bench-list tbody tr")).to_have_count(n + 1)
        expect(page.locator("#bench-code")).to_be_focused()
        expect(page.locator("#bench-code")).to_have_value("")


def test_the_line_works_without_script(half_way: list[Any], line: Any, client_of: Any, browser: Any) -> None:
    """Scan, tick, attest, move: plain forms do it all."""
    client = client_of("technician", language="en")
    page = browser.page(sign_in=client, java_script_enabled=False)
    page.goto("/line/")
    page.fill("#scan-code", "5CG0003XYZ")
    page.locator("#scan-code").press("Enter")
    assert page.locator("h1").inner_text() == "workstation-000"
    for box in page.locator("input[name=checks]").all():
        box.check()
    page.get_by_role("button", name="Attest what I ticked").click()
    page.get_by_role("button", name="Move to “retrieved”").click()
    assert "retrieved" in page.locator(".page-title .state").inner_text()
