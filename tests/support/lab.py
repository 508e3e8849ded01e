"""What tests of the laboratory gateway share: links laid as rows, with their journal entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from relight.kernel.act import Act, Door
from relight.lab.types import LinkSettings, LisSettings, Protocol, Rung

AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def scenario_act(at: datetime = AT) -> Act:
    """Return the act of a test that lays what others would have done."""
    return Act(actor="relight:test", at=at, door=Door.SCENARIO, roles=frozenset({"owner", "system"}))


def link_made(link: str = "chem", *, rung: Rung = Rung.RESULTS, lis: str = "", **settings: Any) -> LinkSettings:
    """Lay a link that stands on a rung already: what its evidence and signatures would have led to."""
    from relight.journal.api import writing
    from relight.lab.models import Link, LinkState
    from relight.lab.selectors.links import link_fields

    described = LinkSettings(id=link, name=link, lis=lis, **{"protocol": Protocol.HL7, "port": 1, **settings})
    with writing(scenario_act()) as log:
        Link.objects.update_or_create(
            pk=link,
            defaults={**link_fields(replace(described)), "rung": rung.value, "rung_since": AT},
        )
        LinkState.objects.get_or_create(pk=link)
        log.entry("lab.link_save", subject=f"link:{link}", body={"rung": rung.value})
    return described


def lis_made(lis: str = "glims", *, port: int = 1, **settings: Any) -> LisSettings:
    """Lay a laboratory system on this machine."""
    from relight.journal.api import writing
    from relight.lab.models import Lis
    from relight.lab.selectors.links import lis_fields

    described = LisSettings(id=lis, name=lis, host="127.0.0.1", port=port, **settings)
    with writing(scenario_act()) as log:
        Lis.objects.update_or_create(pk=lis, defaults=lis_fields(described))
        log.entry("lab.lis_save", subject=f"lis:{lis}", body={})
    return described
