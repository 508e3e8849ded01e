"""Reads of the imports: what is known, for matching; runs, rows kept aside, doubts, for the pages.

Owns the loading of the identity index: a handful of queries, whatever the size of the fleet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.translation import gettext

from relight.fleet.errors import ASIDE_UNKNOWN, RUN_UNKNOWN
from relight.fleet.models import (
    AsideRow,
    Attestation,
    DoubtfulMatch,
    Identifier,
    ImportRun,
    LineItem,
    Sighting,
    StageMove,
)
from relight.fleet.readers.types import FORMAT_WORDS, WHY_WORDS, Format, Why
from relight.fleet.readers.values import maker_of
from relight.fleet.rules.identity import Claim, Index
from relight.fleet.rules.placement import Placer, Rule
from relight.fleet.rules.said import said_again
from relight.fleet.types import IdentifierKind, Kind, Nature, Stage
from relight.hospital.api import placement_rules, service_list, site_list
from relight.kernel.errors import N_
from relight.people.api import names_of

RUN_WORDS: Mapping[str, str] = {
    "offered": N_("to confirm"),
    "waiting": N_("under way"),
    "done": N_("imported"),
    "refused": N_("refused"),
    "dropped": N_("left out"),
}
RUN_STATES: Mapping[str, str] = {
    "offered": "unknown",
    "waiting": "degraded",
    "done": "up",
    "refused": "down",
    "dropped": "unknown",
}
LANGUAGES = ("fr", "nl", "de", "en")


def index_load() -> Index[UUID]:
    """Load all that identifies a machine, and which machines left `seen`. Five queries."""
    index: Index[UUID] = Index()
    makers: dict[str, set[str]] = defaultdict(set)
    for text, maker in Sighting.objects.order_by().values_list(_as_text("item_id"), "data__manufacturer").distinct():
        if maker:
            makers[text].add(maker_of(str(maker)))
    claims: dict[str, list[Claim]] = defaultdict(list)
    kinds = {kind.value: kind for kind in IdentifierKind}
    for text, kind, value, provisional in (
        Identifier.objects.order_by("id")
        .values_list(_as_text("item_id"), "kind", "value", "provisional")
        .iterator(5000)
    ):
        claims[text].append(Claim(kind=kinds[kind], value=value, provisional=provisional))
    machines = LineItem.objects.filter(kind=Kind.MACHINE.value).order_by("id")
    for text, item, name, stage, quarantined, retired, fixed in machines.values_list(
        _as_text("id"), "id", "name", "stage", "quarantined", "retired", "fixed"
    ):
        index.load(item, claims.get(text, ()), name=name, makers=makers.get(text, ()))
        if stage != Stage.SEEN.value or quarantined or retired or fixed:
            index.settled.add(item)
    for table in (Attestation, StageMove):
        index.settled.update(table.objects.order_by().values_list("item_id", flat=True).distinct())
    return index


def _as_text(column: str) -> Cast:
    """An id as the database spells it: only one row a machine is worth making a UUID of."""
    return Cast(column, CharField())


def placer_load() -> Placer:
    """Make the placer of the description in force; of an empty hospital it places nothing by name."""
    sites: dict[str, str] = {}
    services: dict[str, str] = {}
    views = site_list()
    for language in LANGUAGES if views else ():
        with translation.override(language):
            sites |= {name: site.id for site in site_list() for name in (site.id, site.name)}
            services |= {name: service.id for service in service_list() for name in (service.id, service.name)}
    rules = [
        Rule(
            hostname=rule.hostname,
            site=rule.site,
            role=rule.role,
            service=rule.service,
            klass=rule.klass,
            tags=tuple(rule.tags),
        )
        for rule in placement_rules()
    ]
    subnets = [(network, site.id) for site in views for network in site.subnets]
    return Placer(rules=rules, subnets=subnets, sites=sites, services=services)


def sightings_of(source: str) -> dict[str, UUID]:
    """Which item each record of a source is about, as far as it was imported."""
    return dict(Sighting.objects.filter(source=source).order_by().values_list("record", "item_id"))


def doubt_pairs() -> set[frozenset[UUID]]:
    """The pairs of items somebody was already asked about."""
    pairs = DoubtfulMatch.objects.filter(other__isnull=False).order_by().values_list("item_id", "other_id")
    return {frozenset(pair) for pair in pairs}


def content_source(content: str) -> str:
    """The source under which the very same content was imported before, empty when it never was."""
    found = (
        ImportRun.objects.filter(counts__content=content, status="done")
        .order_by("-at")
        .values_list("source", flat=True)
    )
    return found.first() or ""


def run_get(run: UUID | str) -> ImportRun:
    """Return a run. Raises: MissingError RL-FLT-090."""
    try:
        return ImportRun.objects.get(pk=run)
    except (ImportRun.DoesNotExist, ValueError) as missing:
        raise RUN_UNKNOWN.error(run=str(run)[:40]) from missing


def aside_get(run: ImportRun, aside: int) -> AsideRow:
    """Return a row kept aside by a run. Raises: MissingError RL-FLT-091."""
    found = AsideRow.objects.filter(run=run, pk=aside).first()
    if found is None:
        raise ASIDE_UNKNOWN.error(where=str(aside))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One import in the list. Args: aside_open: rows still to mend."""

    run: ImportRun
    format: str
    by: str
    machines_new: int
    machines_known: int
    rows_bad: int
    aside_open: int
    doubtful: int
    state: str
    state_word: str


