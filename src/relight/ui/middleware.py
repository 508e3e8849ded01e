"""The two middlewares of the frame: the moment of a request, and errors as pages.

`FrameMiddleware` notes the time and the version of the live pages before the view reads anything.
`ErrorMiddleware` renders every `RelightError` as the one error document: a page, JSON where asked for, or a
notice where htmx asked. What nobody foresaw becomes an incident code; no stack trace reaches a reader.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.module_loading import import_string

from relight.kernel.errors import RelightError
from relight.ui import errors
from relight.ui.error_pages import error_response, incident_response
from relight.ui.moment import CURRENT, Moment

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class FrameMiddleware:
    """Notes the time, and the live version before any row is read: a change after it is never missed.

    Settings: `RELIGHT_LIVE_VERSION`, dotted path of a function without arguments: the version `/live/` answers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        path: str = getattr(settings, "RELIGHT_LIVE_VERSION", "")
        self.version: Callable[[], object] | None = import_string(path) if path else None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = CURRENT.set(Moment(now=timezone.now()))
        try:
            return self.get_response(request)
        finally:
            CURRENT.reset(token)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Read the live version for a page somebody will look at, and for nothing else."""
        if self.version and request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            request.live_version = self.version()  # type: ignore[attr-defined]


class ErrorMiddleware:
    """Turns errors of views into answers a person can use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            page = error_response(request, errors.WRONG_METHOD.error(method=request.method), status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for what the view raised. 404 and refusals of Django go on to the handlers of the root urls."""
        if isinstance(exception, RelightError):
            return error_response(request, exception)
        if isinstance(exception, RequestDataTooBig):
            return error_response(request, errors.TOO_LARGE.error(), status=413)
        if is_expected(exception):
            return None
        return incident_response(request, exception)


def is_expected(exception: Exception) -> bool:
    """Say whether Django has an answer of its own, through handler400, 403 and 404."""
    return isinstance(exception, (Http404, PermissionDenied, SuspiciousOperation, BadRequest))
