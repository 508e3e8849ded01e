"""The patients of a scenario, entered into the record: an import of what survived, then what the wards write.

Owns who does it and in what order. Refuses rows of its own making: an import is an import, everything else goes
through the record's own writes, by the person and at the hour of the story. Source: docs/design/scenario.md, "The
patients".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

from django.conf import settings
from django.utils import translation

from relight.cli.scenario.assays import Assay
from relight.cli.scenario.moments import Moments
from relight.cli.scenario.patients import GROWN, Patient, patients_make
from relight.cli.scenario.patients_hand import Made, Writer, note, weight
from relight.cli.scenario.patients_past import Body, backup_write, regional_write
from relight.cli.scenario.patients_plan import Amount, Origin, PatientsPlan
from relight.cli.scenario.patients_week import NURSES, Doing, Kind, first_bodies, leave_bodies, round_bodies, week_of
from relight.cli.scenario.tubes import Bedded
from relight.cli.scenario.tubes import Person as InTube
from relight.hospital.api import unit_list
from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import StaffView, in_scope
from relight.record.api import (
    Category,
    EntryAct,
    EntryDraft,
    NewRequests,
    Person,
    Place,
    Priority,
    SourceKind,
    StayKind,
    Unknown,
    Wanted,
    WardKey,
    author,
    encounter_body,
    encounter_closed,
    encounter_moved,
    entries_write,
    glass_break,
    location_body,
    patient_admit,
    patient_register,
    patients_find,
    patients_merge,
    record_import,
    requests_make,
    wards_print,
)

Acting = Callable[[datetime], None]
LANGUAGE = "fr"  # the hospital's own
IMAGE_WAITS = timedelta(hours=36)
PRINTED = ("emergency", "intensive-care")


@dataclass(slots=True)
class _Stay:
    """An admission as it stands. Args: round: when vital signs were last taken."""

    encounter: UUID
    body: Body
    prescriptions: dict[str, tuple[UUID, Body]] = field(default_factory=dict)
    round: datetime | None = None


class PatientsStory:
    """Args: staff: accounts by user name. as_: makes the act of one of them. folder: empty, for the deliveries."""

    def __init__(
        self,
        plan: PatientsPlan,
        amount: Amount,
        *,
        moments: Moments,
        staff: Mapping[str, StaffView],
        as_: Callable[[str, datetime], Act],
        lead: str,
        folder: Path,
        assays: Mapping[str, Assay],
    ) -> None:
        self.plan, self.amount, self.moments = plan, amount, moments
        self.staff, self.as_, self.lead, self.folder, self.assays = staff, as_, lead, folder, assays
        self.end = moments.end.astimezone(moments.zone)
        self.people = patients_make(plan, amount, end=self.end, sites=tuple(plan.opened))
        self.ids: dict[str, UUID] = {one.key: one.id for one in self.people if one.known}
        self._stays: dict[str, _Stay] = {}
        self._places: dict[str, UUID] = {}
        self._carers: dict[tuple[str, str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}

    def bedded_at(self, site: str, at: datetime, chance: Random) -> Bedded | None:
        """Return whose blood is taken at a site at a moment: who lies there, or comes to lie there later.

        Of those the backup knows, for the laboratory finds them by its number; children are left out.
        """
        pool = [one for one in self.people if one.known and one.site == site and one.years(at) >= GROWN]
        there = [one for one in pool if one.entered <= at and (one.left is None or at <= one.left)]
        if not pool:
            return None
        one = chance.choice(there or pool)
        person = InTube(family=one.family, given=one.given, birth=one.birth, sex=one.sex, record=one.record)
        return Bedded(person=person, ward=one.service, bed=one.bed if there else "")

    def deeds(self) -> Iterator[tuple[datetime, Acting]]:
        """Say what is done when; in no order."""
        yield self._at(self.plan.backup), self._backup
        yield self._at(self.plan.regional), self._regional
        for one in self.people:
            for doing in week_of(one, end=self.end, rounds=self.amount.rounds):
                yield doing.at, partial(self._do, doing)
        yield self.end - timedelta(minutes=47), self._unknown
        yield self.end - timedelta(minutes=25), self._doubles
        yield self.end - timedelta(hours=3), self._glass
        yield self.end - timedelta(minutes=55), self._paper

    def _at(self, origin: Origin) -> datetime:
        return self.moments.at(origin.day, origin.hour)

    # -- what survived ---------------------------------------------------------------------------------

    def _backup(self, at: datetime) -> None:
        before = self.moments.night_before()
        known = [one for one in self.people if one.known]
        place = backup_write(self.folder, self.plan, known, assays=self.assays, before=before)
        self._import(self.plan.backup, place, kind=SourceKind.BACKUP, as_of=before, at=at)

    def _regional(self, at: datetime) -> None:
        place = regional_write(self.folder, [one for one in self.people if one.regional], at=at)
        self._import(self.plan.regional, place, kind=SourceKind.REGIONAL, as_of=at, at=at)

    def _import(self, origin: Origin, place: Path, *, kind: SourceKind, as_of: datetime, at: datetime) -> None:
        record_import(act=self.as_(self.lead, at), paths=[place], source=origin.source, kind=kind, as_of=as_of)

    # -- what the wards write --------------------------------------------------------------------------

    def _do(self, doing: Doing, at: datetime) -> None:
        one = doing.one
        if doing.kind is Kind.ADMIT:
            self._admit(one, at)
            return
        service = one.service if doing.kind is not Kind.MOVE else "emergency"
        act, by = self._hand(one, service, at, is_nurse=doing.kind in NURSES)
        match doing.kind:
            case Kind.MOVE:
                self._move(one, act)
            case Kind.FIRST:
                made = list(first_bodies(self.plan, one, by))
                named = [name for name in made if name.what.startswith("prescription:")]
                self._stays[one.key].prescriptions |= {
                    each.what.partition(":")[2]: (each.id, each.body) for each in named
                }
                self._write(act, by, made)
                self._imaged(one, act)
            case Kind.ROUND:
                self._round(one, act, by)
            case Kind.NOTE | Kind.CARE:
                title = "Évolution" if doing.kind is Kind.NOTE else "Transmission infirmière"
                self._write(act, by, [self._note(one, by, title=title, text=doing.text)])
            case Kind.LEAVE:
                self._leave(one, act, by)

    def _imaged(self, one: Patient, act: Act) -> None:
        """Ask for the image of a case, where it was lately: the older ones were made and are in the notes."""
        if not one.case.image or self.end - act.at > IMAGE_WAITS:
            return
        place = self._place(one.site, one.service, one.bed)
        priority = Priority.URGENT if one.service in ("emergency", "intensive-care") else Priority.ROUTINE
        new = NewRequests(
            patient=self.ids[one.key],
            tests=(Wanted(loinc="", name=one.case.image),),
            category=Category.IMAGING,
            place=place,
            priority=priority,
            reason=one.case.reason,
        )
        requests_make(act=act, new=new)

    def _hand(self, one: Patient, service: str, at: datetime, *, is_nurse: bool) -> tuple[Act, Writer]:
        """Return whose hand writes: of those of the role, the one whose wards are fewest and hold this one."""
        act = self.as_(self._carer("nurse" if is_nurse else "clinician", one.site, service), at)
        name = next(member.name for member in self.staff.values() if member.actor == act.actor)
        who = author(actor=act.actor, name=name)
        return act, Writer(patient=self.ids[one.key], at=at.astimezone(self.moments.zone), author=who)

    def _carer(self, role: str, site: str, service: str) -> str:
        key = (role, site, service)
        if key not in self._carers:
            fitting = [
                (
                    not member.scope,
                    sum(word.startswith("site:") for word in member.scope) == len(member.scope),
                    username,
                )
                for username, member in self.staff.items()
                if role in {one.value for one in member.roles}
                and in_scope(self.as_(username, self.end), site=site, service=service)
            ]
            self._carers[key] = min(fitting)[-1]
        return self._carers[key]

    def _admit(self, one: Patient, at: datetime) -> None:
        service = "emergency" if one.through and one.came == one.entered else one.service
        if one.key not in self.ids:
            self._register(one, at, service)
        act, by = self._hand(one, service, at, is_nurse=True)
        place = self._place(
            one.site, service, f"Brancard {len(self._stays) % 20 + 1}" if service != one.service else one.bed
        )
        location, drafts = self._locations(act, place)
        kind = StayKind.EMERGENCY if service == "emergency" else StayKind(one.ward.kind)
        body = encounter_body(
            patient=by.patient,
            kind=kind,
            number="",
            place=place,
            location=location,
            at=one.came,
            reason=one.case.reason,
        )
        stay = self._stays[one.key] = _Stay(encounter=new_id(at), body=body)
        drafts.append(EntryDraft(type="Encounter", body=body, resource=stay.encounter))
        self._write(act, by, weight(one, by), verb="record.admit", first=drafts)

    def _register(self, one: Patient, at: datetime, service: str) -> None:
        act = self.as_(self._carer("nurse", one.site, service), at)
        person = Person(
            family=one.family,
            given=one.given,
            birth=one.birth.isoformat(),
            sex="female" if one.sex == "F" else "male",
            phone=one.phone,
        )
        like = [found.patient for found in patients_find(f"{one.family} {one.given}", act=act)]
        self.ids[one.key] = patient_register(act=act, person=person, site=one.site, looked_at=like).patient

    def _move(self, one: Patient, act: Act) -> None:
        stay, place = self._stays[one.key], self._place(one.site, one.service, one.bed)
        location, drafts = self._locations(act, place)
        stay.body = encounter_moved(stay.body, place=place, location=location, at=act.at)
        self._encounter(act, one, stay, drafts, verb="record.transfer")

    def _leave(self, one: Patient, act: Act, by: Writer) -> None:
        stay = self._stays[one.key]
        stay.body = encounter_closed(stay.body, at=act.at, to="Domicile")
        self._encounter(act, one, stay, [], verb="record.discharge")
        doctor, writer = self._hand(one, one.service, act.at, is_nurse=False)
        self._write(doctor, writer, leave_bodies(self.plan, one, writer))

    def _encounter(self, act: Act, one: Patient, stay: _Stay, drafts: list[EntryDraft], *, verb: str) -> None:
        change = EntryDraft(type="Encounter", body=stay.body, resource=stay.encounter, act=EntryAct.AMEND)
        _drafts_write(act, [*drafts, change], verb=verb, patient=self.ids[one.key])

    def _round(self, one: Patient, act: Act, by: Writer) -> None:
        stay = self._stays[one.key]
        since = max(stay.round or one.entered, by.at - timedelta(hours=12))
        stay.round = by.at
        made = round_bodies(
            self.plan,
            one,
            by,
            end=self.end,
            since=since.astimezone(self.moments.zone),
            prescriptions=stay.prescriptions,
        )
        self._write(act, by, made)

    def _note(self, one: Patient, by: Writer, *, title: str, text: str) -> Made:
        return Made(id=new_id(by.at), what="note", body=note(by, title=title, parts=[("", text)]))

    def _write(
        self,
        act: Act,
        by: Writer,
        made: Iterable[Made],
        *,
        verb: str = "record.write",
        first: Sequence[EntryDraft] = (),
    ) -> None:
        """Write what one hand wrote at one bed, at once. Args: first: what goes before it."""
        drafts = [EntryDraft(type=one.body["resourceType"], body=one.body, resource=one.id) for one in made]
        _drafts_write(act, [*first, *drafts], verb=verb, patient=by.patient)

    # -- places ----------------------------------------------------------------------------------------

    def _place(self, site: str, service: str, bed: str) -> Place:
        if not self._names:
            with translation.override(LANGUAGE):
                self._names.update({(unit.site, unit.service): unit.service_name for unit in unit_list()})
        return Place(site=site, ward=service, bed=bed, name=self._names[(site, service)])

    def _locations(self, act: Act, place: Place) -> tuple[UUID, list[EntryDraft]]:
        """Return the Location of a place, with drafts of those nobody has written yet: the ward's, the bed's."""
        ward = Place(site=place.site, ward=place.ward, name=place.name)
        drafts = []
        for one in (ward, place):
            if one.key not in self._places:
                self._places[one.key] = new_id(act.at)
                body = location_body(one, ward=self._places.get(ward.key))
                drafts.append(EntryDraft(type="Location", body=body, resource=self._places[one.key]))
        return self._places[place.key], drafts

    # -- what is special -------------------------------------------------------------------------------

    def _unknown(self, at: datetime) -> None:
        """Somebody nobody can name comes to the first emergency department."""
        site = next(iter(self.plan.opened))
        act = self.as_(self._carer("nurse", site, "emergency"), at)
        clock = f"{at.astimezone(self.moments.zone):%H:%M}"
        said = Unknown(text=f"{self.plan.special.unknown} {clock}", sex="male", about=self.plan.special.about)
        patient = patient_register(act=act, person=said, site=site).patient
        place = self._place(site, "emergency", "Déchocage 1")
        patient_admit(
            act=act, patient=patient, place=place, kind=StayKind.EMERGENCY, reason="Trouvé inconscient en rue"
        )

    def _doubles(self, at: datetime) -> None:
        """Two people of the backup are registered again by the first emergency department; one pair is merged since."""
        site = next(iter(self.plan.opened))
        act = self.as_(self._carer("nurse", site, "emergency"), at)
        there = [one for one in self.people if one.known and one.site == site and one.service == "emergency"]
        for number, one in enumerate(there[:2]):
            person = Person(
                family=one.family.upper(), given=one.given, birth=one.birth.isoformat(), sex="", phone=one.phone
            )
            again = patient_register(act=act, person=person, site=site, looked_at=[one.id]).patient
            if number:
                patients_merge(act=act, kept=one.id, gone=again, reason=self.plan.special.merge)

    def _paper(self, at: datetime) -> None:
        """The first site's most urgent wards are printed: what lies in the drawer if the server dies."""
        site = next(iter(self.plan.opened))
        wards = [WardKey(site=site, ward=service) for service in PRINTED]
        folder = Path(settings.RELIGHT_HOME) / "demonstration" / "papier"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wards_print(act=self.as_(self.lead, at), folder=folder, wards=wards, language=LANGUAGE)

    def _glass(self, at: datetime) -> None:
        """A nurse of one ward opens a record of another."""
        site = next(iter(self.plan.opened))
        act = self.as_(self._carer("nurse", site, "emergency"), at)
        other = next(one for one in self.people if one.site == site and one.service == "surgery-ward")
        glass_break(act=act, patient=self.ids[other.key], reason=self.plan.special.glass)


def _drafts_write(act: Act, drafts: Sequence[EntryDraft], *, verb: str, patient: UUID) -> None:
    with writing(act) as log:
        entries_write(act=act, log=log, drafts=drafts, verb=verb, subject=f"patient:{patient}")
