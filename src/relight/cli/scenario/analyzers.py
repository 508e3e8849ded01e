"""The demonstration's analyzers: processes of their own that behave as real ones do, over real sockets.

Owns their day: controls each morning, bursts of tubes, questions, corrections, and what goes wrong: an answer that is
lost or comes late, a connection left half open, a test nobody told the driver of. Refuses to call anything but this
machine. What was not acknowledged is said again, as analyzers do. Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from random import Random
from typing import assert_never

from relight.cli.scenario.analyzer_lines import AstmLine, Gone, Line, MllpLine, closed
from relight.cli.scenario.answers import Told, told_of
from relight.cli.scenario.assays import Assay, repertoire
from relight.cli.scenario.bench_file import Bench
from relight.cli.scenario.tubes import (
    Person,
    Reading,
    Tube,
    by_code,
    control_value,
    corrected,
    person_make,
    readings_make,
)
from relight.cli.scenario.voices import Control, Voice
from relight.lab.plain import Catalogue, Driver, Protocol, Transport
from relight.wire import mllp

HERE = "127.0.0.1"
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 15.0
ANSWER_S = 20.0
HALF_OPEN_S = 20.0
BURST = (1, 4)
CONTROLLED = 4  # tests of one run of controls
UNKNOWN_CODE = "INTERF"
CRITICAL_SHARE = 0.02


class Habit(StrEnum):
    """What an analyzer does next."""

    BURST = "burst"
    ASK = "ask"
    AGAIN = "again"  # the answer was lost on the way: the same once more
    IMPATIENT = "impatient"  # the answer is late: the same before it came
    CORRECT = "correct"
    UNKNOWN = "unknown"
    STRANGER = "stranger"
    HALF_OPEN = "half-open"


HABITS: dict[Habit, int] = {
    Habit.BURST: 52,
    Habit.ASK: 28,
    Habit.AGAIN: 5,
    Habit.IMPATIENT: 4,
    Habit.CORRECT: 5,
    Habit.UNKNOWN: 2,
    Habit.STRANGER: 1,
    Habit.HALF_OPEN: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What an analyzer is given of the world. Args: now: local time with its zone. said: told of each message before
    it is said for the first time."""

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    said: Callable[[str, bytes], None] = lambda link, content: None


