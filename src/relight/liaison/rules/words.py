"""The words of bulletins in four languages, and what services are to practitioners.

Owns reading words/bulletin.toml. Refuses a word that lacks a language: it is not shipped.
Source: docs/design/liaison.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from relight.liaison.rules.facts import Names, Nature
from relight.liaison.types import LANGUAGES

MONTHS = "months"
NATURE = "nature"
CARE = "care"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. Args: sections: name to key to word, `text` with braces to fill in."""

    language: str
    sections: Mapping[str, Mapping[str, str]]
    months: tuple[str, ...]

    def text(self, key: str, **values: object) -> str:
        """Return a sentence, filled in."""
        return self.sections["text"][key].format(**values)

    def word(self, section: str, key: str) -> str:
        """Return a word; a key nobody listed is shown as it is."""
        return self.sections[section].get(key, key)

    def inside(self, name: str) -> str:
        """Write a name as it stands inside a sentence: small, but in German, where nouns keep their capitals."""
        return name if self.language == "de" else name[:1].lower() + name[1:]

    def moment(self, at: datetime) -> str:
        """Write a moment of local time: `23 novembre 2026, 09:00`."""
        month = self.months[at.month - 1]
        return self.text("dated", day=at.day, month=month, year=at.year, time=f"{at:%H:%M}")

    def day(self, iso: str) -> str:
        """Write a date short, `27/11`; what is no date is shown as it is."""
        try:
            day = date.fromisoformat(iso[:10])
        except ValueError:
            return iso
        return f"{day:%d.%m.}" if self.language == "de" else f"{day:%d/%m}"

    def name(self, names: Names, *, else_id: str = "") -> str:
        """Return a name in this language, else in the first that has one, with a capital."""
        for language in (self.language, *LANGUAGES):
            if names.get(language):
                text = names[language]
                return text[:1].upper() + text[1:]
        return else_id


@lru_cache(maxsize=1)
def _sections() -> dict[str, dict[str, dict[str, str]]]:
    raw = (files("relight.liaison") / "words" / "bulletin.toml").read_bytes()
    return tomllib.loads(raw.decode())


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """Return the words of a language; one nobody speaks here gives French."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    spaced = _french if language == "fr" else str
    sections = {
        name: {key: spaced(words[language]) for key, words in section.items()}
        for name, section in _sections().items()
        if name not in (MONTHS, NATURE, CARE)
    }
    months = tuple(_sections()[MONTHS][language])
    return Words(language=language, sections=sections, months=months)


def _french(text: str) -> str:
    """Keep French signs with their word: no line begins with a colon."""
    for sign in ":;?!»":
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text.replace("« ", "«\u00a0")


@lru_cache(maxsize=1)
def natures() -> Mapping[str, Nature]:
    """Return what each service is to a practitioner, by the id of the hospital's description."""
    return {
        id: Nature(
            kind=str(values.get("kind", "")),
            urgent=bool(values.get("urgent", True)),
            is_hidden=bool(values.get("hidden", False)),
        )
        for id, values in _sections()[NATURE].items()
    }


@lru_cache(maxsize=1)
def care_systems() -> tuple[str, ...]:
    """Return the functions a practitioner feels when they fail, first what is felt most, by the description's id."""
    return tuple(_sections()[CARE]["systems"])
