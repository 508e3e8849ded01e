"""Who a patient is: registered, unknown, identified, merged, parted; numbers; through the services, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.errors import RelightError
from relight.record.rules.identity import Person, TypedNumber, Unknown
from relight.record.rules.numbers import OWN_SYSTEM, check_digit

NISS = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
pytestmark = pytest.mark.django_db


def noel(**given: Any) -> Person:
    return Person(**{"family": "Noël", "given": "Jeanne", "birth": "1951-03-09", "sex": "female", **given})


def body_of(patient: UUID) -> dict[str, Any]:
    from relight.record.rules.canonical import loads
    from relight.record.selectors.store import resource_get

    body: dict[str, Any] = loads(resource_get(type="Patient", id=patient).body)
    return body


def registered(act: Any, person: Any = None, **given: Any) -> UUID:
    from relight.record.services.identity import patient_register

    return patient_register(act=act, person=person or noel(), **given).patient


class TestRegister:
    """Somebody comes who is not in the record."""

    def test_a_known_person_is_found_at_once(self, act_for: Any) -> None:
        """By the number they were given, and by name."""
        from relight.record.selectors.finding import patients_find
        from relight.record.services.identity import patient_register

        act = act_for("nurse")
        made = patient_register(act=act, person=noel(), site="arlon")
        assert made.number[-1] == check_digit(made.number[:-1])
        for typed in (made.number, "noel jeanne", "JEANNE NOEL 9/3/51"):
            assert [one.patient for one in patients_find(typed, act=act)] == [made.patient], typed

    def test_an_unknown_patient_needs_no_name(self, act_for: Any) -> None:
        """What was seen stands as it was said; a guessed age is no birth date."""
        from relight.record.selectors.faces import face_get

        text = "X, male, about 40, emergency 14:05"
        patient = registered(act_for("nurse"), Unknown(text=text, sex="male", about=40))
        face = face_get(patient)
        assert (face.name, face.is_unknown, face.about, face.birth) == (text, True, 40, "")

    def test_who_is_probably_here_is_not_registered_twice_unseen(self, act_for: Any) -> None:
        """With a typo in the name too; whoever has looked may go on."""
        from relight.record.rules.identity import patient_body
        from relight.record.selectors.duplicates import duplicates_find

        act = act_for("nurse")
        first = registered(act)
        twin = noel(family="Noel", given="Jeane")
        with pytest.raises(RelightError) as refusal:
            registered(act, twin)
        assert refusal.value.code == "RL-REC-213"
        assert "No" not in str(refusal.value.params), "no patient data in an error"
        [likely] = duplicates_find(body=patient_body(twin, number=None, kinds=()))
        assert likely.patient == first
        assert registered(act, twin, looked_at=[first]) != first

    def test_two_registrars_of_one_person_make_one_record(self, act_for: Any) -> None:
        """The second is told, because the first was written before the second looked."""
        act = act_for("nurse")
        registered(act)
        with pytest.raises(RelightError) as refusal:
            registered(act_for("clinician"))
        assert refusal.value.code == "RL-REC-213"

    @pytest.mark.parametrize(
        ("person", "code"),
        [
            (noel(family=" "), "RL-REC-210"),
            (noel(birth="2031-01-01"), "RL-REC-211"),
            (noel(birth="1951-13-01"), "RL-REC-211"),
            (noel(sex="f"), "RL-REC-212"),
            (noel(numbers=(TypedNumber(system=NISS, value="85.07.30-033.29"),)), "RL-REC-201"),
            (noel(numbers=(TypedNumber(system=NISS, value="85.07.30-033.28"),)), "RL-REC-214"),
        ],
    )
    def test_what_cannot_be_true_is_refused(self, act_for: Any, person: Person, code: str) -> None:
        """With nothing written, and the number not even counted up."""
        from relight.record.models import NumberRange, PatientFace

        with pytest.raises(RelightError) as refusal:
            registered(act_for("nurse"), person)
        assert refusal.value.code == code
        assert not PatientFace.objects.exists()
        assert not NumberRange.objects.exists()

    def test_a_national_number_is_kept_as_its_table_writes_it(self, act_for: Any) -> None:
        """And finds the person however it is typed."""
        from relight.record.selectors.finding import patients_find

        act = act_for("nurse")
        person = noel(birth="1985-07-30", sex="male", numbers=(TypedNumber(system=NISS, value="85.07.30-033.28"),))
        patient = registered(act, person)
        assert {"use": "official", "system": NISS, "value": "85073003328"} in body_of(patient)["identifier"]
        for typed in ("85073003328", "85.07.30-033.28", "850730 033 28"):
            assert patients_find(typed, act=act)[0].patient == patient

    def test_the_journal_names_the_record_and_never_the_person(self, act_for: Any) -> None:
        """Entries and events hold ids and counts."""
        from relight.journal.api import entry_list

        patient = registered(act_for("nurse"))
        entry = entry_list(limit=1)[0]
        assert (entry.verb, entry.subject) == ("record.register", f"patient:{patient}")
        assert "Jeanne" not in str(entry)
        assert "1951" not in str(entry.body) + str(entry.events)


class TestIdentify:
    """An unknown becomes known."""

    def test_the_old_name_and_the_number_stay(self, act_for: Any, clock: Any) -> None:
        """The guess goes; the first version is one step back; both names find them."""
        from relight.record.selectors.finding import patients_find
        from relight.record.services.identity import patient_identify

        act = act_for("nurse")
        patient = registered(act, Unknown(text="X, female, about 70, Marche 02:10", sex="female", about=70))
        number = body_of(patient)["identifier"]
        clock.advance(hours=2)
        later = act_for("nurse")
        assert patient_identify(act=later, patient=patient, person=noel(), seen=1) == 2
        body = body_of(patient)
        assert body["name"][0] == {"use": "official", "family": "Noël", "given": ["Jeanne"]}
        assert body["name"][1]["use"] == "old"
        assert body["name"][1]["text"] == "X, female, about 70, Marche 02:10"
        assert "extension" not in body
        assert body["identifier"] == number
        assert [one.patient for one in patients_find("noel", act=later)] == [patient]
        assert [one.patient for one in patients_find("marche", act=later)] == [patient]

    def test_who_has_a_record_already_is_merged_instead(self, act_for: Any) -> None:
        """Two records of one person never come about silently."""
        from relight.record.services.identity import patient_identify

        act = act_for("nurse")
        registered(act)
        unknown = registered(act, Unknown(text="X"))
        with pytest.raises(RelightError) as refusal:
            patient_identify(act=act, patient=unknown, person=noel())
        assert refusal.value.code == "RL-REC-213"
        assert body_of(unknown)["name"] == [{"use": "temp", "text": "X"}]

    def test_two_who_identify_at_once_do_not_overwrite(self, act_for: Any) -> None:
        """The second saw a version that is no longer there."""
        from relight.record.services.identity import patient_identify

        act = act_for("nurse")
        unknown = registered(act, Unknown(text="X"))
        patient_identify(act=act, patient=unknown, person=noel(), seen=1)
        with pytest.raises(RelightError) as refusal:
            patient_identify(act=act, patient=unknown, person=noel(family="Dupont"), seen=1)
        assert refusal.value.code in ("RL-REC-001", "RL-REC-215")
        assert body_of(unknown)["name"][0]["family"] == "Noël"


class TestMerge:
    """Two records of one person."""

    def two(self, act: Any) -> tuple[UUID, UUID]:
        return registered(act), registered(act, Unknown(text="X, emergency 14:05"))

    def test_both_numbers_lead_to_the_record_that_stays(self, act_for: Any) -> None:
        """A wristband printed before the merge still opens the right chart, and says why."""
        from relight.record.rules.finding import Why
        from relight.record.selectors.faces import face_get, records_of
        from relight.record.selectors.finding import patients_find
        from relight.record.services.merges import patients_merge

        act = act_for("nurse")
        kept, gone = self.two(act)
        band = face_get(gone).numbers[0].plain
        patients_merge(act=act, kept=kept, gone=gone, reason="identity card found")
        [found] = patients_find(band, act=act)
        assert (found.patient, found.via) == (kept, gone)
        assert found.why[-1] is Why.MERGED
        assert set(records_of(kept)) == {kept, gone}

    def test_no_entry_is_rewritten(self, act_for: Any) -> None:
        """Entries of both stay byte for byte; the merge adds two."""
        from relight.record.models import Entry
        from relight.record.services.merges import patients_merge

        act = act_for("nurse")
        kept, gone = self.two(act)
        before = list(Entry.objects.order_by("seq").values_list("seq", "resource", "chain"))
        patients_merge(act=act, kept=kept, gone=gone, reason="card found")
        after = list(Entry.objects.order_by("seq").values_list("seq", "resource", "chain"))
        assert after[: len(before)] == before
        assert sorted(row[1] for row in after[len(before) :]) == sorted([kept, gone])

    def test_undoing_gives_both_back_as_they_were(self, act_for: Any) -> None:
        """Bodies but for version and time; each is found by its own number again."""
        from relight.record.selectors.faces import face_get
        from relight.record.selectors.finding import patients_find
        from relight.record.services.merges import merge_undo, merges_of, patients_merge

        act = act_for("nurse")
        kept, gone = self.two(act)
        before = [{**body_of(one), "meta": None} for one in (kept, gone)]
        merge = patients_merge(act=act, kept=kept, gone=gone, reason="card found")
        merge_undo(act=act, merge=merge, reason="another person's card")
        assert [{**body_of(one), "meta": None} for one in (kept, gone)] == before
        for one in (kept, gone):
            assert patients_find(face_get(one).numbers[0].plain, act=act)[0].patient == one
        [told] = merges_of(patient=kept)
        assert (told.reason, told.undone_reason) == ("card found", "another person's card")
        with pytest.raises(RelightError) as refusal:
            merge_undo(act=act, merge=merge, reason="again")
        assert refusal.value.code == "RL-REC-222"

    def test_what_was_amended_meanwhile_survives_undoing(self, act_for: Any) -> None:
        """A number given after the merge stays with the record it was given to."""
        from relight.journal.api import writing
        from relight.record.services.identity import patient_amend, patient_held
        from relight.record.services.merges import merge_undo, patients_merge

        act = act_for("nurse")
        kept, gone = self.two(act)
        merge = patients_merge(act=act, kept=kept, gone=gone, reason="card found")
        with writing(act) as log:
            held = patient_held(kept)
            patient_amend(act, log, held, {**body_of(kept), "maritalStatus": {"text": "M"}}, verb="x.y", seen=None)
        merge_undo(act=act, merge=merge, reason="no")
        assert body_of(kept)["maritalStatus"] == {"text": "M"}
        assert "link" not in body_of(kept)

    def test_a_record_that_was_merged_takes_nothing_more(self, act_for: Any) -> None:
        """Neither a bed nor another merge: they belong to the record it leads to."""
        from relight.record.rules.places import Place
        from relight.record.services.merges import patients_merge
        from relight.record.services.stays import patient_admit

        act = act_for("nurse")
        kept, gone = self.two(act)
        patients_merge(act=act, kept=kept, gone=gone, reason="card found")
        other = registered(act, noel(family="Wauters", given="Piet", birth="1940", sex="male"))
        for write in (
            lambda: patients_merge(act=act, kept=other, gone=gone, reason="r"),
            lambda: patients_merge(act=act, kept=gone, gone=other, reason="r"),
            lambda: patient_admit(act=act, patient=gone, place=Place(site="arlon", ward="surgery")),
        ):
            with pytest.raises(RelightError) as refusal:
                write()
            assert refusal.value.code == "RL-REC-216"

    def test_two_people_in_two_beds_are_not_merged(self, act_for: Any) -> None:
        """Somebody lies in each: one of the stays must be ended first."""
        from relight.record.rules.places import Place
        from relight.record.services.merges import patients_merge
        from relight.record.services.stays import patient_admit, patient_discharge

        act = act_for("nurse")
        kept, gone = self.two(act)
        patient_admit(act=act, patient=kept, place=Place(site="arlon", ward="surgery", bed="1"))
        patient_admit(act=act, patient=gone, place=Place(site="arlon", ward="emergency", bed="1"))
        with pytest.raises(RelightError) as refusal:
            patients_merge(act=act, kept=kept, gone=gone, reason="r")
        assert refusal.value.code == "RL-REC-221"
        patient_discharge(act=act, patient=kept)
        assert patients_merge(act=act, kept=kept, gone=gone, reason="r")

    def test_a_chain_of_merges_leads_to_its_end(self, act_for: Any) -> None:
        """Three records of one person are one, whichever is found."""
        from relight.record.selectors.faces import face_get, records_of
        from relight.record.selectors.finding import patients_find
        from relight.record.services.merges import patients_merge

        act = act_for("nurse")
        a, b, c = (registered(act, Unknown(text=f"X{n}")) for n in range(3))
        numbers = [face_get(one).numbers[0].plain for one in (a, b, c)]
        patients_merge(act=act, kept=b, gone=a, reason="r")
        patients_merge(act=act, kept=c, gone=b, reason="r")
        assert [patients_find(number, act=act)[0].patient for number in numbers] == [c, c, c]
        assert set(records_of(c)) == {a, b, c}


class TestRebuild:
    """Faces and stays are made from the entries."""

    def test_a_rebuild_gives_the_same_rows(self, act_for: Any, clock: Any) -> None:
        """After registering, identifying, admitting, moving and merging."""
        from relight.record import models
        from relight.record.rules.places import Place
        from relight.record.services.merges import patients_merge
        from relight.record.services.stays import patient_admit, patient_transfer

        rebuild = pytest.importorskip("relight.record.services.rebuild")
        act = act_for("nurse")
        kept, gone = registered(act), registered(act, Unknown(text="X", about=30))
        patient_admit(act=act, patient=kept, place=Place(site="arlon", ward="surgery", bed="1"))
        clock.advance(hours=1)
        patient_transfer(act=act_for("nurse"), patient=kept, place=Place(site="arlon", ward="surgery", bed="2"))
        patients_merge(act=act, kept=kept, gone=gone, reason="r")
        tables = (models.PatientFace, models.PatientNumber, models.FaceWord, models.NameWord, models.Gram, models.Stay)

        def rows() -> list[list[Any]]:
            return [sorted(map(repr, table.objects.values_list())) for table in tables]

        before = rows()
        assert all(before)
        rebuild.record_rebuild(act=act_for("owner"))
        assert rows() == before


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two registrars at two workstations."""

    def run(self, *works: Any) -> list[Any]:
        from django.db import connection

        results: list[Any] = [None] * len(works)
        gate = threading.Barrier(len(works))

        def one(n: int) -> None:
            try:
                gate.wait()
                results[n] = works[n]()
            except RelightError as refusal:
                results[n] = refusal.code
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(n,)) for n in range(len(works))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_no_number_is_given_twice(self, act_for: Any) -> None:
        """Eight at once take five each."""
        from relight.record.services.numbers import number_take

        taken = self.run(*[lambda: number_take(act=act_for("nurse"), site="arlon", count=5)] * 8)
        numbers = [number for batch in taken for number in batch]
        assert len(set(numbers)) == 40

    def test_one_bed_takes_one_patient(self, act_for: Any) -> None:
        """The other is told that it is taken."""
        from relight.record.rules.places import Place
        from relight.record.selectors.wards import ward_census
        from relight.record.services.stays import patient_admit

        act = act_for("nurse")
        people = [registered(act, Unknown(text=f"X{n}")) for n in range(4)]
        place = Place(site="arlon", ward="surgery", bed="12")
        done = self.run(*[lambda p=p: patient_admit(act=act, patient=p, place=place).patient for p in people])
        assert sorted(map(str, done)).count("RL-REC-231") == 3
        assert [one.patient for one in ward_census(site="arlon", ward="surgery")] == [
            one for one in done if one in people
        ]

    def test_one_person_registered_twice_at_once_is_one_record(self, act_for: Any) -> None:
        """Whoever comes second sees the first."""
        act = act_for("nurse")
        done = self.run(*[lambda: registered(act)] * 3)
        assert [str(one) for one in done].count("RL-REC-213") == 2


