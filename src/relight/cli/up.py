"""`relight up`: everything on this machine, in the foreground, until Ctrl-C.

Owns the order of starting: data folder held, port free, database migrated, then the processes.
`relight demo` loads its hospital inside `serving` and then runs the same processes.
"""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from relight.cli import children
from relight.cli.lab_serve import gateway_jobs, gateway_locked
from relight.cli.listen import (
    Listen,
    ListenAt,
    certificate_ready,
    listen_answers,
    listen_check,
    listen_job,
    listen_read,
    web_tls,
)
from relight.cli.logs import logs_setup
from relight.cli.shell import cli_act, command, setup
from relight.cli.supervisor import Job, Supervisor, answers, home_locked, host_check, port_check, relight_command

SUBSCRIPTIONS = "relight.config.subscriptions.SUBSCRIPTIONS"
ROUTINES = "relight.config.subscriptions.ROUTINES"

Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="The port of the pages.")]
Host = Annotated[str, typer.Option("--host", help="The address to serve on; this machine only.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]

Run = Callable[[Sequence[str], Sequence[Job]], int]


@contextmanager
def serving(*, host: str, port: int, browser: bool, listen: str = "") -> Iterator[Run]:
    """Hold the data folder and the port; give the function that runs everything until Ctrl-C.

    Django is set up and the database migrated. The function takes lines to print under the address
    (the demo's sign-ins) and more jobs (the demo's analyzers), and returns the exit code.
    Args: listen: ADDRESS[:PORT] where workstations are served with TLS; empty for this machine only.
    Raises: RL-CLI-020 (already up), RL-CLI-021, RL-CLI-023 (port), RL-CLI-022 (host), RL-CLI-024 … 026 (listen).
    """
    from django.conf import settings  # noqa: PLC0415 - settings make the data folder

    host = host_check(host)
    outside = listen_read(listen) if listen else None
    home = Path(settings.RELIGHT_HOME)
    with home_locked(home), gateway_locked(home):
        port_check(host, port)
        if outside:
            listen_check(outside, host=host, port=port)
        logs_setup(part="up")

        def run(lines: Sequence[str], jobs: Sequence[Job]) -> int:
            told = [*_listen_lines(outside), *lines] if outside else lines
            _supervise(host=host, port=port, browser=browser, lines=told, jobs=jobs, outside=outside)
            return 0

        yield run


def _listen_lines(outside: Listen) -> list[str]:
    """Make the certificate ready; say where workstations go, and what they compare before they trust it."""
    from django.urls import reverse  # noqa: PLC0415 - Django must be set up first

    from relight.journal.api import authority_find  # noqa: PLC0415

    names = certificate_ready(outside).names
    lines = [_("Workstations reach it at {address}").format(address=outside.url(name)) for name in names]
    trust = outside.url(names[0]).rstrip("/") + reverse("people:trust")
    lines.append(_("How a workstation trusts it: {address}").format(address=trust))
    authority = authority_find()
    if authority:
        lines.append(_("Compare this fingerprint there (SHA-256):"))
        lines += [f"  {group}" for group in authority.hex]
    return lines


def _supervise(
    *,
    host: str,
    port: int,
    browser: bool,
    lines: Sequence[str],
    jobs: Sequence[Job],
    outside: Listen | None,
) -> None:
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    first = _first_link(address)

    def announce() -> None:
        _say(_("Relight runs at {address}").format(address=address))
        if first:
            _say(_("Nobody manages it yet. Open this link once to make the administrator:"))
            _say(f"  {first}")
        for line in lines:
            _say(line)
        _say(_("Stop it with Ctrl-C; nothing is lost."))
        if browser and _has_screen():
            webbrowser.open(first or address)

    def ready() -> bool:
        return answers(host, port) and (outside is None or listen_answers(outside))

    Supervisor(
        [
            Job(name="web", command=relight_command("web", "--host", host, "--port", str(port))),
            Job(name="worker", command=relight_command("worker")),
            *([listen_job(outside)] if outside else []),
            *gateway_jobs(),
            *jobs,
        ]
    ).run(ready=ready, on_ready=announce)


def _first_link(address: str) -> str:
    """Return the one-time address that makes the first administrator, or nothing once one exists."""
    from django.urls import reverse  # noqa: PLC0415

    from relight.people.api import first_link_make  # noqa: PLC0415 - Django must be set up first

    token = first_link_make(act=cli_act())
    return address.rstrip("/") + reverse("people:first", args=[token]) if token else ""


def _has_screen() -> bool:
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"
    return bool(seen) and sys.stdout.isatty()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@command
def up(port: Port = 8000, host: Host = "127.0.0.1", listen: ListenAt = "", no_browser: NoBrowser = False) -> int:
    """Start Relight on this machine: pages, worker and laboratory gateway, in the foreground until Ctrl-C."""
    with serving(host=host, port=port, browser=not no_browser, listen=listen) as run:
        return run((), ())


def web(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Serve the pages (started by `relight up`)."""
    logs_setup(part="web")
    children.web_run(host=host, port=port)


def worker() -> None:
    """Run the subscribers (started by `relight up`)."""
    logs_setup(part="worker")
    setup(migrate=False)
    children.worker_run(subscriptions=SUBSCRIPTIONS, routines=ROUTINES)


def mount(app: typer.Typer) -> None:
    """Add the commands; `web`, `web-tls` and `worker` are the supervisor's own and not shown."""
    app.command("up")(up)
    app.command("web", hidden=True)(web)
    app.command("web-tls", hidden=True)(web_tls)
    app.command("worker", hidden=True)(worker)
