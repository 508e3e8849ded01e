"""The restart planned: who works when, what comes back by it, which order costs patients least. Cases of
docs/design/planning.md."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from relight.hospital.rules.graph import Graph, NodeDraft, PoolDraft, evaluate, graph_build
from relight.hospital.types import Level, NodeKind, Selector
from relight.kernel.errors import RelightError
from relight.pmo.engine.chances import chances_of
from relight.pmo.engine.line_kernels import NEVER
from relight.pmo.engine.restart import OrderBy, Restart
from relight.pmo.rules.calendar import lanes_of
from relight.pmo.rules.settings import settings_read
from relight.pmo.types import JobKind, Scene, SceneJob, SceneNode, ScenePool, Settings, Shift, Team, Work

MONDAY = datetime(2026, 11, 23, 8, 0)
SHIPPED = files("relight.pmo").joinpath("planning.toml").read_text(encoding="utf-8")
ALL_DAYS = frozenset(range(1, 8))


def team(id: str, lanes: int, *, from_min: int = 0, to_min: int = 1440, days: frozenset[int] = ALL_DAYS) -> Team:
    return Team(id=id, names={"en": id}, shifts=(Shift(lanes=lanes, from_min=from_min, to_min=to_min, days=days),))


def assumed(*teams: Team, minutes: float = 60, **chances: float) -> Settings:
    """One stage of work a machine, an acceptance of an hour, a zone of two."""
    given = teams or (team("it", 1),)
    first, last = given[0].id, given[-1].id
    works = (
        Work(klass="other", stages={"admitted": (first, minutes)}, spread=1.0),
        Work(klass="slow", stages={"verified": (first, 3 * minutes), "admitted": (first, minutes)}, spread=1.5),
        Work(klass="acceptance", stages={"accepted": (last, 60)}, spread=1.0),
        Work(klass="zone", stages={"opened": (last, 120)}, spread=1.0),
        Work(klass="link", stages={"rung": (first, 60)}, spread=1.0),
    )
    none = {"degraded": 0.5, "rework": 0.0, "absence": 0.0, "reinfection_days": 0.0, "stop_hours": 0.0}
    return Settings(version="t", country="", teams=given, works=works, **{**none, **chances})


def machine(name: str, *pools: int, klass: str = "other", **fields: object) -> SceneJob:
    stages = ("verified", "admitted") if klass == "slow" else ("admitted",)
    given = {"kind": JobKind.ITEM, "site": "a", "stages": stages, "pools": pools, **fields}
    return SceneJob(id=f"fleet:{name}", name=name, klass=klass, **given)  # type: ignore[arg-type]


def unit(id: str, *, held: tuple[int, int] = (1, 0), weight: int = 16, **fields: object) -> SceneNode:
    given = {"is_unit": True, "site": "a", "tier": 1, "patients": 10.0, "needs": (), **fields}
    return SceneNode(id=id, held=held, weight=weight, **given)  # type: ignore[arg-type]


def scene(nodes: list[SceneNode], pools: list[ScenePool], jobs: list[SceneJob]) -> Scene:
    return Scene(nodes=tuple(nodes), pools=tuple(pools), jobs=tuple(jobs), site_order={"a": 1, "b": 2})


def pool(owner: int, need: int, *, have: int = 0, vital: bool = True) -> ScenePool:
    return ScenePool(owner=owner, need=need, have=have, vital=vital)


def test_case_40_of_k_of_n_the_quickest_are_taken_first() -> None:
    jobs = [machine("slow", 0, klass="slow"), machine("quick", 0), machine("spare", 0)]
    restart = Restart(scene([unit("u@a")], [pool(0, 2)], jobs), assumed(), start=MONDAY, days=5)
    found = restart.outcome(restart.goals())
    assert found.up_at[0] == 120
    assert found.end[0] == 120 + 240


def test_case_41_a_function_is_signed_for_only_once_all_it_needs_is_there() -> None:
    accept = SceneJob(
        id="acceptance:f",
        name="f",
        kind=JobKind.ACCEPTANCE,
        klass="acceptance",
        site="",
        stages=("accepted",),
        owners=(0,),
    )
    nodes = [unit("f", held=(2, 0), weight=0, is_unit=False, tier=0), unit("u@a", needs=((0, True),))]
    restart = Restart(
        scene(nodes, [pool(0, 1)], [accept, machine("m", 0)]),
        assumed(team("it", 1), team("owners", 1)),
        start=MONDAY,
        days=5,
    )
    found = restart.outcome(restart.goals())
    assert (found.begin[0], found.up_at[1]) == (60, 120)


def test_case_42_nothing_is_admitted_before_the_zone_of_its_site_is_open() -> None:
    zone = SceneJob(id="zone:a", name="a", kind=JobKind.ZONE, klass="zone", site="a", stages=("opened",), owners=(0,))
    jobs = [zone, machine("m", 0, klass="slow", hold=0)]
    restart = Restart(
        scene([unit("u@a", held=(2, 0))], [pool(0, 1)], jobs),
        assumed(team("it", 1), team("net", 1), minutes=30),
        start=MONDAY,
        days=5,
    )
    found = restart.outcome(restart.goals())
    assert found.end[0] == 120
    assert found.end[1] == 150, "checked by 90, then it waited for the zone"


def test_case_30_work_stops_with_the_shift_and_goes_on_in_the_next_one() -> None:
    day = team("it", 1, from_min=8 * 60, to_min=16 * 60, days=frozenset({1, 2, 3, 4, 5}))
    jobs = [machine("m", 0)]
    restart = Restart(scene([unit("u@a")], [pool(0, 1)], jobs), assumed(day, minutes=9 * 60), start=MONDAY, days=5)
    assert restart.outcome(restart.goals()).up_at[0] == 24 * 60 + 60
    friday = MONDAY.replace(day=27)
    late = Restart(scene([unit("u@a")], [pool(0, 1)], jobs), assumed(day, minutes=9 * 60), start=friday, days=5)
    assert late.outcome(late.goals()).up_at[0] == 3 * 24 * 60 + 60


def test_case_31_nobody_works_on_days_off_and_public_holidays_but_who_does() -> None:
    christmas = datetime(2026, 12, 24, 0, 0)
    usual, always = team("usual", 1), replace(team("always", 1), holidays=True)
    off = replace(team("off", 1), off=frozenset({date(2026, 12, 24)}))
    lanes = lanes_of(replace(assumed(usual, always, off), country="BE"), start=christmas, days=3)
    worked = lanes.works.reshape(3, 3, 48).sum(axis=2).tolist()
    assert worked == [[48, 0, 48], [48, 48, 48], [0, 0, 48]]


def test_case_32_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = team("night", 1, from_min=22 * 60, to_min=6 * 60, days=frozenset({7}))
    lanes = lanes_of(assumed(night), start=datetime(2026, 11, 23, 0, 0), days=2)
    assert lanes.works[0].nonzero()[0].tolist() == list(range(12))


def random_scene(seed: int) -> tuple[Scene, Graph]:
    """A few functions and units over each other, machines in several pools, some of it already there."""
    chance = random.Random(seed)
    count = chance.randint(2, 7)
    drafts, pools = [], []
    for place in range(count):
        needs = tuple((f"n{below}", chance.random() < 0.7) for below in range(place) if chance.random() < 0.4)
        gates = (f"g{place}",) if chance.random() < 0.4 else ()
        drafts.append(NodeDraft(id=f"n{place}", kind=NodeKind.UNIT, needs=needs, gates=gates))
        for number in range(chance.randint(0, 2)):
            select = Selector(role=f"r{place}{number}")
            pools.append(
                PoolDraft(
                    owner=f"n{place}", select=select, need=chance.randint(1, 3), of=0, vital=chance.random() < 0.6
                )
            )
    graph = graph_build(drafts, pools)
    have = [chance.randint(0, 1) for _ in pools]
    state = evaluate(graph, counts=have, open_gates=())
    gates = [
        SceneJob(
            id=gate,
            name=gate,
            kind=JobKind.ACCEPTANCE,
            klass="acceptance",
            site="",
            stages=("accepted",),
            owners=graph.gate_owners[place],
        )
        for place, gate in enumerate(graph.gates)
    ]
    machines = [
        machine(
            f"m{number}",
            *sorted({chance.randrange(len(pools)) for _ in range(2)} if pools else ()),
            klass=chance.choice(["slow", "other"]),
        )
        for number in range(chance.randint(3, 14))
    ]
    nodes = [
        unit(
            draft.id,
            held=(state.held_down[place], state.held_degraded[place]),
            weight=chance.randint(1, 16),
            needs=graph.needs[place],
        )
        for place, draft in enumerate(drafts)
    ]
    made = [
        ScenePool(owner=graph.pool_owner[place], need=draft.need, have=have[place], vital=draft.vital)
        for place, draft in enumerate(pools)
    ]
    return scene(nodes, made, [*gates, *machines]), graph


@effort(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_case_43_levels_rise_when_the_graph_says_so(seed: int) -> None:
    """The graph of the hospital, asked anew with what is done, gives the level of every node at every moment."""
    made, graph = random_scene(seed)
    restart = Restart(made, assumed(team("it", 2), team("owners", 1)), start=MONDAY, days=30)
    found = restart.outcome(restart.goals_by(OrderBy.TIERS))
    for time in sorted({0, *(int(end) for end in found.end if end < NEVER)}):
        done = [job for place, job in enumerate(made.jobs) if found.end[place] <= time]
        counts = [pool.have + sum(place in job.pools for job in done) for place, pool in enumerate(made.pools)]
        gates = [graph.gate_index[job.id] for job in done if job.kind is JobKind.ACCEPTANCE]
        levels = evaluate(graph, counts=counts, open_gates=gates).levels
        for node, level in enumerate(levels):
            assert (found.up_at[node] <= time, found.normal_at[node] <= time) == (
                level >= Level.DEGRADED,
                level == Level.NORMAL,
            )


@effort(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_case_44_nobody_does_two_things_at_once_and_no_order_beats_the_bound(seed: int) -> None:
    made, _ = random_scene(seed)
    restart = Restart(made, assumed(team("it", 2), team("owners", 1)), start=MONDAY, days=30)
    for by in (OrderBy.TIERS, OrderBy.SITES):
        found = restart.outcome(restart.goals_by(by))
        assert restart.bound() <= found.cost + 1e-9
        done = [place for place, job in enumerate(made.jobs) if job.kind is JobKind.ITEM and found.end[place] < NEVER]
        work = sum(60 if made.jobs[place].klass == "other" else 240 for place in done)
        assert work <= 2 * max((int(found.end[place]) for place in done), default=0)


def two_wards(*, cheap: int, dear: int) -> Scene:
    """One ward that needs one machine, one that needs four: both tier 1."""
    nodes = [unit("large@a", weight=dear), unit("small@b", weight=cheap, site="b")]
    jobs = [machine(f"l{number}", 0) for number in range(4)] + [machine("s", 1, site="b")]
    return scene(nodes, [pool(0, 4), pool(1, 1)], jobs)


def test_case_50_what_weighs_more_for_its_work_comes_first() -> None:
    quick = Restart(two_wards(cheap=16, dear=16), assumed(), start=MONDAY, days=5).search(time_limit_s=0.2)
    assert (quick.up_at[1], quick.up_at[0]) == (60, 300), "the small ward waits an hour, not five"
    grave = Restart(two_wards(cheap=1, dear=100), assumed(), start=MONDAY, days=5).search(time_limit_s=0.2)
    assert (grave.up_at[0], grave.up_at[1]) == (240, 300)


@effort(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_case_51_the_computed_order_is_never_worse_than_those_people_use(seed: int) -> None:
    made, _ = random_scene(seed)
    restart = Restart(made, assumed(team("it", 1), team("owners", 1)), start=MONDAY, days=30)
    best = restart.search(time_limit_s=0.1)
    for by in (OrderBy.TIERS, OrderBy.SITES):
        assert best.cost <= restart.outcome(restart.goals_by(by)).cost + 1e-9


def test_case_52_a_plan_made_again_moves_nothing_when_nothing_changed() -> None:
    made, _ = random_scene(7)
    restart = Restart(made, assumed(team("it", 1), team("owners", 1)), start=MONDAY, days=30)
    plan = restart.search(time_limit_s=0.3)
    assert restart.search(time_limit_s=0.2, keep=plan.goals, seed=9).goals == plan.goals


def test_case_53_what_can_never_come_is_said_and_costs_all_days() -> None:
    restart = Restart(scene([unit("u@a")], [pool(0, 2)], [machine("only", 0)]), assumed(), start=MONDAY, days=5)
    found = restart.search(time_limit_s=0.05)
    assert found.normal_at[0] >= NEVER
    assert found.cost == pytest.approx(16 * 5)


def test_case_60_counts_never_fall_and_never_pass_what_there_is() -> None:
    restart = Restart(two_wards(cheap=16, dear=16), assumed(rework=0.5), start=MONDAY, days=20)
    chances = chances_of(restart, restart.goals(), runs=200, seed=3, days=4)
    assert (np.diff(chances.machines, axis=1) >= 0).all()
    assert chances.machines[:, -1].max() == 5
    dates = [chances.quantile(chances.normal_at[:, 0], share) for share in (0.5, 0.8, 0.95)]
    assert dates == sorted(dates)
    assert dates[0] < dates[2]


def test_case_61_equal_seeds_give_equal_chances_whatever_runs_beside() -> None:
    made, _ = random_scene(11)
    restart = Restart(made, assumed(team("it", 1), team("owners", 1), rework=0.3, absence=0.1), start=MONDAY, days=60)
    one, two = (chances_of(restart, restart.goals(), runs=50, seed=5, days=10) for _ in range(2))
    assert (one.normal_at == two.normal_at).all()
    assert (one.machines == two.machines).all()


def test_case_62_rework_missing_staff_and_a_stop_of_the_line_make_dates_later() -> None:
    made = scene([unit("u@a")], [pool(0, 20)], [machine(f"m{number}", 0, klass="slow") for number in range(20)])
    median = {}
    chances = {
        "none": {},
        "rework": {"rework": 0.9},
        "absence": {"absence": 0.5},
        "stop": {"reinfection_days": 2.0, "stop_hours": 48.0},
    }
    for word, doubts in chances.items():
        restart = Restart(made, assumed(minutes=120, **doubts), start=MONDAY, days=200)
        median[word] = float(np.median(chances_of(restart, restart.goals(), runs=200, seed=1, days=10).normal_at[:, 0]))
    assert median["absence"] > median["none"]
    assert median["stop"] > median["none"] + 24 * 60


def test_case_63_what_moves_a_date_most_is_the_team_that_does_its_work() -> None:
    made = scene([unit("u@a")], [pool(0, 10)], [machine(f"m{number}", 0) for number in range(10)])
    restart = Restart(made, assumed(team("idle", 1), team("it", 1)), start=MONDAY, days=60)
    busy = Restart(made, assumed(team("it", 1), team("idle", 1)), start=MONDAY, days=60)
    for found in (restart, busy):
        place, share = chances_of(found, found.goals(), runs=200, seed=1, days=5).moves_most(0)
        assert (place, share > 0.9) == (0, True)


def test_the_shipped_settings_have_no_fault() -> None:
    read = settings_read(SHIPPED.encode(), filename="planning.toml")
    assert read.work("printer") == read.work("other")


@pytest.mark.parametrize(
    ("was", "becomes", "code"),
    [
        ("format = 1", "format = [", "RL-PMO-040"),
        ("format = 1", "format = 2", "RL-PMO-041"),
        ("rework = 0.08", "rework = 8", "RL-PMO-041"),
        ('id = "bench"', 'id = "retrieval"', "RL-PMO-042"),
        ('klass = "zone"', 'klass = "zones"', "RL-PMO-043"),
        ("lanes = 5,", "lanes = 0,", "RL-PMO-044"),
        ("days = [1, 2, 3, 4, 5] }]", "days = [] }]", "RL-PMO-045"),
        ('from = "08:00", to = "20:00"', 'from = "08:00", to = "08:00"', "RL-PMO-045"),
        ('["owners", 90]', '["nobody", 90]', "RL-PMO-046"),
        ('["owners", 90]', '["owners", -1]', "RL-PMO-041"),
    ],
)
def test_cases_20_to_27_settings_that_could_never_be_planned_are_refused(was: str, becomes: str, code: str) -> None:
    assert was in SHIPPED
    with pytest.raises(RelightError) as refusal:
        settings_read(SHIPPED.replace(was, becomes, 1).encode(), filename="planning.toml")
    assert refusal.value.code == code
