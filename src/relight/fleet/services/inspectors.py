"""Inspector keys: whose reports count. Enrolled by a security officer, withdrawn when a stick is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from relight.fleet import errors
from relight.fleet.models import Attestation, InspectorKey, LineItem, Report
from relight.fleet.selectors.reports import report_facts
from relight.fleet.services.reports import reports_recount
from relight.fleet.types import How, State
from relight.inspection.signing import key_id
from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a withdrawal came to. Args: voided: attestations that no longer hold. admitted: items in the
    clean zone that were let in on them: somebody decides about each."""

    voided: int
    admitted: tuple[UUID, ...]


def public_key_read(content: bytes) -> bytes:
    """Read a public key: 64 hexadecimal digits, or a report it signed. Raises: RL-FLT-138."""
    text = content.decode("utf-8", "replace").strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text)
    if text.startswith("{"):
        return report_facts(content).public
    raise errors.KEY_UNREADABLE.error()


@service(Permission.KEYS_MANAGE)
def inspector_enrol(*, act: Act, public: bytes, name: str) -> tuple[str, int]:
    """Let the reports of a key count, those already kept included.

    Args: public: 32 bytes. name: what it is called here, such as «stick 4, bench Arlon».
    Returns: the key's kid, and how many kept reports met checks. Raises: RL-FLT-136, RL-FLT-138.
    """
    if len(public) != 32 or not name.strip():
        raise errors.KEY_UNREADABLE.error()
    kid = key_id(public)
    with writing(act) as log:
        known = InspectorKey.objects.filter(pk=kid, withdrawn_at__isnull=True).first()
        if known is not None:
            raise errors.KEY_KNOWN.error(kid=kid, name=known.name)
        InspectorKey.objects.update_or_create(
            kid=kid,
            defaults={
                "public": public.hex(),
                "name": name.strip()[:120],
                "enrolled_at": act.at,
                "enrolled_by": act.actor,
                "withdrawn_at": None,
                "withdrawn_by": "",
            },
        )
        counted = reports_recount(act=act, log=log, kid=kid)
        log.entry(
            "line.inspector_enrol",
            subject=f"inspector:{kid}",
            body={"public": public.hex(), "name": name.strip(), "counted": counted},
        )
    return kid, counted


@service(Permission.KEYS_MANAGE)
def inspector_withdraw(*, act: Act, kid: str, reason: str) -> Withdrawn:
    """Let the reports of a key count no longer; what was attested on them no longer holds.

    Admitted items stay admitted and are named: taking down a ward for a lost stick is a person's
    decision. Raises: RL-FLT-008 without a reason, RL-FLT-137.
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    with writing(act) as log:
        row = InspectorKey.objects.filter(pk=kid, withdrawn_at__isnull=True).first()
        if row is None:
            raise errors.KEY_UNKNOWN.error(kid=kid)
        row.withdrawn_at, row.withdrawn_by = act.at, act.actor
        row.save()
        digests = set(Report.objects.filter(kid=kid, counted=True).values_list("digest", flat=True))
        held = Attestation.objects.filter(how=How.REPORT.value, void=False)
        stale = [a for a in held if any(file.get("digest") in digests for file in a.evidence)]
        items = {attestation.item_id for attestation in stale}
        Attestation.objects.filter(pk__in=[attestation.pk for attestation in stale]).update(void=True)
        LineItem.objects.filter(pk__in=items).update(version=F("version") + 1)
        Report.objects.filter(kid=kid).update(counted=False)
        admitted = tuple(i.pk for i in LineItem.objects.filter(pk__in=items) if i.state is State.ADMITTED)
        log.entry(
            "line.inspector_withdraw",
            subject=f"inspector:{kid}",
            body={"reason": reason.strip(), "voided": len(stale), "admitted": [str(item) for item in admitted]},
        )
    return Withdrawn(voided=len(stale), admitted=admitted)
