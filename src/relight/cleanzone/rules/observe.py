"""Connections that were seen, from what networks write, against the flows.

Owns the readers: the kernel's log lines of our own rules, `conntrack -L` and `-E`, Zeek's conn.log (with its header,
or as JSON), Suricata's EVE lines of type flow. And the comparison: who talks that nobody knows, what passed that no
flow allows, who has no passport, which flows nobody used. A line that cannot be read is counted and named, never
guessed. Source: docs/design/zone.md, "What was seen" (cases 45-56).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address, ip_network

from relight.cleanzone.rules.compile import Ruleset, Verdicts
from relight.cleanzone.rules.nft import DROP_PREFIX, SHUT_PREFIX, SPOOF_PREFIX
from relight.cleanzone.types import PROTOCOLS, Machine, Packet, Zone
from relight.kernel.errors import N_

BAD_LINES_KEPT = 20


class SeenKind(Enum):
    """What a connection that was seen says."""

    UNDECLARED = "undeclared"
    NO_PASSPORT = "no-passport"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


SEEN_WORDS: Mapping[SeenKind, str] = {
    SeenKind.UNDECLARED: N_("passed, and no flow allows it"),
    SeenKind.NO_PASSPORT: N_("a machine whose passport does not hold"),
    SeenKind.UNKNOWN: N_("an address of the zone that is no machine's"),
    SeenKind.DROPPED: N_("was dropped"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One connection. passed: false when it was dropped, or nobody answered."""

    packet: Packet
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFinding:
    """One kind of connection, however often. source, destination: a machine's name, else the address."""

    kind: SeenKind
    source: str
    destination: str
    packet: Packet
    times: int
    passed: bool

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "source": self.source,
            "destination": self.destination,
            "protocol": self.packet.protocol,
            "port": self.packet.port,
            "times": self.times,
            "passed": self.passed,
        }


@dataclass(slots=True, kw_only=True)
class SeenLines:
    """What reading gave: connections with how often, lines that say nothing of one, lines nobody could read."""

    counts: Counter[Seen] = field(default_factory=Counter)
    other: int = 0
    bad: int = 0
    bad_at: list[int] = field(default_factory=list)


def lines_read(lines: Iterable[str]) -> SeenLines:
    """Read lines of any of the formats, mixed as they come; ICMP and what is no TCP or UDP is `other`."""
    found = SeenLines()
    header: list[str] = []
    for number, raw in enumerate(lines, start=1):
        line = raw.strip("\r\n")
        if not line.strip():
            continue
        if line.startswith("#"):
            if line.startswith("#fields"):
                header = line.split("\t")[1:]
            continue
        try:
            seen = _line(line, header)
        except (ValueError, KeyError, TypeError):
            found.bad += 1
            if len(found.bad_at) < BAD_LINES_KEPT:
                found.bad_at.append(number)
            continue
        if seen is None:
            found.other += 1
        else:
            found.counts[seen] += 1
    return found


def _line(line: str, header: list[str]) -> Seen | None:
    if line.lstrip().startswith("{"):
        return _json(json.loads(line))
    if any(prefix.strip() in line for prefix in (DROP_PREFIX, SHUT_PREFIX, SPOOF_PREFIX)):
        return _kernel(line)
    if header and "\t" in line:
        return _zeek(dict(zip(header, line.split("\t"), strict=True)))
    if _CONNTRACK.search(line):
        return _conntrack(line)
    raise ValueError("no known form")


_CONNTRACK = re.compile(r"\bsrc=\S+ dst=\S+")


def _seen(source: str, destination: str, protocol: str, port: object, *, passed: bool) -> Seen | None:
    word = str(protocol).lower()
    if word not in PROTOCOLS:
        return None
    number = int(str(port))
    if not 0 <= number <= 65535:
        raise ValueError("port")
    packet = Packet(
        source=str(ip_address(source)), destination=str(ip_address(destination)), protocol=word, port=number
    )
    return Seen(packet=packet, passed=passed)


