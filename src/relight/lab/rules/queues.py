"""What a person may do about results that wait or were refused: one table.

Owns which act is open from which state, and what stands in its way. Refuses rows and clocks: what holds now is
an argument. Source: docs/design/lab.md, "Queues".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from relight.kernel.errors import N_, Word
from relight.kernel.verdict import YES, Verdict, no
from relight.lab import errors
from relight.lab.types import RUNG_NAMES, HoldReason, ReportState, Rung

SOURCE = "docs/design/lab.md, Queues"


class Decision(StrEnum):
    """What a person decides about one report."""

    MAP = "map"  # say what an unknown test means; the message is read anew
    PLACE = "place"  # say whose results these are: choose the order, prove it by the sample number
    REREAD = "reread"  # look again: an order, a mapping or a driver came meanwhile
    RELEASE = "release"  # let it go to the laboratory system
    CLOSE = "close"  # it will not go: transcribed by hand, a duplicate, not usable
    REOPEN = "reopen"  # take closing back
    MEND = "mend"  # change what the laboratory system refused, never the value
    REPLAY = "replay"  # send again what the laboratory system refused


DECISION_NAMES: dict[Decision, str] = {
    Decision.MAP: N_("Say what the test is"),
    Decision.PLACE: N_("Choose the order"),
    Decision.REREAD: N_("Look again"),
    Decision.RELEASE: N_("Release results"),
    Decision.CLOSE: N_("Close results"),
    Decision.REOPEN: N_("Take back the closing"),
    Decision.MEND: N_("Mend"),
    Decision.REPLAY: N_("Send again"),
}


class CloseReason(StrEnum):
    """Why results do not go to the laboratory system."""

    TRANSCRIBED = "transcribed"
    DUPLICATE = "duplicate"
    NOT_PATIENT = "not-patient"
    UNUSABLE = "unusable"
    OTHER = "other"


CLOSE_NAMES: dict[CloseReason, str] = {
    CloseReason.TRANSCRIBED: N_("transcribed by hand"),
    CloseReason.DUPLICATE: N_("duplicate of results that went"),
    CloseReason.NOT_PATIENT: N_("no patient's sample: control, calibration, test"),
    CloseReason.UNUSABLE: N_("not usable: to be measured again"),
    CloseReason.OTHER: N_("another reason"),
}

STATE_NAMES: dict[ReportState, str] = {
    ReportState.WAITING: N_("waiting for the laboratory system"),
    ReportState.DELIVERED: N_("delivered"),
    ReportState.HELD: N_("held"),
    ReportState.REFUSED: N_("refused"),
}
CLOSED_NAME = Word(N_("closed here"))

_ANY_HELD = frozenset({Decision.REREAD, Decision.CLOSE})
FROM_HELD: dict[HoldReason, frozenset[Decision]] = {
    HoldReason.RUNG: frozenset({Decision.RELEASE, Decision.CLOSE}),
    HoldReason.QC_OUT: frozenset({Decision.RELEASE, Decision.CLOSE}),
    HoldReason.NOT_ORDERED: _ANY_HELD | {Decision.RELEASE},
    HoldReason.UNKNOWN_TEST: _ANY_HELD | {Decision.MAP},
    HoldReason.UNKNOWN_UNIT: _ANY_HELD | {Decision.MAP},
    HoldReason.NO_SAMPLE: _ANY_HELD | {Decision.PLACE},
    HoldReason.SAMPLE_UNKNOWN: _ANY_HELD | {Decision.PLACE},
    HoldReason.PATIENT_DIFFERS: _ANY_HELD | {Decision.PLACE},
    HoldReason.UNREADABLE: _ANY_HELD,
}
FROM_REFUSED = frozenset({Decision.MEND, Decision.REPLAY, Decision.CLOSE})
FROM_CLOSED = frozenset({Decision.REOPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a report stands. Args: hold: empty unless held (or closed while held). closed: a person put it
    aside. rung: of its link now. qc_out: a control of one of its tests is out of its limits now."""

    state: ReportState
    hold: HoldReason | None = None
    closed: bool = False
    link: str = ""
    rung: Rung = Rung.PAPER
    qc_out: bool = False


def decisions_from(place: Place) -> frozenset[Decision]:
    """List what is open from a place; nothing while results wait for the laboratory system or went there."""
    if place.state is ReportState.HELD and place.hold is not None:
        return FROM_HELD[place.hold]
    if place.state is ReportState.REFUSED:
        return FROM_CLOSED if place.closed else FROM_REFUSED
    return frozenset()


def may_decide(decision: Decision, place: Place) -> Verdict:
    """Say whether a decision is open from a place, and when not, what stands in its way."""
    if decision not in decisions_from(place):
        state = CLOSED_NAME if place.closed else Word(STATE_NAMES[place.state])
        return no(errors.ACT_NOT_HERE, source=SOURCE, what=Word(DECISION_NAMES[decision]), state=state)
    if decision is Decision.RELEASE:
        gate = gate_now(place)
        if gate is HoldReason.RUNG:
            rung = Word(RUNG_NAMES[place.rung])
            return no(errors.RUNG_TOO_LOW, source=SOURCE, link=place.link, rung=rung)
        if gate is HoldReason.QC_OUT:
            return no(errors.QC_STILL_OUT, source=SOURCE, link=place.link)
    return YES


def gate_now(place: Place) -> HoldReason | None:
    """Say what of the link itself keeps results here, whatever a person decided about whose they are."""
    if not place.rung.gives_results:
        return HoldReason.RUNG
    return HoldReason.QC_OUT if place.qc_out else None
