"""Pages of the journal: the list, an entry, an evidence file, the chain's check, what lags."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.console.forms import JournalFilterForm
from relight.console.selectors import changes
from relight.console.selectors import journal as read
from relight.console.selectors.evidence import evidence_page
from relight.console.services import chain_check
from relight.console.types import Change, JournalFilter
from relight.hospital import api as hospital
from relight.journal import api as log
from relight.people import api as people
from relight.people.api import Permission, needs
from relight.ui.tables import csv_safe


@require_safe
@needs(Permission.JOURNAL_READ)
def journal(request: HttpRequest) -> HttpResponseBase:
    """The list of entries, narrowed by the address; as CSV with `format=csv`."""
    act = request.act  # type: ignore[attr-defined]
    form = _filter_form(request)
    form.is_valid()
    asked = form.filter()
    if request.GET.get("format") == "csv":
        return _csv(asked, request)
    before = request.GET.get("before", "")
    page = read.page_of(asked, act=act, before=int(before) if before.isdecimal() else None)
    return render(
        request,
        "console/journal.html",
        {
            "form": form,
            "page": page,
            "first": not before,
            "older_href": _address(request, before=page.older),
            "newest_href": _address(request),
            "csv_href": _address(request, format="csv"),
            "filtered": asked != JournalFilter(),
            "chain": read.chain_check_last(),
            "lags": read.lags_worth_telling(read.lags(), at=act.at),
        },
    )


def _address(request: HttpRequest, **changes: object) -> str:
    """Write this list's address again, at its newest entries unless changed."""
    query = request.GET.copy()
    for key in ("before", "format"):
        query.pop(key, None)
    query.update({key: str(value) for key, value in changes.items() if value is not None})
    return f"?{query.urlencode()}"


def _filter_form(request: HttpRequest) -> JournalFilterForm:
    """Make the form of the list; somebody no account exists for is still offered when asked for."""
    actors = {staff.actor: staff.name for staff in people.staff_list()}
    asked = request.GET.get("actor", "")
    if asked and asked not in actors:
        actors[asked] = asked.partition(":")[2] or asked
    data = {key: str(value) for key, value in request.GET.items() if key not in ("before", "format")}
    verbs = log.verb_list()
    if data.get("verb") and data["verb"] not in verbs:
        verbs = [*verbs, data["verb"]]
    return JournalFilterForm(data, actors=actors.items(), verbs=verbs, day_zero=_day_zero())


def _day_zero() -> date | None:
    zero = hospital.day_zero()
    return timezone.localtime(zero).date() if zero else None


def _csv(asked: JournalFilter, request: HttpRequest) -> StreamingHttpResponse:
    """Stream the entries asked for: numbers, ids and hashes as they are, and the words beside them."""
    heads = ["seq", "at", "actor", "name", "verb", "words", "subject", "subject_name", "count", "door", "hash"]

    def lines() -> Iterator[str]:
        yield "\ufeff" + _csv_line(heads)
        for row in read.export_of(asked, act=request.act):  # type: ignore[attr-defined]
            at = timezone.localtime(row.at).isoformat(timespec="seconds")
            cells = [row.seq, at, row.actor, row.who, row.verb, row.did, row.subject.subject, row.subject.name]
            yield _csv_line([*cells, row.count, row.entry.door, row.entry.hash])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return response


TIMELINE_MOST = 3000  # acts: some thirty days of a crisis


@require_safe
@needs(Permission.JOURNAL_READ)
def timeline(request: HttpRequest) -> HttpResponseBase:
    """The whole crisis, oldest first: what changed the situation, day by day; as CSV with `format=csv`."""
    rows = changes.timeline(act=request.act, limit=TIMELINE_MOST)  # type: ignore[attr-defined]
    if request.GET.get("format") == "csv":
        return _timeline_csv(rows)
    zero = _day_zero()
    days = [
        (None if zero is None else (day - zero).days, day, list(group))
        for day, group in groupby(rows, key=lambda row: timezone.localtime(row.at).date())
    ]
    return render(request, "console/timeline.html", {"days": days, "most": TIMELINE_MOST, "count": len(rows)})


def _timeline_csv(rows: Sequence[Change]) -> StreamingHttpResponse:
    """Stream the timeline: one line an act, its effects in words."""
    zero = _day_zero()

    def lines() -> Iterator[str]:
        yield "\ufeff" + _csv_line(["day", "at", "who", "did", "count", "about", "effects", "entry"])
        for row in rows:
            at = timezone.localtime(row.at)
            day = "" if zero is None else str((at.date() - zero).days)
            effects = "; ".join(f"{one.name}: {one.before} > {one.state}" for one in row.effects)
            more = f"; +{row.more}" if row.more else ""
            cells = [day, at.isoformat(timespec="seconds"), row.who, row.did, row.count, row.subject, effects + more]
            yield _csv_line([*cells, row.seq])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="timeline.csv"'
    return response


def _csv_line(cells: list[object] | list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([csv_safe(cell) for cell in cells])
    return line.getvalue()


@require_safe
@needs(Permission.JOURNAL_READ)
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry in full: who, when, what, its body, its events, its place in the chain."""
    page = read.entry_page(seq, act=request.act)  # type: ignore[attr-defined]
    return render(request, "console/entry.html", {"page": page, "row": page.row, "entry": page.row.entry})


@require_POST
@needs(Permission.JOURNAL_READ)
def verify(request: HttpRequest) -> HttpResponse:
    """Check the whole chain now; the check is itself an entry, and the list shows it."""
    chain_check(act=request.act)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("console:journal"))


@require_safe
@needs(Permission.JOURNAL_READ)
def lag(request: HttpRequest) -> HttpResponse:
    """What each part of Relight has still to take in."""
    return render(request, "console/lag.html", {"lags": read.lags()})


@require_safe
@needs(Permission.JOURNAL_READ)
def evidence(request: HttpRequest, digest: str) -> HttpResponse:
    """One evidence file: what it is, whether it still is what was stored, which entries name it."""
    page = evidence_page(digest, act=request.act)  # type: ignore[attr-defined]
    fault = page.fault.document(gettext) if page.fault else None
    return render(request, "console/evidence.html", {"page": page, "fault": fault})


@require_safe
@needs(Permission.JOURNAL_READ)
def evidence_file(request: HttpRequest, digest: str) -> HttpResponseBase:
    """The file itself, checked as it is read; always saved, never shown, whatever it claims to be."""
    content = log.evidence_read(digest)
    name = log.evidence_find(digest).name
    response = FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
