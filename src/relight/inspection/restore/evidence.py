"""What is known of every restore point so far: its files, and what was said of each content that was read.

Owns the cache: no content is read twice, whatever points and paths hold it. Owns what counts as damage at one point:
contents, names changed en masse, notes in many folders, files missing en masse. Source: docs/design/restore-points.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from relight.inspection.restore.judge import content_judge
from relight.inspection.restore.rules.history import History, within
from relight.inspection.restore.rules.missing import MISSING_PERCENT, missing_by_point
from relight.inspection.restore.types import Answer, Entry, Hole, Judgement, Point, Repository
from relight.inspection.rules.across import appended_extension, renames, spread_notes
from relight.inspection.rules.notes import SCORE_SPREAD
from relight.inspection.scan import Plan
from relight.inspection.types import FileResult, Kind, Reason, because
from relight.kernel.errors import N_

SUSPECT_PERCENT = 5
SUSPECT_KINDS = frozenset({Kind.ENCRYPTED, Kind.DAMAGED})
Report = Callable[[str, int, int], None]  # what is under way, bytes done, bytes in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One point as far as it is known.

    Args: damaged: by path. failed: files that could not be read whole, and why. unopened: files read whole that hold
    archives nobody could open. waiting: files not read yet.
    """

    files: int
    size_bytes: int
    damaged: Mapping[str, Judgement]
    failed: Mapping[str, tuple[Reason, ...]]
    unopened: Mapping[str, tuple[Reason, ...]]
    waiting: tuple[Entry, ...]


