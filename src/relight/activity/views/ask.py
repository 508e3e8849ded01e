"""The doctors' queue: one appointment at a time, decided by keyboard, the next one at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from relight.activity.forms.appointments import AskFilterForm, OverrideForm
from relight.activity.rules.booked import DecidedBy
from relight.activity.selectors.appointment_pages import appointment_page, mark_now
from relight.activity.selectors.ask import REASONS, AskFilter, ask_counts, ask_queue
from relight.activity.selectors.names import names_now, outcome_word
from relight.activity.services.seen import seen
from relight.activity.services.words import word_end, word_give
from relight.activity.types import Outcome
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import form_blame

KEYS = ((Outcome.KEEP, "k"), (Outcome.CANCEL, "c"), (Outcome.MOVE, "m"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_OVERRIDE)
def ask(request: HttpRequest) -> HttpResponse:
    """The appointment that comes next in the queue; POST decides it, skips it, or takes the last word back."""
    if request.method != "POST":
        return _ask(request, _filter(request.GET), after=_uuid(request.GET.get("after", "")))
    filter, id = _filter(request.POST), _uuid(request.POST.get("id", ""))
    do = request.POST.get("do", "decide")
    if id is None or do == "skip":
        return redirect(_next(filter, after=id))
    return _undo(request, filter, id) if do == "undo" else _decide(request, filter, id)


def _decide(request: HttpRequest, filter: AskFilter, id: UUID) -> HttpResponse:
    form = OverrideForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            word_give(
                act=request.act,  # type: ignore[attr-defined] # set by people.middleware
                appointment=id,
                mark=request.POST.get("mark", ""),
                outcome=Outcome(given["outcome"]),
                reason=given["reason"],
                to_site=given["to_site"],
            )
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect(_next(filter, after=id, done=id))
    return _ask(request, filter, current=id, form=form, status=422)


def _undo(request: HttpRequest, filter: AskFilter, id: UUID) -> HttpResponse:
    """Take back the word given last, as long as nothing was said after it."""
    try:
        why = gettext("Taken back at once, in the queue.")
        word_end(act=request.act, appointment=id, mark=mark_now(id), why=why)  # type: ignore[attr-defined]
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
        return redirect(_next(filter))
    messages.success(request, gettext("Taken back: it waits for a doctor again."))
    return redirect(_next(filter, current=id))


def _ask(
    request: HttpRequest,
    filter: AskFilter,
    *,
    after: UUID | None = None,
    current: UUID | None = None,
    form: OverrideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    act = request.act  # type: ignore[attr-defined]
    names = names_now()
    queue = ask_queue(filter, at=act.at, after=after)
    wanted = current or _uuid(request.GET.get("current", ""))
    shown = wanted if wanted in queue.ids or form is not None else queue.current
    page = appointment_page(shown, names=names, at=act.at) if shown else None
    seen(act=act, subject=f"appointment:{shown}", what="ask", count=1 if page else 0)
    place = queue.ids.index(shown) + 1 if shown in queue.ids else queue.place
    counts = {name: ask_counts(name, at=act.at, names=names) for name in ("site", "specialty", "kind")}
    context = {
        "page": page,
        "queue": {"waiting": queue.waiting, "place": place},
        "form": form or OverrideForm(site=page.row.site if page else ""),
        "outcomes": [(one.value, outcome_word(one.value), key) for one, key in KEYS],
        "reasons": [(outcome, [gettext(text) for text in texts]) for outcome, texts in REASONS.items()],
        "kept": list(filter.params().items()),
        "filtered": bool(filter.params()),
        "filter_form": AskFilterForm(filter, counts),
        "counted": any(counts.values()),
        "last": _last(request, names),
    }
    return render(request, "activity/ask.html", context, status=status)


def _last(request: HttpRequest, names: Any) -> dict[str, Any] | None:
    """Say what was decided just now, with the way back."""
    done = _uuid(request.GET.get("done", ""))
    if done is None:
        return None
    try:
        page = appointment_page(done, names=names, at=request.act.at)  # type: ignore[attr-defined]
    except RelightError:
        return None
    if page.row.outcome_by != DecidedBy.DOCTOR.value:
        return None
    who = f"{page.face.family.upper()} {page.face.given}".strip() or page.kind.capitalize()
    href = reverse("activity:appointment", args=[done])
    return {"id": done, "who": who, "outcome": page.outcome, "href": href}


def _filter(given: Any) -> AskFilter:
    return AskFilter(**{name: given.get(name, "").strip()[:64] for name in ("site", "specialty", "kind")})


def _next(filter: AskFilter, **params: UUID | None) -> str:
    """Write the address of the queue: its filter, and ids that name no patient."""
    given = {**filter.params(), **{name: str(value) for name, value in params.items() if value}}
    return f"{reverse('activity:ask')}?{urlencode(given)}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
