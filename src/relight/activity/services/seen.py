"""Who saw which appointments: the entry that a read leaves in the journal, before its answer.

Owns `seen`. Refuses patient data in the entry: a subject is an id of ours. Source: docs/design/activity.md, "Reads".
"""

from __future__ import annotations

from relight.journal.api import Body, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.ACTIVITY_READ)
def seen(*, act: Act, subject: str, what: str, count: int = 1) -> None:
    """Note that somebody saw patients' appointments. The view asked whether they may; this says that they did.

    Args: subject: `appointment:<uuid>`, or `activity:appointments` for a list. what: the page, a stable word
    (`list`, `appointment`, `ask`, `call`). count: of how many appointments; nothing is noted for none.
    """
    if count:
        with writing(act) as log:
            body: Body = {"what": what, "count": count}
            log.entry("activity.see", subject=subject, body=body)
