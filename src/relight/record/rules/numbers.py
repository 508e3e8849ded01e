"""Numbers of patients: national ones with their check, Relight's own reserved ones, what a scanner sends.

Owns the form of a number as it is compared, the table of national numbers (read from TOML), the reserved ranges with
Damm's check digit, the reading of a scan. Refuses storage and clocks. Source: python-stdnum; H. Michael Damm,
"Total anti-symmetrische Quasigruppen" (2004); docs/design/identity.md, cases 20-29.
"""

from __future__ import annotations

import importlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from stdnum.exceptions import ValidationError

from relight.kernel.errors import RelightError
from relight.record import errors

OWN_SYSTEM: Final = "urn:relight:number"
OWN_LENGTH: Final = 11  # as many digits as a national number, never taken for one: its month would be 1x
NUMBER_CHARS: Final = 64
PREFIX_DIGITS: Final = range(4, 6)
# Damm's quasigroup of order 10: finds every wrong digit and every two neighbours that changed places.
_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKind:
    """A country's number of persons. Args: module: of python-stdnum. systems: FHIR names, the first is written."""

    id: str
    country: str
    name: str
    module: str
    systems: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Say whether a text is such a number: form, date inside and check digits."""
        return bool(_module(self.module).is_valid(text))

    def compact(self, text: str) -> str:
        """Return a number that fits as it is stored, without separators."""
        return str(_module(self.module).compact(text))


@lru_cache(maxsize=32)
def _module(name: str) -> Any:
    if not name.startswith("stdnum."):
        raise ValueError(name)
    return importlib.import_module(name)


def kinds_read(text: str) -> tuple[NumberKind, ...]:
    """Read the table of national numbers. Raises: InputError RL-REC-200 naming the part that is wrong."""
    try:
        rows = tomllib.loads(text)["number"]
        kinds = tuple(
            NumberKind(
                id=str(row["id"]), country=str(row["country"]), name=str(row["name"]), module=str(row["module"]),
                systems=tuple(str(one) for one in row["systems"]),
            )
            for row in rows
        )  # fmt: skip
        for kind in kinds:
            if not callable(getattr(_module(kind.module), "is_valid", None)) or not kind.systems:
                raise ValueError(kind.id)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, ImportError) as fault:
        raise errors.NUMBERS_FILE.error(where=str(fault)[:80]) from None
    return kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNumber:
    """A national number that holds. Args: value: without separators. birth: ISO, empty where it does not say;
    sex: FHIR's word, empty where it does not say."""

    kind: NumberKind
    value: str
    birth: str = ""
    sex: str = ""


def number_read(text: str, *, kinds: Iterable[NumberKind]) -> KnownNumber | None:
    """Read a national number of any country of the table, the first that fits; None when it is none."""
    for kind in kinds:
        if kind.fits(text):
            module = _module(kind.module)
            return KnownNumber(
                kind=kind, value=kind.compact(text), birth=_asked(module, "get_birth_date", text),
                sex={"M": "male", "F": "female"}.get(_asked(module, "get_gender", text), ""),
            )  # fmt: skip
    return None


def _asked(module: Any, name: str, text: str) -> str:
    ask = getattr(module, name, None)
    try:
        said = ask(text) if ask else None
    except ValidationError:
        return ""
    return str(said) if said is not None else ""


def number_refusal(system: str, value: str, *, kinds: Iterable[NumberKind]) -> RelightError | None:
    """Say why a number cannot be typed under its system: a national one whose check digits are wrong. No number is
    ever put into the message."""
    named = [kind for kind in kinds if system in kind.systems]
    if named and not any(kind.fits(value) for kind in named):
        return errors.NUMBER_WRONG.error(where="number", kind=" / ".join(kind.name for kind in named))
    if not value.strip() or len(value) > NUMBER_CHARS:
        return errors.NUMBER_UNREADABLE.error(where="number")
    return None


@lru_cache(maxsize=16_384)
def number_plain(value: str) -> str:
    """Return a number as it is compared: letters small, no separators, `85.07.30-033.28` -> `85073003328`."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in folded if c.isalnum())[:NUMBER_CHARS]


# -- Relight's own numbers ---------------------------------------------------------------------------------


def check_digit(digits: str) -> str:
    """Return Damm's check digit of a text of digits."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Reserved numbers of a site: prefix, counter, check digit. Args: last: the last counter given out."""

    prefix: str
    last: int = 0

    @property
    def digits(self) -> int:
        """How many digits the counter has."""
        return OWN_LENGTH - 1 - len(self.prefix)

    def number(self, counter: int) -> str:
        """Write the number of a counter. Raises: RuleError RL-REC-204 past the last one."""
        if not 0 < counter < 10**self.digits:
            raise errors.RANGE_USED_UP.error(where=self.prefix)
        body = f"{self.prefix}{counter:0{self.digits}}"
        return body + check_digit(body)

    def holds(self, number: str) -> bool:
        """Say whether a number lies in the range, whether its check digit is right or not."""
        return len(number) == OWN_LENGTH and number.isascii() and number.isdigit() and number.startswith(self.prefix)


def range_refusal(prefix: str, *, others: Iterable[Range]) -> RelightError | None:
    """Say why a range cannot be reserved: its form, one that could be read as a national number, or an overlap.

    The third and fourth digit, the month of a Belgian number, are 13 to 19: no such number can ever exist.
    """
    fits = len(prefix) in PREFIX_DIGITS and prefix.isascii() and prefix.isdigit()
    if not fits or not 13 <= int(prefix[2:4]) <= 19:  # noqa: PLR2004 - where the month stands
        return errors.RANGE_UNFIT.error(where="prefix")
    if any(one.prefix.startswith(prefix) or prefix.startswith(one.prefix) for one in others):
        return errors.RANGE_OVERLAPS.error(where="prefix")
    return None


# -- what a scanner sends ----------------------------------------------------------------------------------


class ScanKind(StrEnum):
    """What was scanned."""

    OWN = "own"  # a wristband or label of Relight
    NATIONAL = "national"  # a national number, from an identity card
    OTHER = "other"  # another system's number: looked for as it is
    MISREAD = "misread"  # one of Relight's with a wrong check digit: never looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scan says. Args: value: the number as it is compared."""

    kind: ScanKind
    value: str


_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GSRN: Final = re.compile(r"\(?8018\)?(\d{18})\Z")


def scan_read(text: str, *, ranges: Iterable[Range], kinds: Iterable[NumberKind]) -> Scan | None:
    """Read what a scanner typed: its symbology mark and FNC1 are taken off, a GS1 service relation number (AI 8018)
    is unwrapped. None for nothing."""
    bare = _SYMBOLOGY.sub("", text.strip(), count=1) if text.strip().startswith("]") else text.strip()
    bare = bare.replace("\x1d", "").strip()
    gsrn = _GSRN.match(bare)
    value = number_plain(gsrn[1] if gsrn else bare)
    if not value:
        return None
    if any(one.holds(value) for one in ranges):
        right = check_digit(value[:-1]) == value[-1]
        return Scan(kind=ScanKind.OWN if right else ScanKind.MISREAD, value=value)
    known = number_read(value, kinds=kinds)
    return Scan(kind=ScanKind.NATIONAL if known else ScanKind.OTHER, value=value)


def systems_of(kinds: Iterable[NumberKind]) -> Mapping[str, str]:
    """Name the systems of national numbers: system -> what people call it, the first of the table wins."""
    named: dict[str, str] = {}
    for kind in kinds:
        for system in kind.systems:
            named.setdefault(system, kind.name)
    return named
