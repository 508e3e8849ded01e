"""A batch of items: read and locked together, judged one by one, changed all or in part.

A batch is all or nothing unless `partial` is asked: then those who may go, and the report says who
stayed and why. Source: docs/design/line.md, cases 20-24.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import LineItem
from relight.fleet.types import Refusal
from relight.kernel.errors import RelightError
from relight.kernel.verdict import Verdict

Judge = Callable[[LineItem], Verdict]


class NothingToDo(Exception):  # noqa: N818 - no error: leaves a writing block that has nothing to write
    """Every item already is as asked: the transaction is left without a trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A batch after its verdicts: who may, who may not."""

    allowed: tuple[LineItem, ...]
    refused: tuple[Refusal, ...]


def batch_judge(rows: Sequence[LineItem], *, judge: Judge, partial: bool) -> Judged:
    """Ask the rule for every item.

    Raises: the item's own refusal for a single item, or when all are refused in the same words;
    RuleError RL-FLT-019 or 028 otherwise, with every refusal in its `refusals` parameter.
    """
    allowed: list[LineItem] = []
    refused: list[Refusal] = []
    refusals: list[RelightError] = []
    for row in rows:
        verdict = judge(row)
        if verdict:
            allowed.append(row)
            continue
        refusal = verdict.error(where=row.name)
        refusals.append(refusal)
        refused.append(refusal_of(row, refusal))
    if refused and (not partial or not allowed):
        raise _batch_error(rows, refused, refusals)
    return Judged(allowed=tuple(allowed), refused=tuple(refused))


def refusal_of(row: LineItem, error: RelightError) -> Refusal:
    """Put a coded refusal beside the item it is about, in the reader's language."""
    return Refusal(
        item=row.pk, name=row.name, code=error.code, message=error.message(gettext), next=error.next(gettext)
    )


def _batch_error(
    rows: Sequence[LineItem], refused: Sequence[Refusal], refusals: Sequence[RelightError]
) -> RelightError:
    if len(rows) == 1 or (len(refused) == len(rows) and len({refusal.message for refusal in refused}) == 1):
        return refusals[0]
    spec = errors.BATCH_REFUSED if len(refused) < len(rows) else errors.BATCH_REFUSED_ALL
    return spec.error(
        refused=len(refused),
        count=len(rows),
        allowed=len(rows) - len(refused),
        first=refused[0].message,
        refusals=tuple(refused),
    )
