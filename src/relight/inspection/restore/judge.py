"""What the inspection engine says of one content, shortened to what restore points need.

Owns the translation from the engine's result. Refuses to judge: `relight.inspection.scan` does.
"""

from __future__ import annotations

import os

from relight.inspection.restore.types import Content, Judgement
from relight.inspection.scan import Plan, file_inspect
from relight.inspection.types import FileResult, because
from relight.kernel.errors import N_


def content_judge(plan: Plan, content: Content) -> tuple[Judgement, int]:
    """Inspect the bytes of one entry. Returns: the judgement, and how many bytes were read."""
    if content.place is None:
        why = content.why or because(N_("the repository lists it and does not give it"))
        return Judgement(size_bytes=content.entry.size_bytes, unread=(why,)), 0
    result = file_inspect(plan, os.fsencode(content.place))
    return _judgement(result), result.read_bytes


def _judgement(result: FileResult) -> Judgement:
    kinds = tuple(dict.fromkeys(finding.kind for finding in result.findings))
    unread = [row.why for row in result.unread]
    if result.read_bytes < result.size_bytes and not unread:
        unread.append(because(N_("it ended {size} bytes early"), size=result.size_bytes - result.read_bytes))
    return Judgement(
        sha256=result.sha256,
        size_bytes=result.size_bytes,
        kinds=kinds,
        reasons=tuple(reason for finding in result.findings for reason in finding.reasons),
        unread=tuple(unread),
        note_score=result.note_score,
    )
