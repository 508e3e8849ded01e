"""The receiving gateway over real sockets and a serial line, in a process of its own."""

from __future__ import annotations

import os
import pty
import socket
import ssl
import subprocess
import time

import pytest

from support.astm_client import ACK, ENQ, EOT, NAK, STX, AstmClient, frame, records
from support.gateway import GatewayHome, Hl7Client, oru, wait_until
from support.process import port_free

pytestmark = pytest.mark.process


SETTINGS = {
    "plain": {},
    "small": {"limits": {"message_bytes": 2000}},
    "elsewhere": {"peers": ["10.9.8.0/24"]},
    "idle": {"limits": {"idle_s": 1}},
    "slow": {"limits": {"per_minute": 5}},
    "astm": {"protocol": "astm"},
    "orders": {"protocol": "astm", "rung": "orders"},
    "hl7-orders": {"rung": "orders"},
}
COPIES = 12  # links of the two plain kinds: each test has one of its own


class Line:
    """One link of the gateway that the tests of this file share: its port, and what is stored of it."""

    def __init__(self, home, link, port):
        self.home, self.link, self.port = home, link, port

    def stored(self, columns="control_id"):
        return self.home.rows(f"SELECT {columns} FROM lab_message WHERE link_id = '{self.link}' ORDER BY seq")

    def state(self, columns):
        return self.home.rows(f"SELECT {columns} FROM lab_linkstate WHERE link_id = '{self.link}'")

    def hl7(self):
        return Hl7Client(self.port)

    def astm(self, **more):
        return AstmClient(self.port, **more)


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Start one gateway with a link for each test; give it out link by link."""
    wanted = [(f"{kind}-{n}", kind) for kind in SETTINGS for n in range(COPIES if kind in ("plain", "astm") else 1)]
    links = [{"link": name, "port": port_free(), **SETTINGS[kind]} for name, kind in wanted]
    home = GatewayHome(tmp_path_factory.mktemp("gateway"), links=links)
    home.start("receive")
    left = {kind: [link for link in links if link["link"].startswith(f"{kind}-")] for kind in SETTINGS}

    def line(kind="plain"):
        link = left[kind].pop()
        return Line(home, link["link"], link["port"])

    yield line
    home.stop()


@pytest.fixture
def gateway(tmp_path):
    """Start a gateway of its own for a test that kills it or changes it."""
    started = []

    def start(*links):
        home = GatewayHome(tmp_path, links=[{"port": port_free(), **link} for link in links])
        started.append(home)
        home.start("receive")
        return home

    yield start
    for home in started:
        home.stop()


def stored(home, columns="control_id"):
    return home.rows(f"SELECT {columns} FROM lab_message ORDER BY seq")


def hl7(home):
    return Hl7Client(home.ports[0])


# --- HL7 ---


def test_an_acknowledged_message_is_on_disk_even_when_the_gateway_is_killed_at_once(gateway):
    home = gateway({"link": "chem"})
    assert hl7(home).exchange(oru("A1")) == ("AA", "A1")
    home.kill()
    assert stored(home, "control_id, state, kind") == [("A1", "received", "unread")]


def test_the_same_message_again_is_accepted_again_and_stored_once(lines):
    line = lines()
    client = line.hl7()
    assert [client.exchange(oru("A1"))[0] for _ in range(3)] == ["AA"] * 3
    client.close()
    assert line.hl7().exchange(oru("A1")) == ("AA", "A1")
    assert line.stored("control_id, repeats") == [("A1", 3)]


def test_many_messages_in_one_read_and_one_message_in_many_are_answered_in_order(lines):
    line = lines()
    client = line.hl7()
    client.socket.sendall(b"".join(b"\x0b" + oru(f"M{n}") + b"\x1c\r" for n in range(5)))
    answers = [client.receive().split(b"MSA|AA|")[1].strip() for _ in range(5)]
    assert answers == [b"M0", b"M1", b"M2", b"M3", b"M4"]
    for byte in b"\x0b" + oru("SLOW") + b"\x1c\r":
        client.socket.sendall(bytes([byte]))
    assert b"MSA|AA|SLOW" in client.receive()
    assert [row[0] for row in line.stored()] == ["M0", "M1", "M2", "M3", "M4", "SLOW"]


def test_what_is_no_laboratory_message_is_kept_refused_and_counted_on_the_link(lines):
    line = lines()
    client = line.hl7()
    assert client.exchange(oru("ADT1").replace(b"ORU^R01^ORU_R01", b"ADT^A01"))[0] == "AR"
    assert client.exchange(b"GET / HTTP/1.1\r\nHost: lis\r\n\r\n")[0] == "AR"
    assert line.stored("kind, state, problem") == [
        ("invalid", "refused", "RL-LAB-053"),
        ("invalid", "refused", "RL-WIR-201"),
    ]
    wait_until(lambda: line.state("problems") == [(2,)], what="the link's count of problems")


def test_enhanced_mode_gets_the_acknowledgements_it_asked_for(lines):
    line = lines()
    client = line.hl7()
    asked = oru("E1").replace(b"|P|2.5.1||||||UNICODE", b"|P|2.5.1|||AL|AL||UNICODE")
    client.send(asked)
    assert b"MSA|CA|E1" in client.receive()
    assert b"MSA|AA|E1" in client.receive()
    silent = oru("E2").replace(b"|P|2.5.1||||||UNICODE", b"|P|2.5.1|||NE|NE||UNICODE")
    client.send(silent)
    wait_until(lambda: len(line.stored()) == 2, what="the message that wants no answer")
    assert client.exchange(oru("E3")) == ("AA", "E3")


def test_a_message_over_the_links_limit_is_passed_over_and_the_next_one_is_taken(lines):
    line = lines("small")
    client = line.hl7()
    client.send(oru("BIG") + b"NTE|1||" + b"x" * 5000 + b"\r")
    assert client.exchange(oru("OK")) == ("AA", "OK")
    assert [row[0] for row in line.stored()] == ["OK"]


def test_the_outcome_of_each_acknowledgement_is_noted(lines):
    line = lines()
    client = line.hl7()
    client.exchange(oru("A1"))
    client.exchange(oru("A2").replace(b"ORU^R01^ORU_R01", b"ADT^A01"))
    wait_until(
        lambda: line.stored("ack_outcome") == [("accepted",), ("rejected",)], what="the outcomes of both messages"
    )


def test_an_address_that_may_not_call_is_turned_away_and_told_nothing(lines):
    line = lines("elsewhere")
    client = line.hl7()
    with pytest.raises((ConnectionError, TimeoutError)):
        client.exchange(oru("X"))
    wait_until(lambda: line.state("last_code") == [("RL-LAB-050",)], what="the refused peer")
    assert line.stored() == []


def test_a_silent_connection_is_closed_after_the_links_time(lines):
    line = lines("idle")
    client = line.hl7()
    client.socket.settimeout(5)
    assert client.socket.recv(10) == b""


def test_a_half_open_connection_does_not_keep_the_analyzer_out(lines):
    line = lines()
    dead = line.hl7()
    dead.socket.sendall(b"\x0b" + oru("HALF")[:40])  # and never a word again
    assert line.hl7().exchange(oru("A1")) == ("AA", "A1")
    assert [row[0] for row in line.stored()] == ["A1"]


def test_an_analyzer_above_its_rate_is_read_later_and_loses_nothing(lines):
    line = lines("slow")
    client = line.hl7()
    for number in range(5):
        assert client.exchange(oru(f"R{number}"))[0] == "AA"
    client.send(oru("R5"))
    assert b"R5" in client.receive()
    client.socket.settimeout(1)
    client.send(oru("R6"))
    with pytest.raises(TimeoutError):
        client.receive()
    wait_until(lambda: line.state("last_code") == [("RL-LAB-052",)], what="the rate that was too high")


def test_a_link_that_is_switched_off_or_moved_follows_within_seconds(gateway):
    home = gateway({"link": "chem"})
    old, new = home.ports[0], port_free()
    script = (
        "from relight.cli.shell import setup; setup()\n"
        "from support.lab import link_made\n"
        f"link_made('chem', port={new})\n"
    )
    subprocess.run([os.sys.executable, "-c", script], env=home.env, check=True)
    home.ports[0] = new

    def moved():
        try:
            return Hl7Client(new).exchange(oru("NEW")) == ("AA", "NEW")
        except OSError:
            return False

    wait_until(moved, what="the new port")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", old), timeout=1)


def test_sigterm_ends_it_in_order_with_nothing_lost(gateway):
    home = gateway({"link": "chem"})
    client = hl7(home)
    client.exchange(oru("A1"))
    process = home.processes["receive"]
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert stored(home, "control_id, ack_outcome") == [("A1", "accepted")]
    assert home.rows("SELECT connected_since FROM lab_linkstate") == [(None,)]


# --- ASTM ---


def test_a_transmission_is_one_message_byte_for_byte(lines):
    line = lines("astm")
    client = line.astm()
    client.transmit(records("S1"))
    ((content, state),) = line.stored("content, state")
    assert bytes(content) == b"".join(records("S1"))
    assert state == "received"


def test_the_last_frame_of_a_message_is_acknowledged_once_the_message_is_on_disk(gateway):
    home = gateway({"link": "astm", "protocol": "astm"})
    client = AstmClient(home.ports[0])
    assert client.ask() == ACK
    for number, text in enumerate(records("S1"), start=1):
        client.write(frame(number, text))
        assert client.byte() == ACK
    home.kill()
    assert len(stored(home)) == 1


def test_records_split_over_frames_and_several_in_one_are_joined_after_each_is_checked(lines):
    line = lines("astm")
    client = line.astm()
    whole = b"".join(records("S1"))
    assert client.ask() == ACK
    for number, at in enumerate(range(0, len(whole), 60), start=1):
        piece = whole[at : at + 60]
        client.write(frame(number, piece, last=at + 60 >= len(whole)))
        assert client.byte() == ACK
    client.write(EOT)
    wait_until(lambda: line.stored(), what="the message")
    assert bytes(line.stored("content")[0][0]) == whole


def test_a_damaged_frame_is_refused_and_its_repeat_is_taken_once(lines):
    line = lines("astm")
    client = line.astm()
    texts = records("S1")
    assert client.ask() == ACK
    for number, text in enumerate(texts, start=1):
        sound = frame(number, text)
        if number == 4:
            at = sound.index(b"4.1")
            client.write(sound[:at] + b"9" + sound[at + 1 :])
            assert client.byte() == NAK
        client.write(sound)
        assert client.byte() == ACK
    client.write(frame(5, texts[-1]))  # its acknowledgement was lost on the way
    assert client.byte() == ACK
    client.write(EOT)
    assert bytes(line.stored("content")[0][0]) == b"".join(texts)
    assert len(line.stored()) == 1


def test_a_transmission_cut_off_is_kept_as_refused_and_its_repeat_is_a_message(lines):
    line = lines("astm")
    client = line.astm()
    assert client.ask() == ACK
    for number, text in enumerate(records("S1")[:3], start=1):
        client.write(frame(number, text))
        assert client.byte() == ACK
    client.close()
    wait_until(lambda: line.stored(), what="the half message")
    assert line.stored("state, problem") == [("refused", "RL-LAB-057")]
    line.astm().transmit(records("S1"))
    assert line.stored("state")[1:] == [("received",)]


def test_frames_that_were_acknowledged_survive_a_kill_and_are_shown_as_cut_off(gateway):
    home = gateway({"link": "astm", "protocol": "astm"})
    client = AstmClient(home.ports[0])
    assert client.ask() == ACK
    for number, text in enumerate(records("S1")[:4], start=1):
        client.write(frame(number, text))
        assert client.byte() == ACK
    home.kill()
    assert stored(home) == []
    home.start("receive")
    wait_until(lambda: stored(home), what="what the kill left")
    ((content, state, problem),) = stored(home, "content, state, problem")
    assert bytes(content) == b"".join(records("S1")[:4])
    assert (state, problem) == ("refused", "RL-LAB-057")
    home.kill()
    home.start("receive")
    time.sleep(0.5)
    assert len(stored(home)) == 1


def test_a_transmission_without_an_end_record_is_kept_and_read(lines):
    line = lines("astm")
    line.astm().transmit(records("S1")[:-1])
    wait_until(lambda: line.stored(), what="the message")
    assert line.stored("state, problem") == [("received", "RL-LAB-056")]


def test_two_messages_in_one_transmission_are_two_messages(lines):
    line = lines("astm")
    line.astm().transmit(records("S1") + records("S2"))
    wait_until(lambda: len(line.stored()) == 2, what="both messages")


def test_a_query_is_answered_after_the_analyzer_gave_up_the_line(lines):
    line = lines("orders")
    client = line.astm()
    client.transmit([records()[0], b"Q|1|^S404||ALL||||||||O\r", b"L|1|N\r"])
    texts = client.listen()
    assert texts[0][:2] == b"H|"
    assert b"S404" in b"".join(texts) or b"L|1|I" in b"".join(texts)
    wait_until(
        lambda: line.home.rows("SELECT kind, state FROM lab_exchange") == [("answer", "accepted")], what="the exchange"
    )
    assert line.stored("kind, state") == [("query", "done")]


def test_noise_and_a_frame_out_of_nowhere_are_answered_with_nothing(lines):
    line = lines("astm")
    client = line.astm(timeout_s=0.5)
    client.write(b"\x00\xffnoise" + STX + b"1H|\r")
    with pytest.raises(TimeoutError):
        client.byte()
    client.timeout_s = 10
    assert client.ask() == ACK
    client.write(EOT)
    assert line.stored() == []


def test_a_serial_line_is_a_link_like_any_other(gateway):
    ours, theirs = pty.openpty()
    home = gateway({"link": "astm", "protocol": "astm", "transport": "serial", "device": os.ttyname(theirs), "port": 0})
    client = AstmClient(device=ours)
    opened = "SELECT count(*) FROM lab_linkstate WHERE connected_since IS NOT NULL"
    wait_until(lambda: home.rows(opened) == [(1,)], what="the serial line")
    assert client.ask() == ACK
    for number, text in enumerate(records("S9"), start=1):
        client.write(frame(number, text))
        assert client.byte() == ACK
    client.write(EOT)
    assert bytes(stored(home, "content")[0][0]) == b"".join(records("S9"))


def test_an_analyzer_that_listens_is_called_and_called_again_when_it_hangs_up(gateway):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(15)
        home = gateway(
            {"link": "chem", "transport": "tcp-client", "host": "127.0.0.1", "port": server.getsockname()[1]}
        )
        for number in range(2):
            connection, _ = server.accept()
            connection.sendall(b"\x0b" + oru(f"C{number}") + b"\x1c\r")
            connection.settimeout(10)
            assert f"MSA|AA|C{number}".encode() in connection.recv(4096)
            connection.close()
        assert [row[0] for row in stored(home)] == ["C0", "C1"]


# --- many at once ---


def test_what_many_analyzers_send_at_once_is_stored_once_and_in_order_for_each(gateway):
    home = gateway({"link": "chem"}, {"link": "haem"})
    clients = [Hl7Client(port) for port in home.ports for _ in range(8)]
    for number in range(20):
        for place, client in enumerate(clients):
            client.send(oru(f"{place:02}-{number:03}"))
    for client in clients:
        for _ in range(20):
            assert b"MSA|AA|" in client.receive()
    rows = stored(home, "link_id, control_id")
    assert len(rows) == len(set(rows)) == 16 * 20
    for place in range(16):
        mine = [control_id for _, control_id in rows if control_id.startswith(f"{place:02}-")]
        assert mine == sorted(mine)


def test_a_second_gateway_on_the_same_data_folder_is_refused(gateway, tmp_path):
    home = gateway({"link": "chem"})
    first = subprocess.Popen(
        [os.sys.executable, "-m", "relight", "lab", "serve"],
        env=home.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        first.stdout.readline()
        second = subprocess.run(
            [os.sys.executable, "-m", "relight", "lab", "serve"], env=home.env, capture_output=True, timeout=60
        )
        assert second.returncode == 1
        assert b"RL-LAB-064" in second.stderr
    finally:
        first.terminate()
        first.wait()


def test_enquiries_are_granted_again_and_again(lines):
    line = lines("astm")
    client = line.astm()
    for _ in range(3):
        client.write(ENQ)
        assert client.byte() == ACK
        client.write(EOT)
    assert line.stored() == []


# --- TLS, queries and orders over MLLP ---


def certificate_made(folder):
    """Make a certificate of this machine that vouches for itself. Returns: its path and its key's."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(tz=UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(folder / "cert.pem"), str(folder / "key.pem")


