"""How a patient is written: birth date with age, sex, numbers, place, in the reader's language.

Owns the phrases of the patient banner. Source: NHS Common User Interface, patient banner and date display.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext, pgettext

from relight.record.rules.numbers import OWN_SYSTEM, systems_of
from relight.record.selectors.faces import FaceView, HeldNumber
from relight.record.selectors.numbers import kinds_now
from relight.record.selectors.wards import StayView

NEWBORN_DAYS, INFANT_MONTHS = 28, 24
NISS_DIGITS = 11
NUMBERS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """A number as it is read aloud, with the name of what it is."""

    name: str
    value: str


def born_words(face: FaceView) -> str:
    """Write a birth date as 01.02.1970, a guessed age as such; that neither is known is said too."""
    if face.birth:
        return ".".join(reversed(face.birth.split("-")))
    if face.about is not None:
        return gettext("about %(years)s years") % {"years": face.about}
    return gettext("birth date not known")


def age_words(birth: str, *, at: date) -> str:
    """Write an age on a day: days for a newborn, months below two years, else years; empty where it is not known.

    Args: birth: `1970-02-01`, `1970-02`, `1970` or empty; what is not said makes the age one of years, "about".
    """
    parts = [int(part) for part in birth.split("-")] if birth else []
    if len(parts) != 3:
        years = at.year - parts[0] if parts else -1
        return gettext("about %(years)s years") % {"years": years} if years >= 0 else ""
    try:
        born = date(*parts)
    except ValueError:
        return ""
    days = (at - born).days
    if days < 0:
        return ""
    if days < NEWBORN_DAYS:
        return ngettext("%(count)d day old", "%(count)d days old", days) % {"count": days}
    months = (at.year - born.year) * 12 + at.month - born.month - (at.day < born.day)
    if months < INFANT_MONTHS:
        return ngettext("%(count)d month old", "%(count)d months old", months) % {"count": months}
    return ngettext("%(count)d year old", "%(count)d years old", months // 12) % {"count": months // 12}


def sex_words(sex: str) -> str:
    """Write a sex in a word; that it is not known is said too."""
    known = {"male": pgettext("sex", "male"), "female": pgettext("sex", "female"), "other": pgettext("sex", "other")}
    return known.get(sex, gettext("sex not known"))


def systems_named() -> Mapping[str, str]:
    """Name the systems of the national numbers known here."""
    return systems_of(kinds_now())


def numbers_words(
    face: FaceView, *, most: int = NUMBERS_SHOWN, named: Mapping[str, str] | None = None
) -> tuple[NumberWords, ...]:
    """Name a patient's numbers: national ones first, then Relight's own, then those of other systems.

    Args: named: `systems_named()`, read once for a list.
    """
    named = systems_named() if named is None else named

    def rank(held: HeldNumber) -> tuple[int, str]:
        return (0 if held.system in named else 1 if held.system == OWN_SYSTEM else 2, held.system)

    return tuple(
        NumberWords(name=_number_name(held.system, named.get(held.system, "")), value=number_words(held))
        for held in sorted(face.numbers, key=rank)[:most]
    )


def _number_name(system: str, known: str) -> str:
    return known or (gettext("downtime number") if system == OWN_SYSTEM else gettext("record"))


def number_words(held: HeldNumber) -> str:
    """Write a number in groups, as it is read aloud."""
    digits = held.plain
    if len(digits) == NISS_DIGITS and digits.isdigit():
        if held.system == OWN_SYSTEM:
            return f"{digits[:4]} {digits[4:7]} {digits[7:10]} {digits[10:]}"
        if "ehealth.fgov.be" in held.system:
            return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"
    return held.value


def place_words(stays: Sequence[StayView] | Iterable[StayView]) -> str:
    """Write where somebody is: each open stay's ward and bed; empty for who is not in the house."""
    return " / ".join(stay.shown or gettext("in the house, ward not said") for stay in stays if stay.is_open)
