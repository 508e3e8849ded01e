"""The count that proves nothing was lost, and the door it is asked by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from relight.lab.types import HoldReason, MessageKind, OrdersKept, ReportState

pytestmark = pytest.mark.django_db


def count(**asked: Any) -> Any:
    from relight.lab.selectors.reconcile import reconcile

    return reconcile(**asked)


def test_every_fate_is_counted_apart(
    link: Callable[..., str], message: Callable[..., UUID], report: Callable[..., UUID]
) -> None:
    """Unread counts as waiting, an invalid message as refused, QC and queries beside; all of it adds up."""
    link("chem")
    link("gas")
    message("chem")
    message("chem", kind=MessageKind.INVALID, problem="RL-WIR-150")
    message("chem", kind=MessageKind.QUERY)
    message("chem", kind=MessageKind.QC)
    message("chem", kind=MessageKind.OTHER)
    message("chem", kind=MessageKind.ORDER_REPLY)
    report("chem", state=ReportState.WAITING)
    report("chem", state=ReportState.DELIVERED)
    report("gas", state=ReportState.HELD, hold=HoldReason.RUNG)
    report("gas", state=ReportState.REFUSED)
    found = count()
    document = found.document()
    assert {key: document[key] for key in ("received", "delivered", "held", "refused", "waiting")} == {
        "received": 6,
        "delivered": 1,
        "held": 1,
        "refused": 2,
        "waiting": 2,
    }
    assert (document["qc"], document["queries"], document["other"]) == (1, 1, 2)
    assert document["reports"] == {"received": 4, "delivered": 1, "held": 1, "refused": 1, "waiting": 1, "closed": 0}
    assert document["results"] == document["reports"]
    assert [(one["id"], one["received"]) for one in document["links"]] == [("chem", 4), ("gas", 2)]
    assert document["balanced"] is True


def test_a_message_sent_again_counts_once(link: Callable[..., str], message: Callable[..., UUID]) -> None:
    """Repeats are counted beside, never as received."""
    from support.lab_words import astm_message

    link("chem")
    for _ in range(3):
        message("chem", astm_message(), control_id="7")
    document = count().document()
    assert (document["received"], document["repeats"], document["waiting"]) == (1, 2, 1)


def test_a_row_gone_astray_does_not_balance(
    link: Callable[..., str], report: Callable[..., UUID], gateway: Callable[..., Any]
) -> None:
    """The terms are counted by themselves: results marked as done, with nothing done, show at once."""
    from relight.journal.api import writing
    from relight.lab.models import Message

    link("chem")
    report("chem")
    with writing(gateway()) as log:
        Message.objects.update(state="done")
        log.entry("lab.read", subject="lab:inbox", body={})
    found = count()
    assert not found.balanced
    assert not found.document()["balanced"]


def test_the_count_may_be_of_a_time_and_of_one_link(
    link: Callable[..., str], report: Callable[..., UUID], clock: Any
) -> None:
    """From a moment on, before a moment, one link: the same equation."""
    link("chem")
    link("gas")
    report("chem")
    middle = clock.advance(minutes=10)
    report("chem")
    report("gas")
    assert count(since=middle).total.messages.received == 2
    assert count(until=middle).total.messages.received == 1
    assert count(since=middle + timedelta(seconds=1)).total.messages.received == 0
    assert count(link="gas").total.messages.received == 1
    assert [one.link for one in count(link="gas").links] == ["gas"]
    assert [one.link for one in count(until=middle).links] == ["chem", "gas"]


def test_the_count_is_of_one_moment(
    link: Callable[..., str], report: Callable[..., UUID], django_assert_num_queries: Any
) -> None:
    """One statement counts everything, however many links there are; one more reads their names."""
    for name in ("a", "b", "c"):
        link(name)
        report(name)
    with django_assert_num_queries(2):
        count().document()


def test_an_empty_laboratory_balances() -> None:
    """Nothing received, nothing lost."""
    document = count().document()
    assert (document["received"], document["balanced"], document["links"]) == (0, True, [])


# -- any sequence of acts -------------------------------------------------------------------------


@pytest.mark.direct_rows
def test_whatever_is_done_in_whatever_order_the_count_balances(
    act_for: Callable[..., Any], gateway: Callable[..., Any], link: Callable[..., str], lis: Callable[..., str]
) -> None:
    """Receive, receive again, read, deliver, refuse, climb, fall, release, close, reopen, send again, look again."""
    from hypothesis import HealthCheck, settings
    from hypothesis.stateful import run_state_machine_as_test

    from support.lab_machine import laboratory_machine

    lis("main")
    link("chem", lis="main", orders=OrdersKept.LIS)
    machine = laboratory_machine(person=act_for("laboratory"), gateway=gateway())
    short = settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=short)