class TestNumbers:
    """Numbers reserved while the hospital's own system is down."""

    def test_a_site_has_numbers_of_its_own(self, act_for: Any) -> None:
        """Reserved, or Relight's own where nobody reserved any; they never share one."""
        from relight.record.services.numbers import number_range_reserve, number_take

        act = act_for("nurse")
        number_range_reserve(act=act, site="arlon", prefix="4215")
        arlon = number_take(act=act, site="arlon", count=3)
        marche = number_take(act=act, site="marche", count=3)
        assert all(number.startswith("4215") for number in arlon)
        assert not set(arlon) & set(marche)
        assert {len(number) for number in arlon + marche} == {11}

    @pytest.mark.parametrize(
        ("prefix", "code"), [("42", "RL-REC-203"), ("4201", "RL-REC-203"), ("42151", "RL-REC-205")]
    )
    def test_a_range_that_could_be_mistaken_is_refused(self, act_for: Any, prefix: str, code: str) -> None:
        """For a national number, or for another range."""
        from relight.record.services.numbers import number_range_reserve

        act = act_for("nurse")
        number_range_reserve(act=act, site="arlon", prefix="4215")
        with pytest.raises(RelightError) as refusal:
            number_range_reserve(act=act, site="marche", prefix=prefix)
        assert refusal.value.code == code

    def test_a_number_somebody_brought_along_is_passed_over(self, act_for: Any) -> None:
        """Whatever system it was given in."""
        from relight.record.services.numbers import number_range_reserve, number_take

        act = act_for("nurse")
        number_range_reserve(act=act, site="arlon", prefix="4215")
        brought = "4215000001" + check_digit("4215000001")
        registered(act, noel(numbers=(TypedNumber(system="urn:old-hospital", value=brought),)), site="marche")
        assert number_take(act=act, site="arlon")[0] == "4215000002" + check_digit("4215000002")

    def test_one_who_has_a_number_is_given_no_second(self, act_for: Any) -> None:
        """Asked again, it is the same."""
        from relight.record.services.identity import patient_number_give

        act = act_for("nurse")
        patient = registered(act)
        number = patient_number_give(act=act, patient=patient)
        assert patient_number_give(act=act, patient=patient) == number
        assert [one["system"] for one in body_of(patient)["identifier"]] == [OWN_SYSTEM]
        assert body_of(patient)["meta"]["versionId"] == "1"


def test_times_are_the_acts(act_for: Any, clock: Any) -> None:
    """A merge is dated by who did it, not by the machine."""
    from relight.record.services.merges import merges_of, patients_merge

    act = act_for("nurse")
    kept, gone = registered(act), registered(act, Unknown(text="X"))
    clock.advance(days=3)
    patients_merge(act=act_for("nurse"), kept=kept, gone=gone, reason="r")
    assert merges_of(patient=kept)[0].at == act.at + timedelta(days=3)
