"""A result on its way, as the reading of messages leaves it: what tests of results, sheets and calls start from.

It stands for the reading; a test of the reading itself feeds messages instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from support.lab_orders import POTASSIUM, order_typed

_number = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Ids of what was made, and the order's view."""

    order: Any
    message: UUID
    report: UUID
    result: UUID


def result_made(
    act_for: Callable[..., Any],
    *,
    value: str,
    order: Any = None,
    loinc: str = POTASSIUM,
    unit: str = "mmol/L",
    critical: bool = False,
    held: bool = False,
    refused: bool = False,
    corrects: UUID | None = None,
    link: str = "chem",
    validation: str = "preliminary",
    flags: tuple[str, ...] = (),
    **fields: Any,
) -> Made:
    """Make an order (unless one is given) and a report with one result for it; a critical one opens its call.

    Args: fields: of the order. corrects: the result this one replaces.
    """
    from relight.journal.api import new_id, writing
    from relight.lab.models import Call, Link, Message, Report, Result
    from relight.lab.services.order_states import order_tests_done

    act = act_for("system", actor="relight:lab")
    view = order or order_typed(act_for("nurse"), loinc, **fields)
    with writing(act) as log:
        if not Link.objects.filter(pk=link).exists():
            Link.objects.create(
                id=link, name="Chem", site="arlon", protocol="astm", transport="tcp-server", rung_since=act.at
            )
        message = Message.objects.create(
            id=new_id(act.at),
            link_id=link,
            protocol="astm",
            idem=next(_number).to_bytes(32, "big"),
            content=b"H|\\^&\rL|1|N\r",
            received_at=act.at,
            kind="results",
            state="waiting",
        )
        report = Report.objects.create(
            id=new_id(act.at),
            message=message,
            part=1,
            link_id=link,
            order=view.id,
            sample=view.sample,
            state="held" if held else "refused" if refused else "waiting",
            hold="rung" if held else "",
            validation=validation,
            made_at=act.at,
        )
        result = Result.objects.create(
            id=new_id(act.at),
            report=report,
            line=1,
            sample=view.sample,
            code="K",
            loinc=loinc,
            name="Potassium",
            value=value,
            unit_sent=unit,
            number=value,
            unit=unit,
            flags=list(flags),
            critical=critical,
            measured_at=act.at,
        )
        if corrects is not None:
            Result.objects.filter(pk=corrects).update(superseded_by=result)
        if critical:
            Call.objects.create(id=new_id(act.at), result=result, opened_at=act.at)
        order_tests_done(done={view.id: [loinc]})
        log.entry("lab.read", subject="lab:inbox", body={"count": 1})
    return Made(order=view, message=message.id, report=report.pk, result=result.pk)
