"""The one write of the console: a check of the journal's chain, itself kept in the journal."""

from __future__ import annotations

from relight.console.selectors.journal import CHAIN_VERB
from relight.journal.api import ChainReport, chain_verify, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.JOURNAL_READ)
def chain_check(*, act: Act) -> ChainReport:
    """Walk the whole chain and note who checked it, up to where, and what was found.

    Returns: the report; its `broken_seq` is the first entry that does not hold.
    Raises: RuleError RL-PPL-001 without the permission to read the journal.
    """
    report = chain_verify()
    with writing(act) as log:
        log.entry(
            CHAIN_VERB,
            subject="journal:chain",
            body={
                "intact": report.intact,
                "entries": report.entries,
                "head": report.head,
                "broken": report.broken_seq,
                "because": report.because,
            },
        )
    return report
