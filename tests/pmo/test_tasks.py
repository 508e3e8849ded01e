"""Tasks people add: in the plan, on pages, in files. Cases 1 to 20 of docs/design/tasks.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from defusedxml import ElementTree

from relight.kernel.errors import RelightError
from relight.pmo.rules.tasks import NS, TaskGiven, TaskOut, calendar_of, circle_of, csv_of, project_of, tasks_read

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def out(number: int, **fields: Any) -> TaskOut:
    given: dict[str, Any] = {
        "number": number, "title": f"Task {number}", "team": "network", "minutes": 90, "site": "arlon", "before": "",
        "after": (), "not_before": None, "due": None, "owner": "", "state": "open", "begin": AT, "end": AT,
    }  # fmt: skip
    return TaskOut(**{**given, **fields})


TWO = [out(1, due=date(2026, 11, 30), title="Câble, salle A"), out(2, after=(1,), not_before=date(2026, 11, 26))]


# -- files ---------------------------------------------------------------------------------------------


def test_case_1_csv_comes_back_as_it_went() -> None:
    first, second = tasks_read(csv_of(TWO), filename="tasks.csv")
    assert (first.title, first.team, first.minutes, first.due) == ("Câble, salle A", "network", 90, date(2026, 11, 30))
    assert (second.after, second.not_before, second.key) == (("1",), date(2026, 11, 26), "2")


def test_case_2_a_title_is_no_formula_for_a_spreadsheet() -> None:
    content = csv_of([out(1, title="=HYPERLINK(1)")])
    assert "'=HYPERLINK(1)" in content.decode("utf-8-sig")
    assert tasks_read(content, filename="t.csv")[0].title == "=HYPERLINK(1)"


def test_case_3_project_xml_comes_back_as_it_went() -> None:
    """Microsoft Project's schema: names, durations, links finish to start, teams as resources."""
    content = project_of(TWO, title="Redémarrage", at=AT)
    root = ElementTree.fromstring(content)
    assert root.tag == f"{{{NS}}}Project"
    link = root.find(f".//{{{NS}}}PredecessorLink")
    assert link is not None and link.findtext(f"{{{NS}}}Type") == "1"
    first, second = tasks_read(content, filename="tasks.xml")
    assert (first.title, first.team, first.minutes, first.due) == ("Câble, salle A", "network", 90, date(2026, 11, 30))
    assert (second.after, second.not_before) == (("1",), date(2026, 11, 26))


def test_case_4_a_calendar_holds_what_is_planned_and_is_read_again() -> None:
    planned = out(3, begin=AT, end=AT.replace(hour=10))
    content = calendar_of([planned, out(4, begin=None, end=None)], at=AT)
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Task 3"]
    read = tasks_read(content, filename="tasks.ics")
    assert [(one.title, one.minutes, one.not_before) for one in read] == [("Task 3", 120, date(2026, 11, 24))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "RL-PMO-104"),
        (b"name,team\nx,network\n", "RL-PMO-104"),
        (b"<Project", "RL-PMO-104"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><Project>&b;</Project>', "RL-PMO-104"),
        (b"<Project></Project>", "RL-PMO-104"),
        (b"x" * 5_000_001, "RL-PMO-104"),
        (b"title,minutes\nx,-5\n", "RL-PMO-101"),
        (b"title,minutes\nx,999999999999\n", "RL-PMO-101"),
        (b"title,due\nx,soon\n", "RL-PMO-101"),
    ],
)
def test_case_5_what_cannot_be_read_says_where_and_what(content: bytes, code: str) -> None:
    with pytest.raises(RelightError) as refusal:
        tasks_read(content, filename="tasks")
    assert refusal.value.code == code
    assert "tasks" in str(refusal.value.where)


def test_case_6_a_circle_is_found_and_named() -> None:
    assert circle_of({1: [2], 2: [3], 3: []}) == []
    assert circle_of({1: [2], 2: [3], 3: [1]}) == [1, 2, 3, 1]
    assert circle_of({1: [9]}) == []
    long = {number: [number + 1] for number in range(5000)}
    assert circle_of(long) == []


# -- in the plan ---------------------------------------------------------------------------------------


def task(act: Any, title: str = "Tirer la fibre", **fields: Any) -> int:
    from relight.pmo.services.tasks import task_add

    return task_add(act=act, given=TaskGiven(**{"title": title, "team": "network", "minutes": 600, **fields}))


def normal(make: Callable[[], Any]) -> str:
    return str(make().document["units"][0]["normal"]["plan"])


def test_case_7_a_function_waits_for_the_task_put_before_it(
    make: Callable[[], Any], act_for: Callable[..., Any]
) -> None:
    before = normal(make)
    task(act_for("pmo"), minutes=6000, before="directory")
    plan = make()
    assert plan.document["units"][0]["normal"]["plan"] > before
    row = next(row for row in plan.document["work"] if row["id"] == "task:1")
    acceptance = next(row for row in plan.document["work"] if row["id"] == "acceptance:directory")
    assert row["end"] <= acceptance["begin"]


def test_case_8_tasks_keep_their_order_and_their_date(make: Callable[[], Any], act_for: Callable[..., Any]) -> None:
    act = act_for("pmo")
    first = task(act, "Un", minutes=300)
    task(act, "Deux", after=(str(first),), minutes=300)
    later = act.at.date().replace(day=min(28, act.at.day + 3))
    task(act, "Trois", not_before=later)
    rows = {row["name"]: row for row in make().document["work"] if row["kind"] == "task"}
    assert rows["Un"]["end"] <= rows["Deux"]["begin"]
    assert rows["Trois"]["begin"][:10] >= later.isoformat()


