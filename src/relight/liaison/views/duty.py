"""The duty roster: who is on duty now, turns added, a list brought in, a turn taken away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import N_, RelightError
from relight.liaison.forms.duty import DutyFilterForm, DutyForm, RosterForm
from relight.liaison.models import DutyTurn
from relight.liaison.selectors.duty import duty_query, duty_rows
from relight.liaison.services.duty import duty_add, duty_import, duty_remove
from relight.people.api import Permission, needs
from relight.ui.api import Column, form_blame, table_read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
COLUMNS = (
    Column(key="specialty", label=N_("Specialty"), sort=("specialty", "begins_at"), always=True),
    Column(key="site", label=N_("Site"), sort=("site", "begins_at")),
    Column(key="rank", label=N_("Called as"), sort=("rank", "begins_at"), numeric=True),
    Column(key="name", label=N_("Name"), sort=("name", "begins_at"), always=True),
    Column(key="phone", label=N_("Phone"), always=True),
    Column(key="begins", label=N_("From"), sort=("begins_at", "specialty")),
    Column(key="ends", label=N_("Until"), sort=("ends_at", "specialty")),
    Column(key="state", label=N_("Now")),
)


@require_safe
@needs(Permission.LIAISON_READ)
def duty(request: HttpRequest) -> HttpResponse:
    """Who is on duty, by specialty and site; those of now first in time."""
    form = DutyFilterForm(request.GET)
    table = table_read(request.GET, columns=COLUMNS, sort="begins")
    table = table.over(duty_query(**form.wanted(at=request.act.at)).order_by(*table.order_by, "rank", "pk"))
    rows = duty_rows(table.rows, at=request.act.at)
    return render(request, "liaison/requests/duty.html", {"form": form, "table": table, "rows": rows})


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def duty_new(request: HttpRequest) -> HttpResponse:
    """Add a turn; specialty and site stay for the next one."""
    initial = {name: request.GET.get(name, "") for name in ("specialty", "site")}
    form = DutyForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            duty_add(act=request.act, turn=form.turn())
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The turn is on the roster."))
            return redirect("liaison:duty")
    return render(request, "liaison/requests/duty_new.html", {"form": form}, status=400 if form.errors else 200)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def duty_file(request: HttpRequest) -> HttpResponse:
    """Bring in a list; what could not be read is shown by line."""
    form = RosterForm(request.POST or None, request.FILES or None)
    report = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = duty_import(act=request.act, raw=file.read(), filename=file.name)
        except RelightError as error:
            form_blame(form, error)
    aside = [(line.line, line.error.code, line.error.message(gettext)) for line in report.aside] if report else []
    context = {"form": form, "report": report, "aside": aside}
    return render(request, "liaison/requests/duty_file.html", context, status=400 if form.errors else 200)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def duty_drop(request: HttpRequest, turn: UUID) -> HttpResponse:
    """Take a turn away, after asking."""
    row = get_object_or_404(DutyTurn, pk=turn)
    if request.method == "POST":
        duty_remove(act=request.act, turn=turn)
        messages.info(request, gettext("The turn is off the roster."))
        return redirect("liaison:duty")
    said = gettext("%(name)s is no longer offered for requests.") % {"name": row.name}
    context = {
        "heading": gettext("Take this turn away?"), "consequences": [said], "action": gettext("Take it away"),
        "cancel": reverse("liaison:duty"), "danger": True,
    }  # fmt: skip
    return render(request, "ui/confirm.html", context)
