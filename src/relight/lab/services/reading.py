"""Messages turned into reports, results and control points, once each, in the order they came.

Owns the one step from `received` to what a message became. A message that cannot be read is put aside and
blocks nobody. Refuses to touch what was delivered. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from relight.journal.api import Body, EventDraft, Log, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Message
from relight.lab.rules.interpret import interpret
from relight.lab.rules.matching import Bench, match
from relight.lab.rules.reading import Reading
from relight.lab.selectors.reading import Desk, desk_for
from relight.lab.services.qc import qc_points_add
from relight.lab.services.reading_rows import Rows, aware
from relight.lab.services.settle import messages_settle
from relight.lab.types import MessageKind, MessageState, Protocol, QcReading
from relight.people.api import Permission, service

DONE_KINDS = frozenset({MessageKind.QC, MessageKind.QUERY, MessageKind.ORDER_REPLY, MessageKind.OTHER})
NUMBER_LENGTH, VALUE_LENGTH = 40, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What reading a batch gave. All but the last three count messages. Args: failed: could not be read."""

    read: int = 0
    waiting: int = 0
    held: int = 0
    refused: int = 0
    qc: int = 0
    other: int = 0
    failed: int = 0
    reports: int = 0
    results: int = 0
    critical: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Became:
    """What became of one message."""

    kind: MessageKind
    state: MessageState
    problem: str = ""
    problem_at: int = 0


@dataclass(slots=True, kw_only=True)
class _Batch:
    """What one call does, over all the messages it could read at once or one by one."""

    became: dict[int, _Became] = field(default_factory=dict)
    links: dict[str, dict[str, int]] = field(default_factory=dict)  # holds by link
    critical: list[UUID] = field(default_factory=list)  # reports
    reports: int = 0
    results: int = 0


@service(Permission.LAB_RECEIVE)
def messages_read(*, act: Act, limit: int = 200) -> ReadReport:
    """Read the messages that wait to be read, oldest first; one transaction, one journal entry.

    Args: limit: at most so many. Returns: counts; nothing was written when nothing waited.
    """
    waiting = Message.objects.filter(state=MessageState.RECEIVED.value)
    if not waiting.exists():
        return ReadReport()
    with writing(act) as log:
        messages = list(waiting.order_by("seq")[:limit])
        desk = desk_for({message.link_id for message in messages})
        batch = _Batch()
        try:
            _read(act, messages, desk, batch)
        except Exception:  # noqa: BLE001 - one message nobody foresaw must not stop the others: each by itself
            batch = _Batch()
            for message in messages:
                _read_alone(act, message, desk, batch)
        _became_write(batch)
        report = _counted(batch)
        _log(log, batch, report)
    return report


@service(Permission.LAB_RESOLVE)
def message_reread(*, act: Act, message: UUID) -> int:
    """Read one message anew and decide again on what of it is held; the rest stays as it is.

    Returns: how many reports now go on. Raises: MissingError RL-LAB-017.
    """
    with writing(act) as log:
        row = Message.objects.filter(id=message).first()
        if row is None:
            raise errors.NO_MESSAGE.error()
        desk = desk_for({row.link_id})
        reading = _interpreted(row, desk)
        desk.orders_load(sample.sample for sample in reading.samples)
        freed = Rows(act=act, desk=desk).again(row, match(reading.samples, bench=_bench(desk, row)))
        if row.problem == errors.READING_FAILED.code:
            Message.objects.filter(pk=row.pk).update(problem="")
        messages_settle([row.seq])
        log.entry("lab.read_again", subject=f"message:{message}", body={"freed": freed})
    return freed


def _read(act: Act, messages: Sequence[Message], desk: Desk, batch: _Batch) -> None:
    """Read messages and write their rows; an exception takes back all of it."""
    with writing(act) as log:
        read = [(message, _interpreted(message, desk)) for message in messages]
        desk.orders_load(sample.sample for _, reading in read for sample in reading.samples)
        rows = Rows(act=act, desk=desk)
        for message, reading in read:
            batch.became[message.seq] = _one(act, log, rows, batch, message, reading)
        rows.write()
        batch.reports += len(rows.reports)
        batch.results += len(rows.results)
        batch.critical += [call.result.report_id for call in rows.calls]


def _read_alone(act: Act, message: Message, desk: Desk, batch: _Batch) -> None:
    """Read one message by itself; what cannot be read becomes a report without results, held for a person."""
    try:
        alone = _Batch()
        _read(act, [message], desk, alone)
    except Exception:  # noqa: BLE001 - see messages_read
        desk.qc_forget(message.link_id)
        rows = Rows(act=act, desk=desk)
        rows.add_blank(message)
        rows.write()
        batch.reports += 1
        _count_hold(batch, message, "unreadable")
        code = errors.READING_FAILED.code
        batch.became[message.seq] = _Became(kind=MessageKind.RESULTS, state=MessageState.HELD, problem=code)
        return
    batch.became |= alone.became
    batch.critical += alone.critical
    batch.reports += alone.reports
    batch.results += alone.results
    for holds in alone.links.values():
        for hold, count in holds.items():
            _count_hold(batch, message, hold, count)


