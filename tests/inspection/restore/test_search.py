"""The search over points, against brute force, on a repository that lives in memory and counts what is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.inspection.restore import search
from relight.inspection.restore.evidence import Evidence
from relight.inspection.restore.search import ScopeAnswer, scope_search
from relight.inspection.restore.survey import Options, survey
from relight.inspection.restore.types import Answer, Content, Entry, Hole, How, Listing, Point
from relight.inspection.scan import Plan
from relight.inspection.types import Reason, because

from ..makers import KB, ciphertext, text

GOOD = [text(3 * KB + 7 * number) for number in range(12)]
BAD = [ciphertext(8 * KB, number) for number in range(12)]
START = datetime(2026, 11, 1, tzinfo=UTC)


class Memory:
    """Points given as path to bytes. Contents are the same when their bytes are; `broken` ones are not given."""

    kind = "memory"
    name = "memory"

    def __init__(self, *points: dict[str, bytes], broken: frozenset[bytes] = frozenset(), unlisted: int = -1) -> None:
        self.trees = points
        self.broken = broken
        self.unlisted = unlisted
        self.read: Counter[bytes] = Counter()

    def points(self) -> Sequence[Point]:
        return [Point(id=f"p{index}", at=START + timedelta(days=index)) for index in range(len(self.trees))]

    def lost(self) -> Sequence[tuple[str, Reason]]:
        return []

    def listing(self, point: Point) -> Listing:
        number = int(point.id[1:])
        if number == self.unlisted:
            return Listing(holes=(Hole(path="", why=because("torn")),))
        rows = self.trees[number].items()
        return Listing(
            entries=tuple(Entry(path=path, size_bytes=len(raw), content=str(hash(raw))) for path, raw in rows)
        )

    def contents(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        with TemporaryDirectory() as folder:
            for entry in entries:
                raw = self.trees[int(point.id[1:])][entry.path]
                self.read[raw] += 1
                if raw in self.broken:
                    yield Content(entry=entry, why=because("torn"))
                    continue
                place = Path(folder, entry.path.rpartition("/")[2])
                place.write_bytes(raw)
                yield Content(entry=entry, place=place)

    def restore_command(self, point: Point, path: str = "") -> tuple[str, ...]:
        return ("restore", point.id, path)

    def faults(self) -> Sequence[str]:
        return []

    def close(self) -> None:
        return None


def searched(memory: Memory, *, prefix: str = "", every_point: bool = False) -> tuple[ScopeAnswer, Evidence]:
    evidence = Evidence(memory, plan=Plan())
    evidence.load(memory.points())
    return scope_search(evidence, prefix=prefix, every_point=every_point), evidence


def words(found: ScopeAnswer) -> str:
    return "".join(
        {Answer.INTACT: "I", Answer.DAMAGED: "D", Answer.INCOMPLETE: "?"}[found.answers[at]]
        for at in sorted(found.answers)
    )


versions = st.sampled_from([None, GOOD[0], GOOD[1], GOOD[2], BAD[0], BAD[1]])
histories = st.lists(st.tuples(versions, versions), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(rows=histories)
def test_whatever_heals_or_not_the_answer_is_that_of_reading_every_point(
    rows: list[tuple[bytes | None, bytes | None]],
) -> None:
    trees = [
        {name: raw for name, raw in zip(("a/1.txt", "b/2.txt"), row, strict=True) if raw is not None} for row in rows
    ]
    found, _ = searched(Memory(*trees))
    truth = "".join("D" if any(raw in BAD for raw in tree.values()) else "I" for tree in trees)
    assert words(found) == truth
    assert found.assumption.held is False or "DI" not in truth


@settings(max_examples=60, deadline=None)
@given(rows=histories)
def test_without_room_to_read_all_nothing_unread_is_called_intact_and_no_damaged_point_is_missed_late(
    rows: list[tuple[bytes | None, bytes | None]],
) -> None:
    trees = [
        {name: raw for name, raw in zip(("a/1.txt", "b/2.txt"), row, strict=True) if raw is not None} for row in rows
    ]
    memory = Memory(*trees)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "CHECK_BYTES", -1)
        patch.setattr(Evidence, "bytes_read", property(lambda self: -8, lambda self, value: None), raising=False)
        found, _ = searched(memory)
    truth = ["D" if any(raw in BAD for raw in tree.values()) else "I" for tree in trees]
    for index, (said, true) in enumerate(zip(words(found), truth, strict=True)):
        assert said in (true, "?")
        if said == "I":
            assert all(memory.read[raw] for raw in trees[index].values())
    if found.timeline.last_intact is not None:
        assert "I" not in truth[found.timeline.last_intact + 1 :]
    assert max(memory.read.values(), default=0) <= 1


def test_no_content_is_read_twice_whatever_points_and_names_hold_it() -> None:
    tree = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD)}
    moved = {f"b/{number}.txt": raw for number, raw in enumerate(GOOD)}
    memory = Memory(tree, tree, moved, {**moved, "b/0.txt": BAD[0]})
    survey(memory, prefixes=(), options=Options(plan=Plan()))
    assert set(memory.read.values()) == {1}


def test_bisection_leaves_most_of_a_long_history_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHECK_BYTES", 0)
    steady = {f"keep/{number}.txt": raw for number, raw in enumerate(GOOD)}
    trees = [{**steady, "daily.txt": text(20 * KB + index)} for index in range(40)]
    for tree in trees[29:]:
        tree["keep/3.txt"] = BAD[3]
    memory = Memory(*trees)
    found, _ = searched(memory)
    assert (found.timeline.last_intact, found.timeline.first_damaged) == (28, 29)
    assert (found.assumption.how, found.assumption.held) == (How.BISECT, True)
    assert len(memory.read) <= len(GOOD) + 1 + 10
    assert words(found)[:28].count("I") < 8


def test_damage_that_was_undone_is_found_and_every_point_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHECK_BYTES", 0)
    whole = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD)}
    hit = {**whole, "a/1.txt": BAD[1]}
    found, _ = searched(Memory(whole, hit, whole, whole, whole, whole, hit, hit))
    assert words(found) == "IDIIIIDD"
    assert (found.timeline.last_intact, found.timeline.first_damaged) == (5, 1)
    assert found.timeline.spells == ((1, 1), (6, 7))
    assert (found.assumption.how, found.assumption.held) == (How.WALK, False)
    assert found.assumption.broken_by is not None


def test_damage_undone_before_the_newest_point_is_found_though_the_newest_is_intact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(search, "CHECK_BYTES", 0)
    whole = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD)}
    found, _ = searched(Memory(whole, whole, {**whole, "a/1.txt": BAD[1]}, whole))
    assert words(found) == "IIDI"
    assert found.timeline.last_intact == 3


def test_a_point_with_unread_bytes_is_incomplete_and_the_last_intact_one_lies_before_it() -> None:
    base = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD[:8])}
    torn = {**base, "a/0.txt": GOOD[9]}
    memory = Memory(base, base, torn, {**torn, "a/1.txt": BAD[1]}, broken=frozenset({GOOD[9]}))
    found, _ = searched(memory)
    assert words(found) == "II?D"
    assert (found.timeline.last_intact, found.timeline.last_undamaged, found.timeline.first_damaged) == (1, 2, 3)


def test_a_point_that_cannot_be_listed_is_named_and_the_others_answer() -> None:
    base = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD[:8])}
    memory = Memory(base, base, {**base, "a/1.txt": BAD[1]}, unlisted=1)
    found = survey(memory, prefixes=(), options=Options(plan=Plan()))
    assert [point.id for point, _ in found.evidence.unlisted] == ["p1"]
    assert [
        found.evidence.points[at].id
        for at in (found.whole.timeline.last_intact, found.whole.timeline.first_damaged)
        if at is not None
    ] == ["p0", "p2"]


def test_each_folder_has_its_own_last_intact_point() -> None:
    base = {f"{folder}/{number}.txt": raw for folder in "abc" for number, raw in enumerate(GOOD[:6])}
    first = {**base, "b/1.txt": BAD[1]}
    memory = Memory(base, base, first, {**first, "a/1.txt": BAD[1]})
    found = survey(memory, prefixes=(), options=Options(plan=Plan()))
    assert found.whole.timeline.last_intact == 1
    assert {scope.prefix: scope.timeline.last_intact for scope in found.scopes} == {"a": 2, "b": 1, "c": 3}


def test_the_evidence_of_a_renamed_and_encrypted_file_shows_both_sides() -> None:
    base = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD)}
    hit = {**{path: raw for path, raw in base.items() if path != "a/4.txt"}, "a/4.txt.qz7": BAD[4]}
    found = survey(Memory(base, base, hit, hit), prefixes=(), options=Options(plan=Plan()))
    (row,) = found.damaged
    assert (row.path, row.was, row.last_intact, row.first_damaged) == ("a/4.txt.qz7", "a/4.txt", 1, 2)
    assert row.before is not None and row.before.judgement is not None and row.after.judgement is not None
    assert row.before.judgement.sha256 != row.after.judgement.sha256
    assert row.before.judgement.answer is Answer.INTACT and row.after.judgement.reasons


def test_files_deleted_en_masse_are_damage_though_what_is_left_is_intact() -> None:
    base = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD)}
    left = dict(list(base.items())[:4])
    found = survey(Memory(base, base, left), prefixes=(), options=Options(plan=Plan()))
    assert (found.whole.timeline.last_intact, found.whole.timeline.first_damaged) == (1, 2)
    assert len(found.damaged) == 8
    assert all(row.after.entry is None and row.before is not None and row.first_damaged == 2 for row in found.damaged)


def test_a_few_odd_files_of_the_oldest_point_are_set_aside_and_named_and_do_not_hide_the_attack() -> None:
    base = {f"a/{number}.txt": text(2 * KB + number) for number in range(40)} | {"a/container.bin": BAD[9]}
    hit = {path: BAD[number % 8] if number % 2 else raw for number, (path, raw) in enumerate(base.items())}
    found = survey(Memory(base, base, hit), prefixes=(), options=Options(plan=Plan()))
    assert found.whole.timeline.last_intact == 1
    assert found.evidence.suspects == {"a/container.bin"}


def test_many_damaged_files_at_the_oldest_point_leave_no_intact_point() -> None:
    base = {f"a/{number}.txt": raw for number, raw in enumerate(GOOD[:10] + BAD[:3])}
    found, _ = searched(Memory(base, base, base))
    assert words(found) == "DDD"
    assert found.timeline.last_intact is None
