"""What was damaged, file by file, with the evidence of both sides; and the versions of one file.

Owns going back through versions until an intact one. Refuses to decide about points: `search` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relight.inspection.restore.evidence import Evidence, paths_by_point
from relight.inspection.restore.types import Answer, Entry, Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the evidence. Args: entry: none for a file that is missing. judgement: none when it was not read."""

    point: int
    entry: Entry | None
    judgement: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One damaged file. Args: was: its name before, when it got another one. Indexes of points."""

    path: str
    was: str
    last_intact: int | None
    first_damaged: int
    before: Side | None
    after: Side


@dataclass(slots=True)
class _Trail:
    """One damaged file on the way back to an intact version. Args: name: by which it is looked for."""

    path: str
    name: str
    first: int
    after: Side
    before: Side | None = None


def damage_list(evidence: Evidence, scopes: Mapping[str, Mapping[int, Answer]]) -> tuple[Damage, ...]:
    """Return every file known to be damaged at any damaged point of any scope, by path.

    Args: scopes: answers by prefix.
    """
    trails: dict[str, _Trail] = {}
    for prefix, answers in scopes.items():
        for index in sorted(answers, reverse=True):
            if answers[index] is not Answer.DAMAGED:
                continue
            missing = evidence.missing(index, prefix)
            for path, judgement in evidence.damaged(index, prefix).items():
                if path in trails:
                    continue
                first = missing.get(path, evidence.history.since(path, index))
                entry = evidence.history.at(path, index)
                trails[path] = _Trail(path, path, first, Side(point=index, entry=entry, judgement=judgement))
    _go_back(evidence, list(trails.values()))
    return tuple(_damage(trails[path]) for path in sorted(trails))


def _go_back(evidence: Evidence, trails: list[_Trail]) -> None:
    """Step every trail back, one version at a time and all of one point together, to an intact version or the start."""
    going = trails
    while going:
        steps: list[tuple[_Trail, int, Entry]] = []
        for trail in going:
            point = trail.first - 1
            entry = _before(evidence, trail, point) if point >= 0 else None
            if entry is not None:
                steps.append((trail, point, entry))
        for index, entries in paths_by_point((point, entry) for _, point, entry in steps).items():
            evidence.judge(index, entries)
        going = []
        for trail, point, entry in steps:
            known = evidence.sight(point).damaged.get(entry.path) or evidence.judged[entry.content]
            trail.name = entry.path
            trail.before = Side(point=point, entry=entry, judgement=known)
            if known.answer is Answer.DAMAGED and not evidence.is_suspect(entry.path, point):
                trail.first = evidence.history.since(entry.path, point)
                going.append(trail)


def _before(evidence: Evidence, trail: _Trail, point: int) -> Entry | None:
    """Return the file at the point before: under its name, or under the name without what was appended."""
    found = evidence.history.at(trail.name, point)
    if found is not None:
        return found
    folder, slash, name = trail.name.rpartition("/")
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        found = evidence.history.at(folder + slash + ".".join(parts[:count]), point)
        if found is not None:
            return found
    return None


def _damage(trail: _Trail) -> Damage:
    before = trail.before
    intact = before is not None and before.judgement is not None and before.judgement.answer is Answer.INTACT
    return Damage(
        path=trail.path,
        was=trail.name if trail.name != trail.path else "",
        last_intact=before.point if before is not None and intact else None,
        first_damaged=trail.first,
        before=before,
        after=trail.after,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """One version of a file. Args: first, last: points that hold it. judgement: none when it was not read."""

    first: int
    last: int
    entry: Entry | None
    judgement: Judgement | None


def file_versions(evidence: Evidence, path: str, *, all_of_them: bool = False) -> tuple[FileVersion, ...]:
    """Return a file's versions, newest first, read down to the newest intact one."""
    found: list[FileVersion] = []
    done = False
    for first, last, entry in reversed(evidence.history.versions(path)):
        if entry is not None and not done:
            evidence.judge(last, [entry])
        judgement = evidence.judged.get(entry.content) if entry is not None else None
        found.append(FileVersion(first=first, last=last, entry=entry, judgement=judgement))
        if judgement is not None and judgement.answer is Answer.INTACT and not all_of_them:
            done = True
    return tuple(found)
