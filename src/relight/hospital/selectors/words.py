"""The answers in sentences, in the reader's language.

Owns every sentence about levels, causes, sets and impacts. Refuses to decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, ngettext

from relight.hospital.rules.compile import Hospital
from relight.hospital.rules.impact import Impact, LevelChange
from relight.hospital.rules.unlock import Unlock
from relight.hospital.rules.why import Cause, CauseKind, Why
from relight.hospital.rules.world import World
from relight.hospital.selectors.names import Naming
from relight.hospital.types import LEVEL_CODES, LEVEL_WORDS, ComponentReport, Level, NodeKind

SHOWN = 8


def kind_of(hospital: Hospital, id: str) -> NodeKind:
    """Return the kind of a node; leaves are spoken of like functions (up or down)."""
    return hospital.node(id).kind if id in hospital.graph.index else NodeKind.FUNCTION


def level_code(hospital: Hospital, id: str, level: Level) -> str:
    """Return the stable word of a level: `down`, `degraded`, `up` or, for units, `normal`."""
    return LEVEL_CODES[kind_of(hospital, id), level]


def level_word(hospital: Hospital, id: str, level: Level) -> str:
    """Return the word of a level for people."""
    return gettext(LEVEL_WORDS[kind_of(hospital, id), level])


def some(names: Sequence[str], *, total: int | None = None) -> str:
    """Join the first names of a list, and say how many more there are."""
    shown = ", ".join(names[:SHOWN])
    more = (len(names) if total is None else total) - len(names[:SHOWN])
    if more <= 0:
        return shown
    return ngettext("%(shown)s and %(more)d more", "%(shown)s and %(more)d more", more) % {"shown": shown, "more": more}


def stages(component: ComponentReport) -> str:
    """Name a component with the steps it still has before it."""
    left = component.stages_left
    steps = ngettext("%(left)d step left", "%(left)d steps left", left) % {"left": left}
    return f"{component.name} ({steps})"


# -- why ------------------------------------------------------------------------------------------


def why_sentences(hospital: Hospital, world: World, naming: Naming, found: Why) -> list[str]:
    """Say why a node is not normal: its level, then one sentence a cause."""
    head = gettext("%(name)s: %(state)s.") % {
        "name": naming.node(found.id),
        "state": level_word(hospital, found.id, found.level),
    }
    if found.level is Level.NORMAL:
        return [head, gettext("Nothing is missing.")]
    if found.id not in hospital.graph.index:
        return [head, leaf_sentence(world, found.id)]
    sentences = [head]
    for level, title in (
        (Level.DOWN, gettext("Held down by:")),
        (Level.DEGRADED, gettext("Held at degraded by:")),
    ):
        causes = [cause for cause in found.causes if cause.holds is level]
        if causes:
            sentences.append(title)
            sentences.extend(f"- {cause_sentence(naming, cause)}" for cause in causes)
    return sentences


def leaf_sentence(world: World, id: str) -> str:
    """Say what is missing of an acceptance, a zone or a component."""
    if id.startswith("acceptance:"):
        return gettext("Nobody has signed that it works end to end.")
    if id.startswith("zone:"):
        return gettext("Its opening needs the signatures of two people.")
    left = world.waiting.components[id].stages_left
    return ngettext(
        "It has %(left)d step of the line before it.", "It has %(left)d steps of the line before it.", left
    ) % {"left": left}


def cause_sentence(naming: Naming, cause: Cause, *, with_way: bool = True) -> str:
    """Say one root cause and (with_way) by which way it reaches the node."""
    owner = naming.node(cause.chain[-1])
    if cause.kind is CauseKind.ACCEPTANCE:
        text = gettext("%(owner)s is not accepted: nobody has signed that it works end to end") % {"owner": owner}
    elif cause.kind is CauseKind.ZONE:
        text = gettext("%(zone)s is not open") % {"zone": naming.node(cause.gate)}
    else:
        text = gettext("%(owner)s: %(have)d of %(need)d %(what)s") % {
            "owner": owner,
            "have": cause.have,
            "need": cause.need,
            "what": naming.selector(cause.select),
        }
        if cause.nearest:
            names = ", ".join(stages(c) for c in cause.nearest[:3])
            text += " · " + gettext("nearest: %(names)s") % {"names": names}
    between = [naming.node(id) for id in cause.chain[1:-1]]
    if between and with_way:
        text += ", " + gettext("through %(way)s") % {"way": " → ".join(between)}
    return text


# -- unlock ---------------------------------------------------------------------------------------


def unlock_sentences(hospital: Hospital, naming: Naming, found: Unlock) -> list[str]:
    """Say the least set: how many, whether that is proven, then its parts in the order of doing."""
    name, target = naming.node(found.id), level_word(hospital, found.id, found.target)
    if found.reached:
        return [
            gettext("%(name)s is already %(state)s.")
            % {"name": name, "state": level_word(hospital, found.id, found.level)}
        ]
    head = ngettext(
        "%(size)d thing brings %(name)s to %(target)s.", "%(size)d things bring %(name)s to %(target)s.", found.size
    )
    sentences = [head % {"size": found.size, "name": name, "target": target}]
    if found.exact:
        sentences.append(gettext("No smaller set does."))
    else:
        sentences.append(gettext("A smaller set may exist, but none under %(bound)d.") % {"bound": found.lower_bound})
    sentences.extend(f"- {part}" for part in set_parts(naming, found))
    return sentences


def set_parts(naming: Naming, found: Unlock) -> list[str]:
    """Say each part of a set: zones, machines soonest first, machines to be found, acceptances."""
    parts = [
        gettext("open the zone segment of %(site)s") % {"site": naming.sites.get(site, site)} for site in found.zones
    ]
    parts.extend(gettext("bring back %(machine)s") % {"machine": stages(c)} for c in found.components)
    for missing in found.unseen:
        parts.append(
            ngettext("find %(count)d more: %(what)s", "find %(count)d more: %(what)s", missing.count)
            % {"count": missing.count, "what": naming.selector(missing.select)}
        )
    parts.extend(gettext("have %(name)s accepted") % {"name": naming.node(id)} for id in found.acceptances)
    return parts


def set_in_short(naming: Naming, found: Unlock) -> str:
    """Say a set in one line, by its parts when it is small, else by its counts."""
    if found.size <= 2:
        return "; ".join(set_parts(naming, found))
    machines = len(found.components) + sum(u.count for u in found.unseen)
    parts = []
    if machines:
        parts.append(ngettext("%(count)d machine", "%(count)d machines", machines) % {"count": machines})
    if found.acceptances:
        count = len(found.acceptances)
        parts.append(ngettext("%(count)d acceptance", "%(count)d acceptances", count) % {"count": count})
    if found.zones:
        count = len(found.zones)
        parts.append(ngettext("%(count)d zone opening", "%(count)d zone openings", count) % {"count": count})
    return ", ".join(parts)


# -- impact ---------------------------------------------------------------------------------------


def impact_sentences(hospital: Hospital, naming: Naming, found: Impact) -> list[str]:
    """Say what a return brings or a loss takes, then what it helps."""
    others = [change for change in found.changes if change.id != found.id]
    name = naming.node(found.id)
    if found.returns:
        title = (
            gettext("The return of %(name)s brings back:")
            if others
            else gettext("The return of %(name)s alone brings nothing else back.")
        )
    else:
        title = gettext("Without %(name)s this falls:") if others else gettext("Without %(name)s nothing else falls.")
    sentences = [title % {"name": name}]
    sentences.extend(f"- {change_sentence(hospital, naming, change)}" for change in others)
    if found.helps:
        names = [naming.node(id) for id in found.helps if id != found.id]
        if names:
            sentences.append(
                gettext("It brings nearer, without changing them yet: %(names)s.") % {"names": some(names)}
            )
    return sentences


def change_sentence(hospital: Hospital, naming: Naming, change: LevelChange) -> str:
    """Say one move: `Emergency · Arlon: down (paper only) → degraded`."""
    before, after = (level_word(hospital, change.id, level) for level in (change.before, change.after))
    return gettext("%(name)s: %(before)s → %(after)s") % {
        "name": naming.node(change.id),
        "before": before,
        "after": after,
    }


def change_documents(hospital: Hospital, changes: Iterable[LevelChange]) -> list[dict[str, str]]:
    """Return moves as documents, each level by the word of its kind."""
    return [
        {"id": c.id, "from": level_code(hospital, c.id, c.before), "to": level_code(hospital, c.id, c.after)}
        for c in changes
    ]
