"""Evidence of the inspection engine: a report added to a machine, inspector keys, the hunt."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from relight.fleet.forms.evidence import EnrolForm, HuntForm, ReportForm, WithdrawForm
from relight.fleet.selectors.items import item_get
from relight.fleet.selectors.reports import inspector_keys, keys_waiting, report_get
from relight.fleet.services.hunt import hunt_preview, hunt_run, indicators_read
from relight.fleet.services.inspectors import inspector_enrol, inspector_withdraw, public_key_read
from relight.fleet.services.reports import ReportOutcome, report_add
from relight.journal.api import evidence_read
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@needs(Permission.LINE_ATTEST)
def report(request: HttpRequest, item: UUID) -> HttpResponse:
    """Add a report of the inspection engine to an item."""
    row = item_get(item)
    form = ReportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        hashes = form.cleaned_data["hashes"]
        try:
            outcome = report_add(
                act=request.act,
                item=row.pk,
                content=form.cleaned_data["report"].read(),
                hashes=hashes.read() if hashes else None,
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            _say(request, outcome)
            return redirect("fleet:item", item=row.pk)
    return render(request, "fleet/report.html", {"form": form, "item": row})


def _say(request: HttpRequest, outcome: ReportOutcome) -> None:
    """Say what came of a report, the gravest first."""
    if outcome.quarantined:
        messages.error(request, gettext("The inspection found something: the machine is in quarantine."))
    elif outcome.indicators:
        messages.error(request, gettext("The report lists a file known to be bad. It meets no check."))
    elif outcome.key != "enrolled":
        messages.warning(
            request,
            gettext("The report is kept, but does not count: its key {kid} is not enrolled.").format(kid=outcome.kid),
        )
    elif outcome.checks:
        text = gettext("The report is kept and meets {count} checks.").format(count=len(outcome.checks))
        messages.success(request, text)
    else:
        messages.warning(request, gettext("The report is kept, but meets no check this machine needs now."))


@needs(Permission.FLEET_READ)
def report_file(request: HttpRequest, item: UUID, report: UUID) -> HttpResponse:
    """The report as it came, read from the store and checked; always a download."""
    kept = report_get(item_get(item).pk, report)
    response = HttpResponse(evidence_read(kept.digest), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="report-{kept.digest[:12]}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs(Permission.FLEET_READ)
def keys(request: HttpRequest) -> HttpResponse:
    """Inspector keys: those that count, those withdrawn, those that signed reports and wait."""
    context = {"keys": inspector_keys(), "waiting": keys_waiting(), "form": EnrolForm()}
    return render(request, "fleet/keys.html", context)


@require_POST
@needs(Permission.KEYS_MANAGE)
def enrol(request: HttpRequest) -> HttpResponse:
    """Enrol a key."""
    form = EnrolForm(request.POST)
    if form.is_valid():
        try:
            public = public_key_read(form.cleaned_data["key"].encode())
            kid, counted = inspector_enrol(act=request.act, public=public, name=form.cleaned_data["name"])
        except RelightError as error:
            form_blame(form, error)
        else:
            text = gettext("Key {kid} is enrolled; {count} kept reports count now.").format(kid=kid, count=counted)
            messages.success(request, text)
            return redirect("fleet:keys")
    context = {"keys": inspector_keys(), "waiting": keys_waiting(), "form": form}
    return render(request, "fleet/keys.html", context, status=400)


@needs(Permission.KEYS_MANAGE)
def withdraw(request: HttpRequest, kid: str) -> HttpResponse:
    """Withdraw a key, with the reason."""
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            outcome = inspector_withdraw(act=request.act, kid=kid, reason=form.cleaned_data["reason"])
        except RelightError as error:
            form_blame(form, error)
        else:
            text = gettext(
                "Key {kid} counts no longer: {voided} attestations are void, {count} admitted machines rest on it."
            )
            counts = {"kid": kid, "voided": outcome.voided, "count": len(outcome.admitted)}
            messages.warning(request, text.format(**counts))
            return redirect("fleet:keys")
    return render(request, "fleet/key_withdraw.html", {"form": form, "kid": kid})


@needs(Permission.LINE_QUARANTINE)
def hunt(request: HttpRequest) -> HttpResponse:
    """Look for files known to be bad in all reports: first what would happen, then the act."""
    form = HuntForm(request.POST or None)
    found = None
    if form.is_valid():
        try:
            indicators = indicators_read(form.cleaned_data["indicators"])
            if "confirm" in request.POST:
                done = hunt_run(act=request.act, indicators=indicators, source=form.cleaned_data["source"])
                text = gettext("{hits} machines hold one of them; {count} were put into quarantine.")
                messages.warning(request, text.format(hits=len(done.hits), count=len(done.quarantined)))
                return redirect("fleet:hunt")
            found = hunt_preview(act=request.act, indicators=indicators)
        except RelightError as error:
            form_blame(form, error)
    admitted = [hit for hit in found.hits if hit.state.value == "admitted"] if found else []
    return render(request, "fleet/hunt.html", {"form": form, "found": found, "admitted": admitted})
