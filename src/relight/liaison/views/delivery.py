"""Delivery of the bulletin that holds: its lists, what came back, who has not been reached."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.liaison.forms.directory import ReceiptForm
from relight.liaison.selectors.delivery import batch_get, batch_rows, bulletin_latest, delivery_page
from relight.liaison.services.delivery import batch_sent, delivery_write, receipts_note, receipts_paste
from relight.liaison.types import WAY_WORDS, Receipt, Way
from relight.people.api import Permission, needs
from relight.ui.api import csv_safe, form_blame

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@EDIT
@needs(Permission.LIAISON_DELIVER)
def delivery(request: HttpRequest) -> HttpResponse:
    """The count reached, the lists, who is left; a pasted list of receipts is posted here."""
    bulletin = bulletin_latest()
    form = ReceiptForm(request.POST or None)
    if bulletin is not None and form.is_valid():
        try:
            receipt = Receipt(form.cleaned_data["receipt"])
            pasted = receipts_paste(
                act=request.act, bulletin=bulletin.pk, text=form.cleaned_data["text"], receipt=receipt
            )
        except RelightError as refusal:
            form_blame(form, refusal)
        else:
            messages.success(request, gettext("%(count)s noted.") % {"count": pasted.noted})
            if pasted.unknown:
                lines = ", ".join(map(str, pasted.unknown[:50]))
                messages.warning(
                    request, gettext("Nobody, or more than one, fits on line: %(lines)s.") % {"lines": lines}
                )
            return redirect("liaison:delivery")
    page = delivery_page(bulletin) if bulletin else None
    return render(
        request, "liaison/delivery/page.html", {"page": page, "form": form}, status=400 if form.errors else 200
    )


@require_POST
@needs(Permission.LIAISON_DELIVER)
def lists_write(request: HttpRequest, bulletin: UUID) -> HttpResponse:
    """Draw up lists for who stands on none, and the next way for what came back."""
    count = delivery_write(act=request.act, bulletin=bulletin)
    messages.info(request, gettext("%(count)s practitioners put on lists.") % {"count": count})
    return redirect("liaison:delivery")


@require_POST
@needs(Permission.LIAISON_DELIVER)
def receipts(request: HttpRequest, bulletin: UUID) -> HttpResponse:
    """Note one word of the ticked practitioners."""
    chosen = [UUID(one) for one in request.POST.getlist("ids") if _is_id(one)]
    word = request.POST.get("do", "")
    receipt = Receipt(word) if word in set(Receipt) else Receipt.CALLED
    count = receipts_note(act=request.act, bulletin=bulletin, practitioners=chosen, receipt=receipt)
    messages.success(request, gettext("%(count)s noted.") % {"count": count})
    return redirect("liaison:delivery")


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@EDIT
@needs(Permission.LIAISON_DELIVER)
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """One list, to print and to hand on; posted: it was sent."""
    if request.method == "POST":
        batch_sent(act=request.act, batch=batch)
        return redirect("liaison:batch", batch)
    row = batch_get(batch)
    context = {"batch": row, "way": gettext(WAY_WORDS[Way(row.way)]), "rows": batch_rows(row)}
    return render(request, "liaison/delivery/batch.html", context)


@require_safe
@needs(Permission.LIAISON_DELIVER)
def batch_file(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The list as CSV for the sender's program; no cell is a formula."""
    row = batch_get(batch)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext("Address"), gettext("Name"), gettext("Language"), gettext("Registration number")])
    for one in batch_rows(row):
        number = one.address if one.address[1:].isdigit() else csv_safe(one.address)
        writer.writerow([number, csv_safe(one.practitioner.name), one.language, one.practitioner.number])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bulletin-{row.bulletin.number}-{row.way}-{row.turn}.csv"'
    return response
