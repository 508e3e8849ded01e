"""Sign-in, sign-out, and how long a session may stand idle.

A shared workstation's session ends after minutes, a personal one's after hours. Live polling is no
activity. Source: docs/design/people.md.
"""

from __future__ import annotations

from datetime import UTC, datetime

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest

from relight.kernel.act import Act, Door
from relight.people.errors import LOCKED, SIGN_IN_REFUSED
from relight.people.models import Staff
from relight.people.services import sign_in_log

_SEEN = "seen_at"
_SHARED = "shared"
_TOUCH_S = 30


def clock() -> datetime:
    """The real clock of the web's shell."""
    return datetime.now(tz=UTC)


def act_of(staff: Staff, *, at: datetime, door: Door) -> Act:
    """Make the act of a signed-in person."""
    return Act(actor=staff.actor, at=at, door=door, roles=frozenset(staff.roles), scope=frozenset(staff.scope))


def door_of(request: HttpRequest) -> Door:
    """Say by which door a browser came in: TLS is how other machines come, and those are enrolled or not.

    `request.workstation` is set by the fleet's middleware. Plain HTTP is served to this machine itself only.
    """
    at_workstation = getattr(request, "workstation", None) is not None
    return Door.UNENROLLED if request.is_secure() and not at_workstation else Door.WEB


def _sign_in_body(request: HttpRequest, *, shared: bool) -> dict[str, str]:
    body = {"shared": "yes" if shared else "no"}
    workstation = getattr(request, "workstation", None)
    return body if workstation is None else {**body, "workstation": workstation.name}


def sign_in(request: HttpRequest, *, username: str, password: str, shared: bool) -> Staff:
    """Sign a person in. Args: shared: the workstation serves several people.

    Raises: RuleError RL-PPL-011 (locked), RL-PPL-010 (refused).
    """
    credentials = {"username": username.strip().lower(), "password": password}
    staff = authenticate(request, **credentials)
    if not isinstance(staff, Staff):
        if AxesProxyHandler.is_locked(request, credentials):
            raise LOCKED.error(where="username")
        raise SIGN_IN_REFUSED.error(where="password")
    login(request, staff)
    now = clock()
    request.session[_SHARED] = shared
    request.session[_SEEN] = int(now.timestamp())
    body = _sign_in_body(request, shared=shared)
    sign_in_log(act=act_of(staff, at=now, door=door_of(request)), verb="people.sign_in", body=body)
    return staff


def sign_out(request: HttpRequest) -> None:
    """Sign the person of this session out."""
    if isinstance(request.user, Staff):
        sign_in_log(act=act_of(request.user, at=clock(), door=door_of(request)), verb="people.sign_out", body={})
    logout(request)


def idle_limit_s(request: HttpRequest) -> int:
    """Return how many seconds this session may stand idle."""
    shared = request.session.get(_SHARED, True)
    return int(settings.RELIGHT_SESSION_SHARED_S if shared else settings.RELIGHT_SESSION_OWN_S)


def session_alive(request: HttpRequest, *, now: datetime, polling: bool) -> bool:
    """Say whether the session still stands; what a person does keeps it, polling does not."""
    seen = request.session.get(_SEEN)
    if seen is None or now.timestamp() - seen > idle_limit_s(request):
        return False
    if not polling and now.timestamp() - seen > _TOUCH_S:
        request.session[_SEEN] = int(now.timestamp())
    return True
