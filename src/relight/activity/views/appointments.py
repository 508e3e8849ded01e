"""The list of appointments, the search for a patient's, one appointment with a doctor's word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from relight.activity.errors import NONE_CHOSEN
from relight.activity.forms.appointments import AppointmentFilterForm, EndForm, FindForm, OverrideForm
from relight.activity.models import Appointment
from relight.activity.selectors.appointment_pages import appointment_page
from relight.activity.selectors.lists import (
    COLUMNS,
    AppointmentRow,
    appointment_filter,
    appointment_query,
    appointment_rows,
    appointments_chosen,
    appointments_found,
)
from relight.activity.selectors.names import Names, names_now, outcome_word
from relight.activity.services.seen import seen
from relight.activity.services.words import word_end, word_give, words_give
from relight.activity.types import Outcome
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import csv_response, form_blame, table_read

LIST = "activity:appointments"
CSV_PORTION = 1000
MORE = ("day", "by", "rule", "source", "state")


@require_safe
@needs(Permission.ACTIVITY_APPOINTMENTS)
def appointments(request: HttpRequest) -> HttpResponseBase:
    """The list: filters, sort and columns in the address, never a patient; CSV with `format=csv`."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    filter = appointment_filter(request.GET.dict())
    names = names_now()
    table = table_read(request.GET, columns=COLUMNS, sort="starts")
    query = appointment_query(filter, at=act.at, order=table.order_by)
    if table.wants_csv:
        seen(act=act, subject=LIST, what="file", count=query.count())
        return csv_response(table, _file_rows(query, names), filename="appointments.csv")
    table = table.over(query)
    rows = appointment_rows(table.rows, names)
    seen(act=act, subject=LIST, what="list", count=len(rows))
    context = {
        "table": table,
        "rows": rows,
        "form": AppointmentFilterForm(filter, names),
        "filtered": bool(filter.params()),
        "more": any(getattr(filter, name) for name in MORE),
        **_list_context(request.get_full_path()),
    }
    return render(request, "activity/appointments.html", context)


def _file_rows(query: QuerySet[Appointment], names: Names) -> Iterator[AppointmentRow]:
    """Give the rows of the file in portions, so that a hundred thousand stay little memory."""
    portion: list[Appointment] = []
    for one in query.iterator(chunk_size=CSV_PORTION):
        portion.append(one)
        if len(portion) == CSV_PORTION:
            yield from appointment_rows(portion, names)
            portion = []
    yield from appointment_rows(portion, names)


def _list_context(back: str) -> dict[str, Any]:
    outcomes = [(one.value, outcome_word(one.value)) for one in (Outcome.KEEP, Outcome.CANCEL, Outcome.MOVE)]
    return {"find": FindForm(), "outcomes": outcomes, "back": back}


@require_POST
@needs(Permission.ACTIVITY_APPOINTMENTS)
def find(request: HttpRequest) -> HttpResponse:
    """The appointments of a patient, found by what was posted: it stands in no address."""
    act = request.act  # type: ignore[attr-defined]
    form = FindForm(request.POST)
    names = names_now()
    found = appointments_found(form.cleaned_data["q"]) if form.is_valid() else []
    rows = appointment_rows(found, names)
    seen(act=act, subject=LIST, what="find", count=len(rows))
    table = table_read(request.GET, columns=COLUMNS, sort="starts").over(found)
    context = {"table": table, "rows": rows, "found": True, **_list_context(""), "find": form}
    return render(request, "activity/appointments.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.ACTIVITY_APPOINTMENTS)
def appointment(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """One appointment: the decision with its reason, what it saw, its history."""
    return _appointment(request, appointment)


def _appointment(request: HttpRequest, appointment: UUID, *, status: int = 200, **forms: Any) -> HttpResponse:
    act = request.act  # type: ignore[attr-defined]
    page = appointment_page(appointment, names=names_now(), at=act.at)
    seen(act=act, subject=f"appointment:{appointment}", what="appointment")
    given = {"override": OverrideForm(site=page.row.site, ask=True), "end": EndForm(auto_id="id_end_%s"), **forms}
    wrong = next((form for form in forms.values() if form.errors), None)
    return render(request, "activity/appointment.html", {"page": page, "wrong": wrong, **given}, status=status)


@require_POST
@needs(Permission.ACTIVITY_OVERRIDE)
def override(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Give a doctor's word about one appointment as it was shown."""
    act = request.act  # type: ignore[attr-defined]
    form = OverrideForm(request.POST, ask=True)
    if form.is_valid():
        given = form.cleaned_data
        try:
            word_give(
                act=act,
                appointment=appointment,
                mark=request.POST.get("mark", ""),
                outcome=Outcome(given["outcome"]),
                reason=given["reason"],
                to_site=given["to_site"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Decided. Your word stands above the policy."))
            return redirect("activity:appointment", appointment)
    return _appointment(request, appointment, status=422, override=form)


@require_POST
@needs(Permission.ACTIVITY_OVERRIDE)
def override_end(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Take a doctor's word back: the policy decides again."""
    act = request.act  # type: ignore[attr-defined]
    form = EndForm(request.POST, auto_id="id_end_%s")
    if form.is_valid():
        try:
            word_end(act=act, appointment=appointment, mark=request.POST.get("mark", ""), **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Taken back. The policy decides again."))
            return redirect("activity:appointment", appointment)
    return _appointment(request, appointment, status=422, end=form)


@require_POST
@needs(Permission.ACTIVITY_OVERRIDE)
def override_many(request: HttpRequest) -> HttpResponse:
    """Give one word about the appointments that were ticked: asked first, with how many and which."""
    act = request.act  # type: ignore[attr-defined]
    chosen = _ids(request.POST.getlist("items"))
    confirmed = "confirm" in request.POST
    form = OverrideForm(request.POST if confirmed else None, initial={"outcome": request.POST.get("outcome", "")})
    back = _back(request.POST.get("next", ""))
    if not chosen:
        messages.warning(request, NONE_CHOSEN.error().message(gettext))
        return redirect(back)
    if confirmed and form.is_valid():
        given = form.cleaned_data
        try:
            count = words_give(
                act=act,
                appointments=chosen,
                outcome=Outcome(given["outcome"]),
                reason=given["reason"],
                to_site=given["to_site"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            said = ngettext("%(count)d appointment is decided.", "%(count)d appointments are decided.", count)
            messages.success(request, said % {"count": count})
            return redirect(back)
    rows = appointment_rows(list(appointments_chosen(chosen)), names_now())
    seen(act=act, subject=LIST, what="override", count=len(rows))
    context = {"form": form, "rows": rows, "ids": chosen, "back": back, "by_doctor": sum(r.by_doctor for r in rows)}
    return render(request, "activity/override_many.html", context, status=422 if form.errors else 200)


def _ids(texts: list[str]) -> list[UUID]:
    """Read ids that were ticked; what is no id is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _back(wanted: str) -> str:
    """The list as it was left, when the address is ours."""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if ours and wanted.startswith("/") else reverse("activity:appointments")
