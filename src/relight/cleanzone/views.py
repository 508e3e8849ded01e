"""Pages of the clean zone: form, service, render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.cleanzone.errors import FLOW_UNKNOWN
from relight.cleanzone.forms import FlowForm, NoteForm, SignForm
from relight.cleanzone.selectors.flows import flow_lines
from relight.cleanzone.selectors.words import FlowWords, flow_words
from relight.cleanzone.services.flows import (
    flow_add,
    flow_close,
    flow_refuse,
    flows_propose,
    flows_sign,
    statement_digest,
)
from relight.cleanzone.types import FlowState
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, needs
from relight.ui.api import Column, csv_response, form_blame, table_read

ALIVE = (FlowState.PROPOSED, FlowState.APPROVED)
COLUMNS = (
    Column(key="number", label=N_("Flow"), sort=("number",), always=True, value=lambda row: row.name),
    Column(key="source", label=N_("Who opens"), sort=("source",), value=lambda row: row.source),
    Column(key="destination", label=N_("Who answers"), sort=("destination",), value=lambda row: row.destination),
    Column(key="ports", label=N_("Ports"), value=lambda row: row.line.row.ports_words),
    Column(key="state", label=N_("State"), sort=("state",), value=lambda row: row.word),
    Column(key="reason", label=N_("For whom"), sort=("reason",), value=lambda row: row.reason),
    Column(key="signed", label=N_("Signed by"), value=lambda row: ", ".join(row.line.signed)),
    Column(key="end", label=N_("Ends on"), sort=("end",), value=lambda row: row.end),
    Column(key="hits", label=N_("Packets"), sort=("hits",), numeric=True, value=lambda row: row.hits),
)
SORTS: dict[str, Callable[[FlowWords], Any]] = {
    "number": lambda row: row.number,
    "source": lambda row: (row.source.casefold(), row.number),
    "destination": lambda row: (row.destination.casefold(), row.number),
    "state": lambda row: (row.line.row.state, row.number),
    "reason": lambda row: (row.reason.casefold(), row.number),
    "end": lambda row: (row.end, row.number),
    "hits": lambda row: (-1 if row.hits is None else row.hits, row.number),
}


@require_safe
@needs(Permission.ZONE_READ)
def flows(request: HttpRequest) -> HttpResponseBase:
    """Flows, those that are proposed or in force unless asked otherwise; as CSV with `format=csv`."""
    asked = request.GET.get("state", "")
    table = table_read(request.GET, columns=COLUMNS, sort="number", page_size=100)
    states = [FlowState(asked)] if asked in FlowState._value2member_map_ else ALIVE
    everything = flow_lines(at=request.act.at)  # type: ignore[attr-defined] # set by people.middleware
    lines = [line for line in everything if FlowState(line.row.state) in states]
    if asked == "unneeded":
        lines = [line for line in lines if not line.needed]
    rows = sorted(flow_words(lines), key=SORTS[table.sort], reverse=table.descending)
    if table.wants_csv:
        return csv_response(table, rows, filename="flows.csv")
    counts = {state.value: sum(line.row.state == state.value for line in everything) for state in FlowState}
    alive = [line for line in everything if FlowState(line.row.state) in ALIVE]
    context = {
        "table": table.over(rows),
        "asked": asked,
        "counts": counts,
        "unneeded": sum(not line.needed for line in alive),
        "ending": sum(line.ends_soon for line in alive),
        "any": bool(everything),
    }
    return render(request, "cleanzone/flows.html", context)


@require_POST
@needs(Permission.ZONE_PROPOSE)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose what the dependencies ask for."""
    new = flows_propose(act=request.act)  # type: ignore[attr-defined] # set by people.middleware
    words = ngettext("%(n)d flow proposed.", "%(n)d flows proposed.", new) % {"n": new}
    messages.success(request, words if new else gettext("Nothing new: every reliance has its flow."))
    return redirect("cleanzone:flows")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ZONE_PROPOSE)
def add(request: HttpRequest) -> HttpResponse:
    """Propose a flow by hand."""
    form = FlowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            number = flow_add(act=request.act, given=form.given())  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Proposed as F%(n)d. Two people sign it.") % {"n": number})
            return redirect("cleanzone:flow", number)
    return render(request, "cleanzone/add.html", {"form": form}, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ZONE_APPROVE)
def sign(request: HttpRequest) -> HttpResponse:
    """Show chosen flows as they will be signed, and sign them."""
    query = request.POST if request.method == "POST" else request.GET
    proposed = flow_lines(at=request.act.at, states=[FlowState.PROPOSED])  # type: ignore[attr-defined] # set by people.middleware
    numbers = [line.row.number for line in proposed] if "all" in query else _chosen(query)
    lines = [line for line in proposed if line.row.number in set(numbers)]
    form = SignForm(request.POST or None, initial={"shown": statement_digest(line.row for line in lines)})
    if request.method == "POST" and form.is_valid():
        try:
            opened = flows_sign(act=request.act, numbers=numbers, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            words = gettext("Signed. %(n)d of them are approved now; they open when the rules are sent to the routers.")
            messages.success(request, words % {"n": opened})
            return redirect("cleanzone:flows")
    context = {"rows": flow_words(lines), "form": form, "missing": len(numbers) - len(lines), "all": "all" in query}
    return render(request, "cleanzone/sign.html", context, status=422 if form.is_bound else 200)


def _chosen(query: QueryDict) -> list[int]:
    """Return the numbers of the flows that are ticked; words that are no number are left out."""
    words = query.getlist("flow")[:2000]
    return sorted({int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 9})


@require_safe
@needs(Permission.ZONE_READ)
def flow(request: HttpRequest, number: int) -> HttpResponse:
    """One flow: what it opens, why, who signed."""
    return _flow(request, number)


def _flow(request: HttpRequest, number: int, *, form: NoteForm | None = None) -> HttpResponse:
    lines = flow_lines(at=request.act.at, numbers=[number])  # type: ignore[attr-defined] # set by people.middleware
    if not lines:
        raise FLOW_UNKNOWN.error(where=f"F{number}", number=number)
    context = {"one": flow_words(lines)[0], "row": lines[0].row, "form": form or NoteForm()}
    return render(request, "cleanzone/flow.html", context, status=422 if form else 200)


@require_POST
@needs(Permission.ZONE_APPROVE)
def refuse(request: HttpRequest, number: int) -> HttpResponse:
    """Refuse a proposed flow."""
    return _end(request, number, flow_refuse, gettext("Refused. It is not proposed again."))


@require_POST
@needs(Permission.ZONE_DEPLOY)
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a flow at once."""
    return _end(request, number, flow_close, gettext("Closed. The routers close it within seconds."))


def _end(request: HttpRequest, number: int, do: Callable[..., None], words: str) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            do(act=request.act, number=number, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, words)
            return redirect("cleanzone:flow", number)
    return _flow(request, number, form=form)
