"""Expected dates as they are read: of a stored node, and in words.

Owns the sentence. Refuses clocks: what "late" is measured against is an argument.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from relight.hospital.models import Node
from relight.hospital.types import LEVEL_WORDS, Expected, Level, NodeKind
from relight.ui.api import day_word, moment


def expected_of(row: Node) -> Expected | None:
    """Return when a node is expected back, None when nobody has said."""
    if row.expected_level is None or row.expected_median is None or row.expected_p80 is None:
        return None
    return Expected(
        level=Level(row.expected_level),
        median=row.expected_median,
        p80=row.expected_p80,
        at=row.expected_at,
        actor=row.expected_by,
    )


def expected_words(found: Expected | None, *, day_zero: datetime | None) -> str:
    """Say the dates in one line, `degraded on 3 Dec. · D+20 (by 7 Dec. · D+24, four times in five)`; "" for None."""
    if found is None:
        return ""
    given = {
        "level": gettext(LEVEL_WORDS[NodeKind.UNIT, found.level]),
        "median": day_words(found.median, day_zero=day_zero),
        "p80": day_words(found.p80, day_zero=day_zero),
    }
    if found.median == found.p80:
        return gettext("%(level)s expected on %(median)s") % given
    return gettext("%(level)s expected about %(median)s, four times in five by %(p80)s") % given


def expected_shown(found: Expected | None) -> str:
    """Say the dates on a page, whose request knows day zero; "" for None."""
    now = moment()
    return expected_words(found, day_zero=now.day_zero() if found and now else None)


def day_words(day: date, *, day_zero: datetime | None) -> str:
    """Write a day: `3 Dec. · D+20`, without D+N before a crisis is known."""
    words = date_format(day, "j N")
    if day_zero is None:
        return words
    return f"{words} · {day_word((day - timezone.localtime(day_zero).date()).days)}"
