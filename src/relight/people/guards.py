"""The two guards of the permission matrix: `service` before a service, `needs` before a view.

Both keep a register, so that a test can walk every role against every service and route.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest, HttpResponseBase

from relight.kernel.act import Act
from relight.people.rules import may
from relight.people.types import Permission

P = ParamSpec("P")
R = TypeVar("R")

SERVICES: dict[str, tuple[Permission, Callable[..., Any]]] = {}


def permit(act: Act, permission: Permission) -> None:
    """Raise RL-PPL-001 when the act's roles do not permit this."""
    may(act, permission).demand(where=permission.value)


def service(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a service: its keyword `act` must hold the permission, asked before anything else."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            permit(cast("Act", kwargs["act"]), permission)
            return function(*args, **kwargs)

        SERVICES[f"{function.__module__}.{function.__qualname__}"] = (permission, guarded)
        return guarded

    return wrap


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def needs(permission: Permission) -> Callable[[View], View]:
    """Guard a view. The middleware has made `request.act`; without sign-in it never gets here."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            permit(request.act, permission)  # type: ignore[attr-defined] # set by people.middleware
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined] # read by the matrix test
        return cast("View", guarded)

    return wrap


def public(view: View) -> View:
    """Mark one of the few views that stand before sign-in."""
    view.public = True  # type: ignore[attr-defined] # read by the middleware and the matrix test
    return view
