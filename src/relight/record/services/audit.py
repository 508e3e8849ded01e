"""What the auditor looked at, and what stayed aside given out: both in the journal before they leave.

Owns these entries. Refuses clinical content in them.
"""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import Aside
from relight.record.services.reads import read_note


@service(Permission.RECORD_AUDIT)
def audit_note(*, act: Act, patient: UUID | None, actor: str, count: int, is_file: bool = False) -> None:
    """Note that the auditor looked. Args: patient, actor: the filters. count: readings shown."""
    with writing(act) as log:
        subject = f"patient:{patient}" if patient else "record:reads"
        log.entry("record.audit", subject=subject, body={"of": actor, "count": count, "file": is_file})


@service(Permission.RECORD_EXPORT)
def aside_get(*, act: Act, aside: int) -> tuple[str, bytes]:
    """Give out one thing that stayed aside, as it came. Returns: (file name, bytes). Raises: RL-REC-301."""
    row = Aside.objects.filter(pk=aside).first()
    if row is None:
        raise errors.NO_UPLOAD.error(where="aside")
    with writing(act) as log:
        log.entry("record.aside_export", subject="record:aside", body={"count": 1})
    name = row.path.replace("\\", "/").rpartition("/")[2]
    return f"{row.pk:06}-{name}"[:100], bytes(row.raw)


@service(Permission.RECORD_READ)
def ward_note(*, act: Act, patients: tuple[UUID, ...], what: str = "ward") -> None:
    """Note whose names a list showed. Raises: RL-REC-129 when it could not be noted."""
    if patients:
        read_note(act=act, patients=patients, what=what)
