"""A small hospital: two sites, an emergency department each, radiology, a directory and an imaging archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relight.hospital.types import ComponentReport

SMALL = """\
format = 1
[group]
id = "small"
names = { fr = "Petit groupe", en = "Small group" }
d0 = 2026-11-13T04:30:00+01:00
[[site]]
id = "arlon"
names = { fr = "Arlon", en = "Arlon" }
order = 1
[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
patients = 70
sites = ["arlon"]
vital = ["directory"]
[[function]]
id = "directory"
names = { fr = "Annuaire", en = "Directory" }
owner = "it"
components = [{ select = { role = "domain-controller" }, need = 2, of = 3 }]
"""


@pytest.fixture
def hospital(db: None, act_for: Callable[..., Any]) -> None:
    """A directory that needs two of three machines, none of which is back; the ward waits for it and for its zone."""
    from relight.hospital import api

    check = api.description_read(SMALL.encode(), filename="hospital.toml")
    assert check.description is not None
    api.description_load(act=act_for("recovery-lead"), description=check.description)
    reports = [
        ComponentReport(ref=f"lab:{number}", name=f"dc{number}", role="domain-controller", stages_left=3)
        for number in range(3)
    ]
    api.components_report(act=act_for("technician"), reports=reports)


@pytest.fixture
def make(hospital: None, act_for: Callable[..., Any]) -> Callable[[], Any]:
    """Make a plan and return its row."""

    def run() -> Any:
        from relight.pmo.models import Plan
        from relight.pmo.services.plans import plan_make

        return Plan.objects.get(pk=plan_make(act=act_for("pmo"), search_s=0.05, runs=50, days=10))

    return run
