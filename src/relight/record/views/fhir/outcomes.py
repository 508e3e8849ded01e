"""Errors as OperationOutcome: the same sentences as everywhere, in FHIR's shape.

Owns the HTTP status and the FHIR issue type of every refusal of /fhir.
"""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from relight.kernel.errors import ErrorSpec, RelightError
from relight.record import errors
from relight.record.rules.canonical import dumps
from relight.record.rules.validate import Problem
from relight.ui.api import incident_code, status_of

log = logging.getLogger("relight.record")

FHIR_JSON = "application/fhir+json; charset=utf-8"
STATUS: dict[ErrorSpec, int] = {
    errors.CONFLICT: 412,
    errors.PAGE_GONE: 410,
    errors.RESOURCE_WRONG: 422,
    errors.MEDIA_WRONG: 415,
    errors.MEDIA_UNWANTED: 406,
    errors.BODY_TOO_LARGE: 413,
    errors.NOT_DELETED: 405,
    errors.METHOD_WRONG: 405,
    errors.ID_NOT_YOURS: 405,
    errors.SEVERAL_MATCH: 412,
    errors.TOKEN_NEEDED: 403,
    errors.NOT_SIGNED_IN: 401,
    errors.REFERENCE_NOWHERE: 422,
    errors.INCIDENT: 500,
    errors.BUSY: 503,
    errors.NO_RELATION: 403,
}
ISSUE = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "not-found",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    503: "transient",
}
_ISSUE_OF: dict[ErrorSpec, str] = {errors.SEVERAL_MATCH: "multiple-matches"}


def http_status(error: RelightError) -> int:
    """Return the HTTP status of an error below /fhir."""
    return STATUS.get(error.spec) or status_of(error)


def issue(*, severity: str, code: str, error: RelightError, where: str = "", words: str = "") -> dict[str, Any]:
    """Make one issue. Args: words: said instead of the error's own sentence."""
    made: dict[str, Any] = {
        "severity": severity,
        "code": code,
        "details": {"coding": [{"code": error.code}], "text": words or error.message(gettext)},
        "diagnostics": error.next(gettext),
    }
    if where:
        made["expression"] = [where]
    return made


def outcome_of(error: RelightError, *, severity: str = "error") -> dict[str, Any]:
    """Render an error as an OperationOutcome; a resource that is wrong has an issue for each element."""
    problems = error.params.get("problems")
    if isinstance(problems, list) and problems:
        found = [
            issue(severity=severity, code=one.code, error=error, where=_path(error, one), words=gettext(one.words))
            for one in problems
            if isinstance(one, Problem)
        ]
    else:
        code = _ISSUE_OF.get(error.spec) or ISSUE.get(http_status(error), "exception")
        found = [issue(severity=severity, code=code, error=error, where=error.where)]
    return {"resourceType": "OperationOutcome", "issue": found}


def _path(error: RelightError, problem: Problem) -> str:
    """Name the element, below its entry where it came in a bundle."""
    return f"{error.where}.resource.{problem.path}" if error.where.startswith("Bundle.") else problem.path


def outcome_response(error: RelightError, *, status: int | None = None) -> HttpResponse:
    """Answer with an OperationOutcome."""
    code = status or http_status(error)
    response = HttpResponse(dumps(outcome_of(error)), status=code, content_type=FHIR_JSON)
    if code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Relight"'
    if code == 503:
        response["Retry-After"] = "3"
    return response


def incident_outcome(exception: Exception, *, method: str) -> HttpResponse:
    """Answer what nobody foresaw: the log has it under a code, the answer only the code."""
    incident = incident_code()
    log.error("incident %s: %s /fhir", incident, method, exc_info=exception, extra={"incident": incident})
    return outcome_response(errors.INCIDENT.error(incident=incident))
