"""The receiver's half of a link: enquiries, frames, garbage, silence.

Owns what is answered without asking the owner (NAK to what is no good frame) and when. Refuses to
acknowledge by itself. Source: LIS01-A2, 8.2, 8.3 and 8.5; docs/design/astm.md, A4 to A8.
"""

from __future__ import annotations

from typing import Any

from relight.kernel.errors import ErrorSpec
from relight.wire.astm._control import ACK, CR, ENQ, EOT, LF, NAK, STX
from relight.wire.astm._events import (
    Event,
    FrameReceived,
    FrameRefused,
    FrameRepeated,
    Noise,
    SessionAsked,
    SessionBroken,
    SessionEnded,
)
from relight.wire.astm._frames import BadFrame, Frame, Garbled, find_border, judge_frame
from relight.wire.astm._inbound import Session, Standing
from relight.wire.astm._line import Line
from relight.wire.astm._state import Cue
from relight.wire.errors import (
    FRAME_GARBLED,
    FRAME_REFUSED_HERE,
    FRAME_TOO_LONG,
    LINK_MISUSED,
    RECEIVER_TIMED_OUT,
    SESSION_HOPELESS,
    SESSION_RESTARTED,
    SESSION_TOO_LONG,
)
from relight.wire.problems import Problem

_ENQ = bytes((ENQ,))
_ANSWERS = bytes((ACK, NAK))
_LINE_ENDS = bytes((CR, LF))


