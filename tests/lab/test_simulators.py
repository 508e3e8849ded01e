"""The demonstration's analyzers and laboratory system against the real gateway: processes, real sockets."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, date, datetime
from importlib.resources import files
from random import Random

import pytest

from relight.cli.scenario.analyzers import Analyzer, Habit, World
from relight.cli.scenario.answers import told_of
from relight.cli.scenario.assays import repertoire
from relight.cli.scenario.bench_file import Bench, Benches, benches_read, benches_write
from relight.cli.scenario.lis import LaboratorySystem, Manners
from relight.cli.scenario.tubes import Person, Tube, person_make, readings_make
from relight.cli.scenario.voices import Control, Voice
from relight.lab.drivers import driver_find, driver_list
from relight.lab.rules.interpret import interpret
from relight.lab.types import MessageKind, Protocol, Transport
from relight.record.plain import catalogue_read
from support.gateway import GatewayHome, wait_until
from support.process import port_free

AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
CATALOGUE = catalogue_read((files("relight.record") / "catalogue.toml").read_bytes())
COUNT = tuple(CATALOGUE.tests)[:6]
PERSON = Person(family="Demo-Saule", given="Zoé", birth=date(1950, 2, 3), sex="F", record="90000001")
SPOKEN = [
    (driver, protocol)
    for driver in driver_list()
    for protocol in sorted(driver.protocols)
    if any(not one.is_local for one in repertoire(CATALOGUE.tests, driver=driver, catalogue=CATALOGUE).values())
]


# --- what they say ---


@pytest.mark.parametrize(("driver", "protocol"), SPOKEN, ids=lambda one: getattr(one, "id", one))
def test_what_an_analyzer_says_is_read_by_the_driver_of_its_family(driver, protocol):
    """Sample, patient, codes and numbers as they were meant, whatever the family's layout; nothing unknown."""
    voice = Voice(driver=driver, protocol=protocol, sender="demo")
    assays = repertoire(CATALOGUE.tests, driver=driver, catalogue=CATALOGUE)
    named = [assay for assay in assays.values() if not assay.is_local]
    readings = readings_make(named[:8], chance=Random(3))
    said = voice.results(sample="4711", readings=readings, at=AT, control_id="C1", person=PERSON)
    (sample,) = interpret(said, protocol=protocol, driver=driver).samples
    assert (sample.sample, sample.patient.family, sample.patient.given) == ("4711", "Demo-Saule", "Zoé")
    assert [line.hold for line in sample.lines] == [None] * len(readings)
    assert [line.loinc for line in sample.lines] == [reading.assay.loinc for reading in readings]
    assert [line.value.strip("^") for line in sample.lines] == [reading.value for reading in readings]


@pytest.mark.parametrize("family", ["sysmex-xn", "roche-cobas-pro", "stago-sta", "roche-cobas-e411", "generic"])
def test_a_control_is_told_from_a_patient(family):
    driver = driver_find(family)
    protocol = sorted(driver.protocols)[0]
    voice = Voice(driver=driver, protocol=protocol, sender="demo")
    readings = readings_make(repertoire(COUNT, driver=driver, catalogue=CATALOGUE).values(), chance=Random(3))
    said = voice.controls(control=Control(level="CTRL-1", lot="L7"), readings=readings, at=AT, control_id="C2")
    assert interpret(said, protocol=protocol, driver=driver).kind is MessageKind.QC


def test_the_same_seed_measures_the_same_and_nothing_is_critical_by_chance():
    assays = repertoire(CATALOGUE.tests, driver=driver_find("generic"), catalogue=CATALOGUE).values()
    once = [readings_make(assays, chance=Random(n)) for n in range(40)]
    assert once == [readings_make(assays, chance=Random(n)) for n in range(40)]
    assert {reading.flag for readings in once for reading in readings} == {"", "L", "H"}


def test_one_value_is_critical_when_it_is_meant_to_be():
    assays = repertoire(COUNT, driver=driver_find("generic"), catalogue=CATALOGUE)
    flags = {one.assay.loinc: one.flag for one in readings_make(assays.values(), chance=Random(1), critical="2823-3")}
    assert flags["2823-3"] == "HH"
    assert set(flags.values()) <= {"HH", "H", "L", ""}


