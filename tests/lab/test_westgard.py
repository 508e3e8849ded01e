"""Westgard's multirule, cases Q1-Q14 of docs/design/lab.md.

The published definitions are those of Westgard, Barry, Hunt, Groth (Clin Chem 1981;27:493-501), as restated
in J Assist Reprod Genet 2014;31:25-33, table 1: each rule within one material and across materials.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.lab.rules.westgard import Point, Rule, judge, rejects, z_of

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def days(*values: float, level: str = "1") -> list[Point]:
    """One point of one material a day."""
    return [Point(level=level, at=START + timedelta(days=n), z=Decimal(str(z))) for n, z in enumerate(values)]


def runs(*pairs: tuple[float, float]) -> list[Point]:
    """Two materials a run, one run a day."""
    points: list[Point] = []
    for number, (first, second) in enumerate(pairs):
        at = START + timedelta(days=number)
        points.append(Point(level="1", at=at, z=Decimal(str(first))))
        points.append(Point(level="2", at=at + timedelta(minutes=2), z=Decimal(str(second))))
    return points


def broken(points: list[Point]) -> list[str]:
    """Judge the last point beside those before it."""
    return [rule.value for rule in judge(points[-1], points[:-1])]


@pytest.mark.parametrize(
    ("case", "points", "expected"),
    [
        ("Q1 a point within 2s breaks nothing", days(0.4, -1.2, 1.9), []),
        ("Q2 on the limit is not beyond it", days(0.0, 2.0), []),
        ("Q3 one point beyond 2s warns", days(0.1, 2.1), ["1-2s"]),
        ("Q4 one point beyond 3s rejects", days(0.1, -3.2), ["1-2s", "1-3s"]),
        ("Q5 two in a row beyond the same 2s of one material reject", days(0.1, 2.2, 2.4), ["1-2s", "2-2s"]),
        ("Q5 two in a row beyond opposite 2s over days warn only", days(0.1, 2.2, -2.4), ["1-2s"]),
        ("Q6 both materials of a run beyond the same 2s reject", runs((0.2, 0.1), (-2.1, -2.3)), ["1-2s", "2-2s"]),
        ("Q7 materials of a run beyond opposite 2s reject", runs((0.2, 0.1), (2.1, -2.2)), ["1-2s", "R-4s"]),
        ("Q8 opposite 2s of different runs are no R-4s", runs((2.1, 0.3), (0.1, -2.2)), ["1-2s"]),
        ("Q9 four in a row beyond 1s of one material reject", days(0.2, 1.1, 1.3, 1.2, 1.4), ["4-1s"]),
        ("Q9 three in a row do not", days(0.2, 1.1, 1.3, 1.2), []),
        ("Q10 two runs of both materials beyond 1s reject", runs((0.1, 0.0), (1.1, 1.2), (1.3, 1.1)), ["4-1s"]),
        ("Q11 ten in a row on one side of the mean reject", days(-0.1, *[0.2] * 10), ["10-x"]),
        ("Q11 nine in a row do not", days(-0.1, *[0.2] * 9), []),
        ("Q11 a point on the mean parts the row", days(*[0.2] * 9, 0.0, 0.2), []),
        ("Q12 five runs of both materials on one side reject", runs((0.1, -0.3), *[(-0.2, -0.4)] * 5), ["10-x"]),
    ],
)
def test_a_rule_is_broken_exactly_where_its_definition_says(case, points, expected):
    """Q1-Q12: each rule at its limit, just beyond it, and just short of it."""
    assert broken(points) == expected, case


def test_a_note_about_a_rejected_point_lets_the_rules_count_anew():
    """Q13: after a cause was found and noted, what came before no longer speaks against the next points."""
    before = days(*[0.5] * 10)
    drift = Point(level="1", at=START + timedelta(days=10), z=Decimal("0.5"))
    assert Rule.R_10_X in judge(drift, before)
    cleared = [*before[:-1], Point(level="1", at=before[-1].at, z=before[-1].z, cleared=True)]
    assert judge(drift, cleared) == ()


def test_a_later_point_never_speaks_about_an_earlier_one():
    """Q14: a control typed afterwards is judged by what had been measured before it."""
    points = days(2.2, 2.4)
    assert judge(points[0], [points[1]]) == (Rule.R_1_2S,)


def test_a_warning_alone_rejects_nothing():
    assert not rejects(["1-2s"])
    assert rejects(["1-2s", "2-2s"])


def test_values_are_compared_as_decimals():
    """0.1 + 0.2 beyond a mean of 0 with SD 0.15 lies on 2s exactly, not beyond it."""
    assert z_of(Decimal("0.1") + Decimal("0.2"), mean=Decimal(0), sd=Decimal("0.15")) == 2


@given(st.lists(st.decimals(-5, 5, places=2), min_size=1, max_size=25))
def test_the_order_in_which_earlier_points_are_given_does_not_matter(values):
    points = [Point(level=str(n % 2), at=START + timedelta(hours=6 * n), z=z) for n, z in enumerate(values)]
    assert judge(points[-1], points[:-1]) == judge(points[-1], points[-2::-1])


@given(st.lists(st.decimals(-5, 5, places=2), min_size=1, max_size=25))
def test_mirrored_points_break_the_same_rules(values):
    """No rule knows a direction."""
    points = [Point(level=str(n % 2), at=START + timedelta(minutes=50 * n), z=z) for n, z in enumerate(values)]
    mirrored = [Point(level=one.level, at=one.at, z=-one.z) for one in points]
    assert broken(points) == broken(mirrored)
