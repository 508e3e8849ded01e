"""Messages of analyzers written here, line by line, and what reading made of them: for claims about reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relight.lab.drivers import driver_find
from relight.lab.rules.driver import Driver
from relight.lab.rules.interpret import interpret
from relight.lab.rules.reading import Reading, ResultReading
from relight.lab.types import Protocol


def astm_bytes(*records: str) -> bytes:
    """A message of these records between a header and a terminator."""
    return "\r".join([r"H|\^&|||Ours^1|||||||P|LIS2-A2|20261123090000", *records, "L|1|N", ""]).encode()


def oru(*segments: str, head: str = "ORU^R01^ORU_R01", sender: str = "OURS") -> bytes:
    """An HL7 message of these segments."""
    msh = rf"MSH|^~\&|{sender}|LAB|LIS|LAB|20261123090000||{head}|77|P|2.5.1||||||UNICODE UTF-8"
    return "\r".join([msh, *segments, ""]).encode()


def read_astm(*records: str, driver: str | Driver = "generic", **more: Any) -> Reading:
    """Read records with a driver."""
    chosen = driver if isinstance(driver, Driver) else driver_find(driver)
    return interpret(astm_bytes(*records), protocol=Protocol.ASTM, driver=chosen, **more)


def read_hl7(*segments: str, driver: str = "generic", **message: str) -> Reading:
    """Read segments with a driver."""
    return interpret(oru(*segments, **message), protocol=Protocol.HL7, driver=driver_find(driver))


def lines_of(reading: Reading) -> list[ResultReading]:
    """All results of a message, in order."""
    return [line for _, line in reading.lines()]


def one_astm(result: str, *, sample: str = "S1", driver: str | Driver = "generic", **more: Any) -> ResultReading:
    """Read one R record under one order."""
    found: Sequence[ResultReading] = lines_of(read_astm("P|1", f"O|1|{sample}", result, driver=driver, **more))
    assert len(found) == 1
    return found[0]


def one_hl7(obx: str, *, driver: str = "generic") -> ResultReading:
    """Read one OBX segment under one order."""
    found = lines_of(read_hl7("PID|1", "OBR|1||S1|PANEL", obx, driver=driver))
    assert len(found) == 1
    return found[0]
