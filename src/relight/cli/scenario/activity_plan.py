"""The appointments of a scenario, as `activity.toml` says: clinics, lists, exports, postures, expected dates, places.

Owns its format. Refuses to make anybody: `appointments` does. Source: docs/design/scenario.md, "The appointments".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One way of writing why. Args: urgency: as the list states it, often not at all. follow_up: as the list says."""

    weight: int
    text: str
    urgency: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """The consultations of one specialty. Args: at: weight among the clinics of a site. young: for children."""

    name: str
    at: Mapping[str, int]
    doctors: tuple[str, ...]
    reasons: tuple[Reason, ...]
    young: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a list holds."""

    weight: int
    what: str
    specialty: str
    urgency: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlan:
    """A list that is no consultations. Args: at: how many of the week, by site."""

    key: str
    title: str
    at: Mapping[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPlan:
    """How a list left the systems. Args: kind: `csv` or `xlsx`. together: one file for all sites. assume: what an
    urgency that is not stated means. source: pattern of its name, `{site}`."""

    name: str
    kind: str
    sites: tuple[str, ...]
    day: int
    hour: str
    source: str
    assume: str = ""
    together: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDay:
    """A policy of the first days. Args: sets: of the shipped policy that it speaks of already."""

    day: int
    hour: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PosturePlan:
    """What was said of some sites. Args: beds: kind, free, staffed. theatres: usable, all."""

    day: int
    hour: str
    sites: tuple[str, ...]
    state: str
    diverted: str = ""
    theatres: tuple[int, int] = (0, 0)
    beds: tuple[tuple[str, int, int], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPlan:
    """When services are expected. Args: units: service, day of the median, safe day. later: days on top, by site."""

    day: int
    hour: str
    by: str
    units: tuple[tuple[str, int, int], ...]
    later: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesPlan:
    """Places a week for what waits. Args: share: of a hundred of a usual week, by kind."""

    day: int
    hour: str
    share: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPlan:
    """The whole plan. Args: first, days: the week, in days of the crisis. consultations: how many, by site. waits: new
    dates given. calls: patients the desks tried to reach."""

    seed: int
    first: int
    days: int
    consultations: Mapping[str, int]
    clinics: tuple[Clinic, ...]
    lists: tuple[ListPlan, ...]
    exports: tuple[ExportPlan, ...]
    medical_lead: str
    early: tuple[PolicyDay, ...]
    shipped: PolicyDay
    waits: int
    calls: int
    postures: tuple[PosturePlan, ...]
    expected: ExpectedPlan
    places: PlacesPlan


def activity_plan_read(content: bytes) -> ActivityPlan:
    """Read the plan. The shipped file is the one tested: a fault in it raises plainly."""
    raw = tomllib.loads(content.decode())
    story, expected = raw["story"], raw["expected"]
    return ActivityPlan(
        seed=raw["seed"],
        first=raw["week"]["first"],
        days=raw["week"]["days"],
        consultations=raw["consultations"]["at"],
        clinics=tuple(_clinic(row) for row in raw["consultations"]["clinic"]),
        lists=tuple(ListPlan(**{**row, "items": tuple(map(_item, row["items"]))}) for row in raw["list"]),
        exports=tuple(ExportPlan(**_tuples(row, "sites")) for row in raw["export"]),
        medical_lead=story["medical_lead"],
        early=tuple(PolicyDay(**_tuples(row, "sets")) for row in story["early"]),
        shipped=PolicyDay(**story["shipped"]),
        waits=story["waits"],
        calls=story["calls"],
        postures=tuple(_posture(row) for row in raw["posture"]),
        expected=ExpectedPlan(**{**expected, "units": tuple(tuple(row) for row in expected["units"])}),
        places=PlacesPlan(**raw["places"]),
    )


def _clinic(row: Mapping[str, Any]) -> Clinic:
    return Clinic(**{**_tuples(row, "doctors"), "reasons": tuple(map(_reason, row["reasons"]))})


def _parts(text: str, count: int) -> list[str]:
    parts = [part.strip() for part in text.split(";")]
    return [*parts, *[""] * (count - len(parts))]


def _reason(text: str) -> Reason:
    weight, words, urgency, follow_up = _parts(text, 4)
    return Reason(weight=int(weight), text=words, urgency=urgency, follow_up=follow_up)


def _item(text: str) -> Item:
    weight, what, specialty, urgency, minutes = _parts(text, 5)
    return Item(weight=int(weight), what=what, specialty=specialty, urgency=urgency, minutes=int(minutes))


def _posture(row: Mapping[str, Any]) -> PosturePlan:
    beds: Sequence[tuple[str, int, int]] = [tuple(one) for one in row.get("beds", ())]
    given = {**_tuples(row, "sites", "theatres"), "beds": tuple(beds)}
    return PosturePlan(**given)


def _tuples(row: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {**row, **{key: tuple(row[key]) for key in keys if key in row}}
