"""Problems: the list with what is over, a new one, an amendment, an end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission
from relight.record.forms.writing.base import WritingForm
from relight.record.forms.writing.lists import ProblemForm, ResolveForm, problem_initial
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.problems import problem_read
from relight.record.selectors.problem_list import problems_list
from relight.record.services.charting import item_current
from relight.record.services.problems import problem_add, problem_amend, problem_resolve
from relight.record.types import Body
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.conflict import clash_of
from relight.record.views.writing.flow import Writing, chart_form, form_page
from relight.ui.api import form_blame

TYPE = "Condition"


@require_safe
@patient_page(Permission.RECORD_READ, tab="overview")
def problems(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What ails somebody, and what is over."""
    frame = patient_of(request)
    lines = problems_list(records=frame.records, zero=frame.day_zero)
    context = {
        "active": [one for one in lines if one.problem.is_active],
        "past": [one for one in lines if not one.problem.is_active],
    }
    return render(request, "record/writing/problems.html", context)


@chart_form(tab="overview")
def problem_new(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Record a problem."""

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, ProblemForm)
        problem_add(act=request.act, patient=patient, given=form.given, ticket=ticket)
        return reverse("record:problems", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.PROBLEM, key="new", form=ProblemForm, template="record/writing/problem.html",
            title=gettext("Record a problem"), back=reverse("record:problems", args=[patient]), save=save,
            said=gettext("The problem is recorded."),
        ),
    )  # fmt: skip


@chart_form(tab="overview")
def problem_edit(request: HttpRequest, patient: UUID, problem: UUID) -> HttpResponse:
    """Amend a problem, also one that came from elsewhere."""
    held = item_current(patient=patient, type=TYPE, id=problem)

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, ProblemForm)
        problem_amend(
            act=request.act, patient=patient, problem=problem, version=int(form.cleaned_data["version"] or 0),
            given=form.given, reason=form.cleaned_data["reason"], ticket=ticket,
        )  # fmt: skip
        return reverse("record:problems", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.PROBLEM, key=str(problem), form=ProblemForm, template="record/writing/problem.html",
            title=gettext("Amend a problem"), back=reverse("record:problems", args=[patient]), save=save,
            said=gettext("The amendment is written; the old text stays in the history."),
            initial=_initial(loads(held.body)), version=str(held.version),
            clash=clash_of(type=TYPE, id=problem, read=_initial), options={"amends": True}, context={"amends": held},
        ),
    )  # fmt: skip


def _initial(body: Body) -> dict[str, str]:
    return problem_initial(problem_read(body))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_WRITE, tab="overview")
def problem_over(request: HttpRequest, patient: UUID, problem: UUID) -> HttpResponse:
    """Say that a problem is over."""
    held = item_current(patient=patient, type=TYPE, id=problem)
    form = ResolveForm(request.POST or None, initial={"patient": str(patient), "version": held.version})
    back = reverse("record:problems", args=[patient])
    if request.method == "POST" and form.is_valid():
        try:
            problem_resolve(
                act=request.act, patient=patient, problem=problem, version=form.cleaned_data["version"],
                until=form.cleaned_data["until"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Noted as over."))
            return redirect(back)
    context = {
        "form": form, "back": back, "title": gettext("A problem is over"), "action": gettext("It is over"),
        "subject": problem_read(loads(held.body)).name, "consequences": [],
    }  # fmt: skip
    return render(request, "record/writing/why.html", context)
