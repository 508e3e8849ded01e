"""LAB-28: work orders to an analyzer, and its answers.

Owns OML^O33 and ORL^O34, both ways. Refuses choosing what is to be done.
Source: IHE PaLM TF-2b, section 3.28 (LAB-28); HL7 v2.5.1 chapter 4; docs/design/hl7.md, cases 120-128.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relight.wire import errors
from relight.wire.hl7 import AckCode, AckFault, Message, Segment, read_ack
from relight.wire.law.envelope import Row, coded_field, msa, msh, pid, pv1, sample_field, written
from relight.wire.law.fields import coded, distinct, entity, pair, patient_read, plain, role_read, value
from relight.wire.law.types import (
    AnsweredOrder,
    AnsweredSample,
    Coded,
    Envelope,
    Order,
    OrderAnswer,
    OrderControl,
    Patient,
    Role,
    SampleId,
    WorkOrder,
)

_CONTROLS = {control.value: control for control in OrderControl if control.value}
_ANSWERS = {answer.value: answer for answer in OrderAnswer if answer.value}


def negative(sample: SampleId, *, rack: str = "", position: str = "") -> WorkOrder:
    """Return the answer to a query that found no work: one order that says there is none (ORC-1 DC)."""
    return WorkOrder(
        sample=sample,
        orders=(Order(control=OrderControl.NONE),),
        role=Role.UNKNOWN,
        rack=rack,
        position=position,
    )


def orders_build(work: Sequence[WorkOrder], *, envelope: Envelope) -> bytes:
    """Write an OML^O33. All samples of one message are of one patient, or of none.

    Raises: NO_SAMPLE (RL-WIR-242) without a sample; WRONG_MESSAGE (RL-WIR-241) with two patients.
    """
    if not work:
        raise errors.NO_SAMPLE.error(where="SPM")
    patients = {one.patient for one in work if one.patient is not None and not one.patient.empty}
    if len(patients) > 1:
        raise errors.WRONG_MESSAGE.error(where="PID", expected="OML^O33")
    rows = [msh(envelope, type=("OML", "O33", "OML_O33"), profile="LAB-28", asks=True)]
    for patient in patients:
        rows.append(pid(patient))
        visit = pv1(patient)
        if visit:
            rows.append(visit)
    for number, one in enumerate(work, start=1):
        rows += _sample_rows(one, number)
        for order in one.orders:
            rows += _order_rows(order)
    return written(rows, envelope)


def _sample_rows(work: WorkOrder, number: int) -> list[Row]:
    negative_answer = all(order.control is OrderControl.NONE for order in work.orders)
    spm: Row = ["SPM", str(number), "" if negative_answer else sample_field(work.sample), ""]
    spm += [coded_field(work.sample_type), "", "", "", "", "", ""]
    spm += [(work.role.value or "U", "", "HL70369"), "", "", "", "", "", work.collected_at]
    sac: Row = ["SAC", "", "", (work.sample.value, work.sample.authority), "", "", "", "", "", ""]
    sac += [work.rack, work.position, "", work.tray, work.tray_position]
    return [spm, sac]


def _order_rows(order: Order) -> list[Row]:
    orc: Row = ["ORC", order.control.value, "", "", "", "", "", "", "", order.ordered_at]
    if order.control is OrderControl.NONE:
        return [orc]
    rows = [orc]
    if order.priority:
        rows.append(["TQ1", "", "", "", "", "", "", "", "", (order.priority, "", "HL70485")])
    rows.append(["OBR", "", order.placer, "", coded_field(order.test), "", "", "", "", "", "", order.specimen_action])
    if order.dilution:
        rows.append(["TCD", coded_field(order.test), ("", "1", ":", order.dilution)])
    return rows


def orders_read(message: Message) -> tuple[WorkOrder, ...]:
    """Read an OML^O33 (or O21, O35 with SPM), as an analyzer does.

    Raises: WRONG_MESSAGE (RL-WIR-241); NO_SAMPLE (RL-WIR-242) for an order before any sample.
    """
    if message.type != "OML":
        raise errors.WRONG_MESSAGE.error(where="MSH-9", expected="OML^O33")
    reading = _Reading()
    for segment in message.segments:
        reading.take(segment)
    return reading.finished()


class _Reading:
    """One pass over the segments of an OML."""

    def __init__(self) -> None:
        self._patient: Patient | None = None
        self._ids: list[SampleId] = []
        self._work: WorkOrder | None = None
        self._orders: list[Order] = []
        self._done: list[WorkOrder] = []

    def take(self, segment: Segment) -> None:
        step = {
            "PID": self._pid,
            "PV1": self._pv1,
            "SPM": self._spm,
            "SAC": self._sac,
            "ORC": self._orc,
            "TQ1": self._tq1,
            "OBR": self._obr,
            "TCD": self._tcd,
        }.get(segment.name)
        if step:
            step(segment)

    def finished(self) -> tuple[WorkOrder, ...]:
        self._close()
        return tuple(self._done)

    def _close(self) -> None:
        if self._work is not None:
            ids = distinct(self._ids)
            sample = ids[0] if ids else SampleId(value="")
            self._done.append(replace(self._work, sample=sample, orders=tuple(self._orders), patient=self._patient))
        self._work, self._ids, self._orders = None, [], []

    def _pid(self, segment: Segment) -> None:
        self._close()
        self._patient = patient_read(segment)

    def _pv1(self, segment: Segment) -> None:
        self._patient = replace(self._patient or Patient(), visit=value(segment, 19), ward=value(segment, 3))

    def _spm(self, segment: Segment) -> None:
        self._close()
        for repeat in range(len(segment.repeats(2))):
            self._ids += pair(segment, 2, repeat)
        self._work = WorkOrder(
            sample=SampleId(value=""),
            orders=(),
            sample_type=coded(segment, 4),
            role=role_read(segment),
            collected_at=value(segment, 17),
        )

    def _sac(self, segment: Segment) -> None:
        found = entity(segment, 3)
        if self._work is None or self._orders:  # a container without SPM is a sample of its own
            self._close()
            self._work = WorkOrder(sample=SampleId(value=""), orders=(), role=Role.OTHER)
        if found:
            self._ids.append(found)
        self._work = replace(
            self._work,
            rack=value(segment, 10),
            position=value(segment, 11),
            tray=value(segment, 13),
            tray_position=value(segment, 14),
        )

    def _orc(self, segment: Segment) -> None:
        if self._work is None:
            raise errors.NO_SAMPLE.error(where="ORC")
        control = _CONTROLS.get(value(segment, 1), OrderControl.OTHER)
        self._orders.append(Order(control=control, placer=value(segment, 2), ordered_at=value(segment, 9)))

    def _tq1(self, segment: Segment) -> None:
        if self._orders:
            self._orders[-1] = replace(self._orders[-1], priority=value(segment, 9))

    def _obr(self, segment: Segment) -> None:
        if self._work is None:
            raise errors.NO_SAMPLE.error(where="OBR")
        if not self._orders or self._orders[-1].test != Coded():  # an OBR without its own ORC is a new order
            self._orders.append(Order(control=OrderControl.NEW))
        order = self._orders[-1]
        self._orders[-1] = replace(
            order,
            placer=value(segment, 2) or order.placer,
            test=coded(segment, 4),
            specimen_action=value(segment, 11),
        )

    def _tcd(self, segment: Segment) -> None:
        if self._orders:
            self._orders[-1] = replace(self._orders[-1], dilution=plain(segment.component(2, 4)))


def answers_build(
    answered: Sequence[AnsweredSample],
    *,
    asked: str,
    envelope: Envelope,
    code: AckCode = AckCode.AA,
    text: str = "",
) -> bytes:
    """Write an ORL^O34, as an analyzer does. Args: asked: MSH-10 of the OML. answered: empty for a bare answer."""
    rows = [msh(envelope, type=("ORL", "O34", "ORL_O42"), profile="LAB-28", asks=False), msa(code.value, asked, text)]
    for number, one in enumerate(answered, start=1):
        rows.append(
            ["SPM", str(number), sample_field(one.sample), "", "", "", "", "", "", "", "", ("U", "", "HL70369")]
        )
        rows.append(["SAC", "", "", (one.sample.value, one.sample.authority)])
        rows += [["ORC", order.answer.value, order.placer, "", "", order.status] for order in one.orders]
    return written(rows, envelope)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersAnswer:
    """What an ORL says. Args: asked: MSA-2, the control id of the OML."""

    code: AckCode
    asked: str
    text: str
    errors: tuple[AckFault, ...]
    samples: tuple[AnsweredSample, ...]


def answers_read(raw: bytes) -> OrdersAnswer:
    """Read an ORL^O34. Raises: what `read_ack` raises; WRONG_MESSAGE (RL-WIR-241)."""
    answer = read_ack(raw)
    if answer.type not in ("ORL", "ACK"):
        raise errors.WRONG_MESSAGE.error(where="MSH-9", expected="ORL^O34")
    samples: list[AnsweredSample] = []
    for segment in answer.message.segments:
        if segment.name == "SPM":
            ids = pair(segment, 2)
            samples.append(AnsweredSample(sample=ids[0] if ids else SampleId(value=""), orders=()))
        elif segment.name == "SAC":
            found = entity(segment, 3)
            if found and (not samples or samples[-1].orders):
                samples.append(AnsweredSample(sample=found, orders=()))
            elif found and not samples[-1].sample.value:
                samples[-1] = replace(samples[-1], sample=found)
        elif segment.name == "ORC":
            order = AnsweredOrder(
                answer=_ANSWERS.get(value(segment, 1), OrderAnswer.OTHER),
                placer=value(segment, 2),
                status=value(segment, 5),
            )
            samples = samples or [AnsweredSample(sample=SampleId(value=""), orders=())]
            samples[-1] = replace(samples[-1], orders=(*samples[-1].orders, order))
    return OrdersAnswer(
        code=answer.code, asked=answer.control_id, text=answer.text, errors=answer.errors, samples=tuple(samples)
    )
