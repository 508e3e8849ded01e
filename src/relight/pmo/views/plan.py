"""Pages of the plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.paper.charts import NARROW, WIDE, BurnUp, burn_up
from relight.people.api import Permission, needs
from relight.pmo.selectors.days import admitted_by_day, forecast_fan, forecast_latest, score
from relight.pmo.selectors.plans import fan, plan_latest, plan_page
from relight.pmo.services.plans import plan_make, plan_publish


@require_safe
@needs(Permission.HOSPITAL_READ)
def plan(request: HttpRequest) -> HttpResponse:
    """The latest plan: orders compared, machines by day, dates of the service units."""
    latest, kept = plan_latest(), forecast_latest()
    at = request.act.at  # type: ignore[attr-defined] # set by people.middleware
    context: dict[str, Any] = {"page": None}
    if latest is not None:
        charts, told = _drawn(fan(latest), "plan")
        context = {"page": plan_page(latest), "charts": charts, "told": told}
    if kept is not None:
        charts, told = _drawn(forecast_fan(dict(enumerate(admitted_by_day(until=kept.at)))), "kept")
        context |= {"kept": kept, "kept_charts": charts, "kept_told": told, "score": _score(at)}
    return render(request, "pmo/plan.html", context)


def _drawn(chart: BurnUp | None, ident: str) -> tuple[dict[str, Any], str]:
    """Draw a chart wide and narrow, with what it says in words."""
    if chart is None:
        return {}, ""
    drawn = {frame.key: burn_up(chart, frame=frame, ident=f"{ident}-{frame.key}") for frame in (WIDE, NARROW)}
    safe = {key: mark_safe(svg) for key, svg in drawn.items()}  # noqa: S308 - drawn here, every word escaped
    return safe, chart.description


def _score(at: datetime) -> dict[str, Any] | None:
    found = score(at=at)
    if found is None:
        return None
    return {
        "n": found.n, "inside_90": round(100 * found.inside_90), "inside_60": round(100 * found.inside_60),
        "loss": round(found.loss, 1), "naive": round(found.naive, 1),
    }  # fmt: skip


@require_POST
@needs(Permission.HOSPITAL_EXPECT)
def make(request: HttpRequest) -> HttpResponse:
    """Compute a plan now; the page waits the few seconds it takes."""
    try:
        plan_make(act=request.act)  # type: ignore[attr-defined] # set by people.middleware
    except RelightError as error:
        messages.error(request, f"{gettext(error.spec.message).format(**error.params)} {gettext(error.spec.next)}")
    else:
        messages.success(request, gettext("The plan is computed from the state of this moment."))
    return redirect("pmo:plan")


@require_POST
@needs(Permission.HOSPITAL_EXPECT)
def publish(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Write the dates of a plan where wards and bulletins read them."""
    try:
        count = plan_publish(act=request.act, plan=plan)  # type: ignore[attr-defined] # set by people.middleware
    except RelightError as error:
        messages.error(request, f"{gettext(error.spec.message).format(**error.params)} {gettext(error.spec.next)}")
    else:
        said = ngettext("%(count)s expected date written.", "%(count)s expected dates written.", count)
        messages.success(request, said % {"count": count})
    return redirect("pmo:plan")
