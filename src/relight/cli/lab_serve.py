"""`relight lab serve`: the laboratory gateway, in the foreground until Ctrl-C.

Owns its two processes: one receives, one forwards. `relight up` runs the same two beside the pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from relight.cli.children import end_with_parent
from relight.cli.logs import logs_setup
from relight.cli.shell import As, cli_act, command, file_read, setup
from relight.cli.supervisor import Job, Supervisor, home_locked, relight_command
from relight.lab.plain import GATEWAY_RUNS

LOCK = "gateway.lock"

LinksFile = Annotated[
    Path | None, typer.Option("--links", metavar="FILE", help="Load links from this file before starting.")
]


def gateway_jobs() -> list[Job]:
    """Return the gateway's processes for a supervisor."""
    return [
        Job(name="lab-receiver", command=relight_command("lab", "receive")),
        Job(name="lab-forwarder", command=relight_command("lab", "forward")),
    ]


@contextmanager
def gateway_locked(home: Path) -> Iterator[None]:
    """Hold the gateway of a data folder: two would answer the same analyzers. Raises: RuleError RL-LAB-064."""
    with home_locked(home, name=LOCK, taken=GATEWAY_RUNS):
        yield


@command
def serve(links: LinksFile = None, as_name: As = "") -> int:
    """Run the laboratory gateway: receive from analyzers, deliver to the laboratory system."""
    from django.conf import settings  # noqa: PLC0415 - settings make the data folder

    from relight.lab.api import link_list, links_file_read, links_load  # noqa: PLC0415 - Django must be set up first

    with gateway_locked(Path(settings.RELIGHT_HOME)):
        logs_setup(part="lab")
        act = cli_act(as_name)
        if links is not None:
            links_load(act=act, file=links_file_read(file_read(links), filename=links.name))
        for link in link_list(at=act.at):
            sys.stdout.write(f"{link.id}: {link.address}\n")
        sys.stdout.write(_("The gateway runs. Stop it with Ctrl-C; nothing is lost.") + "\n")
        sys.stdout.flush()
        Supervisor(gateway_jobs()).run()
    return 0


def receive() -> None:
    """Receive from analyzers (started by `relight lab serve` and `relight up`)."""
    logs_setup(part="lab-receiver")
    setup(migrate=False)
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from relight.lab.shell.gateway import gateway_run  # noqa: PLC0415

    end_with_parent()
    gateway_run(home=Path(settings.RELIGHT_HOME))


def forward() -> None:
    """Deliver to laboratory systems (started by `relight lab serve` and `relight up`)."""
    logs_setup(part="lab-forwarder")
    setup(migrate=False)
    from relight.lab.shell.forwarder import forwarder_run  # noqa: PLC0415 - Django must be set up first

    end_with_parent()
    forwarder_run()


def mount(app: typer.Typer) -> None:
    """Add the commands to the group; `receive` and `forward` are the supervisor's own and not shown."""
    app.command("serve")(serve)
    app.command("receive", hidden=True)(receive)
    app.command("forward", hidden=True)(forward)
