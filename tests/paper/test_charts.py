"""Claims about the drawings: deterministic, accessible, themable, honest about their numbers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.paper.charts import NARROW, WIDE, BurnUp, Form, Frame, Number, Series, burn_up, day_ticks, ticks

NS = "{http://www.w3.org/2000/svg}"


def chart(*, admitted: tuple[int, ...] = (0, 0, 60, 220), expected: int = 500, number: Number = str) -> BurnUp:
    days = tuple(range(len(admitted)))
    return BurnUp(
        title="Machines over days",
        description="220 of 500 on D+3",
        days=days,
        day_prefix="D+",
        series=(
            Series(key="admitted", label="operational", form=Form.AREA, values=admitted),
            Series(key="line", label="in the line", form=Form.BAND, values=tuple(40 for _ in days)),
            Series(key="expected", label="expected", form=Form.LINE, values=tuple(expected for _ in days)),
        ),
        number=number,
    )


def values(svg: str) -> list[str]:
    return [e.text or "" for e in ET.fromstring(svg).iter(f"{NS}tspan") if e.get("class") == "chart-value"]


def points(svg: str, key: str) -> list[tuple[float, float]]:
    line = next(e for e in ET.fromstring(svg).iter(f"{NS}polyline") if f"s-{key}" in e.get("class", ""))
    return [tuple(map(float, pair.split(","))) for pair in line.get("points", "").split()]


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_chart_is_one_well_formed_image_with_a_name_and_a_description(frame: Frame) -> None:
    root = ET.fromstring(burn_up(chart(), frame=frame, ident="b"))
    assert root.tag == f"{NS}svg" and root.get("role") == "img"
    texts = {e.get("id"): e.text for e in root if e.get("id")}
    assert [texts[i] for i in root.get("aria-labelledby", "").split()] == ["Machines over days", "220 of 500 on D+3"]


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert burn_up(chart(), frame=WIDE, ident="b") == burn_up(chart(), frame=WIDE, ident="b")


def test_no_style_attribute_script_or_colour_is_written_so_that_policy_and_tokens_hold() -> None:
    svg = burn_up(chart(), frame=WIDE, ident="b")
    assert not re.search(r"style=|<style|<script|#[0-9a-f]{3,6}\b|rgb\(", svg)


def test_two_charts_on_a_page_share_no_id() -> None:
    ids = [re.findall(r' id="([^"]+)"', burn_up(chart(), frame=f, ident=i)) for f, i in ((WIDE, "a"), (NARROW, "b"))]
    assert ids[0] and not set(ids[0]) & set(ids[1])


def test_words_that_look_like_markup_stay_words() -> None:
    svg = burn_up(replace(chart(), title='<b onload="x">'), frame=WIDE, ident="b")
    assert ET.fromstring(svg)[0].text == '<b onload="x">'


def test_a_band_stands_on_the_series_below_it() -> None:
    svg = burn_up(chart(), frame=WIDE, ident="b")
    admitted, line, expected = (points(svg, key) for key in ("admitted", "line", "expected"))
    scale = (admitted[0][1] - expected[0][1]) / 500  # height of one machine
    assert line[-1][1] == pytest.approx(admitted[-1][1] - 40 * scale, abs=0.2)


def test_labels_carry_the_counts_themselves_and_not_the_stacked_heights() -> None:
    svg = burn_up(chart(number=lambda n: f"{n} x"), frame=WIDE, ident="b")
    assert sorted(values(svg)) == ["220 x", "40 x", "500 x"]


@pytest.mark.parametrize("expected", [3000, 100_000])
def test_a_target_far_above_is_named_with_an_arrow_and_does_not_press_the_rest_flat(expected: int) -> None:
    svg = burn_up(chart(expected=expected), frame=WIDE, ident="b")
    assert f"↑ {expected}" in values(svg)
    assert points(svg, "admitted")[-1][1] < WIDE.height / 2
    with pytest.raises(StopIteration):
        points(svg, "expected")


def test_before_anything_came_back_the_target_is_what_there_is_to_see() -> None:
    svg = burn_up(
        replace(chart(admitted=(0, 0)), series=(chart(admitted=(0, 0)).series[0], chart(admitted=(0, 0)).series[2])),
        frame=WIDE,
        ident="b",
    )
    assert points(svg, "expected") and "500" in values(svg)


def test_each_day_can_be_read_under_the_pointer() -> None:
    titles = [e.text for e in ET.fromstring(burn_up(chart(), frame=WIDE, ident="b")).iter(f"{NS}title")]
    assert titles[1:][2] == "D+2 · 60 operational · 40 in the line · 500 expected"


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.sampled_from([WIDE, NARROW]))
def test_every_mark_and_label_stays_on_the_paper(admitted: list[int], frame: Frame) -> None:
    svg = burn_up(chart(admitted=tuple(admitted)), frame=frame, ident="b")
    for key in ("admitted", "line"):
        assert all(0 <= x <= frame.width and 0 <= y <= frame.height for x, y in points(svg, key))
    tops = sorted(
        float(e.get("y", "")) for e in ET.fromstring(svg).iter(f"{NS}text") if "chart-label" in e.get("class", "")
    )
    assert tops[0] >= 0 and tops[-1] + frame.text * 1.1 <= frame.height
    assert all(later - earlier >= frame.text * 2.4 for earlier, later in pairwise(tops))


def test_day_zero_alone_is_drawn() -> None:
    assert points(burn_up(chart(admitted=(0,)), frame=WIDE, ident="b"), "admitted")


@pytest.mark.parametrize(
    ("top", "marks"),
    [(0, (0, 1)), (4, (0, 1, 2, 3, 4)), (7, (0, 2, 4, 6, 8)), (220, (0, 100, 200, 300)), (3000, (0, 1000, 2000, 3000))],
)
def test_an_axis_bears_round_numbers(top: int, marks: tuple[int, ...]) -> None:
    assert ticks(top, most=5) == marks


@given(st.integers(0, 10**6), st.integers(2, 12))
def test_an_axis_covers_its_top_with_no_more_marks_than_it_may(top: int, most: int) -> None:
    marks = ticks(top, most=most)
    assert len(marks) <= most and marks[0] == 0 and marks[-1] >= top


def test_the_day_axis_always_names_the_last_day() -> None:
    assert day_ticks(range(11), most=5) == (0, 5, 10)
    assert day_ticks(range(33), most=5) == (0, 10, 20, 32)
    assert day_ticks(range(12), most=5) == (0, 5, 11)


@pytest.mark.parametrize(
    ("days", "values"),
    [((), ()), ((0, 2), (1, 1)), ((0, 1), (1,)), ((0, 1), (1, -1))],
    ids=["no", "hole", "few", "neg"],
)
def test_a_chart_of_numbers_that_cannot_be_is_refused(days: tuple[int, ...], values: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        BurnUp(
            title="t",
            description="d",
            days=days,
            day_prefix="D+",
            series=(Series(key="a", label="a", form=Form.AREA, values=values),),
        )


def test_a_band_first_has_nothing_to_stand_on() -> None:
    with pytest.raises(ValueError):
        replace(chart(), series=(Series(key="a", label="a", form=Form.BAND, values=(0, 0, 0, 0)),))
