"""What changes between two rounds of decisions, in the words people act on: cancel, restore, move, ask, keep.

Owns the difference. Refuses to say what was told to whom. Source: docs/design/activity.md, "The difference".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.activity.types import Decision, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Ids by what becomes of them, in the order they were given.

    Args: cancel: cancelled now. restore: cancelled before, take place after all. move: at another site than before.
    ask: a doctor decides now. keep: kept now, asked or moved before, or new. gone: decided before only.
    same: how many stay as they were. reworded: of these, the ones whose rule or reason is another.
    """

    cancel: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()
    move: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    same: int = 0
    reworded: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many of each, for a sentence such as "will cancel 212, restore 37, ask 9"."""
        return {
            "cancel": len(self.cancel),
            "restore": len(self.restore),
            "move": len(self.move),
            "ask": len(self.ask),
            "keep": len(self.keep),
        }

    @property
    def changes(self) -> bool:
        """Whether anything becomes of anyone that was not so before."""
        return any(self.counts.values()) or bool(self.gone)


def decisions_differ(before: Iterable[Decision], after: Iterable[Decision]) -> Difference:
    """Compare two rounds by id. Returns: every id of both, once; O(n)."""
    known = {decision.id: decision for decision in before}
    found: dict[str, list[str]] = {"cancel": [], "restore": [], "move": [], "ask": [], "keep": []}
    reworded: list[str] = []
    same = 0
    for decision in after:
        old = known.pop(decision.id, None)
        if old is not None and old.outcome is decision.outcome and old.to_site == decision.to_site:
            same += 1
            if (old.rule, old.because) != (decision.rule, decision.because):
                reworded.append(decision.id)
            continue
        found[becomes(old, decision)].append(decision.id)
    ids = {name: tuple(listed) for name, listed in found.items()}
    return Difference(**ids, gone=tuple(known), same=same, reworded=tuple(reworded))


def becomes(before: Decision | None, after: Decision) -> str:
    """Return the word for a change: a cancelled appointment that is kept again is restored, and must be told so."""
    if after.outcome is Outcome.KEEP and before is not None and before.outcome is Outcome.CANCEL:
        return "restore"
    return after.outcome.value
