"""`relight record …`: import and export the patient record, check its chain, list what is open.

Parses, calls the record's api, prints. Exit codes: 0 done (resources kept aside do not fail), 1 when the chain does
not hold, 2 on bad input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.record_print import print_wards
from relight.cli.shell import As, Json, cli_act, command, group, print_document, translate

if TYPE_CHECKING:
    from uuid import UUID

    from relight.record.api import ImportReport, SourceKind

app = group("The downtime patient record: import, export, check.")
SHOWN = 20
app.command("print")(print_wards)

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="FHIR bundles, resources, NDJSON, HL7 v2; folders; .gz.")
]


@app.command("import")
@command
def import_(
    paths: Paths,
    source: Annotated[str, typer.Option("--source", metavar="NAME", help="The system it comes from.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="backup, regional or import.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="How old the data is.")] = "",
    json: Json = False,
    as_name: As = "",
) -> None:
    """Take in patient records; the same again changes nothing, a broken-off import goes on."""
    from relight.record.api import record_import  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    with _bar(quiet=json) as progress:
        report = record_import(
            act=act, paths=paths, source=source, kind=_kind(kind), as_of=_date(as_of), progress=progress
        )
    if json:
        print_document(report.document())
    else:
        _say(report)


def _kind(text: str) -> SourceKind | None:
    """Read `--kind`. Raises: BAD_KIND (RL-REC-032)."""
    from relight.record.api import BAD_KIND, SourceKind  # noqa: PLC0415 - Django starts in `command`

    able = (SourceKind.BACKUP, SourceKind.REGIONAL, SourceKind.IMPORT)
    for word in able:
        if text == word.value:
            return word
    if text:
        raise BAD_KIND.error(where="--kind", text=text[:40], kinds=", ".join(word.value for word in able))
    return None


def _date(text: str) -> datetime | None:
    """Read `--as-of`; a time without a zone is the hospital's. Raises: BAD_DATE (RL-REC-031)."""
    if not text:
        return None
    from django.utils.timezone import get_current_timezone  # noqa: PLC0415 - Django starts in `command`

    from relight.record.api import BAD_DATE  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as refusal:
        raise BAD_DATE.error(where="--as-of", text=text[:40]) from refusal
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=get_current_timezone())


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Show how far it is, on a terminal only, and on stderr."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        words = translate("{count} resources, {left} files to go: {file}")

        def progress(file: str, count: int, left: int) -> None:
            bar.update(task, description=words.format(count=count, left=left, file=Path(file).name))

        yield progress


def _say(report: ImportReport) -> None:
    """Print a report for people."""
    lines = [
        translate("Source “{source}”: {files} files read, {skipped} skipped").format(
            source=report.source, files=report.files, skipped=len(report.files_skipped)
        ),
        translate("  resources: {all} found, {kept} kept, {known} known already, {aside} kept aside").format(
            all=report.resources_in, kept=report.kept, known=report.known, aside=len(report.aside)
        ),
        translate("  references that lead nowhere yet: {count}").format(count=report.unresolved),
    ]
    for line in report.aside[:SHOWN]:
        lines.append(f"  {line.path}:{line.line}: {line.code} {line.message}")
    if len(report.aside) > SHOWN:
        more = len(report.aside) - SHOWN
        lines.append(translate("  and {count} more: “relight record aside” lists them").format(count=more))
    for skipped in report.files_skipped[:SHOWN]:
        lines.append(f"  {skipped.path}: {skipped.why}")
    if len(report.files_skipped) > SHOWN:
        more = len(report.files_skipped) - SHOWN
        lines.append(translate("  and {count} more files skipped").format(count=more))
    sys.stdout.write("\n".join(lines) + "\n")


