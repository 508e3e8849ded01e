"""Requests of a patient: the list with its answers; asking the laboratory, imaging, others; cancelling; tube labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, may, names_of
from relight.record import errors
from relight.record.forms.requests import ImagingForm, LabelSheetForm, LaboratoryForm, OtherForm, RequestCancelForm
from relight.record.forms.writing.base import WritingForm
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.medication.imaging import imaging_name, imaging_note
from relight.record.rules.places import Place
from relight.record.rules.requests import Category, NewRequests, Priority, Wanted
from relight.record.selectors.request_pages import contrast_allergies, request_view, requests_read
from relight.record.services.request_labels import order_of, request_labels_print
from relight.record.services.requests import requests_cancel, requests_make
from relight.record.views.medication.lists import EDIT
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.wards import pdf_response
from relight.record.views.writing.flow import Writing, form_page, keep_unsigned
from relight.ui.api import form_blame


@require_safe
@patient_page(Permission.RECORD_READ, tab="requests")
def requests(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What was asked for this patient, where it stands, what came back."""
    groups = requests_read(patient=patient, records=patient_of(request).records)
    return render(request, "record/medication/requests.html", {"groups": groups})


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="requests")
def laboratory(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Ask the laboratory for tests."""

    def asked(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "tests": values["wanted"], "category": Category.LABORATORY, "sample": values["sample"],
            "taken_at": values["taken_at"], "note": values["note"], "reason": values["reason"],
        }  # fmt: skip

    return _page(
        request, patient, kind="laboratory", form=LaboratoryForm, title=gettext("Ask the laboratory"), asked=asked
    )


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="requests")
def imaging(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Ask for an image."""

    def asked(values: Mapping[str, Any]) -> dict[str, Any]:
        one = values["imaging"]
        return {
            "tests": (Wanted(loinc="", name=imaging_name(one, translate=gettext)),), "category": Category.IMAGING,
            "note": imaging_note(one, translate=gettext), "reason": one.question,
        }  # fmt: skip

    context = {"contrast_allergies": contrast_allergies(records=patient_of(request).records)}
    return _page(
        request, patient, kind="imaging", form=ImagingForm, title=gettext("Ask for an image"), asked=asked,
        context=context,
    )  # fmt: skip


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="requests")
def other(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Ask for anything else: an opinion, physiotherapy, an ECG."""

    def asked(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "tests": (Wanted(loinc="", name=values["what"]),), "category": Category.OTHER, "note": values["note"],
            "reason": values["question"],
        }  # fmt: skip

    return _page(request, patient, kind="other", form=OtherForm, title=gettext("Another request"), asked=asked)


for _view in (laboratory, imaging, other):
    _view.unsigned = keep_unsigned  # type: ignore[attr-defined] # a form sent after the session ended is kept


def _page(
    request: HttpRequest,
    patient: UUID,
    *,
    kind: str,
    form: type[WritingForm],
    title: str,
    asked: Callable[[Mapping[str, Any]], dict[str, Any]],
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer one of the three forms. Args: asked: the cleaned fields as what `NewRequests` takes."""
    back = reverse("record:requests", args=[patient])
    me = names_of([request.act.actor]).get(request.act.actor, "")
    initial = {"prescriber": me} if may(request.act, Permission.RECORD_PRESCRIBE).allowed else {}

    def save(filled: Any, ticket: Ticket) -> str:
        values = filled.cleaned_data
        new = NewRequests(
            patient=patient, place=_place(request), prescriber=values["prescriber"],
            priority=Priority(values["priority"]), **asked(values),
        )  # fmt: skip
        made = requests_make(act=request.act, new=new, ticket=ticket)
        if made.sample:
            href = reverse("record:request-labels", args=[patient, made.order])
            said = gettext("Asked. Sample number %(sample)s.") % {"sample": made.sample}
            link = format_html('{} <a href="{}">{}</a>', said, href, gettext("Print the tube labels"))
            messages.success(request, link)
        else:
            messages.success(request, gettext("Asked."))
        return back

    return form_page(
        request,
        Writing(
            kind=DraftKind.REQUEST, key=f"new:{kind}", form=form, template=f"record/medication/request_{kind}.html",
            title=title, back=back, save=save, initial=initial, context={"kind": kind, **(context or {})},
        ),
    )  # fmt: skip


def _place(request: HttpRequest) -> Place | None:
    """Return where the patient lies, for whoever brings the answer."""
    for stay in patient_of(request).whereabouts:
        if stay.site and stay.ward:
            return Place(site=stay.site, ward=stay.ward, bed=stay.bed, name=stay.shown.split(",")[0])
    return None


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="requests")
def cancel(request: HttpRequest, patient: UUID, order: UUID) -> HttpResponse:
    """Cancel what is still open of an order, with the reason."""
    held = order_of(patient=patient, order=order)
    form = RequestCancelForm(request.POST or None)
    if form.is_valid():
        try:
            count = requests_cancel(act=request.act, order=order, seen=_seen(request), **form.cleaned_data)
        except RelightError as error:
            if error.code == errors.CONFLICT.code:
                messages.warning(request, gettext("It changed meanwhile. Look at it as it is now, then cancel."))
            else:
                form_blame(form, error)
        else:
            said = ngettext("%(count)d request cancelled.", "%(count)d requests cancelled.", count)
            messages.success(request, said % {"count": count})
            return redirect("record:requests", patient=patient)
    return render(
        request, "record/medication/cancel.html", {"one": request_view(held, by=held.prescriber), "form": form}
    )


def _seen(request: HttpRequest) -> dict[UUID, int]:
    """Return the versions the page showed; what is no such pair is left out, and then cancelled as it is."""
    found = {}
    for text in request.POST.getlist("seen"):
        key, _, version = text.partition(":")
        try:
            found[UUID(key)] = int(version)
        except ValueError:
            continue
    return found


@require_safe
@patient_page(Permission.RECORD_WRITE, tab="requests", reads=False)
def labels(request: HttpRequest, patient: UUID, order: UUID) -> HttpResponse:
    """The tube labels of a request, as a PDF."""
    sheet = LabelSheetForm(request.GET).sheet()
    pdf = request_labels_print(act=request.act, patient=patient, order=order, sheet=sheet)
    return pdf_response(pdf, filename="labels.pdf")
