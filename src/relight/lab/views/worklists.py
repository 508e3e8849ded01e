"""Bench worklists: what is ordered and not measured yet, by analyzer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.lab.forms.worklists import WorklistForm
from relight.lab.selectors.worklists import worklists
from relight.lab.services.seen import seen
from relight.people.api import Permission, needs


@require_safe
@needs(Permission.LAB_ORDER)
def lists(request: HttpRequest) -> HttpResponse:
    """Every analyzer's list, immediate first; printed as it stands."""
    form = WorklistForm(request.GET)
    page = worklists(**form.wanted())
    samples = {row.order.id for bench in page.benches for row in bench.rows}
    seen(act=request.act, subject="lab:orders", what="worklists", count=len(samples))
    context = {"page": page, "form": form, "samples": len(samples), "filtered": bool(form.wanted())}
    return render(request, "lab/worklists.html", context)
