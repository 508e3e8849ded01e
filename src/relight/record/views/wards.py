"""The wards: all of them with their counts, one with its beds, what is printed for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from relight.paper.labels import Sheet
from relight.people.api import Permission, needs
from relight.record.forms.patients import FindForm
from relight.record.selectors.printing import paper_standing
from relight.record.selectors.ward_pages import COLUMNS, ward_page, wards_page
from relight.record.selectors.wards import bed_board
from relight.record.services.audit import ward_note
from relight.record.services.bands import AT_ONCE, patient_labels_print, wristbands_print
from relight.ui.api import table_read

ROWS = 500  # a ward stands on one page


@require_safe
@needs(Permission.RECORD_READ)
def wards(request: HttpRequest) -> HttpResponse:
    """Every ward of the reader's sites; who may enter one alone goes straight to it, unless they ask for all."""
    page = wards_page(act=request.act)
    if len(page.own) == 1 and "all" not in request.GET:
        return redirect("record:ward", site=page.own[0].site, ward=page.own[0].ward)
    here = getattr(request, "workstation", None)
    mine = next((c for c in page.own if here is not None and (c.site, c.ward) == (here.site, here.service)), None)
    context = {
        "page": page,
        "here": here,
        "mine": mine,
        "paper": paper_standing(at=request.act.at),
        "find": FindForm(auto_id="find_%s"),
    }
    context["paper"] = paper_standing(at=request.act.at)
    return render(request, "record/wards/wards.html", context)


@require_safe
@needs(Permission.RECORD_READ)
def ward(request: HttpRequest, site: str, ward: str) -> HttpResponse:
    """One ward: who lies where, since when, and what to look at first."""
    page = ward_page(act=request.act, site=site, ward=ward)
    ward_note(act=request.act, patients=page.patients)
    table = table_read(request.GET, columns=COLUMNS, sort="bed", page_size=ROWS)
    rows = page.rows if table.sort == "bed" else page.people
    table = table.over(table.sorted(rows))
    context: dict[str, Any] = {
        "page": page,
        "table": table,
        "board": request.GET.get("view") == "board",
        "list_view": request.GET.get("view") != "board",
        "ward_key": f"{page.site}/{page.ward}",
        "find": FindForm(auto_id="find_%s"),
    }
    response = render(request, "record/wards/ward.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(Permission.RECORD_IDENTITY)
def ward_paper(request: HttpRequest, site: str, ward: str) -> HttpResponse:
    """Wristbands or labels of the patients who were ticked, as one PDF."""
    here = set(ward_page(act=request.act, site=site, ward=ward).patients)
    chosen = [key for text in request.POST.getlist("items") if (key := _uuid(text)) in here and key is not None]
    sheet = Sheet.A4 if request.POST.get("do", "").endswith("a4") else Sheet.ROLL
    make = patient_labels_print if request.POST.get("do", "").startswith("labels") else wristbands_print
    pdf = make(act=request.act, patients=chosen[:AT_ONCE], sheet=sheet, site=site)
    return pdf_response(pdf, filename="wristbands.pdf" if make is wristbands_print else "labels.pdf")


@require_safe
@needs(Permission.RECORD_IDENTITY)
def beds(request: HttpRequest) -> HttpResponse:
    """The free beds of a ward, for the form that chooses one. It names nobody."""
    site, _, ward = request.GET.get("ward", "").partition("/")
    board = bed_board(site=site, ward=ward) if ward else []
    free = [row.bed for row in board if row.bed and not row.people]
    taken = [row.bed for row in board if row.bed and row.people]
    return render(request, "record/wards/parts/beds.html", {"free": free, "taken": taken, "ward": ward})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def pdf_response(pdf: bytes, *, filename: str) -> HttpResponse:
    """Answer with a PDF the browser shows, and never stores on the way."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response