class Receiving(Line):
    """The half that answers."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._session = Session(numbers=self._quirks.numbers)
        self._frame: Frame | None = None  # waits for accept or reject
        self._garbage = bytearray()
        self._garbage_bytes = 0
        self._garbage_spec = FRAME_GARBLED

    def grant(self, *, at: float) -> tuple[Event, ...]:
        """Let the peer send: ACK."""
        self._step(Cue.GRANT)
        self._drop_enquiries()
        self._answer(ACK, at)
        return self._read([], at)

    def refuse_session(self, *, at: float) -> tuple[Event, ...]:
        """Tell the peer that this end is busy: NAK. It asks again after 10 s."""
        self._step(Cue.REFUSE)
        self._drop_enquiries()
        self._answer(NAK, at)
        self.deadline = None
        events: list[Event] = []
        self._turn(at, events)
        return self._read(events, at)

    def accept(self, *, at: float) -> tuple[Event, ...]:
        """Acknowledge the frame that waits for an answer: it is stored for good."""
        frame = self._answered(Cue.ACCEPT)
        self._session.accept(frame)
        self._answer(ACK, at)
        return self._read([], at)

    def reject(self, *, at: float) -> tuple[Event, ...]:
        """Refuse the frame that waits for an answer, so that it is sent again: NAK."""
        frame = self._answered(Cue.REJECT)
        self._session.refusals += 1
        self._answer(NAK, at)
        problem = self._problem(FRAME_REFUSED_HERE, number=frame.number)
        return self._read([FrameRefused(problem, frame.raw)], at)

    def _answered(self, cue: Cue) -> Frame:
        """Close the wait for an answer. Copies sent before it share it: two would acknowledge the next frame too."""
        frame = self._frame
        if frame is None:
            raise LINK_MISUSED.error(act=cue.value, state=self._state.value)
        self._step(cue)
        self._frame = None
        while self._buffer.startswith(frame.raw):
            self._drop(len(frame.raw))
        return frame

    def _answer(self, byte: int, at: float) -> None:
        """Queue one answer, unless the sender gave up meanwhile: late, it would answer the next enquiry."""
        if not (self._buffer and self._buffer[0] == EOT):
            self._out.append(byte)
        self.deadline = at + self._limits.receiver_s

    def _read(self, events: list[Event], at: float) -> tuple[Event, ...]:
        raise NotImplementedError

    # --- reading: each returns whether there may be more to read ---

    def _open(self, cue: Cue) -> None:
        """The peer takes the line. Whatever kept this end from asking is settled once it has spoken."""
        self._step(cue)
        self._session = Session(numbers=self._quirks.numbers)
        self._is_overfull = False
        self._not_before = float("-inf")
        self.deadline = None

    def _read_neutral(self, at: float, events: list[Event]) -> bool:
        first = self._buffer[0]
        if first == ENQ:
            self._drop(1)
            self._open(Cue.ENQUIRY)
            events.append(SessionAsked())
            return False
        if first == STX and self._quirks.without_enquiry:
            self._open(Cue.UNASKED)
            self.deadline = at + self._limits.receiver_s
            return True
        if first in _LINE_ENDS or first == EOT:
            self._drop(1)
            return True
        starts = [self._buffer.find(_ENQ)]
        if self._quirks.without_enquiry:
            starts.append(self._buffer.find(STX))
        self._noise(min((s for s in starts if s > 0), default=len(self._buffer)), at, events)
        return True

    def _read_receiving(self, at: float, events: list[Event]) -> bool:
        first = self._buffer[0]
        if self._is_overfull:
            self._is_overfull = False
            self._garbled(at)
        elif first == STX:
            return self._read_frame(at, events)
        elif first == EOT:
            self._drop(1)
            self._step(Cue.END)
            self.deadline = None
            events.append(SessionEnded(self._session.is_complete, self._session.text))
            self._turn(at, events)
        elif first in _LINE_ENDS:
            self._drop(1)
        else:
            self._garbled(at)
        return True

    def _read_frame(self, at: float, events: list[Event]) -> bool:
        border = find_border(self._buffer, max(self._scanned, 1), quirks=self._quirks)
        size = len(self._buffer) if border < 0 else border
        if size > self._limits.frame_bytes:
            self._garbled(at, FRAME_TOO_LONG)
            return True
        if border < 0:
            self._scanned = size
            return False
        found = judge_frame(self._buffer, 0, border=border, quirks=self._quirks, at=self._read_bytes)
        if found is None:  # the last bytes are under way; when none come they were lost
            self.deadline = at + self._limits.settle_s
            return False
        if isinstance(found, Garbled):
            self._garbled(at)
            return True
        self._drop(len(found.raw))
        if isinstance(found, BadFrame):
            self._step(Cue.BAD_FRAME)
            self._refuse(found.problem, found.raw, at, events)
            return True
        return self._place(found, at, events)

    def _place(self, frame: Frame, at: float, events: list[Event]) -> bool:
        """Take a good frame into the transmission, or refuse it there."""
        start = self._read_bytes - len(frame.raw)
        standing = self._session.judge(frame, at=start)
        if isinstance(standing, Problem):
            self._step(Cue.BAD_FRAME)
            self._refuse(standing, frame.raw, at, events)
            return True
        if self._session.size_bytes + len(frame.text) > self._limits.session_bytes:
            self._out.append(NAK)
            self._break(self._problem(SESSION_TOO_LONG, limit=self._limits.session_bytes), at, events)
            return True
        self._frame = frame
        self._step(Cue.FRAME)
        self.deadline = None
        if standing is Standing.REPEATED:
            events.append(FrameRepeated(frame.number))
        else:
            events.append(FrameReceived(frame.number, frame.text, frame.ends, frame.raw))
        return False

    def _refuse(self, problem: Problem, raw: bytes, at: float, events: list[Event]) -> None:
        """Ask for a frame again, but not without end: a sender that keeps the standard gives up first."""
        self._session.refusals += 1
        events.append(FrameRefused(problem, raw))
        self._answer(NAK, at)
        if self._session.refusals > 2 * self._limits.tries:
            self._break(self._problem(SESSION_HOPELESS, count=self._session.refusals), at, events)

    # --- garbage: one NAK, once the line is silent ---

    def _garbled(self, at: float, spec: ErrorSpec = FRAME_GARBLED) -> None:
        self._step(Cue.GARBLED)
        self._garbage.clear()
        self._garbage_bytes = 0
        self._garbage_spec = spec
        self.deadline = at + self._limits.settle_s

    def _read_garbage(self, at: float, events: list[Event]) -> bool:
        """Swallow everything, good frames too: a frame that begins inside garbage may be a part of one."""
        taken = self._drop(len(self._buffer))
        self._garbage_bytes += len(taken)
        self._garbage += taken[: max(self._limits.frame_bytes - len(self._garbage), 0)]
        self.deadline = at + self._limits.settle_s
        if self._garbage_bytes > self._limits.session_bytes:
            self._break(self._problem(SESSION_TOO_LONG, limit=self._limits.session_bytes), at, events)
        return False

    def _settle(self, at: float, events: list[Event]) -> None:
        """The line fell silent behind garbage."""
        raw, start = bytes(self._garbage), self._read_bytes - self._garbage_bytes
        self._garbage.clear()
        if not raw.strip(_ENQ):  # nothing but an enquiry: the sender begins anew
            problem = Problem(at=start, spec=SESSION_RESTARTED)
            events.append(SessionBroken(problem, self._session.text))
            self._open(Cue.ENQUIRY)
            events.append(SessionAsked())
            return
        if not raw.strip(_ANSWERS):  # the peer answers too: two that answer each other would never stop
            events.append(Noise(raw, at))
            self._step(Cue.SILENCE)
            self.deadline = at + self._limits.receiver_s
            return
        spec = self._garbage_spec
        params: dict[str, object] = (
            {"size": self._garbage_bytes} if spec is FRAME_GARBLED else {"limit": self._limits.frame_bytes}
        )
        self._step(Cue.SILENCE)
        self._refuse(Problem(at=start, spec=spec, params=params), raw, at, events)

    def _lapse_receiving(self, at: float, events: list[Event]) -> None:
        """Nothing came: the last bytes of a frame were lost, or the sender is gone."""
        if find_border(self._buffer, 1, quirks=self._quirks) > 0:
            self._garbled(at)
            self._read_garbage(at, events)
            self._settle(at, events)
            return
        self._drop(len(self._buffer))
        self._break(self._problem(RECEIVER_TIMED_OUT, seconds=f"{self._limits.receiver_s:g}"), at, events)

    def _break(self, problem: Problem, at: float, events: list[Event]) -> None:
        self._step(Cue.BREAK)
        self.deadline = None
        events.append(SessionBroken(problem, self._session.text))
        self._turn(at, events)
