"""`relight fleet …`: list and show items, take them along the line, admit and revoke.

Parses, calls the fleet's api, prints. `relight fleet import` stands in `fleet_import`.
"""

from __future__ import annotations

import mimetypes
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from relight.cli import fleet_evidence, fleet_import
from relight.cli.errors import USAGE
from relight.cli.shell import As, Json, cli_act, command, file_read, group, password_ask, print_document, translate
from relight.kernel.errors import N_, RelightError

if TYPE_CHECKING:
    from uuid import UUID

    from relight.fleet.api import BatchReport, Stage
    from relight.kernel.act import Act

app = group("Machines, data sets, applications: import, list, take along the recovery line.")

Items = Annotated[
    list[str], typer.Argument(metavar="ITEM...", help="Serial, host name, name or id; `-` reads them from stdin.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the act.")]
Partial = Annotated[bool, typer.Option("--partial", help="Do it for those that may, say who stays.")]
To = Annotated[str, typer.Option("--to", metavar="STAGE", help="The stage to come back at, if not the first.")]


@app.command("list")
@command
def list_(
    query: Annotated[str, typer.Option("--query", "-q", help="Words: serial, name, room, model, address.")] = "",
    state: Annotated[str, typer.Option(help="A stage, quarantined, retired, in-line, working.")] = "",
    site: Annotated[str, typer.Option(help="Site id, `-` for none.")] = "",
    klass: Annotated[str, typer.Option("--class", help="Class: server, workstation, analyzer …")] = "",
    role: Annotated[str, typer.Option(help="Role, `-` for none.")] = "",
    service: Annotated[str, typer.Option(help="Service id, `-` for none.")] = "",
    kind: Annotated[str, typer.Option(help="machine, dataset, application.")] = "",
    known: Annotated[str, typer.Option(help="seen, expected, missing (expected and never seen).")] = "",
    room: Annotated[str, typer.Option(help="Room.")] = "",
    tag: Annotated[str, typer.Option(help="Tag.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")] = 1000,
    json: Json = False,
    as_name: As = "",
) -> None:
    """List items, filtered as on the list page."""
    from relight.fleet.api import item_documents  # noqa: PLC0415 - Django starts in `command`

    _may_read(cli_act(as_name))
    words = {"q": query, "state": state, "site": site, "klass": klass, "role": role, "service": service}
    params = {**words, "kind": kind, "known": known, "room": room, "tag": tag}
    found = item_documents(params=_checked(params), limit=limit)
    if json:
        print_document(found)
        return
    items: Any = found["items"]
    for one in items:
        place = " ".join(word for word in (one["site"], one["room"], one["service"]) if word)
        sys.stdout.write(f"{one['state']:<13} {one['name']:<28} {one['serial'] or '-':<20} {place}\n")
    line = translate("{shown} of {total}")
    sys.stdout.write(line.format(shown=len(items), total=found["total"]) + "\n")


@app.command("show")
@command
def show(
    item: Annotated[str, typer.Argument(help="Serial, host name, name or id.")], json: Json = False, as_name: As = ""
) -> None:
    """Show one item: sources, identifiers, attestations, what is asked next."""
    from relight.fleet.api import item_resolve, item_show  # noqa: PLC0415 - Django starts in `command`

    _may_read(cli_act(as_name))
    found: dict[str, Any] = item_show(item_resolve(item))
    if json:
        print_document(found)
        return
    for key in ("id", "name", "class", "serial", "hostname", "site", "room", "service", "role", "state", "since"):
        sys.stdout.write(f"{key:<10} {found[key] or '-'}\n")
    for source in found["seen_by"]:
        sys.stdout.write(f"{translate('seen by'):<10} {source['source']} ({source['at']})\n")
    for check in found["missing"]:
        sys.stdout.write(f"{translate('missing'):<10} {check['name']} ({', '.join(check['roles'])})\n")


@app.command("add")
@command
def add(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    klass: Annotated[str, typer.Option("--class", help="Class: dataset, application, server …")],
    serial: Annotated[str, typer.Option(help="Serial number.")] = "",
    hostname: Annotated[str, typer.Option(help="Host name.")] = "",
    site: Annotated[str, typer.Option(help="Site id.")] = "",
    room: Annotated[str, typer.Option(help="Room.")] = "",
    service: Annotated[str, typer.Option(help="Service id.")] = "",
    role: Annotated[str, typer.Option(help="What the dependencies count it as.")] = "",
    json: Json = False,
    as_name: As = "",
) -> None:
    """Add a machine, a data set or an application by hand."""
    from relight.fleet.api import Klass, NewItem, item_add  # noqa: PLC0415 - Django starts in `command`

    word = Klass(_word("class", klass, [one.value for one in Klass]))
    new = NewItem(
        klass=word, name=name, serial=serial, hostname=hostname, site=site, room=room, service=service, role=role
    )
    item = item_add(act=cli_act(as_name), item=new)
    if json:
        print_document({"id": str(item)})
    else:
        sys.stdout.write(f"{item}\n")