def test_a_link_over_tls_takes_who_the_authority_vouches_for_and_nobody_else(gateway, tmp_path_factory):
    certificate, key = certificate_made(tmp_path_factory.mktemp("tls"))
    home = gateway({"link": "chem", "tls": {"certificate": certificate, "key": key, "ca": certificate}})
    known = ssl.create_default_context(cafile=certificate)
    known.load_cert_chain(certificate, key)
    with known.wrap_socket(socket.create_connection(("127.0.0.1", home.ports[0])), server_hostname="127.0.0.1") as line:
        line.sendall(b"\x0b" + oru("TLS") + b"\x1c\r")
        assert b"MSA|AA|TLS" in line.recv(4096)
    with pytest.raises((OSError, TimeoutError)):
        Hl7Client(home.ports[0], timeout_s=3).exchange(oru("PLAIN"))
    stranger = ssl.create_default_context(cafile=certificate)
    with (
        pytest.raises(OSError),
        stranger.wrap_socket(
            socket.create_connection(("127.0.0.1", home.ports[0]), timeout=5), server_hostname="127.0.0.1"
        ) as line,
    ):
        line.sendall(b"\x0b" + oru("NOBODY") + b"\x1c\r")
        if not line.recv(4096):
            raise ConnectionError("closed")
    assert [row[0] for row in stored(home)] == ["TLS"]


