"""Everybody's accounts: list, add, change, new one-time password, the permission matrix."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from relight.kernel.errors import N_, RelightError
from relight.people.forms import StaffAddForm, StaffEditForm, StaffFilterForm
from relight.people.guards import needs
from relight.people.rules import MATRIX
from relight.people.scopes import scope_names, scope_pairs
from relight.people.selectors import staff_get, staff_list
from relight.people.services import password_reset, staff_change, staff_create
from relight.people.types import PERMISSION_NAMES, ROLE_NAMES, STAFF_ROLES, Permission, StaffView
from relight.ui.api import Column, csv_response, form_blame, table_read


def roles_words(staff: StaffView) -> str:
    """Name the roles of somebody."""
    return ", ".join(gettext(ROLE_NAMES[role]) for role in staff.roles)


def state_of(staff: StaffView) -> str:
    """Return the state of an account: active, first password not changed, disabled."""
    if not staff.active:
        return "disabled"
    return "first-password" if staff.must_change_password else "active"


COLUMNS = (
    Column(key="name", label=N_("Name"), sort=("name",), always=True, value=lambda staff: staff.name),
    Column(key="username", label=N_("User name"), sort=("username",), value=lambda staff: staff.username),
    Column(key="roles", label=N_("Roles"), value=roles_words),
    Column(key="scope", label=N_("Limited to"), value=lambda staff: scope_names(staff.scope, pairs=scope_pairs())),
    Column(key="state", label=N_("Account"), value=state_of),
    Column(key="seen", label=N_("Last sign-in"), sort=("last_seen_at",), value=lambda staff: staff.last_seen_at or ""),
)


@needs(Permission.PEOPLE_READ)
def staff_page(request: HttpRequest) -> HttpResponseBase:
    """List staff with roles and state."""
    table = table_read(request.GET, columns=COLUMNS, sort="name")
    rows = table.sorted(staff_list(text=request.GET.get("q", "").strip(), role=request.GET.get("role", "")))
    if table.wants_csv:
        return csv_response(table, rows, filename="staff.csv")
    table = table.over(rows)
    pairs = scope_pairs()
    lines = [
        {
            "staff": row,
            "roles": roles_words(row),
            "scope": scope_names(row.scope, pairs=pairs),
            "state": state_of(row),
        }
        for row in table.rows
    ]
    context = {"table": table, "lines": lines, "filter": StaffFilterForm(request.GET)}
    return render(request, "people/staff.html", context)


@never_cache
@needs(Permission.PEOPLE_MANAGE)
def staff_add(request: HttpRequest) -> HttpResponse:
    """Make an account; its one-time password is shown once."""
    form = StaffAddForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        try:
            staff, password = staff_create(act=request.act, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            return slip(request, staff=staff, password=password)
    return render(request, "people/staff_add.html", {"form": form})


@needs(Permission.PEOPLE_MANAGE)
def staff_edit(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Change the name, roles, scope and language of an account, or close it."""
    staff = staff_get(staff_id)
    initial: dict[str, Any] = {
        "name": staff.name,
        "roles": list(staff.roles),
        "scope": " ".join(staff.scope),
        "language": staff.language,
        "active": staff.active,
    }
    form = StaffEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            staff_change(act=request.act, staff=staff_id, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("%(name)s is changed.") % {"name": form.cleaned_data["name"]})
            return redirect("people:staff")
    return render(request, "people/staff_edit.html", {"form": form, "staff": staff, "state": state_of(staff)})


@never_cache
@needs(Permission.PEOPLE_MANAGE)
def staff_password(request: HttpRequest, staff_id: UUID) -> HttpResponse:
    """Ask, then give a new one-time password and show it once."""
    staff = staff_get(staff_id)
    if request.method == "POST":
        password = password_reset(act=request.act, staff=staff_id)  # type: ignore[attr-defined]
        return slip(request, staff=staff, password=password)
    names = {"name": staff.name}
    context = {
        "heading": gettext("New one-time password for %(name)s") % names,
        "consequences": [
            gettext("The password %(name)s has now stops working at once, and their open sessions end.") % names,
            gettext("The new one is shown once. They must choose their own at the next sign-in."),
        ],
        "action": gettext("Make a new one-time password"),
        "cancel": reverse("people:staff-edit", args=[staff_id]),
        "form": None,
    }
    return render(request, "ui/confirm.html", context)


def slip(request: HttpRequest, *, staff: StaffView, password: str) -> HttpResponse:
    """Show a one-time password, to be copied or printed, once."""
    return render(request, "people/slip.html", {"staff": staff, "password": password})


@needs(Permission.PEOPLE_READ)
def matrix(request: HttpRequest) -> HttpResponse:
    """Show who may do what: the matrix as the program reads it."""
    context = {
        "roles": [gettext(ROLE_NAMES[role]) for role in STAFF_ROLES],
        "lines": [
            {
                "name": gettext(PERMISSION_NAMES[permission]),
                "word": permission.value,
                "cells": [(gettext(ROLE_NAMES[role]), role in able) for role in STAFF_ROLES],
            }
            for permission, able in MATRIX.items()
        ],
    }
    return render(request, "people/matrix.html", context)