@app.command("move")
@command
def move(
    items: Items,
    to: Annotated[str, typer.Option("--to", metavar="STAGE", help="The stage: retrieved, inspected, cleaned …")],
    reason: Reason = "",
    partial: Partial = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Move items along the line: one stage on, once its checks are met, or back with a reason."""
    from relight.fleet.api import items_move  # noqa: PLC0415 - Django starts in `command`

    act, stage = cli_act(as_name), _stage(to)

    def run() -> BatchReport:
        return items_move(act=act, items=_items(items), to=stage, reason=reason, partial=partial)

    return _batch(run, done=N_("{count} moved."), json=json)


@app.command("attest")
@command
def attest(
    items: Items,
    check: Annotated[list[str], typer.Option("--check", metavar="ID", help="What is met; may be repeated.")],
    note: Annotated[str, typer.Option(help="A note kept with it.")] = "",
    file: Annotated[list[Path] | None, typer.Option("--file", help="A file that shows it; may be repeated.")] = None,
    partial: Partial = False,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Attest that checks are met, in your name."""
    from relight.fleet.api import Upload, items_attest  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    uploads = []
    for path in file or []:
        content = file_read(path)
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        uploads.append(Upload(name=path.name, media_type=media_type, content=content, size_bytes=len(content)))

    def run() -> BatchReport:
        return items_attest(act=act, items=_items(items), checks=check, note=note, files=uploads, partial=partial)

    return _batch(run, done=N_("Attested for {count}."), json=json)


@app.command("admit")
@command
def admit(
    items: Items,
    as_name: Annotated[str, typer.Option("--as", metavar="NAME", help="Who signs; their password is asked.")],
    capacity: Annotated[str, typer.Option("--for", metavar="security|owner", help="In which capacity.")] = "",
    partial: Partial = False,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    json: Json = False,
) -> int:
    """Sign items for admission. Two different people sign; the second signature admits."""
    from relight.fleet.api import admission_sign  # noqa: PLC0415 - Django starts in `command`

    wanted = _items([word for word in items if word != "-"] if password_stdin else items)
    act, password = _signer(as_name, from_stdin=password_stdin)
    try:
        report = admission_sign(
            act=act, items=wanted, capacity=_capacity(act, capacity), password=password, partial=partial
        )
    except RelightError as error:
        return _refused(error, json=json)
    if json:
        print_document(report.document())
    else:
        line = translate("Signed for {signed}; {admitted} admitted to the clean zone.")
        sys.stdout.write(line.format(signed=len(report.signed), admitted=len(report.admitted)) + "\n")
        _stayed(report.refused)
    return 1 if report.refused else 0


@app.command("revoke")
@command
def revoke(items: Items, reason: Reason, json: Json = False, as_name: As = "") -> int:
    """Take the admission of items back: into quarantine, down at once, and all that relies on them."""
    return _quarantine(items, reason, done=N_("{count} revoked and put into quarantine."), json=json, as_name=as_name)


@app.command("quarantine")
@command
def quarantine(items: Items, reason: Reason, json: Json = False, as_name: As = "") -> int:
    """Put items into quarantine, wherever they stand."""
    return _quarantine(items, reason, done=N_("{count} put into quarantine."), json=json, as_name=as_name)


@app.command("release")
@command
def release(items: Items, reason: Reason, to: To = "", json: Json = False, as_name: As = "") -> int:
    """Release items from quarantine; a security officer does."""
    from relight.fleet.api import items_release  # noqa: PLC0415 - Django starts in `command`

    act, stage = cli_act(as_name), _stage(to) if to else None
    return _batch(
        lambda: items_release(act=act, items=_items(items), reason=reason, to=stage),
        done=N_("{count} back in the line."),
        json=json,
    )


@app.command("retire")
@command
def retire(items: Items, reason: Reason, json: Json = False, as_name: As = "") -> int:
    """Retire items: they count nowhere any more."""
    from relight.fleet.api import items_retire  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    return _batch(
        lambda: items_retire(act=act, items=_items(items), reason=reason), done=N_("{count} retired."), json=json
    )


@app.command("return")
@command
def return_(items: Items, reason: Reason, to: To = "", json: Json = False, as_name: As = "") -> int:
    """Bring retired items back to the line."""
    from relight.fleet.api import items_return  # noqa: PLC0415 - Django starts in `command`

    act, stage = cli_act(as_name), _stage(to) if to else None
    return _batch(
        lambda: items_return(act=act, items=_items(items), reason=reason, to=stage),
        done=N_("{count} back in the line."),
        json=json,
    )


@app.command("policy")
@command
def policy(
    file: Annotated[Path | None, typer.Argument(help="A policy file to check; by default the one in force.")] = None,
    json: Json = False,
    as_name: As = "",
) -> int:
    """Say which policy the line goes by, or check a policy file and name every fault with its line."""
    from relight.fleet.api import policy_check, policy_current, policy_refusal  # noqa: PLC0415 - Django starts in `command`

    _may_read(cli_act(as_name))
    if file is None:
        found = policy_current()
        _policy_print(found.version, found.digest, json=json)
        return 0
    check = policy_check(file_read(file), filename=file.name)
    if check.policy is not None:
        _policy_print(check.policy.version, check.policy.digest, json=json)
        return 0
    if json:
        refusal = policy_refusal(check, filename=file.name)
        faults = [fault.document(translate)["error"] for fault in check.faults]
        print_document({**refusal.document(translate), "faults": faults})
    else:
        for fault in check.faults:
            sys.stderr.write(f"{fault.where}: {fault.message(translate)} {fault.next(translate)}\n")
    return 2


def _policy_print(version: str, digest: str, *, json: bool) -> None:
    if json:
        print_document({"version": version, "digest": digest})
    else:
        sys.stdout.write(translate("Policy {version}, digest {digest}").format(version=version, digest=digest) + "\n")


def _quarantine(items: Sequence[str], reason: str, *, done: str, json: bool, as_name: str) -> int:
    from relight.fleet.api import items_quarantine  # noqa: PLC0415 - Django starts in `command`

    act = cli_act(as_name)
    return _batch(lambda: items_quarantine(act=act, items=_items(items), reason=reason), done=done, json=json)


def _batch(run: Callable[[], BatchReport], *, done: str, json: bool) -> int:
    """Run a batch and print its report. Exit 1 when something was refused."""
    try:
        report = run()
    except RelightError as error:
        return _refused(error, json=json)
    if json:
        print_document(report.document())
    else:
        sys.stdout.write(translate(done).format(count=len(report.done)) + "\n")
        if report.same:
            sys.stdout.write(translate("{count} stood there already.").format(count=len(report.same)) + "\n")
        _stayed(report.refused)
    return 1 if report.refused else 0


def _refused(error: RelightError, *, json: bool) -> int:
    """Print a refused batch with what is missing, item by item; other errors go on to the shell."""
    refusals: Any = error.params.get("refusals")
    if not refusals:
        raise error
    if json:
        print_document({**error.document(translate), "refused": [refusal.document() for refusal in refusals]})
    else:
        sys.stderr.write(f"{error.code}: {error.message(translate)}\n  {error.next(translate)}\n")
        _stayed(refusals)
    return 1


def _stayed(refusals: Sequence[Any]) -> None:
    for refusal in refusals:
        sys.stderr.write(f"  {refusal.code}: {refusal.message} {refusal.next}\n")


def _items(words: Sequence[str]) -> list[UUID]:
    """Find the items named; `-` stands for the words on stdin."""
    from relight.fleet.api import item_resolve  # noqa: PLC0415 - Django starts in `command`

    named = [word for one in words for word in (sys.stdin.read().split() if one == "-" else [one])]
    return [item_resolve(word).pk for word in named]


def _stage(word: str) -> Stage:
    from relight.fleet.api import Stage  # noqa: PLC0415 - Django starts in `command`

    return Stage(_word("--to", word, [stage.value for stage in Stage]))


def _capacity(act: Act, word: str) -> Any:
    """The capacity named, else the only one the signer has."""
    from relight.fleet.api import Capacity, capacities_of  # noqa: PLC0415 - Django starts in `command`

    able = capacities_of(act)
    if not word and len(able) == 1:
        return able[0]
    if not word and not able:
        return Capacity.SECURITY  # the service refuses, and says who may
    return Capacity(_word("--for", word, [capacity.value for capacity in Capacity]))


def _word(where: str, word: str, choices: Sequence[str]) -> str:
    if word not in choices:
        reason = translate("“{word}” is none of: {choices}.").format(word=word, choices=", ".join(choices))
        raise USAGE.error(where=where, reason=reason)
    return word


def _checked(params: dict[str, str]) -> dict[str, str]:
    """On the command line a word nobody knows is refused: a script must not list everything by mistake."""
    from relight.fleet.api import Kind, Klass, State  # noqa: PLC0415 - Django starts in `command`

    known = {
        "state": [*(state.value for state in State), "in-line", "working"],
        "klass": [klass.value for klass in Klass],
        "kind": [kind.value for kind in Kind],
        "known": ["seen", "expected", "missing"],
    }
    for name, choices in known.items():
        if params[name]:
            _word(f"--{'class' if name == 'klass' else name}", params[name], choices)
    return params


def _may_read(act: Act) -> None:
    from relight.people.api import Permission, permit  # noqa: PLC0415 - Django starts in `command`

    permit(act, Permission.FLEET_READ)


def _signer(name: str, *, from_stdin: bool) -> tuple[Act, str]:
    """Sign in and keep the password for the signature, asked once."""
    password = sys.stdin.readline().rstrip("\n") if from_stdin else password_ask(name)
    before = os.environ.get("RELIGHT_PASSWORD")
    os.environ["RELIGHT_PASSWORD"] = password
    try:
        return cli_act(name), password
    finally:
        if before is None:
            del os.environ["RELIGHT_PASSWORD"]
        else:
            os.environ["RELIGHT_PASSWORD"] = before


fleet_import.mount(app)
fleet_evidence.mount(app)
