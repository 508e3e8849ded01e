"""Pure rules of requests: identity, duty, what may leave, what comes in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.liaison.rules.duty import Turn, moment_read, on_duty, roster_read
from relight.liaison.rules.from_them import document_bind, document_read, lines_read
from relight.liaison.rules.identity_check import Checked, Identifier, Said, identity_check
from relight.liaison.rules.requests import (
    STEPS_IN,
    WAITS,
    Consent,
    Ending,
    Link,
    Standing,
    State,
    Step,
    Urgency,
    Verified,
    escalated,
    may_close,
    may_disclose,
    may_step,
)
from relight.liaison.rules.specialties import specialties, specialty_find, specialty_name

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")
CLEARED = Standing(
    state=State.OPEN, verified=Verified.CALLBACK, has_patient=True, link=Link.GENERAL, consent=Consent.ASKED
)


def check(**said: str) -> Checked:
    return identity_check(
        Said(**said), names=[("Noël-D'Hondt", "Jean Marie")], aliases=["DUPONT Jean"], birth="1970-02-01",
        numbers=["70.02.01-001.50", "A-77"],
    )  # fmt: skip


# -- identity --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fits", "differs"),
    [
        ({"family": "noel dhondt", "given": "JEAN"}, "name", ""),
        ({"family": "Dupont", "given": "Jean", "birth": "1970-02-01"}, "name birth", ""),
        ({"family": "Noel", "given": "Jean", "birth": "1970-02-01"}, "birth", "name"),
        ({"family": "Noël-D'Hondt", "given": "Marie"}, "", "name"),
        ({"family": "Noël-D'Hondt"}, "", ""),
        ({"number": "70020100150", "birth": "1970-02-01"}, "birth number", ""),
        ({"number": "70020100151", "birth": "1970-02-01"}, "birth", "number"),
        ({"number": "a77"}, "number", ""),
    ],
)
def test_two_identifiers_have_to_fit_and_none_may_differ(said: dict[str, str], fits: str, differs: str) -> None:
    checked = check(**said)
    assert (" ".join(checked.fits), " ".join(checked.differs)) == (fits, differs)
    assert checked.verdict.allowed == (len(fits.split()) > 1 and not differs)


def test_a_year_alone_and_an_empty_record_are_neither_for_nor_against() -> None:
    checked = identity_check(Said(birth="1970-02-01", number="1"), names=[], birth="1970", numbers=[])
    assert (checked.fits, checked.differs) == ((), ())
    assert checked.silent == (Identifier.BIRTH, Identifier.NUMBER)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=12), st.text(max_size=20))
def test_no_words_of_a_caller_break_the_check(family: str, given_name: str, birth: str, number: str) -> None:
    checked = check(family=family, given=given_name, birth=birth, number=number)
    assert not set(checked.fits) & set(checked.differs)


# -- steps -----------------------------------------------------------------------------------------------


def test_nothing_may_be_done_to_a_closed_request() -> None:
    closed = Standing(state=State.CLOSED)
    assert {may_step(closed, step).refusal.code for step in STEPS_IN if not may_step(closed, step)} == {"RL-LIA-081"}  # type: ignore[union-attr]
    assert not any(may_step(closed, step) for step in STEPS_IN)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"state": State.CLOSED}, "RL-LIA-081"),
        ({"consent": Consent.REFUSED, "verified": Verified.NOT}, "RL-LIA-088"),
        ({"verified": Verified.NOT, "has_patient": False}, "RL-LIA-085"),
        ({"has_patient": False}, "RL-LIA-086"),
        ({"link": Link.NONE}, "RL-LIA-087"),
        ({"consent": Consent.NONE}, "RL-LIA-087"),
    ],
)
def test_what_keeps_a_summary_in_is_said_in_the_order_that_helps(change: dict[str, object], code: str | None) -> None:
    fields = {name: getattr(CLEARED, name) for name in CLEARED.__slots__}
    verdict = may_disclose(Standing(**{**fields, **change}))  # type: ignore[arg-type]
    assert (verdict.refusal.code if verdict.refusal else None) == code


def test_three_tries_close_without_a_reason_and_two_do_not() -> None:
    def tried(n: int) -> bool:
        standing = Standing(state=State.ANSWERED, tries=n)
        return may_close(standing, ending=Ending.UNREACHED, reason="").allowed

    assert (tried(2), tried(3)) == (False, True)


def test_every_open_state_has_a_time_for_every_urgency_and_the_last_level_has_none() -> None:
    assert set(WAITS) == {(state, urgency) for state in State if state is not State.CLOSED for urgency in Urgency}
    levels = [escalated(level=n, state=State.OPEN, urgency=Urgency.NOW, at=AT) for n in range(4)]
    assert levels == [(1, AT + timedelta(minutes=2.5)), (2, AT + timedelta(minutes=2.5)), (3, None), (3, None)]


def test_the_table_of_steps_knows_every_step_a_desk_takes() -> None:
    assert set(STEPS_IN) == set(Step) - {Step.LOGGED, Step.ESCALATED}


# -- duty ------------------------------------------------------------------------------------------------


def turn(name: str, site: str = "", rank: int = 1, hours: int = 8) -> Turn:
    return Turn(specialty="cardiology", site=site, name=name, phone="0470", begins=AT, ends=AT + timedelta(hours=hours),
                rank=rank)  # fmt: skip


def test_this_site_comes_before_the_group_and_the_group_before_other_sites() -> None:
    turns = [turn("far", "bastogne"), turn("group"), turn("second", "arlon", 2), turn("first", "arlon")]
    found = on_duty(turns, specialty="cardiology", site="arlon", at=AT)
    assert [one.name for one in found] == ["first", "second", "group", "far"]


def test_a_turn_ends_when_the_next_begins() -> None:
    end = AT + timedelta(hours=8)
    assert on_duty([turn("a")], specialty="cardiology", site="", at=end) == ()
    assert on_duty([turn("a")], specialty="cardiology", site="", at=end - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("text", "hour"), [("18:00", 18), ("18h", 18), ("8h30", 8), ("24:00", 0), ("25:00", None), ("soir", None)]
)
def test_hours_are_read_as_lists_write_them(text: str, hour: int | None) -> None:
    read = moment_read(text, day=date(2026, 11, 23), zone=ZONE)
    assert (read.hour if read else None) == hour


def test_a_night_ends_the_next_day_and_an_hour_of_the_clock_change_is_kept() -> None:
    raw = b"specialty,name,phone,date,from,to\ncardiology,Dr A,0470 11,24/10/2026,20:00,08:00\n"
    (one,) = roster_read(raw, zone=ZONE, sites={}).turns
    assert (one.begins, one.ends) == (
        datetime(2026, 10, 24, 20, tzinfo=ZONE), datetime(2026, 10, 25, 8, tzinfo=ZONE),
    )  # fmt: skip


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reading_of_a_roster(raw: bytes) -> None:
    try:
        roster_read(raw, zone=ZONE, sites={})
    except RelightError as refusal:
        assert refusal.code == "RL-LIA-096"


def test_a_word_that_means_two_specialties_means_none() -> None:
    words = [word for one in specialties() for word in one.words]
    assert len(words) == len(set(words))
    assert (specialty_find("Cardio"), specialty_find("PÉDIATRIE"), specialty_find("x")) == (
        "cardiology", "paediatrics", "",
    )  # fmt: skip
    assert specialty_name("cardiology", language="fr") == "cardiologie"


# -- from them -------------------------------------------------------------------------------------------


def test_every_reference_leads_to_what_came_along_to_the_patient_or_to_a_name() -> None:
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "x"}},
        {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Organization", "name": "Cabinet"}},
        {"fullUrl": "urn:uuid:3", "resource": {"resourceType": "Observation", "status": "final",
         "subject": {"reference": "urn:uuid:1"}, "performer": [{"reference": "urn:uuid:2"}],
         "hasMember": [{"reference": "urn:uuid:4"}], "encounter": {"reference": "Encounter/9"}}},
        {"fullUrl": "urn:uuid:4", "resource": {"resourceType": "Observation", "status": "final",
         "contained": [{"resourceType": "Specimen", "id": "s"}], "specimen": {"reference": "#s"}}},
    ]  # fmt: skip
    document = document_read(json.dumps({"resourceType": "Bundle", "entry": entries}).encode())
    numbers = iter(range(9))
    bound = document_bind(document, patient=UUID(int=7), make_id=lambda: uuid5(UUID(int=1), str(next(numbers))))
    first, second = (body for _, body in bound.bodies)
    assert first["subject"] == second["subject"] == {"reference": f"Patient/{UUID(int=7)}"}
    assert first["performer"] == [{"display": "Cabinet"}]
    assert first["hasMember"] == [{"reference": f"Observation/{bound.bodies[1][0]}"}]
    assert first["encounter"] == {"display": "Encounter"}
    assert second["specimen"] == {"reference": "#s"}
    assert bound.left_out == 1


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_a_document(raw: bytes) -> None:
    with pytest.raises(RelightError, match="RL-LIA-10"):
        document_read(raw)


def test_lines_from_paper_lose_their_bullets_and_nothing_else() -> None:
    assert lines_read("- Iode\n\n • Latex (gants) \nIode\n") == ("Iode", "Latex (gants)")
