"""What every address below /fhir does before and after its work.

Owns methods, sign-in, permission, Accept, bodies and their limits, and that every refusal is an
OperationOutcome. Source: hl7.org/fhir/R4/http.html; docs/design/fhir.md, cases 1-19.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError, Word
from relight.people.api import Permission, permit
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.structures import TYPES
from relight.record.views.fhir.outcomes import FHIR_JSON, incident_outcome, outcome_response

View = Callable[..., HttpResponse]
MIB = 1024 * 1024
RESOURCE_BYTES = 20 * MIB
BUNDLE_BYTES = 50 * MIB
FORM_BYTES = MIB
_JSON = ("application/fhir+json", "application/json", "application/json+fhir", "text/json", "*/*", "application/*")
_FORMATS = ("json", "application/fhir+json", "application/json", "text/json", "application/fhir json")
_READS = ("GET", "HEAD")


def unsigned(_request: HttpRequest) -> HttpResponse:
    """Answer who has no valid token and no session."""
    return outcome_response(errors.NOT_SIGNED_IN.error(where="Authorization"))


def fhir(permission: Permission | None, *methods: str) -> Callable[[View], View]:
    """Frame a view. Args: permission: needed by every method of it; None for all the world. methods: those it takes;
    a writing one asks for its own permission itself."""

    def wrap(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                _admit(request, permission, methods)
                response = view(request, *args, **kwargs)
            except RelightError as refusal:
                response = _refused(refusal, methods)
            except (OperationalError, InterfaceError, OSError):
                response = outcome_response(errors.BUSY.error(where="database"))
            except Exception as fault:  # the last resort: no reader ever sees a stack trace
                response = incident_outcome(fault, method=request.method or "")
            response.headers.setdefault("Cache-Control", "no-store")
            return _bodiless(response) if request.method == "HEAD" else response

        framed.csrf_exempt = True  # type: ignore[attr-defined] # what writes needs a token, which no browser sends by itself
        framed.programs = True  # type: ignore[attr-defined] # people's short way leads here
        framed.unsigned = unsigned  # type: ignore[attr-defined] # people's middleware answers nobody with it
        if permission is None:
            framed.public = True  # type: ignore[attr-defined]
        else:
            framed.permission = permission  # type: ignore[attr-defined] # read by the matrix test
        return framed

    return wrap


def _admit(request: HttpRequest, permission: Permission | None, methods: tuple[str, ...]) -> None:
    """Let a request in: its method, its Accept, its token, its permission."""
    method = request.method or ""
    if method not in methods:
        if method == "DELETE":
            raise errors.NOT_DELETED.error(where=method)
        raise errors.METHOD_WRONG.error(where="", method=method[:10], allowed=", ".join(methods))
    if permission is not None:
        permit(act_of_request(request), permission)
    if method not in _READS and not getattr(request, "bearer", False):
        raise errors.TOKEN_NEEDED.error(where="Authorization")
    accepts(request)


def _refused(refusal: RelightError, methods: tuple[str, ...]) -> HttpResponse:
    response = outcome_response(refusal)
    if response.status_code == 405:
        response["Allow"] = ", ".join(methods)
    return response


def _bodiless(response: HttpResponse) -> HttpResponse:
    """Answer HEAD: the same headers, no body."""
    length = str(len(response.content))
    response.content = b""
    response["Content-Length"] = length
    return response


def accepts(request: HttpRequest) -> None:
    """Refuse a reader who wants something else than JSON. Raises: RL-REC-115."""
    wanted = request.GET.get("_format")
    if wanted is not None:
        if wanted.partition(";")[0].strip().lower() not in _FORMATS:
            raise errors.MEDIA_UNWANTED.error(where="_format")
        return
    accept = request.META.get("HTTP_ACCEPT", "")
    if not accept:
        return
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if not any(kind in _JSON for kind in kinds):
        raise errors.MEDIA_UNWANTED.error(where="Accept")


def act_of_request(request: HttpRequest) -> Act:
    """Return who asks, as the middleware of people has set it."""
    return cast("Act", request.act)  # type: ignore[attr-defined]


def base_of(request: HttpRequest) -> str:
    """Return this record's own address, without a slash at its end."""
    return f"{request.scheme}://{request.get_host()}/fhir"


def type_demand(name: str) -> str:
    """Return a resource type. Raises: RL-REC-110."""
    if name not in TYPES:
        raise errors.TYPE_UNKNOWN.error(where="resourceType")
    return name


def id_demand(kind: str, text: str) -> UUID:
    """Return an id of this record. Raises: RL-REC-002: what cannot be one is not here."""
    try:
        found = UUID(text) if len(text) == 36 else None
    except ValueError:
        found = None
    if found is None:
        raise errors.NO_RESOURCE.error(where=kind, type=kind)
    return found


def body_read(request: HttpRequest, *, limit: int) -> dict[str, Any]:
    """Read a JSON body. Raises: RL-REC-111, 114, 116."""
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind not in _JSON[:4]:
        raise errors.MEDIA_WRONG.error(where="Content-Type")
    try:
        value = loads(_raw(request, limit=limit))
    except (ValueError, RecursionError) as refusal:
        raise errors.BODY_UNREADABLE.error(where="body", reason=Word(N_("it is no JSON"))) from refusal
    if not isinstance(value, dict):
        raise errors.BODY_UNREADABLE.error(where="body", reason=Word(N_("it is no JSON object")))
    return value


def form_read(request: HttpRequest) -> list[tuple[str, str]]:
    """Read the form of a POST search. Raises: RL-REC-114, 116."""
    kind = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise errors.MEDIA_WRONG.error(where="Content-Type")
    return pairs_read(_raw(request, limit=FORM_BYTES).decode("utf-8", "replace"))


def query_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Read the query of the address; signs that were not escaped are UTF-8, as browsers send them."""
    raw = request.META.get("QUERY_STRING", "")
    return pairs_read(raw.encode("latin-1", "replace").decode("utf-8", "replace"))


def pairs_read(text: str) -> list[tuple[str, str]]:
    """Read a query string. Raises: RL-REC-104 when it has more pairs than any search."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=100)
    except ValueError as refusal:
        raise errors.SEARCH_TOO_MUCH.error(where="query", most=100) from refusal


def _raw(request: HttpRequest, *, limit: int) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > limit:
        raise errors.BODY_TOO_LARGE.error(where="body", limit=limit // MIB)
    raw = request.read(limit + 1)
    if len(raw) > limit:
        raise errors.BODY_TOO_LARGE.error(where="body", limit=limit // MIB)
    return bytes(raw)


def resource_response(
    body: bytes, *, version: int, modified: float, status: int = 200, location: str = ""
) -> HttpResponse:
    """Answer with one resource and the headers that tell its version. Args: modified: seconds since 1970."""
    response = HttpResponse(body, status=status, content_type=FHIR_JSON)
    response["ETag"] = f'W/"{version}"'
    response["Last-Modified"] = http_date(modified)
    if location:
        response["Location"] = location
    return response
