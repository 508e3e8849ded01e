"""Patients as an order names them: surely here, or registered with an identity to check; on both databases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from relight.record.rules.identity import Person, TypedNumber
from relight.record.rules.said import CHECK_MARK, Said, SaidNumber

NATIONAL = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
NISS = "85.07.30-033.28"
JAN = {"family": "Noël", "given": "Jan", "birth": "1985-07-30", "sex": "male"}


def here(act: Any, *numbers: TypedNumber, **person: str) -> UUID:
    from relight.record.services.identity import patient_register

    given = Person(**{**JAN, **person}, numbers=numbers)  # type: ignore[arg-type]
    return patient_register(act=act, person=given, checked=True).patient


def found(act: Any, *said: Said) -> list[UUID]:
    from relight.journal.api import writing
    from relight.record.services.said import patients_said

    with writing(act) as log:
        patients = patients_said(act=act, log=log, said=said)
        log.entry("lab.order_import", subject="lab:orders", body={"new": len(said)})
    return patients


def said(*numbers: SaidNumber, **person: str) -> Said:
    return Said(**{**JAN, **person}, numbers=numbers)  # type: ignore[arg-type]


@pytest.mark.django_db
class TestFinding:
    """Whom an order is for."""

    def test_name_birth_date_and_sex_that_are_all_the_same(self, act_for: Any) -> None:
        """Case and blanks aside; without one of them it is not sure."""
        jan = here(act_for("nurse"))
        act = act_for("laboratory")
        assert found(act, said(family=" NOËL ")) == [jan]
        for other in ({"family": "Noel"}, {"given": "Jean"}, {"birth": ""}, {"birth": "1985-07-03"}, {"sex": "female"}):
            assert found(act, said(**other)) != [jan], other

    def test_a_number_the_record_does_not_have_speaks_for_somebody_else(self, act_for: Any) -> None:
        """Whatever the name."""
        jan = here(act_for("nurse"), TypedNumber(system="urn:hospital", value="4711"))
        act = act_for("laboratory")
        assert found(act, said(SaidNumber(system="record", value="47-11"))) == [jan]
        assert found(act, said(SaidNumber(system="record", value="4712"))) != [jan]

    def test_a_national_number_needs_no_more_than_nothing_against_it(self, act_for: Any) -> None:
        """An accent, a second given name, no birth date: the same. Another family name or birth date: not."""
        from relight.record.selectors.numbers import national_systems

        system = sorted(national_systems())[0] if NATIONAL not in national_systems() else NATIONAL
        jan = here(act_for("nurse"), TypedNumber(system=system, value=NISS))
        number = SaidNumber(system="national", value=NISS.replace(".", "").replace("-", ""))
        act = act_for("laboratory")
        assert found(act, said(number, family="NOEL", given="Jan Piet", birth="", sex="")) == [jan]
        assert found(act, said(number, family="Peeters")) != [jan]
        assert found(act, said(number, birth="1985-07-03")) != [jan]

    def test_two_that_fit_are_nobody(self, act_for: Any) -> None:
        """Then a third is made, to be looked at."""
        from relight.record.services.identity import patient_register

        first = here(act_for("nurse"))
        second = patient_register(act=act_for("nurse"), person=Person(**JAN), looked_at=[first]).patient  # type: ignore[arg-type]
        (third,) = found(act_for("laboratory"), said())
        assert third not in (first, second)

    def test_a_merged_record_leads_to_the_one_that_is_kept(self, act_for: Any) -> None:
        """Both fit then, and are one."""
        from relight.record.services.identity import patient_register
        from relight.record.services.merges import patients_merge

        kept = here(act_for("nurse"))
        gone = patient_register(act=act_for("nurse"), person=Person(**JAN), looked_at=[kept]).patient  # type: ignore[arg-type]
        patients_merge(act=act_for("nurse"), kept=kept, gone=gone, reason="registered twice")
        assert found(act_for("laboratory"), said()) == [kept]

    def test_who_is_not_here_is_registered_with_a_mark_and_found_the_next_time(self, act_for: Any) -> None:
        """Among the probable duplicates of whoever is like them; once in a file, however many orders name them."""
        from relight.record.rules.canonical import loads
        from relight.record.selectors.duplicates import duplicates_of
        from relight.record.selectors.store import resource_get

        jan = here(act_for("nurse"))
        number = SaidNumber(system="record", value="A-1")
        act = act_for("laboratory")
        first, again = found(act, said(number), said(number))
        assert first == again != jan
        assert found(act, said(number)) == [first]
        body = loads(resource_get(type="Patient", id=first).body)
        assert [one["url"] for one in body["extension"]] == [CHECK_MARK]
        assert [one.patient for one in duplicates_of(patient=first)] == [jan]

    def test_a_name_alone_is_somebody_new_each_time(self, act_for: Any) -> None:
        """Two orders for “Peeters” are of one person only when somebody says so."""
        first, second = found(act_for("laboratory"), Said(family="Peeters"), Said(family="Peeters"))
        assert first != second

    def test_a_wristband_finds_somebody_nobody_knows(self, act_for: Any) -> None:
        """Its number has a check digit, and there is no name to compare."""
        from relight.record.rules.identity import Unknown
        from relight.record.services.identity import patient_register

        made = patient_register(act=act_for("nurse"), person=Unknown(text="X, male", sex="male"))
        number = SaidNumber(system="record", value=made.number)
        act = act_for("laboratory")
        assert found(act, Said(family="INCONNU", numbers=(number,))) == [made.patient]
        assert found(act, Said(family="INCONNU", sex="female", numbers=(number,))) != [made.patient]
