"""What waits to be sent to analyzers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.lab.models import Exchange

OFFERED = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An order for an analyzer. Args: content: a whole message, not framed."""

    id: UUID
    link: str
    control_id: str
    content: bytes


def exchanges_waiting(*, links: Sequence[str]) -> list[Waiting]:
    """List what waits for these links, oldest first, a few at a time. Answers to queries are not among it."""
    rows = Exchange.objects.filter(link_id__in=links, state="waiting", kind__in=["order", "cancel"])
    return [
        Waiting(id=row.pk, link=row.link_id, control_id=row.control_id, content=bytes(row.content))
        for row in rows.order_by("made_at", "pk")[:OFFERED]
    ]
