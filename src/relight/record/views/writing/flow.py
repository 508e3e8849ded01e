"""The one way a form of a chart goes: offered with its draft, kept when refused, a conflict shown, then written.

Owns this order for all forms that write into a chart; what they write is `save`. Source: docs/design/writing.md,
"A form that keeps drafts", cases 3-12, 24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from relight.journal.api import new_id
from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError
from relight.people.api import SIGN_IN_NEEDED, Permission, door_of
from relight.record import errors
from relight.record.forms.writing.base import WritingForm
from relight.record.rules.drafts import DraftKind, Ticket, content_of
from relight.record.selectors.drafts import DraftView, drafts_for, writers_of
from relight.record.services.drafts import draft_keep
from relight.record.views.patient import View, patient_of, patient_page
from relight.record.views.writing.conflict import Clash, conflict_page
from relight.record.views.writing.tickets import ticket_read, ticket_sign
from relight.ui.api import form_blame

BAD = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A form of a chart.

    Args: key: what it is about, the same each time it is opened: an id, `new:emergency`. initial: of a form opened
    without a draft. version: what is amended as it is now, empty for a new thing. save: given the cleaned fields, the
    version that was seen and the ticket, writes; returns where to go, or a whole answer. clash: where `save` may raise
    RL-REC-001: how theirs and before are read. back: where to go without writing.
    """

    kind: DraftKind
    key: str
    form: type[WritingForm]
    template: str
    title: str
    back: str
    save: Callable[[WritingForm, Ticket], str | HttpResponse]
    said: str = ""
    initial: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    clash: Callable[[str], Clash] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


def chart_form(*, tab: str, permission: Permission = Permission.RECORD_WRITE) -> Callable[[View], View]:
    """Frame a view of a form of one patient: `patient_page`, GET and POST, and kept when the session has ended."""

    def wrap(view: View) -> View:
        framed = require_http_methods(["GET", "HEAD", "POST"])(patient_page(permission, tab=tab)(view))
        framed.unsigned = keep_unsigned
        return framed

    return wrap


def form_page(request: HttpRequest, writing: Writing) -> HttpResponse:
    """Answer a page with one form that keeps drafts; its view is framed by `patient_page`."""
    return _sent(request, writing) if request.method == "POST" else _opened(request, writing)


def _opened(request: HttpRequest, writing: Writing) -> HttpResponse:
    patient = patient_of(request).id
    drafts = drafts_for(act=request.act, patient=patient, kind=writing.kind, key=writing.key)
    afresh = "afresh" in request.GET or not drafts
    wanted = request.GET.get("draft", "")
    draft = None if afresh else next((one for one in drafts if str(one.ticket.id) == wanted), drafts[0])
    form = writing.form(initial=dict(writing.initial), **writing.options)
    if draft is not None:
        form.initial.update(form.initial_of(draft.content))
    ticket = _ticket(request, writing, patient, draft)
    form.initial.update(_marks(patient, ticket, draft))
    others = [one for one in drafts if draft is None or one.ticket.id != draft.ticket.id]
    context = {"form": form, "draft_kept": draft, "drafts_other": others, "draft_stale": _is_stale(draft, writing)}
    return _page(request, writing, context)


def _ticket(request: HttpRequest, writing: Writing, patient: UUID, draft: DraftView | None) -> Ticket:
    """Return the ticket of an opened form: a draft's own, renewed; or a new one."""
    act = request.act
    return Ticket(
        id=draft.ticket.id if draft else new_id(act.at),
        owner=act.actor,
        patient=draft.ticket.patient if draft else patient,
        kind=writing.kind,
        key=writing.key,
        version=draft.ticket.version if draft else writing.version,
    )


def _marks(patient: UUID, ticket: Ticket, draft: DraftView | None) -> dict[str, str]:
    return {
        "patient": str(patient),
        "version": ticket.version,
        "draft": ticket_sign(ticket),
        "draft_tab": "",
        "draft_count": str(draft.count if draft else 0),
    }


def _is_stale(draft: DraftView | None, writing: Writing) -> bool:
    """Say whether what a draft amends was changed since: then saving shows both."""
    return draft is not None and draft.ticket.version != writing.version


def _sent(request: HttpRequest, writing: Writing) -> HttpResponse:
    form = writing.form(request.POST, request.FILES, **writing.options)
    ticket = ticket_read(request.POST.get("draft", ""))
    if ticket.owner != request.act.actor:
        posted_keep(request, ticket)
        raise errors.FORM_OF_ANOTHER.error(where="draft")
    if form.is_valid():
        try:
            done = writing.save(form, ticket)
        except RelightError as error:
            if error.code == errors.CONFLICT.code and writing.clash is not None:
                posted_keep(request, ticket)
                seen = form.cleaned_data["version"]
                return conflict_page(
                    request, form=form, clash=writing.clash(seen), title=writing.title, back=writing.back
                )
            if error.code == errors.NO_RELATION.code:
                posted_keep(request, ticket)
                raise
            form_blame(form, error)
        else:
            if isinstance(done, HttpResponse):
                return done
            if writing.said:
                messages.success(request, writing.said)
            return redirect(done)
    posted_keep(request, ticket)
    return _page(request, writing, {"form": form}, status=BAD)


def _page(request: HttpRequest, writing: Writing, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    patient = patient_of(request).id
    writers = writers_of(act=request.act, patient=patient)
    return render(
        request,
        writing.template,
        {"title": writing.title, "back": writing.back, "writers": writers, **writing.context, **context},
        status=status,
    )


def posted_keep(request: HttpRequest, ticket: Ticket) -> None:
    """Keep what was posted in the draft of its ticket; what is beyond all measure is refused by its own error."""
    act: Act = request.act
    count = request.POST.get("draft_count", "")
    draft_keep(
        act=act if act.actor == ticket.owner else Act(actor=ticket.owner, at=act.at, door=act.door),
        ticket=ticket,
        content=content_of(request.POST.lists()),
        tab=request.POST.get("draft_tab", "")[:40],
        count=int(count) if count.isascii() and count.isdigit() and len(count) < 9 else 0,
    )


def keep_unsigned(request: HttpRequest) -> HttpResponseBase:
    """Answer a form of somebody whose session ended: its text is kept as their draft, then they sign in again.

    A view's attribute `unsigned`. Without a signed ticket nothing is kept; at a machine nobody enrolled neither.
    """
    kept = False
    if request.method == "POST" and door_of(request) is not Door.UNENROLLED:
        try:
            posted_keep(request, ticket_read(request.POST.get("draft", "")))
            kept = True
        except RelightError:
            kept = False
    if "text/html" not in request.headers.get("Accept", "text/html"):
        return JsonResponse({**SIGN_IN_NEEDED.error().document(gettext), "kept": kept}, status=401)
    place = reverse("people:sign-in")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": place})
    if kept:
        messages.warning(request, gettext("Your session had ended. What you wrote is kept: sign in to go on with it."))
    return HttpResponseRedirect(f"{place}?{urlencode({'next': request.get_full_path()})}")
