"""The schedule that puts wards on paper by itself: set, stopped, run when due, tried again when a disk refuses.

Owns PrintSchedule. Refuses to journal each look: only what changed. Source: docs/design/paper.md, cases 46-52.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from relight.journal.api import Json, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import PrintSchedule
from relight.record.rules.printing import EVERY_MIN, WardKey, keep_read, next_at, ward_read
from relight.record.selectors.printing import wards_known
from relight.record.services.print_files import folder_read, folder_ready
from relight.record.services.printing import SetReport, language_known, wards_print

log = structlog.get_logger(__name__)

_SUBJECT = "print:schedule"


@service(Permission.RECORD_PRINT)
def print_schedule_set(
    *,
    act: Act,
    folder: str,
    every_min: int = 120,
    wards: Sequence[WardKey] = (),
    keep: int = 6,
    language: str = "",
    made_at: datetime | None = None,
) -> None:
    """Have wards printed to a folder from now on, the first time at once.

    Args: wards: none for every ward with anybody in it. language: of the paper; the installation's by default.
    made_at: when a set was just printed there: then the first time is an interval later.
    Raises: RL-REC-450, 451, 452 for the folder, 453, 454, 461.
    """
    place = folder_read(folder)
    keep_read(keep)
    if every_min not in EVERY_MIN:
        raise errors.PRINT_EVERY.error(where="every")
    known = wards_known()
    for key in wards:
        if known and key not in known:
            raise errors.PRINT_WARD.error(where="ward", ward=key.key[:60])
    folder_ready(place)
    keys = [key.key for key in wards]
    values: dict[str, Any] = {
        "is_on": True, "folder": str(place), "every_min": every_min, "wards": keys, "keep": keep,
        "language": language_known(language),
        "set_at": act.at, "set_by": act.actor,
        "next_at": next_at(at=made_at, every_min=every_min, failures=0) if made_at else act.at,
        "failures": 0, "code": "", "tried_at": None,
    }  # fmt: skip
    told: list[Json] = [*keys]
    with writing(act) as entry:
        held = PrintSchedule.objects.filter(pk=1).first()
        if made_at is not None or held is None or held.folder != str(place):
            values["made_at"] = made_at  # what lies in another folder is no copy of this one
        PrintSchedule.objects.update_or_create(pk=1, defaults=values)
        body: dict[str, Json] = {"folder": str(place), "every_min": every_min, "wards": told, "keep": keep}
        entry.entry("record.print_schedule", subject=_SUBJECT, body=body)


@service(Permission.RECORD_PRINT)
def print_schedule_stop(*, act: Act) -> None:
    """Print no more by itself; what was printed stays."""
    with writing(act) as entry:
        PrintSchedule.objects.filter(pk=1).update(is_on=False, set_at=act.at, set_by=act.actor)
        entry.entry("record.print_stop", subject=_SUBJECT, body={})


@service(Permission.RECORD_PRINT)
def print_schedule_now(*, act: Act) -> None:
    """Let the worker print at its next look, within seconds."""
    with writing(act) as entry:
        PrintSchedule.objects.filter(pk=1).update(next_at=act.at)
        entry.entry("record.print_now", subject=_SUBJECT, body={})


@service(Permission.RECORD_PRINT)
def print_when_due(*, act: Act) -> SetReport | None:
    """Print when the schedule says so; what fails is noted and tried again, sooner than the interval.

    Returns: None when nothing was due, another prints at this moment, or it failed.
    """
    row = PrintSchedule.objects.filter(pk=1, is_on=True, next_at__lte=act.at).first()
    if row is None:
        return None
    try:
        report = wards_print(
            act=act, folder=Path(row.folder), wards=[ward_read(one) for one in row.wards], keep=row.keep,
            language=row.language, make=row.made_at is None,
        )  # fmt: skip
    except RelightError as refusal:
        if refusal.code == errors.PRINT_BUSY.code:
            return None
        _tried(act, row, code=refusal.code)
        return None
    _tried(act, row, code="" if report.is_whole else errors.PRINT_PARTLY.code, is_written=True)
    return report


def _tried(act: Act, row: PrintSchedule, *, code: str, is_written: bool = False) -> None:
    """Note how a try went: a disk that refuses is tried again soon, one odd record at the usual time.

    The row is written only if nobody set another schedule meanwhile.
    """
    failures = 0 if is_written else row.failures + 1
    values: dict[str, Any] = {
        "tried_at": act.at, "failures": failures, "code": code,
        "next_at": next_at(at=act.at, every_min=row.every_min, failures=failures),
    }  # fmt: skip
    if is_written:
        values["made_at"] = act.at
    with writing(act) as entry:
        PrintSchedule.objects.filter(pk=1, set_at=row.set_at).update(**values)
        entry.entry("record.print_tried", subject=_SUBJECT, body={"code": code, "failures": failures})
    if code:
        log.warning("paper copies failed", code=code, failures=failures)
