"""All that is known of one item: who saw it, what identifies it, what was proven, what comes next.

A fixed number of reads, whatever happened to the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import (
    Attestation,
    DoubtfulMatch,
    Identifier,
    LineItem,
    Report,
    Sighting,
    SignedItem,
    StageMove,
)
from relight.fleet.rules.admission import Held
from relight.fleet.rules.line import back_stages, may_meet, may_move
from relight.fleet.rules.policy import Check, ClassLine, Policy
from relight.fleet.rules.reports import note_words
from relight.fleet.rules.words import Words
from relight.fleet.selectors.admission import admission_held, admission_ready
from relight.fleet.selectors.items import item_state
from relight.fleet.selectors.passports import PassportLine, passport_lines
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.selectors.reports import enrolled_kids, report_list
from relight.fleet.selectors.workstations import EnrolmentLine, enrolment_of
from relight.fleet.types import CAPACITY_WORDS, IDENTIFIER_WORDS, Capacity, IdentifierKind, Klass, Stage, State
from relight.kernel.act import Act
from relight.kernel.verdict import Verdict
from relight.people.api import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One file kept with an attestation."""

    digest: str
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetBy:
    """One attestation as the page shows it."""

    by: str
    at: datetime
    note: str
    evidence: tuple[EvidenceLine, ...]
    void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check of one stage for one item. Args: mine: the reader may meet it. hint: what the note must say."""

    id: str
    name: str
    roles: str
    mine: bool
    files: str
    hint: str
    guidance: tuple[str, ...]
    met: tuple[MetBy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage of the item's class. Args: place: `done`, `here`, `next` or `later`."""

    stage: Stage
    word: str
    place: str
    checks: tuple[CheckLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of the timeline."""

    at: datetime
    title: str
    by: str
    state: str
    note: str = ""
    evidence: tuple[EvidenceLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """What the page of one item shows."""

    item: LineItem
    klass: str
    role: str
    state: State
    site: str
    service: str
    sightings: tuple[Sighting, ...]
    identifiers: tuple[tuple[str, Identifier], ...]
    doubts: tuple[DoubtfulMatch, ...]
    stages: tuple[StageLine, ...]
    proven: tuple[tuple[str, CheckLine, MetBy], ...]
    following: StageLine | None
    advance: Verdict | None
    advance_refusal: str
    back: tuple[tuple[Stage, str], ...]
    held: tuple[tuple[str, str, datetime], ...]
    signable: bool
    sign_refusal: str
    timeline: tuple[Happening, ...]
    passports: tuple[PassportLine, ...]
    reports: tuple[Report, ...]
    enrolled: frozenset[str]
    enrolment: EnrolmentLine | None
    at: datetime


def item_page(*, act: Act, item: LineItem) -> ItemPage:
    """Gather the page of one item for one reader."""
    policy, words = policy_current(), words_now(places=True)
    attestations = list(Attestation.objects.filter(item=item))
    state = item_state(item, {row.check_id for row in attestations if not row.void})
    line = policy.line(state.klass)
    following = line.following(state.stage)
    timeline, names = _timeline(item, attestations, policy, words)
    stages = tuple(_stages(line, state.stage, attestations, act=act, words=words, names=names))
    advance = may_move(policy, state, to=following, words=words) if following else None
    signing = admission_ready(item) if state.stage is Stage.VERIFIED else None
    return ItemPage(
        item=item,
        klass=words.klass(Klass(item.klass)),
        role=words.machine_role(item.role),
        state=item.state,
        site=words.site(item.site),
        service=words.service(item.service),
        sightings=tuple(Sighting.objects.filter(item=item).select_related("run")),
        identifiers=tuple(_identifiers(item)),
        doubts=tuple(_doubts(item)),
        stages=stages,
        proven=tuple(
            (step.word, check, met)
            for step in stages
            if step.place in ("done", "here")
            for check in step.checks
            for met in check.met
        ),
        following=next((step for step in stages if step.place == "next"), None),
        advance=advance,
        advance_refusal=_why_not(advance, words, unless=errors.ADMISSION_BY_SIGNATURE.code),
        back=tuple((stage, words.stage(stage)) for stage in back_stages(policy, state) if stage is not state.stage),
        held=tuple(_held(admission_held(item), words)) if signing is not None else (),
        signable=bool(signing),
        sign_refusal=_why_not(signing, words),
        timeline=timeline,
        passports=tuple(passport_lines([item.pk], revoked=True)),
        reports=tuple(report_list(item.pk)),
        enrolled=enrolled_kids(),
        enrolment=enrolment_of(item, at=act.at),
        at=act.at,
    )


def _why_not(verdict: Verdict | None, words: Words, *, unless: str = "") -> str:
    if verdict is None or verdict:
        return ""
    error = verdict.error()
    return "" if error.code == unless else f"{error.message(words.translate)} {error.next(words.translate)}"


def _held(held: Iterable[Held], words: Words) -> list[tuple[str, str, datetime]]:
    signatures = list(held)
    names = names_of({signature.actor for signature in signatures})
    return [(words.capacity(s.capacity), names.get(s.actor, s.actor), s.at) for s in signatures]


def _identifiers(item: LineItem) -> list[tuple[str, Identifier]]:
    order = {kind.value: n for n, kind in enumerate(IdentifierKind)}
    rows = sorted(Identifier.objects.filter(item=item), key=lambda row: (order[row.kind], row.provisional, row.value))
    return [(gettext(IDENTIFIER_WORDS[IdentifierKind(row.kind)]), row) for row in rows]


def _doubts(item: LineItem) -> list[DoubtfulMatch]:
    rows = DoubtfulMatch.objects.filter(Q(item=item) | Q(other=item), state="open")
    return list(rows.select_related("item", "other"))


def _stages(
    line: ClassLine,
    here: Stage,
    attestations: Sequence[Attestation],
    *,
    act: Act,
    words: Words,
    names: Mapping[str, str],
) -> list[StageLine]:
    following = line.following(here)
    steps: list[StageLine] = []
    for step in line.stages:
        place = "here" if step.stage is here else "next" if step.stage is following else "later"
        if step.stage.order < here.order:
            place = "done"
        checks = tuple(_check(check, attestations, act=act, words=words, names=names) for check in step.checks)
        steps.append(StageLine(stage=step.stage, word=words.stage(step.stage), place=place, checks=checks))
    return steps


def _check(
    check: Check, attestations: Sequence[Attestation], *, act: Act, words: Words, names: Mapping[str, str]
) -> CheckLine:
    met = tuple(
        MetBy(
            by=names.get(row.by, row.by),
            at=row.at,
            note=note_words(row.note, translate=gettext),
            evidence=_evidence(row.evidence),
            void=row.void,
        )
        for row in attestations
        if row.check_id == check.id and not row.void
    )
    return CheckLine(
        id=check.id,
        name=words.check(check),
        roles=words.role_list(check.roles),
        mine=may_meet(check, act.roles),
        files=check.files.value,
        hint=words.text(check.note) if check.note else "",
        guidance=tuple(str(citation) for citation in check.guidance),
        met=met,
    )


def _evidence(files: Sequence[Mapping[str, object]]) -> tuple[EvidenceLine, ...]:
    return tuple(
        EvidenceLine(digest=str(f["digest"]), name=str(f["name"]), size_bytes=int(str(f["size_bytes"]))) for f in files
    )


def _timeline(
    item: LineItem, attestations: Sequence[Attestation], policy: Policy, words: Words
) -> tuple[tuple[Happening, ...], dict[str, str]]:
    """What happened, newest first, and the names of all who did it."""
    moves = list(StageMove.objects.filter(item=item))
    signed = list(SignedItem.objects.filter(item=item).select_related("signed"))
    actors = {row.actor for row in moves} | {row.by for row in attestations} | {row.signed.actor for row in signed}
    names = names_of(actors) if actors else {}
    lines = [
        Happening(
            at=row.at,
            title=words.state(State(row.to_state)),
            by=names.get(row.actor, row.actor),
            state=row.to_state,
            note=row.reason,
        )
        for row in moves
    ]
    lines += _attested(attestations, policy, words, names)
    lines += [
        Happening(
            at=row.signed.at,
            title=gettext("signed %(capacity)s")
            % {"capacity": words.translate(CAPACITY_WORDS[Capacity(row.signed.capacity)])},
            by=names.get(row.signed.actor, row.signed.actor),
            state="",
        )
        for row in signed
    ]
    if item.seen_first:
        lines.append(Happening(at=item.seen_first, title=gettext("seen for the first time"), by="", state="seen"))
    lines.sort(key=lambda line: line.at, reverse=True)
    return tuple(lines), names


def _attested(
    attestations: Sequence[Attestation], policy: Policy, words: Words, names: Mapping[str, str]
) -> list[Happening]:
    """One line for the checks attested together, not one each."""
    batches: dict[tuple[UUID, bool], list[Attestation]] = {}
    for row in attestations:
        batches.setdefault((row.batch, row.void), []).append(row)
    lines: list[Happening] = []
    for (_, void), rows in batches.items():
        checks = [policy.checks.get(row.check_id) for row in rows]
        titles = [words.check(check) if check else rows[n].check_id for n, check in enumerate(checks)]
        title = gettext("attested: %(checks)s") if not void else gettext("attested, void since: %(checks)s")
        lines.append(
            Happening(
                at=rows[0].at,
                title=title % {"checks": "; ".join(titles)},
                by=names.get(rows[0].by, rows[0].by),
                state="",
                note=note_words(rows[0].note, translate=gettext),
                evidence=_evidence(rows[0].evidence),
            )
        )
    return lines


def evidence_of(item: LineItem, digest: str) -> EvidenceLine:
    """Return a file kept with an item. Raises: MissingError RL-FLT-050 for a file of another item."""
    for row in Attestation.objects.filter(item=item):
        for file in _evidence(row.evidence):
            if file.digest == digest:
                return file
    raise errors.EVIDENCE_UNKNOWN.error(digest=digest[:12])
