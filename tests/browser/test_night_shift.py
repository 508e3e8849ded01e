"""A night in the emergency department, by browser, against the real program: nothing that was written is lost.

Two nurses and a doctor find patients, register somebody nobody can name, write, amend, print, merge, write the same
note at once, and lose the power (kill -9 of all of Relight) in the middle of a sentence.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support import process
from support.browser import Visitor
from support.night_ward import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.process, pytest.mark.sqlite_only, pytest.mark.timeout(240)]

TESTS = Path(__file__).resolve().parent.parent


def ward(home: Path, verb: str) -> dict[str, Any]:
    """Run `support.night_ward` on a data folder."""
    variables = process.home_environment(home)
    variables["PYTHONPATH"] += os.pathsep + str(TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "support.night_ward", verb],
        env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def night(tmp_path: Path, chromium: Any) -> Iterator[Night]:
    patients = ward(tmp_path, "lay")
    shift = Night(home=tmp_path, chromium=chromium, patients=patients)
    try:
        yield shift
    finally:
        shift.end()


class Night:
    """The program, and who works with it. `power_cut` kills every process and starts again on the same folder."""

    def __init__(self, *, home: Path, chromium: Any, patients: dict[str, str]) -> None:
        self.home, self.patients = home, patients
        self.group = process.start(home)
        self.visitor = Visitor(chromium, self.group.url)

    def sign_in(self, name: str) -> Page:
        page = self.visitor.page()
        page.goto("/sign-in/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda address: "sign-in" not in address)
        return page

    def power_cut(self) -> None:
        jobs = [int(line["process"]) for line in self.group.logs() if line.get("event") == "started"]
        self.group.process.kill()
        for job in jobs:
            try:
                os.kill(job, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.group.process.wait()

    def power_back(self) -> None:
        self.group = process.start(self.home, port=self.group.port)

    def end(self) -> None:
        self.visitor.close()
        if self.group.process.poll() is None:
            self.group.stop()

    def chart(self, given: str, part: str = "") -> str:
        return f"/patients/{self.patients[given]}/{part}"


def note_begin(page: Page, address: str, text: str) -> None:
    """Open a form for a note and type into its first part."""
    page.goto(address)
    page.locator("form.writing textarea").first.fill(text)


def kept(page: Page) -> None:
    """Wait until the page says that what was typed is kept."""
    expect(page.locator("[data-draft-state]")).to_contain_text("kept", timeout=5000)


def test_a_night_shift_loses_nothing(night: Night) -> None:
    sarah = night.sign_in("sarah")
    finds_a_patient(night, sarah)
    unknown = admits_somebody_unknown(sarah)
    writes_vital_signs(sarah, unknown)
    writes_and_amends(night, sarah)
    prints(night, sarah)
    merges(night, sarah)
    two_write_one_note(night, sarah, night.sign_in("tom"))
    loses_power_in_mid_note(night, sarah)
    assert night.visitor.outside == []
    night.group.stop()
    holds = ward(night.home, "check")
    assert holds["record_holds"] and holds["journal_holds"]
    bodies = [one["body"] for one in holds["entries"] if one["type"] == "Composition"]
    for text in (
        "Chest pain since 01:40",
        "Chest pain since 00:40",
        "Tom saw her",
        "Sarah saw her",
        "Power fails here",
    ):
        assert sum(text in body for body in bodies), text


def finds_a_patient(night: Night, page: Page) -> None:
    """As one types, without an accent, in any order; nothing of the patient stands in the address."""
    page.goto("/wards/")
    page.wait_for_url("**/wards/arlon/emergency/")
    page.locator("form.find input[name=q]").press_sequentially("marie noel")
    found = page.locator("#found a", has_text="NOËL").first
    found.wait_for()
    assert "noel" not in page.url
    found.click()
    page.wait_for_url(f"**{night.chart('Marie-Thérèse')}")
    assert page.title().startswith("NOËL")


def admits_somebody_unknown(page: Page) -> str:
    """Nobody knows the name: what is seen is written down, and they have a bed."""
    page.goto("/patients/register/?unknown")
    page.select_option("select[name=sex]", "male")
    page.fill("input[name=about]", "40")
    page.fill("input[name=bed]", "9")
    page.select_option("select[name=ward]", index=1)
    page.click("form.form-wide button.primary")
    page.wait_for_url("**/wristband/")
    expect(page.locator("main")).to_contain_text("about 40")
    return page.url.split("/patients/")[1][:36]


def writes_vital_signs(page: Page, patient: str) -> None:
    """By keyboard alone; the score stands on the ward's list."""
    page.goto(f"/patients/{patient}/vitals/new/")
    values = {"respiration": "26", "saturation": "91", "systolic": "98", "pulse": "118", "temperature": "38.4"}
    for name, value in values.items():
        page.fill(f"input[name={name}]", value)
    page.select_option("select[name=air]", index=1)
    page.select_option("select[name=consciousness]", index=1)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: "/new/" not in address)
    expect(page.locator("main")).to_contain_text("NEWS2")
    page.goto("/wards/arlon/emergency/")
    expect(page.locator("tr", has_text="about 40")).to_contain_text("11")


