"""Hours and costs with their evidence; risks with their answer.

Owns LedgerLine and Risk. Refuses to change a line: it is withdrawn, and stays to be seen.
Source: docs/design/ledger.md (cases 1-10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from relight.journal.api import Body, evidence_store, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import Word
from relight.people.api import Permission, service
from relight.pmo import errors
from relight.pmo.models import LedgerLine, Risk
from relight.pmo.types import LedgerKind

HOURS_MOST, EUROS_MOST, FILE_MOST = Decimal(24), Decimal(100_000_000), 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGiven:
    """A line as somebody gives it. amount: hours, or euros. file: evidence, with its name; none yet is said so."""

    kind: LedgerKind
    day: date
    who: str
    what: str
    amount: Decimal
    file: tuple[str, bytes] | None = None


@service(Permission.PLAN_EDIT)
def line_add(*, act: Act, given: LineGiven) -> int:
    """Enter hours or a cost. Returns: the number of the line. Raises: InputError RL-PMO-110."""
    who, what = " ".join(given.who.split())[:120], " ".join(given.what.split())[:200]
    most = HOURS_MOST if given.kind is LedgerKind.HOURS else EUROS_MOST
    faults: tuple[tuple[str, str, Word, Callable[[], bool]], ...] = (
        ("who" if not who else "what", who or what, errors.WORDS_MISSING, lambda: not who or not what),
        (
            "amount",
            str(given.amount),
            errors.HOURS_A_DAY if given.kind is LedgerKind.HOURS else errors.SOME_EUROS,
            lambda: not 0 < given.amount <= most,
        ),
        ("day", given.day.isoformat(), errors.DAY_AHEAD, lambda: given.day > timezone.localtime(act.at).date()),
        (
            "file",
            given.file[0][:60] if given.file else "",
            errors.EVIDENCE_LARGE,
            lambda: given.file is not None and len(given.file[1]) > FILE_MOST,
        ),
    )
    for where, value, expected, is_wrong in faults:
        if is_wrong():
            raise errors.LINE_FIELD.error(where=where, value=value, expected=expected)
    with writing(act) as log:
        kept = None
        if given.file is not None:
            kept = evidence_store(log=log, content=given.file[1], name=given.file[0], media_type="")
        row = LedgerLine.objects.create(
            id=new_id(act.at),
            number=(LedgerLine.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            kind=given.kind.value,
            day=given.day,
            who=who,
            what=what,
            amount=given.amount.quantize(Decimal("0.01")),
            evidence=kept.digest if kept else "",
            filename=kept.name if kept else "",
            at=act.at,
            by=act.actor,
        )
        body: Body = {"number": row.number, "kind": row.kind, "amount": str(row.amount), "evidence": row.evidence}
        log.entry("pmo.ledger_add", subject=f"ledger:{row.pk}", body=body)
    return row.number


@service(Permission.PLAN_EDIT)
def line_withdraw(*, act: Act, number: int) -> None:
    """Take a line out of the sums; it stays to be seen. Raises: RL-PMO-111."""
    with writing(act) as log:
        row = LedgerLine.objects.select_for_update().filter(number=number, withdrawn_at=None).first()
        if row is None:
            raise errors.LINE_UNKNOWN.error(where="number", number=number)
        row.withdrawn_at, row.withdrawn_by = act.at, act.actor
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        log.entry("pmo.ledger_withdraw", subject=f"ledger:{row.pk}", body={"number": number})


@service(Permission.PLAN_EDIT)
def risk_add(*, act: Act, title: str, likely: int, grave: int, answer: str = "", owner: str = "") -> int:
    """Note a risk. Args: likely, grave: 1 to 3. Returns: its number. Raises: RL-PMO-110."""
    words = " ".join(title.split())[:200]
    if not words or not (1 <= likely <= 3 and 1 <= grave <= 3):
        raise errors.LINE_FIELD.error(where="title", value=words, expected=errors.WORDS_MISSING)
    with writing(act) as log:
        row = Risk.objects.create(
            id=new_id(act.at),
            number=(Risk.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            title=words,
            likely=likely,
            grave=grave,
            answer=" ".join(answer.split())[:500],
            owner=" ".join(owner.split())[:120],
            at=act.at,
            by=act.actor,
        )
        body: Body = {"number": row.number, "likely": likely, "grave": grave}
        log.entry("pmo.risk_add", subject=f"risk:{row.pk}", body=body)
    return row.number


@service(Permission.PLAN_EDIT)
def risk_change(*, act: Act, number: int, version: int, answer: str, ended: bool) -> None:
    """Write what is done about a risk, or that it is over. Raises: RL-PMO-112, 113."""
    with writing(act) as log:
        row = Risk.objects.select_for_update().filter(number=number, ended_at=None).first()
        if row is None:
            raise errors.RISK_UNKNOWN.error(where="number", number=number)
        if row.version != version:
            raise errors.RISK_CHANGED.error(where="answer", number=number)
        row.answer, row.version = " ".join(answer.split())[:500], row.version + 1
        row.ended_at = act.at if ended else None
        row.save(update_fields=["answer", "version", "ended_at"])
        log.entry("pmo.risk_change", subject=f"risk:{row.pk}", body={"number": number, "ended": ended})
