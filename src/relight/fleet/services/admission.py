"""Admission: two people sign, each by password, over exactly what they were shown; the second admits.

Source: docs/design/line.md, cases 30-39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.fleet import errors
from relight.fleet.models import AdmissionSignature, SignedItem
from relight.fleet.rules.admission import Held, admits
from relight.fleet.selectors.admission import Sheet, SheetLine, admission_sheet, refusals_of
from relight.fleet.services.batch import batch_judge
from relight.fleet.services.line import Change, change_apply
from relight.fleet.services.passports import passports_issue
from relight.fleet.types import Capacity, Refusal, Stage
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import N_
from relight.kernel.verdict import YES
from relight.people.api import Permission, Signature, service, signature_make

MEANING = {
    Capacity.SECURITY: N_("Admission to the clean zone, for security"),
    Capacity.OWNER: N_("Admission to the clean zone, for the owning service"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignReport:
    """What a signature did. Args: signed: items it covers. admitted: those it admitted."""

    signature: UUID
    capacity: Capacity
    digest: str
    signed: tuple[UUID, ...]
    admitted: tuple[UUID, ...]
    refused: tuple[Refusal, ...] = ()

    def document(self) -> dict[str, object]:
        return {
            "signature": str(self.signature),
            "capacity": self.capacity.value,
            "digest": self.digest,
            "signed": [str(item) for item in self.signed],
            "admitted": [str(item) for item in self.admitted],
            "refused": [refusal.document() for refusal in self.refused],
        }


def admission_sign(
    *,
    act: Act,
    items: Sequence[UUID],
    capacity: Capacity,
    password: str,
    digest: str | None = None,
    partial: bool = False,
) -> SignReport:
    """Sign items for admission in one capacity. The second valid signature admits an item.

    Args: digest: of the sheet shown (`admission_sheet`); None signs what stands there now, for
    callers that show nothing. partial: sign those that may be signed instead of all or nothing.
    Raises: RL-PPL-001, RL-PPL-002 (password), RL-FLT-012, 014, 015, 030 … 037, RL-FLT-019.
    """
    sign = _sign_security if capacity is Capacity.SECURITY else _sign_owner
    return sign(act=act, items=items, password=password, digest=digest, partial=partial)


@service(Permission.LINE_SIGN_SECURITY)
def _sign_security(
    *, act: Act, items: Sequence[UUID], password: str, digest: str | None = None, partial: bool = False
) -> SignReport:
    return _sign(act=act, items=items, capacity=Capacity.SECURITY, password=password, digest=digest, partial=partial)


@service(Permission.LINE_SIGN_OWNER)
def _sign_owner(
    *, act: Act, items: Sequence[UUID], password: str, digest: str | None = None, partial: bool = False
) -> SignReport:
    return _sign(act=act, items=items, capacity=Capacity.OWNER, password=password, digest=digest, partial=partial)


def _sign(
    *,
    act: Act,
    items: Sequence[UUID],
    capacity: Capacity,
    password: str,
    digest: str | None,
    partial: bool,
) -> SignReport:
    with writing(act) as log:
        sheet = admission_sheet(act=act, items=items, capacity=capacity, lock=True)
        _refused_demand(sheet, partial=partial)
        if digest is not None and digest != sheet.digest:
            raise errors.SIGN_CHANGED.error()
        signature = signature_make(act=act, log=log, password=password, digest=sheet.digest, meaning=MEANING[capacity])
        _signature_write(act=act, log=log, sheet=sheet, signature=signature)
        complete = [line for line in sheet.lines if _complete(line, act=act, capacity=capacity)]
        if complete:
            _admit(act=act, log=log, lines=complete, sheet=sheet, signature=signature)
    return SignReport(
        signature=signature.id,
        capacity=capacity,
        digest=sheet.digest,
        signed=tuple(line.item.pk for line in sheet.lines),
        admitted=tuple(line.item.pk for line in complete),
        refused=refusals_of(sheet),
    )


def _refused_demand(sheet: Sheet, *, partial: bool) -> None:
    verdicts = {row.pk: verdict for row, verdict in sheet.refused}
    rows = [line.item for line in sheet.lines] + [row for row, _ in sheet.refused]
    ready = {line.item.pk for line in sheet.lines}
    batch_judge(rows, judge=lambda row: YES if row.pk in ready else verdicts[row.pk], partial=partial)


def _complete(line: SheetLine, *, act: Act, capacity: Capacity) -> bool:
    return admits([*line.held, Held(capacity=capacity, actor=act.actor, at=act.at)])


def _signature_write(*, act: Act, log: Log, sheet: Sheet, signature: Signature) -> None:
    row = AdmissionSignature.objects.create(
        id=new_id(act.at),
        signature=str(signature.id),
        capacity=sheet.capacity.value,
        actor=act.actor,
        at=act.at,
        digest=sheet.digest,
        policy=sheet.policy.digest,
    )
    SignedItem.objects.bulk_create(
        [SignedItem(signed=row, item=line.item, version=line.item.version, digest=line.digest) for line in sheet.lines],
        batch_size=500,
    )
    subject = f"item:{sheet.lines[0].item.pk}" if len(sheet.lines) == 1 else f"batch:{row.pk}"
    log.entry(
        "line.sign",
        subject=subject,
        body={
            "signature": str(signature.id),
            "capacity": sheet.capacity.value,
            "digest": sheet.digest,
            "policy": {"version": sheet.policy.version, "digest": sheet.policy.digest},
            "items": [{"id": str(line.item.pk), "digest": line.digest} for line in sheet.lines],
        },
        events=[
            EventDraft(
                name="line.signed",
                subject=subject,
                body={"capacity": sheet.capacity.value, "count": len(sheet.lines)},
            )
        ],
    )


def _admit(*, act: Act, log: Log, lines: Sequence[SheetLine], sheet: Sheet, signature: Signature) -> None:
    change = Change(
        verb="line.admit",
        event="line.admitted",
        stage=lambda row: Stage.ADMITTED,
        body={"to": Stage.ADMITTED.value, "signature": str(signature.id)},
    )
    change_apply(act=act, log=log, rows=[line.item for line in lines], change=change, batch=new_id(act.at))
    passports_issue(act=act, log=log, lines=lines, capacity=sheet.capacity, policy=sheet.policy)
