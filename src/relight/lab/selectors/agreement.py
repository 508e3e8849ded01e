"""Whether the rules of autovalidation decide as people do, on results a person has decided about.

Owns trying the rules beside the person, without effect: each message is read again as if its link stood on the
highest rung. Refuses counting what the rules leave to a person: there they decide nothing. Source: Jin et al.,
BMC Med Inform Decis Mak 2021;21:174; ladder.toml, "autovalidation".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from relight.lab.models import Link, Message, Report, Result
from relight.lab.rules.interpret import interpret
from relight.lab.rules.matching import Bench, match
from relight.lab.rules.reading import Reading
from relight.lab.selectors.reading import Desk, desk_for
from relight.lab.types import MessageKind, Protocol, ReportState, Rung, Validation

MOST_MESSAGES = 1000


def agreement_counts(link: Link, *, since: datetime) -> tuple[int, int]:
    """Count the results of patients on which rules and people have both decided.

    Alike: the rules would stand for it, and a person did. Differing: the rules would, and a person put it aside, or
    it was corrected afterwards. Returns: (alike, differing), of at most the last 1,000 messages.
    """
    decided = _decided(link, since=since)
    if not decided:
        return 0, 0
    newest = Message.objects.filter(seq__in={message for message, _ in decided}, kind=MessageKind.RESULTS.value)
    passed = _passed(link, list(newest.order_by("-seq")[:MOST_MESSAGES]))
    both = [stood for place, stood in decided.items() if place in passed]
    return sum(both), len(both) - sum(both)


def _decided(link: Link, *, since: datetime) -> dict[tuple[int, int], bool]:
    """Return what people decided: (message, line) -> whether they stood for it and it stands."""
    reports = Report.objects.filter(link=link, made_at__gte=since)
    validated = reports.filter(validation=Validation.VALIDATED.value)
    closed = reports.filter(state=ReportState.REFUSED.value, hold="").exclude(closed_by="")
    rows = Result.objects.filter(report__in=validated | closed)
    fields = ("report__message", "line", "superseded_by", "report__closed_by")
    return {
        (message, line): superseded is None and not closed_by
        for message, line, superseded, closed_by in rows.values_list(*fields)
    }


def _passed(link: Link, messages: Sequence[Message]) -> set[tuple[int, int]]:
    """Return the lines the rules would stand for: (message, line)."""
    desk = desk_for({link.pk})
    rules = replace(desk.rules_of(link.pk), rung=Rung.AUTOVALIDATION, qc_out=frozenset())
    readings = [(message, _read(message, desk)) for message in messages]
    desk.orders_load(sample.sample for _, reading in readings for sample in reading.samples)
    return {
        (message.seq, line.reading.at)
        for message, reading in readings
        for draft in match(
            reading.samples,
            bench=Bench(link=rules, catalogue=desk.catalogue, at=message.received_at.date(), orders=desk.orders),
        )
        if draft.validation is Validation.AUTO
        for line in draft.lines
    }


def _read(message: Message, desk: Desk) -> Reading:
    return interpret(
        bytes(message.content),
        protocol=Protocol(message.protocol),
        driver=desk.drivers[message.link_id],
        maps=desk.maps[message.link_id],
    )
