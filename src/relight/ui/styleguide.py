"""The style guide: every component on one page, to look at and to test. Only with DEBUG or RELIGHT_STYLEGUIDE.

Its sentences are in English only: it is for those who build Relight.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from relight.ui.tables import Column, Table, csv_response, table_read
from relight.ui.types import Link, Matrix, MatrixCell, MatrixRow, Share, Tone

STAGES = ("seen", "retrieved", "inspected", "cleaned", "reconfigured", "verified", "admitted", "quarantined")
SITES = ("Arlon", "Libramont", "Marche", "Bastogne", "Bertrix", "Virton")
SERVICES = ("Emergency", "Operating theatre", "Intensive care", "Maternity", "Laboratory", "Radiology")
LEVELS = ("normal", "degraded", "paper", "normal", "paper", "unknown")

COLUMNS = (
    Column(key="name", label="Machine", sort=("name",), always=True, value=lambda row: row["name"]),
    Column(key="serial", label="Serial", sort=("serial",), value=lambda row: row["serial"]),
    Column(key="site", label="Site", sort=("site",), value=lambda row: row["site"]),
    Column(key="room", label="Room", shown=False, value=lambda row: row["room"]),
    Column(key="age", label="Days in the line", sort=("age",), numeric=True, value=lambda row: row["age"]),
    Column(key="stage", label="Stage", value=lambda row: row["stage"]),
)


class SampleForm(forms.Form):
    """One of each kind of field."""

    serial = forms.CharField(
        help_text="On the label under the machine.",
        widget=forms.TextInput(attrs={"data-scan": "", "autocomplete": "off"}),
    )
    site = forms.ChoiceField(choices=[(site.lower(), site) for site in SITES])
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="What you saw.")
    checks = forms.MultipleChoiceField(
        choices=[
            ("evidence", "Evidence kept"),
            ("wiped", "Disk wiped"),
            ("patched", "Patched"),
            ("scan", "Clean scan"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    shared = forms.BooleanField(required=False, label="This workstation is shared")


def sample_rows() -> list[dict[str, object]]:
    """Make 120 machines for the sample list."""
    return [
        {
            "name": f"ARL-URG-PC{n:03d}",
            "serial": f"5CG{n * 7919 % 1_000_000:06d}X",
            "site": SITES[n % 6],
            "room": f"B{n % 40:02d}",
            "age": n % 13,
            "stage": STAGES[n % 8],
        }
        for n in range(1, 121)
    ]


def sample_table(request: HttpRequest) -> Table:
    """Answer the sample list as a page would, from Python instead of a selector."""
    table = table_read(request.GET, columns=COLUMNS, sort="name", page_size=12)
    rows = sample_rows()
    for field in reversed(table.order_by):
        rows.sort(key=lambda row: str(row[field.lstrip("-")]).zfill(20), reverse=field.startswith("-"))
    text = request.GET.get("q", "").upper()
    return table.over([row for row in rows if text in str(row["name"])])


def sample_matrix() -> Matrix:
    """Make the sample matrix of services by site."""
    return Matrix(
        caption="State of each priority service at each site",
        corner="Service",
        columns=[Link(label=site, href="#", note="zone open" if n < 4 else "planned") for n, site in enumerate(SITES)],
        rows=[
            MatrixRow(
                head=Link(label=service, href="#", note="tier 1" if n < 3 else "tier 2"),
                cells=[
                    MatrixCell() if (n, s) == (3, 5) else MatrixCell(state=LEVELS[(n * 2 + s) % 6], href="#")
                    for s in range(6)
                ],
            )
            for n, service in enumerate(SERVICES)
        ],
    )


def sample_moments(now: datetime) -> list[dict[str, object]]:
    """Make the sample timeline."""
    return [
        {
            "at": now - timedelta(minutes=12),
            "title": "Laboratory @ Arlon is degraded",
            "by": "Relight",
            "state": "degraded",
        },
        {"at": now - timedelta(hours=5), "title": "40 machines moved to cleaned", "by": "Lucie Lambert", "state": ""},
        {"at": now - timedelta(days=3), "title": "ARL-URG-PC012 admitted", "by": "Marc Thiry", "state": "admitted"},
        {"at": now - timedelta(days=9), "title": "ARL-SRV-004 quarantined", "by": "Marc Thiry", "state": "quarantined"},
    ]


def styleguide(request: HttpRequest) -> HttpResponseBase:
    """Show every component. `?errors` shows the form with its errors, `?wall` the wall screen."""
    if not (settings.DEBUG or getattr(settings, "RELIGHT_STYLEGUIDE", False)):
        raise Http404
    table = sample_table(request)
    if table.wants_csv:
        return csv_response(table, sample_rows(), filename="machines.csv")
    now = timezone.now()
    context = {
        "table": table,
        "form": SampleForm({"site": "arlon"} if "errors" in request.GET else None),
        "tones": [tone.value for tone in Tone],
        "stages": STAGES,
        "matrix": sample_matrix(),
        "moments": sample_moments(now),
        "now": now,
        "span": timedelta(days=3, hours=4, minutes=12),
        "shares": [
            Share(label="Admitted", value=220, state="admitted", href="#"),
            Share(label="In the line", value=164, state="in_line", href="#"),
            Share(label="Quarantined", value=12, state="quarantined", href="#"),
            Share(label="Seen only", value=1104, state="seen", href="#"),
        ],
        "error": {
            "code": "RL-FLT-014",
            "message": "ARL-SRV-004 cannot be admitted: 2 checks are missing.",
            "where": "item ARL-SRV-004",
            "next": "A technician attests the clean scan; a security officer signs.",
        },
    }
    return render(request, "ui/styleguide.html", context)


styleguide.public = True  # type: ignore[attr-defined] # read by the middleware of people: no sign-in needed
