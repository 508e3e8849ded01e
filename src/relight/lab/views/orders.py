"""Orders: the list, one by hand, one order, files of orders, sample numbers, labels."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.lab.forms.orders import (
    AddTestsForm,
    CancelForm,
    FindForm,
    ImportForm,
    NumbersForm,
    OrderFilterForm,
    OrderForm,
    SeriesForm,
    SheetForm,
)
from relight.lab.selectors.order_pages import COLUMNS, order_page, order_rows, series_page
from relight.lab.selectors.orders import order_get, order_of_sample, order_query, soonest_first
from relight.lab.services.labels import number_labels, order_labels
from relight.lab.services.order_import import SIZE_LIMIT, orders_import
from relight.lab.services.orders import (
    order_cancel,
    order_make,
    order_tests_add,
)
from relight.lab.services.seen import seen
from relight.people.api import Permission, needs
from relight.record.api import sample_numbers_take, series_reserve
from relight.ui.api import form_blame, table_read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
FOUND_AT_MOST = 50


@require_safe
@needs(Permission.LAB_ORDER)
def orders(request: HttpRequest) -> HttpResponse:
    """The orders, soonest first; filters stand in the address, patients never do."""
    form = OrderFilterForm(request.GET)
    table = table_read(request.GET, columns=COLUMNS, sort="made")
    query = order_query(**form.wanted())
    table = table.over(query.order_by(*table.order_by, "pk") if "sort" in request.GET else soonest_first(query))
    rows = order_rows(table.rows)
    seen(act=request.act, subject="lab:orders", what="orders", count=len(rows))
    context = {"table": table, "rows": rows, "form": form, "find": FindForm(), "filtered": bool(form.wanted())}
    return render(request, "lab/orders.html", context)


@require_POST
@needs(Permission.LAB_ORDER)
def order_find(request: HttpRequest) -> HttpResponse:
    """A scanned sample opens its order; a name lists the orders that bear it."""
    form = FindForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = order_of_sample(text) if text else None
    if found is not None:
        return redirect("lab:order", order=found.id)
    table = table_read(request.GET, columns=COLUMNS, sort="made", page_size=FOUND_AT_MOST)
    table = table.over(soonest_first(order_query(text=text)) if text else order_query().none())
    rows = order_rows(table.rows)
    seen(act=request.act, subject="lab:orders", what="orders", count=len(rows))
    context = {"table": table, "rows": rows, "find": form, "found": True, "form": OrderFilterForm({})}
    return render(request, "lab/orders.html", context)


@EDIT
@needs(Permission.LAB_ORDER)
def order_new(request: HttpRequest) -> HttpResponse:
    """Type an order; site and ward stay for the next one."""
    initial = {name: request.GET.get(name, "") for name in ("site", "ward")}
    form = OrderForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            made = order_make(act=request.act, order=form.order())
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Ordered under the sample number %(sample)s.") % {"sample": made.sample})
            return redirect("lab:order", order=made.id)
    return render(request, "lab/order_new.html", {"form": form})


@require_safe
@needs(Permission.LAB_ORDER)
def order(request: HttpRequest, order: UUID) -> HttpResponse:
    """One order: whose, which tests, what became of each."""
    page = order_page(order)
    seen(act=request.act, subject=f"order:{order}", what="order")
    return render(request, "lab/order.html", {"page": page, "person": page.person, "add": AddTestsForm()})


@require_POST
@needs(Permission.LAB_ORDER)
def order_add(request: HttpRequest, order: UUID) -> HttpResponse:
    """Add tests to an order."""
    form = AddTestsForm(request.POST)
    if form.is_valid():
        try:
            count = order_tests_add(act=request.act, order=order, tests=form.cleaned_data["wanted"])
        except RelightError as error:
            form_blame(form, error)
        else:
            said = ngettext("%(count)d test added.", "%(count)d tests added.", count) % {"count": count}
            messages.success(request, said)
            return redirect("lab:order", order=order)
    page = order_page(order)
    seen(act=request.act, subject=f"order:{order}", what="order")
    return render(request, "lab/order.html", {"page": page, "person": page.person, "add": form, "adding": True})


@EDIT
@needs(Permission.LAB_ORDER)
def order_drop(request: HttpRequest, order: UUID) -> HttpResponse:
    """Cancel an order, with the reason."""
    view = order_get(order)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            order_cancel(act=request.act, order=order, reason=form.cleaned_data["reason"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Cancelled. Its sample number stays taken."))
            return redirect("lab:order", order=order)
    count = len(view.open_tests)
    said = ngettext("%(count)d test will not be measured.", "%(count)d tests will not be measured.", count)
    context = {"form": form, "page": order_page(order), "said": said % {"count": count}}
    seen(act=request.act, subject=f"order:{order}", what="order")
    return render(request, "lab/order_cancel.html", {**context, "person": context["page"].person})


@require_safe
@needs(Permission.LAB_ORDER)
def labels(request: HttpRequest, order: UUID) -> HttpResponse:
    """The labels of one order, one a tube."""
    pdf, _ = order_labels(act=request.act, orders=[order], sheet=SheetForm(request.GET).sheet())
    return pdf_response(pdf, filename="labels.pdf")


@EDIT
@needs(Permission.LAB_ORDER)
def order_file(request: HttpRequest) -> HttpResponse:
    """Take in a file of orders; what cannot be taken is told row by row."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = orders_import(act=request.act, content=file.read(SIZE_LIMIT + 1), filename=file.name)
        except RelightError as error:
            form_blame(form, error)
    said = [(one.line, one.refusal.document(gettext)["error"]) for one in report.aside] if report else []
    return render(request, "lab/order_import.html", {"form": form, "report": report, "aside": said})


@EDIT
@needs(Permission.LAB_ORDER)
def numbers(request: HttpRequest) -> HttpResponse:
    """The reserved ranges of sample numbers; numbers given out ahead as labels."""
    form = NumbersForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        taken = sample_numbers_take(act=request.act, site=values["site"], count=values["count"])
        pdf = number_labels(act=request.act, numbers=taken, sheet=SheetForm({"paper": values["paper"]}).sheet())
        return pdf_response(pdf, filename="numbers.pdf")
    return render(request, "lab/numbers.html", {"form": form, "series": SeriesForm(), "rows": series_page()})


@require_POST
@needs(Permission.LAB_LINKS)
def numbers_reserve(request: HttpRequest) -> HttpResponse:
    """Reserve another range for a site."""
    form = SeriesForm(request.POST)
    if form.is_valid():
        try:
            values = form.cleaned_data
            series_reserve(act=request.act, site=values["site"], prefix=values["begins"], digits=values["digits"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Reserved. New samples of this site get these numbers."))
            return redirect("lab:numbers")
    return render(request, "lab/numbers.html", {"form": NumbersForm(), "series": form, "rows": series_page()})


def pdf_response(pdf: bytes, *, filename: str) -> HttpResponse:
    """Answer with a PDF the browser shows, and never stores on the way."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
