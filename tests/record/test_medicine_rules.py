"""Medicines as pure rules: the shipped file, doses, due times, checks, what FHIR says, the sheet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import relight.record
from relight.kernel.errors import RelightError
from relight.record.rules.medication.checks import (
    ATC,
    Allergy,
    Caution,
    Sort,
    Wanted,
    allergy_check,
    allergy_of,
    dose_check,
    duplicate_check,
)
from relight.record.rules.medication.doses import (
    Dose,
    dose_of,
    dose_read,
    dose_words,
    frequency_read,
    number_words,
    quantity_of,
)
from relight.record.rules.medication.formulary import Formulary, formulary_read
from relight.record.rules.medication.giving import Given, Giving, Mark, cells_of, giving_refusal, mark_of
from relight.record.rules.medication.imaging import Imaging, Modality, imaging_refusal
from relight.record.rules.medication.orders import (
    Line,
    Prescription,
    State,
    body_stopped,
    line_of,
    order_body,
    prescription_refusal,
    state_of,
)
from relight.record.rules.medication.timing import Kind, Schedule, due_times, interval, schedule_of, timing_of
from relight.record.rules.medication.words import UNITS
from relight.record.rules.names import plain

SHIPPED = Path(relight.record.__file__).with_name("drugs.toml")
ZONE = ZoneInfo("Europe/Brussels")
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
PATIENT = UUID(int=1)
MG = Dose(amount=Decimal(500), unit="mg")


@cache
def shipped() -> Formulary:
    return formulary_read(SHIPPED.read_bytes())


def same(word: str) -> str:
    return word


def code_of(work: Any) -> str:
    with pytest.raises(RelightError) as refusal:
        work()
    return refusal.value.code


def allergy(text: str, *codes: tuple[str, str]) -> Allergy:
    return Allergy(codes=frozenset(codes), text=text, shown=text)


def wanted(name: str) -> Wanted:
    return Wanted(name=name, drugs=shipped().named(name))


def sorts(text: str, name: str, *codes: tuple[str, str]) -> list[Sort]:
    found = allergy_check(wanted(name), [allergy(text, *codes)], formulary=shipped(), language="en")
    return [one.sort for one in found]


class TestFile:
    """Cases 1-9: the shipped file, and one of a hospital's own."""

    def test_every_medicine_has_a_whole_code_and_names_in_four_languages_are_found(self) -> None:
        for drug in shipped().drugs.values():
            assert len(drug.atc) in (4, 5, 7) or drug.atc == "A11EA"
            for language in ("fr", "nl", "de", "en"):
                assert drug in shipped().named(drug.shown(language)), drug.atc

    def test_a_name_two_medicines_share_finds_both(self) -> None:
        shared = {name: codes for name, codes in shipped().by_name.items() if len(codes) > 1}
        assert shared == {"acyclovir": ("D06BB03", "J05AB01")}

    def test_a_part_is_named_as_the_medicine_of_it_is(self) -> None:
        """So that paracetamol with codeine is known to be paracetamol again."""
        combined = shipped().drugs["N02AJ06"]
        assert {plain(part) for part in combined.parts} == {"codeine", "paracetamol"}
        assert all(part == part.strip() and part for drug in shipped().drugs.values() for part in drug.parts)

    def test_groups_name_codes_that_are_there(self) -> None:
        codes = list(shipped().drugs)
        for group in shipped().groups:
            for start in (*group.atc, *(one for careful in group.careful for one in careful.atc)):
                assert any(code.startswith(start) for code in codes) or start in {"J01EB", "J01ED", "M01AA", "M01AG",
                                                                                 "M02AA", "S01BC"}, start  # fmt: skip

    @pytest.mark.parametrize("typed", ["paracetamol", "PARACÉTAMOL", "parac", "dafalgan", "paracetmol", "acetaminoph"])
    def test_it_is_found_as_people_type(self, typed: str) -> None:
        assert shipped().find(typed, language="fr")[0].atc == "N02BE01"

    @pytest.mark.parametrize(
        "fault",
        [
            "format = 2",
            "format = 1",
            'format = 1\n[rounds]\nmorning = "8 o clock"',
            'format = 1\n[rounds]\nmorning = "08:00"\n[[frequency]]\nid = "1d"\nrounds = ["noon"]\nnames = {}',
            "no toml [",
        ],
    )
    def test_a_faulty_file_is_refused_whole(self, fault: str) -> None:
        assert code_of(lambda: formulary_read(fault.encode())) == "RL-REC-400"

    def test_a_code_that_stands_twice_is_a_fault(self) -> None:
        drug = '[[drug]]\natc = "N02BE01"\nname = "a"\nroutes = ["po"]\nunits = ["mg"]\n'
        text = (
            f'format = 1\n[rounds]\nm = "08:00"\n[[frequency]]\nid = "d"\nrounds = ["m"]\nnames = {{en = "d"}}\n{drug}'
        )
        assert formulary_read(text.encode()).drugs.keys() == {"N02BE01"}
        assert code_of(lambda: formulary_read(f"{text}{drug}".encode())) == "RL-REC-400"


