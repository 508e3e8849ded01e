"""Replays a scenario through the services, each act by the person and at the hour of the story.

Owns one transaction around all of it: a data folder holds the whole demonstration or nothing of it.
Refuses a folder that holds a real hospital. Source: docs/design/scenario.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from relight.cli.scenario.activity_story import ActivityStory
from relight.cli.scenario.backups import Backup
from relight.cli.scenario.bench import Bench
from relight.cli.scenario.bench_file import benches_write
from relight.cli.scenario.errors import HOME_HOLDS_HOSPITAL, REPLAY_SHORT
from relight.cli.scenario.inspector import Inspector
from relight.cli.scenario.lab_plan import BASE_PORT, links_moved
from relight.cli.scenario.lab_story import LaboratoryStory
from relight.cli.scenario.liaison_story import liaison_deeds
from relight.cli.scenario.machines import machines_make
from relight.cli.scenario.moments import moments_of
from relight.cli.scenario.passwords import checked_once
from relight.cli.scenario.patients_plan import Density
from relight.cli.scenario.patients_story import PatientsStory
from relight.cli.scenario.restart_story import restart_deeds
from relight.cli.scenario.sources import sources_make
from relight.cli.scenario.story import Deed, Verb, deeds_make
from relight.cli.scenario.types import Klass, Scenario, SourceFile
from relight.fleet.api import (
    Capacity,
    Nature,
    NewItem,
    Stage,
    admission_sign,
    counts,
    import_file,
    inspector_enrol,
    item_add,
    item_resolve,
    items_move,
    items_quarantine,
    items_release,
    items_retire,
    policy_current,
)
from relight.fleet.api import Klass as LineKlass
from relight.hospital.api import (
    day_zero,
    description_load,
    description_read,
    function_accept,
    zone_build,
    zone_open_sign,
)
from relight.inspection.signing import key_load
from relight.journal.api import entry_list, writing
from relight.kernel.act import Act, Door
from relight.kernel.memory import collected_less_often
from relight.people.api import StaffView, demo_staff_create, staff_list

VERB = "demo.loaded"
Progress = Callable[[int, int], None]
Doing = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What loading did. fresh: false when the demonstration was there already."""

    name: str
    fresh: bool
    machines: Mapping[str, int] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        return {"scenario": self.name, "loaded": True, "fresh": self.fresh, "machines": dict(self.machines)}


def demo_state(*, act: Act) -> bool:
    """Say whether the demonstration is loaded. Raises: RL-CLI-041 when the folder holds a real hospital."""
    if entry_list(verb=VERB, limit=1):
        return True
    if day_zero() is not None or staff_list() or any(counts().values()):
        raise HOME_HOLDS_HOSPITAL.error()
    return False


def demo_load(
    scenario: Scenario,
    *,
    act: Act,
    progress: Progress = lambda done, total: None,
    lab_port: int = BASE_PORT,
    density: Density = Density.FULL,
) -> DemoReport:
    """Load a scenario that ends at the moment of the act, or keep the one that is there.

    Args: act: the owner of the data folder, now. progress: told how many steps of how many are done.
    lab_port: the first port to look at for the analyzers' links. density: how many patients.
    Raises: RL-CLI-041 (a real hospital), RL-CLI-042 (the files of the scenario were changed), RL-CLI-044 (ports).
    """
    if demo_state(act=act):
        return DemoReport(name=scenario.name, fresh=False, machines=counts())
    with (
        transaction.atomic(),
        checked_once(),
        collected_less_often(),
        TemporaryDirectory(prefix="relight-banc-") as folder,
    ):
        replay = Replay(scenario, act=act, progress=progress, folder=Path(folder), lab_port=lab_port, density=density)
        replay.run()
        found = counts()
        for what, wanted in (("seen", scenario.fleet.total), ("admitted", scenario.story.admitted)):
            if found[what] != wanted:
                raise REPLAY_SHORT.error(got=found[what], wanted=wanted, what=what)
        benches = replay.laboratory.benches(act.at)
        with writing(act) as log:
            log.entry(VERB, subject=f"scenario:{scenario.name}", body={name: found[name] for name in sorted(found)})
        benches_write(Path(settings.RELIGHT_HOME), benches)
    return DemoReport(name=scenario.name, fresh=True, machines=found)


