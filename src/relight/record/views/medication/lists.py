"""A patient's medicines, the search of a medicine as one types, stopping, signing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, may, needs
from relight.record import errors
from relight.record.forms.medication import ConfirmForm, StopForm
from relight.record.selectors.formulary import formulary_fault, formulary_now, is_own
from relight.record.selectors.medicine_words import language_now
from relight.record.selectors.medicines import medicine_get, medicines_read
from relight.record.selectors.store import resource_get
from relight.record.services.medication import (
    medicine_confirm,
    medicine_stop,
    medicine_stop_take,
    order_digest,
    prescribers,
)
from relight.record.views.patient import patient_of, patient_page
from relight.ui.api import form_blame

EDIT = require_http_methods(["GET", "HEAD", "POST"])
TYPED_LEAST = 2


@require_safe
@patient_page(Permission.RECORD_READ, tab="medicines")
def medicines(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What is given now, what was before the outage, what is over."""
    frame = patient_of(request)
    page = medicines_read(records=frame.records, at=request.act.at)
    fault = formulary_fault()
    context = {"page": page, "file_is_own": is_own(), "fault": fault.document(gettext)["error"] if fault else None}
    return render(request, "record/medication/medicines.html", context)


@require_safe
@needs(Permission.RECORD_READ)
def find(request: HttpRequest) -> HttpResponse:
    """Medicines whose name begins so, for the list below the field. Nothing of a patient comes or goes."""
    typed = request.GET.get("drug", "")[:80]
    language = language_now()
    drugs = formulary_now().find(typed, language=language) if len(typed.strip()) >= TYPED_LEAST else []
    found = [
        {"drug": drug, "name": drug.shown(language), "brands": ", ".join(drug.brands), "unit": drug.units[0]}
        for drug in drugs
    ]
    return render(request, "record/medication/parts/found.html", {"found": found, "typed": typed})


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def stop(request: HttpRequest, patient: UUID, medicine: UUID) -> HttpResponse:
    """Stop a medicine, with the reason; a nurse names who ordered it."""
    kind = request.POST.get("type") or request.GET.get("type", "MedicationRequest")
    kind = kind if kind in ("MedicationRequest", "MedicationStatement") else "MedicationRequest"
    view = medicine_get(patient=patient, id=medicine, type=kind, at=request.act.at)
    by_self = may(request.act, Permission.RECORD_PRESCRIBE).allowed
    names = [] if by_self else prescribers()
    form = StopForm(request.POST or None, prescribers=names, initial={"version": view.version, "type": kind})
    if form.is_valid():
        values = form.cleaned_data
        try:
            write = medicine_stop if by_self else medicine_stop_take
            write(act=request.act, patient=patient, id=medicine, **values)
        except RelightError as error:
            if error.code == errors.CONFLICT.code:
                form = StopForm(
                    prescribers=names, initial={"version": view.version, "type": kind, "reason": values["reason"]}
                )
                messages.warning(request, gettext("Somebody changed it meanwhile. Read it as it is now, then stop it."))
            else:
                form_blame(form, error)
        else:
            messages.success(request, gettext("Stopped."))
            return redirect("record:medicines", patient=patient)
    return render(request, "record/medication/stop.html", {"view": view, "form": form, "by_self": by_self})


@EDIT
@patient_page(Permission.RECORD_PRESCRIBE, tab="medicines")
def confirm(request: HttpRequest, patient: UUID, medicine: UUID) -> HttpResponse:
    """Sign an order that was taken by telephone."""
    view = medicine_get(patient=patient, id=medicine, at=request.act.at)
    digest = order_digest(resource_get(type="MedicationRequest", id=medicine))
    form = ConfirmForm(request.POST or None, initial={"digest": digest})
    if form.is_valid():
        try:
            medicine_confirm(act=request.act, patient=patient, id=medicine, **form.cleaned_data)
        except RelightError as error:
            if error.code == errors.ORDER_CHANGED.code:
                form = ConfirmForm(initial={"digest": digest})
                messages.warning(request, f"{error.message(gettext)} {error.next(gettext)}")
            else:
                form_blame(form, error)
        else:
            messages.success(request, gettext("Signed."))
            return redirect("record:medicines", patient=patient)
    return render(request, "record/medication/confirm.html", {"view": view, "form": form})
