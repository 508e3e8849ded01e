"""A ruleset as text for nftables, and small changes to one that runs.

Owns the table `inet relight_zone`: quarantine before everything, then answers, then one rule a flow with a counter
of its own, then a log line and drop. No blanket rule for established connections: what a flow no longer allows stops
in mid-connection. One file is one transaction of the kernel: it is taken whole or not at all.
Source: docs/design/zone.md, "On a router"; nft(8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from relight.cleanzone.rules.compile import Group, Rule, Ruleset
from relight.cleanzone.types import Ports

TABLE = "inet relight_zone"
DROP_PREFIX = "relight-drop "
SHUT_PREFIX = "relight-shut "
SPOOF_PREFIX = "relight-spoof "
PREFIX_OF_FLOW = "flow_"
PER_LINE = 8


def nft_text(ruleset: Ruleset, *, heading: Sequence[str] = ()) -> str:
    """Return the whole ruleset. heading: lines for people, as comments on top; deterministic without them."""
    return "\n".join([*(f"# {line}" for line in heading), *_lines(ruleset)]) + "\n"


def _lines(ruleset: Ruleset) -> Iterator[str]:
    yield f"table {TABLE}"  # so that the next line always has something to take away
    yield f"delete table {TABLE}"
    yield f"table {TABLE} {{"
    yield "\t# Machines that may not speak: revoked, expired, quarantined. Always first."
    yield from _set("shut4", "ipv4_addr", ruleset.shut4)
    yield from _set("shut6", "ipv6_addr", ruleset.shut6)
    yield from _set("zone4", "ipv4_addr", [one.ipv4 for one in ruleset.segments if one.ipv4], networks=True)
    yield from _set("zone6", "ipv6_addr", [one.ipv6 for one in ruleset.segments if one.ipv6], networks=True)
    for group in ruleset.groups:
        yield f"\t# {group.peer.text()}"
        yield from _set(f"{group.name}_4", "ipv4_addr", group.ipv4, networks=group.outside)
        yield from _set(f"{group.name}_6", "ipv6_addr", group.ipv6, networks=group.outside)
    for name in ("shut", "spoofed", "dropped", *(f"{PREFIX_OF_FLOW}{rule.flow.number}" for rule in ruleset.rules)):
        yield f"\tcounter {name} {{"
        yield "\t}"
    yield from _chain("forward", [line for line, _ in forward_rules(ruleset)])
    yield from _chain("input", [line for line, _ in input_rules(ruleset)])
    yield "}"


def _chain(hook: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"\tchain zone_{hook} {{"
    yield f"\t\ttype filter hook {hook} priority filter; policy drop;"
    yield from (f"\t\t{line}" for line in lines)
    yield "\t}"


def _set(name: str, kind: str, elements: Sequence[str], *, networks: bool = False) -> Iterator[str]:
    yield f"\tset {name} {{"
    yield f"\t\ttype {kind}"
    if networks:
        yield "\t\tflags interval"
        yield "\t\tauto-merge"
    if elements:
        yield "\t\telements = {"
        for start in range(0, len(elements), PER_LINE):
            last = start + PER_LINE >= len(elements)
            yield "\t\t\t" + ", ".join(elements[start : start + PER_LINE]) + ("" if last else ",")
        yield "\t\t}"
    yield "\t}"


Expr = list[dict[str, object]]


def forward_rules(ruleset: Ruleset) -> Iterator[tuple[str, Expr]]:
    """Yield each rule of what passes the router, as text and as `nft -j` says it."""
    for version in (4, 6):
        for side in ("saddr", "daddr"):
            match, member = f"{_ip(version)} {side} @shut{version}", _member(version, side, f"shut{version}")
            text = f'{match} counter name "shut" limit rate 20/second log prefix "{SHUT_PREFIX}"'
            yield text, [member, {"counter": "shut"}, _limit(), _log(SHUT_PREFIX)]
            yield f"{match} drop", [member, _DROP]
    for one in ruleset.segments:
        for version, net in ((4, one.ipv4), (6, one.ipv6)):
            if one.interface and net:
                yield _spoof(one.interface, version, net)
    yield "ct state invalid drop", [_ct("state", "invalid", op="in"), _DROP]
    yield (
        "ct direction reply ct state established,related accept",
        [_ct("direction", "reply"), _ct("state", ["established", "related"], op="in"), _ACCEPT],
    )
    yield (
        "meta l4proto { icmp, ipv6-icmp } ct state related accept",
        [
            {"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": {"set": ["icmp", "ipv6-icmp"]}}},
            _ct("state", "related", op="in"),
            _ACCEPT,
        ],
    )
    groups = {group.name: group for group in ruleset.groups}
    for rule in ruleset.rules:
        for version in (4, 6):
            yield _rule(rule, groups[rule.source], groups[rule.destination], version)
    yield (
        f'limit rate 20/second log prefix "{DROP_PREFIX}"',
        [_limit(), _log(DROP_PREFIX)],
    )
    yield 'counter name "dropped" drop', [{"counter": "dropped"}, _DROP]


def input_rules(ruleset: Ruleset) -> Iterator[tuple[str, Expr]]:
    """Yield each rule of what may reach the router itself: answers, addresses, and management from named networks."""
    yield 'iif "lo" accept', [{"match": {"op": "==", "left": {"meta": {"key": "iif"}}, "right": "lo"}}, _ACCEPT]
    for version in (4, 6):
        yield f"{_ip(version)} saddr @shut{version} drop", [_member(version, "saddr", f"shut{version}"), _DROP]
    yield (
        "ct direction reply ct state established,related accept",
        [_ct("direction", "reply"), _ct("state", ["established", "related"], op="in"), _ACCEPT],
    )
    types = ["nd-router-solicit", "nd-neighbor-solicit", "nd-neighbor-advert"]
    yield (
        f"icmpv6 type {{ {', '.join(types)} }} accept",
        [
            {
                "match": {
                    "op": "==",
                    "left": {"payload": {"protocol": "icmpv6", "field": "type"}},
                    "right": {"set": types},
                }
            },
            _ACCEPT,
        ],
    )
    for net in ruleset.management:
        version = 6 if ":" in net else 4
        address, _, length = net.partition("/")
        yield (
            f"{_ip(version)} saddr {net} tcp dport 22 accept",
            [
                {
                    "match": {
                        "op": "==",
                        "left": _payload(_ip(version), "saddr"),
                        "right": {"prefix": {"addr": address, "len": int(length)}},
                    }
                },
                {"match": {"op": "==", "left": _payload("tcp", "dport"), "right": 22}},
                _ACCEPT,
            ],
        )


def _spoof(interface: str, version: int, net: str) -> tuple[str, Expr]:
    """What claims an address of a segment must come from there; what comes from there must have one."""
    address, _, length = net.partition("/")
    text = (
        f'iifname "{interface}" {_ip(version)} saddr != {net} counter name "spoofed" log prefix "{SPOOF_PREFIX}" drop'
    )
    expr: Expr = [
        {"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": interface}},
        {
            "match": {
                "op": "!=",
                "left": _payload(_ip(version), "saddr"),
                "right": {"prefix": {"addr": address, "len": int(length)}},
            }
        },
        {"counter": "spoofed"},
        _log(SPOOF_PREFIX),
        _DROP,
    ]
    return text, expr


def _rule(rule: Rule, source: Group, destination: Group, version: int) -> tuple[str, Expr]:
    ip = _ip(version)
    text: list[str] = []
    expr: Expr = []
    for group, side in ((source, "saddr"), (destination, "daddr")):
        text.append(f"{ip} {side} @{group.name}_{version}")
        expr.append(_member(version, side, f"{group.name}_{version}"))
        if group.outside:  # an outside network never stands for an address of the zone
            text.append(f"{ip} {side} != @zone{version}")
            expr.append(_member(version, side, f"zone{version}", op="!="))
    counter = f"{PREFIX_OF_FLOW}{rule.flow.number}"
    text.append(f'{rule.protocol} dport {ports_nft(rule.ports)} counter name "{counter}" accept')
    text.append(f'comment "{comment_of(rule)}"')
    expr.append({"match": {"op": "==", "left": _payload(rule.protocol, "dport"), "right": _ports_json(rule.ports)}})
    expr += [{"counter": counter}, _ACCEPT]
    return " ".join(text), expr


def comment_of(rule: Rule) -> str:
    """Return a rule's comment: the flow's number and reason, in what nft takes (128 bytes, no quotes)."""
    words = " ".join(f"{rule.flow.id} {rule.flow.reason}".replace('"', "'").replace("\\", "/").split())
    return words.encode()[:120].decode(errors="ignore")


def ports_nft(ports: Ports) -> str:
    """Return ports as nft takes them: `443`, or `{ 443, 8440-8450 }`."""
    words = [str(low) if low == high else f"{low}-{high}" for low, high in ports]
    return words[0] if len(words) == 1 else "{ " + ", ".join(words) + " }"


def _ports_json(ports: Ports) -> object:
    words: list[object] = [low if low == high else {"range": [low, high]} for low, high in ports]
    return words[0] if len(words) == 1 else {"set": words}


# -- small changes to a ruleset that runs ----------------------------------------------------------


def shut_change(*, shut: Sequence[str], opened: Sequence[str] = ()) -> str:
    """Return the change that shuts addresses at once, and takes others out of the set: no rule is touched.

    Adding what is in already, or deleting with `destroy` what is not, is no error: a second push changes nothing.
    """
    lines: list[str] = []
    for version in (4, 6):
        for verb, addresses in (("add", shut), ("delete", opened)):
            mine = [address for address in addresses if (":" in address) == (version == 6)]
            if mine and verb == "delete":  # adding first: deleting what is not there is an error in older kernels
                lines.append(f"add element {TABLE} shut{version} {{ {', '.join(mine)} }}")
            if mine:
                lines.append(f"{verb} element {TABLE} shut{version} {{ {', '.join(mine)} }}")
    return "".join(f"{line}\n" for line in lines)


# -- words of nft's JSON ----------------------------------------------------------------------------

_DROP: dict[str, object] = {"drop": None}
_ACCEPT: dict[str, object] = {"accept": None}


def _ip(version: int) -> str:
    return "ip6" if version == 6 else "ip"


def _payload(protocol: str, field: str) -> dict[str, object]:
    return {"payload": {"protocol": protocol, "field": field}}


def _member(version: int, side: str, name: str, *, op: str = "==") -> dict[str, object]:
    return {"match": {"op": op, "left": _payload(_ip(version), side), "right": f"@{name}"}}


def _ct(key: str, value: object, *, op: str = "==") -> dict[str, object]:
    return {"match": {"op": op, "left": {"ct": {"key": key}}, "right": value}}


def _limit() -> dict[str, object]:
    return {"limit": {"rate": 20, "burst": 5, "per": "second"}}


def _log(prefix: str) -> dict[str, object]:
    return {"log": {"prefix": prefix}}
