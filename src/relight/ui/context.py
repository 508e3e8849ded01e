"""What every template knows: the rail, theme, live version, who reads.

Owns the reading of `RELIGHT_RAIL`. Refuses to know any app above `ui`: permissions are asked through
`request.may`, which the middleware of `people` sets (its context processor gives `may` to templates).

Settings: `RELIGHT_RAIL`, a list of {`label` (N_-marked), `url` (a url name), `permission` (its value, or ""
for everybody), `icon` (a key of `ui.icons.ICONS`), `also` (a second address of the room)};
`RELIGHT_SITE_NAME`; `RELIGHT_HOUSE_NAME` (a dotted path to a function giving the hospital's name);
`RELIGHT_SEARCH_URL`, `RELIGHT_LIVE_URL`, `RELIGHT_REPORT_URL` and `RELIGHT_ANSWERS_URL` (url names);
`RELIGHT_ANSWERS` (a dotted path to a function of an act that counts answers the reader has not seen). A view whose
page lives by an address of its own sets `request.live_href`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext, pgettext_lazy

from relight.ui.types import RailEntry

THEMES = {
    "auto": pgettext_lazy("theme", "As this device"),
    "light": pgettext_lazy("theme", "Light"),
    "dark": pgettext_lazy("theme", "Dark"),
}
THEME_COOKIE = "relight_theme"


def nothing(permission: str) -> bool:
    """What somebody may do before the middleware of `people` has answered."""
    return False


def address_of(name: str) -> str:
    """Return the address of a url name; empty when that part is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def rail_entries(*, path: str, may: Callable[[str], bool]) -> list[RailEntry]:
    """List the rooms the reader may enter, the one being shown marked as current.

    The longest address that begins the path is the current one; `/` only when it is the path itself. A room may
    have a second address (`also`).
    """
    rooms = [
        (entry, address_of(entry["url"]))
        for entry in getattr(settings, "RELIGHT_RAIL", ())
        if not entry.get("permission") or may(entry["permission"])
    ]
    begins = [
        (len(start), href)
        for entry, href in rooms
        for start in (href, entry.get("also", ""))
        if href and start and path.startswith(start) and (start != "/" or path == "/")
    ]
    current = max(begins, default=(0, ""))[1]
    return [
        RailEntry(label=translated(entry), href=href, icon=entry.get("icon", "dot"), current=href == current)
        for entry, href in rooms
        if href
    ]


def translated(entry: Mapping[str, str]) -> str:
    """Return the name of a room in the reader's language; `config` marked it for translation."""
    label = entry["label"]
    return gettext(label)


def theme_of(request: HttpRequest) -> str:
    """Return the theme this browser asked for: auto, light or dark."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def _live_name() -> str:
    return str(getattr(settings, "RELIGHT_LIVE_URL", "console:live"))


def house_name() -> str:
    """Return the name of the hospital in the reader's language, empty before it is described.

    A template asks only where it says it: `{{ house_name }}` costs one query.
    """
    path: str = getattr(settings, "RELIGHT_HOUSE_NAME", "")
    return str(import_string(path)()) if path else ""


def _answers(request: HttpRequest) -> int:
    """Count the answers the reader has not seen. One query, where a template asks."""
    path: str = getattr(settings, "RELIGHT_ANSWERS", "")
    act = getattr(request, "act", None)
    return int(import_string(path)(act)) if path and act is not None else 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of `ui/base.html`: `relight.ui.context.frame` in TEMPLATES."""
    may: Callable[[str], bool] = getattr(request, "may", nothing)
    user = getattr(request, "user", None)
    may_report = user is not None and user.is_authenticated and may("problem.report")
    return {
        "rail": rail_entries(path=request.path, may=may),
        "site_name": getattr(settings, "RELIGHT_SITE_NAME", "Relight"),
        "house_name": house_name,
        "search_href": address_of(getattr(settings, "RELIGHT_SEARCH_URL", "console:search")),
        "report_href": address_of(getattr(settings, "RELIGHT_REPORT_URL", "")) if may_report else "",
        "answers_href": address_of(getattr(settings, "RELIGHT_ANSWERS_URL", "")),
        "answers_waiting": lambda: _answers(request) if may_report else 0,
        "live_href": getattr(request, "live_href", "") or address_of(_live_name()),
        "live_version": getattr(request, "live_version", None),
        "theme": theme_of(request),
        "themes": THEMES.items(),
        "wall": "wall" in request.GET,
        "reader": user if user is not None and user.is_authenticated else None,
        "languages": settings.LANGUAGES,
    }
