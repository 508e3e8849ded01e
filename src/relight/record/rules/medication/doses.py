"""Doses: read as people type them, written so that nobody misreads them.

Owns the number and the unit. Refuses `1.000`, which is a thousand to some and one to others, and a number without a
unit. A dose is written without a zero behind the decimal, with one before it, units in full. Source: ISMP, "List of
error-prone abbreviations, symbols, and dose designations"; docs/design/medicines.md, cases 10-19.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from relight.record import errors
from relight.record.rules.canonical import Exact
from relight.record.rules.medication.formulary import Frequency, Usual
from relight.record.rules.medication.words import BY_UCUM, SPELT, UCUM, UNITS

Translate = Callable[[str], str]
_NUMBER: Final = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?|[.,]\d{1,6})(?!\d)\s*(.*)\Z", re.DOTALL)
_AMBIGUOUS: Final = re.compile(r"\d[.,]\d{3}(?!\d)|\d[.,]\d{3}[.,]|\d[ '’\u00a0\u202f]\d{3}")
_DUTCH: Final = re.compile(r"(\d)\s*dd\s+(.+)\Z", re.DOTALL)
_EVERY: Final = re.compile(r"/\s*\d")
_UNITS: Final = {name.replace("\u03bc", "u").replace("\u00b5", "u"): unit for name, unit in SPELT.items()}
_TIMES: Final = re.compile(r"[x×*]\s*(\d{1,2})|(\d{1,2})\s*[x×]")
_A_DAY: Final = re.compile(r"(?:[x×*](\d)|(\d)[x×*]?)(?:/?(?:j|jours?|d|day|dag|tag|24h|pj|parjour|perdag|protag))?")
_GROUPED: Final = 5  # digits from which a thin space parts thousands
_THIN: Final = "\u202f"
_TENFOLD: Final = 10
_THREEFOLD: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much. Args: unit: a key of UNITS."""

    amount: Decimal
    unit: str

    @property
    def micrograms(self) -> Decimal | None:
        """Return its mass in micrograms; None where the unit is no mass."""
        worth = UNITS[self.unit].micrograms
        return self.amount * worth if worth is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in a typed dose. Args: frequency: a word of a frequency behind it, empty for none."""

    dose: Dose
    frequency: str = ""


def number_read(text: str) -> Decimal:
    """Read a number with a point or a comma. Raises: RL-REC-401 (none), 402 (can be read two ways), 404 (zero)."""
    match = _NUMBER.match(text)
    if match is None:
        raise errors.DOSE_UNREAD.error(where="dose")
    if _AMBIGUOUS.search(text) and not text.strip().startswith(("0.", "0,", ".", ",")):
        raise errors.DOSE_AMBIGUOUS.error(where="dose")
    amount = Decimal(match[1].replace(",", "."))
    if not amount:
        raise errors.DOSE_NOTHING.error(where="dose")
    return amount


def unit_read(word: str) -> str | None:
    """Return which unit a word means: a key of UNITS, or None. Both signs for micro are one."""
    plain = word.casefold().replace("\u03bc", "u").replace("\u00b5", "u")
    return _UNITS.get(plain) or _UNITS.get(plain.rstrip(".,;"))


def dose_read(text: str, *, unit: str = "") -> Typed:
    """Read a dose as typed: `0,5 mg`, `1 g x3/j`, `3 dd 1 g`, `500`.

    Args: unit: what counts where none is written; empty when one must be. Raises: RL-REC-401 to 404, at `dose`.
    """
    text = text.strip()
    frequency = ""
    dutch = _DUTCH.match(text.casefold())
    if dutch:
        frequency, text = f"{dutch[1]}dd", text[-len(dutch[2]) :]
    amount = number_read(text)
    match = _NUMBER.match(text)
    rest = match[2].strip() if match else ""
    word, _, behind = rest.partition(" ")
    often = _EVERY.search(rest) if unit_read(word) is None else None
    if often is not None:  # 1 g/8h
        word, behind = rest[: often.start()].strip(), rest[often.start() :]
    found = unit_read(word)
    if found is None and word and not (unit and _is_frequency(rest)):
        raise errors.DOSE_UNREAD.error(where="dose")
    if found is None and not unit:
        raise errors.DOSE_NO_UNIT.error(where="dose")
    behind = behind if found else rest
    return Typed(dose=Dose(amount=amount, unit=found or unit), frequency=frequency or _tidy(behind))


def _tidy(text: str) -> str:
    return "".join(text.casefold().split())


def _is_frequency(text: str) -> bool:
    return bool(_TIMES.search(text)) or text.strip().startswith(("/", "q", "1-", "0-"))


def frequency_read(text: str, frequencies: Iterable[Frequency]) -> Frequency | None:
    """Find which frequency a typed word means: `x3/j`, `3x/d`, `1-0-1`, `/8h`; None when none surely does."""
    word = _tidy(text)
    if not word:
        return None
    known = list(frequencies)
    for one in known:
        if word == one.id or word in one.words:
            return one
    times = re.fullmatch(
        r"(?:[x×*](\d)|(\d)[x×*]?)(?:/?(?:j|jour|jours|d|day|dag|tag|24h|pj|parjour|perdag|protag))?", word
    )
    if times:
        return next((one for one in known if f"{times[1] or times[2]}x" in one.words), None)
    hours = re.fullmatch(r"(?:/|q|toutesles|omde|alle|every)(\d{1,2})(?:h|u|uur|heures|std|stunden|hours)", word)
    if hours:
        return next((one for one in known if f"/{hours[1]}h" in one.words), None)
    return None


# -- writing -------------------------------------------------------------------------------------------


def number_words(amount: Decimal, *, language: str) -> str:
    """Write a number: no zero behind, one before, a decimal comma where the language has one.

    From 10 000 on thin spaces part thousands; never a point or a comma.
    """
    text = format(amount.normalize(), "f")
    whole, _, part = text.partition(".")
    if len(whole) >= _GROUPED:
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)]
        whole = _THIN.join(reversed(groups))
    mark = "." if language.startswith("en") else ","
    return f"{whole}{mark}{part}" if part else whole


def dose_words(dose: Dose, *, language: str, translate: Translate) -> str:
    """Write a dose with its unit in full, parted by a space that does not break."""
    unit = UNITS[dose.unit]
    word = unit.plural if dose.amount >= 2 or (dose.amount > 1 and not language.startswith("fr")) else unit.word  # noqa: PLR2004
    return f"{number_words(dose.amount, language=language)}\u00a0{translate(word)}"


# -- FHIR ----------------------------------------------------------------------------------------------


def quantity_of(dose: Dose) -> dict[str, Any]:
    """Make the FHIR Quantity of a dose, digit for digit."""
    unit = UNITS[dose.unit]
    plain = format(dose.amount.normalize(), "f")
    value: Any = int(plain) if "." not in plain else float(plain)
    if isinstance(value, float) and repr(value) != plain:
        value = Exact(plain)
    return {"value": value, "unit": dose.unit, "system": UCUM, "code": unit.ucum}


def dose_of(quantity: Any) -> Dose | None:
    """Read a FHIR Quantity whose unit is one of ours; None for any other: nothing is guessed."""
    if not isinstance(quantity, dict):
        return None
    value = quantity.get("value")
    unit = BY_UCUM.get(str(quantity.get("code"))) or unit_read(str(quantity.get("unit") or ""))
    if unit is None or not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
        return None
    text = value.text if isinstance(value, Exact) else repr(value)
    return Dose(amount=Decimal(text), unit=unit)


# -- the slipped decimal point ---------------------------------------------------------------------------


def is_unusual(dose: Dose, usual: Usual) -> bool:
    """Say whether a dose looks like a slipped decimal point beside what adults commonly get.

    Above the highest, and ten times the lowest or three times the highest; or a tenth of the lowest and below. Doses
    of another kind of unit are not compared: then nothing is claimed.
    """
    low, high = Dose(amount=usual.low, unit=usual.unit), Dose(amount=usual.high, unit=usual.unit)
    mine = _compared(dose, usual.unit)
    least, most = _compared(low, usual.unit), _compared(high, usual.unit)
    if mine is None or least is None or most is None:
        return False
    above = mine > most and (mine >= least * _TENFOLD or mine >= most * _THREEFOLD)
    return above or mine * _TENFOLD <= least


def _compared(dose: Dose, unit: str) -> Decimal | None:
    if dose.unit == unit:
        return dose.micrograms if dose.micrograms is not None else dose.amount
    return dose.micrograms if UNITS[unit].micrograms is not None else None