class TestDoses:
    """Cases 10-19: read as typed, written so that nobody misreads them."""

    @pytest.mark.parametrize(
        ("text", "amount", "unit"),
        [
            ("0,5 mg", "0.5", "mg"), ("0.5mg", "0.5", "mg"), (",5 mg", "0.5", "mg"), ("1 g", "1", "g"),
            ("0,125 mg", "0.125", "mg"), ("500 µg", "500", "microgram"), ("500 mcg", "500", "microgram"),
            ("100 UI", "100", "IU"), ("2 comprimés", "2", "tablet"), ("1000 mg", "1000", "mg"),
            ("0,1 \u00b5g/kg/min", "0.1", "microgram/kg/min"), ("5 \u03bcg", "5", "microgram"), ("42 ml/h", "42", "ml/h"), ("20 gouttes", "20", "drop"),
        ],
    )  # fmt: skip
    def test_a_dose_is_read(self, text: str, amount: str, unit: str) -> None:
        assert dose_read(text).dose == Dose(amount=Decimal(amount), unit=unit)

    @pytest.mark.parametrize("text", ["1.000 mg", "1,000 mg", "12.345 mg", "10 000 UI", "1 000 mg", "3 500 mg"])
    def test_what_can_be_read_two_ways_is_refused(self, text: str) -> None:
        assert code_of(lambda: dose_read(text)) == "RL-REC-402"

    @pytest.mark.parametrize(
        ("text", "code"),
        [("", "RL-REC-401"), ("mg", "RL-REC-401"), ("-5 mg", "RL-REC-401"), ("500", "RL-REC-403"), ("0 mg", "RL-REC-404"),
         ("0.000 mg", "RL-REC-404"), ("5 U", "RL-REC-401"), ("5 E", "RL-REC-401"), ("5 cc", "RL-REC-401")],
    )  # fmt: skip
    def test_what_is_no_dose_is_refused(self, text: str, code: str) -> None:
        """`U` and `E` alone were taken for a zero too often."""
        assert code_of(lambda: dose_read(text)) == code

    def test_a_number_alone_has_the_unit_of_a_medicine_with_only_one(self) -> None:
        assert dose_read("80", unit="mg").dose == Dose(amount=Decimal(80), unit="mg")

    @pytest.mark.parametrize(
        ("text", "frequency"),
        [("1 g x3/j", "3d"), ("1 g 3x/d", "3d"), ("3 dd 1 g", "3d"), ("1 g 4x par jour", "4d"), ("1 g 1-0-1", "2d"),
         ("1 g /8h", "8h"), ("1 g q6h", "6h"), ("10 mg soir", "evening"), ("1 g/8h", "8h"), ("1 g om de 8 uur", "8h")],
    )  # fmt: skip
    def test_how_often_may_stand_behind_the_dose(self, text: str, frequency: str) -> None:
        found = frequency_read(dose_read(text).frequency, shipped().frequencies.values())
        assert found is not None
        assert found.id == frequency

    def test_an_unheard_of_frequency_is_none(self) -> None:
        assert frequency_read("7x/j", shipped().frequencies.values()) is None
        assert frequency_read("quand il veut", shipped().frequencies.values()) is None

    @given(st.decimals(min_value="0.0001", max_value="9999999", allow_nan=False, places=4))
    def test_a_number_never_ends_in_a_zero_behind_the_mark_nor_begins_with_it(self, amount: Decimal) -> None:
        for language, mark in (("fr", ","), ("en", ".")):
            text = number_words(amount, language=language)
            assert text[0].isdigit()
            assert not (mark in text and text.endswith("0"))
            assert ("." if mark == "," else ",") not in text
            assert Decimal(text.replace("\u202f", "").replace(",", ".")) == amount

    def test_units_are_in_full(self) -> None:
        words = dose_words(Dose(amount=Decimal("62.50"), unit="microgram"), language="fr", translate=same)
        assert words == "62,5\u00a0micrograms"
        assert dose_words(Dose(amount=Decimal(20000), unit="IU"), language="en", translate=same) == (
            "20\u202f000\u00a0international units"
        )
        assert all("µ" not in unit.word and unit.word not in ("U", "IU") for unit in UNITS.values())

    @given(
        st.decimals(min_value="0.0001", max_value="99999", allow_nan=False, places=4), st.sampled_from(sorted(UNITS))
    )
    def test_a_dose_comes_back_from_fhir_as_it_was(self, amount: Decimal, unit: str) -> None:
        dose = Dose(amount=amount, unit=unit)
        assert dose_of(quantity_of(dose)) == dose

    def test_a_quantity_without_a_unit_of_ours_is_not_understood(self) -> None:
        assert dose_of({"value": 1}) is None
        assert dose_of({"value": -1, "code": "mg"}) is None
        assert dose_of({"value": True, "code": "mg"}) is None


