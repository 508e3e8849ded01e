"""Whose results these are, and whether they may go on: rules M1 to M12 of docs/design/lab.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.lab.rules.driver import Standing
from relight.lab.rules.matching import Bench, LinkRules, OrderKnown, ReportDraft, detail_said, differing, match, plain
from relight.lab.rules.reading import PatientSaid, ResultReading, SampleReading
from relight.lab.types import HoldReason, OrdersKept, ReportState, Rung, Validation
from relight.record.plain import catalogue_read

CATALOGUE = catalogue_read((Path(__file__).parents[2] / "src" / "relight" / "record" / "catalogue.toml").read_bytes())
SODIUM, POTASSIUM, UNKNOWN = "2951-2", "2823-3", ""
NOEL = OrderKnown(
    id=UUID(int=1),
    sample="S1",
    family="Noël",
    given="Jeanne Marie",
    birth_date=date(1951, 3, 9),
    sex="F",
    ids=frozenset({"A-104233", "51030900074"}),
    tests=frozenset({SODIUM, POTASSIUM}),
)
SAID = PatientSaid(ids=("A-104233",), family="NOËL", given="jeanne  marie", birth_date="19510309", sex="F")


def result(at: int = 1, **fields: Any) -> ResultReading:
    """A plain sodium in range."""
    return ResultReading(
        **{
            "at": at,
            "code": "Na",
            "code_sent": "Na",
            "loinc": SODIUM,
            "value": "140",
            "number": "140",
            "unit_sent": "mmol/L",
            "unit": "mmol/L",
            **fields,
        }
    )


def decide(
    *lines: ResultReading,
    said: PatientSaid = SAID,
    order: OrderKnown | None = NOEL,
    sample: str = "S1",
    rung: Rung = Rung.RESULTS,
    orders: OrdersKept = OrdersKept.HERE,
    qc_out: frozenset[str] = frozenset(),
) -> tuple[ReportDraft, ...]:
    """Match one sample."""
    reading = SampleReading(sample=sample, patient=said, lines=lines or (result(),))
    bench = Bench(
        link=LinkRules(rung=rung, orders=orders, qc_out=qc_out),
        catalogue=CATALOGUE,
        at=date(2026, 11, 23),
        orders={order.sample: order} if order else {},
    )
    return match([reading], bench=bench)


def one(*lines: ResultReading, **more: Any) -> ReportDraft:
    found = decide(*lines, **more)
    assert len(found) == 1
    return found[0]


# -- the patient -----------------------------------------------------------------------------------


def test_m1_a_sample_and_a_patient_that_agree_go_on() -> None:
    """Case and blanks do not count; the order is the report's."""
    draft = one()
    assert (draft.state, draft.hold, draft.order) == (ReportState.WAITING, None, NOEL.id)


def test_m1_a_message_that_says_nothing_of_the_patient_goes_by_its_sample() -> None:
    """What is not said cannot differ; an unknown sex says nothing."""
    assert one(said=PatientSaid()).state is ReportState.WAITING
    assert one(said=PatientSaid(sex="U")).state is ReportState.WAITING


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("ids", ("A-104234",), "patient id"),
        ("family", "Noel", "family name"),
        ("family", "Noël Jeanne", "family name"),
        ("given", "Jeanne", "given name"),
        ("birth_date", "19510903", "birth date"),
        ("birth_date", "1951", "birth date"),
        ("birth_date", "someday", "birth date"),
        ("sex", "M", "sex"),
    ],
)
def test_m2_one_field_that_differs_holds_everything_and_names_the_field_only(
    field: str, value: Any, named: str
) -> None:
    """An accent is a difference. The value is patient data and stands in no reason."""
    draft = one(said=replace(SAID, **{field: value}))
    assert (draft.state, draft.hold, draft.hold_detail) == (ReportState.HELD, HoldReason.PATIENT_DIFFERS, named)
    assert draft.order is None


