"""What the search box finds: patients, machines, the hospital's parts, the laboratory's, staff.

Owns the asking of the providers named in `RELIGHT_SEARCH`: dotted paths of functions
`(*, act, text, limit) -> sequence of Hit`. A later app adds its own (patients, practitioners) without a
change here. A provider gives nothing to a reader who may not open what it finds. Those named in
`RELIGHT_SEARCH_POSTED` are asked only about a text that stands in no address.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from relight.console.rules.finding import is_exactly, matches
from relight.console.selectors.places import subject_address
from relight.console.selectors.wards import UNIT_STATES, node_address
from relight.console.types import Found, Hit, HitGroup
from relight.fleet import api as fleet
from relight.hospital import api as hospital_api
from relight.kernel.act import Act
from relight.kernel.errors import InputError
from relight.lab import api as lab
from relight.people import api as people
from relight.people.api import ROLE_NAMES, Permission
from relight.record import api as record

EACH = 8


class Provider(Protocol):
    """A function that finds."""

    def __call__(self, *, act: Act, text: str, limit: int) -> Sequence[Hit]: ...


def search_all(*, act: Act, text: str, posted: bool = False) -> tuple[HitGroup, ...]:
    """Ask every provider, in the order of the settings; keep those that found something.

    Args: posted: the text stands in no address, so that it may name a patient.
    """
    groups: dict[str, list[Hit]] = {}
    for path in [*(settings.RELIGHT_SEARCH_POSTED if posted else ()), *settings.RELIGHT_SEARCH]:
        provider: Provider = import_string(path)
        for hit in provider(act=act, text=text, limit=EACH):
            groups.setdefault(hit.kind, []).append(hit)
    return tuple(HitGroup(kind=kind, hits=tuple(hits)) for kind, hits in groups.items())


def patients(*, act: Act, text: str, limit: int) -> list[Found]:
    """Find patients as their own room does; who may not be opened leads to the glass. A misread scan finds nobody."""
    if not people.may(act, Permission.RECORD_READ):
        return []
    try:
        rows = record.found_rows(record.patients_search(act=act, text=text, limit=limit), act=act)
    except InputError:
        return []
    return [
        Found(
            kind=gettext("Patients"),
            title=row.face.name,
            detail=" · ".join(
                (record.born_words(row.face), *(number.value for number in row.face.numbers), *row.places)
            ),
            href=_patient_address(row, act=act),
            exact=row.exact,
        )
        for row in rows
    ]


def _patient_address(row: record.FoundRow, *, act: Act) -> str:
    if row.opens:
        return reverse("record:chart", args=[row.patient])
    may_break = people.may(act, Permission.RECORD_BREAK_GLASS).allowed
    return reverse("record:glass", args=[row.patient]) if may_break else ""


def machines(*, act: Act, text: str, limit: int) -> list[Found]:
    """Find machines, data sets and applications: an exact code first, then all that have the words."""
    if not people.may(act, Permission.FLEET_READ):
        return []
    named = {item.pk for item in fleet.item_scan(text)}
    naming = hospital_api.naming_now()
    sites = naming.sites if naming else {}
    kind = gettext("Machines, data sets, applications")
    hits = fleet.item_search(q=text, limit=limit)
    found = [
        Found(
            kind=kind,
            title=hit.name,
            detail=" · ".join(part for part in (sites.get(hit.site, hit.site), hit.room, hit.serial) if part),
            href=subject_address(f"item:{hit.id}", act=act),
            state=hit.state.value,
            exact=named == {hit.id},
        )
        for hit in hits
    ]
    if len(hits) == limit:
        found.append(
            Found(
                kind=kind,
                title=gettext("All that fit, as a list"),
                detail="",
                href=fleet.items_href(q=text),
                more=True,
            )
        )
    return found


def hospital(*, act: Act, text: str, limit: int) -> list[Found]:
    """Find sites, services, functions by their name in the reader's language, or by id."""
    if not people.may(act, Permission.HOSPITAL_READ):
        return []
    now = hospital_api.overview()
    found = [
        Found(
            kind=gettext("Sites"),
            title=site.name,
            detail=gettext("clean zone"),
            href=subject_address(f"zone:{site.id}", act=act),
            state=site.zone.value,
            exact=is_exactly(text, site.name, site.id),
        )
        for site in now.sites
        if matches(text, site.name, site.id)
    ]
    found += [
        Found(
            kind=gettext("Services"),
            title=unit.name,
            detail="",
            href=node_address(unit.id, act=act),
            state=UNIT_STATES[unit.state],
            exact=is_exactly(text, unit.name, unit.id),
        )
        for unit in now.units
        if matches(text, unit.name, unit.id)
    ][:limit]
    found += [
        Found(
            kind=gettext("Functions"),
            title=function.name,
            detail="",
            href=node_address(function.id, act=act),
            state=function.state,
            exact=is_exactly(text, function.name, function.id),
        )
        for function in now.functions
        if matches(text, function.name, function.id)
    ][:limit]
    return found


def staff(*, act: Act, text: str, limit: int) -> list[Found]:
    """Find staff by name or user name."""
    if not people.may(act, Permission.PEOPLE_READ):
        return []
    return [
        Found(
            kind=gettext("Staff"),
            title=one.name,
            detail=", ".join(gettext(ROLE_NAMES[role]) for role in one.roles),
            href=subject_address(one.actor, act=act) or reverse("people:staff"),
            state="active" if one.active else "disabled",
            exact=is_exactly(text, one.name, one.username),
        )
        for one in people.staff_list(text=text)[:limit]
    ]


def laboratory(*, act: Act, text: str, limit: int) -> list[Found]:
    """Find links by name or id, and the results of a sample whose whole number was typed or scanned."""
    found: list[Found] = []
    if people.may(act, Permission.LAB_RESULTS):
        key = lab.report_of_sample(text.strip())
        if key is not None:
            kind, title = gettext("Laboratory samples"), gettext("Results of this sample")
            found.append(
                Found(kind=kind, title=title, detail=text.strip(), href=reverse("lab:patient", args=[key]), exact=True)
            )
    if people.may(act, Permission.LAB_READ):
        found += [
            Found(
                kind=gettext("Links to analyzers"),
                title=link.name,
                detail=link.id,
                href=subject_address(f"link:{link.id}", act=act),
                state=lab.STANDING_LOOKS[link.standing],
                exact=is_exactly(text, link.name, link.id),
            )
            for link in lab.link_list(at=act.at)
            if matches(text, link.name, link.id)
        ][:limit]
    return found
