"""Probable duplicates and the table of national numbers: what speaks for one person, what never does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relight.kernel.errors import RelightError
from relight.record.rules.duplicates import Reason, likeness
from relight.record.rules.faces import Face, face_of
from relight.record.rules.identity import Person, TypedNumber, Unknown, patient_body
from relight.record.rules.numbers import kinds_read, number_read

NISS = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
NATIONAL = frozenset({NISS})


def face(**given: Any) -> Face:
    person = Person(**{"family": "Noël", "given": "Jeanne", "birth": "1951-03-09", "sex": "female", **given})
    return face_of(patient_body(person, number=None, kinds=()))


@pytest.mark.parametrize(
    ("other", "reason", "probable"),
    [
        (face(family="NOEL"), Reason.SAME_NAME, True),
        (face(family="Nöell", given="Jeane"), Reason.NEAR_NAME, True),
        (face(family="Jeanne", given="Noël"), Reason.SWAPPED_NAME, True),
        (face(birth="1951-09-03"), Reason.SWAPPED_BIRTH, True),
        (face(birth="1951-03-08"), Reason.NEAR_BIRTH, True),
        (face(given="Marc", sex="male"), Reason.OTHER_SEX, False),
        (face(birth="1988-12-25"), Reason.OTHER_BIRTH, False),
    ],
)
def test_each_reason_is_told(other: Face, reason: Reason, probable: bool) -> None:
    """For and against, the same from both sides."""
    found = likeness(face(), other)
    assert reason in found.reasons
    assert found.is_probable is probable
    assert likeness(other, face()).score == found.score


def test_one_national_number_is_one_person_whatever_the_rest_says() -> None:
    """A married name, a mistyped date: the number decides to warn."""
    number = (TypedNumber(system=NISS, value="85.07.30-033.28"),)
    found = likeness(face(numbers=number), face(family="Dupont", numbers=number), national=NATIONAL)
    assert found.reasons[0] is Reason.SAME_NATIONAL
    assert found.is_probable


def test_two_national_numbers_are_two_people_but_a_bis_number_comes_before_one() -> None:
    """Twins share name, birth date and address; a BIS number is replaced by a national one later."""
    one, twin = ((TypedNumber(system=NISS, value=value),) for value in ("85073003328", "85073003526"))
    assert not likeness(face(numbers=one), face(numbers=twin), national=NATIONAL).is_probable
    both = (*one, TypedNumber(system=NISS, value="98472899765"))
    assert likeness(face(numbers=one), face(numbers=both), national=NATIONAL).is_probable


def test_an_unknown_is_like_nobody() -> None:
    """A guessed age and a sex are no identity."""
    unknown = face_of(patient_body(Unknown(text="X, female, about 75", sex="female", about=75), number=None, kinds=()))
    assert not likeness(unknown, face()).is_probable
    assert not likeness(unknown, unknown).is_probable


class TestTable:
    """National numbers by configuration."""

    def test_the_shipped_table_knows_its_countries(self) -> None:
        """Each with its check, its date and sex where it says them."""
        from relight.record.selectors.numbers import kinds_now

        kinds = kinds_now()
        said = {
            text: (known.kind.id, known.birth, known.sex)
            for text in ("85.07.30-033.28", "98 47 28 997 65", "111222333", "RCCMNL83S18D969H")
            if (known := number_read(text, kinds=kinds))
        }
        assert said["85.07.30-033.28"] == ("niss", "1985-07-30", "male")
        assert said["98 47 28 997 65"] == ("bis", "1998-07-28", "male")
        assert said["111222333"][0] == "bsn"
        assert said["RCCMNL83S18D969H"] == ("codice-fiscale", "1983-11-18", "male")
        assert number_read("85.07.30-033.29", kinds=kinds) is None

    def test_a_hospitals_own_table_replaces_it(self, relight_home: Path) -> None:
        """As soon as the file is there, and no longer when it is gone."""
        from relight.record.selectors.numbers import kinds_now

        own = relight_home / "numbers.toml"
        own.write_text(
            '[[number]]\nid = "nhs"\ncountry = "gb"\nname = "NHS"\nmodule = "stdnum.gb.nhs"\nsystems = ["urn:nhs"]\n'
        )
        try:
            assert [kind.id for kind in kinds_now()] == ["nhs"]
        finally:
            own.unlink()
        assert "niss" in [kind.id for kind in kinds_now()]

    @pytest.mark.parametrize("module", ["os", "stdnum.nowhere", "stdnum.exceptions"])
    def test_a_table_that_cannot_be_is_refused(self, module: str) -> None:
        """Nothing but a module of python-stdnum that checks is loaded."""
        with pytest.raises(RelightError) as refusal:
            kinds_read(f'[[number]]\nid="x"\ncountry="x"\nname="X"\nmodule="{module}"\nsystems=["urn:x"]\n')
        assert refusal.value.code == "RL-REC-200"
