"""Which source knows which machine.

Owns the rule that every machine is seen by at least one source, and that no machine is known to
two sources that have nothing in common: a directory knows a full name, a lease a hardware address,
and only an inventory knows both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from relight.cli.scenario.types import FleetPlan, Klass, Machine

PCS = (Klass.WORKSTATION,)
REGISTERED = (Klass.ANALYZER, Klass.MODALITY, Klass.OTHER)
"""Classes the biomedical register lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The machines each source knows, in its own order."""

    glpi: tuple[Machine, ...]
    directory: tuple[Machine, ...]
    leases: tuple[Machine, ...]
    scanned: tuple[Machine, ...]
    virtual: tuple[Machine, ...]
    netbox: tuple[Machine, ...]
    register: tuple[Machine, ...]
    ordered: tuple[Machine, ...]
    deliveries: tuple[tuple[Machine, ...], ...]
    doubles: tuple[Machine, ...]
    books: tuple[Machine, ...]


def cover_make(machines: Sequence[Machine], *, plan: FleetPlan) -> Cover:
    """Share the machines out. Same plan, same cover. O(n)."""
    chance = Random(plan.seed + 1)  # noqa: S311 - invented data, no secret
    glpi, directory, leases, scanned = [], [], [], []
    for machine in machines:
        if machine.delivery:
            continue
        known = _known_to_glpi(machine, chance)
        by_name = machine.joined and not _is_lonely(machine, known, chance)
        if known:
            glpi.append(machine)
        if by_name and (not known or chance.random() < 0.96):
            directory.append(machine)
        if (known or not by_name) and (_must_answer(machine, known) or chance.random() < 0.68):
            leases.append(machine)
        if (known or not by_name) and chance.random() < _ANSWERS.get(machine.klass, 0.85):
            scanned.append(machine)
    old = [machine for machine in machines if not machine.delivery]
    return Cover(
        glpi=tuple(glpi),
        directory=tuple(directory),
        leases=tuple(machine for machine in leases if machine.klass not in (Klass.SERVER, Klass.NETWORK)),
        scanned=tuple(scanned),
        virtual=tuple(machine for machine in old if machine.klass is Klass.SERVER and not machine.metal),
        netbox=tuple(
            machine
            for machine in old
            if machine.metal and machine.klass in (Klass.SERVER, Klass.NETWORK) and machine.role != "access-point"
        ),
        register=tuple(machine for machine in old if machine.klass in REGISTERED),
        ordered=tuple(machine for machine in machines if machine.delivery),
        deliveries=tuple(
            tuple(machine for machine in machines if machine.delivery == number)
            for number, lot in enumerate(plan.deliveries, start=1)
            if lot.day
        ),
        doubles=_doubles(glpi, plan.doubles, chance),
        books=(*(machine for machine in glpi if machine.metal), *_ghosts(glpi, plan.ghosts, chance)),
    )


def _doubles(known: Sequence[Machine], count: int, chance: Random) -> tuple[Machine, ...]:
    """Leases under the names of PCs the inventory knows, from cards it does not know."""
    named = [machine for machine in known if machine.klass in PCS and machine.service == "consultations"]
    return tuple(
        replace(machine, mac="00:e0:4c" + "".join(f":{chance.randrange(256):02x}" for _ in range(3)))
        for machine in sorted(named, key=lambda machine: machine.hostname)[-count:]
    )


def _ghosts(known: Sequence[Machine], count: int, chance: Random) -> tuple[Machine, ...]:
    """PCs the books still hold and nobody has seen: scrapped, lent, or in a cupboard."""
    like = chance.sample([machine for machine in known if machine.klass in PCS], count)
    return tuple(
        replace(machine, hostname="", serial=f"{machine.serial[:3]}{number:03}X{chance.randrange(10)}")
        for number, machine in enumerate(like, start=1)
    )


_ANSWERS = {Klass.WORKSTATION: 0.34, Klass.PRINTER: 0.7, Klass.MODALITY: 0.6}
"""How many of a class were switched on and answered when the network was scanned."""


def _known_to_glpi(machine: Machine, chance: Random) -> bool:
    """The agent runs on PCs and servers, and asks switches and printers by SNMP."""
    share = {Klass.WORKSTATION: 0.88, Klass.PRINTER: 0.6, Klass.SERVER: 1.0, Klass.NETWORK: 1.0}
    return chance.random() < share.get(machine.klass, 0.0)


def _is_lonely(machine: Machine, known: bool, chance: Random) -> bool:
    """Some PCs the agent does not know never joined the domain either: only their lease tells of them."""
    return machine.klass in PCS and not known and chance.random() < 0.3


def _must_answer(machine: Machine, known: bool) -> bool:
    """A machine nothing else has seen must hold a lease."""
    return not known and machine.klass not in (Klass.SERVER, Klass.NETWORK)
