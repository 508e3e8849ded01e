"""A small hospital for the console's tests: two sites, three services, three functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from relight.kernel.act import Act

DESCRIPTION = """
format = 1
[group]
id = "small"
names = { fr = "Petit groupe", en = "Small group" }
[[site]]
id = "arlon"
names = { fr = "Arlon", en = "Arlon" }
order = 1
[[site]]
id = "virton"
names = { fr = "Virton", en = "Virton" }
order = 2
[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
vital = ["patient-record", "network"]
workstations = { needed = 2, minimum = 1 }
[[service]]
id = "dialysis"
names = { fr = "Dialyse", en = "Dialysis" }
tier = 2
sites = ["arlon"]
vital = ["network"]
workstations = { needed = 1, minimum = 1 }
[[service]]
id = "canteen"
names = { fr = "Cantine", en = "Canteen" }
tier = 4
sites = ["virton"]
vital = ["network"]
workstations = { needed = 1, minimum = 1 }
[[function]]
id = "network"
names = { fr = "Réseau", en = "Network" }
sites = ["arlon", "virton"]
components = [ { select = { role = "switch" }, need = 1, of = 2, kind = "vital" } ]
acceptance = false
[[function]]
id = "directory"
names = { fr = "Annuaire", en = "Directory" }
components = [ { select = { role = "domain-controller" }, need = 1, of = 2, kind = "vital" } ]
[[function]]
id = "patient-record"
names = { fr = "Dossier patient", en = "Patient record" }
vital = ["directory"]
components = [ { select = { role = "record-server" }, need = 1, of = 1, kind = "vital" } ]
"""


def hospital_load(act: Act, *, days_ago: int = 10) -> None:
    """Load the small hospital, day zero some days before the act."""
    from relight.hospital import api as hospital

    check = hospital.description_read(DESCRIPTION.encode(), filename="small.toml")
    assert not check.faults, [fault.message() for fault in check.faults]
    hospital.description_load(act=act, description=check.description, day_zero=act.at - timedelta(days=days_ago))


def machine_add(act: Act, name: str, **fields: Any) -> Any:
    """Add a machine by hand, through the service."""
    from relight.fleet import api as fleet

    fields = {"klass": fleet.Klass.WORKSTATION, **fields}
    return fleet.item_add(act=act, item=fleet.NewItem(name=name, **fields))


def machines_lay(count: int, *, at: datetime, admitted: int) -> None:
    """Lay many machines and their history directly: the weight of a real fleet without its story."""
    from relight.fleet.models import LineItem, StageMove
    from relight.journal.api import new_id

    rows = []
    for number in range(count):
        stage = "admitted" if number < admitted else "retrieved" if number % 7 == 0 else "seen"
        rows.append(
            LineItem(
                id=new_id(at),
                klass="workstation",
                name=f"PC-{number:04}",
                hostname=f"pc-{number:04}",
                serial=f"SN{number:06}",
                site="arlon" if number % 2 else "virton",
                role="workstation",
                stage=stage,
                stage_since=at,
                expected=number % 10 != 0,
                seen_first=at,
                seen_last=at,
                admitted_at=at if stage == "admitted" else None,
                added_at=at,
                search=f"pc-{number:04} sn{number:06}",
            )
        )
    LineItem.objects.bulk_create(rows, batch_size=500)
    moves = [
        StageMove(
            item=row,
            from_state="seen",
            to_state=row.stage,
            at=at - timedelta(days=number % 9, hours=number % 20),
            actor="relight:test",
            batch=new_id(at),
        )
        for number, row in enumerate(rows)
        if row.stage != "seen"
    ]
    StageMove.objects.bulk_create(moves, batch_size=500)
