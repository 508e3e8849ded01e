"""Where patients are, and who may open whose record: stays, beds, ward relation, broken glass; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError
from relight.record.rules.access import Broken, Ground, Was, may_open
from relight.record.rules.identity import Person, Unknown
from relight.record.rules.places import Place, stays_of

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SURGERY = Place(site="arlon", ward="surgery", bed="12")


def registered(act: Any, text: str = "X") -> UUID:
    from relight.record.services.identity import patient_register

    return patient_register(act=act, person=Unknown(text=text)).patient


def refused(code: str, work: Any) -> None:
    with pytest.raises(RelightError) as refusal:
        work()
    assert refusal.value.code == code


@pytest.mark.django_db
class TestStays:
    """Admission, transfer, discharge."""

    def test_a_patient_goes_through_the_house(self, act_for: Any, clock: Any) -> None:
        """Each place with its times; one Encounter, valid as FHIR, tells it all."""
        from relight.record.rules.canonical import loads
        from relight.record.rules.validate import validate
        from relight.record.selectors.store import resource_get
        from relight.record.selectors.wards import stays_history, ward_census, whereabouts
        from relight.record.services.stays import patient_admit, patient_discharge, patient_transfer

        patient = registered(act_for("nurse"))
        emergency = Place(site="arlon", ward="emergency", bed="3", name="Urgences")
        stay = patient_admit(act=act_for("nurse"), patient=patient, place=emergency)
        assert [one.patient for one in ward_census(site="arlon", ward="emergency")] == [patient]
        clock.advance(hours=3)
        patient_transfer(act=act_for("nurse"), patient=patient, place=SURGERY)
        assert ward_census(site="arlon", ward="emergency") == []
        assert [(one.ward, one.bed) for one in whereabouts(patient=patient)] == [("surgery", "12")]
        clock.advance(days=2)
        patient_discharge(act=act_for("nurse"), patient=patient, to="home")
        assert whereabouts(patient=patient) == ()
        history = [(one.ward, one.since, one.until) for one in stays_history(patient=patient)]
        assert history == [
            ("surgery", AT + timedelta(hours=3), AT + timedelta(days=2, hours=3)),
            ("emergency", AT, AT + timedelta(hours=3)),
        ]
        body = loads(resource_get(type="Encounter", id=stay.encounter).body)
        assert body["status"] == "finished"
        assert validate(body) == ()

    def test_a_bed_and_a_patient_are_taken_once(self, act_for: Any) -> None:
        """Also when the bed is written another way."""
        from relight.record.services.stays import patient_admit, patient_transfer

        act = act_for("nurse")
        first, second = registered(act, "A"), registered(act, "B")
        patient_admit(act=act, patient=first, place=SURGERY)
        again = Place(site="arlon", ward="surgery", bed="012")
        refused("RL-REC-231", lambda: patient_admit(act=act, patient=second, place=again))
        refused("RL-REC-232", lambda: patient_admit(act=act, patient=first, place=Place(site="arlon", ward="surgery")))
        patient_admit(act=act, patient=second, place=Place(site="arlon", ward="surgery"))
        refused("RL-REC-231", lambda: patient_transfer(act=act, patient=second, place=SURGERY))
        patient_transfer(act=act, patient=first, place=again)  # one's own bed is no other's

    def test_times_that_cannot_be_are_refused(self, act_for: Any, clock: Any) -> None:
        """Ahead, or before the patient came."""
        from relight.record.services.stays import patient_admit, patient_discharge

        act = act_for("nurse")
        patient = registered(act)
        ahead = AT + timedelta(hours=1)
        refused("RL-REC-234", lambda: patient_admit(act=act, patient=patient, place=SURGERY, at=ahead))
        refused("RL-REC-233", lambda: patient_discharge(act=act, patient=patient))
        patient_admit(act=act, patient=patient, place=SURGERY)
        before = AT - timedelta(hours=1)
        refused("RL-REC-234", lambda: patient_discharge(act=act, patient=patient, at=before))

    def test_another_ward_moves_nobody_out(self, act_for: Any) -> None:
        """The ward that has a patient and the one that takes them may; others may not."""
        from relight.record.services.stays import patient_admit, patient_discharge, patient_transfer

        patient = registered(act_for("nurse"))
        patient_admit(act=act_for("nurse"), patient=patient, place=SURGERY)
        maternity = act_for("nurse", scope=frozenset({"site:arlon", "service:maternity"}))
        refused("RL-REC-242", lambda: patient_discharge(act=maternity, patient=patient))
        other = Place(site="arlon", ward="emergency")
        refused("RL-REC-242", lambda: patient_transfer(act=maternity, patient=patient, place=other))
        patient_transfer(act=maternity, patient=patient, place=Place(site="arlon", ward="maternity", bed="1"))

    def test_a_ward_the_hospital_does_not_have_is_refused(self, act_for: Any) -> None:
        """A typing error makes no ward of its own."""
        from relight.record.services.stays import patient_admit

        act = act_for("nurse")
        patient = registered(act)
        for place in (Place(site="", ward="surgery"), Place(site="arlon", ward="Not a ward"),
                      Place(site="arlon", ward="surgery", bed="x" * 21), Place(site="arlon", ward="surgery", bed="--")):  # fmt: skip
            refused("RL-REC-230", lambda place=place: patient_admit(act=act, patient=patient, place=place))

    def test_the_board_shows_free_beds_and_who_has_none(self, act_for: Any) -> None:
        """By number as people count; nobody is left out."""
        from relight.record.selectors.wards import bed_board, houses_count
        from relight.record.services.stays import patient_admit, patient_discharge

        act = act_for("nurse")
        people = [registered(act, f"X{n}") for n in range(4)]
        for patient, bed in zip(people, ("12", "2", "7B", ""), strict=True):
            patient_admit(act=act, patient=patient, place=Place(site="arlon", ward="surgery", bed=bed))
        patient_discharge(act=act, patient=people[2])
        board = [(row.bed, [one.patient for one in row.people]) for row in bed_board(site="arlon", ward="surgery")]
        assert board == [("2", [people[1]]), ("7B", []), ("12", [people[0]]), ("", [people[3]])]
        assert houses_count() == {("arlon", "surgery"): 3}

    def test_a_merged_patient_lies_where_their_other_record_lay(self, act_for: Any) -> None:
        """The census names who they are now."""
        from relight.record.selectors.wards import ward_census, whereabouts
        from relight.record.services.identity import patient_register
        from relight.record.services.merges import patients_merge
        from relight.record.services.stays import patient_admit, patient_discharge

        act = act_for("nurse")
        unknown = registered(act)
        patient_admit(act=act, patient=unknown, place=SURGERY)
        known = patient_register(act=act, person=Person(family="Noël", birth="1951-03-09")).patient
        patients_merge(act=act, kept=known, gone=unknown, reason="card found")
        [one] = ward_census(site="arlon", ward="surgery")
        assert (one.patient, one.face.name) == (known, "NOËL")
        assert whereabouts(patient=known)[0].bed == "12"
        patient_discharge(act=act, patient=known)
        assert ward_census(site="arlon", ward="surgery") == []


class TestImported:
    """Encounters as other systems write them."""

    def test_a_visit_is_no_stay(self) -> None:
        """An ambulatory contact, a planned or cancelled one, puts nobody into a bed."""
        for kind, status in (("AMB", "in-progress"), ("IMP", "planned"), ("IMP", "cancelled"), ("VR", "finished")):
            assert stays_of({"class": {"code": kind}, "status": status}) == ()

    def test_an_open_encounter_without_a_place_is_still_in_the_house(self) -> None:
        """Nobody is lost because a source did not say where."""
        [stay] = stays_of({"class": {"code": "IMP"}, "status": "in-progress", "period": {"start": "2026-11-20"}})
        assert (stay.is_open, stay.ward, stay.since) == (True, "", datetime(2026, 11, 20, tzinfo=UTC))

    @given(
        st.dictionaries(
            st.sampled_from(("class", "status", "period", "location", "subject")),
            st.recursive(
                st.none() | st.text(max_size=5) | st.integers() | st.just("IMP") | st.just("in-progress"),
                lambda x: (
                    st.lists(x, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(("code", "start", "end", "location", "period", "reference")), x, max_size=3
                    )
                ),
                max_leaves=8,
            ),
        )
    )
    def test_no_shape_breaks_it(self, body: Any) -> None:
        """A projector never refuses."""
        stays_of({"class": {"code": "IMP"}, "status": "in-progress", **body})


IN_SCOPE = {("arlon", "surgery")}


def judged(act: Act, *stays: Was, **more: Any) -> Any:
    return may_open(act, stays=stays, at=AT, in_scope=lambda site, ward: (site, ward) in IN_SCOPE, **more)


def nurse(*scope: str, roles: frozenset[str] = frozenset({"nurse"})) -> Act:
    return Act(actor="staff:1", at=AT, door=Door.WEB, roles=roles, scope=frozenset(scope))


class TestAccess:
    """By role and ward relation."""

    SCOPED = nurse("site:arlon", "service:surgery")

    def test_a_ward_opens_its_own_patients(self) -> None:
        """Those who lie there, and those who left within a week."""
        for until, ground in (
            (None, Ground.WARD),
            (AT - timedelta(days=6), Ground.RECENT),
            (AT - timedelta(days=8), None),
        ):
            verdict = judged(self.SCOPED, Was(site="arlon", ward="surgery", until=until))
            assert verdict.params.get("ground") == ground
            assert bool(verdict) is (ground is not None)

    def test_another_ward_or_site_does_not(self) -> None:
        """The refusal says how the glass is broken, and names nobody."""
        for site, ward in (("arlon", "maternity"), ("marche", "surgery"), ("", "")):
            verdict = judged(self.SCOPED, Was(site=site, ward=ward, until=None))
            assert not verdict
            assert verdict.refusal is not None
            assert verdict.refusal.code == "RL-REC-240"

    def test_a_broken_glass_opens_to_who_broke_it_until_it_closes(self) -> None:
        """Not to a colleague, not after eight hours."""
        mine = Broken(actor="staff:1", at=AT - timedelta(hours=1), until=AT + timedelta(hours=7))
        assert judged(self.SCOPED, glasses=[mine]).params["ground"] is Ground.GLASS
        assert not judged(self.SCOPED, glasses=[Broken(actor="staff:2", at=mine.at, until=mine.until)])
        assert not judged(self.SCOPED, glasses=[Broken(actor="staff:1", at=mine.at, until=AT)])

    def test_who_registered_somebody_goes_on_for_a_day(self) -> None:
        """Until a ward has the patient."""
        at = AT - timedelta(hours=23)
        assert judged(self.SCOPED, registered_by="staff:1", registered_at=at)
        assert not judged(self.SCOPED, registered_by="staff:2", registered_at=at)
        assert not judged(self.SCOPED, registered_by="staff:1", registered_at=AT - timedelta(hours=25))

    def test_the_laboratory_serves_every_ward_of_its_sites(self) -> None:
        """But no other site."""
        laboratory = nurse("site:arlon", "service:laboratory", roles=frozenset({"laboratory"}))
        assert judged(laboratory, Was(site="arlon", ward="maternity", until=None))
        assert not judged(laboratory, Was(site="marche", ward="maternity", until=None))

    def test_a_role_limited_to_nothing_opens_all(self) -> None:
        """The scope of an account is what limits it."""
        assert judged(nurse()).params["ground"] is Ground.EVERYWHERE


@pytest.mark.django_db
class TestAccessHere:
    """With what the database knows."""

    def test_lists_and_single_answers_agree(self, act_for: Any, clock: Any) -> None:
        """`reach_where` gives exactly the patients `record_may_open` opens: every ground, merged records too."""
        from django.db import connection

        from relight.record.models import PatientFace
        from relight.record.selectors.access import reach_where, record_may_open
        from relight.record.services.glass import glass_break
        from relight.record.services.merges import patients_merge
        from relight.record.services.stays import patient_admit, patient_discharge

        desk = act_for("nurse", actor="staff:desk")
        scoped = {"actor": "staff:me", "scope": frozenset({"site:arlon", "service:surgery"})}
        here, left, other, glass, merged, into, old, mine = (registered(desk, f"X{n}") for n in range(8))
        mine = registered(act_for("nurse", **scoped), "mine")
        patient_admit(act=desk, patient=old, place=SURGERY)
        patient_discharge(act=desk, patient=old)
        clock.advance(days=8)
        desk = act_for("nurse", actor="staff:desk")
        late = registered(act_for("nurse", **scoped), "late")
        for patient, bed in ((here, "1"), (left, "2"), (merged, "3")):
            patient_admit(act=desk, patient=patient, place=Place(site="arlon", ward="surgery", bed=bed))
        patient_discharge(act=desk, patient=left)
        patient_admit(act=desk, patient=other, place=Place(site="arlon", ward="maternity", bed="1"))
        patients_merge(act=desk, kept=into, gone=merged, reason="r")
        clock.advance(hours=1)
        me = act_for("nurse", **scoped)
        glass_break(act=me, patient=glass, reason="resuscitation on the corridor")
        sql, params = reach_where(me, column="f.patient")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT f.patient FROM record_patientface f WHERE {sql}", params)
            listed = {one if isinstance(one, UUID) else UUID(one) for (one,) in cursor.fetchall()}
        everybody = set(PatientFace.objects.values_list("patient", flat=True))
        single = {one for one in everybody if record_may_open(act=me, patient=one)}
        assert {here, left, glass, into, merged, late} <= single
        assert not single & {other, old, mine}
        assert single - {merged} == listed - {merged}

    def test_breaking_the_glass_leaves_its_reason_where_it_is_looked_for(self, act_for: Any) -> None:
        """In the patient's file, before the auditor; the journal holds its digest and never its words."""
        from relight.journal.api import entry_list
        from relight.record.selectors.access import glass_list, record_demand
        from relight.record.services.glass import glass_audit, glass_break

        patient = registered(act_for("nurse", actor="staff:desk"))
        me = act_for("nurse", actor="staff:me", scope=frozenset({"site:arlon", "service:surgery"}))
        refused("RL-REC-240", lambda: record_demand(act=me, patient=patient))
        refused("RL-REC-241", lambda: glass_break(act=me, patient=patient, reason=" no "))
        refused("RL-REC-002", lambda: glass_break(act=me, patient=uuid4(), reason="resuscitation"))
        glass_break(act=me, patient=patient, reason="resuscitation on the corridor")
        record_demand(act=me, patient=patient)
        [seen] = glass_list(patient=patient)
        assert (seen.actor, seen.reason) == ("staff:me", "resuscitation on the corridor")
        assert glass_audit(act=act_for("auditor")) == [seen]
        refused("RL-PPL-001", lambda: glass_audit(act=act_for("nurse")))
        assert "resuscitation" not in str(entry_list(limit=1)[0])

    def test_the_glass_closes_by_itself(self, act_for: Any, clock: Any) -> None:
        """After eight hours a reason is asked again."""
        from relight.record.selectors.access import record_may_open
        from relight.record.services.glass import glass_break

        patient = registered(act_for("nurse", actor="staff:desk"))
        scope = frozenset({"site:arlon", "service:surgery"})
        glass_break(act=act_for("nurse", scope=scope), patient=patient, reason="resuscitation")
        assert record_may_open(act=act_for("nurse", scope=scope), patient=patient)
        clock.advance(hours=8)
        assert not record_may_open(act=act_for("nurse", scope=scope), patient=patient)
