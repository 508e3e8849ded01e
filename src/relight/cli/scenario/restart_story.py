"""The restart office of a scenario: forecasts kept, plans computed, problems answered, an order proposed, reports.

Owns the plan and its deeds. Refuses figures: each comes from the state of that hour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from relight.cli.scenario.moments import Moments
from relight.kernel.act import Act

Doing = Callable[[datetime], None]
ROUNDS, RUNS = 400, 500  # of the search and of the chances: the same state gives the same plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPlan:
    """One problem. by: user name. answered: the hour of the answer, empty for none yet."""

    day: int
    hour: str
    by: str
    what: str
    where: str
    answer: str = ""
    answered: str = ""
    solved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlan:
    """One order proposed. first: ids of service units."""

    day: int
    hour: str
    title: str
    reason: str
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPlan:
    """One situation report. free: what a person wrote, by language."""

    day: int
    hour: str
    free: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPlan:
    """One task. owner: user name who takes it, empty for nobody yet. due: so many days later, 0 for no date."""

    day: int
    hour: str
    title: str
    team: str
    minutes: int
    site: str = ""
    before: str = ""
    owner: str = ""
    due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPlan:
    """One risk. likely, grave: 1 to 3."""

    day: int
    hour: str
    title: str
    likely: int
    grave: int
    answer: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """Hours or a cost of that day. amount: hours, or euros."""

    day: int
    hour: str
    kind: str
    who: str
    what: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartPlan:
    """writer, approver, owner: user names, the first two different people. plans: day and hour."""

    writer: str
    approver: str
    owner: str
    forecast_days: tuple[int, ...]
    forecast_hour: str
    plans: tuple[tuple[int, str], ...]
    problems: tuple[ProblemPlan, ...]
    orders: tuple[OrderPlan, ...]
    reports: tuple[ReportPlan, ...]
    tasks: tuple[TaskPlan, ...] = ()
    risks: tuple[RiskPlan, ...] = ()
    lines: tuple[LinePlan, ...] = ()


def restart_plan_read(content: bytes) -> RestartPlan:
    """Read the plan. The shipped file is the one tested: a fault in it raises plainly."""
    raw = tomllib.loads(content.decode())
    return RestartPlan(
        writer=raw["writer"],
        approver=raw["approver"],
        owner=raw["owner"],
        forecast_days=tuple(raw["forecast_days"]),
        forecast_hour=raw["forecast_hour"],
        plans=tuple((row["day"], row["hour"]) for row in raw["plan"]),
        problems=tuple(ProblemPlan(**row) for row in raw["problem"]),
        orders=tuple(OrderPlan(**{**row, "first": tuple(row["first"])}) for row in raw["order"]),
        reports=tuple(ReportPlan(**row) for row in raw["report"]),
        tasks=tuple(TaskPlan(**row) for row in raw["task"]),
        risks=tuple(RiskPlan(**row) for row in raw["risk"]),
        lines=tuple(LinePlan(**row) for row in raw["line"]),
    )


def restart_deeds(
    plan: RestartPlan, *, moments: Moments, as_: Callable[[str, datetime], Act], password: str
) -> Iterator[tuple[datetime, Doing]]:
    """Say what the restart office does when. Args: password: of the one who approves."""
    for day in plan.forecast_days:
        yield moments.at(day, plan.forecast_hour), partial(_forecast, plan, as_=as_)
    for day, hour in plan.plans:
        yield moments.at(day, hour), partial(_plan, plan, as_=as_)
    for problem in plan.problems:
        yield moments.at(problem.day, problem.hour), partial(_problem, problem, as_=as_)
        if problem.answered:
            yield moments.at(problem.day, problem.answered), partial(_answer, plan, problem, as_=as_)
    for order in plan.orders:
        yield moments.at(order.day, order.hour), partial(_order, plan, order, as_=as_)
    for task in plan.tasks:
        yield moments.at(task.day, task.hour), partial(_task, plan, task, as_=as_)
    for risk in plan.risks:
        yield moments.at(risk.day, risk.hour), partial(_risk, plan, risk, as_=as_)
    for line in plan.lines:
        yield moments.at(line.day, line.hour), partial(_line, plan, line, as_=as_)
    for report in plan.reports:
        yield moments.at(report.day, report.hour), partial(_report, plan, report, as_=as_, password=password)


def _forecast(plan: RestartPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import forecast_keep  # noqa: PLC0415 - Django must be set up first

    forecast_keep(act=as_(plan.writer, at))


def _plan(plan: RestartPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import plan_make  # noqa: PLC0415 - Django must be set up first

    plan_make(act=as_(plan.writer, at), rounds=ROUNDS, runs=RUNS)


def _problem(problem: ProblemPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import problem_report  # noqa: PLC0415 - Django must be set up first

    problem_report(act=as_(problem.by, at), what=problem.what, where=problem.where)


def _answer(plan: RestartPlan, problem: ProblemPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import problem_answer, problem_report  # noqa: PLC0415 - Django must be set up first

    number = problem_report(act=as_(problem.by, at), what=problem.what, where=problem.where)  # its number, nothing new
    problem_answer(act=as_(plan.owner, at), number=number, version=1, text=problem.answer, solved=problem.solved)


def _order(plan: RestartPlan, order: OrderPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import decision_propose  # noqa: PLC0415 - Django must be set up first

    decision_propose(act=as_(plan.writer, at), title=order.title, reason=order.reason, first=order.first)


def _task(plan: RestartPlan, task: TaskPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import TaskGiven, task_add, task_take  # noqa: PLC0415 - Django must be set up first

    due = (at + timedelta(days=task.due)).date() if task.due else None
    given = TaskGiven(
        title=task.title, team=task.team, minutes=task.minutes, site=task.site, before=task.before, due=due
    )
    number = task_add(act=as_(plan.writer, at), given=given)
    if task.owner:
        task_take(act=as_(task.owner, at), number=number, version=1)


def _risk(plan: RestartPlan, risk: RiskPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import risk_add  # noqa: PLC0415 - Django must be set up first

    risk_add(
        act=as_(plan.writer, at),
        title=risk.title,
        likely=risk.likely,
        grave=risk.grave,
        answer=risk.answer,
        owner=risk.owner,
    )


def _line(plan: RestartPlan, line: LinePlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.pmo.api import LedgerKind, LineGiven, line_add  # noqa: PLC0415 - Django must be set up first

    given = LineGiven(
        kind=LedgerKind(line.kind), day=at.date(), who=line.who, what=line.what, amount=Decimal(line.amount)
    )
    line_add(act=as_(plan.writer, at), given=given)


def _report(
    plan: RestartPlan, report: ReportPlan, at: datetime, *, as_: Callable[[str, datetime], Act], password: str
) -> None:
    from relight.pmo.api import (  # noqa: PLC0415 - Django must be set up first
        report_approve,
        report_draw,
        report_find,
        report_write,
        shown_digest,
    )

    writer = as_(plan.writer, at)
    report_draw(act=writer)
    report_write(act=writer, number=0, free=report.free)
    approver = as_(plan.approver, at)
    report_approve(act=approver, shown=shown_digest(report_find(at=at, draft=True)), password=password)
