"""The facts of a situation report as they are now, each from its owner's door, and where each was counted from.

Owns gathering them. Refuses patients: counts only. Source: docs/design/sitrep.md, cases 20-26.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from relight.activity import api as activity
from relight.fleet import api as fleet
from relight.hospital.api import FunctionView, Level, UnitView, day_of, function_list, site_list, unit_list
from relight.lab import api as lab
from relight.people.api import Permission, names_of
from relight.pmo.models import Decision, Report
from relight.pmo.selectors.days import forecast_latest
from relight.pmo.selectors.names import HouseNames, house_names
from relight.pmo.selectors.plans import plan_latest
from relight.pmo.selectors.problems import problems_open
from relight.pmo.types import DecisionState, ReportState

LEVELS = {Level.NORMAL: "normal", Level.DEGRADED: "degraded", Level.DOWN: "down"}
AHEAD = (7, 14, 30)


def facts_now(at: datetime) -> dict[str, Any]:
    """Gather the facts of a report drawn at a moment. Some thirty queries, however large the hospital."""
    names, units = house_names(), unit_list()
    machines = fleet.counts_by_site()
    return {
        "at": timezone.localtime(at).isoformat(timespec="seconds"),
        "day": day_of(at),
        "group": dict(names.group),
        "figures": _figures(units, function_list(), at=at),
        "sites": [
            {
                "id": site.id, "names": dict(names.sites.get(site.id, {})), "zone": site.zone.value,
                "admitted": machines.get(site.id, {}).get("admitted", 0),
                "seen": machines.get(site.id, {}).get("seen", 0),
            }
            for site in site_list()
        ],
        "services": _services(units, names),
        "links": [
            {"name": link.name, "site": link.settings.site, "rung": link.rung.value}
            for link in lab.link_list(at=at)
            if link.settings.enabled
        ],
        "problems": _problems(names),
        "decisions": _decisions(),
        "forecast": _forecast(names, at=at),
        "before": _before(),
    }  # fmt: skip


def _figures(units: list[UnitView], functions: list[FunctionView], *, at: datetime) -> dict[str, int | None]:
    machines, levels = fleet.counts(), Counter(unit.level for unit in units)
    booked, debt, linked = activity.counts(at), activity.debt_counts(at=at), lab.linked_share()
    is_planned = bool(booked.booked or debt.waiting or debt.booked)
    return {
        "admitted": machines["admitted"],
        "in_line": machines["in_line"],
        "seen": machines["seen"],
        "units_normal": levels[Level.NORMAL],
        "units_degraded": levels[Level.DEGRADED],
        "units_down": levels[Level.DOWN],
        "functions": len(functions),
        "functions_up": sum(one.level is Level.NORMAL for one in functions),
        "links": linked.links or None,
        "links_linked": linked.linked if linked.links else None,
        "keep": booked.keep if is_planned else None,
        "cancel": booked.cancel if is_planned else None,
        "move": booked.move if is_planned else None,
        "ask": booked.ask if is_planned else None,
        "debt_waiting": debt.waiting if is_planned else None,
        "debt_booked": debt.booked if is_planned else None,
        "problems_open": len(problems_open()),
    }


def figure_hrefs() -> dict[str, tuple[str, Permission]]:
    """Return where each figure was counted from, and what it takes to look there."""
    counted = {
        "admitted": (fleet.count_href("admitted"), Permission.FLEET_READ),
        "in_line": (fleet.count_href("in_line"), Permission.FLEET_READ),
        "seen": (fleet.count_href("seen"), Permission.FLEET_READ),
        "links_linked": (reverse("lab:board"), Permission.LAB_READ),
        "debt_waiting": (reverse("activity:debt"), Permission.ACTIVITY_READ),
        "debt_booked": (reverse("activity:debt"), Permission.ACTIVITY_READ),
        "problems_open": (reverse("pmo:problems"), Permission.PROBLEM_ANSWER),
    }
    for key in ("units_normal", "units_degraded", "units_down", "functions_up"):
        counted[key] = (reverse("hospital:index"), Permission.HOSPITAL_READ)
    for key in ("keep", "cancel", "move", "ask"):
        counted[key] = (f"{reverse('activity:appointments')}?outcome={key}", Permission.ACTIVITY_APPOINTMENTS)
    return counted


def _services(units: Iterable[UnitView], names: HouseNames) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for unit in units:
        row = rows.setdefault(
            unit.service,
            {
                "id": unit.service,
                "names": dict(names.services.get(unit.service, {})),
                "tier": unit.tier,
                "cells": dict[str, str](),
            },
        )
        row["cells"][unit.site] = LEVELS[unit.level]
    return list(rows.values())


def _problems(names: HouseNames) -> list[dict[str, Any]]:
    rows = problems_open()
    people = names_of({row.owner for row in rows if row.owner})
    return [
        {
            "number": row.number,
            "what": dict(names.thing(row.what)),
            "where": dict(names.place(row.where)),
            "since": timezone.localtime(row.reported_at).isoformat(timespec="seconds"),
            "owner": people.get(row.owner, row.owner),
        }
        for row in rows
    ]


def _decisions() -> dict[str, list[dict[str, Any]]]:
    asked = Decision.objects.filter(state=DecisionState.PROPOSED.value, ended_at=None).order_by("number")
    signed = Decision.objects.filter(state=DecisionState.SIGNED.value, ended_at=None).order_by("-number")[:1]
    return {
        key: [
            {
                "number": row.number,
                "title": row.title,
                "since": timezone.localtime(row.proposed_at).isoformat(timespec="seconds"),
                "patient_days": row.effect["patient_days"],
            }
            for row in rows
        ]
        for key, rows in (("asked", asked), ("signed", signed))
    }


def _forecast(names: HouseNames, *, at: datetime) -> dict[str, Any]:
    kept, plan, today = forecast_latest(), plan_latest(), day_of(at) or 0
    points = [{key: point[key] for key in ("day", "p05", "p50", "p95")} for point in kept.points] if kept else []
    wanted = {today + ahead for ahead in AHEAD}
    units = None
    if plan is not None:
        rows = [row for row in plan.document["units"] if not row["is_normal"]]
        units = [
            {
                "id": row["id"],
                "names": dict(names.place(row["id"])),
                "p50": row["normal"]["p50"],
                "p80": row["normal"]["p80"],
            }
            for row in sorted(rows, key=lambda row: (row["normal"]["p50"] or "9", row["tier"], row["id"]))
        ]
    return {
        "machines": [point for point in points if point["day"] in wanted],
        "machines_all": points,
        "units": units,
        "plan": plan.number if plan else None,
    }


def _before() -> dict[str, Any] | None:
    row = Report.objects.filter(state=ReportState.APPROVED.value).order_by("-number").first()
    if row is None:
        return None
    facts: Mapping[str, Any] = row.facts
    forecast = facts["forecast"]
    return {
        "number": row.number,
        "day": facts["day"],
        "figures": facts["figures"],
        "forecast": {"machines_all": forecast["machines_all"], "units": forecast["units"]},
    }
