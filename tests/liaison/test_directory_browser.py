"""The directory and the delivery in a browser: found as one types, without findings of axe-core, on a telephone too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.small import hospital_load
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = Path(__file__).parents[2] / "scenarios" / "six-sites" / "directory"


def test_the_directory_is_looked_through_as_one_types(
    browser: Any, live_server: Any, act_for: Any, client_of: Callable[..., Any]
) -> None:
    """Typing narrows the list; the pages hold on a telephone, and a bulletin's delivery is without findings."""
    from liaison.test_directory import bulletin, people, taken
    from relight.liaison.services.delivery import delivery_write
    from relight.liaison.types import FileKind

    now = datetime.now(tz=UTC)
    hospital_load(act_for("owner", at=now))
    act = act_for("liaison", at=now)
    taken(act, (ROWS / "practitioners.csv").read_bytes())
    taken(act, (ROWS / "lines.csv").read_bytes(), kind=FileKind.DESKS)
    delivery_write(act=act, bulletin=bulletin().pk)
    page = browser.page(sign_in=client_of("liaison", language="fr"))
    page.goto("/liaison/directory/")
    assert violations(page) == []
    page.locator("#id_find").press_sequentially("genevrier")
    page.get_by_role("link", name="BRUYÈRE").first.wait_for(state="detached")
    assert page.get_by_role("link", name="GENÉVRIER").count() > 0
    one = people().first()
    pages = ("delivery/", f"directory/practitioners/{one.pk}/", "directory/practitioners/new/", "directory/import/")
    for address in pages:
        page.goto(f"/liaison/{address}")
        assert violations(page) == [], address
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("directory/", *pages):
        page.goto(f"/liaison/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
