"""What this server can do: the CapabilityStatement, and the answer where there is nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from relight import __version__
from relight.people.api import Permission
from relight.record import errors
from relight.record.rules.canonical import dumps
from relight.record.rules.params import PARAMS, ParamKind, params_of
from relight.record.rules.structures import TYPES
from relight.record.views.fhir.frame import base_of, fhir
from relight.record.views.fhir.outcomes import FHIR_JSON

INTERACTIONS = ("read", "vread", "update", "history-instance", "history-type", "create", "search-type")
DATE = "2026-11-23"


@fhir(None, "GET", "HEAD")
@cache_control(max_age=300)
def metadata(request: HttpRequest) -> HttpResponse:
    """Answer with the CapabilityStatement."""
    return HttpResponse(dumps(capability(base_of(request))), content_type=FHIR_JSON)


@fhir(Permission.RECORD_READ, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer every other address below /fhir."""
    if request.method == "DELETE":
        raise errors.NOT_DELETED.error(where="DELETE")
    raise errors.OPERATION_UNKNOWN.error(where="")


def capability(base: str) -> dict[str, Any]:
    """Describe this server. Args: base: its own address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "Relight", "version": __version__},
        "implementation": {"description": "Downtime patient record", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": "Nothing is deleted. Updates need If-Match. Unknown search parameters are refused.",
                "security": {"cors": False, "description": "Authorization: Bearer, issued by an administrator."},
                "resource": [_resource(kind) for kind in sorted(TYPES - {"Bundle", "OperationOutcome", "Parameters"})],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(kind: str) -> dict[str, Any]:
    params = params_of(kind).values()
    references = sorted(param.name for param in params if param.kind is ParamKind.REFERENCE)
    found: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": True,
        "conditionalRead": "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "searchInclude": [f"{kind}:{name}" for name in references],
        "searchRevInclude": sorted(
            f"{other}:{param.name}"
            for other, theirs in PARAMS.items()
            for param in theirs.values()
            if param.kind is ParamKind.REFERENCE and param.target == kind
        ),
        "searchParam": [
            {"name": param.name, "type": param.kind.value} for param in sorted(params, key=lambda one: one.name)
        ],
    }
    if not found["searchRevInclude"]:
        del found["searchRevInclude"]
    if kind == "Patient":
        found["operation"] = [
            {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}
        ]
    return found
