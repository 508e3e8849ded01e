"""Anything that may happen to laboratory messages, in any order: the count must balance after every step.

Owns the state machine of Hypothesis. Its model is one number: how many different messages were sent.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from relight.kernel.act import Act
from relight.kernel.errors import RuleError
from relight.lab.types import Incoming, MessageKind, Protocol, Rung
from support.lab_words import astm_message, rung_set

CODES = ("^^^GLU", "^^^XYZ9", "^^^K")
SAMPLES = ("", "S1", "S2")


class Laboratory(RuleBasedStateMachine):
    """One link `chem` that delivers to `main`, people in between."""

    person: Act
    gateway: Act

    @initialize()
    def begin(self) -> None:
        from relight.lab.selectors.reconcile import reconcile

        self.before = reconcile().total.messages.received
        self.sent: dict[bytes, None] = {}
        self.number = 0

    @rule(code=st.sampled_from(CODES), sample=st.sampled_from(SAMPLES), valid=st.booleans())
    def receive(self, code: str, sample: str, valid: bool) -> None:
        self.number += 1
        content = astm_message(sample=sample, code=code, value=str(self.number)) if valid else b"no message"
        self._store(content + b"\r" * (self.before + self.number), valid=valid)

    @rule()
    def receive_again(self) -> None:
        if self.sent:
            self._store(next(reversed(self.sent)), valid=True)

    def _store(self, content: bytes, *, valid: bool) -> None:
        from relight.lab.rules.inbox import idem_of
        from relight.lab.services.inbox import inbox_store

        item = Incoming(
            link="chem",
            protocol=Protocol.ASTM,
            content=content,
            control_id="",
            type="",
            at=self.gateway.at,
            kind=MessageKind.UNREAD if valid else MessageKind.INVALID,
            idem=idem_of(protocol=Protocol.ASTM, control_id="", content=content),
        )
        inbox_store(act=self.gateway, items=[item])
        self.sent[content] = None

    @rule(limit=st.integers(1, 3))
    def read(self, limit: int) -> None:
        from relight.lab.services.reading import messages_read

        messages_read(act=self.gateway, limit=limit)

    @rule(codes=st.lists(st.sampled_from(["", "RL-LAB-001"]), min_size=1, max_size=3))
    def deliver(self, codes: list[str]) -> None:
        from relight.lab.selectors.links import lis_now
        from relight.lab.services.delivery import Outcome, delivery_next, delivery_outcomes

        parcels = delivery_next(act=self.gateway, lis=lis_now()[0], limit=len(codes))
        outcomes = [Outcome(report=one.report, code=code) for one, code in zip(parcels, codes, strict=False)]
        if outcomes:
            delivery_outcomes(act=self.gateway, lis="main", outcomes=outcomes)

    @rule(rung=st.sampled_from([Rung.IDENTIFICATION, Rung.RESULTS]))
    def climb_or_fall(self, rung: Rung) -> None:
        rung_set(self.person, "chem", rung)

    @rule(act=st.sampled_from(["release", "close", "reopen", "replay", "reread", "mend"]), place=st.integers(0, 1000))
    def decide(self, act: str, place: int) -> None:
        from relight.lab.models import Report

        ids = list(Report.objects.order_by("pk").values_list("pk", flat=True))
        if ids:
            with suppress(RuleError):  # a decision that is not open from there changes nothing
                _decisions()[act](self.person, ids[place % len(ids)])

    @rule()
    def map_test(self) -> None:
        from relight.lab.rules.mapping import Meaning
        from relight.lab.services.queues import test_map

        meaning = Meaning(loinc="15074-8", name="Glucose", unit="mmol/L")
        test_map(act=self.person, link="chem", code="XYZ9", unit_sent="mmol/L", meaning=meaning)

    @invariant()
    def it_balances(self) -> None:
        from relight.lab.selectors.reconcile import reconcile

        count = reconcile()
        assert count.balanced, count.document()
        assert count.total.messages.received - self.before == len(self.sent)

    @invariant()
    def a_message_is_as_bad_as_its_worst_report(self) -> None:
        from relight.lab.models import Message

        worst = ("held", "refused", "waiting", "delivered")
        for message in Message.objects.filter(kind="results").prefetch_related("reports"):
            states = {report.state for report in message.reports.all()}
            assert message.state == next(state for state in worst if state in states)


def laboratory_machine(*, person: Act, gateway: Act) -> type[Laboratory]:
    """Return the machine for a laboratory that is set up: the acts it does things with."""
    return type("LaboratoryAtWork", (Laboratory,), {"person": person, "gateway": gateway})


def _decisions() -> dict[str, Callable[[Act, Any], object]]:
    from relight.lab.rules.queues import CloseReason
    from relight.lab.services import queues

    return {
        "release": lambda act, one: queues.reports_release(act=act, reports=[one], reason="checked"),
        "close": lambda act, one: queues.reports_close(act=act, reports=[one], why=CloseReason.TRANSCRIBED),
        "reopen": lambda act, one: queues.report_reopen(act=act, report=one, reason="after all"),
        "replay": lambda act, one: queues.reports_replay(act=act, reports=[one], reason="known there now"),
        "reread": lambda act, one: queues.reports_reread(act=act, reports=[one]),
        "mend": lambda act, one: queues.report_mend(act=act, report=one, reason="mended there"),
    }
