"""Pages of a patient in a real browser: live, usable by keyboard, without a finding of axe, wide and narrow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from support.axe import violations
from support.chart import allergy, registered, week, written
from support.people import client_signed_in, person_create

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chart(act_for: Any, clock: Any) -> Any:
    """A patient with a week of data, now, and a clinician who reads French."""
    clock._now = datetime.now(tz=UTC)
    act = act_for("clinician", "nurse")
    patient = registered(act)
    ids = week(act, patient)
    return act, patient, ids, client_signed_in(person_create(clock, ["clinician"], language="fr"))


def test_a_change_shows_within_two_seconds_and_leaves_what_is_typed(browser: Any, chart: Any) -> None:
    """The allergy somebody else writes stands in the banner; the words in the field stay; who did it is told."""
    act, patient, _, client = chart
    page = browser.page(sign_in=client)
    page.goto(f"/patients/{patient}/everything/")
    page.fill("#find-text", "thorax")
    written(act, allergy(patient, "Latex"))
    page.locator("#patient-banner", has_text="Latex").wait_for(timeout=4000)
    assert page.input_value("#find-text") == "thorax"
    page.locator("#patient-changed").wait_for(state="visible", timeout=2000)


def test_a_new_result_appears_by_itself(browser: Any, chart: Any) -> None:
    """On the overview, without anybody asking."""
    from support.chart import observation

    act, patient, _, client = chart
    page = browser.page(sign_in=client)
    page.goto(f"/patients/{patient}/")
    written(act, observation(patient, "Lactate", "2524-7", act.at, value=8.1, unit="mmol/L", flag="HH"))
    page.locator("#overview", has_text="Lactate").wait_for(timeout=4000)


def test_no_page_has_a_finding_of_axe_or_scrolls_sideways(browser: Any, chart: Any) -> None:
    """At the width of a laptop and of a telephone."""
    _, patient, ids, client = chart
    paths = (
        "",
        "results/",
        f"results/{ids['potassium']}/",
        "vitals/",
        "documents/",
        f"documents/DocumentReference/{ids['document']}/",
        "everything/?type=Observation",
        f"item/Observation/{ids['potassium']}/",
    )
    for width, height in ((1366, 768), (360, 740)):
        page = browser.page(sign_in=client, viewport={"width": width, "height": height})
        for path in paths:
            page.goto(f"/patients/{patient}/{path}")
            if width > 1000:  # noqa: PLR2004 - the same markup: once is enough
                assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_the_overview_fits_a_laptop_and_a_phone_begins_with_what_matters(browser: Any, chart: Any) -> None:
    """One screen of 1366 x 768; on a telephone allergies, vital signs, medicines, results, in this order."""
    _, patient, _, client = chart
    page = browser.page(sign_in=client, viewport={"width": 1366, "height": 768})
    page.goto(f"/patients/{patient}/")
    assert page.evaluate("document.getElementById('overview').getBoundingClientRect().bottom") <= 768
    phone = browser.page(sign_in=client, viewport={"width": 390, "height": 844})
    phone.goto(f"/patients/{patient}/")
    tops = phone.evaluate(
        "['.patient-allergies', '.signs', '#overview .panel:nth-of-type(2)', '#overview .results']"
        ".map((one) => document.querySelector(one).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)
