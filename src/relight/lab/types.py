"""Words and values of the laboratory gateway.

Source: docs/design/lab.md. A message has two axes: `MessageState` says what became of what it holds,
`AckOutcome` what the analyzer was told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from relight.kernel.errors import N_


class Protocol(StrEnum):
    """What an analyzer speaks."""

    ASTM = "astm"  # LIS01-A2 frames, LIS02-A2 records
    HL7 = "hl7"  # HL7 v2 over MLLP, IHE LAW among it


class Transport(StrEnum):
    """How its bytes arrive."""

    TCP_SERVER = "tcp-server"  # Relight listens, the analyzer calls
    TCP_CLIENT = "tcp-client"  # Relight calls the analyzer
    SERIAL = "serial"


class OrdersKept(StrEnum):
    """Who knows the orders: what a sample is matched against."""

    HERE = "here"  # a sample unknown here waits for a person
    LIS = "lis"  # the laboratory system matches; an order known here must still agree


class Rung(StrEnum):
    """How far a link may be relied upon."""

    PAPER = "paper"
    IDENTIFICATION = "identification"
    RESULTS = "results"
    ORDERS = "orders"
    AUTOVALIDATION = "autovalidation"

    @property
    def height(self) -> int:
        return _RUNGS.index(self)

    @property
    def gives_results(self) -> bool:
        """Whether what the analyzer measures leaves the gateway without hand transcription."""
        return self.height >= Rung.RESULTS.height

    @property
    def takes_orders(self) -> bool:
        """Whether the analyzer is told which tests to run."""
        return self.height >= Rung.ORDERS.height

    def above(self) -> Rung | None:
        return _RUNGS[self.height + 1] if self.height + 1 < len(_RUNGS) else None

    def below(self) -> Rung | None:
        return _RUNGS[self.height - 1] if self.height else None


_RUNGS = tuple(Rung)

RUNG_NAMES: dict[Rung, str] = {
    Rung.PAPER: N_("Paper"),
    Rung.IDENTIFICATION: N_("Identification"),
    Rung.RESULTS: N_("Results"),
    Rung.ORDERS: N_("Orders"),
    Rung.AUTOVALIDATION: N_("Autovalidation"),
}


class MessageKind(StrEnum):
    """What a message is about; each is counted apart."""

    UNREAD = "unread"  # stored, not looked into yet
    RESULTS = "results"
    QC = "qc"
    QUERY = "query"
    ORDER_REPLY = "order-reply"
    OTHER = "other"  # status, inventory, acknowledgements: nothing a patient waits for
    INVALID = "invalid"  # no valid laboratory message: kept, refused to its sender


class MessageState(StrEnum):
    """What became of what a message holds."""

    RECEIVED = "received"
    WAITING = "waiting"
    DELIVERED = "delivered"
    HELD = "held"
    REFUSED = "refused"
    DONE = "done"  # QC, queries, status: nothing to deliver


class AckOutcome(StrEnum):
    """What the analyzer was told."""

    PENDING = "pending"  # stored; Relight was cut off at that moment, so what was told is not known
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSENT = "unsent"  # the connection was gone: the analyzer will send it again
    NONE = "none"  # it asked for none, or it did not come over a connection


class ReportState(StrEnum):
    """Where the results of one sample of one message are on their way to the laboratory system."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    HELD = "held"
    REFUSED = "refused"  # by the laboratory system, or put aside here by a person with a reason


class HoldReason(StrEnum):
    """Why a report waits for a person."""

    RUNG = "rung"
    UNKNOWN_TEST = "unknown-test"
    UNKNOWN_UNIT = "unknown-unit"
    NO_SAMPLE = "no-sample"
    SAMPLE_UNKNOWN = "sample-unknown"
    PATIENT_DIFFERS = "patient-differs"
    NOT_ORDERED = "not-ordered"
    UNREADABLE = "unreadable"
    QC_OUT = "qc-out"


