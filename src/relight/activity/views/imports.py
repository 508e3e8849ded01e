"""Imports of appointments: a file looked at, confirmed, followed; rows that were kept aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.activity.forms.imports import ConfirmForm, SettleForm, UploadForm, mapping_of, options_of
from relight.activity.models import AppointmentSource, AppointmentUpload
from relight.activity.rules.uploads import UploadState
from relight.activity.selectors.appointments import options_now
from relight.activity.selectors.import_pages import (
    aside_line,
    aside_lines,
    asides_of,
    offer_page,
    source_get,
    source_lines,
    upload_get,
    upload_lines,
)
from relight.activity.selectors.names import names_now
from relight.activity.services.imports import aside_settle
from relight.activity.services.seen import seen
from relight.activity.services.uploads import upload_confirm, upload_drop, upload_offer
from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, needs
from relight.ui.api import Column, form_blame, table_read

FILES = (
    Column(key="at", label=N_("Sent in")),
    Column(key="file", label=N_("File"), always=True),
    Column(key="source", label=N_("Source")),
    Column(key="state", label=N_("State")),
    Column(key="new", label=N_("New"), numeric=True),
    Column(key="changed", label=N_("Changed"), numeric=True),
    Column(key="aside", label=N_("Kept aside"), numeric=True),
    Column(key="by", label=N_("By")),
)
ASIDES = (
    Column(key="line", label=N_("Line"), always=True),
    Column(key="why", label=N_("Why")),
    Column(key="text", label=N_("The row as it came")),
    Column(key="at", label=N_("Since")),
)


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


@require_safe
@needs(Permission.ACTIVITY_IMPORT)
def imports(request: HttpRequest) -> HttpResponse:
    """What was sent in, and the sources with what came of them."""
    return _imports(request, UploadForm())


def _imports(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    table = table_read(request.GET, columns=FILES, sort="at").over(AppointmentUpload.objects.all())
    context = {"form": form, "sources": source_lines(), "table": table, "lines": upload_lines(table.rows)}
    return render(request, "activity/imports.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_IMPORT)
def import_upload(request: HttpRequest) -> HttpResponse:
    """Look at a file; nothing of it is imported yet."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = upload_offer(act=_act(request), filename=file.name, chunks=file.chunks())
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect("activity:import", upload)
    return _imports(request, form, status=422)


@require_safe
@needs(Permission.ACTIVITY_IMPORT)
def import_one(request: HttpRequest, upload: UUID) -> HttpResponse:
    """One file: what was understood while it waits to be confirmed, then how it goes and what it brought."""
    row = upload_get(upload)
    if row.state == UploadState.OFFERED.value:
        return _offer(request, row, mapping=None, options={}, form=None)
    line = upload_lines([row])[0]
    return render(request, "activity/import.html", {"line": line, "stats": _brought(row)})


def _offer(
    request: HttpRequest,
    row: AppointmentUpload,
    *,
    mapping: Mapping[str, str] | None,
    options: Mapping[str, str],
    form: ConfirmForm | None,
    status: int = 200,
) -> HttpResponse:
    guess = options_now({}, {})
    asked = options_now(options, mapping or {}) if mapping is not None or options else guess
    offer = offer_page(row, names_now(), asked=asked, guess=guess)
    seen(act=_act(request), subject=f"upload:{row.pk}", what="offer", count=len(offer.rows))
    form = form or ConfirmForm(
        headers=offer.headers, mapping=offer.mapping, initial={"source": row.filename.rsplit(".", 1)[0]}
    )
    context = {"line": upload_lines([row])[0], "offer": offer, "form": form}
    return render(request, "activity/import_offer.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_IMPORT)
def import_confirm(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Have a file imported as it was understood, or look at it again with other columns."""
    row = upload_get(upload)
    if row.state != UploadState.OFFERED.value:
        return redirect("activity:import", upload)
    mapping, options = mapping_of(request.POST.dict()), options_of(request.POST.dict())
    headers = offer_page(row, names_now(), asked=options_now({}, {}), guess=options_now({}, {})).headers
    form = ConfirmForm(request.POST, headers=headers, mapping=mapping, initial={})
    if "again" in request.POST:
        return _offer(request, row, mapping=mapping, options=options, form=form)
    if form.is_valid():
        try:
            upload_confirm(
                act=_act(request),
                upload=upload,
                source=form.cleaned_data["source"],
                mapping={column: header for column, header in mapping.items() if header},
                options=options,
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect("activity:import", upload)
    return _offer(request, row, mapping=mapping, options=options, form=form, status=422)


@require_POST
@needs(Permission.ACTIVITY_IMPORT)
def import_drop(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Leave a file out without importing it."""
    upload_drop(act=_act(request), upload=upload)
    messages.success(request, gettext("Left out. Nothing of it was imported, and the file is taken away."))
    return redirect("activity:imports")


def _brought(row: AppointmentUpload) -> list[dict[str, Any]]:
    """What an import brought, each count with its definition."""
    if row.state != UploadState.DONE.value:
        return []
    words = (
        ("added", gettext("new"), gettext("Not here before; decided at once when a policy is in force.")),
        ("changed", gettext("changed"), gettext("Here before, otherwise now; decided anew.")),
        ("known", gettext("unchanged"), ""),
        ("withdrawn", gettext("withdrawn"), gettext("Cancelled or over in the system they come from.")),
        ("aside", gettext("kept aside"), gettext("Rows that could not be read as an appointment.")),
        ("undecided", gettext("undecided"), gettext("They came before any policy was in force.")),
    )
    return [
        {
            "value": row.report.get(key, 0),
            "label": label,
            "definition": definition,
            "href": "",
            "state": "degraded" if key in ("aside", "undecided") and row.report.get(key) else "",
        }
        for key, label, definition in words
    ]


@require_safe
@needs(Permission.ACTIVITY_IMPORT)
def asides(request: HttpRequest, source: UUID) -> HttpResponse:
    """The rows of a source that could not be read."""
    row: AppointmentSource = source_get(source)
    table = table_read(request.GET, columns=ASIDES, sort="line").over(asides_of(row))
    rows = aside_lines(table.rows)
    seen(act=_act(request), subject=f"source:{row.pk}", what="asides", count=len(rows))
    return render(request, "activity/asides.html", {"source": row, "table": table, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_IMPORT)
def aside(request: HttpRequest, aside: UUID) -> HttpResponse:
    """One row kept aside: why, and the word of who leaves it out."""
    form = SettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            aside_settle(act=_act(request), aside=aside, note=form.cleaned_data["note"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("It stays out. Your reason is kept with it."))
            return redirect("activity:asides", aside_line(aside).source_id)
    line = aside_line(aside)
    seen(act=_act(request), subject=f"aside:{aside}", what="aside")
    context = {"one": line, "settle": form}
    return render(request, "activity/aside.html", context, status=422 if form.errors else 200)
