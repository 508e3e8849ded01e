"""The ladder board: every link on its rung, why it fell, what its next rung still asks; the tab bar's counts.

Owns reading for pages; about ten queries however many links. Refuses decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext

from relight.hospital.api import site_list
from relight.kernel.errors import REGISTRY, RelightError, Word
from relight.kernel.verdict import Verdict
from relight.lab.models import Call, Link, Report
from relight.lab.rules.policy import CHECK_NAMES
from relight.lab.selectors.ladder import Linked, Standings, ladder_policy, ladder_standing, link_state
from relight.lab.types import RUNG_NAMES, HoldReason, ReportState, Rung

SHOWS = ("linked", "unlinked", "fallen", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of the register in the reader's language: what, and what to do now."""

    code: str
    message: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RungCell:
    """One rung of one link. Args: state: a word of the states. words: what it says, empty for the symbol alone."""

    rung: Rung
    name: str
    state: str
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckShown:
    """One check of the next rung as pages show it."""

    check: str
    name: str
    met: bool
    because: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One link on the board."""

    link: Link
    site: str
    rung: Rung
    cells: tuple[RungCell, ...]
    heard_at: datetime | None
    connected_since: datetime | None
    fell: Said | None
    checks: tuple[CheckShown, ...]
    signatures: int
    signed: int
    held: int

    @property
    def missing(self) -> tuple[CheckShown, ...]:
        return tuple(check for check in self.checks if not check.met)

    @property
    def lacking(self) -> int:
        """How many signatures are still asked."""
        return self.signatures - self.signed


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The board. Args: sites: those that have links, with names. whole: links before any filter."""

    rows: tuple[BoardRow, ...]
    linked: Linked
    whole: int
    fallen: int
    rungs: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]

    @property
    def by_hand(self) -> int:
        """How many enabled links are transcribed by hand."""
        return self.linked.links - self.linked.linked


@dataclass(frozen=True, slots=True, kw_only=True)
class TabCounts:
    """What the tab bar counts."""

    held: int
    refused: int
    calls: int


def tab_counts() -> TabCounts:
    """Count what waits for somebody: held and refused reports, open calls. Two queries over partial indexes."""
    aside = dict(
        Report.objects.filter(state__in=[ReportState.HELD.value, ReportState.REFUSED.value], closed_by="")
        .values_list("state")
        .annotate(count=Count("id"))
        .order_by()
    )
    return TabCounts(
        held=aside.get(ReportState.HELD.value, 0),
        refused=aside.get(ReportState.REFUSED.value, 0),
        calls=Call.objects.filter(closed_at=None).count(),
    )


def said(verdict: Verdict) -> Said | None:
    """Return why a verdict says no, in the reader's language; none when it says yes."""
    return None if verdict else _said(verdict.error())


def said_of(code: str) -> Said | None:
    """Return the sentence of a code of the register that takes no values; none for no code."""
    spec = REGISTRY.get(code)
    return _said(spec.error()) if spec else None


def _said(error: RelightError) -> Said:
    return Said(code=error.code, message=error.message(gettext), next=error.next(gettext))


def rung_word(rung: Rung) -> Word:
    """Return a rung's name, to be translated in a sentence."""
    return Word(RUNG_NAMES[rung])


def board_page(*, at: datetime, site: str = "", show: str = "") -> BoardPage:
    """Read the board. Args: site, show: what to keep; an unknown word keeps all."""
    links = list(Link.objects.select_related("now").order_by("site", "name", "pk"))
    names = {one.id: one.name for one in site_list()}
    order = {name: place for place, name in enumerate(names)}
    links.sort(key=lambda row: (order.get(row.site, len(order)), row.name, row.pk))
    enabled = [row for row in links if row.enabled]
    kept = [row for row in links if (not site or row.site == site) and _shown(row, show)]
    standing = ladder_standing(kept, at=at, policy=ladder_policy()) if kept else {}
    held = held_by_link()
    return BoardPage(
        rows=tuple(
            board_row(standing[row.pk], site=names.get(row.site, row.site), held=held.get(row.pk, 0)) for row in kept
        ),
        linked=Linked(linked=sum(Rung(row.rung).gives_results for row in enabled), links=len(enabled)),
        whole=len(links),
        fallen=sum(bool(row.fell_because) for row in enabled),
        rungs=tuple((rung.value, gettext(RUNG_NAMES[rung])) for rung in Rung),
        sites=tuple((id, names.get(id, id)) for id in dict.fromkeys(row.site for row in links) if id),
    )


def _shown(row: Link, show: str) -> bool:
    linked = row.enabled and Rung(row.rung).gives_results
    keeps = {
        "linked": linked,
        "unlinked": row.enabled and not linked,
        "fallen": row.enabled and bool(row.fell_because),
        "off": not row.enabled,
    }
    return keeps.get(show, True)


def held_by_link() -> dict[str, int]:
    """Count the reports that wait because their link was not trusted with results, by link. One query."""
    rows = Report.objects.filter(state=ReportState.HELD.value, hold=HoldReason.RUNG.value)
    return dict(rows.values_list("link").annotate(count=Count("id")).order_by())


def board_row(found: Standings, *, site: str, held: int) -> BoardRow:
    """Put one link into the words of the board."""
    row, now = found.row, link_state(found.row)
    return BoardRow(
        link=row,
        site=site,
        rung=found.state.rung,
        cells=tuple(_cell(found, rung) for rung in Rung),
        heard_at=now.heard_at if now else None,
        connected_since=now.connected_since if now else None,
        fell=said_of(row.fell_because),
        checks=tuple(
            CheckShown(
                check=line.ask.check.value,
                name=gettext(CHECK_NAMES[line.ask.check]),
                met=line.verdict.allowed,
                because=said(line.verdict),
            )
            for line in found.climbing.lines
        ),
        signatures=found.climbing.signatures,
        signed=len(found.held),
        held=held,
    )


def _cell(found: Standings, rung: Rung) -> RungCell:
    """Say how one rung of a link looks: reached, stood upon, being climbed, still above."""
    here = found.state.rung
    name = gettext(RUNG_NAMES[rung])
    is_current = rung is here
    if not found.row.enabled:
        state, words = ("disabled", gettext("switched off")) if is_current else ("", "")
    elif is_current:
        state, words = _standing_on(found)
    elif rung.height < here.height:
        state, words = ("up", "") if rung is not Rung.PAPER else ("", "")
    elif rung is found.climbing.to:
        met = sum(line.verdict.allowed for line in found.climbing.lines) + len(found.held)
        whole = len(found.climbing.lines) + found.climbing.signatures
        state = "waiting" if not met else "degraded"
        words = gettext("{met} of {whole}").format(met=met, whole=whole)
    else:
        state, words = "", ""
    return RungCell(rung=rung, name=name, state=state, words=words, is_current=is_current)


def _standing_on(found: Standings) -> tuple[str, str]:
    here = found.state.rung
    if here.gives_results:
        return "up", gettext("linked")
    if found.row.fell_because:
        return "down", gettext("fell")
    return ("paper", gettext("paper")) if here is Rung.PAPER else ("degraded", gettext("not linked"))
