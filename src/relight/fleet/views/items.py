"""The list, one item, its evidence, an item by hand, the scanner's box."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext

from relight.fleet.forms.items import ItemAddForm, ItemFilterForm
from relight.fleet.selectors.admission import capacities_of
from relight.fleet.selectors.columns import COLUMNS, item_cells
from relight.fleet.selectors.items import item_filter, item_get, item_query, item_scan
from relight.fleet.selectors.machine import evidence_of, item_page
from relight.fleet.selectors.policy import words_now
from relight.fleet.services.items import item_add
from relight.journal.api import evidence_read
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import csv_response, form_blame, table_read


@needs(Permission.FLEET_READ)
def items(request: HttpRequest) -> HttpResponseBase:
    """The list of items: filters, sort and columns in the address; bulk actions; CSV."""
    filter = item_filter(request.GET.dict())
    words = words_now(places=True)
    table = table_read(request.GET, columns=COLUMNS, sort="name")
    query = item_query(filter, order=table.order_by)
    if table.wants_csv:
        rows = (item_cells(row, words) for row in query.iterator(chunk_size=2000))
        return csv_response(table, rows, filename="items.csv")
    table = table.over(query)
    context = {
        "table": table,
        "rows": [item_cells(row, words) for row in table.rows],
        "form": ItemFilterForm(filter, words),
        "filtered": bool(filter.params()),
        "bulk_suffix": f"?{urlencode(filter.params())}",
        "capacities": [capacity.value for capacity in capacities_of(request.act)],
    }
    return render(request, "fleet/items.html", context)


@needs(Permission.FLEET_READ)
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """One item; the old address of a merged one leads to the one that stays."""
    row = item_get(item)
    if row.pk != item:
        return redirect("fleet:item", item=row.pk)
    context = {
        "page": item_page(act=request.act, item=row),
        "capacities": [capacity.value for capacity in capacities_of(request.act)],
    }
    return render(request, "fleet/item.html", context)


@needs(Permission.FLEET_READ)
def evidence(request: HttpRequest, item: UUID, digest: str) -> HttpResponseBase:
    """A file kept with an item, read from the store and checked; always a download, never shown."""
    file = evidence_of(item_get(item), digest)
    response = HttpResponse(evidence_read(digest), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@needs(Permission.FLEET_EDIT)
def add(request: HttpRequest) -> HttpResponse:
    """Add a machine, a data set or an application by hand."""
    initial = {"klass": request.GET.get("klass", "dataset"), "serial": request.GET.get("serial", "")}
    form = ItemAddForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            added = item_add(act=request.act, item=form.item())
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Added."))
            return redirect("fleet:item", item=added)
    return render(request, "fleet/add.html", {"form": form})


@needs(Permission.FLEET_READ)
def scan(request: HttpRequest) -> HttpResponse:
    """A scanned code opens its machine; several or none show the list with what was found."""
    code = request.GET.get("code", "").strip()[:200]
    found = item_scan(code) if code else []
    if len(found) == 1:
        return redirect("fleet:item", item=found[0].pk)
    if code and not found:
        messages.warning(request, gettext("Nothing in the fleet bears “%(code)s”.") % {"code": code})
    return redirect(f"{reverse('fleet:items')}?{urlencode({'q': code})}")
