"""The discharge letter: begun out of the chart, read as it will be printed, signed, printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission
from relight.record import errors
from relight.record.forms.writing.base import WritingForm
from relight.record.forms.writing.lists import SignForm
from relight.record.forms.writing.notes import NoteForm, parts_initial
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.letters import is_letter, letter_digest
from relight.record.selectors.letter_paper import letter_paper
from relight.record.selectors.letter_start import letter_headings, letter_parts, letter_title
from relight.record.selectors.notes import note_view
from relight.record.services.charting import item_of
from relight.record.services.letters import letter_sign, letter_write
from relight.record.types import Held, ResourceStatus
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.flow import Writing, chart_form, form_page
from relight.ui.api import form_blame


@chart_form(tab="notes", permission=Permission.RECORD_PRESCRIBE)
def letter(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Begin a discharge letter; nothing of it is anybody's word before it is signed."""
    frame = patient_of(request)

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, NoteForm)
        written = letter_write(
            act=request.act, patient=patient, title=form.cleaned_data["title"], parts=form.parts, ticket=ticket
        )
        return reverse("record:letter-view", args=[patient, written.resource])

    initial = parts_initial(letter_title(frame), letter_parts(frame)) if request.method != "POST" else {}
    return form_page(
        request,
        Writing(
            kind=DraftKind.LETTER, key="new", form=NoteForm, template="record/writing/note.html",
            title=gettext("Discharge letter"), back=reverse("record:notes", args=[patient]), save=save,
            said=gettext("The letter is laid down, not signed yet. Read it, then sign."), initial=initial,
            options={"headings": letter_headings()}, context={"is_letter": True},
        ),
    )  # fmt: skip


def _letter(patient: UUID, letter: UUID) -> Held:
    held = item_of(patient=patient, type="Composition", id=letter)
    if not is_letter(loads(held.body)):
        raise errors.NOT_IN_CHART.error(where="Composition", type="Composition")
    return held


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_READ, tab="notes")
def letter_view(request: HttpRequest, patient: UUID, letter: UUID) -> HttpResponse:
    """Read a letter as it will be printed, and sign it."""
    frame = patient_of(request)
    held = _letter(patient, letter)
    digest = letter_digest(loads(held.body))
    form = SignForm(
        request.POST or None, initial={"patient": str(patient), "version": held.version, "digest": digest}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            letter_sign(
                act=request.act, patient=patient, letter=letter, version=data["version"], digest=data["digest"],
                password=data["password"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Signed. It can be printed and sent."))
            return redirect("record:letter-view", patient=patient, letter=letter)
    view = note_view(held, actor=request.act.actor, zero=frame.day_zero)
    return render(
        request, "record/writing/letter.html",
        {"letter": view, "form": form, "digest": digest, "is_error": held.status is ResourceStatus.ERROR},
    )  # fmt: skip


@require_safe
@patient_page(Permission.RECORD_READ, tab="notes")
def letter_pdf(request: HttpRequest, patient: UUID, letter: UUID) -> HttpResponse:
    """A letter on paper; one that is not signed says so across every page."""
    held = _letter(patient, letter)
    content = letter_paper(frame=patient_of(request), held=held)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="letter.pdf"'}
    )
