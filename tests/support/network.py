"""No test reaches beyond this machine: a connection elsewhere fails the test that made it.

Owns the guard on sockets of this process. The browser has its own, in `support.browser`.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class OutsideAddressError(AssertionError):
    """A test tried to leave this machine."""


def is_here(address: Any) -> bool:
    """Say whether an address is a Unix socket, a loopback address or the name localhost."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def only_here() -> Iterator[None]:
    """Refuse connections and name look-ups that would leave this machine."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guard(address: Any) -> None:
        if not is_here(address):
            raise OutsideAddressError(f"a test tried to reach {address!r}")

    def guarded_connect(self: socket.socket, address: Any) -> Any:
        guard(address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> Any:
        guard(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None:
            guard((host.decode() if isinstance(host, bytes) else host,))
        return look_up(host, *arguments, **options)

    socket.socket.connect, socket.socket.connect_ex = guarded_connect, guarded_connect_ex  # type: ignore[assignment, method-assign]
    socket.getaddrinfo = guarded_look_up
    try:
        yield
    finally:
        socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign]
        socket.getaddrinfo = look_up
