"""Held and refused results: what a person may decide, and that nothing is lost or changed by deciding."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from relight.kernel.errors import RelightError
from relight.lab.rules.mapping import Meaning
from relight.lab.rules.queues import (
    FROM_HELD,
    CloseReason,
    Decision,
    Place,
    decisions_from,
    may_decide,
)
from relight.lab.types import HoldReason, OrdersKept, ReportState, Rung
from relight.record.plain import is_loinc
from support.lab_words import astm_message, rung_set

# -- the table -------------------------------------------------------------------------------------


def test_every_reason_for_holding_has_a_way_out() -> None:
    """Nothing is held for ever: each reason offers closing, and something that lets the results go on."""
    assert set(FROM_HELD) == set(HoldReason)
    for reason, open_ in FROM_HELD.items():
        assert Decision.CLOSE in open_, reason
        assert open_ - {Decision.CLOSE}, reason


@pytest.mark.parametrize("state", [ReportState.WAITING, ReportState.DELIVERED])
def test_what_is_on_its_way_is_nobodys_to_decide(state: ReportState) -> None:
    """Results that wait for the laboratory system, or went there, take no decision at all."""
    place = Place(state=state, rung=Rung.RESULTS)
    assert not decisions_from(place)
    assert not any(may_decide(one, place) for one in Decision)


@pytest.mark.parametrize("reason", [HoldReason.SAMPLE_UNKNOWN, HoldReason.PATIENT_DIFFERS, HoldReason.NO_SAMPLE])
def test_results_without_a_sure_patient_are_never_released(reason: HoldReason) -> None:
    """Whose they are must be said by choosing the order; a reason in words is not enough."""
    place = Place(state=ReportState.HELD, hold=reason, rung=Rung.RESULTS)
    assert not may_decide(Decision.RELEASE, place)
    assert may_decide(Decision.PLACE, place)


def test_releasing_waits_for_the_rung_and_for_the_control() -> None:
    """A person cannot wave results past a link nobody trusts, or a control that is out."""
    low = Place(state=ReportState.HELD, hold=HoldReason.RUNG, rung=Rung.IDENTIFICATION, link="Chem")
    assert may_decide(Decision.RELEASE, low).error().code == "RL-LAB-020"
    out = Place(state=ReportState.HELD, hold=HoldReason.QC_OUT, rung=Rung.RESULTS, qc_out=True)
    assert may_decide(Decision.RELEASE, out).error().code == "RL-LAB-021"
    back = Place(state=ReportState.HELD, hold=HoldReason.QC_OUT, rung=Rung.RESULTS)
    assert may_decide(Decision.RELEASE, back)


@pytest.mark.parametrize(("code", "good"), [("15074-8", True), ("2345-7", True), ("2345-8", False), ("GLU", False)])
def test_a_loinc_code_is_checked_by_its_digit(code: str, good: bool) -> None:
    """A mistyped digit is found."""
    assert is_loinc(code) is good


@pytest.mark.parametrize("factor", ["0", "-1", "x", "NaN", "Infinity", "1e999999"])
def test_a_factor_that_would_spoil_values_is_refused(factor: str) -> None:
    """Nothing, a negative and no number at all never multiply a result."""
    with pytest.raises(RelightError) as refusal:
        Meaning(loinc="15074-8", name="Glucose", factor=factor).checked()
    assert refusal.value.code == "RL-LAB-026"


def test_a_factor_with_a_comma_is_read() -> None:
    """As it is typed here."""
    assert Meaning(loinc="15074-8", name=" Glucose ", factor="0,0555").checked().factor == "0.0555"


# -- on rows ---------------------------------------------------------------------------------------


def stored(report: UUID) -> Any:
    from relight.lab.models import Report

    return Report.objects.select_related("message").get(pk=report)


def entry(verb: str) -> dict[str, Any]:
    from relight.journal.models import Entry

    body: dict[str, Any] = json.loads(Entry.objects.filter(verb=verb).latest("seq").body)
    return body


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(RelightError) as refusal:
        work()
    return refusal.value.code


@pytest.fixture
def order(db: None, act_for: Callable[..., Any]) -> Callable[..., Any]:
    """`order("S1", family="DOE")`: an order of one glucose, made through the service."""
    from relight.lab.rules.orders import NewOrder, Wanted
    from relight.lab.services.orders import order_make

    def make(sample: str = "1000000009", **fields: Any) -> Any:
        given = {"family": "DOE", "given": "Jane", "tests": (Wanted(loinc="15074-8"),), **fields}
        return order_make(act=act_for("laboratory"), order=NewOrder(sample=sample, **given))

    return make


def order_row(sample: str) -> Any:
    from relight.lab.selectors.orders import order_of_sample

    return order_of_sample(sample)


def test_a_release_sends_results_on_their_way(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """Held for the rung, released once the link climbed: they wait for the laboratory system, and so does the message."""
    from relight.lab.services.queues import reports_release

    act = act_for("laboratory")
    link("chem")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    assert refused(lambda: reports_release(act=act, reports=[one], reason="seen")) == "RL-LAB-020"
    rung_set(act, "chem", Rung.RESULTS)
    assert refused(lambda: reports_release(act=act, reports=[one], reason=" ")) == "RL-LAB-179"
    assert reports_release(act=act, reports=[one], reason="compared by hand") == 1
    row = stored(one)
    assert (row.state, row.hold, row.message.state) == ("waiting", "", "waiting")
    assert entry("lab.release") == {"hold": "rung", "reason": "compared by hand"}


def test_closing_keeps_everything_and_can_be_taken_back(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """Transcribed by hand: it goes nowhere, the results stay, and it stands where it stood when reopened."""
    from relight.lab.services.queues import report_reopen, reports_close

    act = act_for("laboratory")
    link("chem")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    reports_close(act=act, reports=[one], why=CloseReason.TRANSCRIBED)
    row = stored(one)
    assert (row.state, row.closed_by, row.message.state, row.results.count()) == ("refused", act.actor, "refused", 1)
    assert refused(lambda: reports_close(act=act, reports=[one], why=CloseReason.DUPLICATE)) == "RL-LAB-019"
    assert report_reopen(act=act, report=one, reason="closed by mistake") is ReportState.HELD
    row = stored(one)
    assert (row.state, row.hold, row.closed_by, row.message.state) == ("held", "rung", "", "held")


def test_another_reason_for_closing_is_said_in_words(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """“Other” alone tells the next shift nothing."""
    from relight.lab.services.queues import reports_close

    link("chem")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.UNREADABLE)
    act = act_for("laboratory")
    assert refused(lambda: reports_close(act=act, reports=[one], why=CloseReason.OTHER)) == "RL-LAB-179"
    assert stored(one).state == "held"


def test_many_are_decided_together_only_for_one_link_and_one_reason(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """All of them or none: one that does not fit stops the rest."""
    from relight.lab.services.queues import reports_close

    act = act_for("laboratory")
    link("chem")
    link("gas")
    rung = [report("chem", state=ReportState.HELD, hold=HoldReason.RUNG) for _ in range(3)]
    other = report("chem", state=ReportState.HELD, hold=HoldReason.UNREADABLE)
    far = report("gas", state=ReportState.HELD, hold=HoldReason.RUNG)

    def close(*reports: UUID) -> object:
        return reports_close(act=act, reports=reports, why=CloseReason.TRANSCRIBED)

    assert refused(lambda: close(*rung, other)) == "RL-LAB-024"
    assert refused(lambda: close(*rung, far)) == "RL-LAB-024"
    assert refused(lambda: close(*rung, uuid4())) == "RL-LAB-223"
    assert refused(lambda: close()) == "RL-LAB-025"
    assert {stored(one).state for one in (*rung, other, far)} == {"held"}
    assert close(*rung) == 3


def test_results_go_to_an_order_only_with_its_number_typed_again_and_a_signature(
    staff_of: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID], order: Callable[..., Any]
) -> None:
    """The wrong number, another order's number and a wrong password all change nothing."""
    from relight.lab.services.queues import report_place

    person = staff_of("laboratory")
    act = person.act()
    link("chem", rung=Rung.RESULTS)
    order("1000000009")
    order("1000000017", family="ROE")
    wanted = order_row("1000000009")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.NO_SAMPLE)

    def place(again: str, password: str = person.password) -> object:
        return report_place(act=act, report=one, order=wanted.id, sample_again=again, password=password)

    assert refused(lambda: place("1000000017")) == "RL-LAB-022"
    assert refused(lambda: place("nothing")) == "RL-LAB-022"
    assert refused(lambda: place("1000000009", "wrong")) == "RL-PPL-002"
    assert stored(one).order is None
    assert place("1000000009") is ReportState.WAITING
    row = stored(one)
    assert (row.order, row.sample, row.state) == (wanted.id, "1000000009", "waiting")
    assert row.results.get().sample == "1000000009"
    assert order_row("1000000009").tests[0].state == "done"
    body = entry("lab.place")
    assert set(body) == {"order", "signature", "digest", "to"}
    assert "1000000009" not in json.dumps(body)


