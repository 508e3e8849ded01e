"""`relight status`: the situation in one document, or in a few lines for a terminal."""

from __future__ import annotations

import sys

import typer

from relight.cli.shell import As, Json, cli_act, command, print_document, translate


def mount(app: typer.Typer) -> None:
    """Put the command on the command line."""
    app.command("status")(status)


@command
def status(json: Json = False, as_name: As = "") -> int:
    """Show the day, machines by definition, sites, services, functions."""
    from relight.console.selectors.status import status_document, status_lines  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    act = cli_act(as_name)
    permit(act, Permission.SITUATION_READ)
    if json:
        print_document(status_document(at=act.at))
    else:
        sys.stdout.write("\n".join(status_lines(at=act.at, translate=translate)) + "\n")
    return 0