@app.command("export")
@command
def export(
    path: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A new folder, or a .ndjson or .json file.")],
    patient: Annotated[str, typer.Option("--patient", metavar="ID", help="Only this patient's record.")] = "",
    own_ids: Annotated[bool, typer.Option("--own-ids", help="Relight's ids, not those of the sources.")] = False,
    bundles: Annotated[bool, typer.Option("--bundles", help="One transaction bundle a patient.")] = False,
    json: Json = False,
    as_name: As = "",
) -> None:
    """Write the record out as FHIR: NDJSON by type, or transaction bundles."""
    from relight.record.api import record_export  # noqa: PLC0415 - Django starts in `command`

    report = record_export(act=cli_act(as_name), path=path, patient=_patient(patient), own_ids=own_ids, bundles=bundles)
    if json:
        print_document(report.document())
    else:
        sys.stdout.write(
            translate("{count} resources written to {path}").format(count=report.resources, path=report.path) + "\n"
        )


def _patient(text: str) -> UUID | None:
    """Read `--patient`: an id here, alone or as `Patient/…`. Raises: NO_RESOURCE (RL-REC-002)."""
    if not text:
        return None
    from uuid import UUID  # noqa: PLC0415

    from relight.record.api import NO_RESOURCE  # noqa: PLC0415

    try:
        return UUID(text.removeprefix("Patient/"))
    except ValueError as refusal:
        raise NO_RESOURCE.error(where="--patient", type="Patient") from refusal


@app.command("verify")
@command
def verify(json: Json = False, as_name: As = "") -> int:
    """Check that every entry is what was written and none is missing."""
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`
    from relight.record.api import chains_verify  # noqa: PLC0415

    permit(cli_act(as_name), Permission.JOURNAL_READ)
    reports = chains_verify()
    intact = all(report.intact for report in reports)
    if json:
        nodes = [{**report.document(), "because": translate(report.because)} for report in reports]
        print_document({"intact": intact, "entries": sum(report.entries for report in reports), "nodes": nodes})
    else:
        for report in reports:
            words = (
                translate("{node}: {entries} entries, all as they were written")
                if report.intact
                else translate("{node}: entry {broken} does not hold: {because}")
            )
            because = translate(report.because) if report.because else ""
            text = words.format(node=report.node, entries=report.entries, broken=report.broken, because=because)
            sys.stdout.write(text + "\n")
        if not reports:
            sys.stdout.write(translate("There are no entries yet.") + "\n")
    return 0 if intact else 1


@app.command("unresolved")
@command
def unresolved(
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 1000,
    json: Json = False,
    as_name: As = "",
) -> None:
    """List references that lead nowhere yet; they are resolved when what they name is imported."""
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`
    from relight.record.api import unresolved_count, unresolved_list  # noqa: PLC0415

    permit(cli_act(as_name), Permission.RECORD_IMPORT)
    count = unresolved_count()
    rows = unresolved_list(limit=limit)
    if json:
        print_document({"count": count, "references": [row.document() for row in rows]})
        return
    for row in rows:
        sys.stdout.write(f"{row.source}  {row.type}/{row.resource}  {row.path}  {row.text}  {row.state.value}\n")
    sys.stdout.write(translate("{count} references lead nowhere yet").format(count=count) + "\n")


@app.command("aside")
@command
def aside(
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write each as it came.")] = None,
    json: Json = False,
    as_name: As = "",
) -> None:
    """List what could not be taken in, or give it back as it came."""
    from relight.record.api import aside_list, aside_write  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    rows = aside_list(act=act)
    written = aside_write(act=act, folder=out) if out is not None else 0
    if json:
        print_document({"aside": [row.document() for row in rows], "written": written})
        return
    for row in rows:
        line = row.line
        sys.stdout.write(f"{row.number}  {row.source}  {line.path}:{line.line}  {line.code} {line.message}\n")
    sys.stdout.write(translate("{count} kept aside").format(count=len(rows)) + "\n")


@app.command("rebuild", hidden=True)
@command
def rebuild(json: Json = False, as_name: As = "") -> None:
    """Make the current state again from the entries."""
    from relight.record.api import record_rebuild  # noqa: PLC0415 - Django starts in `command`

    count = record_rebuild(act=cli_act(as_name))
    if json:
        print_document({"entries": count})
    else:
        sys.stdout.write(translate("Made again from {count} entries.").format(count=count) + "\n")
