"""Turns a story plan into deeds: who does what to which machines, in order of time.

Owns the pace of the line and the picking of machines. Refuses clocks, services and chance: deeds are
plain values in story hours. Source: docs/design/scenario.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from relight.cli.scenario.moments import hours_of
from relight.cli.scenario.types import DataPlan, IncidentPlan, Klass, Machine, PickPlan, StepPlan, StoryPlan, WavePlan

HOURS_BEFORE = {
    "retrieved": 30.0,
    "inspected": 20.0,
    "cleaned": 15.0,
    "reconfigured": 7.0,
    "verified": 2.5,
    "admitted": 0.0,
}
"""How long before its admission a machine reaches each stage: the pace of a bench of forty."""

SIGNED_BEFORE = 0.4
"""How long before the owner the security officer signs."""

ATTESTED_BEFORE = 0.1
"""How long before the move the bench attests."""

BETWEEN_SIGNATURES = 0.03
"""How long after the first person the second one signs the opening of a zone."""

StagesOf = Callable[[Klass], tuple[str, ...]]
"""The stages a class goes through, after `seen`, in order."""


class Verb(Enum):
    """What a deed is. The words of steps and incidents in `story.toml` are these."""

    ZONE_BUILD = "zone.build"
    ZONE_OPEN = "zone.open"
    ACCEPT = "accept"
    ENROL = "inspector.enrol"
    ADD = "add"
    ATTEST = "attest"
    ADVANCE = "advance"
    SIGN_SECURITY = "sign-security"
    SIGN_OWNER = "sign-owner"
    QUARANTINE = "quarantine"
    RELEASE = "release"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act of the story.

    Args: hours: story hours. by: user name. machines: host names, in order. to: the stage an ATTEST
    or an ADVANCE is about. subject: site or function of a step, name of an ADD or of a key.
    """

    hours: float
    verb: Verb
    by: str
    machines: tuple[str, ...] = ()
    to: str = ""
    subject: str = ""
    note: str = ""


def deeds_make(
    story: StoryPlan, machines: Sequence[Machine], *, stages_of: StagesOf, security: str, owner: str
) -> tuple[Deed, ...]:
    """Write out a story.

    Args: security, owner: user names of those who sign admissions.
    Returns: deeds in order of time. Raises: ValueError when a pick finds too few machines.
    """
    taken: set[str] = set()
    deeds: list[Deed] = [deed for step in story.steps for deed in _step(step)]
    deeds += [_incident(incident) for incident in story.incidents]
    deeds += [
        Deed(hours=hours_of(plan.day, plan.hour), verb=Verb.ADD, by=plan.by, subject=plan.name) for plan in story.data
    ]
    there = [*machines, *(_item(plan) for plan in story.data)]
    for wave in story.waves:
        picked = [machine for pick in wave.picks for machine in _pick(pick, there, taken, wave, story.incidents)]
        deeds += _wave(wave, picked, stages_of=stages_of, security=security, owner=owner)
    return tuple(sorted(deeds, key=lambda deed: deed.hours))


def _item(plan: DataPlan) -> Machine:
    """A data set as the picks see it: it has a name, a role and a place, and nothing of a machine."""
    return Machine(
        hostname=plan.name,
        domain="",
        site=plan.site,
        ward="",
        service="",
        role=plan.role,
        klass=plan.klass,
        serial="",
        uuid="",
        mac="",
        ip="",
        maker="",
        model="",
        os="",
        os_version="",
        room="",
        metal=False,
        joined=False,
    )


def _step(step: StepPlan) -> Iterator[Deed]:
    """A step as deeds: one for each person who signs it."""
    hours = hours_of(step.day, step.hour)
    for place, by in enumerate(step.by):
        at = hours + place * BETWEEN_SIGNATURES
        yield Deed(hours=at, verb=Verb(step.verb), by=by, subject=step.subject, note=step.note)


def _incident(incident: IncidentPlan) -> Deed:
    return Deed(
        hours=hours_of(incident.day, incident.hour),
        verb=Verb(incident.verb),
        by=incident.by,
        machines=incident.hostnames,
        note=incident.reason,
    )


def _pick(
    pick: PickPlan, machines: Iterable[Machine], taken: set[str], wave: WavePlan, incidents: Sequence[IncidentPlan]
) -> list[Machine]:
    """Take the first machines that fit, by host name, that no wave took and no incident holds."""
    held = _held(incidents, before=hours_of(wave.day, wave.hour) - HOURS_BEFORE["retrieved"])
    fitting = [
        machine
        for machine in sorted(machines, key=lambda machine: machine.hostname)
        if machine.hostname not in taken
        and machine.hostname not in held
        and machine.delivery >= 0
        and _fits(machine, pick)
    ]
    if len(fitting) < max(pick.count, 1):
        raise ValueError(f"only {len(fitting)} machines for {pick} of the wave of day {wave.day}, {wave.hour}")
    chosen = fitting[: pick.count] if pick.count else fitting
    taken.update(machine.hostname for machine in chosen)
    return chosen


def _fits(machine: Machine, pick: PickPlan) -> bool:
    pairs = (
        (pick.role, machine.role),
        (pick.site, machine.site),
        (pick.service, machine.service),
        (pick.klass, machine.klass.value),
    )
    return all(not wanted or wanted == have for wanted, have in pairs)


def _held(incidents: Sequence[IncidentPlan], *, before: float) -> set[str]:
    """The machines that are quarantined or retired at some hour."""
    held: set[str] = set()
    for incident in sorted(incidents, key=lambda incident: hours_of(incident.day, incident.hour)):
        if hours_of(incident.day, incident.hour) > before:
            break
        names = set(incident.hostnames)
        held = held - names if incident.verb == Verb.RELEASE.value else held | names
    return held


def _wave(
    wave: WavePlan, machines: Sequence[Machine], *, stages_of: StagesOf, security: str, owner: str
) -> Iterator[Deed]:
    """A wave as deeds: one ADVANCE a stage, then the two signatures where it is admitted."""
    end = hours_of(wave.day, wave.hour)
    for stage, before in HOURS_BEFORE.items():
        if stage == "admitted" or before < HOURS_BEFORE[wave.to]:
            continue
        going = tuple(machine.hostname for machine in machines if stage in stages_of(machine.klass))
        if going:
            hours = end - (before - HOURS_BEFORE[wave.to])
            for verb, early in ((Verb.ATTEST, ATTESTED_BEFORE), (Verb.ADVANCE, 0.0)):
                yield Deed(hours=hours - early, verb=verb, by=wave.by, machines=going, to=stage)
    if wave.to == "admitted":
        names = tuple(machine.hostname for machine in machines)
        yield Deed(hours=end - SIGNED_BEFORE, verb=Verb.SIGN_SECURITY, by=security, machines=names)
        yield Deed(hours=end, verb=Verb.SIGN_OWNER, by=owner, machines=names)
