"""The words of a summary in the reader's language (summary.toml), its dates and the words of a source.

Owns the phrases. Refuses gettext: a doctor outside reads their own language, not that of whoever is signed in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from importlib.resources import files

from relight.liaison.types import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words in one language. Args: zone: in which moments are written."""

    language: str
    texts: Mapping[str, str]
    zone: tzinfo

    def __call__(self, key: str, **values: object) -> str:
        """Return a phrase with its values."""
        return self.texts[key].format(**values)

    def day(self, at: datetime | None) -> str:
        """Write a day as 03.11.2026; empty for none."""
        return at.astimezone(self.zone).strftime("%d.%m.%Y") if at is not None else ""

    def moment(self, at: datetime) -> str:
        """Write a day with its hour."""
        return at.astimezone(self.zone).strftime("%d.%m.%Y %H:%M")


def words_of(language: str, *, zone: tzinfo) -> Words:
    """Return the words in a language; French for one we do not have."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return Words(language=known, texts=_tables()[known], zone=zone)


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    rows = tomllib.loads((files("relight.liaison") / "summary.toml").read_text(encoding="utf-8"))["words"]
    return {language: {key: texts[language] for key, texts in rows.items()} for language in LANGUAGES}


def date_words(text: str) -> str:
    """Write a FHIR date as people do: `2019-03` -> 03.2019; what is no date stays as it is."""
    day = text[:10].split("-")
    if all(part.isdecimal() for part in day) and len(day[0]) == len("2019"):
        return ".".join(reversed(day))
    return text
