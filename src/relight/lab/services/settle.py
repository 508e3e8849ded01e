"""The state of a message follows from its reports: the worst of them. Inside `writing`."""

from __future__ import annotations

from collections.abc import Iterable

from relight.kernel.act import Act
from relight.lab.models import Message, Report
from relight.lab.services.charting_due import chart_due
from relight.lab.types import HoldReason, MessageState, ReportState

WORST_FIRST = (
    (ReportState.HELD, MessageState.HELD),
    (ReportState.REFUSED, MessageState.REFUSED),
    (ReportState.WAITING, MessageState.WAITING),
    (ReportState.DELIVERED, MessageState.DELIVERED),
)
CHUNK = 500


def messages_settle(sequence: Iterable[int]) -> None:
    """Bring the states of messages in line with their reports; those without a report stay as they are.

    Args: sequence: `Message.seq`. Cost: one read and at most four updates for each 500.
    """
    places = sorted(set(sequence))
    for start in range(0, len(places), CHUNK):
        chunk = places[start : start + CHUNK]
        states: dict[int, set[str]] = {}
        for message, state in Report.objects.filter(message__in=chunk).values_list("message_id", "state").distinct():
            states.setdefault(message, set()).add(state)
        for worst, becomes in WORST_FIRST:
            group = [message for message, held in states.items() if worst.value in held]
            if group:
                Message.objects.filter(seq__in=group).exclude(state=becomes.value).update(state=becomes.value)
            for message in group:
                del states[message]


def waiting_hold(*, act: Act, link: str, reason: HoldReason) -> int:
    """Hold what waits for delivery on a link that is no longer trusted; what was tried already goes on.

    The wards' records give it back until it is released.

    Returns: how many reports; each message's state follows.
    """
    rows = Report.objects.filter(link_id=link, state=ReportState.WAITING.value, attempts=0)
    places = list(rows.values_list("message_id", flat=True))
    chart_due(act, list(rows.values_list("order", flat=True)))
    rows.update(state=ReportState.HELD.value, hold=reason.value)
    messages_settle(places)
    return len(places)
