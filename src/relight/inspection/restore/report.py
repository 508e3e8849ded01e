"""A survey as a JSON document and as lines for a terminal.

Owns the schema (version 1). Its stable keys: `last_intact`, `first_damaged`, `points` [{`id`, `at`, `verdict`}],
`assumption`. Source: docs/design/restore-points.md, "Document".
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from relight import __version__
from relight.inspection.codec import reason_out
from relight.inspection.restore.damage import Damage, FileVersion, Side
from relight.inspection.restore.evidence import Evidence
from relight.inspection.restore.search import STATED, Assumption, ScopeAnswer
from relight.inspection.restore.survey import FileSurvey, Survey
from relight.inspection.restore.types import Answer, How
from relight.inspection.types import Reason
from relight.inspection.walker import shown
from relight.kernel.errors import N_, Translate, same

FORMAT = 1
MISSING = "missing"
WORDS = (  # verdicts and kinds stay as they are in the document, and are translated on a terminal
    N_("intact"),
    N_("damaged"),
    N_("incomplete"),
    N_("missing"),
    N_("encrypted"),
    N_("renamed"),
    N_("malware"),
    N_("ransom-note"),
    N_("known-bad"),
)


def path_shown(path: str) -> str:
    """Return a path as it can be printed; bytes that are no UTF-8 become `\\xNN`."""
    return shown(os.fsencode(path))


def survey_document(survey: Survey) -> dict[str, Any]:
    """Return the document of a survey."""
    evidence, timeline = survey.evidence, survey.whole.timeline
    last = timeline.last_intact
    repository = evidence.repository
    return {
        **_head(evidence, survey.series),
        "last_intact": _id(evidence, last),
        "first_damaged": _id(evidence, timeline.first_damaged),
        "last_undamaged": _id(evidence, timeline.last_undamaged),
        "points": _points(evidence, survey.whole),
        "spells": [{"from": _id(evidence, first), "to": _id(evidence, to)} for first, to in timeline.spells],
        "assumption": _assumption(survey.whole.assumption),
        "prefixes": [_scope(evidence, scope) for scope in survey.scopes],
        "damaged": [_damage(evidence, one) for one in survey.damaged],
        "suspects": _suspects(evidence),
        "restore": _words(repository.restore_command(evidence.points[last])) if last is not None else [],
        **_reading(evidence, survey.faults),
    }


def file_document(survey: FileSurvey, *, output: str = "") -> dict[str, Any]:
    """Return the document of one file's versions."""
    evidence, intact = survey.evidence, survey.intact
    point = evidence.points[intact.last] if intact is not None else None
    damaged = [one for one in survey.versions if _verdict_of(one) == Answer.DAMAGED.value]
    return {
        **_head(evidence, survey.series),
        "file": path_shown(survey.path),
        "last_intact": point.id if point is not None else None,
        "first_damaged": _id(evidence, damaged[-1].first) if damaged else None,
        "at": point.at.isoformat() if point is not None else None,
        "sha256": intact.judgement.sha256 if intact is not None and intact.judgement is not None else None,
        "size_bytes": intact.entry.size_bytes if intact is not None and intact.entry is not None else None,
        "points": [
            {"id": point.id, "at": point.at.isoformat(), "verdict": _file_verdict(survey.versions, index)}
            for index, point in enumerate(evidence.points)
        ],
        "assumption": {
            "stated": STATED,
            "held": True,
            "how": How.WALK.value,
            "checked": "the file's versions, newest first",
        },
        "versions": [_version(evidence, one) for one in survey.versions],
        "restore": _words(evidence.repository.restore_command(point, survey.path)) if point is not None else [],
        "output": output or None,
        **_reading(evidence, survey.faults),
    }


def _head(evidence: Evidence, series: str) -> dict[str, Any]:
    repository = evidence.repository
    return {
        "format": FORMAT,
        "tool": {"name": "relight restore-points", "version": __version__},
        "repository": {"kind": repository.kind, "name": repository.name, "series": series},
    }


