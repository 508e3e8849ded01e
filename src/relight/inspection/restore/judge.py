"""What the inspection engine says of one content, shortened to what restore points need.

Owns the translation from the engine's result. Refuses to judge: `relight.inspection.scan` does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from relight.inspection.members import NOT_FOLLOWED
from relight.inspection.restore.types import Content, Judgement
from relight.inspection.scan import Plan, file_inspect
from relight.inspection.types import FileResult, Reason, Unread, because
from relight.kernel.errors import N_


def content_judge(plan: Plan, content: Content) -> tuple[Judgement, int]:
    """Inspect the bytes of one entry. Returns: the judgement, and how many bytes were read."""
    if content.place is None:
        why = content.why or because(N_("the repository lists it and does not give it"))
        return Judgement(size_bytes=content.entry.size_bytes, unread=(why,)), 0
    result = file_inspect(plan, os.fsencode(content.place))
    return _judgement(result, inside=bool(plan.rules or plan.bad)), result.read_bytes


def _judgement(result: FileResult, *, inside: bool) -> Judgement:
    """Shorten a result. Args: inside: members nobody could open count as not read: something is looked for there."""
    kinds = tuple(dict.fromkeys(finding.kind for finding in result.findings))
    unread = _once(row.why for row in result.unread if inside or not _is_inside(row))
    unopened = _once(row.why for row in result.unread if _is_inside(row) and not inside)
    if result.read_bytes < result.size_bytes and not unread:
        unread.append(because(N_("it ended {size} bytes early"), size=result.size_bytes - result.read_bytes))
    return Judgement(
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        kinds=kinds,
        reasons=tuple(reason for finding in result.findings for reason in finding.reasons),
        unread=tuple(unread),
        unopened=tuple(unopened),
        note_score=result.note_score,
    )


def _is_inside(row: Unread) -> bool:
    return bool(row.member) or row.why.message == NOT_FOLLOWED


def _once(reasons: Iterable[Reason]) -> list[Reason]:
    """Leave out what says the same again: an archive of a thousand members says it a thousand times."""
    return list({reason.say(): reason for reason in reasons}.values())
