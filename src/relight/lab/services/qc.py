"""Quality control: points judged as they come, targets, what was done about a broken rule.

Source: docs/design/lab.md, "Quality control".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Message, QcPoint, QcTarget
from relight.lab.rules.interpret import NO_LOT
from relight.lab.rules.westgard import Point, judge, rejects
from relight.lab.selectors.ladder import link_get
from relight.lab.selectors.qc import point_z, points_judged
from relight.lab.types import QcReading
from relight.people.api import Permission, service

CSV_LIMIT = 1_000_000
CSV_COLUMNS = ("test", "level", "lot", "mean", "sd")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGiven:
    """A target as a person gave it: texts, not yet judged."""

    code: str
    level: str
    lot: str
    mean: str
    sd: str
    unit: str = ""


def qc_points_add(*, act: Act, log: Log, link: str, points: Sequence[QcReading]) -> tuple[str, ...]:
    """Judge control points and store them, in the caller's `writing`. The oldest is judged first.

    A point without target, or that is no number, is stored and not judged. Returns: codes that are out after
    these points, sorted. Journal: `lab.qc` with one event when a rule is broken. Owner: the reading.
    """
    if not points:
        return ()
    made = [_point_judged(act=act, link=link, reading=one) for one in sorted(points, key=lambda one: one.measured_at)]
    broken = sorted({row.code for row in made if rejects(row.rules)})
    body: Body = {"points": len(made), "broken": sum(rejects(row.rules) for row in made)}
    events = [EventDraft(name="lab.qc", subject=f"link:{link}", body=body)] if broken else []
    log.entry("lab.qc", subject=f"link:{link}", body=body, events=events)
    return tuple(broken)


def _point_judged(*, act: Act, link: str, reading: QcReading) -> QcPoint:
    row = QcPoint(
        id=new_id(act.at),
        link_id=link,
        message_id=_message_seq(reading.message) if reading.message else None,
        line=reading.line,
        code=reading.code,
        level=reading.level,
        lot=reading.lot,
        value=reading.value,
        number=reading.number,
        unit=reading.unit,
        measured_at=reading.measured_at,
    )
    found = QcTarget.objects.filter(link=link, code=reading.code).order_by("at")
    targets = {(target.level, target.lot): target for target in found}
    if row.lot in ("", NO_LOT):  # the analyzer names none: the lot whose target was set last is in use
        row.lot = next((lot for level, lot in reversed(targets) if level == row.level), row.lot)
    target = targets.get((row.level, row.lot))
    z = point_z(row, target) if target else None
    if z is not None:
        before = points_judged(link=link, code=reading.code, before=reading.measured_at, targets=targets)
        row.rules = [rule.value for rule in judge(Point(level=row.level, at=row.measured_at, z=z), before)]
    row.save()
    return row


def _message_seq(message: UUID) -> int:
    return Message.objects.only("seq").get(id=message).seq


@service(Permission.LAB_QC)
def qc_targets_set(*, act: Act, link: str, targets: Iterable[TargetGiven]) -> int:
    """Set targets; one that is there already for a test, level and lot is replaced. All or none.

    Points judged before keep what was said of them. Returns: how many. Raises: RL-LAB-001, 187, 188, 190, with
    `where` = the field, behind the line when there are several.
    """
    given = list(targets)
    rows = [_target_read(one, where=f"{number}:" if len(given) > 1 else "") for number, one in enumerate(given, 2)]
    with writing(act) as log:
        link_row = link_get(link)
        for one, mean, sd in rows:
            fields = {"mean": mean, "sd": sd, "unit": one.unit.strip(), "by": act.actor, "at": act.at}
            QcTarget.objects.update_or_create(
                link=link_row,
                code=one.code.strip(),
                level=one.level.strip(),
                lot=one.lot.strip(),
                defaults=fields,
                create_defaults={"id": new_id(act.at), **fields},
            )
        body: Body = {"count": len(rows), "tests": sorted({one.code.strip() for one, _, _ in rows})}
        log.entry("lab.qc_target", subject=f"link:{link}", body=body)
    return len(rows)


def _target_read(given: TargetGiven, *, where: str) -> tuple[TargetGiven, str, str]:
    if not (given.code.strip() and given.level.strip() and given.lot.strip()):
        raise errors.TARGET_EMPTY.error(where=f"{where}code")
    mean, sd = _number(given.mean, where=f"{where}mean"), _number(given.sd, where=f"{where}sd")
    if sd <= 0:
        raise errors.TARGET_SD.error(where=f"{where}sd")
    return given, str(mean), str(sd)


def _number(text: str, *, where: str) -> Decimal:
    """Read a number typed with a point or a comma. Raises: RL-LAB-187."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as refusal:
        raise errors.TARGET_NUMBER.error(where=where, text=text.strip()[:20]) from refusal
    if not number.is_finite():
        raise errors.TARGET_NUMBER.error(where=where, text=text.strip()[:20])
    return number


def targets_read(content: bytes) -> list[TargetGiven]:
    """Read targets from CSV with a head line; the separator is a comma, semicolon or tab.

    Raises: RL-LAB-189 (columns), RL-LAB-192 (no text).
    """
    try:
        text = content.decode("utf-8-sig") if len(content) <= CSV_LIMIT else ""
    except UnicodeDecodeError as refusal:
        raise errors.FILE_UNREADABLE.error(where="file") from refusal
    if not text.strip():
        raise errors.FILE_UNREADABLE.error(where="file")
    head = text.partition("\n")[0]
    separator = max(";\t,", key=head.count)
    lines = csv.DictReader(io.StringIO(text), delimiter=separator)
    lines.fieldnames = [(name or "").strip().lower() for name in lines.fieldnames or ()]
    missing = [name for name in CSV_COLUMNS if name not in lines.fieldnames]
    if missing:
        raise errors.TARGET_COLUMNS.error(where="file:1", columns=", ".join(missing))
    return [
        TargetGiven(
            code=row["test"] or "",
            level=row["level"] or "",
            lot=row["lot"] or "",
            mean=row["mean"] or "",
            sd=row["sd"] or "",
            unit=row.get("unit") or "",
        )
        for row in lines
    ]


@service(Permission.LAB_QC)
def qc_note(*, act: Act, link: str, point: UUID, note: str) -> None:
    """Write what was done about a point. It reopens nothing: only a new point in range does.

    Raises: RL-LAB-179 (nothing written), RL-LAB-191 (no such point).
    """
    if not note.strip():
        raise errors.REASON_MISSING.error(where="note")
    with writing(act) as log:
        row = QcPoint.objects.filter(link=link, pk=point).first()
        if row is None:
            raise errors.NO_QC_POINT.error(where="point")
        before = row.note
        row.note, row.noted_by = note.strip()[:400], act.actor
        row.save(update_fields=["note", "noted_by"])
        body: Body = {
            "test": row.code,
            "level": row.level,
            "rules": list(row.rules),
            "note": row.note,
            "before": before,
        }
        log.entry("lab.qc_note", subject=f"link:{link}", body=body)
