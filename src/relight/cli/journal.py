"""`relight journal …`: the chain checked, what lags, the entries. Reads only."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from relight.cli.shell import As, Json, cli_act, command, group, print_document, translate

app = group("Who did what, when, why: check it, read it.")

Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many entries at most.")]


@app.command("verify")
@command
def verify(json: Json = False, as_name: As = "") -> int:
    """Check the whole hash chain; names the first entry that does not hold (exit 1)."""
    from relight.journal.api import chain_verify  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(cli_act(as_name), Permission.JOURNAL_READ)
    report = chain_verify()
    if json:
        print_document(report.document())
    elif report.intact:
        line = translate("The chain is intact: {entries} entries, the last with hash {head}.")
        sys.stdout.write(line.format(entries=report.entries, head=report.head) + "\n")
    else:
        line = translate("The chain is broken at entry {seq}: {because}. {entries} entries before it hold.")
        because = translate(report.because)
        sys.stdout.write(line.format(seq=report.broken_seq, because=because, entries=report.entries) + "\n")
    return 0 if report.intact else 1


@app.command("lag")
@command
def lag(json: Json = False, as_name: As = "") -> int:
    """Say what each part of Relight has still to take in; exit 1 when events were set aside."""
    from relight.console.selectors.journal import lags  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(cli_act(as_name), Permission.JOURNAL_READ)
    found = lags()
    if json:
        print_document({"subscribers": [one.document() for one in found]})
    else:
        for one in found:
            line = translate("{name}: {behind} waiting, {aside} set aside")
            text = line.format(name=one.subscriber, behind=one.behind, aside=one.aside)
            sys.stdout.write(f"{text}{f' ({one.error})' if one.error else ''}\n")
        if not found:
            sys.stdout.write(translate("Nobody waits for events.") + "\n")
    return 1 if any(one.aside for one in found) else 0


@app.command("list")
@command
def entries(
    actor: Annotated[str, typer.Option(help="Only by this actor: staff:<id>, os:<user>.")] = "",
    verb: Annotated[str, typer.Option(help="Only this verb; `line.` for all that begin so.")] = "",
    subject: Annotated[str, typer.Option(help="Only about this subject: site:arlon.")] = "",
    text: Annotated[str, typer.Option(help="Only with these words in subject or body.")] = "",
    before: Annotated[int, typer.Option(help="Only entries before this number, to page on.")] = 0,
    limit: Limit = 50,
    json: Json = False,
    as_name: As = "",
) -> int:
    """List entries, newest first."""
    from relight.console.selectors.journal import entry_document, rows_of  # noqa: PLC0415
    from relight.journal.api import entry_list  # noqa: PLC0415
    from relight.people.api import Permission, permit  # noqa: PLC0415

    act = cli_act(as_name)
    permit(act, Permission.JOURNAL_READ)
    found = entry_list(
        actor=actor or None,
        verb=verb or None,
        subject=subject or None,
        text=text or None,
        before=before or None,
        limit=limit,
    )
    if json:
        print_document({"entries": [entry_document(entry) for entry in found]})
        return 0
    for row in rows_of(found, act=act):
        at = row.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        count = f" x{row.count}" if row.count > 1 else ""
        sys.stdout.write(f"{row.seq:>7}  {at}  {row.who}  {row.did}{count}  {row.subject.kind} {row.subject.name}\n")
    return 0
