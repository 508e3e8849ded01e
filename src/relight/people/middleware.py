"""Puts the act of the signed-in person on every request; sends the rest to the sign-in page.

Sets `request.act`, `request.may` (permission word -> bool). Without a living session only views
marked `public` are reached. A program signs in with `Authorization: Bearer`; then no session and no
cookie counts. A view may answer nobody in its own form: its attribute `unsigned`. Over TLS a person who is
at no enrolled workstation comes in by a door of its own, which the matrix gives no patients' data.

`ProgramMiddleware` leads a program straight to a view made for programs (its attribute `programs`), past sessions,
cookies, forms and messages, which count for browsers only: half the work of a request that reads one resource.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import resolve, reverse
from django.utils import translation

from relight.kernel.act import Act, Door
from relight.people.errors import PASSWORD_FIRST, SIGN_IN_NEEDED
from relight.people.models import Staff
from relight.people.rules import permissions_of
from relight.people.sessions import act_of, clock, door_of, session_alive
from relight.people.tokens import token_act
from relight.ui.api import error_response

NOBODY = "nobody:"
POLLING = "HTTP_X_RELIGHT_LIVE"
PROGRAM_POLICY = "default-src 'none'; frame-ancestors 'none'"  # no answer to a program is ever a page


class ProgramMiddleware:
    """The short way for programs; stands after what every answer needs, before what only browsers need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.people = PeopleMiddleware(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _bearer(request):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Http404:
            return self.get_response(request)
        if not getattr(match.func, "programs", False):
            return self.get_response(request)
        request.get_host()  # a host name that is not ours is refused here too
        request.resolver_match = match
        with translation.override(translation.get_language_from_request(request)):
            response = self.people(request)
        response.headers.setdefault("Content-Security-Policy", PROGRAM_POLICY)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        match = request.resolver_match
        assert match is not None
        refusal = self.people.process_view(request, match.func, match.args, match.kwargs)
        return refusal or match.func(request, *match.args, **match.kwargs)


class PeopleMiddleware:
    """Who is asking, and may they come in at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now = clock()
        request.act = Act(actor=NOBODY, at=now, door=Door.WEB)  # type: ignore[attr-defined]
        if bearer := _bearer(request):
            request.bearer = True  # type: ignore[attr-defined]
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined] # a token is never sent by itself
            request.act = token_act(bearer, at=now) or request.act  # type: ignore[attr-defined]
        elif isinstance(request.user, Staff):
            polling = POLLING in request.META
            if session_alive(request, now=now, polling=polling):
                request.act = act_of(request.user, at=now, door=door_of(request))  # type: ignore[attr-defined]
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = request.user.language
            else:
                logout(request)
        act: Act = request.act  # type: ignore[attr-defined]
        permitted = {permission.value for permission in permissions_of(act.roles, door=act.door)}
        request.may = permitted.__contains__  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Refuse what is not public before sign-in, and everything but the new password before that is set."""
        if getattr(view, "public", False):
            return None
        if request.act.actor == NOBODY:  # type: ignore[attr-defined]
            return getattr(view, "unsigned", _to_sign_in)(request)  # type: ignore[no-any-return]
        if getattr(request, "bearer", False):
            return None
        staff = request.user
        if isinstance(staff, Staff) and staff.must_change_password and not getattr(view, "password", False):
            if request.method == "GET" and POLLING not in request.META:
                return HttpResponseRedirect(reverse("people:password"))
            return error_response(request, PASSWORD_FIRST.error())
        return None


def _bearer(request: HttpRequest) -> str:
    """Return the bearer token a program sent, empty without one."""
    kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead a page to the sign-in page and back; answer 401 to a script or a program."""
    place = reverse("people:sign-in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": place})
    if POLLING in request.META or "text/html" not in request.headers.get("Accept", "text/html"):
        return JsonResponse(SIGN_IN_NEEDED.error().document(translation.gettext), status=401)
    back = request.get_full_path() if request.method == "GET" else urlsplit(request.headers.get("Referer", "/")).path
    return HttpResponseRedirect(f"{place}?{urlencode({'next': back})}")
