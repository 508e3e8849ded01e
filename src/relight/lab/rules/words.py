"""The words of messages: kinds, states, what the analyzer was told, and how each looks.

Owns names, `N_`-marked, and the state of the interface each one has.
"""

from __future__ import annotations

from collections.abc import Mapping

from relight.kernel.errors import N_
from relight.lab.types import AckOutcome, MessageKind, MessageState, Protocol, ReportState

KIND_NAMES: Mapping[MessageKind, str] = {
    MessageKind.UNREAD: N_("not read yet"),
    MessageKind.RESULTS: N_("results"),
    MessageKind.QC: N_("quality control"),
    MessageKind.QUERY: N_("query"),
    MessageKind.ORDER_REPLY: N_("answer to an order"),
    MessageKind.OTHER: N_("other"),
    MessageKind.INVALID: N_("no valid message"),
}
STATE_NAMES: Mapping[MessageState, str] = {
    MessageState.RECEIVED: N_("received"),
    MessageState.WAITING: N_("waiting"),
    MessageState.DELIVERED: N_("delivered"),
    MessageState.HELD: N_("held"),
    MessageState.REFUSED: N_("refused"),
    MessageState.DONE: N_("done"),
}
STATE_LOOKS: Mapping[str, str] = {
    MessageState.RECEIVED.value: "waiting",
    MessageState.WAITING.value: "waiting",
    MessageState.DELIVERED.value: "up",
    MessageState.HELD.value: "degraded",
    MessageState.REFUSED.value: "down",
    MessageState.DONE.value: "done",
}
REPORT_NAMES: Mapping[ReportState, str] = {
    ReportState.WAITING: N_("waiting"),
    ReportState.DELIVERED: N_("delivered"),
    ReportState.HELD: N_("held"),
    ReportState.REFUSED: N_("refused"),
}
ACK_NAMES: Mapping[AckOutcome, str] = {
    AckOutcome.PENDING: N_("not known if told"),
    AckOutcome.ACCEPTED: N_("acknowledged"),
    AckOutcome.REJECTED: N_("rejected"),
    AckOutcome.UNSENT: N_("could not be told"),
    AckOutcome.NONE: N_("no answer asked for"),
}
ACK_LOOKS: Mapping[AckOutcome, str] = {
    AckOutcome.PENDING: "waiting",
    AckOutcome.ACCEPTED: "up",
    AckOutcome.REJECTED: "down",
    AckOutcome.UNSENT: "degraded",
    AckOutcome.NONE: "unknown",
}
PROTOCOL_NAMES: Mapping[Protocol, str] = {Protocol.ASTM: "ASTM (LIS01-A2)", Protocol.HL7: "HL7 v2 (MLLP)"}
