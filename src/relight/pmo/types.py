"""What is planned and what comes out, as plain values.

Owns the words of planning. Refuses behaviour. Source: docs/design/planning.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Jobs that share renewable resources. Checked by `rules.project.project_make`, which is how one is made.

    Args: names: n words, shown in errors. durations: n whole units of time. demands: n rows of r amounts used while a
    job runs. capacities: r amounts there are at any time. successors: n rows of jobs (0-based) that wait for it.
    """

    names: tuple[str, ...]
    durations: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]
    successors: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        return len(self.durations)


class Proof(Enum):
    """What is known about how far a schedule is from the best."""

    OPTIMAL = "optimal"
    BOUNDED = "bounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When each job starts. Args: start: n times. lower_bound: no schedule at all ends before it."""

    start: tuple[int, ...]
    makespan: int
    lower_bound: int

    @property
    def proof(self) -> Proof:
        return Proof.OPTIMAL if self.makespan <= self.lower_bound else Proof.BOUNDED


# -- settings of the restart ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Hours in which `lanes` people or benches work at once. to_min before from_min: past midnight. days: 1 Monday."""

    lanes: int
    from_min: int
    to_min: int
    days: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who works, and when. holidays: on public holidays too. off: days nobody of it works."""

    id: str
    names: Mapping[str, str]
    shifts: tuple[Shift, ...]
    holidays: bool = False
    off: frozenset[date] = frozenset()

    def name(self, language: str) -> str:
        """Return the name in a language, else in one that has one, else the id."""
        return next((self.names[key] for key in (language[:2], "fr", "en") if key in self.names), self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one item of a class takes. stages: team and minutes of each. spread: the factor two in three lie within."""

    klass: str
    stages: Mapping[str, tuple[str, float]]
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that planning assumes. Shares from 0 to 1. degraded: what a degraded unit costs of one that is down."""

    version: str
    country: str
    teams: tuple[Team, ...]
    works: tuple[Work, ...]
    degraded: float
    rework: float
    absence: float
    reinfection_days: float
    stop_hours: float

    def work(self, klass: str) -> Work:
        """Return what a class takes; what has no row of its own takes what `other` does."""
        found = {work.klass: work for work in self.works}
        return found.get(klass, found["other"])


# -- the restart, as it is planned ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneNode:
    """A function or service unit. held: needs that hold it at down, at degraded. weight: 0 for a function."""

    id: str
    is_unit: bool
    site: str
    tier: int
    weight: int
    patients: float
    held: tuple[int, int]
    needs: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePool:
    """`need` components for a node, of which `have` work."""

    owner: int
    need: int
    have: int
    vital: bool


class JobKind(Enum):
    """What a job of the restart is."""

    ITEM = "item"
    LINK = "link"
    ACCEPTANCE = "acceptance"
    ZONE = "zone"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneJob:
    """Something to do: a component's way to the clean zone, an acceptance, a zone segment, a task people added.

    Args: id: the component's reference, or the gate's id. klass: of the settings. stages: those left, in order.
    pools: of those it counts in. owners: nodes that wait for this gate. hold: the job that must be done before
    its last stage (the zone of its site), -1 for none. after: jobs that must be done before it starts.
    not_before: minutes from the start. own: team and minutes of a task, instead of the settings'.
    """

    id: str
    name: str
    kind: JobKind
    klass: str
    site: str
    stages: tuple[str, ...]
    pools: tuple[int, ...] = ()
    owners: tuple[int, ...] = ()
    hold: int = -1
    after: tuple[int, ...] = ()
    not_before: int = 0
    own: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The restart as it stands at one moment: what is to do, and what waits for it."""

    nodes: tuple[SceneNode, ...]
    pools: tuple[ScenePool, ...]
    jobs: tuple[SceneJob, ...]
    site_order: Mapping[str, int]


# -- what people report, decide and add -----------------------------------------------------------


class ProblemState(StrEnum):
    """Where a reported problem stands. Answered: somebody told the ward something, it is not solved yet."""

    OPEN = "open"
    ANSWERED = "answered"
    SOLVED = "solved"


class DecisionState(StrEnum):
    """Where an order stands that somebody proposed."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ReportState(StrEnum):
    """Where a situation report stands."""

    DRAFT = "draft"
    APPROVED = "approved"


class Audience(StrEnum):
    """Whom a version of the report is for; what each may see is listed in `words/audiences.toml`."""

    STAFF = "staff"
    AUTHORITIES = "authorities"
    PRESS = "press"


class Shape(StrEnum):
    """As what a report leaves."""

    PDF = "pdf"
    HTML = "html"
    TEXT = "text"


LANGUAGES = ("fr", "nl", "de", "en")


class LedgerKind(StrEnum):
    """What a line of the ledger counts: hours of people, or euros."""

    HOURS = "hours"
    COST = "cost"
