"""Tasks people add: what makes one, circles, and files of them (CSV, iCalendar, Microsoft Project XML).

Owns the formats. Refuses XML that declares entities, and to guess a team: one that is not named is the caller's.
Source: RFC 5545 (iCalendar); Microsoft Project 2003 XML schema (namespace schemas.microsoft.com/project);
docs/design/tasks.md (cases 1-20).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from relight.pmo import errors

COLUMNS = ("number", "title", "team", "minutes", "site", "before", "after", "not_before", "due", "owner", "state")
NS = "http://schemas.microsoft.com/project"
DEFAULT_MIN = 60
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LIMIT_BYTES = 5_000_000
LEAST_MIN, MOST_MIN = 5, 20_000
_SPAN = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven:
    """A task as somebody gives it. after: numbers of tasks, or of rows of the same file where `key` is one.

    key: what other rows of a file call it, empty on a page. minutes: of work.
    """

    title: str
    team: str = ""
    minutes: int = DEFAULT_MIN
    site: str = ""
    before: str = ""
    after: tuple[str, ...] = ()
    not_before: date | None = None
    due: date | None = None
    owner: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOut:
    """A task as it leaves. begin, end: as planned, None when the plan does not hold it."""

    number: int
    title: str
    team: str
    minutes: int
    site: str
    before: str
    after: tuple[int, ...]
    not_before: date | None
    due: date | None
    owner: str
    state: str
    begin: datetime | None
    end: datetime | None


def circle_of(after: Mapping[int, Iterable[int]]) -> list[int]:
    """Return the numbers of a circle among tasks, empty when there is none."""
    state: dict[int, int] = {}
    for start in sorted(after):
        path: list[int] = []
        stack: list[tuple[int, list[int]]] = [(start, sorted(after[start]))] if start not in state else []
        while stack:
            task, left = stack[-1]
            if state.get(task) is None:
                state[task] = 1
                path.append(task)
            if left:
                ahead = left.pop()
                if state.get(ahead) == 1:
                    return [*path[path.index(ahead) :], ahead]
                if ahead in after and ahead not in state:
                    stack.append((ahead, sorted(after[ahead])))
                continue
            state[task] = 2
            path.pop()
            stack.pop()
    return []


# -- reading -------------------------------------------------------------------------------------------


def tasks_read(content: bytes, *, filename: str) -> list[TaskGiven]:
    """Read a file of tasks by what it holds. Raises: RL-PMO-104 for one that cannot be read, 101 for a cell."""
    if len(content) > LIMIT_BYTES:
        raise errors.TASK_FILE.error(where=filename, reason=errors.TOO_LARGE)
    head = content[:400].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[:15].upper() == b"BEGIN:VCALENDAR":
        return _calendar_read(content, filename)
    if head[:1] == b"<":
        return _project_read(content, filename)
    return _csv_read(content, filename)


def _csv_read(content: bytes, filename: str) -> list[TaskGiven]:
    text = content.decode("utf-8-sig", errors="replace").replace("\x00", "")
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    if "title" not in (rows.fieldnames or ()):
        raise errors.TASK_FILE.error(where=filename, reason=errors.NO_TITLE)
    found = []
    for row in rows:
        cell = {key: _plain((row.get(key) or "").strip()) for key in COLUMNS}
        where = f"{filename}:{rows.line_num}"
        found.append(
            TaskGiven(
                title=cell["title"],
                team=cell["team"],
                minutes=minutes_read(cell["minutes"], where=where) if cell["minutes"] else DEFAULT_MIN,
                site=cell["site"],
                before=cell["before"],
                after=tuple(cell["after"].split()),
                not_before=day_read(cell["not_before"], where=where),
                due=day_read(cell["due"], where=where),
                owner=cell["owner"],
                key=cell["number"],
            )
        )
    return found


def minutes_read(text: str, *, where: str) -> int:
    """Read minutes of work. Raises: RL-PMO-101."""
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and LEAST_MIN <= int(text) <= MOST_MIN):
        expected = errors.SOME_MINUTES
        raise errors.TASK_FIELD.error(where=where, value=text[:40], field=errors.MINUTES, expected=expected)
    return int(text)


def day_read(text: str, *, where: str) -> date | None:
    """Read a date, None for nothing. Raises: RL-PMO-101."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as refusal:
        raise errors.TASK_FIELD.error(
            where=where, value=text[:40], field=errors.DAY, expected=errors.A_DAY
        ) from refusal


