"""A document put into a chart: a file, or a picture taken with the telephone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from relight.record import errors
from relight.record.forms.writing.base import WritingForm
from relight.record.forms.writing.lists import DocumentForm
from relight.record.rules.documents import LIMIT_BYTES, Kind
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.services.documents import document_add
from relight.record.views.writing.flow import Writing, chart_form, form_page


@chart_form(tab="documents")
def document_new(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Put a file into the chart; what it is, is judged by its content."""

    def save(form: WritingForm, ticket: Ticket) -> str:
        data = form.cleaned_data
        if data["file"].size > LIMIT_BYTES:
            raise errors.FILE_TOO_LARGE.error(where="file", limit=LIMIT_BYTES // 1024**2)
        document_add(
            act=request.act, patient=patient, data=data["file"].read(), kind=Kind(data["kind"]), title=data["title"],
            taken=data["taken"], ticket=ticket,
        )  # fmt: skip
        return reverse("record:documents", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.DOCUMENT, key="new", form=DocumentForm, template="record/writing/document_new.html",
            title=gettext("Put a document into the chart"), back=reverse("record:documents", args=[patient]),
            save=save, said=gettext("The document is in the chart."),
        ),
    )  # fmt: skip
