"""What both roles of a link share: the bytes that wait, the bytes to write, the state, the deadline.

Owns buffers and their limits. Refuses meaning. Source: docs/design/astm.md.
"""

from __future__ import annotations

from relight.kernel.errors import ErrorSpec
from relight.wire.astm._control import ENQ
from relight.wire.astm._events import Event, Noise
from relight.wire.astm._limits import STANDARD, STANDARD_LIMITS, LinkLimits, LinkQuirks
from relight.wire.astm._state import Cue, Role, State, step
from relight.wire.problems import Problem


class Line:
    """Buffers and state of one end."""

    def __init__(
        self, *, role: Role = Role.HOST, limits: LinkLimits = STANDARD_LIMITS, quirks: LinkQuirks = STANDARD
    ) -> None:
        self.deadline: float | None = None
        """When `tick` wants to be called."""
        self._role = role
        self._limits = limits
        self._quirks = quirks
        self._state = State.IDLE
        self._buffer = bytearray()
        self._read_bytes = 0  # taken out of the buffer since the start: the place of a problem
        self._scanned = 0  # bytes of the buffer that hold no border of a frame
        self._is_overfull = False  # bytes were dropped while an answer was awaited
        self._out = bytearray()
        self._not_before = float("-inf")  # earliest time to ask for the line

    @property
    def state(self) -> State:
        return self._state

    def outgoing(self) -> bytes:
        """Return what is to be written now, once."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def _step(self, cue: Cue) -> None:
        self._state = step(self._state, cue)

    def _keep(self, data: bytes) -> None:
        """Add bytes to the buffer. While an answer is awaited nothing is read, so there the buffer has an end."""
        room = self._limits.frame_bytes * 2 - len(self._buffer)
        if self._state in (State.ASKED, State.ANSWERING) and len(data) > room:
            self._is_overfull = True
            data = data[: max(room, 0)]
        self._buffer += data

    def _drop(self, size: int) -> bytes:
        """Take bytes out of the buffer."""
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._read_bytes += size
        self._scanned = 0
        return taken

    def _drop_enquiries(self) -> None:
        """Drop what was asked again before it was answered: one answer serves all."""
        while self._buffer and self._buffer[0] == ENQ:
            self._drop(1)

    def _noise(self, size: int, at: float, events: list[Event]) -> None:
        if size:
            events.append(Noise(self._drop(size), at))

    def _problem(self, spec: ErrorSpec, **params: object) -> Problem:
        return Problem(at=self._read_bytes, spec=spec, params=params)

    def _turn(self, at: float, events: list[Event]) -> None:
        """The line is free: ask for it when something waits to be sent."""
        raise NotImplementedError

    def _open(self, cue: Cue) -> None:
        """The peer takes the line."""
        raise NotImplementedError
