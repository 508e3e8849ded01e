"""What the pages of the hospital show, gathered in a fixed number of queries.

Owns the page objects: a node with its why, unlock, impact, pools and history; the sites' segments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from relight.hospital.errors import NODE_UNKNOWN
from relight.hospital.models import Acceptance, Node, NodeChange
from relight.hospital.rules.acceptance import may_accept, missing_below
from relight.hospital.rules.compile import Hospital, NodeView, acceptance_id
from relight.hospital.rules.impact import Impact
from relight.hospital.rules.unlock import Unlock
from relight.hospital.rules.why import Cause, Why
from relight.hospital.rules.world import World, soonest
from relight.hospital.selectors import words
from relight.hospital.selectors.expected import expected_of, expected_shown
from relight.hospital.selectors.names import Naming
from relight.hospital.selectors.questions import ask, impact_in, known_id, unlock_in, why_in
from relight.hospital.types import (
    LEVEL_CODES,
    AcceptanceView,
    ComponentReport,
    Endpoint,
    Level,
    NodeKind,
    Selector,
)
from relight.people.api import names_of

MEMBERS_SHOWN = 24
CHANGES_SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLink:
    """A node named and linked. state: its level's word; vital: whether the need is."""

    id: str
    name: str
    state: str
    vital: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLink:
    """A component named and, when its owner has a page for it, linked."""

    name: str
    href: str
    operational: bool
    stages_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseLine:
    """A root cause in words, with the way to it. level: where it holds the node."""

    sentence: str
    state: str
    way: tuple[NodeLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing of a least set. kind: `zone`, `machine`, `missing`, `acceptance`; href: where it is done, or empty."""

    kind: str
    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGroup:
    """Nodes in one state."""

    state: str
    links: tuple[NodeLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockLine:
    """A least set in words. target: the state it brings. parts: what to do, in order."""

    target: str
    found: Unlock
    parts: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How many a node asks of a selector: below a vital one it is down, below a useful one degraded."""

    need: int
    vital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLine:
    """What a node asks of one selector in words, with its machines: working ones first, then the soonest."""

    name: str
    asks: tuple[Ask, ...]
    of: int
    operational: int
    machines: tuple[MachineLink, ...]
    more: int
    href: str

    @property
    def state(self) -> str:
        missed = [ask.vital for ask in self.asks if self.operational < ask.need]
        return "up" if not missed else "down" if any(missed) else "degraded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of level in words."""

    at: datetime
    by: str
    before: str
    after: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceLine:
    """One acceptance with the names of who signed and who ended it."""

    view: AcceptanceView
    by: str
    ended_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """Everything the page of a node shows."""

    view: NodeView
    name: str
    owner: str
    service_name: str
    site_name: str
    level: Level
    state: str
    since: datetime
    expected: str
    cause: str
    causes: tuple[CauseLine, ...]
    unlocks: tuple[UnlockLine, ...]
    impact: Impact
    changes: tuple[str, ...]
    helps: tuple[NodeLink, ...]
    needs: tuple[NodeLink, ...]
    dependents: tuple[LinkGroup, ...]
    pools: tuple[PoolLine, ...]
    endpoints: tuple[Endpoint, ...]
    asks_acceptance: bool
    accepted: AcceptanceLine | None
    past: tuple[AcceptanceLine, ...]
    acceptable: bool
    missing: tuple[str, ...]
    history: tuple[ChangeLine, ...]

    @property
    def is_unit(self) -> bool:
        return self.view.kind is NodeKind.UNIT


def machine_link(component: ComponentReport) -> MachineLink:
    """Link a component to its owner's page, when there is one."""
    kind, _, rest = component.ref.partition(":")
    try:
        href = reverse("fleet:item", args=[rest]) if kind == "fleet" else ""
    except NoReverseMatch:
        href = ""
    return MachineLink(
        name=component.name or rest,
        href=href,
        operational=component.operational,
        stages_left=component.stages_left,
    )


def node_page(id: str) -> NodePage:
    """Gather the page of a node. Raises: RL-HOS-040, RL-HOS-041. Eight queries once the world is known."""
    hospital, world, naming = ask()
    if id not in hospital.graph.index:
        known_id(hospital, world, id)
        raise NODE_UNKNOWN.error(where="id", id=id, close="—")
    place = hospital.graph.index[id]
    row = Node.objects.get(pk=id)
    level = Level(row.level)
    link = _Linker(hospital, world, naming)
    why = why_in(hospital, world, naming, id).about
    found = impact_in(hospital, world, naming, id).about
    assert isinstance(why, Why)
    assert isinstance(found, Impact)
    view = hospital.nodes[place]
    graph = hospital.graph
    accepted, past = _acceptances(id)
    verdict = may_accept(graph, world.state, id)
    functions = {function.id: function for function in hospital.description.functions}
    return NodePage(
        view=view,
        name=naming.node(id),
        owner=naming.owner(view.owner),
        service_name=naming.services.get(view.base, ""),
        site_name=naming.sites.get(view.site, ""),
        level=level,
        state=LEVEL_CODES[view.kind, level],
        since=row.since,
        expected=expected_shown(expected_of(row)),
        cause=cause_words(naming, via=row.via, root=row.root),
        causes=tuple(_cause_line(hospital, naming, link, cause) for cause in why.causes),
        unlocks=tuple(_unlocks(hospital, world, naming, id, level)),
        impact=found,
        changes=tuple(words.change_sentence(hospital, naming, c) for c in found.changes if c.id != id),
        helps=tuple(link(other) for other in found.helps if other != id),
        needs=tuple(link(graph.ids[child], vital=vital) for child, vital in graph.needs[place]),
        dependents=_by_state(link(graph.ids[parent], vital=vital) for parent, vital in graph.dependents[place]),
        pools=tuple(_pools(world, naming, place)),
        endpoints=functions[view.base].endpoints if view.kind is NodeKind.FUNCTION else (),
        asks_acceptance=acceptance_id(id) in graph.gate_index,
        accepted=accepted,
        past=past,
        acceptable=bool(verdict),
        missing=tuple(naming.selector_text(part) for part in missing_below(graph, world.state, id)),
        history=tuple(_history(hospital, naming, id)),
    )


class _Linker:
    """Makes links to nodes of one hospital."""

    def __init__(self, hospital: Hospital, world: World, naming: Naming) -> None:
        self.hospital, self.world, self.naming = hospital, world, naming

    def __call__(self, id: str, *, vital: bool = True) -> NodeLink:
        level = Level(self.world.state.levels[self.hospital.graph.index[id]])
        return NodeLink(id=id, name=self.naming.node(id), state=words.level_code(self.hospital, id, level), vital=vital)


def _cause_line(hospital: Hospital, naming: Naming, link: _Linker, cause: Cause) -> CauseLine:
    return CauseLine(
        sentence=words.cause_sentence(naming, cause, with_way=False),
        state=words.level_code(hospital, cause.chain[0], cause.holds),
        way=tuple(link(id) for id in cause.chain[1:]),
    )


def _unlocks(hospital: Hospital, world: World, naming: Naming, id: str, level: Level) -> list[UnlockLine]:
    """Give the least set for each level above; only the one to normal when it asks for no more."""
    lines = []
    for target in (Level.DEGRADED, Level.NORMAL):
        if level < target:
            found = unlock_in(hospital, world, naming, id, target=target).about
            assert isinstance(found, Unlock)
            word = words.level_code(hospital, id, target)
            lines.append(UnlockLine(target=word, found=found, parts=tuple(_steps(naming, found))))
    return lines[1:] if len(lines) == 2 and lines[0].found.size == lines[1].found.size else lines


def _steps(naming: Naming, found: Unlock) -> Iterable[Step]:
    """Link each part of a set to the page where it is done, in the order of its words."""
    places = [("zone", reverse("hospital:zones") + f"#zone-{site}") for site in found.zones]
    places += [("machine", machine_link(component).href) for component in found.components]
    places += [("missing", items_href(missing.select)) for missing in found.unseen]
    places += [("acceptance", reverse("hospital:node", args=[id]) + "#node-acceptance") for id in found.acceptances]
    for (kind, href), text in zip(places, words.set_parts(naming, found), strict=True):
        yield Step(kind=kind, text=text, href=href)


def items_href(select: Selector) -> str:
    """Return the address of the owner's list narrowed to a selector, empty when no owner has one."""
    try:
        href = reverse("fleet:items")
    except NoReverseMatch:
        return ""
    asked = {"role": select.role, "site": select.site, "service": select.service}
    return href + "?" + urlencode({key: value for key, value in asked.items() if value})


STATE_ORDER = ("down", "degraded", "up", "normal")


def _by_state(links: Iterable[NodeLink]) -> tuple[LinkGroup, ...]:
    """Group links by state, the worst first; up and normal are one."""
    groups: dict[str, list[NodeLink]] = {}
    for link in sorted(links, key=lambda link: STATE_ORDER.index(link.state)):
        groups.setdefault("up" if link.state == "normal" else link.state, []).append(link)
    return tuple(LinkGroup(state=state, links=tuple(group)) for state, group in groups.items())


def _pools(world: World, naming: Naming, node: int) -> Iterable[PoolLine]:
    """Give one line a selector: the minimum and the wanted number of the same machines belong together."""
    graph = world.graph
    by_selector: dict[Selector, list[int]] = {}
    for place in graph.node_pools[node]:
        by_selector.setdefault(graph.pools[place].select, []).append(place)
    working: dict[int, list[ComponentReport]] = {places[0]: [] for places in by_selector.values()}
    for component in world.waiting.components.values() if working else ():
        if component.operational:
            for pool in working.keys() & set(graph.pools_of(component)):
                working[pool].append(component)
    for select, places in by_selector.items():
        back = sorted(working[places[0]], key=soonest)
        machines = [*back, *world.waiting.of(places[0])]
        drafts = [graph.pools[place] for place in places]
        yield PoolLine(
            name=naming.selector(select),
            asks=tuple(Ask(need=draft.need, vital=draft.vital) for draft in drafts),
            of=max(draft.of for draft in drafts),
            operational=len(back),
            machines=tuple(machine_link(component) for component in machines[:MEMBERS_SHOWN]),
            more=max(0, len(machines) - MEMBERS_SHOWN),
            href=items_href(select),
        )


def _acceptances(id: str) -> tuple[AcceptanceLine | None, tuple[AcceptanceLine, ...]]:
    """Return the acceptance in force, if any, and those that ended, newest first."""
    rows = list(Acceptance.objects.filter(function=id).order_by("-at")[:20])
    names = names_of({row.actor for row in rows} | {row.ended_by for row in rows if row.ended_by})
    lines = [
        AcceptanceLine(
            view=AcceptanceView(
                actor=row.actor,
                at=row.at,
                note=row.note,
                ended_at=row.ended_at,
                ended_by=row.ended_by,
                ended_note=row.ended_note,
                lapsed=row.lapsed,
            ),
            by=names.get(row.actor, row.actor),
            ended_by=names.get(row.ended_by, row.ended_by),
        )
        for row in rows
    ]
    now = next((line for line in lines if line.view.ended_at is None), None)
    return now, tuple(line for line in lines if line.view.ended_at is not None)


def _history(hospital: Hospital, naming: Naming, id: str) -> Iterable[ChangeLine]:
    rows = list(NodeChange.objects.filter(node=id).order_by("-id")[:CHANGES_SHOWN])
    names = names_of({row.actor for row in rows})
    for row in rows:
        yield ChangeLine(
            at=row.at,
            by=names.get(row.actor, row.actor),
            before=words.level_code(hospital, id, Level(row.before)),
            after=words.level_code(hospital, id, Level(row.after)),
            cause=cause_words(naming, via=row.via, root=row.root),
        )


def cause_words(naming: Naming, *, via: str, root: str) -> str:
    """Say what caused a change: what changed at the bottom, and through what it came up."""
    if not root:
        return ""
    first, between = naming.selector_text(root), naming.selector_text(via)
    if via in ("", root) or first == between or root.partition(":")[2] == via:
        return first
    return gettext("%(root)s, through %(via)s") % {"root": first, "via": between}
