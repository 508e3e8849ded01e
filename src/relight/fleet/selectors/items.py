"""Reads of line items: one, many, by what a person or a scanner gives, filtered and sorted.

Owns the filter of the list page, which counts and drill-downs share. Refuses writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from django.db.models import Q, QuerySet

from relight.fleet import errors
from relight.fleet.models import Attestation, Identifier, LineItem, MergedItem
from relight.fleet.readers.values import ip_of, mac_of, serial_of, uuid_of
from relight.fleet.rules.search import query_words, scan_variants
from relight.fleet.types import IN_LINE, ItemHit, ItemState, Kind, Klass, Stage, State
from relight.kernel.errors import MissingError

BATCH_LIMIT = 5000

ORDER = ("name", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """The filter of the list, as it stands in the address. Empty fields do not filter.

    Args: state: a `State`, `in-line` or `working` (neither retired). known: `seen`, `expected` or
    `missing` (expected and never seen). site, role, service: an id, or `-` for none.
    """

    kind: str = ""
    state: str = ""
    known: str = ""
    site: str = ""
    room: str = ""
    klass: str = ""
    role: str = ""
    service: str = ""
    tag: str = ""
    q: str = ""

    def params(self) -> dict[str, str]:
        """The filter as address parameters, only those that are set."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


def item_filter(params: Mapping[str, str]) -> ItemFilter:
    """Read a filter from address parameters; words nobody knows are left out, not refused."""
    values = {f.name: params.get(f.name, "").strip()[:200] for f in fields(ItemFilter)}
    if values["state"] not in {state.value for state in State} | {"in-line", "working"}:
        values["state"] = ""
    if values["known"] not in ("seen", "expected", "missing"):
        values["known"] = ""
    if values["kind"] not in {kind.value for kind in Kind}:
        values["kind"] = ""
    if values["klass"] not in {klass.value for klass in Klass}:
        values["klass"] = ""
    return ItemFilter(**values)


def state_condition(state: str) -> Q:
    """The condition of a state, of `in-line` or of `working`."""
    if state == State.RETIRED.value:
        return Q(retired=True)
    if state == State.QUARANTINED.value:
        return Q(retired=False, quarantined=True)
    if state == "working":
        return Q(retired=False)
    if state == "in-line":
        stages = [s.value for s in IN_LINE if s is not State.QUARANTINED]
        return Q(retired=False) & (Q(quarantined=True) | Q(stage__in=stages))
    return Q(retired=False, quarantined=False, stage=state)


def _condition(filter: ItemFilter) -> Q:
    condition = Q()
    if filter.kind:
        condition &= Q(kind=filter.kind)
    if filter.state:
        condition &= state_condition(filter.state)
    if filter.known == "seen":
        condition &= Q(seen_first__isnull=False)
    elif filter.known == "expected":
        condition &= Q(expected=True)
    elif filter.known == "missing":
        condition &= Q(expected=True, seen_first__isnull=True)
    if filter.klass:
        condition &= Q(klass=filter.klass)
    for name in ("site", "role", "service"):
        value = getattr(filter, name)
        if value:
            condition &= Q(**{name: "" if value == "-" else value})
    if filter.room:
        condition &= Q(room__iexact=filter.room)
    if filter.tag:
        condition &= Q(search__contains=f"#{filter.tag.lower()}#")
    for word in query_words(filter.q):
        condition &= Q(search__contains=word)
    return condition


def item_query(filter: ItemFilter, *, order: Sequence[str] = ORDER) -> QuerySet[LineItem]:
    """Return the items a filter leaves: what the list, its export and its bulk actions take."""
    return LineItem.objects.filter(_condition(filter)).order_by(*(order or ORDER))


def item_get(item: UUID) -> LineItem:
    """Return one item; the old id of a merged one gives the item that stays. Raises: RL-FLT-001."""
    row = LineItem.objects.filter(pk=item).first()
    if row is None:
        merged = MergedItem.objects.select_related("into").filter(pk=item).first()
        if merged is None:
            raise errors.ITEM_UNKNOWN.error(item=item)
        row = merged.into
    return row


def items_get(items: Iterable[UUID], *, lock: bool = False) -> list[LineItem]:
    """Return items in the order given, each once.

    Raises: InputError RL-FLT-002 for none, RL-FLT-004 for more than 5,000, MissingError RL-FLT-001.
    """
    wanted = list(dict.fromkeys(items))
    if not wanted:
        raise errors.NO_ITEMS.error()
    if len(wanted) > BATCH_LIMIT:
        raise errors.TOO_MANY.error(count=len(wanted), limit=BATCH_LIMIT)
    query = LineItem.objects.select_for_update() if lock else LineItem.objects.all()
    found = {row.pk: row for row in query.filter(pk__in=wanted)}
    for item in wanted:
        if item not in found:
            raise errors.ITEM_UNKNOWN.error(item=item)
    return [found[item] for item in wanted]


