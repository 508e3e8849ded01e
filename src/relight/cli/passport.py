"""`relight passport …`: check a passport anywhere, print labels, hand out keys and revocations.

`verify` needs the public keys and nothing else: no data folder, no database, no network.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from relight.cli.errors import NO_KEYS_HERE
from relight.cli.shell import (
    As,
    Json,
    cli_act,
    command,
    file_read,
    file_write,
    group,
    now,
    plain_command,
    print_document,
    translate,
)
from relight.kernel.errors import N_
from relight.paper.labels import Sheet
from relight.wire.passport import (
    STANDING_WORDS,
    Checked,
    key_set,
    key_set_read,
    passport_check,
    revocations_read,
)

app = group("Passports of the clean zone: verify, label, keys, revocations.")

Keys = Annotated[
    Path | None, typer.Option("--keys", metavar="FILE", help="Public keys, as `passport keys` prints them.")
]
Revoked = Annotated[
    Path | None, typer.Option("--revoked", metavar="FILE", help="Signed list, as `passport revocations` prints it.")
]


@app.command()
@plain_command
def verify(
    token: Annotated[str, typer.Argument(help="The token, the text of its QR code, or - for standard input.")],
    keys: Keys = None,
    revoked: Revoked = None,
    json: Json = False,
) -> int:
    """Check a passport offline. Exits 0 when it is valid, 1 when it is not, 2 when it is no passport."""
    text = sys.stdin.read() if token == "-" else token
    known = key_set_read(file_read(keys)) if keys else _keys_here()
    listed = revocations_read(file_read(revoked).decode("utf-8", "replace"), keys=known) if revoked else None
    checked = passport_check(text, keys=known, revoked=listed.revoked if listed else (), at=now())
    if json:
        print_document(_document(checked, as_of=listed.issued_at.isoformat() if listed else None))
    else:
        _show(checked, listed=listed is not None)
    return 0 if checked.valid else 1


def _keys_here() -> dict[str, bytes]:
    """Read the public keys of the data folder, as files. Raises: RL-CLI-030 when there are none."""
    home = Path(os.environ.get("RELIGHT_HOME") or Path.home() / ".relight")
    keys = {file.stem: bytes.fromhex(file.read_text()) for file in sorted((home / "keys").glob("*.pub"))}
    if not keys:
        raise NO_KEYS_HERE.error(where="--keys")
    return keys


def _document(checked: Checked, *, as_of: str | None) -> dict[str, object]:
    passport = checked.passport
    said: dict[str, object] | None = None
    if passport is not None:
        said = {
            "id": str(passport.id),
            "item": str(passport.item),
            "name": passport.name,
            "serial": passport.serial,
            "site": passport.site,
            "service": passport.service,
            "policy": passport.policy,
            "evidence": passport.evidence.hex(),
            "security": passport.security,
            "owner": passport.owner,
            "issued_at": passport.issued_at.isoformat(),
            "expires_at": passport.expires_at.isoformat(),
        }
    return {
        "valid": checked.valid,
        "standing": checked.standing.value,
        "key": checked.kid,
        "revocations_as_of": as_of,
        "passport": said,
    }


UNCHECKED = N_("Revocation was not checked: give --revoked FILE.")


def _show(checked: Checked, *, listed: bool) -> None:
    out = [translate(STANDING_WORDS[checked.standing]).upper()]
    passport = checked.passport
    if passport is not None:
        out += [
            f"  {passport.name}  {passport.serial}",
            f"  {passport.site} {passport.service}".rstrip(),
            f"  {passport.issued_at:%Y-%m-%d} – {passport.expires_at:%Y-%m-%d}",
            f"  {passport.id}",
        ]
    if checked.valid and not listed:
        out.append(f"  {translate(UNCHECKED)}")
    sys.stdout.write("\n".join(out) + "\n")


@app.command()
@command
def keys(json: Json = False) -> None:
    """Print the public keys as a JSON Web Key Set, with --json or without: what `verify --keys` takes."""
    from relight.journal.api import key_list  # noqa: PLC0415

    listed = key_list()
    if not listed:
        raise NO_KEYS_HERE.error()
    print_document(key_set({key.kid: key.raw for key in listed}))


@app.command("rotate-key")
@command
def rotate_key(as_name: As = "", json: Json = False) -> None:
    """Make a new signing key; passports signed with older ones stay valid."""
    from relight.fleet.api import signing_key_rotate  # noqa: PLC0415

    key = signing_key_rotate(act=cli_act(as_name))
    if json:
        print_document({"key": key.kid, "public": key.raw.hex()})
    else:
        sys.stdout.write(f"{key.kid}\n")


@app.command()
@command
def revocations(as_name: As = "", json: Json = False) -> None:
    """Print the signed list of revoked passports: what `verify --revoked` takes; --json wraps it in a document."""
    from relight.fleet.api import revocation_list  # noqa: PLC0415

    signed = revocation_list(act=cli_act(as_name))
    if json:
        print_document({"revocations": signed})
    else:
        sys.stdout.write(f"{signed}\n")


@app.command()
@command
def label(
    items: Annotated[list[str], typer.Argument(help="Ids, serials or names of admitted items.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The PDF to write.")],
    sheet: Annotated[Sheet, typer.Option(help="roll (62 x 40 mm) or a4 (3 x 7 labels).")] = Sheet.ROLL,
    as_name: As = "",
    json: Json = False,
) -> None:
    """Print labels with QR codes for admitted items."""
    from relight.fleet.api import item_resolve, label_sheet  # noqa: PLC0415

    ids = [item_resolve(word).pk for word in items]
    pdf, count = label_sheet(act=cli_act(as_name), items=ids, sheet=sheet)
    file_write(output, pdf)
    if json:
        print_document({"labels": count, "file": str(output)})
    else:
        sys.stdout.write(f"{output}: {count}\n")
