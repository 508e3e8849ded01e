"""What a bulletin says, without a database: docs/design/liaison.md, cases 20-49."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.liaison.rules.changes import Turn, What, change_read, changes_between
from relight.liaison.rules.facts import (
    Cell,
    Facts,
    Going,
    Nature,
    Standing,
    System,
    availability,
    facts_document,
    facts_read,
    state_digest,
)
from relight.liaison.rules.messages import GSM, SMS_MOST, WIDTH, gsm, mail_text, sms_text
from relight.liaison.rules.sheet import CHANGES_MOST, Meta
from relight.liaison.rules.words import natures, words_of
from relight.liaison.types import LANGUAGES, Availability
from support.bulletins import AT, META, facts, named, sheet, with_cell

OPEN, DEGRADED, URGENT, SUSPENDED = Availability
ACTIVITY = Nature(kind="imaging")


# -- availability: 20-28 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "standing", "nature", "state", "notes"),
    [
        (20, Standing(level="normal"), Nature(), OPEN, ()),
        (21, Standing(level="degraded"), Nature(), DEGRADED, ()),
        (22, Standing(level="down"), Nature(), DEGRADED, ("paper",)),
        (22, Standing(level="down"), ACTIVITY, URGENT, ("paper",)),
        (22, Standing(level="down"), Nature(kind="consultation", urgent=False), SUSPENDED, ("paper",)),
        (23, Standing(level="down", planned="keep", urgent="keep"), ACTIVITY, DEGRADED, ("paper",)),
        (24, Standing(level="normal", planned="cancel", urgent="keep"), ACTIVITY, URGENT, ()),
        (24, Standing(level="down", planned="cancel", urgent="ask"), ACTIVITY, URGENT, ("paper",)),
        (25, Standing(level="normal", planned="cancel", urgent="cancel"), ACTIVITY, SUSPENDED, ()),
        (25, Standing(level="normal", planned="cancel", urgent="keep"), Nature(kind="imaging", urgent=False), SUSPENDED, ()),
        (26, Standing(level="normal", planned="ask", urgent="keep"), ACTIVITY, DEGRADED, ("ask",)),
        (26, Standing(level="down", planned="move", urgent="keep"), ACTIVITY, DEGRADED, ("paper", "move")),
        (27, Standing(level="normal", planned="keep", posture="closed"), ACTIVITY, SUSPENDED, ("closed",)),
        (28, Standing(level="normal", posture="diverted", is_emergency=True), Nature(), DEGRADED, ("diverted",)),
        (28, Standing(level="normal", posture="diverted"), Nature(), OPEN, ()),
        (28, Standing(level="normal", posture="degraded"), Nature(), DEGRADED, ()),
        (28, Standing(level="normal", planned="cancel", urgent="keep", posture="degraded"), ACTIVITY, URGENT, ()),
    ],
)  # fmt: skip
def test_what_a_practitioner_may_count_on(
    case: int, standing: Standing, nature: Nature, state: Availability, notes: tuple[str, ...]
) -> None:
    assert availability(standing, nature=nature) == (state, notes), case


def test_facts_come_back_from_their_document_and_their_digest_knows_no_clock() -> None:
    """Case 29."""
    document = json.loads(json.dumps(facts_document(facts())))
    assert facts_read(document) == facts()
    later = facts_document(facts(at="2026-11-24T09:00:00+01:00", day=11))
    assert state_digest(later) == state_digest(document)
    assert state_digest(facts_document(facts(policy="shipped@2"))) != state_digest(document)
    assert facts_read({}) == Facts(at="", group={})


# -- changes: 30-34 -------------------------------------------------------------------------------------


def test_the_same_state_has_no_change() -> None:
    """Case 30."""
    assert changes_between(facts(), facts(at="2026-12-01T00:00:00+01:00", day=18)) == ()


def test_what_got_worse_comes_first_and_the_same_at_two_sites_is_said_once() -> None:
    """Case 31."""
    after = with_cell(facts(), "cardiology", "virton", state=OPEN)
    after = with_cell(with_cell(after, "emergency", "arlon", state=SUSPENDED), "laboratory", "arlon", state=DEGRADED)
    found = changes_between(facts(), after)
    assert [(one.subject, one.turn) for one in found] == [
        ("emergency", Turn.WORSE), ("laboratory", Turn.WORSE), ("cardiology", Turn.BETTER)
    ]  # fmt: skip
    both = with_cell(
        with_cell(facts(), "cardiology", "arlon", state=OPEN, expected=""), "cardiology", "virton", state=OPEN
    )
    before = with_cell(with_cell(facts(), "cardiology", "arlon", expected=""), "cardiology", "virton", state=DEGRADED)
    (one,) = changes_between(before, both)
    assert one.sites == ("arlon", "virton")
    assert sheet(both, changes=[one]).changes[0].text == "Cardiologie (Arlon, Virton) : ouvert (avant : dégradé)"


def test_a_note_more_is_worse_and_a_note_less_is_better() -> None:
    """Case 31."""
    diverted = with_cell(facts(), "emergency", "virton", notes=("paper", "diverted"))
    (worse,) = changes_between(facts(), diverted)
    (better,) = changes_between(diverted, facts())
    assert (worse.turn, better.turn) == (Turn.WORSE, Turn.BETTER)
    assert "ambulances détournées" in sheet(changes=[worse]).changes[0].text


@pytest.mark.parametrize(
    ("before", "after", "turn", "said"),
    [
        ("2026-11-27", "2026-11-29", Turn.WORSE, "retour attendu le 29/11 (annoncé avant : 27/11)"),
        ("2026-11-27", "2026-11-25", Turn.BETTER, "retour attendu le 25/11 (annoncé avant : 27/11)"),
        ("2026-11-27", "", Turn.WORSE, "la date du 27/11 n’est plus annoncée"),
        ("", "2026-11-27", Turn.OTHER, "retour attendu le 27/11"),
    ],
)
def test_a_date_put_back_or_withdrawn_is_worse(before: str, after: str, turn: Turn, said: str) -> None:
    """Case 32."""
    was, now = (with_cell(facts(), "cardiology", "arlon", expected=day) for day in (before, after))
    (one,) = changes_between(was, now)
    assert (one.what, one.turn) == (What.EXPECTED, turn)
    assert sheet(changes=[one]).changes[0].text == f"Cardiologie (Arlon) : {said}"


def test_what_the_policy_does_otherwise_is_a_change() -> None:
    """Case 33."""
    now = Going(
        kind="operation", planned={"arlon": "keep", "virton": "cancel"}, urgent={"arlon": "keep", "virton": "ask"}
    )
    (one,) = changes_between(facts(), facts(going=(now,)))
    assert (one.what, one.turn, one.sites, one.detail) == (What.GOING, Turn.BETTER, ("arlon",), "planned")
    assert (
        sheet(changes=[one]).changes[0].text == "Activité programmée, opérations (Arlon) : maintenue (avant : annulée)"
    )


def test_systems_practitioners_feel_are_named_and_all_others_counted() -> None:
    """Case 34."""
    after = replace(facts(), systems=tuple(replace(one, state="degraded") for one in facts().systems))
    found = changes_between(facts(), after)
    assert [(one.subject, one.what, one.turn) for one in found] == [
        ("telephony", What.SYSTEM, Turn.WORSE), ("imaging", What.SYSTEM, Turn.BETTER), ("dns", What.INTERNAL, Turn.BETTER)
    ]  # fmt: skip
    said = [one.text for one in sheet(after, changes=found).changes]
    assert said[0] == "Téléphonie : fonctionne en partie (avant : fonctionne)"
    assert said[2] == "Systèmes internes : 1 de « hors service » à « fonctionne en partie »"
    assert not any("DNS" in line for line in said)


def test_lines_that_are_new_changed_or_gone_are_changes() -> None:
    """Case 34."""
    kept, changed, gone, same = facts().lines
    new = replace(kept, id="9", name="Pédiatre", phone="+3263231009")
    found = changes_between(facts(), facts(lines=(kept, replace(changed, phone="+3263231111"), same, new)))
    assert {(one.what, one.subject) for one in found} == {
        (What.LINE, "2"), (What.LINE_GONE, gone.id), (What.LINE_NEW, "9")
    }  # fmt: skip
    assert [change_read(json.loads(json.dumps(one.document()))) for one in found] == list(found)


# -- sheet: 35-45 ---------------------------------------------------------------------------------------


def test_every_word_exists_in_four_languages_with_the_same_blanks_to_fill() -> None:
    """Case 35."""
    raw = tomllib.loads((files("relight.liaison") / "words" / "bulletin.toml").read_text())
    blanks = re.compile(r"\{(\w+)\}")

    def check(where: str, words: dict[str, Any]) -> None:
        assert set(words) == set(LANGUAGES), where
        assert len({tuple(sorted(blanks.findall(text))) for text in words.values()}) == 1, where
        assert all(text.strip() for text in words.values()), where

    for section, entries in raw.items():
        if section not in ("nature", "care", "months"):
            for key, words in entries.items():
                check(f"{section}.{key}", words)
    assert all(len(raw["months"][code]) == 12 for code in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_whole_in_every_language(language: str) -> None:
    """Case 35."""
    one = sheet(language=language, changes=changes_between(facts(), facts(systems=())))
    assert (one.language, one.number, len(one.matrix), len(one.parts), len(one.lines)) == (language, 12, 3, 4, 4)
    assert not re.search(r"\{\w+\}", json.dumps({**asdict(one), "words": {}}))


def test_how_to_refer_urgently_names_open_diverted_and_closed_departments() -> None:
    """Case 36."""
    urgent = sheet().parts[0].lines
    assert urgent[0] == "Danger de mort : appelez le 112."
    assert urgent[1] == "Urgences ouvertes : Arlon 063\u00a023\u00a010\u00a001, Virton."
    after = with_cell(facts(), "emergency", "virton", notes=("diverted",))
    assert "N’envoyez pas en ambulance à : Virton." in sheet(after).parts[0].lines
    after = with_cell(facts(), "emergency", "virton", state=SUSPENDED)
    assert "Urgences fermées : Virton." in sheet(after).parts[0].lines
    assert "Urgences ouvertes : Arlon 063\u00a023\u00a010\u00a001." in sheet(after).parts[0].lines


def test_results_are_asked_for_by_telephone_where_the_service_is_not_open() -> None:
    """Case 37."""
    assert sheet().parts[1].lines[0] == "Laboratoire et imagerie fonctionnent normalement."
    after = with_cell(facts(), "laboratory", "arlon", state=DEGRADED)
    assert sheet(after).parts[1].lines[0].startswith("Laboratoire : ne comptez pas sur l’envoi électronique")
    none = facts(cells=(), services=())
    assert all("normalement" not in line for line in sheet(none).parts[1].lines)


def test_a_cell_names_the_sites_own_line_before_the_one_for_all_sites() -> None:
    """Case 38."""
    row = sheet().matrix[2]
    assert [cell.phone for cell in row.cells] == ["063\u00a023\u00a010\u00a003", "063\u00a023\u00a010\u00a002"]
    assert (row.cells[0].word, row.cells[0].text) == ("dégradé", "retour attendu le 27/11")
    assert sheet().matrix[1].cells[1].word == "pas sur ce site"


def test_an_outcome_is_said_once_where_it_is_the_same_everywhere() -> None:
    """Case 39."""
    (row,) = sheet().going
    assert row.planned == "annulée"
    assert row.urgent == "maintenue (Arlon) ; sur avis d’un médecin (Virton)"
    assert sheet(facts(going=())).going_note.startswith("Aucune règle d’activité n’est en vigueur")


def test_a_message_is_shown_in_the_readers_language_or_says_in_which_it_is() -> None:
    """Case 40."""
    free = {"fr": "Bonjour.\n\nDeux  lignes.", "nl": "Dag."}
    assert sheet(free=free).message == ("Bonjour.", "Deux lignes.")
    other = sheet(free=free, language="de")
    assert (other.message_language, other.message_note) == ("fr", "(Diese Nachricht gibt es nur auf Französisch.)")
    assert sheet(free=free, language="nl").message_note == ""
    assert sheet(free={}).message == ()


def test_lines_that_are_not_public_stay_off_the_open_net() -> None:
    """Case 41."""
    text = mail_text(sheet(public_only=True))
    assert "063\u00a023\u00a010\u00a003" not in text and "063\u00a023\u00a010\u00a003" in mail_text(sheet())


def test_more_changes_than_the_paper_holds_are_counted() -> None:
    """Case 42."""
    many = tuple(named(f"s{n}", f"Service {n}") for n in range(20))
    cells = tuple(Cell(service=one.id, site="arlon", state=OPEN) for one in many)
    before, after = (
        facts(services=many, cells=tuple(replace(cell, state=state) for cell in cells)) for state in (OPEN, DEGRADED)
    )
    one = sheet(after, changes=changes_between(before, after))
    assert len(one.changes) == CHANGES_MOST
    assert one.changes_note == f"… et {20 - CHANGES_MOST} autres changements, voir le tableau."


def test_no_reader_ever_sees_an_internal_name() -> None:
    """Case 43."""
    after = with_cell(facts(), "emergency", "arlon", state=SUSPENDED)
    text = mail_text(sheet(after, changes=changes_between(facts(), after)))
    for id in ("emergency", "laboratory", "urgent-only", "shipped@1", "operation,", "arlon,"):
        assert id not in text, id


def test_a_draft_says_that_it_is_one_and_the_first_has_nothing_to_compare_with() -> None:
    """Case 44."""
    draft = sheet(meta=Meta(at=AT))
    assert (draft.heading, draft.is_draft, draft.approved, draft.seal) == ("Projet, non approuvé", True, "", "")
    assert draft.changes_title == "Premier bulletin"
    assert sms_text(facts(), meta=Meta(at=AT), language="fr").startswith("PROJET ")


def test_an_approved_bulletin_says_its_number_which_it_replaces_who_approved_and_its_seal() -> None:
    """Case 45."""
    one = sheet()
    assert one.heading == "Bulletin n° 12"
    assert (
        one.subtitle == "23 novembre 2026, 09:00 · J+10 · remplace le bulletin 11 · Valable jusqu’au bulletin suivant"
    )
    assert one.approved == "Approuvé par Dr Anne Lefèvre, le 23 novembre 2026, 09:00."
    assert one.seal == f"Signé par Relight, clé {'ab' * 8}, empreinte {'cd' * 8}."


def test_systems_that_fail_are_named_by_how_badly_the_most_felt_first() -> None:
    """Case 45."""
    down = tuple(System(id=id, names={"fr": id}, state="down") for id in ("prescription", "patient-record"))
    partly = System(id="telephony", names={"fr": "téléphonie"}, state="degraded")
    assert sheet(facts(systems=(*down, partly))).systems == (
        "Informatique. Hors service : Patient-record, Prescription. Fonctionne en partie : Téléphonie."
    )


def test_what_services_are_to_practitioners_names_kinds_the_policy_knows() -> None:
    from relight.activity.plain import Kind

    assert {nature.kind for nature in natures().values()} <= {"", *(kind.value for kind in Kind)}


# -- messages: 46-49 ------------------------------------------------------------------------------------


@given(st.text())
def test_any_text_becomes_gsm(text: str) -> None:
    """Case 46."""
    assert set(gsm(text)) <= GSM


def test_accents_the_alphabet_has_stay_and_the_others_lose_theirs() -> None:
    """Case 46."""
    assert gsm("Hôpital à Liège – 3 œufs… « ça »") == 'Hopital à Liège - 3 oeufs... " ca "'


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_never_grows_beyond_one_part_and_keeps_the_number_to_call(language: str) -> None:
    """Case 47."""
    many = tuple(named(f"s{n}", f"Très long service numéro {n}") for n in range(30))
    sites = tuple(named(f"x{n}", f"Site numéro {n} aux Longs Noms") for n in range(12))
    cells = [Cell(service="emergency", site=site.id, state=OPEN) for site in sites]
    cells += [Cell(service=one.id, site="x1", state=SUSPENDED) for one in many]
    full = facts(services=(*facts().services, *many), sites=sites, cells=tuple(cells))
    text = sms_text(full, meta=META, language=language)
    assert len(text) <= SMS_MOST and set(text) <= GSM
    assert text.endswith("Tel +3263231000")


def test_services_a_text_message_has_no_room_for_are_not_passed_over_in_silence() -> None:
    """Case 47."""
    many = tuple(named(f"s{n}", f"Service numéro {n}") for n in range(9))
    cells = tuple(Cell(service=one.id, site="arlon", state=SUSPENDED) for one in many)
    text = sms_text(facts(services=many, cells=cells), meta=META, language="fr")
    assert "service numéro 0" in text and ", ..." in text and "...." not in text and len(text) <= SMS_MOST


def test_a_text_message_says_number_open_departments_what_is_not_to_be_had_and_whom_to_call() -> None:
    """Case 48."""
    found = facts(cells=(
        Cell(service="emergency", site="arlon", state=OPEN), Cell(service="emergency", site="virton", state=SUSPENDED),
        Cell(service="cardiology", site="arlon", state=SUSPENDED), Cell(service="laboratory", site="arlon", state=URGENT),
    ))  # fmt: skip
    assert sms_text(found, meta=META, language="fr") == (
        "Hopitaux du Sud bulletin 12 J+10: urgences Arlon. Pas de cardiologie. Urgent seulement: laboratoire. "
        "Tel +3263231000"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_mail_is_wrapped_plain_text_with_everything_on_it(language: str) -> None:
    """Case 49."""
    one = sheet(language=language, free={language: "Un message."})
    text = mail_text(one)
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    for part in one.parts:
        assert part.title in text
    flat = " ".join(text.split())
    for said in (one.heading.upper(), one.approved, words_of(language).text("matrix_title"), "063 23 10 02"):
        assert " ".join(said.split()) in flat, said
