"""What a file is, by its content, and the reading of it.

Owns the order of the questions and the refusals by kind. Refuses names and extensions: a `.csv` may be
UTF-16 LDIF and a `.txt` an nmap scan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from relight.fleet.errors import (
    FILE_DAMAGED,
    KIND_CLINICAL,
    KIND_HTML,
    KIND_JSON,
    KIND_SWITCH,
    KIND_TEXT,
    KIND_XML,
)
from relight.fleet.readers import glpi, netbox
from relight.fleet.readers.dhcp import dhcp_read, is_dhcp
from relight.fleet.readers.ldif import is_ldif, ldif_read, ldif_refuse
from relight.fleet.readers.markup import root_of
from relight.fleet.readers.nmap import nmap_read
from relight.fleet.readers.table import layout_of, table_read
from relight.fleet.readers.text import Text, text_of
from relight.fleet.readers.types import Format, Reading
from relight.kernel.errors import RelightError

_HTML = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE | re.DOTALL)
_HL7 = re.compile(
    r"\A[\x0b\s]*(?:MSH|FHS|BHS)\|\^~\\|^[\x02\x05\d]*H\|\\\^|\A(?:[\x02\d]*[POCRLMQ]\|\d+\|[^\n]*\s+){2}", re.MULTILINE
)
_MAC = r"(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}[.:-][0-9a-f]{4}[.:-][0-9a-f]{4}|[0-9a-f]{6}-[0-9a-f]{6})"
_SWITCH = re.compile(
    rf"(?:{_MAC}\s+(?:dynamic|static|arpa|\d+)\b)|\bmac[- ]address[- ]table\b|\barp (?:table|entries|cache)\b"
    r"|\b(?:lldp|cdp) neighbou?rs?\b|^\s*(?:local (?:intf|interface|port)|device[- ]?id|chassis id|system name)\b"
    r"|\bversion\b.*\bsoftware\b|\bsoftware\b.*\bversion\b|\b(?:sw|hw|boot|firmware|kernel|junos)\b.{0,20}\bversion\b"
    r"|\buptime is\b|^\s*PID:|^name:\s*\".*\",\s*descr|^(?:interface|vlan|vlanid|protocol|host|ip address)\s{2,}"
    r"|\bneighbor device id\b|\bjunos\b|\bnfv infrastructure\b|\bserial number\s{2,}|power supply slots|transceiver"
    r"|\b(?:show|display) [a-z]+|expires-after=|^\s*(?:interface|ip dhcp|address-pool)\s|relay address|capability codes"
    rf"|{_MAC}",
    re.IGNORECASE | re.MULTILINE,
)


def reading_of(content: bytes, *, wished: Mapping[str, str] | None = None) -> Reading:
    """Say what a file is, and give its records to be read.

    Args: wished: header by field, as the person importing says it (tables only).
    Raises: the refusals RL-FLT-060 to 078, before any record; FILE_DAMAGED also while reading.
    """
    text = text_of(content)
    start = text.text.lstrip()[:1]
    if _HTML.match(text.text[:4096]):
        raise KIND_HTML.error()
    if start == "<":
        return _markup(text)
    if start in ("{", "["):
        found = _json(text)
        if found is not None:
            return found
    if is_ldif(text.text):
        ldif_refuse(text.text)
        return Reading(format=Format.LDIF, encoding=text.encoding, outcomes=ldif_read(text.text))
    if is_dhcp(text.text):
        return Reading(format=Format.DHCP, encoding=text.encoding, outcomes=dhcp_read(text.text))
    if _HL7.search(text.text[:4000]):
        raise KIND_CLINICAL.error()
    return _table(text, wished or {})


def _markup(text: Text) -> Reading:
    root = root_of(text.text)
    if root == "nmaprun":
        return Reading(format=Format.NMAP, encoding=text.encoding, outcomes=nmap_read(text.text))
    if root.upper() == "REQUEST":
        return Reading(format=Format.GLPI_XML, encoding=text.encoding, outcomes=glpi.glpi_xml_read(text.text))
    if not root:
        raise FILE_DAMAGED.error(line=1, why="XML")
    if root.lower().rpartition("}")[2] in ("html", "rss"):
        raise KIND_HTML.error()
    raise KIND_XML.error(root=root[-60:])


def _json(text: Text) -> Reading | None:
    """Read JSON, one document or one a line; None when the text is no JSON after all."""
    try:
        document = json.loads(text.text)
    except RecursionError:
        raise KIND_JSON.error() from None
    except json.JSONDecodeError as broken:
        document = _json_lines(text.text)
        if document is None:
            if not re.match(r"\s*[\[{]\s*[\"{\[\]}]", text.text[:200]):
                return None
            raise FILE_DAMAGED.error(line=broken.lineno, why=f"JSON: {broken.msg}") from broken
    except ValueError as broken:  # a number of thousands of digits
        raise FILE_DAMAGED.error(line=1, why=f"JSON: {str(broken)[:120]}") from broken
    if glpi.is_glpi(document):
        return Reading(format=Format.GLPI, encoding=text.encoding, outcomes=glpi.glpi_read(document))
    if netbox.is_fixture(document) or netbox.is_api(document):
        return Reading(format=Format.NETBOX, encoding=text.encoding, outcomes=netbox.netbox_read(document))
    first = document[0] if isinstance(document, list) and document else document
    if isinstance(first, dict) and "resourceType" in first:
        raise KIND_CLINICAL.error()
    raise KIND_JSON.error()


def _json_lines(text: str) -> list[Any] | None:
    """One JSON object a line; None when any line is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return None
    try:
        documents = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None
    return documents if all(isinstance(document, dict) for document in documents) else None


def _table(text: Text, wished: Mapping[str, str]) -> Reading:
    printed = bool(_SWITCH.search(text.text[:20_000]))
    try:
        layout = layout_of(text.text, wished=wished)
    except RelightError as refusal:
        if printed and not wished and refusal.code == "RL-FLT-074":
            raise KIND_SWITCH.error() from refusal
        raise
    if layout is None:
        raise (KIND_SWITCH if printed else KIND_TEXT).error()
    return Reading(
        format=layout.format,
        encoding=text.encoding,
        outcomes=table_read(text.text, layout),
        mapping={field.value: header for field, header in layout.mapping.items()},
        headers=tuple(header for header in layout.headers if header),
        delimiter=layout.delimiter,
    )
