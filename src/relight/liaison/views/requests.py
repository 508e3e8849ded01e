"""Pages of requests: the desk, a new one, one request with its steps, the summary before it leaves, what came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.liaison.forms.requests import (
    AnswerForm,
    CallForm,
    CloseForm,
    FilterForm,
    IdentityForm,
    ReceiveForm,
    RelationForm,
    ReleaseForm,
    RequestForm,
    RouteForm,
    StepForm,
    TieForm,
    UntieForm,
    VerifyForm,
    reader_language,
)
from relight.liaison.models import Disclosure
from relight.liaison.rules.requests import Call, Consent, Ending, Link, Verified, Way
from relight.liaison.selectors.requests import (
    given_rows,
    patient_words,
    request_counts,
    request_get,
    request_page,
    request_query,
    request_rows,
)
from relight.liaison.services import requests as steps
from relight.liaison.services.disclosures import disclosure_open, summary_prepare, summary_release
from relight.liaison.services.identity import patients_offer
from relight.liaison.services.received import summary_receive
from relight.liaison.services.request_seen import request_seen
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES
from relight.people.api import Permission, names_of, needs
from relight.ui.api import Column, form_blame, table_read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
COLUMNS = (
    Column(key="number", label=N_("Request number"), sort=("number",), always=True),
    Column(key="state", label=N_("State"), always=True),
    Column(key="due", label=N_("Due by"), sort=("due_at", "number")),
    Column(key="urgency", label=N_("How soon")),
    Column(key="caller", label=N_("Practitioner"), sort=("caller_name", "number")),
    Column(key="topic", label=N_("What is wanted")),
    Column(key="where", label=N_("Specialty, site")),
    Column(key="routed", label=N_("With")),
    Column(key="at", label=N_("Logged"), sort=("at", "number")),
)
GIVEN_COLUMNS = (
    Column(key="at", label=N_("When"), sort=("-at", "-id"), always=True),
    Column(key="request", label=N_("Request number"), always=True),
    Column(key="to", label=N_("To whom"), sort=("to_name", "-at")),
    Column(key="way", label=N_("How")),
    Column(key="by", label=N_("Given out by")),
    Column(key="digest", label=N_("Digest")),
)


@require_safe
@needs(Permission.LIAISON_REQUESTS)
def requests(request: HttpRequest) -> HttpResponse:
    """The desk: open requests, overdue ones first. No patient is named."""
    form = FilterForm(request.GET)
    table = table_read(request.GET, columns=COLUMNS, sort="due")
    query = request_query(**form.wanted())
    table = table.over(query.order_by(*table.order_by) if "sort" in request.GET else query)
    context = {"form": form, "table": table, "rows": request_rows(table.rows), "counts": request_counts()}
    return render(request, "liaison/requests/list.html", context)


@EDIT
@needs(Permission.LIAISON_REQUESTS)
def request_new(request: HttpRequest) -> HttpResponse:
    """Log a call; finding the practitioner in the directory is part of it."""
    form = RequestForm(request.POST or None, initial={"find": request.GET.get("find", "")})
    finding = "finding" in request.POST
    if request.method == "POST" and not finding and form.is_valid():
        try:
            made = steps.request_log(act=request.act, new=form.new())
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The request is logged."))
            return redirect("liaison:request", made)
    if finding:
        form = RequestForm(initial=request.POST.dict())
    return render(request, "liaison/requests/new.html", {"form": form, "found": form.found, "finding": finding})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    """One step on the page: its form, what it does, what is said after."""

    form: type[StepForm]
    do: Callable[[Act, UUID, Mapping[str, Any]], object]
    said: str


DEEDS: Mapping[str, _Deed] = {
    "verify": _Deed(
        form=VerifyForm, said=N_("Who calls is verified."),
        do=lambda act, key, d: steps.caller_verify(act=act, request=key, version=d["version"], how=Verified(d["how"])),
    ),
    "untie": _Deed(
        form=UntieForm, said=N_("The request is tied to nobody now."),
        do=lambda act, key, d: steps.patient_untie(act=act, request=key, version=d["version"], reason=d["reason"]),
    ),
    "relation": _Deed(
        form=RelationForm, said=N_("Link and consent are noted."),
        do=lambda act, key, d: steps.relation_note(
            act=act, request=key, version=d["version"], link=Link(d["link"]), consent=Consent(d["consent"])
        ),
    ),
    "route": _Deed(
        form=RouteForm, said=N_("Handed to the specialist."),
        do=lambda act, key, d: steps.request_route(
            act=act, request=key, version=d["version"], name=d["name"], phone=d["phone"]
        ),
    ),
    "answer": _Deed(
        form=AnswerForm, said=N_("The answer is noted. Call the practitioner back."),
        do=lambda act, key, d: steps.request_answer(
            act=act, request=key, version=d["version"], text=d["text"], by=d["by"]
        ),
    ),
    "call": _Deed(
        form=CallForm, said=N_("The call is noted."),
        do=lambda act, key, d: steps.request_called(
            act=act, request=key, version=d["version"], call=Call(d["call"]), note=d["note"]
        ),
    ),
    "close": _Deed(
        form=CloseForm, said=N_("The request is closed."),
        do=lambda act, key, d: steps.request_close(
            act=act, request=key, version=d["version"], ending=Ending(d["ending"]), reason=d["reason"]
        ),
    ),
}  # fmt: skip


@require_safe
@needs(Permission.LIAISON_REQUESTS)
def request_one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One request: where it stands, what is missing, what to do next."""
    return _page(request, request_id)


