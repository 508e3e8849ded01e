"""The posture of a site: open, degraded or closed, ambulances, beds, theatres, as somebody says it.

Owns its words and what makes a saying whole. Refuses to derive it from the spine: a site may be open while its
services work on paper, and only people know how many beds are staffed. Source: docs/design/posture.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from relight.activity.errors import POSTURE_BEDS, POSTURE_BEDS_TWICE, POSTURE_DIVERTED_WHERE, POSTURE_THEATRES
from relight.kernel.errors import N_, Word

MOST = 2_000
"""More beds of one kind, or theatres, than any site has: a slip of the finger."""


class SiteState(StrEnum):
    """Whether a site takes patients."""

    OPEN = "open"
    DEGRADED = "degraded"
    CLOSED = "closed"


class BedKind(StrEnum):
    """Kinds of bed that are counted apart, because a patient of one cannot lie in another."""

    EMERGENCY = "emergency"
    INTENSIVE = "intensive-care"
    ADULT = "adult"
    PAEDIATRIC = "paediatric"
    MATERNITY = "maternity"
    NEONATAL = "neonatal"
    PSYCHIATRIC = "psychiatric"
    REHABILITATION = "rehabilitation"


SITE_WORDS: Mapping[SiteState, str] = {
    SiteState.OPEN: N_("open"),
    SiteState.DEGRADED: N_("open, degraded"),
    SiteState.CLOSED: N_("closed"),
}
BED_WORDS: Mapping[BedKind, str] = {
    BedKind.EMERGENCY: N_("emergency"),
    BedKind.INTENSIVE: N_("intensive care"),
    BedKind.ADULT: N_("adults"),
    BedKind.PAEDIATRIC: N_("children"),
    BedKind.MATERNITY: N_("maternity"),
    BedKind.NEONATAL: N_("newborns"),
    BedKind.PSYCHIATRIC: N_("psychiatry"),
    BedKind.REHABILITATION: N_("rehabilitation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beds:
    """Beds of one kind. Args: free: staffed and empty. total: staffed."""

    kind: BedKind
    free: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureSaid:
    """What somebody says of a site. Args: diverted: ambulances go elsewhere; diverted_to: where, in words.
    theatres_open: usable now, of `theatres` there are. beds: kinds that were counted, once each."""

    state: SiteState
    diverted: bool = False
    diverted_to: str = ""
    theatres_open: int = 0
    theatres: int = 0
    beds: tuple[Beds, ...] = ()
    note: str = ""


def posture_check(said: PostureSaid) -> PostureSaid:
    """Return a saying made whole: blanks trimmed, beds in the order of kinds, no place of diversion without one.

    Raises: RL-ACT-150 (more free than there are), 151 (theatres), 152 (diverted without a place), 153 (a kind twice).
    """
    kinds = [beds.kind for beds in said.beds]
    if len(set(kinds)) != len(kinds):
        raise POSTURE_BEDS_TWICE.error(where="beds")
    for beds in said.beds:
        if not 0 <= beds.free <= beds.total <= MOST:
            kind = Word(BED_WORDS[beds.kind])
            raise POSTURE_BEDS.error(where=f"beds_{beds.kind.value}_free", kind=kind, free=beds.free, total=beds.total)
    if not 0 <= said.theatres_open <= said.theatres <= MOST:
        raise POSTURE_THEATRES.error(where="theatres_open", open=said.theatres_open, total=said.theatres)
    where = said.diverted_to.strip()
    if said.diverted and not where:
        raise POSTURE_DIVERTED_WHERE.error(where="diverted_to")
    order = list(BedKind)
    return PostureSaid(
        state=said.state,
        diverted=said.diverted,
        diverted_to=where if said.diverted else "",
        theatres_open=said.theatres_open,
        theatres=said.theatres,
        beds=tuple(sorted(said.beds, key=lambda beds: order.index(beds.kind))),
        note=said.note.strip(),
    )


def beds_list(beds: Iterable[Beds]) -> list[list[str | int]]:
    """Write beds as they are stored and journalled: `[kind, free, total]`."""
    return [[one.kind.value, one.free, one.total] for one in beds]


def beds_read(rows: Sequence[Sequence[object]]) -> tuple[Beds, ...]:
    """Read stored beds."""
    return tuple(Beds(kind=BedKind(str(kind)), free=int(str(free)), total=int(str(all_))) for kind, free, all_ in rows)
