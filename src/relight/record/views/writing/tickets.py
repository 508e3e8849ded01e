"""Tickets of drafts: signed when a form is opened, read when something is typed in it.

Owns the signature and its age. A ticket lets its bearer add to one draft of its owner, and read nothing. Source:
docs/design/writing.md, cases 3-6.
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from relight.record import errors
from relight.record.rules.drafts import DraftKind, Ticket

SALT = "relight.record.draft"
AGE_S = 12 * 3600


def ticket_sign(ticket: Ticket) -> str:
    """Return a ticket as a form carries it."""
    parts = [str(ticket.id), ticket.owner, str(ticket.patient), ticket.kind.value, ticket.key, ticket.version]
    return signing.dumps(parts, salt=SALT, compress=True)


def ticket_read(text: str) -> Ticket:
    """Read a ticket. Raises: DRAFT_TICKET (RL-REC-350) for none, an altered or an old one."""
    try:
        key, owner, patient, kind, name, version = signing.loads(text, salt=SALT, max_age=AGE_S)
        return Ticket(id=UUID(key), owner=owner, patient=UUID(patient), kind=DraftKind(kind), key=name, version=version)
    except (signing.BadSignature, ValueError, TypeError):
        raise errors.DRAFT_TICKET.error(where="draft") from None
