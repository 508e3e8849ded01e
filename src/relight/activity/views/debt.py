"""The debt: the whole, the line of patients, one of them, dates given, places a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from relight.activity.forms.debt import SESSION_MOST, BookForm, EndForm, PlacesForm, ReturnForm, SessionForm
from relight.activity.rules.debt import DebtEnd
from relight.activity.rules.debt_chart import DebtWords, debt_chart
from relight.activity.selectors.debt import debt_days
from relight.activity.selectors.debt_pages import (
    at_risk,
    debt_page,
    given_query,
    given_rows,
    lane_query,
    lane_word,
    line_query,
    places_rows,
    wait_page,
    wait_rows,
    weeks_ahead,
)
from relight.activity.selectors.debt_plan import debt_plan
from relight.activity.selectors.names import Names, names_now
from relight.activity.services.debt import capacity_set, debt_book, debt_end, debt_return, debt_session_book
from relight.activity.services.seen import seen
from relight.hospital.api import day_zero, site_list
from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.paper.charts import NARROW, WIDE, Frame, burn_up
from relight.people.api import Permission, needs
from relight.ui.api import Column, csv_response, day_word, form_blame, number, table_read

PAGE = 50

LANE_COLUMNS = (
    Column(key="specialty", label=N_("Specialty"), sort=("specialty",), always=True, value=lambda row: row.specialty),
    Column(key="kind", label=N_("Kind"), sort=("kind",), value=lambda row: row.kind),
    Column(key="site", label=N_("Site"), sort=("site",), value=lambda row: row.site),
    Column(key="waiting", label=N_("Waiting"), sort=("waiting",), numeric=True, value=lambda row: row.waiting),
    Column(key="oldest", label=N_("Oldest date"), sort=("oldest",), value=lambda row: row.oldest),
    Column(key="opens", label=N_("Can be given from"), sort=("opens",), value=lambda row: row.opens),
    Column(key="places", label=N_("Places a week"), sort=("places",), numeric=True, value=lambda row: row.places),
    Column(key="zero", label=N_("Paid in the week of"), sort=("zero",), value=lambda row: row.zero),
    Column(key="hold", label=N_("What holds it up"), value=lambda row: row.hold),
)

LINE_COLUMNS = (
    Column(key="place", label=N_("Place"), numeric=True, always=True),
    Column(key="patient", label=N_("Patient"), always=True),
    Column(key="rank", label=N_("Urgency")),
    Column(key="what", label=N_("What")),
    Column(key="reason", label=N_("Reason")),
    Column(key="due", label=N_("Old date")),
    Column(key="days", label=N_("Waiting for"), numeric=True),
    Column(key="week", label=N_("Proposed")),
)
GIVEN_COLUMNS = (
    Column(key="slot", label=N_("New date"), always=True),
    Column(key="patient", label=N_("Patient"), always=True),
    Column(key="what", label=N_("What")),
    Column(key="place", label=N_("Room or person")),
    Column(key="by", label=N_("Given by")),
    Column(key="risk", label=N_("May not hold")),
)


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


# -- the whole --------------------------------------------------------------------------------------


@require_safe
@needs(Permission.ACTIVITY_READ)
def debt(request: HttpRequest) -> HttpResponseBase:
    """What waits, by urgency and lane, over time, and when it is paid."""
    act, names = _act(request), names_now()
    page = debt_page(at=act.at, names=names)
    table = table_read(request.GET, columns=LANE_COLUMNS, sort="-waiting", page_size=100)
    rows = table.sorted(page.lanes)
    if table.wants_csv:
        return csv_response(table, rows, filename="debt.csv")
    context = {"page": page, "table": table.over(rows), **_charts(act, names)}
    return render(request, "activity/debt.html", context)


def _charts(act: Act, names: Names) -> dict[str, SafeString]:
    """The chart for wide and narrow screens; nothing before anything waited."""
    zero, today = day_zero(), timezone.localtime(act.at).date()
    first = timezone.localtime(zero).date() if zero else today - timedelta(days=14)
    found = debt_days(first=min(first, today), last=today)
    words = DebtWords(
        title=gettext("Cancelled and waiting for a new date, by specialty and day"),
        rest=gettext("other specialties"),
        day_prefix=day_word(0).removesuffix("0"),
    )
    days = tuple(range(len(found.days)))
    chart = debt_chart(found.counts, days=days, words=words, name=names.specialty, number=number)
    if chart is None:
        return {}

    def drawn(frame: Frame) -> SafeString:
        return mark_safe(burn_up(chart, frame=frame, ident=f"debt-{frame.key}"))  # noqa: S308 - every word is escaped there

    return {"wide": drawn(WIDE), "narrow": drawn(NARROW)}


# -- the line ---------------------------------------------------------------------------------------


@require_safe
@needs(Permission.ACTIVITY_APPOINTMENTS)
def debt_line(request: HttpRequest) -> HttpResponse:
    """Who waits, in the order in which they are to be given a date."""
    return _line(request)


def _line(request: HttpRequest, *, form: SessionForm | None = None, status: int = 200) -> HttpResponse:
    act, names = _act(request), names_now()
    params = request.GET.dict() if form is None else {"lane": request.POST.get("lane", "")}
    query, lane = line_query(params)
    table = table_read(request.GET, columns=LINE_COLUMNS, sort="place", page_size=PAGE).over(query)
    assert table.page is not None
    first, planned = table.page.start_index(), debt_plan(at=act.at)
    rows = wait_rows(table.rows, first=first, names=names, at=act.at, planned=planned)
    seen(act=act, subject="activity:appointments", what="debt", count=len(rows))
    if lane is not None and form is None and first <= 1 and rows:
        shown = ",".join(str(row.id) for row in rows[:SESSION_MOST])
        form = SessionForm(initial={"lane": lane_query(lane), "shown": shown, "count": min(12, len(rows))})
    context = {
        "rows": rows,
        "table": table,
        "lane": lane_word(lane, names) if lane else "",
        "form": form,
    }
    return render(request, "activity/debt_line.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_REBOOK)
def debt_session(request: HttpRequest) -> HttpResponse:
    """Give a session to those who are next in a lane."""
    form = SessionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            count = debt_session_book(
                act=_act(request),
                lane=given["lane"],
                starts_at=form.starts_at(),
                minutes=given["minutes"],
                items=given["shown"][: given["count"]],
                place=given["place"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            words = ngettext(
                "%(n)d new date given. The patient is to be told.",
                "%(n)d new dates given. The patients are to be told.",
                count,
            )
            messages.success(request, words % {"n": count})
            return redirect(f"{reverse('activity:debt-line')}?lane={lane_query(given['lane'])}")
    return _line(request, form=form, status=422)


# -- one of them ------------------------------------------------------------------------------------


@require_safe
@needs(Permission.ACTIVITY_APPOINTMENTS)
def debt_item(request: HttpRequest, item: UUID) -> HttpResponse:
    """One that waits, or waited."""
    return _item(request, item)


def _sites() -> list[tuple[str, str]]:
    return [(site.id, site.name) for site in site_list()]


def _item(request: HttpRequest, item: UUID, *, status: int = 200, **forms: Form) -> HttpResponse:
    act, names = _act(request), names_now()
    page = wait_page(item, at=act.at, names=names)
    seen(act=act, subject=f"appointment:{page.owner.pk}", what="debt")
    fresh = {
        "book": BookForm(sites=_sites(), initial={"site": page.item.site, "day": page.week, "time": "09:00"}),
        "end": EndForm(),
        "back": ReturnForm(),
    }
    return render(request, "activity/debt_item.html", {"page": page, **fresh, **forms}, status=status)


def _done(request: HttpRequest, form: Form, do: Callable[[], object], words: str) -> bool:
    """Run a service; show its refusal in the form, or say that it is done."""
    try:
        do()
    except RelightError as error:
        form_blame(form, error)
        return False
    messages.success(request, words)
    return True


@require_POST
@needs(Permission.ACTIVITY_REBOOK)
def debt_item_book(request: HttpRequest, item: UUID) -> HttpResponse:
    """Give one patient a new date."""
    form = BookForm(request.POST, sites=_sites())
    if form.is_valid():
        given = form.cleaned_data
        words = gettext("The new date is given. The patient is to be told.")

        def book() -> None:
            debt_book(
                act=_act(request), item=item, starts_at=form.starts_at(), site=given["site"], place=given["place"]
            )

        if _done(request, form, book, words):
            return redirect("activity:debt-item", item)
    return _item(request, item, status=422, book=form)


@require_POST
@needs(Permission.ACTIVITY_REBOOK)
def debt_item_end(request: HttpRequest, item: UUID) -> HttpResponse:
    """End a wait for a reason."""
    form = EndForm(request.POST)
    if form.is_valid():
        why, note = DebtEnd(form.cleaned_data["why"]), form.cleaned_data["note"]
        words = gettext("Taken out of the line, with your reason.")
        if _done(request, form, lambda: debt_end(act=_act(request), item=item, why=why, note=note), words):
            return redirect("activity:debt-item", item)
    return _item(request, item, status=422, end=form)


@require_POST
@needs(Permission.ACTIVITY_REBOOK)
def debt_item_return(request: HttpRequest, item: UUID) -> HttpResponse:
    """Take a new date back."""
    form = ReturnForm(request.POST)
    if form.is_valid():
        note = form.cleaned_data["note"]
        words = gettext("The date is given back; the patient waits again.")
        if _done(request, form, lambda: debt_return(act=_act(request), item=item, note=note), words):
            return redirect("activity:debt-item", item)
    return _item(request, item, status=422, back=form)


# -- dates given, places ----------------------------------------------------------------------------


@require_safe
@needs(Permission.ACTIVITY_APPOINTMENTS)
def debt_given(request: HttpRequest) -> HttpResponse:
    """The new dates, the next one first; `?risk` only those that may not hold."""
    act, names = _act(request), names_now()
    risky = "risk" in request.GET
    query = given_query().filter(slot_at__gt=act.at)
    if risky:
        query = query.filter(pk__in=list(at_risk(at=act.at)))
    table = table_read(request.GET, columns=GIVEN_COLUMNS, sort="slot", page_size=PAGE).over(query)
    rows = given_rows(table.rows, at=act.at, names=names)
    seen(act=act, subject="activity:appointments", what="debt-given", count=len(rows))
    return render(request, "activity/debt_given.html", {"rows": rows, "table": table, "risky": risky})


@require_safe
@needs(Permission.ACTIVITY_READ)
def debt_places(request: HttpRequest, site: str) -> HttpResponse:
    """How many new dates a week each line of a site has."""
    return _places(request, site)


def _places(request: HttpRequest, site: str, *, form: PlacesForm | None = None, status: int = 200) -> HttpResponse:
    act, sites = _act(request), _sites()
    form = form or PlacesForm(rows=places_rows(site, at=act.at, names=names_now()))
    context = {"site": site, "site_name": dict(sites).get(site, site), "sites": sites, "form": form}
    return render(request, "activity/debt_places.html", {**context, "weeks": weeks_ahead(act.at)}, status=status)


@require_POST
@needs(Permission.ACTIVITY_REBOOK)
def debt_places_set(request: HttpRequest, site: str) -> HttpResponse:
    """Set the places of a site's lines."""
    act = _act(request)
    form = PlacesForm(request.POST, rows=places_rows(site, at=act.at, names=names_now()))
    if form.is_valid():
        words = gettext("The places are set. What can be proposed follows them.")
        if _done(request, form, lambda: capacity_set(act=act, places=form.places()), words):
            return redirect("activity:debt-places", site)
    return _places(request, site, form=form, status=422)
