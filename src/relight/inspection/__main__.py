"""`python -m relight.inspection PATH…` is `relight inspect`, alone, as from a USB stick."""

from __future__ import annotations

import sys

import typer

from relight.inspection.command import error_show, inspect_command
from relight.inspection.errors import BAD_CHOICE

# Typer carries its own copy of click from 0.16 on; its errors are found by their family
USAGE: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def main() -> None:
    """Run the command; a wrong use exits 2 with a coded error."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(inspect_command)
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(1)
    except USAGE as refusal:
        sys.exit(
            error_show(BAD_CHOICE.error(reason=str(getattr(refusal, "message", refusal))), as_json="--json" in sys.argv)
        )
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)


if __name__ == "__main__":  # worker processes import this module too
    main()
