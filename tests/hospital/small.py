"""A small description, and machines to report."""

from __future__ import annotations

from typing import Any

from relight.hospital.types import ComponentReport

SMALL = """\
format = 1
[group]
id = "small"
names = { fr = "Petit groupe", nl = "Klein", de = "Klein", en = "Small group" }
d0 = 2026-11-13T04:30:00+01:00
[[site]]
id = "arlon"
names = { fr = "Arlon", nl = "Aarlen", de = "Arel", en = "Arlon" }
order = 1
[[site]]
id = "virton"
names = { fr = "Virton", nl = "Virton", de = "Virton", en = "Virton" }
order = 2
[[service]]
id = "emergency"
names = { fr = "Urgences", nl = "Spoed", de = "Notaufnahme", en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
vital = ["directory"]
workstations = { needed = 2, minimum = 1 }
[[function]]
id = "dns"
names = { fr = "Noms DNS", nl = "DNS", de = "DNS", en = "DNS names" }
acceptance = false
components = [{ select = { role = "dns-server" }, need = 1, of = 2 }]
[[function]]
id = "directory"
names = { fr = "Annuaire", nl = "Adreslijst", de = "Verzeichnis", en = "Directory" }
vital = ["dns"]
owner = "it"
components = [{ select = { role = "domain-controller" }, need = 2, of = 3 }]
"""


def machine(number: int, role: str, *, operational: bool = True, **fields: Any) -> ComponentReport:
    """Report a machine `m<number>`."""
    given = {"name": f"m{number}", "stages_left": 0 if operational else 3, **fields}
    return ComponentReport(ref=f"fleet:{number}", role=role, operational=operational, **given)
