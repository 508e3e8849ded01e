"""Small messages of analyzers, and a link put on a rung: what tests of queues, pages and counts start from."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.lab.types import Rung


def rung_set(act: Act, link: str, rung: Rung) -> None:
    """Put a link on a rung without its evidence: what a test of something else starts from."""
    from relight.journal.api import writing
    from relight.lab.models import Link
    from relight.lab.services.components import links_tell

    with writing(act) as log:
        row = Link.objects.get(pk=link)
        row.rung, row.rung_since, row.version = rung.value, act.at, row.version + 1
        row.save()
        links_tell(act=act, links=[row])
        log.entry("lab.climb", subject=f"link:{link}", body={"to": rung.value})


def astm_message(*, sample: str = "S0001", code: str = "^^^GLU", value: str = "5.4", unit: str = "mmol/L") -> bytes:
    """One ASTM message with one result."""
    return (
        "H|\\^&|||Analyzer^1|||||||P|LIS2-A2|20261123090000\r"
        "P|1||PID1||DOE^JANE||19700101|F\r"
        f"O|1|{sample}||{code}|R\r"
        f"R|1|{code}|{value}|{unit}||N||F||||20261123085900\r"
        "L|1|N\r"
    ).encode()
