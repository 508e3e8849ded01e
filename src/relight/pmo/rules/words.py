"""The words of situation reports in four languages, and what each version may show.

Owns reading words/sitrep.toml and words/audiences.toml. Refuses a word that lacks a language: it is not shipped.
Source: docs/design/sitrep.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

from relight.pmo.types import LANGUAGES, Audience

Names = Mapping[str, str]
THOUSANDS = {"fr": "\u202f", "nl": ".", "de": ".", "en": ","}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a version may show. names: of people."""

    parts: frozenset[str]
    figures: tuple[str, ...]
    names: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language."""

    language: str

    def text(self, key: str, **values: object) -> str:
        """Return a sentence, filled in."""
        return self.word("text", key).format(**values)

    def word(self, section: str, key: str) -> str:
        """Return a word; a key nobody listed is shown as it is."""
        found = _words()[section].get(key, {}).get(self.language, key)
        return _french(found) if self.language == "fr" else found

    def name(self, names: Names, *, else_id: str = "") -> str:
        """Return a name in this language, else in the first that has one, with a capital."""
        text = next((names[code] for code in (self.language, *LANGUAGES) if names.get(code)), else_id)
        return text[:1].upper() + text[1:]

    def number(self, value: int) -> str:
        """Write a whole number as the language groups it."""
        return f"{value:,}".replace(",", THOUSANDS[self.language])

    def signed(self, value: int) -> str:
        """Write a change: with a sign, and a true minus."""
        return ("+" if value > 0 else "\u2212" if value < 0 else "±") + self.number(abs(value))

    def day(self, at: str) -> str:
        """Write the date of an ISO moment short: `27/11`."""
        return f"{date.fromisoformat(at[:10]):{'%d.%m.' if self.language == 'de' else '%d/%m'}}"

    def moment(self, at: str) -> str:
        """Write an ISO moment: `23/11/2026 à 09:00`."""
        when = datetime.fromisoformat(at)
        shape = "%d.%m.%Y" if self.language == "de" else "%d/%m/%Y"
        return self.text("dated", date=f"{when:{shape}}", time=f"{when:%H:%M}")


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("relight.pmo").joinpath("words", "sitrep.toml").read_text(encoding="utf-8"))


def words_of(language: str) -> Words:
    """Return the words of a language; one nobody speaks here gives French."""
    return Words(language=language if language in LANGUAGES else LANGUAGES[0])


def words_listed() -> Mapping[str, Mapping[str, Names]]:
    """Return every word by section and key, for whoever checks that none is missing."""
    return _words()


def things() -> Mapping[str, Names]:
    """Return what a ward reports that is no function of the description, by key, in four languages."""
    return _words()["thing"]


@lru_cache(maxsize=1)
def audiences() -> Mapping[Audience, Allowed]:
    """Return what each version may show, as listed."""
    raw = tomllib.loads(files("relight.pmo").joinpath("words", "audiences.toml").read_text(encoding="utf-8"))
    return {
        Audience(key): Allowed(parts=frozenset(row["parts"]), figures=tuple(row["figures"]), names=row["names"])
        for key, row in raw.items()
    }


def _french(text: str) -> str:
    """Keep French signs with their word: no line begins with a colon."""
    for sign in ":;?!»":
        text = text.replace(f" {sign}", f"\u00a0{sign}")
    return text.replace("« ", "«\u00a0")