def _id(evidence: Evidence, index: int | None) -> str | None:
    return evidence.points[index].id if index is not None else None


def _points(evidence: Evidence, scope: ScopeAnswer) -> list[dict[str, Any]]:
    rows: list[tuple[datetime, dict[str, Any]]] = []
    for index, point in enumerate(evidence.points):
        sight = evidence.sight(index)
        row = {
            "id": point.id,
            "at": point.at.isoformat(),
            "verdict": scope.answers[index].value,
            "files": sight.files,
            "bytes": sight.size_bytes,
            "damaged": len(evidence.damaged(index)),
            "failed": len(sight.failed) + len(evidence.holes(index)),
            "not_read": len(sight.waiting),
        }
        rows.append((point.at, row))
    for point, why in evidence.unlisted:
        row = {"id": point.id, "at": point.at.isoformat(), "verdict": Answer.INCOMPLETE.value, "why": why.say()}
        rows.append((point.at, row))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _scope(evidence: Evidence, scope: ScopeAnswer) -> dict[str, Any]:
    timeline = scope.timeline
    last = timeline.last_intact
    command = evidence.repository.restore_command(evidence.points[last], scope.prefix) if last is not None else ()
    return {
        "prefix": path_shown(scope.prefix),
        "last_intact": _id(evidence, last),
        "first_damaged": _id(evidence, timeline.first_damaged),
        "last_undamaged": _id(evidence, timeline.last_undamaged),
        "points": [
            {"id": point.id, "at": point.at.isoformat(), "verdict": scope.answers[index].value}
            for index, point in enumerate(evidence.points)
        ],
        "assumption": _assumption(scope.assumption),
        "restore": _words(command),
    }


def _assumption(assumption: Assumption) -> dict[str, Any]:
    return {
        "stated": STATED,
        "held": assumption.held,
        "how": assumption.how.value,
        "checked": assumption.checked.say(),
        "broken_by": assumption.broken_by.say() if assumption.broken_by is not None else None,
    }


def _damage(evidence: Evidence, one: Damage) -> dict[str, Any]:
    after = one.after.judgement
    return {
        "path": path_shown(one.path),
        "was": path_shown(one.was) if one.was else None,
        "last_intact": _id(evidence, one.last_intact),
        "first_damaged": _id(evidence, one.first_damaged),
        "before": _side(evidence, one.before),
        "after": _side(evidence, one.after),
        "kinds": [kind.value for kind in after.kinds]
        if after is not None and one.after.entry is not None
        else [MISSING],
        "reasons": _said(after.reasons) if after is not None else [],
    }


