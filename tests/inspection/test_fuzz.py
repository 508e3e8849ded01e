"""Hostile bytes: no parser crashes, none hangs, whatever the file says of itself."""

from __future__ import annotations

import os
import random
import tempfile
import time
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relight.inspection.buffers import DataFile, FileData, SliceData
from relight.inspection.members import Budget, Limits, members_of
from relight.inspection.rules import assess as rules_assess
from relight.inspection.rules.assess import assess
from relight.inspection.rules.formats import CHECKERS, LATE_CHECKERS, archives, run
from relight.inspection.rules.formats.magic import MAGICS
from relight.inspection.scan import Plan, file_inspect
from relight.inspection.types import Check

from .makers import KB, families

HEADS = (
    *sorted({bytes(offset) + magic for offset, magic, _, _ in MAGICS}),
    b"PK\x03\x04", b"PK\x05\x06", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"%PDF-1.4\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x1f\x8b\x08\x00", b"BZh9", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00",
    b"MSCF", b"!<arch>\n", b"\xff\x06\x00\x00sNaPpY", b"\x04\x22\x4d\x18", b"RIFF\xff\x00\x00\x00WAVE", b"II\x2a\x00", b"MM\x00\x2a", b"8BPS\x00\x01",
    b"SQLite format 3\x00", b"\x1a\x45\xdf\xa3", b"OggS\x00", b"fLaC", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), b"FLV\x01", b"\x7fELF\x02\x01",
    b"MZ", b"!BDN", b"QFI\xfb\x00\x00\x00\x03", b"\x00\x00\x00\x18ftypmp42", bytes(128) + b"DICM", b"BM", b"\x78\x9c", b"\x30\x82", b"ID3\x03\x00",
    b"\xff\xfb\x90", b"\x0b\x77", b"\x85\x01", b"\xc1\x4c", b"\x5d\x00\x00", b"\xff\xfe", b"\x00\x01\x00\x00Standard Jet DB",
)  # fmt: skip
QUICK = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
SECONDS_ALLOWED = 5.0


@lru_cache(maxsize=1)
def samples() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        return families(Path(folder))


def mutated(data: bytes, seed: int) -> bytes:
    """Cut, overwrite, repeat and flip parts of a file, as a bad disk or a hostile hand does."""
    chance = random.Random(seed)
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(out) or 1) if chance.random() < 0.5 else chance.randrange(min(len(out), 600) or 1)
        kind = chance.randrange(6)
        if kind == 0:
            del out[at:]
        elif kind == 1:
            out[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\x80\x00\x00\x00", b"\x00\x00\x00\x01"])
        elif kind == 2:
            out[at : at + 64] = chance.randbytes(64)
        elif kind == 3:
            del out[at : at + chance.randrange(200)]
        elif kind == 4:
            out[at:at] = bytes(out[: chance.randrange(300)])
        elif at < len(out):
            out[at] ^= 1 << chance.randrange(8)
    return bytes(out)


def timely(data: bytes, name: str = "x.bin") -> None:
    started = time.monotonic()
    assess(data, name=name)
    assert time.monotonic() - started < SECONDS_ALLOWED


@QUICK
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=3000))
def test_any_bytes_behind_a_known_start_get_an_answer(head: bytes, tail: bytes) -> None:
    timely(head + tail)


@QUICK
@given(data=st.binary(max_size=2000))
def test_every_parser_answers_any_bytes(data: bytes) -> None:
    """Each one alone, also on what another would have claimed first."""
    for name, checker in (*CHECKERS, *LATE_CHECKERS, ("zip", archives.check_zip)):
        assert isinstance(run(name, checker, data), Check)


@QUICK
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=800))
def test_every_parser_answers_every_start(head: bytes, tail: bytes) -> None:
    for name, checker in (*CHECKERS, *LATE_CHECKERS, ("zip", archives.check_zip)):
        assert isinstance(run(name, checker, head + tail), Check)


@settings(QUICK, max_examples=300)
@given(seed=st.integers(0, 2**32), pick=st.integers(0, 10_000))
def test_a_mutated_file_of_any_family_gets_an_answer(seed: int, pick: int) -> None:
    names = sorted(samples())
    name = names[pick % len(names)]
    timely(mutated(samples()[name], seed), name)


@settings(QUICK, max_examples=150)
@given(seed=st.integers(0, 2**32), pick=st.integers(0, 10_000))
def test_a_mutated_archive_is_followed_or_named_and_never_raises(seed: int, pick: int) -> None:
    kinds = (
        ("archive.zip", "zip"),
        ("backup.tar", "tar"),
        ("dump.sql.gz", "gzip"),
        ("dump.sql.bz2", "bz2"),
        ("dump.sql.xz", "xz"),
    )
    name, kind = kinds[pick % len(kinds)]
    data = mutated(samples()[name], seed)
    budget = Budget(
        limits=Limits(members=500, total_bytes=64 * 1024 * KB, member_bytes=8 * 1024 * KB), packed_bytes=len(data)
    )
    for member in members_of(data, format_name=kind, name=name, budget=budget):
        assert member.data is not None or member.why is not None or member.sealed
        if member.data is not None:
            bytes(member.data[0:64])


@settings(QUICK, max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_the_worker_returns_a_result_for_any_file(seed: int) -> None:
    names = sorted(samples())
    with tempfile.TemporaryDirectory() as folder:
        name = names[seed % len(names)]
        place = Path(folder) / name
        place.write_bytes(mutated(samples()[name], seed))
        result = file_inspect(Plan(), os.fsencode(place))
        assert result.read_bytes == result.size_bytes
        assert not any("the engine failed" in row.why.say() for row in result.unread)


@QUICK
@given(
    data=st.binary(max_size=5000),
    cuts=st.lists(st.tuples(st.integers(-10, 6000), st.integers(-10, 6000)), max_size=20),
    sub=st.binary(min_size=1, max_size=3),
)
def test_bytes_in_a_file_answer_as_bytes_in_memory_do(data: bytes, cuts: list[tuple[int, int]], sub: bytes) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        on_disk = FileData(file.fileno(), len(data))
        sliced = SliceData(on_disk, 0, len(data))
        for start, stop in cuts:
            assert on_disk[max(start, 0) : max(stop, 0)] == data[max(start, 0) : max(stop, 0)]
            assert sliced[max(start, 0) : max(stop, 0)] == data[max(start, 0) : max(stop, 0)]
            assert on_disk.find(sub, max(start, 0)) == data.find(sub, max(start, 0))
        assert DataFile(on_disk).read() == data


def test_the_answer_does_not_depend_on_where_windows_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows are multiples of the blocks, so cutting a file differently changes no verdict."""
    for name, data in samples().items():
        whole = assess(data, name=name).troubles
        monkeypatch.setattr(rules_assess, "WINDOW", 64 * KB)
        assert assess(data, name=name).troubles == whole
        monkeypatch.undo()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("round_number", range(20))
def test_many_mutations_of_every_family(round_number: int) -> None:
    for name, data in samples().items():
        for seed in range(200):
            timely(mutated(data, round_number * 1000 + seed), name)
