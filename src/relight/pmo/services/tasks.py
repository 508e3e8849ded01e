"""Tasks added, taken, ended, imported.

Owns Task. Refuses circles, teams, functions and sites nobody knows. Source: docs/design/tasks.md (cases 1-20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Max

from relight.hospital.api import function_list, site_list
from relight.journal.api import Body, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, service
from relight.pmo import errors
from relight.pmo.models import Task
from relight.pmo.rules.tasks import LEAST_MIN, MOST_MIN, TaskGiven, circle_of, tasks_read
from relight.pmo.selectors.scene import settings_now
from relight.pmo.types import TaskState

TITLE_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReport:
    """What an import did. aside: place in the file and why. known: there already, with the same title."""

    new: int = 0
    known: int = 0
    aside: tuple[tuple[int, RelightError], ...] = field(default=())


@service(Permission.PLAN_EDIT)
def task_add(*, act: Act, given: TaskGiven) -> int:
    """Add a task to the plan. Returns: its number. Raises: RL-PMO-101 for a field, 102 for a circle."""
    checked = _checked(given)
    with writing(act) as log:
        return _add(act, log, checked, after=_numbers(checked.after))


@service(Permission.PLAN_EDIT)
def tasks_import(*, act: Act, content: bytes, filename: str, team: str = "") -> TaskReport:
    """Take tasks from CSV, iCalendar or Microsoft Project XML; what is there by its title stays, what has a fault is
    set aside with its reason.

    Args: team: of rows that name none. Raises: RL-PMO-104 for a file that cannot be read, 102 when its tasks wait for
    each other in a circle: then nothing is taken.
    """
    rows = tasks_read(content, filename=filename)
    new, known, aside = 0, 0, list[tuple[int, RelightError]]()
    with writing(act) as log:
        kept = Task.objects.exclude(state=TaskState.DROPPED.value)  # what is done is not to be done again
        titles = dict(kept.values_list("title", "number"))
        numbers: dict[str, int] = {}
        added: list[tuple[int, TaskGiven]] = []
        for place, row in enumerate(rows, start=1):
            try:
                checked = _checked(replace(row, team=row.team or team))
            except RelightError as refusal:
                aside.append((place, refusal))
                continue
            if checked.title in titles:
                known += 1
                numbers[row.key] = titles[checked.title]
                continue
            number = _add(act, log, checked, after=())
            numbers[row.key] = titles[checked.title] = number
            added.append((number, row))
            new += 1
        for number, row in added:
            after = sorted({numbers[key] for key in row.after if key in numbers and numbers[key] != number})
            if after:
                Task.objects.filter(number=number).update(after=after)
        _no_circle()
        body: Body = {"file": filename[:100], "new": new, "known": known, "aside": len(aside)}
        log.entry("pmo.tasks_import", subject=f"file:{filename[:100]}", body=body)
    return TaskReport(new=new, known=known, aside=tuple(aside))


@service(Permission.PROBLEM_ANSWER)
def task_take(*, act: Act, number: int, version: int) -> None:
    """Become the owner of a task. Raises: RL-PMO-100, 103."""
    with writing(act) as log:
        row = _open(number, version)
        row.owner = act.actor
        _save(row, log, "pmo.task_take", fields=["owner"])


@service(Permission.PROBLEM_ANSWER)
def task_end(*, act: Act, number: int, version: int, dropped: bool = False) -> None:
    """Say that a task is done, or that it is not needed any more. Raises: RL-PMO-100, 103."""
    with writing(act) as log:
        row = _open(number, version)
        row.state, row.ended_at = (TaskState.DROPPED if dropped else TaskState.DONE).value, act.at
        _save(row, log, "pmo.task_drop" if dropped else "pmo.task_done", fields=["state", "ended_at"])


def _checked(given: TaskGiven) -> TaskGiven:
    """Return a task with its words trimmed and its team and function as ids. Raises: RL-PMO-101."""
    title = " ".join(given.title.split())
    if not title or len(title) > TITLE_MOST:
        raise errors.TASK_FIELD.error(where="title", value=title[:40], field=errors.TITLE, expected=errors.SOME_WORDS)
    if not LEAST_MIN <= given.minutes <= MOST_MIN:
        expected = errors.SOME_MINUTES
        raise errors.TASK_FIELD.error(where="minutes", value=given.minutes, field=errors.MINUTES, expected=expected)
    teams = {team.id: team for team in settings_now().teams}
    named = {name.casefold(): team.id for team in teams.values() for name in (team.id, *team.names.values())}
    team = named.get(given.team.strip().casefold(), "")
    if not team:
        known = ", ".join(teams)
        raise errors.TASK_FIELD.error(where="team", value=given.team[:40], field=errors.TEAM, expected=known)
    if given.before and given.before not in {function.id for function in function_list()}:
        raise errors.TASK_FIELD.error(
            where="before", value=given.before[:40], field=errors.BEFORE, expected=errors.BEFORE
        )
    if given.site and given.site not in (sites := {site.id for site in site_list()}):
        known = ", ".join(sorted(sites)) or "–"
        raise errors.TASK_FIELD.error(where="site", value=given.site[:40], field=errors.SITE, expected=known)
    return replace(given, title=title, team=team)


def _numbers(after: Sequence[str]) -> list[int]:
    """Return numbers of tasks that exist. Raises: RL-PMO-101."""
    known = set(Task.objects.values_list("number", flat=True))
    for text in after:
        if not (text.isascii() and text.isdecimal() and len(text) < 9 and int(text) in known):
            expected = errors.TASK_NUMBERS
            raise errors.TASK_FIELD.error(where="after", value=text[:40], field=errors.AFTER, expected=expected)
    return sorted({int(text) for text in after})


def _add(act: Act, log: Log, given: TaskGiven, *, after: Sequence[int]) -> int:
    number = (Task.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    row = Task.objects.create(
        id=new_id(act.at), number=number, title=given.title, team=given.team, minutes=given.minutes, site=given.site,
        before=given.before, after=list(after), not_before=given.not_before, due=given.due, added_at=act.at,
        added_by=act.actor,
    )  # fmt: skip
    body: Body = {"number": number, "team": given.team, "minutes": given.minutes, "before": given.before}
    log.entry("pmo.task_add", subject=f"task:{row.pk}", body=body)
    return number


def _no_circle() -> None:
    rows = Task.objects.filter(state=TaskState.OPEN.value).values_list("number", "after")
    circle = circle_of(dict(rows))
    if circle:
        raise errors.TASK_CIRCLE.error(where="after", cycle=" → ".join(str(number) for number in circle))


def _open(number: int, version: int) -> Task:
    row = Task.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise errors.TASK_UNKNOWN.error(where="number", number=number)
    if row.version != version or row.state != TaskState.OPEN.value:
        raise errors.TASK_CHANGED.error(where="version", number=number)
    return row


def _save(row: Task, log: Log, verb: str, *, fields: list[str]) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    log.entry(verb, subject=f"task:{row.pk}", body={"number": row.number})
