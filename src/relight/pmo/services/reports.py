"""Situation reports: drawn from the live state, written in, approved by another person, then never changed.

Owns Report and ReportText. Refuses an approval by whoever drew or wrote, of anything else than what was shown, and of
figures that are hours old. Each report holds the digest of the one before. Source: docs/design/sitrep.md, cases 30-45.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from relight.journal.api import Body, new_id, relight_signer, writing
from relight.kernel.act import Act
from relight.people.api import Permission, names_of, service, signature_make
from relight.pmo import errors
from relight.pmo.models import Report, ReportText
from relight.pmo.rules.sitrep import canonical, digest_of
from relight.pmo.selectors.facts import facts_now
from relight.pmo.selectors.reports import document_of, number_last, report_latest, shown_digest, writers_of
from relight.pmo.types import LANGUAGES, ReportState

MEANING = "pmo.approve-sitrep"
FREE_MOST = 900  # characters a language: more leaves no room for the rest on two pages
HOURS_MOST = 6


@service(Permission.SITREP_WRITE)
def report_draw(*, act: Act) -> Report:
    """Draw the draft from the live state; there already, it is drawn again and keeps what people wrote."""
    facts = facts_now(act.at)
    with writing(act) as log:
        row = _draft()
        is_new = row is None
        if row is None:
            row = Report(id=new_id(act.at), drawn_by=act.actor, version=0)
        row.facts, row.drawn_at = facts, act.at
        row.version += 1
        row.save()
        body: Body = {"digest": digest_of(facts), "again": not is_new}
        log.entry("pmo.sitrep_draw", subject=f"report:{row.pk}", body=body)
    return row


@service(Permission.SITREP_WRITE)
def report_write(*, act: Act, number: int, free: Mapping[str, str]) -> int:
    """Save what a person writes; each state of it is kept.

    Args: number: of the state the writer began from, 0 for none. free: by language; what is empty is not said.
    Returns: the number of this state. Raises: RL-PMO-082, 085 (somebody saved meanwhile), 087 (too long).
    """
    said = {code: text for code in LANGUAGES if (text := _clean(free.get(code, "")))}
    for code, text in said.items():
        if len(text) > FREE_MOST:
            raise errors.TEXT_LONG.error(where=f"free_{code}", count=len(text), limit=FREE_MOST)
    with writing(act) as log:
        row = _draft_demand()
        last = row.texts.first()
        if (last.number if last else 0) != number:
            raise errors.REPORT_EDITED.error(where="free")
        ReportText.objects.create(id=new_id(act.at), report=row, number=number + 1, free=said, at=act.at, by=act.actor)
        row.free = said
        row.version += 1
        row.save(update_fields=["free", "version"])
        body: Body = {"text": number + 1, "languages": list(said), "digest": digest_of(said)}
        log.entry("pmo.sitrep_write", subject=f"report:{row.pk}", body=body)
    return number + 1


def _clean(text: str) -> str:
    """Trim a text: line ends as one kind, no blank at the end of a line, no empty lines."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


@service(Permission.SITREP_APPROVE)
def report_approve(*, act: Act, shown: str, password: str) -> int:
    """Approve the draft: numbered, signed by the person, sealed by Relight, chained to the one before.

    Args: shown: digest of the draft that was shown. Returns: its number.
    Raises: RL-PMO-082, 083 (drew or wrote in it), 084 (another draft than was shown), 086 (figures too old), and those
    of `signature_make`.
    """
    with writing(act) as log:
        row = _draft_demand()
        if act.actor in writers_of(row):
            raise errors.REPORT_SAME_PERSON.error(where="password")
        if shown_digest(row) != shown:
            raise errors.REPORT_CHANGED.error(where="shown")
        if act.at - row.drawn_at > timedelta(hours=HOURS_MOST):
            raise errors.REPORT_OLD.error(where="password", hours=HOURS_MOST)
        signature = signature_make(act=act, log=log, password=password, digest=shown, meaning=MEANING)
        before = report_latest()
        row.number, row.state = number_last() + 1, ReportState.APPROVED.value
        row.previous = before.digest if before else ""
        row.approved_at, row.approved_by = act.at.replace(microsecond=0), act.actor
        row.approver = names_of({act.actor}).get(act.actor, act.actor)
        row.signature = str(signature.id)
        document, signer = document_of(row), relight_signer(act=act)
        row.digest, row.kid = digest_of(document), signer.kid
        row.seal = signer.sign(canonical(document)).hex()
        row.version += 1
        row.save()
        body: Body = {
            "number": row.number, "digest": row.digest, "previous": row.previous, "kid": row.kid,
            "signature": row.signature,
        }  # fmt: skip
        log.entry("pmo.sitrep_approve", subject=f"report:{row.pk}", body=body)
    return row.number


def _draft() -> Report | None:
    return Report.objects.select_for_update().filter(state=ReportState.DRAFT.value).first()


def _draft_demand() -> Report:
    row = _draft()
    if row is None:
        raise errors.REPORT_NO_DRAFT.error(where="draft")
    return row
