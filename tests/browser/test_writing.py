"""Writing with a real browser: kept as one types, told loudly when not, nothing lost to a kill -9."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.act import Act, Door
from support import process
from support.axe import violations
from support.browser import visiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NURSE = "infirmier"
PASSWORD = "correct-horse-battery-7"
MAKE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import UTC, datetime
from relight.kernel.act import Act, Door
from relight.people.services import demo_staff_create
from relight.record.rules.identity import Person
from relight.record.services.identity import patient_register
owner = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({{"owner", "nurse"}}))
demo_staff_create(act=owner, username="{NURSE}", name="Claire", roles=["nurse"], password="{PASSWORD}")
print(patient_register(act=owner, person=Person(family="Lambert", given="Odile", birth="1950-03-14")).patient)
"""

READ = """
import django; django.setup()
from relight.record.models import Draft
print("\\n".join(Draft.objects.filter(closed_at=None).values_list("content", flat=True)))
"""


def python(home: Path, program: str) -> str:
    """Run a few lines in a Relight's home. Returns: what they printed."""
    done = process.subprocess.run(
        [process.sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120,
        env=process.home_environment(home) | {"DJANGO_SETTINGS_MODULE": "relight.config.settings"},
    )  # fmt: skip
    return str(done.stdout.strip())


@pytest.fixture
def patient(live_server: Any) -> UUID:
    from relight.record.rules.identity import Person
    from relight.record.services.identity import patient_register

    act = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.WEB, roles=frozenset({"nurse"}))
    return patient_register(act=act, person=Person(family="Lambert", given="Odile", birth="1950-03-14")).patient


def kept_text(actor: str) -> str:
    from relight.record.models import Draft

    return " ".join(Draft.objects.filter(owner=actor, closed_at=None).values_list("content", flat=True))


def until(page: Any, holds: Callable[[], Any], *, seconds: float = 8.0) -> None:
    """Wait as the browser goes on: its requests pass through this very process."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        page.wait_for_timeout(50)


def test_a_note_is_kept_as_one_types_and_others_see_that_somebody_writes(
    browser: Any, client_of: Callable[..., Any], patient: UUID
) -> None:
    nurse, doctor = client_of("nurse"), client_of("clinician")
    page, other = browser.page(sign_in=nurse), browser.page(sign_in=doctor)
    page.goto(f"/patients/{patient}/notes/new/free/")
    other.goto(f"/patients/{patient}/notes/new/free/")
    page.locator("#id_part_0").press_sequentially("Patiente calme")
    until(page, lambda: "Patiente calme" in kept_text(nurse.person.actor), seconds=4)
    other.locator("[data-draft-writers] span").filter(has_text=nurse.person.username.title()).wait_for()
    other.goto(f"/patients/{patient}/")
    other.locator("[data-chart-writers] span").filter(has_text=nurse.person.username.title()).wait_for()
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.includes('draft')).length") == 0
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/notes/$"))
    assert "Patiente calme" in page.locator(".note-text").inner_text()
    assert kept_text(nurse.person.actor) == ""
    assert violations(page) == []


def test_when_nobody_answers_the_page_says_so_and_keeps_trying(
    browser: Any, client_of: Callable[..., Any], patient: UUID
) -> None:
    nurse = client_of("nurse")
    page = browser.page(sign_in=nurse)
    page.goto(f"/patients/{patient}/notes/new/free/")
    page.context.set_offline(True)
    page.locator("#id_part_0").press_sequentially("écrit dans le noir")
    lost = page.locator("[data-draft-lost]")
    lost.wait_for(state="visible")
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert page.locator("#id_part_0").input_value() == "écrit dans le noir"
    page.context.set_offline(False)
    lost.wait_for(state="hidden")
    until(page, lambda: "dans le noir" in kept_text(nurse.person.actor))


def test_the_session_ends_under_ones_hands_and_nothing_is_lost(
    browser: Any, client_of: Callable[..., Any], patient: UUID
) -> None:
    nurse = client_of("nurse")
    page = browser.page(sign_in=nurse)
    place = f"/patients/{patient}/notes/new/free/"
    page.goto(place)
    session = nurse.session
    session["seen_at"] = 1
    session.save()
    page.locator("#id_part_0").press_sequentially("fin de garde")
    page.locator("[data-draft-lost] a").wait_for()
    until(page, lambda: "fin de garde" in kept_text(nurse.person.actor))
    page.goto(f"/sign-in/?next={place}")
    page.locator("input[name=username]").fill(nurse.person.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button, form button.primary").last.click()
    page.wait_for_url(re.compile("/notes/new/free/"))
    assert page.locator("#id_part_0").input_value() == "fin de garde"


def test_pages_that_write_have_no_finding_and_fit_a_telephone(
    browser: Any, client_of: Callable[..., Any], patient: UUID
) -> None:
    page = browser.page(sign_in=client_of("clinician"), viewport={"width": 390, "height": 800})
    for rest in ("notes/new/", "notes/new/emergency/", "vitals/new/", "vitals/oxygen/", "allergies/", "allergies/new/",
                 "problems/", "problems/new/", "documents/new/", "letters/new/"):  # fmt: skip
        page.goto(f"/patients/{patient}/{rest}")
        assert violations(page) == [], rest
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), rest
    page.goto("/wards/drafts/")
    assert violations(page) == []


def test_a_power_cut_in_mid_note_loses_at_most_the_last_second(chromium: Any, tmp_path: Path) -> None:
    """The real server is killed with -9 while somebody types; what the disk holds is all but the last words."""
    patient = python(tmp_path, MAKE).splitlines()[-1]
    place = f"/patients/{patient}/notes/new/free/"
    words = [f"mot{n:03}" for n in range(400)]
    typed: list[tuple[float, str]] = []
    group = process.start(tmp_path)
    try:
        with visiting(chromium, group.url) as visitor:
            page = visitor.page()
            page.goto(f"/sign-in/?next={place}")
            page.locator("input[name=username]").fill(NURSE)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main button, form button.primary").last.click()
            page.wait_for_url(re.compile("/notes/new/free/"))
            field = page.locator("#id_part_0")
            begin = time.monotonic()
            for word in words:
                field.press_sequentially(f"{word} ")
                typed.append((time.monotonic(), word))
                if time.monotonic() - begin > 4:
                    break
            killed = time.monotonic()
            for one in [*process.children_of(group.process.pid), group.process.pid]:
                os.kill(one, signal.SIGKILL)
            group.process.wait()
            page.locator("[data-draft-lost]").wait_for(state="visible", timeout=15_000)
            assert words[0] in field.input_value(), "what was typed stands in the page"
    finally:
        if group.process.poll() is None:
            group.process.kill()
    back = python(tmp_path, READ)
    safe = [word for at, word in typed if at < killed - 1.2]  # a second, and what a busy machine needs to save
    assert len(safe) > 5
    assert [word for word in safe if word not in back] == []