@pytest.mark.direct_rows
def test_case_8_a_long_chain_and_a_team_that_is_gone(make: Callable[[], Any], act_for: Callable[..., Any]) -> None:
    from relight.pmo.models import Task
    from relight.pmo.services.tasks import tasks_import

    rows = "".join(f"{n},Pas {n},network,5,{n - 1 if n else ''}\n" for n in range(1500))
    tasks_import(act=act_for("pmo"), content=f"number,title,team,minutes,after\n{rows}".encode(), filename="t.csv")
    work = {row["name"]: row for row in make().document["work"] if row["kind"] == "task"}
    assert work["Pas 1"]["end"] <= work["Pas 2"]["begin"] <= work["Pas 99"]["begin"]
    Task.objects.filter(number=7).update(team="nobody")
    with pytest.raises(RelightError) as refusal:
        make()
    assert refusal.value.code == "RL-PMO-046"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"team": "nobody"}, "team"),
        ({"minutes": 4}, "minutes"),
        ({"site": "nowhere"}, "site"),
        ({"before": "nothing"}, "before"),
        ({"after": ("77",)}, "after"),
        ({"after": ("x",)}, "after"),
    ],
)
def test_case_9_a_field_that_cannot_be_is_named(
    hospital: None, act_for: Callable[..., Any], fields: dict[str, Any], where: str
) -> None:
    from relight.pmo.models import Task

    with pytest.raises(RelightError) as refusal:
        task(act_for("pmo"), **fields)
    assert (refusal.value.code, refusal.value.where) == ("RL-PMO-101", where)
    assert not Task.objects.exists()


@pytest.mark.direct_rows
def test_case_10_a_file_taken_twice_doubles_nothing_and_names_what_it_sets_aside(
    hospital: None, act_for: Callable[..., Any]
) -> None:
    from relight.pmo.models import Task
    from relight.pmo.services.tasks import tasks_import

    content = b"number,title,team,after\n10,Cable,network,\n11,Switch,,10\n12,Oops,nobody,\n"
    act = act_for("pmo")
    first = tasks_import(act=act, content=content, filename="t.csv", team="network")
    assert (first.new, first.known, [place for place, _ in first.aside]) == (2, 0, [3])
    cable, switch = Task.objects.order_by("number")
    assert switch.after == [cable.number]
    Task.objects.filter(number=cable.number).update(state="done")
    again = tasks_import(act=act, content=content, filename="t.csv", team="network")
    assert (again.new, again.known, Task.objects.count()) == (0, 2, 2)


def test_case_11_a_file_with_a_circle_takes_nothing(hospital: None, act_for: Callable[..., Any]) -> None:
    from relight.pmo.models import Task
    from relight.pmo.services.tasks import tasks_import

    content = b"number,title,team,after\n1,A,network,2\n2,B,network,1\n"
    with pytest.raises(RelightError) as refusal:
        tasks_import(act=act_for("pmo"), content=content, filename="t.csv")
    assert refusal.value.code == "RL-PMO-102"
    assert not Task.objects.exists()


def test_case_12_my_tasks_are_those_i_took_and_done_ones_leave(
    hospital: None, act_for: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    number = task(act_for("pmo"))
    tech = client_of("technician", language="en")
    assert "No open task" in tech.get("/plan/tasks/?mine").text
    tech.post(f"/plan/tasks/{number}/take/", {"version": "1"})
    assert "Tirer la fibre" in tech.get("/plan/tasks/?mine").text
    stale = tech.post(f"/plan/tasks/{number}/end/", {"version": "1"}, follow=True)
    assert "Somebody changed task 1 meanwhile" in stale.text
    tech.post(f"/plan/tasks/{number}/end/", {"version": "2"})
    assert "No open task" in tech.get("/plan/tasks/?mine").text
    assert "Ended tasks" in tech.get("/plan/tasks/").text


def test_case_13_the_page_adds_a_task_and_says_what_is_wrong_at_the_field(
    hospital: None, client_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Task

    office = client_of("pmo", language="en")
    given = {"title": "Cable", "team": "network", "minutes": "60", "site": "arlon", "before": "directory", "after": ""}
    wrong = office.post("/plan/tasks/add/", {**given, "after": "9"})
    assert wrong.status_code == 422
    assert "cannot be the tasks before of a task" in wrong.text
    assert "the next plan holds it" in office.post("/plan/tasks/add/", given, follow=True).text
    assert Task.objects.get().before == "directory"


@pytest.mark.parametrize("shape", ["csv", "ics", "xml"])
def test_case_14_the_tasks_leave_as_a_file(
    make: Callable[[], Any], act_for: Callable[..., Any], client_of: Callable[..., Any], shape: str
) -> None:
    task(act_for("pmo"))
    make()
    answer = client_of("pmo").get(f"/plan/tasks/file/{shape}/")
    assert answer.status_code == 200
    assert [one.title for one in tasks_read(answer.content, filename=shape)] == ["Tirer la fibre"]
    assert client_of("pmo").get("/plan/tasks/file/exe/").status_code == 404


def test_case_15_the_chart_and_the_morning_round_show_the_plan(
    make: Callable[[], Any], act_for: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    from relight.pmo.services.problems import problem_report

    nurse = client_of("nurse", language="en")
    assert "No plan to draw" in nurse.get("/plan/gantt/").text
    task(act_for("pmo"))
    problem_report(act=act_for("nurse"), what="printer", where="emergency@arlon")
    make()
    chart = nurse.get("/plan/gantt/").text
    assert 'class="gantt-task"' in chart
    assert "Acceptance: Directory" in chart
    sheet = nurse.get("/plan/meeting/").text
    assert "1. What blocks: 1 problem" in sheet
    assert "who sees to it?" in sheet
    assert "Tirer la fibre" in sheet
