"""The inventories: real formats, the rows they should have, and exactly 3,000 machines between them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from relight.cli.scenario.moments import Moments
from relight.cli.scenario.sources import cover_make, sources_make
from relight.cli.scenario.types import Machine, Scenario, SourceFile
from relight.fleet.readers import reading_of
from relight.fleet.readers.types import BadRow, Format, SightingRow

FORMATS = {
    "glpi-inventaires.json": Format.GLPI,
    "rvtools-vinfo.csv": Format.CSV,
    "netbox-devices.csv": Format.NETBOX_CSV,
    "ad-ordinateurs.csv": Format.DIRECTORY_CSV,
    "dhcpd.leases": Format.DHCP,
    "registre-biomedical.csv": Format.CSV,
    "commande-postes.csv": Format.CSV,
    "immobilisations.csv": Format.CSV,
    **{f"nmap-{site}.xml": Format.NMAP for site in ("arlon", "libramont", "marche", "bastogne", "bertrix", "virton")},
    **{f"livraison-{number}.csv": Format.CSV for number in (1, 2, 3)},
}
BAD = {"glpi-inventaires.json": 1, "ad-ordinateurs.csv": 3, "registre-biomedical.csv": 2, "commande-postes.csv": 1}
ENCODINGS = {"ad-ordinateurs.csv": "utf-16", "registre-biomedical.csv": "cp1252", "rvtools-vinfo.csv": "utf-8-sig"}


def test_each_file_is_found_to_be_what_its_tool_writes(sources: tuple[SourceFile, ...]) -> None:
    readings = {file.filename: reading_of(file.content) for file in sources}
    assert {name: reading.format for name, reading in readings.items()} == FORMATS
    for name, encoding in ENCODINGS.items():
        assert readings[name].encoding == encoding


def test_bad_rows_are_those_put_there_and_no_others(sources: tuple[SourceFile, ...]) -> None:
    bad = {
        file.filename: sum(isinstance(outcome, BadRow) for outcome in reading_of(file.content).outcomes)
        for file in sources
    }
    assert {name: count for name, count in bad.items() if count} == BAD


def test_every_machine_that_stood_there_is_seen_by_at_least_one_source(
    scenario: Scenario, machines: tuple[Machine, ...], sources: tuple[SourceFile, ...]
) -> None:
    seen: set[str] = set()
    for file in sources:
        if not file.expected:
            seen |= {row.hostname for row in reading_of(file.content).outcomes if isinstance(row, SightingRow)}
    assert seen == {machine.hostname for machine in machines if machine.delivery >= 0}


def test_awaited_machines_are_expected_and_never_seen(
    machines: tuple[Machine, ...], sources: tuple[SourceFile, ...]
) -> None:
    awaited = {machine.serial for machine in machines if machine.delivery < 0}
    for file in sources:
        rows = [row for row in reading_of(file.content).outcomes if isinstance(row, SightingRow)]
        found = awaited & {row.serial for row in rows}
        assert found == (awaited if file.filename == "commande-postes.csv" else set()), file.filename


def test_the_same_seed_writes_the_same_bytes(
    scenario: Scenario, machines: tuple[Machine, ...], moments: Moments, sources: tuple[SourceFile, ...]
) -> None:
    assert sources_make(scenario.fleet, machines, moments=moments) == sources


def test_several_sources_know_most_machines(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    """Between a tenth and a half of the machines hang on one source alone: gaps, but no hopeless fleet."""
    cover = cover_make(machines, plan=scenario.fleet)
    known = Counter(
        machine.hostname
        for listed in (cover.glpi, cover.directory, cover.leases, cover.scanned, cover.virtual, cover.netbox)
        for machine in listed
    )
    alone = sum(count == 1 for count in known.values())
    assert len(known) / 10 < alone < len(known) / 2


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_whatever_the_hour_of_loading_all_imports_lie_between_d0_and_now_in_order(
    scenario: Scenario, machines: tuple[Machine, ...], hour: int
) -> None:
    now = datetime(2026, 3, 31, hour, 1, tzinfo=UTC)  # the clocks changed two days before
    start = now - timedelta(days=10)
    moments = Moments(day_zero=start, end=now, zone=ZoneInfo("Europe/Brussels"))
    times = [file.at for file in sources_make(scenario.fleet, machines, moments=moments)]
    assert times == sorted(times)
    assert start < times[0] and times[-1] < now
