"""The ASTM link: bytes in, events out, both roles over one half-duplex connection.

Owns the conversation: who may speak, what is answered, when to give up. Refuses sockets and clocks, and
answering a good frame by itself: ACK is an act of its owner, after the durable write. Source: LIS01-A2, 8;
docs/design/astm.md.
"""

from __future__ import annotations

from collections.abc import Callable

from relight.wire.astm._events import (
    Contention,
    Event,
    FrameReceived,
    FrameRefused,
    FrameRepeated,
    Interrupted,
    MessageSent,
    Noise,
    SendFailed,
    Sent,
    SessionAsked,
    SessionBroken,
    SessionEnded,
)
from relight.wire.astm._limits import (
    STANDARD,
    STANDARD_LIMITS,
    ChecksumCase,
    FrameEnding,
    FrameNumbers,
    LinkLimits,
    LinkQuirks,
    Packing,
)
from relight.wire.astm._receiving import Receiving
from relight.wire.astm._sending import Sending
from relight.wire.astm._state import Role, State
from relight.wire.errors import PEER_GONE

__all__ = [
    "ChecksumCase",
    "Contention",
    "Event",
    "FrameEnding",
    "FrameNumbers",
    "FrameReceived",
    "FrameRefused",
    "FrameRepeated",
    "Interrupted",
    "Link",
    "LinkLimits",
    "LinkQuirks",
    "MessageSent",
    "Noise",
    "Packing",
    "Role",
    "SendFailed",
    "Sent",
    "SessionAsked",
    "SessionBroken",
    "SessionEnded",
    "State",
]

Reader = Callable[[float, list[Event]], bool]
IN_SESSION = (State.RECEIVING, State.ANSWERING, State.RECOVERING)


class Link(Receiving, Sending):
    """One end of a connection.

    Every method that moves the link takes the time and returns the events this caused, in order;
    afterwards its owner writes what `outgoing` gives and calls `tick` at `deadline`. `at` is in
    seconds on any monotonic clock.
    """

    def __init__(
        self, *, role: Role = Role.HOST, limits: LinkLimits = STANDARD_LIMITS, quirks: LinkQuirks = STANDARD
    ) -> None:
        super().__init__(role=role, limits=limits, quirks=quirks)
        self._readers: dict[State, Reader] = {
            State.IDLE: self._read_neutral,
            State.RESTING: self._read_neutral,
            State.RECEIVING: self._read_receiving,
            State.RECOVERING: self._read_garbage,
            State.ASKING: self._read_permission,
            State.SENDING: self._read_answer,
        }
        self._lapses: dict[State, Callable[[float, list[Event]], None]] = {
            State.RECEIVING: self._lapse_receiving,
            State.RECOVERING: self._settle,
            State.ASKING: self._lapse_asking,
            State.SENDING: self._lapse_sending,
            State.RESTING: self._ask,
        }

    def receive(self, data: bytes, *, at: float) -> tuple[Event, ...]:
        """Take bytes from the line, in any slices.

        Bytes behind an enquiry or a frame that awaits its answer are kept and read after it.
        """
        if not data:
            return ()
        self._keep(data)
        if self._state is State.RECEIVING:
            self.deadline = at + self._limits.receiver_s
        return self._read([], at)

    def tick(self, *, at: float) -> tuple[Event, ...]:
        """Say that time has passed; does nothing before `deadline`."""
        if self.deadline is None or at < self.deadline:
            return ()
        self.deadline = None
        events: list[Event] = []
        self._lapses[self._state](at, events)
        return self._read(events, at)

    def disconnected(self) -> tuple[Event, ...]:
        """Say that the connection is gone: whatever ran is over. The next connection gets a new link."""
        events: list[Event] = []
        if self._state in IN_SESSION:
            events.append(SessionBroken(self._problem(PEER_GONE), self._session.text))
        if self._batch is not None:
            events.append(SendFailed(self._problem(PEER_GONE), self._batch.index))
        self._batch = self._frame = self.deadline = None
        self._buffer.clear()
        self._out.clear()
        self._state = State.IDLE
        return tuple(events)

    def _read(self, events: list[Event], at: float) -> tuple[Event, ...]:
        while self._buffer:
            reader = self._readers.get(self._state)
            if reader is None or not reader(at, events):
                break
        return tuple(events)
