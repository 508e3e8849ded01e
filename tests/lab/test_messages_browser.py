"""Pages of links, messages, queues and the count in a real browser: axe, a phone, no script needed; live."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from relight.lab.types import HoldReason, ReportState, Rung
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(
    link: Callable[..., str], lis: Callable[..., str], message: Callable[..., UUID], report: Callable[..., UUID]
) -> list[str]:
    """A laboratory at work, and the pages about it."""
    lis("main")
    link("chem", rung=Rung.RESULTS, lis="main")
    one = message("chem")
    held = [
        report("chem", state=ReportState.HELD, hold=reason)
        for reason in (HoldReason.RUNG, HoldReason.UNKNOWN_TEST, HoldReason.NO_SAMPLE)
    ]
    refused = report("chem", state=ReportState.REFUSED, refused_code="RL-LAB-001")
    return [
        "/lab/flow/chem/",
        "/lab/links/new/",
        "/lab/links/chem/edit/",
        "/lab/lis/",
        "/lab/lis/main/",
        "/lab/lis/new/",
        "/lab/messages/",
        f"/lab/messages/{one}/",
        "/lab/held/",
        "/lab/refused/",
        "/lab/reconcile/",
        *(f"/lab/decide/{report}/" for report in (*held, refused)),
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_no_page_has_a_finding_or_runs_over_the_edge(
    browser: Any, client_of: Callable[..., Any], addresses: list[str], scheme: str, width: int
) -> None:
    """In both colours, on a screen and on a telephone."""
    page = browser.page(sign_in=client_of("laboratory"))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 768})
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address


def test_a_form_shows_only_what_means_something_for_the_transport(
    browser: Any, client_of: Callable[..., Any], db: None
) -> None:
    """Serial: a device and no port; over TCP the other way round; nothing of it needs a script."""
    page = browser.page(sign_in=client_of("laboratory"))
    page.goto("/lab/links/new/")
    shown = lambda name: page.locator(f"#id_{name}").is_visible()  # noqa: E731 - asked six times
    page.select_option("#id_transport", "tcp-server")
    assert (shown("port"), shown("peers"), shown("device")) == (True, True, False)
    page.select_option("#id_transport", "tcp-client")
    assert (shown("port"), shown("peers"), shown("device")) == (True, False, False)
    page.select_option("#id_transport", "serial")
    assert (shown("port"), shown("host"), shown("device")) == (False, False, True)


def test_a_message_shows_on_the_flow_without_reloading(
    browser: Any, client_of: Callable[..., Any], link: Callable[..., str], message: Callable[..., UUID]
) -> None:
    """What an analyzer sends stands there by itself within a poll."""
    link("chem")
    page = browser.page(sign_in=client_of("laboratory"))
    page.goto("/lab/flow/chem/")
    assert page.locator("main tbody tr").count() == 0
    message("chem")
    page.locator("main tbody tr").first.wait_for(timeout=15_000)
    assert page.locator("main tbody tr").count() == 1
