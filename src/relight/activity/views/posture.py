"""The posture of the sites: all of them (for a wall too), and one with its form and its past."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.activity.errors import POSTURE_SITE, POSTURE_STALE
from relight.activity.forms.posture import PostureForm
from relight.activity.selectors.posture import PostureView, posture_list, posture_page, posture_past
from relight.activity.services.posture import posture_set
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, in_scope, may, needs
from relight.ui.api import form_blame


@require_safe
@needs(Permission.ACTIVITY_READ)
def posture(request: HttpRequest) -> HttpResponse:
    """How each site stands; `?wall` for a wall screen."""
    page = posture_page()
    context = {"rows": page.rows, "kinds": page.kinds, "totals": page.totals, "diverted": page.diverted}
    return render(request, "activity/posture.html", context)


@require_safe
@needs(Permission.ACTIVITY_READ)
def posture_site(request: HttpRequest, site: str) -> HttpResponse:
    """One site: how it stands, the form to set it, what was said before."""
    view = _view_of(site)
    said, shown = (view.saying.said, view.saying.id) if view.saying else (None, None)
    return _site(request, view, PostureForm(initial=PostureForm.initial_of(said, shown=shown)))


@require_POST
@needs(Permission.ACTIVITY_POSTURE)
def posture_put(request: HttpRequest, site: str) -> HttpResponse:
    """Set how a site stands."""
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    view = _view_of(site)
    form = PostureForm(request.POST)
    if form.is_valid():
        try:
            posture_set(act=act, site=site, said=form.said(), shown=form.cleaned_data["shown"])
        except RelightError as error:
            form_blame(form, error)
            if error.spec is POSTURE_STALE:
                form = _shown_anew(form, _view_of(site))
        else:
            messages.success(request, gettext("%(site)s is set.") % {"site": view.site_name})
            return redirect("activity:posture")
    return _site(request, _view_of(site), form, status=422)


def _shown_anew(form: PostureForm, view: PostureView) -> PostureForm:
    """Keep what was typed, and let it be saved over what is beside it now."""
    errors = form.errors
    data = form.data.copy()
    data["shown"] = str(view.saying.id) if view.saying else ""
    again = PostureForm(data)
    again.full_clean()
    again._errors = errors
    return again


def _view_of(site: str) -> PostureView:
    views = posture_list()
    found = next((view for view in views if view.site == site), None)
    if found is None:
        raise POSTURE_SITE.error(where="site", site=site, known=", ".join(view.site for view in views) or "—")
    return found


def _site(request: HttpRequest, view: PostureView, form: PostureForm, *, status: int = 200) -> HttpResponse:
    act: Act = request.act  # type: ignore[attr-defined]
    settable = bool(may(act, Permission.ACTIVITY_POSTURE)) and in_scope(act, site=view.site, service="")
    context = {"view": view, "form": form, "past": posture_past(view.site), "settable": settable}
    return render(request, "activity/posture_site.html", context, status=status)
