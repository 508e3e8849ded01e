"""The forwarding half of the gateway: reads what arrived, delivers it, watches the links.

Owns the order of sending: one report at a time to each laboratory system, the next once the first is
acknowledged. Runs beside the receiving half in a process of its own; they meet in the database only.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
import uvloop
from django.db import connection

from relight.lab.selectors.links import links_now, lis_now
from relight.lab.services.answers import DOWNLOAD, orders_push, orders_unpush
from relight.lab.services.charting import orders_chart
from relight.lab.services.delivery import Outcome, Parcel, delivery_next, delivery_outcomes, lis_answers, lis_failing
from relight.lab.services.ladder import links_watch
from relight.lab.services.reading import messages_read
from relight.lab.shell.lis import Away, LisLine, line_to
from relight.lab.shell.writer import gateway_act
from relight.lab.types import LisSettings
from relight.record.api import turn

log = structlog.get_logger(__name__)

READ_WAIT_S = 0.1
CHART_WAIT_S = 0.2
CHART_PAUSE_S = 0.02  # between two writes into the records: what arrives goes first
WATCH_S = 3.0
IDLE_S = 0.2
BATCH = 16
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0


class Forwarder:
    """Everything that happens after a message is in the inbox."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._since = datetime.now(tz=UTC)  # from here on a link's silence is the link's
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lab-forwarder")
        self._lines: dict[str, tuple[LisSettings, asyncio.Task[None]]] = {}

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        tasks = [
            asyncio.create_task(self._always(self._read, READ_WAIT_S)),
            asyncio.create_task(self._always(self._chart, CHART_WAIT_S)),
            asyncio.create_task(self._always(self._watch, WATCH_S)),
            asyncio.create_task(self._always(self._follow, WATCH_S)),
        ]
        await self._stop.wait()
        tasks += [task for _, task in self._lines.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wrap_future(self._database.submit(lambda: connection.close()))
        self._database.shutdown()

    async def _do(self, function: Callable[[], Any]) -> Any:
        """Run a function on the thread that owns the database connection."""
        return await asyncio.get_running_loop().run_in_executor(self._database, function)

    async def _always(self, work: Callable[[], Any], wait_s: float) -> None:
        """Repeat a piece of work; what it raises is logged and never ends it."""
        while True:
            try:
                again = await work()
            except Exception as fault:  # one bad message or a busy database must not stop the rest
                log.error("failed", work=work.__name__, kind=type(fault).__name__)
                await self._do(lambda: connection.close_if_unusable_or_obsolete())  # of that thread, not this one's
                again = False
            await asyncio.sleep(0 if again else wait_s)

    async def _read(self) -> bool:
        """Read what arrived. Returns: whether there may be more."""
        report = await self._do(lambda: _in_turn(messages_read))
        return bool(report.read)

    async def _chart(self) -> bool:
        """Write results into the records of their patients; never one write after the other without a pause."""
        done = await self._do(lambda: _in_turn(orders_chart))
        await asyncio.sleep(CHART_PAUSE_S if done else 0)
        return bool(done)

    async def _watch(self) -> None:
        """Let links fall that are silent or failing; make the orders that are to be sent ahead."""
        await self._do(lambda: links_watch(act=gateway_act(), since=self._since))
        for link in await self._do(links_now):
            if link.settings.enabled and link.rung.takes_orders and DOWNLOAD in link.settings.tags:
                await self._do(partial(orders_unpush, act=gateway_act(), link=link.settings.id))
                await self._do(partial(orders_push, act=gateway_act(), link=link.settings.id))

    async def _follow(self) -> None:
        """Deliver to each laboratory system that is in use; start over where its settings changed."""
        wanted = {lis.id: lis for lis in await self._do(lis_now) if lis.enabled}
        for lis_id, (settings, task) in [*self._lines.items()]:
            if wanted.get(lis_id) != settings or task.done():
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task
                del self._lines[lis_id]
        for lis_id, lis in wanted.items():
            if lis_id not in self._lines:
                self._lines[lis_id] = (lis, asyncio.create_task(self._deliver(lis)))

    # --- one laboratory system ---

    async def _deliver(self, lis: LisSettings) -> None:
        """Deliver for ever: connect, send what waits in order, and when it fails try again later."""
        wait_s, failing = FIRST_WAIT_S, True
        while True:
            line = line_to(lis)
            try:
                parcels: list[Parcel] = []
                while not parcels:
                    parcels = await self._do(partial(self._next, lis, 1 if failing else BATCH))
                    if not parcels:
                        await asyncio.sleep(IDLE_S)
                await line.connect()
                if failing:
                    await self._do(lambda: lis_answers(act=gateway_act(), lis=lis.id))
                while parcels:
                    await self._send(lis, line, parcels)
                    wait_s, failing = FIRST_WAIT_S, False
                    parcels = await self._more(lis)
            except Away as away:
                failing = True
                code = away.spec.code
                await self._do(lambda: lis_failing(act=gateway_act(), lis=lis.id, code=code))  # noqa: B023
                log.warning("laboratory system away", lis=lis.id, code=code, reason=away.reason, again_in_s=wait_s)
            finally:
                await line.close()
            await asyncio.sleep(wait_s if failing else 0)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    @staticmethod
    def _next(lis: LisSettings, limit: int) -> list[Parcel]:
        return delivery_next(act=gateway_act(), lis=lis, limit=limit)

    async def _more(self, lis: LisSettings) -> list[Parcel]:
        """Take what waits next; keep the line open a while when nothing does."""
        for _ in range(50):
            parcels = await self._do(partial(self._next, lis, BATCH))
            if parcels:
                return list(parcels)
            await asyncio.sleep(IDLE_S)
        return []

    async def _send(self, lis: LisSettings, line: LisLine, parcels: list[Parcel]) -> None:
        """Send parcels one after the other, each outcome on disk while the next is under way.

        Raises: Away, with every outcome before it written.
        """
        outcomes: list[Outcome] = []
        writing: asyncio.Task[None] | None = None

        async def write() -> None:
            while outcomes:
                batch, outcomes[:] = outcomes[:], []
                await self._do(partial(delivery_outcomes, act=gateway_act(), lis=lis.id, outcomes=batch))

        try:
            for parcel in parcels:
                outcomes.append(await line.send(parcel))
                if writing is None or writing.done():
                    writing = asyncio.create_task(write())
        finally:
            if writing is not None:
                await writing
            await write()


def _in_turn(work: Callable[..., Any]) -> Any:
    """Do what writes for long when it is its turn: who waits for it is woken at its end, not some time after."""
    with turn():
        return work(act=gateway_act())


def forwarder_run() -> None:
    """Run the forwarding half until it is asked to stop."""
    uvloop.run(Forwarder().run())
