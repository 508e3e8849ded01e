"""Pages of the restart office: form, service, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.paper.charts import NARROW, WIDE, burn_up
from relight.people.api import Permission, needs
from relight.pmo.selectors.plans import fan, plan_latest, plan_page
from relight.pmo.services.plans import plan_make, plan_publish


@require_safe
@needs(Permission.HOSPITAL_READ)
def plan(request: HttpRequest) -> HttpResponse:
    """The latest plan: orders compared, machines by day, dates of the service units."""
    latest = plan_latest()
    context: dict[str, Any] = {"page": None}
    if latest is not None:
        chart = fan(latest)
        drawn = {frame.key: burn_up(chart, frame=frame, ident=frame.key) for frame in (WIDE, NARROW)} if chart else {}
        safe = {key: mark_safe(svg) for key, svg in drawn.items()}  # noqa: S308 - drawn here, every word escaped
        context = {"page": plan_page(latest), "charts": safe, "told": chart.description if chart else ""}
    return render(request, "pmo/plan.html", context)


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
