"""Pages of the hospital: form, service, render."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.hospital import api
from relight.hospital.forms import (
    AcceptForm,
    ConfirmForm,
    DescriptionForm,
    WithdrawForm,
    ZoneBuildForm,
    ZoneCloseForm,
    ZoneSignForm,
)
from relight.hospital.rules.description import description_read
from relight.hospital.selectors.lists import FUNCTION_COLUMNS, function_rows, index_page, zones_page
from relight.hospital.selectors.pages import node_page
from relight.hospital.selectors.parts import page_of_subject
from relight.hospital.types import PART_WORDS, Fault, PartChange
from relight.kernel.errors import RelightError
from relight.people.api import Permission, may, needs
from relight.ui.api import csv_response, form_blame, table_read


@require_safe
@needs(Permission.HOSPITAL_READ)
def index(request: HttpRequest) -> HttpResponseBase:
    """Services by site, and functions; the functions as CSV with `format=csv`."""
    page = index_page()
    table = table_read(request.GET, columns=FUNCTION_COLUMNS, sort="name", page_size=100)
    rows = function_rows(page, state=request.GET.get("state", ""), sort=table.sort, descending=table.descending)
    if table.wants_csv:
        return csv_response(table, rows, filename="functions.csv")
    context = {"page": page, "table": table.over(rows), "state": request.GET.get("state", "")}
    return render(request, "hospital/index.html", context)


@require_safe
@needs(Permission.HOSPITAL_READ)
def node(request: HttpRequest, id: str) -> HttpResponse:
    """One function or service unit; an id of something else leads to where it stands."""
    elsewhere = page_of_subject(id)
    if elsewhere is not None:
        return redirect(elsewhere)
    return _node(request, id)


def _node(request: HttpRequest, id: str, *, status: int = 200, **forms: Form) -> HttpResponse:
    fresh = {"accept_form": AcceptForm(), "withdraw_form": WithdrawForm()}
    return render(request, "hospital/node.html", {"page": node_page(id), **fresh, **forms}, status=status)


def _act_on(request: HttpRequest, form: Form, do: Callable[..., Any], done: Callable[[Any], str]) -> bool:
    """Run a service with a form's values; show its refusal in the form, or say that it is done."""
    if not form.is_valid():
        return False
    try:
        result = do(act=request.act, **form.cleaned_data)  # type: ignore[attr-defined] # set by people.middleware
    except RelightError as error:
        form_blame(form, error)
        return False
    messages.success(request, done(result))
    return True


@sensitive_post_parameters("password")
@require_POST
@needs(Permission.HOSPITAL_ACCEPT)
def accept(request: HttpRequest, id: str) -> HttpResponse:
    """Sign that a function works end to end."""
    form = AcceptForm(request.POST)
    words = gettext("Accepted. Your signature is in the journal.")
    if _act_on(request, form, lambda **given: api.function_accept(function=id, **given), lambda _: words):
        return redirect("hospital:node", id)
    return _node(request, id, status=422, accept_form=form)


@require_POST
@needs(Permission.HOSPITAL_ACCEPT)
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """Take an acceptance back."""
    form = WithdrawForm(request.POST)
    words = gettext("The acceptance is withdrawn.")
    if _act_on(request, form, lambda **given: api.acceptance_withdraw(function=id, **given), lambda _: words):
        return redirect("hospital:node", id)
    return _node(request, id, status=422, withdraw_form=form)


# -- zone segments --------------------------------------------------------------------------------


@require_safe
@needs(Permission.HOSPITAL_READ)
def zones(request: HttpRequest) -> HttpResponse:
    """The sites in their order, each with its segment and what can be done now."""
    return _zones(request)


def _zones(request: HttpRequest, *, site: str = "", form: Form | None = None, status: int = 200) -> HttpResponse:
    page = zones_page(actor=request.act.actor)  # type: ignore[attr-defined]
    rows = [{"row": row, "forms": _zone_forms(row.site.id, form if row.site.id == site else None)} for row in page.rows]
    act = request.act  # type: ignore[attr-defined]
    closable = bool(may(act, Permission.ZONE_CLOSE)) and any(row.may_close for row in page.rows)
    buildable = bool(may(act, Permission.ZONE_BUILD)) and any(row.may_build and not row.is_next for row in page.rows)
    context = {"page": page, "rows": rows, "wrong": form, "others": closable or buildable}
    return render(request, "hospital/zones.html", context, status=status)


