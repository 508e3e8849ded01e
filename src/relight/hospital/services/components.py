"""What owners report about components, taken into the graph in their own transaction.

Owns `components_report`. Refuses a permission of its own: it is part of the owner's write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import F

from relight.hospital.models import Component, Pool
from relight.hospital.rules.compile import Hospital
from relight.hospital.rules.graph import Change
from relight.hospital.rules.world import component_change
from relight.hospital.selectors.standing import components_read, hospital_find, pool_key, state_read
from relight.hospital.services.settle import BATCH, change_settle, changes_body, revision_raise
from relight.hospital.types import ComponentReport
from relight.journal.api import Body, EventDraft, is_writing, writing
from relight.kernel.act import Act

NAME_LENGTH = 255
UPDATED = ["name", "site", "role", "service", "tags", "operational", "available", "stages_left", "evidence"]


def components_report(*, act: Act, reports: Iterable[ComponentReport]) -> int:
    """Take in what an owner says about its components; recompute what stands on them.

    Called inside the owner's `writing`, or on its own. Args: reports: the last one of a reference
    counts. Returns: how many nodes changed level. Cost: a few queries for each 400 components that
    differ from what was known; none for those that do not.
    """
    latest = {report.ref: _clipped(report) for report in reports}
    known = {component.ref: component for component in _known(list(latest))}
    differing = [report for report in latest.values() if known.get(report.ref) != report]
    if not differing:
        return 0
    nested = is_writing()
    with writing(act) as log:
        _store(differing)
        hospital = hospital_find()
        events: list[EventDraft] = []
        lapsed: list[str] = []
        if hospital is None:
            revision_raise()
        else:
            events, lapsed = _settle(act, hospital, known, differing)
        for function in lapsed:
            log.entry("hospital.acceptance_lapse", subject=f"function:{function}", body={"function": function})
        if events or not nested:
            body: Body = {"components": len(differing), "changes": changes_body(events)}
            log.entry("hospital.recompute", subject="hospital:graph", body=body, events=events)
    return len(events)


def _clipped(report: ComponentReport) -> ComponentReport:
    """Shorten a name to what its column holds, so that the same report again is no change."""
    return report if len(report.name) <= NAME_LENGTH else replace(report, name=report.name[:NAME_LENGTH])


def _known(refs: list[str]) -> list[ComponentReport]:
    found: list[ComponentReport] = []
    for start in range(0, len(refs), BATCH):
        found.extend(components_read(refs[start : start + BATCH]))
    return found


def _store(reports: list[ComponentReport]) -> None:
    rows = [
        Component(
            ref=report.ref,
            name=report.name,
            site=report.site,
            role=report.role,
            service=report.service,
            tags=list(report.tags),
            operational=report.operational,
            available=report.available,
            stages_left=report.stages_left,
            evidence=report.evidence,
        )
        for report in reports
    ]
    Component.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["ref"], update_fields=UPDATED, batch_size=BATCH
    )


def _settle(
    act: Act, hospital: Hospital, known: dict[str, ComponentReport], reports: list[ComponentReport]
) -> tuple[list[EventDraft], list[str]]:
    graph = hospital.graph
    steps: list[tuple[int, int, str]] = []
    members: dict[int, int] = {}
    for report in reports:
        before = known.get(report.ref)
        steps.extend(component_change(graph, before, report))
        for pool in graph.pools_of(before) if before else ():
            members[pool] = members.get(pool, 0) - 1
        for pool in graph.pools_of(report):
            members[pool] = members.get(pool, 0) + 1
    for pool, step in members.items():
        if step:
            Pool.objects.filter(pk=pool_key(graph.pools[pool])).update(known=F("known") + step)
    return change_settle(act=act, hospital=hospital, state=state_read(graph), change=Change(pools=steps))
