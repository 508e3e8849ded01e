"""Coverage-guided fuzzing of what gives messages their meaning, where atheris is installed; not collected by pytest.

    PYTHONPATH=src python tests/lab/fuzz_atheris.py -max_total_time=600 CORPUS_DIR

Any exception is a crash: a file is decoded or refused, a message read or invalid, a driver file read or its
faults listed. A result line that is lost is a crash too. Give it a folder of real captures to start from.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["relight.lab", "relight.wire"]):
    from relight.kernel.errors import RelightError
    from relight.lab.decode import decode
    from relight.lab.drivers import driver_list, driver_read
    from relight.lab.rules.interpret import interpret
    from relight.lab.types import MessageKind, Protocol
    from relight.wire import hl7
    from relight.wire.astm import records as astm

DRIVERS = driver_list()
CARRIES = ("ORU", "OUL")


def lines_sent(data: bytes, protocol: Protocol) -> int | None:
    """Count the result lines of a message; None for one that carries none."""
    try:
        if protocol is Protocol.ASTM:
            return sum(record.type == "R" for record in astm.read(data).records)
        message = hl7.read(data)
    except RelightError:
        return None
    return len(message.all("OBX")) if message.type in CARRIES else None


def one_input(data: bytes) -> None:
    """Read the whole as each protocol with one driver, as a file, and as a driver."""
    driver = DRIVERS[(data[0] if data else 0) % len(DRIVERS)]
    for protocol in Protocol:
        reading = interpret(data, protocol=protocol, driver=driver)
        sent = lines_sent(data, protocol)
        if sent is not None and reading.kind is not MessageKind.INVALID:
            assert len(list(reading.lines())) + reading.beside == sent
    found = decode(data)
    assert bool(found.messages) == (found.refusal is None)
    found.document()
    check = driver_read(data, "fuzzed.toml")
    assert (check.driver is None) == bool(check.faults)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
