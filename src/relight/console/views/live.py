"""The pulse of live pages: has anything changed that this reader may see?

One cheap read. No session is written: the middleware of `people` takes a request with the header
`X-Relight-Live` for no activity.
"""

from __future__ import annotations

from hashlib import blake2s

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from relight.journal import api as journal
from relight.kernel.act import Act
from relight.people.api import Permission, needs


def live_version() -> str:
    """Return the version of every live page: it moves with each event, and at midnight, when D+N does."""
    return f"{journal.version()}.{timezone.localdate():%y%j}"


def live_tag(*, version: str, act: Act, language: str) -> str:
    """Make the ETag of what a reader sees: the version, and the reader with roles, scope and language."""
    reader = "\0".join((act.actor, *sorted(act.roles), "", *sorted(act.scope), language))
    return f'"{version}-{blake2s(reader.encode(), digest_size=6).hexdigest()}"'


@require_safe
@needs(Permission.SITUATION_READ)
def live(request: HttpRequest) -> HttpResponse:
    """Answer 304 while nothing changed, else the version the pages should show."""
    version = live_version()
    tag = live_tag(version=version, act=request.act, language=get_language() or "")  # type: ignore[attr-defined]
    known = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse = HttpResponse(status=304) if tag in known else JsonResponse({"version": version})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
