"""The imports in a real browser: choose, look, confirm, watch it happen, mend; readable by all, on all screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from relight.fleet.models import AsideRow, ImportRun
from relight.fleet.services.imports import import_file
from relight.kernel.act import Act
from relight.people.api import Role
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = "Nom;N° de série;Adresse MAC\nPC-1;CZC1234501;00:1b:21:00:00:01\nPC-2;CZC1234502;zz\n"


def test_a_file_goes_in_from_the_page_and_the_page_follows_it(
    browser: Any, client_of: Callable[..., Any], act_for: Callable[..., Act]
) -> None:
    from fleet.test_imports_pages import worker

    page = browser.page(sign_in=client_of(Role.TECHNICIAN))
    page.goto(reverse("fleet:imports"))
    page.set_input_files("input[type=file]", {"name": "parc.csv", "mimeType": "text/csv", "buffer": TABLE.encode()})
    page.click("form[enctype] button.primary")
    assert "CZC1234501" in page.inner_text("main")
    page.click("form[action$='/confirm/'] button.primary")
    page.wait_for_selector("#import-progress")
    worker(act_for(Role.SYSTEM))
    page.wait_for_selector("#aside", timeout=10_000)
    assert page.query_selector("#import-progress") is None
    page.click("#aside a")
    page.fill("textarea", "PC-2;CZC1234502;00:1b:21:00:00:02")
    page.click("form button.primary:has-text('Réessayer'), form button.primary:has-text('Try again')")
    assert "CZC1234502" in page.inner_text("main")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1366), ("dark", 360)])
def test_axe_finds_nothing_on_the_pages_of_the_imports(
    browser: Any, client_of: Callable[..., Any], act_for: Callable[..., Act], scheme: str, width: int
) -> None:
    act = act_for(Role.TECHNICIAN)
    import_file(act=act, content=TABLE.encode(), filename="parc.csv")
    for name, maker in (("a.csv", "Dell"), ("b.csv", "Siemens")):
        import_file(act=act, content=f"Serial;Nom;Fabricant\nX1234567;{name};{maker}\n".encode(), filename=name)
    client = client_of(Role.TECHNICIAN)
    done, aside = ImportRun.objects.get(filename="parc.csv"), AsideRow.objects.get()
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.post(reverse("fleet:import-upload"), {"file": SimpleUploadedFile("next.csv", TABLE.encode())})
    offered = ImportRun.objects.get(status="offered")
    page = browser.page(sign_in=client, color_scheme=scheme, viewport={"width": width, "height": 768})
    for place in (
        reverse("fleet:imports"),
        reverse("fleet:import", args=[done.pk]),
        reverse("fleet:import", args=[ImportRun.objects.get(filename="b.csv").pk]),
        reverse("fleet:import", args=[offered.pk]),
        reverse("fleet:aside", args=[done.pk, aside.pk]),
        reverse("fleet:doubts"),
    ):
        page.goto(place)
        assert violations(page) == [], place
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{place} scrolls sideways"
