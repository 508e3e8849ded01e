"""Situation reports as pages, papers and commands read them; whether a seal holds.

Source: docs/design/sitrep.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone

from relight.journal.api import key_list
from relight.paper.sitrep import sitrep_pdf
from relight.pmo import errors
from relight.pmo.models import Report, ReportText
from relight.pmo.rules.sitrep import Meta, Sheet, canonical, digest_of, sheet_make, text_of
from relight.pmo.rules.words import audiences
from relight.pmo.selectors.facts import facts_now
from relight.pmo.types import Audience, ReportState, Shape

MEDIA = {Shape.PDF: "application/pdf", Shape.HTML: "text/html; charset=utf-8", Shape.TEXT: "text/plain; charset=utf-8"}
SUFFIX = {Shape.PDF: ".pdf", Shape.HTML: ".html", Shape.TEXT: ".txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A report ready to leave. media: with its charset."""

    content: bytes
    media: str
    name: str


def draft_find() -> Report | None:
    """Return the draft, None when there is none."""
    return Report.objects.filter(state=ReportState.DRAFT.value).first()


def reports_approved() -> list[Report]:
    """List the approved reports, newest first, without what they say."""
    return list(Report.objects.filter(state=ReportState.APPROVED.value).defer("facts", "free").order_by("-number"))


def report_latest() -> Report | None:
    """Return the latest approved report, None before the first."""
    return Report.objects.filter(state=ReportState.APPROVED.value).order_by("-number").first()


def report_get(number: int) -> Report:
    """Return an approved report. Raises: MissingError RL-PMO-081."""
    row = Report.objects.filter(state=ReportState.APPROVED.value, number=number).first()
    if row is None:
        raise errors.REPORT_UNKNOWN.error(where="number", number=number)
    return row


def report_find(*, at: datetime, number: int = 0, draft: bool = False) -> Report:
    """Return a report: one by its number, the draft (else what it would say now), else the latest approved.

    Raises: RL-PMO-080 (none approved yet), 081 (no such number).
    """
    if draft:
        return draft_find() or Report(facts=facts_now(at), free={}, drawn_at=at)
    row = report_get(number) if number else report_latest()
    if row is None:
        raise errors.REPORT_NONE.error(where="report")
    return row


def number_last() -> int:
    """Return the number of the last approved report, 0 before the first."""
    return Report.objects.aggregate(last=Max("number"))["last"] or 0


def writers_of(row: Report) -> frozenset[str]:
    """Return who drew a report first or wrote in it: none of them approves it."""
    return frozenset({row.drawn_by, *ReportText.objects.filter(report=row).values_list("by", flat=True)})


def document_of(row: Report) -> dict[str, Any]:
    """Return the document of a report as it is signed: what each audience may see stands in it too."""
    return {
        "kind": "relight.sitrep",
        "format": 1,
        "number": row.number or number_last() + 1,
        "previous": row.previous,
        "facts": row.facts,
        "free": row.free,
        "audiences": {
            key.value: {"parts": sorted(one.parts), "figures": list(one.figures), "names": one.names}
            for key, one in audiences().items()
        },
        "approved_at": row.approved_at.astimezone(UTC).isoformat(timespec="seconds") if row.approved_at else "",
        "approver": row.approver,
    }


def shown_digest(row: Report) -> str:
    """Return the digest of what a reader of the draft sees: what an approval stands over."""
    return digest_of({"facts": row.facts, "free": row.free, "version": row.version})


def seal_holds(row: Report) -> bool:
    """Say whether an approved report is the one that was sealed, by a key of this installation, in its place."""
    document = document_of(row)
    before = Report.objects.filter(number=(row.number or 0) - 1).values_list("digest", flat=True).first() or ""
    key = next((key for key in key_list() if key.kid == row.kid), None)
    if key is None or digest_of(document) != row.digest or before != row.previous:
        return False
    return key.verifies(message=canonical(document), signature=bytes.fromhex(row.seal))


def document_signed(row: Report) -> dict[str, Any]:
    """Return the document of a report with what it is proved by: digest, key, seal, the public key."""
    key = next((key.raw.hex() for key in key_list() if key.kid == row.kid), "")
    proof = {"digest": row.digest, "kid": row.kid, "seal": row.seal, "public_key": key}
    return {"report": document_of(row), **(proof if row.number else {})}


def sheet_of(row: Report, *, language: str, audience: Audience) -> Sheet:
    """Write a report in a language for an audience."""
    approved = timezone.localtime(row.approved_at).isoformat(timespec="seconds") if row.approved_at else ""
    meta = Meta(number=row.number or 0, approved_at=approved, approver=row.approver, kid=row.kid, digest=row.digest)
    return sheet_make(row.facts, free=row.free, meta=meta, language=language, audience=audience)


def report_file(row: Report, *, shape: Shape, language: str, audience: Audience) -> ReportFile:
    """Write a report as a file. The web page is whole in itself: no script, no address outside, no link inside."""
    sheet = sheet_of(row, language=language, audience=audience)
    match shape:
        case Shape.PDF:
            content = sitrep_pdf(asdict(sheet))
        case Shape.HTML:
            content = render_to_string("pmo/sitrep/alone.html", {"sheet": sheet}).encode()
        case Shape.TEXT:
            content = text_of(sheet).encode()
    name = f"sitrep-{row.number or 'draft'}-{audience.value}-{sheet.language}{SUFFIX[shape]}"
    return ReportFile(content=content, media=MEDIA[shape], name=name)
