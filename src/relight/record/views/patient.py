"""What every page of a patient does before and after its work.

Owns: which record an address leads to, whether this person may open it, that a form of one patient never writes to
another, and that each showing is in the journal before the page leaves. Source: docs/design/chart.md, C10-C19.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.record import errors
from relight.record.selectors.chart import PatientFrame, frame_get, patient_lead
from relight.record.services.reads import read_note
from relight.ui.api import error_response

View = Callable[..., HttpResponseBase]
HEADER = "X-Relight-Patient"
FORBIDDEN = 403


def patient_of(request: HttpRequest) -> PatientFrame:
    """Return the patient of a page framed by `patient_page`."""
    return cast("PatientFrame", request.patient)


def patient_page(permission: Permission, *, tab: str = "", reads: bool = True) -> Callable[[View], View]:
    """Frame a view `view(request, patient: UUID, …)`: it gets `request.patient`, a PatientFrame.

    Args: tab: the page's tab (`overview`, `results`, `vitals`, `medicines`, `notes`, `documents`, `requests`,
    `everything`), named in the journal too. reads: it shows what is in the record; then each answer that shows
    something is noted before it leaves.
    Raises: RL-REC-002 for no such patient, RL-REC-330 for a form of another patient, RL-REC-331 for one of a record
    that was merged since. A refusal (RL-REC-240) becomes a page that offers breaking the glass.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, patient: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
            face = patient_lead(patient=patient)
            kept = face.patient
            if request.method not in ("GET", "HEAD"):
                _form_demand(request, patient, kept)
            elif kept != patient:
                return redirect(_address(request, kept))
            try:
                request.patient = frame_get(act=request.act, patient=kept, face=face)
            except RelightError as refusal:
                return _refused(request, refusal, kept)
            request.patient_tab = tab
            request.live_href = reverse("record:pulse", args=[kept])
            request.live_version = request.patient.version
            response = view(request, kept, *args, **kwargs)
            if reads and _shows(response):
                word = f"chart.{tab or view.__name__}"
                read_note(act=request.act, patients=[kept], what=word, ground=request.patient.ground)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return needs(permission)(framed)

    return wrap


def _shows(response: HttpResponseBase) -> bool:
    """Say whether an answer shows anything: a redirect, a refusal and "not modified" do not."""
    return response.status_code < 300 and response.status_code != 204  # noqa: PLR2004


def _address(request: HttpRequest, kept: UUID) -> str:
    """Return this very address for the record that was kept."""
    match = request.resolver_match
    if match is None:
        return reverse("record:chart", args=[kept])
    address = reverse(match.view_name, kwargs={**match.kwargs, "patient": kept})
    query = request.META.get("QUERY_STRING", "")
    return f"{address}?{query}" if query else address


def _form_demand(request: HttpRequest, patient: UUID, kept: UUID) -> None:
    """Refuse a form that was shown for another patient, or whose record leads elsewhere by now."""
    if _patient_shown(request) != str(patient):
        raise errors.OTHER_PATIENT.error(where="patient")
    if kept != patient:
        raise errors.MERGED_SINCE.error(where="patient")


def _patient_shown(request: HttpRequest) -> str:
    """Return the patient a form or a script says it is about."""
    said = request.headers.get(HEADER) or request.POST.get("patient", "")
    if not said and request.content_type == "application/json":
        try:
            body = json.loads(request.body)
        except ValueError:
            return ""
        said = body.get("patient", "") if isinstance(body, dict) else ""
    return said if isinstance(said, str) else ""


def _refused(request: HttpRequest, refusal: RelightError, patient: UUID) -> HttpResponse:
    """Answer who has no relation to the patient: what to do about it, and nothing of the record."""
    if refusal.code != errors.NO_RELATION.code:
        raise refusal
    is_page = "text/html" in request.headers.get("Accept", "text/html") and "HX-Request" not in request.headers
    if request.method not in ("GET", "HEAD") or not is_page:
        return error_response(request, refusal, status=FORBIDDEN)
    return render(request, "record/chart/refused.html", {"refused": patient}, status=FORBIDDEN)
