"""The shipped description: without fault, in four languages, and true to the machines of the plan."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

from relight.cli.scenario.types import Machine, Scenario
from relight.hospital.rules.description import description_read
from relight.hospital.types import LANGUAGES

SCENARIO = Path(__file__).parents[2] / "scenarios/six-sites"


def test_the_shipped_description_has_no_fault_and_no_warning(scenario: Scenario) -> None:
    check = description_read(scenario.description, filename="hospital.toml")
    assert (check.faults, check.warnings) == ((), ())


def test_every_name_is_there_in_four_languages(scenario: Scenario) -> None:
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    for part in (described.group, *described.sites, *described.services, *described.functions):
        assert set(part.names) == set(LANGUAGES), part.id


def test_of_each_kind_of_component_there_are_as_many_as_the_description_says(
    scenario: Scenario, machines: tuple[Machine, ...]
) -> None:
    """`of = 3` domain controllers means three stand there; data sets are added by the story, links by the laboratory."""
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    have = Counter((machine.role, machine.site) for machine in machines)
    have.update((plan.role, plan.site) for plan in scenario.story.data)
    links = tomllib.loads((SCENARIO / "laboratory.toml").read_text())["link"]
    have.update((f"analyzer-link {tag}", link["site"]) for link in links for tag in link["tags"])
    for function in described.functions:
        for pool in function.components:
            for site in function.sites or ("",):
                wanted = f"{pool.select.role} {pool.select.tag}".strip()
                found = sum(n for (role, at), n in have.items() if role == wanted and site in ("", at))
                assert found == pool.of, (function.id, site, wanted)


def test_sites_are_equipped_in_the_order_of_the_real_recovery(scenario: Scenario) -> None:
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    in_order = [site.id for site in sorted(described.sites, key=lambda site: site.order)]
    assert in_order == ["arlon", "libramont", "marche", "bastogne", "bertrix", "virton"]


def test_every_unit_can_reach_what_it_needs_with_the_machines_it_has(
    scenario: Scenario, machines: tuple[Machine, ...]
) -> None:
    """No unit needs more workstations than stand in its ward."""
    described = description_read(scenario.description, filename="hospital.toml").description
    assert described is not None
    have = Counter((machine.service, machine.site) for machine in machines if machine.role == "workstation")
    overrides = {(unit.service, unit.site): unit.workstations for unit in described.units}
    for service in described.services:
        for site in service.sites:
            wanted = overrides.get((service.id, site), service.workstations)
            assert wanted is not None and have[(service.id, site)] >= wanted.needed, (service.id, site)
