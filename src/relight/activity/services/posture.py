"""Setting the posture of a site: a new saying takes the place of the last one.

Owns the event `activity.posture_changed`. Source: docs/design/posture.md.
"""

from __future__ import annotations

from uuid import UUID

from relight.activity.errors import POSTURE_NOT_YOURS, POSTURE_SITE, POSTURE_STALE
from relight.activity.models import SitePosture
from relight.activity.rules.posture import PostureSaid, beds_list, posture_check
from relight.activity.selectors.posture import said_of
from relight.hospital.api import site_list
from relight.journal.api import Body, EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, in_scope, service


@service(Permission.ACTIVITY_POSTURE)
def posture_set(*, act: Act, site: str, said: PostureSaid, shown: UUID | None = None) -> bool:
    """Say how a site stands.

    Args: shown: the saying that was on the page; another one meanwhile refuses this one.
    Returns: whether anything is new; the same again writes nothing.
    Raises: RL-ACT-150 to 153 (what was said), 154 (no such site), 155 (not your site), 156 (somebody was first).
    """
    known = [one.id for one in site_list()]
    if site not in known:
        raise POSTURE_SITE.error(where="site", site=site, known=", ".join(known) or "—")
    if not in_scope(act, site=site, service=""):
        raise POSTURE_NOT_YOURS.error(where="site", site=site)
    said = posture_check(said)
    now = SitePosture.objects.filter(site=site, current=True).first()
    if now is not None and said_of(now) == said:
        return False
    with writing(act) as log:
        before = SitePosture.objects.select_for_update().filter(site=site, current=True).first()
        if shown is not None and (before is None or before.id != shown):
            raise POSTURE_STALE.error(where="site")
        if before is not None:
            before.current = False
            before.save(update_fields=["current"])
        _store(act, site, said)
        body: Body = {"site": site, **_body(said)}
        event = EventDraft(name="activity.posture_changed", subject=f"site:{site}", body=body)
        log.entry("activity.posture", subject=f"site:{site}", body=body, events=[event])
    return True


def _store(act: Act, site: str, said: PostureSaid) -> None:
    SitePosture.objects.create(
        id=new_id(act.at),
        site=site,
        state=said.state.value,
        diverted=said.diverted,
        diverted_to=said.diverted_to,
        theatres_open=said.theatres_open,
        theatres=said.theatres,
        beds=beds_list(said.beds),
        note=said.note,
        at=act.at,
        by=act.actor,
    )


def _body(said: PostureSaid) -> Body:
    return {
        "state": said.state.value,
        "diverted": said.diverted,
        "diverted_to": said.diverted_to,
        "theatres": [said.theatres_open, said.theatres],
        "beds": beds_list(said.beds),
        "note": said.note,
    }
