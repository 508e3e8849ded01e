"""Hours and costs with their evidence; the register of risks."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, names_of, needs
from relight.pmo.forms import LineForm, RiskForm
from relight.pmo.models import LedgerLine, Risk
from relight.pmo.services.ledger import LineGiven, line_add, line_withdraw, risk_add, risk_change
from relight.pmo.types import LedgerKind
from relight.ui.api import csv_safe, form_blame


@require_safe
@needs(Permission.PLAN_EDIT)
def ledger(request: HttpRequest) -> HttpResponse:
    """Hours and costs with their sums; as CSV with `format=csv`."""
    if request.GET.get("format") == "csv":
        return _csv()
    return _ledger_page(request)


def _csv() -> HttpResponse:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["number", "kind", "day", "who", "what", "amount", "file", "evidence_sha256", "withdrawn"])
    for row in LedgerLine.objects.order_by("number"):
        cells = [row.number, row.kind, row.day, row.who, row.what, row.amount, row.filename, row.evidence]
        lines.writerow([csv_safe(cell) for cell in [*cells, row.withdrawn_at or ""]])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hours-and-costs.csv"'
    return answer


def _ledger_page(request: HttpRequest, *, form: LineForm | None = None) -> HttpResponse:
    counted = LedgerLine.objects.filter(withdrawn_at=None)
    sums = {
        kind.value: counted.filter(kind=kind.value).aggregate(all=Sum("amount"))["all"] or Decimal(0)
        for kind in LedgerKind
    }
    rows = list(LedgerLine.objects.all())
    people = names_of({row.by for row in rows})
    unproven = counted.filter(kind=LedgerKind.COST.value, evidence="").count()
    context = {
        "rows": [(row, people.get(row.by, row.by)) for row in rows], "form": form or LineForm(),
        "hours": sums["hours"], "cost": sums["cost"], "unproven": unproven,
    }  # fmt: skip
    return render(request, "pmo/ledger/list.html", context, status=422 if form else 200)


@require_POST
@needs(Permission.PLAN_EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """Enter hours or a cost."""
    form = LineForm(request.POST, request.FILES)
    if form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        kept = (file.name, file.read()) if file else None
        try:
            line_add(act=request.act, given=LineGiven(**{**data, "kind": LedgerKind(data["kind"])}, file=kept))  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Entered."))
            return redirect("pmo:ledger")
    return _ledger_page(request, form=form)


@require_POST
@needs(Permission.PLAN_EDIT)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take a line out of the sums."""
    line_withdraw(act=request.act, number=number)  # type: ignore[attr-defined] # set by people.middleware
    messages.success(
        request, gettext("Line %(number)d does not count any more; it stays to be seen.") % {"number": number}
    )
    return redirect("pmo:ledger")


@require_safe
@needs(Permission.HOSPITAL_READ)
def risks(request: HttpRequest) -> HttpResponse:
    """Open risks, the gravest and likeliest first."""
    return _risks_page(request)


def _risks_page(request: HttpRequest, *, form: RiskForm | None = None) -> HttpResponse:
    rows = sorted(Risk.objects.filter(ended_at=None), key=lambda row: (-row.likely * row.grave, row.number))
    context = {"rows": rows, "ended": Risk.objects.exclude(ended_at=None), "form": form or RiskForm()}
    return render(request, "pmo/ledger/risks.html", context, status=422 if form else 200)


@require_POST
@needs(Permission.PLAN_EDIT)
def add_risk(request: HttpRequest) -> HttpResponse:
    """Note a risk."""
    form = RiskForm(request.POST)
    if form.is_valid():
        try:
            risk_add(act=request.act, **form.given())  # type: ignore[attr-defined] # set by people.middleware
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Noted."))
            return redirect("pmo:risks")
    return _risks_page(request, form=form)


@require_POST
@needs(Permission.PLAN_EDIT)
def change_risk(request: HttpRequest, number: int) -> HttpResponse:
    """Write what is done about a risk, or end it."""
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    try:
        risk_change(
            act=request.act,  # type: ignore[attr-defined] # set by people.middleware
            number=number,
            version=version,
            answer=request.POST.get("answer", ""),
            ended="ended" in request.POST,
        )
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
    return redirect("pmo:risks")
