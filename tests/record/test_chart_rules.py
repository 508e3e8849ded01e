"""How a chart reads FHIR: values digit for digit, flags, allergies, medicines, documents, any shape at all."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import AllergyState, allergy_read, allergy_state
from relight.record.rules.chart.documents import Sort, attachments, document_read, inline_bytes, sort_of
from relight.record.rules.chart.flags import Flag
from relight.record.rules.chart.items import changes_of, pretty, rows_of, title_of
from relight.record.rules.chart.medicines import medicine_read
from relight.record.rules.chart.origin import origin_of
from relight.record.rules.chart.problems import problem_read
from relight.record.rules.chart.results import report_read, result_read
from relight.record.rules.chart.units import converted, factor
from relight.record.rules.chart.values import quantity_read, value_read
from relight.record.rules.chart.vitals import Band, Sign, news_band, signs_read
from relight.record.types import SourceKind
from support.chart import PNG
from support.fhir import data, resources_in

D0 = datetime(2026, 11, 13, tzinfo=UTC)


def read(text: str) -> dict[str, Any]:
    return loads(text)


class TestValues:
    """A value stands as it came."""

    @pytest.mark.parametrize(
        ("quantity", "shown"),
        [
            ('{"value": 7.40}', "7.40"),
            ('{"value": 7}', "7"),
            ('{"value": 0.00001}', "0.00001"),
            ('{"value": 5.0, "comparator": "<"}', "< 5.0"),
            ('{"value": 1e3}', "1e3"),
            ('{"value": 0.12345678901234567890}', "0.12345678901234567890"),
        ],
    )
    def test_digits_stay(self, quantity: str, shown: str) -> None:
        """Ending zeros, exponents and long numbers too."""
        assert quantity_read(read(quantity)).text == shown

    def test_each_kind_of_value_is_shown(self) -> None:
        """Text, codes, titers, spans, yes and no, and why there is none."""
        ratio = {"numerator": {"value": 1}, "denominator": {"value": 128}}
        assert value_read({"valueRatio": ratio}).text == "1:128"
        assert value_read({"valueString": "E. coli"}).text == "E. coli"
        assert value_read({"valueCodeableConcept": {"coding": [{"display": "Positive"}]}}).text == "Positive"
        assert value_read({"valueRange": {"low": {"value": 3}, "high": {"value": 5}}}).text == "3 - 5"
        assert value_read({"valueBoolean": False}).text == "no"
        assert value_read({"dataAbsentReason": {"text": "clotted"}}).absent == "clotted"

    def test_units_are_written_as_people_do(self) -> None:
        """Micrograms in full; what is only a note in braces is left out."""
        assert quantity_read({"value": 5, "code": "ug"}).unit == "microgram"
        assert quantity_read({"value": 5, "code": "{beats}/min"}).unit == "/min"
        assert quantity_read({"value": 37, "code": "Cel"}).unit == "°C"


class TestFlags:
    """What the laboratory said counts; a range speaks only where it said nothing."""

    def result(self, **fields: Any) -> Any:
        return result_read({"resourceType": "Observation", "code": {"text": "X"}, **fields}).flagged

    def test_the_laboratory_is_not_overruled(self) -> None:
        """Normal stays normal, whatever the range says."""
        ranged = {"valueQuantity": {"value": 9}, "referenceRange": [{"high": {"value": 5}}]}
        normal = [{"coding": [{"code": "N"}]}]
        assert self.result(**ranged, interpretation=normal).flag is Flag.NONE
        reckoned = self.result(**ranged)
        assert (reckoned.flag, reckoned.is_reckoned) == (Flag.HIGH, True)

    def test_the_gravest_of_several_counts(self) -> None:
        """HH beside H is HH."""
        both = [{"coding": [{"code": "H"}]}, {"coding": [{"code": "HH"}]}]
        assert self.result(interpretation=both).flag is Flag.VERY_HIGH

    @pytest.mark.parametrize(
        ("sign", "number", "flag"),
        [("<", 5, Flag.NONE), ("<", 3, Flag.LOW), (">", 9, Flag.HIGH), (">", 4, Flag.NONE), ("<", 100, Flag.NONE)],
    )
    def test_a_comparator_is_reckoned_with(self, sign: str, number: int, flag: Flag) -> None:
        """Below 100 may be normal between 3 and 9; below 3 is low."""
        value = {"value": number, "comparator": sign}
        ranged = [{"low": {"value": 3}, "high": {"value": 9}}]
        assert self.result(valueQuantity=value, referenceRange=ranged).flag is flag

    def test_a_range_in_another_unit_is_shown_and_not_reckoned_with(self) -> None:
        """mg/dL against mmol/L says nothing."""
        value = {"value": 100, "unit": "mg/dL"}
        result = result_read(
            {
                "valueQuantity": value,
                "referenceRange": [{"high": {"value": 7, "unit": "mmol/L"}}],
                "code": {"text": "G"},
            }
        )
        assert (result.flagged.flag, result.bounds.text) == (Flag.NONE, "≤ 7")


class TestUnits:
    """Only an exact factor puts two units on one line."""

    def test_factors(self) -> None:
        """Prefixes and volumes; never across substances."""
        assert factor(of="mg/dL", to="g/L") == Fraction(1, 100)
        assert factor(of="10*9/L", to="10*3/uL") == 1
        assert factor(of="umol/L", to="mmol/L") == Fraction(1, 1000)
        assert factor(of="mg/dL", to="mmol/L") is None
        assert factor(of="Cel", to="[degF]") is None
        assert factor(of="mm[Hg]", to="m") is None

    @given(st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False, allow_infinity=False))
    def test_there_and_back_is_the_same(self, value: Decimal) -> None:
        """Nothing is rounded."""
        there = factor(of="mg/dL", to="g/L")
        back = factor(of="g/L", to="mg/dL")
        assert there is not None and back is not None
        moved = converted(value, there)
        assert moved is not None
        assert converted(moved, back) == value


class TestAllergies:
    """Three statements that are never taken for one another."""

    def test_three_statements(self) -> None:
        """An empty list is no statement; "no food allergy" leaves the rest unasked; refuted ones do not count."""
        none = {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}}
        food = {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "429625007"}]}}
        refuted = {"code": {"text": "Latex"}, "verificationStatus": {"coding": [{"code": "refuted"}]}}
        real = {"code": {"text": "Latex"}}

        def state(*bodies: dict[str, Any]) -> AllergyState:
            return allergy_state(allergy_read(body) for body in bodies)

        assert state() is AllergyState.NOT_ASKED
        assert state(food) is AllergyState.NOT_ASKED
        assert state(refuted) is AllergyState.NOT_ASKED
        assert state(none) is AllergyState.NONE_KNOWN
        assert state(none, real) is AllergyState.ALLERGIC


class TestVitalSigns:
    """Signs by their codes, scores as written."""

    def test_a_pressure_is_two_signs(self) -> None:
        """Systolic and diastolic, each with its digits."""
        body = {
            "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
            "component": [
                {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueQuantity": {"value": value}}
                for code, value in (("8480-6", 118), ("8462-4", 71))
            ],
        }
        signs = signs_read(result_read(body), body)
        assert [(one.sign, one.value.text) for one in signs] == [(Sign.SYSTOLIC, "118"), (Sign.DIASTOLIC, "71")]

    def test_a_score_is_never_shown_graver_or_milder_than_its_number(self) -> None:
        """From 5 medium, from 7 high; three points in one sign make a low total medium."""

        def band(total: Any, said: str = "") -> Band | None:
            body = {"valueQuantity": {"value": total}, "interpretation": [{"text": said}], "code": {}}
            result = result_read(body)
            return news_band(result.value, result.flagged)

        assert [band(one) for one in (0, 4, 5, 6, 7, 20)] == [
            Band.LOW, Band.LOW, Band.MEDIUM, Band.MEDIUM, Band.HIGH, Band.HIGH,
        ]  # fmt: skip
        assert band(3, "low-medium") is Band.MEDIUM
        assert band(8, "low") is Band.HIGH
        assert band(21) is None


class TestAge:
    """What is from before the outage says so."""

    @pytest.mark.parametrize(
        ("kind", "as_of", "at", "lasting", "old"),
        [
            (SourceKind.BACKUP, datetime(2026, 11, 12, tzinfo=UTC), None, True, True),
            (SourceKind.TYPED, None, datetime(2020, 1, 1, tzinfo=UTC), True, False),
            (SourceKind.TYPED, None, datetime(2020, 1, 1, tzinfo=UTC), False, True),
            (SourceKind.LAB, None, datetime(2026, 11, 20, tzinfo=UTC), False, False),
            (SourceKind.IMPORT, None, None, False, False),
        ],
    )
    def test_lasting_things_are_as_old_as_who_last_said_so(
        self, kind: SourceKind, as_of: Any, at: Any, lasting: bool, old: bool
    ) -> None:
        """A result as old as its sample, an allergy typed today is of today, a backup of its day."""
        now = datetime(2026, 11, 23, tzinfo=UTC)
        origin = origin_of(kind=kind, name="", as_of=as_of, at=at, written_at=now, day_zero=D0, lasting=lasting)
        assert origin.is_old is old


class TestDocuments:
    """Bytes are what they are, whatever they say."""

    @pytest.mark.parametrize(
        ("content", "sort"),
        [
            (b"%PDF-1.7 ...", Sort.PDF),
            (PNG, Sort.PNG),
            (b"<html><script>alert(1)</script>", Sort.MARKUP),
            ("\ufeff<?xml version='1.0'?><ClinicalDocument/>".encode(), Sort.MARKUP),
            ("Lettre de sortie à relire".encode("cp1252"), Sort.TEXT),
            (b"MZ\x00\x01", Sort.OTHER),
            (b"", Sort.OTHER),
        ],
    )
    def test_a_file_is_known_by_its_beginning(self, content: bytes, sort: Sort) -> None:
        """HTML that says it is a PDF is text."""
        assert sort_of(content) is sort

    def test_damaged_base64_is_no_content(self) -> None:
        """Half a file is not shown as a file."""
        assert inline_bytes({"data": "abc"}) is None
        assert inline_bytes({"data": "JVBERi0x\nLjQ="}) == b"%PDF-1.4"


class TestItems:
    """Any resource is shown plainly, and what changed in it."""

    def test_what_changed_is_told_by_element(self) -> None:
        """Digits that differ only in an ending zero are a change too."""
        before, after = (
            read('{"status":"final","valueQuantity":{"value":7.4}}'),
            read('{"status":"amended","valueQuantity":{"value":7.40}}'),
        )
        assert [(one.path, one.before, one.after) for one in changes_of(before, after)] == [
            ("status", "final", "amended"),
            ("valueQuantity", "7.4", "7.40"),
        ]

    def test_json_keeps_its_digits(self) -> None:
        """The text shown reads back as the same."""
        text = '{"a":[7.40,1,"é"],"b":{},"c":null}'
        assert loads(pretty(loads(text))) == loads(text)
        assert "7.40" in pretty(loads(text))


def everything_read(body: dict[str, Any]) -> None:
    """Read a body as every page would."""
    from relight.record.rules.notes import note_read
    from relight.record.rules.requests import request_facts

    result = result_read(body)
    signs_read(result, body)
    report_read(body)
    allergy_read(body)
    problem_read(body)
    medicine_read(body)
    document_read(body)
    for attachment in attachments(body):
        inline_bytes(attachment)
    rows_of(body)
    title_of(body)
    pretty(body)
    note_read(body)
    request_facts(body, resource=uuid4(), patient=None)


class TestAnyShape:
    """No resource breaks a page."""

    @pytest.mark.parametrize("place", ["fhir/google+fhir/spec", "fhir/hl7-be+lab", "fhir/hl7au+au-fhir-test-data"])
    def test_the_public_sets_are_read(self, place: str) -> None:
        """Every 4th of the official examples, Belgian laboratory documents, Australian test data."""
        count = 0
        for n, body in enumerate(resources_in(data(place))):
            if n % 4 == 0:
                everything_read(body)
                count += 1
        assert count > 20

    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    "code",
                    "category",
                    "valueQuantity",
                    "component",
                    "hasMember",
                    "interpretation",
                    "referenceRange",
                    "specimen",
                    "dosageInstruction",
                    "medicationReference",
                    "contained",
                    "reaction",
                    "content",
                    "presentedForm",
                    "section",
                    "text",
                    "status",
                    "note",
                    "author",
                    "title",
                    "clinicalStatus",
                    "onsetPeriod",
                    "requisition",
                    "identifier",
                    "subject",
                    "extension",
                    "resourceType",
                ]
            ),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(
                            [
                                "coding",
                                "code",
                                "system",
                                "value",
                                "unit",
                                "reference",
                                "div",
                                "text",
                                "display",
                                "start",
                                "low",
                                "data",
                                "url",
                            ]
                        ),
                        inner,
                        max_size=4,
                    )
                ),
                max_leaves=12,
            ),
            max_size=8,
        )
    )
    @settings(max_examples=150)
    def test_any_json_is_read(self, body: dict[str, Any]) -> None:
        """Elements of the wrong type are passed over."""
        everything_read(body)
