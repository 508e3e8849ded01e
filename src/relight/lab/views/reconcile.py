"""The count that proves that nothing was lost."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from relight.lab.selectors.reconcile import reconcile
from relight.people.api import Permission, needs

SPANS = {"day": timedelta(days=1), "week": timedelta(days=7)}


@require_safe
@needs(Permission.LAB_READ)
def reconciliation(request: HttpRequest) -> HttpResponse:
    """What was received and what became of it, per link and in all, now."""
    span = request.GET.get("span", "")
    since = (request.act.at - SPANS[span]).replace(microsecond=0) if span in SPANS else None
    query = f"&since={localtime(since).strftime('%Y-%m-%dT%H:%M:%S')}" if since else ""
    context = {
        "count": reconcile(since=since),
        "span": span if span in SPANS else "",
        "since_query": query,
        "at": request.act.at,
    }
    return render(request, "lab/reconcile.html", context)
