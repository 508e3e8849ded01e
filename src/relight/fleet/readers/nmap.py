"""nmap's XML: the hosts that answered.

Owns what counts as an answer. Refuses to count addresses as machines: a scan of a /24 names 256.
Source: nmap.dtd (xmloutputversion 1.05), nmap's reference guide on -Pn ("user-set").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element, tostring

from relight.fleet.readers.build import Draft, row_make
from relight.fleet.readers.klass import klass_of
from relight.fleet.readers.markup import records_of
from relight.fleet.readers.types import Outcome, SightingRow, Skipped, Why
from relight.fleet.readers.values import ip_local, time_of

_NO_ANSWER = frozenset(
    {"no-response", "user-set", "host-unreach", "net-unreach", "admin-prohibited", "host-prohibited"}
)


def nmap_read(text: str) -> Iterator[Outcome]:
    """Read a scan: one row a host that answered, one Skipped an address that did not.

    Raises: FILE_DAMAGED when the scan was cut off: what it did not reach is not "down".
    """
    for line, host, root in records_of(text, "host"):
        if not _answered(host):
            yield Skipped(line=line, why=Why.DOWN)
            continue
        made = row_make(_draft(line, host, root))
        yield made if isinstance(made, SightingRow) else replace(made, raw=tostring(host, encoding="unicode")[:4000])


def _answered(host: Element) -> bool:
    """Say whether a host answered. With -Pn every address is "up": then a port or a card must show."""
    status = host.find("status")
    if status is None:
        return bool(host.findall("ports/port"))
    if status.get("state") != "up":
        return False
    if status.get("reason") != "user-set":
        return True
    if any(address.get("addrtype") == "mac" for address in host.findall("address")):
        return True
    ports = [state for state in host.findall("ports/port/state") if state.get("state") in ("open", "closed")]
    if any(state.get("reason", "") not in _NO_ANSWER for state in ports):
        return True
    return any(
        extra.get("state") == "closed" and extra.find("extrareasons[@reason='no-responses']") is None
        for extra in host.findall("ports/extraports")
    )


def _draft(line: int, host: Element, root: dict[str, str]) -> Draft:
    addresses = {address.get("addrtype", ""): address for address in reversed(host.findall("address"))}
    ips = [a.get("addr", "") for a in host.findall("address") if a.get("addrtype", "").startswith("ip")]
    mac = addresses.get("mac")
    os = _os(host)
    types = [t.get("type", "") for t in host.findall("os/osmatch/osclass") + host.findall("os/osclass")]
    types += [s.get("devicetype", "") for s in host.findall("ports/port/service")]
    ip = next(iter(ips), "")
    return Draft(
        line=line,
        record="" if mac is not None else ip,
        names=_names(host),
        macs=[mac.get("addr", "")] if mac is not None else [],
        ips=ips,
        manufacturer="",
        os=os,
        klass=klass_of(os=os, words=[t for t in types if t]),
        seen_at=_time(host, root),
        observed=True,
        local=_is_local(ip),
        raw=_raw(host, mac, os),
    )


def _names(host: Element) -> list[str]:
    """What the host is called: as looked up first, then as the operator typed it."""
    names = host.findall("hostnames/hostname")
    ordered = [n for n in names if n.get("type") == "PTR"] + [n for n in names if n.get("type") != "PTR"]
    return list(dict.fromkeys(n.get("name", "") for n in ordered))


def _os(host: Element) -> str:
    """The best guess at the system, only where nmap is nearly sure of it."""
    matches = [m for m in host.findall("os/osmatch") if int(m.get("accuracy", "0") or 0) >= 95]
    return matches[0].get("name", "") if matches else ""


def _time(host: Element, root: dict[str, str]) -> datetime | None:
    return time_of(host.get("endtime") or host.get("starttime") or root.get("start", ""))


def _is_local(ip: str) -> bool:
    try:
        return ip_local(ip)
    except ValueError:
        return False


def _raw(host: Element, mac: Element | None, os: str) -> dict[str, str]:
    ports = [
        f"{port.get('portid')}/{port.get('protocol')}"
        for port in host.findall("ports/port")
        if (state := port.find("state")) is not None and state.get("state") == "open"
    ]
    status = host.find("status")
    raw = {
        "address": ", ".join(a.get("addr", "") for a in host.findall("address")),
        "names": ", ".join(n.get("name", "") for n in host.findall("hostnames/hostname")),
        "card": mac.get("vendor", "") if mac is not None else "",
        "open ports": ", ".join(ports[:40]),
        "os": os,
        "answered by": status.get("reason", "") if status is not None else "",
    }
    return {key: value for key, value in raw.items() if value}
