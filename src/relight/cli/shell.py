"""What every command shares: set-up, the act, errors, exit codes, one JSON document on stdout.

Exit codes: 0 done, 1 the answer is no, 2 bad input or use. Logs go to stderr.
"""

from __future__ import annotations

import getpass
import gzip
import os
import sys
import traceback
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, wraps
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import orjson
import typer

import relight
from relight.cli.errors import (
    DATABASE_AWAY,
    DATABASE_BROKEN,
    DATABASE_URL_WRONG,
    FILE_TOO_LARGE,
    FILE_UNREADABLE,
    FILE_UNWRITABLE,
    FOLDER_UNUSABLE,
    NOT_A_GZIP,
    SIGN_IN_FAILED,
    UNEXPECTED,
)
from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError, RuleError

P = ParamSpec("P")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
As = Annotated[str, typer.Option("--as", metavar="NAME", help="Act as this staff member (asks the password).")]

MAX_UNPACKED_BYTES = 2 * 1024**3


def setup(*, migrate: bool = True) -> None:
    """Start Django; bring the data folder's database up to date when it is not.

    Raises: RL-CLI-009 (data folder), RL-CLI-010 (RELIGHT_DATABASE_URL).
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relight.config.settings")
    import django  # noqa: PLC0415 - settings read the environment when Django starts
    from dj_database_url import ParseError, UnknownSchemeError  # noqa: PLC0415

    try:
        django.setup()
    except OSError as refusal:
        raise FOLDER_UNUSABLE.error(where=str(home()), reason=refusal.strerror or "?") from refusal
    except (ParseError, UnknownSchemeError):  # without the address: it may hold a password
        raise DATABASE_URL_WRONG.error(where="RELIGHT_DATABASE_URL") from None
    _language()
    if migrate:
        migrate_if_needed()


def home() -> Path:
    """Return the data folder as the environment names it."""
    return Path(os.environ.get("RELIGHT_HOME") or Path.home() / ".relight")


def migrate_if_needed() -> None:
    """Apply waiting migrations; a database that is up to date costs one read."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _language() -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    spoken = terminal_language()
    translation.activate(spoken if spoken in dict(settings.LANGUAGES) else "en")


def terminal_language() -> str:
    """Return the two letters of the terminal's language, `en` where none is set."""
    return (os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "en")[:2]


def translate(message: str) -> str:
    """Translate into the terminal's language; without Django straight from the catalogues."""
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import gettext  # noqa: PLC0415

    return gettext(message) if settings.configured else _catalogues().gettext(message)


@cache
def _catalogues() -> NullTranslations:
    found = NullTranslations()
    for folder in sorted(Path(relight.__file__).parent.glob("*/locale")):
        found.add_fallback(translation("django", folder, languages=[terminal_language()], fallback=True))
    return found


def now() -> datetime:
    """The real clock of the command line's shell."""
    return datetime.now(tz=UTC)


def cli_act(as_name: str = "") -> Act:
    """Make the act of this command: the owner of the data folder, or a staff member who signs in.

    Args: as_name: user name; the password is read from RELIGHT_PASSWORD or asked on the terminal.
    Raises: RuleError RL-CLI-002.
    """
    if not as_name:
        return Act(actor=f"os:{getpass.getuser()}", at=now(), door=Door.CLI, roles=frozenset({"owner"}))
    from django.contrib.auth import authenticate  # noqa: PLC0415
    from django.http import HttpRequest  # noqa: PLC0415

    from relight.people.api import act_of  # noqa: PLC0415

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    staff = authenticate(request, username=as_name.strip().lower(), password=password_ask(as_name))
    if staff is None:
        raise SIGN_IN_FAILED.error(where="--as")
    return act_of(staff, at=now(), door=Door.CLI)  # type: ignore[arg-type] # the user model is Staff


