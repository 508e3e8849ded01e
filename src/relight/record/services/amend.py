"""Writing by people: a new resource, an amendment, a mark that something was entered in error.

Owns that each says who, when and why, and that the old text stays in the history. Refuses to delete. Source:
docs/design/record.md, cases 5-9.
"""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.entered_in_error import in_error
from relight.record.selectors.store import resource_get
from relight.record.services.store import entries_write
from relight.record.types import Body, EntryAct, EntryDraft, ResourceStatus, Written


@service(Permission.RECORD_WRITE)
def resource_create(*, act: Act, type: str, body: Body, reason: str = "") -> Written:
    """Write a new resource, typed here."""
    with writing(act) as log:
        (written,) = entries_write(act=act, log=log, drafts=[EntryDraft(type=type, body=body, reason=reason)])
    return written


@service(Permission.RECORD_WRITE)
def resource_amend(*, act: Act, type: str, id: UUID, body: Body, expected_version: int, reason: str = "") -> Written:
    """Write a new version; the old one stays in the history. Args: expected_version: the one its writer saw.

    Raises: CONFLICT (RL-REC-001), NO_RESOURCE (002), TYPE_CHANGED (007).
    """
    draft = EntryDraft(
        type=type, body=body, resource=id, act=EntryAct.AMEND, expected_version=expected_version, reason=reason
    )
    with writing(act) as log:
        (written,) = entries_write(act=act, log=log, drafts=[draft])
    return written


@service(Permission.RECORD_WRITE)
def resource_error(*, act: Act, type: str, id: UUID, expected_version: int, reason: str) -> Written:
    """Mark a resource as entered in error, with the reason; its text stays, and is one version back.

    Raises: REASON_MISSING (RL-REC-005), ALREADY_ERROR (006), CONFLICT (001), NO_RESOURCE (002).
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    with writing(act) as log:
        held = resource_get(type=type, id=id)
        if held.status is ResourceStatus.ERROR:
            raise errors.ALREADY_ERROR.error(where=type)
        draft = EntryDraft(
            type=type,
            body=in_error(type, loads(held.body)),
            resource=id,
            act=EntryAct.ERROR,
            expected_version=expected_version,
            reason=reason.strip()[:400],
        )
        (written,) = entries_write(act=act, log=log, drafts=[draft])
    return written
