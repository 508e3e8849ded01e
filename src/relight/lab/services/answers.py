"""What analyzers are told: answers to their queries, orders sent ahead, and what became of both.

Owns the exchanges: each is written and journalled before a byte of it leaves. Refuses to tell more than the
link's rung allows: below identification nothing, at identification and results who a sample is, from orders
on which tests to run. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import Body, Log, new_id, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Exchange, Link, Message
from relight.lab.rules.dialects import Question, dialect_of
from relight.lab.rules.orders_astm import Work
from relight.lab.selectors.codes import LinkCodes, codes_of_link
from relight.lab.selectors.orders import OrderView, order_get, orders_by_ids, orders_of_samples, orders_open
from relight.lab.services.control_ids import new_control_id
from relight.lab.services.order_states import order_tests_sent, order_tests_unsent
from relight.lab.types import MessageKind, MessageState, Protocol, Rung
from relight.people.api import Permission, service
from relight.record.api import catalogue_now

REFUSED_RESTS = timedelta(minutes=5)  # an order an analyzer refused is offered to it again after that
CANCELS_TOLD = timedelta(days=2)  # an order sent longer ago is measured or thrown away
DOWNLOAD = "download"  # the tag of a link that is sent orders without asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to send for one query. Args: messages: whole, not framed, in order. exchange: to close with
    `exchange_outcome`. problem: why the query could not be answered, a code."""

    messages: tuple[bytes, ...]
    exchange: UUID
    problem: str = ""


@service(Permission.LAB_RECEIVE)
def query_answer(*, act: Act, link: str, content: bytes, protocol: Protocol, message_id: UUID | None) -> Answer:
    """Answer a query from the orders known here; the exchange is durable when this returns.

    Args: content: the message, frames joined. message_id: of the stored query. Returns: the answer;
    for a query nobody can read, the protocol's own way of saying so, with the code in `problem`.
    Raises: MissingError RL-LAB-001.
    """
    with writing(act) as log:
        row = _link(link)
        codes = codes_of_link(row)
        dialect = dialect_of(protocol, encoding=codes.encoding)
        question = dialect.read(content)
        views = _orders_for(question, rung=Rung(row.rung), codes=codes, site=row.site)
        works = [work_of(view, codes=codes, rung=Rung(row.rung), question=question) for view in views]
        reply = dialect.answer(works, question=question, at=localtime(act.at), new_control_id=new_control_id)
        about = views[0].id if len(views) == 1 else None
        exchange = _answer_write(act, row, message_id=message_id, content=b"".join(reply.messages), order=about)
        for message, control_id, order in _ahead(reply.orders, views):
            _exchange(act, row, kind="order", content=message, control_id=control_id, order=order)
        order_tests_sent(sent=_loincs_sent(views, works, codes))
        if message_id is not None:
            _query_close(message_id, question.problem)
        _log_answer(log, row.pk, question=question, works=works)
    return Answer(messages=reply.messages, exchange=exchange, problem=question.problem)


def _link(link: str) -> Link:
    row = Link.objects.filter(pk=link).first()
    if row is None:
        raise errors.NO_LINK.error(where=link)
    return row


def _orders_for(question: Question, *, rung: Rung, codes: LinkCodes, site: str) -> list[OrderView]:
    """Find what a question is about, as far as the rung lets the link know; cancelled orders are unknown."""
    if question.problem or rung.height < Rung.IDENTIFICATION.height:
        return []
    if question.everything:
        waiting = orders_open(site=site, loincs=sorted(codes.by_loinc))
        return waiting if rung.takes_orders else []
    known = orders_of_samples(one.sample for one in question.asked)
    found = [known[one.sample] for one in question.asked if one.sample in known]
    return [view for view in found if not view.is_cancelled]


def work_of(view: OrderView, *, codes: LinkCodes, rung: Rung, question: Question | None = None) -> Work:
    """Return what an analyzer is told of one order: from the rung of orders on, the tests it can do."""
    wants = rung.takes_orders and not (question is not None and question.identity_only)
    tests = [codes.by_loinc[t.loinc] for t in view.open_tests if t.loinc in codes.by_loinc] if wants else []
    place = next((one.place for one in question.asked if one.sample == view.sample), ()) if question else ()
    return Work(
        sample=view.sample,
        number=view.number or view.sample,
        family=view.family,
        given=view.given,
        birth_date=view.birth_date,
        sex=view.sex,
        record=view.patient_ids[0].value if view.patient_ids else "",
        ward=view.ward,
        prescriber=view.prescriber,
        priority=view.priority,
        ordered_at=localtime(view.made_at),
        taken_at=localtime(view.taken_at) if view.taken_at else None,
        specimen=_specimen(view, codes),
        codes=tuple(dict.fromkeys(tests)),
        place=place,
    )


