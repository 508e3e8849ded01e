"""Who saw what of a patient: the entry that a read leaves in the journal, before its answer.

Owns `seen`. Refuses patient data in the entry: a subject is an id of ours. Source: docs/design/lab.md, "Reads".
"""

from __future__ import annotations

from relight.journal.api import Body, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.LAB_READ)
def seen(*, act: Act, subject: str, what: str, count: int = 1) -> None:
    """Note that somebody saw laboratory data of patients. The view asked whether they may; this says that they did.

    Args: subject: `message:<uuid>`, `report:<uuid>`, `lab:held` for a list. what: the page, a stable word.
    count: of how many things; nothing is noted for none.
    """
    if count:
        with writing(act) as log:
            body: Body = {"what": what, "count": count}
            log.entry("lab.see", subject=subject, body=body)
