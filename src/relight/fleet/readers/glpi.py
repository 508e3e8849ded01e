"""GLPI's inventories: the JSON of its agents, the older XML of GLPI and FusionInventory agents.

Owns which number in them is the machine's: the system's serial number and UUID, the cards that stay
in it. Refuses the agent's `deviceid` of a network inventory: it names who looked, not what was seen.
Sources: glpi-project/inventory_format (schema and XML specification), docs/design/inventories.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from relight.fleet.errors import ROW_BROKEN
from relight.fleet.readers.build import Draft, row_make
from relight.fleet.readers.klass import klass_of
from relight.fleet.readers.markup import records_of
from relight.fleet.readers.types import BadRow, Outcome, Skipped, Why
from relight.fleet.readers.values import adapter_travels, adapter_virtual, clean, serial_of, time_of

_LISTS = frozenset({"networks", "network_ports", "ips", "ip", "firmwares", "virtualmachines", "devices"})
_RAW_LIMIT = 20_000


def is_glpi(document: Any) -> bool:
    """Say whether a JSON document is a GLPI inventory, or a list of them."""
    if isinstance(document, list):
        return bool(document) and all(is_glpi(entry) for entry in document[:5])
    if not isinstance(document, dict):
        return False
    content = document.get("content")
    return isinstance(content, dict) and any(
        key in content for key in ("hardware", "bios", "network_device", "versionclient", "operatingsystem", "networks")
    )


def glpi_read(document: Any) -> Iterator[Outcome]:
    """Read GLPI JSON: one inventory, or a list of them; `line` counts the inventories."""
    for number, entry in enumerate(document if isinstance(document, list) else [document], start=1):
        if not is_glpi(entry):
            yield BadRow(line=number, spec=ROW_BROKEN, params={"why": "content"}, raw=json.dumps(entry)[:_RAW_LIMIT])
            continue
        yield from _inventory(number, entry, json.dumps(entry)[:_RAW_LIMIT])


def glpi_xml_read(text: str) -> Iterator[Outcome]:
    """Read the XML of an agent: one REQUEST, or several under one root."""
    for line, request, _ in records_of(text, "REQUEST"):
        for made in _inventory(line, _plain(request), ""):
            if isinstance(made, BadRow):
                made = replace(made, raw=tostring(request, encoding="unicode")[:_RAW_LIMIT])
            yield made


def _plain(request: Element) -> dict[str, Any]:
    """Turn an agent's XML into the shape of the JSON: lower-case names, known lists as lists."""
    entry = _value(request)
    if not isinstance(entry, dict):
        return {}
    content = entry.get("content")
    entry["content"] = content if isinstance(content, dict) else {}
    return entry


def _value(element: Element) -> Any:
    if not len(element):
        return (element.text or "").strip()
    found: dict[str, Any] = {}
    for child in element:
        key, value = child.tag.lower(), _value(child)
        if key in found:
            found[key] = [*(found[key] if isinstance(found[key], list) else [found[key]]), value]
        elif key in _LISTS:
            found[key] = value if isinstance(value, list) else [value]
        else:
            found[key] = value
    return found


def _inventory(line: int, entry: Mapping[str, Any], text: str) -> Iterator[Outcome]:
    content = entry.get("content")
    content = content if isinstance(content, dict) else {}
    devices = [device for device in _all(content, "network_device") + _all(content, "device") if device]
    if devices:
        for device in devices:
            yield _device(line, entry, content, device, text)
        return
    if not any(key in content for key in ("hardware", "bios", "operatingsystem", "networks")):
        yield Skipped(line=line, why=Why.NOT_A_MACHINE)
        return
    yield _computer(line, entry, content, text)


def _computer(line: int, entry: Mapping[str, Any], content: Mapping[str, Any], text: str) -> Outcome:
    hardware, bios, system = _one(content, "hardware"), _one(content, "bios"), _one(content, "operatingsystem")
    strong, weak, ips = _cards(_all(content, "networks"))
    os = _first(system, "full_name", "name") or _first(hardware, "osname")
    words = [_first(hardware, "chassis_type"), _first(entry, "itemtype")]
    if _first(hardware, "vmsystem").lower() not in ("", "physical"):
        words.insert(0, "virtual")
    klass = klass_of(os=os) or klass_of(words=words)
    return row_make(
        Draft(
            line=line,
            record=_first(entry, "deviceid"),
            names=[_first(hardware, "name"), _first(system, "fqdn")],
            fqdn=_fqdn(system, hardware),
            serial=_first(bios, "ssn") if serial_of(_first(bios, "ssn")) else _first(bios, "msn"),
            uuid=_uuid(_first(hardware, "uuid")),
            macs=strong,
            weak_macs=weak,
            ips=ips,
            manufacturer=_first(bios, "smanufacturer") or _first(bios, "mmanufacturer"),
            model=_first(bios, "smodel") or _first(bios, "mmodel"),
            os=os,
            klass=klass,
            seen_at=time_of(_first(_one(content, "accesslog"), "logdate")),
            raw=_raw(
                agent=_first(content, "versionclient"),
                tag=_first(entry, "tag") or _first(_one(content, "accountinfo"), "keyvalue"),
                asset=_first(bios, "assettag"),
                chassis=_first(hardware, "chassis_type"),
                user=_first(hardware, "lastloggeduser"),
                partial="yes" if entry.get("partial") else "",
            ),
            text=text,
        )
    )


