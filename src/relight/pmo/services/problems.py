"""Problems reported, taken over, answered and solved; who reported one is told.

Owns Problem and ProblemVoice. Refuses a second open problem for one thing at one place: the report is added to it.
Source: docs/design/problems.md (cases 1-12).
"""

from __future__ import annotations

from django.db.models import F, Max, Q

from relight.hospital.api import site_list, unit_list
from relight.journal.api import Body, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.pmo import errors
from relight.pmo.models import Problem, ProblemVoice
from relight.pmo.rules.words import things
from relight.pmo.selectors.names import relied_upon
from relight.pmo.types import ProblemState

NOTE_MOST, ANSWER_MOST = 300, 500


@service(Permission.PROBLEM_REPORT)
def problem_report(*, act: Act, what: str, where: str) -> int:
    """Report that something does not work at a place. Returns: the number; of the open one when there is one already.

    Raises: InputError RL-PMO-071 for a thing, RL-PMO-072 for a place nobody knows.
    """
    if what not in things() and what not in relied_upon(""):
        raise errors.THING_UNKNOWN.error(where="what")
    if where not in {unit.id for unit in unit_list()} | {f"site:{site.id}" for site in site_list()}:
        raise errors.PLACE_UNKNOWN.error(where="where")
    with writing(act) as log:
        rows = Problem.objects.select_for_update().filter(what=what, where=where)
        row = rows.exclude(state=ProblemState.SOLVED.value).first()
        again = row is not None
        if row is None:
            number = (Problem.objects.aggregate(last=Max("number"))["last"] or 0) + 1
            row = Problem.objects.create(id=new_id(act.at), number=number, what=what, where=where, reported_at=act.at)
        if not row.voices.filter(by=act.actor).exists():
            ProblemVoice.objects.create(id=new_id(act.at), problem=row, by=act.actor, at=act.at)
        body: Body = {"number": row.number, "what": what, "where": where, "again": again}
        log.entry("pmo.problem_report", subject=f"problem:{row.pk}", body=body)
    return row.number


@service(Permission.PROBLEM_REPORT)
def problem_note(*, act: Act, number: int, note: str) -> None:
    """Say more about a problem one reported oneself. Raises: RL-PMO-070 for a stranger's too, 075, 087."""
    text = " ".join(note.split())
    if len(text) > NOTE_MOST:
        raise errors.TEXT_LONG.error(where="note", count=len(text), limit=NOTE_MOST)
    with writing(act) as log:
        row = _open(number)
        if not row.voices.filter(by=act.actor).exists():
            raise errors.PROBLEM_UNKNOWN.error(where="number", number=number)
        row.note = text
        _save(row, log, "pmo.problem_note", fields=["note"])


@service(Permission.PROBLEM_ANSWER)
def problem_take(*, act: Act, number: int) -> None:
    """Become the owner of a problem. Raises: RL-PMO-070, 075."""
    with writing(act) as log:
        row = _open(number)
        row.owner, row.owned_at = act.actor, act.at
        _save(row, log, "pmo.problem_take", fields=["owner", "owned_at"])


@service(Permission.PROBLEM_ANSWER)
def problem_answer(*, act: Act, number: int, version: int, text: str, solved: bool) -> None:
    """Tell who reported a problem what is done about it; who answers first owns it.

    Args: version: of the problem that was shown. solved: it works again. Raises: RL-PMO-070, 073, 074 (nothing said),
    075, 087.
    """
    said = " ".join(text.split())
    if not said:
        raise errors.ANSWER_EMPTY.error(where="text")
    if len(said) > ANSWER_MOST:
        raise errors.TEXT_LONG.error(where="text", count=len(said), limit=ANSWER_MOST)
    with writing(act) as log:
        row = _open(number)
        if row.version != version:
            raise errors.PROBLEM_CHANGED.error(where="text")
        row.answer, row.answered_at, row.answered_by = said, act.at, act.actor
        row.state = ProblemState.SOLVED.value if solved else ProblemState.ANSWERED.value
        if not row.owner:
            row.owner, row.owned_at = act.actor, act.at
        fields = ["answer", "answered_at", "answered_by", "state", "owner", "owned_at"]
        _save(row, log, "pmo.problem_solve" if solved else "pmo.problem_answer", fields=fields)


@service(Permission.PROBLEM_REPORT)
def problems_told(*, act: Act) -> int:
    """Note that somebody has read the answers to what they reported. Returns: how many."""
    untold = Q(told_at=None) | Q(told_at__lt=F("problem__answered_at"))
    waiting = ProblemVoice.objects.filter(untold, by=act.actor, problem__answered_at__isnull=False)
    if not waiting.exists():
        return 0
    with writing(act) as log:
        count = waiting.update(told_at=act.at)
        log.entry("pmo.problem_told", subject=f"person:{act.actor}", body={"count": count})
    return count


def _open(number: int) -> Problem:
    row = Problem.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise errors.PROBLEM_UNKNOWN.error(where="number", number=number)
    if row.state == ProblemState.SOLVED.value:
        raise errors.PROBLEM_SOLVED.error(where="number", number=number)
    return row


def _save(row: Problem, log: Log, verb: str, *, fields: list[str]) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    log.entry(verb, subject=f"problem:{row.pk}", body={"number": row.number, "state": row.state})