@pytest.mark.parametrize("field", ["ids", "given", "birth_date", "sex"])
def test_m2_what_the_order_does_not_know_cannot_be_confirmed(field: str) -> None:
    """A message that says more than the order is not taken on trust."""
    empty: Any = {"ids": frozenset(), "birth_date": None}.get(field, "")
    draft = one(order=replace(NOEL, **{field: empty}))
    assert draft.hold is HoldReason.PATIENT_DIFFERS


def test_m2_one_of_several_ids_is_enough() -> None:
    """A message may carry ids of other systems beside."""
    assert one(said=replace(SAID, ids=("HOST-7", "51030900074"))).hold is None


def test_m2_names_are_compared_composed() -> None:
    """Two ways to write an accent are one name."""
    assert plain("Noe\u0308l") == plain("NOËL")
    assert plain("Noël") != plain("Noel")
    assert plain(" de  la\tTour ") == plain("De La Tour")
    assert plain("Straße") == plain("STRASSE")


def test_m2_the_field_is_named_in_the_readers_language() -> None:
    """Words are translated, codes are not."""
    assert detail_said("family name, sex", str.upper) == "FAMILY NAME, SEX"
    assert detail_said("GLU [mg/dL]", str.lower) == "GLU [mg/dL]"


def test_m3_two_patients_for_one_sample_hold_both() -> None:
    """Whoever wrote the message swapped something, even where nobody here knows the sample."""
    other = replace(SAID, family="Dupont")
    bench = Bench(link=LinkRules(rung=Rung.RESULTS, orders=OrdersKept.LIS), catalogue=CATALOGUE, at=date(2026, 1, 1))
    drafts = match(
        [SampleReading(sample="S9", patient=p, lines=(result(n),)) for n, p in enumerate((SAID, other), 1)], bench=bench
    )
    assert [draft.hold for draft in drafts] == [HoldReason.PATIENT_DIFFERS] * 2


PEOPLE = st.builds(
    PatientSaid,
    ids=st.lists(st.sampled_from(["A", "B", "C"]), max_size=2).map(tuple),
    family=st.sampled_from(["", "Noël", "Noel", "Dupont"]),
    given=st.sampled_from(["", "Jeanne", "Jean"]),
    birth_date=st.sampled_from(["", "19510309", "19510903"]),
    sex=st.sampled_from(["", "F", "M", "U"]),
)
ORDERS = st.builds(
    OrderKnown,
    id=st.just(UUID(int=1)),
    sample=st.just("S1"),
    family=st.sampled_from(["Noël", "Dupont"]),
    given=st.sampled_from(["", "Jeanne", "Jean"]),
    birth_date=st.sampled_from([None, date(1951, 3, 9)]),
    sex=st.sampled_from(["", "F", "M"]),
    ids=st.frozensets(st.sampled_from(["A", "B"]), max_size=2),
    tests=st.just(frozenset({SODIUM})),
)


@given(PEOPLE, ORDERS, st.sampled_from(list(Rung)), st.sampled_from(list(OrdersKept)))
def test_m2_a_swapped_patient_is_always_held(
    said: PatientSaid, order: OrderKnown, rung: Rung, kept: OrdersKept
) -> None:
    """Whatever the rung and whoever keeps the orders: nothing of another person's goes on under this order."""
    swapped = (
        (said.family and said.family != order.family)
        or (said.given and said.given != order.given)
        or (said.birth_date and (order.birth_date is None or said.birth_date != f"{order.birth_date:%Y%m%d}"))
        or (said.sex not in ("", "U") and said.sex != order.sex)
        or (said.ids and not order.ids.intersection(said.ids))
    )
    drafts = decide(said=said, order=order, rung=rung, orders=kept)
    held = all(draft.state is ReportState.HELD for draft in drafts)
    if swapped:
        assert held
        assert all(draft.order is None for draft in drafts)
    assert bool(differing(said, order)) == bool(swapped)


# -- the sample ------------------------------------------------------------------------------------


def test_m4_no_sample_waits_whoever_keeps_the_orders() -> None:
    """A result without an id is nobody's."""
    for kept in OrdersKept:
        assert one(sample="", orders=kept).hold is HoldReason.NO_SAMPLE


