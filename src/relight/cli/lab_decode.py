"""`relight lab decode FILE`: any capture of an analyzer; `relight lab drivers`: what reads them.

Neither needs a database or an account; a site's own drivers stand in `drivers/` of the data folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from relight.cli.shell import Json, error_show, file_read, home, plain_command, print_document, translate
from relight.kernel.errors import N_
from relight.lab.decode import Decoded, Driver, decode, driver_list, driver_read
from relight.wire.problems import Problem

SHOWN_PROBLEMS = 20
HEADINGS = (N_("Sample"), N_("Test"), N_("Value"), N_("Unit"), N_("Flag"), N_("LOINC"))
OWN = N_("of this site")
CONTROL, PROBLEM, MORE = N_("control"), N_("byte {at}: {message}"), N_("{count} more; see them with --json.")


def mount(app: typer.Typer) -> None:
    """Add the commands to the group `relight lab`."""
    app.command("decode")(lab_decode)
    app.command("drivers")(lab_drivers)


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


@plain_command
def lab_drivers(
    files: Annotated[list[Path] | None, typer.Argument(help="Driver files to check, before a site uses them.")] = None,
    json: Json = False,
) -> int:
    """List the drivers, a site's own among them; or check files. Exits 1 when a file has faults."""
    own = files if files is not None else sorted((home() / "drivers").glob("*.toml"))
    checks = [driver_read(file_read(path), path.name) for path in own]
    faults = [fault for check in checks for fault in check.faults]
    read = [check.driver for check in checks if check.driver is not None]
    shown = {driver.id: driver for driver in ([] if files else driver_list())} | {driver.id: driver for driver in read}
    mine = {driver.id for driver in read}
    if json:
        print_document(
            {
                "drivers": [_driver_document(driver, own=driver.id in mine) for driver in shown.values()],
                "faults": [fault.document(translate)["error"] for fault in faults],
            }
        )
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _driver_lines(shown.values(), mine)))
        for fault in faults:
            error_show(fault, as_json=False)
    return 1 if faults else 0


def _driver_document(driver: Driver, *, own: bool) -> dict[str, object]:
    return {
        "id": driver.id,
        "name": driver.name,
        "version": driver.version,
        "protocols": sorted(driver.protocols),
        "tests": len({code for code, _ in driver.tests}),
        "own": own,
    }


def _driver_lines(drivers: Iterable[Driver], mine: set[str]) -> Iterable[str]:
    for driver in drivers:
        tests = len({code for code, _ in driver.tests})
        own = f"  ({translate(OWN)})" if driver.id in mine else ""
        yield f"{driver.id:24}{driver.name}  {','.join(sorted(driver.protocols))}  {tests}{own}"
