"""The laboratory's ten days, through the services: links taken in, climbed rung by rung, messages read and delivered.

Owns what happened when, and by whom. Refuses rows of its own making: every message is stored, read and delivered
as the gateway does it. Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from relight.cli.scenario.analyzers import UNKNOWN_CODE, control_readings
from relight.cli.scenario.assays import Assay, repertoire
from relight.cli.scenario.bench_file import Bench, Benches
from relight.cli.scenario.lab_plan import AnalyzerPlan, LabPlan
from relight.cli.scenario.lab_post import Post
from relight.cli.scenario.moments import Moments
from relight.cli.scenario.tubes import (
    Bedded,
    Person,
    Reading,
    Tube,
    control_target,
    corrected,
    person_make,
    readings_make,
)
from relight.cli.scenario.voices import Control, Voice
from relight.kernel.act import Act
from relight.lab.api import (
    Capacity,
    Check,
    CloseReason,
    LinkSettings,
    LisSettings,
    Meaning,
    NewOrder,
    OrdersKept,
    PatientId,
    TargetGiven,
    Wanted,
    catalogue_now,
    connection_test,
    driver_find,
    evidence_record,
    line_add,
    links_file_read,
    links_load,
    order_make,
    qc_targets_set,
    rung_sign,
    sheet_close,
    sheet_open,
    test_map,
)

TECHNICIAN, LABORATORY, SECURITY = "tech", "lab", "security"
PARALLEL, USUAL, TRUSTED, TRIED = 21, 2, 6, 8  # tubes of one shift: compared by hand, before, after, to try the rules
ASKED = 6
WARDS = ("Urgences", "Soins intensifs", "Chirurgie 3", "Médecine interne", "Maternité", "Dialyse")
LEVELS = (("CTRL1", "2611A"), ("CTRL2", "2611B"))
PACE_S, SLOW_S = 40.0, 150.0  # between two bursts: where results are trusted, and where each is still held
MAPPED_BEFORE, HEARD_BEFORE, TARGETS_AFTER = 0.5, 0.2, 0.5  # hours around a link's identification
SHEET_BEFORE, ASKED_BEFORE, CLOSE_BEFORE, SIGNED_BEFORE = 0.7, 0.6, 0.25, 0.08  # hours before it climbs
OUT_Z = 3.6

Doing = Callable[[datetime], None]
BeddedAt = Callable[[str, datetime, Random], Bedded | None]


@dataclass(slots=True, kw_only=True)
class Desk:
    """One analyzer of the story: what it speaks, its generator of chance, what it sent while compared by hand."""

    plan: AnalyzerPlan
    link: LinkSettings
    voice: Voice
    assays: dict[str, Assay]
    chance: Random
    parallel: list[tuple[str, tuple[Reading, ...]]] = field(default_factory=list)
    days_controlled: int = 0

    @property
    def here(self) -> bool:
        """Whether its tubes must be known to Relight."""
        return self.link.orders is OrdersKept.HERE


class LaboratoryStory:
    """Args: as_: makes the act of a member of staff at a moment. links: the file of links, on free ports.

    `bedded` says whose blood is measured at a site at a moment; where it says nobody, somebody is invented.
    """

    def __init__(
        self,
        plan: LabPlan,
        *,
        links: bytes,
        moments: Moments,
        as_: Callable[[str, datetime], Act],
        password: str,
        seed: str,
    ) -> None:
        self.plan, self.moments, self.as_, self.password, self.seed = plan, moments, as_, password, seed
        self.file = links_file_read(links, filename="laboratory.toml")
        self.post = Post()
        self.people = 0
        self.bedded: BeddedAt = lambda site, at, chance: None
        settings = {link.id: link for link in self.file.links}
        self.desks = [self._desk(one, settings[one.link]) for one in plan.analyzers]

    def _desk(self, plan: AnalyzerPlan, link: LinkSettings) -> Desk:
        driver = driver_find(link.driver)
        return Desk(
            plan=plan,
            link=link,
            voice=Voice(driver=driver, protocol=link.protocol, sender=plan.sender),
            assays=repertoire(self.plan.tests[plan.kind], driver=driver, catalogue=catalogue_now()),
            chance=Random(f"{self.seed}:story:{plan.link}"),  # noqa: S311 - a story, no secret
        )

    def house_assays(self) -> dict[str, Assay]:
        """Return every test of this laboratory in its catalogue's own unit, by LOINC: as an old record holds it."""
        wanted = [loinc for loincs in self.plan.tests.values() for loinc in loincs]
        return repertoire(wanted, driver=driver_find("generic"), catalogue=catalogue_now())

    @property
    def lis(self) -> LisSettings:
        return self.file.lis[0]

    @property
    def tried(self) -> frozenset[str]:
        """The links whose every result a person decides about, so that rules and people can be compared."""
        return frozenset(one.link for one in self.plan.analyzers if "autovalidation" in one.rungs)

    def deeds(self) -> Iterator[tuple[datetime, Doing]]:
        """Say what is done when; in no order."""
        if not self.plan.analyzers:
            return
        yield self._moment(*self.plan.loaded), self._load
        for desk in self.desks:
            for rung, (day, hour) in desk.plan.rungs.items():
                yield from self._climb(desk, rung, day, hour)
        first = min(desk.plan.connected[0] for desk in self.desks if desk.plan.connected)
        last = self.moments.days
        for day in range(first, last + 1):
            for hour in self.plan.shifts:
                yield self._moment(day, hour), partial(self._shift, day, hour)
        yield self._moment(last, "21:00"), self._odd

    def _moment(self, day: int, hour: str, *, before: float = 0.0) -> datetime:
        return self.moments.at_hours(_hours((day, hour)) - before)

    def _load(self, at: datetime) -> None:
        links_load(act=self.as_(TECHNICIAN, at), file=self.file)

    # -- climbing --------------------------------------------------------------------------------------

    def _climb(self, desk: Desk, rung: str, day: int, hour: str) -> Iterator[tuple[datetime, Doing]]:
        at = partial(self._moment, day, hour)
        if rung == "identification":
            yield at(before=MAPPED_BEFORE), partial(self._mapped, desk)
            yield at(before=HEARD_BEFORE), partial(self._first_heard, desk)
            yield at(), partial(self._identified, desk)
            yield at(before=-TARGETS_AFTER), partial(self._targets, desk)
            return
        if rung == "results":
            yield at(before=SHEET_BEFORE), partial(self._compared, desk)
        elif rung == "orders":
            yield at(before=ASKED_BEFORE), partial(self._asked, desk)
            yield at(before=CLOSE_BEFORE), partial(self._recorded, desk, Check.QUERIES)
        else:
            yield at(before=CLOSE_BEFORE), partial(self._recorded, desk, Check.AGREEMENT)
        yield at(before=SIGNED_BEFORE), partial(self._signed, desk, Capacity.LABORATORY, LABORATORY)
        yield at(), partial(self._signed, desk, Capacity.SECURITY, SECURITY)
        if rung == "results":
            yield at(before=-SIGNED_BEFORE), partial(self._transcribed, desk)

    def _first_heard(self, desk: Desk, at: datetime) -> None:
        self._measured(desk, at, tubes=1)
        self.post.work(at)

    def _identified(self, desk: Desk, at: datetime) -> None:
        connection_test(act=self.as_(TECHNICIAN, at), link=desk.link.id)

    def _mapped(self, desk: Desk, at: datetime) -> None:
        """Say what codes mean that the driver of the family cannot know: this hospital's own, and LOINC as such."""
        for assay in desk.assays.values():
            if assay.is_local or assay.code == assay.loinc:
                test_map(
                    act=self.as_(LABORATORY, at),
                    link=desk.link.id,
                    code=assay.code,
                    unit_sent=assay.unit,
                    meaning=Meaning(loinc=assay.loinc, name=assay.name, unit=assay.unit),
                )

    def _targets(self, desk: Desk, at: datetime) -> None:
        """Type the control's leaflet in: mean and standard deviation of each test and level."""
        given = []
        for number, (level, lot) in enumerate(LEVELS, 1):
            content = self._control(desk, at, number=number, z=0.0)
            level_read, codes = self.post.control_named(content, desk.link)
            for assay, code in zip(list(desk.assays.values()), codes, strict=False):
                mean, sd = control_target(assay, level=number)
                given.append(
                    TargetGiven(
                        code=code,
                        level=level_read or level,
                        lot=lot,
                        mean=str(mean),
                        sd=str(sd),
                        unit=assay.unit,
                    )
                )
        qc_targets_set(act=self.as_(LABORATORY, at), link=desk.link.id, targets=given)

    def _compared(self, desk: Desk, at: datetime) -> None:
        """Write beside the link's values what was read off the analyzer by hand: all tests once, one of each tube."""
        act = self.as_(LABORATORY, at)
        sheet = sheet_open(act=act, link=desk.link.id)
        typed = at
        for place, (sample, readings) in enumerate(desk.parallel):
            for reading in readings if place == 0 else readings[place % len(readings) :][:1]:
                typed += timedelta(milliseconds=1)  # lines stand in the order they were typed
                line_add(
                    act=self.as_(LABORATORY, typed),
                    link=desk.link.id,
                    sheet=sheet,
                    sample=sample,
                    test=desk.voice.driver.code_of(reading.assay.code),
                    by_hand=reading.value,
                )
        sheet_close(act=self.as_(LABORATORY, typed), link=desk.link.id, sheet=sheet)

    def _asked(self, desk: Desk, at: datetime) -> None:
        """Let the analyzer ask for tubes that were ordered here, and take the answers."""
        for _ in range(ASKED):
            tube = self._tube(desk, at, ordered=True)
            question = desk.voice.question(sample=tube.sample, at=self._local(at), control_id=self._number(desk))
            self.post.answer(desk.link, question, at)

    def _recorded(self, desk: Desk, check: Check, at: datetime) -> None:
        evidence_record(act=self.as_(LABORATORY, at), link=desk.link.id, check=check)

    def _signed(self, desk: Desk, capacity: Capacity, who: str, at: datetime) -> None:
        rung_sign(act=self.as_(who, at), link=desk.link.id, capacity=capacity, password=self.password)

    def _transcribed(self, desk: Desk, at: datetime) -> None:
        """Put aside what was typed into the laboratory system by hand before the link was trusted."""
        self.post.close_held(self.as_(LABORATORY, at), desk.link.id, why=CloseReason.TRANSCRIBED)

    # -- what analyzers send ---------------------------------------------------------------------------

    def _shift(self, day: int, hour: str, at: datetime) -> None:
        """A part of a day: controls first, then tubes; all is read, delivered, and some of it validated."""
        now = _hours((day, hour))
        for desk in self.desks:
            connected = desk.plan.connected
            if connected is None or _hours(connected) + TARGETS_AFTER >= now:
                continue
            if hour == self.plan.shifts[0]:
                self._controlled(desk, day, hour, at)
            results = desk.plan.rungs.get("results")
            if results and now < _hours(results) - SHEET_BEFORE and self._next_shift(day, hour) >= _hours(results):
                self._measured(desk, at, tubes=PARALLEL, parallel=True)
            elif results and now > _hours(results):
                is_tried = desk.link.id in self.tried
                self._measured(desk, at, tubes=TRIED if is_tried else TRUSTED, ordered=is_tried)
            else:
                self._measured(desk, at, tubes=USUAL)
        self.post.work(at)
        self.post.deliver(self.lis, at)
        self.post.validate(self.as_(LABORATORY, at), every=4, wholly=self.tried)
        self.post.watch(at)

    def _next_shift(self, day: int, hour: str) -> float:
        place = self.plan.shifts.index(hour) + 1
        return _hours(
            (day, self.plan.shifts[place]) if place < len(self.plan.shifts) else (day + 1, self.plan.shifts[0])
        )

    def _controlled(self, desk: Desk, day: int, hour: str, at: datetime) -> None:
        desk.days_controlled += 1
        out = desk.plan.out_of_control == (day, hour)
        for number, _ in enumerate(LEVELS, 1):
            side = 1 if (desk.days_controlled + number) % 2 else -1
            z = side * round(desk.chance.uniform(0.2, 0.9), 2)
            first_z = OUT_Z if out and number == len(LEVELS) else None
            when = at - timedelta(minutes=4 - number)
            self.post.put(desk.link, self._control(desk, when, number=number, z=z, first_z=first_z), when)

    def _control(self, desk: Desk, at: datetime, *, number: int, z: float, first_z: float | None = None) -> bytes:
        level, lot = LEVELS[number - 1]
        readings = control_readings(desk.assays, level=number, z=z, first_z=first_z)
        control = Control(level=level, lot=lot)
        return desk.voice.controls(
            control=control, readings=readings, at=self._local(at), control_id=self._number(desk)
        )

    def _measured(self, desk: Desk, at: datetime, *, tubes: int, parallel: bool = False, ordered: bool = False) -> None:
        for place in range(tubes):
            when = at - timedelta(seconds=20 * (tubes - place))
            tube = self._tube(desk, at, ordered=ordered or desk.here)
            readings = readings_make(desk.assays.values(), chance=desk.chance)
            self._sent(desk, tube.sample, tube.person, readings, when)
            if parallel:
                desk.parallel.append((tube.sample, readings))

    def _sent(
        self,
        desk: Desk,
        sample: str,
        person: Person,
        readings: Sequence[Reading],
        at: datetime,
        *,
        is_correction: bool = False,
    ) -> None:
        content = desk.voice.results(
            sample=sample,
            person=person,
            readings=readings,
            at=self._local(at),
            control_id=self._number(desk),
            is_correction=is_correction,
        )
        self.post.put(desk.link, content, at)

    def _tube(self, desk: Desk, at: datetime, *, ordered: bool) -> Tube:
        """Make a tube; one that is ordered here gets its number from its order."""
        self.people += 1
        who = self.bedded(desk.link.site, at, desk.chance)
        person = who.person if who else person_make(desk.chance, number=self.people, today=at.date())
        tests = tuple(desk.assays)
        if not ordered:
            return Tube(sample=f"7{self.people:09d}", person=person, tests=tests)
        order = NewOrder(
            family=person.family,
            given=person.given,
            birth_date=person.birth,
            sex=person.sex,
            patient_ids=(PatientId(system="dossier", value=person.record),),
            site=desk.link.site,
            ward=who.ward if who else desk.chance.choice(WARDS),
            bed=who.bed if who else "",
            taken_at=at - timedelta(minutes=40),
            tests=tuple(Wanted(loinc=loinc) for loinc in tests),
        )
        return Tube(sample=order_make(act=self.as_(LABORATORY, at), order=order).sample, person=person, tests=tests)

    # -- the last evening ------------------------------------------------------------------------------

    def _odd(self, at: datetime) -> None:
        """What waits for somebody on D+10: unknown test, another patient, an unknown tube, critical values, a
        correction, a message the laboratory system refuses. And what stands on the benches, ordered."""
        by_link = {desk.link.id: desk for desk in self.desks}
        trusted = [desk for desk in self.desks if "results" in desk.plan.rungs and not desk.plan.out_of_control]
        self._unknown_test(trusted[0], at)
        for desk in (one for one in trusted if one.here):
            self._another_patient(desk, at)
            self._unknown_tube(desk, at)
        for desk in (trusted[0], trusted[1], trusted[-1]):
            self._critical(desk, at)
        self._corrected(by_link[trusted[1].link.id], at)
        self.post.work(at)
        self.post.call_first(self.as_(LABORATORY, at))
        self.post.deliver(self.lis, at, refuse_last=True)

    def _unknown_test(self, desk: Desk, at: datetime) -> None:
        tube = self._tube(desk, at, ordered=desk.here)
        readings = readings_make(desk.assays.values(), chance=desk.chance)
        odd = replace(readings[0].assay, loinc="", code=UNKNOWN_CODE, name=UNKNOWN_CODE)
        self._sent(desk, tube.sample, tube.person, (*readings, Reading(assay=odd, value=readings[0].value)), at)

    def _another_patient(self, desk: Desk, at: datetime) -> None:
        tube = self._tube(desk, at, ordered=True)
        other = person_make(desk.chance, number=self.people + 500_000, today=at.date())
        self._sent(desk, tube.sample, other, readings_make(desk.assays.values(), chance=desk.chance), at)

    def _unknown_tube(self, desk: Desk, at: datetime) -> None:
        tube = self._tube(desk, at, ordered=False)
        self._sent(desk, tube.sample, tube.person, readings_make(desk.assays.values(), chance=desk.chance), at)

    def _critical(self, desk: Desk, at: datetime) -> None:
        tube = self._tube(desk, at, ordered=True)
        limited = [one.loinc for one in desk.assays.values() if one.critical_high or one.critical_low]
        readings = readings_make(
            desk.assays.values(), chance=desk.chance, critical=desk.chance.choice(limited) if limited else ""
        )
        self._sent(desk, tube.sample, tube.person, readings, at)

    def _corrected(self, desk: Desk, at: datetime) -> None:
        tube = self._tube(desk, at, ordered=True)
        readings = readings_make(desk.assays.values(), chance=desk.chance)
        self._sent(desk, tube.sample, tube.person, readings, at)
        again = corrected(readings, chance=desk.chance)
        self._sent(desk, tube.sample, tube.person, again, at, is_correction=True)

    # -- the benches that stay -------------------------------------------------------------------------

    def benches(self, at: datetime) -> Benches:
        """Order the tubes that stand ready, and return what the simulators are told."""
        found = [self._bench(desk, at) for desk in self.desks if desk.plan.there]
        return Benches(seed=f"{self.seed}:{at:%Y%m%d%H%M}", lis_port=self.lis.port, analyzers=tuple(found))

    def _bench(self, desk: Desk, at: datetime) -> Bench:
        tubes = tuple(self._tube(desk, at, ordered=True) for _ in range(desk.plan.tubes))
        controls = () if desk.plan.out_of_control else LEVELS
        trusted = "results" in desk.plan.rungs and not desk.plan.out_of_control
        return Bench(
            link=desk.link.id,
            site=desk.link.site,
            sender=desk.plan.sender,
            driver=desk.link.driver,
            protocol=desk.link.protocol,
            transport=desk.link.transport,
            port=desk.link.port,
            tests=tuple(desk.assays),
            controls=controls,
            asks=desk.plan.asks,
            matched_here=desk.here,
            pace_s=PACE_S if trusted else SLOW_S,
            tubes=tubes,
        )

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.moments.zone)

    @staticmethod
    def _number(desk: Desk) -> str:
        return f"{desk.chance.getrandbits(48):012X}"


def _hours(moment: tuple[int, str]) -> float:
    day, hour = moment
    hours, _, minutes = hour.partition(":")
    return day * 24 + int(hours) + int(minutes) / 60
