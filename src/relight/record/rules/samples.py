"""Sample numbers that are Relight's own: reserved ranges, their check digit, what a number may look like.

Owns the shape of a sample number and of a range. Refuses storage. Source: docs/design/requests.md, "Sample numbers".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.numbers import check_digit

SAMPLE_LENGTH = 40
_SAMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PREFIX_DIGITS = range(2, 7)
_COUNTER_DIGITS = range(4, 9)
NUMBER_LENGTH = 12  # what the shortest of the sample fields analyzers have still takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A reserved range of sample numbers. Args: last: the last counter given out."""

    prefix: str
    digits: int
    last: int = 0

    @property
    def length(self) -> int:
        """How many digits its numbers have, check digit included."""
        return len(self.prefix) + self.digits + 1

    def number(self, counter: int) -> str:
        """Write the sample number of one counter. Raises: RuleError RL-LAB-214 past the last one."""
        if counter >= 10**self.digits:
            raise errors.SERIES_USED_UP.error(where=self.prefix)
        body = f"{self.prefix}{counter:0{self.digits}}"
        return body + check_digit(body)

    def holds(self, sample: str) -> bool:
        """Say whether a sample number lies in the range, whether its check digit is right or not."""
        return len(sample) == self.length and _is_digits(sample) and sample.startswith(self.prefix)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def series_refusal(series: Series, *, others: Iterable[Series]) -> RelightError | None:
    """Say why a range cannot be reserved: its form, or another range that shares numbers with it."""
    fits = len(series.prefix) in _PREFIX_DIGITS and series.digits in _COUNTER_DIGITS
    if not fits or not _is_digits(series.prefix) or series.length > NUMBER_LENGTH:
        return errors.SERIES_UNFIT.error(where="begins")
    if any(o.prefix.startswith(series.prefix) or series.prefix.startswith(o.prefix) for o in others):
        return errors.SERIES_OVERLAPS.error(where="begins")
    return None


def sample_refusal(sample: str, *, series: Iterable[Series]) -> RelightError | None:
    """Say why a sample number cannot be taken: characters, a wrong check digit, or one not given out."""
    if len(sample) > SAMPLE_LENGTH or not _SAMPLE.fullmatch(sample):
        return errors.SAMPLE_UNREADABLE.error(where="sample")
    for one in series:
        if not one.holds(sample):
            continue
        if check_digit(sample[:-1]) != sample[-1]:
            return errors.SAMPLE_CHECK_DIGIT.error(where="sample")
        if int(sample[len(one.prefix) : -1]) > one.last:
            return errors.SAMPLE_NOT_GIVEN_OUT.error(where="sample")
    return None
