"""A discharge letter as PDF, A4: who it is about, its sections, who signed it and the digest of what was signed.

Owns the layout. Refuses Django, languages and medicine: every word comes in. What a caller's text holds is data to the
typesetter, never its commands. A letter that nobody signed says so across every page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files

import typst

WORDS = ("page", "printed", "draft", "born", "numbers", "place", "authors", "signed", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPart:
    """A section. Args: text: lines kept as they are."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter. Args: family: in capitals. signed: by whom and when, empty while nobody did. words: for each of
    WORDS. mark: what stands across the page, empty for a signed letter in force."""

    title: str
    house: str
    language: str
    printed: str
    family: str
    given: str
    about: str
    numbers: str
    place: str
    authors: str
    signed: str
    digest: str
    mark: str
    parts: tuple[LetterPart, ...]
    words: Mapping[str, str] = field(default_factory=dict)


def letter_pdf(letter: Letter) -> bytes:
    """Set a letter. Returns: the PDF's bytes, the same for the same letter. Raises: ValueError for a missing word."""
    missing = [word for word in WORDS if word not in letter.words]
    if missing:
        raise ValueError(f"no word for {missing}")
    source = files("relight.paper").joinpath("letter.typ").read_bytes()
    content = typst.compile(
        source, sys_inputs={"document": json.dumps(asdict(letter))}, timestamp=0, ignore_system_fonts=True
    )
    assert isinstance(content, bytes)
    return content
