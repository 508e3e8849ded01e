"""What the hospital is made of, as plain values.

Owns levels, kinds, the parts of a description, what owners report about components.
Refuses Django, files and clocks. Source: docs/design/hospital.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, IntEnum

from relight.kernel.errors import N_, ErrorSpec, Translate, same

LANGUAGES = ("fr", "nl", "de", "en")
STAGES_UNSEEN = 7  # a machine nobody has seen yet has the whole line before it


class Level(IntEnum):
    """How well a node works. Ordered: a node is as good as the worst it vitally needs."""

    DOWN = 0
    DEGRADED = 1
    NORMAL = 2


class NodeKind(Enum):
    """The two kinds of node that have a level."""

    FUNCTION = "function"
    UNIT = "unit"


class NeedKind(Enum):
    """How much a node relies on another: without a vital one it is down, without a useful one degraded."""

    VITAL = "vital"
    USEFUL = "useful"


class ZoneState(Enum):
    """Where the clean zone's segment of a site stands."""

    PLANNED = "planned"
    BUILDING = "building"
    OPEN = "open"
    CLOSED = "closed"


LEVEL_WORDS: Mapping[tuple[NodeKind, Level], str] = {
    (NodeKind.FUNCTION, Level.DOWN): N_("down"),
    (NodeKind.FUNCTION, Level.DEGRADED): N_("degraded"),
    (NodeKind.FUNCTION, Level.NORMAL): N_("up"),
    (NodeKind.UNIT, Level.DOWN): N_("down (paper only)"),
    (NodeKind.UNIT, Level.DEGRADED): N_("degraded"),
    (NodeKind.UNIT, Level.NORMAL): N_("normal"),
}
LEVEL_CODES: Mapping[tuple[NodeKind, Level], str] = {
    (NodeKind.FUNCTION, Level.DOWN): "down",
    (NodeKind.FUNCTION, Level.DEGRADED): "degraded",
    (NodeKind.FUNCTION, Level.NORMAL): "up",
    (NodeKind.UNIT, Level.DOWN): "down",
    (NodeKind.UNIT, Level.DEGRADED): "degraded",
    (NodeKind.UNIT, Level.NORMAL): "normal",
}
ZONE_WORDS: Mapping[ZoneState, str] = {
    ZoneState.PLANNED: N_("planned"),
    ZoneState.BUILDING: N_("building"),
    ZoneState.OPEN: N_("open"),
    ZoneState.CLOSED: N_("closed"),
}
NEED_WORDS: Mapping[NeedKind, str] = {NeedKind.VITAL: N_("vital"), NeedKind.USEFUL: N_("useful")}


