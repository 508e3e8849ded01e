"""The routers of the zone, from `zone.toml` in the data folder."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from relight.cleanzone.errors import ROUTER_UNKNOWN, ROUTERS_WRONG
from relight.cleanzone.rules.setup import Router, ZoneSetup, setup_of


def setup_read() -> ZoneSetup:
    """Read the file; nothing is set up where there is none. Raises: InputError RL-ZON-020."""
    place = Path(settings.RELIGHT_HOME) / "zone.toml"
    try:
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ZoneSetup()
    except (OSError, UnicodeDecodeError) as fault:
        raise ROUTERS_WRONG.error(where="zone.toml", reason=type(fault).__name__) from fault
    return setup_of(text)


def router_get(name: str) -> Router:
    """Return a router by name; the only one, when no name is given. Raises: MissingError RL-ZON-021."""
    routers = setup_read().routers
    found = routers if not name and len(routers) == 1 else [one for one in routers if one.name == name]
    if not found:
        known = ", ".join(one.name for one in routers) or "-"
        raise ROUTER_UNKNOWN.error(where="router", router=name or "-", known=known)
    return found[0]
