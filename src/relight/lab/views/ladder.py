"""A link's ladder: checks with their evidence, signatures, taking it down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.ladder import LowerForm, SignForm
from relight.lab.rules.ladder import Capacity
from relight.lab.rules.policy import Check
from relight.lab.selectors.link_page import LadderPage, ladder_page
from relight.lab.services.ladder import connection_test, evidence_record, link_lower, rung_sign
from relight.lab.types import RUNG_NAMES, Rung
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@require_safe
@needs(Permission.LAB_READ)
def ladder(request: HttpRequest, link: str) -> HttpResponse:
    """Where a link stands, what its next rung asks, what was recorded and signed."""
    return _shown(request, link)


def _shown(request: HttpRequest, link: str, *, status: int = 200, wrong: Form | None = None) -> HttpResponse:
    page = ladder_page(link, act=request.act)  # type: ignore[attr-defined] # set by people.middleware
    signs = [
        {"offer": offer, "form": _again(wrong, SignForm, offer.capacity.value, initial={"digest": page.digest})}
        for offer in page.offers
    ]
    lower = wrong if isinstance(wrong, LowerForm) else LowerForm(rung=page.row.rung)
    context: dict[str, Any] = {"page": page, "signs": signs, "lower": lower, "wrong": wrong}
    return render(request, "lab/ladder.html", context, status=status)


def _again(wrong: Form | None, kind: type[SignForm], prefix: str, *, initial: dict[str, str]) -> Form:
    """Give back the form that was sent, with its errors, or a new one."""
    if isinstance(wrong, kind) and wrong.prefix == prefix:
        return wrong
    return kind(prefix=prefix, initial=initial)


@require_POST
@needs(Permission.LAB_EVIDENCE)
def record(request: HttpRequest, link: str, check: str) -> HttpResponse:
    """Record one check: met or not, it is kept; the link climbs where nothing else is asked."""
    word = Check(check) if check in {one.value for one in Check} else Check.QC
    act = request.act  # type: ignore[attr-defined]
    done = (
        connection_test(act=act, link=link)
        if word is Check.CONNECTION
        else evidence_record(act=act, link=link, check=word)
    )
    if done.climbed:
        name = gettext(RUNG_NAMES[done.climbed])
        messages.success(
            request, gettext("The check is met: the link stands on the rung {rung} now.").format(rung=name)
        )
    elif done.verdict:
        messages.success(request, gettext("The check is met, and kept as evidence."))
    else:
        refusal = done.verdict.error()
        messages.warning(request, f"{refusal.message(gettext)} {refusal.next(gettext)}")
    return redirect("lab:ladder", link)


@sensitive_post_parameters()
@require_POST
@needs(Permission.LAB_SIGN_LABORATORY)
def sign_laboratory(request: HttpRequest, link: str) -> HttpResponse:
    """Sign the next rung for the laboratory."""
    return _sign(request, link, Capacity.LABORATORY)


@sensitive_post_parameters()
@require_POST
@needs(Permission.LAB_SIGN_SECURITY)
def sign_security(request: HttpRequest, link: str) -> HttpResponse:
    """Sign the next rung for security."""
    return _sign(request, link, Capacity.SECURITY)


def _sign(request: HttpRequest, link: str, capacity: Capacity) -> HttpResponse:
    form = SignForm(request.POST, prefix=capacity.value)
    if form.is_valid():
        try:
            done = rung_sign(act=request.act, link=link, capacity=capacity, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            name = gettext(RUNG_NAMES[done.climbed]) if done.climbed else ""
            climbed = gettext("Signed. The link stands on the rung {rung} now.").format(rung=name)
            waits = gettext("Signed. The second signature, of another person, lets the link climb.")
            messages.success(request, climbed if done.climbed else waits)
            return redirect("lab:ladder", link)
    return _shown(request, link, status=422, wrong=form)


@require_POST
@needs(Permission.LAB_LOWER)
def lower(request: HttpRequest, link: str) -> HttpResponse:
    """Take the link down."""
    page: LadderPage = ladder_page(link, act=request.act)  # type: ignore[attr-defined]
    form = LowerForm(request.POST, rung=page.row.rung)
    if form.is_valid():
        try:
            given = form.cleaned_data
            link_lower(act=request.act, link=link, to=Rung(given["to"]), reason=given["reason"])  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The link is taken down."))
            return redirect("lab:ladder", link)
    return _shown(request, link, status=422, wrong=form)
