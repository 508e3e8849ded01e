"""Trends as SVG: well formed, equal for equal arguments, and no line through what is no number."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from relight.paper.trends import NARROW, WIDE, WIDE_STRIPS, Look, Point, Strip, Trend, scale_ticks, trend_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*points: Point, **fields: object) -> ElementTree.Element:
    strip = Strip(name="Potassium (mmol/L)", lines=(points,), **fields)  # type: ignore[arg-type]
    trend = Trend(title="K <&>", description="", strips=(strip,), ticks=((0.0, "1.11."), (9.0, "9.11.")))
    return ElementTree.fromstring(trend_svg(trend, sheet=WIDE, ident="x"))


def test_a_value_known_to_be_below_is_an_arrow_and_breaks_the_line() -> None:
    """Two lines, each between numbers; the arrow stands alone."""
    looks = (Look.PLAIN, Look.PLAIN, Look.BELOW, Look.PLAIN, Look.GRAVE)
    picture = drawn(*(Point(x=n, y=4.0 + n, look=look) for n, look in enumerate(looks)))
    assert len(picture.findall(f"{SVG}polyline")) == 2
    assert [mark.get("class") for mark in picture.findall(f"{SVG}polygon")] == ["mark-below"]
    assert len(picture.findall(f"{SVG}g")) == 1


def test_each_point_says_all_about_itself() -> None:
    """For who rests on it or cannot see it."""
    picture = drawn(Point(x=1, y=2, reading="20.11. 08:00, 6.2 mmol/L, critically high", look=Look.WARN))
    (mark,) = picture.findall(f"{SVG}polygon")
    assert mark.findtext(f"{SVG}title") == "20.11. 08:00, 6.2 mmol/L, critically high"


def test_the_band_lies_between_its_ends() -> None:
    """A value above the band is drawn above it."""
    picture = drawn(Point(x=0, y=9), Point(x=1, y=4), low=3.5, high=5.1)
    (band,) = picture.findall(f"{SVG}rect")
    high, inside = (float(mark.get("cy", "0")) for mark in picture.findall(f"{SVG}circle"))
    top = float(band.get("y", "0"))
    assert high < top < inside < top + float(band.get("height", "0"))


def test_words_without_room_become_dots() -> None:
    """Nothing is written over something else, and nothing is left out."""
    points = tuple(Point(x=n, y=0, word="Alert", reading=str(n)) for n in range(200))
    trend = Trend(title="", description="", strips=(Strip(name="N", lines=(points,), is_words=True),), ticks=())
    picture = ElementTree.fromstring(trend_svg(trend, sheet=WIDE_STRIPS, ident="x"))
    words = [one for one in picture.findall(f"{SVG}text") if one.get("class") == "mark-plain"]
    assert 2 < len(words) < 60
    assert len(words) + len(picture.findall(f"{SVG}circle")) == 200


numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


@given(
    st.lists(st.tuples(numbers, numbers, st.sampled_from(Look)), max_size=20), st.none() | numbers, st.none() | numbers
)
def test_any_values_make_a_whole_picture(values: list[tuple[float, float, Look]], low: float, high: float) -> None:
    """One point, none, all alike, a band upside down: still well formed and inside the paper."""
    line = tuple(Point(x=x, y=y, look=look, reading="<&>") for x, y, look in values)
    trend = Trend(title="t", description="d", strips=(Strip(name="s", lines=(line,), low=low, high=high),), ticks=())
    text = trend_svg(trend, sheet=NARROW, ident="x")
    assert text == trend_svg(trend, sheet=NARROW, ident="x")
    for mark in ElementTree.fromstring(text).findall(f"{SVG}circle"):
        assert -1 <= float(mark.get("cx", "0")) <= NARROW.width + 1


@given(numbers, st.floats(min_value=0.001, max_value=1e6))
def test_a_scale_has_few_round_ticks_inside_it(low: float, span: float) -> None:
    """At least none outside."""
    ticks = scale_ticks(low, low + span)
    assert len(ticks) <= 4
    assert all(low <= tick <= low + span for tick in ticks)
