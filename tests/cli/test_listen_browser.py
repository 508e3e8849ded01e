"""Pages over TLS in a real browser that may reach nothing else: they call nobody, and trust prints on one page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from support import process
from support.browser import visiting


@pytest.mark.process
def test_pages_over_tls_call_nobody_and_the_trust_page_prints_on_one_sheet(chromium: Any, tmp_path: Path) -> None:
    port = process.port_free()
    with (
        process.running(tmp_path, words=("up", "--no-browser", "--listen", f"127.0.0.1:{port}")),
        visiting(chromium, f"https://127.0.0.1:{port}") as visitor,
    ):
        for locale in ("fr-BE", "en-GB"):
            page = visitor.page(ignore_https_errors=True, locale=locale)
            for path in ("/sign-in/", "/enrol/", "/trust/"):
                answer = page.goto(path)
                assert answer is not None and answer.status == 200, path
            assert page.locator(".fingerprint code").count() == 4
            sheet = page.pdf(format="A4")
            assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, locale
            narrow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert narrow <= 0, "the page scrolls sideways"
