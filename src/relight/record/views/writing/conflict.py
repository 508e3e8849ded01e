"""The conflict page: before, theirs and mine of one thing, field by field; nothing is written until a person chose.

Owns gathering the three and showing them around the form. Source: docs/design/writing.md, "Conflict", cases 20-26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from relight.people.api import names_of
from relight.record.forms.writing.base import WritingForm
from relight.record.rules.canonical import loads
from relight.record.rules.merging import Part, Stands, Value, differences, merge, plain
from relight.record.selectors.history import history
from relight.record.services.reads import read_note
from relight.record.types import Body
from relight.record.views.patient import patient_of

CONFLICT_STATUS = 409
Read = Callable[[Body], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """What a form met. Args: before: as its writer saw it; theirs: as it is now, both as the form's initial values.
    by: the account that changed it last; version: what it is now; is_error: marked as entered in error meanwhile."""

    before: Mapping[str, Any]
    theirs: Mapping[str, Any]
    by: str
    at: datetime
    version: str
    reason: str = ""
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashField:
    """One field on the page. Args: theirs_marked, mine_marked: against what was before."""

    field: BoundField
    stands: Stands
    before: str
    theirs: str
    mine: str
    theirs_marked: Sequence[Part]
    mine_marked: Sequence[Part]


def clash_of(*, type: str, id: UUID, read: Read) -> Callable[[str], Clash]:
    """Return how a form that amends one resource finds what it met. Args: read: a body as the form's initial values."""

    def made(seen: str) -> Clash:
        versions = history(type=type, id=id)
        now = versions[-1]
        before = next((one for one in versions if str(one.version) == seen), versions[0])
        return Clash(
            before=read(loads(before.body)), theirs=read(loads(now.body)), by=now.actor, at=now.at,
            version=str(now.version), reason=now.reason, is_error=now.act.value == "error",
        )  # fmt: skip

    return made


def conflict_page(request: HttpRequest, *, form: WritingForm, clash: Clash, title: str, back: str) -> HttpResponse:
    """Show a form that met somebody else's change. Args: form: bound, as posted. Returns: status 409."""
    mine = {name: _posted(form[name]) for name in form.own_fields()}
    fresh = form.__class__(initial={**form.initial}, **getattr(form, "options", {}))
    rows: list[ClashField] = []
    same: list[ClashField] = []
    for name, value in mine.items():
        before, theirs = plain(clash.before.get(name)), plain(clash.theirs.get(name))
        outcome = merge(before=before, theirs=theirs, mine=value)
        fresh.initial[name] = list(outcome.value) if isinstance(outcome.value, tuple) else outcome.value
        texts = [_shown(fresh.fields[name], one) for one in (before, theirs, value)]
        row = ClashField(
            field=fresh[name], stands=outcome.stands, before=texts[0], theirs=texts[1], mine=texts[2],
            theirs_marked=differences(texts[0], texts[1]), mine_marked=differences(texts[0], texts[2]),
        )  # fmt: skip
        (same if outcome.stands is Stands.SAME or fresh[name].is_hidden else rows).append(row)
    for mark in form.MARKS:
        fresh.initial[mark] = form.data.get(mark, "")
    fresh.initial["version"] = clash.version
    read_note(act=request.act, patients=[patient_of(request).id], what="chart.conflict")
    context = {
        "form": fresh, "rows": rows, "same": same, "clash": clash, "by": names_of([clash.by]).get(clash.by, clash.by),
        "title": title, "back": back, "both": sum(row.stands is Stands.BOTH for row in rows),
    }  # fmt: skip
    return render(request, "record/writing/conflict.html", context, status=CONFLICT_STATUS)


def _posted(field: BoundField) -> Value:
    """Return what was posted in a field, as it was typed."""
    if isinstance(field.field, forms.BooleanField):
        return plain(bool(field.data))
    return plain(field.data)


def _shown(field: forms.Field, value: Value) -> str:
    """Return a value as a person reads it: the words of choices, not their codes."""
    choices = dict(_flat(getattr(field, "choices", ())))
    if isinstance(field, forms.BooleanField):
        return "✓" if value else ""
    if isinstance(value, tuple):
        return "\n".join(str(choices.get(one, one)) for one in value)
    return str(choices.get(value, value))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield value, label
