"""Pages of the imports: the list with its upload, one import, a row to mend, the doubtful matches."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from relight.fleet.forms.imports import ConfirmForm, MendForm, UploadForm
from relight.fleet.selectors.imports import (
    aside_get,
    aside_line,
    doubt_count,
    doubt_lines,
    machines_of,
    run_get,
    run_lines,
    run_page,
    run_query,
)
from relight.fleet.selectors.offers import offer_page
from relight.fleet.services.imports import (
    OFFERED,
    WAITING,
    aside_leave_out,
    aside_mend,
    import_confirm,
    import_drop,
    import_offer,
)
from relight.fleet.services.progress import progress_read
from relight.fleet.types import Nature
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, needs
from relight.ui.api import Column, form_blame, table_read

RUN_COLUMNS = (
    Column(key="at", label=N_("When"), sort=("-at", "-id")),
    Column(key="file", label=N_("File"), sort=("filename", "id"), always=True),
    Column(key="format", label=N_("Format"), sort=("format", "-at")),
    Column(key="source", label=N_("Source"), sort=("source", "-at")),
    Column(key="status", label=N_("State"), sort=("status", "-at")),
    Column(key="new", label=N_("New"), numeric=True),
    Column(key="known", label=N_("Known"), numeric=True),
    Column(key="aside", label=N_("To mend"), numeric=True),
    Column(key="by", label=N_("By")),
)
MACHINE_COLUMNS = (
    Column(key="name", label=N_("Name"), sort=("name", "id"), always=True),
    Column(key="serial", label=N_("Serial number"), sort=("serial", "id")),
    Column(key="model", label=N_("Model"), sort=("model", "id")),
    Column(key="site", label=N_("Site"), sort=("site", "id")),
    Column(key="room", label=N_("Room"), sort=("room", "id")),
)


@needs(Permission.FLEET_READ)
def imports(request: HttpRequest) -> HttpResponse:
    """The list of imports, with the place to send a file."""
    return _list(request, UploadForm())


@needs(Permission.FLEET_IMPORT)
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file: it is looked at and offered, not imported yet."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = import_offer(act=request.act, content=file.read(), filename=file.name)
            return redirect("fleet:import", run=run)
        except RelightError as refusal:
            _blame(form, refusal, "file")
    return _list(request, form)


def _list(request: HttpRequest, form: UploadForm) -> HttpResponse:
    table = table_read(request.GET, columns=RUN_COLUMNS, sort="at")
    table = table.over(run_query().order_by(*table.order_by))
    context = {"form": form, "table": table, "lines": run_lines(table.rows), "doubts": doubt_count()}
    return render(request, "fleet/imports/list.html", context, status=400 if form.errors else 200)


@needs(Permission.FLEET_READ)
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """One import: what it is before it is confirmed, how far it is, what it brought."""
    row = run_get(run)
    if row.status == OFFERED:
        offer = offer_page(row)
        form = ConfirmForm(headers=offer.preview.headers, mapping=row.mapping, source=row.source)
        return render(request, "fleet/imports/offer.html", {"run": row, "offer": offer, "form": form})
    table = table_read(request.GET, columns=MACHINE_COLUMNS, sort="name")
    context = {
        "run": row,
        "page": run_page(row),
        "table": table.over(machines_of(row).order_by(*table.order_by)),
        "waiting": row.status == WAITING,
        "progress": progress_read(row.pk) if row.status == WAITING else None,
    }
    return render(request, "fleet/imports/run.html", context)


@needs(Permission.FLEET_IMPORT)
@require_POST
def confirm(request: HttpRequest, run: UUID) -> HttpResponse:
    """Have an offered file imported; with `again`, look at it under the columns chosen."""
    row = run_get(run)
    mapping = {
        key.removeprefix("column-"): str(value) for key, value in request.POST.items() if key.startswith("column-")
    }
    offer = offer_page(row, mapping=mapping if "again" in request.POST else None)
    form = ConfirmForm(request.POST, headers=offer.preview.headers, mapping=row.mapping, source=row.source)
    if form.is_valid() and "again" not in request.POST:
        try:
            import_confirm(
                act=request.act,
                run=run,
                mapping=form.mapping(),
                source_name=form.cleaned_data["source"],
                nature=Nature(form.cleaned_data["nature"]),
            )
            return redirect("fleet:import", run=run)
        except RelightError as refusal:
            _blame(form, refusal, "source" if refusal.where == "source" else "")
    context = {"run": row, "offer": offer, "form": form}
    return render(request, "fleet/imports/offer.html", context, status=400 if form.errors else 200)


@needs(Permission.FLEET_IMPORT)
@require_POST
def drop(request: HttpRequest, run: UUID) -> HttpResponse:
    """Leave an offered file aside without importing it."""
    import_drop(act=request.act, run=run)
    messages.info(request, gettext("Nothing was imported from this file."))
    return redirect("fleet:imports")


@needs(Permission.FLEET_IMPORT)
def aside(request: HttpRequest, run: UUID, aside: int) -> HttpResponse:
    """A row kept aside: mend it and try again, or decide to leave it out."""
    row = run_get(run)
    kept = aside_get(row, aside)
    form = MendForm(request.POST or None, initial={"text": kept.raw})
    if "leave_out" in request.POST:
        aside_leave_out(act=request.act, run=run, aside=aside)
        messages.info(request, gettext("The row is left out."))
        return redirect("fleet:import", run=run)
    if request.method == "POST" and form.is_valid():
        try:
            item = aside_mend(act=request.act, run=run, aside=aside, text=form.cleaned_data["text"])
            messages.success(request, gettext("The row went in."))
            return redirect("fleet:item", item=item)
        except RelightError as refusal:
            _blame(form, refusal, "text")
    context = {"run": row, "aside": aside_line(kept), "form": form, "headers": row.counts.get("headers", [])}
    return render(request, "fleet/imports/aside.html", context, status=400 if form.errors else 200)


@needs(Permission.FLEET_READ)
def doubts(request: HttpRequest) -> HttpResponse:
    """All doubtful matches that wait for somebody, both sides beside each other."""
    return render(request, "fleet/imports/doubts.html", {"doubts": doubt_lines(), "total": doubt_count()})


def _blame(form: BaseForm, refusal: RelightError, field: str) -> None:
    """Show a refusal at a field of the form, on top when it is about none."""
    refusal.where = field
    form_blame(form, refusal)
