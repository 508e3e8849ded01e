"""What the console's pages show, as plain values ready for a template.

Owns the shapes of the situation, of a change in words and of a search result. Refuses Django,
clocks and words of any one language: sentences come in translated, or marked with `N_`.
Source: docs/design/console.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

# -- the situation --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of machines by definition.

    Args: key: `seen`, `expected`, `in_line`, `admitted` or `retired`. label, definition: in the
    reader's language. href: the list it was counted from; empty when the reader may not see it.
    """

    key: str
    label: str
    definition: str
    value: int
    href: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """The machines at the end of one day of the crisis."""

    day: int
    admitted: int
    in_line: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteColumn:
    """One site: a column of the matrix.

    Args: zone: `planned`, `building`, `open` or `closed`. zone_since: the day of the crisis it is so
    since, in words. next: whether it is the next to be
    equipped. admitted: operational machines placed there. hrefs are empty when not to be followed.
    """

    id: str
    name: str
    zone: str
    zone_since: str
    next: bool
    admitted: int
    href: str
    machines_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCell:
    """One service at one site. Args: id: `emergency@arlon`. state: `normal`, `degraded` or `paper`."""

    id: str
    state: str
    label: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One service: a row of the matrix; a cell is None where the site has no such service."""

    id: str
    name: str
    cells: tuple[UnitCell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The services of one clinical priority, the first tier being the most urgent."""

    tier: int
    rows: tuple[ServiceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFact:
    """What the matrix is made of: one unit as the hospital tells it."""

    id: str
    service: str
    service_name: str
    site: str
    site_name: str
    tier: int
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One named thing that has a page: a function's instance at a site, a machine."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionLine:
    """One function in one state. Args: state: `up`, `degraded` or `down`. why: a few words, empty
    when it is up. instances: the sites it is so at, when it has an instance a site."""

    id: str
    name: str
    state: str
    why: str
    href: str
    instances: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What a step brings back, and the state it comes to."""

    name: str
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """One thing to do next.

    Args: what: in words. parts: the machines and acceptances it takes, the first of them; parts_more: how
    many others. gains: what it brings back; more: how many others.
    """

    what: str
    parts: tuple[Instance, ...]
    parts_more: int
    gains: tuple[Gain, ...]
    more: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change brought about: the state something came from and into."""

    name: str
    before: str
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change in words: who did what when, and what came of it. Args: count: how many things it
    is about. towards: the state they came into, when the verb has one. more: effects not shown."""

    seq: int
    at: datetime
    who: str
    did: str
    count: int
    towards: str
    subject: str
    effects: tuple[Effect, ...]
    more: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The whole situation at one moment, as one reader may see it."""

    at: datetime
    day: int | None
    group: str
    counts: tuple[Count, ...]
    days: tuple[DayCount, ...]
    sites: tuple[SiteColumn, ...]
    tiers: tuple[Tier, ...]
    tally: Mapping[str, int]  # units by state, those of tiers not shown too
    functions: tuple[FunctionLine, ...]
    functions_more: int
    functions_up: int
    unlocks: tuple[Unlock, ...]
    changes: tuple[Change, ...]
    linked: int  # analyzers whose results need no hand transcription, of `links`
    links: int

    @property
    def described(self) -> bool:
        """Whether a description of the hospital was loaded."""
        return bool(self.sites)

    @property
    def inventoried(self) -> bool:
        """Whether any machine is known."""
        return any(count.value for count in self.counts)


# -- the journal ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """What the list of entries is narrowed to; every field that is not empty must hold."""

    actor: str = ""
    verb: str = ""
    subject: str = ""
    text: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One value in a line of a body: its text, and the page of what it names."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of an entry's body as a line to read. Args: depth: how far it is indented. more: how
    many values of a long list are not shown."""

    key: str
    pieces: tuple[Piece, ...] = ()
    depth: int = 0
    more: int = 0


# -- search ---------------------------------------------------------------------------------------


class Hit(Protocol):
    """What a search provider returns: any object with these. Args: exact: whether the text typed
    is its very identifier, so that a scanner goes straight to it."""

    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def href(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def exact(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A search result of the console's own providers. Args: more: no result, but the way to all of them."""

    kind: str
    title: str
    detail: str
    href: str
    state: str = ""
    exact: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HitGroup:
    """The results of one kind, in the provider's order."""

    kind: str
    hits: tuple[Hit, ...] = field(default=())
