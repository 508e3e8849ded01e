"""Finding a patient, and registering one who is not here yet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.record import errors
from relight.record.forms.patients import FindForm, PersonForm, UnknownForm
from relight.record.rules.identity import Person, Unknown, patient_body
from relight.record.rules.places import StayKind
from relight.record.selectors.duplicates import duplicates_find
from relight.record.selectors.finding_pages import exact_one, found_rows
from relight.record.selectors.identity_pages import compare_lines, likely_sides, typed_side
from relight.record.selectors.numbers import kinds_now
from relight.record.selectors.ward_pages import ward_default
from relight.record.services.finding import patients_search
from relight.record.services.identity import Registered, patient_register
from relight.record.services.reads import read_note
from relight.record.services.stays import patient_admit
from relight.ui.api import form_blame

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
@needs(Permission.RECORD_READ)
def patients(request: HttpRequest) -> HttpResponse:
    """The box to find somebody; who was found, as one types. A whole number with Enter opens the record."""
    form = FindForm(request.POST or None, auto_id="find_%s")
    text = form.cleaned_data["q"] if form.is_valid() else ""
    typing = "HX-Request" in request.headers
    rows, refusal = [], None
    try:
        rows = found_rows(patients_search(act=request.act, text=text), act=request.act) if text else []
    except RelightError as error:
        if error.code != errors.MISREAD.code:
            raise
        refusal = error.document(gettext)
    one = None if typing else exact_one(rows)
    if one is not None:
        return redirect("record:chart", patient=one)
    context = {"find": form, "rows": rows, "text": text, "refusal": refusal}
    response = render(request, "record/wards/parts/found.html" if typing else "record/wards/find.html", context)
    response["Cache-Control"] = "no-store"
    return response


@EDIT
@needs(Permission.RECORD_IDENTITY)
def register(request: HttpRequest) -> HttpResponse:
    """Register somebody, known or not, and admit them at once where a ward is chosen."""
    unknown = "unknown" in request.GET
    kind = UnknownForm if unknown else PersonForm
    first = {"ward": _ward_here(request), "paper": request.GET.get("paper", "")}
    form = kind(request.POST or None, act=request.act, initial=first)
    context: dict[str, Any] = {"form": form, "unknown": unknown}
    if form.is_valid():
        who = form.unknown() if isinstance(form, UnknownForm) else form.person()
        try:
            made = patient_register(
                act=request.act,
                person=who,
                site=form.cleaned_data["ward"].partition("/")[0],
                looked_at=_looked_at(request),
                checked=bool(form.cleaned_data.get("checked")),
                paper=form.cleaned_data["paper"],
            )
        except RelightError as error:
            if error.code == errors.PROBABLY_HERE.code:
                context |= _likely(request, who)
            else:
                form_blame(form, error)
        else:
            return _registered(request, form, made)
    return render(request, "record/wards/register.html", context)


def _ward_here(request: HttpRequest) -> str:
    """Return the ward asked for, else the workstation's, else the reader's only one."""
    site, _, ward = request.GET.get("ward", "").partition("/")
    here = getattr(request, "workstation", None)
    site, ward = (site, ward) if ward else (here.site, here.service) if here is not None else ("", "")
    return ward_default(act=request.act, site=site, ward=ward)  # type: ignore[attr-defined] # set by people.middleware


def _looked_at(request: HttpRequest) -> list[UUID]:
    """Return the probable duplicates that were shown; what is no id is nobody."""
    found = []
    for text in request.POST.getlist("looked_at"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _likely(request: HttpRequest, who: Person | Unknown) -> dict[str, Any]:
    """Set who was typed beside the records that are probably theirs."""
    body = patient_body(who, number=None, kinds=kinds_now())
    likely = likely_sides(duplicates_find(body=body))
    read_note(act=request.act, patients=[one.patient for one, _, _ in likely], what="register")  # type: ignore[attr-defined]
    return {"likely": likely, "lines": compare_lines(typed_side(body), *(side.said for _, side, _ in likely))}


def _registered(request: HttpRequest, form: PersonForm | UnknownForm, made: Registered) -> HttpResponse:
    """Admit who was registered where a ward was chosen; a taken bed leaves them registered, and says so."""
    place = form.place()
    if not place.ward:
        messages.success(request, gettext("Registered. Print the wristband, then admit the patient."))
        return redirect("record:admit", patient=made.patient)
    try:
        kind = StayKind(form.cleaned_data["kind"] or StayKind.INPATIENT.value)
        patient_admit(act=request.act, patient=made.patient, place=place, kind=kind)  # type: ignore[attr-defined]
    except RelightError as error:
        messages.warning(request, gettext("Registered, but not admitted: %(why)s") % {"why": error.message(gettext)})
        return redirect("record:admit", patient=made.patient)
    messages.success(request, gettext("Registered and admitted. Print the wristband."))
    return redirect("record:wristband", patient=made.patient)
