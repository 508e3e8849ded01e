"""Writes a plan: items, identifiers, sightings, rows aside, doubts, in bulk, inside one transaction.

Owns what a record may change on an item: empty fields are filled, newer word of an inventory replaces
older, a field somebody set by hand and whatever was signed stay. Refuses to decide who is who.
Source: docs/design/inventories.md, cases 40 to 52.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from relight.fleet.models import (
    AsideRow,
    DoubtfulMatch,
    Identifier,
    ImportRun,
    LineItem,
    MergedItem,
    Sighting,
)
from relight.fleet.readers.types import SightingRow
from relight.fleet.rules.identity import Facts, Index
from relight.fleet.rules.placement import Clues, Placer
from relight.fleet.rules.search import item_text
from relight.fleet.selectors.imports import doubt_pairs, last_seen
from relight.fleet.services.bulk import rows_put
from relight.fleet.services.components import components_tell
from relight.fleet.services.import_plan import Plan, Progress, Seen
from relight.fleet.types import IdentifierKind, Kind, Klass, Nature, Stage, State
from relight.hospital.api import ComponentReport, components_report
from relight.kernel.act import Act

BATCH = 2000
CHUNK = 400
UPDATED = [
    "klass",
    "name",
    "hostname",
    "fqdn",
    "serial",
    "uuid",
    "os",
    "model",
    "site",
    "room",
    "role",
    "service",
    "tags",
    "expected",
    "seen_first",
    "seen_last",
    "search",
    "version",
]
_COLUMNS = [field.name for field in LineItem._meta.concrete_fields]
_SIGNED = ("klass", "site", "role", "service", "serial", "uuid")


class Writer:
    """Writes one plan. Called inside the import's `writing`, once."""

    def __init__(
        self,
        *,
        act: Act,
        run: ImportRun,
        plan: Plan,
        index: Index[UUID],
        placer: Placer,
        progress: Progress | None = None,
    ) -> None:
        self.act = act
        self.run = run
        self.plan = plan
        self.index = index
        self.placer = placer
        self.progress = progress
        self.items: dict[UUID, LineItem] = {}
        self.before: dict[UUID, tuple[object, ...]] = {}

    def write(self) -> int:
        """Write everything. Returns: how many doubtful matches are new."""
        self._items_load()
        self._joins()
        for done, seen in enumerate(self.plan.seen, start=1):
            self._apply(seen)
            if self.progress is not None and done % CHUNK == 0:
                self.progress("write", done, len(self.plan.seen))
        self._items_store()
        self._identifiers_store()
        sightings = self._sightings_store()
        self._aside_store()
        doubtful = self._doubts_store(sightings)
        self._goners_remove()
        self._report()
        return doubtful

    # -- items ---------------------------------------------------------------------------------

    def _items_load(self) -> None:
        """Load the items the plan is about, and make the new ones."""
        wanted = {self.plan.now(seen.item) for seen in self.plan.seen} - self.plan.fresh.keys()
        wanted |= {item for pair in self.plan.joins for item in pair} - self.plan.fresh.keys()
        for some in _chunks(sorted(wanted)):
            for item in LineItem.objects.filter(pk__in=some):
                self.items[item.pk] = item
                self.before[item.pk] = _state(item)
        for item_id in self.plan.fresh:
            self.items[item_id] = LineItem(
                id=item_id,
                kind=Kind.MACHINE.value,
                klass=Klass.OTHER.value,
                stage=Stage.SEEN.value,
                stage_since=self.act.at,
                added_at=self.act.at,
            )

    def _apply(self, seen: Seen) -> None:
        item = self.items[self.plan.now(seen.item)]
        row = seen.row
        at = last_seen(row.seen_at, self.act.at)
        newer = not row.observed and not seen.provisional and (item.seen_last is None or at >= item.seen_last)
        signed = item.state is State.ADMITTED
        self._names(item, row, newer=newer and not signed)
        for name, value in (("os", row.os), ("room", row.room), ("model", _model(row))):
            if value and name not in item.fixed and (newer or not getattr(item, name)):
                setattr(item, name, value[: 120 if name == "room" else 200])
        if not signed:
            self._place(item, row)
        if self._expected(row):
            item.expected = True
        else:
            item.seen_first = min(item.seen_first or at, at)
            item.seen_last = max(item.seen_last or at, at)

    def _expected(self, row: SightingRow) -> bool:
        return row.expected or self.run.nature == Nature.EXPECTED.value

    def _names(self, item: LineItem, row: SightingRow, *, newer: bool) -> None:
        """Fill what is empty; a later word of an inventory renames; an address gives way to a name."""
        for name, value in (("serial", row.serial), ("uuid", row.uuid)):
            if value and not getattr(item, name) and self._holds(item.pk, name, value):
                setattr(item, name, value[:120])
        if row.hostname and (not item.hostname or newer) and "hostname" not in item.fixed:
            item.hostname, item.fqdn = row.hostname, row.fqdn or (item.fqdn if item.hostname == row.hostname else "")
        if row.fqdn and not item.fqdn and row.hostname == item.hostname:
            item.fqdn = row.fqdn
        if "name" in item.fixed:
            return
        if not item.name or (newer and row.name and _called(row)) or (_called(row) and _is_address(item)):
            item.name = row.name

    def _holds(self, item: UUID, name: str, value: str) -> bool:
        facts = self.index.facts.get(item, Facts())
        return value in (facts.serials if name == "serial" else facts.uuids)

    def _place(self, item: LineItem, row: SightingRow) -> None:
        """Propose a place for the fields that are empty and that nobody set by hand."""
        place = self.placer.place(
            Clues(
                hostname=item.hostname or row.hostname,
                ips=row.ips,
                site=row.site,
                role=row.role,
                service=row.service,
                klass=row.klass or (Klass(item.klass) if item.klass != Klass.OTHER.value else None),
                tags=row.tags,
            )
        )
        for name, value in (("site", place.site), ("role", place.role), ("service", place.service)):
            if value and not getattr(item, name) and name not in item.fixed:
                setattr(item, name, value)
        if place.klass is not None and item.klass == Klass.OTHER.value and "klass" not in item.fixed:
            item.klass = place.klass.value
        if "tags" not in item.fixed and set(place.tags) - set(item.tags):
            item.tags = sorted({*item.tags, *place.tags})

    def _items_store(self) -> None:
        fresh = [self.items[item] for item in self.plan.fresh]
        for item in fresh:
            item.search = self._search(item)
        rows_put(LineItem, _COLUMNS, (_values(item) for item in fresh))
        changed = []
        for item_id, before in self.before.items():
            item = self.items[item_id]
            if item_id in self.plan.gone:
                continue
            item.search = self._search(item)
            after = _state(item)
            if after == before:
                continue
            if after[: len(_SIGNED)] != before[: len(_SIGNED)]:
                item.version += 1
            changed.append(item)
        rows_put(LineItem, _COLUMNS, (_values(item) for item in changed), unique=["id"], update=UPDATED)

    def _search(self, item: LineItem) -> str:
        facts = self.index.facts.get(item.pk, Facts())
        words = (item.name, item.hostname, item.fqdn, item.serial, item.uuid, item.model, item.os)
        place = (item.site, item.room, item.role, item.service)
        held = (facts.serials, facts.uuids, facts.macs, facts.weak_macs, facts.fqdns, facts.seen_fqdns, facts.hostnames)
        values = [value for values in (*held, facts.ips) for value in sorted(values)]
        return item_text(fields=[*words, *place], tags=item.tags, identifiers=values)

    # -- what hangs on them --------------------------------------------------------------------

    def _identifiers_store(self) -> None:
        """Store new identifiers, and make firm those that became certain."""
        source = self.plan.source
        rows = [
            (item, kind.value, value[:400], claim.provisional, source)
            for claims in (self.plan.claims, self.plan.firmer)
            for item, held in claims.items()
            for (kind, value), claim in held.items()
        ]
        rows += self._inherited()
        columns = ["item", "kind", "value", "provisional", "source"]
        rows_put(Identifier, columns, rows, unique=["item", "kind", "value"], update=["provisional", "source"])

    def _inherited(self) -> list[tuple[UUID, str, str, bool, str]]:
        """Take the identifiers of items that went, for those that stay; what both held is kept once."""
        goners = [gone for _, gone in self.plan.joins]
        taken: dict[tuple[UUID, str, str], tuple[bool, str]] = {}
        for some in _chunks(goners):
            held = Identifier.objects.filter(item__in=some)
            for row in held:
                stays = self.plan.now(row.item_id)
                key = (stays, row.kind, row.value)
                if (IdentifierKind(row.kind), row.value) in self.plan.claims.get(stays, {}):
                    continue
                if key not in taken or not row.provisional:
                    taken[key] = (row.provisional, row.source)
            held.delete()
        stay = sorted({stays for stays, _, _ in taken})
        for some in _chunks(stay):
            for item, kind, value in Identifier.objects.filter(item__in=some).values_list("item_id", "kind", "value"):
                taken.pop((item, kind, value), None)
        return [(*key, provisional, source) for key, (provisional, source) in taken.items()]

    def _sightings_store(self) -> dict[UUID, str]:
        """Store the records. Returns: a record of this import by item."""
        rows: dict[str, tuple[object, ...]] = {}
        records: dict[UUID, str] = {}
        for seen in self.plan.seen:
            item, record = self.plan.now(seen.item), seen.record[:255]
            nature = Nature.EXPECTED if self._expected(seen.row) else Nature.SEEN
            at = last_seen(seen.row.seen_at, self.act.at)
            rows[record] = (
                item,
                self.run.pk,
                self.plan.source,
                record,
                nature.value,
                seen.row.line,
                at,
                _data(seen),
            )
            records[item] = record
        updated = ["item", "run", "nature", "line", "at", "data"]
        columns = ["item", "run", "source", "record", "nature", "line", "at", "data"]
        rows_put(Sighting, columns, rows.values(), unique=["source", "record"], update=updated)
        return records

    def _aside_store(self) -> None:
        """Keep bad rows aside. One already waiting from an earlier file of this source is not kept twice."""
        if not self.plan.bad:
            return
        earlier = AsideRow.objects.filter(run__source=self.plan.source).order_by("id")
        waiting = {row.raw: row for row in earlier.select_related("run")}
        fresh = []
        for bad in self.plan.bad:
            known = waiting.get(bad.raw) if bad.raw else None
            if known is not None and known.mended:
                continue
            if known is not None:
                known.run, known.line, known.code, known.message = self.run, bad.line, bad.code, bad.message()
                known.save(update_fields=["run", "line", "code", "message"])
                continue
            fresh.append(
                AsideRow(run=self.run, line=bad.line, code=bad.code, message=bad.message(), raw=bad.raw[:20000])
            )
        AsideRow.objects.bulk_create(fresh, batch_size=BATCH)

    def _doubts_store(self, sightings: dict[UUID, str]) -> int:
        """Ask about each doubtful pair once, whoever of the two was there first standing first."""
        asked = doubt_pairs()
        wanted: dict[frozenset[UUID], tuple[UUID, UUID, str]] = {}
        for one, other, reason in self.plan.doubts:
            one, other = self.plan.now(one), self.plan.now(other)
            pair = frozenset((one, other))
            if one == other or pair in asked or pair in wanted:
                continue
            wanted[pair] = (one, other, reason) if one not in self.plan.fresh else (other, one, reason)
        records = {sightings[other] for _, other, _ in wanted.values() if other in sightings}
        ids: dict[str, int] = {}
        for some in _chunks(sorted(records)):
            found = Sighting.objects.filter(source=self.plan.source, record__in=some)
            ids |= dict(found.values_list("record", "id"))
        DoubtfulMatch.objects.bulk_create(
            [
                DoubtfulMatch(
                    item_id=one,
                    other_id=other,
                    other_name=self._name(other),
                    sighting_id=ids.get(sightings.get(other, "")),
                    reason=reason,
                    at=self.act.at,
                )
                for one, other, reason in wanted.values()
            ],
            batch_size=BATCH,
        )
        return len(wanted)

    def _name(self, item: UUID) -> str:
        row = self.items.get(item)
        return row.name if row is not None else self.index.facts[item].name

    # -- items that turned out to be one -------------------------------------------------------

    def _joins(self) -> None:
        """Give what an item knew to the one it turned out to be."""
        for stays, gone in self.plan.joins:
            into, old = self.items[self.plan.now(stays)], self.items[gone]
            for name in ("hostname", "fqdn", "serial", "uuid", "os", "model", "site", "room", "role", "service"):
                if not getattr(into, name) and getattr(old, name):
                    setattr(into, name, getattr(old, name))
            if into.klass == Klass.OTHER.value:
                into.klass = old.klass
            if not into.name or _is_address(into):
                into.name = old.name
            into.tags = sorted({*into.tags, *old.tags})
            into.expected = into.expected or old.expected
            times = [time for time in (into.seen_first, old.seen_first) if time is not None]
            into.seen_first = min(times, default=None)
            into.seen_last = max([t for t in (into.seen_last, old.seen_last) if t is not None], default=None)

    def _goners_remove(self) -> None:
        """Move sightings and doubts, leave an address behind, take the empty items away."""
        goners = {gone: self.plan.now(stays) for stays, gone in self.plan.joins}
        for some in _chunks(sorted(goners)):
            moved = list(Sighting.objects.filter(item__in=some))
            for sighting in moved:
                sighting.item_id = goners[sighting.item_id]
            Sighting.objects.bulk_update(moved, ["item"], batch_size=CHUNK)
            self._doubts_move(some, goners)
            earlier = list(MergedItem.objects.filter(into__in=some))
            for merged in earlier:
                merged.into_id = goners[merged.into_id]
            MergedItem.objects.bulk_update(earlier, ["into"], batch_size=CHUNK)
            MergedItem.objects.bulk_create(
                [
                    MergedItem(
                        id=gone, into_id=goners[gone], name=self.items[gone].name, at=self.act.at, actor=self.act.actor
                    )
                    for gone in some
                ],
                batch_size=BATCH,
            )
            LineItem.objects.filter(pk__in=some).delete()

    def _doubts_move(self, some: Sequence[UUID], goners: dict[UUID, UUID]) -> None:
        """Answer the doubts an item took part in, or hand them to the item it turned out to be."""
        asked = doubt_pairs()
        for doubt in DoubtfulMatch.objects.filter(Q(item__in=some) | Q(other__in=some)).select_related("other"):
            one = goners.get(doubt.item_id, doubt.item_id)
            other = goners.get(doubt.other_id, doubt.other_id) if doubt.other_id else None
            doubt.other_name = doubt.other.name if doubt.other is not None else doubt.other_name
            if other is not None and one != other and frozenset((one, other)) not in asked:
                asked.add(frozenset((one, other)))
                doubt.item_id, doubt.other_id = one, other
            else:
                doubt.item_id, doubt.other_id = one, None
                if doubt.state == "open":
                    doubt.state, doubt.decided_at, doubt.decided_by = "same", self.act.at, self.act.actor
            doubt.save()

    # -- upwards -------------------------------------------------------------------------------

    def _report(self) -> None:
        """Tell the graph of machines that have a place, and of those that are gone."""
        placed = [item for item in self.items.values() if item.pk not in self.plan.gone and item.site and item.role]
        changed = [item for item in placed if item.pk in self.plan.fresh or _state(item) != self.before.get(item.pk)]
        if changed:
            components_tell(act=self.act, rows=changed)
        gone = [self.items[gone] for _, gone in self.plan.joins if self.items[gone].site and self.items[gone].role]
        if gone:
            reports = [ComponentReport(ref=item.ref, name=item.name, available=False) for item in gone]
            components_report(act=self.act, reports=reports)


