"""LDIF: the computers of a directory.

Owns folding, base64, comments and change records. Refuses URL values: nothing named by a record is
ever fetched. Source: RFC 2849.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from relight.fleet.errors import KIND_DIRECTORY, KIND_PEOPLE, ROW_BROKEN, ROW_URL
from relight.fleet.readers import directory
from relight.fleet.readers.build import row_make
from relight.fleet.readers.types import BadRow, Outcome, Skipped, Why

_START = re.compile(r"\A(?:\s*#[^\n]*\n|\s*\n|version:\s*\d+\s*\n)*dn::?\s*\S", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.;_-]*\Z")
_MACHINE = re.compile(r"^objectclass:\s*(?:computer|device|iphost|ieee802device)\s*$", re.IGNORECASE | re.MULTILINE)
_RAW_LIMIT = 4_000


@dataclass(slots=True)
class _Entry:
    """One entry: its attributes in lower case, or the first thing wrong with it."""

    line: int
    dn: str = ""
    change: str = ""
    attributes: dict[str, list[str]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    bad: BadRow | None = None


def is_ldif(text: str) -> bool:
    """Say whether a text begins as LDIF does."""
    return bool(_START.match(text[:65536].replace("\r\n", "\n")))


def ldif_refuse(text: str) -> None:
    """Refuse an LDIF without a single computer. Raises: KIND_PEOPLE, KIND_DIRECTORY."""
    people = False
    for entry in _entries(text):
        if entry.bad is None and directory.is_computer(entry.attributes):
            return
        if entry.bad is not None and _MACHINE.search("\n".join(entry.text)):
            return
        people = people or directory.is_person(entry.attributes)
    raise (KIND_PEOPLE if people else KIND_DIRECTORY).error()


def ldif_read(text: str) -> Iterator[Outcome]:
    """Read the computers; other entries are Skipped, unreadable computers are BadRows."""
    for entry in _entries(text):
        raw = "\n".join(entry.text)[:_RAW_LIMIT]
        if entry.bad is not None:
            yield entry.bad
        elif entry.change == "delete":
            yield Skipped(line=entry.line, why=Why.DELETED)
        elif entry.change not in ("", "add"):
            yield Skipped(line=entry.line, why=Why.NOT_A_MACHINE)
        elif (why := directory.skipped(entry.attributes)) is not None:
            yield Skipped(line=entry.line, why=why)
        else:
            yield row_make(directory.directory_draft(entry.attributes, line=entry.line, dn=entry.dn, text=raw))


def _entries(text: str) -> Iterator[_Entry]:
    entry: _Entry | None = None
    for line, logical, source in _lines(text):
        if not logical:
            if entry is not None:
                yield _closed(entry)
            entry = None
            continue
        name, _, _ = logical.partition(":")
        if entry is None:
            if name.lower() == "version":
                continue
            entry = _Entry(line=line)
        entry.text.append(source)
        _take(entry, line, logical)
    if entry is not None:
        yield _closed(entry)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Unfold: yield (line, logical line, as written). Comments go, an empty line ends an entry."""
    start, parts = 0, [""]
    lines = text.splitlines()
    for number, physical in enumerate([*lines, ""], start=1):
        if physical.startswith((" ", "\t")) and parts[0]:
            parts.append(physical)
            continue
        if parts[0] and not parts[0].startswith("#"):
            yield start, parts[0] + "".join(part[1:] for part in parts[1:]), "\n".join(parts)
        if not physical.strip():
            yield number, "", ""
            parts = [""]
        else:
            start, parts = number, [physical]


def _take(entry: _Entry, line: int, logical: str) -> None:
    """Add one logical line to an entry; a dash parts the changes of a change record."""
    if logical == "-" or entry.bad is not None:
        return
    name, colon, rest = logical.partition(":")
    if not colon or not _NAME.match(name):
        entry.bad = _bad(entry, line, f"line {line}: “{logical[:40]}”")
        return
    value = rest.strip()
    if rest.startswith("<"):
        entry.bad = BadRow(line=line, spec=ROW_URL, params={"attribute": name}, raw="")
        return
    if rest.startswith(":"):
        try:
            octets = base64.b64decode(rest[1:].strip(), validate=True)
        except (binascii.Error, ValueError):
            entry.bad = _bad(entry, line, f"line {line}: base64 of “{name}”")
            return
        value = octets.decode("latin-1") if name.lower() == "objectguid" else _text(octets)
    key = name.partition(";")[0].lower()
    if key == "dn" and not entry.dn:
        entry.dn = value
    elif key == "changetype" and not entry.change:
        entry.change = value.lower()
    else:
        entry.attributes.setdefault(key, []).append(value)


def _text(octets: bytes) -> str:
    """Bytes as text; what is no UTF-8 (a GUID, a picture) keeps its bytes, one character each."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets[:64].decode("latin-1")


def _bad(entry: _Entry, line: int, why: str) -> BadRow:
    return BadRow(line=line, spec=ROW_BROKEN, params={"why": why}, raw="")


def _closed(entry: _Entry) -> _Entry:
    """An entry without a dn is broken; a bad one carries its text, so that it can be mended."""
    if entry.bad is None and not entry.dn:
        entry.bad = _bad(entry, entry.line, "dn: missing")
    if entry.bad is not None:
        entry.bad = BadRow(
            line=entry.bad.line,
            spec=entry.bad.spec,
            params=entry.bad.params,
            raw="\n".join(entry.text)[:_RAW_LIMIT],
        )
    return entry
