"""Mounts the nouns of the command line."""

from __future__ import annotations

import sys

import typer
from django.core.exceptions import ImproperlyConfigured
from typer.exceptions import TyperException

from relight import __version__
from relight.cli import (
    activity,
    demo,
    fleet,
    hospital,
    inspect,
    journal,
    lab,
    lab_decode,
    lab_serve,
    lab_simulate,
    liaison,
    passport,
    people,
    plan,
    record,
    restore_points,
    sitrep,
    status,
    up,
    zone,
)
from relight.cli.errors import USAGE
from relight.cli.shell import Json, error_show, print_document
from relight.kernel.errors import RelightError

app = typer.Typer(
    name="relight",
    help="Brings a hospital group back after a cyberattack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(activity.app, name="activity")
app.add_typer(hospital.app, name="hospital")
app.add_typer(fleet.app, name="fleet")
app.add_typer(journal.app, name="journal")
app.add_typer(lab.app, name="lab")
app.add_typer(liaison.app, name="liaison")
app.add_typer(passport.app, name="passport")
app.add_typer(record.app, name="record")
app.add_typer(people.app, name="people")
app.add_typer(plan.app, name="plan")
app.add_typer(zone.app, name="zone")
lab_serve.mount(lab.app)
lab_simulate.mount(lab.app)
lab_decode.mount(lab.app)
inspect.mount(app)
restore_points.mount(app)
sitrep.mount(app)
status.mount(app)
up.mount(app)
demo.mount(app)


@app.command()
def version(json: Json = False) -> None:
    """Print the version."""
    if json:
        print_document({"version": __version__})
    else:
        sys.stdout.write(f"relight {__version__}\n")


def main() -> None:
    """Run a command; a wrong use exits 2 with a coded error, as a document where --json was asked."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(1)
    except TyperException as refusal:
        sys.exit(error_show(_misused(refusal), as_json="--json" in sys.argv))
    except ImproperlyConfigured as refusal:
        sys.exit(error_show(USAGE.error(reason=str(refusal)), as_json="--json" in sys.argv))
    except BrokenPipeError:
        sys.exit(0)


def _misused(refusal: TyperException) -> RelightError:
    """Say what was wrong with the words of a command; a noun without a verb shows its help."""
    context = getattr(refusal, "ctx", None)
    say = getattr(refusal, "format_message", None)
    return USAGE.error(where=context.command_path if context else "", reason=say() if say else str(refusal))
