"""Places machines again when the description changes: an inventory is often in before the hospital is.

Owns filling what is still empty. Refuses to move what has a place, what a person set, what was signed.
Source: docs/design/inventories.md, case 36.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from relight.fleet.models import Identifier, LineItem, Sighting
from relight.fleet.rules.placement import Clues, Place, Placer
from relight.fleet.rules.search import item_text
from relight.fleet.selectors.imports import placer_load
from relight.fleet.services.components import components_tell
from relight.fleet.types import Kind, Klass, State
from relight.journal.api import EventDraft, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

CHUNK = 500
FIELDS = ("site", "role", "service")


@service(Permission.FLEET_IMPORT)
def items_place(*, act: Act) -> int:
    """Place all machines that lack a site, a role or a service, by what their sources said of them.

    Returns: how many changed; nothing is written when none did.
    """
    placer = placer_load()
    changed: list[LineItem] = []
    for some in _chunks(_waiting()):
        changed += _placed(some, placer)
    if not changed:
        return 0
    with writing(act) as log:
        LineItem.objects.bulk_update(changed, [*FIELDS, "klass", "tags", "search", "version"], batch_size=200)
        components_tell(act=act, rows=[item for item in changed if item.site and item.role])
        body = {"count": len(changed)}
        event = EventDraft(
            name="fleet.edited", subject="fleet:placing", body={"count": len(changed), "fields": [*FIELDS]}
        )
        log.entry("fleet.place", subject="fleet:placing", body=body, events=[event])
    return len(changed)


def _waiting() -> list[LineItem]:
    lacking = Q(site="") | Q(role="") | Q(service="")
    machines = LineItem.objects.filter(lacking, kind=Kind.MACHINE.value, retired=False).order_by("id")
    return [item for item in machines if item.state is not State.ADMITTED]


def _placed(items: list[LineItem], placer: Placer) -> list[LineItem]:
    said: dict[UUID, list[dict[str, object]]] = defaultdict(list)
    for item_id, data in Sighting.objects.filter(item__in=items).order_by("at").values_list("item_id", "data"):
        said[item_id].append(data)
    changed = [item for item in items if _place(item, said[item.pk], placer)]
    held: dict[UUID, list[str]] = defaultdict(list)
    for item_id, value in Identifier.objects.filter(item__in=changed).values_list("item_id", "value"):
        held[item_id].append(value)
    for item in changed:
        words = (item.name, item.hostname, item.fqdn, item.serial, item.uuid, item.model, item.os)
        place = (item.site, item.room, item.role, item.service)
        item.search = item_text(fields=[*words, *place], tags=item.tags, identifiers=held[item.pk])
        item.version += 1
    return changed


def _place(item: LineItem, said: list[dict[str, object]], placer: Placer) -> bool:
    """Fill what is empty on one item from each of its sources in turn. Returns: whether anything changed."""
    before = (item.site, item.role, item.service, item.klass, list(item.tags))
    for data in said or [{}]:
        _take(item, placer.place(_clues(item, data)))
    return before != (item.site, item.role, item.service, item.klass, item.tags)


def _clues(item: LineItem, data: dict[str, object]) -> Clues:
    klass = Klass(item.klass) if item.klass != Klass.OTHER.value else None
    ips = data.get("ips")
    return Clues(
        hostname=item.hostname,
        ips=tuple(str(ip) for ip in ips) if isinstance(ips, list) else (),
        site=str(data.get("site", "")),
        role=str(data.get("role", "")),
        service=str(data.get("service", "")),
        klass=klass,
    )


def _take(item: LineItem, place: Place) -> None:
    for name in FIELDS:
        value = getattr(place, name)
        if value and not getattr(item, name) and name not in item.fixed:
            setattr(item, name, value)
    if place.klass is not None and item.klass == Klass.OTHER.value and "klass" not in item.fixed:
        item.klass = place.klass.value
    if "tags" not in item.fixed and set(place.tags) - set(item.tags):
        item.tags = sorted({*item.tags, *place.tags})


def _chunks(items: list[LineItem]) -> Iterable[list[LineItem]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
