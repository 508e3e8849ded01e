"""Passports: a scanned one judged, labels printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from relight.fleet.forms.passports import PassportForm, SheetForm
from relight.fleet.selectors.passports import passport_judge, passport_said
from relight.fleet.services.labels import label_sheet
from relight.fleet.views.batch import chosen_items
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs


@needs(Permission.FLEET_READ)
def check(request: HttpRequest) -> HttpResponse:
    """Judge the passport whose code was scanned: valid, expired, revoked, altered, of an unknown key."""
    form = PassportForm(request.POST or None)
    said = None
    if form.is_valid():
        try:
            said = passport_said(passport_judge(form.cleaned_data["token"], at=request.act.at))
        except RelightError as error:
            form.add_error("token", f"{error.message(gettext)} {error.next(gettext)}")
    return render(request, "fleet/passport_check.html", {"form": form, "said": said})


@needs(Permission.LINE_MOVE)
def labels(request: HttpRequest) -> HttpResponse:
    """Print the labels of the chosen items; those without a passport have none."""
    source = request.POST if request.method == "POST" else request.GET
    pdf, _ = label_sheet(act=request.act, items=chosen_items(request), sheet=SheetForm(source).sheet())
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="labels.pdf"'
    return response
