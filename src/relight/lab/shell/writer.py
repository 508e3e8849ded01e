"""The gateway's writer: one thread that stores what arrived, many messages a commit.

Owns the thread, its queue and the database connection of that thread. While one commit goes to disk
the next batch gathers, so the busier the gateway the larger its batches: nobody waits for a timer.
Refuses sockets: answers go back to the event loop through `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from relight.kernel.act import Act, Door
from relight.lab.services.inbox import acks_record, inbox_store
from relight.lab.types import AckOutcome, Incoming, Stored
from relight.record.api import turn_if_soon

log = structlog.get_logger(__name__)

BATCH = 256
PATIENCE_S = 2.0  # for the other half to end what it writes
ACKS_WAIT_S = 0.5  # how long a told outcome may wait for a message to travel with
HEARD_S = 1.0  # a link that sends all the time is noted as heard so often
RETRY_S = (0.05, 0.2, 0.5, 1.0, 2.0)  # a database that is busy or restarting gets this long

Answer = Callable[[Stored | None], None]


def gateway_act() -> Act:
    """Return the act of the gateway's own writes, now."""
    return Act(actor="relight:lab", at=datetime.now(tz=UTC), door=Door.WORKER, roles=frozenset({"system"}))


@dataclass(frozen=True, slots=True)
class _Work:
    """Something else to do with the database, in turn with the messages."""

    function: Callable[[], Any]
    answer: Callable[[Any], None]


class Writer:
    """Takes messages from the event loop, stores them, answers in the order they came.

    An answer of None says that the message could not be stored: nobody may be told that it was. `store`,
    `told` and `do` are called on the event loop; its thread and the writer's share two queues, and the
    writer is woken once for all that one round of the loop brought.
    """

    def __init__(self, *, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: deque[tuple[Incoming, Answer] | _Work] = deque()
        self._told: deque[tuple[AckOutcome, int]] = deque()
        self._told_timer: asyncio.TimerHandle | None = None
        self._told_due = False
        self._waking = False
        self._wake = threading.Condition()
        self._stopping = False
        self._heard: dict[str, float] = {}
        self._thread = threading.Thread(target=self._run, name="lab-writer", daemon=True)
        self._thread.start()

    def store(self, item: Incoming, answer: Answer) -> None:
        """Store a message; `answer` is called on the event loop once it is durable."""
        self._put((item, answer))

    def told(self, outcome: AckOutcome, seq: int) -> None:
        """Note what a sender was told; written with the next batch, or soon without one."""
        self._told.append((outcome, seq))
        if self._told_timer is None:
            self._told_timer = self._loop.call_later(ACKS_WAIT_S, self._tell)

    async def do(self, function: Callable[[], Any]) -> Any:
        """Run a function on the writer's thread, in turn. An exception comes back to the caller."""
        future: asyncio.Future[Any] = self._loop.create_future()

        def answer(outcome: Any) -> None:
            if future.cancelled():
                return
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self._put(_Work(function, answer))
        return await future

    @property
    def waiting(self) -> int:
        """How many messages wait to be stored."""
        return len(self._queue)

    def stop(self) -> None:
        """Store what waits, note what was told, end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=10)

    def _put(self, one: tuple[Incoming, Answer] | _Work) -> None:
        self._queue.append(one)
        if not self._waking:
            self._waking = True
            self._loop.call_soon(self._notify)

    def _notify(self) -> None:
        self._waking = False
        with self._wake:
            self._wake.notify()

    def _tell(self) -> None:
        """Let what was told be written now: no message came to take it along."""
        self._told_timer = None
        if self._told:
            with self._wake:
                self._told_due = True
                self._wake.notify()

    def _run(self) -> None:
        try:
            while True:
                batch, work, acks = self._next()
                if batch or acks:
                    self._store(batch, acks)
                elif work is None:
                    return
                if work is not None:
                    self._work(work)
        finally:
            connection.close()

    def _next(self) -> tuple[list[tuple[Incoming, Answer]], _Work | None, dict[AckOutcome, list[int]]]:
        """Wait for something to do; take the messages before the first other work, at most a batch."""
        with self._wake:
            while not self._queue and not self._stopping and not self._told_due:
                self._wake.wait()
            self._told_due = False
        batch: list[tuple[Incoming, Answer]] = []
        work = None
        while self._queue and len(batch) < BATCH:
            one = self._queue.popleft()
            if isinstance(one, _Work):
                work = one
                break
            batch.append(one)
        acks: dict[AckOutcome, list[int]] = {}
        while self._told:
            outcome, seq = self._told.popleft()
            acks.setdefault(outcome, []).append(seq)
        return batch, work, acks

    def _store(self, batch: list[tuple[Incoming, Answer]], acks: dict[AckOutcome, list[int]]) -> None:
        stored = self._patiently([item for item, _ in batch], acks)
        answers = [answer for _, answer in batch]
        self._call(_answer_all, answers, stored if stored is not None else [None] * len(batch))

    def _patiently(self, items: list[Incoming], acks: dict[AckOutcome, list[int]]) -> list[Stored] | None:
        """Store a batch, trying again while the database does not answer."""
        for wait_s in (*RETRY_S, None):
            try:
                with turn_if_soon(patience_s=PATIENCE_S):
                    if items:
                        return self._stored(items, acks)
                    acks_record(act=gateway_act(), acks=acks)
                return []
            except DatabaseError as refusal:
                log.warning("not stored", count=len(items), kind=type(refusal).__name__, again_in_s=wait_s)
                connection.close()
            if wait_s is not None and not self._stopping:
                time.sleep(wait_s)
        return None

    def _stored(self, items: list[Incoming], acks: dict[AckOutcome, list[int]]) -> list[Stored]:
        now = time.monotonic()
        due = {item.link for item in items if item.peer and now - self._heard.get(item.link, -HEARD_S) >= HEARD_S}
        stored = inbox_store(act=gateway_act(), items=items, acks=acks, heard=due)
        self._heard.update(dict.fromkeys(due, now))
        return stored

    def _work(self, work: _Work) -> None:
        try:
            outcome = work.function()
        except Exception as fault:  # handed to the coroutine that asked
            outcome = fault
        self._call(work.answer, outcome)

    def _call(self, function: Callable[..., None], *args: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *args)


def _answer_all(answers: list[Answer], stored: list[Stored | None]) -> None:
    for answer, one in zip(answers, stored, strict=True):
        try:
            answer(one)
        except Exception as fault:  # one sender's answer must not cost the others theirs
            log.error("not answered", kind=type(fault).__name__)
