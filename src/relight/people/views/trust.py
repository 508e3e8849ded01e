"""How a workstation comes to trust this Relight: one page to print, and the certificate to take along.

Stands before sign-in: nothing on it is secret. What makes it safe is the comparison it asks for.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.journal.api import authority_find
from relight.people.errors import NO_AUTHORITY
from relight.people.guards import public

FILE = "relight-authority.crt"


@public
@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """The steps for each system, the fingerprint to compare; before the first `--listen`, how to start it."""
    return render(request, "people/trust.html", {"authority": authority_find(), "file": FILE})


@public
@require_safe
def trust_file(request: HttpRequest) -> HttpResponse:
    """The authority's certificate, as every system takes it. Raises: MissingError RL-PPL-021."""
    authority = authority_find()
    if authority is None:
        raise NO_AUTHORITY.error()
    response = HttpResponse(authority.pem, content_type="application/x-x509-ca-cert")
    response["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response
