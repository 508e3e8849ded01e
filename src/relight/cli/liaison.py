"""`relight liaison …`: the directory of practitioners and lines from a file.

Parses, calls liaison's api, prints. Exit codes: 0 done (rows kept aside do not fail), 2 when the file is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.errors import FILE_UNREADABLE, USAGE
from relight.cli.shell import As, Json, cli_act, command, group, print_document, translate

if TYPE_CHECKING:
    from relight.liaison.api import DirectoryReport

app = group("Practitioners outside: directory and bulletins.")
SHOWN = 20
KINDS = {"practitioners": "practitioners", "lines": "desks"}


@app.callback()
def liaison() -> None:
    """Keep `import` a command of its own while it is the only one."""


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
