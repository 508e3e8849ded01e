"""Coverage-guided fuzzing of every HL7 reader, where atheris is installed; not collected by pytest.

    PYTHONPATH=src python tests/wire/hl7/fuzz_atheris.py -max_total_time=600 CORPUS_DIR

Any exception that is no coded error is a crash; libFuzzer's -timeout finds hangs. Give it a folder of real messages
to start from.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["relight.wire"]):
    from relight.kernel.errors import RelightError
    from relight.wire import law
    from relight.wire.hl7 import AckCode, ack, ack_wanted, head, read, read_ack, split
    from relight.wire.mllp import Reader

NOW = datetime(2026, 11, 23, tzinfo=UTC)
READERS = (
    lambda raw: read(raw).tree(),
    lambda raw: [problem.message() for problem in read(raw).problems],
    lambda raw: ack_wanted(head(raw)),
    lambda raw: read_ack(ack(head(raw), AckCode.AE, control_id="1", at=NOW)),
    read_ack,
    lambda raw: law.results(read(raw)),
    lambda raw: law.orders_read(read(raw)),
    lambda raw: law.query_read(read(raw)),
    law.response_read,
    law.answers_read,
)


def one_input(data: bytes) -> None:
    """Feed frames in two slices, cut the file, and ask every reader about the whole."""
    reader = Reader(limit_bytes=1000)
    half = len(data) // 2
    for part in (data[:half], data[half:]):
        reader.receive(part)
    reader.end()
    for piece in split(data):
        if piece.problem is None:
            assert read(piece.content).render() == piece.content
    for each in READERS:
        try:
            each(data)
        except RelightError as error:
            assert error.code.startswith("RL-WIR-2")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
