"""Every reader of bytes that come from outside, each as one function for a fuzzer; and what to start it from.

Owns what holds for any bytes at all: only coded errors come out, and nothing that was read is lost. A reader
may refuse by raising a coded error; anything else that it raises is a fault, found by the fuzzer.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from relight.kernel.errors import RelightError, same
from relight.lab.decode import decode
from relight.lab.drivers import driver_read
from relight.lab.rules.capture import capture_cut
from relight.lab.rules.driver import Driver
from relight.lab.rules.inbox import idem_of
from relight.lab.rules.interpret import interpret
from relight.lab.rules.links_file import links_dump, links_read, text_read
from relight.lab.rules.orders import Lookup
from relight.lab.rules.orders_astm import query_read as astm_query_read
from relight.lab.rules.orders_hl7 import messages_read
from relight.lab.rules.orders_table import table_read
from relight.lab.shell.spool import DONE, FRAME, _record, spool_read
from relight.lab.types import Protocol
from relight.record.plain import catalogue_read
from relight.wire import hl7, law, mllp
from relight.wire.astm import link as astm_link
from relight.wire.astm import records
from relight.wire.astm.capture import is_astm, read_capture

AT = datetime(2026, 11, 23, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
LAB = Path(__file__).resolve().parents[2] / "src" / "relight" / "lab"
CATALOGUE = LAB.parent / "record" / "catalogue.toml"

ORU = (
    b"MSH|^~\\&|COBAS|LAB|LIS|HOSP|20261123101500+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||AL|NE|BE|UNICODE UTF-8\r"
    b"PID|1||123456^^^HOSP^MR~790^^^BE^NN||D\xc3\xa9sir\xc3\xa9^Anna||19790101|F\rORC|RE|A1|B1||CM\r"
    b"OBR|1|A1|B1|24323-8^Chimie^LN|||20261123093000\r"
    b"OBX|1|NM|2823-3^Potassium^LN^K^Kalium^L||4.1|mmol/L^^UCUM|3.5-5.1|N|||F|||20261123101000\r"
    b"NTE|1|L|h\\T\\moly\\X73\\e\rOBX|2|SN|2345-7^Glucose^LN||>^200|mg/dL|70-105|HH~A|||P\rSPM|1|S1^&&&||SER\r"
)
QBP = b"MSH|^~\\&|A||R||20261123||QBP^Q11^QBP_Q11|Q1|P|2.5.1\rQPD|WOS^Work Order Step^IHELAW|t1|S1\rRCP|I||R\r"
OML = (
    b"MSH|^~\\&|R||A||20261123||OML^O33^OML_O33|O1|P|2.5.1\rSPM|1|S1^BARCODE||SER|||||||P\rSAC|||S1\r"
    b"ORC|NW|P1||||||20261123\rTQ1|1|||||||R\rOBR|1|P1||20490^CRP^L\r"
)
ORL = b"MSH|^~\\&|A||R||2026||ORL^O34^ORL_O42|9|P|2.5.1\rMSA|AA|O1\rSPM|1|S1\rORC|OK|P1|||SC\rOBR||P1||20490\r"
RSP = b"MSH|^~\\&|R||A||2026||RSP^K11^RSP_K11|9|P|2.5.1\rMSA|AA|Q1\rQAK|t1|OK|WOS\rQPD|WOS|t1|S1\r"
ACK = b"MSH|^~\\&|L||R||2026||ACK^R01|9|P|2.5.1\rMSA|AE|M1|no\rERR||OBX^2^5|102^Data type error^HL70357|E||||no\r"
ASTM = (
    b"H|\\^&|||XN-550^1|||||LIS||P|LIS2-A2|20261123080000\rC|1|I|all well|G\rP|1||77||DUPONT^X||19700101|F\r"
    b"O|1|S1||^^^GLU\\^^^K|R\rR|1|^^^GLU|5.4|mmol/L|3.9-6.1|N||F||OP|20261123|20261123\rC|1|I|a&S&b&X0D&|G\r"
    b"R|2|^^^K|4,1|mmol/L\rL|1|N\r"
)
QUERY = b"H|\\^&|||A\rQ|1|^S1\\^S2||ALL||||||||O\rL|1|N\r"
LINKS = b"""format = 1
[[lis]]
id = "glims"
name = "GLIMS"
host = "127.0.0.1"
port = 2575
[[link]]
id = "chem"
name = "Chemistry"
protocol = "hl7"
port = 4001
peers = ["10.0.0.0/8"]
lis = "glims"
limits = { idle_s = 60, message_bytes = 100000 }
serial = { baud = 9600 }
"""
TABLE = b"sample,test,patient,family,given,birth_date,sex,priority\nS1,K,77,DUPONT,\xc3\x89lise,1970-01-01,F,R\n"


def framed(text: bytes) -> bytes:
    """Put records into a transmission, one a frame."""
    out = b"\x05"
    for number, record in enumerate(text.split(b"\r")[:-1], start=1):
        body = b"%d%b\r\x03" % (number % 8, record)
        out += b"\x02%b%02X\r\n" % (body, sum(body) & 0xFF)
    return out + b"\x04"


def fed(data: bytes) -> Iterator[bytes]:
    """Yield data in slices whose sizes follow from it: the same data is cut alike every time."""
    at, chance = 0, random.Random(len(data))
    while at < len(data):
        size = chance.choice((1, 2, 3, 7, 40, 400))
        yield data[at : at + size]
        at += size


def read_mllp(data: bytes) -> None:
    """However it is sliced, the same bytes give the same frames, and junk and frames are all the bytes there are."""
    whole, sliced = mllp.Reader(limit_bytes=2000), mllp.Reader(limit_bytes=2000)
    blocks = [event for event in [*whole.receive(data), *whole.end()] if isinstance(event, mllp.Block)]
    events = [event for part in fed(data) for event in sliced.receive(part)] + sliced.end()
    for event in events:
        assert 0 <= event.at <= len(data)
        if not isinstance(event, mllp.Block):
            event.problem.message()
    assert blocks == [event for event in events if isinstance(event, mllp.Block)]


def read_hl7(data: bytes) -> None:
    """A message is kept byte for byte, and all of it can be asked for."""
    message = hl7.read(data)
    assert message.render() == data
    assert len(message.tree()) == len(message.segments)
    for problem in message.problems:
        assert 0 <= problem.at <= len(data)
        problem.document()
    for segment in message.segments:
        for number in range(len(segment.fields)):
            segment.repeats(number)
            segment.component(number, 1)
    message.get("PID-3[2].1")
    message.get("OBX[2]-5.1.1")


def read_hl7_file(data: bytes) -> None:
    """Pieces of a file come in order, none beyond its end."""
    at = 0
    for piece in hl7.split(data):
        assert at <= piece.at <= len(data)
        at = piece.at
        if piece.problem is None:
            assert hl7.read(piece.content).render() == piece.content


def read_hl7_head(data: bytes) -> None:
    """Whatever has a header can be acknowledged, and the acknowledgement names it."""
    top = hl7.head(data)
    assert isinstance(hl7.ack_wanted(top).enhanced, bool)
    idem_of(protocol=Protocol.HL7, control_id=top.control_id, content=data)
    error = hl7.AckError(condition=hl7.Condition.INTERNAL, code="RL-LAB-001", text="no")
    written = hl7.ack(top, hl7.AckCode.AE, control_id="1", at=AT, text="no", error=error)
    assert hl7.read_ack(written).code is hl7.AckCode.AE
    assert top.wide or b"\rMSA%bAE%b%b" % (top.separator, top.separator, top.raw(10)) in written


def read_hl7_ack(data: bytes) -> None:
    hl7.read_ack(data)


def read_law(data: bytes) -> None:
    """Each reader of IHE LAW reads or refuses; one refusal does not spare the others."""
    message = hl7.read(data)
    found = law.results(message)
    lines = sum(len(sample.results) + len(sample.about) for sample in found)
    assert lines == len(message.all("OBX"))
    for reader in (law.orders_read, law.query_read):
        with suppress(RelightError):
            reader(message)
    for answer in (law.response_read, law.answers_read):
        with suppress(RelightError):
            answer(data)


def read_astm_link(data: bytes) -> None:
    """A line may carry anything: a frame is only what its checksum says, and the clock always ends a wait."""
    now = 0.0
    line = astm_link.Link(limits=astm_link.LinkLimits(frame_bytes=500, session_bytes=5000))
    accepted: list[bytes] = []

    def act(events: tuple[astm_link.Event, ...]) -> None:
        for event in events:
            if isinstance(event, astm_link.SessionAsked):
                act(line.grant(at=now))
            elif isinstance(event, astm_link.FrameReceived):
                body, given = event.raw[1:-4], event.raw[-4:-2]
                assert given == b"%02X" % (sum(body) & 0xFF)
                accepted.append(event.text)
                act(line.accept(at=now))
            elif isinstance(event, astm_link.FrameRepeated):
                act(line.accept(at=now))
            elif isinstance(event, astm_link.SessionEnded | astm_link.SessionBroken):
                assert event.text == b"".join(accepted)
                accepted.clear()

    if len(data) % 3 == 0:
        act(line.send([ASTM], at=now))
    for part in fed(data):
        now += 0.1
        act(line.receive(part, at=now))
        line.outgoing()
    for _ in range(40):
        if line.deadline is None:
            break
        now = line.deadline
        act(line.tick(at=now))
    assert line.deadline is None
    act(line.disconnected())


def read_astm_records(data: bytes) -> None:
    """Messages cut from a text are the text, and each renders to its bytes."""
    assert b"".join(records.messages(data)) == data
    for piece in records.messages(data):
        with suppress(RelightError):
            message = records.read(piece)
            assert message.render() == piece
            message.patients()
            with suppress(RelightError):
                astm_query_read(message)
            for record in message.records:
                record.fields()
            for problem in message.problems:
                assert 0 <= problem.at <= len(piece)
                problem.document()
    records.read(data)


def read_astm_capture(data: bytes) -> None:
    is_astm(data)
    capture = read_capture(data)
    for problem in capture.problems:
        assert 0 <= problem.at <= len(data)
        problem.document()
    for message in capture.messages:
        assert message.render() == message.raw


def read_any_capture(data: bytes) -> None:
    """What `lab decode` prints, and what `lab replay` takes, for any file."""
    document = decode(data).document(same)
    assert set(document) >= {"protocol", "messages", "problems"}
    for item in capture_cut(data, link="chem", at=AT).items:
        interpret(item.content, protocol=item.protocol, driver=Driver(id="none", name=""))


def read_links(data: bytes) -> None:
    """A file of links is read or its faults are told; what was read can be written and read again."""
    text, refused = text_read(data)
    if refused:
        return
    found = links_read(text, filename="links.toml", drivers=("generic",))
    for fault in found.faults:
        fault.document()
    if not found.faults:
        again = links_read(links_dump(lis=found.lis, links=found.links), filename="again", drivers=("generic",))
        assert (again.lis, again.links, again.faults) == (found.lis, found.links, ())


def read_driver(data: bytes) -> None:
    for fault in driver_read(data, "driver.toml").faults:
        fault.document()


@cache
def _catalogue() -> Lookup:
    return Lookup.over(catalogue_read(CATALOGUE.read_bytes()))


def read_catalogue(data: bytes) -> None:
    catalogue_read(data)


def read_orders(data: bytes) -> None:
    """A file of orders, in HL7 or as a table: each row is an order or says why not."""
    rows = list(messages_read(data, lookup=_catalogue(), zone=UTC, source="file") or ())
    rows += table_read(data.decode("utf-8", "replace"), lookup=_catalogue(), zone=UTC, source="file") or ()
    for row in rows:
        assert (row.order is None) == (row.refusal is not None)
        if row.refusal is not None:
            row.refusal.document()


def read_spool(data: bytes) -> None:
    """A spool is read as far as it is whole, whatever a crash left of it."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        for one in spool_read(Path(file.name)):
            assert one.text in data or one.link


