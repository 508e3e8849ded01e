"""Results: the list, one patient, validation; result sheets of wards; calls about critical values."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.orders import FindForm
from relight.lab.forms.results import AttemptForm, ReadBackForm, ResultFilterForm, SheetMakeForm, WithdrawForm
from relight.lab.rules.calls import Attempt
from relight.lab.selectors.calls import call_get, call_query, call_views
from relight.lab.selectors.result_pages import COLUMNS, patient_context, result_rows, sheets_page
from relight.lab.selectors.results import patient_page, report_of_sample, report_query
from relight.lab.services.calls import call_attempt, call_close, call_withdraw
from relight.lab.services.seen import seen
from relight.lab.services.sheets import sheet_confirm, sheet_drop, sheet_make, sheet_pdf
from relight.lab.services.validation import reports_validate
from relight.lab.views.orders import pdf_response
from relight.people.api import Permission, names_of, needs
from relight.ui.api import form_blame, table_read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
FOUND_AT_MOST = 50
CLOSED_SHOWN = 20


@require_safe
@needs(Permission.LAB_RESULTS)
def results(request: HttpRequest) -> HttpResponse:
    """Reports of results, newest first; filters stand in the address, patients never do."""
    form = ResultFilterForm(request.GET)
    table = table_read(request.GET, columns=COLUMNS, sort="-made")
    table = table.over(report_query(**form.wanted()).order_by(*table.order_by, "pk"))
    rows = result_rows(table.rows)
    seen(act=request.act, subject="lab:results", what="results", count=len(rows))
    context = {"table": table, "rows": rows, "form": form, "find": FindForm(), "filtered": bool(form.wanted())}
    return render(request, "lab/results.html", context)


@require_POST
@needs(Permission.LAB_RESULTS)
def result_find(request: HttpRequest) -> HttpResponse:
    """A scanned sample opens its patient's results; a name lists the reports that bear it."""
    form = FindForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = report_of_sample(text) if text else None
    if found is not None:
        return redirect("lab:patient", key=found)
    table = table_read(request.GET, columns=COLUMNS, sort="-made", page_size=FOUND_AT_MOST)
    query = report_query(text=text) if text else report_query().none()
    table = table.over(query.order_by("-made_at", "pk"))
    rows = result_rows(table.rows)
    seen(act=request.act, subject="lab:results", what="results", count=len(rows))
    context = {"table": table, "rows": rows, "find": form, "found": True, "form": ResultFilterForm({})}
    return render(request, "lab/results.html", context)


@require_safe
@needs(Permission.LAB_RESULTS)
def patient(request: HttpRequest, key: UUID) -> HttpResponse:
    """One patient's results by sample, with what was corrected and what still waits."""
    page = patient_page(key)
    seen(act=request.act, subject=f"order:{key}", what="patient-results")
    return render(request, "lab/patient.html", {"key": key, **patient_context(page)})


@require_POST
@needs(Permission.LAB_VALIDATE)
def validate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stand for the reports that were ticked, as they were shown."""
    shown = {}
    for word in request.POST.getlist("reports"):
        report, _, digest = word.partition(":")
        try:
            shown[UUID(report)] = digest
        except ValueError:
            continue
    answer = reports_validate(act=request.act, shown=shown) if shown else None
    done = len(answer.done) if answer else 0
    if done:
        said = ngettext("%(count)d report validated.", "%(count)d reports validated.", done)
        messages.success(request, said % {"count": done})
    else:
        messages.warning(request, gettext("Nothing was validated."))
    for one in answer.refused if answer else ():
        messages.warning(request, f"{one.refusal.message(gettext)} {one.refusal.next(gettext)}")
    return redirect("lab:patient", key=key)


# -- result sheets ----------------------------------------------------------------------------------


@require_safe
@needs(Permission.LAB_RESULTS)
def sheets(request: HttpRequest) -> HttpResponse:
    """Which wards have results to print, and what was printed."""
    return render(request, "lab/sheets.html", {"page": sheets_page(), "form": SheetMakeForm(auto_id="since_%s")})


@require_POST
@needs(Permission.LAB_RESULTS)
def sheet_new(request: HttpRequest) -> HttpResponse:
    """Make the sheet of one ward and show it."""
    form = SheetMakeForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        made = sheet_make(act=request.act, site=values["site"], ward=values["ward"], since=values["since"])
        return redirect("lab:sheet-pdf", sheet=made)
    messages.error(request, gettext("This time cannot be read; nothing was printed."))
    return redirect("lab:sheets")


@require_safe
@needs(Permission.LAB_RESULTS)
def sheet_file(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """A sheet as it was made."""
    return pdf_response(sheet_pdf(act=request.act, sheet=sheet), filename="results.pdf")


@require_POST
@needs(Permission.LAB_RESULTS)
def sheet_done(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Say whether a sheet came out of the printer."""
    if "drop" in request.POST:
        sheet_drop(act=request.act, sheet=sheet)
        messages.success(request, gettext("Dropped: its results are to be printed again."))
    else:
        sheet_confirm(act=request.act, sheet=sheet)
        messages.success(request, gettext("Noted as printed."))
    return redirect("lab:sheets")


