"""Pages of bulletins: the list, the draft with its editor, the approval, one bulletin, its files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.liaison import errors
from relight.liaison.forms.bulletins import ApproveForm, WriteForm
from relight.liaison.models import Bulletin
from relight.liaison.selectors.bulletin_files import bulletin_file, sms_of
from relight.liaison.selectors.bulletins import (
    approved_list,
    bulletin_get,
    bulletin_latest,
    draft_find,
    draft_get,
    draft_shown,
    drafters_of,
    drift_of,
    seal_holds,
    sheet_of,
    texts_of,
)
from relight.liaison.selectors.names import language_now
from relight.liaison.services.bulletins import (
    FREE_MOST,
    bulletin_approve,
    bulletin_draw,
    bulletin_write,
    languages_missing,
)
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES, SHAPE_WORDS, Shape
from relight.people.api import Permission, names_of, needs
from relight.ui.api import form_blame

EDIT = require_http_methods(["GET", "HEAD", "POST"])


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in LANGUAGES else language_now() if language_now() in LANGUAGES else LANGUAGES[0]


def _spoken(row: Bulletin, request: HttpRequest) -> dict[str, object]:
    """Return what shows a bulletin in the language asked for: its sheet, its text message, its files."""
    language = _language(request)
    return {
        "row": row, "sheet": sheet_of(row, language=language), "language": language,
        "sms": sms_of(row, language=language),
        "languages": [(code, LANGUAGE_WORDS[code]) for code in LANGUAGES],
        "shapes": [(shape.value, gettext(SHAPE_WORDS[shape])) for shape in Shape],
    }  # fmt: skip


@require_safe
@needs(Permission.LIAISON_READ)
def bulletins(request: HttpRequest) -> HttpResponse:
    """The bulletin in force, whether it is still true, the draft, all that went before."""
    latest, rows = bulletin_latest(), approved_list()
    drift = drift_of(latest, at=request.act.at, language=language_now()) if latest else None
    context = {"latest": latest, "draft": draft_find(), "rows": rows, "drift": drift}
    return render(request, "liaison/bulletins/list.html", context)


@require_POST
@needs(Permission.LIAISON_WRITE)
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the draft, or draw it again."""
    bulletin_draw(act=request.act)
    messages.success(request, gettext("The draft is drawn from the state of now."))
    return redirect("liaison:bulletin-draft")


@require_safe
@needs(Permission.LIAISON_READ)
def draft(request: HttpRequest) -> HttpResponse:
    """The draft: whether it is still true, what people wrote, how it will read."""
    row = draft_find()
    if row is None:
        return render(request, "liaison/bulletins/none.html", {})
    return _draft_page(request, row)


@require_POST
@needs(Permission.LIAISON_WRITE)
def write(request: HttpRequest) -> HttpResponse:
    """Save what a person wrote in the draft."""
    form = WriteForm(request.POST)
    if form.is_valid():
        try:
            bulletin_write(act=request.act, number=form.cleaned_data["number"], free=form.free())
        except RelightError as error:
            if error.spec is errors.NO_DRAFT:
                raise
            form_blame(form, error)
            return _draft_page(request, draft_get(), form=form, clash=error.spec is errors.EDITED_MEANWHILE)
        messages.success(request, gettext("Saved. A second person reads and approves it now."))
        return redirect("liaison:bulletin-draft")
    return _draft_page(request, draft_get(), form=form)


def _draft_page(
    request: HttpRequest, row: Bulletin, *, form: WriteForm | None = None, clash: bool = False
) -> HttpResponse:
    """Show the draft. Args: clash: somebody saved meanwhile; both texts stand side by side, then saving goes on."""
    texts = texts_of(row)
    number = texts[0].number if texts else 0
    status = 200 if form is None else 422
    if form is None:
        form = WriteForm(initial=WriteForm.initial_of(number, row.free))
    elif clash:
        form.data = form.data.copy()
        form.data["number"] = str(number)  # type: ignore[index] # a copy of a QueryDict changes
    context = {
        **_spoken(row, request), "form": form, "texts": texts, "theirs": texts[0] if clash else None,
        "drift": drift_of(row, at=request.act.at, language=language_now()), "most": FREE_MOST,
        "is_mine": request.act.actor in drafters_of(row),
        "saved": [(code, LANGUAGE_WORDS[code]) for code in LANGUAGES],
    }  # fmt: skip
    return render(request, "liaison/bulletins/draft.html", context, status=status)


@sensitive_post_parameters("password")
@EDIT
@needs(Permission.LIAISON_APPROVE)
def approve(request: HttpRequest) -> HttpResponse:
    """Read the draft once more as it will stand, then approve it."""
    row = draft_find()
    if row is None:
        return redirect("liaison:bulletin-draft")
    drift = drift_of(row, at=request.act.at, language=language_now())
    missing = languages_missing(row.free)
    hidden = {"shown": draft_shown(row), "live": drift.digest}
    form = ApproveForm(request.POST or None, initial=hidden, is_moved=drift.is_moved, lacks=bool(missing))
    if form.is_valid():
        try:
            number = bulletin_approve(act=request.act, **form.given())
        except RelightError as error:
            form_blame(form, error)
        else:
            words = gettext("Bulletin %(number)d is approved. Take its papers below, or publish the site.")
            messages.success(request, words % {"number": number})
            return redirect("liaison:bulletin", number)
    if form.is_bound:  # what they approve next is what they see now
        form.data = form.data.copy()
        form.data.update(hidden)  # type: ignore[attr-defined]
    context = {
        **_spoken(row, request), "form": form, "drift": drift, "is_mine": request.act.actor in drafters_of(row),
        "missing": ", ".join(LANGUAGE_WORDS[code] for code in missing),
    }  # fmt: skip
    return render(request, "liaison/bulletins/approve.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.LIAISON_READ)
def bulletin(request: HttpRequest, number: int) -> HttpResponse:
    """One approved bulletin, its papers, whether its signature holds and it is still in force."""
    row = bulletin_get(number)
    latest = bulletin_latest()
    context = {
        **_spoken(row, request), "holds": seal_holds(row), "latest": latest,
        "approver": names_of({row.approved_by}).get(row.approved_by, row.approver),
    }  # fmt: skip
    return render(request, "liaison/bulletins/one.html", context)


@require_safe
@needs(Permission.LIAISON_READ)
def bulletin_paper(request: HttpRequest, number: int, shape: str) -> HttpResponse:
    """A file of an approved bulletin."""
    return _file(request, bulletin_get(number), shape)


@require_safe
@needs(Permission.LIAISON_READ)
def draft_paper(request: HttpRequest, shape: str) -> HttpResponse:
    """A file of the draft: it says that it is one."""
    return _file(request, draft_get(), shape)


def _file(request: HttpRequest, row: Bulletin, shape: str) -> HttpResponse:
    """Answer with a file in the language asked for; a web page is saved, not shown: its style is its own."""
    if shape not in set(Shape):
        raise Http404
    found = bulletin_file(row, shape=Shape(shape), language=_language(request))
    answer = HttpResponse(found.content, content_type=found.media)
    shown = "attachment" if shape == Shape.HTML.value else "inline"
    answer["Content-Disposition"] = f'{shown}; filename="{found.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
