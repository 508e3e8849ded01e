"""Why, unlock, impact and what next, each held against the slow obvious answer."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from relight.hospital.rules.cover import BIG, Group, cover
from relight.hospital.rules.graph import NodeDraft, PoolDraft, graph_build
from relight.hospital.rules.impact import impact
from relight.hospital.rules.ranking import next_unlocks
from relight.hospital.rules.unlock import requirements, shortages, unlock
from relight.hospital.rules.why import CauseKind, why
from relight.hospital.rules.world import world_build
from relight.hospital.types import ComponentReport, Level, NodeKind, Selector

from .strategies import applied, cases, least_slowly, levels_slowly, unseen

F, U = NodeKind.FUNCTION, NodeKind.UNIT
SERVER, SWITCH = Selector(role="server"), Selector(role="switch")


def pool(owner, select, need=1, *, vital=True):
    return PoolDraft(owner=owner, select=select, need=need, of=3, vital=vital)


def machine(number, role="server", stages=3, **fields):
    return ComponentReport(ref=f"fleet:{number}", name=f"m{number}", role=role, stages_left=stages, **fields)


def chain_of_three():
    nodes = [
        NodeDraft(id="dns", kind=F, gates=("acceptance:dns",)),
        NodeDraft(id="directory", kind=F, needs=(("dns", True),)),
        NodeDraft(id="emergency@arlon", kind=U, needs=(("directory", True), ("dns", False)), gates=("zone:arlon",)),
    ]
    return graph_build(nodes, [pool("dns", SERVER, 2), pool("directory", SWITCH)])


# -- why ------------------------------------------------------------------------------------------


def test_case_20_a_normal_node_has_no_cause():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [])
    assert why(world_build(graph, []), "dns").causes == ()


def test_case_21_each_root_cause_comes_with_its_shortest_chain_among_those_that_hold_lowest():
    found = why(world_build(chain_of_three(), []), "emergency@arlon")
    chains = {(cause.kind, cause.chain[-1]): (cause.chain, cause.holds) for cause in found.causes}
    assert chains[CauseKind.POOL, "dns"] == (("emergency@arlon", "directory", "dns"), Level.DOWN)
    assert chains[CauseKind.POOL, "directory"] == (("emergency@arlon", "directory"), Level.DOWN)
    assert chains[CauseKind.ZONE, "emergency@arlon"] == (("emergency@arlon",), Level.DOWN)


def test_case_22_an_acceptance_nobody_can_sign_yet_is_no_cause_and_becomes_one_when_it_can():
    graph = chain_of_three()
    kinds = {cause.kind for cause in why(world_build(graph, []), "dns").causes}
    assert kinds == {CauseKind.POOL}
    running = [machine(1, operational=True), machine(2, operational=True)]
    assert [c.gate for c in why(world_build(graph, running), "dns").causes] == ["acceptance:dns"]


def test_case_23_a_shared_cause_is_named_once():
    nodes = [
        NodeDraft(id="dns", kind=F),
        *(NodeDraft(id=f"f{number}", kind=F, needs=(("dns", True),)) for number in range(4)),
        NodeDraft(id="top", kind=F, needs=tuple((f"f{number}", True) for number in range(4))),
    ]
    found = why(world_build(graph_build(nodes, [pool("dns", SERVER)]), []), "top")
    assert [cause.chain for cause in found.causes] == [("top", "f0", "dns")]


def test_case_24_too_few_workstations_for_the_minimum_leave_the_wanted_number_unsaid():
    select = Selector(role="workstation", site="arlon")
    graph = graph_build([NodeDraft(id="unit", kind=U)], [pool("unit", select, 3), pool("unit", select, 8, vital=False)])
    assert [cause.need for cause in why(world_build(graph, []), "unit").causes] == [3]
    some = [
        ComponentReport(ref=f"r{n}", name="w", role="workstation", site="arlon", operational=True) for n in range(3)
    ]
    (cause,) = why(world_build(graph, some), "unit").causes
    assert (cause.need, cause.have, cause.holds) == (8, 3, Level.DEGRADED)


def test_case_25_a_useful_need_holds_at_degraded_only():
    nodes = [NodeDraft(id="dns", kind=F), NodeDraft(id="top", kind=F, needs=(("dns", False),))]
    (cause,) = why(world_build(graph_build(nodes, [pool("dns", SERVER)]), []), "top").causes
    assert cause.holds is Level.DEGRADED


def test_case_26_a_cause_names_the_soonest_machines_that_could_fill_it():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", SERVER, 2)])
    reports = [machine(number, stages=6 - number) for number in range(6)]
    (cause,) = why(world_build(graph, reports), "dns").causes
    assert [component.ref for component in cause.nearest] == ["fleet:5", "fleet:4", "fleet:3", "fleet:2", "fleet:1"]
    assert cause.waiting == 6


def leaf_of(graph, cause):
    if cause.kind is CauseKind.POOL:
        owner = graph.index[cause.chain[-1]]
        return [
            ("pool", place)
            for place in graph.node_pools[owner]
            if (graph.pools[place].select, graph.pools[place].need) == (cause.select, cause.need)
        ]
    return [("gate", graph.gate_index[cause.gate])]


@settings(max_examples=120, deadline=None)
@given(cases())
def test_case_27_a_cause_alone_would_hold_the_node_where_it_says(case):
    world = case.world()
    for id in case.graph.ids:
        for cause in why(world, id).causes:
            alone = min(
                levels_slowly(case.graph, (), frozenset(), broken_only=leaf)[id] for leaf in leaf_of(case.graph, cause)
            )
            assert alone == cause.holds
            assert cause.chain[0] == id


@settings(max_examples=120, deadline=None)
@given(cases())
def test_case_28_the_causes_together_explain_the_level(case):
    world = case.world()
    for id in case.graph.ids:
        found = why(world, id)
        assert min((cause.holds for cause in found.causes), default=Level.NORMAL) == found.level


@settings(max_examples=120, deadline=None)
@given(cases())
def test_case_29_every_missing_leaf_that_holds_the_node_is_a_cause_or_implied_by_one(case):
    world, graph = case.world(), case.graph
    for id in graph.ids:
        found = why(world, id)
        listed = [leaf for cause in found.causes for leaf in leaf_of(graph, cause)]
        for place, draft in enumerate(graph.pools):
            holds = levels_slowly(graph, (), frozenset(), broken_only=("pool", place))[id]
            if holds < Level.NORMAL and world.deficit(place) and ("pool", place) not in listed:
                assert any(
                    cause.select.takes_in(draft.select) and cause.need <= draft.need and cause.holds <= holds
                    for cause in found.causes
                    if cause.kind is CauseKind.POOL
                )
        for cause in found.causes:  # none is implied by another
            others = [c for c in found.causes if c is not cause and c.kind is cause.kind is CauseKind.POOL]
            assert not any(
                other.select.takes_in(cause.select) and other.need <= cause.need and other.holds <= cause.holds
                for other in others
            )


# -- unlock ---------------------------------------------------------------------------------------


def test_case_30_a_node_that_has_the_level_needs_nothing():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [])
    found = unlock(world_build(graph, []), "dns")
    assert (found.reached, found.size, found.exact) == (True, 0, True)


def test_case_31_the_set_holds_machines_acceptances_in_order_of_signing_and_zones():
    reports = [machine(1), machine(2, stages=1), machine(3, stages=2), machine(4, role="switch")]
    found = unlock(world_build(chain_of_three(), reports), "emergency@arlon")
    assert [component.ref for component in found.components] == ["fleet:2", "fleet:3", "fleet:4"]
    assert (found.acceptances, found.zones, found.size, found.exact) == (("dns",), ("arlon",), 5, True)


def test_case_32_degraded_asks_for_vital_needs_only():
    nodes = [NodeDraft(id="imaging", kind=F), NodeDraft(id="top", kind=F, needs=(("imaging", False),))]
    graph = graph_build(nodes, [pool("imaging", SERVER), pool("top", SWITCH)])
    world = world_build(graph, [machine(1), machine(2, role="switch")])
    assert [c.ref for c in unlock(world, "top", target=Level.DEGRADED).components] == ["fleet:2"]
    assert [c.ref for c in unlock(world, "top").components] == ["fleet:1", "fleet:2"]


def test_case_33_one_machine_that_counts_twice_beats_two_that_are_sooner():
    nodes = [
        NodeDraft(id="a", kind=F),
        NodeDraft(id="b", kind=F),
        NodeDraft(id="c", kind=F, needs=(("a", True), ("b", True))),
    ]
    graph = graph_build(nodes, [pool("a", Selector(tag="a")), pool("b", Selector(tag="b"))])
    reports = [
        machine(1, tags=("a",), stages=0),
        machine(2, tags=("b",), stages=0),
        machine(3, tags=("a", "b"), stages=6),
    ]
    found = unlock(world_build(graph, reports), "c")
    assert ([c.ref for c in found.components], found.exact) == (["fleet:3"], True)


def test_case_34_machines_nobody_has_seen_are_asked_for_by_selector():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", SERVER, 3)])
    found = unlock(world_build(graph, [machine(1)]), "dns")
    assert [(missing.select, missing.count) for missing in found.unseen] == [(SERVER, 2)]
    assert found.size == 3


def test_case_35_a_retired_machine_is_never_proposed():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", SERVER)])
    found = unlock(world_build(graph, [machine(1, available=False)]), "dns")
    assert (found.components, found.unseen[0].count) == ((), 1)


def machines_that_may_come(case, world, pools):
    extra = [c for select, count in shortages(world, pools).items() for c in unseen(select, count)]
    return [c for c in case.components if c.available] + extra


@settings(max_examples=120, deadline=None)
@given(cases(), st.sampled_from([Level.DEGRADED, Level.NORMAL]))
def test_case_36_an_unlock_set_really_unlocks(case, target):
    world = case.world()
    for id in case.graph.ids:
        after = applied(case, unlock(world, id, target=target)).world()
        assert after.state.levels[case.graph.index[id]] >= target


@settings(max_examples=80, deadline=None)
@given(cases(machines=6), st.sampled_from([Level.DEGRADED, Level.NORMAL]))
def test_case_37_no_smaller_set_does_and_none_as_small_is_sooner(case, target):
    world = case.world()
    id = case.graph.ids[-1]
    found = unlock(world, id, target=target)
    assume(not found.reached)
    pools, gates = requirements(world, case.graph.index[id], target)
    universe = machines_that_may_come(case, world, pools)
    assume(sum(not c.operational for c in universe) <= 11)
    size, stages = least_slowly(world, case, id, target, universe)
    assert found.size == size + len(gates) == found.lower_bound
    assert found.stages_left == stages


@settings(max_examples=80, deadline=None)
@given(cases(), st.sampled_from([Level.DEGRADED, Level.NORMAL]))
def test_case_38_every_gate_of_a_set_is_needed(case, target):
    world = case.world()
    id = case.graph.ids[-1]
    found = unlock(world, id, target=target)
    after = applied(case, found)
    for gate in [f"acceptance:{name}" for name in found.acceptances] + [f"zone:{name}" for name in found.zones]:
        without = levels_slowly(case.graph, after.components, after.open_gates - {gate})
        assert without[id] < target


# -- cover ----------------------------------------------------------------------------------------

groups = st.lists(
    st.builds(
        lambda pools, stages: Group(pools=pools, stages=tuple(sorted(stages))),
        st.frozensets(st.integers(0, 5), min_size=1, max_size=4),
        st.lists(st.integers(0, 6), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=100, deadline=None)
@given(groups, st.data())
def test_a_cover_covers_and_no_cover_is_cheaper(found, data):
    room = {p: sum(len(g.stages) for g in found if p in g.pools) for p in {p for g in found for p in g.pools}}
    deficits = {p: data.draw(st.integers(0, min(3, count)), label=str(p)) for p, count in room.items()}
    answer = cover(deficits, found)
    assert all(
        sum(taken for taken, group in zip(answer.taken, found, strict=True) if p in group.pools) >= need
        for p, need in deficits.items()
    )
    cost = sum(sum(g.stages[:n]) + BIG * n for n, g in zip(answer.taken, found, strict=True))
    assert answer.exact
    assert cost == cheapest(deficits, found)


def cheapest(deficits, found):
    """Go through every choice of how many of each group."""
    best = {tuple(sorted(deficits.items())): 0}
    for group in found:
        following = dict(best)
        for left, cost in best.items():
            spent = 0
            now = dict(left)
            for stage in group.stages:
                spent += BIG + stage
                now = {p: max(0, n - (p in group.pools)) for p, n in now.items()}
                key = tuple(sorted(now.items()))
                following[key] = min(following.get(key, cost + spent), cost + spent)
        best = following
    return min(cost for left, cost in best.items() if not any(n for _, n in left))


@settings(max_examples=100, deadline=None)
@given(groups, st.data())
def test_out_of_steps_a_cover_still_covers_and_its_bound_holds(found, data):
    room = {p: sum(len(g.stages) for g in found if p in g.pools) for p in {p for g in found for p in g.pools}}
    deficits = {p: data.draw(st.integers(0, min(3, count)), label=str(p)) for p, count in room.items()}
    hasty, patient = cover(deficits, found, budget=1), cover(deficits, found)
    assert hasty.lower_bound <= patient.size <= hasty.size


def test_a_pool_that_can_never_be_filled_is_an_error():
    with pytest.raises(ValueError, match="never"):
        cover({0: 2}, [Group(pools=frozenset({0}), stages=(1,))])


# -- impact ---------------------------------------------------------------------------------------


def test_case_40_the_last_machine_of_a_pool_brings_back_what_stands_on_it():
    nodes = [NodeDraft(id="dns", kind=F), NodeDraft(id="top", kind=F, needs=(("dns", True),))]
    world = world_build(graph_build(nodes, [pool("dns", SERVER, 2)]), [machine(1, operational=True), machine(2)])
    found = impact(world, "fleet:2")
    assert found.returns
    assert [(c.id, c.before, c.after) for c in found.changes] == [
        ("dns", Level.DOWN, Level.NORMAL),
        ("top", Level.DOWN, Level.NORMAL),
    ]
    assert found.helps == ()


def test_case_41_a_machine_that_is_not_the_last_one_missing_helps():
    nodes = [NodeDraft(id="dns", kind=F), NodeDraft(id="top", kind=F, needs=(("dns", True),))]
    world = world_build(graph_build(nodes, [pool("dns", SERVER, 2)]), [machine(1), machine(2)])
    found = impact(world, "fleet:2")
    assert (found.changes, found.helps) == ((), ("dns", "top"))


def test_case_42_a_machine_that_works_is_asked_what_falls_without_it():
    nodes = [NodeDraft(id="dns", kind=F), NodeDraft(id="top", kind=F, needs=(("dns", False),))]
    world = world_build(graph_build(nodes, [pool("dns", SERVER)]), [machine(1, operational=True)])
    found = impact(world, "fleet:1")
    assert not found.returns
    assert [(c.id, c.after) for c in found.changes] == [("dns", Level.DOWN), ("top", Level.DEGRADED)]


def test_case_43_one_too_many_is_missed_by_nobody():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", SERVER)])
    world = world_build(graph, [machine(1, operational=True), machine(2, operational=True)])
    assert impact(world, "fleet:1").changes == ()
    spare = world_build(graph, [machine(1, operational=True), machine(2)])
    assert (impact(spare, "fleet:2").changes, impact(spare, "fleet:2").helps) == ((), ())


def test_case_44_an_acceptance_and_a_zone_can_be_asked_about():
    reports = [machine(1, operational=True), machine(2, operational=True), machine(3, role="switch", operational=True)]
    world = world_build(chain_of_three(), reports, open_gates=["zone:arlon"])
    assert [c.id for c in impact(world, "acceptance:dns").changes] == ["dns", "directory", "emergency@arlon"]
    assert (impact(world, "zone:arlon").returns, impact(world, "zone:arlon").changes) == (False, ())


@settings(max_examples=100, deadline=None)
@given(cases())
def test_case_45_an_impact_is_what_really_happens(case):
    world = case.world()
    before = levels_slowly(case.graph, case.components, case.open_gates)
    for component in case.components:
        found = impact(world, component.ref)
        fields = {name: getattr(component, name) for name in ComponentReport.__dataclass_fields__}
        turned = ComponentReport(**{**fields, "operational": not component.operational})
        after = levels_slowly(
            case.graph, tuple(turned if c is component else c for c in case.components), case.open_gates
        )
        moved = {id: (before[id], after[id]) for id in before if before[id] != after[id]}
        assert {c.id: (int(c.before), int(c.after)) for c in found.changes} == moved


def lacking(world, case, id):
    """Count all that is missing of a node for it to be normal."""
    pools, gates = requirements(world, case.graph.index[id], Level.NORMAL)
    return sum(world.deficit(p) for p in pools) + len(gates)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_case_46_helps_are_the_nodes_that_lack_less_and_stay_at_their_level(case):
    world = case.world()
    for component in case.components:
        if not component.operational and component.available:
            found = impact(world, component.ref)
            fields = {name: getattr(component, name) for name in ComponentReport.__dataclass_fields__}
            turned = ComponentReport(**{**fields, "operational": True})
            after = world_build(
                case.graph, [turned if c is component else c for c in case.components], open_gates=case.open_gates
            )
            moved = {change.id for change in found.changes}
            less = {id for id in case.graph.ids if lacking(after, case, id) < lacking(world, case, id)}
            assert set(found.helps) == less - moved


# -- what next ------------------------------------------------------------------------------------


def two_units():
    nodes = [
        NodeDraft(id="emergency@arlon", kind=U, weight=16),
        NodeDraft(id="archive@arlon", kind=U, weight=2),
    ]
    return graph_build(nodes, [pool("emergency@arlon", SERVER), pool("archive@arlon", SWITCH)])


def test_case_50_the_unit_of_a_first_tier_comes_before_one_that_can_wait():
    world = world_build(two_units(), [machine(1, stages=2), machine(2, role="switch", stages=2)])
    assert [item.unlock.id for item in next_unlocks(world, limit=5)] == ["emergency@arlon", "archive@arlon"]


def test_case_51_less_work_for_the_same_gain_comes_first():
    nodes = [NodeDraft(id="a", kind=U, weight=4), NodeDraft(id="b", kind=U, weight=4)]
    graph = graph_build(nodes, [pool("a", SERVER), pool("b", SWITCH)])
    world = world_build(graph, [machine(1, stages=5), machine(2, role="switch", stages=1)])
    assert [item.unlock.id for item in next_unlocks(world, limit=5)] == ["b", "a"]


def test_case_52_equal_sets_are_named_once_with_all_they_bring():
    nodes = [NodeDraft(id="dns", kind=F), NodeDraft(id="top", kind=U, needs=(("dns", True),), weight=16)]
    world = world_build(graph_build(nodes, [pool("dns", SERVER)]), [machine(1)])
    (item,) = next_unlocks(world, limit=5)
    assert (item.unlock.id, item.unlock.target) == ("top", Level.NORMAL)
    assert [change.id for change in item.changes] == ["dns", "top"]


def test_case_53_when_all_is_normal_nothing_is_next():
    assert next_unlocks(world_build(graph_build([NodeDraft(id="dns", kind=F)], []), []), limit=5) == ()


@settings(max_examples=100, deadline=None)
@given(cases())
def test_case_54_the_order_is_by_gain_a_step_and_the_gain_is_what_really_comes(case):
    world = case.world()
    found = next_unlocks(world, limit=50)
    ratios = [item.gain / item.cost for item in found]
    assert ratios == sorted(ratios, reverse=True)
    assert found == next_unlocks(case.world(), limit=50)
    for item in found:
        after = applied(case, item.unlock).world().state.levels
        gained = sum(after[n] - world.state.levels[n] for n in range(len(after)))
        assert gained == item.gain  # every weight is 1 here


def test_case_55_a_set_that_is_mostly_the_same_as_a_better_one_is_left_out():
    nodes = [
        NodeDraft(id="small", kind=U, weight=16),
        NodeDraft(id="large", kind=U, needs=(("small", True),), weight=2),
    ]
    graph = graph_build(nodes, [pool("small", SERVER), pool("large", SWITCH, 3)])
    world = world_build(graph, [machine(1), *(machine(n, role="switch", stages=6) for n in (2, 3, 4))])
    assert [item.unlock.id for item in next_unlocks(world, limit=5)] == ["small"]
