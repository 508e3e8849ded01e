"""Whatever is killed, cut or repeated: received = stored once = delivered once, by count and by content.

The short runs are part of every test run; the long ones (50 kills, an outage of 60 s under load) are the soak.
"""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress

import pytest

from support.astm_client import ACK, EOT, AstmClient, frame, records
from support.gateway import GatewayHome, Hl7Client, LisStandIn, oru, wait_until
from support.process import port_free

pytestmark = pytest.mark.process


class Hl7Analyzer(threading.Thread):
    """Sends numbered results one after the other, each again until it is acknowledged, as analyzers do."""

    def __init__(self, port, name, *, pause_s=0.0):
        super().__init__(daemon=True)
        self.port, self.label, self.pause_s = port, name, pause_s
        self.sent = {}  # control id -> value, once acknowledged
        self.ending = threading.Event()

    def run(self):
        client, number = None, 0
        while not self.ending.is_set():
            control_id, value = f"{self.label}-{number:06}", f"{3 + number % 30 / 10:.1f}"
            try:
                client = client or Hl7Client(self.port, timeout_s=3)
                code, answered = client.exchange(oru(control_id, sample=control_id, value=value))
                assert (code, answered) == ("AA", control_id)
            except OSError:
                if client:
                    client.close()
                client = None
                time.sleep(0.05)
                continue
            self.sent[control_id] = value
            number += 1
            time.sleep(self.pause_s)


class AstmAnalyzer(Hl7Analyzer):
    """The same over ASTM: a transmission counts once its last frame is acknowledged."""

    def run(self):
        client, number = None, 0
        while not self.ending.is_set():
            sample, value = f"{self.label}-{number:06}", f"{3 + number % 30 / 10:.1f}"
            try:
                client = client or AstmClient(self.port, timeout_s=3)
                if not self._transmit(client, records(sample, value, control_id=sample)):
                    raise ConnectionError("refused")
            except OSError:
                if client:
                    client.close()
                client = None
                time.sleep(0.05)
                continue
            self.sent[sample] = value
            number += 1
            time.sleep(self.pause_s)

    @staticmethod
    def _transmit(client, texts):
        if client.ask() != ACK:
            return False
        for number, text in enumerate(texts, start=1):
            client.write(frame(number, text))
            if client.byte() != ACK:
                return False
        client.write(EOT)
        return True


@pytest.fixture
def scene(tmp_path):
    """A gateway with two links that deliver to a laboratory system of ours, and analyzers that send."""
    lis = LisStandIn(port_free())
    home = GatewayHome(
        tmp_path,
        lis=[{"lis": "glims", "port": lis.port, "reply_timeout_s": 2}],
        links=[
            {"link": "chem", "port": port_free(), "lis": "glims", "orders": "lis"},
            {"link": "gas", "port": port_free(), "lis": "glims", "orders": "lis", "protocol": "astm"},
        ],
    )
    home.lis = lis
    home.analyzers = [
        Hl7Analyzer(home.ports[0], "H0", pause_s=0.01),
        Hl7Analyzer(home.ports[0], "H1", pause_s=0.01),
        AstmAnalyzer(home.ports[1], "A0", pause_s=0.01),
    ]
    yield home
    for analyzer in home.analyzers:
        analyzer.ending.set()
    home.stop()
    lis.stop()


def settle(home, *, timeout_s=120):
    """Stop the analyzers, let everything arrive."""
    for analyzer in home.analyzers:
        analyzer.ending.set()
    for analyzer in home.analyzers:
        analyzer.join(timeout=30)
    undone = "SELECT count(*) FROM lab_message WHERE state IN ('received', 'waiting')"
    wait_until(lambda: home.rows(undone) == [(0,)], timeout_s=timeout_s, what="the last delivery")


