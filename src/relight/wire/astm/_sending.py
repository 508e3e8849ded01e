"""The sender's half of a link: asking for the line, frames, answers, giving up.

Owns retries and rests. Refuses keeping what failed: its owner sends it again. Source: LIS01-A2, 8.2 to
8.5; docs/design/astm.md, A9 to A12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relight.kernel.errors import ErrorSpec
from relight.wire.astm._control import ACK, ENQ, EOT, NAK
from relight.wire.astm._events import Contention, Event, Interrupted, MessageSent, SendFailed, Sent, SessionAsked
from relight.wire.astm._line import Line
from relight.wire.astm._outbound import Batch
from relight.wire.astm._state import Cue, Role, State
from relight.wire.errors import LEFT_BY_RECEIVER, LINK_MISUSED, NO_REPLY, NOT_ACCEPTED, STAYED_BUSY

_ANSWERS = frozenset((ACK, NAK, EOT))


class Sending(Line):
    """The half that asks."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._batch: Batch | None = None
        self._is_unclear = False  # something came that is no answer
        self._was_unclear = False  # so at any try of this frame
        self._peer_asks = False  # an enquiry came while a frame was out
        self._wants_line = False  # the receiver answered EOT

    @property
    def is_idle(self) -> bool:
        """Whether nobody speaks and nothing waits to be sent."""
        return self._state is State.IDLE and self._batch is None

    def send(self, messages: Sequence[bytes], *, at: float) -> tuple[Event, ...]:
        """Send messages (records that end with CR) as one transmission, now or when the line is free.

        Returns: events; later `MessageSent` for each, then `Sent`, or `SendFailed`.
        Raises: RuleError RL-WIR-101 while a batch is under way; InputError RL-WIR-114 for a text
        with a restricted character, before anything is sent.
        """
        if self._batch is not None:
            raise LINK_MISUSED.error(act="send", state=self._state.value)
        if not messages:
            return (Sent(0),)
        self._batch = Batch(messages, quirks=self._quirks, send_chars=self._limits.send_chars)
        events: list[Event] = []
        if self._state is State.IDLE:
            self._turn(at, events)
        return tuple(events)

    def _turn(self, at: float, events: list[Event]) -> None:
        if self._batch is None:
            return
        if at >= self._not_before:
            self._ask(at, events)
        else:
            self._step(Cue.REST)
            self.deadline = self._not_before

    def _ask(self, at: float, events: list[Event]) -> None:
        assert self._batch is not None
        self._step(Cue.ASK)
        self._batch.enquiries += 1
        self._speak(bytes((ENQ,)), at, events)

    def _speak(self, data: bytes, at: float, events: list[Event]) -> None:
        """Write something that wants an answer. What came before cannot be that answer."""
        self._noise(len(self._buffer), at, events)
        self._out += data
        self._is_unclear = self._peer_asks = False
        self.deadline = at + self._limits.reply_s

    def _rest(self, seconds: float, at: float) -> None:
        self._step(Cue.REST)
        self._not_before = at + seconds
        self.deadline = self._not_before

    # --- reading: each returns whether there may be more to read ---

    def _read_permission(self, at: float, events: list[Event]) -> bool:
        assert self._batch is not None
        first = self._buffer[0]
        if first not in (ACK, NAK, ENQ):
            self._noise(1, at, events)
            return True
        self._drop(1)
        if first == ACK:
            self._step(Cue.GO_AHEAD)
            self._batch.begin()
            self._was_unclear = False
            self._speak(self._batch.frame(), at, events)
            return True
        if first == ENQ:
            events.append(Contention())
        if self._batch.enquiries >= self._limits.enquiries:
            self._give_up(at, events, STAYED_BUSY, tries=self._batch.enquiries)
            return True
        host = self._role is Role.HOST
        yielded_s = self._limits.host_yields_s if host else self._limits.instrument_yields_s
        self._rest(yielded_s if first == ENQ else self._limits.busy_s, at)
        return True

    def _read_answer(self, at: float, events: list[Event]) -> bool:
        first = self._buffer[0]
        if first not in _ANSWERS:
            known = (i for i, byte in enumerate(self._buffer) if byte in _ANSWERS)
            size = next(known, len(self._buffer))
            self._peer_asks = self._peer_asks or ENQ in self._buffer[:size]
            self._noise(size, at, events)
            if not self._is_unclear:  # silence first: an answer may stand behind it
                self._is_unclear = self._was_unclear = True
                self.deadline = at + min(self._limits.settle_s, self._limits.reply_s)
            return True
        if first == EOT and self._was_unclear:  # the end of whatever that was, not an acknowledgement
            self._noise(1, at, events)
            return True
        self._drop(1)
        if first == NAK:
            self._again(at, events)
        else:
            self._advance(at, events, wants_line=first == EOT)
        return True

    def _again(self, at: float, events: list[Event]) -> None:
        """Send the frame that is out once more, or give up."""
        assert self._batch is not None
        if self._batch.tries >= self._limits.tries:
            self._out.append(EOT)
            self._give_up(at, events, NOT_ACCEPTED, number=self._batch.number, tries=self._batch.tries)
            return
        self._step(Cue.NEXT)
        self._speak(self._batch.frame(), at, events)

    def _advance(self, at: float, events: list[Event], *, wants_line: bool) -> None:
        """The frame that was out is acknowledged. A receiver that wants the line gets it between two messages."""
        batch = self._batch
        assert batch is not None
        if wants_line:
            self._wants_line = True
            events.append(Interrupted())
        self._was_unclear = False
        finished = batch.acknowledged()
        if finished:
            events.append(MessageSent(batch.index - 1))
        if batch.is_done:
            self._out.append(EOT)
            self._finish(Cue.DONE, Sent(batch.count), events)
        elif finished and self._wants_line:
            self._out.append(EOT)
            self._wants_line = False
            self._rest(self._limits.interrupted_s, at)
        else:
            self._step(Cue.NEXT)
            self._speak(batch.frame(), at, events)

    def _give_up(self, at: float, events: list[Event], spec: ErrorSpec, **params: object) -> None:
        """Hand the batch back. The next enquiry waits a while: a late answer must not be taken for its own."""
        assert self._batch is not None
        self._not_before = at + self._limits.busy_s
        self._finish(Cue.BREAK, SendFailed(self._problem(spec, **params), self._batch.index), events)

    def _finish(self, cue: Cue, event: Event, events: list[Event]) -> None:
        self._step(cue)
        self._batch = None
        self._wants_line = False
        self.deadline = None
        events.append(event)

    def _lapse_asking(self, at: float, events: list[Event]) -> None:
        self._out.append(EOT)
        self._give_up(at, events, NO_REPLY, seconds=f"{self._limits.reply_s:g}")

    def _lapse_sending(self, at: float, events: list[Event]) -> None:
        """Silence: behind an enquiry the peer waits for its own turn; behind anything unclear it counts as NAK."""
        if self._peer_asks:
            self._give_up(at, events, LEFT_BY_RECEIVER)
            self._open(Cue.ENQUIRY)
            events.append(SessionAsked())
        elif self._is_unclear:
            self._again(at, events)
        else:
            self._lapse_asking(at, events)