HOLD_NAMES: dict[HoldReason, str] = {
    HoldReason.RUNG: N_("The link is not trusted with results yet"),
    HoldReason.UNKNOWN_TEST: N_("The driver does not know this test"),
    HoldReason.UNKNOWN_UNIT: N_("The driver does not know this unit"),
    HoldReason.NO_SAMPLE: N_("The message names no sample"),
    HoldReason.SAMPLE_UNKNOWN: N_("No order is known for this sample"),
    HoldReason.PATIENT_DIFFERS: N_("The patient is not the one of the order"),
    HoldReason.NOT_ORDERED: N_("This test was not ordered for this sample"),
    HoldReason.UNREADABLE: N_("The value cannot be read safely"),
    HoldReason.QC_OUT: N_("Quality control is out of its limits"),
}


class Validation(StrEnum):
    """Who stands for a result."""

    PRELIMINARY = "preliminary"
    VALIDATED = "validated"  # by a person
    AUTO = "auto"  # by the rules of the link's rung

    @property
    def is_final(self) -> bool:
        return self is not Validation.PRELIMINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a link may send. Args: message_bytes: largest message. per_minute: messages a minute; more
    are read later, never dropped. idle_s: silence after which a connection is closed.
    silence_s: silence after which the link falls (0: never). repeat_s: 0, or after how many
    seconds the same bytes are a new message, for analyzers that number nothing."""

    message_bytes: int = 4 * 1024 * 1024
    per_minute: int = 0
    idle_s: int = 0
    silence_s: int = 0
    repeat_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SerialLine:
    """How a serial line is set."""

    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop_bits: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Files of a TLS connection, on this machine. Args: ca: who may call or be called; empty: anybody."""

    certificate: str = ""
    key: str = ""
    ca: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.certificate or self.ca)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    """One link as a file or a page describes it. `peers` are networks that may call; empty: nobody but
    this machine. `lis`: where its results go, empty for nowhere."""

    id: str
    name: str
    site: str = ""
    role: str = "analyzer-link"
    tags: tuple[str, ...] = ()
    driver: str = "generic"
    protocol: Protocol = Protocol.ASTM
    transport: Transport = Transport.TCP_SERVER
    host: str = ""
    port: int = 0
    device: str = ""
    serial: SerialLine = field(default_factory=SerialLine)
    peers: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    tls: Tls = field(default_factory=Tls)
    lis: str = ""
    orders: OrdersKept = OrdersKept.HERE
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LisSettings:
    """One laboratory system results are delivered to. Args: reply_timeout_s: how long its
    acknowledgement may take. enabled: false holds everything for it here."""

    id: str
    name: str
    protocol: Protocol = Protocol.HL7
    host: str = ""
    port: int = 0
    tls: Tls = field(default_factory=Tls)
    reply_timeout_s: int = 30
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as the gateway hands it to the inbox.

    Args: content: exactly what was sent, frames joined. kind: QUERY, INVALID or UNREAD as far as the
    codec can say by the header. problem: code of what was wrong, with its position in bytes.
    """

    link: str
    protocol: Protocol
    content: bytes
    control_id: str
    type: str
    at: datetime
    peer: str = ""
    kind: MessageKind = MessageKind.UNREAD
    problem: str = ""
    problem_at: int = 0
    idem: bytes = b""  # sha256: see rules.inbox.idem_of
    repeat_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the inbox did with one message. Args: seq: its place. is_new: false when it was here already."""

    seq: int
    id: UUID
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QcReading:
    """One control measurement as a driver read it.

    Args: message, line: where it stands; none for one typed by hand. value: as sent. number: the value
    as a decimal text, empty for what is no number.
    """

    code: str
    value: str
    number: str
    measured_at: datetime
    level: str = ""
    lot: str = ""
    unit: str = ""
    message: UUID | None = None
    line: int = 0
