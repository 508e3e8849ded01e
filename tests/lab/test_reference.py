"""The catalogue: what ships is sound, and no range or limit is guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relight.kernel.errors import InputError
from relight.record.plain import (
    FACTORS,
    LANGUAGES,
    NO_TUBE,
    Range,
    Tolerance,
    age_days,
    catalogue_read,
    factor_between,
    is_loinc,
)
from relight.record.selectors.catalogue import SHIPPED, catalogue_now

ADULT = 40 * 365
POTASSIUM, HAEMOGLOBIN, CREATININE, SODIUM = "2823-3", "718-7", "2160-0", "2951-2"

SMALL = """
format = 1
[specimen.serum]
names = { en = "Serum" }
colour = "yellow"
hl7 = "SER"
[[test]]
loinc = "2823-3"
short = "K"
names = { en = "Potassium" }
unit = "mmol/L"
specimen = "serum"
group = "chemistry"
"""


class TestShipped:
    """The file that ships."""

    def test_about_sixty_tests_or_more_have_names_in_all_four_languages_a_unit_a_tube_and_a_tolerance(self) -> None:
        """Nothing is half described."""
        catalogue = catalogue_now()
        assert len(catalogue.tests) >= 60
        for test in catalogue.tests.values():
            assert set(test.names) == set(LANGUAGES), test.loinc
            assert test.unit and test.specimen in catalogue.specimens, test.loinc
            assert test.tolerance is not None, test.loinc

    def test_every_code_has_the_check_digit_of_loinc(self) -> None:
        """A code mistyped by one digit cannot stand in the file."""
        assert all(is_loinc(loinc) for loinc in catalogue_now().tests)

    def test_short_names_are_each_of_one_test(self) -> None:
        """At the bench a short name means one test."""
        shorts = [test.short for test in catalogue_now().tests.values()]
        assert len(shorts) == len(set(shorts))

    def test_ranges_for_one_sex_and_age_never_contradict_one_another(self) -> None:
        """At most one range of a test fits a person."""
        for test in catalogue_now().tests.values():
            for sex in ("M", "F", ""):
                for age in (0, 27, 28, 365, 6574, 6575, ADULT, 36_500):
                    assert sum(r.fits(sex=sex, age_days=age) for r in test.ranges) <= 1, (test.loinc, sex, age)

    def test_a_normal_value_is_never_critical(self) -> None:
        """Both ends of every range lie within the limits for a call."""
        catalogue = catalogue_now()
        for test in catalogue.tests.values():
            for one in test.ranges:
                for end in (one.low, one.high):
                    assert end is None or not catalogue.is_critical(test.loinc, end), (test.loinc, end)

    def test_mass_codes_have_mass_units_and_substance_codes_substance_units(self) -> None:
        """LOINC parts mass from substance: a creatinine in mg/dL is another code than one in umol/L."""
        units = {loinc: test.unit for loinc, test in catalogue_now().tests.items()}
        mass = {"2160-0": "mg/dL", "2345-7": "mg/dL", "3091-6": "mg/dL", "1975-2": "mg/dL", "718-7": "g/dL"}
        substance = {"2000-8": "mmol/L", "14879-1": "mmol/L", "2601-3": "mmol/L", "14920-3": "pmol/L"}
        for loinc, unit in {**mass, **substance}.items():
            assert units[loinc] == unit


class TestRanges:
    """Which range a person gets."""

    def test_sex_and_age_choose_the_range(self) -> None:
        """Haemoglobin of a woman, of a man, of a newborn."""
        find = catalogue_now().reference_range
        woman, man = find(HAEMOGLOBIN, sex="F", age_days=ADULT), find(HAEMOGLOBIN, sex="M", age_days=ADULT)
        newborn = find(HAEMOGLOBIN, sex="M", age_days=3)
        assert woman and man and newborn
        assert woman.low == Decimal("12.0")
        assert man.low == Decimal("13.0")
        assert newborn.high == Decimal("21.5")

    @pytest.mark.parametrize(("sex", "age"), [("", ADULT), ("F", None), ("F", 3650)])
    def test_without_sex_or_age_no_range_is_guessed(self, sex: str, age: int | None) -> None:
        """An adult's range is no range for a child, nor for somebody whose sex nobody wrote."""
        assert catalogue_now().reference_range(CREATININE, sex=sex, age_days=age) is None

    def test_a_range_that_asks_nothing_holds_for_everybody(self) -> None:
        """Chloride has one range."""
        assert catalogue_now().reference_range("2075-0") is not None

    def test_a_range_is_given_in_the_unit_of_the_result(self) -> None:
        """g/dL in the file, g/L at the analyzer; a unit nobody compared gives none."""
        found = catalogue_now().range_in(HAEMOGLOBIN, unit="g/L", sex="M", age_days=ADULT)
        assert found is not None
        assert found.text() == "130 - 170"
        assert catalogue_now().range_in(HAEMOGLOBIN, unit="mmol/L", sex="M", age_days=ADULT) is None

    @pytest.mark.parametrize(
        ("range", "text"),
        [
            (Range(low=Decimal("3.5"), high=Decimal("5.1")), "3.5 - 5.1"),
            (Range(high=Decimal("5.0")), "≤ 5.0"),
            (Range(low=Decimal(40)), "≥ 40"),
        ],
    )
    def test_a_range_is_written_as_on_a_result_sheet(self, range: Range, text: str) -> None:
        """Both ends, or the one there is."""
        assert range.text() == text