def item_names(items: Iterable[UUID]) -> dict[UUID, str]:
    """Name items; those nobody knows are left out. One read."""
    return dict(LineItem.objects.filter(pk__in=list(items)).values_list("pk", "name"))


def met_checks(items: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return, per item, the checks met by attestations that still hold. One read."""
    met: dict[UUID, set[str]] = {item: set() for item in items}
    rows = Attestation.objects.filter(item_id__in=list(met), void=False).values_list("item_id", "check_id")
    for item, check in rows:
        met[item].add(check)
    return met


def item_state(row: LineItem, met: Iterable[str] = ()) -> ItemState:
    """Say of a row what the rules need to know."""
    return ItemState(
        id=row.pk,
        name=row.name,
        klass=Klass(row.klass),
        stage=Stage(row.stage),
        quarantined=row.quarantined,
        retired=row.retired,
        site=row.site,
        service=row.service,
        version=row.version,
        met=frozenset(met),
    )


def item_states(rows: Sequence[LineItem]) -> dict[UUID, ItemState]:
    """Return the states of items with the checks they meet. One read."""
    met = met_checks(row.pk for row in rows)
    return {row.pk: item_state(row, met[row.pk]) for row in rows}


def item_scan(code: str) -> list[LineItem]:
    """Find the items a scanned or typed code names exactly: id, serial, UUID, MAC, host name, name.

    The strongest reading wins: a serial is asked for before a host name. At most ten items.
    """
    for word in scan_variants(code):
        found = _scan_id(word) or _scan_word(word)
        if found:
            return found
    return []


def _scan_id(word: str) -> list[LineItem]:
    try:
        return [item_get(UUID(word))]
    except (ValueError, MissingError):
        return []


STRENGTH: Mapping[str, int] = {"serial": 0, "uuid": 0, "mac": 0, "fqdn": 1, "hostname": 2, "ip": 3}


def _scan_word(word: str) -> list[LineItem]:
    """Find by identifier, the strongest first; then by name as written; then by name in any case."""
    spellings = _spellings(word)
    held: dict[int, list[UUID]] = {}
    pairs = Identifier.objects.filter(kind__in=list(STRENGTH), value__in=spellings).values_list("kind", "item_id")
    for kind, item in pairs[:50]:
        held.setdefault(STRENGTH[kind], []).append(item)
    if held:
        return list(LineItem.objects.filter(pk__in=held[min(held)][:10]))
    for condition in (
        Q(name__in=spellings),
        Q(serial__in=spellings),
        Q(hostname__in=spellings),
        Q(name__iexact=word) | Q(hostname__iexact=word),
    ):
        rows = list(LineItem.objects.filter(condition)[:10])
        if rows:
            return rows
    return []


def _spellings(word: str) -> set[str]:
    """The ways a code may stand in the store: as it is, in lower and upper case, as each identifier is normalised."""
    found = {word, word.lower(), word.upper(), serial_of(word)}
    for normalise in (uuid_of, mac_of, ip_of):
        try:
            found.add(normalise(word))
        except ValueError:
            continue
    return found - {""}


def item_resolve(word: str) -> LineItem:
    """Return the one item a word names, as the command line and the bench list take it.

    Raises: MissingError RL-FLT-001, InputError RL-FLT-003 when several bear the name.
    """
    found = item_scan(word)
    if not found:
        raise errors.ITEM_UNKNOWN.error(where=word, item=word)
    if len(found) > 1:
        names = ", ".join(f"{row.name} ({row.serial or row.pk})" for row in found[:5])
        raise errors.ITEM_AMBIGUOUS.error(where=word, item=word, count=len(found), names=names)
    return found[0]


def item_search(*, q: str, limit: int = 20) -> tuple[ItemHit, ...]:
    """Find items for the search box: exact codes first, then every item that has all the words."""
    if not q.strip():
        return ()
    rows = item_scan(q)[:limit]
    known = {row.pk for row in rows}
    if len(rows) < limit:
        more = item_query(ItemFilter(q=q))[: limit + len(known)]
        rows += [row for row in more if row.pk not in known][: limit - len(rows)]
    return tuple(
        ItemHit(
            id=row.pk,
            name=row.name,
            kind=Kind(row.kind),
            klass=Klass(row.klass),
            site=row.site,
            room=row.room,
            serial=row.serial,
            state=row.state,
        )
        for row in rows
    )
