"""Documents of a patient: the list, one of them, and the bytes of its files, served so that nothing in them runs."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.people.api import Permission
from relight.record.rules.chart.documents import MEDIA_TYPES, SUFFIXES, Sort
from relight.record.selectors.chart_documents import document_bytes, document_list, document_page
from relight.record.views.patient import patient_of, patient_page

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


@require_safe
@patient_page(Permission.RECORD_READ, tab="documents")
def documents(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The documents of a patient, the latest first."""
    frame = patient_of(request)
    page = document_list(records=frame.records, zero=frame.day_zero)
    return render(request, "record/chart/documents.html", {"page": page})


@require_safe
@csp_update({"frame-src": [SELF]})
@patient_page(Permission.RECORD_READ, tab="documents")
def document(request: HttpRequest, patient: UUID, type: str, id: UUID) -> HttpResponse:
    """One document: its files inside the page, or as text, or to be downloaded."""
    frame = patient_of(request)
    page = document_page(records=frame.records, type=type, id=id, zero=frame.day_zero)
    return render(request, "record/chart/document.html", {"page": page})


@require_safe
@patient_page(Permission.RECORD_READ, tab="documents")
def document_file(request: HttpRequest, patient: UUID, type: str, id: UUID, place: int) -> HttpResponse:
    """The bytes of a file, as what they are and never as what they say.

    Text and markup go out as plain text, unknown kinds to be saved. Sandboxed all but PDF, which a browser's own
    viewer refuses to show in a sandbox: PDF is only what begins as one, and is never read as a page.
    """
    frame = patient_of(request)
    _, sort, content = document_bytes(records=frame.records, type=type, id=id, place=place, zero=frame.day_zero)
    response = HttpResponse(content, content_type=MEDIA_TYPES[sort])
    saved = "download" in request.GET or sort is Sort.OTHER
    name = f"document-{str(id)[-6:]}-{place + 1}.{SUFFIXES[sort]}"
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = POLICY if sort is Sort.PDF else f"{POLICY}; sandbox"
    return response