def _device(
    line: int, entry: Mapping[str, Any], content: Mapping[str, Any], device: Mapping[str, Any], text: str
) -> Outcome:
    """Read a printer, a switch or whatever answered SNMP. The XML nests it one level deeper (INFO)."""
    info = {**device, **_one(device, "info")}
    firmware = next(iter(_all(content, "firmwares") + _all(device, "firmwares")), {})
    ports = _all(content, "network_ports") + _all(_one(device, "ports"), "port")
    macs = [_first(info, "mac")] if _first(info, "mac") else [_first(port, "mac") for port in ports[:64]]
    kind = _first(info, "type") or _first(entry, "itemtype") or ("networking" if ports else "")
    names = [_first(info, key) for key in ("name", "snmphostname", "dnshostname", "netbiosname")]
    model = _first(info, "model") or _first(firmware, "name")
    return row_make(
        Draft(
            line=line,
            names=names,
            serial=_first(info, "serial"),
            macs=[mac for mac in macs if mac],
            ips=[ip for ip in _texts(info.get("ips")) + _texts(info.get("ip")) if ip],
            manufacturer=_first(info, "manufacturer") or _first(firmware, "manufacturer"),
            model=model,
            os=_first(info, "firmware") and f"firmware {_first(info, 'firmware')}",
            klass=klass_of(words=[kind]) if kind else None,
            room=_first(info, "location"),
            observed=not _first(info, "serial"),
            called_only=_is_model(next((name for name in names if name), ""), model),
            raw=_raw(
                kind=kind,
                description=_first(info, "description") or _first(info, "comments"),
                location=_first(info, "location"),
                asset=_first(info, "assettag"),
                firmware=_first(info, "firmware"),
            ),
            text=text,
        )
    )


def _is_model(name: str, model: str) -> bool:
    """Say whether a device is called as its model is: nobody ever named it."""
    short, long = sorted((_folded(name), _folded(model)), key=len)
    return len(short) >= 4 and short in long


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _cards(networks: list[dict[str, Any]]) -> tuple[list[str], list[str], list[str]]:
    """Sort the cards of a computer: those that stay in it, those that travel, and its addresses.

    Agents on macOS call every card virtual, so a card counts as one by its name or driver first.
    """
    strong: list[str] = []
    weak: list[str] = []
    ips: list[str] = []
    flags = {_true(card.get("virtualdev")) for card in networks if _mac(card)}
    for card in networks:
        words = f"{_first(card, 'description')} {_first(card, 'driver')}"
        virtual = adapter_virtual(_first(card, "description")) or _first(card, "type") in ("loopback", "bridge")
        if flags != {True}:
            virtual = virtual or _true(card.get("virtualdev"))
        if _mac(card) and not virtual:
            (weak if adapter_travels(words) else strong).append(_mac(card))
        if not virtual:
            ips += [ip for key in ("ipaddress", "ipaddress6") for ip in _texts(card.get(key)) if ip]
    return strong, weak, ips


def _mac(card: Mapping[str, Any]) -> str:
    return _first(card, "mac") or _first(card, "macaddr")


def _true(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("1", "true", "yes")


def _fqdn(system: Mapping[str, Any], hardware: Mapping[str, Any]) -> str:
    """The full name; a bare one is completed by the domain the system names."""
    name, domain = _first(system, "fqdn"), _first(system, "dns_domain")
    if name and "." not in name and "." in domain:
        return f"{name}.{domain}"
    if not name and domain and "." in domain and _first(hardware, "name"):
        return f"{_first(hardware, 'name')}.{domain}"
    return name


def _uuid(text: str) -> str:
    """Keep what is a UUID: phones put their own number there."""
    return text if text.count("-") == 4 or len(text) == 32 else ""


def _one(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key)
    if isinstance(value, list):
        value = next((entry for entry in value if isinstance(entry, dict)), {})
    return value if isinstance(value, dict) else {}


def _all(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = content.get(key)
    return [entry for entry in (value if isinstance(value, list) else [value]) if isinstance(entry, dict)]


def _texts(value: Any) -> list[str]:
    """The texts in a value: one, a list of them, or a list of {ip: [...]} as the XML nests them."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [str(value).strip()] if value is not None and str(value).strip() else []


def _first(content: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        for text in _texts(content.get(key)):
            if clean(text):
                return clean(text)
    return ""


def _raw(**values: str) -> dict[str, str]:
    return {key: value[:500] for key, value in values.items() if value}
