"""Flows as lists show them: with who signed, and whether anything needs them still."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from relight.cleanzone.models import FlowRow, FlowSignature
from relight.cleanzone.rules.proposal import is_needed
from relight.cleanzone.selectors.zone import asked_now, flow_of
from relight.cleanzone.types import FlowState
from relight.people.api import names_of

WARN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLine:
    """A flow for people. needed: something in the dependencies asks for it, or for part of it.

    ends_soon: in force and ends within seven days. signed: names.
    """

    row: FlowRow
    signed: tuple[str, ...]
    needed: bool
    ends_soon: bool

    def document(self) -> dict[str, object]:
        row = self.row
        return {
            "id": f"F{row.number}",
            "state": row.state,
            "source": row.source_peer.text(),
            "destination": row.destination_peer.text(),
            "protocol": row.protocol,
            "ports": [list(pair) for pair in row.port_pairs],
            "owner": row.owner,
            "reason": row.reason,
            "origin": row.origin,
            "expires": row.expires_at,
            "signed": list(self.signed),
            "needed": self.needed,
            "ends_soon": self.ends_soon,
            "hits": row.hits,
        }


def flow_lines(
    *, at: datetime, states: Sequence[FlowState] = (), numbers: Sequence[int] | None = None
) -> list[FlowLine]:
    """List flows by number; only those in some states, or of some numbers, where given. Three queries and the graph."""
    rows = FlowRow.objects.filter(state__in=[state.value for state in states]) if states else FlowRow.objects.all()
    found = list(rows if numbers is None else rows.filter(number__in=numbers))
    signers: dict[object, list[str]] = defaultdict(list)
    signatures = list(FlowSignature.objects.filter(flow__in=found).order_by("at"))
    names = names_of({one.actor for one in signatures})
    for one in signatures:
        signers[one.flow_id].append(names.get(one.actor, one.actor))
    asked = asked_now()
    return [
        FlowLine(
            row=row,
            signed=tuple(signers[row.pk]),
            needed=is_needed(flow_of(row), asked),
            ends_soon=row.state == FlowState.APPROVED.value
            and row.expires_at is not None
            and row.expires_at <= at + WARN,
        )
        for row in found
    ]
