"""Where a datum came from, in the reader's language: last backup of 12 Nov., regional summary, typed here.

Owns the phrases. Source: docs/design/chart.md, C2.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext

from relight.record.rules.chart.origin import Origin
from relight.record.types import SourceKind
from relight.ui.api import moment


def origin_words(origin: Origin) -> str:
    """Say the source of a datum, with the date its copy is of where that is known."""
    day = _day(origin.as_of)
    if origin.kind is SourceKind.TYPED:
        return gettext("written here")
    if origin.kind is SourceKind.LAB:
        return gettext("laboratory")
    if origin.kind is SourceKind.BACKUP:
        return gettext("last backup of %(day)s") % {"day": day} if day else gettext("last backup, date not known")
    if origin.kind is SourceKind.REGIONAL:
        return gettext("regional summary of %(day)s") % {"day": day} if day else gettext("regional summary")
    name = origin.name or gettext("import")
    return gettext("%(name)s, of %(day)s") % {"name": name, "day": day} if day else name


def old_words() -> str:
    """Say that a datum is from before the outage."""
    return gettext("before the outage")


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    local = timezone.localtime(at)
    here = moment()
    same = here is not None and timezone.localtime(here.now).year == local.year
    return formats.date_format(local, "j N" if same else "j N Y")
