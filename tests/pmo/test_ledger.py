"""Hours and costs with evidence, risks, the timeline. Cases 1 to 10 of docs/design/ledger.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from relight.kernel.errors import RelightError

ActFor = Callable[..., Any]


def line(act: Any, **fields: Any) -> int:
    from relight.pmo.services.ledger import LineGiven, line_add
    from relight.pmo.types import LedgerKind

    given: dict[str, Any] = {
        "kind": LedgerKind.HOURS, "day": act.at.date() - timedelta(days=1), "who": "Firm", "what": "Night shift",
        "amount": Decimal(8),
    }  # fmt: skip
    return line_add(act=act, given=LineGiven(**{**given, **fields}))


def test_case_1_the_file_of_a_cost_is_kept_as_evidence(
    db: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    from relight.journal.api import evidence_read
    from relight.pmo.models import LedgerLine

    office = client_of("pmo", language="en")
    day = (act_for("pmo").at - timedelta(days=1)).date().isoformat()
    given = {"kind": "cost", "day": day, "who": "Firm", "what": "40 laptops", "amount": "31990.50"}
    file = SimpleUploadedFile("invoice.pdf", b"%PDF-1.7 invoice")
    page = office.post("/plan/ledger/add/", {**given, "file": file}, follow=True)
    assert "31,990.50 euros so far" in page.text
    row = LedgerLine.objects.get()
    assert (row.filename, evidence_read(row.evidence)) == ("invoice.pdf", b"%PDF-1.7 invoice")
    office.post("/plan/ledger/add/", given)
    assert "1 cost has no evidence yet" in office.get("/plan/ledger/").text


def test_case_2_a_withdrawn_line_counts_no_more_and_stays(
    db: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    number = line(act_for("pmo"))
    office = client_of("pmo", language="en")
    assert "8.0 hours" in office.get("/plan/ledger/").text
    office.post(f"/plan/ledger/{number}/withdraw/")
    page = office.get("/plan/ledger/").text
    assert "0.0 hours" in page
    assert "Night shift" in page
    assert "withdrawn" in page
    assert office.post(f"/plan/ledger/{number}/withdraw/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"amount": Decimal(25)}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"who": " "}, "who"),
        ({"what": " "}, "what"),
        ({"file": ("big.bin", b"x" * 20_000_001)}, "file"),
    ],
)
def test_case_3_what_cannot_be_is_named_and_nothing_is_kept(
    db: None, act_for: ActFor, fields: dict[str, Any], where: str
) -> None:
    from relight.pmo.models import LedgerLine

    with pytest.raises(RelightError) as refusal:
        line(act_for("pmo"), **fields)
    assert (refusal.value.code, refusal.value.where) == ("RL-PMO-110", where)
    assert not LedgerLine.objects.exists()


def test_case_4_no_hours_of_tomorrow(db: None, act_for: ActFor) -> None:
    act = act_for("pmo")
    with pytest.raises(RelightError) as refusal:
        line(act, day=act.at.date() + timedelta(days=2))
    assert refusal.value.where == "day"


def test_case_5_the_lines_leave_as_csv_without_formulas(
    db: None, client_of: Callable[..., Any], act_for: ActFor
) -> None:
    line(act_for("pmo"), what="=1+1")
    text = client_of("pmo").get("/plan/ledger/?format=csv").content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "8.00" in text


def test_case_6_risks_stand_gravest_first_and_end(db: None, client_of: Callable[..., Any]) -> None:
    office, nurse = client_of("pmo", language="en"), client_of("nurse", language="en")
    office.post("/plan/risks/add/", {"title": "Supplier late", "likely": "2", "grave": "1"})
    office.post("/plan/risks/add/", {"title": "Second attack", "likely": "2", "grave": "3", "answer": "Watch."})
    page = nurse.get("/plan/risks/").text
    assert page.index("Second attack") < page.index("Supplier late")
    assert "Watch." in page
    office.post("/plan/risks/1/change/", {"version": "1", "answer": "Came.", "ended": "1"})
    assert "Over" in nurse.get("/plan/risks/").text
    assert nurse.post("/plan/risks/2/change/", {"version": "1"}).status_code == 403


def test_case_7_a_stale_form_changes_no_risk(db: None, act_for: ActFor) -> None:
    from relight.pmo.models import Risk
    from relight.pmo.services.ledger import risk_add, risk_change

    act = act_for("pmo")
    number = risk_add(act=act, title="Second attack", likely=2, grave=3)
    risk_change(act=act, number=number, version=1, answer="Watch.", ended=False)
    with pytest.raises(RelightError) as stale:
        risk_change(act=act, number=number, version=1, answer="Sleep.", ended=True)
    assert stale.value.code == "RL-PMO-113"
    assert Risk.objects.get().answer == "Watch."
    with pytest.raises(RelightError) as unknown:
        risk_change(act=act, number=9, version=1, answer="", ended=True)
    assert unknown.value.code == "RL-PMO-112"


def test_case_8_the_timeline_tells_the_crisis_oldest_first(hospital: None, client_of: Callable[..., Any]) -> None:
    auditor = client_of("auditor", language="en")
    page = auditor.get("/journal/timeline/")
    assert page.status_code == 200
    rows = auditor.get("/journal/timeline/?format=csv").getvalue().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("day,at,who,did")
    moments = [row.split(",")[1] for row in rows[1:]]
    assert moments and moments == sorted(moments)
    assert client_of("nurse").get("/journal/timeline/").status_code == 403
