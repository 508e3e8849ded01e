"""Results as JSON and back: for the progress file, and for what goes into the report.

Owns the shape of one line of progress. Findings come back as they went, so that a run that goes on gives
the same report.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from relight.inspection.types import FileResult, Finding, Kind, Reason, Remark, Unread


def reason_out(reason: Reason) -> dict[str, Any]:
    """Return a reason as JSON."""
    return {"message": reason.message, "params": dict(reason.params)}


def reason_in(raw: Mapping[str, Any]) -> Reason:
    """Read a reason back."""
    return Reason(str(raw["message"]), dict(raw["params"]))


def result_out(result: FileResult) -> dict[str, Any]:
    """Return a result as JSON."""
    return {
        "path": result.path,
        "bytes": result.path_bytes.hex(),
        "size": result.size_bytes,
        "read": result.read_bytes,
        "sha256": result.sha256,
        "type": result.content_type,
        "good": result.known_good,
        "note": result.note_score,
        "findings": [
            {
                "kind": finding.kind.value,
                "member": finding.member,
                "reasons": [reason_out(reason) for reason in finding.reasons],
            }
            for finding in result.findings
        ],
        "unread": [{"member": row.member, "size": row.size_bytes, "why": reason_out(row.why)} for row in result.unread],
        "remarks": [{"member": row.member, "reason": reason_out(row.reason)} for row in result.remarks],
        "members": result.members,
        "members_bytes": result.members_bytes,
        "timed_out": list(result.rules_timed_out),
        "virus": result.virus_daemon,
        "inner": base64.b64encode(result.inner).decode(),
    }


def result_in(raw: Mapping[str, Any]) -> FileResult:
    """Read a result back. Raises: KeyError, ValueError, TypeError on what `result_out` did not write."""
    path = str(raw["path"])
    return FileResult(
        path=path,
        path_bytes=bytes.fromhex(raw["bytes"]),
        size_bytes=int(raw["size"]),
        read_bytes=int(raw["read"]),
        sha256=str(raw["sha256"]),
        content_type=str(raw["type"]),
        known_good=bool(raw["good"]),
        note_score=int(raw["note"]),
        findings=tuple(
            Finding(
                path=path,
                kind=Kind(row["kind"]),
                member=row["member"],
                reasons=tuple(reason_in(one) for one in row["reasons"]),
            )
            for row in raw["findings"]
        ),
        unread=tuple(
            Unread(path=path, member=row["member"], size_bytes=row["size"], why=reason_in(row["why"]))
            for row in raw["unread"]
        ),
        remarks=tuple(
            Remark(path=path, member=row["member"], reason=reason_in(row["reason"])) for row in raw["remarks"]
        ),
        members=int(raw["members"]),
        members_bytes=int(raw["members_bytes"]),
        rules_timed_out=tuple(raw["timed_out"]),
        virus_daemon=str(raw["virus"]),
        inner=base64.b64decode(raw["inner"], validate=True),
    )