class Replay:
    """One replay: the people, the moments, the machines by host name. Args: folder: empty, for disks and backups."""

    def __init__(  # noqa: PLR0913 - what a replay is given
        self,
        scenario: Scenario,
        *,
        act: Act,
        progress: Progress,
        folder: Path,
        lab_port: int = BASE_PORT,
        density: Density = Density.FULL,
    ) -> None:
        self.scenario = scenario
        self.act = act
        self.progress = progress
        self.moments = moments_of(act.at, days=scenario.story.days, zone=timezone.get_current_timezone())
        self.staff: dict[str, StaffView] = {}
        self.ids: dict[str, UUID] = {}
        self.lab_port = lab_port
        self.folder, self.density = folder, density
        self.laboratory: LaboratoryStory
        self.machines = machines_make(scenario.fleet)
        self.bench = Bench(
            scenario=scenario,
            as_=self.as_,
            machines={machine.hostname: machine for machine in self.machines},
            inspector=Inspector(folder=folder, key=key_load(Path(settings.RELIGHT_HOME) / "inspector.key")),
            backups={
                plan.name: Backup(
                    plan.name,
                    folder=folder / f"sauvegarde-{place}",
                    seed=str(scenario.fleet.seed),
                    last=self.moments.night_before(),
                )
                for place, plan in enumerate(scenario.story.data)
                if plan.backup
            },
            zone=self.moments.zone,
        )

    def run(self) -> None:
        """Play it all, in order of time."""
        files = sources_make(self.scenario.fleet, self.machines, moments=self.moments)
        deeds = deeds_make(
            self.scenario.story,
            self.machines,
            stages_of=stages_of,
            security=self._first_of("security-officer"),
            owner=self._first_of("service-owner"),
        )
        acts: list[tuple[datetime, Doing]] = [(file.at, partial(self._import, file)) for file in files]
        acts += [(self.moments.at_hours(deed.hours), partial(self._do, deed)) for deed in deeds]
        self._begin()
        acts += self.laboratory.deeds()
        acts += self._patients()
        if self.scenario.liaison is not None:
            acts += liaison_deeds(
                self.scenario.liaison, moments=self.moments, as_=self.as_, password=self.scenario.password
            )
        if self.scenario.restart is not None:
            acts += restart_deeds(
                self.scenario.restart, moments=self.moments, as_=self.as_, password=self.scenario.password
            )
        acts.sort(key=lambda pair: pair[0])
        with ThreadPoolExecutor(1) as pool:
            for backup in self.bench.backups.values():
                backup.begin(pool)
            self._play(acts)

    def _patients(self) -> Iterator[tuple[datetime, Doing]]:
        """Say what is done for the patients, where the scenario has any and somebody wants them."""
        plan = self.scenario.patients
        if plan is None or self.density is Density.NONE:
            return
        story = PatientsStory(
            plan,
            plan.amounts[self.density.value],
            moments=self.moments,
            staff=self.staff,
            as_=self.as_,
            lead=self._first_of("recovery-lead"),
            folder=self.folder,
            assays=self.laboratory.house_assays(),
        )
        self.laboratory.bedded = story.bedded_at
        yield from story.deeds()
        yield from self._activity(story)

    def _activity(self, patients: PatientsStory) -> Iterator[tuple[datetime, Doing]]:
        """Say what is decided about the appointments, where the scenario has any."""
        plan, wards = self.scenario.activity, self.scenario.patients
        if plan is None or wards is None:
            return
        story = ActivityStory(
            plan,
            wards.names,
            moments=self.moments,
            as_=self.as_,
            password=self.scenario.password,
            lead=self._first_of("recovery-lead"),
            doctor=self._unlimited("clinician"),
            desks=[member.username for member in self.scenario.staff if "desk" in member.roles],
            known=[one for one in patients.people if one.known],
            share=wards.amounts[self.density.value].share,
        )
        yield from story.deeds()

    def _play(self, acts: Sequence[tuple[datetime, Doing]]) -> None:
        for done, (at, do) in enumerate(acts, start=1):
            do(at)
            self.progress(done, len(acts))

    def as_(self, username: str, at: datetime) -> Act:
        """Make the act of a member of the demonstration's staff."""
        who = self.staff[username]
        return Act(
            actor=who.actor,
            at=at,
            door=Door.SCENARIO,
            roles=frozenset(role.value for role in who.roles),
            scope=frozenset(who.scope),
        )

    def _first_of(self, role: str) -> str:
        return next(member.username for member in self.scenario.staff if role in member.roles)

    def _unlimited(self, role: str) -> str:
        return next(one.username for one in self.scenario.staff if role in one.roles and not one.scope)

    def _begin(self) -> None:
        """Make the accounts and put the description in force, at D0."""
        owner = Act(actor=self.act.actor, at=self.moments.day_zero, door=Door.SCENARIO, roles=self.act.roles)
        for member in self.scenario.staff:
            self.staff[member.username] = demo_staff_create(
                act=owner,
                username=member.username,
                name=member.name,
                roles=member.roles,
                scope=member.scope,
                password=self.scenario.password,
            )
        check = description_read(self.scenario.description, filename="hospital.toml")
        if check.description is None:
            raise REPLAY_SHORT.error(got=len(check.faults), wanted=0, what="faults")
        lead = self.as_(self._first_of("recovery-lead"), self.moments.day_zero)
        description_load(act=lead, description=check.description, day_zero=self.moments.day_zero)
        plan = self.scenario.laboratory
        self.laboratory = LaboratoryStory(
            plan,
            links=links_moved(plan.links, base=self.lab_port) if plan.analyzers else plan.links,
            moments=self.moments,
            as_=self.as_,
            password=self.scenario.password,
            seed=str(self.scenario.fleet.seed),
        )

    def _import(self, file: SourceFile, at: datetime) -> None:
        lead = self.as_(self._first_of("recovery-lead"), at)
        nature = Nature.EXPECTED if file.expected else Nature.SEEN
        import_file(
            act=lead,
            content=file.content,
            filename=file.filename,
            source_name=file.source,
            mapping=file.mapping or None,
            nature=nature,
        )
        self.ids.clear()  # a later source may have named or merged machines

    def _do(self, deed: Deed, at: datetime) -> None:
        act, password = self.as_(deed.by, at), self.scenario.password
        match deed.verb:
            case Verb.ZONE_BUILD:
                zone_build(act=act, site=deed.subject, note=deed.note)
            case Verb.ZONE_OPEN:
                zone_open_sign(act=act, site=deed.subject, password=password)
            case Verb.ACCEPT:
                function_accept(act=act, function=deed.subject, note=deed.note, password=password)
            case Verb.ENROL:
                inspector_enrol(act=act, public=self.bench.inspector.public, name=deed.subject)
            case Verb.ADD:
                plan = next(plan for plan in self.scenario.story.data if plan.name == deed.subject)
                item = NewItem(klass=LineKlass(plan.klass.value), name=plan.name, site=plan.site, role=plan.role)
                item_add(act=act, item=item)
            case _:
                self._line(deed, act)

    def _line(self, deed: Deed, act: Act) -> None:
        items = self._items(deed.machines)
        ids = list(items.values())
        match deed.verb:
            case Verb.ATTEST:
                self.bench.attest(deed, items=items, at=act.at)
            case Verb.ADVANCE:
                items_move(act=act, items=ids, to=Stage(deed.to))
            case Verb.SIGN_SECURITY | Verb.SIGN_OWNER:
                capacity = Capacity.SECURITY if deed.verb is Verb.SIGN_SECURITY else Capacity.OWNER
                admission_sign(act=act, items=ids, capacity=capacity, password=self.scenario.password)
            case Verb.QUARANTINE:
                items_quarantine(act=act, items=ids, reason=deed.note)
            case Verb.RELEASE:
                items_release(act=act, items=ids, reason=deed.note)
            case Verb.RETIRE:
                items_retire(act=act, items=ids, reason=deed.note)

    def _items(self, hostnames: Sequence[str]) -> dict[str, UUID]:
        for hostname in hostnames:
            if hostname not in self.ids:
                self.ids[hostname] = item_resolve(hostname).pk
        return {hostname: self.ids[hostname] for hostname in hostnames}


def stages_of(klass: Klass) -> tuple[str, ...]:
    """The stages a class goes through after `seen`, by the policy in force."""
    names = policy_current().line(LineKlass(klass.value)).names()
    return tuple(stage.value for stage in names if stage.value != "seen")
