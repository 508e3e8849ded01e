"""`relight liaison …`: the bulletin for practitioners in every shape, the static site.

Parses, calls liaison's api, prints. Exit codes: 0 done, 1 when none is approved or a seal does not
hold, 2 on bad input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relight.cli.errors import USAGE
from relight.cli.shell import As, Json, cli_act, command, file_write, group, print_document, translate
from relight.kernel.errors import N_

app = group("General practitioners: bulletins and the static site.")

PUBLISHED = N_("Bulletin {number} is published in {folder}: {written} files written, {kept} kept.")


@app.command("bulletin")
@command
def bulletin(  # noqa: PLR0913 - one argument for each option
    draft: Annotated[bool, typer.Option("--draft", help="The draft; without one, what it would say now.")] = False,
    number: Annotated[int, typer.Option("--number", metavar="N", help="An approved one; else the one in force.")] = 0,
    language: Annotated[str, typer.Option("--language", metavar="L", help="fr, nl, de or en.")] = "fr",
    shape: Annotated[str, typer.Option("--format", metavar="F", help="text, html, sms, pdf or fax.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Else on standard output.")] = None,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Print a bulletin for practitioners; with --json the signed document with its digest and seal."""
    from relight.liaison.api import (  # noqa: PLC0415 - Django starts in `command`
        LANGUAGES,
        Shape,
        bulletin_document_signed,
        bulletin_file,
        bulletin_find,
    )
    from relight.people.api import Permission, permit  # noqa: PLC0415

    if draft and number:
        raise USAGE.error(reason="--draft --number")
    if language not in LANGUAGES:
        raise USAGE.error(reason=f"--language: {', '.join(LANGUAGES)}")
    if shape not in set(Shape):
        raise USAGE.error(reason=f"--format: {', '.join(Shape)}")
    act = cli_act(as_name)
    permit(act, Permission.LIAISON_READ)
    row = bulletin_find(at=act.at, number=number, draft=draft)
    if json:
        print_document(bulletin_document_signed(row))
        return 0
    content = bulletin_file(row, shape=Shape(shape), language=language).content
    if output is not None:
        file_write(output, content)
    elif Shape(shape) in (Shape.PDF, Shape.FAX) and sys.stdout.isatty():
        raise USAGE.error(reason="--output FILE")
    else:
        sys.stdout.buffer.write(content if content.endswith(b"\n") or shape in ("pdf", "fax") else content + b"\n")
        sys.stdout.flush()
    return 0


@app.command("publish")
@command
def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Empty, or one this command wrote before.")],
    json: Json = False,
    as_name: As = "",
) -> int:
    """Write the static site: every approved bulletin in four languages. Any web host can serve the folder."""
    from relight.liaison.api import site_publish  # noqa: PLC0415

    report = site_publish(act=cli_act(as_name), folder=folder)
    if json:
        print_document(report.document())
    else:
        sys.stdout.write(translate(PUBLISHED).format(**report.document()) + "\n")
    return 0