class Analyzer:
    """One analyzer. Args: bench: what it knows of itself. chance: its own, so that it is the same each time."""

    def __init__(self, bench: Bench, *, driver: Driver, catalogue: Catalogue, chance: Random, world: World) -> None:
        self.bench = bench
        self.voice = Voice(driver=driver, protocol=bench.protocol, sender=bench.sender)
        self.assays = repertoire(bench.tests, driver=driver, catalogue=catalogue)
        self.chance, self.world = chance, world
        self._by_code = by_code(self.assays)
        self._outbox: deque[bytes] = deque()  # said or not, but not acknowledged
        self._heard: asyncio.Queue[Told] = asyncio.Queue()
        self._tubes = deque(bench.tubes)
        self._last: tuple[str, Person | None, tuple[Reading, ...], bytes] | None = None
        self._controlled: date | None = None
        self._count = 0

    async def run(self) -> None:
        """Work until cancelled; a connection that ends is opened again, ever less often."""
        if self.bench.transport is Transport.TCP_CLIENT:
            await self._serve()
            return
        wait_s = FIRST_WAIT_S
        while True:
            try:
                reader, writer = await asyncio.open_connection(HERE, self.bench.port)
                wait_s = FIRST_WAIT_S
                await self._session(reader, writer)
            except (OSError, Gone):
                pass
            await self.world.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)

    async def _serve(self) -> None:
        """Wait for Relight to call."""

        async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # ended with the process: nobody waits for this task, so its end is told to nobody
            with contextlib.suppress(OSError, Gone, asyncio.CancelledError):
                await self._session(reader, writer)

        server = await asyncio.start_server(called, HERE, self.bench.port)
        async with server:
            await server.serve_forever()

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = self._line(reader, writer)
        tasks = {asyncio.create_task(line.listen()), asyncio.create_task(self._work(line))}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await closed(writer)

    def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Line:
        if self.bench.protocol is Protocol.ASTM:
            return AstmLine(reader, writer, heard=self._hear, quirks=self.voice.driver.quirks)
        return MllpLine(
            reader, writer, heard=self._hear, now=self.world.now, number=self._number, sender=self.bench.sender
        )

    def _hear(self, content: bytes) -> None:
        for told in told_of(content, protocol=self.bench.protocol, encoding=self.voice.encoding):
            self._heard.put_nowait(told)

    # -- its day ---------------------------------------------------------------------------------------

    async def _work(self, line: Line) -> None:
        await self._empty(line)
        while True:
            await self._controls(line)
            await self.act(self._next(), line)
            await self.world.sleep(self.bench.pace_s * self.chance.uniform(0.4, 1.6))

    def _next(self) -> Habit:
        return self.chance.choices(list(HABITS), weights=list(HABITS.values()))[0]

    async def act(self, habit: Habit, line: Line) -> None:
        """Do one thing an analyzer does. Raises: Gone."""
        match habit:
            case Habit.BURST:
                for _ in range(self.chance.randint(*BURST)):
                    await self._measure(line)
            case Habit.ASK:
                await self._ask(line) if self.bench.asks else await self._measure(line)
            case Habit.AGAIN | Habit.IMPATIENT:
                await self._repeat(line, at_once=habit is Habit.IMPATIENT)
            case Habit.CORRECT:
                await self._correct(line)
            case Habit.UNKNOWN:
                await self._measure(line, unknown=True)
            case Habit.STRANGER:
                await self._measure(line, stranger=True)
            case Habit.HALF_OPEN:
                await self._half_open()
            case _ as never:
                assert_never(never)

    async def _measure(self, line: Line, *, unknown: bool = False, stranger: bool = False) -> None:
        """Measure the next tube and say so."""
        tube = self._tube()
        if tube is None:
            return
        person: Person | None = tube.person
        if stranger and person is not None:
            person = person_make(self.chance, number=self.chance.randint(1, 9_000_000), today=self.world.now().date())
        readings = self._readings([self.assays[loinc] for loinc in tube.tests if loinc in self.assays])
        if unknown and readings:
            odd = replace(readings[0].assay, loinc="", code=UNKNOWN_CODE, name=UNKNOWN_CODE)
            readings = (*readings, replace(readings[0], assay=odd))
        await self._say_results(line, tube.sample, person, readings)

    def _readings(self, assays: Sequence[Assay]) -> tuple[Reading, ...]:
        critical = ""
        if assays and self.chance.random() < CRITICAL_SHARE:
            critical = self.chance.choice(assays).loinc
        return readings_make(assays, chance=self.chance, critical=critical)

    def _tube(self) -> Tube | None:
        """Take the next tube: one Relight knows where it must, else one of the laboratory system's."""
        if self.bench.matched_here:
            if self._tubes:
                self._tubes.rotate(-1)
                return self._tubes[-1]
            return None
        at = self.world.now()
        self._count += 1
        count = min(len(self.assays), self.chance.randint(3, 8))
        tests = sorted(self.chance.sample(sorted(self.assays), count))
        sample = f"{at:%j%H%M%S}{self._count % 100:02d}{self.chance.randint(0, 99):02d}"
        person = person_make(self.chance, number=self.chance.randint(1, 9_000_000), today=at.date())
        return Tube(sample=sample, person=person, tests=tuple(tests))

    async def _say_results(
        self, line: Line, sample: str, person: Person | None, readings: tuple[Reading, ...], *, again: bool = False
    ) -> None:
        if not readings:
            return
        content = self.voice.results(
            sample=sample,
            person=person,
            readings=readings,
            at=self.world.now(),
            control_id=self._number(),
            is_correction=again,
        )
        self._last = (sample, person, readings, content)
        await self._say(line, content)

    async def _say(self, line: Line, content: bytes) -> None:
        """Say a message; it stays in the outbox until the host has acknowledged it."""
        self.world.said(self.bench.link, content)
        self._outbox.append(content)
        await self._empty(line)

    async def _empty(self, line: Line) -> None:
        while self._outbox:
            await line.say([self._outbox[0]])
            self._outbox.popleft()

    def _number(self) -> str:
        return f"{self.chance.getrandbits(48):012X}"

    # -- questions -------------------------------------------------------------------------------------

    async def _ask(self, line: Line) -> None:
        """Ask what to do with a tube, do what is answered."""
        if not self._tubes:
            return
        tube = self._tubes[0]
        self._tubes.rotate(-1)
        while not self._heard.empty():
            self._heard.get_nowait()
        question = self.voice.question(sample=tube.sample, at=self.world.now(), control_id=self._number())
        await self._say(line, question)
        told = await self._answer(tube.sample)
        if told is None:
            return
        assays = [self._by_code[code] for code in told.codes if code in self._by_code]
        if not told.codes and told.is_known:  # whose it is, not what is wanted: somebody chose at the keyboard
            assays = [self.assays[loinc] for loinc in tube.tests if loinc in self.assays]
        await self._say_results(line, tube.sample, told.person or tube.person, self._readings(assays))

    async def _answer(self, sample: str) -> Told | None:
        """Wait for what is said of a sample; nothing where the host says that it knows nothing."""
        until = asyncio.get_running_loop().time() + ANSWER_S
        while True:
            left = until - asyncio.get_running_loop().time()
            try:
                told = await asyncio.wait_for(self._heard.get(), max(left, 0.01))
            except TimeoutError:
                return None
            if told.is_nothing:
                return None
            if told.sample == sample:
                return told

    # -- controls --------------------------------------------------------------------------------------

    async def _controls(self, line: Line) -> None:
        """Run the controls, once a day and once after each start."""
        today = self.world.now().date()
        if self._controlled == today:
            return
        self._controlled = today
        for number, (level, lot) in enumerate(self.bench.controls, 1):
            readings = control_readings(self.assays, level=number, z=self._distance(number))
            at, control = self.world.now(), Control(level=level, lot=lot)
            content = self.voice.controls(control=control, readings=readings, at=at, control_id=self._number())
            await self._say(line, content)

    def _distance(self, level: int) -> float:
        """In range, and never many in a row on one side: these controls are those of a healthy analyzer."""
        return (1 if level % 2 else -1) * round(self.chance.uniform(0.1, 0.9), 2)

    # -- what goes wrong -------------------------------------------------------------------------------

    async def _repeat(self, line: Line, *, at_once: bool) -> None:
        if self._last is not None:
            content = self._last[3]
            await line.say([content, content] if at_once else [content])

    async def _correct(self, line: Line) -> None:
        if self._last is None:
            return
        sample, person, readings, _ = self._last
        if all(reading.assay.loinc for reading in readings):
            await self._say_results(line, sample, person, corrected(readings, chance=self.chance), again=True)

    async def _half_open(self) -> None:
        """Leave a connection behind with half a message in it, as after a fall of the network."""
        if self.bench.transport is Transport.TCP_CLIENT or self._last is None:
            return
        content = self._last[3]
        half = mllp.frame(content)[: len(content) // 2] if self.bench.protocol is Protocol.HL7 else b"\x05"
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(HERE, self.bench.port)
            writer.write(half)
            await writer.drain()
            loop = asyncio.get_running_loop()
            loop.call_later(HALF_OPEN_S, partial(writer.transport.abort))


def control_readings(
    assays: dict[str, Assay], *, level: int, z: float, first_z: float | None = None
) -> tuple[Reading, ...]:
    """Measure a control: the first few tests of an analyzer.

    Args: level: counted from 1. z: how far from the mean, in standard deviations. first_z: the same of the first
    test alone, where it lies elsewhere.
    """
    distances = [z if first_z is None else first_z, *[z] * (CONTROLLED - 1)]
    measured = zip(assays.values(), distances, strict=False)
    return tuple(Reading(assay=assay, value=control_value(assay, level=level, z=far)) for assay, far in measured)
