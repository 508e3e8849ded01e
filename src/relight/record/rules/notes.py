"""Notes: templates per specialty, the Composition a note is, what it says when read.

Owns the templates' form (read from TOML) and the bodies. An amendment changes titles and texts only: what else a note
from elsewhere holds stays. Refuses storage and clocks. Source: FHIR Composition; docs/design/writing.md, cases 44-52.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from relight.record import errors
from relight.record.rules.authors import actor_in, name_in, with_author
from relight.record.rules.narrative import narrative, narrative_text
from relight.record.types import Body

LOINC: Final = "http://loinc.org"
NOTE: Final = "34109-9"
LETTER: Final = "18842-5"
TEMPLATE: Final = "urn:relight:note-template"
TITLE_CHARS: Final = 120
TEXT_CHARS: Final = 60_000
SECTIONS: Final = 30
LANGUAGES: Final = ("fr", "en", "nl", "de")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a template. Args: title, hint: by language. lines: how high its field is."""

    key: str
    title: Mapping[str, str]
    hint: Mapping[str, str]
    lines: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A note's headings. Args: loinc: what kind of document it is. services: of the hospital it is offered first in."""

    id: str
    name: Mapping[str, str]
    loinc: str
    services: tuple[str, ...]
    roles: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePart:
    """A section as read."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A Composition as it is read. Args: authors: names; actors: accounts, empty where from elsewhere. template: its
    id, empty for none. at: as the resource says. is_letter: a discharge letter."""

    title: str
    status: str
    authors: tuple[str, ...]
    actors: tuple[str, ...]
    at: str
    template: str
    is_letter: bool
    parts: tuple[NotePart, ...]

    @property
    def beginning(self) -> str:
        """Return the first words, for a list."""
        text = next((part.text for part in self.parts if part.text.strip()), "")
        return " ".join(text.split())[:160]


def word(words: Mapping[str, str], language: str) -> str:
    """Return a word in a language, else in English, else in whichever there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def templates_read(text: str) -> tuple[Template, ...]:
    """Read a table of templates. Raises: TEMPLATES_FILE (RL-REC-362) naming the part that is wrong."""
    try:
        found = tuple(_template(row) for row in tomllib.loads(text)["template"])
        if not found or len({one.id for one in found}) != len(found):
            raise ValueError("template")
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise errors.TEMPLATES_FILE.error(where=str(fault)[:80]) from None
    return found


def _template(row: Mapping[str, Any]) -> Template:
    sections = tuple(
        Section(key=str(one["key"]), title=_words(one["title"]), hint=_words(one.get("hint", {})),
                lines=int(one.get("lines", 3)))
        for one in row["section"]
    )  # fmt: skip
    keys = {one.key for one in sections}
    if not 0 < len(keys) == len(sections) <= SECTIONS or not all(one.title for one in sections):
        raise ValueError(row["id"])
    return Template(
        id=str(row["id"]), name=_words(row["name"]), loinc=str(row.get("loinc", NOTE)),
        services=tuple(map(str, row.get("services", ()))), roles=tuple(map(str, row.get("roles", ()))),
        sections=sections,
    )  # fmt: skip


def _words(row: Mapping[str, str]) -> dict[str, str]:
    if not all(language in LANGUAGES for language in row):
        raise ValueError(f"language {sorted(row)}")
    return {str(language): str(text) for language, text in row.items()}


def parts_clean(parts: Sequence[NotePart]) -> tuple[NotePart, ...]:
    """Return the sections that hold something. Raises: NOTE_EMPTY (RL-REC-360) when none does."""
    kept = tuple(part for part in parts if part.text.strip())
    if not kept:
        raise errors.NOTE_EMPTY.error(where="title")
    return kept


def note_body(
    *, patient: str, title: str, parts: Sequence[NotePart], author: Body, at: datetime, loinc: str, template: str
) -> dict[str, Any]:
    """Return a new note. Args: patient: its reference. author: of `rules.authors`. Raises: NOTE_EMPTY."""
    category = [{"coding": [{"system": TEMPLATE, "code": template}]}] if template else []
    return {
        "resourceType": "Composition",
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": loinc}], "text": title},
        **({"category": category} if category else {}),
        "subject": {"reference": patient},
        "date": at.isoformat(timespec="seconds"),
        "author": [dict(author)],
        "title": title,
        "section": [_section(part) for part in parts_clean(parts)],
    }


def _section(part: NotePart) -> dict[str, Any]:
    made: dict[str, Any] = {"title": part.title} if part.title else {}
    return {**made, "text": narrative(part.text)}


def note_amended(
    body: Body, *, title: str, parts: Sequence[NotePart], author: Body, status: str = "amended"
) -> dict[str, Any]:
    """Return a note with other words; who amends becomes an author too. Sections keep what else they hold."""
    held = [one for one in body.get("section") or () if isinstance(one, dict)]
    sections = []
    for place, part in enumerate(parts):
        old = held[place] if place < len(held) else None
        if old is None:
            if part.text.strip():
                sections.append(_section(part))
        elif narrative_text(old.get("text")) == part.text and old.get("title", "") == part.title:
            sections.append(old)
        elif part.text.strip() or set(old) - {"title", "text"}:
            titled = {"title": part.title} if part.title else {}
            text = {"text": narrative(part.text)} if part.text.strip() else {}
            sections.append({**{key: value for key, value in old.items() if key != "text"}, **titled, **text})
    sections += held[len(parts) :]
    if not sections:
        raise errors.NOTE_EMPTY.error(where="title")
    authors = [one for one in body.get("author") or () if isinstance(one, dict)]
    return {**body, "status": status, "title": title, "author": with_author(authors, author), "section": sections}


def note_read(body: Body) -> Note:
    """Read a Composition from anywhere; nested sections follow their parent. Never fails."""
    authors = _dicts(body.get("author"))
    codes = {str(one.get("code")) for one in _codings(body.get("type"))}
    template = next(
        (str(one.get("code")) for each in _dicts(body.get("category")) for one in _codings(each)
         if one.get("system") == TEMPLATE),
        "",
    )  # fmt: skip
    parts = list(_parts(body.get("section"), 0))
    if not parts and (text := narrative_text(body.get("text"))):
        parts = [NotePart(title="", text=text)]
    return Note(
        title=str(body.get("title") or ""),
        status=str(body.get("status") or ""),
        authors=tuple(name for one in authors if (name := name_in(one))),
        actors=tuple(actor_in(one) for one in authors),
        at=str(body.get("date") or ""),
        template=template,
        is_letter=LETTER in codes,
        parts=tuple(parts),
    )


def parts_of(body: Body) -> tuple[NotePart, ...]:
    """Return the sections a person amends: those of the first level, in order, what is nested in them left alone."""
    return tuple(
        NotePart(title=str(one.get("title") or ""), text=narrative_text(one.get("text")))
        for one in _dicts(body.get("section"))
    )


def _parts(sections: object, depth: int) -> Sequence[NotePart]:
    found: list[NotePart] = []
    for one in _dicts(sections):
        found.append(NotePart(title=str(one.get("title") or ""), text=narrative_text(one.get("text"))))
        if depth < 5:  # noqa: PLR2004 - no document nests deeper
            found += _parts(one.get("section"), depth + 1)
    return found


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _codings(concept: object) -> list[Mapping[str, Any]]:
    return _dicts(concept.get("coding")) if isinstance(concept, dict) else []
