"""Letters and text messages: made as a batch of a desk, noted as sent, their receipts taken in.

Owns batches. Refuses to send anything itself, to write twice about one thing, and to count a letter as a patient
reached: it can arrive in time or not, and it may come back. Source: docs/design/telling.md, cases 60-79.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import holidays
from django.db.models import F
from django.utils import timezone

from relight.activity import errors
from relight.activity.models import CallCard, Desk, Mailing, MailItem, Notice
from relight.activity.rules.gsm import HOME, takes_texts
from relight.activity.rules.mailing import (
    MailingState,
    MailWho,
    Receipt,
    Text,
    address_lines,
    provider_file,
    receipts_read,
)
from relight.activity.rules.telling import LIVE, NoticeState, Way, arrives
from relight.activity.selectors.mail_words import notice_text, patient_language, patient_letter, places_now
from relight.activity.selectors.telling import NOTICE_WHEN, card_phones, desk_condition, notice_time
from relight.activity.services.notices import settle_within
from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.paper.patient_letter import patient_letters_pdf
from relight.people.api import Permission, service

LIVE_WORDS = frozenset(one.value for one in LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptsReport:
    """What receipts did. Args: unmatched: of messages nobody here sent. waiting: statuses that say neither."""

    delivered: int
    failed: int
    unmatched: int
    waiting: int


@service(Permission.ACTIVITY_TELL)
def letters_make(*, act: Act, desk: Desk, who: MailWho, duplex: bool = False) -> UUID:
    """Make one PDF of the letters of a desk, a letter a patient about all their appointments.

    Returns: the batch. Raises: RuleError RL-ACT-121 when nobody is to be written to. Aside are patients without an
    address, and those a letter reaches too late: they are to be called.
    """
    with writing(act) as log:
        day = timezone.localtime(act.at).date()
        by_card = _to_write(act, desk, who=who, way=Way.LETTER)
        fit = {card: rows for card, rows in by_card.items() if _has_address(rows) and _in_time(rows, posted=day)}
        _demand(fit)
        batch, items, places = _batch(act, desk, Way.LETTER), [], places_now()
        letters = []
        for place, rows in enumerate(fit.values(), start=1):
            reference = _reference(act)
            letters.append(patient_letter(rows, places=places, desk=desk, day=day, reference=f"{place} · {reference}"))
            items += [_item(act, batch, row, reference=reference, place=place) for row in rows]
        batch.content = patient_letters_pdf(letters, title=desk.name, duplex=duplex)
        _keep(log, batch, items, people=len(fit), aside=len(by_card) - len(fit))
    return batch.pk


@service(Permission.ACTIVITY_TELL)
def texts_make(*, act: Act, desk: Desk, who: MailWho) -> UUID:
    """Make the provider's file of a desk's text messages, one an appointment.

    Returns: the batch. Raises: RuleError RL-ACT-121 when nobody is to be written to. Aside are patients without a
    number that takes texts.
    """
    with writing(act) as log:
        by_card = _to_write(act, desk, who=who, way=Way.SMS)
        batch, items, places = _batch(act, desk, Way.SMS), [], places_now()
        texts: list[Text] = []
        people = 0
        for card, rows in by_card.items():
            phones = card_phones(card, appointments=[row.appointment for row in rows])
            number = next((one for one in phones if takes_texts(one)), "")
            people += bool(number)
            language = patient_language(rows, desk=desk)
            for row in rows if number else ():
                sms = notice_text(row, places=places, desk=desk, language=language)
                reference = _reference(act)
                texts.append(Text(to=number, text=sms.text, reference=reference, parts=sms.parts))
                items.append(_item(act, batch, row, reference=reference, place=len(texts), number=number))
        _demand(texts)
        batch.content, batch.parts = provider_file(texts), sum(one.parts for one in texts)
        _keep(log, batch, items, people=people, aside=len(by_card) - people)
    return batch.pk


@service(Permission.ACTIVITY_TELL)
def mailing_read(*, act: Act, mailing: UUID) -> Mailing:
    """Return a batch with its file; that somebody took it is journalled. Raises: MissingError RL-ACT-122."""
    with writing(act) as log:
        row = Mailing.objects.filter(pk=mailing).select_related("desk").first()
        if row is None:
            raise errors.NO_MAILING.error()
        log.entry("activity.see", subject=f"mailing:{mailing}", body={"what": row.way, "count": row.people})
    return row


@service(Permission.ACTIVITY_TELL)
def mailing_sent(*, act: Act, mailing: UUID, on: date, taken_out: bool = False) -> None:
    """Note that a batch was posted, or handed to the provider.

    Args: taken_out: what no longer holds (`mailing_stale`) was taken out of the pile. Where it was not, the patient
    reads something that is over, and a call opens that says so. Raises: MissingError RL-ACT-122.
    """
    with writing(act) as log:
        row = _made(mailing)
        items = list(row.items.select_related("notice__appointment"))
        stale = [one for one in items if one.notice.state == NoticeState.VOID.value]
        if taken_out:
            MailItem.objects.filter(pk__in=[one.pk for one in stale]).delete()
        went = [one.notice for one in items if not (taken_out and one in stale)]
        off = _closed_days(on)
        for notice in went:
            _written(act, notice, way=Way(row.way), arrives_on=arrives(on, holidays=off))
        row.state, row.sent_on = MailingState.SENT.value, on
        row.settled_at, row.settled_by = act.at, act.actor
        row.save(update_fields=["state", "sent_on", "settled_at", "settled_by"])
        settle_within(act=act, log=log, appointments=[one.appointment_id for one in went])
        body: Body = {"way": row.way, "messages": len(went), "taken_out": len(items) - len(went)}
        log.entry("activity.mailing_sent", subject=f"mailing:{mailing}", body=body, events=[_event(mailing)])


@service(Permission.ACTIVITY_TELL)
def mailing_drop(*, act: Act, mailing: UUID) -> None:
    """Note that a batch never left: what it says is to be told again. Raises: MissingError RL-ACT-122."""
    with writing(act) as log:
        row = _made(mailing)
        row.state, row.settled_at, row.settled_by = MailingState.DROPPED.value, act.at, act.actor
        row.save(update_fields=["state", "settled_at", "settled_by"])
        log.entry("activity.mailing_drop", subject=f"mailing:{mailing}", body={}, events=[_event(mailing)])


@service(Permission.ACTIVITY_TELL)
def letter_returned(*, act: Act, reference: str) -> int:
    """Note that a letter came back: its patient is to be called. Args: reference: as it stands on the letter.

    Returns: of how many appointments. Raises: MissingError RL-ACT-122 for a reference nobody gave.
    """
    wanted = reference.rpartition("·")[2].strip().lower()
    with writing(act) as log:
        items = MailItem.objects.filter(reference=wanted, mailing__way=Way.LETTER.value)
        rows = list(items.select_related("mailing", "notice__appointment"))
        if not rows or any(one.mailing.state != MailingState.SENT.value for one in rows):
            raise errors.NO_MAILING.error(where="reference")
        _receipts(act, log, dict.fromkeys(rows, Receipt.RETURNED))
        log.entry("activity.receipts", subject=f"mailing:{rows[0].mailing_id}", body={"returned": len(rows)})
    return len(rows)


@service(Permission.ACTIVITY_TELL)
def receipts_take(*, act: Act, raw: bytes) -> ReceiptsReport:
    """Take in a provider's receipts. Raises: InputError RL-ACT-123. Taken in twice, nothing changes."""
    read = receipts_read(raw)
    with writing(act) as log:
        items = MailItem.objects.filter(reference__in=list(read.by_reference), mailing__way=Way.SMS.value)
        rows = {one: read.by_reference[one.reference] for one in items.select_related("notice__appointment")}
        _receipts(act, log, rows)
        delivered = sum(receipt is Receipt.DELIVERED for receipt in rows.values())
        report = ReceiptsReport(
            delivered=delivered, failed=len(rows) - delivered, unmatched=len(read.by_reference) - len(rows),
            waiting=read.unknown,
        )  # fmt: skip
        body = {"delivered": report.delivered, "failed": report.failed, "unmatched": report.unmatched}
        log.entry("activity.receipts", subject="activity:texts", body=body)
    return report