def _specimen(view: OrderView, codes: LinkCodes) -> str:
    """Name the tube (HL7 table 0487) when all tests of this analyzer are taken in one kind of tube."""
    tubes = catalogue_now().tubes(t.loinc for t in view.tests if t.loinc in codes.by_loinc)
    return tubes[0][0].hl7 if len(tubes) == 1 and tubes[0][0] is not None else ""


def _loincs_sent(views: Sequence[OrderView], works: Sequence[Work], codes: LinkCodes) -> dict[UUID, list[str]]:
    return {
        view.id: [t.loinc for t in view.open_tests if codes.by_loinc.get(t.loinc) in work.codes]
        for view, work in zip(views, works, strict=True)
        if work.codes
    }


def _ahead(orders: Iterable[tuple[str, bytes, str]], views: Sequence[OrderView]) -> list[tuple[bytes, str, UUID]]:
    """Place orders that follow an answer with the order they are about."""
    ids = {view.sample: view.id for view in views}
    return [(message, control_id, ids[sample]) for sample, message, control_id in orders]


def _exchange(
    act: Act,
    link: Link,
    *,
    kind: str,
    content: bytes,
    control_id: str,
    order: UUID | None,
    message: Message | None = None,
) -> UUID:
    row = Exchange.objects.create(
        id=new_id(act.at),
        link=link,
        message=message,
        order=order,
        kind=kind,
        content=content,
        control_id=control_id,
        made_at=act.at,
    )
    return row.pk


def _answer_write(act: Act, link: Link, *, message_id: UUID | None, content: bytes, order: UUID | None) -> UUID:
    query = Message.objects.filter(id=message_id).first() if message_id else None
    return _exchange(act, link, kind="answer", content=content, control_id="", order=order, message=query)


def _query_close(message: UUID, problem: str) -> None:
    """A query that was answered is done: nothing of it waits."""
    Message.objects.filter(id=message).update(
        kind=MessageKind.QUERY.value, state=MessageState.DONE.value, problem=problem
    )


def _log_answer(log: Log, link: str, *, question: Question, works: Sequence[Work]) -> None:
    body: Body = {
        "asked": len(question.asked),
        "all": question.everything,
        "known": len(works),
        "tests": sum(len(work.codes) for work in works),
        "code": question.problem,
    }
    log.entry("lab.answer", subject=f"link:{link}", body=body)


# -- orders nobody asked for ------------------------------------------------------------------------


@service(Permission.LAB_RECEIVE)
def orders_push(*, act: Act, link: str) -> int:
    """Make the messages that send a link all it can measure and was not sent yet.

    Returns: how many; none when the link's rung takes no orders or its tags do not say `download`.
    Raises: MissingError RL-LAB-001.
    """
    row = _link(link)
    if not _takes_downloads(row):
        return 0
    codes = codes_of_link(row)
    views = orders_open(site=row.site, loincs=sorted(codes.by_loinc))
    told = Exchange.objects.filter(link=row, kind="order")
    sent = set(told.values_list("order", flat=True))
    rests = set(told.filter(state="refused", done_at__gt=act.at - REFUSED_RESTS).values_list("order", flat=True))
    waiting = [view for view in views if view.id not in rests and (view.id not in sent or _has_new(view, codes))]
    if not waiting:
        return 0
    with writing(act) as log:
        count = _push(act, row, views=waiting, codes=codes)
        log.entry("lab.order_push", subject=f"link:{row.pk}", body={"count": count})
    return count


@service(Permission.LAB_RECEIVE)
def orders_unpush(*, act: Act, link: str) -> int:
    """Tell a link that orders it was sent were cancelled elsewhere: on a ward, by another system. Returns: how many.

    Raises: MissingError RL-LAB-001.
    """
    row = _link(link)
    told = Exchange.objects.filter(link=row, kind="order", state__in=["waiting", "sent", "accepted"])
    recent = told.filter(made_at__gt=act.at - CANCELS_TOLD).values_list("order", flat=True)
    after = Exchange.objects.filter(link=row, kind="cancel").values_list("order", flat=True)
    gone = [
        view
        for view in orders_by_ids({one for one in recent if one is not None} - set(after)).values()
        if view.is_cancelled
    ]
    if not gone:
        return 0
    with writing(act) as log:
        for view in gone:
            tests = tuple(replace(test, state="wanted") for test in view.tests)
            order_untell(act, replace(view, tests=tests))
        log.entry("lab.order_push", subject=f"link:{row.pk}", body={"count": len(gone)})
    return len(gone)


