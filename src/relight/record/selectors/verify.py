"""The chain of entries, walked: is every entry what was written, and is none missing?

Reads all; changes nothing. Source: docs/design/record.md, "The entry".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from relight.kernel.errors import N_
from relight.record.models import Entry, Node
from relight.record.rules.chain import GENESIS, Link, body_digest, link_hash
from relight.record.types import EntryAct

_CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a walk found. Args: broken: number of the first entry that does not hold. because: why, translatable."""

    node: str
    entries: int
    head: str
    intact: bool
    broken: int | None = None
    because: str = ""

    def document(self) -> dict[str, object]:
        return {
            "node": self.node,
            "entries": self.entries,
            "head": self.head,
            "intact": self.intact,
            "broken": self.broken,
            "because": self.because,
        }


def chains_verify() -> list[ChainReport]:
    """Walk the chain of every node. O(n) in time, flat in memory."""
    return [_verify(node) for node in Node.objects.order_by("id")]


def _verify(node: Node) -> ChainReport:
    link, number = GENESIS, 0
    for row in _rows(node):
        number += 1
        fault, link = _fault(row, number=number, previous=link)
        if fault:
            head = bytes(node.head).hex()
            return ChainReport(node=node.name, entries=number, head=head, intact=False, broken=number, because=fault)
    head = link.hex()
    if number != node.number or link != bytes(node.head):
        fault = N_("the last entries are missing")
        return ChainReport(node=node.name, entries=number, head=head, intact=False, broken=number + 1, because=fault)
    return ChainReport(node=node.name, entries=number, head=head, intact=True)


def _rows(node: Node) -> Iterator[Entry]:
    return Entry.objects.filter(node=node).order_by("number").iterator(chunk_size=_CHUNK)


def _fault(row: Entry, *, number: int, previous: bytes) -> tuple[str, bytes]:
    """Say why an entry does not hold, and what its link must be."""
    if row.number != number:
        return N_("an entry is missing before it"), b""
    link = link_hash(previous, _link(row))
    if bytes(row.chain) != link:
        return N_("it is not what was written"), link
    if row.act != EntryAct.SEEN.value and body_digest(bytes(row.body)) != bytes(row.digest):
        return N_("its content is not what was written"), link
    return "", link


def _link(row: Any) -> Link:
    return Link(
        number=row.number,
        id=row.id,
        node=row.node_id,
        clock=row.clock,
        resource=row.resource,
        type=row.type,
        version=row.version,
        previous=row.previous,
        act=row.act,
        actor=row.actor,
        at=row.at,
        reason=row.reason,
        source=row.source_id,
        document=row.document,
        scope=row.scope,
        origin_id=row.origin_id,
        url=row.url,
        status=row.status,
        batch=row.batch,
        digest=bytes(row.digest),
    )
