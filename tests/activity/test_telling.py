"""Telling patients through its services. Numbered cases of docs/design/telling.md."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from relight.kernel.errors import InputError, RuleError
from support.telling import booked, called, card_of, decided, desk_made, live, notices, settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def act_for(clock: Any) -> Any:
    """Acts as they come in life: no two at the same moment."""
    from support.people import act_make

    def make(*roles: str, **fields: Any) -> Any:
        clock.advance(milliseconds=5)
        return act_make(clock, roles, **fields)

    return make


# -- what is to be told -----------------------------------------------------------------------------


def test_a_cancellation_opens_one_notice_however_often_it_is_settled(act_for: Any) -> None:
    """Cases 1 and 2; a kept appointment opens none."""
    row, kept = booked(act_for), booked(act_for, outcome="keep", family="Other")
    assert not settled(act_for).any
    assert notices(row) == [("cancelled", "open")]
    assert notices(kept) == []


def test_what_was_never_told_is_taken_back_without_a_call(act_for: Any) -> None:
    """Case 3: cancelled, then kept before anybody said it: nobody hears anything."""
    row = booked(act_for)
    decided(act_for, row, "keep")
    assert notices(row) == [("cancelled", "void")]


def test_restored_after_having_been_told_is_a_new_call(act_for: Any) -> None:
    """Case 4; and cancelled once more after that, another one."""
    row = booked(act_for)
    called(act_for, row)
    decided(act_for, row, "keep")
    assert notices(row) == [("cancelled", "told"), ("restored", "open")]
    called(act_for, row)
    decided(act_for, row, "cancel")
    assert notices(row)[-1] == ("cancelled", "open")


def test_restored_and_cancelled_again_before_the_second_call_needs_none(act_for: Any) -> None:
    """Case 5: the patient believes what holds."""
    row = booked(act_for)
    called(act_for, row)
    decided(act_for, row, "keep")
    decided(act_for, row, "cancel")
    assert notices(row) == [("cancelled", "told"), ("restored", "void")]


def test_while_a_doctor_is_asked_nothing_is_said(act_for: Any) -> None:
    """Case 6: what waited to be told waits no more, and comes back with the answer."""
    row = booked(act_for)
    decided(act_for, row, "ask")
    assert notices(row) == [("cancelled", "void")]
    decided(act_for, row, "move", to_site="libramont")
    assert notices(row)[-1] == ("moved", "open")


def test_what_is_over_opens_no_call(act_for: Any) -> None:
    """Case 7."""
    assert notices(booked(act_for, days=-1)) == []


def test_a_desk_that_tidied_its_book_has_told_nobody(act_for: Any) -> None:
    """Case 8: withdrawn by the source after the cancellation: the patient is still told not to come."""
    row = booked(act_for)
    decided(act_for, row, "cancel", state="withdrawn")
    assert notices(row) == [("cancelled", "open")]
    decided(act_for, row, "cancel", state="done")
    assert notices(row) == [("cancelled", "void")]


def test_a_new_date_takes_the_place_of_the_cancellation(act_for: Any, clock: Any) -> None:
    """Case 9: given before anybody told the cancellation, one call says all; taken back, the old news counts again."""
    from relight.activity.services.notices import date_given, date_returned

    row, system = booked(act_for), act_for("system")
    date_given(act=system, appointment=row.pk, starts_at=clock.now() + timedelta(days=20), site="arlon")
    date_given(act=system, appointment=row.pk, starts_at=clock.now() + timedelta(days=20), site="arlon")
    assert notices(row) == [("cancelled", "void"), ("new-date", "open")]
    assert not settled(act_for, row).any
    clock.advance(minutes=1)
    date_returned(act=act_for("system"), appointment=row.pk)
    assert notices(row)[-1] == ("cancelled", "open")


def test_a_new_date_that_was_told_and_taken_back_is_told_again(act_for: Any, clock: Any) -> None:
    """Case 10: the call names the date that falls away, and nothing the policy decides takes the call back."""
    from relight.activity.services.notices import date_given, date_returned

    row, slot = booked(act_for), clock.now() + timedelta(days=20)
    called(act_for, row)
    clock.advance(minutes=1)
    date_given(act=act_for("system"), appointment=row.pk, starts_at=slot, site="arlon")
    clock.advance(minutes=1)
    called(act_for, row)
    clock.advance(minutes=1)
    date_returned(act=act_for("system"), appointment=row.pk)
    assert not settled(act_for, row).any
    assert notices(row) == [("cancelled", "told"), ("new-date", "told"), ("cancelled", "open")]
    assert row.notices.last().starts_at == slot


# -- one patient, one call --------------------------------------------------------------------------


def test_two_appointments_of_one_patient_are_one_call(act_for: Any) -> None:
    """Case 16: at two sites, for two desks; told together."""
    one, other = booked(act_for), booked(act_for, site="libramont", specialty="radiology", kind="imaging")
    assert one.notices.get().card_id == other.notices.get().card_id
    assert called(act_for, one).told == 2
    assert notices(other) == [("cancelled", "told")]


def test_two_patients_of_one_name_are_two_calls(act_for: Any) -> None:
    """Case 17: another birth date is another patient."""
    one, other = booked(act_for), booked(act_for, birth_date=date(1980, 1, 1))
    assert one.notices.get().card_id != other.notices.get().card_id


# -- callers ----------------------------------------------------------------------------------------


def test_two_callers_never_get_one_patient(act_for: Any, staff_of: Any) -> None:
    """Cases 20 and 21: next gives each another patient; opening a held one says who has it and until when."""
    from relight.activity.services.calls import call_next, card_take

    near, far = booked(act_for, days=1), booked(act_for, days=5, family="Zola")
    anna, boris = staff_of("desk"), staff_of("desk")
    assert call_next(act=anna.act(), desk=None) == card_of(near).pk
    assert call_next(act=boris.act(), desk=None) == card_of(far).pk
    with pytest.raises(RuleError) as refused:
        card_take(act=boris.act(), card=card_of(near).pk)
    assert refused.value.code == "RL-ACT-113"
    assert anna.username.title() in refused.value.message()


def test_an_outcome_is_refused_while_another_caller_holds_the_patient(act_for: Any, staff_of: Any, clock: Any) -> None:
    """Case 22; after the time of the first is over the second may, and then the first may not."""
    row = booked(act_for)
    anna, boris = staff_of("desk"), staff_of("desk")
    shown = live(row)
    called(act_for, row, "busy", act=anna.act())
    from relight.activity.rules.telling import Attempt
    from relight.activity.services.calls import call_note, card_take

    card_take(act=anna.act(), card=card_of(row).pk)
    clock.advance(minutes=21)
    card_take(act=boris.act(), card=card_of(row).pk)
    with pytest.raises(RuleError, match="RL-ACT-113"):
        call_note(act=anna.act(), card=card_of(row).pk, outcome=Attempt.REACHED, shown=shown)
    assert notices(row) == [("cancelled", "open")]


def test_a_late_outcome_counts_as_long_as_nobody_else_called(act_for: Any, clock: Any) -> None:
    """Case 23: a call of half an hour is noted."""
    from relight.activity.rules.telling import Attempt
    from relight.activity.services.calls import call_note, card_take

    row = booked(act_for)
    card_take(act=act_for("desk"), card=card_of(row).pk)
    clock.advance(minutes=30)
    call_note(act=act_for("desk"), card=card_of(row).pk, outcome=Attempt.REACHED, shown=live(row))
    assert notices(row) == [("cancelled", "told")]


def test_a_caller_holds_one_patient_at_a_time(act_for: Any) -> None:
    """Case 24: taking the next lets the last one go."""
    from relight.activity.services.calls import call_next, card_release

    near, far = booked(act_for, days=1), booked(act_for, days=5, family="Zola")
    act = act_for("desk")
    call_next(act=act, desk=None)
    from relight.activity.services.calls import card_take

    card_take(act=act, card=card_of(far).pk)
    assert (card_of(near).held_by, card_of(far).held_by) == ("", act.actor)
    card_release(act=act, card=card_of(far).pk)
    assert card_of(far).held_by == ""


def test_what_changed_during_the_call_is_told_in_the_same_call(act_for: Any) -> None:
    """Case 25: restored while the cancellation was being said: it was said, so the opposite must be said now."""
    row = booked(act_for)
    shown = live(row)
    decided(act_for, row, "keep")
    noted = called(act_for, row, shown=shown)
    assert (noted.told, noted.left) == (1, 1)
    assert notices(row) == [("cancelled", "told"), ("restored", "open")]
    assert card_of(row).held_by


def test_a_second_appointment_that_came_in_meanwhile_keeps_the_call_open(act_for: Any) -> None:
    """Case 26."""
    row = booked(act_for)
    shown = live(row)
    other = booked(act_for, kind="imaging")
    assert called(act_for, row, shown=shown).left == 1
    assert notices(other) == [("cancelled", "open")]


# -- attempts ---------------------------------------------------------------------------------------


def test_six_calls_without_an_answer_make_a_patient_unreachable(act_for: Any, clock: Any) -> None:
    """Case 37: they leave the call list and stand out in their own."""
    from relight.activity.selectors.telling import CardList, card_query, telling_now

    row = booked(act_for, days=9)
    for _ in range(6):
        called(act_for, row, "no-answer")
        clock.advance(hours=20)
    assert card_of(row).unreachable
    at = clock.now()
    assert [one.pk for one in card_query(None, which=CardList.UNREACHABLE, at=at)] == [card_of(row).pk]
    assert not card_query(None, which=CardList.NOW, at=at).exists()
    assert telling_now(at=at).counts.unreachable == 1


def test_a_patient_not_reached_comes_back_at_their_time(act_for: Any, clock: Any) -> None:
    """Case 38."""
    from relight.activity.selectors.telling import CardList, card_query
    from relight.activity.services.calls import call_next

    row = booked(act_for, days=9)
    called(act_for, row, "no-answer")
    assert [one.pk for one in card_query(None, which=CardList.LATER, at=clock.now())] == [card_of(row).pk]
    with pytest.raises(RuleError, match="RL-ACT-114"):
        call_next(act=act_for("desk"), desk=None)
    clock.advance(hours=1)
    assert call_next(act=act_for("desk"), desk=None) == card_of(row).pk


def test_a_wrong_number_gives_the_other_one_at_once(act_for: Any) -> None:
    """Cases 33 and 39: the last wrong one makes the patient unreachable, a number somebody gives reachable again."""
    from relight.activity.services.calls import card_take, number_add

    row = booked(act_for, phone="+3263231111")
    assert called(act_for, row, "wrong-number", number="+32470123456").number_left
    assert not called(act_for, row, "wrong-number", number="+3263231111").number_left
    assert card_of(row).unreachable
    card_take(act=act_for("desk"), card=card_of(row).pk)
    number_add(act=act_for("desk"), card=card_of(row).pk, number="0471 22 33 44")
    assert not card_of(row).unreachable and card_of(row).extra == ["+32471223344"]


def test_a_patient_without_any_number_stands_out_from_the_start(act_for: Any) -> None:
    """Case 40; a later file that brings a number makes them reachable."""
    from relight.activity.models import Appointment
    from relight.journal.api import writing

    row = booked(act_for, mobile="", phone="aucun")
    assert card_of(row).unreachable
    with writing(act_for("system")) as log:
        Appointment.objects.filter(pk=row.pk).update(phone="+3263231111")
        log.entry("activity.import", subject="activity:test", body={})
    settled(act_for, row)
    assert not card_of(row).unreachable


def test_a_patient_who_died_is_never_called_nor_written_to_again(act_for: Any) -> None:
    """Case 41; noted by mistake, it can be taken back and all is to be told again."""
    from relight.activity.services.calls import card_alive

    row = booked(act_for)
    called(act_for, row, "deceased")
    other = booked(act_for, kind="imaging")
    assert not settled(act_for).any
    assert notices(row) == [("cancelled", "closed")] and notices(other) == [("cancelled", "closed")]
    card_alive(act=act_for("desk"), card=card_of(row).pk)
    assert notices(row)[-1] == notices(other)[-1] == ("cancelled", "open")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("representative", "115"), ("objects", "116"), ("call-back", "117"), ("wrong-number", "126")],
)
def test_an_outcome_that_says_too_little_is_refused_and_nothing_is_lost(act_for: Any, outcome: str, code: str) -> None:
    """Case 42."""
    row = booked(act_for)
    with pytest.raises(InputError, match=f"RL-ACT-{code}"):
        called(act_for, row, outcome)
    assert notices(row) == [("cancelled", "open")] and card_of(row).attempts.count() == 0


def test_who_does_not_accept_it_was_told_and_stands_on_a_list(act_for: Any, clock: Any) -> None:
    """Case 43."""
    from relight.activity.selectors.telling import telling_now
    from relight.activity.services.calls import objection_settle

    row = booked(act_for)
    called(act_for, row, "objects", note="has waited a year")
    counts = telling_now(at=clock.now()).counts
    assert (counts.reached, counts.objecting) == (1, 1)
    objection_settle(act=act_for("desk"), card=card_of(row).pk)
    assert telling_now(at=clock.now()).counts.objecting == 0


def test_every_attempt_is_kept_with_who_and_when_and_the_journal_names_nobody(act_for: Any) -> None:
    """Case 44."""
    from relight.journal.api import entry_list

    row = booked(act_for)
    called(act_for, row, "voicemail", number="+32470123456", note="beep")
    called(act_for, row, "representative", spoke_with="her daughter Claire")
    attempts = list(card_of(row).attempts.all())
    assert [one.outcome for one in attempts] == ["representative", "voicemail"]
    entries = [one for one in entry_list(limit=50) if one.verb.startswith("activity.")]
    text = " ".join(str(one.body) + one.subject for one in entries)
    assert "Lambert" not in text and "Claire" not in text and "470" not in text


# -- counts -----------------------------------------------------------------------------------------


def test_the_counts_add_up_and_lead_to_who_is_meant(act_for: Any, clock: Any) -> None:
    """Cases 45 and 46: by desk, in all, and what no desk has."""
    from relight.activity.selectors.telling import desk_counts, telling_now

    heart = desk_made(act_for, sites=["arlon"], specialties=["cardiology"])
    told, waits = booked(act_for), booked(act_for, family="Zola")
    booked(act_for, family="Near", days=0.1)
    booked(act_for, family="Mute", mobile="")
    booked(act_for, family="Elsewhere", site="libramont")
    called(act_for, told)
    now = telling_now(at=clock.now())
    assert (now.counts.to_reach, now.counts.reached, now.counts.waiting) == (5, 1, 3)
    assert (now.counts.unreachable, now.counts.near) == (1, 1)
    (view,) = now.desks
    assert (view.counts.to_reach, now.alone.to_reach) == (4, 1)
    assert desk_counts(heart, at=clock.now()) == view.counts
    assert desk_counts(None, at=clock.now()) == now.alone
    clock.advance(days=30)
    later = telling_now(at=clock.now()).counts
    assert (later.reached, later.passed, later.waiting) == (1, 4, 0)
    assert notices(waits) == [("cancelled", "open")]


def test_counting_takes_two_queries_whatever_the_number_of_desks(
    act_for: Any, clock: Any, django_assert_num_queries: Any
) -> None:
    """Case 47."""
    from relight.activity.selectors.telling import telling_now

    for number in range(6):
        desk_made(act_for, name=f"Desk {number}", sites=["arlon"])
        booked(act_for, family=f"Patient {number}")
    with django_assert_num_queries(2):
        telling_now(at=clock.now())


def test_who_may_be_on_the_way_is_called_first_then_who_asked_for_this_time(act_for: Any, clock: Any) -> None:
    """Case 48."""
    from relight.activity.selectors.telling import CardList, card_query

    tomorrow = booked(act_for, family="Tomorrow", days=1)
    asked = booked(act_for, family="Asked", days=9)
    called(act_for, asked, "call-back", back_at=clock.now() + timedelta(minutes=30))
    way = booked(act_for, family="Way", days=0.15)
    clock.advance(minutes=40)
    order = [one.pk for one in card_query(None, which=CardList.NOW, at=clock.now())]
    assert order == [card_of(way).pk, card_of(asked).pk, card_of(tomorrow).pk]


def test_a_patient_who_calls_back_is_found_by_name_birth_date_or_number(act_for: Any) -> None:
    """Case 49: accents and order do not count; nothing given finds nobody."""
    from relight.activity.selectors.telling import cards_found

    row = booked(act_for, family="Noël-Dupont", given="Éloïse", birth_date=date(1971, 7, 7), mobile="+32470999888")
    booked(act_for)
    wanted = [card_of(row)]
    assert list(cards_found(name="eloise noel", birth_date=None, phone="")) == wanted
    assert list(cards_found(name="", birth_date=date(1971, 7, 7), phone="")) == wanted
    assert list(cards_found(name="", birth_date=None, phone="+32470999888")) == wanted
    assert not cards_found(name="", birth_date=None, phone="").exists()


def test_two_desks_of_one_name_are_refused_and_a_closed_one_gives_up_its_patients(act_for: Any, clock: Any) -> None:
    """Desks."""
    from relight.activity.selectors.telling import telling_now
    from relight.activity.services.desks import desk_close

    desk = desk_made(act_for, sites=["arlon"])
    with pytest.raises(RuleError, match="RL-ACT-120"):
        desk_made(act_for)
    booked(act_for)
    desk_close(act=act_for("desk"), desk=desk.pk)
    assert telling_now(at=clock.now()).alone.to_reach == 1
