"""A patient summary as PDF, A4, for a doctor outside: read in two minutes, allergies in a box first.

Owns the layout. Refuses Django, languages and medicine: every word comes in. What a record holds is data to the
typesetter, never its commands. Tagged as PDF/UA-1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files

import typst

WORDS = ("page", "secret", "digest", "request", "to", "why", "released", "old", "sources", "questions")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """A line. Args: mark: what to mind. source, day: from where, how old. is_old: from before the outage."""

    main: str
    detail: str
    mark: str
    is_grave: bool
    source: str
    day: str
    is_old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPart:
    """A section. Args: notice: that nothing is known, or what was left out. boxed: set in a frame."""

    title: str
    notice: str
    is_unknown: bool
    boxed: bool
    lines: tuple[SummaryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPaper:
    """One summary. Args: family: in capitals. mark: that the patient died, else empty. notice: what the reader must
    know of it. digest: of the FHIR document of the same content. words: for each of WORDS."""

    title: str
    house: str
    language: str
    drawn: str
    request: str
    family: str
    given: str
    about: str
    numbers: str
    mark: str
    to: str
    why: str
    released: str
    notice: str
    digest: str
    parts: tuple[SummaryPart, ...]
    sources: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)


def summary_pdf(paper: SummaryPaper) -> bytes:
    """Set a summary. Returns: the PDF's bytes, the same for the same paper. Raises: ValueError for a missing word."""
    missing = [word for word in WORDS if word not in paper.words]
    if missing:
        raise ValueError(f"no word for {missing}")
    content = typst.compile(
        files("relight.paper").joinpath("summary.typ").read_bytes(),
        sys_inputs={"document": json.dumps(asdict(paper))},
        timestamp=0,
        ignore_system_fonts=True,
        pdf_standards="ua-1",
    )
    assert isinstance(content, bytes)
    return content
