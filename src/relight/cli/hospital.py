"""`relight hospital …`: load a description; why, unlock, impact; the list of what can be asked about."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.shell import As, Json, cli_act, command, error_show, file_read, group, print_document, translate

if TYPE_CHECKING:
    from relight.hospital.api import (
        Answer,
        Description,
        DescriptionCheck,
        DescriptionDiff,
        Expected,
        Fault,
        PartChange,
    )

app = group("The hospital's dependencies: load them, ask why, what unlocks, what follows.")

Id = Annotated[
    str, typer.Argument(help="emergency@arlon, dns, network@arlon, zone:arlon, acceptance:dns, fleet:<uuid>")
]


@app.command("load")
@command
def load(
    file: Annotated[Path, typer.Argument(help="The description, TOML, plain or .gz.")],
    yes: Annotated[bool, typer.Option("--yes", help="Load without asking, also when parts are taken out.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Load a description file: its faults all at once, or what it changes, then the change itself."""
    from relight.hospital.api import description_diff, description_load, description_read, digest_in_force  # noqa: PLC0415
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    permit(act, Permission.HOSPITAL_LOAD)
    check = description_read(file_read(file), filename=file.name.removesuffix(".gz"))
    if check.description is None:
        return _faults_show(check, as_json=json)
    against, diff = digest_in_force(), description_diff(check.description)
    if not json:
        _write(_diff_lines(diff, same=against == check.description.digest))
        _write(_fault_line(fault) for fault in check.warnings)
    if dry_run or against == check.description.digest:
        return _loaded(check, check.description, diff, loaded=False, changes=0, as_json=json)
    asked = not yes and not json and sys.stdin.isatty() and sys.stdout.isatty()
    if asked and not typer.confirm(translate("Load this description?")):
        return 1
    report = description_load(
        act=act, description=check.description, removals_confirmed=yes or asked, shown_against=against
    )
    return _loaded(
        check, check.description, diff, loaded=True, changes=report.changes, more=report.warnings, as_json=json
    )


def _loaded(  # noqa: PLR0913 - the parts of one document
    check: DescriptionCheck,
    description: Description,
    diff: DescriptionDiff,
    *,
    loaded: bool,
    changes: int,
    as_json: bool,
    more: Sequence[Fault] = (),
) -> int:
    """Say what was done; the document has the difference and every warning."""
    if as_json:
        warnings = [fault.document(translate) for fault in (*check.warnings, *more)]
        head = {"loaded": loaded, "filename": check.filename, "digest": description.digest, "changes": changes}
        print_document({**head, **diff.document(), "warnings": warnings})
        return 0
    _write(_fault_line(fault) for fault in more)
    if loaded:
        _write([translate("Loaded. {changes} states changed.").format(changes=changes)])
    return 0


def _faults_show(check: DescriptionCheck, *, as_json: bool) -> int:
    """Show every fault with its line and what to do; exit 2."""
    from relight.hospital.api import description_refusal  # noqa: PLC0415

    refusal = description_refusal(check)
    if as_json:
        faults = [fault.document(translate) for fault in check.faults]
        warnings = [fault.document(translate) for fault in check.warnings]
        print_document({**refusal.document(translate), "faults": faults, "warnings": warnings})
        return 2
    for fault in check.faults:
        sys.stderr.write(_fault_line(fault) + "\n")
    return error_show(refusal, as_json=False)


def _fault_line(fault: Fault) -> str:
    return f"{fault.where}: {fault.spec.code} {fault.message(translate)} {fault.next(translate)}"


def _diff_lines(diff: DescriptionDiff, *, same: bool) -> list[str]:
    if same:
        return [translate("This description is in force already; nothing has to be done.")]
    if diff.is_empty():
        return [translate("No site, service or function changes; only the text of the file differs.")]
    lines = []
    for title, parts in (
        (translate("Added: {count}"), diff.added),
        (translate("Changed: {count}"), diff.changed),
        (translate("Removed: {count}"), diff.removed),
    ):
        if parts:
            lines.append(title.format(count=len(parts)))
            lines.extend(line for part in parts for line in _part_lines(part))
    if diff.returning:
        lines.append(translate("Returning from aside: {ids}").format(ids=", ".join(diff.returning)))
    return lines


