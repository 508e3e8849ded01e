"""Problems reported in two taps, owned, answered and told. Cases 1 to 12 of docs/design/problems.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relight.kernel.errors import RelightError

PLACE = "emergency@arlon"
ActFor = Callable[..., Any]


def report(act: Any, what: str = "printer", where: str = PLACE) -> int:
    from relight.pmo.services.problems import problem_report

    return problem_report(act=act, what=what, where=where)


def test_case_1_two_taps_report_a_problem(hospital: None, client_of: Callable[..., Any]) -> None:
    """The first page has what, the second where; the third says that nothing more is needed."""
    from relight.pmo.models import Problem

    nurse = client_of("nurse", language="en")
    first = nurse.get("/plan/problems/report/")
    assert 'href="?what=printer"' in first.text
    second = nurse.get("/plan/problems/report/?what=printer")
    assert f'value="{PLACE}"' in second.text
    done = nurse.post("/plan/problems/report/", {"what": "printer", "where": PLACE}, follow=True)
    assert "You need do nothing more" in done.text
    row = Problem.objects.get()
    assert (row.number, row.what, row.where, row.owner) == (1, "printer", PLACE, "")


def test_case_2_who_works_in_one_unit_is_not_asked_where(hospital: None, client_of: Callable[..., Any]) -> None:
    nurse = client_of("nurse", scope={"site:arlon", "service:emergency"}, language="en")
    page = nurse.get("/plan/problems/report/").text
    assert 'name="what" value="directory"' in page, "what the unit relies on comes first"
    assert f'name="where" value="{PLACE}"' in page


def test_case_3_the_same_thing_at_the_same_place_is_one_problem_with_two_voices(
    hospital: None, act_for: ActFor
) -> None:
    from relight.pmo.models import Problem

    assert report(act_for("nurse")) == report(act_for("clinician")) == report(act_for("nurse"))
    assert Problem.objects.get().voices.count() == 2
    assert report(act_for("nurse"), what="phone") == 2


@pytest.mark.parametrize(
    ("what", "where", "code"),
    [("coffee", PLACE, "RL-PMO-071"), ("printer", "emergency@nowhere", "RL-PMO-072"), ("printer", "", "RL-PMO-072")],
)
def test_case_4_what_or_where_nobody_knows_is_refused(
    hospital: None, act_for: ActFor, what: str, where: str, code: str
) -> None:
    from relight.pmo.models import Problem

    with pytest.raises(RelightError) as refusal:
        report(act_for("nurse"), what=what, where=where)
    assert refusal.value.code == code
    assert not Problem.objects.exists()


def test_case_5_the_answer_goes_back_to_everybody_who_reported_it(
    hospital: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    nurse, doctor, tech = (client_of(role, language="en") for role in ("nurse", "clinician", "technician"))
    for ward in (nurse, doctor):
        ward.post("/plan/problems/report/", {"what": "printer", "where": PLACE})
    assert "answer to what you reported" not in nurse.get("/").text
    tech.post("/plan/problems/1/", {"version": "1", "text": "A new one comes at two."})
    for ward in (nurse, doctor):
        assert "There is an answer to what you reported." in ward.get("/").text
        assert "A new one comes at two." in ward.get("/plan/problems/mine/").text
    nurse.post("/plan/problems/told/")
    assert "answer to what you reported" not in nurse.get("/").text
    assert "answer to what you reported" in doctor.get("/").text
    assert "answer to what you reported" not in tech.get("/").text


def test_case_6_a_later_answer_is_told_again(hospital: None, act_for: ActFor, clock: Any) -> None:
    from relight.pmo.selectors.problems import answers_waiting
    from relight.pmo.services.problems import problem_answer, problems_told

    number = report(act_for("nurse"))
    problem_answer(act=act_for("technician"), number=number, version=1, text="Looking.", solved=False)
    clock.advance(minutes=5)
    assert problems_told(act=act_for("nurse")) == 1
    assert answers_waiting(act_for("nurse")) == 0
    assert problems_told(act=act_for("nurse")) == 0, "nothing is told twice"
    clock.advance(minutes=5)
    problem_answer(act=act_for("technician"), number=number, version=2, text="Works.", solved=True)
    assert answers_waiting(act_for("nurse")) == 1


def test_case_7_who_answers_first_owns_it_and_age_and_owner_are_shown(
    hospital: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    report(act_for("nurse"))
    tech = client_of("technician", language="en")
    board = tech.get("/plan/problems/").text
    assert "1 has no owner" in board
    tech.post("/plan/problems/1/take/")
    assert "no owner" not in tech.get("/plan/problems/").text


def test_case_8_an_answer_over_somebody_elses_is_refused_and_what_was_typed_stays(
    hospital: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    report(act_for("nurse"))
    tech = client_of("technician", language="en")
    tech.post("/plan/problems/1/take/")
    late = tech.post("/plan/problems/1/", {"version": "1", "text": "My words."})
    assert late.status_code == 422
    assert "RL-PMO" not in late.text
    assert "Somebody changed this problem meanwhile" in late.text
    assert "My words." in late.text
    again = tech.post("/plan/problems/1/", {"version": "2", "text": "My words."}, follow=True)
    assert again.status_code == 200


def test_case_9_an_empty_answer_says_what_is_missing(
    hospital: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    report(act_for("nurse"))
    answer = client_of("technician", language="en").post("/plan/problems/1/", {"version": "1", "text": "  "})
    assert answer.status_code == 422
    assert "There is no answer for the ward" in answer.text


def test_case_10_solved_stays_solved_and_the_next_report_is_a_new_problem(hospital: None, act_for: ActFor) -> None:
    from relight.pmo.services.problems import problem_answer, problem_take

    number = report(act_for("nurse"))
    problem_answer(act=act_for("technician"), number=number, version=1, text="Works.", solved=True)
    with pytest.raises(RelightError) as refusal:
        problem_take(act=act_for("technician"), number=number)
    assert refusal.value.code == "RL-PMO-075"
    assert report(act_for("nurse")) == number + 1


def test_case_11_only_who_reported_says_more(hospital: None, act_for: ActFor) -> None:
    from relight.pmo.models import Problem
    from relight.pmo.services.problems import problem_note

    number = report(act_for("nurse"))
    with pytest.raises(RelightError) as refusal:
        problem_note(act=act_for("clinician"), number=number, note="mine")
    assert refusal.value.code == "RL-PMO-070"
    problem_note(act=act_for("nurse"), number=number, note="  the one \n by the door ")
    assert Problem.objects.get().note == "the one by the door"


def test_case_12_without_a_hospital_the_page_says_whom_to_call(db: None, client_of: Callable[..., Any]) -> None:
    page = client_of("nurse", language="en").get("/plan/problems/report/")
    assert page.status_code == 200
    assert "Until then, call them" in page.text