class Evidence:
    """Reads what it is asked about, once. Points are indexes into `points`, oldest first."""

    def __init__(
        self,
        repository: Repository,
        *,
        plan: Plan,
        percent: int = MISSING_PERCENT,
        report: Report = lambda *_: None,
    ) -> None:
        self.repository = repository
        self.points: list[Point] = []
        self.unlisted: list[tuple[Point, Reason]] = []
        self.lost: tuple[tuple[str, Reason], ...] = ()
        self.history = History()
        self.judged: dict[str, Judgement] = {}
        self.suspects: frozenset[str] | None = None
        self.bytes_read = 0
        self.contents_read = 0
        self._plan = plan
        self._percent = percent
        self._report = report
        self._holes: dict[int, tuple[Hole, ...]] = {}
        self._missing: dict[str, dict[int, dict[str, int]]] = {}
        self._damaged: dict[tuple[int, str], tuple[tuple[int, frozenset[str] | None], dict[str, Judgement]]] = {}
        self._sights: dict[int, tuple[int, Sight]] = {}
        self._renamable: tuple[str, ...] | None = None

    def load(self, points: Iterable[Point]) -> None:
        """List every point: names, sizes and what changed; no contents."""
        kept = list(points)
        self.lost = tuple(self.repository.lost())
        for number, point in enumerate(kept):
            self._report("listing", number, len(kept))
            listing = self.repository.listing(point)
            whole = [hole for hole in listing.holes if not hole.path]
            if whole and not listing.entries:
                self.unlisted.append((point, whole[0].why))
                continue
            index = self.history.add(listing.entries)
            self.points.append(point)
            if listing.holes:
                self._holes[index] = listing.holes

    def judge(self, index: int, entries: Iterable[Entry]) -> None:
        """Read and judge those contents that were not read before."""
        wanted: dict[str, Entry] = {}
        for entry in entries:
            if entry.content not in self.judged:
                wanted.setdefault(entry.content, entry)
        if not wanted:
            return
        point = self.points[index]
        total, done = sum(entry.size_bytes for entry in wanted.values()), 0
        for content in self.repository.contents(point, tuple(wanted.values())):
            judgement, size = content_judge(self._plan, content)
            self.judged[content.entry.content] = judgement
            self.bytes_read += size
            self.contents_read += 1
            done += content.entry.size_bytes
            self._report(point.id, done, total)
        for entry in wanted.values():
            if entry.content not in self.judged:
                why = because(N_("the repository lists it and does not give it"))
                self.judged[entry.content] = Judgement(size_bytes=entry.size_bytes, unread=(why,))

    def ask(self, index: int, prefix: str = "") -> Answer:
        """Judge one point, reading what is not known yet."""
        self.judge(index, (entry for entry in self.sight(index).waiting if within(entry.path, prefix)))
        return self.known(index, prefix)

    def known(self, index: int, prefix: str = "") -> Answer:
        """Say what a point is without reading anything more."""
        if self.damaged(index, prefix):
            return Answer.DAMAGED
        sight = self.sight(index)
        unread = any(within(path, prefix) for path in sight.failed)
        waiting = any(within(entry.path, prefix) for entry in sight.waiting)
        return Answer.INCOMPLETE if unread or waiting or self.holes(index, prefix) else Answer.INTACT

    def damaged(self, index: int, prefix: str = "") -> Mapping[str, Judgement]:
        """Return what is known to be damaged at a point, files missing en masse included, suspects left aside."""
        state = (len(self.judged), self.suspects)
        cached = self._damaged.get((index, prefix))
        if cached is not None and cached[0] == state:
            return cached[1]
        found = {path: one for path, one in self.sight(index).damaged.items() if within(path, prefix)}
        found = {path: one for path, one in found.items() if not self.is_suspect(path, index)}
        for path, at in self.missing(index, prefix).items():
            why = because(
                N_("gone since the point of {at}, with at least {percent} % of the files"),
                at=self.points[at].at.isoformat(timespec="seconds"),
                percent=self._percent,
            )
            found[path] = Judgement(reasons=(why,))
        self._damaged[index, prefix] = (state, found)
        return found

    def missing(self, index: int, prefix: str = "") -> dict[str, int]:
        """Return the files missing en masse at a point, and the point at which they went."""
        if prefix not in self._missing:
            order = range(len(self.points))
            self._missing[prefix] = missing_by_point(self.history, order, prefix, percent=self._percent)
        return self._missing[prefix][index]

    def holes(self, index: int, prefix: str = "") -> tuple[Hole, ...]:
        """Return what of a point's scope could not be listed."""
        return tuple(
            hole
            for hole in self._holes.get(index, ())
            if not hole.path or within(hole.path, prefix) or within(prefix, hole.path)
        )

    def is_suspect(self, path: str, index: int) -> bool:
        """Say whether a file looked damaged at the oldest point already and was never seen intact since."""
        if not self.suspects or path not in self.suspects:
            return False
        for first, _, entry in self.history.versions(path):
            if first > index:
                break
            known = self.judged.get(entry.content) if entry is not None else None
            if known is not None and known.answer is Answer.INTACT:
                return False
        return True

    def settle_suspects(self) -> None:
        """Decide which files that look damaged at the oldest point are set aside; reads that point."""
        if self.suspects is not None:
            return
        self.judge(0, self.sight(0).waiting)
        sight = self.sight(0)
        few = len(sight.damaged) * 100 <= sight.files * SUSPECT_PERCENT
        mild = all(SUSPECT_KINDS.issuperset(one.kinds) for one in sight.damaged.values())
        self.suspects = frozenset(sight.damaged) if few and mild else frozenset()

    def remaining_bytes(self, prefix: str = "") -> int:
        """Return the size of all contents of all points that were not read."""
        sizes: dict[str, int] = {}
        for path, changes in self.history.changes.items():
            if within(path, prefix):
                for _, entry in changes:
                    if entry is not None and entry.content not in self.judged:
                        sizes[entry.content] = entry.size_bytes
        return sum(sizes.values())

    def sight(self, index: int) -> Sight:
        """Return one point as far as it is known, all of it."""
        cached = self._sights.get(index)
        if cached is not None and cached[0] == len(self.judged):
            return cached[1]
        files = size = 0
        damaged: dict[str, Judgement] = {}
        failed: dict[str, tuple[Reason, ...]] = {}
        unopened: dict[str, tuple[Reason, ...]] = {}
        waiting: list[Entry] = []
        notes: list[FileResult] = []
        for entry in self.history.files(index):
            files += 1
            size += entry.size_bytes
            known = self.judged.get(entry.content)
            if known is None:
                waiting.append(entry)
                continue
            if known.kinds:
                damaged[entry.path] = known
            if known.unread:
                failed[entry.path] = known.unread
            if known.unopened:
                unopened[entry.path] = known.unopened
            if known.note_score >= SCORE_SPREAD:
                notes.append(_as_result(entry, known))
        self._across(index, notes, damaged)
        sight = Sight(
            files=files,
            size_bytes=size,
            damaged=damaged,
            failed=failed,
            unopened=unopened,
            waiting=tuple(waiting),
        )
        self._sights[index] = (len(self.judged), sight)
        return sight

    def _across(self, index: int, notes: list[FileResult], damaged: dict[str, Judgement]) -> None:
        """Add what only shows across files: names changed en masse, one note in many folders."""
        if self._renamable is None:
            names = ((path, path.rpartition("/")[2]) for path in self.history.changes)
            self._renamable = tuple(path for path, name in names if appended_extension(name)[1])
        present = {path: path.rpartition("/")[2] for path in self._renamable if self.history.at(path, index)}
        found = [one for group in renames(present).values() for one in group]
        for one in [*found, *spread_notes(notes)]:
            entry = self.history.at(one.path, index)
            known = damaged.get(one.path) or self.judged.get(entry.content if entry else "") or Judgement()
            damaged[one.path] = replace(
                known,
                kinds=tuple(dict.fromkeys((*known.kinds, one.kind))),
                reasons=(*known.reasons, *one.reasons),
            )


def _as_result(entry: Entry, known: Judgement) -> FileResult:
    return FileResult(
        path=entry.path,
        path_bytes=b"",
        size_bytes=known.size_bytes,
        read_bytes=known.size_bytes,
        sha256=known.sha256,
        note_score=known.note_score,
    )


def paths_by_point(rows: Iterable[tuple[int, Entry]]) -> dict[int, list[Entry]]:
    """Group what is to be read by the point it is read from."""
    grouped: dict[int, list[Entry]] = defaultdict(list)
    for index, entry in rows:
        grouped[index].append(entry)
    return grouped