class TestTimes:
    """Cases 20-29: when doses are due."""

    def test_a_day_of_rounds_from_the_start_on(self) -> None:
        schedule = Schedule(start=AT, times=(time(8), time(12), time(18), time(22)))
        day = datetime(2026, 11, 22, 23, tzinfo=UTC)
        due = due_times(schedule, since=day, until=day + timedelta(days=1), zone=ZONE)
        assert [one.astimezone(ZONE).hour for one in due] == [12, 18, 22]

    def test_hours_count_from_the_first_dose_over_the_change_of_the_clock(self) -> None:
        start = datetime(2026, 10, 24, 20, tzinfo=UTC)
        due = due_times(Schedule(start=start, hours=8), since=start, until=start + timedelta(days=1), zone=ZONE)
        assert [b - a for a, b in pairwise(due)] == [timedelta(hours=8)] * 2

    @pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=ZONE), datetime(2026, 10, 25, tzinfo=ZONE)])
    def test_a_time_that_is_skipped_or_comes_twice_is_given_once(self, day: datetime) -> None:
        schedule = Schedule(times=(time(2, 30), time(8)))
        end = datetime.combine(day.date() + timedelta(days=1), time(), tzinfo=ZONE)
        assert len(due_times(schedule, since=day, until=end, zone=ZONE)) == 2

    def test_nothing_is_due_after_the_end_and_a_first_dose_stands_beside_the_rhythm(self) -> None:
        schedule = Schedule(start=AT, end=AT + timedelta(hours=4), times=(time(12), time(18)), events=(AT,))
        due = due_times(schedule, since=AT, until=AT + timedelta(days=2), zone=ZONE)
        assert due == (AT, AT + timedelta(hours=3))

    @given(st.integers(1, 200), st.integers(0, 400), st.integers(1, 100))
    def test_parts_of_a_span_hold_what_the_whole_does(self, hours: int, begin: int, length: int) -> None:
        schedule = Schedule(start=AT, hours=hours)
        a, c = AT + timedelta(hours=begin), AT + timedelta(hours=begin + 2 * length)
        b = a + timedelta(hours=length)
        parts = [due_times(schedule, since=x, until=y, zone=ZONE) for x, y in ((a, b), (b, c))]
        assert sum(parts, ()) == due_times(schedule, since=a, until=c, zone=ZONE)

    def test_a_schedule_comes_back_from_fhir_as_it_was(self) -> None:
        for schedule in (
            Schedule(start=AT, end=AT + timedelta(days=3), times=(time(8), time(20)), events=(AT,)),
            Schedule(start=AT, hours=48),
        ):
            assert schedule_of(timing_of(schedule), authored=None, rounds={}) == schedule

    def test_a_rhythm_of_an_import_is_laid_on_the_rounds_or_counted(self) -> None:
        rounds = {1: (time(8),)}
        daily = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
        assert schedule_of(daily, authored=AT, rounds=rounds).times == (time(8),)
        six = {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}}
        assert schedule_of(six, authored=AT, rounds=rounds).hours == 6
        odd = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "mo"}}
        assert schedule_of(odd, authored=AT, rounds=rounds) == Schedule(start=AT)

    def test_the_shortest_gap_spans_midnight(self) -> None:
        assert interval(Schedule(times=(time(8), time(12), time(18), time(22)))) == timedelta(hours=4)
        assert interval(Schedule(times=(time(8),))) == timedelta(hours=24)


