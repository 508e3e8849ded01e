"""Links and laboratory systems: loading a file of them, changing one, switching one off.

Owns their settings; every change raises a link's version, which voids signatures given over the old ones.
Refuses to change a rung: that is the ladder's. Source: docs/design/lab.md, "The file of links".
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from relight.journal.api import Body, EventDraft, Log, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Link, LinkState, Lis, Message
from relight.lab.rules.links import link_refusals, lis_refusals
from relight.lab.rules.links_file import LinksFile, links_dump, links_read, text_read
from relight.lab.selectors.links import link_fields, link_settings, links_now, lis_fields, lis_now, lis_settings
from relight.lab.selectors.settings import drivers_known
from relight.lab.services.components import links_tell
from relight.lab.types import LinkSettings, LisSettings
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What loading a file of links did: ids of links, and of laboratory systems after `lis:`."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        return {"new": list(self.new), "changed": list(self.changed), "unchanged": list(self.unchanged)}


def links_text() -> str:
    """Write all links and laboratory systems as a file of links. A read: it asks for no permission."""
    return links_dump(lis=lis_now(), links=[link.settings for link in links_now()])


def links_file_read(content: bytes, *, filename: str) -> LinksFile:
    """Read a file of links beside what is known here: drivers, laboratory systems, addresses taken."""
    text, odd = text_read(content)
    if odd:
        return LinksFile(filename=filename, faults=(errors.LINKS_SYNTAX.error(where=filename, problem=odd),))
    return links_read(
        text,
        filename=filename,
        drivers=drivers_known(),
        lis=[system.id for system in lis_now()],
        links=[link.settings for link in links_now()],
    )


@service(Permission.LAB_LINKS)
def links_load(*, act: Act, file: LinksFile) -> LoadReport:
    """Take in the links of a file: new ones are made, known ones changed, others left alone.

    Nothing that was switched off is switched on by a file that does not say so, and no rung changes.
    Raises: InputError RL-LAB-003 when the file has faults.
    """
    if file.faults:
        raise file.refusal()
    done: dict[str, list[str]] = {"new": [], "changed": [], "unchanged": []}
    with writing(act) as log:
        for system in file.lis:
            done[_lis_put(log, system, keep="lis:" + system.id in file.unsaid)].append(f"lis:{system.id}")
        touched = []
        for settings in file.links:
            outcome, row = _link_put(act, log, settings, keep="link:" + settings.id in file.unsaid)
            done[outcome].append(settings.id)
            if outcome != "unchanged":
                touched.append(row)
        links_tell(act=act, links=touched)
        report = LoadReport(**{key: tuple(ids) for key, ids in done.items()})
        body: Body = {"filename": file.filename, "new": done["new"], "changed": done["changed"]}
        log.entry("lab.links_load", subject="lab:links", body=body)
    return report


@service(Permission.LAB_LINKS)
def link_save(*, act: Act, settings: LinkSettings, version: int = 0) -> bool:
    """Make a link, or change one.

    Args: version: of the link as it was shown; 0 to make a new one. Returns: whether anything changed.
    Raises: InputError of its settings (`where`: the setting), RL-LAB-014 (id taken); RuleError RL-LAB-016
    (changed meanwhile); MissingError RL-LAB-001.
    """
    if _link_shown(settings.id, version) == settings:
        return False
    with writing(act) as log:
        _link_shown(settings.id, version)
        _link_check(settings)
        _, row = _link_put(act, log, settings, keep=False)
        links_tell(act=act, links=[row])
    return True


@service(Permission.LAB_LINKS)
def link_switch(*, act: Act, link: str, on: bool, reason: str) -> bool:
    """Switch a link on or off. What it received stays. Returns: whether anything changed.

    Raises: MissingError RL-LAB-001; InputError RL-LAB-179 (no reason), RL-LAB-012 (its address is taken).
    """
    said = reason_read(reason)
    with writing(act) as log:
        row = link_get(link)
        changed = row.enabled != on
        if changed:
            settings = replace(link_settings(row), enabled=on)
            _link_check(settings)
            row.enabled, row.version = on, row.version + 1
            row.save(update_fields=["enabled", "version"])
            links_tell(act=act, links=[row])
        body: Body = {"on": on, "reason": said}
        log.entry("lab.link_switch", subject=f"link:{link}", body=body, events=_told(f"link:{link}") if changed else ())
    return changed


@service(Permission.LAB_LINKS)
def link_remove(*, act: Act, link: str, reason: str) -> None:
    """Remove a link that never received anything. Raises: RL-LAB-001; RL-LAB-179; RuleError RL-LAB-015."""
    said = reason_read(reason)
    with writing(act) as log:
        row = link_get(link)
        received = Message.objects.filter(link=row).count()
        if received:
            raise errors.LINK_RECEIVED.error(where=link, count=received)
        settings: Body = _plain(link_settings(row))
        links_tell(act=act, links=[row], removed=True)
        row.delete()
        body: Body = {"reason": said, "was": settings}
        log.entry("lab.link_remove", subject=f"link:{link}", body=body, events=_told(f"link:{link}"))


@service(Permission.LAB_LINKS)
def lis_save(*, act: Act, settings: LisSettings, is_new: bool = False) -> bool:
    """Make a laboratory system, or change one. Returns: whether anything changed.

    Raises: InputError of its settings, RL-LAB-014 (id taken); MissingError RL-LAB-002.
    """
    for refusal in lis_refusals(settings):
        raise refusal.error()
    if _lis_shown(settings.id, is_new=is_new) == settings:
        return False
    with writing(act) as log:
        if _lis_shown(settings.id, is_new=is_new) == settings:  # the same, by somebody else, just now
            log.entry("lab.lis_change", subject=f"lis:{settings.id}", body={})
        else:
            _lis_put(log, settings, keep=False)
    return True


@service(Permission.LAB_LINKS)
def lis_pause(*, act: Act, lis: str, reason: str) -> bool:
    """Keep everything for a laboratory system here until it is resumed. Raises: RL-LAB-002, RL-LAB-179."""
    return _lis_switch(act, lis, on=False, reason=reason)


@service(Permission.LAB_LINKS)
def lis_resume(*, act: Act, lis: str, reason: str) -> bool:
    """Deliver to a laboratory system again, from where it stopped. Raises: RL-LAB-002, RL-LAB-179."""
    return _lis_switch(act, lis, on=True, reason=reason)


def link_get(link: str) -> Link:
    """Return a link's row. Raises: MissingError RL-LAB-001."""
    row = Link.objects.filter(pk=link).first()
    if row is None:
        raise errors.NO_LINK.error(where=link)
    return row


