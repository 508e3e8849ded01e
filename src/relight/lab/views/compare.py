"""Comparison sheets: opened, typed scanner first, seen side by side, closed, printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.ladder import LineForm
from relight.lab.rules.compare import LINE_NAMES, TestSum, plain, value_read
from relight.lab.rules.policy import Check
from relight.lab.selectors.compare import SheetLine, sheet_get, sheet_list, tests_known
from relight.lab.selectors.ladder import ladder_policy, link_get
from relight.lab.selectors.qc_page import local
from relight.lab.services.compare import line_add, line_remove, sheet_close, sheet_open
from relight.lab.services.seen import seen
from relight.lab.types import Rung
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@require_safe
@needs(Permission.LAB_RESULTS)
def compare(request: HttpRequest, link: str) -> HttpResponse:
    """A link's comparison sheets."""
    return render(request, "lab/compare.html", {"link": link_get(link), "sheets": sheet_list(link)})


@require_POST
@needs(Permission.LAB_EVIDENCE)
def compare_open(request: HttpRequest, link: str) -> HttpResponse:
    """Open a sheet."""
    return redirect("lab:sheet", link, sheet_open(act=request.act, link=link))  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LAB_RESULTS)
def sheet(request: HttpRequest, link: str, sheet: UUID) -> HttpResponse:
    """One sheet: type the next value; each stands beside what the link gave."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    form = LineForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            line_add(act=act, link=link, sheet=sheet, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            return redirect("lab:sheet", link, sheet)
    found = sheet_get(link=link, sheet=sheet)
    seen(act=act, subject=f"sheet:{sheet}", what="comparison", count=len(found.lines))
    last = found.lines[-1].row.sample if found.lines else ""
    context = {
        "link": link_get(link),
        "sheet": found,
        "lines": [_line(line) for line in reversed(found.lines)],
        "tests": [_test(test) for test in found.tests],
        "form": form or LineForm(initial={"sample": last}),
        "known": sorted(tests_known(link, at=act.at)) if found.row.closed_at is None else [],
        "needed": next((a.count for a in ladder_policy().asked(Rung.RESULTS).asks if a.check is Check.COMPARISON), 0),
    }
    return render(request, "lab/sheet.html", context, status=422 if form else 200)


def _line(line: SheetLine) -> dict[str, object]:
    compared = line.compared
    return {
        "line": line,
        "by_link": value_read(line.result.value) if line.result else "",
        "word": gettext(LINE_NAMES[compared.state]),
        "difference": local(plain(compared.difference)),
        "allowed": local(plain(compared.allowed)),
    }


def _test(test: TestSum) -> dict[str, object]:
    names = ("bias", "bias_percent", "slope", "intercept")
    return {"test": test, **{name: local(plain(getattr(test, name))) for name in names}}


@require_POST
@needs(Permission.LAB_EVIDENCE)
def remove(request: HttpRequest, link: str, sheet: UUID, line: UUID) -> HttpResponse:
    """Take a line off."""
    line_remove(act=request.act, link=link, sheet=sheet, line=line)  # type: ignore[attr-defined]
    messages.success(request, gettext("The line is off the sheet."))
    return redirect("lab:sheet", link, sheet)


@require_POST
@needs(Permission.LAB_EVIDENCE)
def close(request: HttpRequest, link: str, sheet: UUID) -> HttpResponse:
    """Close a sheet as evidence."""
    if sheet_close(act=request.act, link=link, sheet=sheet):  # type: ignore[attr-defined]
        messages.success(request, gettext("The sheet is closed: every value agrees. It is evidence for the rung."))
    else:
        messages.warning(request, gettext("The sheet is closed: values differ or are missing. It meets no check."))
    return redirect("lab:sheet", link, sheet)
