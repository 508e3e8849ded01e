"""From what a source wrote to a row: identifiers normalised, fillers dropped, names told apart.

Owns the one way every reader makes its rows. Refuses formats: it never sees a file.
Source: docs/design/inventories.md, section "What identifies".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relight.fleet.errors import ROW_NAMELESS, ROW_VALUE
from relight.fleet.readers.types import BadRow, SightingRow
from relight.fleet.readers.values import (
    MacWorth,
    clean,
    host_of,
    ip_local,
    ip_of,
    mac_of,
    mac_worth,
    serial_of,
    uuid_of,
)
from relight.fleet.types import Klass

KEPT_IPS = 16
KEPT_MACS = 64
_BETWEEN = re.compile(r"[;,|\s]+")


@dataclass(slots=True, kw_only=True)
class Draft:
    """A record as its source wrote it. Everything is text, lists hold one value each.

    Args: names: what the source calls it, best first. strict: a value in the column of an identifier
    that cannot be read puts the row aside (tables people wrote); otherwise it is a remark.
    called_only: the names are what the maker called the model: many machines bear them.
    """

    line: int
    record: str = ""
    names: list[str] = field(default_factory=list)
    fqdn: str = ""
    serial: str = ""
    uuid: str = ""
    macs: list[str] = field(default_factory=list)
    weak_macs: list[str] = field(default_factory=list)
    ips: list[str] = field(default_factory=list)
    manufacturer: str = ""
    model: str = ""
    os: str = ""
    klass: Klass | None = None
    site: str = ""
    room: str = ""
    role: str = ""
    service: str = ""
    tags: Iterable[str] = ()
    seen_at: datetime | None = None
    observed: bool = False
    local: bool = False
    expected: bool = False
    called_only: bool = False
    raw: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    strict: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


def row_make(draft: Draft) -> SightingRow | BadRow:
    """Make the row of a draft, or say why there is none.

    Returns: BadRow ROW_VALUE when a strict draft holds an unreadable identifier, ROW_NAMELESS when
    nothing in it names a machine (a bare record number names none).
    """
    remarks: list[str] = []
    try:
        uuid = _uuid(draft, remarks)
        strong, weak = _macs(draft, remarks)
        ips = _ips(draft, remarks)
    except _UnreadableError as unreadable:
        return BadRow(
            line=draft.line,
            spec=ROW_VALUE,
            params={"value": unreadable.value, "column": draft.columns.get(unreadable.kind, unreadable.kind)},
            raw=draft.text,
        )
    serial = serial_of(draft.serial)
    if draft.serial and not serial and clean(draft.serial):
        remarks.append(f"serial {clean(draft.serial)[:40]}")
    name, hostname, fqdn = _names(draft)
    lasting = [ip for ip in ips if not ip_local(ip)]
    if not (name or serial or uuid or strong or weak or ips):
        return BadRow(line=draft.line, spec=ROW_NAMELESS, raw=draft.text)
    return SightingRow(
        line=draft.line,
        record=clean(draft.record)[:200],
        name=(name or serial or next(iter(strong + weak + tuple(ips)), "") or uuid)[:200],
        hostname=hostname[:255],
        fqdn=fqdn[:255],
        serial=serial,
        uuid=uuid,
        macs=strong,
        weak_macs=weak,
        ips=tuple(lasting[:KEPT_IPS]),
        manufacturer=clean(draft.manufacturer)[:100],
        model=clean(draft.model)[:150],
        os=clean(draft.os)[:200],
        klass=draft.klass,
        site=clean(draft.site)[:64],
        room=clean(draft.room)[:120],
        role=clean(draft.role)[:64],
        service=clean(draft.service)[:64],
        tags=tuple(dict.fromkeys(tag for tag in map(clean, draft.tags) if tag)),
        seen_at=draft.seen_at,
        observed=draft.observed,
        local=draft.local,
        expected=draft.expected,
        raw=draft.raw,
        remarks=tuple(remarks),
    )


class _UnreadableError(Exception):
    """An identifier's column holds something else."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.value = value


def _reject(draft: Draft, remarks: list[str], kind: str, value: str) -> None:
    if draft.strict:
        raise _UnreadableError(kind, value[:60])
    remarks.append(f"{kind} {value[:40]}")


def _uuid(draft: Draft, remarks: list[str]) -> str:
    text = clean(draft.uuid)
    if not text:
        return ""
    try:
        found = uuid_of(text)
    except ValueError:
        _reject(draft, remarks, "uuid", text)
        return ""
    if not found:
        remarks.append(f"uuid {text[:40]}")
    return found


def _macs(draft: Draft, remarks: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort the hardware addresses into those that may identify and those many machines may bear."""
    strong: dict[str, None] = {}
    weak: dict[str, None] = {}
    for text in draft.macs:
        for value in _mac_texts(text):
            _mac_sort(draft, remarks, value, strong, weak)
    for text in draft.weak_macs:
        for value in _mac_texts(text):
            _mac_sort(draft, remarks, value, weak, weak)
    return tuple(strong)[:KEPT_MACS], tuple(mac for mac in weak if mac not in strong)[:KEPT_MACS]


def _mac_texts(text: str) -> list[str]:
    """Split a cell that may hold several addresses; one written with spaces stays whole."""
    text = clean(text)
    if not text:
        return []
    try:
        mac_of(text)
    except ValueError:
        return [value for value in _BETWEEN.split(text) if value]
    return [text]


def _mac_sort(draft: Draft, remarks: list[str], value: str, strong: dict[str, None], weak: dict[str, None]) -> None:
    try:
        mac = mac_of(value)
    except ValueError:
        _reject(draft, remarks, "mac", value)
        return
    worth = mac_worth(mac)
    if worth is MacWorth.STRONG:
        strong[mac] = None
    elif worth is MacWorth.WEAK:
        weak[mac] = None


def _ips(draft: Draft, remarks: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for text in draft.ips:
        for value in _BETWEEN.split(clean(text)):
            if not value:
                continue
            try:
                found[ip_of(value)] = None
            except ValueError:
                _reject(draft, remarks, "ip", value)
    return list(found)


def _names(draft: Draft) -> tuple[str, str, str]:
    """Return (what to call it, short host name, full name)."""
    named = [text for text in map(clean, draft.names) if text]
    if draft.called_only:
        return (named[0] if named else ""), "", ""
    hostname, fqdn = host_of(clean(draft.fqdn))
    for text in named:
        short, full = host_of(text)
        hostname = hostname or short
        fqdn = fqdn or (full if short == hostname else "")
    name = named[0] if named else clean(draft.fqdn)
    return name.rstrip("$"), hostname, fqdn
