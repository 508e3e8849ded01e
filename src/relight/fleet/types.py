"""The words of the fleet: kinds, classes, stages, states, capacities, and the documents they make.

Owns no state. Refuses Django, clocks, randomness. Source: docs/design/line.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import BinaryIO
from uuid import UUID

from relight.kernel.errors import N_


class Kind(Enum):
    """What goes along the line."""

    MACHINE = "machine"
    DATASET = "dataset"
    APPLICATION = "application"


class Klass(Enum):
    """The class of an item: it names the stages and the checks of the policy."""

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

    @property
    def kind(self) -> Kind:
        """The kind an item of this class is: all but data sets and applications are machines."""
        return {Klass.DATASET: Kind.DATASET, Klass.APPLICATION: Kind.APPLICATION}.get(self, Kind.MACHINE)


class Stage(Enum):
    """How far an item is on the recovery line, in order."""

    SEEN = "seen"
    RETRIEVED = "retrieved"
    INSPECTED = "inspected"
    CLEANED = "cleaned"
    RECONFIGURED = "reconfigured"
    VERIFIED = "verified"
    ADMITTED = "admitted"

    @property
    def order(self) -> int:
        """0 for seen … 6 for admitted."""
        return STAGE_ORDER[self]


STAGE_ORDER: Mapping[Stage, int] = {stage: order for order, stage in enumerate(Stage)}


class State(Enum):
    """Where an item counts: its stage, unless it is quarantined or retired."""

    SEEN = "seen"
    RETRIEVED = "retrieved"
    INSPECTED = "inspected"
    CLEANED = "cleaned"
    RECONFIGURED = "reconfigured"
    VERIFIED = "verified"
    ADMITTED = "admitted"
    QUARANTINED = "quarantined"
    RETIRED = "retired"


IN_LINE: frozenset[State] = frozenset(
    {
        State.RETRIEVED,
        State.INSPECTED,
        State.CLEANED,
        State.RECONFIGURED,
        State.VERIFIED,
        State.QUARANTINED,
    }
)


class Capacity(Enum):
    """In which capacity an admission is signed. Two different people, one each."""

    SECURITY = "security"
    OWNER = "owner"


class IdentifierKind(Enum):
    """What an identifier is, strongest first. Record ids are written `<source>/<record>`."""

    SERIAL = "serial"
    UUID = "uuid"
    MAC = "mac"
    FQDN = "fqdn"
    HOSTNAME = "hostname"
    IP = "ip"
    RECORD = "record"


class Nature(Enum):
    """What a source's row is worth: a sighting of a machine, or the word that one should be there."""

    SEEN = "seen"
    EXPECTED = "expected"


class Proves(Enum):
    """What a report of the inspection engine must say to meet a check: nothing was found and all
    was read, or that the search was carried through, whatever it found."""

    CLEAN = "clean"
    DONE = "done"


class How(Enum):
    """How a check is met."""

    ATTESTATION = "attestation"
    REPORT = "report"


class Files(Enum):
    """Whether a check asks for files beside a person's word."""

    NONE = "none"
    WELCOME = "welcome"
    REQUIRED = "required"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.MACHINE: N_("machine"),
    Kind.DATASET: N_("data set"),
    Kind.APPLICATION: N_("application"),
}

KIND_PLURALS: Mapping[Kind, str] = {
    Kind.MACHINE: N_("Machines"),
    Kind.DATASET: N_("Data sets"),
    Kind.APPLICATION: N_("Applications"),
}

KLASS_WORDS: Mapping[Klass, str] = {
    Klass.SERVER: N_("server"),
    Klass.WORKSTATION: N_("workstation"),
    Klass.NEW_WORKSTATION: N_("new workstation"),
    Klass.ANALYZER: N_("analyzer"),
    Klass.MODALITY: N_("imaging modality"),
    Klass.NETWORK: N_("network equipment"),
    Klass.PRINTER: N_("printer"),
    Klass.OTHER: N_("other machine"),
    Klass.DATASET: N_("data set"),
    Klass.APPLICATION: N_("application"),
}

STATE_WORDS: Mapping[State, str] = {
    State.SEEN: N_("seen"),
    State.RETRIEVED: N_("retrieved"),
    State.INSPECTED: N_("inspected"),
    State.CLEANED: N_("cleaned"),
    State.RECONFIGURED: N_("reconfigured"),
    State.VERIFIED: N_("verified"),
    State.ADMITTED: N_("admitted"),
    State.QUARANTINED: N_("quarantined"),
    State.RETIRED: N_("retired"),
}

CAPACITY_WORDS: Mapping[Capacity, str] = {
    Capacity.SECURITY: N_("for security"),
    Capacity.OWNER: N_("for the owning service"),
}

IDENTIFIER_WORDS: Mapping[IdentifierKind, str] = {
    IdentifierKind.SERIAL: N_("serial number"),
    IdentifierKind.UUID: N_("machine UUID"),
    IdentifierKind.MAC: N_("MAC address"),
    IdentifierKind.FQDN: N_("full name"),
    IdentifierKind.HOSTNAME: N_("host name"),
    IdentifierKind.IP: N_("IP address"),
    IdentifierKind.RECORD: N_("record in the source"),
}


def state_of(stage: Stage, *, quarantined: bool, retired: bool) -> State:
    """Say where an item counts. Retired wins over quarantined, quarantined over the stage."""
    if retired:
        return State.RETIRED
    if quarantined:
        return State.QUARANTINED
    return State(stage.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    """What the rules of the line need to know of one item.

    Args: met: ids of the checks met by an attestation that still holds.
    """

    id: UUID
    name: str
    klass: Klass
    stage: Stage
    quarantined: bool
    retired: bool
    site: str
    service: str
    version: int
    met: frozenset[str] = frozenset()

    @property
    def state(self) -> State:
        return state_of(self.stage, quarantined=self.quarantined, retired=self.retired)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One item of a batch that may not do what was asked, as a coded error."""

    item: UUID
    name: str
    code: str
    message: str
    next: str

    def document(self) -> dict[str, str]:
        return {
            "item": str(self.item),
            "name": self.name,
            "code": self.code,
            "message": self.message,
            "next": self.next,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What a batch did: which items changed, which stayed and why. `batch` names it in the history."""

    batch: UUID
    done: tuple[UUID, ...]
    refused: tuple[Refusal, ...] = ()
    same: tuple[UUID, ...] = ()

    def document(self) -> dict[str, object]:
        return {
            "batch": str(self.batch),
            "done": [str(item) for item in self.done],
            "same": [str(item) for item in self.same],
            "refused": [refusal.document() for refusal in self.refused],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLine:
    """One move of one item in the history: for timelines and the latest changes."""

    item: UUID
    name: str
    site: str
    from_state: State
    to_state: State
    at: datetime
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnPoint:
    """The line at the end of one crisis day: items admitted, in the line, and expected by then."""

    day: int
    admitted: int
    in_line: int
    expected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHit:
    """One item found by the search box."""

    id: UUID
    name: str
    kind: Kind
    klass: Klass
    site: str
    room: str
    serial: str
    state: State
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file somebody attaches. Args: content: the bytes, or an open binary file."""

    name: str
    media_type: str
    content: bytes | BinaryIO
    size_bytes: int
