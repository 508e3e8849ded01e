"""A call desk in a browser: two callers at once, never on one patient, the counts of both live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activity.waiting import cancelled
from support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server: Any, act_for: Callable[..., Any]) -> str:
    """A desk with three patients to call."""
    from relight.activity.services.desks import DeskGiven, desk_write
    from relight.activity.services.notices import notices_settle

    now = datetime.now(tz=UTC)
    lead = act_for("medical-lead", at=now)
    for place, (family, mobile) in enumerate(
        (("Lambert", "0470 12 34 56"), ("Petit", "0470 65 43 21"), ("Simon", "0470 11 22 33"))
    ):
        cancelled(lead, family=family, given="Zoé", mobile=mobile, days=2 + place, language="fr")
    notices_settle(act=lead)
    given = DeskGiven(name="Secrétariat d’Arlon", phone="063 22 00 00", sites=("arlon",))
    return str(desk_write(act=act_for("desk", at=now), given=given))


def take(page: Any, desk: str) -> str:
    page.goto(f"/activity/calls/?desk={desk}")
    page.get_by_role("button", name="Appeler le suivant").click()
    page.get_by_role("heading", name="Un patient à prévenir").wait_for()
    return str(page.locator(".banner-name b").inner_text())


def note(page: Any, outcome: str) -> None:
    page.get_by_role("radio", name=outcome).check()
    page.get_by_role("button", name="Noter").click()


def test_two_callers_are_never_on_one_patient_and_each_sees_the_other_s_count(
    browser: Any, client_of: Callable[..., Any], act_for: Callable[..., Any], desk: str
) -> None:
    """Both press "next": two patients. What one notes is counted on the other's page without a reload."""
    from relight.activity.models import CallCard
    from relight.journal.api import writing

    one, other = (browser.page(sign_in=client_of("desk", language="fr")) for _ in range(2))
    first, second = take(one, desk), take(other, desk)
    assert {first, second} == {"LAMBERT", "PETIT"}
    assert violations(one) == []
    assert "063 22 00 00" in one.locator("#script").inner_text()

    other.goto(one.url)  # a colleague opens the same patient: sees that, and cannot note
    other.get_by_text("appelle ce patient").wait_for()
    assert other.get_by_role("button", name="Noter").count() == 0

    other.goto(f"/activity/calls/?desk={desk}")
    assert violations(other) == []
    note(one, "Joint")
    one.get_by_text("1 rendez-vous annoncé").wait_for()
    other.locator(".figure-value", has_text="1 sur 3").wait_for(timeout=8000)

    now = datetime.now(tz=UTC)
    with writing(act_for("desk", at=now)) as log:
        CallCard.objects.filter(held_until__isnull=False).update(held_until=now - timedelta(seconds=1))
        log.entry("test.lease", subject="card:all", body={})
    assert take(one, desk) == second  # a lease that ran out: the colleague went home in mid call
    note(one, "Messagerie")
    one.get_by_text("Noté.").wait_for()
    assert take(one, desk) == "SIMON"
