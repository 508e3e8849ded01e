"""The bench: scan forty machines into a list, then act on all of them.

The list is kept in the session, so that a dead battery or a wrong key loses nothing.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from relight.fleet.models import LineItem
from relight.fleet.selectors.admission import capacities_of
from relight.fleet.selectors.columns import item_cells
from relight.fleet.selectors.items import item_scan
from relight.fleet.selectors.policy import words_now
from relight.people.api import Permission, needs

KEY = "fleet_bench"
LIMIT = 500


@needs(Permission.FLEET_READ)
def bench(request: HttpRequest) -> HttpResponse:
    """Show the bench; a POST with codes adds to it, `remove` takes one off, `clear` empties it."""
    if request.method == "POST":
        _change(request)
        if not request.htmx:
            return redirect("fleet:bench")
    ids = [UUID(word) for word in request.session.get(KEY, {}).get("items", [])]
    rows = {row.pk: row for row in LineItem.objects.filter(pk__in=ids)}
    words = words_now(places=True)
    context = {
        "rows": [item_cells(rows[item], words) for item in reversed(ids) if item in rows],
        "items_text": " ".join(str(item) for item in ids if item in rows),
        "unknown": request.session.get(KEY, {}).get("unknown", []),
        "capacities": [capacity.value for capacity in capacities_of(request.act)],
    }
    template = "fleet/bench.html#list" if request.htmx else "fleet/bench.html"
    return render(request, template, context)


def _change(request: HttpRequest) -> None:
    state = {"items": [], "unknown": [], **request.session.get(KEY, {})}
    if "clear" in request.POST:
        state = {"items": [], "unknown": []}
    elif "remove" in request.POST:
        gone = request.POST["remove"]
        state = {**state, "items": [i for i in state["items"] if i != gone]}
        state["unknown"] = [code for code in state["unknown"] if code != gone]
    else:
        for code in request.POST.get("codes", "").splitlines()[:LIMIT]:
            _scan(state, code.strip()[:200])
    request.session[KEY] = state


def _scan(state: dict[str, list[str]], code: str) -> None:
    """Take one code: known once, several or none are kept aside to be looked at."""
    if not code:
        return
    found = item_scan(code)
    if len(found) != 1:
        if code not in state["unknown"]:
            state["unknown"] = [code, *state["unknown"]][:LIMIT]
        return
    item = str(found[0].pk)
    if item in state["items"]:
        state["items"].remove(item)
    state["items"] = [*state["items"], item][-LIMIT:]
