"""Public holidays of Belgium, by day. Owns no date itself. Source: the library `holidays`, Belgium."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

_LANGUAGES = {"fr": "fr", "nl": "nl", "de": "de", "en": "en_US"}


@lru_cache(maxsize=64)
def _year(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("BE", years=year, language=_LANGUAGES.get(language, "fr")))


def holiday_name(day: date, *, language: str = "fr") -> str:
    """Return what a public holiday is called, empty for an ordinary day."""
    return _year(day.year, language).get(day, "")


def is_holiday(day: date) -> bool:
    """Say whether a day is a public holiday in Belgium."""
    return bool(holiday_name(day))
