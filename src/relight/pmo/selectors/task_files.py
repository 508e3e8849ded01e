"""The tasks as a file: a spreadsheet, a calendar, a Microsoft Project file."""

from __future__ import annotations

from datetime import datetime

from relight.hospital.api import group_name
from relight.pmo.rules.tasks import calendar_of, csv_of, project_of
from relight.pmo.selectors.tasks import tasks_out

MEDIA = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8", "xml": "application/xml"}


def task_file(shape: str, *, at: datetime) -> tuple[bytes, str]:
    """Return the tasks in a shape (`csv`, `ics`, `xml`) with its media type."""
    tasks = tasks_out()
    if shape == "csv":
        content = csv_of(tasks)
    elif shape == "ics":
        content = calendar_of(tasks, at=at)
    else:
        content = project_of(tasks, title=group_name() or "Relight", at=at)
    return content, MEDIA[shape]
