"""What `zone.toml` in the data folder says: which routers guard the zone, and from where they are managed.

It is a file and no page on purpose: it names commands that run as the owner of the data folder, and who may change
that folder may do so anyway. Source: docs/design/zone.md, "Routers".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from relight.cleanzone.errors import ROUTERS_WRONG
from relight.kernel.ids import is_slug

FOLDER = "/run/relight-zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """A Linux machine with nftables. run: what stands before `sh -s`; empty for this machine. folder: on the router."""

    name: str
    run: tuple[str, ...] = ()
    folder: str = FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSetup:
    """management: networks whose machines may reach the routers themselves by SSH."""

    routers: tuple[Router, ...] = ()
    management: tuple[str, ...] = ()


def setup_of(text: str) -> ZoneSetup:
    """Read the file's text. Raises: InputError RL-ZON-020."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ROUTERS_WRONG.error(where="zone.toml", reason=str(fault)) from fault
    unknown = sorted(set(document) - {"management", "router"})
    if unknown:
        raise ROUTERS_WRONG.error(where=f"zone.toml, {unknown[0]}", reason=unknown[0])
    management = document.get("management", [])
    if not isinstance(management, list) or not all(_is_network(one) for one in management):
        raise ROUTERS_WRONG.error(where="zone.toml, management", reason=str(management))
    routers = document.get("router", [])
    if not isinstance(routers, list):
        raise ROUTERS_WRONG.error(where="zone.toml, router", reason="[[router]]")
    found = tuple(_router(one, place) for place, one in enumerate(routers, start=1))
    names = [one.name for one in found]
    double = next((name for name in names if names.count(name) > 1), "")
    if double:
        raise ROUTERS_WRONG.error(where="zone.toml, router", reason=double)
    return ZoneSetup(routers=found, management=tuple(str(ip_network(one)) for one in management))


def _is_network(text: object) -> bool:
    try:
        return isinstance(text, str) and ip_network(text).prefixlen > 0
    except ValueError:
        return False


def _router(one: object, place: int) -> Router:
    where = f"zone.toml, router {place}"
    if not isinstance(one, Mapping) or set(one) - {"name", "run", "folder"}:
        raise ROUTERS_WRONG.error(where=where, reason="name, run, folder")
    name, run, folder = one.get("name", ""), one.get("run", []), one.get("folder", FOLDER)
    if not isinstance(name, str) or not is_slug(name):
        raise ROUTERS_WRONG.error(where=where, reason="name")
    if not isinstance(run, list) or not all(isinstance(word, str) and word for word in run):
        raise ROUTERS_WRONG.error(where=where, reason="run")
    if not isinstance(folder, str) or not folder.startswith("/") or "\n" in folder:
        raise ROUTERS_WRONG.error(where=where, reason="folder")
    return Router(name=name, run=tuple(run), folder=folder)