def test_the_file_of_the_bench_is_read_as_it_was_written_and_is_its_owners_alone(tmp_path):
    tubes = (Tube(sample="1", person=PERSON, tests=("2823-3",)),)
    bench = Bench(
        link="a", site="arlon", sender="X", driver="generic", protocol=Protocol.HL7, transport=Transport.TCP_SERVER,
        port=1, tests=("2823-3",), controls=(("CTRL-1", "L7"),), tubes=tubes,
    )  # fmt: skip
    benches = Benches(seed="s", lis_port=2, analyzers=(bench,))
    place = benches_write(tmp_path, benches)
    assert benches_read(tmp_path) == benches
    assert place.stat().st_mode & 0o077 == 0
    assert benches_read(tmp_path / "nowhere") is None


# --- against the gateway ---

LINES = [
    ("chimie", "hl7", "roche-cobas-pro", "tcp-server", tuple(CATALOGUE.tests)[:8]),
    ("hemato", "astm", "sysmex-xn", "tcp-server", ("6690-2", "718-7", "777-3", "787-2")),
    ("coag", "astm", "stago-sta", "tcp-client", ("5902-2", "6301-6", "14979-9")),
]


class Bed:
    """A gateway with three analyzers in this process. Args: said: contents by link, each as often as it was new."""

    def __init__(self, home: GatewayHome) -> None:
        self.home = home
        self.said: dict[str, list[bytes]] = {name: [] for name, *_ in LINES}

    def analyzers(self, ports: dict[str, int]) -> list[Analyzer]:
        world = World(now=lambda: AT, said=lambda link, content: self.said[link].append(content))
        return [
            Analyzer(
                Bench(
                    link=name, site="arlon", sender="demo", driver=driver, protocol=Protocol(protocol),
                    transport=Transport(transport), port=ports[name], tests=tests,
                    controls=(("CTRL-1", "L1"), ("CTRL-2", "L2")), asks=True, pace_s=0.05,
                    tubes=(Tube(sample=f"T-{name}", person=PERSON, tests=tests[:2]),),
                ),
                driver=driver_find(driver), catalogue=CATALOGUE, chance=Random(f"test:{name}"), world=world,
            )
            for name, protocol, driver, transport, tests in LINES
        ]  # fmt: skip

    def stored(self, link: str) -> list[bytes]:
        rows = self.home.rows(f"SELECT content FROM lab_message WHERE link_id = '{link}' ORDER BY seq")
        return [bytes(content) for (content,) in rows]


@pytest.fixture
def bed(tmp_path):
    ports = {name: port_free() for name, *_ in LINES}
    links = [
        {"link": name, "protocol": protocol, "driver": driver, "transport": transport, "port": ports[name],
         "orders": "lis", **({"host": "127.0.0.1"} if transport == "tcp-client" else {})}
        for name, protocol, driver, transport, _ in LINES
    ]  # fmt: skip
    home = GatewayHome(tmp_path, links=links)
    home.start("receive")
    yield Bed(home), ports
    home.stop()


async def _for(seconds: float, *work) -> None:
    tasks = [asyncio.create_task(one) for one in work]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.process
def test_all_that_analyzers_say_arrives_once_whatever_goes_wrong_on_the_way(bed):
    """Three families, both protocols, both ways of connecting: lost and late answers, half messages, questions."""
    place, ports = bed
    asyncio.run(_for(6.0, *(one.run() for one in place.analyzers(ports))))
    for link, said in place.said.items():
        assert len(said) > 10, link
        whole = [content for content in place.stored(link) if content in set(said)]
        # the last one may have been cut off by the end of the test, before or after it was stored
        assert whole in (said, said[:-1]), link
        assert len(set(said)) == len(said)


