"""Claims about the console's pure decisions."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import relight
from relight.console.rules.burnup import BurnWords, burn_up_of
from relight.console.rules.entries import LIST_SHOWN, body_fields, read_day
from relight.console.rules.finding import is_exactly, matches
from relight.console.rules.matrix import tally, tiers
from relight.console.rules.words import EVENTS, VERBS, how_many, subject_words, verb_words
from relight.console.types import DayCount, UnitFact
from relight.kernel.errors import InputError
from relight.paper.charts import Form

SOURCES = Path(relight.__file__).parent
APPS = ("fleet", "line", "hospital", "people", "journal")


def unit(service: str, site: str, *, tier: int = 1, state: str = "paper") -> UnitFact:
    return UnitFact(
        id=f"{service}@{site}",
        service=service,
        service_name=service.title(),
        site=site,
        site_name=site.title(),
        tier=tier,
        state=state,
        href="",
    )


# -- the matrix ------------------------------------------------------------------------------------


def test_the_most_urgent_tier_stands_first_whatever_order_units_come_in() -> None:
    found = tiers([unit("canteen", "arlon", tier=3), unit("emergency", "arlon", tier=1)], sites=["arlon"])
    assert [(tier.tier, [row.id for row in tier.rows]) for tier in found] == [(1, ["emergency"]), (3, ["canteen"])]


def test_every_row_has_a_cell_for_every_site_and_none_where_the_service_is_not() -> None:
    found = tiers([unit("emergency", "arlon"), unit("surgery", "virton")], sites=["arlon", "bertrix", "virton"])
    assert [[cell and cell.id for cell in row.cells] for row in found[0].rows] == [
        ["emergency@arlon", None, None],
        [None, None, "surgery@virton"],
    ]


def test_a_unit_at_a_site_without_column_is_left_out() -> None:
    assert tiers([unit("emergency", "closed-site")], sites=["arlon"]) == ()


def test_the_tally_names_every_state_even_when_nothing_is_in_it() -> None:
    assert tally([unit("emergency", "arlon")]) == {"normal": 0, "degraded": 0, "paper": 1}


# -- the words of the journal ----------------------------------------------------------------------


def texts_given(*, call: str = "", keyword: str = "") -> set[str]:
    """The dotted words given first to calls of a name or method, or by a keyword to any call."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            values = [k.value for k in node.keywords if k.arg == keyword and keyword]
            values += node.args[:1] if call and name == call else []
            found |= {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}
    return {text for text in found if re.fullmatch(r"[a-z]+\.[a-z_-]+", text)}


def test_every_verb_the_program_writes_is_declared_with_words() -> None:
    verbs = texts_given(call="entry", keyword="verb")
    assert {"people.create", "people.locked", "line.move"} <= verbs
    assert verbs - set(VERBS) == set()


def test_every_event_the_program_writes_is_declared_with_words() -> None:
    events = texts_given(keyword="event") | {name for name in texts_given(keyword="name") if name.split(".")[0] in APPS}
    assert {"line.moved", "line.signed"} <= events
    assert events - set(EVENTS) == set()


def test_a_verb_nobody_declared_is_shown_as_it_is_written() -> None:
    assert verb_words("lab.unheard").did == "lab.unheard"


@pytest.mark.parametrize(
    ("body", "counted", "count"),
    [
        ({"items": [1, 2, 3]}, "items", 3),
        ({"n": 7}, "n", 7),
        ({"n": True}, "n", 1),
        ({}, "items", 1),
        ({"a": [1]}, "", 1),
    ],
)
def test_how_many_things_an_entry_is_about_is_read_from_its_body(
    body: dict[str, object], counted: str, count: int
) -> None:
    assert how_many(body, counted=counted) == count


def test_a_subject_is_split_into_the_word_of_its_kind_and_its_id() -> None:
    assert subject_words("unit:emergency@arlon") == ("service unit", "emergency@arlon")
    assert subject_words("robot:r2") == ("robot", "r2")
    assert subject_words("nothing") == ("", "nothing")


# -- an entry's body -------------------------------------------------------------------------------


