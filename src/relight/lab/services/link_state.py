"""What the gateway saw of its links: who is connected, what was refused. One entry a change.

Owns the rows of `lab_linkstate` but for `heard_at`, which travels with the messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relight.journal.api import Body, EventDraft, writing
from relight.kernel.act import Act
from relight.lab.models import LinkState
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A link as the gateway sees it. Args: problems: refused since it connected. code: of the last one."""

    link: str
    connected_since: datetime | None
    peer: str = ""
    problems: int = 0
    code: str = ""
    code_at: datetime | None = None


@service(Permission.LAB_RECEIVE)
def link_states_record(*, act: Act, seen: Sequence[Seen]) -> None:
    """Write what changed of links; who came and who went are events."""
    if not seen:
        return
    with writing(act) as log:
        before = LinkState.objects.in_bulk([one.link for one in seen])
        for one in seen:
            row = before.get(one.link) or LinkState(pk=one.link)
            was = row.connected_since is not None
            row.connected_since, row.peer = one.connected_since, one.peer
            row.problems, row.last_code, row.last_code_at = one.problems, one.code, one.code_at
            row.save()
            verb, events = _told(one, was=was)
            body: Body = {"problems": one.problems, "code": one.code}
            log.entry(verb, subject=f"link:{one.link}", body=body, events=events)


def _told(one: Seen, *, was: bool) -> tuple[str, list[EventDraft]]:
    """Name the change: came, went, or refused something."""
    subject = f"link:{one.link}"
    if one.connected_since and not was:
        return "lab.connect", [EventDraft(name="lab.link_connected", subject=subject, body={})]
    if was and not one.connected_since:
        return "lab.lose", [EventDraft(name="lab.link_lost", subject=subject, body={})]
    return "lab.trouble", [EventDraft(name="lab.link_trouble", subject=subject, body={"code": one.code})]
