"""`relight lab decode FILE`: any capture of an analyzer, without data folder, database or account."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from relight.cli.shell import Json, error_show, file_read, plain_command, print_document, translate
from relight.kernel.errors import N_
from relight.lab.decode import Decoded, decode
from relight.wire.problems import Problem

SHOWN_PROBLEMS = 20
HEADINGS = (N_("Sample"), N_("Test"), N_("Value"), N_("Unit"), N_("Flag"), N_("LOINC"))
CONTROL, PROBLEM, MORE = N_("control"), N_("byte {at}: {message}"), N_("{count} more; see them with --json.")


def mount(app: typer.Typer) -> None:
    """Add the command to the group `relight lab`."""
    app.command("decode")(lab_decode)


@plain_command
def lab_decode(
    file: Annotated[Path, typer.Argument(help="A dump of the line, records, or HL7 messages; .gz or not.")],
    driver: Annotated[
        str, typer.Option("--driver", metavar="ID", help="Read with this driver, whatever the header says.")
    ] = "",
    json: Json = False,
) -> int:
    """Decode a capture. Exits 0 when all was read, 1 when a part was refused, 2 when the whole file was."""
    found = decode(file_read(file), driver=driver)
    refusal = found.refusal
    if json:
        document: dict[str, Any] = found.document(translate)
        print_document(document | (refusal.document(translate) if refusal else {}))
    elif refusal is not None:
        return error_show(refusal, as_json=False)
    else:
        sys.stdout.write("\n".join([*_table(found), *_problems(found.problems)]) + "\n")
    return 2 if refusal else 0 if found.is_whole else 1


def _table(found: Decoded) -> list[str]:
    """Lay the results out in columns, under a line for each message."""
    out: list[str] = []
    for message in found.messages:
        reading = message.reading
        head = [message.type, reading.control_id, reading.sender, f"({message.driver})"]
        out.append("  ".join(word for word in head if word))
        rows = [
            (
                f"{sample.sample} ({translate(CONTROL)})" if sample.is_qc else sample.sample,
                line.code_sent,
                line.value,
                line.unit_sent,
                ",".join(line.flags),
                line.loinc,
            )
            for sample, line in reading.lines()
        ]
        if rows:
            out += [f"  {line}" for line in _columns([tuple(translate(word) for word in HEADINGS), *rows])]
    return out


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    plain = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    widths = [min(40, max(len(row[place]) for row in plain)) for place in range(len(HEADINGS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in plain]


def _problems(problems: tuple[Problem, ...]) -> list[str]:
    out = [
        f"{problem.code}: {translate(PROBLEM).format(at=problem.at, message=problem.message(translate))}"
        for problem in problems[:SHOWN_PROBLEMS]
    ]
    if len(problems) > SHOWN_PROBLEMS:
        out.append(translate(MORE).format(count=len(problems) - SHOWN_PROBLEMS))
    return out
