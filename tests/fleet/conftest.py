"""A small hospital for the fleet's tests: two sites, one of them with its clean zone open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

DESCRIPTION = b"""
format = 1
[group]
id = "ardenne"
names = { fr = "Groupe d'essai", en = "Test group" }
d0 = 2026-11-13T04:30:00+01:00

[[site]]
id = "arlon"
names = { fr = "Arlon", en = "Arlon" }
order = 1

[[site]]
id = "virton"
names = { fr = "Virton", en = "Virton" }
order = 2

[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
workstations = { needed = 2, minimum = 1 }

[[service]]
id = "laboratory"
names = { fr = "Laboratoire", en = "Laboratory" }
tier = 1
sites = ["arlon"]
"""


@dataclass
class Line:
    """What a test of the line starts from: people, a hospital, and shortcuts along the line."""

    act_for: Callable[..., Any]
    clock: Any
    security: Any
    owner: Any

    @property
    def tech(self) -> Any:
        """A technician's act, now."""
        return self.act_for("technician")

    def add(self, count: int = 1, *, klass: str = "workstation", **fields: Any) -> list[UUID]:
        """Add items by hand, at Arlon for the emergency department."""
        from relight.fleet.api import Klass, NewItem, item_add

        place = {"site": "arlon", "service": "emergency", "role": "workstation", **fields}
        return [
            item_add(act=self.tech, item=NewItem(klass=Klass(klass), name=f"{klass}-{n:03}", **place))
            for n in range(count)
        ]

    def attest(self, items: Sequence[UUID], stage: str, *, klass: str = "workstation") -> None:
        """Attest every check a stage asks for, as somebody who may."""
        from relight.fleet.api import Klass, Stage, Upload, items_attest, policy_current

        checks = policy_current().line(Klass(klass)).asked(Stage(stage))
        if not checks:
            return
        file = Upload(name="proof.txt", media_type="text/plain", content=b"proof", size_bytes=5)
        act = self.act_for("technician", "laboratory", "service-owner", "security-officer")
        items_attest(act=act, items=items, checks=[c.id for c in checks], note="seen", files=[file])

    def take(self, items: Sequence[UUID], to: str, *, klass: str = "workstation") -> None:
        """Take items along the line to a stage, attesting all that is asked on the way."""
        from relight.fleet.api import Klass, Stage, items_move, policy_current
        from relight.fleet.selectors.items import items_get

        here = Stage(items_get(items)[0].stage)
        for stage in policy_current().line(Klass(klass)).names():
            if here.order < stage.order <= Stage(to).order:
                self.clock.advance(minutes=30)
                self.attest(items, stage.value, klass=klass)
                items_move(act=self.tech, items=items, to=stage)

    def sign(self, items: Sequence[UUID], who: Any, capacity: str, **fields: Any) -> Any:
        """Sign items in a capacity with the person's own password."""
        from relight.fleet.api import Capacity, admission_sign

        given = {"password": who.password, **fields}
        return admission_sign(act=who.act(), items=items, capacity=Capacity(capacity), **given)

    def admit(self, items: Sequence[UUID], *, klass: str = "workstation") -> None:
        """Take items all the way and have them signed by two people."""
        self.take(items, "verified", klass=klass)
        self.sign(items, self.security, "security")
        self.sign(items, self.owner, "owner")


@pytest.fixture
def line(act_for: Callable[..., Any], clock: Any, staff_of: Callable[..., Any]) -> Line:
    """The hospital loaded, Arlon's zone open, a security officer and an owner of the emergency department."""
    from relight.hospital.api import description_load, description_read, zone_build, zone_open_sign

    check = description_read(DESCRIPTION, filename="test.toml")
    assert check.description is not None, [str(fault) for fault in check.faults]
    lead = staff_of("recovery-lead")
    description_load(act=lead.act(), description=check.description)
    security = staff_of("security-officer")
    owner = staff_of("service-owner", scope=["service:emergency"])
    zone_build(act=lead.act(), site="arlon")
    for who in (lead, security):
        zone_open_sign(act=who.act(), site="arlon", password=who.password)
    return Line(act_for=act_for, clock=clock, security=security, owner=owner)


@pytest.fixture
def hospital_loaded(line: Line) -> Line:
    """The same, by another name."""
    return line
