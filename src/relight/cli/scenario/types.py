"""Words of a scenario: what stands in `scenarios/`, and the machines made from it.

Owns no state. Refuses Django, clocks, randomness. Source: docs/design/scenario.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from relight.cli.scenario.activity_plan import ActivityPlan
from relight.cli.scenario.lab_plan import LabPlan
from relight.cli.scenario.liaison_story import LiaisonPlan
from relight.cli.scenario.patients_plan import PatientsPlan
from relight.cli.scenario.restart_story import RestartPlan


class Klass(Enum):
    """Class of a machine on the recovery line, as the fleet words it."""

    SERVER = "server"
    WORKSTATION = "workstation"
    NEW_WORKSTATION = "new-workstation"
    ANALYZER = "analyzer"
    MODALITY = "modality"
    NETWORK = "network"
    PRINTER = "printer"
    OTHER = "other"
    DATASET = "dataset"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """A site: the code its host names begin with, the second byte of its addresses."""

    id: str
    code: str
    octet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """Servers of one role. at: count by site. metal: a physical machine."""

    role: str
    code: str
    os: str
    at: Mapping[str, int]
    metal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WardPlan:
    """PCs of one ward. service: empty for rooms outside the description's services."""

    service: str
    code: str
    at: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePlan:
    """Machines that are neither server nor PC. name: pattern of the host name, `{site}` and `{n}`."""

    role: str
    klass: Klass
    name: str
    model: str
    at: Mapping[str, int]
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """New PCs of one delivery: count by service and site. day: 0 when it is still awaited."""

    day: int
    hour: str
    pcs: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlan:
    """All machines of a group, by count.

    Args: total: how many are seen in the end. doubles: how many of them are one machine seen twice,
    which only a person can tell. ghosts: machines in the books that nobody has seen.
    """

    seed: int
    total: int
    doubles: int
    ghosts: int
    domain: str
    sites: tuple[SitePlan, ...]
    servers: tuple[ServerPlan, ...]
    wards: tuple[WardPlan, ...]
    deliveries: tuple[DeliveryPlan, ...]
    devices: tuple[DevicePlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine (or data set) as it stands in the hospital, whatever the sources know of it.

    Args: delivery: 0 for what stood there before the attack, else the number of its delivery,
    -1 when it is ordered and not there yet. joined: a member of the Windows domain.
    """

    hostname: str
    domain: str
    site: str
    ward: str
    service: str
    role: str
    klass: Klass
    serial: str
    uuid: str
    mac: str
    ip: str
    maker: str
    model: str
    os: str
    os_version: str
    room: str
    metal: bool
    joined: bool
    delivery: int = 0

    @property
    def fqdn(self) -> str:
        return f"{self.hostname}.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One inventory as it survived.

    Args: at: when the recovery imports it. source: the name it keeps. expected: its rows say what
    should be there, not what was seen. mapping: column by field, where the guess needs a person.
    """

    filename: str
    source: str
    content: bytes
    at: datetime
    expected: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPlan:
    """One staff member of the demonstration. Args: scope: sites and services the roles are limited to; none for all."""

    username: str
    name: str
    roles: tuple[str, ...]
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A signed act of the story at `day` and `hour`: a zone, an acceptance, an inspector's key."""

    day: int
    hour: str
    verb: str
    subject: str
    by: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPlan:
    """A number of machines of a kind. Empty fields pick any; `count` 0 takes all there are."""

    count: int = 0
    role: str = ""
    site: str = ""
    service: str = ""
    klass: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """Machines that go along the line together.

    Args: day, hour: when they reach `to`. by: the technician.
    """

    day: int
    hour: str
    to: str
    by: str
    picks: tuple[PickPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPlan:
    """Machines taken out of the line: quarantined, released or retired, with the reason written down.

    Args: found: an inspection found the attackers' tool on them before.
    """

    day: int
    hour: str
    verb: str
    hostnames: tuple[str, ...]
    by: str
    reason: str
    found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPlan:
    """A data set or an application somebody adds by hand: no inventory knows it.

    Args: backup: its restore point is found in a backup of its own.
    """

    day: int
    hour: str
    klass: Klass
    name: str
    role: str
    site: str
    by: str
    backup: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPlan:
    """What happened from D0 to D+10. admitted: how many machines work at the end."""

    days: int
    admitted: int
    data: tuple[DataPlan, ...]
    waves: tuple[WavePlan, ...]
    steps: tuple[StepPlan, ...]
    incidents: tuple[IncidentPlan, ...]
    notes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole scenario: its description file, its fleet, its staff, its story, its laboratory, its patients, its
    appointments, its bulletins, its restart office."""

    name: str
    description: bytes
    fleet: FleetPlan
    staff: tuple[StaffPlan, ...]
    password: str
    story: StoryPlan
    laboratory: LabPlan = field(default_factory=LabPlan)
    patients: PatientsPlan | None = None
    activity: ActivityPlan | None = None
    liaison: LiaisonPlan | None = None
    restart: RestartPlan | None = None
