"""Paper copies: how often, when to try again, when they are too old, how files are named and which may go.

Owns names and times of sets. Refuses clocks, files and patients' names: a file is called by bed and record number.
Source: docs/design/paper.md, cases 20-29.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from relight.record import errors

EVERY_MIN: Final = range(5, 24 * 60 + 1)
KEEP: Final = range(2, 201)
LATE: Final = timedelta(hours=2)
"""A paper copy older than this is said to be too old: the hospital's own promise."""
_RETRY_MIN: Final = (1, 2, 5, 10, 15)
_EVERY: Final = re.compile(r"(\d{1,4})\s*(h|m|min)?\Z")
_SET: Final = re.compile(r"\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}Z\Z")
PART_PREFIX: Final = ".relight-part-"


def every_read(text: str) -> int:
    """Read an interval: `2h`, `90m`, `90` (minutes). Returns: minutes. Raises: RL-REC-454."""
    found = _EVERY.match(text.strip().lower())
    minutes = int(found[1]) * (60 if found[2] == "h" else 1) if found else 0
    if minutes not in EVERY_MIN:
        raise errors.PRINT_EVERY.error(where="every")
    return minutes


def keep_read(count: int) -> int:
    """Return how many sets are kept. Raises: RL-REC-461."""
    if count not in KEEP:
        raise errors.PRINT_KEEP.error(where="keep")
    return count


def next_at(*, at: datetime, every_min: int, failures: int) -> datetime:
    """Say when to print next. Args: failures: in a row, 0 after a whole set: then the interval counts."""
    if not failures:
        return at + timedelta(minutes=every_min)
    wait = _RETRY_MIN[min(failures, len(_RETRY_MIN)) - 1]
    return at + timedelta(minutes=min(wait, every_min))


class PaperState(StrEnum):
    """How paper copies stand."""

    OFF = "off"  # nobody set a schedule
    FRESH = "fresh"
    LATE = "late"  # older than two hours, or never made
    FAILED = "failed"  # the last try failed; what was made before may still be fresh


def paper_state(*, is_on: bool, made_at: datetime | None, code: str, set_at: datetime, at: datetime) -> PaperState:
    """Judge how old the paper copies are. Args: made_at: when the last set was begun. set_at: of the schedule."""
    if not is_on:
        return PaperState.OFF
    if at - (made_at or set_at) > LATE:
        return PaperState.LATE
    return PaperState.FAILED if code else PaperState.FRESH


# -- names ----------------------------------------------------------------------------------------------------------


def slug(text: str) -> str:
    """Return a text as part of a file name on any disk: letters, digits and hyphens; accents fall away."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40]


def set_name(at: datetime) -> str:
    """Name a set by its time in UTC: names sort as times do."""
    return at.astimezone(UTC).strftime("%Y-%m-%d_%H-%M-%SZ")


def is_set_name(name: str) -> bool:
    """Say whether a folder is called as sets are; nothing else is ever removed."""
    return bool(_SET.match(name))


def chart_names(charts: Sequence[tuple[str, str]]) -> list[str]:
    """Name the files of charts. Args: charts: bed and record number of each. Returns: as many names, all different."""
    names: list[str] = []
    for bed, number in charts:
        base = "_".join(filter(None, (slug(bed) or "no-bed", slug(number))))
        name, n = f"{base}.pdf", 1
        while name.lower() in {one.lower() for one in names}:
            n += 1
            name = f"{base}_{n}.pdf"
        names.append(name)
    return names


def sets_to_remove(sets: Mapping[str, bool], *, newest: str, keep: int) -> list[str]:
    """List the sets that may go once the newest lies there: the oldest beyond `keep`, never the newest.

    Args: sets: name -> whether every ward is in it. Whole ones make room for whole ones only, and the others for
    the others: a set that lacks a ward never takes the place of one that has it.
    """
    gone: list[str] = []
    for whole in (True, False):
        alike = sorted(name for name, is_whole in sets.items() if is_whole is whole and is_set_name(name))
        gone += [name for name in alike[: max(0, len(alike) - keep)] if name < newest]
    return gone


# -- wards ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class WardKey:
    """A ward at a site. Both empty: those in the house whose source did not say where."""

    site: str
    ward: str

    @property
    def key(self) -> str:
        """Return it as people type it: `arlon/surgery`."""
        return f"{self.site}/{self.ward}"

    @property
    def folder(self) -> str:
        """Return the name of its folder in a set."""
        return "-".join(filter(None, (slug(self.site), slug(self.ward)))) or "without-ward"


def ward_read(text: str) -> WardKey:
    """Read `arlon/surgery`, or `surgery@arlon` as the graph names units. Raises: RL-REC-453."""
    site, between, ward = text.strip().partition("/")
    if not between:
        ward, between, site = text.strip().partition("@")
    if not (site and ward and between):
        raise errors.PRINT_WARD.error(where="ward", ward=text[:60])
    return WardKey(site=site, ward=ward)
