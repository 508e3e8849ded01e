"""A real browser for the tests: Debian's Chromium, which may reach the server under test only.

Owns starting it and the record of what it asked for. Refuses addresses outside: the request is
cut and the test fails.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

PROGRAMS = ("chromium", "chromium-browser")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
]
LOCAL_SCHEMES = frozenset({"data", "blob", "about", "chrome", "chrome-extension"})  # the last: its own PDF viewer


def program() -> str | None:
    """Return Chromium's path, or nothing when it is not installed."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def launch(playwright: Playwright) -> Browser:
    path = program()
    if path is None:
        raise FileNotFoundError("the browser tests need Chromium: install the package 'chromium'")
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


@dataclass
class Visitor:
    """Opens pages on one server and notes what goes wrong in them.

    `page()` gives a page in a context of its own: another person at another computer. `outside`
    holds addresses asked for beyond the server, `broken` uncaught script errors and refusals of
    the content security policy.
    """

    browser: Browser
    url: str
    outside: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, *, sign_in: Any = None, **options: Any) -> Page:
        """Open an empty page.

        Args: sign_in: a Django test client that is signed in; its cookies come along. options: of
        playwright's `new_context` (viewport, color_scheme, locale, java_script_enabled, ...).
        """
        context = self.browser.new_context(base_url=self.url, **{"locale": "fr-BE", **options})
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        context.route("**/*", self._route)
        if sign_in is not None:
            context.add_cookies(
                [{"name": name, "value": cookie.value, "url": self.url} for name, cookie in sign_in.cookies.items()]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", self._console)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _route(self, route: Any) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in LOCAL_SCHEMES or f"{address.scheme}://{address.netloc}" == self.url:
            route.continue_()
            return
        self.outside.append(route.request.url)
        route.abort()

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.broken.append(message.text)


@contextmanager
def visiting(browser: Browser, url: str) -> Iterator[Visitor]:
    """Give a visitor; at the end fail when a page asked for an outside address or its script broke."""
    visitor = Visitor(browser=browser, url=url)
    try:
        yield visitor
    finally:
        visitor.close()
    assert not visitor.outside, f"the pages asked for outside addresses: {visitor.outside}"
    assert not visitor.broken, f"scripts broke: {visitor.broken}"
