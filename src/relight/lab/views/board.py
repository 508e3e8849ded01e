"""The ladder board: analyzers by rungs, and the percentage linked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.lab.selectors.board import SHOWS, board_page
from relight.people.api import Permission, needs
from relight.ui.api import share


@require_safe
@needs(Permission.LAB_READ)
def board(request: HttpRequest) -> HttpResponse:
    """Every link on its rung, since when, when last heard, why it fell, what its next rung asks."""
    site, show = request.GET.get("site", ""), request.GET.get("show", "")
    page = board_page(at=request.act.at, site=site, show=show)  # type: ignore[attr-defined] # set by people.middleware
    linked = page.linked
    context = {
        "page": page,
        "percent": share(linked.linked / linked.links) if linked.links else "",
        "site": site,
        "show": show if show in SHOWS else "",
    }
    return render(request, "lab/board.html", context)
