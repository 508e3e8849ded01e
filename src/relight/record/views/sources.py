"""What the record was made of: sources, imports, what stayed aside, what leads nowhere; a file sent in."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.record.forms.bands import UploadForm
from relight.record.selectors.sources import (
    ASIDE_COLUMNS,
    aside_query,
    aside_views,
    run_lines,
    run_query,
    source_lines,
    upload_lines,
)
from relight.record.selectors.unresolved import unresolved_count, unresolved_list
from relight.record.services.audit import aside_get
from relight.record.services.uploads import upload_keep
from relight.record.types import SourceKind
from relight.ui.api import csv_response, form_blame, table_read

RUNS_SHOWN = 30
UNRESOLVED_SHOWN = 200


@require_safe
@needs(Permission.RECORD_IMPORT)
def sources(request: HttpRequest) -> HttpResponse:
    """Each source with its age and its counts; the imports; a file to send in."""
    return _page(request, UploadForm())


@require_POST
@needs(Permission.RECORD_IMPORT)
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file; the worker imports it."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_keep(
                act=request.act,
                filename=file.name,
                chunks=file.chunks(),
                source=form.cleaned_data["source"],
                kind=SourceKind(form.cleaned_data["kind"]),
                as_of=form.as_of_moment(),
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect("record:sources")
    return _page(request, form)


def _page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    lines = source_lines()
    uploads = upload_lines()
    context = {
        "form": form,
        "sources": lines,
        "uploads": uploads,
        "waiting": any(one.state == "waiting" for one in uploads),
        "runs": run_lines(list(run_query()[:RUNS_SHOWN])),
        "aside": sum(line.aside for line in lines),
        "unresolved": unresolved_count(),
    }
    return render(request, "record/wards/sources.html", context, status=400 if form.errors else 200)


@require_safe
@needs(Permission.RECORD_IMPORT)
def asides(request: HttpRequest) -> HttpResponseBase:
    """What could not be taken in, with its reason; the thing itself for who may export."""
    table = table_read(request.GET, columns=ASIDE_COLUMNS, sort="path")
    rows = aside_query()
    source = _uuid(request.GET.get("source", ""))
    if source is not None:
        rows = rows.filter(run__source=source)
    rows = rows.order_by(*table.order_by)
    if table.wants_csv:
        return csv_response(table, aside_views(list(rows)), filename="aside.csv")
    table = table.over(rows)
    return render(request, "record/wards/asides.html", {"table": table, "rows": aside_views(table.rows)})


@require_safe
@needs(Permission.RECORD_EXPORT)
def aside_file(request: HttpRequest, aside: int) -> HttpResponse:
    """One thing that stayed aside, as it came."""
    name, content = aside_get(act=request.act, aside=aside)
    response = HttpResponse(content, content_type="application/octet-stream")
    safe = "".join(c if c.isalnum() or c in "-._" else "_" for c in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@needs(Permission.RECORD_IMPORT)
def unresolved(request: HttpRequest) -> HttpResponse:
    """References that lead nowhere yet: to be found in the next import, or to be asked for."""
    total = unresolved_count()
    start = request.GET.get("from", "0")
    at = min(int(start), max(total - 1, 0)) if start.isdigit() and len(start) < 12 else 0  # noqa: PLR2004
    rows = [row.document() for row in unresolved_list(limit=UNRESOLVED_SHOWN, start=at)]
    following = at + UNRESOLVED_SHOWN if at + UNRESOLVED_SHOWN < total else None
    context = {"rows": rows, "total": total, "at": at, "following": following}
    return render(request, "record/wards/unresolved.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
