"""Reads of the delivery: the bulletin of today, its lists, who has been reached and who has not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from relight.liaison import errors
from relight.liaison.models import Batch, Bulletin, Delivery, Practitioner
from relight.liaison.rules.delivery import REACHED
from relight.liaison.rules.numbers import phone_shown
from relight.liaison.types import RECEIPT_WORDS, WAY_WORDS, BulletinState, Receipt, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One list: how many stand on it, how many of them are reached."""

    row: Batch
    way: str
    count: int
    reached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A practitioner who has not been reached, the number to call, what was tried last. tel: as a link dials it."""

    row: Practitioner
    tel: str
    phone: str
    way: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """One bulletin's delivery in figures. waiting: those with bad news first, then by name."""

    bulletin: Bulletin
    total: int
    reached: int
    returned: int
    batches: list[BatchLine]
    waiting: list[Waiting]


def bulletin_latest() -> Bulletin | None:
    """Return the bulletin that holds: the approved one with the highest number."""
    return Bulletin.objects.filter(state=BulletinState.APPROVED.value).order_by("-number").first()


def batch_get(id: UUID) -> Batch:
    """Return a list. Raises: RL-LIA-051."""
    row = Batch.objects.select_related("bulletin").filter(pk=id).first()
    if row is None:
        raise errors.NO_BATCH.error()
    return row


def batch_rows(batch: Batch) -> list[Delivery]:
    """Return who stands on a list, by name. One query."""
    return list(batch.deliveries.select_related("practitioner"))


def delivery_page(bulletin: Bulletin) -> DeliveryPage:
    """Count a bulletin's delivery. Three queries, however many practitioners."""
    last: dict[UUID, Delivery] = {}
    reached: set[UUID] = set()
    counts: Counter[UUID] = Counter()
    got: Counter[UUID] = Counter()
    for one in Delivery.objects.filter(bulletin=bulletin).order_by("batch__at", "id"):
        last[one.practitioner_id] = one
        counts[one.batch_id] += 1
        if one.receipt in REACHED:
            reached.add(one.practitioner_id)
            got[one.batch_id] += 1
    people = list(Practitioner.objects.filter(active=True))
    waiting = [_waiting(row, last.get(row.pk)) for row in people if row.pk not in reached]
    urgent = {gettext(RECEIPT_WORDS[Receipt.RETURNED]), ""}
    batches = [
        BatchLine(row=row, way=gettext(WAY_WORDS[Way(row.way)]), count=counts[row.pk], reached=got[row.pk])
        for row in Batch.objects.filter(bulletin=bulletin)
    ]
    return DeliveryPage(
        bulletin=bulletin, total=len(people), reached=sum(row.pk in reached for row in people), batches=batches,
        returned=sum(1 for id, one in last.items() if one.receipt == Receipt.RETURNED.value and id not in reached),
        waiting=sorted(waiting, key=lambda one: one.said not in urgent),
    )  # fmt: skip


def _waiting(row: Practitioner, last: Delivery | None) -> Waiting:
    tel = row.phone or row.mobile
    return Waiting(
        row=row, tel=tel, phone=phone_shown(tel), way=gettext(WAY_WORDS[Way(last.way)]) if last else "",
        said=gettext(RECEIPT_WORDS[Receipt(last.receipt)]) if last and last.receipt else
        (gettext("on the list") if last else ""),
    )  # fmt: skip
