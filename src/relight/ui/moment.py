"""How times, spans and numbers are written. Owns the phrases; takes the clock from the request.

The middleware opens a `Moment` for each request (its time, and day zero read once, only when a date
is shown). Outside a request a date is written in full, without D+N.
Source: interface design: 24 h, date when not today, D+N beside dates of the crisis, spans in words.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import formats, timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext

from relight.ui.rules import DAYS, HOURS, MINUTES

UNASKED: object = object()


@dataclass(slots=True, kw_only=True)
class Moment:
    """The time of a request and the day zero of this hospital, read once."""

    now: datetime
    _day_zero: object = field(default=UNASKED)

    def day_zero(self) -> datetime | None:
        """Return D0, from the function named in `RELIGHT_DAY_ZERO`; None before a hospital is loaded."""
        if self._day_zero is UNASKED:
            path: str = getattr(settings, "RELIGHT_DAY_ZERO", "")
            ask: Callable[[], datetime | None] = import_string(path) if path else lambda: None
            self._day_zero = ask()
        return self._day_zero if isinstance(self._day_zero, datetime) else None


CURRENT: ContextVar[Moment | None] = ContextVar("relight_moment", default=None)


def moment() -> Moment | None:
    """Return the moment of the request being answered."""
    return CURRENT.get()


def day_number(at: datetime, *, day_zero: datetime | None) -> int | None:
    """Count calendar days from D0 to a date, both in the local time zone; None without D0."""
    if day_zero is None:
        return None
    return (timezone.localtime(at).date() - timezone.localtime(day_zero).date()).days


def day_word(number: int) -> str:
    """Write the day of the crisis: D+10, in French J+10."""
    sign = "+" if number >= 0 else "\N{MINUS SIGN}"
    # Translators: day of the crisis, D+10; in French J+10, in German T+10.
    return gettext("D%(sign)s%(number)d") % {"sign": sign, "number": abs(number)}


def date_words(at: datetime, *, now: datetime | None, day_zero: datetime | None) -> str:
    """Write a time for people: `05:10` today, else `14 Nov. 05:10`, with `· D+1` from D0 on."""
    local = timezone.localtime(at)
    clock = local.strftime("%H:%M")
    today = timezone.localtime(now).date() if now else None
    if local.date() == today:
        return clock
    pattern = "j N" if today is not None and local.year == today.year else "j N Y"
    words = f"{formats.date_format(local, pattern)} {clock}"
    number = day_number(at, day_zero=day_zero)
    return words if number is None or number < 0 else f"{words} · {day_word(number)}"


def span_words(span: timedelta) -> str:
    """Write a duration in words, by its two largest units: `3 days 4 hours`, `2 min`, `under a minute`."""
    seconds = abs(int(span.total_seconds()))
    if seconds < MINUTES:
        return gettext("under a minute")
    days, seconds = divmod(seconds, DAYS)
    hours, seconds = divmod(seconds, HOURS)
    minutes = seconds // MINUTES
    parts = (
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        gettext("%(count)d min") % {"count": minutes} if minutes and not days else "",
    )
    return " ".join([part for part in parts if part][:2])
