"""Bisection, histories, mass deletions and dates in names: pure, against brute force where it can be stated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.inspection.restore.rules.dates import date_of
from relight.inspection.restore.rules.history import History, common_folder, top_folders, within
from relight.inspection.restore.rules.missing import is_mass, missing_by_point
from relight.inspection.restore.rules.timeline import bisect_first_damaged, healed, is_monotone, summarise
from relight.inspection.restore.types import Answer, Entry

INTACT, D, U = Answer.INTACT, Answer.DAMAGED, Answer.INCOMPLETE


@given(intact=st.integers(0, 400), damaged=st.integers(0, 400))
def test_where_damage_does_not_heal_bisection_finds_what_a_walk_finds(intact: int, damaged: int) -> None:
    truth = [INTACT] * intact + [D] * damaged
    asked: list[int] = []

    def ask(index: int) -> Answer:
        asked.append(index)
        return truth[index]

    found = bisect_first_damaged(range(len(truth)), ask)
    assert found == next((index for index, answer in enumerate(truth) if answer is D), None)
    assert len(asked) == len(set(asked)) <= 2 + max(len(truth), 1).bit_length()


@given(truth=st.lists(st.sampled_from([INTACT, D, U]), max_size=12))
def test_bisection_is_either_right_or_seen_to_contradict_the_answers(truth: list[Answer]) -> None:
    found = bisect_first_damaged(range(len(truth)), truth.__getitem__)
    answers = dict(enumerate(truth))
    brute = next((index for index, answer in enumerate(truth) if answer is D), None)
    late = truth[found:] if found is not None else []
    assert is_monotone(answers, found) == (found == brute and INTACT not in late)


@given(truth=st.lists(st.sampled_from([INTACT, D, U]), max_size=12))
def test_a_summary_says_what_reading_the_answers_one_by_one_says(truth: list[Answer]) -> None:
    timeline = summarise(dict(enumerate(truth)))
    assert timeline.last_intact == max((at for at, one in enumerate(truth) if one is INTACT), default=None)
    assert timeline.first_damaged == min((at for at, one in enumerate(truth) if one is D), default=None)
    assert timeline.last_undamaged == max((at for at, one in enumerate(truth) if one is not D), default=None)
    covered = {at for first, last in timeline.spells for at in range(first, last + 1)}
    assert covered == {at for at, one in enumerate(truth) if one is D}


def test_a_file_damaged_once_and_intact_later_has_healed_even_with_points_between() -> None:
    damaged = {0: set(), 1: {"a", "b"}, 2: {"b"}, 3: {"b"}}
    assert healed(damaged, lambda path, index: path == "a" and index == 3) == ("a", 1, 3)
    assert healed(damaged, lambda path, index: False) is None


names = st.sampled_from(["a/x", "a/y", "b/x", "b/c/z", "top"])
trees = st.lists(st.dictionaries(names, st.integers(0, 2)), min_size=1, max_size=7)


def entries(tree: dict[str, int]) -> list[Entry]:
    return [Entry(path=path, size_bytes=10, content=f"{path}:{number}") for path, number in tree.items()]


@given(points=trees)
def test_a_history_gives_back_every_point_as_it_was(points: list[dict[str, int]]) -> None:
    history = History()
    for tree in points:
        history.add(entries(tree))
    for index, tree in enumerate(points):
        assert sorted(history.files(index), key=lambda one: one.path) == sorted(entries(tree), key=lambda one: one.path)
        for path in tree:
            since = history.since(path, index)
            assert all(points[at].get(path) == tree[path] for at in range(since, index + 1))
            assert since == 0 or points[since - 1].get(path) != tree[path]
    for path in history.changes:
        spans = [at for first, last, _ in history.versions(path) for at in range(first, last + 1)]
        assert spans == list(range(spans[0], len(points)))


def test_the_folders_right_under_the_common_one_are_the_scopes() -> None:
    assert top_folders(["/srv/data/a/1", "/srv/data/b/2", "/srv/data/readme"]) == ("/srv/data/a", "/srv/data/b")
    assert top_folders(["a/1", "b/2"]) == ("a", "b")
    assert top_folders(["/etc/x", "/var/y/z"]) == ("/etc", "/var")
    assert common_folder(["a/b/1"]) == "a/b"
    assert within("a/b", "a") and within("a", "a") and not within("ab", "a")


@pytest.mark.parametrize(
    ("gone", "before", "mass"),
    [(5, 20, True), (5, 21, False), (4, 5, False), (3, 3, True), (2, 2, False), (200, 1000, False), (250, 1000, True)],
)
def test_many_files_gone_at_once_are_damage_and_a_few_are_work(gone: int, before: int, mass: bool) -> None:
    assert is_mass(gone, before) is mass


def test_nothing_is_missing_where_the_rule_is_switched_off() -> None:
    assert not is_mass(100, 100, percent=0)


def tree_of(paths: list[str], *, at: int = 0) -> list[Entry]:
    return [Entry(path=path, size_bytes=10, content=f"{path}@{at}", mtime_ns=sum(path.encode())) for path in paths]


def history_of(*points: list[Entry]) -> History:
    history = History()
    for one in points:
        history.add(one)
    return history


FILES = [f"ward/{number}.txt" for number in range(10)]


def test_files_deleted_en_masse_stay_missing_until_they_come_back() -> None:
    history = history_of(tree_of(FILES), tree_of(FILES[:2]), tree_of(FILES[:2]), tree_of(FILES))
    found = missing_by_point(history, range(4), "")
    assert [len(found[index]) for index in range(4)] == [0, 8, 8, 0]
    assert set(found[2].values()) == {1}


def test_files_moved_to_another_folder_are_not_missing() -> None:
    moved = [
        Entry(path=f"old/{one.path}", size_bytes=10, content="new", mtime_ns=one.mtime_ns) for one in tree_of(FILES)
    ]
    assert not missing_by_point(history_of(tree_of(FILES), moved), range(2), "")[1]


def test_files_that_got_a_longer_name_are_judged_by_their_contents_instead() -> None:
    longer = [Entry(path=f"{path}.id-7.locked", size_bytes=99, content="x" + path) for path in FILES]
    assert not missing_by_point(history_of(tree_of(FILES), longer), range(2), "")[1]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("2026-11-13", (2026, 11, 13)),
        ("2026-11-13T0430", (2026, 11, 13, 4, 30)),
        ("20261113-0430", (2026, 11, 13, 4, 30)),
        ("20261113", (2026, 11, 13)),
        ("20261113043015", (2026, 11, 13, 4, 30, 15)),
        ("snapshot-2026-11-13_04.30.15", (2026, 11, 13, 4, 30, 15)),
        ("snapshot-2026-11-13-043015", (2026, 11, 13, 4, 30, 15)),
        ("backup 2026-11-13 04:30:15", (2026, 11, 13, 4, 30, 15)),
        ("@GMT-2026.11.13-04.30.15", (2026, 11, 13, 4, 30, 15)),
        ("zfs-auto-snap_daily-2026-11-13-0430", (2026, 11, 13, 4, 30)),
    ],
)
def test_a_folder_name_says_when(name: str, moment: tuple[int, ...]) -> None:
    assert date_of(name, zone=UTC) == datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_zone_in_the_name_counts_and_otherwise_the_zone_given() -> None:
    belgium = timezone(timedelta(hours=1))
    assert date_of("2026-11-13T04:30:00+0100", zone=UTC) == datetime(2026, 11, 13, 3, 30, tzinfo=UTC)
    assert date_of("2026-11-13T0430Z", zone=belgium) == datetime(2026, 11, 13, 4, 30, tzinfo=UTC)
    assert date_of("2026-11-13T0430", zone=belgium) == datetime(2026, 11, 13, 3, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["latest", "current", "2026-13-01", "2026-02-30", "x12345678901234567890", "1.2.3"])
def test_a_name_without_a_real_date_is_no_restore_point(name: str) -> None:
    assert date_of(name, zone=UTC) is None
