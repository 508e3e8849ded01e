"""Paper: a chart, a ward, blank forms, the copies in a folder, and the way back from paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, may, names_of, needs
from relight.record.forms.printing import ScheduleForm, WardFormsForm
from relight.record.selectors.paper_forms import forms_now
from relight.record.selectors.printing import numbers_waiting, paper_standing, runs_list
from relight.record.selectors.ward_pages import wards_choices
from relight.record.services.paper_forms import paper_number_void, ward_forms_print
from relight.record.services.print_schedule import print_schedule_now, print_schedule_set, print_schedule_stop
from relight.record.services.printing import chart_print, ward_print
from relight.record.views.patient import patient_page
from relight.ui.api import form_blame

RUNS_SHOWN = 60


@require_safe
@patient_page(Permission.RECORD_READ, reads=False)  # the service that prints notes the reading
def print_chart(request: HttpRequest, patient: UUID) -> HttpResponse:
    """One patient's chart as PDF."""
    return _pdf(chart_print(act=_act(request), patient=patient), filename="chart.pdf")


@require_safe
@needs(Permission.RECORD_READ)
def print_ward(request: HttpRequest, site: str, ward: str) -> HttpResponse:
    """A ward as PDF: census sheet, then every chart."""
    return _pdf(ward_print(act=_act(request), site=site, ward=ward), filename=f"{site}-{ward}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_IDENTITY)
def forms(request: HttpRequest) -> HttpResponse:
    """Blank forms of a ward: how many of each, then a PDF."""
    act, described = _act(request), forms_now()
    first = {"ward": request.GET.get("ward", "")}
    form = WardFormsForm(
        request.POST or None, act=act, described=described, wards=wards_choices(act=act), initial=first
    )
    if form.is_valid():
        site, _, ward = form.cleaned_data["ward"].partition("/")
        try:
            content = ward_forms_print(
                act=act, site=site, ward=ward, counts=form.counts(), language=form.cleaned_data["language"],
                with_numbers=form.cleaned_data["numbers"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            return _pdf(content, filename="forms.pdf")
    return render(request, "record/printing/forms.html", {"form": form})


@require_safe
@needs(Permission.SITUATION_READ)
def paper(request: HttpRequest) -> HttpResponse:
    """How old the paper copies are, what was printed, and what paper still holds."""
    return _paper(request)


@require_POST
@needs(Permission.RECORD_PRINT)
def paper_schedule(request: HttpRequest) -> HttpResponse:
    """Set the schedule."""
    act = _act(request)
    form = ScheduleForm(request.POST, wards=wards_choices(act=act), standing=paper_standing(at=act.at))
    if form.is_valid():
        said = form.cleaned_data
        try:
            print_schedule_set(
                act=act, folder=said["folder"], every_min=said["every"], wards=form.wanted(), keep=said["keep"],
                language=said["language"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The wards are printed there from now on, the first time at once."))
            return redirect("record:paper")
    return _paper(request, form=form)


@require_POST
@needs(Permission.RECORD_PRINT)
def paper_do(request: HttpRequest) -> HttpResponse:
    """Stop the schedule, or let it print now."""
    if "stop" in request.POST:
        print_schedule_stop(act=_act(request))
        messages.success(request, gettext("Stopped. What was printed stays in its folder."))
    else:
        print_schedule_now(act=_act(request))
        messages.success(request, gettext("It is printed within a minute."))
    return redirect("record:paper")


@require_POST
@needs(Permission.RECORD_IDENTITY)
def paper_void(request: HttpRequest) -> HttpResponse:
    """Say that a numbered form was thrown away."""
    paper_number_void(act=_act(request), number=request.POST.get("number", ""))
    messages.success(request, gettext("Noted: this number is never used."))
    return redirect("record:paper")


def _paper(request: HttpRequest, *, form: ScheduleForm | None = None) -> HttpResponse:
    act = _act(request)
    standing = paper_standing(at=act.at)
    runs = runs_list(limit=RUNS_SHOWN)
    context: dict[str, Any] = {"paper": standing, "runs": runs, "names": names_of({run.by for run in runs})}
    if may(act, Permission.RECORD_PRINT).allowed:
        choices = wards_choices(act=act)
        context["form"] = form or ScheduleForm(wards=choices, standing=standing)
    if may(act, Permission.RECORD_IDENTITY).allowed:
        sites = [word.removeprefix("site:") for word in act.scope if word.startswith("site:")]
        context |= {"waiting": numbers_waiting(sites=sites), "may_enter": True}
    return render(request, "record/printing/paper.html", context)


def _act(request: HttpRequest) -> Act:
    return request.act  # type: ignore[attr-defined,no-any-return] # set by people.middleware


def _pdf(content: bytes, *, filename: str) -> HttpResponse:
    """Answer with a PDF that the browser shows and keeps no copy of."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{filename}"', "Cache-Control": "no-store"},
    )