def _zone_forms(site: str, sent: Form | None) -> dict[str, Form]:
    """Make the three forms of a site, with ids of their own; the one that was sent keeps what was typed."""
    forms: dict[str, Form] = {"build": ZoneBuildForm(), "sign": ZoneSignForm(), "close": ZoneCloseForm()}
    for name, form in forms.items():
        if type(sent) is type(form):
            forms[name] = sent
        forms[name].auto_id = f"id_{site}_{name}_%s"
    return forms


@require_POST
@needs(Permission.ZONE_BUILD)
def zone_build(request: HttpRequest, site: str) -> HttpResponse:
    """Start building a segment."""
    form = ZoneBuildForm(request.POST)
    words = gettext("Building has started.")
    if _act_on(request, form, lambda **given: api.zone_build(site=site, **given), lambda _: words):
        return redirect("hospital:zones")
    return _zones(request, site=site, form=form, status=422)


@sensitive_post_parameters("password")
@require_POST
@needs(Permission.ZONE_OPEN)
def zone_sign(request: HttpRequest, site: str) -> HttpResponse:
    """Sign the opening of a segment."""
    form = ZoneSignForm(request.POST)
    opened = gettext("The segment is open.")
    waits = gettext("Signed. The second signature, of another person, opens the segment.")
    if _act_on(
        request,
        form,
        lambda **given: api.zone_open_sign(site=site, **given),
        lambda is_open: opened if is_open else waits,
    ):
        return redirect("hospital:zones")
    return _zones(request, site=site, form=form, status=422)


@require_POST
@needs(Permission.ZONE_CLOSE)
def zone_close(request: HttpRequest, site: str) -> HttpResponse:
    """Close a segment."""
    form = ZoneCloseForm(request.POST)
    words = gettext("The segment is closed.")
    if _act_on(request, form, lambda **given: api.zone_close(site=site, **given), lambda _: words):
        return redirect("hospital:zones")
    return _zones(request, site=site, form=form, status=422)


# -- loading --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.HOSPITAL_LOAD)
def load(request: HttpRequest) -> HttpResponse:
    """Take a description file; show its faults, or what it would change."""
    form = DescriptionForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "hospital/load.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        check = form.check_read()
    except RelightError as error:
        form_blame(form, error)
        return render(request, "hospital/load.html", {"form": form}, status=422)
    if check.description is None:
        return _faults(request, check)
    against = api.digest_in_force()
    confirm = ConfirmForm(initial=ConfirmForm.initial_of(check.description, shown_against=against))
    return _difference(request, check.description, confirm)


def _spoken(faults: Iterable[Fault]) -> list[dict[str, object]]:
    return [fault.document(gettext) for fault in faults]


def _faults(request: HttpRequest, check: api.DescriptionCheck) -> HttpResponse:
    context = {"form": DescriptionForm(), "check": check, "faults": _spoken(check.faults)}
    return render(request, "hospital/load.html", context, status=422)


def _difference(
    request: HttpRequest, description: api.Description, form: ConfirmForm, status: int = 200
) -> HttpResponse:
    warnings = description_read(description.text.encode(), filename=description.filename).warnings
    diff = api.description_diff(description)
    context = {
        "description": description,
        "diff": diff,
        "added": _parts(diff.added),
        "changed": _parts(diff.changed),
        "removed": _parts(diff.removed),
        "same": api.digest_in_force() == description.digest,
        "warnings": _spoken((*warnings, *api.load_warnings(description))),
        "form": form,
    }
    return render(request, "hospital/difference.html", context, status=status)


def _parts(changes: Iterable[PartChange]) -> list[dict[str, object]]:
    return [{"kind": gettext(PART_WORDS[part.kind]), "id": part.id, "changes": part.changes} for part in changes]


@require_POST
@needs(Permission.HOSPITAL_LOAD)
def load_confirm(request: HttpRequest) -> HttpResponse:
    """Put the description in force whose difference was shown."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return render(request, "hospital/load.html", {"form": DescriptionForm(), "lost": True}, status=422)
    given = form.cleaned_data
    check = description_read(given["content"], filename=given["filename"])
    if check.description is None:
        return _faults(request, check)
    try:
        api.description_load(
            act=request.act,  # type: ignore[attr-defined]
            description=check.description,
            removals_confirmed=given["removals"],
            shown_against=given["shown_against"],
        )
    except RelightError as error:
        initial = ConfirmForm.initial_of(check.description, shown_against=api.digest_in_force())
        again = ConfirmForm({**initial, "removals": ""})
        again.full_clean()
        form_blame(again, error)
        return _difference(request, check.description, again, status=409)
    messages.success(request, gettext("The description is in force."))
    return redirect(reverse("hospital:index"))
