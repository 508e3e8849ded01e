"""Frames of an unfinished transmission are on disk before they are acknowledged, and found again."""

from __future__ import annotations

import asyncio
import os

import pytest

from relight.lab.shell import spool as spool_module
from relight.lab.shell.spool import Spool, Unfinished, spool_read

ONE, TWO = b"1" * 16, b"2" * 16


def spooled(path, *steps):
    """Run steps on a spool: (key, text) keeps a frame, key alone ends a transmission."""

    async def run():
        spool = Spool(path=path, loop=asyncio.get_running_loop())
        kept = []
        for step in steps:
            if isinstance(step, tuple):
                done = asyncio.get_running_loop().create_future()
                spool.keep(key=step[0], link="chem", text=step[1], answer=done.set_result)
                kept.append(await asyncio.wait_for(done, 5))
            else:
                spool.done(key=step)
        spool.stop()
        return kept

    return asyncio.run(run())


def test_what_was_acknowledged_and_not_finished_is_found_again_joined_and_in_order(tmp_path):
    path = tmp_path / "spool"
    assert spooled(path, (ONE, b"H|\r"), (TWO, b"H|x\r"), (ONE, b"P|1\r")) == [True, True, True]
    assert spool_read(path) == [Unfinished(link="chem", text=b"H|\rP|1\r"), Unfinished(link="chem", text=b"H|x\r")]


def test_what_reached_the_inbox_is_not_found_again(tmp_path):
    path = tmp_path / "spool"
    spooled(path, (ONE, b"H|\r"), ONE, (TWO, b"H|x\r"))
    assert [one.text for one in spool_read(path)] == [b"H|x\r"]


@pytest.mark.parametrize("lost", range(1, 40))
def test_a_record_torn_by_a_power_cut_hides_nothing_before_it(tmp_path, lost):
    path = tmp_path / "spool"
    spooled(path, (ONE, b"H|\r"), (TWO, b"H|x\r"))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - lost])
    found = spool_read(path)
    assert found[:1] == ([Unfinished(link="chem", text=b"H|\r")] if lost <= len(content) // 2 + 1 else found[:1])
    assert all(one.text in (b"H|\r", b"H|x\r") for one in found)


def test_a_damaged_record_is_not_taken_for_a_frame(tmp_path):
    path = tmp_path / "spool"
    spooled(path, (ONE, b"H|potassium 4.1\r"))
    content = bytearray(path.read_bytes())
    content[-4] ^= 8
    path.write_bytes(bytes(content))
    assert spool_read(path) == []


def test_a_frame_that_could_not_be_written_is_not_acknowledged_and_hides_no_later_one(tmp_path, monkeypatch):
    path = tmp_path / "spool"
    write = os.write

    def full(handle, content):
        return write(handle, content[: len(content) // 2]) if b"lost" in content else write(handle, content)

    monkeypatch.setattr(spool_module.os, "write", full)
    assert spooled(path, (ONE, b"H|\r"), (ONE, b"lost\r"), (ONE, b"L|1\r")) == [True, False, True]
    assert [one.text for one in spool_read(path)] == [b"H|\rL|1\r"]


def test_a_spool_that_grew_is_started_over_with_what_is_unfinished(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "REWRITE_ABOVE", 1000)
    path = tmp_path / "spool"
    spooled(path, (TWO, b"H|\r"), (ONE, b"x" * 2000), ONE, (TWO, b"P|1\r"), (TWO, b"O|1\r"))
    assert path.stat().st_size < 1000
    assert [one.text for one in spool_read(path)] == [b"H|\rP|1\rO|1\r"]


def test_no_spool_is_nothing_unfinished(tmp_path):
    assert spool_read(tmp_path / "none") == []
