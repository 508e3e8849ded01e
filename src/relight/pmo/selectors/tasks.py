"""Tasks as pages and files show them, with when the plan does them; the plan's work as a Gantt chart.

Source: docs/design/tasks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext, ngettext

from relight.fleet.api import KLASS_WORDS, Klass
from relight.hospital.api import day_of, naming_now
from relight.kernel.act import Act
from relight.paper.gantt import Bar, Gantt
from relight.people.api import names_of
from relight.pmo import errors
from relight.pmo.models import Plan, Task
from relight.pmo.rules.tasks import TaskOut
from relight.pmo.selectors.plans import plan_latest
from relight.pmo.selectors.scene import settings_now
from relight.pmo.types import JobKind, TaskState
from relight.ui.api import day_word

GANTT_DAYS, GATES_MOST = 30, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task in the reader's words. late: planned to end, or due, before now or its date."""

    task: Task
    team: str
    before: str
    owner: str
    is_mine: bool
    begin: datetime | None
    end: datetime | None
    late: bool


def task_get(number: int) -> Task:
    """Return a task. Raises: MissingError RL-PMO-100."""
    row = Task.objects.filter(number=number).first()
    if row is None:
        raise errors.TASK_UNKNOWN.error(where="number", number=number)
    return row


def _planned() -> dict[str, tuple[datetime | None, datetime | None]]:
    plan = plan_latest()
    rows = plan.document.get("work", ()) if plan else ()
    return {row["id"]: (_when(row["begin"]), _when(row["end"])) for row in rows if row["id"]}


def _when(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def task_rows(*, act: Act, mine: bool = False, ended: bool = False) -> list[TaskRow]:
    """List tasks by when they are due or planned; the open ones unless the ended are asked for."""
    rows = (
        Task.objects.exclude(state=TaskState.OPEN.value) if ended else Task.objects.filter(state=TaskState.OPEN.value)
    )
    if mine:
        rows = rows.filter(owner=act.actor)
    planned, naming = _planned(), naming_now()
    teams = {team.id: team.name(get_language() or "en") for team in settings_now().teams}
    tasks = list(rows)
    people, today = names_of({task.owner for task in tasks if task.owner}), timezone.localtime(act.at).date()
    found = []
    for task in tasks:
        begin, end = planned.get(f"task:{task.number}", (None, None))
        late = task.due is not None and (
            task.due < today or (end is not None and timezone.localtime(end).date() > task.due)
        )
        found.append(
            TaskRow(
                task=task,
                team=teams.get(task.team, task.team),
                before=naming.node(task.before) if naming and task.before else "",
                owner=people.get(task.owner, task.owner),
                is_mine=task.owner == act.actor,
                begin=begin,
                end=end,
                late=late and not ended,
            )
        )
    return sorted(found, key=lambda row: (not row.late, row.task.due is None, row.task.due or today, row.task.number))


def tasks_out() -> list[TaskOut]:
    """Return every task that was not dropped, as it leaves in a file."""
    planned = _planned()
    people = names_of({task.owner for task in Task.objects.all() if task.owner})
    found = []
    for task in Task.objects.exclude(state=TaskState.DROPPED.value):
        begin, end = planned.get(f"task:{task.number}", (None, None))
        found.append(
            TaskOut(
                number=task.number, title=task.title, team=task.team, minutes=task.minutes, site=task.site,
                before=task.before, after=tuple(task.after), not_before=task.not_before, due=task.due,
                owner=people.get(task.owner, task.owner), state=task.state, begin=begin, end=end,
            )
        )  # fmt: skip
    return found


# -- the chart -----------------------------------------------------------------------------------------


def gantt(plan: Plan) -> Gantt | None:
    """Return the plan's work of the next thirty days as bars, None for a plan that holds none."""
    rows, naming, start = plan.document.get("work", ()), naming_now(), parse_datetime(plan.document["start"])
    if not rows or start is None:
        return None
    last = start + timedelta(days=GANTT_DAYS)
    bars: list[Bar] = []
    gates = 0
    for row in rows:
        begin, end = _when(row["begin"]), _when(row["end"])
        if begin is None or begin >= last:
            continue
        kind = JobKind(row["kind"])
        if kind is JobKind.ACCEPTANCE:
            gates += 1
            if gates > GATES_MOST:
                continue
        site = naming.sites.get(row["site"], row["site"]) if naming else row["site"]
        bars.append(
            Bar(
                name=_name(
                    row, kind, site, accepted=naming.node(row["id"].partition(":")[2]) if naming and row["id"] else ""
                ),
                kind="task"
                if kind is JobKind.TASK
                else "gate"
                if kind in (JobKind.ZONE, JobKind.ACCEPTANCE)
                else "work",
                begin=(begin - start).total_seconds() / 86400,
                end=min(GANTT_DAYS, ((end or last) - start).total_seconds() / 86400),
                note=ngettext("%(n)s item", "%(n)s items", row["count"]) % {"n": row["count"]} if not row["id"] else "",
            )
        )
    today = day_of(start) or 0
    days = [(float(ahead), day_word(today + ahead)) for ahead in range(0, GANTT_DAYS + 1, 5)]
    return Gantt(
        title=gettext("What is done when"),
        description=gettext("Bars by day: work by site and class, zones, acceptances and tasks of the latest plan."),
        bars=tuple(bars),
        ticks=tuple(days),
        span=float(GANTT_DAYS),
    )


def _name(row: dict[str, Any], kind: JobKind, site: str, *, accepted: str = "") -> str:
    if kind is JobKind.ZONE:
        return gettext("Clean zone %(site)s") % {"site": site}
    if kind is JobKind.ACCEPTANCE:
        return gettext("Acceptance: %(name)s") % {"name": accepted or row["name"]}
    if kind is JobKind.TASK:
        return str(row["name"])
    known = row["klass"] in {one.value for one in Klass}
    what = (
        gettext("analyzer links")
        if kind is JobKind.LINK
        else gettext(KLASS_WORDS[Klass(row["klass"])])
        if known
        else row["klass"]
    )
    return f"{site or gettext('no site')} – {what}"
