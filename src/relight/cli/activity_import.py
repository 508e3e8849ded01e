"""`relight activity import FILE`: appointments of one source into the data folder, decided at once.

Parses, calls activity's api, prints. Exit codes: 0 done (rows kept aside do not fail), 2 when the file is refused.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.errors import FILE_UNREADABLE, USAGE
from relight.cli.shell import As, Json, cli_act, command, print_document, translate

if TYPE_CHECKING:
    from relight.activity.api import ImportReport

SHOWN = 20


def mount(app: typer.Typer) -> None:
    """Hang `import` under `relight activity`."""
    app.command("import")(import_)


@command
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, FHIR, HL7 v2 SIU or iCalendar; .gz or not.")],
    source: Annotated[str, typer.Option("--source", metavar="NAME", help="The list it is; the same each time.")] = "",
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="WORD=COLUMN", help="Which column holds what; may be repeated."),
    ] = None,
    assume_urgency: Annotated[
        str, typer.Option("--assume-urgency", metavar="U", help="Where a row states none, such as elective.")
    ] = "",
    assume_kind: Annotated[
        str, typer.Option("--assume-kind", metavar="K", help="Where a row states none, such as consultation.")
    ] = "",
    assume_site: Annotated[str, typer.Option("--assume-site", metavar="ID", help="Where a row states none.")] = "",
    json: Json = False,
    as_name: As = "",
) -> int:
    """Import the appointments of one source; twice imported, nothing doubles."""
    from relight.activity.api import appointments_import  # noqa: PLC0415 - Django starts in `command`
    from relight.activity.plain import Kind, Urgency  # noqa: PLC0415

    _word("--assume-urgency", assume_urgency, [one.value for one in Urgency])
    _word("--assume-kind", assume_kind, [one.value for one in Kind])
    given = {"assume_urgency": assume_urgency, "assume_kind": assume_kind, "assume_site": assume_site}
    options = {key: value for key, value in given.items() if value}
    try:
        stream = file.open("rb")
    except OSError as refusal:
        raise FILE_UNREADABLE.error(where=str(file), reason=refusal.strerror or "?") from refusal
    with stream:
        report = appointments_import(
            act=cli_act(as_name),
            source=source or file.name.partition(".")[0],
            name=file.name,
            raw=stream,
            mapping=_mapping(map_ or []) or None,
            options=options or None,
        )
    if json:
        print_document(report.document(translate))
    else:
        _say(report)
    return 0


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Read `--map kind=Type`. Raises: RL-CLI-004 when a pair is none."""
    mapping = {}
    for pair in pairs:
        word, equals, header = pair.partition("=")
        if not equals:
            raise USAGE.error(where="--map", reason="WORD=COLUMN")
        mapping[word.strip()] = header.strip()
    return mapping


def _word(option: str, text: str, words: list[str]) -> None:
    if text and text not in words:
        raise USAGE.error(where=option, reason=", ".join(words))


def _say(report: ImportReport) -> None:
    """Print a report for people."""
    line = translate("{source}: {new} new, {changed} changed, {known} known, {withdrawn} withdrawn in the source")
    lines = [line.format(source=report.name, new=report.new, changed=report.changed, known=report.known,
                         withdrawn=report.withdrawn)]  # fmt: skip
    if report.mapping:
        pairs = ", ".join(f"{word} ← {header}" for word, header in report.mapping.items())
        lines.append(translate("  columns: {columns}").format(columns=pairs))
    if report.undecided:
        lines.append(translate("  not decided, because no policy is in force: {count}").format(count=report.undecided))
    if report.aside:
        lines.append(translate("  rows kept aside: {count}").format(count=len(report.aside)))
    for one in report.aside[:SHOWN]:
        place = translate("line {line}").format(line=one.line)
        lines.append(f"    {place}: {one.code} {one.error.message(translate)}")
    sys.stdout.write("\n".join(lines) + "\n")
