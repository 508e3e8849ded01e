"""Loading a description: a difference applied, with nothing signed or known lost.

Owns which nodes, pools and segments exist. Refuses to take parts out unless that was confirmed.
Source: docs/design/hospital.md, "Loading" (cases 80-87).
"""

from __future__ import annotations

from datetime import datetime

from relight.hospital.errors import DESCRIPTION_REFUSED, DIFF_STALE, REMOVAL_UNCONFIRMED
from relight.hospital.models import LoadedDescription, Node, Pool, Standing, ZoneSegment
from relight.hospital.rules.compile import Hospital, hospital_compile
from relight.hospital.rules.diff import description_compare
from relight.hospital.rules.graph import Graph, State, count_pools, evaluate
from relight.hospital.rules.reader import Reader
from relight.hospital.rules.warnings import shortage_warnings
from relight.hospital.selectors.standing import (
    components_read,
    description_in_force,
    open_gates,
    pool_key,
    standing_get,
)
from relight.hospital.services.settle import BATCH, changes_body, levels_store, revision_raise
from relight.hospital.types import Description, DescriptionCheck, DescriptionDiff, Fault, Level, LoadReport, ZoneState
from relight.journal.api import Body, EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, service


def description_diff(description: Description) -> DescriptionDiff:
    """Say what loading a description would change. A read: it asks for no permission."""
    aside = frozenset(Node.objects.filter(aside=True).values_list("id", flat=True))
    return description_compare(description_in_force(), description, aside=aside)


def load_warnings(description: Description) -> tuple[Fault, ...]:
    """Return the warnings that need the components known now: a need above what matches."""
    graph = hospital_compile(description).graph
    _, known = count_pools(graph, components_read())
    return shortage_warnings(Reader(description.text, description.filename), description, graph, known)


def description_refusal(check: DescriptionCheck) -> RelightError:
    """Make the one error for a description with faults; the faults themselves stand in the check."""
    place = check.faults[0].where if check.faults else check.filename
    return DESCRIPTION_REFUSED.error(where=place, count=len(check.faults))


def digest_in_force() -> str:
    """Return the digest of the description in force, empty when there is none."""
    standing = standing_get()
    return standing.description.digest if standing and standing.description else ""


@service(Permission.HOSPITAL_LOAD)
def description_load(
    *,
    act: Act,
    description: Description,
    removals_confirmed: bool = False,
    shown_against: str | None = None,
    day_zero: datetime | None = None,
) -> LoadReport:
    """Put a description in force.

    Args: removals_confirmed: parts may be taken out. shown_against: digest of the description the
    difference was shown against. day_zero: when neither the file nor an earlier load says it.
    Returns: what changed; nothing is written when the very same file is in force already.
    Raises: RuleError RL-HOS-042 (removals), RL-HOS-043 (something else was loaded meanwhile).
    """
    if digest_in_force() == description.digest:
        return LoadReport(diff=description_diff(description), loaded=False, changes=0)
    with writing(act) as log:
        before = digest_in_force()
        if shown_against is not None and shown_against != before:
            raise DIFF_STALE.error(where=description.filename)
        diff = description_diff(description)
        if diff.removed and not removals_confirmed:
            ids = ", ".join(f"{change.kind.value} {change.id}" for change in diff.removed)
            raise REMOVAL_UNCONFIRMED.error(where=description.filename, count=len(diff.removed), ids=ids)
        _put_in_force(act, description, day_zero)
        events = _rebuild(act, hospital_compile(description))
        body: Body = {
            "filename": description.filename,
            "digest": description.digest,
            "before": before,
            "added": [f"{c.kind.value}:{c.id}" for c in diff.added],
            "changed": [f"{c.kind.value}:{c.id}" for c in diff.changed],
            "removed": [f"{c.kind.value}:{c.id}" for c in diff.removed],
            "changes": changes_body(events),
        }
        cause = {"digest": description.digest, "before": before}
        loaded: Body = {"from": before, "to": description.digest, "cause": cause}
        first = EventDraft(name="hospital.loaded", subject=f"group:{description.group.id}", body=loaded)
        log.entry("hospital.load", subject=f"group:{description.group.id}", body=body, events=[first, *events])
    return LoadReport(diff=diff, loaded=True, changes=len(events), warnings=load_warnings(description))


def _put_in_force(act: Act, description: Description, day_zero: datetime | None) -> None:
    row = LoadedDescription.objects.create(
        id=new_id(act.at),
        filename=description.filename[:255],
        digest=description.digest,
        text=description.text,
        at=act.at,
        actor=act.actor,
    )
    standing, _ = Standing.objects.get_or_create(pk=1)
    standing.description = row
    standing.day_zero = description.group.d0 or standing.day_zero or day_zero or act.at
    standing.save(update_fields=["description", "day_zero"])
    revision_raise()


def _rebuild(act: Act, hospital: Hospital) -> list[EventDraft]:
    """Make the stored pools, segments and nodes those of a hospital; return the events of moved levels."""
    graph = hospital.graph
    operational, known = count_pools(graph, components_read())
    Pool.objects.all().delete()
    rows = [
        Pool(key=pool_key(pool), operational=operational[place], known=known[place])
        for place, pool in enumerate(graph.pools)
    ]
    Pool.objects.bulk_create(rows, batch_size=BATCH)
    have = set(ZoneSegment.objects.values_list("site", flat=True))
    fresh = [
        ZoneSegment(site=site.id, state=ZoneState.PLANNED.value, since=act.at, actor=act.actor)
        for site in hospital.description.sites
        if site.id not in have
    ]
    ZoneSegment.objects.bulk_create(fresh, batch_size=BATCH)
    gates = [graph.gate_index[gate] for gate in open_gates() if gate in graph.gate_index]
    state = evaluate(graph, counts=operational, open_gates=gates)
    _nodes(act, graph, hospital, state)
    return levels_store(act=act, hospital=hospital, state=state, triggers={}, otherwise="description:")


def _nodes(act: Act, graph: Graph, hospital: Hospital, state: State) -> None:
    """Keep nodes that are gone aside, bring back those that return, make those that are new."""
    zero = Standing.objects.values_list("day_zero", flat=True).get(pk=1)
    stored = {row.id: row for row in Node.objects.all()}
    for id in set(stored) - set(graph.ids):
        stored[id].aside = True
    for id in set(stored) & set(graph.ids):
        stored[id].aside = False
    Node.objects.bulk_update(stored.values(), ["aside"], batch_size=BATCH)
    fresh = []
    for place, view in enumerate(hospital.nodes):
        if view.id not in stored:
            level = state.levels[place]
            since = zero if level == Level.DOWN and zero is not None and zero < act.at else act.at
            fresh.append(Node(id=view.id, kind=view.kind.value, level=level, since=since))
    Node.objects.bulk_create(fresh, batch_size=BATCH)
