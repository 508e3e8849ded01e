"""Rules for one machine's own firewall: neighbours in one segment never pass the router.

Owns both forms: nftables for Linux, PowerShell for Windows. The PowerShell form was never run by us: it says so on top.
Source: docs/design/zone.md, "On a machine"; nft(8); Microsoft's New-NetFirewallRule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relight.cleanzone.rules.compile import Rule, Ruleset
from relight.cleanzone.rules.nft import PER_LINE, comment_of, ports_nft
from relight.cleanzone.types import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRule:
    """One flow on one machine. incoming: it answers; else it asks. others: addresses at the other end."""

    rule: Rule
    incoming: bool
    others: tuple[str, ...]


def host_rules(ruleset: Ruleset, machine: Machine) -> list[HostRule]:
    """List what a machine may answer and ask, by flow. Empty for one that may not speak."""
    groups = {group.name: group for group in ruleset.groups}
    mine = set(machine.addresses())
    held = {name for name, group in groups.items() if mine & {*group.ipv4, *group.ipv6}}
    found: list[HostRule] = []
    for rule in ruleset.rules:
        for incoming, here, there in ((True, rule.destination, rule.source), (False, rule.source, rule.destination)):
            if here in held:
                other = groups[there]
                others = tuple(a for a in (*other.ipv4, *other.ipv6) if a not in mine)
                if others:
                    found.append(HostRule(rule=rule, incoming=incoming, others=others))
    return found


def host_nft(ruleset: Ruleset, machine: Machine, *, heading: Sequence[str] = ()) -> str:
    """Return a Linux machine's own ruleset: nothing in or out but its flows, answers, addresses and itself."""
    rules = host_rules(ruleset, machine)
    lines = [*(f"# {line}" for line in heading), "table inet relight_host", "delete table inet relight_host"]
    lines.append("table inet relight_host {")
    for hook, incoming in (("input", True), ("output", False)):
        side = "saddr" if incoming else "daddr"
        lines += [f"\tchain host_{hook} {{", f"\t\ttype filter hook {hook} priority filter; policy drop;"]
        lines.append(f'\t\t{"iif" if incoming else "oif"} "lo" accept')
        lines.append("\t\tct state invalid drop")
        lines.append("\t\tct direction reply ct state established,related accept")
        kinds = "nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-router-solicit"
        lines.append(f"\t\ticmpv6 type {{ {kinds} }} accept")
        ports = "sport 67 udp dport 68" if incoming else "sport 68 udp dport 67"
        lines.append(f'\t\tudp {ports} accept comment "its address, by DHCP"')
        for one in rules:
            if one.incoming is incoming:
                lines += _host_lines(one, side)
        lines.append("\t}")
    return "\n".join([*lines, "}"]) + "\n"


def _host_lines(one: HostRule, side: str) -> Iterator[str]:
    for ip, addresses in (
        ("ip", [a for a in one.others if ":" not in a]),
        ("ip6", [a for a in one.others if ":" in a]),
    ):
        if addresses:
            end = f'{one.rule.protocol} dport {ports_nft(one.rule.ports)} accept comment "{comment_of(one.rule)}"'
            yield f"\t\t{ip} {side} {{"
            yield from (f"\t\t\t{line}" for line in _in_lines(addresses))
            yield f"\t\t}} {end}"


def _in_lines(addresses: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(addresses), PER_LINE):
        last = start + PER_LINE >= len(addresses)
        yield ", ".join(addresses[start : start + PER_LINE]) + ("" if last else ",")


def host_powershell(ruleset: Ruleset, machine: Machine, *, heading: Sequence[str] = ()) -> str:
    """Return a Windows machine's rules as a PowerShell script. Not tried on Windows by us: the script says so."""
    lines = [
        *(f"# {line}" for line in heading),
        "# UNTESTED: this script was compared with its documentation, never run. Try it on one machine first.",
        "#Requires -RunAsAdministrator",
        "$ErrorActionPreference = 'Stop'",
        "Get-NetFirewallRule -Group 'Relight' -ErrorAction SilentlyContinue | Remove-NetFirewallRule",
        _ps_rule("Relight DHCP", "Outbound", "UDP", "67", ("LocalSubnet", "255.255.255.255"), "its address, by DHCP"),
    ]
    for one in host_rules(ruleset, machine):
        ports = ",".join(f"'{low}'" if low == high else f"'{low}-{high}'" for low, high in one.rule.ports)
        direction = "Inbound" if one.incoming else "Outbound"
        name = f"Relight {one.rule.flow.id} {direction.lower()}"
        lines.append(_ps_rule(name, direction, one.rule.protocol.upper(), ports, one.others, comment_of(one.rule)))
    lines.append("Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block")
    return "\r\n".join(lines) + "\r\n"


def _ps_rule(name: str, direction: str, protocol: str, ports: str, others: Iterable[str], words: str) -> str:
    side = "LocalPort" if direction == "Inbound" else "RemotePort"
    quoted = words.replace("'", "''")
    addresses = ",".join(f"'{address}'" for address in others)
    return (
        f"New-NetFirewallRule -Group 'Relight' -DisplayName '{name}' -Description '{quoted}' -Direction {direction}"
        f" -Action Allow -Protocol {protocol} -{side} {ports} -RemoteAddress @({addresses}) | Out-Null"
    )
