"""Discharge letters: begun from the chart, amended as notes are, signed by a prescriber.

Owns writing and signing them. A signature is over the words as they were shown, or there is none. Source:
docs/design/writing.md, cases 80-87.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import Permission, Signature, service, signature_make
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.letters import MEANING, is_letter, is_signed, letter_body, letter_digest, letter_signed
from relight.record.rules.notes import NotePart
from relight.record.selectors.history import history
from relight.record.selectors.wards import whereabouts
from relight.record.services.charting import amended, author_of, charting, item_current
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Written


@service(Permission.RECORD_PRESCRIBE)
def letter_write(
    *, act: Act, patient: UUID, title: str, parts: Sequence[NotePart], ticket: Ticket | None = None
) -> Written:
    """Lay down a letter, to be read again and signed. Raises: RL-REC-360 for an empty one."""
    with charting(act=act, patient=patient) as log:
        stays = whereabouts(patient=patient)
        body = letter_body(
            patient=f"Patient/{patient}", title=title, parts=parts, author=author_of(act), at=act.at,
            encounter=f"Encounter/{stays[0].encounter}" if stays else "",
        )  # fmt: skip
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[EntryDraft(type="Composition", body=body)], verb="record.letter",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written


@service(Permission.RECORD_PRESCRIBE)
def letter_sign(*, act: Act, patient: UUID, letter: UUID, version: int, digest: str, password: str) -> Signature:
    """Sign a letter with one's password. Args: digest: of the letter as it was shown.

    Raises: RL-REC-390 when it is signed, 391 when it is another than was shown, 001, those of `signature_make`.
    """
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type="Composition", id=letter)
        body = loads(held.body)
        if not is_letter(body):
            raise errors.NOT_IN_CHART.error(where="Composition", type="Composition")
        if is_signed(body):
            raise errors.LETTER_SIGNED.error(where="password")
        if letter_digest(body) != digest or held.version != version:
            raise errors.LETTER_CHANGED.error(where="password")
        signature = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        was_signed = any(is_signed(loads(one.body)) for one in history(type="Composition", id=letter))
        made = letter_signed(body, author=author_of(act), at=act.at, was_signed=was_signed)
        entries_write(
            act=act, log=log, drafts=[amended(held, made, version=version)], verb="record.letter_sign",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return signature
