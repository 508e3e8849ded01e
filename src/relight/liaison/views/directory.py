"""The directory: looked through as one types, an entry with its edit and its end, files brought in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import N_, RelightError
from relight.liaison.forms.directory import (
    DeskForm,
    FindForm,
    MappingForm,
    PractitionerForm,
    UploadForm,
    desk_initial,
    practitioner_initial,
)
from relight.liaison.rules.directory import DESK_COLUMNS, PRACTITIONER_COLUMNS
from relight.liaison.selectors.directory import (
    desk_get,
    desk_rows,
    desks_found,
    file_get,
    file_list,
    practitioner_get,
    practitioner_query,
    practitioner_rows,
    today_holiday,
)
from relight.liaison.services.directory import (
    desk_end,
    desk_save,
    file_drop,
    file_look,
    file_offer,
    file_take,
    practitioner_end,
    practitioner_save,
)
from relight.liaison.types import FileKind
from relight.people.api import Permission, needs
from relight.ui.api import Column, csv_response, form_blame, table_read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
LINES_SHOWN = 20
COLUMNS = (
    Column(key="name", label=N_("Name"), sort=("family", "given", "id"), always=True, value=lambda one: one.row.name),
    Column(key="phone", label=N_("Telephone"), always=True, value=lambda one: one.phone),
    Column(key="specialty", label=N_("Specialty"), sort=("specialty", "family"), value=lambda one: one.specialty),
    Column(key="place", label=N_("Place"), sort=("postcode", "family"), value=lambda one: one.place),
    Column(key="way", label=N_("Preferred way"), sort=("way", "family"), value=lambda one: one.way),
    Column(key="number", label=N_("Registration number"), sort=("number", "id"), value=lambda one: one.number),
)


@require_safe
@needs(Permission.LIAISON_READ)
def directory(request: HttpRequest) -> HttpResponseBase:
    """Who answers about what: lines that answer now first, then practitioners outside."""
    form = FindForm(request.GET)
    wanted = form.wanted()
    found = practitioner_query(text=wanted["find"], specialty=wanted["specialty"], inactive=wanted["ended"])
    table = table_read(request.GET, columns=COLUMNS, sort="name")
    table = table.over(found.order_by(*table.order_by))
    if table.wants_csv:
        return csv_response(table, practitioner_rows(list(found.order_by(*table.order_by))), filename="directory.csv")
    lines = desks_found(
        text=wanted["find"], site=wanted["site"], specialty=wanted["specialty"], inactive=wanted["ended"],
        at=request.act.at,
    )  # fmt: skip
    context = {
        "form": form, "table": table, "rows": practitioner_rows(table.rows), "lines": lines[:LINES_SHOWN],
        "more": max(0, len(lines) - LINES_SHOWN), "holiday": today_holiday(request.act.at),
    }  # fmt: skip
    return render(request, "liaison/directory/list.html", context)


@require_safe
@needs(Permission.LIAISON_READ)
def practitioner(request: HttpRequest, practitioner: UUID) -> HttpResponse:
    """One practitioner: how they are reached."""
    one = practitioner_rows([practitioner_get(practitioner)])[0]
    return render(request, "liaison/directory/practitioner.html", {"one": one, "row": one.row})


@require_safe
@needs(Permission.LIAISON_READ)
def line(request: HttpRequest, line: UUID) -> HttpResponse:
    """One line: whether it answers now, when it does, what to send there."""
    one = desk_rows([desk_get(line)], at=request.act.at)[0]
    return render(request, "liaison/directory/line.html", {"one": one, "row": one.row})


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def practitioner_edit(request: HttpRequest, practitioner: UUID | None = None) -> HttpResponse:
    """Add a practitioner, or change one."""
    initial = practitioner_initial(practitioner_get(practitioner)) if practitioner else None
    form = PractitionerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            id = practitioner_save(act=request.act, given=form.given_now(), id=practitioner)
            messages.success(request, gettext("The entry is saved."))
            return redirect("liaison:practitioner", id)
        except RelightError as refusal:
            form_blame(form, refusal)
    context = {"form": form, "heading": gettext("Practitioner"), "is_new": practitioner is None}
    return render(request, "liaison/directory/form.html", context, status=400 if form.errors else 200)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def line_edit(request: HttpRequest, line: UUID | None = None) -> HttpResponse:
    """Add a line, or change one."""
    form = DeskForm(request.POST or None, initial=desk_initial(desk_get(line)) if line else None)
    if form.is_valid():
        try:
            id = desk_save(act=request.act, given=form.given_now(), id=line)
            messages.success(request, gettext("The entry is saved."))
            return redirect("liaison:line", id)
        except RelightError as refusal:
            form_blame(form, refusal)
    context = {"form": form, "heading": gettext("Line of the hospital"), "is_new": line is None}
    return render(request, "liaison/directory/form.html", context, status=400 if form.errors else 200)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def practitioner_over(request: HttpRequest, practitioner: UUID) -> HttpResponse:
    """End an entry, or take it up again, after asking."""
    row = practitioner_get(practitioner)
    if request.method == "POST":
        practitioner_end(act=request.act, id=practitioner, active=not row.active)
        return redirect("liaison:practitioner", practitioner)
    return _ask(request, row.name, is_active=row.active, cancel=reverse("liaison:practitioner", args=[row.pk]))


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def line_over(request: HttpRequest, line: UUID) -> HttpResponse:
    """End a line, or take it up again, after asking."""
    row = desk_get(line)
    if request.method == "POST":
        desk_end(act=request.act, id=line, active=not row.active)
        return redirect("liaison:line", line)
    return _ask(request, row.name, is_active=row.active, cancel=reverse("liaison:line", args=[row.pk]))


def _ask(request: HttpRequest, name: str, *, is_active: bool, cancel: str) -> HttpResponse:
    if is_active:
        said = gettext("It is no longer offered and no longer sent bulletins. It can be taken up again.")
        words = (gettext("End %(name)s?") % {"name": name}, gettext("End the entry"))
    else:
        said = gettext("It is offered and sent bulletins again.")
        words = (gettext("Take %(name)s up again?") % {"name": name}, gettext("Take it up again"))
    context = {"heading": words[0], "consequences": [said], "action": words[1], "cancel": cancel, "danger": is_active}
    return render(request, "ui/confirm.html", context)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def files(request: HttpRequest) -> HttpResponse:
    """Send a file; it is shown before anything is taken."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kind = FileKind(form.cleaned_data["kind"])
            kept = file_offer(act=request.act, content=file.read(), filename=file.name, kind=kind)
            return redirect("liaison:directory-file", kept)
        except RelightError as refusal:
            refusal.where = "file"
            form_blame(form, refusal)
    context = {"form": form, "files": file_list()}
    return render(request, "liaison/directory/files.html", context, status=400 if form.errors else 200)


@EDIT
@needs(Permission.LIAISON_DIRECTORY)
def file(request: HttpRequest, file: UUID) -> HttpResponse:
    """One file: what it would bring under the columns chosen; taken in or dropped."""
    row = file_get(file)
    if row.done_at is not None:
        return render(request, "liaison/directory/file_done.html", {"file": row})
    if "drop" in request.POST:
        file_drop(act=request.act, file=file)
        return redirect("liaison:directory-import")
    look = file_look(act=request.act, file=file)
    columns = PRACTITIONER_COLUMNS if look.kind is FileKind.PRACTITIONERS else DESK_COLUMNS
    form = MappingForm(request.POST or None, columns=columns, headers=look.headers, chosen=look.columns)
    if form.is_valid():
        try:
            if "take" in request.POST:
                file_take(act=request.act, file=file, mapping=form.mapping())
                return redirect("liaison:directory-file", file)
            look = file_look(act=request.act, file=file, mapping=form.mapping())
        except RelightError as refusal:
            form_blame(form, refusal)
    aside = [(at, one.code, one.message(gettext)) for at, one in look.aside[:200]]
    context = {"file": row, "look": look, "form": form, "aside": aside}
    return render(request, "liaison/directory/file.html", context, status=400 if form.errors else 200)