# -- making -----------------------------------------------------------------------------------------


def _to_write(act: Act, desk: Desk, *, who: MailWho, way: Way) -> dict[CallCard, list[Notice]]:
    """Return whom a batch is for: what nobody told them, and no other batch of this way says."""
    rows = Notice.objects.filter(desk_condition(desk), state=NoticeState.OPEN.value, card__deceased_at=None)
    if who is MailWho.UNREACHABLE:
        rows = rows.filter(card__unreachable=True)
    taken = MailItem.objects.filter(
        mailing__way=way.value, receipt__in=["", Receipt.DELIVERED.value],
        mailing__state__in=[MailingState.MADE.value, MailingState.SENT.value],
    )  # fmt: skip
    rows = rows.exclude(pk__in=taken.values("notice")).annotate(when=NOTICE_WHEN)
    found: dict[CallCard, list[Notice]] = {}
    for row in rows.select_related("appointment", "card").order_by(F("when").asc(nulls_last=True), "opened_at", "pk"):
        at = notice_time(row)
        if at is None or at > act.at:
            found.setdefault(row.card, []).append(row)
    return found


def _has_address(rows: Sequence[Notice]) -> bool:
    return any(address_lines(one.appointment.address) for one in rows)


def _in_time(rows: Sequence[Notice], *, posted: date) -> bool:
    """Say whether a letter posted on a day reaches its patient before one of the appointments at least."""
    return any(_is_before(one, arrives(posted, holidays=_closed_days(posted))) for one in rows)


