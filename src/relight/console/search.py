"""What the search box finds: machines, the hospital's parts, staff.

Owns the asking of the providers named in `RELIGHT_SEARCH`: dotted paths of functions
`(*, act, text, limit) -> sequence of Hit`. A later app adds its own (patients, practitioners) without a
change here. A provider gives nothing to a reader who may not open what it finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext

from relight.console.rules.finding import matches
from relight.console.selectors.places import address
from relight.console.selectors.wards import function_name, parts_of_hospital
from relight.console.types import Found, Hit, HitGroup
from relight.fleet import api as fleet
from relight.kernel.act import Act
from relight.people import api as people
from relight.people.api import Permission

EACH = 12


class Provider(Protocol):
    """A function that finds."""

    def __call__(self, *, act: Act, text: str, limit: int) -> Sequence[Hit]: ...


def search_all(*, act: Act, text: str) -> tuple[HitGroup, ...]:
    """Ask every provider, in the order of the settings; keep those that found something."""
    groups: dict[str, list[Hit]] = {}
    for path in settings.RELIGHT_SEARCH:
        provider: Provider = import_string(path)
        for hit in provider(act=act, text=text, limit=EACH):
            groups.setdefault(hit.kind, []).append(hit)
    return tuple(HitGroup(kind=kind, hits=tuple(hits)) for kind, hits in groups.items())