def _side(evidence: Evidence, side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    judgement = side.judgement
    verdict = MISSING if side.entry is None else judgement.answer.value if judgement is not None else "incomplete"
    return {
        "point": _id(evidence, side.point),
        "path": path_shown(side.entry.path) if side.entry is not None else None,
        "verdict": verdict,
        "sha256": (judgement.sha256 or None) if judgement is not None and side.entry is not None else None,
        "size_bytes": side.entry.size_bytes if side.entry is not None else None,
        "kinds": [kind.value for kind in judgement.kinds] if judgement is not None else [],
        "reasons": _said((*judgement.reasons, *judgement.unread)) if judgement is not None else [],
        "because": [reason_out(one) for one in judgement.reasons] if judgement is not None else [],
    }


def _suspects(evidence: Evidence) -> list[dict[str, Any]]:
    """List files that looked damaged from the oldest point on and were set aside, with the reasons."""
    damaged = evidence.sight(0).damaged if evidence.points and evidence.suspects else {}
    return [
        {"path": path_shown(path), "sha256": damaged[path].sha256, "reasons": _said(damaged[path].reasons)}
        for path in sorted(evidence.suspects or ())
        if path in damaged
    ]


def _reading(evidence: Evidence, faults: Sequence[str]) -> dict[str, Any]:
    return {
        "bytes_read": evidence.bytes_read,
        "contents_read": evidence.contents_read,
        "unread": unread_rows(evidence),
        "unopened": unopened_rows(evidence),
        "repository_faults": list(faults),
    }


def unread_rows(evidence: Evidence) -> list[dict[str, Any]]:
    """Return what was asked for and could not be read: points, parts of listings, files; once for each file."""
    gone = [*evidence.lost, *((point.id, why) for point, why in evidence.unlisted)]
    rows = [{"path": "", "point": name, "why": why.say()} for name, why in gone]
    seen: set[tuple[str, str]] = set()
    for index, point in enumerate(evidence.points):
        for hole in evidence.holes(index):
            rows.append({"path": path_shown(hole.path), "point": point.id, "why": hole.why.say()})
        for path, reasons in sorted(evidence.sight(index).failed.items()):
            why = "; ".join(_said(reasons))
            if (path, why) not in seen:
                seen.add((path, why))
                rows.append({"path": path_shown(path), "point": point.id, "why": why})
    return rows


def unopened_rows(evidence: Evidence) -> list[dict[str, Any]]:
    """Return the files whose bytes were all read and that hold archives nobody could open; once for each file."""
    rows: dict[str, dict[str, Any]] = {}
    for index, point in enumerate(evidence.points):
        for path, reasons in sorted(evidence.sight(index).unopened.items()):
            row = {"path": path_shown(path), "point": point.id, "why": "; ".join(_said(reasons))}
            rows.setdefault(path, row)
    return list(rows.values())


def _words(command: Sequence[str]) -> list[str]:
    return [path_shown(word) for word in command]


def _said(reasons: Sequence[Reason]) -> list[str]:
    return [reason.say() for reason in reasons]


def _verdict_of(version: FileVersion) -> str:
    if version.entry is None:
        return MISSING
    return version.judgement.answer.value if version.judgement is not None else Answer.INCOMPLETE.value


def _file_verdict(versions: Sequence[FileVersion], index: int) -> str:
    for one in versions:
        if one.first <= index <= one.last:
            return _verdict_of(one)
    return MISSING


def _version(evidence: Evidence, one: FileVersion) -> dict[str, Any]:
    judgement = one.judgement
    return {
        "from": _id(evidence, one.first),
        "to": _id(evidence, one.last),
        "verdict": _verdict_of(one),
        "read": judgement is not None,
        "sha256": (judgement.sha256 or None) if judgement is not None else None,
        "size_bytes": one.entry.size_bytes if one.entry is not None else None,
        "reasons": _said((*judgement.reasons, *judgement.unread)) if judgement is not None else [],
    }


def survey_lines(survey: Survey, *, translate: Translate = same, most: int = 20) -> list[str]:
    """Return what a terminal shows of a survey."""
    evidence = survey.evidence
    lines = [*_scope_lines(evidence, survey.whole, translate)]
    for scope in survey.scopes:
        lines.append(f"{path_shown(scope.prefix)}/")
        lines += [f"  {line}" for line in _scope_lines(evidence, scope, translate)]
    assumption = survey.whole.assumption
    lines.append(f"{translate(STATED)} {_held(assumption, translate)}")
    for one in survey.damaged[:most]:
        lines.append(f"  {_damage_line(evidence, one, translate)}")
    if len(survey.damaged) > most:
        lines.append("  " + translate(N_("… and {count} more, with --json")).format(count=len(survey.damaged) - most))
    suspects = _suspects(evidence)
    if suspects:
        what = N_("{count} files looked damaged at the oldest point already and were set aside: {paths}")
        paths = ", ".join(str(row["path"]) for row in suspects[:5])
        lines.append(translate(what).format(count=len(suspects), paths=paths))
    for row in unread_rows(evidence)[:most]:
        lines.append("  " + translate(N_("not read: {path} at {point}: {why}")).format(**row))
    lines += [
        translate(N_("the repository's own check: {fault}")).format(fault=fault) for fault in survey.faults[:most]
    ]
    last = survey.whole.timeline.last_intact
    if last is not None:
        command = shlex.join(evidence.repository.restore_command(evidence.points[last]))
        lines.append(translate(N_("To restore: {command}")).format(command=command))
    return lines


def _scope_lines(evidence: Evidence, scope: ScopeAnswer, translate: Translate) -> list[str]:
    timeline = scope.timeline
    lines = []
    if timeline.last_intact is not None:
        what = N_("Last intact restore point: {point} ({at})")
        lines.append(translate(what).format(**_at(evidence, timeline.last_intact)))
    else:
        lines.append(translate(N_("No restore point is proven intact.")))
        if timeline.last_undamaged is not None:
            what = N_("Newest without any damage found, but not read whole: {point} ({at})")
            lines.append(translate(what).format(**_at(evidence, timeline.last_undamaged)))
    if timeline.first_damaged is not None:
        lines.append(translate(N_("Damage begins: {point} ({at})")).format(**_at(evidence, timeline.first_damaged)))
    else:
        lines.append(translate(N_("No damage was found.")))
    return lines


def _held(assumption: Assumption, translate: Translate) -> str:
    if assumption.broken_by is not None:
        broken = assumption.broken_by.say(translate)
        return translate(N_("It does not hold ({why}): every point was read.")).format(why=broken)
    return translate(N_("It holds ({how}).")).format(how=assumption.checked.say(translate))


def _at(evidence: Evidence, index: int) -> dict[str, str]:
    point = evidence.points[index]
    return {"point": _short(point.id), "at": point.at.isoformat(timespec="minutes")}


def _short(name: str | None) -> str:
    """Shorten restic's ids as restic does."""
    return name[:8] if name and len(name) == 64 else name or "-"


def _damage_line(evidence: Evidence, one: Damage, translate: Translate) -> str:
    row = _damage(evidence, one)
    reasons = "; ".join(
        reason.say(translate) for reason in (one.after.judgement.reasons if one.after.judgement else ())
    )
    was = f" ← {row['was']}" if row["was"] else ""
    span = f"{_short(row['last_intact'])} → {_short(row['first_damaged'])}"
    kinds = ", ".join(translate(kind) for kind in row["kinds"])
    return f"{kinds}: {row['path']}{was} [{span}]: {reasons}"


def file_lines(survey: FileSurvey, *, output: str = "", translate: Translate = same) -> list[str]:
    """Return what a terminal shows of one file's versions."""
    evidence, intact = survey.evidence, survey.intact
    lines = []
    for one in survey.versions:
        row = _version(evidence, one)
        start, end = _short(row["from"]), _short(row["to"])
        span = start if start == end else f"{start} … {end}"
        reasons = f": {'; '.join(row['reasons'])}" if row["reasons"] else ""
        verdict = str(row["verdict"])
        word = translate(verdict) if row["read"] or one.entry is None else translate(N_("older, not read"))
        lines.append(f"  {word}: {span}{reasons}")
    if intact is None or intact.judgement is None:
        return [
            translate(N_("No restore point holds an intact version of {path}.")).format(path=path_shown(survey.path)),
            *lines,
        ]
    point = evidence.points[intact.last]
    head = translate(N_("Latest intact version of {path}: {point} ({at}), SHA-256 {digest}")).format(
        path=path_shown(survey.path), digest=intact.judgement.sha256, **_at(evidence, intact.last)
    )
    command = shlex.join(evidence.repository.restore_command(point, survey.path))
    lines.append(translate(N_("To restore: {command}")).format(command=command))
    if output:
        lines.append(translate(N_("Written to {place}, its SHA-256 checked.")).format(place=output))
    return [head, *lines]


def exit_code(survey: Survey) -> int:
    """Return 0 when no damage was found and nothing failed to be read, else 1."""
    failed = unread_rows(survey.evidence)
    newest = survey.whole.answers.get(len(survey.evidence.points) - 1)
    suspects = survey.evidence.suspects
    return 0 if newest is Answer.INTACT and not survey.damaged and not failed and not suspects else 1


def file_exit_code(survey: FileSurvey) -> int:
    """Return 0 when the newest point holds the file intact, else 1."""
    newest = len(survey.evidence.points) - 1
    return 0 if survey.intact is not None and survey.intact.last == newest else 1
