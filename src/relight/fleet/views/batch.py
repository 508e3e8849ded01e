"""Bulk actions: chosen items, what would happen in numbers, then the act.

Each address shows its form first (from the list, the bench or one item's page) and acts only when
confirmed. `all` with a filter in the address takes the whole filtered list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.forms.batch import (
    AttestForm,
    BatchForm,
    EditForm,
    MoveForm,
    QuarantineForm,
    ReleaseForm,
    RetireForm,
    ReturnForm,
    SignOwnerForm,
    SignSecurityForm,
)
from relight.fleet.selectors.items import BATCH_LIMIT, item_filter, item_query
from relight.fleet.types import BatchReport
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import form_blame


@needs(Permission.LINE_MOVE)
def move(request: HttpRequest) -> HttpResponse:
    """Move items along the line."""
    return _batch(request, MoveForm)


@needs(Permission.LINE_ATTEST)
def attest(request: HttpRequest) -> HttpResponse:
    """Attest checks of items."""
    return _batch(request, AttestForm)


@needs(Permission.LINE_SIGN_SECURITY)
def sign_security(request: HttpRequest) -> HttpResponse:
    """Sign admissions for security."""
    return _batch(request, SignSecurityForm)


@needs(Permission.LINE_SIGN_OWNER)
def sign_owner(request: HttpRequest) -> HttpResponse:
    """Sign admissions for the owning service."""
    return _batch(request, SignOwnerForm)


@needs(Permission.LINE_QUARANTINE)
def quarantine(request: HttpRequest) -> HttpResponse:
    """Put items into quarantine."""
    return _batch(request, QuarantineForm)


@needs(Permission.LINE_RELEASE)
def release(request: HttpRequest) -> HttpResponse:
    """Release items from quarantine."""
    return _batch(request, ReleaseForm)


@needs(Permission.LINE_RETIRE)
def retire(request: HttpRequest) -> HttpResponse:
    """Retire items."""
    return _batch(request, RetireForm)


@needs(Permission.LINE_RETIRE)
def return_(request: HttpRequest) -> HttpResponse:
    """Return retired items to the line."""
    return _batch(request, ReturnForm)


@needs(Permission.FLEET_EDIT)
def edit(request: HttpRequest) -> HttpResponse:
    """Correct what is known of items."""
    return _batch(request, EditForm)


def _batch(request: HttpRequest, kind: type[BatchForm]) -> HttpResponse:
    source = request.POST if request.method == "POST" else request.GET
    chosen = chosen_items(request)
    initial: dict[str, Any] = {name: source[name] for name in ("to", "reason", "note") if name in source}
    if "checks" in source:
        initial["checks"] = source.getlist("checks")
    if "confirm" not in request.POST:
        return _show(request, kind(initial=initial, act=request.act, items=chosen))
    form = kind(request.POST, request.FILES, act=request.act, items=chosen)
    if not form.is_valid():
        return _show(request, form)
    try:
        report = form.run()
    except RelightError as error:
        form_blame(form, error)
        return _show(request, form)
    _say(request, form, report)
    return redirect(_back(request, chosen))


def chosen_items(request: HttpRequest) -> list[UUID]:
    """Read the chosen ids, or with `all` those of the filter in the address.

    Raises: RL-FLT-002 when nothing is chosen, RL-FLT-004 beyond 5,000, RL-FLT-001 for what is no id.
    """
    source = request.POST if request.method == "POST" else request.GET
    if "all" in request.POST:
        query = item_query(item_filter(request.GET.dict()))
        found = list(query.values_list("pk", flat=True)[: BATCH_LIMIT + 1])
    else:
        found = [_id(word) for text in source.getlist("items") for word in text.split()]
    if not found:
        raise errors.NO_ITEMS.error()
    if len(found) > BATCH_LIMIT:
        raise errors.TOO_MANY.error(count=len(found), limit=BATCH_LIMIT)
    return list(dict.fromkeys(found))


def _id(word: str) -> UUID:
    try:
        return UUID(word)
    except ValueError as fault:
        raise errors.ITEM_UNKNOWN.error(item=word[:40]) from fault


def _show(request: HttpRequest, form: BatchForm) -> HttpResponse:
    preview = form.preview()
    context = {
        "form": form,
        "heading": gettext(form.heading),
        "action": gettext(form.action),
        "danger": form.danger,
        "preview": preview,
        "consequences": form.consequences(preview),
        "items_text": " ".join(str(item) for item in form.items),
        "cancel": _back(request, form.items),
        **form.context(),
    }
    return render(request, form.template, context)


def _say(request: HttpRequest, form: BatchForm, report: BatchReport) -> None:
    """Say what was done and, one by one, who stayed and why."""
    if report.done:
        messages.success(request, form.done_words(report))
    if report.same:
        messages.info(request, gettext("%(count)d stood there already.") % {"count": len(report.same)})
    for refusal in report.refused[:5]:
        messages.warning(request, refusal.message)
    if len(report.refused) > 5:
        messages.warning(request, gettext("%(count)d more stayed.") % {"count": len(report.refused) - 5})


def _back(request: HttpRequest, items: Sequence[UUID]) -> str:
    """The page to come back to: the one that sent us, when it is ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False) and wanted.startswith("/"):
        return wanted
    return reverse("fleet:item", args=[items[0]]) if len(items) == 1 else reverse("fleet:items")