def _interpreted(message: Message, desk: Desk) -> Reading:
    return interpret(
        bytes(message.content),
        protocol=Protocol(message.protocol),
        driver=desk.drivers[message.link_id],
        maps=desk.maps[message.link_id],
    )


def _bench(desk: Desk, message: Message) -> Bench:
    rules = desk.rules_of(message.link_id, at=message.received_at)
    return Bench(link=rules, catalogue=desk.catalogue, at=message.received_at.date(), orders=desk.orders)


def _one(act: Act, log: Log, rows: Rows, batch: _Batch, message: Message, reading: Reading) -> _Became:
    if reading.kind is MessageKind.INVALID:
        problem = reading.problems[0]
        return _Became(kind=reading.kind, state=MessageState.REFUSED, problem=problem.code, problem_at=problem.at)
    controls = _controls(message, reading)
    if controls:
        qc_points_add(act=act, log=log, link=message.link_id, points=controls)
        rows.desk.qc_forget(message.link_id)
    if reading.kind in DONE_KINDS:
        return _Became(kind=reading.kind, state=MessageState.DONE)
    drafts = match(reading.samples, bench=_bench(rows.desk, message))
    rows.add(message, drafts)
    for draft in drafts:
        if draft.hold is not None:
            _count_hold(batch, message, draft.hold.value)
    held = any(draft.hold is not None for draft in drafts)
    return _Became(kind=reading.kind, state=MessageState.HELD if held else MessageState.WAITING)


def _controls(message: Message, reading: Reading) -> list[QcReading]:
    return [
        QcReading(
            message=message.id,
            line=line.at,
            code=line.code,
            level=sample.level or sample.sample[:40],  # an analyzer that names no level names the control itself
            lot=sample.lot,
            value=line.value.strip("^")[:VALUE_LENGTH],  # an empty component before it says nothing
            number=line.number,
            unit=line.unit or line.unit_sent,
            measured_at=aware(line.measured_at) or message.received_at,
        )
        for sample, line in reading.lines()
        if sample.is_qc
    ]


def _count_hold(batch: _Batch, message: Message, hold: str, count: int = 1) -> None:
    holds = batch.links.setdefault(message.link_id, {})
    holds[hold] = holds.get(hold, 0) + count


def _became_write(batch: _Batch) -> None:
    """Write what became of the messages: one update for each different fate."""
    alike: dict[_Became, list[int]] = {}
    for place, became in batch.became.items():
        alike.setdefault(became, []).append(place)
    for became, places in alike.items():
        for start in range(0, len(places), 500):
            rows = Message.objects.filter(seq__in=places[start : start + 500])
            rows.update(kind=became.kind.value, state=became.state.value)
            if became.problem:  # what the line found stays where reading finds nothing
                rows.update(problem=became.problem, problem_at=became.problem_at)


def _counted(batch: _Batch) -> ReadReport:
    fates = list(batch.became.values())

    def count(*states: MessageState) -> int:
        return sum(one.state in states for one in fates)

    qc = sum(one.kind is MessageKind.QC for one in fates)
    return ReadReport(
        read=len(fates),
        waiting=count(MessageState.WAITING),
        held=count(MessageState.HELD),
        refused=count(MessageState.REFUSED),
        qc=qc,
        other=count(MessageState.DONE) - qc,
        failed=sum(one.problem == errors.READING_FAILED.code for one in fates),
        reports=batch.reports,
        results=batch.results,
        critical=len(batch.critical),
    )


def _log(log: Log, batch: _Batch, report: ReadReport) -> None:
    """Say in one entry what was read: counts, never what it says or of whom."""
    body: Body = {
        "read": report.read,
        "waiting": report.waiting,
        "held": report.held,
        "refused": report.refused,
        "qc": report.qc,
        "other": report.other,
        "failed": report.failed,
        "reports": report.reports,
        "results": report.results,
    }
    events = [
        EventDraft(
            name="lab.held",
            subject=f"link:{link}",
            body={"count": sum(holds.values()), "reasons": dict(sorted(holds.items()))},
        )
        for link, holds in sorted(batch.links.items())
    ]
    events += [EventDraft(name="lab.critical", subject=f"report:{one}", body={}) for one in batch.critical]
    log.entry("lab.read", subject="lab:inbox", body=body, events=events)
