"""Comparison with hand transcription, cases C1-C12 of docs/design/lab.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relight.kernel.errors import RelightError
from relight.lab.rules.compare import (
    Compared,
    Given,
    LineState,
    code_read,
    line_compare,
    lines_summed,
    number_read,
    plain,
    sheet_passes,
)
from relight.lab.types import Rung
from relight.record.plain import Catalogue, Tolerance
from relight.record.plain import Test as Entry

NA, GLU = "2951-2", "15074-8"


def entry(loinc: str, unit: str, **tolerance: str) -> Entry:
    limits = {name: Decimal(text) for name, text in tolerance.items()}
    return Entry(
        loinc=loinc, short=loinc, names={"en": loinc}, unit=unit, specimen="s", group="g", tolerance=Tolerance(**limits)
    )


CATALOGUE = Catalogue(
    tests={
        NA: entry(NA, "mmol/L", absolute="1"),
        GLU: entry(GLU, "mg/L", percent="5"),
        "718-7": entry("718-7", "g/L", absolute="2"),
    },
    specimens={},
    panels=(),
)


def compared(by_hand: str, given: Given | None, *, unit: str = "") -> Compared:
    return line_compare(by_hand=by_hand, unit=unit, given=given, catalogue=CATALOGUE, otherwise=Decimal(2))


def sodium(value: str, **fields: str) -> Given:
    return Given(**{"value": value, "unit_sent": "mmol/l", "number": value, "unit": "mmol/L", "loinc": NA, **fields})


@pytest.mark.parametrize(
    ("case", "by_hand", "given", "unit", "expected"),
    [
        ("C1 the same", "141", sodium("141"), "", LineState.WITHIN),
        ("C1 the same with other decimals and a comma", "141,0", sodium("141"), "", LineState.WITHIN),
        ("C2 on the tolerance", "140", sodium("141"), "", LineState.WITHIN),
        ("C2 beyond it", "140", sodium("141.1"), "", LineState.BEYOND),
        ("C3 not from the link yet", "140", None, "", LineState.MISSING),
        ("C4 the unit as the analyzer writes it", "140", sodium("140"), "MMOL/L", LineState.WITHIN),
        ("C4 a unit nobody said is equal", "140", sodium("140"), "mEq/L", LineState.UNIT),
        (
            "C5 in UCUM, where the analyzer writes another",
            "0.9",
            sodium("90", number="0.9", unit="g/L"),
            "g/L",
            LineState.WITHIN,
        ),
        ("C6 beyond what can be measured, twice the same", "<0,5", sodium("< 0.5", number=""), "", LineState.WITHIN),
        ("C6 beyond what can be measured, and a number", "0.5", sodium("<0.5", number="<0.5"), "", LineState.BEYOND),
        ("C7 words, without regard to case", "negative", sodium("NEGATIVE", number=""), "", LineState.WITHIN),
        ("C7 other words", "positive", sodium("NEGATIVE", number=""), "", LineState.BEYOND),
        ("C1 a value in a component", "6.51", sodium("^6.51"), "", LineState.WITHIN),
        ("C1 a dilution before it", "6.51", sodium("-1^6.51"), "", LineState.WITHIN),
        ("C8 a swapped digit", "114", sodium("141"), "", LineState.BEYOND),
    ],
)
def test_a_line_is_judged_in_the_unit_both_are_written_in(case, by_hand, given, unit, expected):
    """C1-C8."""
    assert compared(by_hand, given, unit=unit).state is expected, case


def test_an_absolute_tolerance_counts_in_the_catalogue_s_unit():
    """C9: haemoglobin within 2 g/L is within 0.2 g/dL."""
    given = Given(value="14.2", unit_sent="g/dl", number="14.2", unit="g/dL", loinc="718-7")
    assert compared("14.0", given) == Compared(
        state=LineState.WITHIN,
        unit="g/dl",
        by_hand=Decimal("14.0"),
        by_link=Decimal("14.2"),
        difference=Decimal("0.2"),
        allowed=Decimal("0.2"),
    )
    assert compared("13.9", given).state is LineState.BEYOND


def test_a_test_without_tolerance_takes_that_of_the_policy():
    """C10: 2 per cent."""
    given = Given(value="102", loinc="")
    assert compared("100", given).state is LineState.WITHIN
    assert compared("99.9", given).state is LineState.BEYOND


def test_decimals_are_never_taken_for_floats():
    """C11: 0.3 less 0.1 is 0.2 exactly, on the limit."""
    catalogue = Catalogue(tests={NA: entry(NA, "mmol/L", absolute="0.2")}, specimens={}, panels=())
    found = line_compare(by_hand="0.1", unit="", given=sodium("0.3"), catalogue=catalogue, otherwise=Decimal(2))
    assert found.state is LineState.WITHIN


@pytest.mark.parametrize("text", ["", "1e3", "1.2.3", "nan", "--1", "1 mmol", "１２"])
def test_only_plain_numbers_are_numbers(text):
    assert number_read(text) is None


def test_each_test_is_summed_up_by_bias_and_line():
    """C12: link = 1.1 x hand + 2, exactly."""
    pairs = [(Decimal(x), Decimal(x) * Decimal("1.1") + 2) for x in (10, 20, 30, 40)]
    lines = [("GLU", Compared(state=LineState.BEYOND, unit="mg/L", by_hand=hand, by_link=link)) for hand, link in pairs]
    lines.append(("NA", Compared(state=LineState.MISSING)))
    glucose, sodium_ = lines_summed(lines)
    assert [plain(n) for n in (glucose.slope, glucose.intercept, glucose.bias, glucose.bias_percent)] == [
        "1.1",
        "2",
        "4.5",
        "18",
    ]
    assert (sodium_.lines, sodium_.within, sodium_.bias, sodium_.slope) == (1, 0, None, None)


def test_a_sheet_passes_when_it_has_lines_and_all_agree():
    assert not sheet_passes([])
    assert sheet_passes([LineState.WITHIN])
    assert not sheet_passes([LineState.WITHIN, LineState.MISSING])


@pytest.mark.parametrize(
    ("typed", "expected"), [("glu", "^GLU"), ("^glu", "^GLU"), ("Glucose", "^GLU"), ("K", "K"), ("shared", "shared")]
)
def test_a_test_is_found_by_code_or_name_and_never_guessed(typed, expected):
    """A name two tests share stays as it was typed: it will match no result, and the line says so."""
    known = {"^GLU": ["Glucose", "glu", "shared"], "^NA": ["Sodium", "shared"]}
    assert code_read(typed, known) == expected


# -- the services ----------------------------------------------------------------------------------


@pytest.fixture
def sheet(link, report, act_for):
    """A link with two results that wait, and an open sheet."""
    from relight.lab.services.compare import sheet_open

    link("chem", rung=Rung.IDENTIFICATION)
    for sample in ("S1", "S2"):
        report("chem", sample=sample)
    return sheet_open(act=act_for("laboratory"), link="chem")


def add(act, sheet, sample, value="5.4", test="GLU"):
    from relight.lab.services.compare import line_add

    return line_add(act=act, link="chem", sheet=sheet, sample=sample, test=test, by_hand=value)


def test_a_closed_sheet_is_evidence_and_keeps_what_stood_beside_each_value(sheet, act_for):
    """What comes from the analyzer later changes nothing on it."""
    from relight.lab.models import ComparisonLine, LinkEvidence
    from relight.lab.services.compare import sheet_close

    act = act_for("laboratory")
    add(act, sheet, "S1")
    add(act, sheet, "S2", test="glucose")
    assert sheet_close(act=act, link="chem", sheet=sheet)
    kept = LinkEvidence.objects.get(check_id="comparison")
    assert (kept.met, kept.facts["samples"], kept.comparison_id) == (True, 2, sheet)
    assert set(ComparisonLine.objects.values_list("result__code", flat=True)) == {"GLU"}
    with pytest.raises(RelightError) as refusal:
        add(act, sheet, "S3")
    assert refusal.value.code == "RL-LAB-184"


@pytest.mark.parametrize(("sample", "value"), [("S1", "4.5"), ("S9", "5.4")])
def test_a_value_that_differs_or_is_missing_makes_the_sheet_fall_short(sheet, act_for, sample, value):
    from relight.lab.models import LinkEvidence
    from relight.lab.services.compare import sheet_close

    act = act_for("laboratory")
    add(act, sheet, "S2")
    add(act, sheet, sample, value)
    assert not sheet_close(act=act, link="chem", sheet=sheet)
    assert not LinkEvidence.objects.get(check_id="comparison").met


def test_a_sheet_refuses_what_would_blur_it(sheet, act_for):
    """A second sheet, the same value twice, closing with nothing on it."""
    from relight.lab.services.compare import sheet_close, sheet_open

    act = act_for("laboratory")
    refusals = []
    for attempt in (
        lambda: sheet_open(act=act, link="chem"),
        lambda: sheet_close(act=act, link="chem", sheet=sheet),
        lambda: (add(act, sheet, "S1"), add(act, sheet, "S1")),
    ):
        with pytest.raises(RelightError) as refusal:
            attempt()
        refusals.append(refusal.value.code)
    assert refusals == ["RL-LAB-183", "RL-LAB-185", "RL-LAB-186"]


def test_a_corrected_result_is_what_a_line_stands_beside(sheet, act_for, report):
    """The value it replaced is not compared any more."""
    from relight.journal.api import writing
    from relight.lab.models import Result
    from relight.lab.selectors.compare import sheet_get

    act = act_for("laboratory")
    add(act, sheet, "S1", "6.0")
    report("chem", sample="S1")
    with writing(act) as log:
        old, new = Result.objects.filter(sample="S1").order_by("report__message__seq")
        Result.objects.filter(pk=old.pk).update(superseded_by=new)
        Result.objects.filter(pk=new.pk).update(value="6.0", number="6.0")
        log.entry("lab.read", subject="lab:inbox", body={"count": 1})
    assert sheet_get(link="chem", sheet=sheet).passes
