"""Connections that were seen, kept with what they say about the zone.

Owns SeenRun. Source: docs/design/zone.md, "What was seen" (cases 45-56).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.cleanzone import errors
from relight.cleanzone.models import SeenRun
from relight.cleanzone.rules.observe import SeenLines, SeenReport, lines_read, seen_judge
from relight.cleanzone.selectors.zone import ruleset_at
from relight.journal.api import Body, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

KEPT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDone:
    """What was read and what it says. never_used: numbers of flows in force that nothing was seen to use."""

    lines: SeenLines
    report: SeenReport
    never_used: tuple[int, ...]


@service(Permission.ZONE_DEPLOY)
def seen_check(*, act: Act, lines: Iterable[str], name: str) -> SeenDone:
    """Hold seen connections against the flows in force, and keep what was found. Raises: RL-ZON-030."""
    read = lines_read(lines)
    if not read.counts and read.bad:
        raise errors.SEEN_NOTHING.error(where=name, name=name, bad=read.bad)
    zone, ruleset = ruleset_at(act.at)
    report = seen_judge(zone, ruleset, read.counts)
    never = tuple(rule.flow.number for rule in ruleset.rules if not report.used.get(rule.flow.number))
    with writing(act) as log:
        row = SeenRun.objects.create(
            id=new_id(act.at),
            at=act.at,
            by=act.actor,
            filename=name[:200],
            connections=sum(read.counts.values()),
            other=read.other,
            bad=read.bad,
            findings=[one.document() for one in report.findings[:KEPT]],
            findings_count=len(report.findings),
            used={str(number): times for number, times in report.used.items()},
        )
        body: Body = {"connections": row.connections, "findings": row.findings_count, "bad": read.bad}
        log.entry("zone.seen_check", subject=f"seen:{row.pk}", body=body)
    return SeenDone(lines=read, report=report, never_used=never)
