"""Notes on paper: the last days' whole, the rest counted. Conclusions of reports stand among them.

Owns which notes are printed. Refuses to cut a note: one too long for paper is named as not printed. Source:
docs/design/paper.md, case 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, ngettext

from relight.paper.ward_chart import PaperText
from relight.record.rules.canonical import loads
from relight.record.rules.chart.results import report_read
from relight.record.rules.notes import note_read
from relight.record.selectors.paper_reading import held_of, held_origin, source_words
from relight.record.selectors.paper_words import day_words, stamp_words
from relight.record.types import Held

SPAN: Final = timedelta(hours=72)
AT_LEAST, AT_MOST, CHARS = 3, 12, 9000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    at: datetime
    text: PaperText

    @property
    def size(self) -> int:
        return sum(map(len, self.text.paragraphs))


def notes_paper(
    *, records: Sequence[UUID], at: datetime, zero: datetime | None
) -> tuple[tuple[PaperText, ...], list[str]]:
    """Print the notes of the last three days, or the last three there are. Returns: newest first; what is left."""
    notes = [_note(held, zero=zero) for held in held_of(records, "Composition")]
    notes += [one for held in held_of(records, "DiagnosticReport") if (one := _report(held, zero=zero)) is not None]
    notes.sort(key=lambda one: one.at, reverse=True)
    wanted = [one for n, one in enumerate(notes) if n < AT_LEAST or at - one.at <= SPAN][:AT_MOST]
    shown, size = [], 0
    for one in wanted:
        if one.size <= CHARS and size + one.size <= 2 * CHARS:
            shown.append(one)
            size += one.size
    left = [gettext("a long note: {head}").format(head=one.text.head) for one in wanted if one not in shown]
    older = notes[len(wanted) :]
    if older:
        said = ngettext("%(count)d older note, of %(day)s", "%(count)d older notes, the oldest of %(day)s", len(older))
        left.append(said % {"count": len(older), "day": day_words(older[-1].at)})
    return tuple(one.text for one in shown), left


def _note(held: Held, *, zero: datetime | None) -> _Written:
    note = note_read(loads(held.body))
    parts: list[str] = []
    for part in note.parts:
        lines = [line.strip() for line in part.text.splitlines() if line.strip()]
        if part.title and lines:
            lines[0] = f"{part.title}: {lines[0]}"
        parts += lines
    return _Written(
        at=held.clinical_at or held.updated_at,
        text=PaperText(
            head=_head(held, note.title or gettext("Note"), ", ".join(note.authors), status=note.status),
            paragraphs=tuple(parts),
            source=source_words(held_origin(held, zero=zero, lasting=False)),
        ),
    )


def _report(held: Held, *, zero: datetime | None) -> _Written | None:
    report = report_read(loads(held.body))
    if not report.conclusion:
        return None
    name = gettext("Report: {name}").format(name=report.name or report.categories)
    return _Written(
        at=held.clinical_at or held.updated_at,
        text=PaperText(
            head=_head(held, name, report.performer, status=report.standing.value),
            paragraphs=(report.conclusion,),
            source=source_words(held_origin(held, zero=zero, lasting=False)),
        ),
    )


def _head(held: Held, title: str, author: str, *, status: str) -> str:
    draft = gettext("PRELIMINARY") if status == "preliminary" else ""
    when = stamp_words(held.clinical_at) if held.clinical_at else ""
    return " · ".join(filter(None, (title, author, when, draft)))