def told(body: dict[str, object]) -> list[tuple[str, str, int]]:
    return [(f.key, ", ".join(piece.text for piece in f.pieces), f.depth) for f in body_fields(body)]


def test_a_body_reads_line_by_line_with_what_is_inside_indented() -> None:
    assert told({"from": {"stage": "seen"}, "items": ["a", "b"], "done": True, "note": None, "why": ""}) == [
        ("from", "", 0),
        ("stage", "seen", 1),
        ("items", "a, b", 0),
        ("done", "✓", 0),
        ("note", "–", 0),
        ("why", "–", 0),
    ]


def test_a_list_of_maps_is_counted_and_numbered() -> None:
    assert told({"rows": [{"line": 4}, {"line": 9}]}) == [
        ("rows", "2", 0),
        ("1", "", 1),
        ("line", "4", 2),
        ("2", "", 1),
        ("line", "9", 2),
    ]


def test_of_a_very_long_list_the_rest_is_counted() -> None:
    (field,) = body_fields({"items": list(range(LIST_SHOWN + 5))})
    assert (len(field.pieces), field.more) == (LIST_SHOWN, 5)


DEEP = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), DEEP, max_size=6))
def test_every_body_the_journal_takes_can_be_read(body: dict[str, object]) -> None:
    assert len(body_fields(body)) >= len(body)


# -- days ------------------------------------------------------------------------------------------


def test_a_day_is_typed_as_a_date_or_as_a_day_of_the_crisis() -> None:
    zero = date(2026, 11, 13)
    assert read_day("2026-11-23", day_zero=zero) == date(2026, 11, 23)
    assert [read_day(text, day_zero=zero) for text in ("J+3", "d+3", "D3", " T + 3 ", "3")] == [date(2026, 11, 16)] * 5
    assert read_day("  ", day_zero=zero) is None


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "D+", "23/11/2026"])
def test_what_is_no_day_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_day(text, day_zero=date(2026, 11, 13))
    assert refusal.value.code == "RL-CON-001"


def test_a_day_of_the_crisis_means_nothing_before_day_zero_is_known() -> None:
    with pytest.raises(InputError):
        read_day("D+3", day_zero=None)


# -- finding ---------------------------------------------------------------------------------------


def test_accents_and_case_count_for_nothing_and_every_word_typed_must_begin_one() -> None:
    assert matches("reanim", "Réanimation")
    assert matches("SOINS int", "Soins intensifs")
    assert matches("arlon urg", "Urgences", "emergency@arlon")
    assert not matches("gences", "Urgences")
    assert not matches("urgences virton", "Urgences", "emergency@arlon")
    assert not matches("  ", "Urgences")


def test_only_the_name_itself_is_exact() -> None:
    assert is_exactly(" PC-ARL-12 ", "pc-arl-12")
    assert not is_exactly("pc-arl-1", "pc-arl-12")
    assert not is_exactly("", "")


# -- the burn-up -----------------------------------------------------------------------------------

WORDS = BurnWords(title="t", admitted="operational", in_line="in the line", expected="expected", day_prefix="D+")


def day(number: int, admitted: int, in_line: int = 0, expected: int = 0) -> DayCount:
    return DayCount(day=number, admitted=admitted, in_line=in_line, expected=expected)


def test_an_empty_hospital_shows_no_empty_chart() -> None:
    assert burn_up_of([], words=WORDS, number=str) is None
    assert burn_up_of([day(0, 0), day(1, 0)], words=WORDS, number=str) is None


def test_the_burn_up_says_in_words_what_it_shows() -> None:
    chart = burn_up_of([day(0, 0, 0, 3000), day(1, 220, 40, 3000)], words=WORDS, number=str)
    assert chart is not None
    assert chart.description == "D+0: 0 operational. D+1: 220 operational; 40 in the line; 3000 expected."
    assert [series.form for series in chart.series] == [Form.AREA, Form.BAND, Form.LINE]


def test_nothing_expected_draws_no_line_at_zero() -> None:
    chart = burn_up_of([day(0, 5, 2)], words=WORDS, number=str)
    assert chart is not None and [series.key for series in chart.series] == ["admitted", "in-line"]
