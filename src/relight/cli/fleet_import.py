"""`relight fleet import FILE…`: parse, import one file after the other, print.

Exit codes: 0 done (rows kept aside do not fail), 2 when a file is refused whole; the others still go
in. One file prints one document; several print `imports`, one document each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.shell import As, Json, cli_act, command, error_show, print_document, translate
from relight.kernel.act import Act
from relight.kernel.errors import RelightError

if TYPE_CHECKING:
    from relight.fleet.api import ImportReport, Progress

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Inventories, as they are or as .gz.")]
Source = Annotated[str, typer.Option("--source", metavar="NAME", help="What the file comes from; the same each time.")]
Mapped = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column holds a field (tables); may be repeated."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen and write nothing.")]
Expected = Annotated[
    bool, typer.Option("--expected", help="A purchase list or asset register: what should be there, unseen.")
]
BAD_SHOWN = 20


def mount(app: typer.Typer) -> None:
    """Hang `import` under `relight fleet`."""
    app.command("import")(import_)


@command
def import_(
    files: Files,
    source: Source = "",
    map_: Mapped = None,
    dry_run: DryRun = False,
    expected: Expected = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Import inventories: nmap, NetBox, GLPI, DHCP leases, LDIF, directory exports, any CSV."""
    mapping = _mapping(map_ or [])
    act = cli_act(as_name)
    documents: list[dict[str, object]] = []
    code = 0
    for path in files:
        try:
            report = _one(act, path, mapping, source=source, dry_run=dry_run, expected=expected, quiet=json)
        except RelightError as refusal:
            if not refusal.where:
                refusal.where = str(path)
            code = max(code, 2)
            if json:
                documents.append({**refusal.document(translate), "file": path.name})
            else:
                error_show(refusal, as_json=False)
            continue
        if json:
            documents.append(report.document(translate))
        else:
            _say(report)
    if json:
        print_document(documents[0] if len(documents) == 1 else {"imports": documents})
    return code


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Read `--map serial=Numéro`. Raises: RL-FLT-076 when a pair is none."""
    from relight.fleet.api import MAP_FIELD, Field  # noqa: PLC0415 - Django starts in `command`

    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, header = pair.partition("=")
        if not equals:
            raise MAP_FIELD.error(where="--map", field=pair, fields=", ".join(f.value for f in Field))
        mapping[field.strip()] = header.strip()
    return mapping


def _one(
    act: Act, path: Path, mapping: dict[str, str], *, source: str, dry_run: bool, expected: bool, quiet: bool
) -> ImportReport:
    from relight.fleet.api import Nature, import_file  # noqa: PLC0415 - Django starts in `command`

    with _bar(path.name, quiet=quiet) as progress:
        return import_file(
            act=act,
            path=path,
            mapping=mapping or None,
            source_name=source,
            nature=Nature.EXPECTED if expected else Nature.SEEN,
            dry_run=dry_run,
            progress=progress,
        )


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show how far it is, on a terminal only, and on stderr."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    words = {"read": translate("reading"), "match": translate("matching"), "write": translate("writing")}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def progress(phase: str, done: int, total: int) -> None:
            bar.update(task, description=f"{name}: {words.get(phase, phase)}", completed=done, total=total or None)

        yield progress


def _say(report: ImportReport) -> None:
    """Print a report for people."""
    from relight.fleet.api import FIELD_WORDS, FORMAT_WORDS, WHY_WORDS, Field, Why  # noqa: PLC0415

    lines = [
        translate("{file}: {format}, {encoding}, source “{source}”").format(
            file=report.filename,
            format=translate(FORMAT_WORDS[report.format]),
            encoding=report.encoding,
            source=report.source,
        ),
        translate("  machines: {new} new, {known} known, {joined} turned out to be one with another").format(
            new=report.machines_new, known=report.machines_known, joined=report.machines_joined
        ),
    ]
    if report.doubtful:
        lines.append(translate("  doubtful matches to decide: {count}").format(count=report.doubtful))
    lines += [f"  {translate(WHY_WORDS[Why(why)])}: {count}" for why, count in report.rows_skipped.items()]
    if report.mapping:
        pairs = (f"{translate(FIELD_WORDS[Field(field)])} ← {column}" for field, column in report.mapping.items())
        lines.append(translate("  columns: {columns}").format(columns=", ".join(pairs)))
    if report.rows_bad:
        lines.append(translate("  rows kept aside: {count}").format(count=len(report.rows_bad)))
        for row in report.rows_bad[:BAD_SHOWN]:
            place = translate("line {line}").format(line=row.line)
            lines.append(f"    {place}: {row.code} {row.message(translate)}")
        if len(report.rows_bad) > BAD_SHOWN:
            rest = len(report.rows_bad) - BAD_SHOWN
            lines.append(translate("    and {count} more: see the page of the import, or --json").format(count=rest))
    if report.dry_run:
        lines.append(translate("  nothing was written (--dry-run)"))
    sys.stdout.write("\n".join(lines) + "\n")
