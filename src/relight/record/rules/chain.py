"""The entry's canonical form, its digest, and the chain that makes an altered entry show.

Owns the bytes that are hashed. Refuses the database. A link is SHA-256(the link before it, 32 bytes, followed by
the entry's canonical form); the first follows 32 zero bytes. Source: docs/design/record.md, "The entry".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import orjson

GENESIS = bytes(32)


@dataclass(slots=True, kw_only=True)
class Link:
    """What of an entry is hashed. Args: number: its place in the node's chain. digest: SHA-256 of its body,
    32 bytes."""

    number: int
    id: UUID
    node: UUID
    clock: str
    resource: UUID
    type: str
    version: int
    previous: UUID | None
    act: str
    actor: str
    at: datetime
    reason: str
    source: UUID | None
    document: str
    scope: str
    origin_id: str
    url: str
    status: str
    batch: int
    digest: bytes


def body_digest(body: bytes) -> bytes:
    """Return the SHA-256 of a body, 32 bytes."""
    return hashlib.sha256(body).digest()


def entry_form(link: Link) -> bytes:
    """Return the canonical form: a JSON array of the fields in the order of `Link`, no white space, UTF-8.

    Ids in lower case with hyphens or null; the time in UTC with six decimals and a Z; the digest in hexadecimal.
    """
    return orjson.dumps(
        [
            link.number,
            link.id,
            link.node,
            link.clock,
            link.resource,
            link.type,
            link.version,
            link.previous,
            link.act,
            link.actor,
            link.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            link.reason,
            link.source,
            link.document,
            link.scope,
            link.origin_id,
            link.url,
            link.status,
            link.batch,
            link.digest.hex(),
        ]
    )


def link_hash(previous: bytes, link: Link) -> bytes:
    """Return the link of an entry, 32 bytes."""
    return hashlib.sha256(previous + entry_form(link)).digest()
