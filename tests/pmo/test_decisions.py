"""Orders decided: moved, priced, signed, in force. Cases 1 to 14 of docs/design/decisions.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from relight.hospital.types import ComponentReport
from relight.kernel.errors import RelightError
from relight.pmo.rules.order import first_of, moved

HOUSE = """\
format = 1
[group]
id = "two"
names = { fr = "Deux services", en = "Two services" }
d0 = 2026-11-13T04:30:00+01:00
[[site]]
id = "arlon"
names = { fr = "Arlon", en = "Arlon" }
order = 1
[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
patients = 70
sites = ["arlon"]
vital = ["directory"]
[[service]]
id = "radiology"
names = { fr = "Radiologie", en = "Radiology" }
tier = 2
patients = 20
sites = ["arlon"]
vital = ["pacs"]
[[function]]
id = "directory"
names = { fr = "Annuaire", en = "Directory" }
owner = "it"
components = [{ select = { role = "domain-controller" }, need = 30, of = 30 }]
[[function]]
id = "pacs"
names = { fr = "Images", en = "Images" }
owner = "it"
components = [{ select = { role = "pacs" }, need = 30, of = 30 }]
"""
FIRST = ["radiology@arlon"]


@pytest.fixture
def planned_house(db: None, act_for: Callable[..., Any]) -> None:
    """Two units that each wait for thirty links to be climbed by the same few people, and a plan."""
    from relight.hospital import api
    from relight.pmo.services.plans import plan_make

    check = api.description_read(HOUSE.encode(), filename="hospital.toml")
    assert check.description is not None
    api.description_load(act=act_for("recovery-lead"), description=check.description)
    reports = [
        ComponentReport(ref=f"lab:{role}-{number}", name=f"{role}{number}", role=role, stages_left=3)
        for role in ("domain-controller", "pacs")
        for number in range(30)
    ]
    api.components_report(act=act_for("technician"), reports=reports)
    plan_make(act=act_for("pmo"), rounds=20, runs=20, days=20)


def propose(act: Any, first: list[str] | None = None) -> int:
    from relight.pmo.services.decisions import decision_propose

    return decision_propose(
        act=act, title="Imaging first", reason="It is asked.", first=FIRST if first is None else first
    )


def test_case_1_to_3_a_move_moves_one_unit() -> None:
    order = ["a", "b", "c"]
    assert moved(order, {"top": "c"}) == ["c", "a", "b"]
    assert moved(order, {"up": "b"}) == ["b", "a", "c"]
    assert moved(order, {"down": "a"}) == ["b", "a", "c"]
    assert moved(order, {"up": "a", "down": "nobody", "other": "b"}) == order


def test_case_4_what_was_decided_is_the_head_after_which_all_stands_as_computed() -> None:
    computed = ["a", "b", "c", "d"]
    assert first_of(computed, computed) == []
    assert first_of(["c", "a", "b", "d"], computed) == ["c"]
    assert first_of(["b", "d", "a", "c"], computed) == ["b", "d"]
    assert first_of([], computed) == []


def test_case_5_a_decision_says_what_it_delays_and_for_how_many_patients(
    planned_house: None, act_for: Callable[..., Any]
) -> None:
    from relight.pmo.selectors.decisions import consequence

    effect = consequence(FIRST, at=act_for("pmo").at)
    rows = {row["id"]: row for row in effect["units"]}
    assert effect["patient_days"] > 0, "emergency weighs more: waiting for imaging costs patients"
    assert rows["emergency@arlon"]["days"] > 0
    assert rows["radiology@arlon"]["days"] < 0
    assert sum(row["patient_days"] for row in effect["units"]) == pytest.approx(effect["patient_days"], abs=2)
    assert effect["previous"] is None
    assert consequence(["emergency@arlon"], at=act_for("pmo").at)["patient_days"] == 0, "that is the computed order"


def test_case_6_two_named_people_put_it_in_force_and_the_plan_follows(
    planned_house: None, act_for: Callable[..., Any], staff_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision
    from relight.pmo.selectors.decisions import decision_in_force
    from relight.pmo.selectors.plans import plan_latest
    from relight.pmo.services.decisions import decision_sign
    from relight.pmo.services.plans import plan_make

    number = propose(act_for("pmo"))
    shown = Decision.objects.get(number=number).digest
    lead, medical = staff_of("recovery-lead"), staff_of("medical-lead")
    assert not decision_sign(act=lead.act(), number=number, shown=shown, password=lead.password)
    assert decision_in_force() is None
    with pytest.raises(RelightError) as twice:
        decision_sign(act=lead.act(), number=number, shown=shown, password=lead.password)
    assert twice.value.code == "RL-PMO-094"
    assert decision_sign(act=medical.act(), number=number, shown=shown, password=medical.password)
    held = decision_in_force()
    assert held is not None and held.number == number
    plan_make(act=act_for("pmo"), rounds=20, runs=20, days=20)
    plan = plan_latest()
    assert plan is not None
    rows = {row["id"]: row for row in plan.document["orders"]}
    assert rows["decided"]["patient_days"] > rows["computed"]["patient_days"]
    normal = {row["id"]: row["normal"]["plan"] for row in plan.document["units"]}
    assert normal["radiology@arlon"] < normal["emergency@arlon"]


def test_case_7_the_next_decision_is_priced_against_the_one_in_force_and_ends_it(
    planned_house: None, act_for: Callable[..., Any], staff_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision
    from relight.pmo.selectors.decisions import decision_in_force
    from relight.pmo.services.decisions import decision_sign

    people = staff_of("recovery-lead"), staff_of("medical-lead")

    def sign(number: int) -> None:
        for person in people:
            digest = Decision.objects.get(number=number).digest
            decision_sign(act=person.act(), number=number, shown=digest, password=person.password)

    sign(propose(act_for("pmo")))
    second = propose(act_for("pmo"), ["emergency@arlon"])
    effect = Decision.objects.get(number=second).effect
    assert effect["previous"]["number"] == 1
    assert effect["previous"]["patient_days"] < 0 == effect["patient_days"]
    sign(second)
    held = decision_in_force()
    assert held is not None and held.number == second
    assert Decision.objects.get(number=1).ended_at is not None


def test_case_8_only_what_was_shown_is_signed_and_a_wrong_password_signs_nothing(
    planned_house: None, act_for: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision, DecisionSignature

    number = propose(act_for("pmo"))
    lead = client_of("recovery-lead", language="en")
    digest = Decision.objects.get(number=number).digest
    address = f"/plan/order/{number}/sign/"
    other = lead.post(address, {"shown": "0" * 64, "password": lead.person.password})
    wrong = lead.post(address, {"shown": digest, "password": "no"})
    assert (other.status_code, wrong.status_code) == (422, 422)
    assert not DecisionSignature.objects.exists()
    assert lead.post(address, {"shown": digest, "password": lead.person.password}).status_code == 302


def test_case_9_who_may_not_decide_reads_and_signs_nothing(
    planned_house: None, act_for: Callable[..., Any], client_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision, DecisionSignature

    number = propose(act_for("pmo"))
    nurse = client_of("nurse", language="en")
    page = nurse.get(f"/plan/order/{number}/")
    assert "Emergency" in page.text
    assert "Your password" not in page.text
    given = {"shown": Decision.objects.get().digest, "password": nurse.person.password}
    assert nurse.post(f"/plan/order/{number}/sign/", given).status_code == 403
    assert not DecisionSignature.objects.exists()


def test_case_10_the_board_shows_the_consequence_before_anything_is_saved(
    planned_house: None, client_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision

    office = client_of("pmo", language="en")
    computed = ["emergency@arlon", "radiology@arlon"]
    page = office.post("/plan/order/board/", {"order": computed, "top": "radiology@arlon"})
    assert "patient-days more than the computed order" in page.text
    assert not Decision.objects.exists()
    typed = office.post("/plan/order/board/", {"order": computed, "top": "radiology@arlon", "title": "Half a word"})
    assert 'value="Half a word"' in typed.text
    missing = office.post("/plan/order/board/", {"order": computed[::-1], "propose": "1"})
    assert missing.status_code == 422
    given = {"order": computed[::-1], "propose": "1", "title": "Imaging", "reason": "Asked."}
    done = office.post("/plan/order/board/", given, follow=True)
    assert "Imaging" in done.text
    assert Decision.objects.get().first == FIRST


@pytest.mark.parametrize(("first", "code"), [([], "RL-PMO-091"), (["nobody@arlon"], "RL-PMO-091")])
def test_case_11_an_order_of_nothing_is_refused(
    planned_house: None, act_for: Callable[..., Any], first: list[str], code: str
) -> None:
    with pytest.raises(RelightError) as refusal:
        propose(act_for("pmo"), first)
    assert refusal.value.code == code


def test_case_12_without_a_plan_nothing_says_what_an_order_delays(hospital: None, act_for: Callable[..., Any]) -> None:
    with pytest.raises(RelightError) as refusal:
        propose(act_for("pmo"), ["emergency@arlon"])
    assert refusal.value.code == "RL-PMO-096"


def test_case_13_a_withdrawn_proposal_is_signed_no_more(
    planned_house: None, act_for: Callable[..., Any], staff_of: Callable[..., Any]
) -> None:
    from relight.pmo.models import Decision
    from relight.pmo.services.decisions import decision_sign, decision_withdraw

    number, lead = propose(act_for("pmo")), staff_of("recovery-lead")
    decision_withdraw(act=lead.act(), number=number)
    with pytest.raises(RelightError) as refusal:
        decision_sign(act=lead.act(), number=number, shown=Decision.objects.get().digest, password=lead.password)
    assert refusal.value.code == "RL-PMO-093"


def test_case_14_the_same_state_and_rounds_give_the_same_plan(planned_house: None, act_for: Callable[..., Any]) -> None:
    from relight.pmo.selectors.forecast import planned

    made = [planned(at=act_for("pmo").at, runs=20, days=5, seed=1, search_s=1.0, rounds=15) for _ in range(2)]
    assert made[0] == made[1]