class TestAllergies:
    """Cases 30-39: what an allergy concerns; what is not sure is said to be possible."""

    @pytest.mark.parametrize(
        ("text", "name", "sort"),
        [
            ("amoxicilline", "amoxicilline", Sort.ALLERGY), ("Clamoxyl", "amoxicilline", Sort.ALLERGY),
            ("Clamoxyl", "Augmentin", Sort.ALLERGY), ("Allergy to penicillin", "amoxicillin", Sort.GROUP),
            ("allergie à la pénicilline", "flucloxacilline", Sort.GROUP), ("penicilin", "piperacillin", Sort.GROUP),
            ("peniciline", "amoxicillin", Sort.POSSIBLE), ("amoxicilne", "amoxicillin", Sort.POSSIBLE),
            ("Pénicilline", "céfadroxil", Sort.CAREFUL), ("pénicilline", "ceftriaxone", Sort.CAREFUL),
            ("pénicilline", "meropenem", Sort.CAREFUL), ("aspirine", "ibuprofène", Sort.GROUP),
            ("ibuprofen", "Asaflow", Sort.GROUP), ("AINS", "diclofénac", Sort.GROUP),
            ("aspirine", "celecoxib", Sort.CAREFUL), ("Bactrim", "sulfadiazine", Sort.GROUP),
            ("sulfamides", "Bactrim", Sort.GROUP), ("produit de contraste", "ioméprol", Sort.GROUP),
            ("morphine", "oxycodone", Sort.GROUP), ("xylocaïne", "ropivacaïne", Sort.GROUP),
            ("héparine (TIH)", "enoxaparin", Sort.GROUP), ("Lisinopril 10 MG Oral Tablet", "ramipril", Sort.GROUP),
            ("arachide", "propofol", Sort.CAREFUL), ("codéine", "Dafalgan Codeine", Sort.ALLERGY),
        ],
    )  # fmt: skip
    def test_it_is_found(self, text: str, name: str, sort: Sort) -> None:
        assert sorts(text, name) == [sort]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Pénicilline", "cefazolin"), ("Pénicilline", "clarithromycine"), ("Bactrim", "furosemide"),
            ("aspirine", "paracetamol"), ("Shellfish allergy", "iohexol"), ("Latex allergy", "amoxicillin"),
            ("Dander (animal) allergy", "heparin"), ("Allergy to nut", "morphine"), ("House dust mite allergy", "heparin"),
            ("héparine", "fondaparinux"), ("Allergy to tree pollen", "pantoprazole"), ("iso-Betadine", "amoxicillin"),
        ],
    )  # fmt: skip
    def test_what_is_not_concerned_is_left_alone(self, text: str, name: str) -> None:
        assert sorts(text, name) == []

    def test_codes_count_without_words(self) -> None:
        assert sorts("", "amoxicillin", (ATC, "J01CA04")) == [Sort.ALLERGY]
        assert sorts("", "amoxicillin", (ATC, "J01C")) == [Sort.GROUP]
        assert sorts("", "amoxicillin", ("http://snomed.info/sct", "91936005")) == [Sort.GROUP]
        assert sorts("", "naproxen", ("http://www.nlm.nih.gov/research/umls/rxnorm", "1191")) == [Sort.GROUP]

    def test_a_medicine_written_by_its_name_alone_is_compared_by_name(self) -> None:
        unknown = Wanted(name="Zyxomab", drugs=())
        found = allergy_check(unknown, [allergy("zyxomab")], formulary=shipped(), language="en")
        assert [one.sort for one in found] == [Sort.ALLERGY]

    @pytest.mark.parametrize("name", sorted({drug.name for drug in shipped().drugs.values()}))
    def test_an_allergy_to_each_medicine_is_found_by_its_own_name(self, name: str) -> None:
        assert sorts(name, name) == [Sort.ALLERGY]

    def test_what_was_refuted_or_says_there_is_none_is_no_allergy(self) -> None:
        code = {"text": "x"}
        off = {"coding": [{"code": "refuted"}]}
        assert allergy_of({"code": code, "verificationStatus": off}) is None
        assert allergy_of({"code": code, "clinicalStatus": {"coding": [{"code": "resolved"}]}}) is None
        none = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
        assert allergy_of({"code": none}) is None
        assert allergy_of({"code": code}) is not None