def _is_before(notice: Notice, day: date) -> bool:
    at = notice_time(notice)
    return at is None or day < timezone.localtime(at).date()


def _closed_days(day: date) -> list[date]:
    return list(holidays.country_holidays(HOME, years=[day.year, day.year + 1]))


def _demand(found: Sequence[object] | Mapping[CallCard, object]) -> None:
    if not found:
        raise errors.NOBODY_TO_WRITE.error()


def _batch(act: Act, desk: Desk, way: Way) -> Mailing:
    return Mailing(id=new_id(act.at), way=way.value, desk=desk, people=0, at=act.at, by=act.actor)


def _item(act: Act, batch: Mailing, notice: Notice, *, reference: str, place: int, number: str = "") -> MailItem:
    return MailItem(
        id=new_id(act.at), mailing=batch, notice=notice, reference=reference, place=place, number=number
    )  # fmt: skip


def _reference(act: Act) -> str:
    """Make a reference: the random end of an id, which says nothing of anybody."""
    return new_id(act.at).hex[-12:]


def _keep(log: Log, batch: Mailing, items: Sequence[MailItem], *, people: int, aside: int) -> None:
    batch.people, batch.aside = people, aside
    batch.save(force_insert=True)
    MailItem.objects.bulk_create(items, batch_size=500)
    body: Body = {"way": batch.way, "people": people, "aside": aside, "messages": len(items)}
    log.entry("activity.mailing", subject=f"mailing:{batch.pk}", body=body, events=[_event(batch.pk)])


# -- sent, received ---------------------------------------------------------------------------------


def _made(mailing: UUID) -> Mailing:
    row = Mailing.objects.filter(pk=mailing, state=MailingState.MADE.value).first()
    if row is None:
        raise errors.NO_MAILING.error()
    return row


def _written(act: Act, notice: Notice, *, way: Way, arrives_on: date) -> None:
    """Note that a patient may know. A letter in time takes them off the call list; a text only its receipt."""
    notice.written_at, notice.written_way = act.at, way.value
    if notice.state == NoticeState.OPEN.value and way is Way.LETTER and _is_before(notice, arrives_on):
        notice.state = NoticeState.WRITTEN.value
    notice.save(update_fields=["written_at", "written_way", "state"])


def _receipts(act: Act, log: Log, rows: Mapping[MailItem, Receipt]) -> None:
    """Note receipts and what they make of their notices."""
    changed = []
    for item, receipt in rows.items():
        if item.receipt == receipt.value:
            continue
        item.receipt, item.receipt_at = receipt.value, act.at
        item.save(update_fields=["receipt", "receipt_at"])
        _received(act, item.notice, receipt)
        changed.append(item.notice.appointment_id)
    settle_within(act=act, log=log, appointments=changed)


def _received(act: Act, notice: Notice, receipt: Receipt) -> None:
    if receipt is Receipt.DELIVERED:
        notice.written_at, notice.written_way = act.at, Way.SMS.value
        if notice.state == NoticeState.OPEN.value:
            notice.state = NoticeState.WRITTEN.value
    elif not _other_way(notice):
        notice.written_at, notice.written_way = None, ""
        if notice.state == NoticeState.WRITTEN.value:
            notice.state = NoticeState.OPEN.value
    notice.save(update_fields=["written_at", "written_way", "state"])


def _other_way(notice: Notice) -> bool:
    """Say whether another message about it left and did not fail."""
    left = notice.mail.filter(mailing__state=MailingState.SENT.value)
    return left.filter(receipt__in=["", Receipt.DELIVERED.value]).exists()


def _event(mailing: UUID) -> EventDraft:
    return EventDraft(name="activity.told", subject=f"mailing:{mailing}", body={})
