"""Sign-in, sign-out, first start, language and appearance: what stands before the house.

Refuses to lead anywhere but to this Relight.
"""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from relight.kernel.errors import RelightError
from relight.people.errors import LINK_USED, LOCKED
from relight.people.forms import FirstForm, SignInForm
from relight.people.guards import needs, public
from relight.people.models import Staff
from relight.people.selectors import administrator_exists
from relight.people.services import first_administrator_create, first_link_valid, language_change
from relight.people.sessions import sign_in, sign_out
from relight.people.types import Permission
from relight.ui.api import THEME_COOKIE, THEMES, form_blame

YEAR_S = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Return where to go afterwards: a page of this Relight, else the situation page."""
    place = request.POST.get("next") or request.GET.get("next") or "/"
    allowed = url_has_allowed_host_and_scheme(
        place, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return place if allowed else "/"


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Sign in; afterwards the page that was asked for opens."""
    place = safe_next(request)
    if request.method != "POST" and request.act.actor.startswith("staff:"):  # type: ignore[attr-defined]
        return redirect(place)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            staff = sign_in(
                request, username=data["username"], password=data["password"], shared=data["workstation"] == "shared"
            )
        except RelightError as error:
            form_blame(form, error)
            status = 429 if error.spec == LOCKED else 403
            request.axes_locked_out = None  # type: ignore[attr-defined] # this page says it better than axes would
        else:
            response = redirect("people:password" if staff.must_change_password else place)
            return keep_language(response, staff.language)
    context = {"form": form, "next": place, "started": administrator_exists()}
    return render(request, "people/sign_in.html", context, status=status)


@require_POST
@needs(Permission.SELF)
def sign_out_now(request: HttpRequest) -> HttpResponse:
    """Sign out; the sign-in page drops the drafts of this browser."""
    sign_out(request)
    return redirect("people:sign-in")


sign_out_now.password = True  # type: ignore[attr-defined] # reached with a one-time password too


@public
@sensitive_post_parameters("password", "again")
@never_cache
def first_start(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first administrator by the link the terminal printed, once, and sign them in."""
    if not first_link_valid(token):
        raise LINK_USED.error()
    form = FirstForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "again"}
        act = replace(request.act, actor="relight:first-start", roles=frozenset({"system"}))  # type: ignore[attr-defined]
        try:
            first_administrator_create(act=act, token=token, **data)
        except RelightError as error:
            form_blame(form, error)
        else:
            sign_in(request, username=data["username"], password=data["password"], shared=False)
            return keep_language(redirect("/"), data["language"])
    return render(request, "people/first_start.html", {"form": form})


@public
@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Take the language or the theme of this browser; a signed-in person's language is kept with their account."""
    response = redirect(safe_next(request))
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR_S, samesite="Lax")
    if language in dict(settings.LANGUAGES):
        act = request.act  # type: ignore[attr-defined]
        staff = request.user
        if act.actor.startswith("staff:") and isinstance(staff, Staff) and staff.language != language:
            language_change(act=act, staff=staff.id, language=language)
        keep_language(response, language)
    return response


def keep_language(response: HttpResponseRedirect, language: str) -> HttpResponseRedirect:
    """Let this browser speak a language before sign-in too."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, samesite="Lax")
    return response
