"""`relight up --listen`: the address other machines reach, and the process that serves it with TLS.

Owns reading ADDRESS[:PORT], the names this machine answers to, and when its certificate is made again. Refuses
plain HTTP: what does not speak TLS gets no answer on that port. Source: docs/decisions/0012-pages-over-tls.md.
"""

from __future__ import annotations

import fcntl
import ipaddress
import os
import re
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from relight.cli import children
from relight.cli.errors import LISTEN_REFUSED, LISTEN_TAKEN, LISTEN_WRONG, PORT_TAKEN
from relight.cli.logs import logs_setup
from relight.cli.shell import cli_act, now, setup
from relight.cli.supervisor import Job, answers, port_check, relight_command
from relight.kernel.errors import RelightError

if TYPE_CHECKING:
    from relight.journal.api import ServerCertificate

log = structlog.get_logger(__name__)

PORT = 8443
LOOK_AGAIN_S = 60.0
_SIOCGIFADDR = 0x8915
_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

ListenAt = Annotated[
    str,
    typer.Option(
        "--listen",
        metavar="ADDRESS[:PORT]",
        help="Serve workstations too, with TLS: an address of this machine, or 0.0.0.0 for all of them.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where to serve with TLS. Args: host: as typed, a name or an address. address: what is bound."""

    host: str
    address: str
    port: int

    @property
    def text(self) -> str:
        """The same, as `--listen` takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether every address of this machine is served."""
        return ipaddress.ip_address(self.address).is_unspecified

    def url(self, name: str) -> str:
        """Return the address people type for one of the names."""
        return f"https://{f'[{name}]' if ':' in name else name}:{self.port}/"

    def names(self) -> tuple[str, ...]:
        """Return what the certificate stands for, the one to print first: addresses, then host names."""
        if self.everywhere:
            addresses = list(addresses_here(v6=":" in self.address)) or [self.address]
        else:
            addresses = [self.address]
        typed = [] if self.everywhere or _address(self.host) else [self.host]
        own = socket.gethostname().lower()
        hosts = [own] if _HOST_NAME.fullmatch(own) and own != "localhost" else []
        return tuple(dict.fromkeys([*typed, *addresses, *hosts]))


def listen_read(text: str) -> Listen:
    """Read ADDRESS[:PORT]: `0.0.0.0`, `10.11.0.4:8443`, `[fd00::2]:443`, `clean.example`.

    Raises: InputError RL-CLI-024.
    """
    host, port = text.strip().lower(), str(PORT)
    if match := re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?", host):
        host, port = match[1], match[2] or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        raise LISTEN_WRONG.error(where="--listen", text=text)
    address = _address(host)
    if not address and _HOST_NAME.fullmatch(host):
        with suppress(OSError):
            address = str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    if not address:
        raise LISTEN_WRONG.error(where="--listen", text=text)
    return Listen(host=host, address=address, port=int(port))


def _address(text: str) -> str:
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    return ""


def addresses_here(*, v6: bool) -> Iterator[str]:
    """Yield the addresses by which other machines reach this one; nothing is sent. Args: v6: IPv6 too."""
    found: set[str] = set()
    for address in [*_addresses_v4(), *(_addresses_v6() if v6 else ())]:
        at = ipaddress.ip_address(address)
        if not (at.is_loopback or at.is_link_local or at.is_unspecified) and address not in found:
            found.add(address)
            yield address


def _addresses_v4() -> Iterator[str]:
    if sys.platform == "linux":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            for _, name in socket.if_nameindex():
                with suppress(OSError):
                    answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                    yield socket.inet_ntoa(answer[20:24])
    with suppress(OSError):
        for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM):
            yield str(entry[4][0])


def _addresses_v6() -> Iterator[str]:
    with suppress(OSError):
        for line in Path("/proc/net/if_inet6").read_text().splitlines():
            yield str(ipaddress.ip_address(bytes.fromhex(line.split()[0])))


def listen_check(listen: Listen, *, host: str, port: int) -> None:
    """See that the port is free, and not the one of the pages of this machine itself (`host`, `port`).

    Raises: PeerError RL-CLI-025 (taken), InputError RL-CLI-026 (not ours to open).
    """
    if listen.port == port and (listen.everywhere or listen.address == host):
        raise LISTEN_TAKEN.error(where="--listen", port=port, other=f"{listen.host}:{port + 1}")
    try:
        port_check(listen.address, listen.port)
    except RelightError as refusal:
        if refusal.spec == PORT_TAKEN:
            raise LISTEN_TAKEN.error(
                where="--listen", port=listen.port, other=f"{listen.host}:{listen.port + 1}"
            ) from refusal
        raise LISTEN_REFUSED.error(where="--listen", text=listen.text, **_reason(refusal)) from refusal


def _reason(refusal: RelightError) -> dict[str, object]:
    return {"reason": refusal.params.get("reason", "?")}


def listen_job(listen: Listen) -> Job:
    """Return the process that serves with TLS, for the supervisor."""
    return Job(name="web-tls", command=relight_command("web-tls", "--listen", listen.text))


def listen_answers(listen: Listen) -> bool:
    """Say whether something takes connections there."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.address, listen.address)  # noqa: S104 - compared, not bound
    return answers(near, listen.port)


def certificate_ready(listen: Listen) -> ServerCertificate:
    """Make the authority and the certificate where they are wanted. Django is set up. Raises: RL-JNL-007, 008."""
    from relight.hospital.api import group_name  # noqa: PLC0415 - Django must be set up first
    from relight.journal.api import server_certificate_ready  # noqa: PLC0415

    return server_certificate_ready(act=cli_act(), group=group_name(), names=listen.names())


def web_tls(listen: ListenAt) -> None:
    """Serve the pages with TLS (started by `relight up --listen`)."""
    logs_setup(part="web-tls")
    setup(migrate=False)
    from django.db import connections  # noqa: PLC0415 - Django must be set up first

    at = listen_read(listen)
    certificate = certificate_ready(at)
    connections.close_all()  # the web processes open their own
    threading.Thread(target=_watch, args=(at, certificate), name="certificate", daemon=True).start()
    children.web_run(host=at.address, port=at.port, tls=(certificate.certificate, certificate.key))


def _watch(listen: Listen, certificate: ServerCertificate) -> None:
    """End this process once another certificate is due; the supervisor starts it again, and it makes one."""
    pause = threading.Event()
    while not pause.wait(LOOK_AGAIN_S):
        if now() >= certificate.renew_at or set(listen.names()) != set(certificate.names):
            log.info("another certificate is due")
            os.kill(os.getpid(), signal.SIGTERM)
            return
