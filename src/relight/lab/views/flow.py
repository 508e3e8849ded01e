"""One link as it lives."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.lab.selectors.flow import flow_page
from relight.people.api import Permission, needs


@require_safe
@needs(Permission.LAB_READ)
def flow(request: HttpRequest, link: str) -> HttpResponse:
    """How the link stands, its last messages as they come, how many a minute."""
    return render(request, "lab/flow.html", {"page": flow_page(link, at=request.act.at)})