def _calendar_read(content: bytes, filename: str) -> list[TaskGiven]:
    try:
        parsed = icalendar.Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as refusal:
        raise errors.TASK_FILE.error(where=filename, reason=errors.NOT_READABLE) from refusal
    found = []
    for part in [*parsed.walk("VTODO"), *parsed.walk("VEVENT")]:
        begin, end = _moment(part, "DTSTART"), _moment(part, "DUE") or _moment(part, "DTEND")
        span = getattr(part.get("DURATION"), "dt", None)
        if span is None and isinstance(begin, datetime) and isinstance(end, datetime):
            span = end - begin
        minutes = int(span.total_seconds() // 60) if isinstance(span, timedelta) else DEFAULT_MIN
        found.append(
            TaskGiven(
                title=str(part.get("SUMMARY", "")).strip(),
                minutes=min(MOST_MIN, max(LEAST_MIN, minutes)),
                not_before=_day(begin),
                due=_day(_moment(part, "DUE")),
                after=tuple(str(one) for one in _several(part.get("RELATED-TO"))),
                key=str(part.get("UID", "")),
            )
        )
    return found


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _moment(part: Any, key: str) -> date | datetime | None:
    found = getattr(part.get(key), "dt", None)
    return found if isinstance(found, date) else None


def _day(moment: date | datetime | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _project_read(content: bytes, filename: str) -> list[TaskGiven]:
    try:
        root = SafeTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as refusal:
        raise errors.TASK_FILE.error(where=filename, reason=errors.NOT_READABLE) from refusal

    def text(node: Any, tag: str) -> str:
        return (node.findtext(f"{{{NS}}}{tag}") or "").strip()

    names = {text(one, "UID"): text(one, "Name") for one in root.iter(f"{{{NS}}}Resource")}
    teams = {text(one, "TaskUID"): names.get(text(one, "ResourceUID"), "") for one in root.iter(f"{{{NS}}}Assignment")}
    found = []
    for task in root.iter(f"{{{NS}}}Task"):
        if text(task, "Summary") == "1" or text(task, "IsNull") == "1" or not text(task, "Name"):
            continue
        is_held = text(task, "ConstraintType") == "4"  # start no earlier than
        found.append(
            TaskGiven(
                title=text(task, "Name"),
                team=teams.get(text(task, "UID"), ""),
                minutes=min(MOST_MIN, max(LEAST_MIN, _span_min(text(task, "Duration")))),
                after=tuple(text(link, "PredecessorUID") for link in task.iter(f"{{{NS}}}PredecessorLink")),
                not_before=_xml_day(text(task, "ConstraintDate")) if is_held else None,
                due=_xml_day(text(task, "Deadline")),
                key=text(task, "UID"),
            )
        )
    if not found:
        raise errors.TASK_FILE.error(where=filename, reason=errors.NOT_READABLE)
    return found


def _span_min(text: str) -> int:
    match = _SPAN.fullmatch(text)
    if match is None:
        return DEFAULT_MIN
    days, hours, minutes, _ = (int(part or 0) for part in match.groups())
    return days * 1440 + hours * 60 + minutes


def _xml_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


# -- writing -------------------------------------------------------------------------------------------


def csv_of(tasks: Iterable[TaskOut]) -> bytes:
    """Write tasks as CSV that `tasks_read` reads again, with the planned begin and end."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "begin", "end"])
    for task in tasks:
        writer.writerow(
            _cells(
                task.number, task.title, task.team, task.minutes, task.site, task.before,
                " ".join(str(number) for number in task.after), task.not_before, task.due, task.owner, task.state,
                task.begin, task.end,
            )
        )  # fmt: skip
    return out.getvalue().encode("utf-8-sig")


def _cells(*values: object) -> list[str]:
    """Write cells so that no spreadsheet takes one for a formula."""
    texts = ["" if value is None else str(value) for value in values]
    return [f"'{text}" if text.startswith(FORMULA_STARTS) else text for text in texts]


def _plain(text: str) -> str:
    """Take back the sign that kept a cell from being a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def calendar_of(tasks: Iterable[TaskOut], *, at: datetime) -> bytes:
    """Write the planned tasks as events of a calendar. Args: at: when it is written."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Relight//Restart office//EN")
    calendar.add("version", "2.0")
    for task in tasks:
        if task.begin is None or task.end is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"task-{task.number}@relight")
        event.add("dtstamp", at)
        event.add("dtstart", task.begin)
        event.add("dtend", task.end)
        event.add("summary", task.title)
        event.add("categories", [task.team])
        for number in task.after:
            event.add("related-to", f"task-{number}@relight")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def project_of(tasks: Sequence[TaskOut], *, title: str, at: datetime) -> bytes:
    """Write tasks as Microsoft Project XML, teams as its resources. Args: at: the start of the project."""
    ElementTree.register_namespace("", NS)
    root = ElementTree.Element(f"{{{NS}}}Project")

    def put(parent: ElementTree.Element, tag: str, text: object = None) -> ElementTree.Element:
        node = ElementTree.SubElement(parent, f"{{{NS}}}{tag}")
        if text is not None:
            node.text = str(text)
        return node

    put(root, "Name", title)
    put(root, "StartDate", _stamp(at))
    listed, known = put(root, "Tasks"), {task.number for task in tasks}
    for task in tasks:
        node = put(listed, "Task")
        begin = task.begin or at
        end = task.end or begin + timedelta(minutes=task.minutes)
        rows = [
            ("UID", task.number), ("ID", task.number), ("Name", task.title), ("Start", _stamp(begin)),
            ("Finish", _stamp(end)), ("Duration", f"PT{task.minutes // 60}H{task.minutes % 60}M0S"),
            ("DurationFormat", 5), ("PercentComplete", 100 if task.state == "done" else 0),
        ]  # fmt: skip
        rows += [("ConstraintType", 4), ("ConstraintDate", f"{task.not_before}T00:00:00")] if task.not_before else []
        rows += [("Deadline", f"{task.due}T17:00:00")] if task.due else []
        for tag, value in rows:
            put(node, tag, value)
        for number in task.after:
            if number in known:
                link = put(node, "PredecessorLink")
                put(link, "PredecessorUID", number)
                put(link, "Type", 1)  # finish to start
    teams = {team: place + 1 for place, team in enumerate(sorted({task.team for task in tasks}))}
    resources, assignments = put(root, "Resources"), put(root, "Assignments")
    for team, uid in teams.items():
        node = put(resources, "Resource")
        put(node, "UID", uid)
        put(node, "ID", uid)
        put(node, "Name", team)
    for place, task in enumerate(tasks):
        node = put(assignments, "Assignment")
        put(node, "UID", place + 1)
        put(node, "TaskUID", task.number)
        put(node, "ResourceUID", teams[task.team])
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"