class TestDuplicatesAndDoses:
    """Cases 40-49."""

    def test_the_same_substance_and_the_same_class_are_told_apart(self) -> None:
        held = [wanted("Dafalgan Codeine"), wanted("omeprazole"), wanted("metformin")]
        assert duplicate_check(wanted("paracetamol"), held) == (Caution(sort=Sort.SAME, of="Dafalgan Codeine"),)
        assert duplicate_check(wanted("pantoprazole"), held) == (Caution(sort=Sort.CLASS, of="omeprazole"),)
        assert duplicate_check(wanted("amlodipine"), held) == ()

    def test_one_substance_under_two_codes_is_the_same(self) -> None:
        found = duplicate_check(wanted("acide acétylsalicylique"), [wanted("Asaflow")])
        assert [one.sort for one in found] == [Sort.SAME]

    @pytest.mark.parametrize(
        ("name", "text", "asks"),
        [
            ("morphine", "50 mg", False), ("morphine", "100 mg", True), ("morphine", "5 mg", False),
            ("digoxin", "0,25 mg", False), ("digoxin", "25 mg", True), ("digoxin", "250 microgram", False),
            ("lévothyroxine sodique", "75 mg", True), ("paracetamol", "1 g", False), ("paracetamol", "10 g", True),
            ("paracetamol", "10 mg", True), ("paracetamol", "2 tablets", False), ("mannitol", "500 ml", False),
        ],
    )  # fmt: skip
    def test_a_slipped_decimal_point_is_asked_about_where_the_file_says_what_is_usual(
        self, name: str, text: str, asks: bool
    ) -> None:
        found = dose_check(wanted(name), dose_read(text).dose, a_day=None)
        assert bool(found) is asks

    def test_a_weekly_medicine_every_day_is_asked_about(self) -> None:
        ten = Dose(amount=Decimal(10), unit="mg")
        assert [one.sort for one in dose_check(wanted("methotrexate"), ten, a_day=1)] == [Sort.WEEKLY]
        assert dose_check(wanted("methotrexate"), ten, a_day=24 / 168) == ()


def prescription(**fields: Any) -> Prescription:
    held = {"name": "paracetamol", "atc": "N02BE01", "kind": Kind.REGULAR, "dose": MG, "route": "po",
            "schedule": Schedule(start=AT, times=(time(8), time(20)))}  # fmt: skip
    return Prescription(**{**held, **fields})


def body_of(one: Prescription, **fields: Any) -> dict[str, Any]:
    people = {"requester": {"display": "Dr A"}, "recorder": {"display": "B"}}
    return order_body(one, **{"patient": PATIENT, "at": AT, "text": "x", "is_verbal": False, **people, **fields})


def line(**fields: Any) -> Line:
    return line_of(body_of(prescription(**fields)), rounds={})


