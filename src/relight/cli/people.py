"""`relight people …`: tokens of programs."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from relight.cli.shell import As, Json, cli_act, command, group, print_document, translate
from relight.kernel.errors import N_

app = group("People: the tokens by which programs sign in.")


@app.command()
@command
def token(  # noqa: PLR0913 - each is an option
    name: Annotated[str, typer.Argument(help="What will use it: a workstation, a system.")],
    user: Annotated[str, typer.Option("--user", help="The staff member whose token it is.")] = "",
    role: Annotated[list[str] | None, typer.Option("--role", help="A role it may use; several times.")] = None,
    scope: Annotated[list[str] | None, typer.Option("--scope", help="site:ID or service:ID it is limited to.")] = None,
    days: Annotated[int, typer.Option("--days", help="How long it lives, 1 to 90.")] = 30,
    as_name: As = "",
    json: Json = False,
) -> None:
    """Issue a bearer token. Its text is printed once and kept nowhere."""
    from relight.people.api import token_issue  # noqa: PLC0415

    view, text = token_issue(
        act=cli_act(as_name), name=name, username=user, roles=role or (), scope=scope or (), days=days
    )
    if json:
        print_document({"id": str(view.id), "token": text, "expires_at": view.expires_at.isoformat()})
    else:
        sys.stdout.write(f"{text}\n")
        sys.stderr.write(
            translate(N_("Keep it now: it is shown once, and ends on {day}.")).format(day=_day(view.expires_at))
        )
        sys.stderr.write("\n")


@app.command()
@command
def tokens(json: Json = False) -> None:
    """List the tokens that were issued."""
    from relight.people.api import token_list  # noqa: PLC0415

    found = token_list()
    if json:
        print_document(
            {
                "tokens": [
                    {
                        "id": str(one.id),
                        "name": one.name,
                        "user": one.username,
                        "roles": list(one.roles),
                        "scope": list(one.scope),
                        "expires_at": one.expires_at.isoformat(),
                        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
                    }
                    for one in found
                ]
            }
        )
        return
    for one in found:
        words = ", ".join((*one.roles, *one.scope)) or one.username
        end = translate(N_("revoked")) if one.revoked_at else _day(one.expires_at)
        sys.stdout.write(f"{one.id}  {end}  {one.name}  {one.username}  {words}\n")


@app.command(name="token-revoke")
@command
def token_revoke_now(
    token_id: Annotated[UUID, typer.Argument(metavar="ID", help="Its id, as `people tokens` lists it.")],
    as_name: As = "",
    json: Json = False,
) -> None:
    """Revoke a token, from the next request on."""
    from relight.people.api import token_revoke  # noqa: PLC0415

    token_revoke(act=cli_act(as_name), token=token_id)
    if json:
        print_document({"revoked": str(token_id)})


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
