"""Levels: what a node is worth, and that settling a change equals computing everything anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from relight.hospital.rules.graph import (
    Change,
    NodeDraft,
    PoolDraft,
    commit,
    count_pools,
    evaluate,
    graph_build,
    propagate,
)
from relight.hospital.rules.world import world_build, world_report
from relight.hospital.types import ComponentReport, Level, NodeKind, Selector

from .strategies import Case, cases, components, levels_slowly, selects

F = NodeKind.FUNCTION
SERVER = Selector(role="server")


def levels(world):
    return {id: Level(world.state.levels[place]) for place, id in enumerate(world.graph.ids)}


def server(number, *, operational):
    return ComponentReport(ref=f"fleet:{number}", name=f"srv{number}", role="server", operational=operational)


def pool(owner, need, *, vital=True, select=SERVER):
    return PoolDraft(owner=owner, select=select, need=need, of=3, vital=vital)


def one(*, need=2, vital=True, up=0, gates=(), open_gates=()):
    graph = graph_build([NodeDraft(id="dns", kind=F, gates=gates)], [pool("dns", need, vital=vital)])
    reports = [server(number, operational=number < up) for number in range(3)]
    return levels(world_build(graph, reports, open_gates=open_gates))["dns"]


def test_case_1_a_node_that_needs_nothing_is_normal():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [])
    assert levels(world_build(graph, [])) == {"dns": Level.NORMAL}


def test_case_2_a_vital_pool_below_its_need_takes_its_owner_down():
    assert one(need=2, up=1) is Level.DOWN


def test_case_3_a_vital_pool_at_its_need_leaves_its_owner_normal_though_more_are_wanted():
    assert one(need=2, up=2) is Level.NORMAL


def test_case_4_a_useful_pool_below_its_need_degrades_its_owner():
    assert one(need=2, vital=False, up=1) is Level.DEGRADED


def test_case_5_without_its_acceptance_a_function_whose_servers_run_is_down():
    assert one(up=3, gates=("acceptance:dns",)) is Level.DOWN
    assert one(up=3, gates=("acceptance:dns",), open_gates=("acceptance:dns",)) is Level.NORMAL


def test_case_6_a_vital_need_gives_its_level_and_a_useful_one_never_less_than_degraded():
    nodes = [
        NodeDraft(id="dns", kind=F),
        NodeDraft(id="vitally", kind=F, needs=(("dns", True),)),
        NodeDraft(id="usefully", kind=F, needs=(("dns", False),)),
    ]
    down = world_build(graph_build(nodes, [pool("dns", 1)]), [])
    assert levels(down) == {"dns": Level.DOWN, "vitally": Level.DOWN, "usefully": Level.DEGRADED}
    degraded = world_build(graph_build(nodes, [pool("dns", 1, vital=False)]), [])
    assert levels(degraded) == {"dns": Level.DEGRADED, "vitally": Level.DEGRADED, "usefully": Level.DEGRADED}


def test_case_7_one_machine_counts_in_every_pool_that_selects_it():
    nodes = [NodeDraft(id="a", kind=F), NodeDraft(id="b", kind=F)]
    graph = graph_build(nodes, [pool("a", 1), pool("b", 1, select=Selector(role="server", site="arlon"))])
    report = ComponentReport(ref="fleet:1", name="m", role="server", site="arlon", operational=True)
    assert set(levels(world_build(graph, [report])).values()) == {Level.NORMAL}


def test_case_8_a_machine_that_will_not_come_back_counts_nowhere_even_if_said_operational():
    graph = graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", 1)])
    gone = ComponentReport(ref="fleet:1", name="m", role="server", operational=True, available=False)
    assert levels(world_build(graph, [gone]))["dns"] is Level.DOWN


def test_case_9_a_component_that_changes_role_leaves_one_pool_for_another():
    nodes = [NodeDraft(id="a", kind=F), NodeDraft(id="b", kind=F)]
    world = world_build(
        graph_build(nodes, [pool("a", 1), pool("b", 1, select=Selector(role="switch"))]), [server(1, operational=True)]
    )
    moved = world_report(world, ComponentReport(ref="fleet:1", name="srv1", role="switch", operational=True))
    assert levels(world) == {"a": Level.DOWN, "b": Level.NORMAL}
    assert set(moved) == {0, 1}


def test_case_10_a_change_names_what_changed_at_the_bottom_and_the_need_next_below():
    nodes = [
        NodeDraft(id="dns", kind=F),
        NodeDraft(id="directory", kind=F, needs=(("dns", True),)),
        NodeDraft(id="record", kind=F, needs=(("directory", True),)),
    ]
    world = world_build(graph_build(nodes, [pool("dns", 1)]), [])
    delta = propagate(world.graph, world.state, Change(pools=[(0, 1, "fleet:7")]))
    assert {node: (t.via, t.root) for node, t in delta.triggers.items()} == {
        0: ("role=server", "fleet:7"),
        1: ("dns", "fleet:7"),
        2: ("directory", "fleet:7"),
    }


def test_case_11_a_fall_names_the_need_that_holds_the_node_lowest():
    nodes = [NodeDraft(id="x", kind=F)]
    pools = [pool("x", 1, vital=False), pool("x", 1, select=Selector(role="switch"))]
    both = [server(1, operational=True), ComponentReport(ref="fleet:2", name="sw", role="switch", operational=True)]
    world = world_build(graph_build(nodes, pools), both)
    delta = propagate(world.graph, world.state, Change(pools=[(0, -1, "fleet:1"), (1, -1, "fleet:2")]))
    assert delta.triggers[0].root == "fleet:2"


def test_case_12_two_changes_that_undo_each_other_move_nothing():
    world = world_build(graph_build([NodeDraft(id="dns", kind=F)], [pool("dns", 1)]), [])
    delta = propagate(world.graph, world.state, Change(pools=[(0, 1, "fleet:1"), (0, -1, "fleet:2")]))
    assert not delta.levels
    assert not delta.counts


@settings(max_examples=120, deadline=None)
@given(cases())
def test_levels_are_those_of_the_definition(case):
    assert {id: int(level) for id, level in levels(case.world()).items()} == levels_slowly(
        case.graph, case.components, case.open_gates
    )


@settings(max_examples=120, deadline=None)
@given(cases(), st.data())
def test_settling_changes_one_by_one_equals_computing_everything_anew(case, data):
    world = case.world()
    reports = {component.ref: component for component in case.components}
    for component in data.draw(components(len(case.components) + 1)):
        world_report(world, component)
        reports[component.ref] = component
    anew = Case(graph=case.graph, components=tuple(reports.values()), open_gates=case.open_gates).world()
    assert world.state == anew.state
    assert [world.waiting.of(p) for p in range(len(case.graph.pools))] == [
        anew.waiting.of(p) for p in range(len(case.graph.pools))
    ]


@settings(max_examples=100, deadline=None)
@given(cases(), st.data())
def test_opening_and_closing_gates_one_by_one_equals_computing_everything_anew(case, data):
    world = case.world()
    for gate, name in enumerate(case.graph.gates):
        is_open = data.draw(st.booleans(), label=name)
        commit(world.state, propagate(case.graph, world.state, Change(gates=[(gate, is_open)])))
    gates = [gate for gate in range(len(case.graph.gates)) if world.state.open[gate]]
    counts, _ = count_pools(case.graph, case.components)
    assert world.state == evaluate(case.graph, counts=counts, open_gates=gates)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_return_of_a_machine_never_lowers_a_level(case):
    before = levels(case.world())
    for component in case.components:
        if not component.operational:
            world = case.world()
            fields = {name: getattr(component, name) for name in ComponentReport.__dataclass_fields__}
            world_report(world, ComponentReport(**{**fields, "operational": True}))
            assert all(after >= before[id] for id, after in levels(world).items())


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_component_counts_in_exactly_the_pools_whose_selector_holds(case):
    for component in case.components:
        expected = [place for place, draft in enumerate(case.graph.pools) if selects(draft.select, component)]
        assert list(case.graph.pools_of(component)) == expected


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_change_that_is_only_asked_about_leaves_the_state_alone(case):
    world, untouched = case.world(), case.world()
    for node in range(len(case.graph.ids)):
        propagate(case.graph, world.state, Change(forced={node: 2}))
        propagate(case.graph, world.state, Change(forced={node: 0}))
    assert world.state == untouched.state
