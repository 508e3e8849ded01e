"""Giving medicines: a dose given or not given is recorded against its prescription.

Owns these writes of MedicationAdministration. What was recorded already is looked at under the writers' lock, so that
of two people who tap at once one is told. Refuses another patient's wristband. To take one back is W3's marking as
entered in error (`services.charting.item_error`). Source: docs/design/medicines.md, cases 120-139.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.medication.giving import BAND_SCANNED, Giving, administration_body, giving_refusal
from relight.record.rules.medication.orders import State, line_of, state_of
from relight.record.rules.numbers import number_plain, scan_read
from relight.record.selectors.faces import faces_get, records_of
from relight.record.selectors.formulary import formulary_shown, rounds_now
from relight.record.selectors.medicines import BEFORE_SHOWN, given_read
from relight.record.selectors.numbers import kinds_now, ranges_now
from relight.record.services.charting import author_of, charting, item_current
from relight.record.services.drafts import draft_close
from relight.record.services.medication import is_prescribed_here
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Written

REQUEST = "MedicationRequest"


@service(Permission.RECORD_WRITE)
def dose_record(
    *,
    act: Act,
    patient: UUID,
    request: UUID,
    one: Giving,
    band: str = "",
    band_skipped: str = "",
    ticket: Ticket | None = None,
) -> Written:
    """Record a dose as given or not given.

    Args: band: what the scanner read on the wristband. band_skipped: why it was not scanned. Raises: NOT_CONTINUED
    (RL-REC-415), NOT_ACTIVE (412), GIVEN_ALREADY (420) unless `one.again`, NO_REASON (421), OTHER_BAND (422),
    BAND_MISSING (423), TIME_AHEAD (424), OVER_MAXIMUM (425), RL-REC-240.
    """
    with charting(act=act, patient=patient) as log:
        records = records_of(patient)
        held = item_current(patient=patient, type=REQUEST, id=request)
        if not is_prescribed_here(held):
            raise errors.NOT_CONTINUED.error(where="request")
        body = loads(held.body)
        line = line_of(body, rounds=rounds_now(formulary_shown()))
        state = state_of(line, at=one.at)
        end = line.schedule.end
        if state is State.HELD or (state in (State.STOPPED, State.ENDED) and (end is None or one.at > end)):
            raise errors.NOT_ACTIVE.error(where="request")
        one = replace(one, band=_band(records, one, band=band, skipped=band_skipped))
        given = given_read(records=records, since=min(one.at, act.at) - BEFORE_SHOWN)
        refusal = giving_refusal(line, one, held=[old for old in given if old.request == str(request)], at=act.at)
        if refusal is not None:
            raise refusal
        made = administration_body(
            line, one, request=request, patient=patient, medicine=body.get("medicationCodeableConcept") or {},
            by=author_of(act),
        )  # fmt: skip
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[EntryDraft(type="MedicationAdministration", body=made)],
            verb="record.dose", subject=f"patient:{patient}",
        )  # fmt: skip
    return written


def _band(records: tuple[UUID, ...], one: Giving, *, band: str, skipped: str) -> str:
    """Check the wristband; a dose that is not given needs none. Returns: what is kept of it."""
    if band.strip():
        if not band_is_of(records, band):
            raise errors.OTHER_BAND.error(where="band")
        return BAND_SCANNED
    if one.is_given and not skipped.strip():
        raise errors.BAND_MISSING.error(where="band")
    return skipped.strip()


def band_is_of(records: tuple[UUID, ...], text: str) -> bool:
    """Say whether a scan is of one of a person's numbers."""
    scan = scan_read(text, ranges=ranges_now(), kinds=kinds_now())
    if scan is None:
        return False
    own = {number.plain for face in faces_get(records).values() for number in face.numbers}
    return scan.value in own or number_plain(text) in own
