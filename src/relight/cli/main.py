"""Mounts the nouns of the command line."""

from __future__ import annotations

import sys

import click
import typer
from django.core.exceptions import ImproperlyConfigured

from relight import __version__
from relight.cli import demo, fleet, hospital, journal, passport, status, up
from relight.cli.errors import USAGE
from relight.cli.shell import error_show

app = typer.Typer(
    name="relight",
    help="Brings a hospital group back after a cyberattack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(hospital.app, name="hospital")
app.add_typer(fleet.app, name="fleet")
app.add_typer(journal.app, name="journal")
app.add_typer(passport.app, name="passport")
status.mount(app)
up.mount(app)
demo.mount(app)


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"relight {__version__}\n")


def main() -> None:
    """Run a command; a wrong use exits 2 with a coded error, as a document where --json was asked."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(1)
    except click.exceptions.ClickException as refusal:
        as_json = "--json" in sys.argv
        sys.exit(error_show(USAGE.error(where=_where(refusal), reason=refusal.format_message()), as_json=as_json))
    except ImproperlyConfigured as refusal:
        sys.exit(error_show(USAGE.error(reason=str(refusal)), as_json="--json" in sys.argv))
    except KeyboardInterrupt:
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


def _where(refusal: click.exceptions.ClickException) -> str:
    context = getattr(refusal, "ctx", None)
    return context.command_path if context is not None else ""
