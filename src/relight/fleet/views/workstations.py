"""Enrolled workstations: a code made, typed on the workstation, revoked; who is enrolled where."""

from __future__ import annotations

from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from relight.fleet.errors import CODE_TRIES, CODE_WRONG, ENROL_PLAIN
from relight.fleet.forms.workstations import CodeForm, PlaceForm, RevokeForm
from relight.fleet.middleware import token_keep
from relight.fleet.models import Workstation
from relight.fleet.rules.workstations import code_shown
from relight.fleet.selectors.items import item_get
from relight.fleet.selectors.policy import words_now
from relight.fleet.selectors.workstations import workstation_counts, workstation_query
from relight.fleet.services.workstations import workstation_code_make, workstation_enrol, workstation_revoke
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, may_try, needs, public, tried
from relight.ui.api import Column, csv_response, form_blame, status_of, table_read


def _time(row: Workstation, field: str) -> str:
    return timezone.localtime(getattr(row, field)).strftime("%Y-%m-%d %H:%M")


COLUMNS = (
    Column(key="name", label=N_("Name"), sort=("item__name", "id"), always=True, value=lambda r: r.item.name),
    Column(key="site", label=N_("Site"), sort=("item__site", "item__name", "id"), value=lambda r: r.item.site),
    Column(
        key="service", label=N_("Service"), sort=("item__service", "item__name", "id"), value=lambda r: r.item.service
    ),
    Column(key="room", label=N_("Room"), sort=("item__room", "item__name", "id"), value=lambda r: r.item.room),
    Column(key="since", label=N_("Enrolled on"), sort=("enrolled_at", "id"), value=lambda r: _time(r, "enrolled_at")),
    Column(key="seen", label=N_("Last in use"), sort=("seen_at", "id"), value=lambda r: _time(r, "seen_at")),
)


@needs(Permission.FLEET_READ)
def workstations(request: HttpRequest) -> HttpResponseBase:
    """The enrolled workstations, and by place how many of the admitted ones are."""
    words = words_now(places=True)
    form = PlaceForm(request.GET, words)
    table = table_read(request.GET, columns=COLUMNS, sort="name")
    query = workstation_query(**form.chosen(), order=table.order_by)
    if table.wants_csv:
        return csv_response(table, query.iterator(chunk_size=2000), filename="workstations.csv")
    table = table.over(query)
    context = {
        "table": table,
        "form": form,
        "rows": [(row, words.site(row.item.site), words.service(row.item.service)) for row in table.rows],
        "counts": [
            (line, words.site(line.site), words.service(line.service)) for line in workstation_counts(**form.chosen())
        ],
    }
    return render(request, "fleet/workstations.html", context)


@never_cache
@require_POST
@needs(Permission.FLEET_ENROL)
def code(request: HttpRequest, item: UUID) -> HttpResponse:
    """Make a code for a workstation; it is shown this once."""
    row = item_get(item)
    made = workstation_code_make(act=request.act, item=row.pk)
    drawn = segno.make(made.code, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff")
    context = {"item": row, "code": code_shown(made.code), "qr": drawn, "expires_at": made.expires_at}
    return render(request, "fleet/workstation_code.html", context)


@needs(Permission.FLEET_ENROL)
def revoke(request: HttpRequest, item: UUID) -> HttpResponse:
    """Revoke a workstation's enrolment, with the reason."""
    row = item_get(item)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            workstation_revoke(act=request.act, item=row.pk, reason=form.cleaned_data["reason"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.warning(request, gettext("{name} is no longer enrolled.").format(name=row.name))
            return redirect("fleet:item", item=row.pk)
    return render(request, "fleet/workstation_revoke.html", {"form": form, "item": row})


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The workstation's own page: what it is, or the box for a code. Raises: RL-FLT-156 on Relight's own machine."""
    if not request.is_secure():
        raise ENROL_PLAIN.error()
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            token = _enrolled(request, form.cleaned_data["code"])
        except RelightError as error:
            form_blame(form, error)
            status = 429 if error.spec == CODE_TRIES else status_of(error)
        else:
            response = redirect("workstation:enrol")
            token_keep(response, token)
            return response
    context = {"form": form, "workstation": request.workstation}  # type: ignore[attr-defined]
    return render(request, "fleet/enrol.html", context, status=status)


def _enrolled(request: HttpRequest, code: str) -> str:
    """Enrol by a code, few wrong ones from one address. Returns: the device token. Raises: RL-FLT-152 … 155."""
    act = request.act  # type: ignore[attr-defined]
    who = f"enrol:{request.META.get('REMOTE_ADDR', '')}"
    if not may_try(who, at=act.at):
        raise CODE_TRIES.error(where="code")
    try:
        enrolled = workstation_enrol(act=act, code=code)
    except RelightError as error:
        if error.spec == CODE_WRONG:
            tried(who, right=False, at=act.at)
        raise
    tried(who, right=True, at=act.at)
    return enrolled.token
