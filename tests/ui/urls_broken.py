"""Addresses that go wrong on purpose, to see how the frame answers."""

from __future__ import annotations

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from relight.kernel.errors import ErrorKind, ErrorSpec

RULE = ErrorSpec(
    code="RL-TST-901", kind=ErrorKind.RULE, message="{item} is not verified.", next="Attest the scan first."
)
INPUT = ErrorSpec(code="RL-TST-902", kind=ErrorKind.INPUT, message="Line {line} is no serial.", next="Mend it.")
PEER = ErrorSpec(code="RL-TST-903", kind=ErrorKind.PEER, message="The other end hung up.", next="Try again.")
MISSING = ErrorSpec(code="RL-TST-904", kind=ErrorKind.MISSING, message="There is no {item}.", next="Look it up.")


def raising(error: Exception) -> object:
    """Make a public view that raises."""

    def view(request: HttpRequest) -> HttpResponse:
        raise error

    view.public = True  # type: ignore[attr-defined]
    return view


def post_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


taking_post = require_POST(post_only)
taking_post.public = True  # type: ignore[attr-defined]

urlpatterns = [
    path("rule/", raising(RULE.error(where="PC-<12>", item="PC-<12>"))),
    path("input/", raising(INPUT.error(where="line 3", line=3))),
    path("peer/", raising(PEER.error())),
    path("missing/", raising(MISSING.error(item="PC-12"))),
    path("crash/", raising(ZeroDivisionError("the secret is 42"))),
    path("not-found/", raising(Http404())),
    path("denied/", raising(PermissionDenied())),
    path("bad/", raising(BadRequest())),
    path("large/", raising(RequestDataTooBig())),
    path("post/", csrf_exempt(taking_post)),
    path("post-guarded/", taking_post),
    path("", include("relight.config.urls")),
]
handler400 = "relight.ui.views.bad_request"
handler403 = "relight.ui.views.forbidden"
handler404 = "relight.ui.views.not_found"
handler500 = "relight.ui.views.server_error"