def _part_lines(part: PartChange) -> list[str]:
    from relight.hospital.api import PART_WORDS  # noqa: PLC0415

    fields = [f"      {field.field}: {field.before or '–'} -> {field.after or '–'}" for field in part.changes]
    return [f"  {translate(PART_WORDS[part.kind])} {part.id}", *fields]


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


# -- questions ------------------------------------------------------------------------------------


def _reader(as_name: str) -> None:
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(cli_act(as_name), Permission.HOSPITAL_READ)


def _show(answer: Answer, *, as_json: bool) -> int:
    if as_json:
        print_document(answer.document())
    else:
        _write(answer.sentences())
    return 0


@app.command("why")
@command
def why(id: Id, json: Json = False, as_name: As = "") -> int:
    """Say why something is not normal: each root cause once, by its shortest way."""
    from relight.hospital.api import why as ask  # noqa: PLC0415

    _reader(as_name)
    return _show(ask(id), as_json=json)


@app.command("unlock")
@command
def unlock(
    id: Id,
    to: Annotated[str, typer.Option("--to", help="normal or degraded.")] = "normal",
    json: Json = False,
    as_name: As = "",
) -> int:
    """Say the least set of machines, acceptances and zone openings that brings something back."""
    from relight.cli.errors import USAGE  # noqa: PLC0415
    from relight.hospital.api import Level  # noqa: PLC0415
    from relight.hospital.api import unlock as ask  # noqa: PLC0415

    _reader(as_name)
    targets = {"normal": Level.NORMAL, "up": Level.NORMAL, "degraded": Level.DEGRADED}
    if to not in targets:
        raise USAGE.error(where="--to", reason=f"{to}: normal | degraded")
    return _show(ask(id, target=targets[to]), as_json=json)


@app.command("impact")
@command
def impact(id: Id, json: Json = False, as_name: As = "") -> int:
    """Say what the return of something brings back, or, when it works, what falls without it."""
    from relight.hospital.api import impact as ask  # noqa: PLC0415

    _reader(as_name)
    return _show(ask(id), as_json=json)


@app.command("next")
@command
def following(
    limit: Annotated[int, typer.Option("--limit", min=1, max=50, help="How many.")] = 5,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Say what would unlock most next, best first."""
    from relight.hospital.api import next_unlocks  # noqa: PLC0415

    _reader(as_name)
    found = next_unlocks(limit)
    if json:
        print_document({"next": [item.document() for item in found]})
        return 0
    for item in found:
        _write([f"{item.name} -> {translate(item.target)}: {item.what}"])
        _write(f"  {name} -> {translate(state)}" for _, name, state in item.gains)
    return 0


@app.command("list")
@command
def everything(json: Json = False, as_name: As = "") -> int:
    """List sites with their zone, functions and service units with their state."""
    from relight.hospital.api import function_list, site_list, unit_list  # noqa: PLC0415

    _reader(as_name)
    sites, functions, units = site_list(), function_list(), unit_list()
    if json:
        print_document(
            {
                "sites": [{"id": s.id, "zone": s.zone.value, "since": s.since} for s in sites],
                "functions": [
                    {"id": f.id, "state": f.state, "since": f.since, "expected": _dates(f.expected)} for f in functions
                ],
                "services": [
                    {
                        "id": u.service,
                        "unit": u.id,
                        "site": u.site,
                        "tier": u.tier,
                        "level": u.state,
                        "since": u.since,
                        "expected": _dates(u.expected),
                    }
                    for u in units
                ],
            }
        )
        return 0
    _write(f"zone:{s.id:<24} {s.zone.value:<9} {s.name}" for s in sites)
    _write(f"{f.id:<29} {f.state:<9} {f.name}" for f in functions)
    _write(f"{u.id:<29} {u.state:<9} {u.name}" for u in units)
    return 0


def _dates(expected: Expected | None) -> dict[str, str] | None:
    return expected.document() if expected else None
