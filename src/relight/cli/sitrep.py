"""`relight sitrep`: the situation report in every language, version and shape.

Parses, calls the restart office's api, prints. Exit codes: 0 done, 1 when no report is approved yet, 2 on bad input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relight.cli.errors import USAGE
from relight.cli.shell import As, Json, cli_act, command, file_write, print_document


@command
def sitrep(  # noqa: PLR0913 - one argument for each option
    draft: Annotated[bool, typer.Option("--draft", help="The draft; without one, what it would say now.")] = False,
    number: Annotated[int, typer.Option("--number", metavar="N", help="An approved one; else the latest.")] = 0,
    audience: Annotated[str, typer.Option("--audience", help="staff, authorities or press.")] = "staff",
    language: Annotated[str, typer.Option("--language", metavar="L", help="fr, nl, de or en.")] = "fr",
    shape: Annotated[str, typer.Option("--format", metavar="F", help="text, html or pdf.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Else on standard output.")] = None,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Print the situation report; with --json the signed document with its digest and seal."""
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`
    from relight.pmo.api import LANGUAGES, Audience, Shape, document_signed, report_file, report_find  # noqa: PLC0415

    if draft and number:
        raise USAGE.error(reason="--draft --number")
    for option, value, known in (
        ("--language", language, LANGUAGES),
        ("--format", shape, tuple(Shape)),
        ("--audience", audience, tuple(Audience)),
    ):
        if value not in set(known):
            raise USAGE.error(reason=f"{option}: {', '.join(known)}")
    act = cli_act(as_name)
    permit(act, Permission.SITREP_READ)
    row = report_find(at=act.at, number=number, draft=draft)
    if json:
        print_document(document_signed(row))
        return 0
    content = report_file(row, shape=Shape(shape), language=language, audience=Audience(audience)).content
    if output is not None:
        file_write(output, content)
    elif Shape(shape) is Shape.PDF and sys.stdout.isatty():
        raise USAGE.error(reason="--output FILE")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    return 0


def mount(app: typer.Typer) -> None:
    """Put the command onto the root."""
    app.command("sitrep")(sitrep)
