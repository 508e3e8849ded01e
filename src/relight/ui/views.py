"""The handlers of the root urls, the refused form, and the style guide.

`config/urls.py` names them: handler400 = "relight.ui.views.bad_request", handler403, handler404, handler500;
settings: CSRF_FAILURE_VIEW = "relight.ui.views.csrf_failure".
"""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from relight.kernel.errors import RelightError
from relight.ui import errors
from relight.ui.error_pages import error_response, incident_response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 when what was sent is too large."""
    if isinstance(exception, RequestDataTooBig):
        return error_response(request, errors.TOO_LARGE.error(), status=413)
    return error_response(request, errors.BAD_REQUEST.error(), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 of Django's own making."""
    return error_response(request, errors.FORBIDDEN.error(), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address."""
    return error_response(request, errors.NOT_FOUND.error(), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """What a middleware raised: a coded error is rendered as such, the rest is an incident."""
    exception = sys.exc_info()[1]
    if isinstance(exception, RelightError):
        return error_response(request, exception)
    return incident_response(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: opened before signing in again, or sent from elsewhere."""
    return error_response(request, errors.STALE_FORM.error(), status=403)