@pytest.mark.process
def test_each_habit_leaves_every_message_stored_once(bed):
    """One after the other, a burst between them, on both protocols."""
    place, ports = bed
    chosen = [one for one in place.analyzers(ports) if one.bench.link != "coag"]

    def habitual(analyzer: Analyzer, done: asyncio.Event):
        async def work(line) -> None:
            for habit in Habit:
                await analyzer.act(Habit.BURST, line)
                await analyzer.act(habit, line)
            done.set()
            await asyncio.sleep(60)

        return work

    async def day() -> None:
        ends = [asyncio.Event() for _ in chosen]
        for analyzer, done in zip(chosen, ends, strict=True):
            analyzer._work = habitual(analyzer, done)
        running = [asyncio.create_task(one.run()) for one in chosen]
        await asyncio.wait_for(asyncio.gather(*(done.wait() for done in ends)), 60)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(day())
    for link in ("chimie", "hemato"):
        said = place.said[link]
        wait_until(lambda link=link, said=said: len(place.stored(link)) >= len(said), what="storing")
        assert [content for content in place.stored(link) if content in set(said)] == said
        repeats = place.home.rows(f"SELECT sum(repeats) FROM lab_message WHERE link_id = '{link}'")
        assert repeats[0][0] >= 3  # one said again, one said twice at once


@pytest.mark.process
def test_what_was_not_acknowledged_is_said_again_after_the_gateway_was_killed(bed):
    place, ports = bed

    async def day() -> None:
        running = [asyncio.create_task(one.run()) for one in place.analyzers(ports)]
        for _ in range(2):
            await asyncio.sleep(1.5)
            await asyncio.to_thread(place.home.kill)
            await asyncio.to_thread(place.home.start, "receive")
        await asyncio.sleep(4)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    asyncio.run(day())
    for link, said in place.said.items():
        whole = [content for content in place.stored(link) if content in set(said)]
        assert whole in (said, said[:-1]), link


# --- the laboratory system ---


def test_the_laboratory_system_refuses_the_same_message_each_time_and_takes_the_others():
    """Every third message is refused, however often it comes; the others are acknowledged, some twice."""
    taken: list[bytes] = []
    port = port_free()
    manners = Manners(up_s=(60, 60), refuses=3, late=0, twice=2)
    system = LaboratorySystem(port, chance=Random(1), now=lambda: AT, manners=manners, taken=taken.append)
    voice = Voice(driver=driver_find("generic"), protocol=Protocol.HL7, sender="R")
    readings = readings_make(repertoire(COUNT, driver=voice.driver, catalogue=CATALOGUE).values(), chance=Random(2))

    def message(number: int) -> bytes:
        return voice.results(sample=str(number), readings=readings, at=AT, control_id=f"M{number}")

    async def talk() -> list[bytes]:
        from relight.wire import mllp

        running = asyncio.create_task(system.run())
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            await asyncio.sleep(0.02)
        answers: list[bytes] = []
        frames = mllp.Reader()
        for number in (1, 2, 3, 3, 4):
            writer.write(mllp.frame(message(number)))
            got = 0
            while got == 0:
                blocks = frames.receive(await reader.read(65536))
                answers += [block.content for block in blocks]
                got = len(blocks)
        running.cancel()
        return answers

    answers = asyncio.run(asyncio.wait_for(talk(), 20))
    codes = [answer.split(b"MSA|")[1].split(b"\r")[0].split(b"|")[:2] for answer in answers]
    assert [code for code in codes if code == [b"AE", b"M3"]] == [[b"AE", b"M3"]] * 2
    assert [b"AA", b"M1"] in codes and [b"AA", b"M2"] in codes
    assert message(3) not in taken


# --- what the host tells them ---


def test_an_answer_of_the_host_is_understood_in_both_protocols():
    from relight.lab.rules.dialects import dialect_of
    from relight.lab.rules.orders_astm import Work

    work = Work(
        sample="4711", number="4711", family="Demo-Saule", given="Zoé", birth_date=date(1950, 2, 3), sex="F",
        record="90000001", codes=("WBC", "HGB"),
    )  # fmt: skip
    for protocol, encoding in ((Protocol.ASTM, "iso8859-1"), (Protocol.HL7, "utf-8")):
        order = dialect_of(protocol, encoding=encoding).order(work, at=AT, control_id="X1")
        (told,) = [one for one in told_of(order, protocol=protocol, encoding=encoding) if one.is_known]
        assert (told.sample, told.codes, told.person) == ("4711", ("WBC", "HGB"), PERSON)


def test_a_patient_is_plainly_invented():
    person = person_make(Random(5), number=12, today=date(2026, 11, 23))
    assert person.family.startswith("Demo-") and person.record == "90000012"
    assert person.birth < date(2008, 1, 1)
