"""Letters and text messages: batches made, taken, sent, their receipts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.activity.errors import NO_MAILING
from relight.activity.forms.telling import BatchForm, ReceiptsForm, ReturnedForm, SentForm
from relight.activity.models import Mailing
from relight.activity.rules.mailing import MailingState, MailWho
from relight.activity.rules.telling import NoticeState, Way
from relight.activity.selectors.telling import desk_get, desk_list
from relight.activity.selectors.telling_pages import mailing_lines
from relight.activity.services.mailings import (
    letter_returned,
    letters_make,
    mailing_drop,
    mailing_read,
    mailing_sent,
    receipts_take,
    texts_make,
)
from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, needs
from relight.ui.api import Column, form_blame, table_read

RECEIPTS_LIMIT = 5 * 1024 * 1024
COLUMNS = (
    Column(key="at", label=N_("Date"), always=True),
    Column(key="way", label=N_("Way")),
    Column(key="desk", label=N_("Desk")),
    Column(key="people", label=N_("Patients"), numeric=True),
    Column(key="aside", label=N_("To be called instead"), numeric=True),
    Column(key="state", label=N_("State")),
    Column(key="returned", label=N_("Came back"), numeric=True),
)


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


@require_safe
@needs(Permission.ACTIVITY_TELL)
def mailings(request: HttpRequest) -> HttpResponse:
    """The batches, and the forms to make one and to take in what came back."""
    return _mailings(request)


def _mailings(
    request: HttpRequest,
    *,
    batch: BatchForm | None = None,
    returned: ReturnedForm | None = None,
    receipts: ReceiptsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    table = table_read(request.GET, columns=COLUMNS, sort="at").over(
        Mailing.objects.select_related("desk").defer("content")
    )
    desks = desk_list()
    context = {
        "table": table,
        "rows": mailing_lines(table.rows),
        "desks": desks,
        "batch": batch or BatchForm(desks=desks),
        "returned": returned or ReturnedForm(),
        "receipts": receipts or ReceiptsForm(),
    }
    return render(request, "activity/mailings.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_TELL)
def mailing_make(request: HttpRequest) -> HttpResponse:
    """Make a batch of letters or of text messages."""
    form = BatchForm(request.POST, desks=desk_list())
    if form.is_valid():
        make = texts_make if request.POST.get("way") == Way.SMS.value else letters_make
        desk, who = desk_get(UUID(form.cleaned_data["desk"])), MailWho(form.cleaned_data["who"])
        try:
            made = make(act=_act(request), desk=desk, who=who)
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect("activity:mailing", made)
    return _mailings(request, batch=form, status=422)


@require_safe
@needs(Permission.ACTIVITY_TELL)
def mailing(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """One batch: its file, what no longer holds in it, when it left."""
    return _mailing(request, mailing, None)


def _mailing(request: HttpRequest, mailing: UUID, form: SentForm | None) -> HttpResponse:
    row = Mailing.objects.filter(pk=mailing).select_related("desk").defer("content").first()
    if row is None:
        raise NO_MAILING.error()
    stale = row.items.filter(notice__state=NoticeState.VOID.value) if row.state == MailingState.MADE.value else None
    context = {
        "line": mailing_lines([row])[0],
        "row": row,
        "is_made": row.state == MailingState.MADE.value,
        "stale": sorted({one.place for one in stale}) if stale is not None else [],
        "form": form or SentForm.of(timezone.localtime(_act(request).at).date()),
    }
    return render(request, "activity/mailing.html", context, status=422 if form else 200)


@require_safe
@needs(Permission.ACTIVITY_TELL)
def mailing_file(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """The file of a batch: a PDF of letters, or the provider's CSV. Taking it is journalled."""
    row = mailing_read(act=_act(request), mailing=mailing)
    is_letter = row.way == Way.LETTER.value
    answer = HttpResponse(
        bytes(row.content), content_type="application/pdf" if is_letter else "text/csv; charset=utf-8"
    )
    name = f"relight-{timezone.localtime(row.at):%Y%m%d-%H%M}.{'pdf' if is_letter else 'csv'}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs(Permission.ACTIVITY_TELL)
def mailing_left(request: HttpRequest, mailing: UUID) -> HttpResponse:
    """Note that a batch was posted or handed over, or never left."""
    if request.POST.get("do") == "drop":
        mailing_drop(act=_act(request), mailing=mailing)
        messages.success(request, gettext("Noted: it never left. What it says is to be told again."))
        return redirect("activity:mailings")
    form = SentForm(request.POST)
    if form.is_valid():
        try:
            mailing_sent(act=_act(request), mailing=mailing, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Noted as sent."))
            return redirect("activity:mailing", mailing)
    return _mailing(request, mailing, form)


@require_POST
@needs(Permission.ACTIVITY_TELL)
def mailing_returned(request: HttpRequest) -> HttpResponse:
    """Note that a letter came back: its patient is to be called."""
    form = ReturnedForm(request.POST)
    if form.is_valid():
        try:
            letter_returned(act=_act(request), **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Noted: the patient is on the call list again."))
            return redirect("activity:mailings")
    return _mailings(request, returned=form, status=422)


@require_POST
@needs(Permission.ACTIVITY_TELL)
def mailing_receipts(request: HttpRequest) -> HttpResponse:
    """Take in a provider's receipts."""
    form = ReceiptsForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            report = receipts_take(act=_act(request), raw=form.cleaned_data["file"].read(RECEIPTS_LIMIT))
        except RelightError as error:
            form_blame(form, error)
        else:
            said = gettext("%(delivered)d delivered, %(failed)d failed, %(unmatched)d of nobody here.")
            counts = {name: getattr(report, name) for name in ("delivered", "failed", "unmatched")}
            messages.success(request, said % counts)
            return redirect("activity:mailings")
    return _mailings(request, receipts=form, status=422)
