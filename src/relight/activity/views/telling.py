"""Telling patients: the lists of a desk, one patient to call, the desks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.activity.errors import NO_DESK
from relight.activity.forms.telling import CallForm, DeskForm, NumberForm
from relight.activity.models import Appointment, Desk
from relight.activity.selectors.names import names_now
from relight.activity.selectors.telling import (
    LIST_WORDS,
    CardList,
    card_query,
    desk_counts,
    desk_get,
    desk_list,
    telling_now,
)
from relight.activity.selectors.telling_pages import call_page, card_rows
from relight.activity.services.calls import (
    call_next,
    call_note,
    card_alive,
    card_release,
    card_take,
    number_add,
    objection_settle,
)
from relight.activity.services.desks import desk_close, desk_write
from relight.activity.services.seen import seen
from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, needs
from relight.ui.api import Column, form_blame, table_read

ALONE = "none"
PAGE = 40
CARDS = (
    Column(key="patient", label=N_("Patient"), always=True),
    Column(key="near", label=N_("When")),
    Column(key="what", label=N_("To tell")),
    Column(key="phones", label=N_("Telephone")),
    Column(key="tries", label=N_("Tries"), numeric=True),
    Column(key="next", label=N_("Not before")),
    Column(key="held", label=N_("Being called by")),
)


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


@require_safe
@needs(Permission.ACTIVITY_TELL)
def calls(request: HttpRequest) -> HttpResponse:
    """All desks with their counts; with `?desk=` the lists of one."""
    act, desk = _act(request), request.GET.get("desk", "")
    telling = telling_now(at=act.at)
    context: dict[str, Any] = {"telling": telling}
    if desk:
        context |= _desk(request, desk)
    return render(request, "activity/calls.html", context)


def _desk(request: HttpRequest, word: str) -> dict[str, Any]:
    act, desk = _act(request), _desk_of(word)
    which = request.GET.get("list", "")
    chosen = CardList(which) if which in set(CardList) else CardList.NOW
    query = card_query(desk, which=chosen, at=act.at)
    table = table_read(request.GET, columns=CARDS, sort="patient", page_size=PAGE).over(query)
    rows = card_rows(table.rows, names_now(), at=act.at)
    seen(act=act, subject=f"desk:{desk.pk if desk else ALONE}", what="calls", count=len(rows))
    return {
        "desk": desk,
        "word": word,
        "counts": desk_counts(desk, at=act.at),
        "lists": [(one.value, gettext(LIST_WORDS[one]), one is chosen) for one in CardList],
        "chosen": chosen.value,
        "table": table,
        "rows": rows,
    }


def _desk_of(word: str) -> Desk | None:
    """Return the desk an address names; None for what no desk has. Raises: MissingError RL-ACT-112."""
    if word == ALONE:
        return None
    try:
        return desk_get(UUID(word))
    except ValueError as refusal:
        raise NO_DESK.error() from refusal


@require_POST
@needs(Permission.ACTIVITY_TELL)
def call_take_next(request: HttpRequest) -> HttpResponse:
    """Take the next patient of a desk."""
    word = request.POST.get("desk", ALONE)
    try:
        card = call_next(act=_act(request), desk=_desk_of(word))
    except RelightError as error:
        messages.info(request, f"{error.message(gettext)} {error.next(gettext)}")
        return redirect(f"{reverse('activity:calls')}?desk={word}")
    return redirect(f"{reverse('activity:call', args=[card])}?desk={word}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_TELL)
def call(request: HttpRequest, card: UUID) -> HttpResponse:
    """One patient to call; POST notes what the call came to."""
    if request.method != "POST":
        return _call(request, card)
    act, page = _act(request), call_page(card, names_now(), at=_act(request).at, actor=_act(request).actor)
    form = CallForm(request.POST, numbers=page.numbers)
    if not form.is_valid():
        return _call(request, card, form=form, status=422)
    given = form.cleaned_data
    try:
        noted = call_note(
            act=act,
            card=card,
            outcome=form.attempt(),
            shown=_ids(given["shown"]),
            number=given["number"],
            spoke_with=given["spoke_with"],
            note=given["note"],
            back_at=given["back_at"],
        )
    except RelightError as error:
        form_blame(form, error)
        return _call(request, card, form=form, status=422)
    if noted.left:
        messages.warning(request, gettext("The decision changed while you spoke: tell the patient this too."))
    elif noted.number_left:
        messages.info(request, gettext("Noted as wrong. Dial the next number."))
    else:
        said = ngettext("Noted: %(n)d appointment told.", "Noted: %(n)d appointments told.", noted.told)
        messages.success(request, said % {"n": noted.told} if noted.told else gettext("Noted."))
        return redirect(f"{reverse('activity:calls')}?desk={_word(request)}")
    return redirect(f"{reverse('activity:call', args=[card])}?desk={_word(request)}")


def _word(request: HttpRequest) -> str:
    word = request.POST.get("desk") or request.GET.get("desk") or ALONE
    return word if word == ALONE or _uuid(word) else ALONE


def _call(
    request: HttpRequest,
    card: UUID,
    *,
    form: CallForm | None = None,
    number: NumberForm | None = None,
    status: int = 200,
) -> HttpResponse:
    act = _act(request)
    page = call_page(card, names_now(), at=act.at, actor=act.actor)
    seen(act=act, subject=f"card:{card}", what="call", count=max(1, len(page.open)))
    shown = ",".join(str(one.id) for one in page.open)
    context = {
        "page": page,
        "form": form or CallForm(numbers=page.numbers, initial={"shown": shown}),
        "number": number or NumberForm(auto_id="id_more_%s"),
        "word": _word(request),
    }
    return render(request, "activity/call.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_TELL)
def call_step(request: HttpRequest, card: UUID, step: str) -> HttpResponse:
    """Take a patient, let them go, add a number, take back a death, settle an objection."""
    act, back = _act(request), f"{reverse('activity:call', args=[card])}?desk={_word(request)}"
    try:
        if step == "take":
            card_take(act=act, card=card)
        elif step == "release":
            card_release(act=act, card=card)
            return redirect(f"{reverse('activity:calls')}?desk={_word(request)}")
        elif step == "alive":
            card_alive(act=act, card=card)
        elif step == "settle":
            objection_settle(act=act, card=card)
        elif step == "number":
            form = NumberForm(request.POST, auto_id="id_more_%s")
            if not form.is_valid():
                return _call(request, card, number=form, status=422)
            number_add(act=act, card=card, number=form.cleaned_data["number"])
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
    return redirect(back)


def _ids(text: str) -> list[UUID]:
    return [found for part in text.split(",") if (found := _uuid(part))]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# -- desks ------------------------------------------------------------------------------------------


@require_safe
@needs(Permission.ACTIVITY_TELL)
def desks(request: HttpRequest) -> HttpResponse:
    """The desks at work."""
    names = names_now()
    rows = [
        {
            "desk": one,
            "sites": ", ".join(names.site(site) for site in one.sites),
            "specialties": ", ".join(names.specialty(word) for word in one.specialties),
        }
        for one in desk_list()
    ]
    return render(request, "activity/desks.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_TELL)
def desk_edit(request: HttpRequest, desk: UUID | None = None) -> HttpResponse:
    """Make a desk, or change one."""
    row = desk_get(desk) if desk else None
    form = _desk_form(row, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                desk_write(act=_act(request), given=form.given(), desk=desk)
            except RelightError as error:
                form_blame(form, error)
            else:
                messages.success(request, gettext("The desk is set up."))
                return redirect("activity:desks")
        status = 422
    return render(request, "activity/desk.html", {"desk": row, "form": form}, status=status)


def _desk_form(row: Desk | None, data: Any) -> DeskForm:
    known = Appointment.objects.exclude(specialty="").order_by().values_list("specialty", flat=True).distinct()
    fields = ("name", "phone", "hours", "sites", "kinds", "specialties", "language", "sender")
    initial = {name: getattr(row, name) for name in fields} if row else {}
    return DeskForm(data, names=names_now(), specialties=list(known), initial=initial)


@require_POST
@needs(Permission.ACTIVITY_TELL)
def desk_end(request: HttpRequest, desk: UUID) -> HttpResponse:
    """Give up a desk."""
    desk_close(act=_act(request), desk=desk)
    messages.success(request, gettext("The desk is given up. Its past stays."))
    return redirect("activity:desks")