def test_results_given_to_an_order_still_wait_for_their_link(
    staff_of: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID], order: Callable[..., Any]
) -> None:
    """Knowing whose they are does not make the link trusted: they are held for its rung then."""
    from relight.lab.services.queues import report_place

    person = staff_of("laboratory")
    link("chem", rung=Rung.IDENTIFICATION)
    order("1000000009")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.PATIENT_DIFFERS)
    wanted = order_row("1000000009")
    state = report_place(
        act=person.act(), report=one, order=wanted.id, sample_again="1000000009", password=person.password
    )
    assert state is ReportState.HELD
    assert (stored(one).hold, order_row("1000000009").tests[0].state) == ("rung", "wanted")


def test_nobody_without_an_account_gives_results_to_an_order(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID], order: Callable[..., Any]
) -> None:
    """The owner of the data folder may decide much, but a signature is a person's."""
    from relight.lab.services.queues import report_place

    link("chem", rung=Rung.RESULTS)
    order("1000000009")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.NO_SAMPLE)
    wanted = order_row("1000000009").id

    def place() -> object:
        return report_place(act=act_for("owner"), report=one, order=wanted, sample_again="1000000009", password="x")

    assert refused(place) == "RL-PPL-003"


def test_refused_results_are_sent_again_with_the_same_bytes_under_the_same_number(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """What did not change keeps its control id: a laboratory system that took it already knows it."""
    from relight.lab.services.queues import reports_replay

    link("chem", rung=Rung.RESULTS)
    fields = {"control_id": "A1", "sent": b"MSH", "attempts": 2, "refused_code": "RL-LAB-001", "refused_text": "no"}
    one = report("chem", state=ReportState.REFUSED, **fields)
    assert reports_replay(act=act_for("laboratory"), reports=[one], reason="patient is known there now") == 1
    row = stored(one)
    assert (row.state, row.control_id, bytes(row.sent), row.attempts) == ("waiting", "A1", b"MSH", 2)
    assert (row.refused_code, row.message.state) == ("", "waiting")


def test_mended_results_go_under_a_new_number_with_their_value_untouched(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """Only what the test is called changes; the journal has digests, and nothing of the patient."""
    from relight.lab.rules.outgoing import control_id_of
    from relight.lab.services.queues import report_mend

    act = act_for("laboratory")
    link("chem", rung=Rung.RESULTS)
    one = report("chem", state=ReportState.REFUSED, sent=b"MSH", attempts=1, refused_code="RL-LAB-001")
    row = stored(one)
    row_result = row.results.get()
    first = control_id_of(one, revision=1)
    meaning = Meaning(loinc="2345-7", name="Glucose")
    assert report_mend(act=act, report=one, tests={row_result.pk: meaning}, reason="their code")
    row = stored(one)
    assert (row.state, row.sent, row.attempts, row.control_id) == ("waiting", None, 0, first)
    result = row.results.get()
    assert (result.loinc, result.value, result.number, result.unit) == ("2345-7", "5.4", "5.4", "mmol/L")
    body = entry("lab.mend")
    assert body["before"] != body["after"]
    assert row.sample not in json.dumps(body)


def test_mending_that_changes_nothing_sends_the_same_bytes(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """No new number for the same content."""
    from relight.lab.services.queues import report_mend

    link("chem", rung=Rung.RESULTS)
    one = report("chem", state=ReportState.REFUSED, control_id="A1", sent=b"MSH", attempts=1)
    assert not report_mend(act=act_for("laboratory"), report=one, reason="mended there")
    row = stored(one)
    assert (row.state, row.control_id, bytes(row.sent)) == ("waiting", "A1", b"MSH")


def test_another_sample_number_makes_it_another_patients_result(
    staff_of: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID], order: Callable[..., Any]
) -> None:
    """It is typed twice, signed, and must be that of an order known here."""
    from relight.lab.services.queues import report_mend

    person = staff_of("laboratory")
    act = person.act()
    link("chem", rung=Rung.RESULTS)
    one = report("chem", state=ReportState.REFUSED, sample="1000000025")

    def mend(**given: Any) -> object:
        return report_mend(act=act, report=one, reason="mislabelled", sample="1000000009", **given)

    assert refused(lambda: mend(sample_again="1000000009", password=person.password)) == "RL-LAB-023"
    order("1000000009")
    assert refused(lambda: mend(sample_again="1000000010", password=person.password)) == "RL-LAB-022"
    assert refused(lambda: mend(sample_again="1000000009", password="wrong")) == "RL-PPL-002"
    assert stored(one).sample == "1000000025"
    mend(sample_again="1000000009", password=person.password)
    assert (stored(one).sample, stored(one).state) == ("1000000009", "waiting")


def test_mending_a_result_of_another_report_is_refused(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """Two pages open: a form of one never changes the other."""
    from relight.lab.services.queues import report_mend

    link("chem", rung=Rung.RESULTS)
    one, two = (report("chem", state=ReportState.REFUSED) for _ in range(2))
    other = stored(two).results.get().pk
    meaning = Meaning(loinc="2345-7", name="Glucose")
    act = act_for("laboratory")
    assert refused(lambda: report_mend(act=act, report=one, tests={other: meaning}, reason="x")) == "RL-LAB-028"
    assert stored(one).state == "refused"


def test_saying_what_a_test_means_frees_every_message_held_for_it(
    act_for: Callable[..., Any], gateway: Callable[..., Any], link: Callable[..., str], message: Callable[..., UUID]
) -> None:
    """One mapping, all messages of the link: they are read anew and go on."""
    from relight.lab.models import Report
    from relight.lab.services.queues import test_map as map_test
    from relight.lab.services.reading import messages_read

    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    for number in range(2):
        message("chem", astm_message(sample=f"S{number}", code="^^^XYZ9"))
    messages_read(act=gateway())
    assert set(Report.objects.values_list("state", "hold")) == {("held", "unknown-test")}
    result = Report.objects.first().results.get()  # type: ignore[union-attr]
    act = act_for("laboratory")
    meaning = Meaning(loinc="15074-8", name="Glucose", unit="mmol/L")
    count = map_test(act=act, link="chem", code=result.code, unit_sent=result.unit_sent, meaning=meaning)
    assert count == 2
    assert set(Report.objects.values_list("state", "hold")) == {("waiting", "")}
    assert set(Report.objects.values_list("results__loinc", flat=True)) == {"15074-8"}


def test_looking_again_finds_an_order_that_came_meanwhile(
    act_for: Callable[..., Any],
    gateway: Callable[..., Any],
    link: Callable[..., str],
    message: Callable[..., UUID],
    order: Callable[..., Any],
) -> None:
    """Held because nobody knew the sample; the order is typed, and the results go on."""
    from relight.lab.models import Report
    from relight.lab.services.queues import reports_reread
    from relight.lab.services.queues import test_map as map_test
    from relight.lab.services.reading import messages_read

    link("chem", rung=Rung.RESULTS)
    act = act_for("laboratory")
    meaning = Meaning(loinc="15074-8", name="Glucose", unit="mmol/L")
    map_test(act=act, link="chem", code="GLU", unit_sent="mmol/L", meaning=meaning)
    content = b"H|\\^&\rP|1\rO|1|1000000009||^^^GLU|R\rR|1|^^^GLU|5.4|mmol/L||N||F\rL|1|N\r"
    message("chem", content)
    messages_read(act=gateway())
    held = Report.objects.get()
    assert (held.state, held.hold) == ("held", "sample-unknown")
    order("1000000009")
    assert reports_reread(act=act, reports=[held.pk]) == 1
    assert set(Report.objects.values_list("state", flat=True)) == {"waiting"}


@pytest.mark.parametrize("role", ["nurse", "clinician", "technician", "auditor", "security-officer"])
def test_only_the_laboratory_decides(
    act_for: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID], role: str
) -> None:
    """Nobody else releases, closes or sends anything."""
    from relight.lab.services.queues import reports_close

    link("chem")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    act = act_for(role)
    assert refused(lambda: reports_close(act=act, reports=[one], why=CloseReason.DUPLICATE)) == "RL-PPL-001"
