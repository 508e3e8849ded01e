"""Marking an item of a chart as entered in error: asked why, told what follows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from relight.kernel.errors import RelightError
from relight.people.api import Permission
from relight.record.forms.writing.lists import WhyForm
from relight.record.rules.canonical import loads
from relight.record.rules.chart.items import title_of
from relight.record.services.charting import item_error, item_of
from relight.record.views.patient import patient_page
from relight.ui.api import form_blame


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_WRITE, tab="everything")
def error(request: HttpRequest, patient: UUID, type: str, id: UUID) -> HttpResponse:
    """Mark an item as entered in error."""
    held = item_of(patient=patient, type=type, id=id)
    form = WhyForm(request.POST or None, initial={"patient": str(patient), "version": held.version})
    back = reverse("record:item", args=[patient, type, id])
    if request.method == "POST" and form.is_valid():
        try:
            item_error(
                act=request.act, patient=patient, type=type, id=id, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except RelightError as refusal:
            form_blame(form, refusal)
        else:
            messages.success(request, gettext("Marked as entered in error. It stays readable, struck through."))
            return redirect(back)
    context = {
        "form": form, "back": back, "title": gettext("Mark as entered in error"),
        "action": gettext("Mark as entered in error"), "subject": title_of(loads(held.body)),
        "consequences": [gettext("It counts no more; it stays in the chart, struck through, with your name.")],
    }  # fmt: skip
    return render(request, "record/writing/why.html", context)
