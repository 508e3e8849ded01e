"""A discharge letter on paper: its words in the reader's language. Reads are noted by the caller."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext

from relight.hospital.api import group_name
from relight.paper.letter import Letter, LetterPart, letter_pdf
from relight.record.rules.authors import name_in
from relight.record.rules.canonical import loads
from relight.record.rules.chart.coding import dicts
from relight.record.rules.facts import time_read
from relight.record.rules.letters import is_signed, letter_digest
from relight.record.rules.notes import note_read
from relight.record.selectors.chart import PatientFrame
from relight.record.selectors.person_words import age_words, born_words, numbers_words, place_words, sex_words
from relight.record.types import Held, ResourceStatus


def letter_paper(*, frame: PatientFrame, held: Held) -> bytes:
    """Set a letter as it stands. Returns: a PDF."""
    body = loads(held.body)
    note, face = note_read(body), frame.face
    signed = is_signed(body)
    wrong = held.status is not ResourceStatus.CURRENT
    mark = gettext("ENTERED IN ERROR") if wrong else "" if signed else gettext("NOT SIGNED")
    today = timezone.localtime(frame.at).date()
    about = [born_words(face), age_words(face.birth, at=today), sex_words(face.sex)]
    return letter_pdf(
        Letter(
            title=note.title,
            house=group_name(),
            language=(get_language() or "en")[:2],
            printed=_moment(frame.at.isoformat()),
            family=face.family.upper() or face.name,
            given=face.given,
            about=" · ".join(filter(None, about)),
            numbers=" · ".join(f"{one.name} {one.value}" for one in numbers_words(face)),
            place=place_words(frame.whereabouts),
            authors=", ".join(note.authors),
            signed=", ".join(_attester(one) for one in dicts(body.get("attester"))) if signed else "",
            digest=letter_digest(body),
            mark=mark,
            parts=tuple(LetterPart(title=part.title, text=part.text) for part in note.parts if part.text.strip()),
            words={
                "page": gettext("page"), "printed": gettext("printed"), "draft": gettext("Not signed: a draft."),
                "born": gettext("born"), "numbers": gettext("numbers:"), "place": gettext("place:"),
                "authors": gettext("Written by"), "signed": gettext("Signed by"),
                "digest": gettext("Digest of what was signed:"),
            },
        )
    )  # fmt: skip


def _attester(attester: dict[str, object]) -> str:
    return f"{name_in(attester.get('party'))}, {_moment(str(attester.get('time') or ''))}"


def _moment(text: str) -> str:
    at = time_read(text)
    return formats.date_format(timezone.localtime(at), "j N Y H:i") if at else ""
