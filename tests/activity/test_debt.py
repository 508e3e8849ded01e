"""What waits: what comes in, what takes it out, who may, what the pages show. Cases: docs/design/debt.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from relight.activity.errors import DEBT_STALE
from relight.activity.models import Appointment, DebtItem
from relight.activity.rules.debt import DebtEnd, HoldUp, Lane
from relight.activity.selectors.debt import capacities, debt_counts, debt_days, debt_next
from relight.activity.selectors.debt_pages import at_risk
from relight.activity.selectors.debt_plan import debt_plan
from relight.activity.services.debt import (
    capacity_set,
    debt_book,
    debt_end,
    debt_return,
    debt_session_book,
    debt_sync,
)
from relight.activity.types import Kind
from relight.hospital import api as hospital
from relight.journal.api import entry_list, event_list
from relight.kernel.errors import InputError, MissingError, RuleError

from .waiting import cancelled, outcome_becomes

pytestmark = pytest.mark.django_db

HEARTS = Lane(kind=Kind.CONSULTATION, specialty="cardiology", site="arlon")
SOON = datetime(2026, 12, 3, 9, tzinfo=UTC)

SMALL = """\
format = 1
[group]
id = "small"
names = { en = "Small group" }
d0 = 2026-11-13T04:30:00+01:00
[[site]]
id = "arlon"
names = { en = "Arlon" }
order = 1
[[service]]
id = "consultations"
names = { en = "Consultations" }
tier = 1
sites = ["arlon"]
vital = ["dns"]
[[function]]
id = "dns"
names = { en = "DNS names" }
acceptance = false
components = [{ select = { role = "dns-server" }, need = 1, of = 2 }]
"""


@pytest.fixture
def act(act_for):
    return act_for("medical-lead")


@pytest.fixture
def described(act_for):
    check = hospital.description_read(SMALL.encode(), filename="hospital.toml")
    assert check.description is not None
    hospital.description_load(act=act_for("recovery-lead"), description=check.description)


def waiting():
    return list(DebtItem.objects.filter(state="waiting").values_list("pk", flat=True))


def one(act, **fields):
    appointment = cancelled(act, **fields)
    debt_sync(act=act)
    return DebtItem.objects.get(appointment=appointment, state="waiting").pk


def names():
    return [event.name for event in event_list(after=0, limit=1000)]


# -- what comes in ----------------------------------------------------------------------------------


def test_case_20_each_cancellation_waits_once_and_following_again_writes_nothing(act):
    cancelled(act)
    cancelled(act)
    cancelled(act, outcome="keep")
    assert debt_sync(act=act).new == 2
    before = len(entry_list(limit=100))
    assert debt_sync(act=act).new == 0
    assert len(entry_list(limit=100)) == before
    assert debt_counts(at=act.at).waiting == 2


def test_case_21_what_is_restored_before_its_date_waits_no_more_what_is_restored_after_it_goes_on_waiting(act):
    ahead, over = cancelled(act, days=2), cancelled(act, days=-1)
    debt_sync(act=act)
    for appointment in (ahead, over):
        outcome_becomes(act, appointment, "keep")
    assert debt_sync(act=act).ended == 1
    assert [row.appointment_id for row in DebtItem.objects.filter(state="waiting")] == [over]
    assert DebtItem.objects.get(appointment=ahead).ended_why == "restored"


def test_a_second_cancellation_of_what_was_restored_waits_again(act, act_for, clock):
    appointment = cancelled(act)
    debt_sync(act=act)
    outcome_becomes(act, appointment, "keep")
    debt_sync(act=act)
    clock.advance(minutes=5)
    later = act_for("medical-lead")
    outcome_becomes(later, appointment, "cancel")
    assert debt_sync(act=later).new == 1
    assert len(waiting()) == 1


def test_case_22_what_its_source_withdrew_after_it_was_cancelled_goes_on_waiting(act):
    appointment = cancelled(act)
    debt_sync(act=act)
    from relight.journal.api import writing

    with writing(act) as log:
        Appointment.objects.filter(pk=appointment).update(state="withdrawn")
        log.entry("test.withdrawn", subject=f"appointment:{appointment}", body={})
    assert debt_sync(act=act).ended == 0
    assert len(waiting()) == 1


# -- what goes out ----------------------------------------------------------------------------------


def test_case_23_a_new_date_ends_the_wait_and_tells_the_telling(act, described):
    item = one(act)
    debt_book(act=act, item=item, starts_at=SOON, site="arlon", place="Room 4")
    row = DebtItem.objects.get(pk=item)
    assert (row.state, row.slot_at, row.slot_site, row.slot_place) == ("booked", SOON, "arlon", "Room 4")
    assert waiting() == []
    assert "activity.rebooked" in names()
    told = next(event for event in event_list(after=0, limit=1000) if event.name == "activity.rebooked")
    assert told.subject == f"appointment:{row.appointment_id}"
    assert told.body["starts_at"] == SOON.isoformat()
    assert debt_sync(act=act).new == 0


def test_case_24_a_date_in_the_past_an_unknown_site_a_wait_that_is_over_are_refused(act, described):
    item = one(act)
    with pytest.raises(InputError) as refusal:
        debt_book(act=act, item=item, starts_at=act.at - timedelta(minutes=1))
    assert refusal.value.code == "RL-ACT-162"
    with pytest.raises(MissingError) as missing:
        debt_book(act=act, item=item, starts_at=SOON, site="paris")
    assert missing.value.code == "RL-ACT-163"
    with pytest.raises(MissingError) as missing:
        debt_book(act=act, item=uuid4(), starts_at=SOON)
    assert missing.value.code == "RL-ACT-160"
    debt_book(act=act, item=item, starts_at=SOON)
    with pytest.raises(RuleError) as over:
        debt_book(act=act, item=item, starts_at=SOON)
    assert over.value.code == "RL-ACT-161"


def test_case_25_a_session_takes_who_was_shown_as_next_or_nobody(act, described):
    for days in (5, 3, 4):
        cancelled(act, days=days)
    debt_sync(act=act)
    shown = debt_next(HEARTS, limit=2)
    urgent = one(act, urgency="expedited")
    with pytest.raises(RuleError) as stale:
        debt_session_book(act=act, lane=HEARTS, starts_at=SOON, minutes=20, items=shown)
    assert stale.value.code == DEBT_STALE.code
    assert len(waiting()) == 4
    again = debt_next(HEARTS, limit=2)
    assert again == [urgent, shown[0]]
    assert debt_session_book(act=act, lane=HEARTS, starts_at=SOON, minutes=20, items=again) == 2
    dates = [DebtItem.objects.get(pk=item).slot_at for item in again]
    assert dates == [SOON, SOON + timedelta(minutes=20)]
    with pytest.raises(RuleError) as nobody:
        debt_session_book(act=act, lane=HEARTS, starts_at=SOON, minutes=20, items=[])
    assert nobody.value.code == "RL-ACT-164"


def test_case_26_a_date_given_back_waits_again_in_the_old_place(act, described):
    first, second = one(act, days=1), one(act, days=2)
    debt_book(act=act, item=first, starts_at=SOON)
    with pytest.raises(InputError) as refusal:
        debt_return(act=act, item=first, note="  ")
    assert refusal.value.code == "RL-ACT-166"
    debt_return(act=act, item=first, note="cannot come")
    again = debt_next(HEARTS, limit=9)
    assert again[1] == second
    assert DebtItem.objects.get(pk=again[0]).appointment_id == DebtItem.objects.get(pk=first).appointment_id
    assert DebtItem.objects.get(pk=first).state == "returned"
    assert "activity.rebooking_returned" in names()
    with pytest.raises(RuleError) as over:
        debt_return(act=act, item=second, note="never had one")
    assert over.value.code == "RL-ACT-167"


def test_case_27_taking_somebody_out_asks_for_a_reason_and_holds(act):
    item = one(act)
    with pytest.raises(InputError) as refusal:
        debt_end(act=act, item=item, why=DebtEnd.DECLINED, note="")
    assert refusal.value.code == "RL-ACT-166"
    debt_end(act=act, item=item, why=DebtEnd.DECLINED, note="said so on the phone")
    assert debt_sync(act=act).new == 0
    assert waiting() == []
    assert debt_counts(at=act.at).ended == 1


def test_case_28_a_date_that_may_not_hold_is_told(act, act_for, described):
    item = one(act)
    debt_book(act=act, item=item, starts_at=SOON, site="arlon")
    assert "nobody says when" in at_risk(at=act.at)[item]
    late = hospital.Expected(level=hospital.Level.NORMAL, median=date(2026, 12, 4), p80=date(2026, 12, 9))
    hospital.expected_write(act=act_for("pmo"), dates={"consultations@arlon": late})
    assert "later than this date" in at_risk(at=act.at)[item]
    soon = hospital.Expected(level=hospital.Level.NORMAL, median=date(2026, 11, 30), p80=date(2026, 12, 2))
    hospital.expected_write(act=act_for("pmo"), dates={"consultations@arlon": soon})
    assert at_risk(at=act.at) == {}
    outcome_becomes(act, DebtItem.objects.get(pk=item).appointment_id, "keep")
    assert "two dates" in at_risk(at=act.at)[item]


# -- places and the plan ----------------------------------------------------------------------------


def test_case_29_places_are_set_once_by_lane_and_week(act):
    monday = date(2026, 12, 7)
    places = {(HEARTS, None): 5, (HEARTS, monday + timedelta(days=2)): 0}
    assert capacity_set(act=act, places=places) == 2
    assert capacity_set(act=act, places=places) == 0
    assert capacities() == {(HEARTS, None): 5, (HEARTS, monday): 0}
    assert capacity_set(act=act, places={(HEARTS, monday): None}) == 1
    assert capacities() == {(HEARTS, None): 5}
    with pytest.raises(InputError) as refusal:
        capacity_set(act=act, places={(HEARTS, None): -1})
    assert refusal.value.code == "RL-ACT-165"


def test_the_plan_waits_for_the_safe_date_and_takes_off_what_was_given(act, act_for, described):
    items = [one(act, days=n) for n in range(3)]
    assert debt_plan(at=act.at).held == {HoldUp.NO_DATE: 3}
    safe = hospital.Expected(level=hospital.Level.NORMAL, median=date(2026, 12, 1), p80=date(2026, 12, 8))
    hospital.expected_write(act=act_for("pmo"), dates={"consultations@arlon": safe})
    assert debt_plan(at=act.at).held == {HoldUp.NO_SLOTS: 3}
    capacity_set(act=act, places={(HEARTS, None): 2})
    weeks = {slot.id: slot.week for slot in debt_plan(at=act.at).plan.slots}
    assert weeks == {
        str(items[0]): date(2026, 12, 14),
        str(items[1]): date(2026, 12, 14),
        str(items[2]): date(2026, 12, 21),
    }
    debt_book(act=act, item=items[0], starts_at=datetime(2026, 12, 15, 8, tzinfo=UTC), site="arlon")
    found = debt_plan(at=act.at)
    assert [slot.week for slot in found.plan.slots] == [date(2026, 12, 14), date(2026, 12, 21)]
    assert found.plan.zero == date(2026, 12, 21)


def test_case_30_the_chart_counts_what_waited_at_the_end_of_each_day(act, act_for, clock, described):
    item = one(act)
    cancelled(act, specialty="surgery")
    debt_sync(act=act)
    clock.advance(days=2)
    later = act_for("medical-lead")
    debt_book(act=later, item=item, starts_at=SOON)
    found = debt_days(first=date(2026, 11, 22), last=date(2026, 11, 26))
    assert dict(found.counts) == {"cardiology": (0, 1, 1, 0, 0), "surgery": (0, 1, 1, 1, 1)}


@pytest.mark.parametrize("role", ["nurse", "pmo", "auditor"])
def test_who_may_not_rebook_books_nothing(act, act_for, role, described):
    item = one(act)
    with pytest.raises(RuleError) as refusal:
        debt_book(act=act_for(role), item=item, starts_at=SOON)
    assert refusal.value.code == "RL-PPL-001"


# -- pages ------------------------------------------------------------------------------------------


def test_the_page_of_the_whole_shows_numbers_and_no_patient(act, client_of, described):
    one(act)
    page = client_of("nurse", language="en").get(reverse("activity:debt")).content.decode()
    assert "cardiology" in page.lower()
    assert "LAMBERT" not in page
    assert "<svg" in page


def test_before_anything_waits_the_page_says_what_comes(client_of):
    assert "Nothing waits" in client_of("desk", language="en").get(reverse("activity:debt")).content.decode()


def test_the_line_shows_who_is_next_and_says_so_to_the_journal_first(act, client_of, described):
    one(act, urgency="expedited")
    client = client_of("desk", language="en")
    page = client.get(reverse("activity:debt-line") + "?lane=consultation.cardiology.arlon").content.decode()
    assert "LAMBERT" in page
    assert "expedited" in page
    seen = entry_list(verb="activity.see", limit=1)[0]
    assert (seen.body["what"], seen.body["count"]) == ("debt", 1)
    assert client_of("pmo").get(reverse("activity:debt-line")).status_code == 403


def test_a_desk_gives_a_session_from_the_page(act, client_of, described):
    items = [one(act, days=n) for n in (1, 2, 3)]
    client = client_of("desk", language="en")
    given = {
        "day": "2026-12-03",
        "time": "09:00",
        "minutes": "15",
        "count": "2",
        "place": "Room 2",
        "lane": "consultation.cardiology.arlon",
        "shown": ",".join(map(str, items)),
    }
    assert client.post(reverse("activity:debt-session"), given).status_code == 302
    assert waiting() == [items[2]]
    answer = client.post(reverse("activity:debt-session"), given)
    assert answer.status_code == 422
    assert "The line has changed" in answer.content.decode()
    assert waiting() == [items[2]]


def test_a_desk_books_gives_back_and_takes_out_one_patient(act, client_of, described):
    item = one(act)
    client = client_of("desk", language="en")
    assert "Give a new date" in client.get(reverse("activity:debt-item", args=[item])).content.decode()
    given = {"day": "2026-12-03", "time": "09:00", "site": "arlon", "place": ""}
    assert client.post(reverse("activity:debt-book", args=[item]), {**given, "day": "2020-01-01"}).status_code == 422
    assert client.post(reverse("activity:debt-book", args=[item]), given).status_code == 302
    assert "LAMBERT" in client.get(reverse("activity:debt-given")).content.decode()
    assert client.post(reverse("activity:debt-return", args=[item]), {"note": "ill"}).status_code == 302
    again = waiting()[0]
    end = {"why": "declined", "note": "said so"}
    assert client.post(reverse("activity:debt-end", args=[again]), end).status_code == 302
    assert waiting() == []
    assert client.get(reverse("activity:debt-item", args=[uuid4()])).status_code == 404


def test_places_are_set_from_the_page(act, client_of, described):
    one(act)
    client = client_of("desk", language="en")
    address = reverse("activity:debt-places", args=["arlon"])
    assert "consultation.cardiology.arlon|" in client.get(address).content.decode()
    put = reverse("activity:debt-places-set", args=["arlon"])
    assert client.post(put, {"consultation.cardiology.arlon|": "7"}).status_code == 302
    assert capacities() == {(HEARTS, None): 7}
    assert client.post(put, {"consultation.cardiology.arlon|": "-7"}).status_code == 422
    assert client_of("nurse").post(put, {}).status_code == 403


def test_the_line_costs_a_fixed_number_of_queries(act, client_of, described, django_assert_max_num_queries):
    client = client_of("desk", language="en")
    for n in range(3):
        cancelled(act, days=n)
    debt_sync(act=act)
    address = reverse("activity:debt-line")
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(20):
        cancelled(act, days=n)
    debt_sync(act=act)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
