"""Which message an acknowledgement belongs to, for whoever sends.

Owns what is waiting, what timed out and what was settled, by control id. Refuses clocks and connections: times are
arguments, in seconds of any clock that never goes back. An acknowledgement is credited to the message whose MSH-10
is its MSA-2 and to no other, however late it comes and however alone another message waits.
Source: HL7 v2.8 chapter 2, section 2.9.3; docs/design/hl7.md, cases 73-84.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

from relight.wire import errors
from relight.wire.hl7.acks import AckCode, AckFault, Acknowledgement

REMEMBERED = 10_000  # control ids kept after they were settled or timed out


class Awaits(Enum):
    """What the sender asked for, and so what settles a message."""

    ACCEPT = "accept"  # CA is enough
    APPLICATION = "application"  # AA; a CA on the way is only noted


class _State(Enum):
    WAITING = "waiting"
    HELD = "held"  # CA came, the application's answer is awaited
    LATE = "late"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The message is delivered. `late`: after it had timed out, so perhaps it was already sent again."""

    control_id: str
    after_s: float
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The receiver keeps it (CA); its application has not answered yet. It may answer again."""

    control_id: str
    after_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The receiver does not take it. Args: code: AE, AR, CE or CR. late: after it had timed out."""

    control_id: str
    code: AckCode
    text: str
    errors: tuple[AckFault, ...]
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One more acknowledgement of a message that was settled: nothing changes."""

    control_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An acknowledgement of nothing sent here, or of nothing at all (MSA-2 empty): credited to no message."""

    control_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut:
    """No answer came in time; the message is not delivered as far as is known."""

    control_id: str
    sent_at_s: float


Outcome = Accepted | Held | Refused | Repeated | Unknown


@dataclass(slots=True)
class _Sent:
    at_s: float
    awaits: Awaits
    state: _State


class AckMatcher:
    """What one sender waits for. Sending is `sent`, an answer is `received`, the clock is `timeouts`."""

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._known: OrderedDict[str, _Sent] = OrderedDict()
        self._waiting: OrderedDict[str, _Sent] = OrderedDict()  # by time of the last sign of life

    @property
    def waiting(self) -> tuple[str, ...]:
        """The control ids that wait, the longest first."""
        return tuple(self._waiting)

    def sent(self, control_id: str, at_s: float, *, awaits: Awaits = Awaits.APPLICATION, again: bool = False) -> None:
        """Note that a message went out.

        Args: control_id: its MSH-10, never empty. again: the very same message is sent once more.
        Raises: CONTROL_ID_REUSED (RL-WIR-217) for a second message with the id of a first.
        """
        if not control_id or (control_id in self._known and not again):
            raise errors.CONTROL_ID_REUSED.error(where="MSH-10")
        sent = _Sent(at_s, awaits, _State.WAITING)
        self._known.pop(control_id, None)
        self._waiting.pop(control_id, None)
        self._known[control_id] = self._waiting[control_id] = sent
        self._forget()

    def received(self, answer: Acknowledgement, at_s: float) -> Outcome:
        """Credit an acknowledgement to the one message it names."""
        control_id = answer.control_id
        sent = self._known.get(control_id)
        if sent is None:
            return Unknown(control_id=control_id)
        if sent.state is _State.SETTLED:
            return Repeated(control_id=control_id)
        late = sent.state is _State.LATE
        if answer.code is AckCode.CA and sent.awaits is Awaits.APPLICATION:
            return self._hold(control_id, sent, at_s)
        sent.state = _State.SETTLED
        self._waiting.pop(control_id, None)
        if answer.code.accepts:
            return Accepted(control_id=control_id, after_s=at_s - sent.at_s, late=late)
        return Refused(control_id=control_id, code=answer.code, text=answer.text, errors=answer.errors, late=late)

    def timeouts(self, at_s: float) -> tuple[TimedOut, ...]:
        """Give up on what waited too long. An answer that still comes is credited to its own message, as late."""
        over = []
        while self._waiting:
            control_id, sent = next(iter(self._waiting.items()))
            if at_s - sent.at_s < self._timeout_s:
                break
            del self._waiting[control_id]
            sent.state = _State.LATE
            over.append(TimedOut(control_id=control_id, sent_at_s=sent.at_s))
        return tuple(over)

    def next_timeout_s(self) -> float | None:
        """When `timeouts` has something to say at the earliest; None: nothing waits."""
        for sent in self._waiting.values():
            return sent.at_s + self._timeout_s
        return None

    def _hold(self, control_id: str, sent: _Sent, at_s: float) -> Outcome:
        """CA is a sign of life: the wait for the application's answer begins anew, once."""
        if sent.state is _State.HELD:
            return Repeated(control_id=control_id)
        after_s, sent.state, sent.at_s = at_s - sent.at_s, _State.HELD, at_s
        self._waiting[control_id] = sent
        self._waiting.move_to_end(control_id)
        return Held(control_id=control_id, after_s=after_s)

    def _forget(self) -> None:
        """Bound the memory: the oldest that no longer wait go first, many at once; what waits never goes."""
        over = len(self._known) - len(self._waiting) - REMEMBERED
        if over < REMEMBERED // 10:
            return
        oldest = [control_id for control_id in self._known if control_id not in self._waiting]
        for control_id in oldest[:over]:
            del self._known[control_id]
