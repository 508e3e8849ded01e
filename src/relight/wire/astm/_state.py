"""Where the link stands, and what may happen there: the transitions are this table and nothing else.

Owns states, cues and the table. Refuses bytes and time. Source: LIS01-A2, 6 and 8; docs/design/astm.md.
"""

from __future__ import annotations

from enum import Enum

from relight.wire.errors import LINK_MISUSED


class Role(Enum):
    """Which end this is; it decides who yields when both ask at once."""

    HOST = "host"
    INSTRUMENT = "instrument"


class State(Enum):
    """What the link waits for."""

    IDLE = "idle"  # neutral: nobody sends
    ASKED = "asked"  # the peer sent ENQ: grant or refuse
    RECEIVING = "receiving"  # a frame, or EOT
    ANSWERING = "answering"  # a good frame lies here: accept or reject
    RECOVERING = "recovering"  # garbled: silence first, then one NAK
    ASKING = "asking"  # ENQ is out
    SENDING = "sending"  # a frame is out
    RESTING = "resting"  # something to send, and not yet the time to ask


class Cue(Enum):
    """What happens to the link: seen on the line, done by its owner, or brought by time."""

    ENQUIRY = "enquiry"
    UNASKED = "unasked frame"
    FRAME = "frame"
    BAD_FRAME = "bad frame"
    GARBLED = "garbled"
    END = "end"
    GRANT = "grant"
    REFUSE = "refuse"
    ACCEPT = "accept"
    REJECT = "reject"
    ASK = "ask"
    REST = "rest"
    GO_AHEAD = "go ahead"
    NEXT = "next"
    DONE = "done"
    SILENCE = "silence"
    BREAK = "break"


_S, _C = State, Cue

TRANSITIONS: dict[State, dict[Cue, State]] = {
    _S.IDLE: {_C.ENQUIRY: _S.ASKED, _C.UNASKED: _S.RECEIVING, _C.ASK: _S.ASKING, _C.REST: _S.RESTING},
    _S.ASKED: {_C.GRANT: _S.RECEIVING, _C.REFUSE: _S.IDLE, _C.BREAK: _S.IDLE},
    _S.RECEIVING: {
        _C.FRAME: _S.ANSWERING,
        _C.BAD_FRAME: _S.RECEIVING,
        _C.GARBLED: _S.RECOVERING,
        _C.END: _S.IDLE,
        _C.BREAK: _S.IDLE,
    },
    _S.ANSWERING: {_C.ACCEPT: _S.RECEIVING, _C.REJECT: _S.RECEIVING, _C.BREAK: _S.IDLE},
    _S.RECOVERING: {_C.SILENCE: _S.RECEIVING, _C.ENQUIRY: _S.ASKED, _C.BREAK: _S.IDLE},
    _S.ASKING: {_C.GO_AHEAD: _S.SENDING, _C.REST: _S.RESTING, _C.BREAK: _S.IDLE},
    _S.SENDING: {_C.NEXT: _S.SENDING, _C.REST: _S.RESTING, _C.DONE: _S.IDLE, _C.BREAK: _S.IDLE},
    _S.RESTING: {_C.ENQUIRY: _S.ASKED, _C.UNASKED: _S.RECEIVING, _C.ASK: _S.ASKING, _C.BREAK: _S.IDLE},
}


def step(state: State, cue: Cue) -> State:
    """Return the state that follows.

    Raises: RuleError RL-WIR-101 when the table has no such step: an act at the wrong time.
    """
    try:
        return TRANSITIONS[state][cue]
    except KeyError:
        raise LINK_MISUSED.error(act=cue.value, state=state.value) from None
