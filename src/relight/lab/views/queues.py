"""Held and refused results: the two queues, one report to decide about, many of one reason at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.queues import CloseForm, MapForm, MendForm, OrderForm, PlaceForm, QueueFilterForm, WhyForm
from relight.lab.rules.queues import DECISION_NAMES, Decision
from relight.lab.selectors.queues import COLUMNS, DecidePage, decide_page, queue_groups, queue_query, queue_row
from relight.lab.services import queues
from relight.lab.services.seen import seen
from relight.lab.types import ReportState
from relight.people.api import Permission, needs
from relight.ui.api import form_blame, table_read

MANY = (Decision.RELEASE, Decision.CLOSE, Decision.REREAD, Decision.REPLAY)
OFFERED = {
    ReportState.HELD: (Decision.REREAD, Decision.RELEASE, Decision.CLOSE),
    ReportState.REFUSED: (Decision.REPLAY, Decision.CLOSE),
}


@require_safe
@needs(Permission.LAB_MESSAGES)
def held(request: HttpRequest) -> HttpResponseBase:
    """Results that wait for a person, by reason."""
    return _queue(request, ReportState.HELD)


@require_safe
@needs(Permission.LAB_MESSAGES)
def refused(request: HttpRequest) -> HttpResponseBase:
    """Results the laboratory system refused; with `closed=1` those a person put aside."""
    return _queue(request, ReportState.REFUSED)


def _queue(request: HttpRequest, state: ReportState) -> HttpResponseBase:
    link, why = request.GET.get("link", ""), request.GET.get("why", "")
    closed = state is ReportState.REFUSED and request.GET.get("closed") == "1"
    groups = queue_groups(state)
    table = table_read(request.GET, columns=COLUMNS, sort="at")
    table = table.over(queue_query(state, link=link, key=why, closed=closed).order_by(*table.order_by))
    seen(act=request.act, subject=f"lab:{state.value}", what="queue", count=len(table.rows))
    codes = list(dict.fromkeys((group.key, group.words) for group in groups))
    context = {
        "table": table,
        "rows": [queue_row(row) for row in table.rows],
        "groups": groups,
        "form": QueueFilterForm(state=state, link=link, why=why, codes=codes),
        "state": state.value,
        "closed": closed,
        "filtered": bool(link or why),
        "decisions": [(one.value, gettext(DECISION_NAMES[one])) for one in OFFERED[state]] if not closed else [],
    }
    return render(request, "lab/queue.html", context)


# -- one report -----------------------------------------------------------------------------------


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_RESOLVE)
def decide(request: HttpRequest, report: UUID) -> HttpResponse:
    """One report with all that may be decided about it; an order that is chosen is shown beside it first."""
    seen(act=request.act, subject=f"report:{report}", what="decide")
    page = decide_page(report)
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "choose":
            return _choose(request, page)
        if do in HANDLERS:
            return HANDLERS[do](request, page)
    return _decide(request, page)


def _decide(request: HttpRequest, page: DecidePage, *, status: int = 200, **given: Any) -> HttpResponse:
    """Show the page; forms that were sent keep what was typed."""
    forms: dict[str, Any] = {
        "why": WhyForm(auto_id="id_why_%s"),
        "close": CloseForm(auto_id="id_close_%s"),
        "choose": OrderForm(auto_id="id_choose_%s"),
        "place": None,
        "maps": [
            MapForm(initial={"code": code, "unit_sent": unit, "factor": "1"}, auto_id=f"id_map{place}_%s")
            for place, (code, unit) in enumerate(page.unknown)
        ],
        "mend": MendForm(sample=page.row.sample, results=page.results, auto_id="id_mend_%s"),
    }
    wrong = next((form for form in given.values() if isinstance(form, Form) and form.errors), None)
    context = {"page": page, "wrong": wrong, **forms, **given}
    return render(request, "lab/decide.html", context, status=status)


def _choose(request: HttpRequest, page: DecidePage) -> HttpResponse:
    """Show the order of a sample number beside what the analyzer said, and ask for the proof."""
    form = OrderForm(request.POST, auto_id="id_choose_%s")
    if not form.is_valid():
        return _decide(request, page, status=422, choose=form)
    try:
        beside = decide_page(page.row.pk, sample=form.cleaned_data["sample"])
    except RelightError as error:
        form_blame(form, error)
        return _decide(request, page, status=422, choose=form)
    proof = PlaceForm(initial={"order": beside.order.id if beside.order else None}, auto_id="id_place_%s")
    return _decide(request, beside, choose=form, place=proof)


def _place(request: HttpRequest, page: DecidePage) -> HttpResponse:
    form = PlaceForm(request.POST, auto_id="id_place_%s")
    done = gettext("The results belong to this order now.")
    if _do(request, form, done, lambda given: queues.report_place(act=request.act, report=page.row.pk, **given)):
        return redirect("lab:held")
    chosen = OrderForm(request.POST, auto_id="id_choose_%s")
    try:
        page = decide_page(page.row.pk, sample=request.POST.get("sample", ""))
    except RelightError as error:
        form_blame(form, error)
    return _decide(request, page, status=422, place=form, choose=chosen)


def _map(request: HttpRequest, page: DecidePage) -> HttpResponse:
    form = MapForm(request.POST, auto_id="id_map_%s")

    def work(given: dict[str, Any]) -> None:
        count = queues.test_map(
            act=request.act,
            link=page.row.link_id,
            code=given["code"],
            unit_sent=given["unit_sent"],
            meaning=form.meaning(),
        )
        said = ngettext("%(count)d message was read anew.", "%(count)d messages were read anew.", count)
        messages.success(request, said % {"count": count})

    if _do(request, form, gettext("Relight knows this test now."), work):
        return redirect("lab:held")
    return _decide(request, page, status=422, maps=[form], wrong=form)


def _reason_act(request: HttpRequest, page: DecidePage, done: str, work: Callable[[str], object]) -> HttpResponse:
    """Do what asks for a reason in words alone."""
    form = WhyForm(request.POST, auto_id="id_why_%s")
    if _do(request, form, done, lambda given: work(given["reason"])):
        return redirect("lab:decide", report=page.row.pk)
    return _decide(request, page, status=422, why=form)


def _release(request: HttpRequest, page: DecidePage) -> HttpResponse:
    act, one = request.act, [page.row.pk]
    done = gettext("Released: they go to the laboratory system.")
    return _reason_act(request, page, done, lambda said: queues.reports_release(act=act, reports=one, reason=said))


def _replay(request: HttpRequest, page: DecidePage) -> HttpResponse:
    act, one = request.act, [page.row.pk]
    done = gettext("They are sent again, the same bytes under the same number.")
    return _reason_act(request, page, done, lambda said: queues.reports_replay(act=act, reports=one, reason=said))


def _reopen(request: HttpRequest, page: DecidePage) -> HttpResponse:
    act, one = request.act, page.row.pk
    done = gettext("They stand again where they stood.")
    return _reason_act(request, page, done, lambda said: queues.report_reopen(act=act, report=one, reason=said))


def _close(request: HttpRequest, page: DecidePage) -> HttpResponse:
    form = CloseForm(request.POST, auto_id="id_close_%s")
    done = gettext("Closed: they do not go to the laboratory system. This can be taken back.")
    one = [page.row.pk]
    if _do(request, form, done, lambda given: queues.reports_close(act=request.act, reports=one, **given)):
        return redirect("lab:decide", report=page.row.pk)
    return _decide(request, page, status=422, close=form)


def _reread(request: HttpRequest, page: DecidePage) -> HttpResponse:
    try:
        queues.reports_reread(act=request.act, reports=[page.row.pk])
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
        return redirect("lab:decide", report=page.row.pk)
    messages.success(request, gettext("The message was read anew."))
    return redirect("lab:message", message=page.row.message.id)


def _mend(request: HttpRequest, page: DecidePage) -> HttpResponse:
    form = MendForm(request.POST, sample=page.row.sample, results=page.results, auto_id="id_mend_%s")

    def work(given: dict[str, Any]) -> None:
        kept = {key: given[key] for key in ("sample", "sample_again", "password", "reason")}
        queues.report_mend(act=request.act, report=page.row.pk, tests=form.tests(), **kept)

    if _do(request, form, gettext("Sent again as mended."), work):
        return redirect("lab:decide", report=page.row.pk)
    return _decide(request, page, status=422, mend=form)


def _do(request: HttpRequest, form: Form, done: str, work: Callable[[dict[str, Any]], object]) -> bool:
    """Run a service with what was typed; show its refusal in the form, or say that it is done."""
    if not form.is_valid():
        return False
    try:
        work(form.cleaned_data)
    except RelightError as error:
        form_blame(form, error)
        return False
    messages.success(request, done)
    return True


HANDLERS: dict[str, Callable[[HttpRequest, DecidePage], HttpResponse]] = {
    Decision.PLACE.value: _place,
    Decision.MAP.value: _map,
    Decision.RELEASE.value: _release,
    Decision.REPLAY.value: _replay,
    Decision.REOPEN.value: _reopen,
    Decision.CLOSE.value: _close,
    Decision.REREAD.value: _reread,
    Decision.MEND.value: _mend,
}


# -- many of one reason ---------------------------------------------------------------------------


@require_POST
@needs(Permission.LAB_RESOLVE)
def decide_many(request: HttpRequest) -> HttpResponse:
    """Decide about several reports of one link and reason: asked first, with how many and why."""
    ids = _ids(request.POST.getlist("items"))
    do = request.POST.get("do", "")
    back = "lab:refused" if request.POST.get("queue") == ReportState.REFUSED.value else "lab:held"
    if do not in {one.value for one in MANY} or not ids:
        messages.warning(request, gettext("Choose results first, then what to do with them."))
        return redirect(back)
    decision = Decision(do)
    form_of = CloseForm if decision is Decision.CLOSE else WhyForm
    confirmed = "confirmed" in request.POST or decision is Decision.REREAD
    form = form_of(request.POST) if confirmed and decision is not Decision.REREAD else form_of()
    if confirmed:
        done = gettext("Done: {name}, {count} reports.").format(name=gettext(DECISION_NAMES[decision]), count=len(ids))
        if _many(request, form, done, decision, ids):
            return redirect(back)
    context = {
        "form": form,
        "ids": ids,
        "do": do,
        "heading": gettext(DECISION_NAMES[decision]),
        "queue": request.POST.get("queue", ""),
        "back": back,
        "count": len(ids),
    }
    return render(request, "lab/decide_many.html", context, status=422 if form.errors else 200)


def _many(request: HttpRequest, form: Form, done: str, decision: Decision, ids: list[UUID]) -> bool:
    act = request.act
    if decision is Decision.REREAD:
        try:
            queues.reports_reread(act=act, reports=ids)
        except RelightError as error:
            messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
        else:
            messages.success(request, done)
        return True
    work: dict[Decision, Callable[..., object]] = {
        Decision.RELEASE: queues.reports_release,
        Decision.CLOSE: queues.reports_close,
        Decision.REPLAY: queues.reports_replay,
    }
    return _do(request, form, done, lambda given: work[decision](act=act, reports=ids, **given))


def _ids(texts: list[str]) -> list[UUID]:
    """Read ids that were ticked; what is no id is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