def _values(item: LineItem) -> list[object]:
    return [getattr(item, name) for name in _COLUMNS]


def _state(item: LineItem) -> tuple[object, ...]:
    """The stored fields an import may change; those a signature covers stand first."""
    rest = [name for name in UPDATED if name not in (*_SIGNED, "tags", "version")]
    return (*(getattr(item, name) for name in _SIGNED), *(getattr(item, name) for name in rest), tuple(item.tags))


def _model(row: SightingRow) -> str:
    if not row.manufacturer or row.model.lower().startswith(row.manufacturer.lower()):
        return row.model
    return f"{row.manufacturer} {row.model}".strip()


def _called(row: SightingRow) -> bool:
    """Whether a record gives its machine a name, not just a number it goes by."""
    return row.name not in (row.serial, row.uuid, *row.macs, *row.weak_macs, *row.ips)


def _is_address(item: LineItem) -> bool:
    """Whether an item is still called by an address or a number, for want of a name."""
    name = item.name
    return name in (item.serial, item.uuid) or name.count(":") >= 5 or name.replace(".", "").isdigit()


def _data(seen: Seen) -> dict[str, object]:
    """What the machine's page shows of a record, and what placing it again needs."""
    row = seen.row
    said = {"manufacturer": row.manufacturer, "site": row.site, "service": row.service, "role": row.role}
    found: dict[str, object] = {key: value for key, value in said.items() if value}
    found["raw"] = dict(row.raw)
    if row.ips:
        found["ips"] = list(row.ips)
    if row.klass is not None:
        found["class"] = row.klass.value
    if row.remarks:
        found["remarks"] = list(row.remarks)
    if seen.provisional:
        found["provisional"] = True
    return found


def _chunks(values: Sequence[UUID] | Sequence[str]) -> Iterable[list[UUID]]:
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])  # type: ignore[arg-type] # ids or records alike