@require_POST
@needs(Permission.LIAISON_REQUESTS)
def request_step(request: HttpRequest, request_id: UUID, step: str) -> HttpResponse:
    """Take one step on a request."""
    deed = DEEDS.get(step)
    if deed is None:
        raise Http404
    form = deed.form(request.POST)
    if form.is_valid():
        try:
            deed.do(request.act, request_id, form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext(deed.said))
            return redirect("liaison:request", request_id)
    return _page(request, request_id, **{step: form})


@require_POST
@needs(Permission.LIAISON_REQUESTS)
def request_identity(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Look for the patient by what the caller says; only who fits by two identifiers is shown."""
    form = IdentityForm(request.POST)
    offer = None
    if form.is_valid():
        try:
            offer = patients_offer(act=request.act, said=form.said())
        except RelightError as error:
            form_blame(form, error)
    return _page(request, request_id, identity=form, offer=offer)


@require_POST
@needs(Permission.LIAISON_REQUESTS)
def request_tie(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Tie the request to one of the records that fit; compared once more."""
    form = TieForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            steps.patient_tie(
                act=request.act, request=request_id, version=data["version"], patient=data["patient"], said=form.said()
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The patient is checked and tied to the request."))
            return redirect("liaison:request", request_id)
    return _page(request, request_id, identity=form)


def _page(request: HttpRequest, request_id: UUID, **forms: Any) -> HttpResponse:
    """Show a request. Args: forms: those that were sent and refused, by the name of their step."""
    row = request_get(request_id)
    request_seen(act=request.act, patients=[row.patient])
    page = request_page(row, at=request.act.at)
    initial = {"version": row.version}
    made: dict[str, Any] = {step: deed.form(initial=initial) for step, deed in DEEDS.items()}
    made["route"] = RouteForm(initial={**initial, "name": row.routed_name, "phone": row.routed_phone})
    made["answer"] = AnswerForm(initial={**initial, "by": row.answered_by or row.routed_name, "text": row.answer})
    made["relation"] = RelationForm(initial={**initial, "link": row.link, "consent": row.consent})
    made["identity"] = IdentityForm(initial=initial)
    bad = any(isinstance(form, BaseForm) and form.errors for form in forms.values())
    context = {"page": page, "row": row, "forms": made | forms, "offer": forms.get("offer")}
    return render(request, "liaison/requests/one.html", context, status=400 if bad else 200)


@EDIT
@needs(Permission.LIAISON_DISCLOSE)
def request_summary(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """The summary as it would leave; then let it leave."""
    row = request_get(request_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = summary_release(
                act=request.act, request=request_id, version=data["version"], shown=data["shown"],
                way=Way(data["way"]), why=data["why"], language=data["language"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The summary is released and journalled. Print it, or take the file."))
            return redirect("liaison:disclosure", given)
    language = reader_language(request.GET.get("language", ""), default=row.language)
    summary = summary_prepare(act=request.act, request=request_id, language=language)
    hidden = {"version": row.version, "shown": summary.shown, "language": language}
    if form.is_bound:  # the reader sees it as it is now: what they release next is that
        form.data = form.data.copy()
        form.data.update(hidden)  # type: ignore[attr-defined] # a copy of a QueryDict changes
    else:
        form = ReleaseForm(initial=hidden)
    context = {
        "row": row, "summary": summary, "form": form, "patient": patient_words(row), "language": language,
        "languages": [(code, LANGUAGE_WORDS[code]) for code in LANGUAGES], "old": summary.words("old"),
    }  # fmt: skip
    return render(request, "liaison/requests/summary.html", context, status=400 if form.errors else 200)


@require_safe
@needs(Permission.LIAISON_DISCLOSE)
def disclosure(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """One summary that left: who, to whom, why, which digest; the file and the paper again."""
    row = Disclosure.objects.defer("document", "paper").select_related("request").filter(pk=disclosure_id).first()
    if row is None:
        raise Http404
    request_seen(act=request.act, patients=[row.patient])
    (given,) = given_rows([row], names=names_of({row.by}))
    page = request_page(row.request, at=request.act.at)
    return render(request, "liaison/requests/given.html", {"given": given, "page": page, "row": row})


@require_safe
@needs(Permission.LIAISON_DISCLOSE)
def disclosure_paper(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """The PDF as it left."""
    content = disclosure_open(act=request.act, disclosure=disclosure_id, is_paper=True)
    return _file(content, "application/pdf", f"{disclosure_id}.pdf", inline=True)


@require_safe
@needs(Permission.LIAISON_DISCLOSE)
def disclosure_document(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """The FHIR document as it left."""
    content = disclosure_open(act=request.act, disclosure=disclosure_id, is_paper=False)
    return _file(content, "application/fhir+json", f"{disclosure_id}.json", inline=False)


def _file(content: bytes, media: str, name: str, *, inline: bool) -> HttpResponse:
    """Answer with a file; its name is an id, never a patient's."""
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@needs(Permission.LIAISON_DISCLOSE)
def disclosures(request: HttpRequest) -> HttpResponse:
    """Everything that was given out, the latest first; no patient is named."""
    table = table_read(request.GET, columns=GIVEN_COLUMNS, sort="at")
    query = Disclosure.objects.defer("document", "paper").select_related("request")
    table = table.over(query.order_by(*table.order_by))
    names = names_of({row.by for row in table.rows})
    context = {"table": table, "rows": given_rows(table.rows, names=names)}
    return render(request, "liaison/requests/given_list.html", context)


@EDIT
@needs(Permission.LIAISON_REQUESTS)
def request_receive(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Put in what the practitioner holds: a file, or typed from paper."""
    row = request_get(request_id)
    request_seen(act=request.act, patients=[row.patient])
    form = ReceiveForm(request.POST or None, request.FILES or None, initial={"version": row.version})
    if form.is_valid():
        try:
            summary_receive(
                act=request.act, request=request_id, version=form.cleaned_data["version"], incoming=form.incoming()
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("It stands in the patient's record, with its source and its date."))
            return redirect("liaison:request", request_id)
    context = {"row": row, "form": form, "page": request_page(row, at=request.act.at)}
    return render(request, "liaison/requests/receive.html", context, status=400 if form.errors else 200)
