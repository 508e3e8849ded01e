"""The debt as pure rules: order, openings, the filling of weeks. Cases: docs/design/debt.md."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from relight.activity.rules.debt import (
    DebtPlan,
    HoldUp,
    Lane,
    Opening,
    Wait,
    monday,
    opening_of,
    plan_make,
    rank_of,
)
from relight.activity.rules.debt_chart import DebtWords, debt_chart
from relight.activity.types import Kind, UnitLevel, Urgency
from relight.paper.charts import WIDE, Form, burn_up

TODAY = date(2026, 11, 23)  # a Monday
KNEES = Lane(kind=Kind.OPERATION, specialty="orthopaedics", site="arlon")
EYES = Lane(kind=Kind.CONSULTATION, specialty="ophthalmology", site="arlon")
NOW = Opening(on=TODAY)


def wait(id: str, *, lane: Lane = KNEES, rank: int = 5, due: date | None = TODAY, opening: Opening = NOW) -> Wait:
    return Wait(id=id, lane=lane, rank=rank, due=due, opening=opening)


def planned(waits: list[Wait], places: int = 2) -> DebtPlan:
    return plan_make(waits, room=lambda lane, week: places, start=TODAY + timedelta(days=1))


def test_case_1_urgency_comes_first_then_care_under_way_then_what_nobody_stated():
    ranks = [
        rank_of(Urgency.IMMEDIATE, care_under_way=False),
        rank_of(Urgency.URGENT, care_under_way=False),
        rank_of(Urgency.EXPEDITED, care_under_way=True),
        rank_of(Urgency.ELECTIVE, care_under_way=True),
        rank_of(Urgency.UNKNOWN, care_under_way=False),
        rank_of(Urgency.ELECTIVE, care_under_way=False),
    ]
    assert ranks == [0, 1, 2, 3, 4, 5]
    assert rank_of(Urgency.UNKNOWN, care_under_way=True) == 3


def test_case_2_within_an_urgency_who_waits_longest_is_first_and_no_date_is_last():
    found = planned(
        [wait("b", due=TODAY), wait("none", due=None), wait("a", due=date(2026, 11, 1)), wait("x", rank=2)], places=9
    )
    assert [slot.id for slot in found.slots] == ["x", "a", "b", "none"]


def test_case_3_a_service_that_works_under_a_policy_that_allows_it_opens_today():
    assert opening_of(level=UnitLevel.DEGRADED, expected=None, policy_cancels=False, today=TODAY) == NOW
    assert opening_of(level=None, expected=None, policy_cancels=False, today=TODAY) == NOW


def test_case_4_a_service_that_is_down_opens_on_its_safe_date_or_is_held():
    later = date(2026, 12, 3)
    found = opening_of(level=UnitLevel.DOWN, expected=(UnitLevel.DEGRADED, later), policy_cancels=False, today=TODAY)
    assert found == Opening(on=later, is_forecast=True)
    held = opening_of(level=UnitLevel.DOWN, expected=None, policy_cancels=False, today=TODAY)
    assert (held.on, held.hold) == (None, HoldUp.NO_DATE)


def test_case_5_what_the_policy_still_cancels_waits_until_its_service_is_normal():
    later = date(2026, 12, 3)
    partly = opening_of(
        level=UnitLevel.DEGRADED, expected=(UnitLevel.DEGRADED, later), policy_cancels=True, today=TODAY
    )
    assert (partly.on, partly.hold) == (None, HoldUp.POLICY)
    whole = opening_of(level=UnitLevel.DEGRADED, expected=(UnitLevel.NORMAL, later), policy_cancels=True, today=TODAY)
    assert whole == Opening(on=later, is_forecast=True)
    held = opening_of(level=UnitLevel.NORMAL, expected=None, policy_cancels=True, today=TODAY)
    assert (held.on, held.hold) == (None, HoldUp.POLICY)


def test_case_6_a_safe_date_that_is_over_counts_as_today():
    past = opening_of(
        level=UnitLevel.DOWN, expected=(UnitLevel.NORMAL, date(2026, 11, 2)), policy_cancels=True, today=TODAY
    )
    assert past == Opening(on=TODAY, is_forecast=True)


def test_case_7_weeks_fill_up_in_order_until_the_debt_is_zero():
    found = planned([wait(f"{n}", due=TODAY + timedelta(days=n)) for n in range(5)])
    assert [(slot.id, slot.week) for slot in found.slots] == [
        ("0", TODAY),
        ("1", TODAY),
        ("2", TODAY + timedelta(days=7)),
        ("3", TODAY + timedelta(days=7)),
        ("4", TODAY + timedelta(days=14)),
    ]
    assert found.left == ((TODAY, 3), (TODAY + timedelta(days=7), 1), (TODAY + timedelta(days=14), 0))
    assert found.zero == TODAY + timedelta(days=14)


def test_case_8_a_lane_that_opens_in_the_middle_of_a_week_has_its_places_from_the_next_monday():
    tuesday = Opening(on=date(2026, 12, 1), is_forecast=True)
    found = planned([wait("late", opening=tuesday), wait("soon")])
    assert {slot.id: (slot.week, slot.is_forecast) for slot in found.slots} == {
        "soon": (TODAY, False),
        "late": (date(2026, 12, 7), True),
    }


def test_case_9_without_places_nothing_is_proposed_and_the_reason_is_said():
    found = planned([wait("a"), wait("b", opening=Opening(on=None, hold=HoldUp.POLICY))], places=0)
    assert found.slots == ()
    assert found.held == {(KNEES, HoldUp.NO_SLOTS): 1, (KNEES, HoldUp.POLICY): 1}
    assert found.zero is None


def test_case_10_places_that_last_longer_than_two_years_are_said_to_be_too_few():
    found = plan_make([wait(f"{n:03d}") for n in range(110)], room=lambda lane, week: 1, start=TODAY)
    assert len(found.slots) == 104
    assert found.held == {(KNEES, HoldUp.FULL): 6}


def test_case_11_lanes_do_not_take_each_others_places():
    found = planned([wait("k"), wait("k2"), wait("e", lane=EYES), wait("e2", lane=EYES)])
    assert {slot.week for slot in found.slots} == {TODAY}


DAYS = st.dates(min_value=date(2026, 9, 1), max_value=date(2027, 3, 1))
OPENINGS = st.one_of(
    st.builds(lambda on, soon: Opening(on=on, is_forecast=soon), DAYS, st.booleans()),
    st.sampled_from([Opening(on=None, hold=HoldUp.POLICY), Opening(on=None, hold=HoldUp.NO_DATE)]),
)
WAITS = st.lists(
    st.tuples(st.sampled_from([KNEES, EYES]), st.integers(0, 5), st.none() | DAYS, OPENINGS), max_size=60
).map(lambda rows: [Wait(id=str(n), lane=a, rank=b, due=c, opening=d) for n, (a, b, c, d) in enumerate(rows)])


@given(waits=WAITS, places=st.integers(0, 3))
def test_case_12_everybody_is_proposed_once_or_held_with_a_reason_never_too_many_a_week_never_too_soon(waits, places):
    found = planned(waits, places=places)
    assert len({slot.id for slot in found.slots}) == len(found.slots)
    assert len(found.slots) + sum(found.held.values()) == len(waits)
    by_id = {one.id: one for one in waits}
    filled: dict[tuple[Lane, date], int] = {}
    for slot in found.slots:
        filled[slot.lane, slot.week] = filled.get((slot.lane, slot.week), 0) + 1
        opens = by_id[slot.id].opening.on
        assert opens is not None
        assert slot.week >= (monday(TODAY) if opens <= TODAY + timedelta(days=1) else opens)
    assert all(count <= places for count in filled.values())


@given(waits=WAITS)
def test_case_13_of_two_that_open_together_in_a_lane_the_more_urgent_is_never_later(waits):
    weeks = {slot.id: slot.week for slot in planned(waits, places=1).slots}
    for one in waits:
        for other in waits:
            together = one.lane == other.lane and one.opening == other.opening
            if together and one.order() < other.order() and other.id in weeks:
                assert weeks[one.id] <= weeks[other.id]


WORDS = DebtWords(title="Waiting", rest="others", day_prefix="D+")


def chart(counts, days=3):
    return debt_chart(counts, days=range(days), words=WORDS, name=str.upper, number=str)


def test_the_chart_draws_the_largest_specialties_apart_and_sums_the_rest():
    found = chart({f"s{n}": (0, n, 10 * n) for n in range(1, 9)})
    assert found is not None
    assert [one.label for one in found.series] == ["S8", "S7", "S6", "S5", "S4", "others"]
    assert found.series[-1].values == (0, 6, 60)
    assert [one.form for one in found.series] == [Form.AREA, *[Form.STACK] * 5]
    assert found.description.startswith("D+2: 80 S8")


def test_the_chart_stacks_its_parts_and_its_axis_holds_the_sum():
    found = chart({"a": (0, 40, 90), "b": (0, 30, 70)})
    assert found is not None
    svg = burn_up(found, frame=WIDE, ident="t")
    assert "200" in svg  # 90 on 70 needs an axis to 160 at least
    assert "style=" not in svg


def test_there_is_no_chart_where_nothing_ever_waited():
    assert chart({"a": (0, 0, 0)}) is None
    assert chart({}) is None