def writes_and_amends(night: Night, page: Page) -> None:
    """The note stands; amended, its old text is one click away."""
    address = night.chart("Marie-Thérèse", "notes/")
    note_begin(page, night.chart("Marie-Thérèse", "notes/new/free/"), "Chest pain since 01:40")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(rf"{address}(#.*)?$"))
    page.locator("article.note a", has_text="Amend").first.click()
    page.locator("form.writing textarea").first.fill("Chest pain since 00:40")
    page.fill("[name=reason]", "The hour was wrong")
    page.click("[data-save]")
    page.wait_for_url(re.compile(rf"{address}(#.*)?$"))
    expect(page.locator("article.note").first).to_contain_text("since 00:40")
    page.locator("article.note a", has_text="versions").first.click()
    expect(page.locator("main")).to_contain_text("since 01:40")


def prints(night: Night, page: Page) -> None:
    """The chart as a PDF, with the note in it."""
    answer = page.request.get(night.group.url + night.chart("Marie-Thérèse", "print/"))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")


def merges(night: Night, page: Page) -> None:
    """Two records of one person become one, and both addresses lead to it."""
    page.goto(night.chart("Luc", f"merge/{night.patients['Lucien']}/"))
    page.locator(f"input[name=keep][value='{night.patients['Luc']}']").check()
    page.fill("[name=reason]", "One person: asked, and the card was seen")
    page.click("form.panel button.danger")
    page.wait_for_url(lambda address: "/merge/" not in address)
    page.goto(night.chart("Lucien"))
    page.wait_for_url(f"**{night.chart('Luc')}")


def two_write_one_note(night: Night, sarah: Page, tom: Page) -> None:
    """Both amend the same note. The second is shown both texts, and what stands has both."""
    notes = night.chart("Jan", "notes/")
    note_begin(sarah, night.chart("Jan", "notes/new/free/"), "Fell from a ladder")
    sarah.keyboard.press("Control+Enter")
    sarah.wait_for_url(re.compile(rf"{notes}(#.*)?$"))
    edit = sarah.locator("article.note a", has_text="Amend").first.get_attribute("href")
    assert edit
    for page, text in ((sarah, "Fell from a ladder. Sarah saw her."), (tom, "Fell from a ladder. Tom saw her.")):
        note_begin(page, edit, text)
        page.fill("[name=reason]", "seen")
    tom.click("[data-save]")
    tom.wait_for_url(re.compile(rf"{notes}(#.*)?$"))
    sarah.click("[data-save]")
    expect(sarah.locator("main")).to_contain_text("Tom saw her")
    expect(sarah.locator("main")).to_contain_text("Sarah saw her")
    sarah.locator("form.writing textarea").first.fill("Fell from a ladder. Tom saw her. Sarah saw her.")
    sarah.click("[data-save]")
    sarah.wait_for_url(re.compile(rf"{notes}(#.*)?$"))
    expect(sarah.locator("article.note").first).to_contain_text("Tom saw her. Sarah saw her.")


def loses_power_in_mid_note(night: Night, page: Page) -> None:
    """All that was typed up to the last second is offered again, and becomes the note."""
    address = night.chart("Jan", "notes/new/free/")
    note_begin(page, address, "Power fails here")
    kept(page)
    night.power_cut()
    page.locator("form.writing textarea").first.press_sequentially(" and goes on")
    expect(page.locator("[data-draft-lost]")).to_be_visible(timeout=15_000)
    night.power_back()
    expect(page.locator("[data-draft-lost]")).to_be_hidden(timeout=20_000)  # the page found the program again
    page.goto(address)
    expect(page.locator("form.writing textarea").first).to_have_value("Power fails here and goes on")
    page.locator("form.writing textarea").first.press("Control+Enter")
    page.wait_for_url(re.compile(rf"{night.chart('Jan', 'notes/')}(#.*)?$"))
    expect(page.locator("article.note").first).to_contain_text("Power fails here and goes on")