def reason_read(reason: str) -> str:
    """Return a reason as the journal keeps it. Raises: InputError RL-LAB-179."""
    said = " ".join(reason.split())[:400]
    if not said:
        raise errors.REASON_MISSING.error(where="reason")
    return said


def _link_shown(link: str, version: int) -> LinkSettings | None:
    """Return the settings a form was shown, None for a new link; refuse when they are others by now."""
    row = Link.objects.filter(pk=link).first()
    if version and row is None:
        raise errors.NO_LINK.error(where=link)
    if not version and row is not None:
        raise errors.LINK_KNOWN.error(where="id", id=link)
    if row is not None and row.version != version:
        raise errors.LINK_CHANGED.error()
    return link_settings(row) if row is not None else None


def _lis_shown(lis: str, *, is_new: bool) -> LisSettings | None:
    row = Lis.objects.filter(pk=lis).first()
    if is_new and row is not None:
        raise errors.LINK_KNOWN.error(where="id", id=lis)
    if not is_new and row is None:
        raise errors.NO_LIS.error(where=lis)
    return lis_settings(row) if row is not None else None


def _link_check(settings: LinkSettings) -> None:
    """Raise the first thing that speaks against a link's settings."""
    others = [link.settings for link in links_now()]
    known = [system.id for system in lis_now()]
    for refusal in link_refusals(settings, drivers=drivers_known(), lis=known, others=others):
        raise refusal.error()


def _told(subject: str) -> list[EventDraft]:
    return [EventDraft(name="lab.link_changed", subject=subject, body={})]


def _plain(settings: LinkSettings | LisSettings) -> dict[str, Any]:
    """Write settings as an entry of the journal keeps them: plain values, no key files' contents among them."""
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(settings).items()}


def _difference(before: LinkSettings | LisSettings, after: LinkSettings | LisSettings) -> dict[str, Any]:
    """Say what changed, a setting to its old and new value."""
    old, new = _plain(before), _plain(after)
    return {key: {"from": old[key], "to": new[key]} for key in new if old[key] != new[key]}


def _link_put(act: Act, log: Log, settings: LinkSettings, *, keep: bool) -> tuple[str, Link]:
    """Write a link's settings. Args: keep: whether it is on stays as it is. Returns: what happened, the row."""
    row = Link.objects.filter(pk=settings.id).first()
    subject = f"link:{settings.id}"
    if row is None:
        row = Link.objects.create(**link_fields(settings), rung_since=act.at)
        LinkState.objects.create(link=row)
        log.entry("lab.link_add", subject=subject, body=_plain(settings), events=_told(subject))
        return "new", row
    before = link_settings(row)
    wanted = replace(settings, enabled=before.enabled) if keep else settings
    if wanted == before:
        return "unchanged", row
    for name, value in link_fields(wanted).items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    log.entry("lab.link_change", subject=subject, body=_difference(before, wanted), events=_told(subject))
    return "changed", row


def _lis_put(log: Log, settings: LisSettings, *, keep: bool) -> str:
    row = Lis.objects.filter(pk=settings.id).first()
    subject = f"lis:{settings.id}"
    if row is None:
        Lis.objects.create(**lis_fields(settings))
        log.entry("lab.lis_add", subject=subject, body=_plain(settings), events=_told(subject))
        return "new"
    before = lis_settings(row)
    wanted = replace(settings, enabled=before.enabled) if keep else settings
    if wanted == before:
        return "unchanged"
    Lis.objects.filter(pk=row.pk).update(**lis_fields(wanted))
    log.entry("lab.lis_change", subject=subject, body=_difference(before, wanted), events=_told(subject))
    return "changed"


def _lis_switch(act: Act, lis: str, *, on: bool, reason: str) -> bool:
    said = reason_read(reason)
    with writing(act) as log:
        row = Lis.objects.filter(pk=lis).first()
        if row is None:
            raise errors.NO_LIS.error(where=lis)
        changed = row.enabled != on
        if changed:
            Lis.objects.filter(pk=lis).update(enabled=on)
        verb = "lab.lis_resume" if on else "lab.lis_pause"
        subject = f"lis:{lis}"
        log.entry(verb, subject=subject, body={"reason": said}, events=_told(subject) if changed else ())
    return changed
