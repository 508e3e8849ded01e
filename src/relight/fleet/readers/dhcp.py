"""ISC DHCP: the lease files of dhcpd and dhcpd6, and the hosts of its configuration.

Owns the block grammar and which client a lease belongs to. Refuses addresses as machines: a lease
nobody holds names none. In a lease file a later block replaces an earlier one of the same address.
Sources: dhcpd.leases(5), dhcpd.conf(5), RFC 8415 §11 (DUID).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relight.fleet.errors import ROW_BROKEN
from relight.fleet.readers.build import Draft, row_make
from relight.fleet.readers.types import BadRow, Outcome, Skipped, Why
from relight.fleet.readers.values import time_of

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{};]|#[^\n]*|//[^\n]*|[^\s{};"#]+|"')
_LEASE = re.compile(r"^[ \t]*(?:lease[ \t]+\S+|ia-(?:na|ta|pd)[ \t]+\S.*|.*\bhost[ \t]+\S+)[ \t]*\{", re.MULTILINE)
_OCTAL = re.compile(r"[0-3][0-7]{2}")
_WEEKDAY = re.compile(r"[0-6]\Z")


@dataclass(slots=True)
class _Block:
    """One `head { statements }`, with the lines it covers."""

    head: list[str]
    line: int
    end: int = 0
    statements: list[list[str]] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)
    broken: str = ""

    def value(self, *words: str) -> list[str]:
        """The rest of the last statement beginning with these words."""
        for statement in reversed(self.statements):
            if tuple(statement[: len(words)]) == words:
                return statement[len(words) :]
        return []


def is_dhcp(text: str) -> bool:
    """Say whether a text is a lease file or holds host declarations."""
    return bool(_LEASE.search(text)) and ("hardware " in text or "binding state" in text or "iaaddr" in text)


def dhcp_read(text: str) -> Iterator[Outcome]:
    """Read leases and hosts: the last word about each address or client, one row a client."""
    lines = text.splitlines()
    last: dict[tuple[str, ...], _Block] = {}
    for block in _flat(_blocks(text)):
        if block.broken:
            yield BadRow(line=block.line, spec=ROW_BROKEN, params={"why": block.broken}, raw=_source(lines, block))
            continue
        key = _identity(block)
        if key:
            last.pop(key, None)
            last[key] = block
    for block in last.values():
        yield _outcome(block, _source(lines, block))


def _flat(blocks: Iterator[_Block] | list[_Block]) -> Iterator[_Block]:
    """Leases and hosts, wherever a configuration nests them (subnet, group, pool)."""
    for block in blocks:
        if block.head[0] in ("lease", "host") or block.head[0].startswith("ia-") or block.broken:
            yield block
        else:
            yield from _flat(block.blocks)


def _identity(block: _Block) -> tuple[str, ...]:
    kind = block.head[0]
    if kind in ("lease", "host") and len(block.head) < 2:
        return ()
    return tuple(block.head[:2]) if kind != "host" else ("host", block.head[1])


def _blocks(text: str) -> Iterator[_Block]:
    """Cut a text into its outermost blocks. A block the file ends in is yielded as broken."""
    stack: list[_Block] = []
    words: list[str] = []
    line, place = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", place, token.start())
        place = token.start()
        word = token.group()
        if word.startswith(("#", "//")):
            continue
        if word == "{":
            stack.append(_Block(head=words or ["?"], line=line))
            words = []
        elif word == "}":
            if not stack:
                yield _Block(head=["?"], line=line, end=line, broken="} without {")
                continue
            block = stack.pop()
            block.end = line
            if words:
                block.broken = f"“{' '.join(words)[:60]}”: ; missing"
                words = []
            if stack:
                stack[-1].blocks.append(block)
            else:
                yield block
        elif word == ";":
            if stack and words:
                stack[-1].statements.append(words)
            words = []
        else:
            words.append(word)
    if stack:
        stack[0].end = line
        stack[0].broken = "the block is not closed: the file breaks off"
        yield stack[0]


def _outcome(block: _Block, text: str) -> Outcome:
    if ["deleted"] in block.statements:
        return Skipped(line=block.line, why=Why.DELETED)
    if block.head[0].startswith("ia-"):
        return _v6(block, text)
    return _host(block, text) if block.head[0] == "host" else _v4(block, text)


def _v4(block: _Block, text: str) -> Outcome:
    hardware = block.value("hardware", "ethernet")
    name = _said(block.value("client-hostname"))
    if not hardware and not name:
        return Skipped(line=block.line, why=Why.NO_CLIENT)
    state = " ".join(block.value("binding", "state"))
    return row_make(
        Draft(
            line=block.line,
            record=hardware[0].lower() if hardware else block.head[1],
            names=[name, _said(block.value("set", "ddns-fwd-name", "="))],
            macs=hardware[:1],
            ips=[block.head[1]] if state in ("active", "") else [],
            seen_at=_seen(block.statements),
            observed=True,
            raw=_raw(
                address=block.head[1],
                state=state,
                vendor=_said(block.value("set", "vendor-class-identifier", "=")),
            ),
            text=text,
        )
    )


def _host(block: _Block, text: str) -> Outcome:
    """A reservation: the administrator named it, so the name is given, not observed."""
    hardware = block.value("hardware", "ethernet")
    if not hardware and not block.value("fixed-address"):
        return Skipped(line=block.line, why=Why.NO_CLIENT)
    name = _said(block.value("option", "host-name")) or _said(block.head[1:2])
    return row_make(
        Draft(
            line=block.line,
            record=f"host {block.head[1]}",
            names=[name],
            macs=hardware[:1],
            ips=[word.strip(",") for word in block.value("fixed-address") if word.strip(",")[:1].isdigit()],
            raw=_raw(reservation=_said(block.head[1:2])),
            text=text,
        )
    )


def _v6(block: _Block, text: str) -> Outcome:
    client = _octets(block.head[1]) if len(block.head) > 1 else b""
    mac = _duid_mac(client[4:])
    addresses = [inner for inner in block.blocks if inner.head[0] in ("iaaddr", "iaprefix") and len(inner.head) > 1]
    if not mac and not client[4:]:
        return Skipped(line=block.line, why=Why.NO_CLIENT)
    live = [inner.head[1] for inner in addresses if inner.head[0] == "iaaddr" and _active(inner)]
    return row_make(
        Draft(
            line=block.line,
            record=f"duid {client[4:].hex()}",
            names=[] if mac else [f"duid {client[4:].hex()}"],
            macs=[mac] if mac else [],
            ips=live,
            seen_at=_seen(block.statements),
            observed=True,
            raw=_raw(address=", ".join(inner.head[1] for inner in addresses), duid=client[4:].hex()),
            text=text,
        )
    )


def _active(block: _Block) -> bool:
    return block.value("binding", "state") in (["active"], [])


def _duid_mac(duid: bytes) -> str:
    """The hardware address in a DUID-LLT or DUID-LL of Ethernet; empty for any other."""
    if duid[:4] == b"\x00\x01\x00\x01" and len(duid) == 14:
        return duid[8:].hex(":")
    if duid[:4] == b"\x00\x03\x00\x01" and len(duid) == 10:
        return duid[4:].hex(":")
    return ""


def _octets(word: str) -> bytes:
    """Undo dhcpd's quoting: printable characters as they are, others as three octal digits."""
    if not word.startswith('"'):
        return bytes.fromhex(word.replace(":", "")) if re.fullmatch(r"(?:[0-9a-fA-F]{2}:?)+", word) else b""
    out = bytearray()
    inner, i = word[1:-1], 0
    while i < len(inner):
        if inner[i] == "\\" and _OCTAL.match(inner, i + 1):
            out.append(int(inner[i + 1 : i + 4], 8))
            i += 4
            continue
        if inner[i] == "\\":
            i += 1
        out += inner[i : i + 1].encode("latin-1", errors="replace")
        i += 1
    return bytes(out)


def _said(words: list[str]) -> str:
    return (
        _octets(words[0]).decode("utf-8", errors="replace")
        if words and words[0].startswith('"')
        else (words[0] if words else "")
    )


def _seen(statements: list[list[str]]) -> datetime | None:
    """When the client last spoke: `cltt`, else when the lease started."""
    found: Mapping[str, list[str]] = {statement[0]: statement[1:] for statement in statements if statement}
    for key in ("cltt", "starts"):
        words = found.get(key, [])
        if words[:1] == ["epoch"] and len(words) > 1:
            return time_of(words[1])
        if len(words) >= 3 and _WEEKDAY.match(words[0]):
            return time_of(f"{words[1]} {words[2]}")
    return None


def _source(lines: list[str], block: _Block) -> str:
    return "\n".join(lines[block.line - 1 : max(block.end, block.line)])[:4000]


def _raw(**values: str) -> dict[str, str]:
    return {key: value[:200] for key, value in values.items() if value}
