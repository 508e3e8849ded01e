"""What the demonstration's analyzers know of themselves: a file in the data folder, written when it is loaded.

Owns its format. Refuses being read by Relight: the simulators stand outside, and know what an analyzer knows: where
to call, which tubes stand on the bench. Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from relight.cli.scenario.tubes import Person, Tube
from relight.lab.plain import Protocol, Transport

FORMAT = 1
NAME = Path("demonstration") / "laboratory.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One analyzer on its bench.

    Args: port: on this machine; called or listened on, as `transport` says for Relight. tests: LOINC codes it runs.
    controls: (level, lot) of its controls, none where it runs none. asks: whether it asks what to do with a tube.
    matched_here: whether its tubes must be known to Relight. pace_s: between two bursts, on average.
    """

    link: str
    site: str
    sender: str
    driver: str
    protocol: Protocol
    transport: Transport
    port: int
    tests: tuple[str, ...]
    controls: tuple[tuple[str, str], ...] = ()
    asks: bool = False
    matched_here: bool = False
    pace_s: float = 40.0
    tubes: tuple[Tube, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Benches:
    """All analyzers of a demonstration, and where its laboratory system listens."""

    seed: str
    lis_port: int
    analyzers: tuple[Bench, ...] = field(default=())

    def at(self, site: str) -> tuple[Bench, ...]:
        """Return the analyzers of a site; of all of them where none is named."""
        return tuple(one for one in self.analyzers if site in ("", one.site))

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.site for one in self.analyzers))


def benches_write(home: Path, benches: Benches) -> Path:
    """Write the file; only the owner of the folder may read it. Returns: where it is."""
    place = home / NAME
    place.parent.mkdir(mode=0o700, exist_ok=True)
    document = {
        "format": FORMAT,
        "seed": benches.seed,
        "lis_port": benches.lis_port,
        "analyzers": [_document(one) for one in benches.analyzers],
    }
    place.touch(mode=0o600)
    place.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return place


def benches_read(home: Path) -> Benches | None:
    """Read the file; None where this folder holds no demonstration with a laboratory."""
    place = home / NAME
    if not place.is_file():
        return None
    document = json.loads(place.read_text(encoding="utf-8"))
    return Benches(
        seed=document["seed"],
        lis_port=document["lis_port"],
        analyzers=tuple(_bench(row) for row in document["analyzers"]),
    )


def _document(one: Bench) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in Bench.__slots__ if name != "tubes"}
    return {**plain, "tubes": [_tube(tube) for tube in one.tubes]}


def _tube(tube: Tube) -> Sequence[object]:
    who = tube.person
    return [tube.sample, who.family, who.given, who.birth.isoformat(), who.sex, who.record, list(tube.tests)]


def _bench(row: dict[str, object]) -> Bench:
    tubes = tuple(
        Tube(
            sample=sample,
            person=Person(family=family, given=given, birth=date.fromisoformat(birth), sex=sex, record=record),
            tests=tuple(tests),
        )
        for sample, family, given, birth, sex, record, tests in row["tubes"]  # type: ignore[attr-defined]
    )
    words: dict[str, object] = {
        "protocol": Protocol(str(row["protocol"])),
        "transport": Transport(str(row["transport"])),
        "tests": tuple(row["tests"]),  # type: ignore[arg-type]
        "controls": tuple((level, lot) for level, lot in row["controls"]),  # type: ignore[attr-defined]
        "tubes": tubes,
    }
    return Bench(**{**row, **words})  # type: ignore[arg-type]