def _kernel(line: str) -> Seen | None:
    """`… relight-drop IN=a OUT=b … SRC=… DST=… PROTO=TCP SPT=… DPT=…`"""
    words = dict(word.split("=", 1) for word in line.split() if "=" in word)
    if words["PROTO"].lower() not in PROTOCOLS:
        return None
    return _seen(words["SRC"], words["DST"], words["PROTO"], words["DPT"], passed=False)


def _conntrack(line: str) -> Seen | None:
    """`tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… src=…`: the first four are who asked."""
    protocol = next((word for word in line.split() if word in (*PROTOCOLS, "icmp", "icmpv6", "unknown", "gre")), "")
    if not protocol:
        raise ValueError("protocol")
    if protocol not in PROTOCOLS:
        return None
    first: dict[str, str] = {}
    for word in line.split():
        name, is_pair, value = word.partition("=")
        if is_pair:
            first.setdefault(name, value)
    passed = "[UNREPLIED]" not in line
    return _seen(first["src"], first["dst"], protocol, first["dport"], passed=passed)


def _zeek(row: Mapping[str, str]) -> Seen | None:
    passed = row.get("conn_state", "") not in ("S0", "REJ", "OTH", "SH")
    return _seen(row["id.orig_h"], row["id.resp_h"], row["proto"], row["id.resp_p"], passed=passed)


def _json(document: Mapping[str, object]) -> Seen | None:
    if "id.orig_h" in document:
        return _zeek({str(name): str(value) for name, value in document.items()})
    if "event_type" not in document:
        raise ValueError("no known form")
    if document["event_type"] != "flow":
        return None
    state = document.get("flow")
    answered = not isinstance(state, dict) or int(state.get("pkts_toclient", 1)) > 0
    words = [str(document.get(name, "")) for name in ("src_ip", "dest_ip", "proto")]
    if words[2].lower() not in PROTOCOLS:
        return None
    return _seen(words[0], words[1], words[2], document["dest_port"], passed=answered)


# -- against the flows ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReport:
    """findings: gravest first. used: how often each flow was seen to pass, by number."""

    findings: tuple[SeenFinding, ...]
    used: Mapping[int, int]


def seen_judge(zone: Zone, ruleset: Ruleset, counts: Mapping[Seen, int]) -> SeenReport:
    """Hold connections against the zone. Traffic that touches no segment of the zone is no business of ours."""
    verdicts = Verdicts(ruleset)
    machines = {address: machine for machine in zone.machines for address in machine.addresses()}
    nets = [ip_network(net) for one in zone.segments for net in (one.ipv4, one.ipv6) if net]

    def in_zone(address: str) -> bool:
        ip = ip_address(address)
        return any(ip.version == net.version and ip in net for net in nets)

    used: Counter[int] = Counter()
    findings: list[SeenFinding] = []
    for seen, times in counts.items():
        packet = seen.packet
        ends = (packet.source, packet.destination)
        if not any(address in machines or in_zone(address) for address in ends):
            continue
        rule = verdicts.rule_for(packet)
        if rule is not None:
            used[rule.flow.number] += times if seen.passed else 0
            continue
        kind = _kind(seen, [(machines.get(address), in_zone(address)) for address in ends], zone)
        names = [machines[address].name if address in machines else address for address in ends]
        findings.append(
            SeenFinding(
                kind=kind, source=names[0], destination=names[1], packet=packet, times=times, passed=seen.passed
            )
        )
    order = list(SeenKind)
    findings.sort(key=lambda one: (not one.passed, order.index(one.kind), -one.times, one.source, one.packet.port))
    return SeenReport(findings=tuple(findings), used=dict(used))


def _kind(seen: Seen, ends: list[tuple[Machine | None, bool]], zone: Zone) -> SeenKind:
    if any(machine is not None and not machine.may_speak(zone.at) for machine, _ in ends):
        return SeenKind.NO_PASSPORT
    if any(machine is None and inside for machine, inside in ends):
        return SeenKind.UNKNOWN
    return SeenKind.UNDECLARED if seen.passed else SeenKind.DROPPED
