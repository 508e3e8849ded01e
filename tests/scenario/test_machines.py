"""The invented machines: exact in number, coherent in themselves, the same from the same seed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from ipaddress import ip_address, ip_network

from relight.cli.scenario.machines import machines_make
from relight.cli.scenario.types import Klass, Machine, Scenario
from relight.hospital.rules.description import description_read


def test_the_counts_are_those_of_the_plan(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    """2,995 machines stood there or were delivered, 32 are still awaited; 200 of them are servers."""
    there = [machine for machine in machines if machine.delivery >= 0]
    assert len(there) == scenario.fleet.total - scenario.fleet.doubles == 2995
    assert len(machines) - len(there) == 32
    assert Counter(machine.klass for machine in there) == {
        Klass.SERVER: 200,
        Klass.WORKSTATION: 2457,
        Klass.NEW_WORKSTATION: 118,
        Klass.NETWORK: 80,
        Klass.PRINTER: 62,
        Klass.ANALYZER: 40,
        Klass.MODALITY: 36,
        Klass.OTHER: 2,
    }


def test_the_same_seed_makes_the_same_machines_and_another_seed_others(
    scenario: Scenario, machines: tuple[Machine, ...]
) -> None:
    assert machines_make(scenario.fleet) == machines
    others = machines_make(replace(scenario.fleet, seed=scenario.fleet.seed + 1))
    assert [machine.hostname for machine in others] == [machine.hostname for machine in machines]
    assert others != machines


def test_nothing_that_identifies_comes_twice(machines: tuple[Machine, ...]) -> None:
    for name in ("hostname", "serial", "mac", "ip"):
        values = [getattr(machine, name) for machine in machines]
        assert len(set(values)) == len(values), name
    uuids = [machine.uuid for machine in machines if machine.uuid]
    assert len(set(uuids)) == len(uuids)


def test_every_address_lies_in_the_network_of_its_site(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    networks = {site.id: [ip_network(subnet) for subnet in site.subnets] for site in described.sites}
    for machine in machines:
        assert any(ip_address(machine.ip) in network for network in networks[machine.site]), machine.hostname


def test_the_description_places_every_machine_by_its_name(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    """The first rule that fits a host name says the role, the class and the service the machine has."""
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    rules = [(re.compile(rule.hostname), rule) for rule in described.placements]
    for machine in machines:
        rule = next(rule for pattern, rule in rules if pattern.fullmatch(machine.hostname))
        assert (rule.role, rule.klass, rule.service) == (machine.role, machine.klass.value, machine.service)