class TestOrders:
    """Cases 50-69: prescriptions in FHIR."""

    @pytest.mark.parametrize(
        "one",
        [
            prescription(),
            prescription(kind=Kind.AS_NEEDED, reason="pain", most=Dose(amount=Decimal(4), unit="g"), dose=Dose(amount=Decimal(1), unit="g"), schedule=Schedule(start=AT)),
            prescription(kind=Kind.ONCE, schedule=Schedule(start=AT, events=(AT,))),
            prescription(kind=Kind.INFUSION, dose=None, rate=Dose(amount=Decimal("0.1"), unit="microgram/kg/min"), schedule=Schedule(start=AT)),
        ],
    )  # fmt: skip
    def test_it_is_valid_fhir_and_comes_back_as_it_was(self, one: Prescription) -> None:
        from relight.record.rules.validate import validate

        body = body_of(one)
        assert validate(body) == ()
        read = line_of(body, rounds={})
        assert (read.name, read.atc, read.kind, read.dose, read.rate) == (
            one.name,
            one.atc,
            one.kind,
            one.dose,
            one.rate,
        )
        assert (read.route, read.schedule, read.reason, read.most) == (one.route, one.schedule, one.reason, one.most)
        assert read.is_understood

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"name": " "}, "RL-REC-405"),
            ({"dose": None}, "RL-REC-401"),
            ({"schedule": Schedule(start=AT)}, "RL-REC-406"),
            ({"kind": Kind.AS_NEEDED}, "RL-REC-407"),
            ({"kind": Kind.AS_NEEDED, "reason": "pain", "most": Dose(amount=Decimal(4), unit="g")}, "RL-REC-407"),
            ({"schedule": Schedule(start=AT, end=AT, hours=8)}, "RL-REC-408"),
        ],
    )
    def test_what_is_missing_is_refused(self, fields: dict[str, Any], code: str) -> None:
        refusal = prescription_refusal(prescription(**fields))
        assert refusal is not None
        assert refusal.code == code

    def test_stopped_it_ends_then_and_says_why(self) -> None:
        body = body_stopped(body_of(prescription()), at=AT + timedelta(hours=1), reason="enough")
        read = line_of(body, rounds={})
        assert (state_of(read, at=AT), read.status_reason) == (State.STOPPED, "enough")
        assert due_times(read.schedule, since=AT, until=AT + timedelta(days=9), zone=ZONE) == ()

    def test_its_state_is_of_a_moment(self) -> None:
        planned = line(schedule=Schedule(start=AT, end=AT + timedelta(days=1), hours=8))
        moments = (AT - timedelta(hours=1), AT, AT + timedelta(days=1))
        assert [state_of(planned, at=at) for at in moments] == [State.PLANNED, State.ACTIVE, State.ENDED]

    def test_an_order_by_telephone_waits(self) -> None:
        assert line_of(body_of(prescription(), is_verbal=True), rounds={}).verbal == "to-confirm"

    def test_what_an_import_says_in_another_way_stays_its_words(self) -> None:
        body = {
            "resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": "2026-01-02"},
            "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Digoxin 0.125 MG"}}],
            "dosage": [{"text": "one in the morning"}, {"text": "none on Sundays"}],
        }  # fmt: skip
        read = line_of(body, rounds={})
        assert (read.name, read.text) == ("Digoxin 0.125 MG", "one in the morning ; none on Sundays")
        assert not read.is_understood


def given_at(at: datetime, **fields: Any) -> Given:
    held = {"id": UUID(int=9), "version": 1, "request": "r", "name": "", "due": None, "is_given": True, "dose": MG,
            "rate": None, "by": "", "reason": "", "note": "", "band": ""}  # fmt: skip
    return Given(at=at, **{**held, **fields})


