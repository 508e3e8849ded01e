"""NetBox: the whole database as JSON (`manage.py dumpdata`), or lists from its REST API.

Owns how devices and virtual machines are put together from their rows. Refuses parts, racks and
cables: they are no machines. Record ids mean something inside their own NetBox only.
Sources: NetBox's models dcim, virtualization, ipam (2.x to 4.x), its REST API.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from relight.fleet.errors import ROW_BROKEN
from relight.fleet.readers.build import Draft, row_make
from relight.fleet.readers.klass import klass_of
from relight.fleet.readers.types import BadRow, Outcome
from relight.fleet.readers.values import time_of

DEVICE, VIRTUAL = "dcim.device", "virtualization.virtualmachine"
_PLANNED = frozenset({"planned", "staged", "inventory"})
_RAW_LIMIT = 4_000


def is_fixture(document: Any) -> bool:
    """Say whether a JSON document is a fixture of NetBox: rows of {model, pk, fields}."""
    if not isinstance(document, list) or not document:
        return False
    if not all(
        isinstance(row, dict) and "model" in row and isinstance(row.get("fields"), dict) for row in document[:50]
    ):
        return False
    apps = {str(row.get("model", "")).partition(".")[0] for row in document if isinstance(row, dict)}
    return bool(apps & {"dcim", "virtualization", "ipam"})


def is_api(document: Any) -> bool:
    """Say whether a JSON document is one device or a list of devices or virtual machines of the API."""
    rows = _api_rows(document)
    return bool(rows) and all(_is_api_row(row) for row in rows[:20])


def _api_rows(document: Any) -> list[Any]:
    if isinstance(document, dict) and isinstance(document.get("results"), list):
        return list(document["results"])
    if isinstance(document, dict):
        return [document]
    return list(document) if isinstance(document, list) else []


def _is_api_row(row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    if any(part in str(row.get("url", "")) for part in ("/dcim/devices/", "/virtualization/virtual-machines/")):
        return True
    return "id" in row and "name" in row and ("device_type" in row or {"vcpus", "cluster"} <= row.keys())


def netbox_read(document: Any) -> Iterator[Outcome]:
    """Read a fixture or a list of the API; `line` counts the records of the document."""
    if is_fixture(document):
        yield from _fixture(document)
        return
    for number, row in enumerate(_api_rows(document), start=1):
        if not _is_api_row(row):
            yield BadRow(line=number, spec=ROW_BROKEN, params={"why": "no device"}, raw=json.dumps(row)[:_RAW_LIMIT])
            continue
        yield row_make(_api_draft(number, row))


class _Base:
    """The rows of a fixture by model and key, with the addresses and cards of each machine."""

    def __init__(self, document: list[Any]) -> None:
        self.rows: dict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
        self.macs: dict[tuple[str, Any], list[str]] = defaultdict(list)
        self.ips: dict[tuple[str, Any], list[str]] = defaultdict(list)
        self.tags: dict[tuple[str, Any], list[str]] = defaultdict(list)
        for row in document:
            if isinstance(row, dict) and isinstance(row.get("fields"), dict):
                self.rows[str(row.get("model", "")).lower()][_key(row.get("pk"))] = row["fields"]
        self._cards()
        self._addresses()
        for link in self.rows["extras.taggeditem"].values():
            tag = self.rows["extras.tag"].get(_key(link.get("tag")), {})
            kind = ".".join(str(part) for part in _list(link.get("content_type")))
            self.tags[(kind, _key(link.get("object_id")))].append(str(tag.get("slug") or tag.get("name") or ""))

    def _cards(self) -> None:
        own = {_key(k): str(v.get("mac_address", "")) for k, v in self.rows["dcim.macaddress"].items()}
        for model, owner, machine in (
            ("dcim.interface", "device", DEVICE),
            ("virtualization.vminterface", "virtual_machine", VIRTUAL),
        ):
            for card in self.rows[model].values():
                mac = card.get("mac_address") or own.get(_key(card.get("primary_mac_address")), "")
                if mac:
                    self.macs[(machine, _key(card.get(owner)))].append(str(mac))

    def _addresses(self) -> None:
        holders = {"interface": ("dcim.interface", "device", DEVICE)}
        holders["vminterface"] = ("virtualization.vminterface", "virtual_machine", VIRTUAL)
        for address in self.rows["ipam.ipaddress"].values():
            kind = address.get("assigned_object_type") or address.get("interface_type") or []
            holder = holders.get(str(kind[-1]) if isinstance(kind, list) and kind else "")
            if holder is None:
                continue
            model, owner, machine = holder
            card = self.rows[model].get(_key(address.get("assigned_object_id")))
            if card is not None:
                self.ips[(machine, _key(card.get(owner)))].append(str(address.get("address", "")))

    def get(self, model: str, key: Any) -> dict[str, Any]:
        return self.rows[model].get(_key(key), {})

    def word(self, model: str, key: Any, field: str = "slug") -> str:
        row = self.get(model, key)
        return str(row.get(field) or row.get("name") or row.get("model") or "")


def _key(value: Any) -> Any:
    """A fixture may write keys as numbers or, with natural keys, as lists."""
    return json.dumps(value) if isinstance(value, list | dict) else value


def _fixture(document: list[Any]) -> Iterator[Outcome]:
    base = _Base(document)
    for number, row in enumerate(document, start=1):
        model = str(row.get("model", "")).lower() if isinstance(row, dict) else ""
        if model in (DEVICE, VIRTUAL) and not isinstance(row.get("fields"), dict):
            yield BadRow(line=number, spec=ROW_BROKEN, params={"why": "fields"}, raw=json.dumps(row)[:_RAW_LIMIT])
        elif model == DEVICE:
            yield row_make(_device_draft(number, row, base))
        elif model == VIRTUAL:
            yield row_make(_virtual_draft(number, row, base))


def _device_draft(number: int, row: Mapping[str, Any], base: _Base) -> Draft:
    fields = row["fields"]
    pk = _key(row.get("pk"))
    kind = base.get("dcim.devicetype", fields.get("device_type"))
    maker = base.word("dcim.manufacturer", kind.get("manufacturer"), "name")
    role = base.get("dcim.devicerole", fields.get("role") or fields.get("device_role"))
    model = str(kind.get("model") or "")
    room = base.word("dcim.location", fields.get("location"), "name") or base.word(
        "dcim.rack", fields.get("rack"), "name"
    )
    return Draft(
        line=number,
        record=f"device {pk}",
        names=[str(fields.get("name") or "") or _chassis_name(fields, base) or f"{model or 'device'} #{pk}"],
        serial=str(fields.get("serial") or ""),
        macs=base.macs[(DEVICE, pk)],
        ips=_primary(fields, base) + base.ips[(DEVICE, pk)],
        manufacturer=maker,
        model=model,
        os=base.word("dcim.platform", fields.get("platform"), "name"),
        klass=klass_of(words=[str(role.get("name") or ""), model]),
        site=base.word("dcim.site", fields.get("site")),
        room=room,
        role=str(role.get("slug") or ""),
        tags=base.tags[(DEVICE, pk)],
        seen_at=time_of(str(fields.get("last_updated") or "")),
        expected=str(fields.get("status") or "") in _PLANNED,
        raw=_raw(
            record=f"device {pk}",
            status=fields.get("status"),
            role=role.get("name"),
            site=base.word("dcim.site", fields.get("site"), "name"),
            rack=base.word("dcim.rack", fields.get("rack"), "name"),
            asset=fields.get("asset_tag"),
            tenant=base.word("tenancy.tenant", fields.get("tenant"), "name"),
        ),
        text=json.dumps(row)[:_RAW_LIMIT],
    )


def _virtual_draft(number: int, row: Mapping[str, Any], base: _Base) -> Draft:
    fields = row["fields"]
    pk = _key(row.get("pk"))
    cluster = base.get("virtualization.cluster", fields.get("cluster"))
    role = base.get("dcim.devicerole", fields.get("role"))
    return Draft(
        line=number,
        record=f"virtual machine {pk}",
        names=[str(fields.get("name") or "") or f"virtual machine #{pk}"],
        serial=str(fields.get("serial") or ""),
        macs=base.macs[(VIRTUAL, pk)],
        ips=_primary(fields, base) + base.ips[(VIRTUAL, pk)],
        os=base.word("dcim.platform", fields.get("platform"), "name"),
        klass=klass_of(words=[str(role.get("name") or ""), "virtual"]),
        site=base.word("dcim.site", fields.get("site") or cluster.get("site")),
        role=str(role.get("slug") or ""),
        tags=base.tags[(VIRTUAL, pk)],
        seen_at=time_of(str(fields.get("last_updated") or "")),
        expected=str(fields.get("status") or "") in _PLANNED,
        raw=_raw(
            record=f"virtual machine {pk}",
            status=fields.get("status"),
            role=role.get("name"),
            cluster=cluster.get("name"),
            tenant=base.word("tenancy.tenant", fields.get("tenant"), "name"),
        ),
        text=json.dumps(row)[:_RAW_LIMIT],
    )


def _chassis_name(fields: Mapping[str, Any], base: _Base) -> str:
    """A member of a virtual chassis has no name of its own: NetBox shows `chassis:position`."""
    chassis = base.get("dcim.virtualchassis", fields.get("virtual_chassis"))
    if not chassis.get("name"):
        return ""
    return f"{chassis['name']}:{fields.get('vc_position')}"


def _primary(fields: Mapping[str, Any], base: _Base) -> list[str]:
    found = [base.get("ipam.ipaddress", fields.get(key)).get("address") for key in ("primary_ip4", "primary_ip6")]
    return [str(address) for address in found if address]


def _api_draft(number: int, row: Mapping[str, Any]) -> Draft:
    virtual = "device_type" not in row
    kind = _inner(row, "device_type")
    role = _inner(row, "role") or _inner(row, "device_role")
    status = _word(row.get("status"), "value")
    words = [_word(role, "name"), "virtual" if virtual else _word(kind, "model")]
    named = "virtual machine" if virtual else "device"
    return Draft(
        line=number,
        record=f"{named} {row.get('id')}",
        names=[str(row.get("name") or row.get("display") or row.get("display_name") or f"{named} #{row.get('id')}")],
        serial=str(row.get("serial") or ""),
        ips=[ip for key in ("primary_ip4", "primary_ip6") if (ip := _word(row.get(key), "address"))],
        manufacturer=_word(_inner(kind, "manufacturer"), "name"),
        model=_word(kind, "model"),
        os=_word(row.get("platform"), "name"),
        klass=klass_of(words=[word for word in words if word]),
        site=_word(row.get("site"), "slug"),
        room=_word(row.get("location"), "name") or _word(row.get("rack"), "name"),
        role=_word(role, "slug"),
        tags=[_word(tag, "slug") for tag in _list(row.get("tags"))],
        seen_at=time_of(str(row.get("last_updated") or "")),
        expected=status in _PLANNED,
        raw=_raw(
            record=f"{named} {row.get('id')}", status=status, role=_word(role, "name"), asset=row.get("asset_tag")
        ),
        text=json.dumps(row)[:_RAW_LIMIT],
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inner(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def _word(value: Any, key: str) -> str:
    if isinstance(value, dict):
        return str(value.get(key) or value.get("name") or value.get("display") or "")
    return str(value or "")


def _raw(**values: Any) -> dict[str, str]:
    return {key: str(value)[:200] for key, value in values.items() if value}
