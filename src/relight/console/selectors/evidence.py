"""An evidence file for people: what is known of it, whether it still holds, who relies on it."""

from __future__ import annotations

from dataclasses import dataclass

from relight.console.selectors.journal import EntryRow, rows_of
from relight.journal import api as journal
from relight.journal.api import EvidenceFile
from relight.kernel.act import Act
from relight.kernel.errors import MissingError, RelightError, RuleError

ENTRIES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """One evidence file. Args: fault: why it does not hold, None when it is what was stored."""

    file: EvidenceFile
    fault: RelightError | None
    entries: tuple[EntryRow, ...]


def evidence_page(digest: str, *, act: Act) -> EvidencePage:
    """Read a file whole to check it, and find the entries that name it.

    Raises: MissingError RL-JNL-001 when no such file was ever stored. A stored file that is gone or
    altered is no error of the reader: it is shown as a fault.
    """
    known = journal.evidence_find(digest)
    fault: RelightError | None = None
    try:
        journal.evidence_read(digest)
    except (MissingError, RuleError) as found:
        fault = found
    entries = journal.entry_list(text=digest, limit=ENTRIES_SHOWN)
    return EvidencePage(file=known, fault=fault, entries=rows_of(entries, act=act))