class TestGiving:
    """Cases 70-89: what may be recorded, what a due dose is."""

    def refusal(self, of: Line, held: list[Given] | None = None, **fields: Any) -> str:
        one = Giving(**{"is_given": True, "at": AT, "due": None, "dose": MG, **fields})
        found = giving_refusal(of, one, held=held or [], at=AT)
        return found.code if found else ""

    def test_what_cannot_be_is_refused(self) -> None:
        of = line(schedule=Schedule(start=AT - timedelta(days=1), times=(time(8), time(20))))
        assert self.refusal(of) == ""
        assert self.refusal(of, at=AT + timedelta(minutes=5)) == "RL-REC-424"
        assert self.refusal(of, at=AT - timedelta(days=2)) == "RL-REC-424"
        assert self.refusal(of, is_given=False) == "RL-REC-421"
        assert self.refusal(of, is_given=False, reason="asleep", dose=None) == ""
        assert self.refusal(of, dose=Dose(amount=Decimal(1), unit="g")) == "RL-REC-421"
        assert self.refusal(of, dose=Dose(amount=Decimal(1), unit="g"), reason="half") == ""

    def test_a_second_dose_is_asked_about_within_half_the_interval(self) -> None:
        of = line(schedule=Schedule(start=AT - timedelta(days=1), hours=8))
        assert self.refusal(of, [given_at(AT - timedelta(hours=3, minutes=59))]) == "RL-REC-420"
        assert self.refusal(of, [given_at(AT - timedelta(hours=4))]) == ""
        assert self.refusal(of, [given_at(AT)], again=True) == ""
        assert self.refusal(of, [given_at(AT - timedelta(hours=1), is_given=False)]) == ""
        assert self.refusal(of, [given_at(AT - timedelta(days=1), due=AT)], due=AT) == "RL-REC-420"

    def test_a_single_dose_is_given_once(self) -> None:
        of = line(kind=Kind.ONCE, schedule=Schedule(start=AT - timedelta(days=1), events=(AT,)))
        assert self.refusal(of, [given_at(AT - timedelta(hours=20))]) == "RL-REC-420"

    def test_an_infusion_may_be_set_to_another_rate_at_once(self) -> None:
        ten, twenty = (Dose(amount=Decimal(n), unit="ml/h") for n in (10, 20))
        of = line(kind=Kind.INFUSION, dose=None, rate=ten, schedule=Schedule(start=AT - timedelta(days=1)))
        held = [given_at(AT - timedelta(minutes=5), dose=None, rate=ten)]
        assert self.refusal(of, held, dose=None, rate=twenty) == ""
        assert self.refusal(of, held, dose=None, rate=ten) == "RL-REC-420"

    def test_the_most_in_24_hours_slides(self) -> None:
        of = line(kind=Kind.AS_NEEDED, reason="pain", most=Dose(amount=Decimal(1000), unit="mg"),
                  schedule=Schedule(start=AT - timedelta(days=3)))  # fmt: skip
        held = [given_at(AT - timedelta(hours=h)) for h in (5, 23)]
        assert self.refusal(of, held) == "RL-REC-425"
        assert self.refusal(of, [given_at(AT - timedelta(hours=h)) for h in (5, 24)]) == ""

    @pytest.mark.parametrize(
        ("minutes", "mark"), [(-61, Mark.LATER), (-60, Mark.DUE), (0, Mark.DUE), (60, Mark.DUE), (61, Mark.OVERDUE)]
    )
    def test_a_dose_is_due_about_its_time_and_overdue_an_hour_after(self, minutes: int, mark: Mark) -> None:
        assert mark_of(AT, (), at=AT + timedelta(minutes=minutes)) is mark

    def test_what_was_recorded_stands_at_its_due_moment_or_out_of_turn(self) -> None:
        late = given_at(AT + timedelta(minutes=90), due=AT)
        loose = given_at(AT + timedelta(minutes=5))
        (cell,), extra = cells_of((AT,), [late, loose], at=AT + timedelta(hours=5))
        assert (cell.mark, cell.all, extra) == (Mark.LATE, (late,), (loose,))
        (cell,), _ = cells_of((AT,), [given_at(AT, due=AT, is_given=False)], at=AT)
        assert cell.mark is Mark.NOT_GIVEN


class TestImaging:
    """A request for an image says what must be known before."""

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({}, ""), ({"region": " "}, "RL-REC-431"), ({"question": ""}, "RL-REC-430"),
            ({"justification": ""}, "RL-REC-433"), ({"justification": "", "modality": Modality.MRI}, ""),
            ({"contrast": "iodinated"}, "RL-REC-434"), ({"contrast": "iodinated", "kidney": "eGFR 80"}, ""),
        ],
    )  # fmt: skip
    def test_rays_are_justified_and_kidneys_known(self, fields: dict[str, Any], code: str) -> None:
        held = {"modality": Modality.CT, "region": "head", "question": "bleeding?", "pregnancy": "no",
                "contrast": "none", "justification": "fall"}  # fmt: skip
        refusal = imaging_refusal(Imaging(**{**held, **fields}))
        assert (refusal.code if refusal else "") == code
