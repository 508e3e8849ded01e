"""The restart as it stands now: work packages from the graph and the line by themselves.

Owns `scene_now` and `settings_now`. Refuses to plan: `engine` does. Source: docs/design/planning.md, "The scene".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path

from django.conf import settings as django_settings

from relight.fleet.api import stages_remaining
from relight.hospital.api import Hospital, World, acceptance_id, naming_now, world_get, zone_id
from relight.pmo import errors
from relight.pmo.models import Task
from relight.pmo.rules.settings import settings_read
from relight.pmo.types import JobKind, Scene, SceneJob, SceneNode, ScenePool, Settings, TaskState

OWN_FILE = "planning.toml"


def settings_now() -> Settings:
    """Return the settings of planning: `planning.toml` of the data folder, else the shipped one.

    Raises: InputError RL-PMO-040 to -046 for an own file with a fault: it is never passed over in silence.
    """
    own = Path(django_settings.RELIGHT_HOME) / OWN_FILE
    if own.is_file():
        return settings_read(own.read_bytes(), filename=OWN_FILE)
    return settings_read(files("relight.pmo").joinpath(OWN_FILE).read_bytes(), filename=OWN_FILE)


def scene_now(*, at: datetime) -> Scene:
    """Read what is to do.

    Args: at: the start of the plan, local. Raises: MissingError RL-HOS-041 without a hospital; RuleError RL-PMO-050
    when all is done.
    """
    hospital, world = world_get()
    gates = _gates(hospital, world)
    jobs = [*gates, *_components(hospital, world, gates)]
    jobs = _with_tasks(jobs, at=at)
    if not jobs:
        raise errors.NOTHING_TO_PLAN.error()
    services = {service.id: service for service in hospital.description.services}
    state, graph = world.state, world.graph
    nodes = tuple(
        SceneNode(
            id=view.id,
            is_unit=view.base in services and view.id.startswith(f"{view.base}@") and view.tier > 0,
            site=view.site,
            tier=view.tier,
            weight=graph.weights[place] if view.tier else 0,
            patients=services[view.base].patients if view.tier else 0,
            held=(state.held_down[place], state.held_degraded[place]),
            needs=graph.needs[place],
        )
        for place, view in enumerate(hospital.nodes)
    )
    pools = tuple(
        ScenePool(owner=graph.pool_owner[place], need=pool.need, have=state.counts[place], vital=pool.vital)
        for place, pool in enumerate(graph.pools)
    )
    order = {site.id: site.order for site in hospital.description.sites}
    return Scene(nodes=nodes, pools=pools, jobs=tuple(jobs), site_order=order)


def _with_tasks(jobs: list[SceneJob], *, at: datetime) -> list[SceneJob]:
    """Add the open tasks: each before the acceptance it was put before, after the tasks it waits for."""
    tasks = list(Task.objects.filter(state=TaskState.OPEN.value))
    teams = {team.id for team in settings_now().teams} if tasks else set()
    for task in tasks:
        if task.team not in teams:
            raise errors.TEAM_UNKNOWN.error(where=f"task:{task.number}", team=task.team)
    place = {task.number: len(jobs) + count for count, task in enumerate(tasks)}
    before: dict[str, list[int]] = {}
    for task in tasks:
        if task.before:
            before.setdefault(acceptance_id(task.before), []).append(place[task.number])
    held = [replace(job, after=(*job.after, *before[job.id])) if job.id in before else job for job in jobs]
    return [
        *held,
        *(
            SceneJob(
                id=f"task:{task.number}",
                name=task.title,
                kind=JobKind.TASK,
                klass="task",
                site=task.site,
                stages=("done",),
                after=tuple(place[number] for number in task.after if number in place),
                not_before=_minutes_until(task.not_before, at),
                own=(task.team, float(task.minutes)),
            )
            for task in tasks
        ),
    ]


def _minutes_until(day: date | None, at: datetime) -> int:
    if day is None:
        return 0
    return max(0, int((datetime.combine(day, time(), tzinfo=at.tzinfo) - at).total_seconds() // 60))


def _gates(hospital: Hospital, world: World) -> list[SceneJob]:
    """One job a gate that is closed: zones in the order of the sites, then acceptances."""
    graph, naming = world.graph, naming_now()
    sites = {zone_id(site.id): site.id for site in sorted(hospital.description.sites, key=lambda site: site.order)}
    accepts = {acceptance_id(view.id): view for view in hospital.nodes}
    found = []
    for gate in [
        *(gate for gate in sites if gate in graph.gate_index),
        *(gate for gate in graph.gates if gate in accepts),
    ]:
        place = graph.gate_index[gate]
        if world.state.open[place]:
            continue
        is_zone, part = gate in sites, gate.partition(":")[2]
        found.append(
            SceneJob(
                id=gate,
                name=naming.node(part) if naming and not is_zone else part,
                kind=JobKind.ZONE if is_zone else JobKind.ACCEPTANCE,
                klass="zone" if is_zone else "acceptance",
                site=sites[gate] if is_zone else accepts[gate].site,
                stages=("opened",) if is_zone else ("accepted",),
                owners=graph.gate_owners[place],
            )
        )
    return found


def _components(hospital: Hospital, world: World, gates: list[SceneJob]) -> list[SceneJob]:
    """One job a component that is not back: machines by their stages, links by their rungs."""
    remaining, graph = stages_remaining(), world.graph
    zones = {job.site: place for place, job in enumerate(gates) if job.kind is JobKind.ZONE}
    found = []
    for report in world.waiting.components.values():
        never_seen = report.ref.startswith("fleet:") and report.ref not in remaining
        if report.operational or not report.available or never_seen:
            continue
        klass, stages = remaining.get(report.ref, ("link", ("rung",) * report.stages_left))
        found.append(
            SceneJob(
                id=report.ref,
                name=report.name,
                kind=JobKind.ITEM if report.ref in remaining else JobKind.LINK,
                klass=klass,
                site=report.site,
                stages=stages,
                pools=graph.pools_of(report),
                hold=zones.get(report.site, -1) if report.ref in remaining else -1,
            )
        )
    return sorted(found, key=lambda job: (job.name, job.id))
