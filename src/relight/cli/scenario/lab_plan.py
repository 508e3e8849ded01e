"""The laboratory of a scenario: `laboratory.toml` (a file of links) and `bench.toml` (the analyzers behind them).

Owns the format of the second, and moving the links to free ports. Refuses reading links: the laboratory does.
Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

import re
import socket
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from relight.cli.scenario.errors import PORTS_TAKEN

HERE = "127.0.0.1"
BASE_PORT = 15100  # below those a machine gives out by itself, above those its services have
STEP, TRIES = 50, 200
_PORT = re.compile(rb"^port = ([0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzerPlan:
    """One analyzer. Args: rungs: when its link reached each, (day, hour). there: whether it is connected at all.
    tubes: ready on its bench at the end. out_of_control: when its controls left their limits; None for never."""

    link: str
    kind: str
    sender: str
    rungs: Mapping[str, tuple[int, str]]
    there: bool = True
    asks: bool = False
    tubes: int = 0
    out_of_control: tuple[int, str] | None = None

    @property
    def connected(self) -> tuple[int, str] | None:
        """When it first spoke: just before its link was identified."""
        return self.rungs.get("identification")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPlan:
    """The laboratory. Args: links: the file of links. loaded: when it was taken in. shifts: hours of the day at
    which what came meanwhile is looked at. tests: LOINC codes by kind of analyzer."""

    links: bytes = b""
    loaded: tuple[int, str] = (0, "00:00")
    shifts: tuple[str, ...] = ()
    tests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    analyzers: tuple[AnalyzerPlan, ...] = ()


def plan_read(links: bytes, bench: bytes) -> LabPlan:
    """Read the two files. The shipped ones are the ones tested: a fault in them raises plainly."""
    values = tomllib.loads(bench.decode("utf-8"))
    return LabPlan(
        links=links,
        loaded=_moment(values["loaded"]),
        shifts=tuple(values["shifts"]),
        tests={kind: tuple(loincs) for kind, loincs in values["tests"].items()},
        analyzers=tuple(_analyzer(row) for row in values["analyzer"]),
    )


def _analyzer(row: Mapping[str, Any]) -> AnalyzerPlan:
    out = row.get("out_of_control")
    told = {
        "rungs": {rung: _moment(when) for rung, when in row["rungs"].items()},
        "out_of_control": _moment(out) if out else None,
    }
    return AnalyzerPlan(**{**row, **told})


def _moment(text: str) -> tuple[int, str]:
    """Read `"8 15:30"`: day and hour."""
    day, _, hour = text.partition(" ")
    return int(day), hour


def links_moved(links: bytes, *, base: int = BASE_PORT) -> bytes:
    """Move all ports of a file of links to a block of this machine nobody listens on, from `base` upwards.

    Raises: PeerError RL-CLI-044 when there is none.
    """
    ports = [int(port) for port in _PORT.findall(links)]
    lowest = min(ports)
    for start in range(base, min(base + STEP * TRIES, 65_535 - len(ports)), STEP):
        if _free(start + port - lowest for port in ports):
            return _shifted(links, by=start - lowest)
    raise PORTS_TAKEN.error(where=str(base), base=base)


def _shifted(links: bytes, *, by: int) -> bytes:
    return _PORT.sub(lambda found: b"port = %d" % (int(found[1]) + by), links)


def _free(ports: Iterable[int]) -> bool:
    with ExitStack() as held, suppress(OSError):
        for port in ports:
            probe = held.enter_context(socket.socket())
            probe.bind((HERE, port))
        return True
    return False
