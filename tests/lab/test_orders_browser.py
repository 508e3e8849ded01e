"""Orders, results, sheets and calls in a real browser: accessible, on a phone, with a scanner, without script."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from support.axe import is_reachable_by_keyboard, violations
from support.lab_orders import POTASSIUM, SODIUM, order_typed
from support.lab_results import result_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ward(act_for: Any) -> Any:
    """A patient with a critical, a corrected and a held value, an order that waits, and one cancelled."""
    from relight.lab.services.orders import order_cancel

    order = order_typed(act_for("nurse"), POTASSIUM, SODIUM, bed="12")
    first = result_made(act_for, value="3.1", order=order)
    made = result_made(act_for, value="6.4", order=order, corrects=first.result, critical=True)
    result_made(act_for, value="140", order=order, loinc=SODIUM, held=True)
    gone = order_typed(act_for("nurse"), SODIUM, family="Van den Broucke-Lemaître", given="Jean-Christophe Alexandre")
    order_cancel(act=act_for("nurse"), order=gone.id, reason="twice")
    return made


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_no_page_has_a_violation_or_leaves_the_screen(
    ward: Any, client_of: Any, browser: Any, scheme: str, width: int
) -> None:
    """axe-core, on a screen and on a phone."""
    from relight.lab.models import Call

    call = Call.objects.get(result=ward.result).pk
    page = browser.page(sign_in=client_of("laboratory"), color_scheme=scheme, viewport={"width": width, "height": 800})
    for address in (
        "/lab/orders/",
        "/lab/orders/new/",
        "/lab/orders/import/",
        "/lab/orders/numbers/",
        f"/lab/orders/{ward.order.id}/",
        f"/lab/orders/{ward.order.id}/cancel/",
        "/lab/worklists/",
        "/lab/results/",
        f"/lab/results/{ward.order.id}/",
        "/lab/sheets/",
        "/lab/calls/",
        f"/lab/calls/{call}/",
    ):
        page.goto(address)
        assert not violations(page), (address, violations(page))
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, (address, overflow)


def test_a_scanner_and_a_keyboard_are_enough_to_order(client_of: Any, browser: Any) -> None:
    """The sample field has the focus; the scanner's Enter sends nothing half filled."""
    from relight.lab.selectors.orders import order_query

    page = browser.page(sign_in=client_of("nurse", language="en"))
    page.goto("/lab/orders/new/")
    expect(page.get_by_label("Sample number")).to_be_focused()
    page.keyboard.type("26-1123-0042")
    page.get_by_label("Family name").fill("Noël")
    page.get_by_label("Tests, typed").fill("Na K")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Order 26-1123-0042")
    assert order_query().get().family == "Noël"


def test_a_scanned_sample_opens_its_results(ward: Any, client_of: Any, browser: Any) -> None:
    """Number, Enter; the banner names the patient and stays in sight."""
    page = browser.page(sign_in=client_of("nurse", language="en"))
    page.goto("/lab/results/")
    page.get_by_label("Scan a sample, or type a name").fill(ward.order.sample)
    page.keyboard.press("Enter")
    banner = page.get_by_role("region", name="Patient")
    expect(banner).to_contain_text("NOËL Jeanne")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(banner).to_be_in_viewport()


def test_results_are_validated_without_script(ward: Any, client_of: Any, browser: Any) -> None:
    """Tick, button, done; the old value opens without script too."""
    from relight.lab.models import Report

    page = browser.page(sign_in=client_of("laboratory", language="en"), java_script_enabled=False)
    page.goto(f"/lab/results/{ward.order.id}/")
    page.get_by_text("corrected", exact=True).click()
    expect(page.locator("del")).to_have_text("3.1 mmol/L")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Validate what I ticked").click()
    expect(page.get_by_text("1 report validated.")).to_be_visible()
    assert Report.objects.get(pk=ward.report).validation == "validated"


def test_a_call_is_closed_by_keyboard(ward: Any, client_of: Any, browser: Any) -> None:
    """From the list to the read-back."""
    from relight.lab.models import Call

    page = browser.page(sign_in=client_of("laboratory", language="en"))
    page.goto("/lab/calls/")
    assert is_reachable_by_keyboard(page, "tbody a.button")
    page.keyboard.press("Enter")
    page.get_by_label("Who took it").fill("Dr Maes")
    page.get_by_label("Read back").fill("Noël potassium 6.4")
    page.keyboard.press("Enter")
    expect(page.get_by_text("the call is closed")).to_be_visible()
    assert Call.objects.get(result=ward.result).reached == "Dr Maes"
