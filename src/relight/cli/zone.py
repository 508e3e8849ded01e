"""`relight zone …`: segments and flows, the ruleset and its routers, proof that it holds.

Parses, calls the clean zone's api, prints. Exit 1: the answer is no (drift, an undeclared connection, a refusal).
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relight.cli.errors import USAGE
from relight.cli.shell import As, Json, cli_act, command, file_read, group, password_ask, print_document, translate
from relight.kernel.errors import N_

if TYPE_CHECKING:
    from relight.cleanzone.api import Peer
    from relight.kernel.act import Act

app = group("The clean zone: who may talk to whom, the routers' rules, proof that they hold.")

Router = Annotated[str, typer.Option("--router", metavar="NAME", help="A router of zone.toml; not needed for one.")]
Flows = Annotated[list[str], typer.Argument(metavar="FLOW...", help="F12, 13, …")]
Note = Annotated[str, typer.Option("--note", help="Why; kept with the act.")]


@app.command("segment")
@command
def segment(
    site: Annotated[str, typer.Argument(help="Site id.")],
    ipv4: Annotated[str, typer.Option(help="Network, such as 10.211.0.0/20.")],
    ipv6: Annotated[str, typer.Option(help="Network, such as fd5a:11::/64.")] = "",
    vlan: Annotated[int, typer.Option(help="VLAN number, 0 for none.")] = 0,
    interface: Annotated[str, typer.Option(help="The router's interface towards the segment.")] = "",
    json: Json = False,
    as_name: As = "",
) -> None:
    """Set the networks of a site's segment."""
    from relight.cleanzone.api import SegmentGiven, segment_set  # noqa: PLC0415 - Django starts in `command`

    given = SegmentGiven(site=site, ipv4=ipv4, ipv6=ipv6, vlan=vlan, interface=interface)
    segment_set(act=cli_act(as_name), given=given)
    if json:
        print_document({"site": site, "ipv4": ipv4, "ipv6": ipv6, "vlan": vlan, "interface": interface})


@app.command("propose")
@command
def propose(json: Json = False, as_name: As = "") -> None:
    """Propose the flows the dependencies ask for."""
    from relight.cleanzone.api import flows_propose  # noqa: PLC0415 - Django starts in `command`

    new = flows_propose(act=cli_act(as_name))
    if json:
        print_document({"proposed": new})
    else:
        sys.stdout.write(translate("{count} flows proposed.").format(count=new) + "\n")


