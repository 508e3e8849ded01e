"""Quality control: all links, one link's controls, one control's chart; targets and notes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.qc import NoteForm, TargetForm, TargetsFileForm
from relight.lab.selectors.qc_page import link_controls, overview_rows, series_page
from relight.lab.services.qc import TargetGiven, qc_note, qc_targets_set, targets_read
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@require_safe
@needs(Permission.LAB_READ)
def qc(request: HttpRequest) -> HttpResponse:
    """Every link's controls in one list: what is out stands on top."""
    return render(request, "lab/qc.html", {"rows": overview_rows()})


@require_safe
@needs(Permission.LAB_READ)
def link_qc(request: HttpRequest, link: str) -> HttpResponse:
    """One link's controls and their targets."""
    return _link(request, link)


def _link(
    request: HttpRequest, link: str, *, status: int = 200, target: Form | None = None, file: Form | None = None
) -> HttpResponse:
    context = {
        "page": link_controls(link, at=request.act.at),  # type: ignore[attr-defined] # set by people.middleware
        "target": target or TargetForm(),
        "file": file or TargetsFileForm(),
        "wrong": target or file,
    }
    return render(request, "lab/link_qc.html", context, status=status)


@require_POST
@needs(Permission.LAB_QC)
def target_set(request: HttpRequest, link: str) -> HttpResponse:
    """Set one target."""
    form = TargetForm(request.POST)
    if form.is_valid():
        try:
            qc_targets_set(act=request.act, link=link, targets=[TargetGiven(**form.cleaned_data)])  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The target is set. Points from now on are judged by it."))
            return redirect("lab:link-qc", link)
    return _link(request, link, status=422, target=form)


@require_POST
@needs(Permission.LAB_QC)
def targets_file(request: HttpRequest, link: str) -> HttpResponse:
    """Set targets from a file: all of them or none."""
    form = TargetsFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            given = targets_read(form.cleaned_data["file"].read())
            count = qc_targets_set(act=request.act, link=link, targets=given)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("{count} targets are set.").format(count=count))
            return redirect("lab:link-qc", link)
    return _link(request, link, status=422, file=form)


@require_safe
@needs(Permission.LAB_READ)
def series(request: HttpRequest, link: str, target: UUID) -> HttpResponse:
    """One control's chart and points."""
    return _series(request, link, target)


def _series(request: HttpRequest, link: str, target: UUID, *, wrong: Form | None = None) -> HttpResponse:
    page = series_page(link=link, target=target)
    context = {"page": page, "form": wrong or NoteForm(), "wrong": wrong}
    return render(request, "lab/series.html", context, status=422 if wrong else 200)


@require_POST
@needs(Permission.LAB_QC)
def note(request: HttpRequest, link: str, target: UUID, point: UUID) -> HttpResponse:
    """Write what was done about a point."""
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            qc_note(act=request.act, link=link, point=point, note=form.cleaned_data["note"])  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            words = gettext("Noted. The test opens again with the next control in range.")
            messages.success(request, words)
            return redirect("lab:series", link, target)
    return _series(request, link, target, wrong=form)
