"""Corrections against what a person decides: nothing current is hidden, nothing old is told last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from relight.lab.rules.queues import CloseReason
from relight.lab.types import OrdersKept, ReportState, Rung
from support.lab_reading import astm_bytes

pytestmark = pytest.mark.django_db

SODIUM = "2951-2"
DOE, ROE = "P|1|||A1|DOE^JANE||19700101|F", "P|1|||A2|ROE^JANE||19700101|F"


def sent(value: str, status: str = "F", *, sample: str = "1000000009", patient: str = "P|1") -> bytes:
    return astm_bytes(patient, f"O|1|{sample}", f"R|1|{SODIUM}|{value}|mmol/L||||{status}||||20261123085900")


@pytest.fixture
def feed(
    link: Callable[..., str], lis: Callable[..., str], message: Callable[..., UUID], gateway: Callable[[], Any]
) -> Callable[..., Any]:
    """`feed(bytes)`: one message on a trusted link, read. Returns: its result, as a row."""
    from relight.lab.models import Result
    from relight.lab.services.reading import messages_read

    lis("main")
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS, lis="main")

    def make(content: bytes) -> Any:
        id = message("chem", content)
        messages_read(act=gateway())
        return Result.objects.select_related("report").get(report__message__id=id)

    return make


@pytest.fixture
def order(act_for: Callable[..., Any]) -> Callable[..., UUID]:
    """`order("1000000009", family="Doe")`: an order of sodium."""
    from relight.lab.rules.orders import NewOrder, Wanted
    from relight.lab.services.orders import order_make

    def make(sample: str, *, family: str) -> UUID:
        wanted = NewOrder(
            sample=sample,
            family=family,
            given="Jane",
            birth_date=date(1970, 1, 1),
            sex="F",
            tests=(Wanted(loinc=SODIUM),),
        )
        return order_make(act=act_for("laboratory"), order=wanted).id

    return make


def deliver(gateway: Callable[[], Any], *, code: str = "") -> list[str]:
    """Send all that waits, as the forwarder does; the other end answers with `code`. Returns: what was told."""
    from relight.lab.selectors.links import lis_now
    from relight.lab.services.delivery import Outcome, delivery_next, delivery_outcomes

    parcels = delivery_next(act=gateway(), lis=lis_now()[0], limit=50)
    outcomes = [Outcome(report=parcel.report, code=code) for parcel in parcels]
    delivery_outcomes(act=gateway(), lis="main", outcomes=outcomes)
    return [told(parcel.content) for parcel in parcels]


def told(content: bytes) -> str:
    """Value and status of the one result of a message."""
    fields = next(line for line in content.decode().split("\r") if line.startswith("OBX")).split("|")
    return f"{fields[5]} {fields[11]}"


def refuse(feed: Callable[..., Any], gateway: Callable[[], Any], *contents: bytes) -> list[Any]:
    """Feed messages whose results the laboratory system refuses."""
    rows = [feed(content) for content in contents]
    deliver(gateway, code="RL-LAB-063")
    return rows


def now(result: Any) -> Any:
    from relight.lab.models import Result

    return Result.objects.get(pk=result.pk)


@pytest.mark.parametrize(
    ("why", "hidden"),
    [(CloseReason.UNUSABLE, False), (CloseReason.DUPLICATE, False), (CloseReason.TRANSCRIBED, True)],
)
def test_a_correction_that_was_put_aside_hides_nothing(
    feed: Callable[..., Any], gateway: Callable[[], Any], act_for: Any, why: CloseReason, hidden: bool
) -> None:
    """The value it replaced counts again; what is on paper stays corrected. Taking it back corrects again."""
    from relight.lab.services.queues import report_reopen, reports_close

    old, new = refuse(feed, gateway, sent("140"), sent("114", "C"))
    assert now(old).superseded_by_id == new.pk
    reports_close(act=act_for("laboratory"), reports=[new.report_id], why=why)
    assert (now(old).superseded_by_id is not None) is hidden
    report_reopen(act=act_for("laboratory"), report=new.report_id, reason="wrong one")
    assert now(old).superseded_by_id == new.pk


def test_a_correction_given_to_its_order_corrects(
    feed: Callable[..., Any], gateway: Callable[[], Any], order: Callable[..., UUID], staff_of: Any
) -> None:
    """Held for its patient it replaced nothing; once a person said whose it is, it goes as a correction."""
    wanted = order("1000000009", family="Doe")
    old = feed(sent("140", patient=DOE.replace("A1", "")))
    assert deliver(gateway) == ["140 P"]
    new = feed(sent("114", "C", patient=ROE))
    assert now(old).superseded_by_id is None
    place(staff_of("laboratory"), new, wanted, "1000000009")
    assert now(old).superseded_by_id == new.pk


def place(person: Any, result: Any, order: UUID, sample: str) -> Any:
    from relight.lab.services.queues import report_place

    return report_place(
        act=person.act(), report=result.report_id, order=order, sample_again=sample, password=person.password
    )


def test_a_result_given_to_another_sample_is_no_longer_replaced_there(
    feed: Callable[..., Any], order: Callable[..., UUID], staff_of: Any
) -> None:
    """A swapped tube: the correction of the other patient's value is not this patient's."""
    order("1000000009", family="Doe")
    right = order("1000000017", family="Roe")
    old = feed(sent("140", patient=ROE))
    new = feed(sent("114", "C"))
    assert now(old).superseded_by_id == new.pk
    assert place(staff_of("laboratory"), old, right, "1000000017") is ReportState.WAITING
    assert now(old).superseded_by_id is None


def test_an_old_value_is_never_told_after_its_correction(
    feed: Callable[..., Any], gateway: Callable[[], Any], order: Callable[..., UUID], staff_of: Any
) -> None:
    """A person lets go what waited; meanwhile it was corrected, and the correction went."""
    wanted = order("1000000009", family="Doe")
    old = feed(sent("140", patient=ROE))
    feed(sent("114", "C"))
    [first] = deliver(gateway)
    assert first.startswith("114")
    place(staff_of("laboratory"), old, wanted, "1000000009")
    [again] = deliver(gateway)
    assert again.startswith("114")
    assert now(old).value == "140"


def test_a_refused_value_sent_again_is_the_corrected_one(
    feed: Callable[..., Any], gateway: Callable[[], Any], act_for: Any
) -> None:
    """The same bytes would bring the old value back."""
    from relight.lab.services.queues import reports_replay

    [old] = refuse(feed, gateway, sent("140"))
    feed(sent("114", "C"))
    deliver(gateway)
    reports_replay(act=act_for("laboratory"), reports=[old.report_id], reason="the test is known now")
    [again] = deliver(gateway)
    assert again.startswith("114")


@pytest.mark.parametrize("written", [False, True], ids=["before the record says so", "after"])
@pytest.mark.parametrize(("why", "state"), [(CloseReason.UNUSABLE, "wanted"), (CloseReason.DUPLICATE, "done")])
def test_what_is_to_be_measured_again_is_wanted_again(
    feed: Callable[..., Any],
    gateway: Callable[[], Any],
    order: Callable[..., UUID],
    act_for: Any,
    why: CloseReason,
    state: str,
    written: bool,
) -> None:
    """It had arrived, so its test was done; put aside as not usable it stands on the worklist again."""
    from relight.lab.selectors.orders import order_get
    from relight.lab.services.charting import orders_chart
    from relight.lab.services.queues import report_reopen, reports_close

    wanted = order("1000000009", family="Doe")
    [one] = refuse(feed, gateway, sent("140"))
    assert [test.state for test in order_get(wanted).tests] == ["done"]
    if written:
        assert orders_chart(act=gateway()) == 1
    reports_close(act=act_for("laboratory"), reports=[one.report_id], why=why)
    if written:
        assert orders_chart(act=gateway()) == 1
    assert [test.state for test in order_get(wanted).tests] == [state]
    assert order_get(wanted).state == ("open" if state == "wanted" else "done")
    report_reopen(act=act_for("laboratory"), report=one.report_id, reason="usable all the same")
    assert [test.state for test in order_get(wanted).tests] == ["done"]
