"""Which machine a record is about: one machine from many sources, and no merge nobody can defend.

Owns the decision. Identity goes by serial number, UUID, hardware address, then name; a source's own
record id or an address identifies provisionally only. Refuses tables and clocks: it sees an index of
what is known and one record. Source: docs/design/inventories.md, cases 1 to 20.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from relight.fleet.readers.types import SightingRow
from relight.fleet.readers.values import maker_of
from relight.fleet.types import IdentifierKind
from relight.kernel.errors import N_

Item = TypeVar("Item", bound=Hashable)

SERIAL_MAKER = N_("The same serial number, from two manufacturers.")
UUID_SERIAL = N_("The same machine UUID, but another serial number: a copied or replaced board.")
MAC_SERIAL = N_("The same network card address, but another serial number: a card or dock that moved.")
MAC_UUID = N_("The same network card address, but another machine UUID: a card or dock that moved.")
NAME_SERIAL = N_("The same name, but another serial number: a machine replaced under its old name.")
NAME_UUID = N_("The same name, but another machine UUID: a machine replaced or installed again.")
NAME_MAC = N_("The same name, but other network cards: another machine, or another card of the same.")
NAME_TWICE = N_("Several machines bear this name.")
SPLIT = N_("One record names both: its identifiers belong to two machines.")
RECORD_REUSED = N_("The source gave the same record number to what looks like another machine.")
BOTH_SETTLED = N_("One record names both, and both are already on the line.")

DOUBTS: tuple[str, ...] = (
    SERIAL_MAKER,
    UUID_SERIAL,
    MAC_SERIAL,
    MAC_UUID,
    NAME_SERIAL,
    NAME_UUID,
    NAME_MAC,
    NAME_TWICE,
    SPLIT,
    RECORD_REUSED,
    BOTH_SETTLED,
)
"""Every reason a match is doubtful, as the sentence shown."""


_NONE: frozenset[str] = frozenset()


def _one(value: str) -> frozenset[str]:
    return frozenset((value,)) if value else _NONE


@dataclass(slots=True, kw_only=True)
class Facts:
    """What identifies one machine, or one record: everything normalised.

    Args: fqdns: full names given by an inventory; `seen_fqdns` those observed from outside.
    makers: manufacturers, reduced to compare.
    """

    name: str = ""
    serials: frozenset[str] = _NONE
    makers: frozenset[str] = _NONE
    uuids: frozenset[str] = _NONE
    macs: frozenset[str] = _NONE
    weak_macs: frozenset[str] = _NONE
    fqdns: frozenset[str] = _NONE
    seen_fqdns: frozenset[str] = _NONE
    hostnames: frozenset[str] = _NONE
    ips: frozenset[str] = _NONE
    records: frozenset[str] = _NONE

    @property
    def bare(self) -> bool:
        """Whether nothing but an address or a record number tells this machine from others."""
        return not (self.serials or self.uuids or self.macs or self.weak_macs or self.fqdns or self.hostnames)

    def take(self, other: Facts) -> None:
        """Add all that another holds."""
        for name in _SETS:
            more = getattr(other, name)
            if more:
                setattr(self, name, getattr(self, name) | more)


_SETS = (
    "serials",
    "makers",
    "uuids",
    "macs",
    "weak_macs",
    "fqdns",
    "seen_fqdns",
    "hostnames",
    "ips",
    "records",
)


def facts_of(row: SightingRow, *, record: str) -> Facts:
    """The facts of a record. Args: record: `<source>/<record id>`, as it is kept."""
    return Facts(
        name=row.name,
        serials=_one(row.serial),
        makers=_one(maker_of(row.manufacturer)),
        uuids=_one(row.uuid),
        macs=frozenset(row.macs),
        weak_macs=frozenset(row.weak_macs),
        fqdns=_NONE if row.observed else _one(row.fqdn),
        seen_fqdns=_one(row.fqdn) if row.observed else _NONE,
        hostnames=_one(row.hostname),
        ips=frozenset(row.ips),
        records=_one(record),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Generic[Item]):
    """Two machines that may be one. Args: other: the item the record may also be about."""

    other: Item
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match(Generic[Item]):
    """What a record is about.

    Args: item: None for a machine not known yet. how: what identified it. provisional: by an address,
    a record number or a shared card only. joins: items this record proves to be the same machine.
    doubts: what a person should decide.
    """

    item: Item | None = None
    how: IdentifierKind | None = None
    provisional: bool = False
    joins: tuple[Item, ...] = ()
    doubts: tuple[Doubt[Item], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One identifier to keep for an item. A provisional one may be held by several."""

    kind: IdentifierKind
    value: str
    provisional: bool


