"""A summary on paper: which lines fit two pages, and its words.

Owns the limits of the paper and its words. Refuses to leave out an allergy, a medicine or a problem; what else is left
out is said with its number. Source: docs/design/liaison-requests.md, cases 80-84.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import override

from relight.hospital.api import group_name
from relight.liaison.rules.ips.choice import Part
from relight.liaison.rules.ips.lines import Line, Page
from relight.liaison.rules.ips.words import Words, date_words
from relight.liaison.selectors.summary import Summary
from relight.paper.summary import WORDS, SummaryLine, SummaryPaper, SummaryPart, summary_pdf
from relight.record.api import numbers_words

FITS: Final[Mapping[Part, int]] = {
    Part.RESULTS: 18, Part.VITALS: 10, Part.PROCEDURES: 8, Part.IMMUNIZATIONS: 8, Part.PAST: 8,
}  # fmt: skip
_SEXES: Final = frozenset({"male", "female", "other"})


def parts_of(pages: Sequence[Page], *, left_out: Mapping[Part, int], words: Words) -> tuple[SummaryPart, ...]:
    """Return the sections of the paper. Args: left_out: what the document leaves out already, by section."""
    return tuple(_part(page, left_out.get(page.part, 0), words) for page in pages)


def _part(page: Page, left_out: int, words: Words) -> SummaryPart:
    most = FITS.get(page.part, len(page.lines))
    more = len(page.lines[most:]) + left_out
    notice = page.notice
    if page.part in FITS:
        notice = words("more", count=more) if more else ""
    return SummaryPart(
        title=page.title,
        notice=notice,
        is_unknown=page.is_unknown,
        boxed=page.part is Part.ALLERGIES,
        lines=tuple(_line(line) for line in _grave_first(page, most)),
    )


def _grave_first(page: Page, most: int) -> list[Line]:
    """Choose the results that fit: flagged ones go before the others, then all stand in the order they had."""
    if page.part is not Part.RESULTS:
        return list(page.lines[:most])
    ranked = sorted(enumerate(page.lines), key=lambda pair: (not pair[1].is_grave, not pair[1].mark, pair[0]))
    return [line for _, line in sorted(ranked[:most], key=lambda pair: pair[0])]


def _line(line: Line) -> SummaryLine:
    return SummaryLine(
        main=line.main, detail=line.detail, mark=line.mark, is_grave=line.is_grave, source=line.source, day=line.day,
        is_old=line.is_old,
    )  # fmt: skip


def paper_words(words: Words) -> dict[str, str]:
    """Return the words of the paper itself."""
    return {word: words(word) for word in WORDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """For whom a summary is set. Args: by: name of who releases it. request: its number as said."""

    to: str
    why: str
    by: str
    request: str


def summary_paper(summary: Summary, *, release: Release) -> bytes:
    """Set a summary. Returns: a PDF, the same for the same summary and release."""
    words, face = summary.words, summary.face
    with override(words.language):  # the names of numbers are the record's own words
        numbers = " · ".join(f"{one.name} {one.value}" for one in numbers_words(face))
    left_out = {section.part: section.left_out for section in summary.sections}
    notices = [words("drawn", at=words.moment(summary.at))]
    if summary.day_zero is not None:
        notices.append(words("outage", day=words.day(summary.day_zero)))
    return summary_pdf(
        SummaryPaper(
            title=words("title"),
            house=group_name() or words("house"),
            language=words.language,
            drawn=words.moment(summary.at),
            request=release.request,
            family=face.family.upper() or face.name,
            given=face.given,
            about=" · ".join([_born(summary), words(face.sex if face.sex in _SEXES else "sex-unknown")]),
            numbers=numbers,
            mark=words("deceased") if face.is_deceased else "",
            to=release.to,
            why=release.why,
            released=release.by,
            notice=" ".join(notices),
            digest=summary.digest,
            parts=parts_of(summary.pages, left_out=left_out, words=words),
            sources=summary.sources,
            words=paper_words(words),
        )
    )


def _born(summary: Summary) -> str:
    birth = summary.face.birth
    return f"{summary.words('born')} {date_words(birth)}" if birth else summary.words("born-unknown")
