"""Situation reports: words, versions, approval, chain, papers. docs/design/sitrep.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pikepdf
import pytest

from relight.kernel.errors import RelightError
from relight.pmo.rules.sitrep import Meta, sheet_make, text_of
from relight.pmo.rules.words import audiences, words_listed, words_of
from relight.pmo.types import LANGUAGES, Audience

FREE = {"fr": "Le réseau tient.\nDécision demandée.", "en": "The network holds."}
FACTS: dict[str, Any] = {
    "at": "2026-11-23T09:00:00+01:00",
    "day": 10,
    "group": {"fr": "Groupe", "en": "Group"},
    "figures": {
        "admitted": 220,
        "seen": 3000,
        "units_normal": 9,
        "units_down": 64,
        "functions": 75,
        "functions_up": 36,
    },
    "sites": [
        {"id": "arlon", "names": {"fr": "Arlon"}, "zone": "open", "admitted": 118, "seen": 902},
        {"id": "virton", "names": {"fr": "Virton"}, "zone": "planned", "admitted": 0, "seen": 195},
    ],
    "services": [{"id": "emergency", "names": {"fr": "Urgences"}, "tier": 1, "cells": {"arlon": "degraded"}}],
    "links": [{"name": "cobas", "site": "arlon", "rung": "results"}],
    "problems": [
        {
            "number": 1,
            "what": {"fr": "L’imprimante"},
            "where": {"fr": "Urgences – Arlon"},
            "since": "2026-11-22T10:00:00+01:00",
            "owner": "Mehdi Amrani",
        }
    ],
    "decisions": {
        "asked": [
            {"number": 1, "title": "L’imagerie d’abord", "since": "2026-11-23T08:00:00+01:00", "patient_days": 340}
        ],
        "signed": [],
    },
    "forecast": {
        "machines": [{"day": 17, "p05": 288, "p50": 466, "p95": 904}],
        "machines_all": [],
        "units": [
            {
                "id": "emergency@arlon",
                "names": {"fr": "Urgences – Arlon"},
                "p50": "2026-11-26T10:00:00+01:00",
                "p80": "2026-11-28T10:00:00+01:00",
            }
        ],
        "plan": 2,
    },
    "before": {
        "number": 1,
        "day": 8,
        "figures": {"admitted": 110, "units_down": 64},
        "forecast": {
            "machines_all": [{"day": 17, "p05": 200, "p50": 391, "p95": 800}],
            "units": [{"id": "emergency@arlon", "p50": "2026-11-24T10:00:00+01:00"}],
        },
    },
}
SIGNED = Meta(number=2, approved_at="2026-11-23T09:30:00+01:00", approver="Claire Lambert", kid="k1", digest="d" * 64)


def sheet(*, language: str = "fr", audience: Audience = Audience.STAFF, meta: Meta = SIGNED) -> Any:
    return sheet_make(FACTS, free=FREE, meta=meta, language=language, audience=audience)


# -- words ---------------------------------------------------------------------------------------------


def test_case_1_every_word_exists_in_four_languages() -> None:
    missing = [
        (section, key)
        for section, keys in words_listed().items()
        for key, row in keys.items()
        if set(row) != set(LANGUAGES)
    ]
    assert missing == []
    known = set(words_listed()["figure"])
    for allowed in audiences().values():
        assert set(allowed.figures) <= known


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", list(Audience))
def test_case_2_each_version_is_whole_in_each_language(language: str, audience: Audience) -> None:
    made = sheet(language=language, audience=audience)
    text = text_of(made)
    assert "{" not in text
    assert words_of(language).word("audience", audience.value) in text
    assert made.figures[0].value in (
        "220",
        words_of(language).text("of_all", value="220", all=words_of(language).number(3000)),
    )


def test_case_3_figures_say_their_change_since_the_last_report() -> None:
    figures = {one.key: one for one in sheet().figures}
    assert (figures["admitted"].value, figures["admitted"].change) == ("220", "+110")
    assert figures["units_down"].change == "inchangé"
    assert figures["units_normal"].change == "", "the report before did not count it"
    assert figures["keep"].value == "pas compté"


def test_case_4_the_forecast_shows_its_drift() -> None:
    sections = {one.key: one for one in sheet().sections}
    assert sections["forecast-machines"].rows == (("J+17", "466", "288 – 904", "391"),)
    assert sections["forecast-units"].rows[0] == ("Urgences – Arlon", "26/11", "28/11", "+2 j")


def test_case_5_what_an_audience_may_not_see_is_not_put_in() -> None:
    """No owner, blocker, link, decision or name of a person reaches the press; the authorities get no blocker."""
    press, authorities = (text_of(sheet(audience=one)) for one in (Audience.PRESS, Audience.AUTHORITIES))
    for secret in ("Mehdi", "Claire", "imprimante", "cobas", "imagerie", "26/11", "Arlon"):
        assert secret not in press, secret
    for secret in ("Mehdi", "imprimante", "cobas", "imagerie"):
        assert secret not in authorities, secret
    assert "Claire Lambert" in authorities
    assert "220" in press


def test_case_6_a_language_without_text_shows_the_first_that_has_one_and_says_so() -> None:
    german = sheet(language="de")
    assert german.message_language == "fr"
    assert german.message_note
    assert sheet(language="en").message == ("The network holds.",)


@pytest.mark.parametrize("audience", list(Audience))
def test_case_14_the_paper_has_two_pages_at_most_and_is_readable(audience: Audience, tmp_path: Any) -> None:
    from relight.paper.sitrep import sitrep_pdf

    file = tmp_path / "report.pdf"
    file.write_bytes(sitrep_pdf(asdict(sheet(audience=audience))))
    assert file.read_bytes()[:5] == b"%PDF-"
    with pikepdf.open(file) as paper:
        assert 1 <= len(paper.pages) <= 2
        assert paper.Root.Lang == "fr"
        assert "/StructTreeRoot" in paper.Root


# -- drawn, written, approved --------------------------------------------------------------------------


def approved(people: tuple[Any, Any]) -> int:
    from relight.pmo.selectors.reports import draft_find, shown_digest
    from relight.pmo.services.reports import report_approve, report_draw, report_write

    writer, lead = people
    report_draw(act=writer.act())
    report_write(act=writer.act(), number=0, free=FREE)
    row = draft_find()
    assert row is not None
    return report_approve(act=lead.act(), shown=shown_digest(row), password=lead.password)


@pytest.fixture
def people(hospital: None, staff_of: Callable[..., Any]) -> tuple[Any, Any]:
    return staff_of("pmo"), staff_of("recovery-lead")


def test_case_20_facts_are_counted_by_their_owners(hospital: None, act_for: Callable[..., Any]) -> None:
    from relight.pmo.selectors.facts import facts_now
    from relight.pmo.services.problems import problem_report

    problem_report(act=act_for("nurse"), what="printer", where="emergency@arlon")
    found = facts_now(act_for("pmo").at)
    assert found["figures"]["units_down"] == 1
    assert found["figures"]["functions"] == 1
    assert found["figures"]["problems_open"] == 1
    assert found["figures"]["links_linked"] is None, "without a link nothing is counted"
    assert found["services"][0]["cells"] == {"arlon": "down"}
    assert found["problems"][0]["where"]["fr"] == "Urgences – Arlon"
    assert found["before"] is None
    assert json.loads(json.dumps(found)) == found


@pytest.mark.direct_rows
def test_case_30_reports_are_numbered_signed_and_chained(people: tuple[Any, Any], clock: Any) -> None:
    from relight.pmo.models import Report
    from relight.pmo.selectors.reports import seal_holds

    assert approved(people) == 1
    clock.advance(hours=24)
    assert approved(people) == 2
    first, second = Report.objects.order_by("number")
    assert (first.previous, second.previous) == ("", first.digest)
    assert seal_holds(first) and seal_holds(second)
    assert second.facts["before"]["number"] == 1
    second.facts["figures"]["admitted"] = 3000
    assert not seal_holds(second), "a changed figure breaks the seal"
    first.digest = "0" * 64
    first.save(update_fields=["digest"])
    second.refresh_from_db()
    assert not seal_holds(second), "and so does another report before it"


def test_case_31_who_drew_or_wrote_does_not_approve(hospital: None, staff_of: Callable[..., Any]) -> None:
    both = staff_of("pmo", "recovery-lead")
    with pytest.raises(RelightError) as refusal:
        approved((both, both))
    assert refusal.value.code == "RL-PMO-083"


def test_case_32_another_draft_than_was_shown_is_not_approved(people: tuple[Any, Any]) -> None:
    from relight.pmo.models import Report
    from relight.pmo.selectors.reports import shown_digest
    from relight.pmo.services.reports import report_approve, report_draw, report_write

    writer, lead = people
    shown = shown_digest(report_draw(act=writer.act()))
    report_write(act=writer.act(), number=0, free=FREE)
    with pytest.raises(RelightError) as refusal:
        report_approve(act=lead.act(), shown=shown, password=lead.password)
    assert refusal.value.code == "RL-PMO-084"
    assert Report.objects.get().number is None


def test_case_33_figures_of_this_morning_are_not_approved_at_night(people: tuple[Any, Any], clock: Any) -> None:
    from relight.pmo.selectors.reports import draft_find, shown_digest
    from relight.pmo.services.reports import report_approve, report_draw

    writer, lead = people
    report_draw(act=writer.act())
    clock.advance(hours=7)
    row = draft_find()
    assert row is not None
    with pytest.raises(RelightError) as refusal:
        report_approve(act=lead.act(), shown=shown_digest(row), password=lead.password)
    assert refusal.value.code == "RL-PMO-086"


def test_case_34_a_text_saved_over_anothers_is_refused_and_both_are_kept(people: tuple[Any, Any]) -> None:
    from relight.pmo.models import ReportText
    from relight.pmo.services.reports import report_draw, report_write

    writer, lead = people
    report_draw(act=writer.act())
    report_write(act=writer.act(), number=0, free={"fr": "Un."})
    with pytest.raises(RelightError) as refusal:
        report_write(act=lead.act(), number=0, free={"fr": "Deux."})
    assert refusal.value.code == "RL-PMO-085"
    report_write(act=lead.act(), number=1, free={"fr": "Deux."})
    assert [row.free["fr"] for row in ReportText.objects.order_by("number")] == ["Un.", "Deux."]
    with pytest.raises(RelightError) as long:
        report_write(act=lead.act(), number=2, free={"fr": "x" * 901})
    assert long.value.code == "RL-PMO-087"


def test_case_40_the_pages_from_draft_to_approval(people: tuple[Any, Any], client_of: Callable[..., Any]) -> None:
    office, lead, nurse = (client_of(role, language="en") for role in ("pmo", "recovery-lead", "nurse"))
    assert "No report was approved yet" in nurse.get("/plan/reports/").text
    draft = office.post("/plan/reports/draw/", follow=True)
    assert "As it will stand" in draft.text
    office.post("/plan/reports/draft/write/", {"number": "0", "free_en": "All holds."})
    assert "Somebody else approves it" in office.get("/plan/reports/draft/").text
    page = lead.get("/plan/reports/draft/")
    shown = page.context["sign"].initial["shown"]
    wrong = lead.post("/plan/reports/draft/approve/", {"shown": shown, "password": "no"})
    assert wrong.status_code == 422
    done = lead.post("/plan/reports/draft/approve/", {"shown": shown, "password": lead.person.password}, follow=True)
    assert "All holds." in done.text
    assert nurse.get("/plan/reports/1/").status_code == 200
    assert nurse.get("/plan/reports/draft/").status_code == 403


def test_case_41_the_staff_see_the_staff_version_only(people: tuple[Any, Any], client_of: Callable[..., Any]) -> None:
    approved(people)
    nurse, office = client_of("nurse", language="en"), client_of("pmo", language="en")
    assert "Press version" not in nurse.get("/plan/reports/1/?audience=press").text
    assert office.get("/plan/reports/1/?audience=press").context["sheet"].audience == "Press version"
    assert nurse.get("/plan/reports/1/?audience=press").context["sheet"].audience == "Staff version"


@pytest.mark.parametrize("shape", ["pdf", "html", "text"])
def test_case_42_each_shape_leaves_as_a_file(
    people: tuple[Any, Any], client_of: Callable[..., Any], shape: str
) -> None:
    approved(people)
    answer = client_of("nurse").get(f"/plan/reports/1/file/{shape}/?language=nl")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "sitrep-1-staff-nl" in answer["Content-Disposition"]
    if shape == "html":
        assert b"http" not in answer.content, "no address outside"
        assert b"<script" not in answer.content


def test_case_43_a_wrong_shape_or_number_is_a_coded_refusal(
    people: tuple[Any, Any], client_of: Callable[..., Any]
) -> None:
    approved(people)
    nurse = client_of("nurse")
    assert nurse.get("/plan/reports/1/file/exe/").status_code == 404
    assert nurse.get("/plan/reports/7/").status_code == 404


def test_case_44_the_command_line_prints_what_the_page_shows(people: tuple[Any, Any], capsys: Any) -> None:
    from relight.pmo.api import Audience as Whom
    from relight.pmo.api import Shape, report_file, report_find

    with pytest.raises(RelightError) as none:
        report_find(at=people[0].act().at)
    assert none.value.code == "RL-PMO-080"
    live = report_find(at=people[0].act().at, draft=True)
    assert b"PROJET" in report_file(live, shape=Shape.HTML, language="fr", audience=Whom.STAFF).content
    approved(people)
    row = report_find(at=people[0].act().at)
    text = report_file(row, shape=Shape.TEXT, language="en", audience=Whom.STAFF).content.decode()
    assert "Report no. 1" in text
    assert "The network holds." in text
