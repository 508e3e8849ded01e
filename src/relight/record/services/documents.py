"""Documents put into a chart: a file becomes a Binary and the DocumentReference that names it, in one write.

Owns that write. Source: docs/design/writing.md, 88-92.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import new_id
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.documents import TITLE_CHARS, Kind, binary_body, content_type, document_body
from relight.record.rules.drafts import Ticket
from relight.record.rules.problems import partial_date
from relight.record.services.charting import author_of, charting
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Written


@service(Permission.RECORD_WRITE)
def document_add(
    *, act: Act, patient: UUID, data: bytes, kind: Kind, title: str, taken: str = "", ticket: Ticket | None = None
) -> Written:
    """Put a file into a chart. Args: taken: the day it is of, as typed. Returns: the DocumentReference.

    Raises: RL-REC-385, 386, 387 for the file, 381, 382 for the day.
    """
    media = content_type(data)
    day = partial_date(taken, where="taken")
    if day and day > localtime(act.at).date().isoformat()[: len(day)]:
        raise errors.PROBLEM_DATES.error(where="taken")
    with charting(act=act, patient=patient) as log:
        binary, whose = new_id(act.at), f"Patient/{patient}"
        body = document_body(
            data, media=media, binary=f"Binary/{binary}", kind=kind, title=" ".join(title.split())[:TITLE_CHARS],
            taken=day, patient=whose, author=author_of(act), at=act.at,
        )  # fmt: skip
        drafts = [
            EntryDraft(type="Binary", body=binary_body(data, media=media, patient=whose), resource=binary),
            EntryDraft(type="DocumentReference", body=body),
        ]
        draft_close(log=log, ticket=ticket)
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.document", subject=f"patient:{patient}")
    return written[1]
