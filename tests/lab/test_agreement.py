"""Whether rules and people decide alike: counted only where both decided, on the messages themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relight.cli.scenario.assays import Assay, repertoire
from relight.cli.scenario.lab_post import Post
from relight.cli.scenario.tubes import Person, Reading
from relight.cli.scenario.voices import Voice
from relight.lab.models import Link, Report
from relight.lab.plain import catalogue_shipped, driver_find
from relight.lab.rules.orders import NewOrder, PatientId, Wanted
from relight.lab.rules.queues import CloseReason
from relight.lab.selectors.agreement import agreement_counts
from relight.lab.selectors.links import lis_now
from relight.lab.selectors.results import reports_digests
from relight.lab.services.orders import order_make
from relight.lab.services.queues import reports_close
from relight.lab.services.validation import reports_validate
from relight.lab.types import LinkSettings, OrdersKept, Protocol, Rung
from support.lab import link_made, lis_made

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SINCE = AT - timedelta(days=30)
POTASSIUM, SODIUM = "2823-3", "2951-2"
PERSON = Person(family="Demo-Saule", given="Agathe", birth=date(1950, 2, 3), sex="F", record="90000001")
DRIVER = driver_find("generic")
ASSAYS = repertoire((POTASSIUM, SODIUM), driver=DRIVER, catalogue=catalogue_shipped())
VOICE = Voice(driver=DRIVER, protocol=Protocol.HL7, sender="demo")


@pytest.fixture
def bench(act_for: Any) -> Any:
    """`bench(potassium="4.1", sodium="140")`: measured, read, and stood for by a person. Returns: the report."""
    lis_made("glims")
    link: LinkSettings = link_made("chem", lis="glims", rung=Rung.ORDERS, orders=OrdersKept.HERE)
    post = Post()

    def measured(*, potassium: str = "4.1", sodium: str = "140.0", validated: bool = True, again: str = "") -> Any:
        sample = again or order_make(act=act_for("laboratory"), order=_order()).sample
        content = VOICE.results(
            sample=sample,
            readings=[reading(POTASSIUM, potassium), reading(SODIUM, sodium)],
            at=AT,
            control_id=f"{sample}-{potassium}",
            person=PERSON,
            is_correction=bool(again),
        )
        post.put(link, content, AT)
        post.work(AT)
        report = Report.objects.order_by("message_id").last()
        assert report is not None and report.state == "waiting", report and report.hold
        if validated:
            done = reports_validate(act=act_for("laboratory"), shown=reports_digests([report.pk]))
            assert done.done == (report.pk,)
        return report

    return measured


def reading(loinc: str, value: str) -> Reading:
    assay: Assay = ASSAYS[loinc]
    number = Decimal(value)
    return Reading(assay=assay, value=value, flag="H" if number > assay.high else "L" if number < assay.low else "")


def _order() -> NewOrder:
    return NewOrder(
        family=PERSON.family,
        given=PERSON.given,
        birth_date=PERSON.birth,
        sex=PERSON.sex,
        patient_ids=(PatientId(system="record", value=PERSON.record),),
        tests=(Wanted(loinc=POTASSIUM), Wanted(loinc=SODIUM)),
    )


def counted() -> tuple[int, int]:
    return agreement_counts(Link.objects.get(pk="chem"), since=SINCE)


def test_a_link_nobody_validated_anything_of_has_no_decisions(bench: Any) -> None:
    bench(validated=False)
    assert counted() == (0, 0)


def test_plain_results_a_person_stood_for_are_alike(bench: Any) -> None:
    bench()
    bench()
    assert counted() == (4, 0)


def test_what_the_rules_leave_to_a_person_counts_for_nothing(bench: Any) -> None:
    """A potassium out of its range: the person decided, the rules did not."""
    bench(potassium="5.9")
    assert counted() == (1, 0)


def test_what_a_person_put_aside_and_the_rules_would_have_passed_differs(bench: Any, act_for: Any) -> None:
    report = bench(validated=False)
    Post().deliver(lis_now()[0], AT, refuse_last=True)
    reports_close(act=act_for("laboratory"), reports=[report.pk], why=CloseReason.UNUSABLE)
    assert counted() == (0, 2)


def test_what_was_corrected_afterwards_differs(bench: Any) -> None:
    """The potassium of a validated report was corrected: the rules would have let the wrong one through."""
    report = bench()
    bench(again=report.sample, potassium="4.6", validated=False)
    alike, differing = counted()
    assert differing >= 1 and alike + differing == 2


def test_what_is_older_is_not_asked(bench: Any) -> None:
    bench()
    assert agreement_counts(Link.objects.get(pk="chem"), since=AT + timedelta(days=1)) == (0, 0)
