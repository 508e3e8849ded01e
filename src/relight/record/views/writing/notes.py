"""Notes: the list, a new one under the headings of a template, an amendment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from relight.people.api import Permission
from relight.record.forms.writing.base import WritingForm
from relight.record.forms.writing.notes import NoteForm, parts_initial
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.letters import is_letter
from relight.record.rules.notes import Template, note_read, parts_of, word
from relight.record.selectors.drafts import writers_of
from relight.record.selectors.notes import notes_list
from relight.record.selectors.templates import template_get, templates_for
from relight.record.services.charting import item_current
from relight.record.services.notes import note_amend, note_write
from relight.record.types import Body
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.conflict import clash_of
from relight.record.views.writing.flow import Writing, chart_form, form_page


@require_safe
@patient_page(Permission.RECORD_READ, tab="notes")
def notes(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Notes and letters, the latest first; who is writing one just now."""
    frame = patient_of(request)
    found, more = notes_list(records=frame.records, actor=request.act.actor, zero=frame.day_zero)
    writers = writers_of(act=request.act, patient=patient)
    return render(request, "record/writing/notes.html", {"notes": found, "more": more, "writers": writers})


@require_safe
@patient_page(Permission.RECORD_WRITE, tab="notes")
def note_new(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Choose a template; those of the patient's ward and one's own role come first."""
    frame = patient_of(request)
    wards = [stay.ward for stay in frame.whereabouts]
    language = get_language() or "en"
    rows = [
        (one.id, word(one.name, language), ", ".join(word(part.title, language) for part in one.sections))
        for one in templates_for(wards=wards, roles=request.act.roles)
    ]
    return render(request, "record/writing/templates.html", {"templates": rows})


@chart_form(tab="notes")
def note_in(request: HttpRequest, patient: UUID, template: str) -> HttpResponse:
    """Write a note under the headings of a template."""
    chosen = template_get(template)
    language = get_language() or "en"

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, NoteForm)
        note_write(
            act=request.act, patient=patient, title=form.cleaned_data["title"], parts=form.parts, loinc=chosen.loinc,
            template=chosen.id, ticket=ticket,
        )  # fmt: skip
        return reverse("record:notes", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.NOTE, key=f"new:{chosen.id}", form=NoteForm, template="record/writing/note.html",
            title=word(chosen.name, language), back=reverse("record:notes", args=[patient]), save=save,
            said=gettext("The note is written."), initial={"title": word(chosen.name, language)},
            options={"headings": _headings(chosen, language)},
        ),
    )  # fmt: skip


def _headings(template: Template, language: str) -> list[tuple[str, str, int]]:
    return [(word(one.title, language), word(one.hint, language), one.lines) for one in template.sections]


@chart_form(tab="notes")
def note_edit(request: HttpRequest, patient: UUID, note: UUID) -> HttpResponse:
    """Amend a note: the old text stays one click away."""
    held = item_current(patient=patient, type="Composition", id=note)
    body = loads(held.body)
    parts = parts_of(body)
    headings = [(part.title, "", max(2, min(12, part.text.count("\n") + 2))) for part in parts]
    back = reverse("record:letter-view" if is_letter(body) else "record:notes",
                   args=[patient, note] if is_letter(body) else [patient])  # fmt: skip

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, NoteForm)
        note_amend(
            act=request.act, patient=patient, note=note, version=int(form.cleaned_data["version"] or 0),
            title=form.cleaned_data["title"], parts=form.parts, reason=form.cleaned_data["reason"], ticket=ticket,
        )  # fmt: skip
        return back

    return form_page(
        request,
        Writing(
            kind=DraftKind.LETTER if is_letter(body) else DraftKind.NOTE, key=str(note), form=NoteForm,
            template="record/writing/note.html", title=gettext("Amend: %(title)s") % {"title": note_read(body).title},
            back=back, save=save, said=gettext("The amendment is written; the old text stays in the history."),
            initial=_initial(body), version=str(held.version), clash=clash_of(type=held.type, id=note, read=_initial),
            options={"headings": headings or [("", "", 8)], "amends": True}, context={"amends": held},
        ),
    )  # fmt: skip


def _initial(body: Body) -> dict[str, str]:
    return parts_initial(note_read(body).title, parts_of(body))
