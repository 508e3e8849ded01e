"""The command `restore-points`: parses, surveys, prints. Works without Django, database or hospital.

Owns options, progress on the terminal, exit codes: 0 all intact, 1 damage found or not all read, 2 bad input or use.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from relight.inspection.command import error_show, language
from relight.inspection.hashes import HashSet, hash_list_read
from relight.inspection.restore.adapters.opening import RepositoryKind, repository_open
from relight.inspection.restore.errors import BAD_CHOICE, NO_INTACT_VERSION
from relight.inspection.restore.evidence import Report
from relight.inspection.restore.report import (
    exit_code,
    file_document,
    file_exit_code,
    file_lines,
    survey_document,
    survey_lines,
)
from relight.inspection.restore.rules.missing import MISSING_PERCENT
from relight.inspection.restore.survey import Options, file_survey, survey
from relight.inspection.restore.taking import output_check, version_write
from relight.inspection.restore.types import Repository
from relight.inspection.scan import Plan
from relight.inspection.yara_scan import rules_compile
from relight.kernel.errors import N_, RelightError, Word


def mount(app: typer.Typer) -> None:
    """Give a command line the command `restore-points`."""
    app.command("restore-points")(restore_points_command)


def restore_points_command(
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="A restic or borg repository, or a folder of dated copies.")
    ],
    prefix: Annotated[
        list[str] | None, typer.Option(help="Answer for this folder too; repeat it. By default the top folders.")
    ] = None,
    file: Annotated[
        str, typer.Option(metavar="PATH", help="Find the latest intact version of this file instead.")
    ] = "",
    output: Annotated[Path | None, typer.Option(help="With --file: write that version to this new file.")] = None,
    kind: Annotated[RepositoryKind, typer.Option(help="What the repository is.")] = RepositoryKind.AUTO,
    series: Annotated[str, typer.Option(help="Machine and folders, when a repository holds several.")] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="File with the password; else RESTIC_PASSWORD or BORG_PASSPHRASE.")
    ] = None,
    every_point: Annotated[
        bool, typer.Option("--every-point", help="Read every point; take nothing for granted.")
    ] = False,
    missing: Annotated[
        int, typer.Option(metavar="PERCENT", help="Files gone between two points that count as damage; 0: never.")
    ] = MISSING_PERCENT,
    known_good: Annotated[list[Path] | None, typer.Option(help="List of SHA-256 that vouch for a file.")] = None,
    known_bad: Annotated[list[Path] | None, typer.Option(help="List of SHA-256 that condemn a file.")] = None,
    rules: Annotated[Path | None, typer.Option(help="YARA rules: a folder or a file.")] = None,
    temporary: Annotated[
        Path | None, typer.Option(help="Folder for files while they are inspected; use one in memory or encrypted.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Find the last intact restore point, when damage began, and what was damaged since."""
    try:
        _check(file, output, missing, temporary, prefix or [])
        compiled = rules_compile(rules) if rules is not None else None
        plan = Plan(
            rules=compiled.blob if compiled else b"",
            rules_digest=compiled.digest if compiled else "",
            bad=_lists(known_bad or []),
            good=_lists(known_good or []),
        )
        if output is not None:
            output_check(output, repository=repository)
        opened = repository_open(repository, kind=kind, password_file=password_file, temporary=temporary)
        try:
            with _told_to_stop(), _progress() as report:
                options = Options(plan=plan, series=series, percent=missing, every_point=every_point, report=report)
                document, lines, code = _answer(opened, prefix or [], file, output, options)
        finally:
            opened.close()
        _show(document, lines, as_json=json)
    except RelightError as error:
        code = error_show(error, as_json=json)
    raise typer.Exit(code)


def _check(file: str, output: Path | None, missing: int, temporary: Path | None, prefixes: list[str]) -> None:
    if output is not None and not file:
        raise BAD_CHOICE.error(where="--output", reason=Word(N_("it goes with --file")))
    if file and prefixes:
        raise BAD_CHOICE.error(where="--prefix", reason=Word(N_("it does not go with --file")))
    if not 0 <= missing <= 100:
        raise BAD_CHOICE.error(where="--missing", reason=Word(N_("a share is a number from 0 to 100")))
    if temporary is not None and not temporary.is_dir():
        raise BAD_CHOICE.error(where="--temporary", reason=Word(N_("there is no such folder")))


def _lists(places: list[Path]) -> HashSet:
    sets = [hash_list_read(place) for place in places]
    rows = {one.packed[at : at + 32] for one in sets for at in range(0, len(one.packed), 32)}
    return HashSet(packed=b"".join(sorted(rows)))


def _answer(
    repository: Repository, prefixes: list[str], file: str, output: Path | None, options: Options
) -> tuple[dict[str, Any], list[str], int]:
    translate, _ = language()
    if not file:
        found = survey(repository, prefixes=prefixes, options=options)
        return survey_document(found), survey_lines(found, translate=translate), exit_code(found)
    one = file_survey(repository, path=file, options=options)
    written = ""
    if output is not None:
        if one.intact is None:
            raise NO_INTACT_VERSION.error(where=one.path)
        version_write(one.evidence, one.intact, output)
        written = str(output)
    document = file_document(one, output=written)
    return document, file_lines(one, output=written, translate=translate), file_exit_code(one)


def _show(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    else:
        sys.stdout.buffer.write(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Leave nothing in the temporary folder when the system ends this process politely."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress() -> Iterator[Report]:
    """Show the point under way, bytes, rate and time left on a terminal; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for terminals
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks.clear()
                for known in progress.task_ids:
                    progress.remove_task(known)
                tasks[what] = progress.add_task(what[:24], total=total or 1)
            progress.update(tasks[what], completed=done, total=total or 1)

        yield report
