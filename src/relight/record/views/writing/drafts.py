"""Drafts: saved as somebody types, listed to go on with, thrown away. Nothing typed reaches this machine's disk."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.people.api import Permission, needs
from relight.record.rules.drafts import KIND_WORDS, DraftKind, Ticket, content_of
from relight.record.selectors.access import record_demand
from relight.record.selectors.chart import patient_lead
from relight.record.selectors.draft_words import writer_words
from relight.record.selectors.drafts import drafts_mine, writers_of
from relight.record.selectors.faces import faces_get
from relight.record.services.drafts import draft_drop, draft_save
from relight.record.services.reads import read_note
from relight.record.views.writing.flow import keep_unsigned
from relight.record.views.writing.tickets import ticket_read, ticket_sign

FORMS = {
    DraftKind.VITALS: ("record:vitals-new", "record:vitals-edit"),
    DraftKind.ALLERGY: ("record:allergy-new", "record:allergy-edit"),
    DraftKind.PROBLEM: ("record:problem-new", "record:problem-edit"),
    DraftKind.DOCUMENT: ("record:document-new", ""),
    DraftKind.LETTER: ("record:letter", "record:letter-edit"),
    DraftKind.NOTE: ("record:note-in", "record:note-edit"),
    DraftKind.PRESCRIPTION: ("record:prescribe", "record:prescription-amend"),
    DraftKind.ADMINISTRATION: ("record:administer", "record:administer"),
    DraftKind.REQUEST: ("record:request-new", ""),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_WRITE)
def draft(request: HttpRequest, patient: UUID) -> HttpResponseBase:
    """Keep what a form holds (POST), or say who else is writing (GET, which gives a fresh token of forms too)."""
    if request.method != "POST":
        kept = patient_lead(patient=patient).patient
        record_demand(act=request.act, patient=kept)
        return _no_store({"csrf": get_token(request), "writers": _writers(request, kept)})
    ticket = ticket_read(request.POST.get("draft", ""))
    count = request.POST.get("draft_count", "")
    saved = draft_save(
        act=request.act, ticket=ticket, content=content_of(request.POST.lists()),
        tab=request.POST.get("draft_tab", "")[:40],
        count=int(count) if count.isascii() and count.isdigit() and len(count) < 9 else 0,
    )  # fmt: skip
    at = timezone.localtime(saved.at)
    return _no_store(
        {
            "saved": formats.date_format(at, "H:i:s"), "count": saved.count, "late": saved.late,
            "draft": "" if saved.ticket.id == ticket.id else ticket_sign(saved.ticket),
            "writers": _writers(request, ticket.patient),
        }
    )  # fmt: skip


draft.unsigned = keep_unsigned  # type: ignore[attr-defined] # what was typed when the session ended is kept too


def _no_store(document: dict[str, object]) -> JsonResponse:
    return JsonResponse(document, headers={"Cache-Control": "no-store"})


def _writers(request: HttpRequest, patient: UUID) -> list[str]:
    return [writer_words(one) for one in writers_of(act=request.act, patient=patient)]


@require_safe
@needs(Permission.RECORD_WRITE)
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts, the latest first."""
    mine = drafts_mine(act=request.act)
    faces = faces_get(one.ticket.patient for one in mine)
    rows = [
        {
            "draft": one, "face": faces.get(one.ticket.patient), "what": gettext(KIND_WORDS[one.ticket.kind]),
            "href": form_address(one.ticket), "beginning": _beginning(one.content),
        }
        for one in mine
    ]  # fmt: skip
    if rows:
        read_note(act=request.act, patients=[one.ticket.patient for one in mine], what="drafts")
    return render(request, "record/writing/drafts.html", {"rows": rows})


def _beginning(content: object) -> str:
    """Return the longest text of a draft, cut: what its writer knows it by."""
    texts = [text for values in dict(content).values() for text in values]  # type: ignore[call-overload]
    longest = max(texts, key=len, default="")
    return " ".join(longest.split())[:100]


def form_address(ticket: Ticket) -> str:
    """Return where a draft is gone on with; the chart when its form is not here any more."""
    new, edit = FORMS[ticket.kind]
    begun, _, rest = ticket.key.partition(":")
    try:
        if begun == "new":
            args = [ticket.patient, rest] if rest else [ticket.patient]
            address = reverse(new, args=args)
        else:
            address = reverse(edit, args=[ticket.patient, ticket.key])
    except NoReverseMatch:
        return reverse("record:chart", args=[ticket.patient])
    return f"{address}?draft={ticket.id}"


@require_POST
@needs(Permission.RECORD_WRITE)
def draft_gone(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Throw one's own draft away."""
    draft_drop(act=request.act, ticket=draft)
    messages.success(request, gettext("Thrown away."))
    back = request.POST.get("patient", "")
    try:
        return redirect("record:chart", patient=UUID(back))
    except ValueError:
        return redirect("record:drafts")
