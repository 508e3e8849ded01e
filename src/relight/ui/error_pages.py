"""Errors as answers: page, JSON or htmx notice, always the same document and the right status.

Owns the choice of status and shape. Sentences come from the declared errors.
"""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_lazy

from relight.kernel.errors import ErrorKind, RelightError
from relight.ui import errors

log = logging.getLogger("relight.ui")

STATUS = {ErrorKind.INPUT: 400, ErrorKind.PEER: 502, ErrorKind.RULE: 409, ErrorKind.MISSING: 404}
NO_PERMISSION = "RL-PPL-001"
NOT_ENROLLED = "RL-PPL-020"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

HEADINGS = {
    400: gettext_lazy("This could not be read"),
    403: gettext_lazy("Your role does not open this"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("That is not possible here"),
    409: gettext_lazy("A rule says no"),
    413: gettext_lazy("Too large"),
    500: gettext_lazy("Relight made a mistake"),
    502: gettext_lazy("The other end did not answer as it should"),
}
NOT_ENROLLED_HEADING = gettext_lazy("This workstation is not enrolled")


def status_of(error: RelightError) -> int:
    """Return the HTTP status of an error by its kind; a missing permission is 403, as is a strange workstation."""
    return 403 if error.code in (NO_PERMISSION, NOT_ENROLLED) else STATUS[error.spec.kind]


def wants_json(request: HttpRequest) -> bool:
    """Say whether the caller prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def error_response(request: HttpRequest, error: RelightError, *, status: int | None = None) -> HttpResponse:
    """Answer a request with an error.

    Args: status: only where the kind does not say it (405, 413, 419).
    Returns: JSON when preferred; for htmx a notice put into the page; otherwise a page of its own.
    """
    code = status or status_of(error)
    document = error.document(gettext)
    if wants_json(request):
        return JsonResponse(document, status=code)
    heading = NOT_ENROLLED_HEADING if error.code == NOT_ENROLLED else HEADINGS.get(code, HEADINGS[400])
    context = {"error": document["error"], "status": code, "error_heading": heading}
    if request.headers.get("HX-Request") == "true":
        notice = HttpResponse(render_to_string("ui/parts/error_notice.html", context, request), status=code)
        notice["HX-Retarget"] = "#notices"
        notice["HX-Reswap"] = "innerHTML"
        return notice
    return HttpResponse(render_to_string("ui/error.html", context, request), status=code)


def incident_code() -> str:
    """Make a short code a tired person can read out over the telephone: `K7QM-2X4T`."""
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def incident_response(request: HttpRequest, exception: BaseException | None) -> HttpResponse:
    """Answer what nobody foresaw: log it whole under an incident code, show only the code."""
    incident = incident_code()
    log.error(
        "incident %s: %s %s", incident, request.method, request.path, exc_info=exception, extra={"incident": incident}
    )
    error = errors.INCIDENT.error(incident=incident)
    try:
        return error_response(request, error, status=500)
    except Exception:  # the frame itself is broken (database gone): still answer, and still with the code
        log.exception("incident %s: the error page could not be drawn", incident)
        return HttpResponse(str(error), status=500, content_type="text/plain; charset=utf-8")
