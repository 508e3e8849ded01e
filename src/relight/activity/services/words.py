"""A doctor's word given from a page: about what was shown, and nothing else.

Owns the check that what was shown still holds, in the same transaction as the word. Refuses to judge who may: the
services it calls ask. Source: docs/design/appointments.md, "A doctor's word".
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relight.activity.errors import DECIDED_MEANWHILE, NONE_CHOSEN, TOO_MANY_CHOSEN
from relight.activity.selectors.appointment_pages import mark_now
from relight.activity.selectors.lists import BATCH_LIMIT
from relight.activity.services.overrides import override_end, override_set
from relight.activity.types import Outcome
from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.ACTIVITY_OVERRIDE)
def word_give(*, act: Act, appointment: UUID, mark: str, outcome: Outcome, reason: str, to_site: str = "") -> None:
    """Give a word about an appointment as it was shown.

    Args: mark: of `appointment_pages.mark_of`, as the page carried it.
    Raises: RuleError RL-ACT-082 when it was decided anew meanwhile; what `override_set` raises.
    """
    with writing(act):
        if mark_now(appointment) != mark:
            raise DECIDED_MEANWHILE.error()
        override_set(act=act, appointment=appointment, outcome=outcome, reason=reason, to_site=to_site)


@service(Permission.ACTIVITY_OVERRIDE)
def word_end(*, act: Act, appointment: UUID, mark: str, why: str) -> None:
    """Take a word back as it was shown. Raises: RuleError RL-ACT-082; what `override_end` raises."""
    with writing(act):
        if mark_now(appointment) != mark:
            raise DECIDED_MEANWHILE.error()
        override_end(act=act, appointment=appointment, why=why)


@service(Permission.ACTIVITY_OVERRIDE)
def words_give(*, act: Act, appointments: Sequence[UUID], outcome: Outcome, reason: str, to_site: str = "") -> int:
    """Give one word about several appointments, all or none.

    Returns: how many. Raises: InputError RL-ACT-083 for none, RL-ACT-084 beyond 2,000; what `override_set` raises.
    """
    wanted = list(dict.fromkeys(appointments))
    if not wanted:
        raise NONE_CHOSEN.error()
    if len(wanted) > BATCH_LIMIT:
        raise TOO_MANY_CHOSEN.error(count=len(wanted), limit=BATCH_LIMIT)
    with writing(act):
        for one in wanted:
            override_set(act=act, appointment=one, outcome=outcome, reason=reason, to_site=to_site)
    return len(wanted)
