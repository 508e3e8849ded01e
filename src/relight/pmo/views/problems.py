"""Problems: reported by a ward in two taps, answered by the restart office."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.pmo import errors
from relight.pmo.forms import AnswerForm, NoteForm
from relight.pmo.selectors.problems import (
    mine,
    place_own,
    places_of,
    problem_get,
    problem_views,
    problems_solved,
    things_of,
    untold_numbers,
)
from relight.pmo.services.problems import (
    problem_answer,
    problem_note,
    problem_report,
    problem_take,
    problems_told,
)
from relight.ui.api import form_blame

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
@needs(Permission.PROBLEM_REPORT)
def report(request: HttpRequest) -> HttpResponse:
    """First tap: what does not work. Second: where. Nothing else is asked."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    given = request.POST if request.method == "POST" else request.GET
    what, where = given.get("what", ""), given.get("where", "") or place_own(act=act)
    if request.method == "POST":
        try:
            number = problem_report(act=act, what=what, where=where)
        except RelightError as error:
            if error.spec not in (errors.THING_UNKNOWN, errors.PLACE_UNKNOWN):
                raise
            messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
            return redirect("pmo:report")
        return redirect(f"{reverse('pmo:mine')}?{urlencode({'reported': number})}")
    things, places = things_of(where), places_of(act=act)
    chosen = next((choice for choice in things if choice.key == what), None)
    place = next((choice for choice in places if choice.key == where), None)
    context = {"things": things, "places": places, "what": chosen, "place": place}
    return render(request, "pmo/problems/report.html", context)


@require_safe
@needs(Permission.PROBLEM_REPORT)
def reported(request: HttpRequest) -> HttpResponse:
    """What the reader reported, with the answers."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    fresh = request.GET.get("reported", "")
    context = {
        "rows": mine(act), "untold": untold_numbers(act), "note": NoteForm(),
        "fresh": int(fresh) if fresh.isdecimal() and len(fresh) < 9 else 0,
    }  # fmt: skip
    return render(request, "pmo/problems/mine.html", context)


@require_POST
@needs(Permission.PROBLEM_REPORT)
def told(request: HttpRequest) -> HttpResponse:
    """The reader has read the answers."""
    problems_told(act=request.act)  # type: ignore[attr-defined] # set by people.middleware
    return redirect("pmo:mine")


@require_POST
@needs(Permission.PROBLEM_REPORT)
def note(request: HttpRequest, number: int) -> HttpResponse:
    """Say more about what one reported."""
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            problem_note(act=request.act, number=number, note=form.cleaned_data["note"])  # type: ignore[attr-defined]
        except RelightError as error:
            if error.spec is errors.PROBLEM_UNKNOWN:
                raise
            messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
        else:
            messages.success(request, gettext("Added to your report."))
    return redirect("pmo:mine")


@require_safe
@needs(Permission.PROBLEM_ANSWER)
def problems(request: HttpRequest) -> HttpResponse:
    """Every open problem with its age and owner, the oldest first."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    rows = problem_views(act=act)
    context = {
        "rows": rows, "solved": problem_views(act=act, rows=problems_solved()),
        "nobody": sum(not row.owner for row in rows),
    }  # fmt: skip
    return render(request, "pmo/problems/list.html", context)


@EDIT
@needs(Permission.PROBLEM_ANSWER)
def problem(request: HttpRequest, number: int) -> HttpResponse:
    """One problem: take it over, tell the ward."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    row = problem_get(number)
    form = AnswerForm(request.POST or None, initial={"version": row.version})
    if form.is_valid():
        try:
            problem_answer(act=act, number=number, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
            form.data = form.data.copy()
            form.data["version"] = str(problem_get(number).version)  # type: ignore[index] # a copy of a QueryDict changes
        else:
            messages.success(request, gettext("Those who reported it see your answer."))
            return redirect("pmo:problems")
    view = problem_views(act=act, rows=[problem_get(number)])[0]
    status = 422 if form.is_bound else 200
    return render(request, "pmo/problems/one.html", {"row": view, "form": form}, status=status)


@require_POST
@needs(Permission.PROBLEM_ANSWER)
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Become the owner of a problem."""
    problem_take(act=request.act, number=number)  # type: ignore[attr-defined] # set by people.middleware
    return redirect("pmo:problem", number)