def test_certificate_files_that_cannot_be_used_are_said_on_the_link(gateway):
    home = gateway({"link": "chem"}, {"link": "broken", "tls": {"certificate": "/nowhere/cert.pem"}, "port": 0})
    wait_until(
        lambda: home.rows("SELECT last_code FROM lab_linkstate WHERE link_id = 'broken'") == [("RL-LAB-060",)],
        what="the link's problem",
    )
    assert hl7(home).exchange(oru("A1")) == ("AA", "A1")


def query(control_id, sample):
    return (
        f"MSH|^~\\&|ANALYZER|LAB|RELIGHT|LAB|20261123080000||QBP^Q11^QBP_Q11|{control_id}|P|2.5.1|||AL|AL||UNICODE UTF-8\r"
        f"QPD|WOS^Work Order Step^IHE_LABTF|{control_id}Q|{sample}\rRCP|I||R^^HL70394\r"
    ).encode()


def test_a_query_over_mllp_is_answered_on_its_own_connection_and_names_the_query(lines):
    line = lines("hl7-orders")
    client = line.hl7()
    client.send(query("Q1", "UNKNOWN-1"))
    first, second = client.receive(), client.receive()
    assert b"MSA|CA|Q1" in first
    assert b"RSP^K11" in second
    assert b"MSA|AA|Q1" in second
    assert b"|NF|" in second or b"QAK|Q1Q|NF" in second
    wait_until(lambda: line.stored("kind, state") == [("query", "done")], what="the query")
