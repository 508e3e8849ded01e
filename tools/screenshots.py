"""Takes pictures of the demonstration's pages in French: a phone, an ordinary screen, a wall.

    .venv/bin/python tools/screenshots.py                 into screenshots/
    .venv/bin/python tools/screenshots.py --guide         also renews docs/guide/img/
    .venv/bin/python tools/screenshots.py --home DIR      with a data folder that holds the demonstration

Starts its own Relight in a data folder of its own and stops it at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"360": (360, 800), "1366": (1366, 768), "3840": (3840, 2160)}
PAGES = {
    "situation": "/",
    "line": "/line/",
    "items": "/line/items/?site=arlon&state=verified",
    "imports": "/line/imports/",
    "dependencies": "/dependencies/",
    "unit": "/dependencies/operating-theatre@arlon/",
    "function": "/dependencies/patient-record/",
    "zones": "/dependencies/zones/",
    "journal": "/journal/",
    "staff": "/people/",
    "laboratory": "/lab/",
    "link": "/lab/links/arlon-chimie/ladder/",
    "search": "/search/?q=arl-urg-np03",
}
WARD = "/wards/arlon/emergency/"
CHART = {"chart": "", "results": "results/", "vitals": "vitals/", "medicines": "medicines/", "notes": "notes/"}
NURSE, CHART_OF = "nurse-urg", "VAN DEN BERGHE"  # whose chart has something on every page
GUIDE = {
    "situation": "situation.png",
    "laboratory": "laboratory.png",
    "posture": "posture.png",
    "debt": "debt.png",
}
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]
WAIT_S = 180


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(home: Path) -> Iterator[str]:
    """Run the demonstration on a free port; give its address."""
    port = _free_port()
    environment = {**os.environ, "RELIGHT_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "LANG": "fr_BE.UTF-8"}
    command = [sys.executable, "-m", "relight", "demo", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + WAIT_S
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit("the demonstration did not start")
            time.sleep(0.5)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=15)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/sign-in/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _sign_in(page: Page, address: str, *, password: str, name: str = "lead") -> None:
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


def main() -> None:
    """Take the pictures."""
    options = argparse.ArgumentParser(description="Pictures of the demonstration.")
    options.add_argument("--home", type=Path, help="a data folder; by default a new one")
    options.add_argument("--out", type=Path, default=ROOT / "screenshots")
    options.add_argument("--guide", action="store_true", help="renew the pictures of the guides")
    chosen = options.parse_args()
    password = tomllib.loads((ROOT / "scenarios/six-sites/staff.toml").read_text(encoding="utf-8"))["password"]
    chosen.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as made,
        _running(chosen.home or Path(made)) as address,
        sync_playwright() as player,
    ):
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for size, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-BE")
            page = context.new_page()
            _sign_in(page, address, password=password)
            for name, path in PAGES.items():
                answer = page.goto(address + path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=chosen.out / f"{name}-{size}.png", full_page=size != "3840")
                status = answer.status if answer else 0
                print(f"{name}-{size}.png {status}")
            context.close()
            context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-BE")
            for name, page in _wards(context.new_page(), address, password):
                page.screenshot(path=chosen.out / f"{name}-{size}.png", full_page=size != "3840")
                print(f"{name}-{size}.png")
            context.close()
        if chosen.guide:
            screen: dict[str, Any] = {"viewport": {"width": 1366, "height": 900}, "locale": "fr-BE"}
            _guide(browser.new_context(**screen).new_page(), address, password)
            for name, page in _wards(browser.new_context(**screen).new_page(), address, password):
                if name in ("ward", "chart"):
                    page.screenshot(path=ROOT / "docs/guide/img" / f"{name}.png")
        browser.close()


def _wards(page: Page, address: str, password: str) -> Iterator[tuple[str, Page]]:
    """Walk a nurse's pages: her ward, then one patient's chart. Yields: a name, and the page that shows it."""
    _sign_in(page, address, password=password, name=NURSE)
    page.goto(address + WARD)
    page.wait_for_load_state("networkidle")
    yield "ward", page
    chart = page.locator("main table a", has_text=CHART_OF).first.get_attribute("href")
    for name, part in CHART.items():
        page.goto(f"{address}{chart}{part}")
        page.wait_for_load_state("networkidle")
        yield name, page


def _guide(page: Page, address: str, password: str) -> None:
    """Renew the pictures shown in the README and the guides: one screen, light."""
    _sign_in(page, address, password=password)
    for name, file in GUIDE.items():
        page.goto(address + PAGES[name])
        page.wait_for_load_state("networkidle")
        page.screenshot(path=ROOT / "docs/guide/img" / file)


if __name__ == "__main__":
    main()
