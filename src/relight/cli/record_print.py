"""`relight record print`: the charts of wards as PDF into a folder, once or again and again.

Parses, calls the record's api, prints. Exit codes: 0 all printed, 1 when a chart or a ward could not be, 2 on bad input
or a disk that refuses.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.shell import As, Json, cli_act, command, print_document, translate

if TYPE_CHECKING:
    from relight.record.api import SetReport


@command
def print_wards(
    to: Annotated[str, typer.Option("--to", metavar="FOLDER", help="Where to: a disk of its own, a stick.")] = "",
    ward: Annotated[
        list[str] | None, typer.Option("--ward", metavar="SITE/WARD", help="A ward; several times.")
    ] = None,
    every_ward: Annotated[bool, typer.Option("--all", help="Every ward with anybody in it.")] = False,
    every: Annotated[
        str, typer.Option("--every", metavar="2h", help="Again and again, by the worker; “off” stops it.")
    ] = "",
    keep: Annotated[int, typer.Option("--keep", metavar="N", help="How many sets to keep.")] = 6,
    language: Annotated[str, typer.Option("--language", metavar="fr", help="Of the paper; else the hospital's.")] = "",
    json: Json = False,
    as_name: As = "",
) -> int:
    """Print the charts of wards into a folder as PDF, so that a dead server leaves them on paper."""
    from relight.record.api import (  # noqa: PLC0415 - Django starts in `command`
        PRINT_NO_PLACE,
        every_read,
        folder_read,
        print_schedule_set,
        print_schedule_stop,
        ward_read,
        wards_print,
    )

    act = cli_act(as_name)
    if every == "off":
        print_schedule_stop(act=act)
        return _told({"schedule": "off"}, translate("No more sets are printed by themselves."), json=json)
    wards = [ward_read(one) for one in ward or ()]
    if not to or not (wards or every_ward) or (wards and every_ward):
        raise PRINT_NO_PLACE.error(where="--ward" if to else "--to")
    folder = folder_read(to)
    minutes = every_read(every) if every else 0
    report = wards_print(act=act, folder=folder, wards=wards, keep=keep, language=language)
    document = report.document()
    if minutes:
        print_schedule_set(
            act=act, folder=str(folder), every_min=minutes, wards=wards, keep=keep, language=language, made_at=act.at
        )
        document |= {"schedule": "on", "every_min": minutes}
    _told(document, _words(report, minutes), json=json)
    return 0 if report.is_whole else 1


def _told(document: dict[str, object], words: str, *, json: bool) -> int:
    if json:
        print_document(document)
    else:
        sys.stdout.write(words + "\n")
    return 0


def _words(report: SetReport, minutes: int) -> str:
    """Say what was printed, and everything that was not."""
    lines = [
        translate("{patients} charts of {wards} wards in {seconds} s: {folder}/{name}").format(
            patients=report.patients, wards=report.wards, seconds=f"{report.took_ms / 1000:.1f}", folder=report.folder,
            name=report.name,
        )
    ]  # fmt: skip
    if report.left_out:
        lines.append(
            translate("  NOT PRINTED: {count} charts, named on their ward's first sheet").format(count=report.left_out)
        )
    lines += [translate("  NOT PRINTED: {ward} ({code})").format(ward=one.ward, code=one.code) for one in report.failed]
    if not report.is_private:
        lines.append(translate("  this disk keeps nobody out: lock it away"))
    if report.kept_old:
        lines.append(translate("  older sets could not be removed ({code})").format(code=report.kept_old))
    if minutes:
        lines.append(translate("  again every {count} minutes, while Relight runs").format(count=minutes))
    return "\n".join(lines)
