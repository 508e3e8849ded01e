"""Calls about critical values: kept, counted in time, closed by a read-back only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from relight.kernel.errors import InputError, MissingError, RelightError, RuleError
from relight.lab.models import Call, Report
from relight.lab.rules.calls import LATE_AFTER, Attempt, is_late
from relight.lab.selectors.calls import call_get, call_query, call_views
from relight.lab.services.calls import call_attempt, call_close, call_withdraw
from support.lab_results import result_made


@pytest.fixture
def call(act_for: Any) -> Any:
    """`call(value="6.4")`: a critical potassium of Jeanne Noël and its open call's id, with the result's ids."""

    def make(**given: Any) -> tuple[Any, Any]:
        made = result_made(act_for, critical=True, **{"value": "6.4", **given})
        return Call.objects.get(result=made.result).pk, made

    return make


@pytest.mark.django_db
class TestClosing:
    """How a call ends."""

    def test_who_took_it_and_what_they_said_are_kept(self, call: Any, act_for: Any, clock: Any) -> None:
        """With the time and who called."""
        pk, _ = call()
        act = act_for("laboratory")
        call_close(act=act, call=pk, reached=" Dr Maes ", read_back="Noël, potassium 6,4")
        view = call_get(pk, at=clock.now())
        assert (view.reached, view.read_back, view.closed_by) == ("Dr Maes", "Noël, potassium 6,4", act.actor)
        assert [one.outcome for one in view.attempts] == [Attempt.REACHED]
        assert not call_query(closed=False).exists()

    @pytest.mark.parametrize(
        ("reached", "read_back", "code"),
        [("", "6.4", "RL-LAB-228"), ("Dr Maes", "", "RL-LAB-229"), ("Dr Maes", "potassium 4.6", "RL-LAB-229")],
    )
    def test_without_a_name_or_the_value_it_stays_open(
        self, call: Any, act_for: Any, reached: str, read_back: str, code: str
    ) -> None:
        """A nod is no read-back."""
        pk, _ = call()
        with pytest.raises(RelightError) as refused:
            call_close(act=act_for("laboratory"), call=pk, reached=reached, read_back=read_back)
        assert refused.value.code == code
        assert Call.objects.get(pk=pk).closed_at is None

    def test_the_database_itself_keeps_a_call_without_read_back_open(self, call: Any, act_for: Any) -> None:
        """Whatever program writes."""
        from relight.journal.api import writing

        pk, _ = call()
        act = act_for("laboratory")
        with pytest.raises(IntegrityError), transaction.atomic(), writing(act) as log:
            log.entry("lab.call_close", subject=f"call:{pk}", body={})
            Call.objects.filter(pk=pk).update(closed_at=act.at)

    def test_a_corrected_value_is_the_one_to_read_back(self, call: Any, act_for: Any, clock: Any) -> None:
        """The old one is no longer true."""
        pk, made = call()
        result_made(act_for, value="4.1", order=made.order, corrects=made.result)
        view = call_get(pk, at=clock.now())
        assert (view.judged.value, view.was) == ("4.1", "6.4")
        with pytest.raises(RuleError, match="RL-LAB-229"):
            call_close(act=act_for("laboratory"), call=pk, reached="Dr Maes", read_back="6.4")
        call_close(act=act_for("laboratory"), call=pk, reached="Dr Maes", read_back="corrected to 4.1")

    def test_a_closed_call_stays_as_it_is(self, call: Any, act_for: Any) -> None:
        """No second closing, no further attempt."""
        pk, _ = call()
        act = act_for("laboratory")
        call_close(act=act, call=pk, reached="Dr Maes", read_back="6.4")
        for again in (
            lambda: call_close(act=act, call=pk, reached="Dr Roy", read_back="6.4"),
            lambda: call_attempt(act=act, call=pk, outcome=Attempt.NO_ANSWER),
            lambda: call_withdraw(act=act, call=pk, reason="x"),
        ):
            with pytest.raises(RuleError, match="RL-LAB-227"):
                again()

    def test_nobody_has_to_be_called_about_what_a_person_put_aside(self, call: Any, act_for: Any) -> None:
        """Only then, and only with the reason."""
        from relight.journal.api import writing

        pk, made = call()
        act = act_for("laboratory")
        with pytest.raises(RuleError, match="RL-LAB-233"):
            call_withdraw(act=act, call=pk, reason="no patient")
        with writing(act) as log:
            Report.objects.filter(pk=made.report).update(state="refused", closed_by=act.actor)
            log.entry("lab.close", subject=f"report:{made.report}", body={})
        with pytest.raises(InputError, match="RL-LAB-234"):
            call_withdraw(act=act, call=pk, reason=" ")
        call_withdraw(act=act, call=pk, reason="tube of the water test")
        assert Call.objects.get(pk=pk).withdrawn == "tube of the water test"

    def test_an_unknown_call_has_a_code(self, act_for: Any) -> None:
        """No stack trace."""
        with pytest.raises(MissingError, match="RL-LAB-226"):
            call_attempt(act=act_for("laboratory"), call=uuid4(), outcome=Attempt.NO_ANSWER)


@pytest.mark.django_db
class TestWaiting:
    """What is seen of a call that waits."""

    def test_every_attempt_is_kept_in_order(self, call: Any, act_for: Any, clock: Any) -> None:
        """With who, when and why."""
        pk, _ = call()
        for outcome, note in ((Attempt.NO_ANSWER, "engaged"), (Attempt.CALL_BACK, "in surgery")):
            clock.advance(minutes=5)
            call_attempt(act=act_for("laboratory"), call=pk, outcome=outcome, note=note)
        attempts = call_get(pk, at=clock.now()).attempts
        assert [(one.outcome, one.note) for one in attempts] == [
            (Attempt.NO_ANSWER, "engaged"),
            (Attempt.CALL_BACK, "in surgery"),
        ]
        assert attempts[0].at is not None and attempts[1].at is not None
        assert attempts[1].at - attempts[0].at == timedelta(minutes=5)

    def test_the_one_that_waited_longest_comes_first_and_is_late_in_time(self, call: Any, clock: Any) -> None:
        """After half an hour."""
        first, _ = call()
        clock.advance(minutes=29)
        second, _ = call()
        views = call_views(list(call_query(closed=False)), at=clock.now())
        assert [view.id for view in views] == [first, second]
        assert [view.late for view in views] == [False, False]
        clock.advance(minutes=1)
        assert [view.late for view in call_views(list(call_query(closed=False)), at=clock.now())] == [True, False]
        assert is_late(opened_at=clock.now() - LATE_AFTER, at=clock.now())

    def test_a_held_value_says_that_it_is_not_sure_whose_it_is(self, call: Any, clock: Any) -> None:
        """Whoever calls finds out first."""
        pk, _ = call(held=True)
        assert call_get(pk, at=clock.now()).held

    @pytest.mark.parametrize("role", ["nurse", "clinician", "technician", "owner"])
    def test_only_the_laboratory_calls(self, call: Any, act_for: Any, role: str) -> None:
        """Others are told."""
        pk, _ = call()
        with pytest.raises(RelightError, match="RL-PPL-001"):
            call_close(act=act_for(role), call=pk, reached="x", read_back="6.4")
