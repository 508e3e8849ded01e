"""Items by hand: adding what no inventory knows, and correcting what an inventory says.

Source: docs/design/line.md, cases 40-46.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import Identifier, LineItem, StageMove
from relight.fleet.readers.values import host_of, serial_of
from relight.fleet.rules.line import stage_in_class
from relight.fleet.rules.search import item_text
from relight.fleet.selectors.items import item_states, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.services.batch import batch_judge
from relight.fleet.services.components import components_tell
from relight.fleet.services.line import attestations_void, move_of
from relight.fleet.types import BatchReport, IdentifierKind, Klass, Stage, State
from relight.hospital.api import service_list, site_list
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.ids import is_slug
from relight.kernel.verdict import YES, Verdict, no
from relight.people.api import Permission, service

Value: TypeAlias = "str | list[str]"
TEXT_FIELDS = ("name", "room", "model", "os")
PLACE_FIELDS = ("site", "service", "role")
SIGNED_FIELDS = frozenset({"site", "service", "role", "klass"})
EDITABLE = (*TEXT_FIELDS, *PLACE_FIELDS, "klass", "tags")
LENGTHS: Mapping[str, int] = {"name": 200, "room": 120, "model": 200, "os": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What somebody writes down of an item. Only class and name are needed."""

    klass: Klass
    name: str
    hostname: str = ""
    serial: str = ""
    model: str = ""
    os: str = ""
    site: str = ""
    room: str = ""
    role: str = ""
    service: str = ""
    tags: tuple[str, ...] = ()


@service(Permission.FLEET_EDIT)
def item_add(*, act: Act, item: NewItem) -> UUID:
    """Add a machine, a data set or an application by hand; it counts as seen, by its bringer.

    Raises: RL-FLT-005 (unknown place, or a serial that is a filler), RL-FLT-006, RL-FLT-007.
    """
    name = item.name.strip()
    if not name:
        raise errors.NAME_EMPTY.error(where="name")
    values = _values_read(
        {
            "name": name,
            "room": item.room,
            "model": item.model,
            "os": item.os,
            "site": item.site,
            "service": item.service,
            "role": item.role,
            "tags": list(item.tags),
        }
    )
    identifiers = _identifiers_read(item)
    with writing(act) as log:
        row = _item_create(act=act, item=item, values=values, identifiers=identifiers)
        components_tell(act=act, rows=[row])
        subject = f"item:{row.pk}"
        body = {"name": row.name, "class": row.klass, "site": row.site, "serial": row.serial}
        log.entry(
            "fleet.add", subject=subject, body=body, events=[EventDraft(name="fleet.added", subject=subject, body=body)]
        )
    return row.pk


def _identifiers_read(item: NewItem) -> dict[IdentifierKind, str]:
    """Normalise what identifies a new item. A serial nobody has yet is strong."""
    found: dict[IdentifierKind, str] = {}
    if item.serial.strip():
        serial = serial_of(item.serial)
        if not serial:
            choices = gettext("the serial number as it stands on the machine, or nothing")
            raise errors.FIELD_BAD.error(
                where="serial", field=gettext("serial number"), value=item.serial, choices=choices
            )
        found[IdentifierKind.SERIAL] = serial
    if item.hostname.strip():
        hostname, fqdn = host_of(item.hostname)
        if not hostname:
            choices = gettext("letters, digits and dashes")
            raise errors.FIELD_BAD.error(
                where="hostname", field=gettext("host name"), value=item.hostname, choices=choices
            )
        found[IdentifierKind.HOSTNAME] = hostname
        if fqdn:
            found[IdentifierKind.FQDN] = fqdn
    return found


def _item_create(
    *, act: Act, item: NewItem, values: Mapping[str, Value], identifiers: Mapping[IdentifierKind, str]
) -> LineItem:
    serial = identifiers.get(IdentifierKind.SERIAL, "")
    for kind in (IdentifierKind.SERIAL, IdentifierKind.FQDN):
        taken = (
            Identifier.objects.filter(kind=kind.value, value=identifiers.get(kind, ""), provisional=False)
            .select_related("item")
            .first()
        )
        if taken is not None:
            raise errors.SERIAL_TAKEN.error(where=kind.value, serial=taken.value, name=taken.item.name)
    row = LineItem(
        id=new_id(act.at),
        kind=item.klass.kind.value,
        klass=item.klass.value,
        hostname=identifiers.get(IdentifierKind.HOSTNAME, ""),
        fqdn=identifiers.get(IdentifierKind.FQDN, ""),
        serial=serial,
        stage=Stage.SEEN.value,
        stage_since=act.at,
        seen_first=act.at,
        seen_last=act.at,
        added_at=act.at,
        fixed=sorted(name for name, value in values.items() if value),
        **values,
    )
    row.search = _search_of(row, identifiers.values())
    row.save(force_insert=True)
    Identifier.objects.bulk_create(
        Identifier(
            item=row,
            kind=kind.value,
            value=value,
            provisional=kind is IdentifierKind.HOSTNAME,
            source=act.actor,
        )
        for kind, value in identifiers.items()
    )
    return row


def _search_of(row: LineItem, identifiers: Iterable[str]) -> str:
    fields = (row.name, row.hostname, row.fqdn, row.serial, row.uuid, row.model, row.os)
    place = (row.site, row.room, row.role, row.service)
    return item_text(fields=[*fields, *place], tags=row.tags, identifiers=identifiers)