def spool_sample() -> bytes:
    key = bytes(range(16))
    frames = [FRAME + key + b"\x04chem" + text for text in (b"H|\\^&\r", b"P|1\r")]
    return b"".join(_record(one) for one in [*frames, DONE + key + b"\0", FRAME + key[::-1] + b"\x04haem" + b"H|x\r"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader. Args: read: raises RelightError to refuse. seeds: bytes it reads. data: a folder of real ones."""

    read: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    data: str = ""

    def corpus(self, *, limit_bytes: int = 20_000) -> list[bytes]:
        """Return what to start from, real captures among it where they are here; none that is too long."""
        folder = DATA / self.data
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if self.data and folder.is_dir() else []
        return [*self.seeds, *[path.read_bytes() for path in files if path.stat().st_size <= limit_bytes]]


def _mllp(*messages: bytes) -> bytes:
    return b"".join(mllp.frame(message) for message in messages)


HL7_SEEDS = (ORU, QBP, OML, ORL, RSP, ACK, ORU.replace(b"\r", b"\r\n"), ORU.decode().encode("utf-16"))
READERS: Mapping[str, Reader] = {
    "mllp": Reader(read=read_mllp, seeds=(_mllp(ORU, ACK), b"x\x0b" + ORU + b"\x1c", _mllp(ORU)[:50] + _mllp(ACK))),
    "hl7": Reader(read=read_hl7, seeds=HL7_SEEDS, data="hl7v2"),
    "hl7-file": Reader(
        read=read_hl7_file,
        seeds=(ORU + ACK, _mllp(ORU, ACK), b"FHS|^~\\&\rBHS|^~\\&\r" + ORU + b"BTS|1\rFTS|1\r"),
        data="hl7v2",
    ),
    "hl7-head": Reader(read=read_hl7_head, seeds=HL7_SEEDS),
    "hl7-ack": Reader(read=read_hl7_ack, seeds=(ACK, ORL, RSP)),
    "law": Reader(read=read_law, seeds=HL7_SEEDS, data="hl7v2"),
    "astm-link": Reader(read=read_astm_link, seeds=(framed(ASTM), framed(ASTM)[:-1] + framed(QUERY), b"\x06" * 12)),
    "astm-records": Reader(read=read_astm_records, seeds=(ASTM, QUERY, ASTM + QUERY), data="astm"),
    "astm-capture": Reader(read=read_astm_capture, seeds=(framed(ASTM), ASTM, framed(QUERY) * 2), data="astm"),
    "capture": Reader(read=read_any_capture, seeds=(framed(ASTM), ASTM, ORU, _mllp(ORU, OML), QBP), data="astm"),
    "links-file": Reader(read=read_links, seeds=(LINKS,)),
    "driver-file": Reader(
        read=read_driver, seeds=tuple(path.read_bytes() for path in sorted(LAB.glob("drivers/*.toml"))[:6])
    ),
    "catalogue-file": Reader(read=read_catalogue, seeds=(CATALOGUE.read_bytes(),)),
    "orders-file": Reader(read=read_orders, seeds=(OML, ORU, TABLE)),
    "spool": Reader(read=read_spool, seeds=(spool_sample(),)),
}


def tried(name: str, data: bytes) -> None:
    """Read; a coded error is an answer too, and can be shown."""
    try:
        READERS[name].read(data)
    except RelightError as refusal:
        refusal.document()
        assert str(refusal)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to eight damages: bytes changed, cut, doubled, or swapped with what parsers love."""
    words = (b"\r", b"\n", b"|", b"^", b"~", b"\\", b"&", b"\x0b", b"\x1c\r", b"\x02", b"\x03", b"\x04", b"\x05",
             b"\x17", b"MSH|", b"H|", b"Q|", b"L|1", b"OBX|", b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"9" * 30, b"-1",
             b'"', b"[", b"]", b"=", b"'''", b"\xf0\x9f\x98\x80")  # fmt: skip
    out = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(out))
        size = chance.choice((0, 1, 1, 2, 5, 20))
        kind = chance.randrange(5)
        if kind == 0:
            out[at : at + size] = chance.randbytes(size)
        elif kind == 1:
            out[at : at + size] = chance.choice(words)
        elif kind == 2:
            del out[at : at + size]
        elif kind == 3:
            out[at:at] = out[at : at + chance.choice((1, 10, 100))]
        elif out:
            out[at % len(out)] ^= 1 << chance.randrange(8)
    return bytes(out)
