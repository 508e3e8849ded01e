"""What a link tells its owner.

Owns the events. Refuses behaviour: the link makes them, its owner acts. Source: docs/design/astm.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.wire.problems import Problem


@dataclass(frozen=True, slots=True)
class SessionAsked:
    """The peer wants to send. Answer with `grant` or `refuse_session`."""


@dataclass(frozen=True, slots=True)
class FrameReceived:
    """A whole, checked frame that comes next. Store it, then `accept`; or `reject`.

    `ends`: it closed with ETX, so the next frame begins something new. `raw`: all its bytes.
    """

    number: int
    text: bytes
    ends: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class FrameRepeated:
    """The frame accepted last came again: its answer was lost. `accept` it, store nothing."""

    number: int


@dataclass(frozen=True, slots=True)
class FrameRefused:
    """Bytes that were no good frame. NAK is queued already."""

    problem: Problem
    raw: bytes


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The sender closed with EOT. `complete`: nothing was left refused or half sent.

    `text`: all accepted texts joined.
    """

    complete: bool
    text: bytes


@dataclass(frozen=True, slots=True)
class SessionBroken:
    """The sender went away. `text`: all accepted texts joined: they were acknowledged, so keep them."""

    problem: Problem
    text: bytes


@dataclass(frozen=True, slots=True)
class MessageSent:
    """The message at `index` of the batch was acknowledged to its last frame."""

    index: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The whole batch of `count` messages was acknowledged."""

    count: int


@dataclass(frozen=True, slots=True)
class SendFailed:
    """Messages from `index` on were not acknowledged and are no longer with the link."""

    problem: Problem
    index: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The receiver acknowledged with EOT: it wants the line. The link stops after the message and waits."""


@dataclass(frozen=True, slots=True)
class Contention:
    """Both ends asked at once. The link yields by its role and asks again by itself."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that mean nothing where they came; nothing was answered."""

    raw: bytes
    at: float


Event = (
    SessionAsked
    | FrameReceived
    | FrameRepeated
    | FrameRefused
    | SessionEnded
    | SessionBroken
    | MessageSent
    | Sent
    | SendFailed
    | Interrupted
    | Contention
    | Noise
)
