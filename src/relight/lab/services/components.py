"""Tells the hospital what the laboratory says of its links.

Owns `links_tell`, called inside the write that changed a link or its rung. Source: docs/design/lab.md, "The ladder".
"""

from __future__ import annotations

from collections.abc import Iterable

from relight.hospital.api import ComponentReport, components_report
from relight.kernel.act import Act
from relight.lab.models import Link
from relight.lab.types import Rung

SERVICE = "laboratory"


def links_tell(*, act: Act, links: Iterable[Link], removed: bool = False) -> None:
    """Report links as components `lab:<id>`: operational from the rung `results` on, while switched on.

    Args: links: rows as they are after the change. removed: they no longer exist.
    """
    components_report(act=act, reports=[_report(link, removed=removed) for link in links])


def _report(link: Link, *, removed: bool) -> ComponentReport:
    rung = Rung(link.rung)
    return ComponentReport(
        ref=f"lab:{link.pk}",
        name=link.name,
        site=link.site,
        role=link.role,
        tags=tuple(link.tags),
        service=SERVICE,
        operational=link.enabled and rung.gives_results and not removed,
        stages_left=max(0, Rung.RESULTS.height - rung.height),
        evidence=f"link:{link.pk}",
        available=link.enabled and not removed,
    )
