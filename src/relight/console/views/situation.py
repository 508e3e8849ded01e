"""The situation page, and its burn-up as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from relight.console.rules.burnup import BurnWords, burn_up_of
from relight.console.selectors import situation as read
from relight.console.selectors.journal import lags, lags_worth_telling
from relight.console.selectors.places import address
from relight.console.types import DayCount, Situation
from relight.kernel.act import Act
from relight.paper.charts import NARROW, WIDE, Frame
from relight.paper.charts import burn_up as draw
from relight.people.api import Permission, needs
from relight.pmo.api import forecast_fan
from relight.record.api import paper_standing
from relight.ui.api import number, share_of
from relight.ui.moment import day_word
from relight.ui.types import Share

TIERS_SHOWN = 2
FUNCTIONS_SHOWN = 12
FUNCTIONS_WALL = 6  # what fits under the burn-up, so that a wall never has to be scrolled


@require_safe
@needs(Permission.SITUATION_READ)
def situation(request: HttpRequest) -> HttpResponse:
    """What is back, what is not, why, and what brings it back soonest."""
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    wall = "wall" in request.GET
    now = read.situation(act=act, functions_shown=FUNCTIONS_WALL if wall else FUNCTIONS_SHOWN)
    everything = wall or "all" in request.GET
    context = {
        "now": now,
        **_addresses(act),
        **_figures(now),
        **_charts(now.days),
        **({} if wall else _fan(now.days)),
        **_tiers(now, everything=everything),
    }
    context["paper"] = paper_standing(at=act.at)
    context["lags"] = lags_worth_telling(lags(), at=act.at)
    return render(request, "console/situation.html", context)


@require_safe
@needs(Permission.SITUATION_READ)
def burn_up(request: HttpRequest) -> HttpResponse:
    """The burn-up large, and day by day as a table; as CSV with `format=csv`."""
    days = read.day_counts(act=request.act)  # type: ignore[attr-defined]
    if request.GET.get("format") == "csv":
        return _csv(days)
    rows = [(day_word(day.day), day) for day in reversed(days)]
    return render(request, "console/burn_up.html", {"rows": rows, **_charts(days)})


def _addresses(act: Act) -> dict[str, str]:
    """Where the panels lead, as far as this reader may go."""
    return {
        "load_href": address("hospital:load", act=act, permission=Permission.HOSPITAL_LOAD),
        "import_href": address("fleet:imports", act=act, permission=Permission.FLEET_IMPORT),
        "zones_href": address("hospital:zones", act=act, permission=Permission.HOSPITAL_READ),
        "dependencies_href": address("hospital:index", act=act, permission=Permission.HOSPITAL_READ),
        "journal_href": address("console:journal", act=act, permission=Permission.JOURNAL_READ),
        "lab_href": address("lab:board", act=act, permission=Permission.LAB_READ),
        "lag_href": address("console:journal-lag", act=act, permission=Permission.JOURNAL_READ),
    }


def _figures(now: Situation) -> dict[str, Any]:
    """The one number out of how many, its share in words, and the bar of where machines are."""
    counts = {count.key: count for count in now.counts}
    # The larger of the two, so that a short list of expected machines never makes the group look nearly back.
    of = max((counts["seen"], counts["expected"]), key=lambda count: count.value)
    whole = of.value
    back, in_line = counts["admitted"].value, counts["in_line"].value
    shares = [
        Share(label=pgettext("machines", "operational"), value=back, state="admitted", href=counts["admitted"].href),
        Share(label=pgettext("machines", "in the line"), value=in_line, state="in_line", href=counts["in_line"].href),
        Share(label=pgettext("machines", "still to come"), value=max(0, whole - back - in_line), state="seen"),
    ]
    known = pgettext("machines", "expected") if of.key == "expected" else pgettext("machines", "seen")
    return {
        "whole": whole or None,
        "share_words": gettext("%(share)s of the machines %(known)s") % {"share": share_of(back, whole), "known": known}
        if whole
        else "",
        "bar": shares if whole else None,
        "columns": len(now.sites) + 1,
        "linked_share": share_of(now.linked, now.links),
    }


def _tiers(now: Situation, *, everything: bool) -> dict[str, Any]:
    """The tiers to show: the two most urgent, unless all were asked for; how many units the rest holds."""
    shown = now.tiers if everything else now.tiers[:TIERS_SHOWN]
    folded = now.tiers[len(shown) :]
    cells = [cell.state for tier in folded for row in tier.rows for cell in row.cells if cell]
    return {
        "tiers": shown,
        "everything": everything and len(now.tiers) > TIERS_SHOWN,
        "folded": len(cells),
        "folded_normal": cells.count("normal"),
        "folded_tier": folded[0].tier if folded else None,
    }


def _charts(days: Sequence[DayCount]) -> dict[str, SafeString]:
    """The burn-up drawn for wide and for narrow columns; nothing when there is nothing to show."""
    words = BurnWords(
        title=gettext("Machines operational, in the line and expected, by day of the crisis"),
        admitted=pgettext("machines", "operational"),
        in_line=pgettext("machines", "in the line"),
        expected=pgettext("machines", "expected"),
        day_prefix=day_word(0).removesuffix("0"),
    )
    chart = burn_up_of(days, words=words, number=number)
    if chart is None:
        return {}

    def drawn(frame: Frame) -> SafeString:
        return mark_safe(draw(chart, frame=frame, ident=f"burn-{frame.key}"))  # noqa: S308 - every word is escaped there

    return {"wide": drawn(WIDE), "narrow": drawn(NARROW)}


def _fan(days: Sequence[DayCount]) -> dict[str, Any]:
    """The forecast of the day drawn, with what it says in words; nothing before the first."""
    chart = forecast_fan({day.day: day.admitted for day in days})
    if chart is None:
        return {}
    drawn = {f"fan_{frame.key}": draw(chart, frame=frame, ident=f"fan-{frame.key}") for frame in (WIDE, NARROW)}
    safe = {key: mark_safe(svg) for key, svg in drawn.items()}  # noqa: S308 - every word is escaped there
    return {**safe, "fan_told": chart.description}


def _csv(days: Sequence[DayCount]) -> HttpResponse:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["day", "admitted", "in_line", "expected"])
    lines.writerows([day.day, day.admitted, day.in_line, day.expected] for day in days)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="burn-up.csv"'
    return response
