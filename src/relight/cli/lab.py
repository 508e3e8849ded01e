"""`relight lab …`: links, messages, the count that proves nothing was lost, captures fed in.

Parses, calls the laboratory's api, prints. Every list is of metadata: no patient data leaves by this door.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relight.cli.errors import USAGE
from relight.cli.shell import As, Json, cli_act, command, error_show, file_read, group, print_document, translate
from relight.kernel.errors import N_

if TYPE_CHECKING:
    from relight.kernel.act import Act
    from relight.lab.api import LinksFile, Reconciliation

app = group("The laboratory: links to analyzers, what they sent, what became of it.")

LinkId = Annotated[str, typer.Option("--link", metavar="ID", help="Only this link.")]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="Only received from then on: 2026-11-23T08:00.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Only received before then.")]


HEADS = {
    "received": N_("received"),
    "delivered": N_("delivered"),
    "held": N_("held"),
    "refused": N_("refused"),
    "waiting": N_("waiting"),
    "qc": N_("QC"),
    "queries": N_("queries"),
    "other": N_("other"),
    "repeats": N_("repeats"),
}


@app.command("links")
@command
def links(
    load: Annotated[Path | None, typer.Option("--load", metavar="FILE", help="Take in a file of links, TOML.")] = None,
    dump: Annotated[bool, typer.Option("--dump", help="Write the links as a file instead of a list.")] = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """List the links with their rung and how they stand; or take in a file of them."""
    from relight.lab.api import link_list, links_text  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    act = cli_act(as_name)
    if load is not None:
        return _links_load(act, load, as_json=json)
    permit(act, Permission.LAB_READ)
    if dump:
        sys.stdout.write(links_text())
        return 0
    found = link_list(at=act.at)
    if json:
        print_document({"links": [link.document() for link in found]})
        return 0
    for link in found:
        line = f"{link.id:<24} {link.rung.value:<15} {link.standing.value:<10} {link.address:<22} {link.name}"
        sys.stdout.write(line + "\n")
    if not found:
        sys.stdout.write(translate("No link is set up yet. Load a file of them with --load.") + "\n")
    return 0


def _links_load(act: Act, place: Path, *, as_json: bool) -> int:
    from relight.lab.api import links_file_read, links_load  # noqa: PLC0415
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(act, Permission.LAB_LINKS)
    file = links_file_read(file_read(place), filename=place.name.removesuffix(".gz"))
    if file.faults:
        return _faults_show(file, as_json=as_json)
    report = links_load(act=act, file=file)
    if as_json:
        print_document(report.document())
        return 0
    line = translate("{new} new, {changed} changed, {unchanged} as they were.")
    counts = {"new": len(report.new), "changed": len(report.changed), "unchanged": len(report.unchanged)}
    sys.stdout.write(line.format(**counts) + "\n")
    return 0


def _faults_show(file: LinksFile, *, as_json: bool) -> int:
    """Show every fault with its line and what to do; exit 2."""
    refusal = file.refusal()
    if as_json:
        faults = [fault.document(translate)["error"] for fault in file.faults]
        print_document({**refusal.document(translate), "faults": faults})
        return 2
    for fault in file.faults:
        sys.stderr.write(f"{fault.where}: {fault.code} {fault.message(translate)} {fault.next(translate)}\n")
    return error_show(refusal, as_json=False)


@app.command("reconcile")
@command
def reconcile(link: LinkId = "", since: Since = "", until: Until = "", json: Json = False, as_name: As = "") -> int:
    """Count what was received and what became of it; exit 1 when the two differ."""
    from relight.lab.api import reconcile as count  # noqa: PLC0415 - Django starts in `command`
    from relight.people.api import Permission, permit  # noqa: PLC0415

    permit(cli_act(as_name), Permission.LAB_READ)
    found = count(since=_time(since, "--since"), until=_time(until, "--until"), link=link)
    if json:
        print_document(found.document())
    else:
        _count_show(found)
    return 0 if found.balanced else 1


def _count_show(found: Reconciliation) -> None:
    words = [translate(head) for head in HEADS.values()]
    sys.stdout.write(f"{'':<24}" + "".join(f"{word:>11}" for word in words) + "\n")
    for one in (*found.links, found.total):
        numbers = one.document()
        name = one.link or translate("all links")
        mark = "" if one.balanced else "  !"
        sys.stdout.write(f"{name:<24}" + "".join(f"{numbers[head]!s:>11}" for head in HEADS) + mark + "\n")
    balanced = translate("It balances: received = delivered + held + refused + waiting.")
    off = translate("It does not balance. Note the time, and ask whoever looks after Relight before going on.")
    sys.stdout.write((balanced if found.balanced else off) + "\n")
    if found.total.reports.closed:
        aside = translate("Of the reports refused, {count} were put aside by a person, with the reason.")
        sys.stdout.write(aside.format(count=found.total.reports.closed) + "\n")


@app.command("messages")
@command
def messages(
    link: LinkId = "",
    state: Annotated[str, typer.Option(help="received, waiting, delivered, held, refused, done.")] = "",
    kind: Annotated[str, typer.Option(help="unread, results, qc, query, order-reply, other, invalid.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 100,
    json: Json = False,
    as_name: As = "",
) -> int:
    """List messages, newest first: when, from which link, what became of them. Never what they say."""
    from relight.lab.api import MessageKind, MessageState, message_documents, message_filter  # noqa: PLC0415
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`

    permit(cli_act(as_name), Permission.LAB_MESSAGES)
    _word("--state", state, [one.value for one in MessageState])
    _word("--kind", kind, [one.value for one in MessageKind])
    found: Any = message_documents(wanted=message_filter({"link": link, "state": state, "kind": kind}), limit=limit)
    if json:
        print_document(found)
        return 0
    for one in found["messages"]:
        line = f"{one['seq']:>8}  {one['received_at'][:19]}  {one['link']:<20} {one['kind']:<11} {one['state']:<10}"
        sys.stdout.write(f"{line} {one['ack_outcome']:<9} {one['size_bytes']:>8}  {one['id']}\n")
    line = translate("{shown} of {total}")
    sys.stdout.write(line.format(shown=found["shown"], total=found["total"]) + "\n")
    return 0


@app.command("replay")
@command
def replay(
    file: Annotated[Path, typer.Argument(help="A capture of what an analyzer sent, plain or .gz.")],
    link: Annotated[str, typer.Option("--link", metavar="ID", help="The link it was recorded on.")],
    json: Json = False,
    as_name: As = "",
) -> int:
    """Feed a capture into the inbox as if it had come by the wire; what is there already stays once."""
    from relight.lab.api import capture_feed  # noqa: PLC0415 - Django starts in `command`

    report = capture_feed(act=cli_act(as_name), link=link, content=file_read(file), filename=file.name)
    if json:
        print_document(report.document(translate))
        return _fed(report.messages, len(report.refused))
    line = translate("Messages: {messages}. New: {new}. Here already: {known}.")
    sys.stdout.write(line.format(messages=report.messages, new=report.new, known=report.known) + "\n")
    for problem in report.refused:
        place = translate("byte {at}").format(at=problem.at)
        sys.stdout.write(f"  {place}: {problem.code} {problem.message(translate)}\n")
    return _fed(report.messages, len(report.refused))


def _fed(messages: int, refused: int) -> int:
    """Return the exit code: 2 when the whole file was refused, 1 when a part of it was."""
    return 0 if not refused else 1 if messages else 2


def _word(option: str, text: str, known: list[str]) -> None:
    """Refuse a word nobody knows. Raises: RL-CLI-006 (wrong use)."""
    if text and text not in known:
        raise USAGE.error(where=option, reason=", ".join(known))


def _time(text: str, option: str) -> datetime | None:
    """Read a time as typed; without a zone it is this machine's. Raises: RL-CLI-006 (wrong use)."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as wrong:
        raise USAGE.error(where=option, reason=str(wrong)) from wrong
