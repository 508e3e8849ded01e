"""Where things are found: the page of a subject of the journal, and what it is called.

Owns the map from kinds of subject to pages. A page whose app is not installed, or that the reader
may not enter, gives an empty address: the words then stand without a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from relight.console.rules.words import subject_words
from relight.fleet import api as fleet
from relight.hospital import api as hospital
from relight.kernel.act import Act
from relight.people import api as people
from relight.people.api import Permission

# kind of subject -> (url name, permission of the page, whether the id is part of the address)
PAGES: Mapping[str, tuple[str, Permission, bool]] = {
    "site": ("hospital:node", Permission.HOSPITAL_READ, True),
    "unit": ("hospital:node", Permission.HOSPITAL_READ, True),
    "function": ("hospital:node", Permission.HOSPITAL_READ, True),
    "acceptance": ("hospital:node", Permission.HOSPITAL_READ, True),
    "zone": ("hospital:zones", Permission.HOSPITAL_READ, False),
    "hospital": ("hospital:index", Permission.HOSPITAL_READ, False),
    "group": ("hospital:index", Permission.HOSPITAL_READ, False),
    "item": ("fleet:item", Permission.FLEET_READ, True),
    "fleet": ("fleet:item", Permission.FLEET_READ, True),
    "import": ("fleet:import", Permission.FLEET_READ, True),
    "staff": ("people:staff-edit", Permission.PEOPLE_MANAGE, True),
    "evidence": ("console:evidence", Permission.JOURNAL_READ, True),
    "link": ("lab:flow", Permission.LAB_READ, True),
    "lis": ("lab:lis", Permission.LAB_READ, True),
    "message": ("lab:message", Permission.LAB_MESSAGES, True),
    "report": ("lab:decide", Permission.LAB_RESOLVE, True),
    "order": ("lab:order", Permission.LAB_ORDER, True),
    "lab": ("lab:board", Permission.LAB_READ, False),
    "journal": ("console:journal", Permission.JOURNAL_READ, False),
}


def address(name: str, *args: object, act: Act, permission: Permission, anchor: str = "") -> str:
    """Return the address of a page, or nothing when the reader may not open it or it does not exist."""
    if not people.may(act, permission):
        return ""
    try:
        return reverse(name, args=args) + (f"#{anchor}" if anchor else "")
    except NoReverseMatch:
        return ""


def subject_address(subject: str, *, act: Act) -> str:
    """Return the address of the page of a subject (`unit:emergency@arlon`), or nothing."""
    kind, _, rest = subject.partition(":")
    if kind not in PAGES:
        return ""
    name, permission, with_id = PAGES[kind]
    if with_id and not rest:
        return ""
    return address(name, *([rest] if with_id else []), act=act, permission=permission)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A subject of the journal for people. Args: kind: in words. name: what it is called."""

    subject: str
    kind: str
    name: str
    href: str


def subjects_named(subjects: Iterable[str], *, act: Act, naming: hospital.Naming | None = None) -> dict[str, Named]:
    """Name subjects in bulk: staff, items and parts of the hospital by what people call them.

    Args: naming: the hospital's names, when the caller has them in hand.
    Returns: one value a subject; what nobody knows any more keeps its id. At most one query an app.
    """
    wanted = set(subjects)
    names = {
        **people.names_of(s for s in wanted if s.startswith(("staff:", "os:", "relight:"))),
        **_items(wanted),
        **_hospital(wanted, naming),
    }
    return {subject: _named(subject, names, act=act) for subject in wanted}


def _named(subject: str, names: Mapping[str, str], *, act: Act) -> Named:
    kind, rest = subject_words(subject)
    return Named(
        subject=subject,
        kind=gettext(kind) if kind else "",
        name=names.get(subject) or rest,
        href=subject_address(subject, act=act),
    )


def _items(subjects: Iterable[str]) -> dict[str, str]:
    """Name the items among subjects, in one query."""
    ids: dict[UUID, str] = {}
    for subject in subjects:
        kind, _, rest = subject.partition(":")
        if kind in ("item", "fleet"):
            try:
                ids[UUID(rest)] = subject
            except ValueError:
                continue
    return {ids[item]: name for item, name in fleet.item_names(ids).items()} if ids else {}


def _hospital(subjects: Iterable[str], naming: hospital.Naming | None) -> dict[str, str]:
    """Name the parts of the hospital among subjects; nothing is asked when there are none."""
    kinds = ("site", "unit", "function", "service", "acceptance", "zone", "group")
    wanted = [subject for subject in subjects if subject.partition(":")[0] in kinds]
    naming = naming or (hospital.naming_now() if wanted else None)
    if naming is None:
        return {}
    names = {subject: naming.node(subject.partition(":")[2]) for subject in wanted}
    for subject in wanted:
        kind, _, rest = subject.partition(":")
        if kind in ("site", "zone"):
            names[subject] = naming.sites.get(rest, rest)
        elif kind == "service":
            names[subject] = naming.services.get(rest, rest)
    return names