# -- calls ------------------------------------------------------------------------------------------


@require_safe
@needs(Permission.LAB_RESULTS)
def calls(request: HttpRequest) -> HttpResponse:
    """Critical values somebody must be told of, longest first; those told last below."""
    table = table_read(request.GET, columns=(), sort="")
    table = table.over(call_query(closed=False))
    at = request.act.at
    waiting, told = call_views(table.rows, at=at), call_views(list(call_query(closed=True)[:CLOSED_SHOWN]), at=at)
    actors = {one.closed_by for one in told} | {a.by for one in waiting for a in one.attempts}
    seen(act=request.act, subject="lab:calls", what="calls", count=len(waiting) + len(told))
    context = {"waiting": waiting, "told": told, "names": names_of(actors), "table": table}
    return render(request, "lab/calls.html", context)


@require_safe
@needs(Permission.LAB_RESULTS)
def call(request: HttpRequest, call: UUID) -> HttpResponse:
    """One call."""
    return _call(request, call)


@require_POST
@needs(Permission.LAB_VALIDATE)
def call_tried(request: HttpRequest, call: UUID) -> HttpResponse:
    """Note an attempt."""
    form = AttemptForm(request.POST)
    if form.is_valid():
        try:
            outcome = Attempt(form.cleaned_data["outcome"])
            call_attempt(act=request.act, call=call, outcome=outcome, note=form.cleaned_data["note"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Noted. The call stays open."))
            return redirect("lab:calls")
    return _call(request, call, attempt=form)


@require_POST
@needs(Permission.LAB_VALIDATE)
def call_made(request: HttpRequest, call: UUID) -> HttpResponse:
    """Close a call with its read-back."""
    form = ReadBackForm(request.POST)
    if form.is_valid():
        try:
            call_close(act=request.act, call=call, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Told and read back: the call is closed."))
            return redirect("lab:calls")
    return _call(request, call, made=form)


@require_POST
@needs(Permission.LAB_VALIDATE)
def call_void(request: HttpRequest, call: UUID) -> HttpResponse:
    """Close a call nobody has to make."""
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            call_withdraw(act=request.act, call=call, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Closed: nobody has to be called."))
            return redirect("lab:calls")
    return _call(request, call, void=form)


def _call(
    request: HttpRequest,
    call: UUID,
    *,
    attempt: AttemptForm | None = None,
    made: ReadBackForm | None = None,
    void: WithdrawForm | None = None,
) -> HttpResponse:
    view = call_get(call, at=request.act.at)
    seen(act=request.act, subject=f"call:{call}", what="call")
    names = names_of({one.by for one in view.attempts} | ({view.closed_by} - {""}))
    context = {
        "call": view,
        "person": view.order,
        "names": names,
        "attempt": attempt or AttemptForm(auto_id="attempt_%s"),
        "made": made or ReadBackForm(),
        "void": void or WithdrawForm(auto_id="void_%s"),
    }
    return render(request, "lab/call.html", context)