def password_ask(name: str) -> str:
    """Read a password: RELIGHT_PASSWORD, else the terminal; never from an argument. Raises: RL-CLI-002."""
    try:
        return os.environ.get("RELIGHT_PASSWORD") or getpass.getpass(f"{name}: ")
    except EOFError as nobody:
        raise SIGN_IN_FAILED.error(where="--as") from nobody


def print_document(document: Mapping[str, object]) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")


def file_read(path: Path) -> bytes:
    """Read an input file, unpacking .gz by its content. Raises: RL-CLI-001, RL-CLI-003, RL-CLI-007."""
    try:
        content = path.read_bytes()
    except OSError as refusal:
        raise FILE_UNREADABLE.error(where=str(path), reason=refusal.strerror or "?") from refusal
    if content[:2] != b"\x1f\x8b":
        return content
    try:
        with gzip.open(path) as unpacked:
            content = unpacked.read(MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as refusal:
        raise NOT_A_GZIP.error(where=str(path)) from refusal
    if len(content) > MAX_UNPACKED_BYTES:
        raise FILE_TOO_LARGE.error(where=str(path), limit=MAX_UNPACKED_BYTES >> 20)
    return content


def file_write(path: Path, content: bytes) -> None:
    """Write an output file. Raises: RL-CLI-008."""
    try:
        path.write_bytes(content)
    except OSError as refusal:
        raise FILE_UNWRITABLE.error(where=str(path), reason=refusal.strerror or "?") from refusal


def command(function: Callable[P, int | None]) -> Callable[P, None]:
    """Make a command: set up, run, render errors, exit. The function returns its exit code, or None for 0.

    It sees `json` among its parameters when it takes `--json`; its errors then are a document too.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        def whole() -> int | None:
            setup()
            return function(*args, **kwargs)

        raise typer.Exit(_guarded(whole, as_json=bool(kwargs.get("json"))))

    return run


def plain_command(function: Callable[P, int | None]) -> Callable[P, None]:
    """Make a command that needs no data folder, no database and no Django: it runs on any machine."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        raise typer.Exit(_guarded(lambda: function(*args, **kwargs), as_json=bool(kwargs.get("json"))))

    return run


def _guarded(work: Callable[[], int | None], *, as_json: bool) -> int:
    """Run a command's work; show what it refuses, and what nobody foresaw, as a coded error."""
    try:
        return work() or 0
    except RelightError as error:
        return error_show(error, as_json=as_json)
    except (typer.Exit, typer.Abort, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as fault:  # the last resort: a person never sees a stack trace
        return error_show(_unforeseen(fault), as_json=as_json)


def error_show(error: RelightError, *, as_json: bool) -> int:
    """Show an error; return its exit code: 1 when a rule says no, 2 for the rest."""
    if as_json:
        print_document(error.document(translate))
    else:
        where = f" [{error.where}]" if error.where else ""
        sys.stderr.write(f"{error.code}: {error.message(translate)}{where}\n  {error.next(translate)}\n")
    return 1 if isinstance(error, RuleError) else 2


def _unforeseen(fault: Exception) -> RelightError:
    """Note where a fault arose (no values, which may be secret) and return the error to show."""
    from django.db import DatabaseError, OperationalError  # noqa: PLC0415

    place = home() / "unforeseen.log"
    try:
        with place.open("a") as file:
            file.write(
                f"{now().isoformat()} {''.join(traceback.format_tb(fault.__traceback__))}{type(fault).__name__}\n"
            )
    except OSError:
        place = Path("-")
    if isinstance(fault, OperationalError):
        return DATABASE_AWAY.error(where=os.environ.get("RELIGHT_DATABASE_URL", "").rpartition("@")[2])
    if type(fault) is DatabaseError and not os.environ.get("RELIGHT_DATABASE_URL"):  # SQLite's own word for damage
        return DATABASE_BROKEN.error(where=str(home() / "relight.sqlite3"))
    return UNEXPECTED.error(kind=type(fault).__name__, log=str(place))


def group(help_text: str) -> Any:
    """Make a group of commands: `relight <noun>`."""
    return typer.Typer(help=help_text, no_args_is_help=True, add_completion=False)