def test_m5_a_sample_nobody_knows_waits_where_orders_are_kept_here() -> None:
    """And goes on where the laboratory system matches."""
    assert one(order=None).hold is HoldReason.SAMPLE_UNKNOWN
    draft = one(order=None, orders=OrdersKept.LIS)
    assert (draft.state, draft.order) == (ReportState.WAITING, None)


def test_m5_an_order_known_here_must_agree_even_where_the_laboratory_system_matches() -> None:
    """What can be checked is checked."""
    assert one(said=replace(SAID, family="Dupont"), orders=OrdersKept.LIS).hold is HoldReason.PATIENT_DIFFERS


def test_m6_a_cancelled_order_and_one_without_any_of_the_tests_wait() -> None:
    """It may be the wrong tube."""
    assert one(order=replace(NOEL, is_cancelled=True)).hold is HoldReason.NOT_ORDERED
    assert one(result(loinc="718-7")).hold is HoldReason.NOT_ORDERED


def test_m6_one_ordered_test_carries_those_that_were_not() -> None:
    """A count measures more than was asked for; nobody is called for that."""
    draft = one(result(1), result(2, code="Cl", loinc="2075-0"))
    assert (draft.state, len(draft.lines)) == (ReportState.WAITING, 2)


# -- the line --------------------------------------------------------------------------------------


def test_m7_what_nobody_knows_waits_and_the_rest_goes_on() -> None:
    """One report for each fate, every line in exactly one."""
    lines = [
        result(1),
        result(2, code="ZZZ", loinc="", number="", hold=HoldReason.UNKNOWN_TEST, detail="ZZZ [x]"),
        result(3, code="K", loinc=POTASSIUM, number="4.1", value="4.1"),
        result(4, code="Q", loinc="", number="", hold=HoldReason.UNREADABLE, detail="Q"),
        result(5, code="ZZZ", loinc="", number="", hold=HoldReason.UNKNOWN_TEST, detail="ZZZ [x]"),
    ]
    drafts = decide(*lines)
    assert [(d.hold, [line.reading.at for line in d.lines]) for d in drafts] == [
        (None, [1, 3]),
        (HoldReason.UNKNOWN_TEST, [2, 5]),
        (HoldReason.UNREADABLE, [4]),
    ]
    assert drafts[1].hold_detail == "ZZZ [x]"


def test_m7_many_unknown_tests_are_one_report_that_names_what_fits() -> None:
    """Each once; a sign says that there are more."""
    lines = [result(at, hold=HoldReason.UNKNOWN_TEST, detail=f"TEST-{at % 40:03} [x]") for at in range(1, 81)]
    draft = one(*lines)
    assert draft.hold_detail.startswith("TEST-001 [x], TEST-002 [x], ")
    assert draft.hold_detail.endswith(", …")
    assert len(draft.hold_detail) <= 200
    assert one(result(hold=HoldReason.UNKNOWN_TEST, detail="X" * 300)).hold_detail == "X" * 200


def test_m7_an_unknown_test_of_a_wrong_patient_is_not_given_to_the_order() -> None:
    """It waits for its meaning, and its sample is decided on again then."""
    drafts = decide(result(1), result(2, hold=HoldReason.UNKNOWN_TEST), said=replace(SAID, sex="M"))
    assert [(draft.hold, draft.order) for draft in drafts] == [
        (HoldReason.PATIENT_DIFFERS, None),
        (HoldReason.UNKNOWN_TEST, None),
    ]


def test_m8_results_of_a_test_whose_control_is_out_wait() -> None:
    """The others go on."""
    drafts = decide(result(1), result(2, code="K", loinc=POTASSIUM), qc_out=frozenset({"K"}))
    assert [(draft.hold, draft.hold_detail) for draft in drafts] == [(None, ""), (HoldReason.QC_OUT, "K")]


@pytest.mark.parametrize("rung", [Rung.PAPER, Rung.IDENTIFICATION])
def test_m9_below_the_rung_of_results_everything_waits(rung: Rung) -> None:
    """What is wrong with a result is still said first."""
    drafts = decide(result(1), result(2, hold=HoldReason.UNREADABLE), rung=rung)
    assert [draft.hold for draft in drafts] == [HoldReason.RUNG, HoldReason.UNREADABLE]


