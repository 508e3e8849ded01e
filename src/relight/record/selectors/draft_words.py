"""Who is writing what, in words."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext

from relight.record.rules.drafts import KIND_WORDS
from relight.record.selectors.drafts import Writer


def writer_words(writer: Writer) -> str:
    """Say who is writing what since when."""
    told = {
        "name": writer.name,
        "what": gettext(KIND_WORDS[writer.kind]),
        "since": formats.date_format(timezone.localtime(writer.since), "H:i"),
        "last": formats.date_format(timezone.localtime(writer.last), "j N H:i"),
    }
    if writer.is_writing:
        return gettext("%(name)s is writing %(what)s since %(since)s") % told
    return gettext("%(name)s left %(what)s unfinished, last on %(last)s") % told
