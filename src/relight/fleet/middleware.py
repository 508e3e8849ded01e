"""Which workstation a request comes from: the device token in its cookie, asked of the database each time.

Sets `request.workstation`, a `WorkstationView` or None; the door of people (`sessions.door_of`) reads it. A
revocation holds from the next request on. Counts over TLS only: plain HTTP is this machine itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from relight.fleet.rules.workstations import TURN_GRACE, turn_due
from relight.fleet.selectors.workstations import WorkstationView, workstation_by_token
from relight.fleet.services.workstations import workstation_settle, workstation_turn, workstations_seen
from relight.kernel.act import Act, Door

COOKIE = "__Host-relight-workstation"
COOKIE_S = 400 * 24 * 3600  # the longest browsers keep one; each new token starts it again
SEEN_EVERY = timedelta(minutes=5)


class WorkstationMiddleware:
    """Knows the workstation, turns its token when due, notes that it is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.presence = Presence()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.workstation = None  # type: ignore[attr-defined]
        token = request.COOKIES.get(COOKIE, "") if request.is_secure() else ""
        workstation = workstation_by_token(token) if token else None
        if workstation is None:
            return self.get_response(request)
        request.workstation = workstation  # type: ignore[attr-defined]
        act = Act(actor="relight:workstations", at=timezone.now(), door=Door.WEB)
        self.presence.note(workstation.id, act=act)
        fresh = _token_turned(workstation, token, act=act)
        response = self.get_response(request)
        if fresh and COOKIE not in response.cookies:
            token_keep(response, fresh)
        return response


def _token_turned(workstation: WorkstationView, token: str, *, act: Act) -> str:
    """Turn the token when it is time, forget the earlier one when that is. Returns: the new one, or nothing."""
    if turn_due(turned_at=workstation.turned_at, previous=workstation.previous, at=act.at):
        return workstation_turn(act=act, token=token)
    if workstation.waits and not workstation.previous and act.at - workstation.turned_at >= TURN_GRACE:
        workstation_settle(act=act, workstation=workstation.id)
    return ""


def token_keep(response: HttpResponseBase, token: str) -> None:
    """Give a browser its device token: out of reach of scripts, sent over TLS to this host only."""
    response.set_cookie(COOKIE, token, max_age=COOKIE_S, path="/", secure=True, httponly=True, samesite="Lax")


class Presence:
    """The workstations seen by this process, written together every five minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[UUID, datetime] = {}
        self._written: datetime | None = None

    def note(self, workstation: UUID, *, act: Act) -> None:
        """Note one; the first of five minutes writes all."""
        with self._lock:
            self._seen[workstation] = act.at
            if self._written is not None and act.at - self._written < SEEN_EVERY:
                return
            self._written, seen, self._seen = act.at, self._seen, {}
        workstations_seen(act=act, seen=list(seen.items()))
