"""Bulletins for tests: facts of a small group, a sheet of them, and the heaviest sheet there may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from relight.kernel.act import Act
from relight.liaison.rules.changes import changes_between
from relight.liaison.rules.facts import Cell, Facts, Going, Line, Named, System
from relight.liaison.rules.sheet import Meta, sheet_make
from relight.liaison.services.bulletins import FREE_MOST
from relight.liaison.types import LANGUAGES, Availability

OPEN, DEGRADED, _, SUSPENDED = Availability
MESSAGE = "Le laboratoire redémarre par étapes, appelez avant d’envoyer. " * 20
AT = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Brussels"))
META = Meta(at=AT, number=12, previous=11, approver="Dr Anne Lefèvre", kid="ab" * 8, digest="cd" * 32)


def named(id: str, fr: str) -> Named:
    return Named(id=id, names={"fr": fr, "nl": f"{fr} nl", "de": f"{fr} de", "en": f"{fr} en"})


def facts(**fields: Any) -> Facts:
    """Two sites with an emergency department, a laboratory at one, cardiology at both."""
    cells = (
        Cell(service="emergency", site="arlon", state=OPEN),
        Cell(service="emergency", site="virton", state=DEGRADED, notes=("paper",)),
        Cell(service="laboratory", site="arlon", state=OPEN),
        Cell(service="cardiology", site="arlon", state=DEGRADED, expected="2026-11-27"),
        Cell(service="cardiology", site="virton", state=SUSPENDED),
    )
    told: dict[str, Any] = {
        "at": AT.isoformat(), "group": {"fr": "Hôpitaux du Sud"}, "day": 10,
        "sites": (named("arlon", "Arlon"), named("virton", "Virton")),
        "services": (named("emergency", "urgences"), named("laboratory", "laboratoire"), named("cardiology", "cardiologie")),
        "cells": cells,
        "systems": (
            System(id="telephony", names={"fr": "téléphonie"}, state="up"),
            System(id="imaging", names={"fr": "imagerie"}, state="down"),
            System(id="dns", names={"fr": "DNS"}, state="down", is_care=False),
        ),
        "policy": "shipped@1",
        "going": (Going(kind="operation", planned={"arlon": "cancel", "virton": "cancel"},
                        urgent={"arlon": "keep", "virton": "ask"}),),
        "lines": (
            Line(id="1", kind="urgent", name="Coordination", phone="+3263231000", hours="24/7"),
            Line(id="2", kind="urgent", name="Urgentiste", site="arlon", specialty="emergency", phone="+3263231001"),
            Line(id="3", kind="specialist", name="Cardiologue", specialty="cardiology", phone="+3263231002"),
            Line(id="4", kind="specialist", name="Cardiologue", site="arlon", specialty="cardiology",
                 phone="+3263231003", hours="Mo-Fr 08:30-17:00", public=False),
        ),
    }  # fmt: skip
    return Facts(**told | fields)


def with_cell(before: Facts, service: str, site: str, **fields: Any) -> Facts:
    cells = tuple(replace(c, **fields) if (c.service, c.site) == (service, site) else c for c in before.cells)
    return replace(before, cells=cells)


def sheet(found: Facts | None = None, *, language: str = "fr", meta: Meta = META, **fields: Any) -> Any:
    told = {"changes": (), "free": {}, **fields}
    return sheet_make(found or facts(), meta=meta, language=language, **told)


def full(language: str = "fr") -> Any:
    """The heaviest bulletin there may be: six sites, twenty services, sixty lines, the longest message, all changed."""
    sites = tuple(named(f"site{n}", f"Libramont {n}") for n in range(6))
    services = tuple(named(f"s{n}", f"Hospitalisation chirurgicale {n}") for n in range(20))
    after = tuple(
        Cell(service=service.id, site=site.id, state=Availability.DEGRADED, notes=("ask",), expected="2026-11-27")
        for service in services
        for site in sites
    )
    before = tuple(replace(cell, state=Availability.OPEN, notes=(), expected="") for cell in after)
    lines = tuple(
        Line(id=str(n), kind="specialist", name=f"Spécialiste de garde {n}", site=f"site{n % 6}", specialty=f"s{n // 6}",
             phone=f"+32632310{n:02}", fax=f"+32632320{n:02}", hours="Mo-Fr 08:30-12:00, 13:00-17:00",
             send={"fr": "Lettre avec antécédents, traitement et votre numéro direct."})
        for n in range(60)
    )  # fmt: skip
    now = facts(sites=sites, services=services, cells=after, lines=lines)
    was = facts(sites=sites, services=services, cells=before, lines=lines)
    free = dict.fromkeys(LANGUAGES, MESSAGE[:FREE_MOST])
    return sheet(now, language=language, changes=changes_between(was, now), free=free)


DESCRIPTION = """
format = 1
[group]
id = "group"
names = { fr = "Groupe", nl = "Groep", de = "Gruppe", en = "Group" }
[[site]]
id = "arlon"
names = { fr = "Arlon", en = "Arlon" }
order = 1
[[site]]
id = "virton"
names = { fr = "Virton", en = "Virton" }
order = 2
[[site]]
id = "bastogne"
names = { fr = "Bastogne", en = "Bastogne" }
order = 3
[[site]]
id = "libramont"
names = { fr = "Libramont", en = "Libramont" }
order = 4
[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
vital = ["network"]
[[service]]
id = "pharmacy"
names = { fr = "Pharmacie", en = "Pharmacy" }
tier = 1
sites = ["arlon"]
vital = ["network"]
[[service]]
id = "laboratory"
names = { fr = "Laboratoire", en = "Laboratory" }
tier = 1
sites = ["arlon"]
vital = ["network"]
[[service]]
id = "cardiology"
names = { fr = "Cardiologie", en = "Cardiology" }
tier = 2
sites = ["arlon", "virton"]
vital = ["network"]
[[function]]
id = "network"
names = { fr = "Réseau", en = "Network" }
sites = ["arlon", "virton"]
components = [ { select = { role = "switch" }, need = 1, of = 1, kind = "vital" } ]
acceptance = false
[[function]]
id = "telephony"
names = { fr = "Téléphonie", en = "Telephony" }
components = [ { select = { role = "pbx" }, need = 1, of = 1, kind = "vital" } ]
acceptance = false
[[function]]
id = "dns"
names = { fr = "DNS", en = "DNS" }
components = [ { select = { role = "server" }, need = 1, of = 1, kind = "vital" } ]
acceptance = false
"""


def hospital_load(act: Act) -> None:
    """Load the small group of four sites, two of them with services, day zero ten days before the act."""
    from relight.hospital import api as hospital

    check = hospital.description_read(DESCRIPTION.encode(), filename="small.toml")
    assert not check.faults, [fault.message() for fault in check.faults]
    hospital.description_load(act=act, description=check.description, day_zero=act.at - timedelta(days=10))


def works(act: Act, role: str, *, operational: bool = True) -> None:
    """Report the one component of a role."""
    from relight.hospital.api import ComponentReport, components_report

    report = ComponentReport(ref=f"fleet:{role}", name=role, role=role, site="arlon", operational=operational)
    components_report(act=act, reports=[report])


def desk_add(act: Act, **fields: Any) -> None:
    """Lay a line into the directory."""
    from relight.journal.api import new_id, writing
    from relight.liaison.models import Desk

    with writing(act) as log:
        Desk.objects.create(id=new_id(act.at), at=act.at, by=act.actor, **fields)
        log.entry("test.desk", subject="liaison:directory", body={})
