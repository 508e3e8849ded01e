"""Letters and text messages that leave in batches: their states, the provider's file, receipts that come back.

Owns the form of the file for a provider and of its receipts. Refuses to send anything, and to guess what a status
means. Source: docs/design/telling.md, "Letters and text messages"; RFC 4180.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from relight.activity.errors import RECEIPTS_UNREADABLE
from relight.kernel.errors import N_


class MailingState(StrEnum):
    """Where a batch stands. SENT: posted, or handed to the provider."""

    MADE = "made"
    SENT = "sent"
    DROPPED = "dropped"


class Receipt(StrEnum):
    """What became of one message. RETURNED: a letter that came back."""

    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"


MAILING_WORDS: Mapping[MailingState, str] = {
    MailingState.MADE: N_("made, not sent"),
    MailingState.SENT: N_("sent"),
    MailingState.DROPPED: N_("dropped"),
}
RECEIPT_WORDS: Mapping[Receipt, str] = {
    Receipt.DELIVERED: N_("delivered"),
    Receipt.FAILED: N_("failed"),
    Receipt.RETURNED: N_("came back"),
}
_DELIVERED = "delivered delivrd received ok 1 distribué délivré reçu afgeleverd zugestellt"
_FAILED = "failed undelivered undeliv rejected rejectd expired error échec rejeté expiré mislukt fehlgeschlagen"
STATUS_WORDS: Mapping[str, Receipt] = {
    **dict.fromkeys(_DELIVERED.split(), Receipt.DELIVERED),
    **dict.fromkeys(_FAILED.split(), Receipt.FAILED),
}
REFERENCE_HEADS = frozenset({"reference", "référence", "ref", "referentie", "referenz", "id"})
STATUS_HEADS = frozenset({"status", "statut", "state", "état"})
COLUMNS = ("to", "text", "reference", "parts")
RECEIPT_BYTES = 5_000_000


class MailWho(StrEnum):
    """Whom a batch is for: everybody who was not told, or those a call does not reach."""

    EVERYBODY = "everybody"
    UNREACHABLE = "unreachable"


WHO_WORDS: Mapping[MailWho, str] = {
    MailWho.UNREACHABLE: N_("those who cannot be reached by telephone"),
    MailWho.EVERYBODY: N_("all who were not told yet"),
}
_ADDRESS_MOST = 5


def address_lines(text: str) -> tuple[str, ...]:
    """Return an address line by line, as it was written in lines or parted by commas; none when it has no place.

    An address without a digit (no house, no postcode) reaches nobody.
    """
    parted = text.splitlines() if "\n" in text.strip() else text.replace(";", ",").split(",")
    lines = tuple(" ".join(line.split()) for line in parted if line.strip())
    return lines[:_ADDRESS_MOST] if any(c.isdigit() for line in lines for c in line) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text message for a provider. Args: to: E.164."""

    to: str
    text: str
    reference: str
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsRead:
    """Receipts of a file. Args: unknown: statuses that say neither delivered nor failed (still on the way)."""

    by_reference: Mapping[str, Receipt]
    unknown: int


def provider_file(texts: Iterable[Text]) -> bytes:
    """Write the provider's file: CSV, commas, UTF-8, one message a line under `to,text,reference,parts`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.to, one.text, one.reference, one.parts) for one in texts)
    return out.getvalue().encode("utf-8")


def receipts_read(raw: bytes) -> ReceiptsRead:
    """Read a provider's receipts: any CSV with a column for the reference and one for the status.

    Raises: InputError RL-ACT-123 without these columns, or when it is no text. The last word about a message counts.
    """
    if len(raw) > RECEIPT_BYTES:
        raise RECEIPTS_UNREADABLE.error(what="> 5 MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    mark = max((";", ",", "\t"), key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        heads = [cell.strip().casefold() for cell in next(rows, [])]
    except csv.Error as broken:
        raise RECEIPTS_UNREADABLE.error(where="1", what="CSV") from broken
    reference = next((n for n, name in enumerate(heads) if name in REFERENCE_HEADS), None)
    status = next((n for n, name in enumerate(heads) if name in STATUS_HEADS), None)
    if reference is None or status is None:
        raise RECEIPTS_UNREADABLE.error(where="1", what=", ".join(heads)[:80])
    found: dict[str, Receipt] = {}
    unknown = 0
    try:
        for row in rows:
            if len(row) <= max(reference, status):
                continue
            receipt = STATUS_WORDS.get(row[status].strip().casefold())
            if receipt is None:
                unknown += 1
            else:
                found[row[reference].strip()] = receipt
    except csv.Error as fault:
        raise RECEIPTS_UNREADABLE.error(where=str(rows.line_num), what=str(fault)) from None
    return ReceiptsRead(by_reference=found, unknown=unknown)
