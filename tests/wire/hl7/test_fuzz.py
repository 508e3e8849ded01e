"""Damaged messages: every reader answers with a value or a coded error, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.wire import law
from relight.wire.hl7 import AckCode, ack, ack_wanted, head, read, read_ack, split
from relight.wire.mllp import Reader, frame
from support.hl7 import ORU

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SEEDS = [
    ORU,
    b"MSH|^~\\&|A||B||2026||OML^O33^OML_O33|1|P|2.5.1\rPID|||1\rSPM|1|S&B||SER\rSAC|||S\rORC|NW|P\rTQ1|||||||||R\rOBR||P||T^t^L\rTCD|T|^1^:^5\r",
    b"MSH|^~\\&|A||B||2026||QBP^Q11^QBP_Q11|1|P|2.5.1\rQPD|WOS^x^IHELAW|t|S\rRCP|I||R\r",
    b"MSH|^~\\&|A||B||2026||RSP^K11|1|P|2.5.1\rMSA|AA|1\rQAK|t|OK|WOS\rQPD|WOS|t|S\r",
    b"MSH|^~\\&|A||B||2026||ORL^O34|1|P|2.5.1\rMSA|AE|1|no\rERR||PID^1^3|103^x^HL70357|E\rSPM|1|S\rSAC|||S\rORC|OK|P|||SC\r",
    b"FHS|^~\\&|\rBHS|^~\\&|\r" + ORU + b"BTS|1\rFTS|1\r",
    ORU.decode().encode("utf-16"),
    ORU.replace(b"UNICODE UTF-8", b"~ISO IR87"),
    frame(ORU) * 2,
]
SPICE = st.sampled_from(
    [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c\r", b"\x00", b"\xff", b"\x1b$B", b'""', b"MSH|", b"\\X0D\\", b"\\M2442\\", b"\\.sp9999\\", b""]
)  # fmt: skip


@st.composite
def damaged(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 8))] = draw(st.one_of(SPICE, st.binary(max_size=4)))
    return bytes(data)


def attempts(raw):
    """Every reader, on the same bytes."""
    yield lambda: [problem.message() + problem.next() for problem in read(raw).problems]
    yield lambda: read(raw).tree()
    yield lambda: [segment.raw for segment in read(raw).segments]
    yield lambda: ack_wanted(head(raw))
    yield lambda: read_ack(ack(read(raw), AckCode.AA, control_id="R1", at=NOW, text="ok"))
    yield lambda: read_ack(raw)
    yield lambda: law.results(read(raw))
    yield lambda: law.orders_read(read(raw))
    yield lambda: law.query_read(read(raw))
    yield lambda: law.response_read(raw)
    yield lambda: law.answers_read(raw)


@settings(max_examples=300, deadline=None)
@given(damaged())
def test_only_coded_errors_come_out_of_damaged_messages(raw):
    for attempt in attempts(raw):
        try:
            attempt()
        except RelightError as error:
            assert error.code.startswith("RL-WIR-2")
    for piece in split(raw):
        if piece.problem is None:
            read(piece.content)
    Reader(limit_bytes=100).receive(raw)


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_a_message_cut_off_at_any_place_is_read_or_refused_with_a_code(seed):
    for end in range(len(seed)):
        for attempt in attempts(seed[:end]):
            try:
                attempt()
            except RelightError as error:
                assert error.code.startswith("RL-WIR-2")


@pytest.mark.parametrize(
    "raw",
    [
        b"MSH|^~\\&" + b"\n" * 200_000,
        b"MSH|^~\\&" + b"\r" * 200_000,
        b"MSH|^~\\&|" + b"\\" * 200_000,
        b"MSH|^~\\&|" + b"\\X41" * 50_000,
        b"MSH|^~\\&|" + b"~^&|" * 50_000,
        b"MSH|^~\\&#|" + b"#" * 200_000,
        b"MSH|^~\\&|\r" + b"# \n" * 60_000,
        b" " * 200_000,
        b"\r\n" * 100_000 + b"x",
        b"BHS|^~\\&\r" * 20_000,
        b"\x0bMSH|" * 30_000,
        b"MSH|^~\\&|\r" + b"\\C2D41\\" * 20_000,
        b"MSH|^~\\&|" + b"\x0b" * 1_000_000,
    ],
    ids=range(13),
)
@pytest.mark.timeout(20)
def test_no_small_file_takes_long(raw):
    for piece in split(raw):
        if piece.problem is None:
            message = read(piece.content)
            assert message.problems is not None
            message.tree()
            law.results(message)
    Reader().receive(frame(raw.replace(b"\x1c\r", b"")))
