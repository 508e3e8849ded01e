"""`{% load wards %}`: words of the wards room.

    {{ names|of:key }}   what a mapping says for a key, else nothing   {{ face|face_name }}   a name, in capitals first
    {{ side|side_lines }}   the facts of one record   {{ kind|source_kind }}   what a source is
    {% who face href %}   a name that leads somewhere, with what must be known of it   {% found_lines rows %}
Owns markup only; the words come from `selectors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.record.selectors.faces import FaceView
from relight.record.selectors.finding_pages import FoundRow
from relight.record.selectors.identity_pages import CompareLine, Side, compare_lines
from relight.record.selectors.person_words import age_words, born_words, numbers_words, sex_words, systems_named
from relight.record.selectors.sources import KIND_WORDS
from relight.ui.api import icon_svg, moment

register = template.Library()


@register.filter
def of(held: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping says for a key; nothing where it says nothing."""
    return held.get(key, "") if isinstance(held, Mapping) else ""


@register.filter
def face_name(face: FaceView | str) -> str:
    """Write a name as lists do."""
    return face.name if isinstance(face, FaceView) else face


@register.filter
def side_lines(side: Side) -> list[CompareLine]:
    """List the facts of one record."""
    return compare_lines(side.said)


@register.filter
def source_kind(kind: str) -> str:
    """Say what a source is."""
    return gettext(KIND_WORDS[kind]) if kind in KIND_WORDS else kind


@register.simple_tag
def who(face: FaceView, href: str = "") -> SafeString:
    """Write a name as lists do, with what has to be known before it is chosen."""
    name = (
        f"<b>{escape(face.family.upper())}</b> {escape(face.given)}" if face.family else f"<b>{escape(face.name)}</b>"
    )
    if href:
        name = f'<a href="{escape(href)}"{_UNKNOWN if face.is_unknown else ""}>{name}</a>'
    if face.is_deceased:
        name += f" <b>({escape(gettext('deceased'))})</b>"
    if face.is_unknown:
        name += f'<span class="quiet">{escape(gettext("identity unknown"))}</span>'
    return mark_safe(name)


_UNKNOWN = ' class="who-unknown"'
_KEY = UUID(int=0)  # stands in an address made once for a list


@register.simple_tag(takes_context=True)
def found_lines(context: Mapping[str, Any], rows: Sequence[FoundRow]) -> SafeString:
    """Write who was found, a line each. In Python, a tenth of a template's time: it is written at every key."""
    breaks = context["may"].get("record_break_glass", False)
    here = moment()
    lines = _Lines(
        opens=reverse("record:chart", args=[_KEY]),
        glass=reverse("record:glass", args=[_KEY]) if breaks else "",
        shut=_shut(breaks=breaks) if not all(row.opens for row in rows) else "",
        nowhere=f'<span class="quiet">{escape(gettext("not in the house"))}</span>',
        labels=tuple(
            escape(word)
            for word in (
                gettext("Patient"),
                gettext("Born, age, sex"),
                gettext("Numbers"),
                gettext("Where"),
                gettext("Why found"),
            )
        ),
        today=timezone.localtime(here.now if here is not None else None).date(),
        named=systems_named(),
    )
    return mark_safe("".join(lines.line(row) for row in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What the lines of a list have in common. All text of a patient goes through `escape`."""

    opens: str
    glass: str
    shut: str
    nowhere: str
    labels: tuple[str, ...]
    today: date
    named: Mapping[str, str]

    def line(self, row: FoundRow) -> str:
        face, (patient, born, numbers, where, why) = row.face, self.labels
        href = (self.opens if row.opens else self.glass).replace(str(_KEY), str(row.patient))
        age = age_words(face.birth, at=self.today)
        said = "".join((born_words(face), f" ({age})" if age else "", ", ", sex_words(face.sex)))
        held = "".join(
            f'<div><span class="quiet">{escape(one.name)}</span> {escape(one.value)}</div>'
            for one in numbers_words(face, named=self.named)
        )
        places = "".join(f"<div>{escape(place)}</div>" for place in row.places) or self.nowhere
        whys = "".join(f"<li{_CHECK if one.check else ''}>{escape(one.words)}</li>" for one in row.why)
        begin = f'<tr data-href="{href}">' if href else "<tr>"
        return (
            f'{begin}<th scope="row" class="who" data-label="{patient}">{who(face, href)}'
            f"{'' if row.opens else self.shut}</th>"
            f'<td data-label="{born}">{escape(said)}</td><td data-label="{numbers}">{held}</td>'
            f'<td data-label="{where}">{places}</td><td data-label="{why}"><ul class="why">{whys}</ul></td></tr>'
        )


_CHECK = ' class="why-check"'


def _shut(*, breaks: bool) -> str:
    """Say that a record lies outside the reader's wards, and whether it can be opened all the same."""
    word = gettext("not of your wards: opening asks for a reason") if breaks else gettext("not of your wards")
    return f'<span class="quiet">{icon_svg("lock")} {escape(word)}</span>'
