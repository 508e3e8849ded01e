"""Everything a zone is set up with, as files: the ruleset, machines' own rules, addresses, switches.

Owns which file is called what. Each file says what it is for; none holds a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from relight.cleanzone.rules.addresses import dnsmasq_text, host_name, kea_document, radius_text
from relight.cleanzone.rules.compile import Ruleset
from relight.cleanzone.rules.hosts import host_nft, host_powershell
from relight.cleanzone.rules.nft import nft_text
from relight.cleanzone.types import Machine, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One file. path: below the folder it is written to."""

    path: str
    text: str


def outputs_of(zone: Zone, ruleset: Ruleset) -> Iterator[Output]:
    """Yield the files of a zone, the ruleset first; deterministic."""
    yield Output(path="router.nft", text=nft_text(ruleset, heading=["Relight: the clean zone's router."]))
    yield Output(path="kea-dhcp4.json", text=kea_document(zone.machines, zone.segments, at=zone.at))
    yield Output(path="dnsmasq.conf", text=dnsmasq_text(zone.machines, zone.segments, at=zone.at))
    yield Output(path="freeradius-authorize", text=radius_text(zone.machines, zone.segments, at=zone.at))
    for machine in sorted(zone.machines, key=lambda one: (one.name, one.item)):
        if machine.may_speak(zone.at) and machine.addresses():
            yield host_output(ruleset, machine)


def host_output(ruleset: Ruleset, machine: Machine) -> Output:
    """Return a machine's own rules, in the form its system takes."""
    name = f"{host_name(machine.name)}-{machine.item[-8:]}"
    heading = [f"Relight: own rules of {host_name(machine.name)}."]
    if "windows" in machine.os.lower():
        return Output(path=f"hosts/{name}.ps1", text=host_powershell(ruleset, machine, heading=heading))
    return Output(path=f"hosts/{name}.nft", text=host_nft(ruleset, machine, heading=heading))


def expires_next(zone: Zone) -> datetime | None:
    """Return when the next flow or passport ends by itself."""
    ends = [flow.expires_at for flow in zone.flows] + [machine.valid_until for machine in zone.machines]
    ahead = [end for end in ends if end is not None and end > zone.at]
    return min(ahead, default=None)
