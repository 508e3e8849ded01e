"""What the tests of the hospital stand on: a small description in force, machines, people who sign.

The api is imported inside the fixtures: this file is read before Django has started.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relight.hospital.types import ComponentReport, LoadReport

from .small import SMALL


@pytest.fixture
def load(act_for: Callable[..., Any]) -> Callable[..., LoadReport]:
    """`load(text)`: put a description in force."""

    def run(text: str = SMALL, **fields: Any) -> LoadReport:
        from relight.hospital import api

        check = api.description_read(text.encode(), filename="hospital.toml")
        assert check.description is not None, [fault.message() for fault in check.faults]
        return api.description_load(**{"act": act_for("recovery-lead"), "description": check.description, **fields})

    return run


@pytest.fixture
def report(act_for: Callable[..., Any]) -> Callable[..., int]:
    """`report(machine(1, "dns-server"), …)`: tell the graph about components."""

    def run(*reports: ComponentReport) -> int:
        from relight.hospital import api

        return api.components_report(act=act_for("technician"), reports=reports)

    return run


@pytest.fixture
def accept(staff_of: Callable[..., Any]) -> Callable[..., None]:
    """`accept("directory")`: a service owner signs that it works."""

    def run(function: str, note: str = "signed in on two wards") -> None:
        from relight.hospital import api

        person = staff_of("service-owner")
        api.function_accept(act=person.act(), function=function, note=note, password=person.password)

    return run


@pytest.fixture
def open_zone(act_for: Callable[..., Any], staff_of: Callable[..., Any]) -> Callable[..., None]:
    """`open_zone("arlon")`: build it, and two people sign."""

    def run(site: str) -> None:
        from relight.hospital import api

        api.zone_build(act=act_for("recovery-lead"), site=site)
        for role in ("recovery-lead", "security-officer"):
            person = staff_of(role)
            api.zone_open_sign(act=person.act(), site=site, password=person.password)

    return run