def format_word(format: str) -> str:
    """The name of a format in the reader's language."""
    try:
        return gettext(FORMAT_WORDS[Format(format)])
    except ValueError:
        return format


def run_query() -> QuerySet[ImportRun]:
    """All imports but those dropped, each with how many rows wait to be mended."""
    open_rows = Count("aside", filter=Q(aside__mended=False))
    return ImportRun.objects.exclude(status="dropped").annotate(aside_open=open_rows)


def run_lines(runs: Sequence[ImportRun]) -> list[RunLine]:
    """Say of each import of `run_query` what the list shows. One query for the names."""
    names = names_of({run.actor for run in runs})
    return [_line(run, names) for run in runs]


def _line(run: ImportRun, names: Mapping[str, str]) -> RunLine:
    return RunLine(
        run=run,
        format=format_word(run.format),
        by=names.get(run.actor, run.actor),
        machines_new=int(run.counts.get("machines_new", 0)),
        machines_known=int(run.counts.get("machines_known", 0)),
        rows_bad=int(run.counts.get("rows_bad", 0)),
        aside_open=int(getattr(run, "aside_open", 0)),
        doubtful=int(run.counts.get("doubtful", 0)),
        state=RUN_STATES.get(run.status, "unknown"),
        state_word=gettext(RUN_WORDS.get(run.status, run.status)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtLine:
    """Two items that may be one, as both stand now. Args: reason: in the reader's language."""

    doubt: DoubtfulMatch
    item: LineItem
    other: LineItem | None
    reason: str


def doubt_lines(*, run: ImportRun | None = None, limit: int = 200) -> list[DoubtLine]:
    """List doubtful matches: those a run raised, or all that are open. One query."""
    query = DoubtfulMatch.objects.select_related("item", "other").order_by("state", "-at", "id")
    query = query.filter(at=run.at, sighting__run=run) if run is not None else query.filter(state="open")
    return [
        DoubtLine(doubt=doubt, item=doubt.item, other=doubt.other, reason=gettext(doubt.reason))
        for doubt in query[:limit]
    ]


def doubt_count() -> int:
    """How many doubtful matches wait for somebody."""
    return DoubtfulMatch.objects.filter(state="open").count()


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """A row kept aside. Args: message: what is wrong and what to do, in the reader's language."""

    row: AsideRow
    message: str


def aside_line(row: AsideRow) -> AsideLine:
    """Say of a row kept aside what is wrong, in the reader's language."""
    return AsideLine(row=row, message=said_again(row.code, row.message, gettext))


def _error(error: Mapping[str, str]) -> dict[str, str]:
    """A stored refusal in the reader's language."""
    code = str(error.get("code", ""))
    said = {key: said_again(code, str(error.get(key, "")), gettext) for key in ("message", "next")}
    return {**said, "code": code}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """What the page of one import shows."""

    line: RunLine
    aside: Sequence[AsideLine]
    doubts: Sequence[DoubtLine]
    skipped: Sequence[tuple[str, int]]
    mapping: Sequence[tuple[str, str]]
    expected: bool
    error: Mapping[str, str]


def run_page(run: ImportRun, *, aside_limit: int = 200) -> RunPage:
    """Gather a run with its rows kept aside, its doubts, its counts."""
    words = {why.value: WHY_WORDS[why] for why in Why}
    aside = [aside_line(row) for row in run.aside.filter(mended=False).order_by("line", "id")[:aside_limit]]
    shown = run_query().get(pk=run.pk) if run.status != "dropped" else run
    error = run.counts.get("error")
    return RunPage(
        line=_line(shown, names_of({run.actor})),
        aside=aside,
        doubts=doubt_lines(run=run),
        skipped=[
            (gettext(words.get(why, why)), int(count)) for why, count in run.counts.get("rows_skipped", {}).items()
        ],
        mapping=sorted(run.mapping.items()),
        expected=run.nature == Nature.EXPECTED.value,
        error=_error(error) if isinstance(error, dict) else {},
    )


def machines_of(run: ImportRun) -> QuerySet[LineItem]:
    """The machines the records of an import are about."""
    return LineItem.objects.filter(pk__in=run.sightings.values("item"))


def last_seen(moment: datetime | None, act_at: datetime) -> datetime:
    """When a source saw a machine: as it says, never later than it was imported."""
    return min(moment, act_at) if moment is not None else act_at
