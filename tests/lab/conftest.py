"""Links, laboratory systems, messages and reports for the laboratory's tests, made through the services."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.act import Act, Door
from relight.lab.types import (
    HoldReason,
    Incoming,
    LinkSettings,
    LisSettings,
    MessageKind,
    MessageState,
    Protocol,
    ReportState,
    Rung,
)
from support.lab_ladder import ready_link, small_policy  # noqa: F401 - fixtures
from support.lab_words import astm_message, rung_set

_number = itertools.count(1)


@pytest.fixture
def gateway(clock: Any) -> Callable[[], Act]:
    """`gateway()`: an act of the gateway's own processes, now."""
    return lambda: Act(actor="relight:lab", at=clock.now(), door=Door.WORKER, roles=frozenset({"system"}))


@pytest.fixture
def lis(db: None, act_for: Callable[..., Act]) -> Callable[..., str]:
    """`lis("main", port=2575)`: make a laboratory system, return its id."""
    from relight.lab.services.links import lis_save

    def make(id: str = "main", **settings: Any) -> str:
        given = {"name": id.title(), "host": "127.0.0.1", "port": 2575, **settings}
        lis_save(act=act_for("laboratory"), settings=LisSettings(id=id, **given), is_new=True)
        return id

    return make


@pytest.fixture
def link(db: None, act_for: Callable[..., Act]) -> Callable[..., str]:
    """`link("chem", rung=Rung.RESULTS, lis="main")`: make a link at a rung, return its id."""
    from relight.lab.services.links import link_save

    def make(id: str = "chem", *, rung: Rung = Rung.PAPER, **settings: Any) -> str:
        given = {"name": id.title(), "site": "arlon", "port": 50_000 + next(_number), **settings}
        link_save(act=act_for("laboratory"), settings=LinkSettings(id=id, **given))
        if rung is not Rung.PAPER:
            rung_set(act_for("laboratory"), id, rung)
        return id

    return make


@pytest.fixture
def message(gateway: Callable[[], Act]) -> Callable[..., UUID]:
    """`message("chem", content)`: receive a message as the gateway does, return its id."""
    from relight.lab.rules.inbox import idem_of
    from relight.lab.services.inbox import inbox_store

    def make(link: str = "chem", content: bytes = b"", *, protocol: Protocol = Protocol.ASTM, **fields: Any) -> UUID:
        number = next(_number)
        given = content or astm_message(sample=f"S{number:04}")
        control = fields.pop("control_id", str(number))
        item = Incoming(
            link=link,
            protocol=protocol,
            content=given,
            control_id=control,
            type=fields.pop("type", ""),
            at=gateway().at,
            idem=idem_of(protocol=protocol, control_id=control, content=given),
            **fields,
        )
        return inbox_store(act=gateway(), items=[item])[0].id

    return make


@pytest.fixture
def report(gateway: Callable[[], Act], message: Callable[..., UUID]) -> Callable[..., UUID]:
    """`report("chem", state=…, hold=…)`: a message that was read into one report with one result.

    It stands for what the reading of messages makes; a test of the reading itself feeds messages instead.
    """
    from relight.journal.api import new_id, writing
    from relight.lab.models import Link, Message, Report, Result

    def make(
        link: str = "chem",
        *,
        state: ReportState = ReportState.WAITING,
        hold: HoldReason | None = None,
        sample: str = "",
        code: str = "GLU",
        loinc: str = "15074-8",
        message_id: UUID | None = None,
        **fields: Any,
    ) -> UUID:
        act = gateway()
        held = message_id or message(link)
        named = sample or f"S{next(_number):04}"
        with writing(act) as log:
            row = Message.objects.get(id=held)
            made = Report.objects.create(
                id=new_id(act.at),
                message=row,
                part=row.reports.count(),
                link_id=link,
                lis_id=Link.objects.values_list("lis_id", flat=True).get(pk=link),
                sample=named,
                state=state.value,
                hold=hold.value if hold else "",
                made_at=act.at,
                **fields,
            )
            Result.objects.create(
                id=new_id(act.at),
                report=made,
                line=1,
                sample=named,
                code=code,
                loinc=loinc,
                name="Glucose",
                value="5.4",
                unit_sent="mmol/L",
                number="5.4",
                unit="mmol/L",
                measured_at=act.at,
            )
            row.kind, row.state = MessageKind.RESULTS.value, MessageState(state.value).value
            row.save(update_fields=["kind", "state"])
            log.entry("lab.read", subject="lab:inbox", body={"count": 1})
        return made.pk

    return make
