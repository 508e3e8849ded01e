"""Tasks, the chart of the work, the sheet of the morning round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from relight.hospital.api import function_list, site_list
from relight.kernel.errors import RelightError
from relight.paper.gantt import gantt_svg
from relight.people.api import Permission, needs
from relight.pmo.forms import TaskFileForm, TaskForm
from relight.pmo.rules.tasks import TaskGiven
from relight.pmo.selectors.decisions import decision_in_force, decision_list
from relight.pmo.selectors.plans import plan_latest, plan_page
from relight.pmo.selectors.problems import problem_views
from relight.pmo.selectors.scene import settings_now
from relight.pmo.selectors.task_files import MEDIA, task_file
from relight.pmo.selectors.tasks import gantt, task_rows
from relight.pmo.services.tasks import task_add, task_end, task_take, tasks_import
from relight.ui.api import form_blame

NEXT_UNITS, NEXT_HOURS = 12, 24


def _teams() -> list[tuple[str, str]]:
    return [(team.id, team.name(get_language() or "en")) for team in settings_now().teams]


def _task_form(data: Any = None) -> TaskForm:
    sites = [(site.id, site.name) for site in site_list()]
    functions = sorted(((function.id, function.name) for function in function_list()), key=lambda pair: pair[1])
    return TaskForm(data, teams=_teams(), sites=sites, functions=functions)


@require_safe
@needs(Permission.HOSPITAL_READ)
def tasks(request: HttpRequest) -> HttpResponse:
    """Tasks people added: the late first; the reader's own with `mine`."""
    return _tasks_page(request)


def _tasks_page(
    request: HttpRequest, *, form: TaskForm | None = None, file: TaskFileForm | None = None
) -> HttpResponse:
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    mine = "mine" in request.GET
    context = {
        "rows": task_rows(act=act, mine=mine), "ended": [] if mine else task_rows(act=act, ended=True)[:20],
        "mine": mine, "form": form or _task_form(), "file": file or TaskFileForm(teams=_teams()),
    }  # fmt: skip
    return render(request, "pmo/tasks/list.html", context, status=422 if form or file else 200)


@require_POST
@needs(Permission.PLAN_EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """Add a task."""
    form = _task_form(request.POST)
    if form.is_valid():
        given = {**form.cleaned_data, "after": tuple(form.cleaned_data["after"].replace(",", " ").split())}
        try:
            number = task_add(act=request.act, given=TaskGiven(**given))  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            said = gettext("Task %(number)d is added: the next plan holds it.")
            messages.success(request, said % {"number": number})
            return redirect("pmo:tasks")
    return _tasks_page(request, form=form)


@require_POST
@needs(Permission.PLAN_EDIT)
def take_in(request: HttpRequest) -> HttpResponse:
    """Take tasks from a file."""
    form = TaskFileForm(request.POST, request.FILES, teams=_teams())
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = tasks_import(
                act=request.act,  # type: ignore[attr-defined] # set by people.middleware
                content=file.read(),
                filename=file.name,
                team=form.cleaned_data["team"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            said = gettext("%(new)d new, %(known)d known, %(aside)d kept aside.")
            given = {"new": report.new, "known": report.known, "aside": len(report.aside)}
            messages.success(request, said % given)
            for place, refusal in report.aside[:10]:
                row = gettext("Row %(row)d: %(why)s") % {"row": place, "why": refusal.message(gettext)}
                messages.warning(request, f"{row} {refusal.next(gettext)}")
            return redirect("pmo:tasks")
    return _tasks_page(request, file=form)


@require_safe
@needs(Permission.HOSPITAL_READ)
def give_out(request: HttpRequest, shape: str) -> HttpResponse:
    """The tasks as a file, with when the plan does them."""
    if shape not in MEDIA:
        raise Http404
    content, media = task_file(shape, at=request.act.at)  # type: ignore[attr-defined] # set by people.middleware
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="restart-tasks.{shape}"'
    return answer


@require_POST
@needs(Permission.PROBLEM_ANSWER)
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Become the owner of a task."""
    return _changed(request, number, "take")


@require_POST
@needs(Permission.PROBLEM_ANSWER)
def end(request: HttpRequest, number: int) -> HttpResponse:
    """A task is done, or not needed any more."""
    return _changed(request, number, "end")


def _changed(request: HttpRequest, number: int, what: str) -> HttpResponse:
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    try:
        if what == "take":
            task_take(act=act, number=number, version=version)
        else:
            task_end(act=act, number=number, version=version, dropped="dropped" in request.POST)
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
    return redirect("pmo:tasks")


@require_safe
@needs(Permission.HOSPITAL_READ)
def chart(request: HttpRequest) -> HttpResponse:
    """The work of the latest plan as bars."""
    plan = plan_latest()
    drawn = gantt(plan) if plan else None
    svg = mark_safe(gantt_svg(drawn, ident="gantt")) if drawn else ""  # noqa: S308 - drawn here, every word escaped
    return render(request, "pmo/tasks/gantt.html", {"plan": plan, "svg": svg, "drawn": drawn})


@require_safe
@needs(Permission.HOSPITAL_READ)
def meeting(request: HttpRequest) -> HttpResponse:
    """One sheet for the morning round: what blocks, what is to be decided, what is late, what comes back next."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    plan, soon = plan_latest(), act.at + timedelta(hours=NEXT_HOURS)
    units = plan_page(plan).units if plan else ()
    rows = task_rows(act=act)
    context = {
        "plan": plan, "at": timezone.localtime(act.at), "problems": problem_views(act=act),
        "asked": [row for row in decision_list() if row.state == "proposed" and not row.ended_at],
        "held": decision_in_force(), "units": units[:NEXT_UNITS],
        "late": [row for row in rows if row.late],
        "soon": [row for row in rows if not row.late and row.begin and row.begin <= soon],
    }  # fmt: skip
    return render(request, "pmo/tasks/meeting.html", context)
