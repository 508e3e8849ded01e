"""The board: how many stand where, site by stage, and what waits the longest. And the policy in force."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from relight.fleet.selectors.board import board_page, policy_page
from relight.fleet.selectors.counts import COUNTS, count_href, counts
from relight.fleet.types import Kind
from relight.people.api import Permission, needs


@needs(Permission.FLEET_READ)
def board(request: HttpRequest) -> HttpResponse:
    """The recovery line at a glance, for machines, data sets or applications."""
    word = request.GET.get("kind", "")
    kind = Kind(word) if word in {kind.value for kind in Kind} else Kind.MACHINE
    numbers = counts()
    stats = [
        {
            "label": gettext(spec.label),
            "definition": gettext(spec.definition),
            "value": numbers[name],
            "href": count_href(name),
            "state": {"seen": "seen", "expected": "expected", "in_line": "in_line"}.get(name, name),
        }
        for name, spec in COUNTS.items()
    ]
    return render(request, "fleet/board.html", {"page": board_page(kind=kind), "stats": stats})


@needs(Permission.FLEET_READ)
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force: stages by class, checks, who meets them, on whose guidance."""
    return render(request, "fleet/policy.html", {"page": policy_page()})