@app.command("add")
@command
def add(
    source: Annotated[str, typer.Option("--from", help="role=workstation,site=arlon or net=192.0.2.0/28.")],
    destination: Annotated[str, typer.Option("--to", help="The same; what answers.")],
    ports: Annotated[str, typer.Option(help="tcp/443 or udp/161-162.")],
    reason: Annotated[str, typer.Option(help="Who needs it and for what.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    days: Annotated[int, typer.Option(help="Days until it ends.")] = 90,
    json: Json = False,
    as_name: As = "",
) -> None:
    """Propose a flow by hand."""
    from relight.cleanzone.api import FlowGiven, flow_add  # noqa: PLC0415 - Django starts in `command`

    protocol, _, numbers = ports.partition("/")
    number = flow_add(
        act=cli_act(as_name),
        given=FlowGiven(
            source=_peer("--from", source),
            destination=_peer("--to", destination),
            protocol=protocol,
            ports=numbers,
            reason=reason,
            owner=owner,
            days=days,
        ),
    )
    if json:
        print_document({"id": f"F{number}"})
    else:
        sys.stdout.write(f"F{number}\n")


@app.command("flows")
@command
def flows(
    state: Annotated[str, typer.Option(help="proposed, approved, refused, closed.")] = "",
    unneeded: Annotated[bool, typer.Option("--unneeded", help="Only those nothing in the graph needs.")] = False,
    json: Json = False,
    as_name: As = "",
) -> None:
    """List flows: what they open, for whom, who signed, until when."""
    from relight.cleanzone.api import FLOW_WORDS, FlowState, flow_lines  # noqa: PLC0415 - Django starts in `command`

    act = _reader(as_name)
    if state and state not in {one.value for one in FlowState}:
        raise USAGE.error(where="--state", reason=state)
    lines = flow_lines(at=act.at, states=[FlowState(state)] if state else [])
    lines = [line for line in lines if not (unneeded and line.needed)]
    if json:
        print_document({"flows": [line.document() for line in lines]})
        return
    for line in lines:
        row = line.row
        marks = [translate(FLOW_WORDS[FlowState(row.state)])]
        marks += [] if line.needed else [translate(N_("nothing in the graph needs it"))]
        marks += [translate(N_("ends soon"))] if line.ends_soon else []
        ends = f"{row.source_peer.text()} → {row.destination_peer.text()}"
        sys.stdout.write(f"F{row.number:<5} {ends} {row.ports_words} [{', '.join(marks)}] {row.reason}\n")


@app.command("sign")
@command
def sign(flows: Flows, json: Json = False, as_name: As = "") -> None:
    """Sign proposed flows under your own name (`--as`); the second person's signature opens them."""
    from relight.cleanzone.api import FlowState, flow_lines, flows_sign, statement_digest  # noqa: PLC0415

    act = cli_act(as_name)
    numbers = _numbers(flows)
    lines = [line for line in flow_lines(at=act.at, states=[FlowState.PROPOSED]) if line.row.number in numbers]
    for line in lines:
        row = line.row
        ends = f"{row.source_peer.text()} → {row.destination_peer.text()}"
        sys.stderr.write(f"F{row.number} {ends} {row.ports_words}: {row.reason}\n")
    password = password_ask(as_name) if as_name else ""
    shown = statement_digest(line.row for line in lines)
    opened = flows_sign(act=act, numbers=numbers, shown=shown, password=password)
    if json:
        print_document({"signed": len(numbers), "approved": opened})
    else:
        sys.stdout.write(
            translate("{count} signed, {opened} approved.").format(count=len(numbers), opened=opened) + "\n"
        )


@app.command("refuse")
@command
def refuse(flow: Annotated[str, typer.Argument(help="F12")], note: Note, as_name: As = "") -> None:
    """Refuse a proposed flow."""
    from relight.cleanzone.api import flow_refuse  # noqa: PLC0415 - Django starts in `command`

    flow_refuse(act=cli_act(as_name), number=_numbers([flow])[0], note=note)


@app.command("close")
@command
def close(flow: Annotated[str, typer.Argument(help="F12")], note: Note, as_name: As = "") -> None:
    """Close a flow at once."""
    from relight.cleanzone.api import flow_close  # noqa: PLC0415 - Django starts in `command`

    flow_close(act=cli_act(as_name), number=_numbers([flow])[0], note=note)


@app.command("compile")
@command
def compile_(
    out: Annotated[
        Path | None, typer.Option(help="Folder for all files; without it the ruleset goes to stdout.")
    ] = None,
    json: Json = False,
    as_name: As = "",
) -> None:
    """Compile flows and passports: the routers' ruleset, machines' own rules, addresses, switches."""
    from relight.cleanzone.api import (  # noqa: PLC0415 - Django starts in `command`
        addresses_allot,
        expires_next,
        outputs_of,
        ruleset_at,
        unplaced,
    )

    act = cli_act(as_name)
    addresses_allot(act=act)
    zone, ruleset = ruleset_at(act.at)
    waiting = [machine.name for machine in unplaced(zone.machines, at=act.at)]
    files = list(outputs_of(zone, ruleset)) if out is not None else []
    if out is not None:
        for file in files:
            place = out / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8", newline="")
    ruleset_text = next(outputs_of(zone, ruleset)).text
    if json:
        print_document(
            {
                "ruleset": ruleset_text,
                "flows": len(ruleset.rules),
                "groups": len(ruleset.groups),
                "machines": sum(machine.may_speak(act.at) for machine in zone.machines),
                "shut": len(ruleset.shut4) + len(ruleset.shut6),
                "ended": [flow.id for flow in ruleset.left_out],
                "without_address": waiting,
                "ends_next": expires_next(zone),
                "files": [file.path for file in files],
            }
        )
        return
    if out is None:
        sys.stdout.write(ruleset_text)
    else:
        words = translate("{files} files: {flows} flows, {machines} machines.")
        machines = sum(machine.may_speak(act.at) for machine in zone.machines)
        sys.stdout.write(words.format(files=len(files), flows=len(ruleset.rules), machines=machines) + "\n")
    if waiting:
        words = translate("Without an address or a network card: {names}")
        sys.stderr.write(words.format(names=", ".join(waiting[:20])) + "\n")


@app.command("deploy")
@command
def deploy(
    router: Router = "",
    seconds: Annotated[int, typer.Option("--confirm-within", help="Seconds until it goes back by itself.")] = 60,
    json: Json = False,
    as_name: As = "",
) -> None:
    """Send the ruleset to a router; it goes back by itself unless `relight zone confirm` follows."""
    from relight.cleanzone.api import addresses_allot, ruleset_try  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    addresses_allot(act=act)
    number = ruleset_try(act=act, router=router, confirm_s=seconds)
    if json:
        print_document({"try": number, "confirm_within_s": seconds})
    else:
        words = translate("The router took it. Confirm within {seconds} seconds: relight zone confirm")
        sys.stdout.write(words.format(seconds=seconds) + "\n")


@app.command("confirm")
@command
def confirm(router: Router = "", json: Json = False, as_name: As = "") -> None:
    """Keep the ruleset that was just sent: the way to the router still works."""
    from relight.cleanzone.api import ruleset_confirm  # noqa: PLC0415 - Django starts in `command`

    number = ruleset_confirm(act=cli_act(as_name), router=router)
    if json:
        print_document({"try": number})


@app.command("drift")
@command
def drift(
    router: Router = "",
    listing: Annotated[
        Path | None, typer.Option(help="A file with `nft -j list ruleset`, instead of a router.")
    ] = None,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Compare what a router really holds with what is compiled. Exit 1 when it differs."""
    from relight.cleanzone.api import (  # noqa: PLC0415 - Django starts in `command`
        DRIFT_WORDS,
        drift_check,
        drift_judge,
        listing_of,
        ruleset_at,
    )

    act = cli_act(as_name)
    if listing is not None:
        document = listing_of(file_read(listing).decode(errors="replace"), where=listing.name)
        found = drift_judge(ruleset_at(act.at)[1], document, where=listing.name)
    else:
        found = drift_check(act=act, router=router)
    if json:
        print_document({"drifts": [one.document() for one in found]})
    for one in [] if json else found:
        sys.stdout.write(f"{translate(DRIFT_WORDS[one.kind])} {one.what}\n")
    return 1 if found else 0


@app.command("seen")
@command
def seen(
    file: Annotated[Path, typer.Argument(help="Kernel log, conntrack, Zeek conn.log or eve.json; may be .gz.")],
    json: Json = False,
    as_name: As = "",
) -> int:
    """Hold connections that were seen against the flows. Exit 1 when one passed that no flow allows."""
    from relight.cleanzone.api import SEEN_WORDS, seen_check  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    lines = io.StringIO(file_read(file).decode(errors="replace"))
    done = seen_check(act=act, lines=lines, name=file.name)
    findings = done.report.findings
    if json:
        print_document(
            {
                "connections": sum(done.lines.counts.values()),
                "other": done.lines.other,
                "unreadable": done.lines.bad,
                "unreadable_at": done.lines.bad_at,
                "findings": [one.document() for one in findings],
                "never_used": [f"F{number}" for number in done.never_used],
            }
        )
    else:
        for one in findings:
            words = f"{one.source} → {one.destination} {one.packet.protocol.upper()} {one.packet.port} ({one.times}×)"
            sys.stdout.write(f"{words}: {translate(SEEN_WORDS[one.kind])}\n")
        never = ", ".join(f"F{number}" for number in done.never_used) or "-"
        sys.stdout.write(translate("Flows nothing was seen to use: {flows}").format(flows=never) + "\n")
    return 1 if any(one.passed for one in findings) else 0


def _reader(as_name: str) -> Act:
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    permit(act, Permission.ZONE_READ)
    return act


def _numbers(words: list[str]) -> list[int]:
    numbers = [word.upper().removeprefix("F") for word in words]
    wrong = next((word for word in numbers if not word.isascii() or not word.isdecimal() or len(word) > 8), None)
    if wrong is not None:
        raise USAGE.error(where="FLOW", reason=wrong)
    return sorted({int(number) for number in numbers})


def _peer(where: str, text: str) -> Peer:
    from relight.cleanzone.api import peer_of  # noqa: PLC0415 - Django starts in `command`

    pairs = [part.partition("=") for part in text.split(",") if part]
    known = {"role", "site", "service", "tag", "item", "net"}
    wrong = next(("".join(pair) for pair in pairs if pair[0] not in known or not pair[2]), None)
    if wrong is not None:
        raise USAGE.error(where=where, reason=wrong)
    return peer_of({name: value for name, _, value in pairs})