class Index(Generic[Item]):
    """All identifiers known, in memory: who holds what. `settled` are items that left `seen`."""

    def __init__(self) -> None:
        self.facts: dict[Item, Facts] = {}
        self.settled: set[Item] = set()
        self._held: dict[tuple[IdentifierKind, str], list[Item]] = {}
        self._strong: dict[tuple[IdentifierKind, str], Item] = {}
        self._kept: dict[Item, set[tuple[IdentifierKind, str]]] = {}
        self._order: dict[Item, int] = {}

    def first(self, items: Iterable[Item]) -> Item:
        """The item known longest."""
        return min(items, key=self._order.__getitem__)

    def load(self, item: Item, claims: Iterable[Claim], *, name: str = "", makers: Iterable[str] = ()) -> None:
        """Put in what is known of an item."""
        facts = self.facts.setdefault(item, Facts(name=name))
        self._order.setdefault(item, len(self._order))
        facts.makers |= frozenset(makers)
        known: dict[str, set[str]] = {}
        for claim in claims:
            self._hold(item, claim)
            known.setdefault((_LOOSE if claim.provisional else _FIRM)[claim.kind], set()).add(claim.value)
        for column, values in known.items():
            setattr(facts, column, getattr(facts, column) | values)

    def holders(self, kind: IdentifierKind, values: Iterable[str]) -> list[Item]:
        """Items that hold any of these values, each once, in the order they came."""
        return list(dict.fromkeys(item for value in values for item in self._held.get((kind, value), ())))

    def _hold(self, item: Item, claim: Claim) -> None:
        key = (claim.kind, claim.value)
        holders = self._held.setdefault(key, [])
        if item not in holders:
            holders.append(item)
        self._kept.setdefault(item, set()).add(key)
        if not claim.provisional:
            self._strong[key] = item

    def add(self, item: Item, row: Facts) -> tuple[list[Claim], list[Claim]]:
        """Attach a record's facts to an item. Returns: (claims new to it, claims now firm)."""
        facts = self.facts.setdefault(item, Facts(name=row.name))
        self._order.setdefault(item, len(self._order))
        kept = self._kept.setdefault(item, set())
        fresh: list[Claim] = []
        firmer: list[Claim] = []
        for claim in _claims(row):
            key = (claim.kind, claim.value)
            strong = self._strong.get(key)
            if not claim.provisional and strong is not None and strong != item:
                claim = Claim(kind=claim.kind, value=claim.value, provisional=True)
            if key not in kept:
                fresh.append(claim)
            elif not claim.provisional and strong is None:
                firmer.append(claim)
            else:
                continue
            self._hold(item, claim)
        facts.take(row)
        return fresh, firmer

    def join(self, *, into: Item, gone: Item) -> None:
        """Make two items one: what the one held, the other holds."""
        kept = self._kept.pop(gone, set())
        for key in kept:
            holders = self._held[key]
            holders.remove(gone)
            if into not in holders:
                holders.append(into)
            if self._strong.get(key) == gone:
                self._strong[key] = into
        self._kept.setdefault(into, set()).update(kept)
        self.facts[into].take(self.facts.pop(gone))
        self.settled.discard(gone)


def _claims(row: Facts) -> Iterator[Claim]:
    firm = (
        (IdentifierKind.SERIAL, row.serials),
        (IdentifierKind.UUID, row.uuids),
        (IdentifierKind.MAC, row.macs),
        (IdentifierKind.FQDN, row.fqdns),
    )
    loose = (
        (IdentifierKind.MAC, row.weak_macs),
        (IdentifierKind.FQDN, row.seen_fqdns),
        (IdentifierKind.HOSTNAME, row.hostnames),
        (IdentifierKind.IP, row.ips),
        (IdentifierKind.RECORD, row.records),
    )
    for provisional, pairs in ((False, firm), (True, loose)):
        for kind, values in pairs:
            for value in sorted(values):
                yield Claim(kind=kind, value=value, provisional=provisional)