def delivered_values(lis):
    """Return sample to the values the laboratory system holds, by distinct control id."""
    by_id = {}
    for control_id, content in lis.received:
        assert by_id.setdefault(control_id, content) == content, "one control id with two contents"
    found = {}
    for content in by_id.values():
        lines = [line.split("|") for line in content.decode().split("\r")]
        sample = next(line[3] for line in lines if line[0] == "OBR")
        value = next(line[5] for line in lines if line[0] == "OBX")
        found.setdefault(sample, []).append(value)
    return found


def all_arrived(home):
    """Assert that what the analyzers were told was stored, once, and delivered, once, with its value."""
    sent = {sample: value for analyzer in home.analyzers for sample, value in analyzer.sent.items()}
    stored = home.rows("SELECT control_id, count(*) FROM lab_message WHERE kind = 'results' GROUP BY control_id")
    assert {control_id for control_id, _ in stored} >= set(sent)
    assert {count for _, count in stored} == {1}
    delivered = delivered_values(home.lis)
    assert set(delivered) == {control_id for control_id, _ in stored}
    assert all(len(values) == 1 for values in delivered.values())
    assert {sample: delivered[sample][0] for sample in sent} == sent
    count = home.cli("lab", "reconcile")
    assert count["received"] == count["delivered"] + count["held"] + count["refused"] + count["waiting"]
    assert count["delivered"] == len(delivered)
    assert (count["held"], count["waiting"]) == (0, 0)
    return len(sent)


def outage(home, *, load_s, outage_s):
    home.start()
    home.lis.start()
    for analyzer in home.analyzers:
        analyzer.start()
    time.sleep(load_s)
    home.lis.stop()
    time.sleep(outage_s)
    home.lis.start()
    time.sleep(load_s)
    settle(home)


def kills(home, *, times, seed):
    chance = random.Random(seed)
    home.lis.start()
    home.start()
    for analyzer in home.analyzers:
        analyzer.start()
    for _ in range(times):
        time.sleep(chance.uniform(0.05, 1.5))
        victims = chance.choice([("receive",), ("forward",), ("receive", "forward")])
        home.kill(*victims)
        home.start(*victims)
    settle(home)


def test_an_outage_of_the_laboratory_system_loses_nothing_and_doubles_nothing(scene):
    outage(scene, load_s=1, outage_s=4)
    assert all_arrived(scene) > 100


def test_a_gateway_killed_again_and_again_loses_nothing_and_doubles_nothing(scene):
    kills(scene, times=6, seed=1)
    assert all_arrived(scene) > 50


@pytest.mark.sqlite_only  # what is told between sockets: the database plays no part
def test_doubled_and_late_acknowledgements_credit_no_other_message(scene):
    scene.lis.copies = 3
    scene.lis.start()
    scene.start()
    for analyzer in scene.analyzers:
        analyzer.start()
    time.sleep(1.5)
    scene.lis.delay_s = 3  # later than the gateway waits: it asks again, the answer to the first comes late
    time.sleep(4)
    scene.lis.delay_s = 0
    settle(scene)
    assert all_arrived(scene) > 50


@pytest.mark.sqlite_only  # what is told between sockets: the database plays no part
def test_a_laboratory_system_that_takes_a_message_and_says_nothing_gets_the_same_bytes_again(scene):
    scene.lis.silent = 2
    scene.lis.start()
    scene.start()
    with suppress(OSError):
        Hl7Client(scene.ports[0]).exchange(oru("Q1", sample="Q1"))
    wait_until(lambda: len(scene.lis.received) == 3, timeout_s=30, what="the third attempt")
    assert len({content for _, content in scene.lis.received}) == 1
    scene.analyzers.clear()
    settle(scene)


@pytest.mark.soak
def test_an_outage_of_a_minute_under_load(scene):
    """Soak: 60 s without the laboratory system."""
    outage(scene, load_s=10, outage_s=60)
    assert all_arrived(scene) > 2000


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_fifty_kills_at_random_points(scene):
    """Soak: kill -9 of the receiving half, the forwarding half, or both, fifty times."""
    kills(scene, times=50, seed=time.time_ns())
    assert all_arrived(scene) > 500
