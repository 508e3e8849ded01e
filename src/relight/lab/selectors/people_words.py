"""How a patient is written: age, sex, numbers, in the reader's language.

Owns the phrases of the patient banner and the printed sheets. Source: NHS Common User Interface, patient banner.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext

from relight.lab.rules.orders import PatientId
from relight.record.plain import YEAR_DAYS, age_days

NEWBORN_DAYS, INFANT_DAYS, MONTH_DAYS = 28, 730, 30.44


def age_words(*, birth: date | None, at: date) -> str:
    """Write an age: days for a newborn, months for an infant, else years; empty when it is not known."""
    days = age_days(birth=birth, at=at)
    if days is None or birth is None:
        return ""
    if days < NEWBORN_DAYS:
        return ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    if days < INFANT_DAYS:
        months = int(days / MONTH_DAYS)
        return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}
    years = at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))
    years = max(years, int(INFANT_DAYS / YEAR_DAYS))
    return ngettext("%(count)d year old", "%(count)d years old", years) % {"count": years}


def sex_words(sex: str) -> str:
    """Write a sex in a word; that it is not known is said too."""
    return {"F": pgettext("sex", "female"), "M": pgettext("sex", "male")}.get(sex, gettext("sex not known"))


def born_words(birth: date | None) -> str:
    """Write a birth date; that it is not known is said too."""
    return formats.date_format(birth, "d.m.Y") if birth else gettext("birth date not known")


def system_words(system: str) -> str:
    """Name the system a patient's number belongs to."""
    known = {
        "record": gettext("record"),
        "national": gettext("national number"),
        "MR": gettext("record"),
        "PI": gettext("record"),
    }
    return known.get(system, system)


def ids_words(ids: Iterable[PatientId]) -> str:
    """Write a patient's numbers, each with its system."""
    return " · ".join(f"{system_words(one.system)} {one.value}" for one in ids)
