"""Situation reports: the list, the draft with its approval, one report in each version, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, names_of, needs
from relight.pmo import errors
from relight.pmo.forms import LANGUAGE_WORDS, SignForm, WriteForm
from relight.pmo.models import Report
from relight.pmo.rules.words import words_of
from relight.pmo.selectors.facts import figure_hrefs
from relight.pmo.selectors.reports import (
    draft_find,
    report_file,
    report_get,
    reports_approved,
    seal_holds,
    sheet_of,
    shown_digest,
    writers_of,
)
from relight.pmo.services.reports import FREE_MOST, report_approve, report_draw, report_write
from relight.pmo.types import LANGUAGES, Audience, Shape
from relight.ui.api import form_blame

SHAPE_WORDS = {Shape.PDF: N_("PDF, two pages at most"), Shape.HTML: N_("web page"), Shape.TEXT: N_("plain text")}


def _language(request: HttpRequest) -> str:
    from django.utils.translation import get_language  # noqa: PLC0415

    wanted = request.GET.get("language", "") or (get_language() or "")[:2]
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def _audience(request: HttpRequest) -> Audience:
    """Return the version asked for; who may not see them all gets the staff's."""
    wanted = request.GET.get("audience", "")
    may_all = request.may(Permission.SITREP_READ.value)  # type: ignore[attr-defined] # set by people.middleware
    return Audience(wanted) if may_all and wanted in set(Audience) else Audience.STAFF


def _spoken(row: Report, request: HttpRequest) -> dict[str, Any]:
    """Return what shows a report in the language and version asked for; each figure with where it was counted from."""
    language, audience = _language(request), _audience(request)
    sheet, may = sheet_of(row, language=language, audience=audience), request.may  # type: ignore[attr-defined]
    hrefs = {key: href for key, (href, permission) in figure_hrefs().items() if may(permission.value)}
    words = words_of(language)
    return {
        "row": row, "sheet": sheet, "language": language, "audience": audience.value,
        "figures": [(figure, hrefs.get(figure.key, "")) for figure in sheet.figures],
        "languages": list(LANGUAGE_WORDS.items()),
        "audiences": [(one.value, words.word("audience", one.value)) for one in Audience],
        "shapes": [(shape.value, gettext(SHAPE_WORDS[shape])) for shape in Shape],
    }  # fmt: skip


@require_safe
@needs(Permission.SITUATION_READ)
def reports(request: HttpRequest) -> HttpResponse:
    """Every approved report, the draft, what to do next."""
    rows = reports_approved()
    may_read = request.may(Permission.SITREP_READ.value)  # type: ignore[attr-defined] # set by people.middleware
    return render(request, "pmo/sitrep/list.html", {"rows": rows, "draft": draft_find() if may_read else None})


@require_safe
@needs(Permission.SITUATION_READ)
def report(request: HttpRequest, number: int) -> HttpResponse:
    """One approved report, its files, whether its signature holds."""
    row = report_get(number)
    return render(request, "pmo/sitrep/one.html", {**_spoken(row, request), "holds": seal_holds(row)})


@require_POST
@needs(Permission.SITREP_WRITE)
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the draft, or draw it again."""
    report_draw(act=request.act)  # type: ignore[attr-defined] # set by people.middleware
    messages.success(request, gettext("The draft is drawn from the state of now."))
    return redirect("pmo:sitrep-draft")


@require_safe
@needs(Permission.SITREP_READ)
def draft(request: HttpRequest) -> HttpResponse:
    """The draft: what people wrote, how it will read, its approval."""
    row = draft_find()
    return redirect("pmo:sitreps") if row is None else _draft_page(request, row)


@require_POST
@needs(Permission.SITREP_WRITE)
def write(request: HttpRequest) -> HttpResponse:
    """Save what a person wrote in the draft."""
    row = draft_find()
    if row is None:
        raise errors.REPORT_NO_DRAFT.error(where="draft")
    form = WriteForm(request.POST)
    if form.is_valid():
        try:
            report_write(act=request.act, number=form.cleaned_data["number"], free=form.free())  # type: ignore[attr-defined]
        except RelightError as error:
            if error.spec is errors.REPORT_NO_DRAFT:
                raise
            form_blame(form, error)
            if error.spec is errors.REPORT_EDITED:  # theirs is shown below; saving again goes on from it
                form.data = form.data.copy()
                form.data["number"] = str(row.texts.count())  # type: ignore[index] # a copy of a QueryDict changes
        else:
            messages.success(request, gettext("Saved. A second person reads and approves it now."))
            return redirect("pmo:sitrep-draft")
    return _draft_page(request, row, form=form)


@sensitive_post_parameters("password")
@require_POST
@needs(Permission.SITREP_APPROVE)
def approve(request: HttpRequest) -> HttpResponse:
    """Approve the draft that was shown."""
    row = draft_find()
    if row is None:
        raise errors.REPORT_NO_DRAFT.error(where="draft")
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            number = report_approve(act=request.act, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Report %(number)d is approved.") % {"number": number})
            return redirect("pmo:sitrep", number)
    form.data = form.data.copy()
    form.data["shown"] = shown_digest(row)  # type: ignore[index] # what they approve next is what they see now
    return _draft_page(request, row, sign=form)


def _draft_page(
    request: HttpRequest, row: Report, *, form: WriteForm | None = None, sign: SignForm | None = None
) -> HttpResponse:
    texts = list(row.texts.all())
    initial = {
        "number": texts[0].number if texts else 0,
        **{f"free_{code}": row.free.get(code, "") for code in LANGUAGES},
    }
    names = names_of({row.drawn_by, *(text.by for text in texts)})
    context = {
        **_spoken(row, request),
        "form": form or WriteForm(initial=initial),
        "sign": sign or SignForm(initial={"shown": shown_digest(row)}),
        "theirs": texts[0] if form is not None and texts else None,
        "is_mine": request.act.actor in writers_of(row),  # type: ignore[attr-defined] # set by people.middleware
        "drawn_by": names.get(row.drawn_by, row.drawn_by),
        "most": FREE_MOST,
    }
    return render(request, "pmo/sitrep/draft.html", context, status=422 if form or sign else 200)


@require_safe
@needs(Permission.SITUATION_READ)
def report_paper(request: HttpRequest, number: int, shape: str) -> HttpResponse:
    """A file of an approved report."""
    return _file(request, report_get(number), shape)


@require_safe
@needs(Permission.SITREP_READ)
def draft_paper(request: HttpRequest, shape: str) -> HttpResponse:
    """A file of the draft: it says that it is one."""
    row = draft_find()
    if row is None:
        raise errors.REPORT_NO_DRAFT.error(where="draft")
    return _file(request, row, shape)


def _file(request: HttpRequest, row: Report, shape: str) -> HttpResponse:
    if shape not in set(Shape):
        raise errors.REPORT_UNKNOWN.error(where="shape", number=row.number or 0)
    found = report_file(row, shape=Shape(shape), language=_language(request), audience=_audience(request))
    answer = HttpResponse(found.content, content_type=found.media)
    shown = "attachment" if shape == Shape.HTML.value else "inline"  # its style is its own: saved, not shown
    answer["Content-Disposition"] = f'{shown}; filename="{found.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
