"""One whole survey of a repository: choose the series, list, search every scope, go back along damaged files.

Owns the order of the parts. Refuses terminals and JSON: `command` and `report` have them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relight.inspection.restore.damage import Damage, FileVersion, damage_list, file_versions
from relight.inspection.restore.errors import NO_POINTS, NO_SUCH_PATH, NO_SUCH_SERIES, SEVERAL_PATHS, SEVERAL_SERIES
from relight.inspection.restore.evidence import Evidence, Report
from relight.inspection.restore.rules.history import common_folder, top_folders, within
from relight.inspection.restore.rules.missing import MISSING_PERCENT
from relight.inspection.restore.search import ScopeAnswer, scope_search
from relight.inspection.restore.types import Point, Repository
from relight.inspection.scan import Plan

SCOPES_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All that a survey gave. Args: whole: the answer for everything. faults: what the program's own check says."""

    evidence: Evidence
    series: str
    whole: ScopeAnswer
    scopes: tuple[ScopeAnswer, ...]
    damaged: tuple[Damage, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSurvey:
    """The versions of one file, newest first. Args: intact: the newest intact one."""

    evidence: Evidence
    series: str
    path: str
    versions: tuple[FileVersion, ...]
    intact: FileVersion | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to look. Args: percent: of files gone at once that count as damage, 0 for never."""

    plan: Plan
    series: str = ""
    percent: int = MISSING_PERCENT
    every_point: bool = False
    report: Report = lambda *_: None


def survey(repository: Repository, *, prefixes: Sequence[str], options: Options) -> Survey:
    """Find the last intact restore point, for the whole and for each prefix (by default each top folder).

    Raises: InputError RL-RST-003 to RL-RST-008.
    """
    evidence, series = _loaded(repository, options)
    paths = list(evidence.history.changes)
    scopes = [prefix_find(paths, prefix) for prefix in prefixes] or list(top_folders(paths))[:SCOPES_MOST]
    whole = scope_search(evidence, every_point=options.every_point)
    found = [scope_search(evidence, prefix=prefix, every_point=options.every_point) for prefix in dict.fromkeys(scopes)]
    damaged = damage_list(evidence, {scope.prefix: scope.answers for scope in (whole, *found)})
    return Survey(
        evidence=evidence, series=series, whole=whole, scopes=tuple(found), damaged=damaged, faults=_faults(evidence)
    )


def file_survey(repository: Repository, *, path: str, options: Options) -> FileSurvey:
    """Find the newest intact version of one file; nothing else is read.

    Raises: InputError RL-RST-003 to RL-RST-009.
    """
    evidence, series = _loaded(repository, options)
    found = file_find(list(evidence.history.changes), path)
    versions = file_versions(evidence, found, all_of_them=options.every_point)
    intact = [one for one in versions if one.judgement is not None and one.entry is not None]
    intact = [one for one in intact if one.judgement is not None and one.judgement.answer.value == "intact"]
    return FileSurvey(
        evidence=evidence,
        series=series,
        path=found,
        versions=versions,
        intact=intact[0] if intact else None,
        faults=_faults(evidence),
    )


def _loaded(repository: Repository, options: Options) -> tuple[Evidence, str]:
    points, series = series_choose(repository.points(), options.series)
    evidence = Evidence(repository, plan=options.plan, percent=options.percent, report=options.report)
    evidence.load(points)
    return evidence, series


def _faults(evidence: Evidence) -> tuple[str, ...]:
    failed = evidence.unlisted or evidence.lost or any(one.unread for one in evidence.judged.values())
    return tuple(evidence.repository.faults()) if failed else ()


def series_choose(points: Sequence[Point], wanted: str) -> tuple[list[Point], str]:
    """Return the points of one machine and set of folders. Raises: RL-RST-005, RL-RST-006, RL-RST-007."""
    if not points:
        raise NO_POINTS.error()
    names = sorted({point.series for point in points})
    if wanted:
        if wanted not in names:
            raise NO_SUCH_SERIES.error(where=wanted, series=" | ".join(names))
        return [point for point in points if point.series == wanted], wanted
    if len(names) > 1:
        raise SEVERAL_SERIES.error(where="--series", series=" | ".join(names))
    return list(points), names[0]


def _spellings(paths: Sequence[str], wanted: str) -> list[str]:
    bare = wanted.strip("/")
    base = common_folder(paths)
    return [wanted.rstrip("/") or wanted, bare, f"/{bare}", f"{base}/{bare}"]


def prefix_find(paths: Sequence[str], wanted: str) -> str:
    """Return a prefix as the repository spells it. Raises: RL-RST-008."""
    for prefix in _spellings(paths, wanted):
        if prefix and any(within(path, prefix) for path in paths):
            return prefix
    raise NO_SUCH_PATH.error(where=wanted, example=paths[0] if paths else "-")


def file_find(paths: Sequence[str], wanted: str) -> str:
    """Return a file's path as the repository spells it; its end is enough when one file only ends so.

    Raises: RL-RST-008, RL-RST-009.
    """
    known = set(paths)
    for path in _spellings(paths, wanted):
        if path in known:
            return path
    ending = "/" + wanted.strip("/")
    fitting = sorted(path for path in paths if path.endswith(ending))
    if len(fitting) > 1:
        raise SEVERAL_PATHS.error(where=wanted, paths=" | ".join(fitting[:5]))
    if not fitting:
        raise NO_SUCH_PATH.error(where=wanted, example=paths[0] if paths else "-")
    return fitting[0]
