"""A bulletin delivered: lists by way, handed to who sends them; what came back of it.

Owns Batch and Delivery. Nobody stands twice on the lists of one bulletin by one way. Refuses an old bulletin. Source:
docs/design/liaison-directory.md, cases 60-79.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from relight.journal.api import Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Batch, Bulletin, Delivery, Practitioner
from relight.liaison.rules.delivery import REACHED, forms_of, line_find, way_next
from relight.liaison.rules.directory import address_of
from relight.liaison.selectors.delivery import batch_get, bulletin_latest
from relight.liaison.types import Receipt, Way
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a pasted list brought. unknown: line numbers that mean nobody, or more than one."""

    noted: int
    unknown: tuple[int, ...]


@service(Permission.LIAISON_DELIVER)
def delivery_write(*, act: Act, bulletin: UUID) -> int:
    """Draw up the lists of a bulletin: everybody not on one yet, and who sent one back by the next way.

    Returns: how many were added; none writes nothing. Raises: RL-LIA-041, 053.
    """
    row = _current(bulletin)
    with writing(act) as log:
        before: dict[UUID, list[Delivery]] = {}
        for one in Delivery.objects.filter(bulletin=row):
            before.setdefault(one.practitioner_id, []).append(one)
        lists: dict[Way, list[Practitioner]] = {}
        for person in Practitioner.objects.select_for_update().filter(active=True):
            past = before.get(person.pk, [])
            if any(one.receipt != Receipt.RETURNED.value for one in past):
                continue
            tried = {one.way for one in past}
            way = way_next(person, preferred=Way(person.way), doubtful=person.doubtful, tried=tried)
            if way is not None:
                lists.setdefault(way, []).append(person)
        for way, people in lists.items():
            _list(act, row, way, people)
        count = sum(map(len, lists.values()))
        log.entry("liaison.deliver", subject=f"bulletin:{row.pk}", body={"practitioners": count, "lists": len(lists)})
    return count


def _current(bulletin: UUID) -> Bulletin:
    latest = bulletin_latest()
    row = Bulletin.objects.filter(pk=bulletin, number__isnull=False).first()
    if row is None or latest is None:
        raise errors.NO_BULLETIN.error(number="")
    if row.pk != latest.pk:
        raise errors.NOT_CURRENT.error(number=row.number, latest=latest.number)
    return row


def _list(act: Act, bulletin: Bulletin, way: Way, people: Sequence[Practitioner]) -> list[Delivery]:
    turn = Batch.objects.filter(bulletin=bulletin, way=way.value).aggregate(last=Max("turn"))["last"] or 0
    batch = Batch.objects.create(
        id=new_id(act.at), bulletin=bulletin, way=way.value, turn=turn + 1, at=act.at, by=act.actor
    )
    return Delivery.objects.bulk_create(
        Delivery(id=new_id(act.at), batch=batch, bulletin=bulletin, practitioner=one, way=way.value,
                 address=address_of(one, way), language=one.language)
        for one in people
    )  # fmt: skip


@service(Permission.LIAISON_DELIVER)
def batch_sent(*, act: Act, batch: UUID) -> None:
    """Note that a list was sent; who has no other word yet counts as sent. Raises: RL-LIA-051."""
    with writing(act) as log:
        row = batch_get(batch)
        if row.sent_at is None:
            row.sent_at, row.sent_by = act.at, act.actor
            row.save(update_fields=["sent_at", "sent_by"])
            row.deliveries.filter(receipt="").update(
                receipt=Receipt.SENT.value, receipt_at=act.at, receipt_by=act.actor
            )
        log.entry("liaison.batch_sent", subject=f"bulletin:{row.bulletin_id}", body={"batch": str(row.pk)})


@service(Permission.LIAISON_DELIVER)
def receipts_note(*, act: Act, bulletin: UUID, practitioners: Sequence[UUID], receipt: Receipt) -> int:
    """Note what is known of practitioners; one who was on no list and is called stands on a telephone list.

    What came back makes that address doubtful. Who was reached stays reached. Returns: how many were noted.
    Raises: RL-LIA-041, 052 when nobody is named.
    """
    row = Bulletin.objects.filter(pk=bulletin, number__isnull=False).first()
    if row is None:
        raise errors.NO_BULLETIN.error(number="")
    if not practitioners:
        raise errors.NOT_CHOSEN.error()
    with writing(act) as log:
        return _note(act, log, row, practitioners, receipt)


def _note(act: Act, log: Log, bulletin: Bulletin, practitioners: Sequence[UUID], receipt: Receipt) -> int:
    rows = {
        one.practitioner_id: one
        for one in Delivery.objects.filter(bulletin=bulletin, practitioner__in=practitioners)
        .select_related("practitioner")
        .order_by("batch__at", "id")
    }
    if receipt in (Receipt.CALLED, Receipt.NO_ANSWER):
        missing = [one for one in Practitioner.objects.filter(pk__in=practitioners) if one.pk not in rows and one.phone]
        if missing:
            rows |= {one.practitioner_id: one for one in _list(act, bulletin, Way.PHONE, missing)}
    noted = 0
    for one in rows.values():
        if one.receipt in REACHED and receipt not in REACHED:
            continue
        one.said = [*one.said, {"receipt": receipt.value, "at": act.at.isoformat(), "by": act.actor}]
        one.receipt, one.receipt_at, one.receipt_by = receipt.value, act.at, act.actor
        one.save()
        noted += 1
        person = one.practitioner
        if receipt is Receipt.RETURNED and one.way not in person.doubtful:
            person.doubtful = [*person.doubtful, one.way]
            person.save(update_fields=["doubtful"])
    ids: list[Json] = [str(one) for one in rows]
    body: dict[str, Json] = {"receipt": receipt.value, "practitioners": noted, "ids": ids}
    log.entry("liaison.receipts", subject=f"bulletin:{bulletin.pk}", body=body)
    return noted


@service(Permission.LIAISON_DELIVER)
def receipts_paste(*, act: Act, bulletin: UUID, text: str, receipt: Receipt) -> Pasted:
    """Note a pasted list, one practitioner a line: number, address, telephone or name. Raises: RL-LIA-041, 052."""
    known: dict[str, set[str]] = {}
    for one in Practitioner.objects.filter(active=True):
        names = (one.number, one.email, one.secure_mailbox, one.phone, one.mobile, one.fax)
        for name in (*names, f"{one.family} {one.given}", f"{one.given} {one.family}"):
            for form in forms_of(name):
                known.setdefault(form, set()).add(str(one.pk))
    found: list[UUID] = []
    unknown: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            id = line_find(line, known=known)
            found.append(UUID(id)) if id else unknown.append(number)
    if not found and not unknown:
        raise errors.NOT_CHOSEN.error(where="text")
    noted = receipts_note(act=act, bulletin=bulletin, practitioners=found, receipt=receipt) if found else 0
    return Pasted(noted=noted, unknown=tuple(unknown))
