"""The gateway's writer: many messages a commit, answers in order, nobody's answer lost for another's fault."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.journal.api import entry_list
from relight.lab.models import Message
from relight.lab.rules.inbox import idem_of
from relight.lab.services.inbox import _runs
from relight.lab.shell import writer as shell
from relight.lab.types import AckOutcome, Incoming, Protocol
from support.gateway import oru
from support.lab import AT, link_made

pytestmark = pytest.mark.django_db(transaction=True)


def item(control_id):
    content = oru(control_id)
    return Incoming(
        link="chem",
        protocol=Protocol.HL7,
        content=content,
        control_id=control_id,
        type="ORU^R01",
        at=AT,
        idem=idem_of(protocol=Protocol.HL7, control_id=control_id, content=content),
    )


def with_writer(use):
    """Run `await use(writer)` on a loop with a writer; stop the writer behind it."""
    link_made("chem")

    async def run():
        writer = shell.Writer(loop=asyncio.get_running_loop())
        try:
            return await use(writer)
        finally:
            await asyncio.to_thread(writer.stop)

    return asyncio.run(run())


async def answered(writer, count, *, answer):
    """Store messages in one round of the loop; wait until each was answered."""
    done = asyncio.get_running_loop().create_future()
    left = count

    def one(stored, number):
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)
        answer(number, stored)

    for number in range(count):
        writer.store(item(str(number)), lambda stored, number=number: one(stored, number))
    await asyncio.wait_for(done, 20)


def test_what_one_round_of_the_loop_brings_is_one_commit_and_answered_in_order():
    seen = []

    async def use(writer):
        await answered(writer, 50, answer=lambda number, stored: seen.append((number, stored.seq)))

    with_writer(use)
    assert [number for number, _ in seen] == list(range(50))
    assert [seq for _, seq in seen] == sorted(seq for _, seq in seen)
    assert len([entry for entry in entry_list(limit=20) if entry.verb == "lab.receive"]) == 1


def test_an_answer_that_fails_costs_no_other_sender_theirs():
    seen = []

    def answer(number, stored):
        if number == 1:
            raise ValueError("a connection that broke")
        seen.append(number)

    with_writer(lambda writer: answered(writer, 4, answer=answer))
    assert seen == [0, 2, 3]


def test_what_a_sender_was_told_is_written_soon_though_no_message_follows(monkeypatch):
    monkeypatch.setattr(shell, "ACKS_WAIT_S", 0.05)

    async def use(writer):
        await answered(writer, 3, answer=lambda _, stored: writer.told(AckOutcome.ACCEPTED, stored.seq))
        for _ in range(200):
            await asyncio.sleep(0.05)
            if await writer.do(lambda: not Message.objects.filter(ack_outcome="pending").exists()):
                return

    with_writer(use)
    assert set(Message.objects.values_list("ack_outcome", flat=True)) == {"accepted"}


def test_what_was_told_last_is_written_when_the_gateway_stops():
    async def use(writer):
        await answered(writer, 2, answer=lambda _, stored: writer.told(AckOutcome.REJECTED, stored.seq))

    with_writer(use)
    assert set(Message.objects.values_list("ack_outcome", flat=True)) == {"rejected"}


def test_a_database_that_refuses_for_good_leaves_everybody_unanswered_as_stored(monkeypatch):
    """An answer of None: nobody is told that a message is kept which is not."""
    monkeypatch.setattr(shell, "RETRY_S", ())
    seen = []

    def refuse(**_):
        raise shell.DatabaseError("disk full")

    monkeypatch.setattr(shell, "inbox_store", refuse)
    with_writer(lambda writer: answered(writer, 3, answer=lambda _, stored: seen.append(stored)))
    assert seen == [None, None, None]


@given(st.lists(st.integers(min_value=1, max_value=60), max_size=40))
def test_runs_cover_the_numbers_and_no_other(numbers):
    """Told numbers are written as ranges: a range must never reach a message nobody answered."""
    covered = [number for first, last in _runs(numbers) for number in range(first, last + 1)]
    assert covered == sorted(set(numbers))