@service(Permission.FLEET_EDIT)
def items_edit(*, act: Act, items: Sequence[UUID], changes: Mapping[str, Value]) -> BatchReport:
    """Correct items: name, room, model, os, site, service, role, klass, tags; imports leave them alone after.

    Args: changes: new values by field; `tags` a list of slugs, `klass` a word of `Klass`. Site, service,
    role and class of an admitted item are what was signed: they change only after it went back.
    Raises: RL-FLT-005, 006, 009, 026, 027; nothing changes when one item is refused.
    """
    values = _values_read(changes)
    if not values:
        raise errors.NO_CHANGE.error()
    batch = new_id(act.at)
    with writing(act) as log:
        rows = items_get(items, lock=True)
        judged = batch_judge(rows, judge=lambda row: _may_edit(row, values), partial=False)
        _edit_apply(act=act, log=log, rows=judged.allowed, values=values, batch=batch)
    return BatchReport(batch=batch, done=tuple(row.pk for row in judged.allowed))


def _may_edit(row: LineItem, values: Mapping[str, Value]) -> Verdict:
    words = words_now()
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if row.state is State.ADMITTED and changed & SIGNED_FIELDS:
        return no(errors.EDIT_ADMITTED, name=row.name)
    klass = values.get("klass")
    if isinstance(klass, str) and Klass(klass).kind is not Klass(row.klass).kind:
        return no(
            errors.CLASS_KIND,
            name=row.name,
            kind=words.klass(Klass(row.klass)),
            klass=words.klass(Klass(klass)),
        )
    return YES


def _edit_apply(*, act: Act, log: Log, rows: Sequence[LineItem], values: Mapping[str, Value], batch: UUID) -> None:
    known: dict[UUID, list[str]] = {row.pk: [] for row in rows}
    for item, identifier in Identifier.objects.filter(item__in=rows).values_list("item_id", "value"):
        known[item].append(identifier)
    stages = _stages_after(rows, values)
    moves: list[StageMove] = []
    for row in rows:
        before = row.state
        for name, value in values.items():
            setattr(row, name, value)
        stage = stages.get(row.pk)
        if stage is not None and stage.value != row.stage:
            row.stage, row.stage_since = stage.value, act.at
            attestations_void([row.pk], after=stage)
        if row.state is not before:
            moves.append(move_of(row, before=before, act=act, reason="", batch=batch))
        row.fixed = sorted({*row.fixed, *values})
        row.search = _search_of(row, known[row.pk])
        row.version += 1
    fields = [*values, "stage", "stage_since", "fixed", "search", "version"]
    LineItem.objects.bulk_update(rows, fields, batch_size=200)
    StageMove.objects.bulk_create(moves, batch_size=500)
    components_tell(act=act, rows=rows)
    subject = f"item:{rows[0].pk}" if len(rows) == 1 else f"batch:{batch}"
    log.entry(
        "fleet.edit",
        subject=subject,
        body={"batch": str(batch), "items": [str(row.pk) for row in rows], "changes": dict(values)},
        events=[EventDraft(name="fleet.edited", subject=subject, body={"count": len(rows), "fields": sorted(values)})],
    )


def _stages_after(rows: Sequence[LineItem], values: Mapping[str, Value]) -> dict[UUID, Stage]:
    """Where items stand once their class has changed; nothing when it does not."""
    if "klass" not in values:
        return {}
    policy, klass = policy_current(), Klass(values["klass"])
    return {item: stage_in_class(policy, state, klass=klass) for item, state in item_states(rows).items()}


def _values_read(changes: Mapping[str, Value]) -> dict[str, Value]:
    """Check and clean the new values. Places are those of the hospital's description once it is loaded."""
    values: dict[str, Value] = {}
    for name, value in changes.items():
        if name not in EDITABLE:
            raise errors.FIELD_BAD.error(where=name, field=name, value=value, choices=", ".join(EDITABLE))
        if name == "tags":
            values[name] = _tags_read(value)
        elif name == "klass":
            values[name] = _one_of("klass", gettext("class"), str(value), [klass.value for klass in Klass])
        elif name in PLACE_FIELDS:
            values[name] = _place_read(name, str(value).strip())
        else:
            values[name] = " ".join(str(value).split())[: LENGTHS[name]]
    if values.get("name", "-") == "":
        raise errors.NAME_EMPTY.error(where="name")
    return values


def _tags_read(value: object) -> list[str]:
    tags = value if isinstance(value, (list, tuple)) else str(value).replace(",", " ").split()
    for tag in tags:
        if not is_slug(str(tag)):
            raise errors.FIELD_BAD.error(
                where="tags", field=gettext("tag"), value=tag, choices=gettext("small letters, digits and dashes")
            )
    return sorted({str(tag) for tag in tags})


def _place_read(name: str, value: str) -> str:
    if not value:
        return ""
    choices = [site.id for site in site_list()] if name == "site" else []
    if name == "service":
        choices = [service.id for service in service_list()]
    if choices:
        return _one_of(name, gettext("site") if name == "site" else gettext("service"), value, choices)
    if not is_slug(value):
        wanted = gettext("small letters, digits and dashes")
        raise errors.FIELD_BAD.error(where=name, field=name, value=value, choices=wanted)
    return value


def _one_of(where: str, field: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise errors.FIELD_BAD.error(where=where, field=field, value=value, choices=", ".join(choices))
    return value
