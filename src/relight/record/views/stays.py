"""Admitting, moving and discharging a patient; their wristband and labels."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from relight.kernel.errors import RelightError
from relight.paper.labels import Sheet
from relight.people.api import Permission
from relight.record import errors
from relight.record.forms.bands import BandForm
from relight.record.forms.patients import AdmitForm, DischargeForm, TransferForm
from relight.record.rules.places import StayKind
from relight.record.selectors.ward_pages import ward_default
from relight.record.services.bands import patient_labels_print, wristbands_print
from relight.record.services.stays import patient_admit, patient_discharge, patient_transfer
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.patients import EDIT
from relight.record.views.wards import pdf_response
from relight.ui.api import form_blame


def bed_blame(form: AdmitForm | TransferForm, error: RelightError) -> None:
    """Show a refusal at its field; a taken bed at the bed, a ward that is none at the ward."""
    if error.code == errors.BED_TAKEN.code:
        form.add_error("bed", f"{error.message(gettext)} {error.next(gettext)}")
    elif error.where == "place":
        form.add_error("ward", f"{error.message(gettext)} {error.next(gettext)}")
    else:
        form_blame(form, error)


@EDIT
@patient_page(Permission.RECORD_IDENTITY)
def admit(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Admit a patient who is not in the house; one who is, is moved."""
    frame = patient_of(request)
    if frame.whereabouts and request.method != "POST":
        return redirect("record:transfer", patient=patient)
    here = getattr(request, "workstation", None)
    site, ward = (here.site, here.service) if here is not None else ("", "")
    initial = {"ward": ward_default(act=request.act, site=site, ward=ward)}
    form = AdmitForm(request.POST or None, act=request.act, deceased=frame.face.is_deceased, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            patient_admit(
                act=request.act,
                patient=patient,
                place=form.place(),
                kind=StayKind(said["kind"]),
                at=said["at"],
                reason=said["reason"],
                checked=bool(said.get("checked")),
            )
        except RelightError as error:
            bed_blame(form, error)
        else:
            messages.success(request, gettext("Admitted."))
            return redirect("record:chart", patient=patient)
    return render(request, "record/wards/admit.html", {"form": form})


@EDIT
@patient_page(Permission.RECORD_IDENTITY)
def transfer(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Move a patient to another bed or ward; one who is not in the house is admitted."""
    stays = patient_of(request).whereabouts
    if not stays and request.method != "POST":
        return redirect("record:admit", patient=patient)
    initial: dict[str, Any] = {"ward": f"{stays[0].site}/{stays[0].ward}"} if stays and stays[0].ward else {}
    form = TransferForm(request.POST or None, act=request.act, initial=initial)
    if form.is_valid():
        try:
            patient_transfer(act=request.act, patient=patient, place=form.place(), at=form.cleaned_data["at"])
        except RelightError as error:
            bed_blame(form, error)
        else:
            messages.success(request, gettext("Moved."))
            return redirect("record:chart", patient=patient)
    return render(request, "record/wards/transfer.html", {"form": form, "stays": stays})


@EDIT
@patient_page(Permission.RECORD_IDENTITY)
def discharge(request: HttpRequest, patient: UUID) -> HttpResponse:
    """End a patient's stay, after saying what follows from it."""
    stays = patient_of(request).whereabouts
    form = DischargeForm(request.POST or None)
    if form.is_valid():
        try:
            patient_discharge(act=request.act, patient=patient, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Discharged. The record stays open to this ward for seven days."))
            site, ward = (stays[0].site, stays[0].ward) if stays else ("", "")
            return redirect("record:ward", site=site, ward=ward) if site and ward else redirect("record:wards")
    return render(request, "record/wards/discharge.html", {"form": form, "stays": stays})


@EDIT
@patient_page(Permission.RECORD_IDENTITY, tab="wristband")
def wristband(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Print the wristband, or labels; a number is given to who has none."""
    form = BandForm(request.POST or None)
    if form.is_valid():
        said, stays = form.cleaned_data, patient_of(request).whereabouts
        site, sheet = (stays[0].site if stays else ""), Sheet(said["paper"])
        if said["what"] == "labels":
            pdf = patient_labels_print(
                act=request.act, patients=[patient], sheet=sheet, copies=said["copies"] or 1, site=site
            )
            return pdf_response(pdf, filename="labels.pdf")
        return pdf_response(
            wristbands_print(act=request.act, patients=[patient], sheet=sheet, site=site), filename="wristband.pdf"
        )
    return render(request, "record/wards/wristband.html", {"form": form})
