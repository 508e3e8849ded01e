"""NEWS2 against the tables the Royal College of Physicians published in 2017, boundary by boundary."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relight.record.rules import news2
from relight.record.rules.news2 import Consciousness, NoScore, Parameter, Risk, Scale, Score, Signs, Unfit

NORMAL = {
    "respiration": Decimal(16), "saturation": Decimal(97), "on_oxygen": False, "systolic": Decimal(120),
    "pulse": Decimal(70), "consciousness": Consciousness.ALERT, "temperature": Decimal("37.0"),
}  # fmt: skip


def scored(scale: Scale = Scale.ONE, **changed: object) -> Score:
    answer = news2.news2(Signs(**{**NORMAL, **changed}), scale=scale, age_years=70, is_pregnant=False)
    assert isinstance(answer, Score)
    return answer


def points(table: str, *, step: str = "1") -> list[tuple[Decimal, int]]:
    """Read `low-high:points` bands: every value of the step in them."""
    found = []
    for band in table.split():
        span, _, count = band.partition(":")
        low, _, high = span.partition("-")
        at = Decimal(low)
        while at <= Decimal(high or low):
            found.append((at, int(count)))
            at += Decimal(step)
    return found


# Chart 1 of the report: the whole table.
RESPIRATION = points("0-8:3 9-11:1 12-20:0 21-24:2 25-60:3")
SCALE_1 = points("20-91:3 92-93:2 94-95:1 96-100:0")
SCALE_2_AIR = points("20-83:3 84-85:2 86-87:1 88-100:0")
SCALE_2_OXYGEN = points("20-83:3 84-85:2 86-87:1 88-92:0 93-94:1 95-96:2 97-100:3")
SYSTOLIC = points("40-90:3 91-100:2 101-110:1 111-219:0 220-300:3")
PULSE = points("20-40:3 41-50:1 51-90:0 91-110:1 111-130:2 131-250:3")
TEMPERATURE = points("25.0-35.0:3 35.1-36.0:1 36.1-38.0:0 38.1-39.0:1 39.1-43.0:2", step="0.1")


@pytest.mark.parametrize(
    ("reckoned", "table"),
    [
        (news2.respiration_points, RESPIRATION),
        (lambda v: news2.saturation_points(v, scale=Scale.ONE, on_oxygen=False), SCALE_1),
        (lambda v: news2.saturation_points(v, scale=Scale.ONE, on_oxygen=True), SCALE_1),
        (lambda v: news2.saturation_points(v, scale=Scale.TWO, on_oxygen=False), SCALE_2_AIR),
        (lambda v: news2.saturation_points(v, scale=Scale.TWO, on_oxygen=True), SCALE_2_OXYGEN),
        (news2.systolic_points, SYSTOLIC),
        (news2.pulse_points, PULSE),
        (news2.temperature_points, TEMPERATURE),
    ],
    ids=[
        "respiration",
        "scale-1-air",
        "scale-1-oxygen",
        "scale-2-air",
        "scale-2-oxygen",
        "systolic",
        "pulse",
        "celsius",
    ],
)
def test_every_value_has_the_points_of_the_published_table(reckoned, table) -> None:
    """Case 60: each value of each band, both ends with it."""
    assert [(value, reckoned(value)) for value, _ in table] == table


def test_everything_but_alert_is_three_and_oxygen_is_two() -> None:
    """Case 61: new confusion counts as much as unresponsive."""
    assert [news2.consciousness_points(one) for one in Consciousness] == [0, 3, 3, 3, 3]
    assert [news2.oxygen_points(one) for one in (False, True)] == [0, 2]


@pytest.mark.parametrize(
    ("total", "red", "risk"),
    [(0, False, Risk.NONE), (1, False, Risk.LOW), (4, False, Risk.LOW), (3, True, Risk.LOW_MEDIUM),
     (4, True, Risk.LOW_MEDIUM), (5, False, Risk.MEDIUM), (6, True, Risk.MEDIUM), (7, False, Risk.HIGH),
     (20, True, Risk.HIGH)],
)  # fmt: skip
def test_a_total_has_the_risk_of_the_published_thresholds(total: int, red: bool, risk: Risk) -> None:
    """Case 62: 3 in one parameter is more than a low total; from 5 and 7 the total speaks."""
    assert news2.risk_of(total, has_red=red) is risk
    assert news2.RISK_WORDS[risk] and news2.EVERY_WORDS[risk] and news2.RESPONSE_WORDS[risk]


def test_a_whole_set_is_summed_with_its_red_parameters_named() -> None:
    """Case 63: 25/min, 91 % on oxygen, 89 mmHg, 131/min, V, 35.0 °C: 20, the highest there is."""
    worst = scored(
        respiration=Decimal(25), saturation=Decimal(91), on_oxygen=True, systolic=Decimal(89), pulse=Decimal(131),
        consciousness=Consciousness.VOICE, temperature=Decimal("35.0"),
    )  # fmt: skip
    assert (worst.total, worst.risk) == (20, Risk.HIGH)
    assert set(worst.red) == set(Parameter) - {Parameter.OXYGEN}
    assert (scored().total, scored().risk, scored().red) == (0, Risk.NONE, ())


def test_one_red_parameter_alone_asks_for_a_doctor() -> None:
    """Case 64: new confusion alone is 3 points and not "low"."""
    confused = scored(consciousness=Consciousness.CONFUSION)
    assert (confused.total, confused.risk, confused.red) == (3, Risk.LOW_MEDIUM, (Parameter.CONSCIOUSNESS,))


def test_the_scale_changes_what_a_saturation_means() -> None:
    """Case 65: 89 % is 3 points on scale 1 and none on scale 2; 98 % with oxygen the other way round."""
    low, high = {"saturation": Decimal(89)}, {"saturation": Decimal(98), "on_oxygen": True}
    assert [scored(scale, **low).points[Parameter.SATURATION] for scale in Scale] == [3, 0]
    assert [scored(scale, **high).points[Parameter.SATURATION] for scale in Scale] == [0, 3]


@pytest.mark.parametrize(
    ("age", "pregnant", "why"),
    [(15, False, Unfit.CHILD), (0, True, Unfit.CHILD), (30, True, Unfit.PREGNANT), (None, False, Unfit.AGE_UNKNOWN)],
)
def test_there_is_no_score_for_whom_it_was_not_made(age: int | None, pregnant: bool, why: Unfit) -> None:
    """Case 66: under 16, pregnant, of an age nobody knows; a whole set changes nothing."""
    answer = news2.news2(Signs(**NORMAL), scale=Scale.ONE, age_years=age, is_pregnant=pregnant)
    assert answer == NoScore(why=why)
    assert isinstance(news2.news2(Signs(**NORMAL), scale=Scale.ONE, age_years=16, is_pregnant=False), Score)


@pytest.mark.parametrize("missing", list(NORMAL))
def test_a_set_that_is_not_whole_has_no_score_and_says_what_is_missing(missing: str) -> None:
    """Case 67: each of the seven; that oxygen was not mentioned is not "air"."""
    names = dict(zip(NORMAL, Parameter, strict=True))
    answer = news2.news2(Signs(**{**NORMAL, missing: None}), scale=Scale.ONE, age_years=70, is_pregnant=False)
    assert answer == NoScore(why=Unfit.INCOMPLETE, missing=(names[missing],))
