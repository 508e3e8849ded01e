"""Links and laboratory systems as the gateway needs them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from relight.lab.models import Link, Lis
from relight.lab.rules.driver import Driver
from relight.lab.selectors.drivers import drivers_now
from relight.lab.types import (
    Limits,
    LinkSettings,
    LisSettings,
    OrdersKept,
    Protocol,
    Rung,
    SerialLine,
    Tls,
    Transport,
)
from relight.wire.astm.link import LinkQuirks


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNow:
    """One link's settings with its place on the ladder.

    Args: version: moves with every change of either. quirks: how its analyzer's line differs from the
    standard. repeat_s: after how many seconds the same bytes are news; the link's own word before its driver's.
    """

    settings: LinkSettings
    rung: Rung
    version: int
    quirks: LinkQuirks
    repeat_s: int


def link_settings(row: Link) -> LinkSettings:
    """Return the settings a row holds."""
    return LinkSettings(
        id=row.pk,
        name=row.name,
        site=row.site,
        role=row.role,
        tags=tuple(row.tags),
        driver=row.driver,
        protocol=Protocol(row.protocol),
        transport=Transport(row.transport),
        host=row.host,
        port=row.port,
        device=row.device,
        serial=SerialLine(**row.serial),
        peers=tuple(row.peers),
        limits=Limits(**row.limits),
        tls=Tls(**row.tls),
        lis=row.lis_id or "",
        orders=OrdersKept(row.orders),
        enabled=row.enabled,
    )


def lis_settings(row: Lis) -> LisSettings:
    """Return the settings of a laboratory system."""
    return LisSettings(
        id=row.pk,
        name=row.name,
        protocol=Protocol(row.protocol),
        host=row.host,
        port=row.port,
        tls=Tls(**row.tls),
        reply_timeout_s=row.reply_timeout_s,
        enabled=row.enabled,
    )


def link_fields(settings: LinkSettings) -> dict[str, object]:
    """Return the columns that hold a link's settings; `link_settings` reads them back."""
    fields: dict[str, object] = asdict(settings)
    fields["lis_id"] = fields.pop("lis") or None
    for name in ("tags", "peers"):
        fields[name] = list(fields[name])  # type: ignore[call-overload] # tuples of strings
    return fields | {
        "protocol": settings.protocol.value,
        "transport": settings.transport.value,
        "orders": settings.orders.value,
    }


def lis_fields(settings: LisSettings) -> dict[str, object]:
    """Return the columns that hold the settings of a laboratory system."""
    return asdict(settings) | {"protocol": settings.protocol.value}


def links_now() -> tuple[LinkNow, ...]:
    """List every link by id. One query."""
    drivers = drivers_now()
    return tuple(_link_now(row, drivers.get_or_blind(row.driver)) for row in Link.objects.order_by("pk"))


def _link_now(row: Link, driver: Driver) -> LinkNow:
    settings = link_settings(row)
    return LinkNow(
        settings=settings,
        rung=Rung(row.rung),
        version=row.version,
        quirks=driver.quirks,
        repeat_s=settings.limits.repeat_s or driver.repeat_s,
    )


def lis_now() -> tuple[LisSettings, ...]:
    """List every laboratory system by id. One query."""
    return tuple(lis_settings(row) for row in Lis.objects.order_by("pk"))