# -- autovalidation --------------------------------------------------------------------------------


def auto(**fields: Any) -> Validation:
    more = {key: fields.pop(key) for key in ("order", "rung", "said", "orders") if key in fields}
    return one(result(**fields), **{"rung": Rung.AUTOVALIDATION, **more}).validation


def test_m10_a_plain_result_in_range_is_validated_by_the_rules() -> None:
    """On the highest rung alone."""
    assert auto() is Validation.AUTO
    assert auto(flags=("N",), range="136-145", in_range=True) is Validation.AUTO
    assert auto(rung=Rung.ORDERS) is Validation.PRELIMINARY


@pytest.mark.parametrize(
    "fields",
    [
        {"flags": ("H",)},
        {"flags": ("N", "A")},
        {"number": "150", "value": "150"},
        {"number": "<140", "value": "<140"},
        {"number": "", "value": "NEG"},
        {"range": "136-138", "in_range": False},
        {"range": "Negative", "in_range": None},
        {"standing": Standing.PRELIMINARY},
        {"standing": Standing.CORRECTION},
        {"number": "118", "value": "118"},
        {"unit": "furlong"},
    ],
)
def test_m10_anything_out_of_the_ordinary_is_for_a_person(fields: dict[str, Any]) -> None:
    """A flag, a value out of either range, a comparator, a word, a correction, no range to judge by."""
    assert auto(**fields) is Validation.PRELIMINARY


def test_m10_a_test_that_was_not_ordered_is_for_a_person() -> None:
    """Even beside one that was."""
    drafts = decide(result(1), result(2, loinc="2075-0", number="100", code="Cl"), rung=Rung.AUTOVALIDATION)
    assert [(draft.validation, [line.reading.at for line in draft.lines]) for draft in drafts] == [
        (Validation.AUTO, [1]),
        (Validation.PRELIMINARY, [2]),
    ]


def test_m10_without_an_order_nothing_is_validated_by_rules() -> None:
    """The laboratory system may know it; Relight does not."""
    assert auto(order=None, orders=OrdersKept.LIS) is Validation.PRELIMINARY


def test_m11_critical_values_are_told_by_the_analyzer_or_the_catalogue() -> None:
    """Held or not: somebody must be called all the same."""
    assert [line.critical for line in one(result(number="118")).lines] == [True]
    assert [line.critical for line in one(result(flags=("HH",))).lines] == [True]
    assert [line.critical for line in one(result(number="<118")).lines] == [True]
    assert [line.critical for line in one(result(number="140")).lines] == [False]
    assert [line.critical for line in one(result(number="118"), rung=Rung.PAPER).lines] == [True]


def test_m12_controls_are_left_out() -> None:
    """They are no patient's."""
    bench = Bench(link=LinkRules(rung=Rung.RESULTS, orders=OrdersKept.LIS), catalogue=CATALOGUE, at=date(2026, 1, 1))
    assert match([SampleReading(sample="QC", is_qc=True, lines=(result(),))], bench=bench) == ()


@given(
    st.lists(st.sampled_from([None, *HoldReason]), min_size=1, max_size=8),
    st.sampled_from(list(Rung)),
    st.booleans(),
    st.booleans(),
)
def test_every_line_is_in_exactly_one_report(
    holds: list[HoldReason | None], rung: Rung, ordered: bool, agrees: bool
) -> None:
    """Whatever is wrong with whichever."""
    lines = [result(at, hold=hold) for at, hold in enumerate(holds, 1)]
    drafts = decide(*lines, rung=rung, order=NOEL if ordered else None, said=SAID if agrees else replace(SAID, sex="M"))
    places = [line.reading.at for draft in drafts for line in draft.lines]
    assert sorted(places) == list(range(1, len(holds) + 1))
    assert all((draft.hold is None) == (draft.state is ReportState.WAITING) for draft in drafts)
