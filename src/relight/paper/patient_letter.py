"""Letters to patients as one PDF, A4: the address stands in the window of the envelope, one letter after the other.

Owns the layout. Refuses Django, languages and decisions: every word comes in. What a caller's text holds is data to the
typesetter, never its commands. Source: C5/6 envelopes (114 x 229 mm) with the window on the right, as in Belgium.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

import typst


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientLetter:
    """One letter. Args: name, address: what stands in the window and nothing else. about: who it is about, below the
    subject, inside the fold. news: one sentence an appointment. bring: empty where there is nothing to bring."""

    language: str
    name: str
    address: tuple[str, ...]
    house: str
    sender: tuple[str, ...]
    date: str
    subject: str
    about: str
    dear: str
    why: str
    news: tuple[str, ...]
    after: tuple[str, ...]
    bring: str
    to_bring: tuple[str, ...]
    contact: str
    sorry: str
    page_word: str
    reference: str


def patient_letters_pdf(letters: Sequence[PatientLetter], *, title: str, duplex: bool = False) -> bytes:
    """Set letters one after the other, each from page 1.

    Args: title: of the file. duplex: each begins on a sheet of its own when printed on both sides. Returns: the PDF's
    bytes, the same for the same letters. Raises: ValueError for no letter.
    """
    if not letters:
        raise ValueError("a PDF of no letter")
    document = {"title": title, "duplex": duplex, "letters": [asdict(one) for one in letters]}
    source = files("relight.paper").joinpath("patient_letter.typ").read_bytes()
    content = typst.compile(
        source, sys_inputs={"document": json.dumps(document)}, timestamp=0, ignore_system_fonts=True
    )
    assert isinstance(content, bytes)
    return content
