"""One way to ask and to tell, whatever an analyzer speaks: ASTM records, or IHE LAW over HL7.

Owns reading a query into a `Question` and writing what answers it. Refuses knowing what is known: the works
come in. Source: LIS02-A2; IHE PaLM TF-2b, LAB-27 and LAB-28; docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol as Shape

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules import orders_astm
from relight.lab.rules.orders import Priority
from relight.lab.rules.orders_astm import Asked, AstmQuery, Work
from relight.lab.types import Protocol
from relight.wire import hl7, law
from relight.wire.astm import records

NewControlId = Callable[[], str]
UTF8 = "UNICODE UTF-8"
_NARROW = {"8859/1": "iso8859-1", "8859/15": "iso8859-15", "ASCII": "ascii"}  # MSH-18 to what may be written
_PRIORITIES = {Priority.ROUTINE: "R", Priority.URGENT: "A", Priority.STAT: "S"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a query asks. Args: everything: all that waits. identity_only: no tests are wanted. problem: why it
    cannot be answered, a code. said: the query as its protocol reads it; None when nobody could read it."""

    asked: tuple[Asked, ...] = ()
    everything: bool = False
    identity_only: bool = False
    problem: str = ""
    said: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What answers a question. Args: messages: at once, in order. orders: after it, each with the sample and
    control id: messages of their own that the analyzer acknowledges."""

    messages: tuple[bytes, ...]
    orders: tuple[tuple[str, bytes, str], ...] = field(default=())


class Dialect(Shape):
    """What both protocols can do."""

    def read(self, content: bytes) -> Question:
        """Read a query; one that cannot be read is a question with a problem."""

    def answer(self, works: Sequence[Work], *, question: Question, at: datetime, new_control_id: NewControlId) -> Reply:
        """Write the answer. Args: works: of the samples that are known, as far as the rung allows."""

    def order(self, work: Work, *, at: datetime, control_id: str, cancel: bool = False) -> bytes:
        """Write an order nobody asked for, or its cancelling."""


def dialect_of(protocol: Protocol, *, encoding: str) -> Dialect:
    """Return how a protocol asks and tells. Args: encoding: the character set of ASTM texts."""
    return _Astm(encoding=encoding) if protocol is Protocol.ASTM else _Law()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Astm:
    encoding: str

    def read(self, content: bytes) -> Question:
        try:
            query = orders_astm.query_read(records.read(content, encoding=self.encoding))
        except RelightError as error:
            return Question(problem=error.code)
        return Question(asked=query.asked, everything=query.everything, identity_only=query.identity_only, said=query)

    def answer(self, works: Sequence[Work], *, question: Question, at: datetime, new_control_id: NewControlId) -> Reply:
        query = question.said if isinstance(question.said, AstmQuery) else AstmQuery(asked=())
        wrong = bool(question.problem)
        content = orders_astm.answer_build(works, query=query, at=at, encoding=self.encoding, wrong=wrong)
        return Reply(messages=(content,))

    def order(self, work: Work, *, at: datetime, control_id: str, cancel: bool = False) -> bytes:
        return orders_astm.order_build([work], at=at, encoding=self.encoding, cancel=cancel)


@dataclass(frozen=True, slots=True, kw_only=True)
class _LawQuestion:
    message: hl7.Message
    query: law.Query | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law:
    def read(self, content: bytes) -> Question:
        message = hl7.read(content)
        try:
            query = law.query_read(message)
        except RelightError as error:
            return Question(problem=error.code, said=_LawQuestion(message=message, query=None))
        said = _LawQuestion(message=message, query=query)
        if query.kind is law.QueryKind.ALL:
            return Question(everything=True, said=said)
        if not query.sample:  # nobody told Relight which sample stands in which rack
            return Question(problem=errors.QUERY_UNREADABLE.code, said=said)
        place = (query.rack, query.position, query.tray, query.tray_position)
        return Question(asked=(Asked(sample=query.sample, place=place),), said=said)

    def answer(self, works: Sequence[Work], *, question: Question, at: datetime, new_control_id: NewControlId) -> Reply:
        said = question.said
        if not isinstance(said, _LawQuestion):
            raise TypeError("a question this dialect did not read")
        envelope = _envelope(said.message.head, control_id=new_control_id(), at=at)
        if said.query is None:
            return Reply(messages=(_refused(said.message.head, question, at=at, control_id=envelope.control_id),))
        status = law.QueryStatus.ERROR if question.problem else _status(works)
        asked = said.message.control_id
        first = law.response_build(said.query, asked=asked, status=status, envelope=envelope)
        orders = []
        for work in works:
            control_id = new_control_id()
            content = _oml(work, envelope=_envelope(said.message.head, control_id=control_id, at=at))
            orders.append((work.sample, content, control_id))
        with_work = {work.sample for work in works if work.codes}
        at_once = tuple(content for sample, content, _ in orders if sample not in with_work)
        return Reply(messages=(first, *at_once), orders=tuple(one for one in orders if one[0] in with_work))

    def order(self, work: Work, *, at: datetime, control_id: str, cancel: bool = False) -> bytes:
        envelope = law.Envelope(control_id=control_id, at=at, sender_app=orders_astm.SENDER)
        return _oml(work, envelope=envelope, cancel=cancel)


def _status(works: Sequence[Work]) -> law.QueryStatus:
    return law.QueryStatus.FOUND if works else law.QueryStatus.NOT_FOUND


def _envelope(head: hl7.Head, *, control_id: str, at: datetime) -> law.Envelope:
    """Answer under the names the query gave: what it sent to is who answers."""
    return law.Envelope(
        control_id=control_id,
        at=at,
        sender_app=head.text(5) or orders_astm.SENDER,
        sender_facility=head.text(6),
        receiver_app=head.text(3),
        receiver_facility=head.text(4),
        charset=head.text(18) if head.text(18) in _NARROW else UTF8,
    )


def _refused(head: hl7.Head, question: Question, *, at: datetime, control_id: str) -> bytes:
    error = hl7.AckError(condition=hl7.Condition.FIELD_MISSING, code=question.problem)
    return hl7.ack(head, hl7.AckCode.AE, control_id=control_id, at=at, error=error)


def _oml(work: Work, *, envelope: law.Envelope, cancel: bool = False) -> bytes:
    """Write the work on one sample; without codes it says whose the sample is and that nothing is to be done."""
    control = law.OrderControl.CANCEL if cancel else law.OrderControl.NEW
    orders = tuple(
        law.Order(
            control=control,
            placer=f"{work.number}-{code}"[:50],
            test=law.Coded(code=code),
            priority=_PRIORITIES[work.priority],
            ordered_at=hl7.stamp(work.ordered_at) if work.ordered_at else "",
        )
        for code in work.codes
    )
    rack, position, tray, tray_position = (*work.place, "", "", "", "")[:4]
    one = law.WorkOrder(
        sample=law.SampleId(value=work.sample),
        orders=orders or (law.Order(control=law.OrderControl.NONE),),
        patient=_patient(work, encoding=_NARROW.get(envelope.charset, "utf-8")),
        sample_type=law.Coded(code=work.specimen, system="HL70487") if work.specimen else law.Coded(),
        collected_at=hl7.stamp(work.taken_at) if work.taken_at else "",
        rack=rack,
        position=position,
        tray=tray,
        tray_position=tray_position,
    )
    return law.orders_build([one], envelope=envelope)


def _patient(work: Work, *, encoding: str) -> law.Patient:
    return law.Patient(
        ids=(law.PatientId(value=work.record, kind="MR"),) if work.record else (),
        family=orders_astm.text_fitted(work.family, encoding),
        given=orders_astm.text_fitted(work.given, encoding),
        birth=work.birth_date.strftime("%Y%m%d") if work.birth_date else "",
        sex=work.sex or "U",
        ward=orders_astm.text_fitted(work.ward, encoding),
    )
