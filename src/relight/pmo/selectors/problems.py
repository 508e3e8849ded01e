"""Problems as wards and the office see them: the open ones by age, one, those somebody waits for an answer on.

Source: docs/design/problems.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language

from relight.hospital.api import site_list, unit_list
from relight.kernel.act import Act
from relight.people.api import in_scope, names_of
from relight.pmo import errors
from relight.pmo.models import Problem, ProblemVoice
from relight.pmo.rules.words import things, words_of
from relight.pmo.selectors.names import HouseNames, house_names, relied_upon
from relight.pmo.types import ProblemState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemView:
    """One problem in the reader's words. voices: how many people reported it. owner: a name, empty for nobody yet."""

    number: int
    what: str
    where: str
    note: str
    state: ProblemState
    since: datetime
    voices: int
    owner: str
    is_mine: bool
    answer: str
    answered_at: datetime | None
    answered_by: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to tap. within: what it stands under, such as a site."""

    key: str
    word: str
    within: str = ""


def problems_open() -> list[Problem]:
    """List what is not solved, the oldest first. One query."""
    return list(Problem.objects.exclude(state=ProblemState.SOLVED.value).prefetch_related("voices"))


def problem_views(*, act: Act, rows: Iterable[Problem] | None = None) -> list[ProblemView]:
    """List problems in the reader's words; the open ones unless given."""
    rows = problems_open() if rows is None else list(rows)
    names = house_names()
    people = names_of({name for row in rows for name in (row.owner, row.answered_by) if name})
    return [_view(row, act=act, names=names, people=people) for row in rows]


def problems_solved(*, limit: int = 20) -> list[Problem]:
    """List what was solved last, newest first."""
    solved = Problem.objects.filter(state=ProblemState.SOLVED.value).order_by("-answered_at")
    return list(solved.prefetch_related("voices")[:limit])


def problem_get(number: int) -> Problem:
    """Return a problem. Raises: MissingError RL-PMO-070."""
    row = Problem.objects.filter(number=number).first()
    if row is None:
        raise errors.PROBLEM_UNKNOWN.error(where="number", number=number)
    return row


def _view(row: Problem, *, act: Act, names: HouseNames, people: dict[str, str]) -> ProblemView:
    words = words_of(get_language() or "fr")
    return ProblemView(
        number=row.number,
        what=words.name(names.thing(row.what)),
        where=words.name(names.place(row.where)),
        note=row.note,
        state=ProblemState(row.state),
        since=row.reported_at,
        voices=len(row.voices.all()),
        owner=people.get(row.owner, row.owner),
        is_mine=row.owner == act.actor,
        answer=row.answer,
        answered_at=row.answered_at,
        answered_by=people.get(row.answered_by, row.answered_by),
        version=row.version,
    )


# -- who waits for an answer ---------------------------------------------------------------------------


def answers_waiting(act: Act) -> int:
    """Count the answers somebody has not been shown yet. One query."""
    if not act.actor:
        return 0
    return _untold(act.actor).count()


def mine(act: Act) -> list[ProblemView]:
    """List what somebody reported: the latest word first."""
    numbers = ProblemVoice.objects.filter(by=act.actor).values("problem_id")
    rows = Problem.objects.filter(pk__in=numbers).prefetch_related("voices").order_by("-reported_at")[:30]
    return problem_views(act=act, rows=rows)


def untold_numbers(act: Act) -> set[int]:
    """Return the numbers of problems whose answer somebody has not been shown."""
    return set(_untold(act.actor).values_list("problem__number", flat=True))


def _untold(actor: str) -> QuerySet[ProblemVoice]:
    newer = Q(told_at=None) | Q(told_at__lt=F("problem__answered_at"))
    return ProblemVoice.objects.filter(newer, by=actor, problem__answered_at__isnull=False)


# -- what there is to tap ------------------------------------------------------------------------------


def things_of(where: str) -> list[Choice]:
    """List what may not work at a place: what every ward has, then what it relies on, then anything else."""
    names, words = house_names(), words_of(get_language() or "fr")
    usual = [Choice(key=key, word=words.name(named)) for key, named in things().items()]
    relied = [Choice(key=id, word=words.name(names.thing(id))) for id in relied_upon(where) if id not in things()]
    return [*usual[:-1], *sorted(relied, key=lambda choice: choice.word), usual[-1]]


def places_of(*, act: Act) -> list[Choice]:
    """List where something may not work: the units the reader works in, else all, by site."""
    units, named = unit_list(), {site.id: site.name for site in site_list()}
    own = [unit for unit in units if in_scope(act, site=unit.site, service=unit.service)]
    order = {id: place for place, id in enumerate(named)}
    chosen = sorted(own or units, key=lambda unit: (order.get(unit.site, 99), unit.tier, unit.service_name))
    return [Choice(key=unit.id, word=unit.service_name, within=unit.site_name) for unit in chosen]


def place_own(*, act: Act) -> str:
    """Return the one unit somebody works in, empty when there is none or more than one."""
    if not act.scope:
        return ""
    own = [unit.id for unit in unit_list() if in_scope(act, site=unit.site, service=unit.service)]
    return own[0] if len(own) == 1 else ""
