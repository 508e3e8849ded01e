"""One link's ladder page: its checks, who may sign, its history. Owns reading; refuses decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from relight.hospital.api import site_list
from relight.kernel.act import Act
from relight.lab.models import Comparison
from relight.lab.rules.ladder import CAPACITY_NAMES, Capacity, may_sign
from relight.lab.rules.policy import CHECK_NAMES, Check
from relight.lab.selectors.board import BoardRow, Said, board_row, held_by_link, said, said_of
from relight.lab.selectors.ladder import (
    Standings,
    climbs_of,
    evidence_of,
    ladder_policy,
    ladder_standing,
    link_get,
)
from relight.lab.types import RUNG_NAMES, Rung
from relight.people.api import Permission, in_scope, may, names_of

PERMISSIONS = {
    Capacity.LABORATORY: Permission.LAB_SIGN_LABORATORY,
    Capacity.SECURITY: Permission.LAB_SIGN_SECURITY,
}
RECORDED = frozenset({Check.CONNECTION, Check.QUERIES, Check.AGREEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One capacity the reader may sign in. Args: refusal: why not now."""

    capacity: Capacity
    name: str
    refusal: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLine:
    """A signature that counts."""

    name: str
    capacity: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One climb, fall or lowering."""

    at: datetime
    title: str
    by: str
    why: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One record of a check."""

    at: datetime
    name: str
    met: bool
    by: str
    why: str
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPage:
    """All of one link's ladder. Args: recordable: checks of the next rung a person records.
    sheet: the open comparison sheet, if any. asks_sheet, asks_qc: whether the next rung asks for them."""

    row: BoardRow
    to: str
    digest: str
    policy: str
    offers: tuple[Offer, ...]
    signed: tuple[SignedLine, ...]
    recordable: frozenset[str]
    happened: tuple[Happened, ...]
    kept: tuple[Kept, ...]
    sheet: str


def ladder_page(link: str, *, act: Act) -> LadderPage:
    """Read one link's page for a reader. Raises: MissingError RL-LAB-001."""
    policy = ladder_policy()
    found = ladder_standing([link_get(link)], at=act.at, policy=policy)[link]
    climbs, kept = climbs_of(link), evidence_of(link)
    actors = {one.actor for one in found.held} | {one.actor for one in climbs} | {one.by for one in kept}
    names = names_of(sorted(actors))
    site = next((one.name for one in site_list() if one.id == found.row.site), found.row.site)
    sheet = Comparison.objects.filter(link=link, closed_at=None).values_list("id", flat=True).first()
    return LadderPage(
        row=board_row(found, site=site, held=held_by_link().get(link, 0)),
        to=gettext(RUNG_NAMES[found.climbing.to]) if found.climbing.to else "",
        digest=found.digest,
        policy=policy.version,
        offers=_offers(found, act=act),
        signed=tuple(
            SignedLine(name=names.get(one.actor, one.actor), capacity=gettext(CAPACITY_NAMES[one.capacity]), at=one.at)
            for one in found.held
        ),
        recordable=frozenset(line.ask.check.value for line in found.climbing.lines if line.ask.check in RECORDED),
        happened=tuple(
            Happened(
                at=one.at,
                title=_title(one.from_rung, one.to_rung, fell=bool(one.code)),
                by="" if one.code else names.get(one.actor, one.actor),  # it fell by itself
                why=(told.message if (told := said_of(one.code)) else one.reason),
                state="down" if Rung(one.to_rung).height < Rung(one.from_rung).height else "up",
            )
            for one in climbs
        ),
        kept=tuple(
            Kept(
                at=one.at,
                name=gettext(CHECK_NAMES[Check(one.check_id)]),
                met=one.met,
                by=names.get(one.by, one.by),
                why=_why(one.note, one.facts),
                sheet=str(one.comparison_id or ""),
            )
            for one in kept
        ),
        sheet=str(sheet or ""),
    )


def _offers(found: Standings, *, act: Act) -> tuple[Offer, ...]:
    """List the capacities the reader's roles allow to sign in, each with why not now."""
    if not found.climbing.signatures:
        return ()
    scoped = in_scope(act, site=found.row.site, service="laboratory")
    return tuple(
        Offer(
            capacity=capacity,
            name=gettext(CAPACITY_NAMES[capacity]),
            refusal=said(
                may_sign(found.climbing, capacity=capacity, actor=act.actor, held=found.held, in_scope=scoped)
            ),
        )
        for capacity, permission in PERMISSIONS.items()
        if may(act, permission)
    )


def _title(before: str, after: str, *, fell: bool) -> str:
    words = {"before": gettext(RUNG_NAMES[Rung(before)]), "after": gettext(RUNG_NAMES[Rung(after)])}
    if Rung(after).height > Rung(before).height:
        return gettext("Climbed from {before} to {after}").format(**words)
    if fell:
        return gettext("Fell from {before} to {after}").format(**words)
    return gettext("Taken down from {before} to {after}").format(**words)


def _why(code: str, facts: dict[str, object]) -> str:
    """Say how much was counted; the reason of a failure stands in the check itself."""
    count = facts.get("count")
    return gettext("{count} counted").format(count=count) if count is not None else code
