"""Makes the appointments of a scenario's week: same plan, same seed, same people.

Owns invention: who is booked, when, why, with whom. Refuses clocks and services: the week is an argument. Telephone
numbers stand in ranges nobody holds. Source: docs/design/scenario.md, "The appointments".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from relight.cli.scenario.activity_plan import ActivityPlan, Clinic, Item, ListPlan, Reason
from relight.cli.scenario.patients import GROWN, Patient, national_number
from relight.cli.scenario.patients_plan import Names

KNOWN_SHARE = 9  # of a hundred booked patients are known to the wards' records
SUNDAY, SATURDAY = 6, 5
YEAR_DAYS = 365.25
AREA_CODES: Mapping[str, str] = {
    "arlon": "063",
    "virton": "063",
    "libramont": "061",
    "bertrix": "061",
    "bastogne": "061",
    "marche": "084",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is booked."""

    family: str
    given: str
    sex: str
    birth: date
    national: str
    record: str
    phone: str
    mobile: str
    street: str
    postal: str
    town: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One booked appointment. Args: list: `consultations` or the key of a list. starts: wall clock."""

    number: str
    list: str
    site: str
    starts: datetime
    minutes: int
    specialty: str
    what: str
    reason: str
    urgency: str
    follow_up: str
    doctor: str
    place: str
    visitor: Visitor


def visits_make(
    plan: ActivityPlan, names: Names, *, first: date, known: Sequence[Patient], share: int = 100
) -> tuple[Visit, ...]:
    """Make everything that is booked.

    Args: first: the first day of the week. known: patients of the wards whose old records exist. share: of a hundred,
    how many are made. Returns: by list, site, time.
    """
    maker = _Maker(plan=plan, names=names, first=first, known=known)
    found = [*maker.consultations(share), *(one for each in plan.lists for one in maker.listed(each, share))]
    return tuple(found)


class _Maker:
    """Makes visits; each person has telephone numbers of their own, as far as there are numbers."""

    def __init__(self, *, plan: ActivityPlan, names: Names, first: date, known: Sequence[Patient]) -> None:
        self.plan, self.names, self.known = plan, names, [one for one in known if one.national]
        days = [first + timedelta(days=place) for place in range(plan.days)]
        self.days = [day for day in days if day.weekday() < SATURDAY] or days
        self.chance = Random(f"{plan.seed}:visits")  # noqa: S311 - invented data, no secret
        self.number = 0
        self.mobiles = [f"0499 00 {n // 100:02d} {n % 100:02d}" for n in range(10_000)]
        self.chance.shuffle(self.mobiles)

    def consultations(self, share: int) -> Iterator[Visit]:
        """Yield the consultations, clinic by clinic."""
        for site, total in self.plan.consultations.items():
            clinics = [one for one in self.plan.clinics if one.at.get(site)]
            for clinic, count in _shared(-(-total * share // 100), [one.at[site] for one in clinics], clinics):
                yield from self._clinic(clinic, site, count)

    def _clinic(self, clinic: Clinic, site: str, count: int) -> Iterator[Visit]:
        chance = self.chance
        reasons = chance.choices(clinic.reasons, weights=[one.weight for one in clinic.reasons], k=count)
        for place, reason in enumerate(reasons):
            doctor = clinic.doctors[place % len(clinic.doctors)]
            yield self._visit(
                list_="consultations",
                site=site,
                place=place // len(clinic.doctors),
                every=max(1, count // len(clinic.doctors) // len(self.days)),
                minutes=20,
                specialty=clinic.name,
                what="",
                reason=reason,
                doctor=doctor,
                room=f"Cabinet {1 + sum(map(ord, doctor)) % 24}",
                young=clinic.young,
            )

    def listed(self, each: ListPlan, share: int) -> Iterator[Visit]:
        """Yield what a list holds."""
        for site, total in each.at.items():
            items = self.chance.choices(
                each.items, weights=[one.weight for one in each.items], k=-(-total * share // 100)
            )
            for place, item in enumerate(items):
                yield self._visit(
                    list_=each.key,
                    site=site,
                    place=place,
                    every=max(1, len(items) // len(self.days)),
                    minutes=item.minutes,
                    specialty=item.specialty,
                    what=item.what,
                    reason=_reason_of(item),
                    doctor="",
                    room=f"Salle {1 + place % 5}",
                    young=False,
                )

    def _visit(  # noqa: PLR0913 - the parts of a visit
        self,
        *,
        list_: str,
        site: str,
        place: int,
        every: int,
        minutes: int,
        specialty: str,
        what: str,
        reason: Reason,
        doctor: str,
        room: str,
        young: bool,
    ) -> Visit:
        """Book one at the next free time: `every` a day for whoever sees them, from 8 o'clock."""
        self.number += 1
        day = self.days[min(place // every, len(self.days) - 1)]
        slot = place % every if place // every < len(self.days) else place - every * (len(self.days) - 1)
        at = datetime.combine(day, time(8)) + timedelta(minutes=5 * (slot * max(minutes, 15) // 5) % (9 * 60))
        return Visit(
            number=f"R{480_000 + self.number}",
            list=list_,
            site=site,
            starts=at,
            minutes=minutes,
            specialty=specialty,
            what=what,
            reason=reason.text,
            urgency=reason.urgency,
            follow_up=reason.follow_up,
            doctor=doctor,
            place=room,
            visitor=self._visitor(site, young=young),
        )

    def _visitor(self, site: str, *, young: bool) -> Visitor:
        chance = self.chance
        if not young and self.known and chance.randrange(100) < KNOWN_SHARE:
            one = chance.choice(self.known)
            if one.years(one.entered) >= GROWN:
                return _of_ward(one)
        sex = chance.choice("FFM")
        age = chance.uniform(0.3, 15) if young else chance.triangular(17, 92, 62)
        birth = self.days[0] - timedelta(days=round(age * YEAR_DAYS))
        postal, town = chance.choice(self.names.towns)
        mobile = self.mobiles[self.number % len(self.mobiles)] if chance.randrange(100) < 78 else ""
        area = AREA_CODES.get(site, "063")
        phone = (
            ""
            if mobile and chance.randrange(100) < 55
            else f"{area} 00 {chance.randrange(100):02d} {self.number % 100:02d}"
        )
        if chance.randrange(100) < 3:
            phone = mobile = ""
        return Visitor(
            family=chance.choice(self.names.families),
            given=chance.choice(self.names.women if sex == "F" else self.names.men),
            sex=sex,
            birth=birth,
            national=national_number(birth, sex, chance) if chance.randrange(100) < 94 else "",
            record=f"{81_000_000 + self.number * 29:08d}",
            phone=phone,
            mobile=mobile,
            street=f"{chance.choice(self.names.streets)} {chance.randint(1, 180)}",
            postal=postal,
            town=town,
            language="de" if chance.randrange(100) < 4 else "nl" if chance.randrange(100) < 2 else "fr",
        )


def _of_ward(one: Patient) -> Visitor:
    """Book somebody who lies in a ward, or lay there: same number, same record."""
    return Visitor(
        family=one.family,
        given=one.given,
        sex=one.sex,
        birth=one.birth,
        national=one.national,
        record=one.record,
        phone="",
        mobile=one.phone,
        street=one.street,
        postal=one.postal,
        town=one.town,
        language="fr",
    )


def _reason_of(item: Item) -> Reason:
    return Reason(weight=item.weight, text=item.what, urgency=item.urgency)


def _shared(total: int, weights: Sequence[int], what: Sequence[Clinic]) -> Iterator[tuple[Clinic, int]]:
    """Share a total by weight; the first take what rounding leaves."""
    whole = sum(weights)
    counts = [total * weight // whole for weight in weights]
    for place in range(total - sum(counts)):
        counts[place % len(counts)] += 1
    yield from zip(what, counts, strict=True)
