"""Links with how they stand now: for the list, the command line and the pages of one link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relight.lab.models import Link, LinkState
from relight.lab.rules.links import address_of
from relight.lab.rules.standing import LinkStanding, standing_of
from relight.lab.selectors.links import link_settings
from relight.lab.types import LinkSettings, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """One link and how it stands. Args: version: what a form must show to change it. problems: refused since
    it connected. code: of the last one."""

    settings: LinkSettings
    rung: Rung
    rung_since: datetime
    fell_because: str
    version: int
    standing: LinkStanding
    connected_since: datetime | None
    peer: str
    heard_at: datetime | None
    problems: int
    code: str
    code_at: datetime | None

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def address(self) -> str:
        return address_of(self.settings)

    def document(self) -> dict[str, object]:
        """Return the document of one link, as the command line prints it."""
        return {
            "id": self.id,
            "name": self.name,
            "rung": self.rung.value,
            "state": self.standing.value,
            "site": self.settings.site,
            "driver": self.settings.driver,
            "protocol": self.settings.protocol.value,
            "address": self.address,
            "lis": self.settings.lis,
            "enabled": self.settings.enabled,
            "peer": self.peer,
            "connected_since": self.connected_since.isoformat() if self.connected_since else None,
            "heard_at": self.heard_at.isoformat() if self.heard_at else None,
        }


def link_list(*, at: datetime) -> tuple[LinkView, ...]:
    """List every link by id. One query."""
    return tuple(_view(row, at=at) for row in Link.objects.select_related("now").order_by("pk"))


def link_view(link: str, *, at: datetime) -> LinkView | None:
    """Return one link; None where there is none. One query."""
    row = Link.objects.select_related("now").filter(pk=link).first()
    return _view(row, at=at) if row else None


def _view(row: Link, *, at: datetime) -> LinkView:
    settings = link_settings(row)
    now = getattr(row, "now", None) or LinkState(link=row)
    return LinkView(
        settings=settings,
        rung=Rung(row.rung),
        rung_since=row.rung_since,
        fell_because=row.fell_because,
        version=row.version,
        standing=standing_of(
            enabled=row.enabled,
            connected=now.connected_since is not None,
            heard_at=now.heard_at or now.connected_since,
            silence_s=settings.limits.silence_s,
            at=at,
        ),
        connected_since=now.connected_since,
        peer=now.peer,
        heard_at=now.heard_at,
        problems=now.problems,
        code=now.last_code,
        code_at=now.last_code_at,
    )
