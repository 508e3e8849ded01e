"""`relight fleet report|hunt|inspectors`: evidence of the inspection engine from the command line.

Exit codes: 0 done; 1 when a report does not count, or a hunt hits; 2 on bad input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from relight.cli.shell import As, Json, cli_act, command, file_read, group, print_document, translate
from relight.kernel.errors import N_

Item = Annotated[str, typer.Argument(metavar="ITEM", help="Id, serial or name of the machine or data set.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]

inspectors = group("Keys of inspection engines whose reports count.")


def mount(app: typer.Typer) -> None:
    """Hang the commands under `relight fleet`."""
    app.command("report")(report)
    app.command("hunt")(hunt)
    app.add_typer(inspectors, name="inspectors")


@command
def report(
    item: Item,
    file: Annotated[Path, typer.Argument(metavar="REPORT.JSON", help="As `relight inspect --out` wrote it.")],
    hashes: Annotated[
        Path | None, typer.Option(help="hashes.sha256 beside it; found by itself when it is there.")
    ] = None,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Add a report of the inspection engine to an item. Exits 1 when it meets no check."""
    from relight.fleet.api import item_resolve, report_add  # noqa: PLC0415 - Django starts in `command`

    content = file_read(file)
    beside = hashes or file.with_name("hashes.sha256")
    listed = file_read(beside) if hashes or beside.exists() else None
    outcome = report_add(act=cli_act(as_name), item=item_resolve(item).pk, content=content, hashes=listed)
    if json:
        print_document(outcome.document())
    else:
        said = translate(N_("{verdict}; key {kid}: {key}; checks met: {checks}"))
        checks = ", ".join(outcome.checks) or "-"
        line = said.format(verdict=outcome.verdict.value, kid=outcome.kid, key=outcome.key, checks=checks)
        sys.stdout.write(line + "\n")
    return 0 if outcome.checks and not outcome.quarantined else 1


@command
def hunt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SHA-256 of files known to be bad, one a line.")],
    source: Annotated[str, typer.Option(help="Where they come from: the reason of each quarantine.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and change nothing.")] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Look for files known to be bad in every report kept, and quarantine the admitted machines that hold one."""
    from relight.fleet.api import hunt_preview, hunt_run, indicators_read  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    indicators = indicators_read(file_read(file).decode("utf-8", "replace"))
    if dry_run:
        found = hunt_preview(act=act, indicators=indicators)
    else:
        found = hunt_run(act=act, indicators=indicators, source=source or file.name)
    if json:
        print_document(found.document())
        return 1 if found.hits else 0
    said = translate(N_("{indicators} SHA-256 in {reports} reports: {hits} machines hit, {quarantined} quarantined."))
    counts = {"hits": len(found.hits), "quarantined": len(found.quarantined)}
    lines = [said.format(indicators=found.indicators, reports=found.reports, **counts)]
    for hit in found.hits:
        lines.append(f"  {hit.name}  {hit.state.value}  {hit.hashes[0][:16]}…")
        lines += [f"    - {name}" for name in hit.falls]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found.hits else 0


@inspectors.command("list")
@command
def list_(json: Json = False) -> None:
    """List the keys, and those that signed reports without being enrolled."""
    from relight.fleet.api import inspector_keys, keys_waiting  # noqa: PLC0415 - Django starts in `command`

    keys = inspector_keys()
    if json:
        rows = [{"kid": key.kid, "name": key.name, "counts": key.withdrawn_at is None} for key, _, _ in keys]
        print_document({"keys": rows, "waiting": [{"kid": kid, "reports": count} for kid, count in keys_waiting()]})
        return
    for key, by, _ in keys:
        state = translate(N_("withdrawn")) if key.withdrawn_at else translate(N_("counts"))
        sys.stdout.write(f"{key.kid}  {state}  {key.name}  ({by})\n")
    for kid, count in keys_waiting():
        said = translate(N_("{kid}  not enrolled: {count} reports wait"))
        sys.stdout.write(said.format(kid=kid, count=count) + "\n")


@inspectors.command("enrol")
@command
def enrol(
    key: Annotated[Path, typer.Argument(metavar="FILE", help="A file with the 64 digits, or a report it signed.")],
    name: Annotated[str, typer.Option("--name", help="What is written on the stick.")],
    json: Json = False,
    as_name: As = "",
) -> None:
    """Let the reports of a key count."""
    from relight.fleet.api import inspector_enrol, public_key_read  # noqa: PLC0415 - Django starts in `command`

    kid, counted = inspector_enrol(act=cli_act(as_name), public=public_key_read(file_read(key)), name=name)
    if json:
        print_document({"kid": kid, "counted": counted})
    else:
        sys.stdout.write(
            translate(N_("{kid} enrolled; {count} kept reports count now.")).format(kid=kid, count=counted) + "\n"
        )


@inspectors.command("withdraw")
@command
def withdraw(kid: str, reason: Reason, json: Json = False, as_name: As = "") -> None:
    """Let the reports of a key count no longer."""
    from relight.fleet.api import inspector_withdraw  # noqa: PLC0415 - Django starts in `command`

    outcome = inspector_withdraw(act=cli_act(as_name), kid=kid, reason=reason)
    if json:
        print_document({"voided": outcome.voided, "admitted": [str(item) for item in outcome.admitted]})
    else:
        said = translate(N_("{voided} attestations are void; {count} admitted items rest on them."))
        sys.stdout.write(said.format(voided=outcome.voided, count=len(outcome.admitted)) + "\n")
