"""How many messages a second are decoded, split to every component, by `wire` and by the peers, on the same bytes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lab_messages import astm_text, hl7_message
from lab_runs import python_astm_here

SECONDS = 0.5


def decode_rates(*, rounds: int) -> dict[str, list[float]]:
    """Let all take turns. Returns: messages a second of each, in the order of the rounds."""
    decoders = _decoders()
    rates: dict[str, list[float]] = {name: [] for name in decoders}
    for _ in range(rounds):
        for name, decode in decoders.items():
            rates[name].append(_rate(decode))
    return rates


def _rate(decode: Callable[[], Any]) -> float:
    decode()
    count, start = 0, time.perf_counter()
    while time.perf_counter() < start + SECONDS:
        decode()
        count += 1
    return count / (time.perf_counter() - start)


def _decoders() -> dict[str, Callable[[], Any]]:
    """Return what is measured. Every one of them has to give back the same value first."""
    import hl7
    from hl7apy.parser import parse_message

    from relight.wire import hl7 as wire
    from relight.wire.astm import records

    message = hl7_message().replace(b"@ID@", b"1")
    transmission = astm_text()

    def astm_ours() -> list[Any]:
        return [record.fields() for record in records.read(transmission).records]

    assert wire.read(message).tree()[4][5][0] == ["4.1"]
    assert str(hl7.parse(message.decode())[4][5]) == "4.1"
    assert astm_ours()[3][3][0] == ("4.1",)
    found: dict[str, Callable[[], Any]] = {
        "HL7, relight": lambda: wire.read(message).tree(),
        "HL7, python-hl7": lambda: hl7.parse(message.decode()),
        "HL7, hl7apy": lambda: parse_message(message.decode(), find_groups=False),
        "ASTM, relight": astm_ours,
    }
    if python_astm_here():
        from astm import codec

        assert codec.decode_frame(transmission, "utf-8")[1][3][3] == "4.1"
        found["ASTM, python-astm"] = lambda: codec.decode_frame(transmission, "utf-8")
    return found
