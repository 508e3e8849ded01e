"""The one search box: results by kind as one types; a scanned code goes straight to what it names."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from relight.console.search import search_all
from relight.people.api import Permission, needs


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SITUATION_READ)
def search(request: HttpRequest) -> HttpResponseBase:
    """Show what was found; with exactly one exact hit, and Enter pressed, go there. Patients are found by POST only."""
    posted = request.method == "POST"
    text = " ".join((request.POST if posted else request.GET).get("q", "").split())[:200]
    groups = search_all(act=request.act, text=text, posted=posted) if text else ()  # type: ignore[attr-defined]
    exact = [hit for group in groups for hit in group.hits if hit.exact and hit.href]
    if len(exact) == 1 and not request.headers.get("HX-Request"):
        return HttpResponseRedirect(exact[0].href)
    hits = [hit for group in groups for hit in group.hits]
    more = any(getattr(hit, "more", False) for hit in hits)  # providers of other apps need not know it
    context = {"text": text, "groups": groups, "total": len(hits), "more": more}
    return render(request, "console/search.html", context)
