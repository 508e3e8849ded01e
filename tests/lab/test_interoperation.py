"""The gateway on a line with programs not written here: python-hl7, hl7apy, python-astm, over real sockets."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from uuid import UUID

import pytest

from relight.lab.errors import LIS_REFUSED
from relight.lab.rules.outgoing import PatientOut, ReportOut, ResultOut, report_message
from relight.lab.services.delivery import Parcel
from relight.lab.shell.lis import line_to
from relight.lab.types import LisSettings, Protocol, Validation
from support.gateway import GatewayHome, oru, wait_until
from support.peers import PythonAstmServer, PythonHl7Server, astm_missing, hl7apy_server, python_astm_send
from support.process import port_free

hl7 = pytest.importorskip("hl7", reason="python-hl7 is not installed")
pytest.importorskip("hl7apy.mllp", reason="hl7apy is not installed")
from hl7.client import MLLPClient  # noqa: E402 - skipped where it is missing

pytestmark = pytest.mark.process
needs_astm = pytest.mark.skipif(bool(astm_missing()), reason=astm_missing() or "-")

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ASTM = """H|\\^&|||ANALYZER|||||RELIGHT||P|LIS2-A2
P|1|77|||DUPONT^Élise
O|1|S1||^^^K|R
R|1|^^^2823-3|4.1|mmol/L||N||F
L|1|N"""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """Start one gateway with a link for each peer that calls it."""
    links = {"hl7": {}, "astm": {"protocol": "astm"}, "bulk": {"protocol": "astm"}, "chunks": {"protocol": "astm"}}
    home = GatewayHome(
        tmp_path_factory.mktemp("peers"),
        links=[{"link": name, "port": port_free(), **more} for name, more in links.items()],
    )
    home.port_of = dict(zip(links, home.ports, strict=True))
    home.start("receive")
    yield home
    home.stop()


@pytest.fixture
def stored(gateway):
    """`stored("hl7")`: content and outcome of what a link stored, once there are `count` of them."""

    def read(link, *, count=1):
        sql = f"SELECT content, ack_outcome FROM lab_message WHERE link_id = '{link}' AND ack_outcome <> 'pending'"
        wait_until(lambda: len(gateway.rows(f"{sql} ORDER BY seq")) >= count, what="the message")
        return [(bytes(content), outcome) for content, outcome in gateway.rows(f"{sql} ORDER BY seq")]

    return read


def parcel(*, protocol, control_id="R1", value="4.1"):
    report = ReportOut(
        id=UUID(int=1), control_id=control_id, link="chem", sample="S1", order="",
        patient=PatientOut(ids=(("77", "HOSP"),), family="DUPONT^X", given="Élise", sex="F"),
        validation=Validation.VALIDATED,
        results=(ResultOut(code="K", loinc="2823-3", name="Potassium", value=value, number=value, unit="mmol/L",
                           range="3.5-5.1", flags=(), corrects=False, measured_at=AT, instrument="c311"),),
    )  # fmt: skip
    return Parcel(report=report.id, control_id=control_id, content=report_message(report, protocol=protocol, at=AT))


def delivered(port, parcels, *, protocol=Protocol.HL7, each=False):
    """Send parcels as the forwarder does, on one connection or on one each; return the outcomes."""

    async def send():
        line = line_to(LisSettings(id="lis", name="LIS", host="127.0.0.1", port=port, protocol=protocol))
        outcomes = []
        for one in parcels:
            await line.connect()
            outcomes.append(await line.send(one))
            if each:
                await line.close()
        await line.close()
        return outcomes

    return asyncio.run(send())


# --- HL7 ---


def test_the_client_of_python_hl7_is_acknowledged_and_its_message_stored_byte_for_byte(gateway, stored):
    """Three messages on one connection, letters beyond ASCII among them; each answer names its own message."""
    sent = [oru(f"P{number}") for number in range(3)]
    with MLLPClient("127.0.0.1", gateway.port_of["hl7"]) as client:
        for number, content in enumerate(sent):
            answer = hl7.parse(client.send_message(hl7.parse(content.decode())).strip(b"\x0b\x1c\r").decode())
            assert str(answer["MSA"][0][1]) == "AA"
            assert str(answer["MSA"][0][2]) == f"P{number}"
            assert str(answer["MSH"][0][9]).startswith("ACK")
    assert [outcome for _, outcome in stored("hl7", count=3)] == ["accepted"] * 3
    assert [content.rstrip(b"\r") for content, _ in stored("hl7")] == [content.rstrip(b"\r") for content in sent]


def test_python_hl7_reads_why_an_admission_is_refused(gateway):
    admission = oru("ADT1").replace(b"ORU^R01^ORU_R01", b"ADT^A01^ADT_A01")
    with MLLPClient("127.0.0.1", gateway.port_of["hl7"]) as client:
        answer = hl7.parse(client.send_message(admission).strip(b"\x0b\x1c\r").decode())
    assert str(answer["MSA"][0][1]) == "AR"
    assert str(answer["MSA"][0][2]) == "ADT1"
    assert str(answer["ERR"][0][3][0][0]) == "200"


def test_reports_are_delivered_to_the_server_of_python_hl7_on_one_connection():
    parcels = [parcel(protocol=Protocol.HL7, control_id=f"R{number}", value=f"4.{number}") for number in range(5)]
    with PythonHl7Server(port_free()) as lis:
        assert [outcome.code for outcome in delivered(lis.port, parcels)] == [""] * 5
    assert [str(message["MSH"][0][10]) for message in lis.received] == [one.control_id for one in parcels]
    assert [str(message["OBX"][0][5]) for message in lis.received] == [f"4.{number}" for number in range(5)]
    assert str(lis.received[0]["PID"][0][5][0][1]) == "Élise"


def test_a_refusal_of_python_hl7_puts_the_report_aside():
    with PythonHl7Server(port_free(), code="AE") as lis:
        assert [outcome.code for outcome in delivered(lis.port, [parcel(protocol=Protocol.HL7)])] == [LIS_REFUSED.code]


def test_reports_are_delivered_to_the_server_of_hl7apy_which_hangs_up_after_each():
    parcels = [parcel(protocol=Protocol.HL7, control_id=f"R{number}") for number in range(3)]
    port = port_free()
    with hl7apy_server(port) as received:
        assert [outcome.code for outcome in delivered(port, parcels, each=True)] == [""] * 3
    assert [message.msh.msh_10.value for message in received] == ["R0", "R1", "R2"]
    assert received[0].pid.pid_5.pid_5_2.value == "Élise"
    assert [child.obx_5.value for child in received[0].obx] == ["4.1"]


def test_what_python_hl7_sends_reaches_hl7apy_through_the_gateway(tmp_path):
    """Analyzer, gateway and laboratory system are three programs; only the middle one is ours."""
    port, lis = port_free(), port_free()
    home = GatewayHome(
        tmp_path,
        links=[{"link": "chem", "port": port, "lis": "apy", "orders": "lis"}],
        lis=[{"lis": "apy", "port": lis}],
    )
    with hl7apy_server(lis) as received:
        home.start()
        try:
            with MLLPClient("127.0.0.1", port) as client:
                for number in range(4):
                    client.send_message(oru(f"E{number}", sample=f"S{number}", value=f"5.{number}"))
            wait_until(lambda: home.cli("lab", "reconcile")["delivered"] == 4, timeout_s=60, what="delivery")
        finally:
            home.stop()
    assert [message.obx[0].obx_5.value for message in received] == [f"5.{number}" for number in range(4)]
    assert len({message.msh.msh_10.value for message in received}) == 4


# --- ASTM ---


@needs_astm
@pytest.mark.parametrize(
    ("link", "options"),
    [("astm", {}), ("bulk", {"bulk_mode": True}), ("chunks", {"bulk_mode": True, "chunk_size": 60})],
)
def test_the_client_of_python_astm_is_acknowledged_frame_by_frame(gateway, stored, link, options):
    """A record a frame, all records in one frame, frames of 60 characters: the same records are stored."""
    told = python_astm_send(gateway.port_of[link], ASTM, **options)
    assert told
    assert all(accepted for _, accepted in told)
    content, outcome = stored(link)[0]
    assert outcome == "accepted"
    assert content.decode().rstrip("\r").split("\r") == ASTM.split("\n")


@needs_astm
def test_reports_are_delivered_to_the_server_of_python_astm():
    parcels = [parcel(protocol=Protocol.ASTM, control_id=f"R{number}", value=f"4.{number}") for number in range(3)]
    with PythonAstmServer(port_free()) as lis:
        outcomes = delivered(lis.port, parcels, protocol=Protocol.ASTM)
        wait_until(lambda: len(lis.received) == 3, what="the last message")
    assert [outcome.code for outcome in outcomes] == [""] * 3
    assert [[record[0] for record in message] for message in lis.received] == [["H", "P", "O", "R", "L"]] * 3
    assert [message[3][3] for message in lis.received] == ["4.0", "4.1", "4.2"]
    assert lis.received[0][1][5][1] == "Élise"


@needs_astm
def test_python_astm_as_released_answers_nobody_on_python_3():
    """Its own fault: it writes with a built-in of Python 2. The tests above give it that back."""
    with (
        PythonAstmServer(port_free(), as_released=True) as lis,
        socket.create_connection(("127.0.0.1", lis.port), timeout=5) as line,
    ):
        line.sendall(b"\x05")
        assert line.recv(10) == b""


@needs_astm
def test_python_astm_as_released_cannot_encode_text():
    """Its own fault: on Python 3 a letter is a sequence of letters. So its client is given bytes above."""
    from astm.codec import encode_record

    with pytest.raises(RecursionError):
        encode_record(["H", "text"], "utf-8")