_FIRM: Mapping[IdentifierKind, str] = {
    IdentifierKind.SERIAL: "serials",
    IdentifierKind.UUID: "uuids",
    IdentifierKind.MAC: "macs",
    IdentifierKind.FQDN: "fqdns",
    IdentifierKind.HOSTNAME: "hostnames",
    IdentifierKind.IP: "ips",
    IdentifierKind.RECORD: "records",
}
_LOOSE: Mapping[IdentifierKind, str] = {
    **_FIRM,
    IdentifierKind.MAC: "weak_macs",
    IdentifierKind.FQDN: "seen_fqdns",
}


def match(row: Facts, index: Index[Item]) -> Match[Item]:
    """Say which known machine a record is about. Cases are those of docs/design/inventories.md.

    A contradiction (two serial numbers, two UUIDs, two manufacturers of one serial) is never talked
    over by a weaker identifier: the record keeps to its strongest, the rest becomes a doubt.
    """
    search = _Search(row=row, index=index)
    search.by_serial()
    search.by_uuid()
    search.by_mac()
    search.by_fqdn()
    search.by_hostname()
    search.by_record()
    search.by_weak_mac()
    search.by_ip()
    return search.result()


@dataclass(slots=True, kw_only=True)
class _Search(Generic[Item]):
    """One search: the best item so far, those it is joined with, and the doubts met on the way."""

    row: Facts
    index: Index[Item]
    best: Item | None = None
    how: IdentifierKind | None = None
    weak: bool = False
    joins: dict[Item, None] = field(default_factory=dict)
    doubts: dict[Item, str] = field(default_factory=dict)

    def by_serial(self) -> None:
        for item in self.index.holders(IdentifierKind.SERIAL, self.row.serials):
            if _differ(self.row.makers, self.index.facts[item].makers):
                self._doubt(item, SERIAL_MAKER)
            else:
                self._take(item, IdentifierKind.SERIAL)

    def by_uuid(self) -> None:
        for item in self.index.holders(IdentifierKind.UUID, self.row.uuids):
            if _differ(self.row.serials, self.index.facts[item].serials):
                self._doubt(item, UUID_SERIAL)
            else:
                self._take(item, IdentifierKind.UUID)

    def by_mac(self) -> None:
        """An address two machines hold already is a shared card: it says nothing any more."""
        for mac in sorted(self.row.macs):
            holders = self.index.holders(IdentifierKind.MAC, [mac])
            if len(holders) != 1:
                continue
            reason = self._contradicts(holders[0], MAC_SERIAL, MAC_UUID)
            if reason:
                self._doubt(holders[0], reason)
            else:
                self._take(holders[0], IdentifierKind.MAC)

    def by_fqdn(self) -> None:
        given = bool(self.row.fqdns)
        for item in self.index.holders(IdentifierKind.FQDN, self.row.fqdns | self.row.seen_fqdns):
            if self.best is not None and not given:
                continue
            self._by_name(item, IdentifierKind.FQDN, sure=given and bool(self.row.fqdns & self.index.facts[item].fqdns))

    def by_hostname(self) -> None:
        """A bare host name meets the full name that begins with it, and no full name of another domain."""
        names = self.row.fqdns | self.row.seen_fqdns
        holders = [
            item
            for item in self.index.holders(IdentifierKind.HOSTNAME, self.row.hostnames)
            if not (names and _names(self.index.facts[item])) or names & _names(self.index.facts[item])
        ]
        holders = [item for item in holders if item != self.best and item not in self.joins and item not in self.doubts]
        if len(holders) == 1:
            self._by_name(holders[0], IdentifierKind.HOSTNAME, sure=False)
        elif holders and self.best is None:
            self._doubt(holders[0], NAME_TWICE)

    def _by_name(self, item: Item, kind: IdentifierKind, *, sure: bool) -> None:
        """A name joins what nothing contradicts; seen from outside, it does not outweigh other cards."""
        reason = self._contradicts(item, NAME_SERIAL, NAME_UUID)
        facts = self.index.facts[item]
        if not reason and not sure and _differ(self._all("macs"), facts.macs):
            reason = NAME_MAC
        if reason:
            self._doubt(item, reason)
        else:
            self._take(item, kind)

    def by_record(self) -> None:
        """The same record of the same source, unless it clearly speaks of something else now."""
        for item in self.index.holders(IdentifierKind.RECORD, self.row.records):
            facts = self.index.facts[item]
            if self.best is not None:
                if facts.bare:
                    self._take(item, IdentifierKind.RECORD)
                continue
            spoken = self._contradicts(item, RECORD_REUSED, RECORD_REUSED)
            if not spoken and not _renamed(self.row, facts) and not _differ(self.row.macs, facts.macs):
                self._take(item, IdentifierKind.RECORD)
                self.weak = True
                return
            if not _by_address(self.row):
                self._doubt(item, RECORD_REUSED)

    def by_weak_mac(self) -> None:
        """A shared kind of card identifies only while one machine holds it and no better word is known."""
        if self.best is not None:
            return
        for mac in sorted(self.row.weak_macs):
            holders = self.index.holders(IdentifierKind.MAC, [mac])
            if len(holders) != 1 or self._contradicts(holders[0], MAC_SERIAL, MAC_UUID):
                continue
            facts = self.index.facts[holders[0]]
            if not _renamed(self.row, facts) and not _differ(self.row.macs, facts.macs):
                self._take(holders[0], IdentifierKind.MAC)
                self.weak = True
                return

    def by_ip(self) -> None:
        """An address identifies what has nothing else: a bare record, or a bare item."""
        for ip in sorted(self.row.ips):
            holders = self.index.holders(IdentifierKind.IP, [ip])
            if len(holders) != 1 or holders[0] == self.best:
                continue
            facts = self.index.facts[holders[0]]
            if not facts.bare and (self.best is not None or not self.row.bare):
                continue
            if facts.bare and _other_record(self.row, facts):
                continue
            self.weak = self.weak or self.best is None
            self._take(holders[0], IdentifierKind.IP)

    def _all(self, name: str) -> frozenset[str]:
        """What the record and the machine it was found to be about hold together."""
        held: frozenset[str] = getattr(self.row, name)
        if self.best is not None:
            held |= getattr(self.index.facts[self.best], name)
        return held

    def _contradicts(self, item: Item, serial: str, uuid: str) -> str:
        """Say what speaks against an item: another serial number, or (serials silent) another UUID."""
        facts = self.index.facts[item]
        serials = self._all("serials")
        if _differ(serials, facts.serials):
            return serial
        if serials & facts.serials:
            return ""
        return uuid if _differ(self._all("uuids"), facts.uuids) else ""

    def _take(self, item: Item, kind: IdentifierKind) -> None:
        """Take an item: the first is the answer, a later one is the same machine unless it contradicts."""
        if item == self.best or item in self.joins:
            return
        if self.best is None:
            self.best, self.how = item, kind
            return
        if self._contradicts(item, SPLIT, SPLIT):
            self._doubt(item, SPLIT)
            return
        self.joins[item] = None

    def _doubt(self, item: Item, reason: str) -> None:
        if item != self.best and item not in self.joins:
            self.doubts.setdefault(item, reason)

    def result(self) -> Match[Item]:
        """Settle which item stays where several are one: one that is on the line, else the one known longest."""
        if self.best is None:
            return Match(doubts=_doubts(self.doubts))
        together = [self.best, *self.joins]
        settled = [item for item in together if item in self.index.settled]
        stays = settled[0] if settled else self.index.first(together)
        for item in settled[1:]:
            self.doubts.setdefault(item, BOTH_SETTLED)
        joins = tuple(item for item in together if item != stays and item not in settled[1:])
        self.doubts.pop(stays, None)
        return Match(
            item=stays,
            how=self.how,
            provisional=self.weak,
            joins=joins,
            doubts=_doubts({item: reason for item, reason in self.doubts.items() if item not in joins}),
        )


def _doubts(found: dict[Item, str]) -> tuple[Doubt[Item], ...]:
    return tuple(Doubt(other=item, reason=reason) for item, reason in found.items())


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two sets contradict: both say something, nothing of it is the same."""
    return bool(one) and bool(other) and not one & other


def _names(facts: Facts) -> frozenset[str]:
    return facts.fqdns | facts.seen_fqdns


def _renamed(row: Facts, facts: Facts) -> bool:
    """Say whether a record calls its machine by another name than it was known by."""
    if row.hostnames and facts.hostnames:
        return not row.hostnames & facts.hostnames
    if row.hostnames or facts.hostnames or not row.name or not facts.name:
        return False
    return row.name.casefold() != facts.name.casefold()


def _by_address(row: Facts) -> bool:
    """Say whether the record's number in its source is just its address, as in a scan."""
    return any(record.endswith(f"/{ip}") for record in row.records for ip in row.ips)


def _other_record(row: Facts, facts: Facts) -> bool:
    """Say whether a bare item is another record of the very same source: two records, two machines."""
    sources = {record.partition("/")[0] for record in row.records}
    return any(record.partition("/")[0] in sources and record not in row.records for record in facts.records)
