"""What a bulletin says, without words: the state of services as a practitioner may count on it, systems, lines.

Owns turning the level of a unit, the activity policy and the posture of a site into one of four availabilities; the
document that is kept, compared and signed. Refuses languages, clocks and the database. Source: docs/design/liaison.md,
cases 20-29.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from relight.liaison.types import Availability

FORMAT = 1
UNDATED = frozenset({"at", "day"})  # say when it was drawn, not what the state is

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What a service is to a practitioner.

    Args: kind: the activity the policy is asked about, empty for care that cannot be planned. urgent: takes urgent
    patients. is_hidden: of no use outside the house.
    """

    kind: str = ""
    urgent: bool = True
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known about a service at a site.

    Args: level: `down`, `degraded` or `normal`. planned, urgent: what the policy does with a planned and an urgent
    appointment (`keep`, `cancel`, `move`, `ask`), empty when it was not asked. posture: of the site, `open`,
    `degraded`, `closed`, `diverted`, empty when nobody set it. is_emergency: ambulances come here.
    """

    level: str
    planned: str = ""
    urgent: str = ""
    posture: str = ""
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something with an id and names by language."""

    id: str
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A service at a site. notes: `paper`, `diverted`, `closed`, `ask`, `move`. expected: ISO date, empty for none."""

    service: str
    site: str
    state: Availability
    notes: tuple[str, ...] = ()
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A function. state: `down`, `degraded` or `up`. is_care: practitioners feel it, as the words file lists."""

    id: str
    names: Names
    state: str
    is_care: bool = True
    expected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What the policy does with a kind of activity, by site: planned and urgent."""

    kind: str
    planned: Mapping[str, str]
    urgent: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the directory as a bulletin names it. phone, fax: as dialled. hours: as written."""

    id: str
    kind: str
    name: str
    site: str = ""
    specialty: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    secure: str = ""
    hours: str = ""
    send: Names = field(default_factory=dict)
    how: Names = field(default_factory=dict)
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All a bulletin is drawn from. at: ISO, aware. day: N of D+N. policy: `id@version`, empty without one.

    kept: names of the follow-up categories whose planned consultations take place.
    """

    at: str
    group: Names
    day: int | None = None
    sites: tuple[Named, ...] = ()
    services: tuple[Named, ...] = ()
    cells: tuple[Cell, ...] = ()
    systems: tuple[System, ...] = ()
    policy: str = ""
    policy_title: Names = field(default_factory=dict)
    going: tuple[Going, ...] = ()
    kept: tuple[Named, ...] = ()
    lines: tuple[Line, ...] = ()


_WORST = (Availability.OPEN, Availability.DEGRADED, Availability.URGENT, Availability.SUSPENDED)


def availability(standing: Standing, *, nature: Nature) -> tuple[Availability, tuple[str, ...]]:
    """Say what a practitioner may count on, and why in notes.

    The posture of the site goes before the policy, and the policy before the level: what is cancelled is suspended
    even where machines work; what is kept goes on, on paper where the unit is down.
    """
    if standing.posture == "closed":
        return Availability.SUSPENDED, ("closed",)
    state, notes = _by_level(standing, nature)
    if nature.kind and standing.planned == "cancel":
        state = Availability.SUSPENDED if not nature.urgent or standing.urgent == "cancel" else Availability.URGENT
    elif nature.kind and standing.planned in ("ask", "move"):
        state, notes = _worse(state, Availability.DEGRADED), (*notes, standing.planned)
    if standing.posture == "diverted" and standing.is_emergency:
        state, notes = _worse(state, Availability.DEGRADED), (*notes, "diverted")
    elif standing.posture == "degraded":
        state = _worse(state, Availability.DEGRADED)
    return state, notes


def _by_level(standing: Standing, nature: Nature) -> tuple[Availability, tuple[str, ...]]:
    if standing.level == "normal":
        return Availability.OPEN, ()
    if standing.level == "degraded":
        return Availability.DEGRADED, ()
    if nature.kind and not standing.planned:  # down, and no policy says that it goes on
        return (Availability.URGENT if nature.urgent else Availability.SUSPENDED), ("paper",)
    return Availability.DEGRADED, ("paper",)


def _worse(one: Availability, other: Availability) -> Availability:
    return max(one, other, key=_WORST.index)


def is_worse(after: Availability, before: Availability) -> bool:
    """Say whether an availability is worse than another."""
    return _WORST.index(after) > _WORST.index(before)


def facts_document(facts: Facts) -> dict[str, Any]:
    """Return facts as the document that is kept: texts, whole numbers, lists and tables only."""
    document: dict[str, Any] = json.loads(json.dumps(asdict(facts)))
    return {"format": FORMAT, **document}


def facts_read(document: Mapping[str, Any]) -> Facts:
    """Return facts from a kept document; an empty one gives empty facts."""
    if not document:
        return Facts(at="", group={})
    return Facts(
        at=document["at"],
        group=document["group"],
        day=document["day"],
        sites=tuple(Named(**one) for one in document["sites"]),
        services=tuple(Named(**one) for one in document["services"]),
        cells=tuple(
            Cell(**{**one, "state": Availability(one["state"]), "notes": tuple(one["notes"])})
            for one in document["cells"]
        ),
        systems=tuple(System(**one) for one in document["systems"]),
        policy=document["policy"],
        policy_title=document["policy_title"],
        going=tuple(Going(**one) for one in document["going"]),
        kept=tuple(Named(**one) for one in document["kept"]),
        lines=tuple(Line(**one) for one in document["lines"]),
    )


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the bytes a document is signed by: JSON, keys sorted, no blanks, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def state_digest(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what the state is, the time it was drawn at aside."""
    kept = {key: value for key, value in document.items() if key not in UNDATED}
    return hashlib.sha256(canonical(kept)).hexdigest()
