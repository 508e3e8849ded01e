"""`relight liaison …`: the directory from a file, the bulletin for practitioners in every shape, the static site.

Parses, calls liaison's api, prints. Exit codes: 0 done (rows kept aside do not fail), 1 when no bulletin is approved or
a seal does not hold, 2 on bad input or when a file is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.errors import FILE_UNREADABLE, USAGE
from relight.cli.shell import As, Json, cli_act, command, file_write, group, print_document, translate
from relight.kernel.errors import N_

if TYPE_CHECKING:
    from relight.liaison.api import DirectoryReport

app = group("General practitioners: directory, bulletins and the static site.")
SHOWN = 20
KINDS = {"practitioners": "practitioners", "lines": "desks"}

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


@app.command("import")
@command
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with the names of its columns in the first line; .gz or not.")],
    kind: Annotated[str, typer.Option("--kind", help="practitioners or lines.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would bring; write nothing.")] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Take practitioners or lines into the directory; twice imported, nothing doubles."""
    from relight.liaison.api import FileKind, directory_import  # noqa: PLC0415 - Django starts in `command`

    if kind not in KINDS:
        raise USAGE.error(where="--kind", reason=", ".join(KINDS))
    report = directory_import(
        act=cli_act(as_name), content=_content(file), filename=file.name, kind=FileKind(KINDS[kind]), dry_run=dry_run
    )
    if json:
        aside = [{"line": line, "code": one.code, "message": one.message(translate)} for line, one in report.aside]
        counts = {"new": report.new, "changed": report.changed, "known": report.known}
        print_document(counts | {"aside": aside, "columns": dict(report.columns), "dry_run": report.dry_run})
    else:
        _say(report)
    return 0


def _content(file: Path) -> bytes:
    """Read the file, never more than a directory may be large. Raises: RL-CLI-001, RL-CLI-003."""
    import gzip  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    from relight.cli.errors import NOT_A_GZIP  # noqa: PLC0415
    from relight.liaison.api import LIMIT_MB  # noqa: PLC0415

    most = LIMIT_MB * 1_000_000 + 1
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            return bytes(stream.read(most))
    except (gzip.BadGzipFile, EOFError, zlib.error) as refusal:
        raise NOT_A_GZIP.error(where=str(file)) from refusal
    except OSError as refusal:
        raise FILE_UNREADABLE.error(where=str(file), reason=refusal.strerror or "?") from refusal


def _say(report: DirectoryReport) -> None:
    words = translate("{new} new, {changed} changed, {known} known, {aside} kept aside")
    lines = [words.format(new=report.new, changed=report.changed, known=report.known, aside=len(report.aside))]
    pairs = ", ".join(f"{word} ← {header}" for word, header in report.columns.items())
    lines.append(translate("  columns: {columns}").format(columns=pairs))
    for line, refusal in report.aside[:SHOWN]:
        lines.append(f"    {translate('line {line}').format(line=line)}: {refusal.code} {refusal.message(translate)}")
    if report.dry_run:
        lines.append(translate("Nothing was written."))
    sys.stdout.write("\n".join(lines) + "\n")