def _has_new(view: OrderView, codes: LinkCodes) -> bool:
    return any(test.state == "wanted" and test.loinc in codes.by_loinc for test in view.tests)


def _takes_downloads(link: Link) -> bool:
    return link.enabled and Rung(link.rung).takes_orders and DOWNLOAD in link.tags


def _push(act: Act, link: Link, *, views: Sequence[OrderView], codes: LinkCodes) -> int:
    dialect = dialect_of(Protocol(link.protocol), encoding=codes.encoding)
    works = [work_of(view, codes=codes, rung=Rung(link.rung)) for view in views]
    pairs = [(view, work) for view, work in zip(views, works, strict=True) if work.codes]
    for view, work in pairs:
        control_id = new_control_id()
        content = dialect.order(work, at=localtime(act.at), control_id=control_id)
        _exchange(act, link, kind="order", content=content, control_id=control_id, order=view.id)
    order_tests_sent(sent=_loincs_sent(views, works, codes))
    return len(pairs)


def order_tell(act: Act, order: UUID) -> None:
    """Send a new or changed order to the links that want orders sent ahead; inside a write of the caller."""
    links = [link for link in Link.objects.filter(enabled=True) if _takes_downloads(link)]
    if not links:
        return
    view = order_get(order)
    for link in links:
        if link.site in ("", view.site):
            _push(act, link, views=[view], codes=codes_of_link(link))


def order_untell(act: Act, before: OrderView) -> None:
    """Tell the analyzers that were sent an order that it is cancelled; inside a write of the caller.

    What still waits to be sent is not sent any more. Args: before: the order with the tests they were told of.
    """
    order = before.id
    waiting = Exchange.objects.filter(order=order, kind="order", state="waiting")
    waiting.update(state="refused", done_at=act.at, code=errors.ORDER_CLOSED.code)
    told = Exchange.objects.filter(order=order, kind="order", state__in=["sent", "accepted"])
    for link in Link.objects.filter(pk__in=told.values("link")):
        codes = codes_of_link(link)
        work = work_of(before, codes=codes, rung=Rung.ORDERS)
        if not work.codes:
            continue
        control_id = new_control_id()
        dialect = dialect_of(Protocol(link.protocol), encoding=codes.encoding)
        content = dialect.order(work, at=localtime(act.at), control_id=control_id, cancel=True)
        _exchange(act, link, kind="cancel", content=content, control_id=control_id, order=order)


# -- what became of it ------------------------------------------------------------------------------


@service(Permission.LAB_RECEIVE)
def exchange_outcome(*, act: Act, exchange: UUID, accepted: bool, code: str) -> None:
    """Note whether an analyzer took what it was sent; tests of an order it refused are wanted again.

    Args: code: why not, empty when it did. Raises: MissingError RL-LAB-222.
    """
    with writing(act) as log:
        row = Exchange.objects.filter(pk=exchange).first()
        if row is None:
            raise errors.NO_EXCHANGE.error()
        row.state = "accepted" if accepted else "refused"
        row.attempts += 1
        row.done_at = act.at
        row.code = "" if accepted else code or errors.ANSWER_REFUSED.code
        row.save(update_fields=["state", "attempts", "done_at", "code"])
        if not accepted and row.kind == "order" and row.order:
            _want_again(row)
        body: Body = {"kind": row.kind, "accepted": accepted, "code": row.code}
        log.entry("lab.exchange", subject=f"link:{row.link_id}", body=body)


def _want_again(refused: Exchange) -> None:
    """Want the tests of a refused order again, but for those another analyzer was told of as well."""
    others = Link.objects.filter(
        exchanges__order=refused.order, exchanges__kind="order", exchanges__state__in=["waiting", "sent", "accepted"]
    ).exclude(pk=refused.link_id)
    elsewhere = {loinc for link in others.distinct() for loinc in codes_of_link(link).by_loinc}
    its_own = set(codes_of_link(refused.link).by_loinc) - elsewhere
    if refused.order is not None:
        order_tests_unsent(order=refused.order, loincs=its_own)
