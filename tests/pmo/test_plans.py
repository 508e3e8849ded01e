"""Plans kept, shown and published, and by the command line. Cases 70 to 75 of docs/design/planning.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from relight.hospital.types import Expected
from relight.kernel.errors import RelightError


def test_case_70_a_plan_holds_zones_acceptances_and_machines_by_themselves(make: Callable[[], Any]) -> None:
    plan = make()
    assert plan.number == 1
    assert plan.document["method"]["jobs"] == 5, "a zone, an acceptance, three machines"
    unit = plan.document["units"][0]
    assert (unit["id"], unit["is_normal"]) == ("emergency@arlon", False)
    assert unit["up"]["plan"] <= unit["normal"]["plan"]
    assert unit["normal"]["p50"] <= unit["normal"]["p80"] <= unit["normal"]["p95"]
    costs = [row["cost"] for row in plan.document["orders"]]
    assert plan.document["bound"] <= costs[0] == min(costs)


def test_case_71_published_dates_are_read_where_wards_read_them(
    make: Callable[[], Any], act_for: Callable[..., Any]
) -> None:
    from relight.hospital.models import Node
    from relight.hospital.selectors.expected import expected_of
    from relight.pmo.services.plans import plan_publish

    plan = make()
    node = Node.objects.get(pk="emergency@arlon")
    assert expected_of(node) is None, "a plan that was only computed tells nobody"
    plan_publish(act=act_for("pmo"), plan=plan.id)
    node.refresh_from_db()
    expected = expected_of(node)
    assert isinstance(expected, Expected)
    assert expected.median.isoformat() == plan.document["units"][0]["normal"]["p50"][:10]


def test_case_72_an_old_plan_is_not_published_over_a_later_one(
    make: Callable[[], Any], act_for: Callable[..., Any]
) -> None:
    from relight.pmo.services.plans import plan_publish

    first, second = make(), make()
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(RelightError) as refusal:
        plan_publish(act=act_for("pmo"), plan=first.id)
    assert refusal.value.code == "RL-PMO-053"
    first.refresh_from_db()
    assert first.published_at is None


def test_case_73_who_only_reads_sees_the_plan_and_no_button(
    make: Callable[[], Any], client_of: Callable[..., Any]
) -> None:
    reader = client_of("nurse")
    assert "Recalculer" not in reader.get("/plan/").text
    plan = make()
    page = reader.get("/plan/").text
    assert "Urgences" in page
    assert "Jours-patients" in page
    assert reader.post("/plan/make/").status_code == 403
    assert reader.post(f"/plan/{plan.id}/publish/").status_code == 403
    assert "Recalculer" in client_of("pmo").get("/plan/").text


def test_case_74_without_a_hospital_the_page_says_what_to_do(db: None, client_of: Callable[..., Any]) -> None:
    lead = client_of("pmo")
    answer = lead.post("/plan/make/", follow=True)
    assert answer.status_code == 200
    from relight.pmo.models import Plan

    assert not Plan.objects.exists()


def test_case_75_settings_of_the_house_count_and_a_fault_in_them_stops_the_plan(
    make: Callable[[], Any], settings: Any, tmp_path: Any
) -> None:
    from relight.pmo.models import Plan
    from relight.pmo.selectors.scene import settings_now

    settings.RELIGHT_HOME = tmp_path
    shipped = settings_now()
    from importlib.resources import files

    text = files("relight.pmo").joinpath("planning.toml").read_text(encoding="utf-8")
    (tmp_path / "planning.toml").write_text(text.replace('version = "2026-11-1"', 'version = "ours"'), encoding="utf-8")
    assert (shipped.version, settings_now().version) == ("2026-11-1", "ours")
    assert make().document["method"]["settings"] == "ours"
    (tmp_path / "planning.toml").write_text("format = [", encoding="utf-8")
    with pytest.raises(RelightError) as refusal:
        make()
    assert refusal.value.code == "RL-PMO-040"
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"runs": 0}, "RL-PMO-051"),
        ({"days": 4000}, "RL-PMO-051"),
        ({"search_s": 0}, "RL-PMO-008"),
        ({"search_s": float("nan")}, "RL-PMO-008"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(
    hospital: None, act_for: Callable[..., Any], given: dict[str, Any], code: str
) -> None:
    from relight.pmo.services.plans import plan_make

    with pytest.raises(RelightError) as refusal:
        plan_make(act=act_for("pmo"), **{"search_s": 0.05, "runs": 10, "days": 5, **given})
    assert refusal.value.code == code


def test_the_document_can_be_sent_as_json(make: Callable[[], Any]) -> None:
    plan = make()
    assert json.loads(json.dumps(plan.document)) == plan.document
    assert [set(point) for point in plan.document["points"]] == [{"day", "p05", "p20", "p50", "p80", "p95"}] * 10
