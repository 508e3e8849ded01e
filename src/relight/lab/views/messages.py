"""The list of messages, and one message: raw and decoded side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.lab.forms.messages import MessageFilterForm
from relight.lab.selectors.inbox import COLUMNS, message_filter, message_get, message_page, message_query, message_row
from relight.lab.services.seen import seen
from relight.people.api import Permission, needs
from relight.ui.api import csv_response, table_read


@require_safe
@needs(Permission.LAB_MESSAGES)
def messages(request: HttpRequest) -> HttpResponseBase:
    """Metadata of messages: filters, sort, columns in the address; CSV. No patient data stands here."""
    wanted = message_filter(request.GET.dict())
    table = table_read(request.GET, columns=COLUMNS, sort="-at")
    query = message_query(wanted, order=table.order_by)
    if table.wants_csv:
        rows = (message_row(row) for row in query.iterator(chunk_size=2000))
        return csv_response(table, rows, filename="messages.csv")
    table = table.over(query)
    context = {
        "table": table,
        "rows": [message_row(row) for row in table.rows],
        "form": MessageFilterForm(wanted),
        "filtered": bool(wanted.params()),
    }
    return render(request, "lab/messages.html", context)


@require_safe
@needs(Permission.LAB_MESSAGES)
def message(request: HttpRequest, message: UUID) -> HttpResponse:
    """One message as it came and as it reads; that it was looked at is journalled first."""
    page = message_page(message)
    seen(act=request.act, subject=f"message:{message}", what="message")
    return render(request, "lab/message.html", {"page": page})


@require_safe
@needs(Permission.LAB_MESSAGES)
def message_raw(request: HttpRequest, message: UUID) -> HttpResponse:
    """The bytes of one message, always a download."""
    row = message_get(message)
    seen(act=request.act, subject=f"message:{message}", what="message-raw")
    response = HttpResponse(bytes(row.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{row.seq}.{row.protocol}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