# -- selectors and components ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which components count. Every field that is not empty must hold."""

    role: str = ""
    site: str = ""
    tag: str = ""
    service: str = ""

    def key(self) -> tuple[str, str, str, str]:
        return (self.role, self.site, self.tag, self.service)

    def text(self) -> str:
        """Return the stable written form, `role=switch,site=arlon`; the key of a stored pool."""
        parts = zip(("role", "site", "tag", "service"), self.key(), strict=True)
        return ",".join(f"{name}={value}" for name, value in parts if value)

    def takes_in(self, other: Selector) -> bool:
        """Say whether whatever the other selects is selected here too."""
        return all(not mine or mine == theirs for mine, theirs in zip(self.key(), other.key(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentReport:
    """What the owner of a component says about it.

    Args: ref: `fleet:<uuid>`, opaque here. role, site, service: slugs or empty. operational: may be
    relied upon now. stages_left: steps of the line before it is. available: false once it will not
    come back (retired); it then counts nowhere. evidence: where the owner keeps the proof.
    """

    ref: str
    name: str
    site: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()
    service: str = ""
    operational: bool = False
    stages_left: int = STAGES_UNSEEN
    evidence: str = ""
    available: bool = True


# -- the description ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something with an id and its names by language (`fr`, `nl`, `de`, `en`; one is enough)."""

    id: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Return the name in a language, else in the first language that has one, else the id."""
        for wanted in (language[:2], "fr", "nl", "de", "en"):
            if wanted in self.names:
                return self.names[wanted]
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Named):
    """The hospital group. d0: the moment of the attack, aware, when the file says it."""

    d0: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Named):
    """A place with its own zone segment. order: when its turn to be equipped comes."""

    order: int
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workstations:
    """How many a unit works with: below `minimum` it is down, below `needed` degraded."""

    needed: int
    minimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Named):
    """A clinical service. tier: 1 first. vital, useful: function ids as written. patients: a day at each site."""

    tier: int
    sites: tuple[str, ...]
    vital: tuple[str, ...] = ()
    useful: tuple[str, ...] = ()
    workstations: Workstations | None = None
    patients: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOverride:
    """What one service needs at one site, where it differs."""

    service: str
    site: str
    workstations: Workstations


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSpec:
    """`need` of `of` components of a kind. of: how many there should be; 0 when not said."""

    select: Selector
    need: int
    of: int
    kind: NeedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A port range a function answers on. ports: inclusive pairs."""

    protocol: str
    ports: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Named):
    """Something IT gives the wards. sites: empty for one for the whole group, else one instance a site."""

    sites: tuple[str, ...] = ()
    vital: tuple[str, ...] = ()
    useful: tuple[str, ...] = ()
    acceptance: bool = True
    owner: str = ""
    components: tuple[PoolSpec, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a machine known only by its name stands. hostname: a pattern for the whole host part."""

    hostname: str
    site: str = ""
    role: str = ""
    service: str = ""
    klass: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleName(Named):
    """What people call a role of machines, or an owner that is no service. Without one the id stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A whole hospital as its file says it.

    Args: text: the file with plain line ends and no byte order mark. digest: its SHA-256, hexadecimal.
    """

    group: Group
    sites: tuple[Site, ...]
    services: tuple[Service, ...]
    units: tuple[UnitOverride, ...]
    functions: tuple[Function, ...]
    placements: tuple[Placement, ...]
    digest: str
    text: str
    filename: str
    roles: tuple[RoleName, ...] = ()


class Word(str):
    """A value inside a message that is itself a declared sentence: translated with it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong (or, as a warning, worth mending) in a description."""

    spec: ErrorSpec
    line: int
    where: str  # file:line, key
    params: Mapping[str, object] = field(default_factory=dict)

    def message(self, translate: Translate = same) -> str:
        params = {key: translate(value) if isinstance(value, Word) else value for key, value in self.params.items()}
        return translate(self.spec.message).format(**params)

    def next(self, translate: Translate = same) -> str:
        return translate(self.spec.next).format(**self.params)

    def document(self, translate: Translate = same) -> dict[str, object]:
        return {
            "code": self.spec.code,
            "line": self.line,
            "where": self.where,
            "message": self.message(translate),
            "next": self.next(translate),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionCheck:
    """What reading a description gave. description: only when there is no fault."""

    filename: str
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    description: Description | None


# -- what changes between two descriptions --------------------------------------------------------


class PartKind(Enum):
    """Which part of a description a change is about."""

    GROUP = "group"
    SITE = "site"
    SERVICE = "service"
    UNIT = "unit"
    FUNCTION = "function"
    ROLE = "role"
    PLACEMENT = "placement"


PART_WORDS: Mapping[PartKind, str] = {
    PartKind.GROUP: N_("group"),
    PartKind.SITE: N_("site"),
    PartKind.SERVICE: N_("service"),
    PartKind.UNIT: N_("service unit"),
    PartKind.FUNCTION: N_("function"),
    PartKind.ROLE: N_("name of a role"),
    PartKind.PLACEMENT: N_("placement rule"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that differs, both values as short text."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """One part that is new, gone or different. changes: only for a different one."""

    kind: PartKind
    id: str
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionDiff:
    """What loading a description would change. returning: ids kept aside that come back."""

    added: tuple[PartChange, ...]
    changed: tuple[PartChange, ...]
    removed: tuple[PartChange, ...]
    returning: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)

    def document(self) -> dict[str, object]:
        def part(change: PartChange) -> dict[str, object]:
            fields = [{"field": f.field, "from": f.before, "to": f.after} for f in change.changes]
            return {"kind": change.kind.value, "id": change.id, **({"fields": fields} if fields else {})}

        return {
            "added": [part(c) for c in self.added],
            "changed": [part(c) for c in self.changed],
            "removed": [part(c) for c in self.removed],
            "returning": list(self.returning),
        }


# -- what pages and other apps read ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSigner:
    """Who signed the opening of a segment, and when."""

    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site and its zone segment. since: when the segment came to its state, None when never touched."""

    id: str
    name: str
    order: int
    subnets: tuple[str, ...]
    zone: ZoneState
    since: datetime | None
    signers: tuple[ZoneSigner, ...] = ()
    note: str = ""
    turn: int = 1

    @property
    def is_open(self) -> bool:
        return self.zone is ZoneState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """A clinical service by name."""

    id: str
    name: str
    tier: int
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """When a node is expected to work at a level again, as the restart office last wrote it.

    Args: level: DEGRADED (it can be used, in degraded mode) or NORMAL. median: as likely before as after.
    p80: four times in five it is back by then. at, actor: when that was written, and by whom.
    """

    level: Level
    median: date
    p80: date
    at: datetime | None = None
    actor: str = ""

    def document(self) -> dict[str, str]:
        """Return it as `status` and `why` give it."""
        level = LEVEL_CODES[NodeKind.UNIT, self.level]
        return {"level": level, "median": self.median.isoformat(), "p80": self.p80.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A service at a site and its level. state: `down`, `degraded` or `normal`."""

    id: str
    service: str
    service_name: str
    site: str
    site_name: str
    tier: int
    level: Level
    state: str
    since: datetime
    expected: Expected | None = None

    @property
    def name(self) -> str:
        return f"{self.service_name} · {self.site_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionView:
    """A function (or one site's instance of it) and its level. state: `down`, `degraded` or `up`.

    accepted: None when the description asks for no acceptance.
    """

    id: str
    base: str
    name: str
    site: str
    owner: str
    level: Level
    state: str
    since: datetime
    accepted: bool | None
    vital: tuple[str, ...]
    useful: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    expected: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceView:
    """An acceptance, in force or ended. lapsed: it ended by itself, when too few components were left."""

    actor: str
    at: datetime
    note: str
    ended_at: datetime | None
    ended_by: str
    ended_note: str
    lapsed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What loading a description did. changes: nodes whose level moved because of it."""

    diff: DescriptionDiff
    loaded: bool
    changes: int
    warnings: tuple[Fault, ...] = ()