class TestCritical:
    """What somebody is called for."""

    @pytest.mark.parametrize(
        ("value", "critical"), [("2.4", True), ("2.5", True), ("2.6", False), ("6.1", False), ("6.2", True)]
    )
    def test_the_limit_itself_is_critical(self, value: str, critical: bool) -> None:
        """Potassium 2.5 and 6.2 are called."""
        assert catalogue_now().is_critical(POTASSIUM, Decimal(value)) is critical

    def test_a_value_is_turned_into_the_units_of_the_limit_first(self) -> None:
        """Haemoglobin 65 g/L is 6.5 g/dL."""
        assert catalogue_now().is_critical(HAEMOGLOBIN, Decimal(65), unit="g/L")
        assert not catalogue_now().is_critical(HAEMOGLOBIN, Decimal(130), unit="g/L")

    def test_a_unit_that_cannot_be_compared_is_compared_with_nothing(self) -> None:
        """6.5 of something is not taken for 6.5 mmol/L."""
        assert not catalogue_now().is_critical(POTASSIUM, Decimal("6.5"), unit="mg/dL")

    def test_factors_go_both_ways(self) -> None:
        """There and back is where one began."""
        for unit, other in FACTORS:
            there, back = factor_between(unit, other), factor_between(other, unit)
            assert there is not None and back is not None
            assert abs(there * back - 1) < Decimal("1e-20")


class TestTolerance:
    """How far two measurements may lie apart."""

    def test_the_wider_of_two_limits_counts(self) -> None:
        """Creatinine: 0.2 mg/dL or 10 %."""
        tolerance = catalogue_now().tolerance(CREATININE)
        assert tolerance is not None
        assert tolerance.holds(Decimal("1.2"), Decimal("1.0"))
        assert not tolerance.holds(Decimal("1.21"), Decimal("1.0"))
        assert tolerance.holds(Decimal("5.5"), Decimal("5.0"))
        assert not tolerance.holds(Decimal("5.6"), Decimal("5.0"))

    def test_an_unknown_test_has_none(self) -> None:
        """Nothing is said to be close enough by default."""
        assert catalogue_now().tolerance("99999-0") is None
        assert not Tolerance().holds(Decimal("1.001"), Decimal(1))


class TestReading:
    """A laboratory's own file."""

    def test_a_small_file_is_enough(self) -> None:
        """Ranges, limits and panels may be left out."""
        assert set(catalogue_read(SMALL.encode()).tests) == {POTASSIUM}

    @pytest.mark.parametrize(
        ("old", "new", "where"),
        [
            ('"2823-3"', '"2823-4"', "loinc"),
            ('specimen = "serum"', 'specimen = "mug"', "specimen"),
            ('group = "chemistry"', 'group = "magic"', "group"),
            ('unit = "mmol/L"', "", "unit"),
            ("format = 1", "format = 7", "format"),
            ("format = 1", "format = ", ""),
            ('colour = "yellow"', 'colour = "plaid"', "colour"),
        ],
    )
    def test_each_fault_is_named_with_its_entry(self, old: str, new: str, where: str) -> None:
        """A coded error, never a stack trace."""
        with pytest.raises(InputError) as refused:
            catalogue_read(SMALL.replace(old, new, 1).encode())
        assert refused.value.code == "RL-LAB-200"
        assert where in str(refused.value)

    @pytest.mark.parametrize(
        "line",
        [
            "ranges = [{ low = 3.5 }]",
            'ranges = [{ low = "9", high = "3" }]',
            'ranges = [{ high = "NaN" }]',
            'ranges = [{ high = "3", from = "18" }]',
            'ranges = [{ sex = "X", high = "3" }]',
            'tolerance = { percent = "-1" }',
            "tolerance = { nothing = 1 }",
        ],
    )
    def test_a_range_or_tolerance_that_cannot_be_meant_is_refused(self, line: str) -> None:
        """Numbers are decimal texts, the low end is the lower one, ages have a unit."""
        with pytest.raises(InputError, match="RL-LAB-200"):
            catalogue_read((SMALL + line + "\n").encode())

    def test_no_byte_of_any_file_makes_more_than_a_coded_error(self) -> None:
        """Cut the shipped file anywhere."""
        content = SHIPPED.read_bytes()
        for cut in range(0, len(content), 997):
            try:
                catalogue_read(content[:cut])
            except InputError as refused:
                assert refused.code == "RL-LAB-200"


def test_tests_are_parted_by_tube_in_the_catalogues_order() -> None:
    """Blood count and electrolytes are two tubes; what nobody listed is asked for by hand."""
    tubes = catalogue_now().tubes([HAEMOGLOBIN, SODIUM, "8867-4"])
    assert [(specimen.id if specimen else NO_TUBE, tests) for specimen, tests in tubes] == [
        ("serum", (SODIUM,)),
        ("edta", (HAEMOGLOBIN,)),
        (NO_TUBE, ("8867-4",)),
    ]


def test_age_is_counted_in_days_and_never_from_a_date_ahead() -> None:
    """A birth date that lies ahead is no age."""
    assert age_days(birth=date(2026, 11, 20), at=date(2026, 11, 23)) == 3
    assert age_days(birth=date(2026, 11, 24), at=date(2026, 11, 23)) is None
    assert age_days(birth=None, at=date(2026, 11, 23)) is None
