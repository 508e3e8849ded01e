"""Validation: a person stands for what they saw, and for nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from relight.journal.api import entry_list
from relight.kernel.errors import MissingError, RelightError, RuleError
from relight.lab.models import Report
from relight.lab.rules.results import Flag, Measured, judge, unit_words, was_read_back
from relight.lab.selectors.results import orders_of_patient, patient_page, reports_digests
from relight.lab.services.validation import report_validate, reports_validate
from relight.lab.types import Validation
from relight.record.api import catalogue_now
from support.lab_orders import POTASSIUM, SODIUM, order_typed
from support.lab_results import result_made

ADULT = 75 * 365


@pytest.fixture
def result(act_for: Any) -> Any:
    """`result(value="4.1")`: one result of Jeanne Noël; see support.lab_results."""
    return lambda **given: result_made(act_for, **given)


def digest_of(report: Any) -> str:
    """What was shown of a report."""
    return reports_digests([report])[report]


@pytest.mark.django_db
class TestValidating:
    """One report, or several."""

    def test_who_and_when_stand_with_the_report(self, result: Any, staff_of: Any) -> None:
        """And an event for those above, without the patient."""
        made, biologist = result(value="4.1"), staff_of("laboratory")
        report_validate(act=biologist.act(), report=made.report, shown=digest_of(made.report))
        row = Report.objects.get(pk=made.report)
        assert (row.validation, row.validated_by) == (Validation.VALIDATED.value, biologist.act().actor)
        entry = entry_list(verb="lab.validate")[0]
        assert [event.name for event in entry.events] == ["lab.validated"]
        assert entry.events[0].subject == f"report:{made.report}"

    def test_what_changed_since_is_not_validated(self, result: Any, act_for: Any) -> None:
        """A correction came in while somebody read."""
        made = result(value="4.1")
        shown = digest_of(made.report)
        with pytest.raises(RuleError, match="RL-LAB-224"):
            result(value="6.1", order=made.order, corrects=made.result)
            report_validate(act=act_for("laboratory"), report=made.report, shown=shown)
        other = result(value="5.0")
        with pytest.raises(RuleError, match="RL-LAB-225"):
            report_validate(act=act_for("laboratory"), report=other.report, shown=shown)

    @pytest.mark.parametrize("given", [{"held": True}, {"validation": "auto"}, {"validation": "validated"}])
    def test_what_waits_or_is_validated_is_nothing_to_stand_for(
        self, result: Any, act_for: Any, given: dict[str, Any]
    ) -> None:
        """A held report is decided first."""
        made = result(value="4.1", **given)
        with pytest.raises(RuleError, match="RL-LAB-224"):
            report_validate(act=act_for("laboratory"), report=made.report, shown=digest_of(made.report))

    def test_an_unknown_report_has_a_code(self, act_for: Any) -> None:
        """No stack trace."""
        with pytest.raises(MissingError, match="RL-LAB-223"):
            report_validate(act=act_for("laboratory"), report=uuid4(), shown="x")

    def test_of_several_the_good_ones_go_on_and_the_others_say_why(self, result: Any, act_for: Any) -> None:
        """One transaction, one entry."""
        good, held = result(value="4.1"), result(value="4.2", held=True)
        shown = {good.report: digest_of(good.report), held.report: digest_of(held.report)}
        answer = reports_validate(act=act_for("laboratory"), shown=shown)
        assert answer.done == (good.report,)
        assert [(one.report, one.refusal.code) for one in answer.refused] == [(held.report, "RL-LAB-224")]

    @pytest.mark.parametrize("role", ["nurse", "clinician", "technician", "system", "owner"])
    def test_only_the_laboratory_validates(self, result: Any, act_for: Any, role: str) -> None:
        """Not even the owner of the data folder."""
        made = result(value="4.1")
        with pytest.raises(RelightError, match="RL-PPL-001"):
            report_validate(act=act_for(role), report=made.report, shown=digest_of(made.report))


@pytest.mark.django_db
class TestOnePatient:
    """Whose results belong together."""

    def test_samples_of_one_patient_come_together_newest_first(self, result: Any, clock: Any) -> None:
        """By number, name, birth date and sex, all of them."""
        first = result(value="4.1")
        clock.advance(hours=1)
        second = result(value="4.5", family="NOËL", given="JEANNE")
        page = patient_page(first.order.id)
        assert [sample.sample for sample in page.samples] == [second.order.sample, first.order.sample]

    @pytest.mark.parametrize(
        "other",
        [
            {"given": "Jeannette"},
            {"family": "Noel"},
            {"sex": "M"},
            {"birth_date": None},
        ],
    )
    def test_one_difference_is_another_patient(self, act_for: Any, other: dict[str, Any]) -> None:
        """A shared record number joins nobody by itself, nor does a shared name."""
        order = order_typed(act_for("nurse"))
        order_typed(act_for("nurse"), **other)
        assert [one.id for one in orders_of_patient(order)] == [order.id]

    def test_a_number_of_another_system_joins_nobody(self, act_for: Any) -> None:
        """The same digits are another number."""
        from relight.lab.rules.orders import PatientId

        order = order_typed(act_for("nurse"))
        order_typed(act_for("nurse"), patient_ids=(PatientId(system="virton", value="A-104233"),))
        assert [one.id for one in orders_of_patient(order)] == [order.id]

    def test_corrections_are_followed_to_the_first_value(self, result: Any) -> None:
        """Newest first, none lost."""
        first = result(value="3.1")
        second = result(value="3.5", order=first.order, corrects=first.result)
        result(value="3.9", order=first.order, corrects=second.result)
        (sample,) = patient_page(first.order.id).samples
        (shown,) = sample.results
        assert shown.judged.value == "3.9"
        assert shown.earlier[0].judged.value == "3.5"
        assert shown.earlier[0].earlier[0].judged.value == "3.1"

    def test_what_is_still_to_come_is_named(self, result: Any, act_for: Any) -> None:
        """And what was measured is not."""
        order = order_typed(act_for("nurse"), POTASSIUM, SODIUM)
        result(value="4.1", order=order)
        (sample,) = patient_page(order.id).samples
        assert sample.open_tests == ("Sodium",)


class TestJudging:
    """Range and flag."""

    @pytest.mark.parametrize(
        ("number", "flags", "critical", "expected"),
        [
            ("4.0", (), False, Flag.NORMAL),
            ("3.4", (), False, Flag.LOW),
            ("5.2", (), False, Flag.HIGH),
            ("6.4", (), True, Flag.CRITICAL_HIGH),
            ("2.1", (), True, Flag.CRITICAL_LOW),
            ("4.0", ("H",), False, Flag.HIGH),
            ("4.0", ("A",), False, Flag.ABNORMAL),
            ("4.0", ("HH",), False, Flag.CRITICAL_HIGH),
            ("4.0", (), True, Flag.CRITICAL),
            (">9.9", (), False, Flag.HIGH),
        ],
    )
    def test_whatever_says_abnormal_counts(
        self, number: str, flags: tuple[str, ...], critical: bool, expected: Flag
    ) -> None:
        """The catalogue's range, the analyzer's flag, the limits for a call."""
        value = Measured(loinc=POTASSIUM, value=number, number=number, unit="mmol/L", flags=flags, critical=critical)
        assert judge(value, catalogue=catalogue_now(), sex="F", age_days=ADULT).flag is expected

    def test_the_analyzers_range_stands_in_where_the_catalogue_has_none(self) -> None:
        """And is said to be the analyzer's, which knows neither age nor sex."""
        value = Measured(loinc="99999-0", value="4", number="4", unit="x", range="1 - 3", flags=("H",))
        judged = judge(value, catalogue=catalogue_now(), sex="F", age_days=ADULT)
        assert (judged.range, judged.by_analyzer, judged.flag) == ("1 - 3", True, Flag.HIGH)
        known = Measured(loinc=POTASSIUM, value="4", number="4", unit="mmol/L", range="1 - 3")
        assert judge(known, catalogue=catalogue_now(), sex="F", age_days=ADULT).range == "3.5 - 5.1"

    def test_units_are_written_as_people_do(self) -> None:
        """And unknown ones as they are."""
        assert unit_words("10*9/L") == "10⁹/L"
        assert unit_words("furlong") == "furlong"

    @pytest.mark.parametrize(
        ("text", "value", "right"),
        [
            ("Noël, potassium 6.4", "6.4", True),
            ("potassium 6,40 mmol", "6.4", True),
            ("above 9.9", ">9.9", True),
            ("potassium 64", "6.4", False),
            ("potassium 16.4", "6.4", False),
            ("yes", "6.4", False),
            ("", "6.4", False),
            ("blood culture POSITIVE", "positive", True),
            ("negative", "positive", False),
            ("anything", "", False),
        ],
    )
    def test_a_read_back_holds_the_value_itself(self, text: str, value: str, right: bool) -> None:
        """Not a number that contains it."""
        assert was_read_back(text, value=value) is right

    def test_the_number_keeps_its_digits(self) -> None:
        """6.40 is not shown as 6.4: the analyzer's digits say how sure it is."""
        value = Measured(loinc=POTASSIUM, value="6.40", number="6.40", unit="mmol/L")
        assert judge(value, catalogue=catalogue_now(), sex="F", age_days=ADULT).value == "6.40"
        assert Decimal("6.40") == Decimal("6.4")
