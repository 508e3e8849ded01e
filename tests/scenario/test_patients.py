"""The patients of the scenario: invented, in a bed each, and what is written of them fits together."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from stdnum.be import nn

from relight.cli.scenario.lab_plan import LabPlan
from relight.cli.scenario.moments import Moments, moments_of
from relight.cli.scenario.patients import Patient, patients_make
from relight.cli.scenario.patients_pdf import letter_pdf
from relight.cli.scenario.patients_plan import Density, PatientsPlan
from relight.cli.scenario.patients_vitals import measured
from relight.cli.scenario.patients_week import Doing, Kind, doses, week_of
from relight.cli.scenario.replay import Replay
from relight.cli.scenario.types import Scenario
from relight.journal.api import entry_list
from relight.kernel.act import Act, Door
from relight.people.api import staff_list
from relight.record.api import (
    chains_verify,
    duplicates_of,
    face_get,
    glass_list,
    houses_count,
    merges_of,
    patients_find,
    record_may_open,
    resources_of,
    ward_census,
)
from relight.record.models import Resource
from support.loop import no_loop

from .conftest import NOW

pytestmark = pytest.mark.django_db  # the database of a run is made where a test asks for it

OWNER = Act(actor="os:test", at=NOW, door=Door.CLI, roles=frozenset({"owner"}))
END = NOW.astimezone(ZoneInfo("Europe/Brussels"))


@pytest.fixture(scope="module")
def plan(scenario: Scenario) -> PatientsPlan:
    assert scenario.patients is not None
    return scenario.patients


@pytest.fixture(scope="module")
def people(plan: PatientsPlan) -> tuple[Patient, ...]:
    return patients_make(plan, plan.amounts["full"], end=END, sites=tuple(plan.opened))


def test_the_same_hour_makes_the_same_people(plan: PatientsPlan, people: tuple[Patient, ...]) -> None:
    assert patients_make(plan, plan.amounts["full"], end=END, sites=tuple(plan.opened)) == people


def test_fewer_are_some_of_the_same_people(plan: PatientsPlan, people: tuple[Patient, ...]) -> None:
    few = patients_make(plan, plan.amounts["few"], end=END, sites=tuple(plan.opened))
    names = {one.key: (one.family, one.given, one.birth, one.national) for one in people}
    assert 40 < len(few) < len(people) / 3
    assert all(names[one.key] == (one.family, one.given, one.birth, one.national) for one in few)


def test_every_ward_of_the_plan_has_eight_patients_or_more_at_each_of_its_sites(people: tuple[Patient, ...]) -> None:
    found = Counter((one.site, one.service) for one in people)
    assert min(found.values()) >= 8 and max(found.values()) <= 25
    assert {site for site, _ in found} == {"arlon", "libramont", "marche", "bastogne", "bertrix", "virton"}


def test_no_two_patients_share_a_bed_or_a_number(people: tuple[Patient, ...]) -> None:
    for key in (
        [(one.site, one.service, one.bed) for one in people],
        [one.record for one in people],
        [one.national for one in people if one.national],
        [one.id for one in people],
    ):
        assert len(key) == len(set(key))


def test_a_national_number_holds_and_nobody_has_such_a_serial(people: tuple[Patient, ...]) -> None:
    """Check digits, birth date and sex are right; no day has so many births."""
    numbered = [one for one in people if one.national]
    assert len(numbered) > 200
    for one in numbered:
        assert nn.is_valid(one.national) and nn.get_birth_date(one.national) == one.birth
        assert nn.get_gender(one.national) == one.sex and int(one.national[6:9]) >= 940


def test_nobody_gets_a_penicillin_who_does_not_bear_it(people: tuple[Patient, ...]) -> None:
    for one in people:
        if any(allergy.atc.startswith("J01C") for allergy in one.allergies):
            assert "amoxiclav-iv" not in one.drugs and "piperacillin" not in one.drugs


def test_what_is_written_lies_within_the_stay_and_in_its_order(people: tuple[Patient, ...]) -> None:
    for one in people:
        week = sorted(week_of(one, end=END, rounds=0), key=lambda doing: doing.at)
        assert week[0].kind is Kind.ADMIT and week[-1].at <= END
        assert all(one.came <= doing.at <= (one.left or END) for doing in week)
        order = [doing.kind for doing in week if doing.kind in (Kind.ADMIT, Kind.MOVE, Kind.FIRST, Kind.LEAVE)]
        assert order == [kind for kind in (Kind.ADMIT, Kind.MOVE, Kind.FIRST, Kind.LEAVE) if kind in order]
        first = next(doing.at for doing in week if doing.kind is Kind.FIRST)
        assert all(doing.at > first for doing in week if doing.kind is Kind.ROUND)


def test_who_goes_downhill_breathes_faster_with_less_oxygen_and_pressure(people: tuple[Patient, ...]) -> None:
    worse = [one for one in people if one.is_worse and one.left is None and one.years(END) >= 16]
    assert worse
    for one in worse:
        before = measured(one, at=END - timedelta(hours=10), end=END)
        now = measured(one, at=END - timedelta(minutes=10), end=END)
        assert now.respiration > before.respiration and now.saturation < before.saturation
        assert now.systolic < before.systolic and now.pulse > before.pulse


def test_a_measurement_is_the_same_each_time(people: tuple[Patient, ...]) -> None:
    at = END - timedelta(hours=1)
    assert measured(people[0], at=at, end=END) == measured(people[0], at=at, end=END)


def test_doses_are_due_at_the_hours_of_the_house_from_one_moment_on_before_another(plan: PatientsPlan) -> None:
    evening = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Brussels"))
    found = doses(plan.medicines["amoxiclav-iv"], since=evening, until=evening + timedelta(hours=12))
    assert [one.hour for one in found] == [18, 0]
    assert doses(plan.medicines["paracetamol"], since=evening, until=evening + timedelta(days=1)) == ()


def test_a_letter_is_a_pdf_whose_table_finds_its_parts() -> None:
    content = letter_pdf("Lettre (œuf)", ["37,5 °C", "a\\b"])
    begin = int(content.split(b"startxref\n")[1].split()[0])
    assert content[begin:].startswith(b"xref\n0 6\n")
    for number in range(1, 6):
        place = int(content[begin:].splitlines()[number + 2].split()[0])
        assert content[place:].startswith(b"%d 0 obj" % number)
    assert "(Lettre \\(œuf\\))".encode("cp1252") in content


# -- in the record ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wards(scenario: Scenario, django_db_setup: None, django_db_blocker: Any) -> Any:
    """The patients alone, a few a ward, in one transaction that is taken back at the end."""
    alone = replace(scenario, laboratory=LabPlan())
    with (
        no_loop(),
        django_db_blocker.unblock(),
        TemporaryDirectory() as folder,
        transaction.atomic(),
    ):
        replay = Replay(alone, act=OWNER, progress=lambda done, total: None, folder=Path(folder), density=Density.FEW)
        replay._begin()
        deeds = list(replay._patients())
        story = next(do.__self__ for _, do in deeds if hasattr(do, "__self__"))  # type: ignore[attr-defined]
        for at, do in sorted(deeds, key=lambda pair: pair[0]):
            do(at)
        yield story
        transaction.set_rollback(True)


def test_somebody_lies_in_each_ward_and_the_beds_are_the_plan_s(wards: Any) -> None:
    here = {(one.site, one.service) for one in wards.people if one.left is None}
    assert {key for key, count in houses_count().items() if count} == here
    for site, service in sorted(here):
        beds = {one.bed for one in wards.people if (one.site, one.service, one.left) == (site, service, None)}
        assert beds <= {one.stay.bed for one in ward_census(site=site, ward=service)}


def test_all_that_was_written_holds_and_nothing_is_unresolved(wards: Any) -> None:
    assert all(report.broken is None for report in chains_verify())
    times = [entry.at for entry in entry_list(limit=100_000)]
    assert max(times) <= NOW + timedelta(seconds=1)


def test_each_source_is_there_backup_network_and_what_was_typed(wards: Any) -> None:
    one = next(one for one in wards.people if one.regional and one.problems and one.left is None)
    held = resources_of(patient=wards.ids[one.key], types=("Condition",))
    assert {each.source_kind.value for each in held} == {"backup", "regional", "typed"}


def test_vital_signs_of_grown_people_carry_their_score(wards: Any) -> None:
    one = next(one for one in wards.people if one.years(NOW) >= 16 and one.service == "emergency" and one.left is None)
    bodies = [json.loads(each.body) for each in resources_of(patient=wards.ids[one.key], types=("Observation",))]
    scores = [body for body in bodies if "NEWS2" in str(body["code"].get("text"))]
    assert scores and all(body["derivedFrom"] for body in scores)


def test_every_author_is_of_staff_and_works_where_the_patient_lies(wards: Any) -> None:
    actors = {member.actor: member for member in staff_list()}
    doings: list[Doing] = [doing for one in wards.people[:20] for doing in week_of(one, end=wards.end, rounds=2)]
    for doing in doings:
        act, by = wards._hand(doing.one, doing.one.service, doing.at, is_nurse=True)
        assert by.patient == wards.ids[doing.one.key]
        scope = actors[act.actor].scope
        assert not scope or f"site:{doing.one.site}" in scope


def test_a_nurse_of_a_ward_opens_its_patients_and_no_other_ward_s(wards: Any) -> None:
    nurse = wards.as_("nurse", NOW)
    of = {one.service: one for one in wards.people if one.site == "arlon" and one.left is None}
    assert record_may_open(act=nurse, patient=wards.ids[of["internal-medicine"].key]).allowed
    assert not record_may_open(act=nurse, patient=wards.ids[of["cardiology"].key]).allowed


def test_an_unknown_a_pair_of_doubles_a_merge_and_a_broken_glass_are_there(wards: Any) -> None:
    unknown = [one for one in ward_census(site="arlon", ward="emergency") if one.face.is_unknown]
    assert len(unknown) == 1
    there = [one for one in wards.people if one.known and (one.site, one.service) == ("arlon", "emergency")]
    assert len(duplicates_of(patient=there[0].id)) == 1
    assert [merge.reason for merge in merges_of(patient=there[1].id)] == [wards.plan.special.merge]
    assert [glass.reason for glass in glass_list()] == [wards.plan.special.glass]


def test_some_were_never_asked_about_allergies(wards: Any) -> None:
    stated = set(Resource.objects.filter(type="AllergyIntolerance").values_list("patient", flat=True))
    silent = [one for one in wards.people if not one.asked and not one.regional]
    assert silent and not stated & {wards.ids[one.key] for one in silent}


def test_a_patient_is_found_by_name_without_accents_and_by_national_number(wards: Any) -> None:
    one = next(one for one in wards.people if one.national and one.left is None)
    act = wards.as_("doctor-garde", NOW)
    assert wards.ids[one.key] in {found.patient for found in patients_find(f"{one.given} {one.family}", act=act)}
    assert patients_find(one.national, act=act)[0].patient == wards.ids[one.key]
    assert face_get(wards.ids[one.key]).birth == one.birth.isoformat()


def test_two_wards_lie_printed_in_the_data_folder(wards: Any) -> None:
    (made,) = (path for path in (Path(settings.RELIGHT_HOME) / "demonstration" / "papier").iterdir() if path.is_dir())
    assert any(path.suffix == ".pdf" for path in made.rglob("*"))


def test_the_moments_of_a_story_end_with_the_act() -> None:
    found: Moments = moments_of(NOW, days=10, zone=timezone.get_default_timezone())
    assert found.end == NOW
