"""LAB-27: an analyzer asks what to do with a sample; the answer says only whether anything is known of it.

The work itself follows as LAB-28. Owns QBP^Q11 and RSP^K11, both ways.
Source: IHE PaLM TF-2b, section 3.27 (LAB-27); HL7 v2.5.1 chapter 5; docs/design/hl7.md, cases 110-116.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from relight.wire import errors
from relight.wire.hl7 import AckCode, Message, Segment, read_ack
from relight.wire.law.envelope import Row, coded_field, msa, msh, written
from relight.wire.law.fields import coded, plain, value
from relight.wire.law.types import Coded, Envelope, Query, QueryKind, QueryStatus

WORK_ORDER_STEP = Coded(code=QueryKind.SAMPLE.value, text="Work Order Step", system="IHELAW")
_KINDS = {kind.value: kind for kind in QueryKind}


def query_read(message: Message) -> Query:
    """Read a QBP^Q11.

    Raises: WRONG_MESSAGE (RL-WIR-241) where there is no QPD; NO_QUERY (RL-WIR-240) where it names nothing.
    """
    qpd = message.first("QPD")
    if qpd is None:
        raise errors.WRONG_MESSAGE.error(where="QPD", expected="QBP^Q11")
    query = _query(qpd)
    if query.kind is not QueryKind.ALL and not (query.sample or query.rack or query.tray or query.isolate):
        raise errors.NO_QUERY.error(where="QPD-3")
    return query


def _query(qpd: Segment) -> Query:
    name = coded(qpd, 1)
    rack, tray, isolate = value(qpd, 4), value(qpd, 6), value(qpd, 9)
    kind = _KINDS.get(name.code.upper().replace("-", "_"), QueryKind.SAMPLE)
    if kind is QueryKind.SAMPLE and not value(qpd, 3):  # many write WOS whatever they ask by
        kind = QueryKind.RACK if rack else QueryKind.TRAY if tray else QueryKind.ISOLATE if isolate else kind
    return Query(
        kind=kind,
        tag=plain(qpd.field(2)),
        sample=value(qpd, 3),
        authority=plain(qpd.component(3, 2)),
        rack=rack,
        position=value(qpd, 5),
        tray=tray,
        tray_position=value(qpd, 7),
        location=value(qpd, 8),
        isolate=isolate,
        name=name,
    )


def _qpd(query: Query) -> Row:
    name = query.name if query.name.code else replace(WORK_ORDER_STEP, code=query.kind.value)
    sample = (query.sample, query.authority) if query.sample else ""
    place = [query.rack, query.position, query.tray, query.tray_position, query.location, query.isolate]
    return ["QPD", coded_field(name), query.tag, sample, *place]


def query_build(query: Query, *, envelope: Envelope) -> bytes:
    """Write a QBP^Q11, as an analyzer does."""
    head = msh(envelope, type=("QBP", "Q11", "QBP_Q11"), profile="LAB-27", asks=True)
    return written([head, _qpd(query), ["RCP", "I", "", "R"]], envelope)


def response_build(
    query: Query, *, asked: str, status: QueryStatus, envelope: Envelope, code: AckCode = AckCode.AA
) -> bytes:
    """Write the RSP^K11. Args: asked: MSH-10 of the query. status: FOUND where work follows as LAB-28."""
    head = msh(envelope, type=("RSP", "K11", "RSP_K11"), profile="LAB-27", asks=False)
    qpd = _qpd(query)
    return written([head, msa(code.value, asked), ["QAK", query.tag, status.value, qpd[1]], qpd], envelope)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResponse:
    """What an RSP^K11 says. Args: asked: MSA-2. tag: QAK-1."""

    code: AckCode
    asked: str
    tag: str
    status: QueryStatus
    query: Query | None


def response_read(raw: bytes) -> QueryResponse:
    """Read an RSP^K11.

    Raises: what `read_ack` raises; WRONG_MESSAGE (RL-WIR-241) where there is no QAK with a known status.
    """
    answer = read_ack(raw)
    qak, qpd = answer.message.first("QAK"), answer.message.first("QPD")
    try:
        status = QueryStatus(value(qak, 2)) if qak else None
    except ValueError:
        status = None
    if qak is None or status is None:
        raise errors.WRONG_MESSAGE.error(where="QAK-2", expected="RSP^K11")
    return QueryResponse(
        code=answer.code,
        asked=answer.control_id,
        tag=plain(qak.field(1)),
        status=status,
        query=_query(qpd) if qpd else None,
    )
