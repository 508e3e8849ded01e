"""The backup of one data set: a real restic repository of four nights, damaged from the third one on.

Owns making it, finding its last intact point with `relight restore-points`, restoring that point. Where
restic is not installed the same story is told with a folder of dated copies, and says so. Refuses to know
the answer: the search finds it. Source: docs/design/scenario.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from relight.cli.scenario.disks import data_make, encrypted
from relight.cli.scenario.errors import BACKUP_FAILED
from relight.cli.scenario.inspector import PLAN, files_write
from relight.inspection.restore.adapters.opening import RepositoryKind, repository_open
from relight.inspection.restore.report import survey_document
from relight.inspection.restore.survey import Options, survey

NIGHTS = 4
DAMAGED_FROM = 3
RESTIC = "restic"
TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The restore point that is taken.

    Args: kind: `restic` or `dated`. at, damage_at: of the last intact and of the first damaged point.
    damaged: files damaged at the last point. document: of the whole search.
    """

    kind: str
    id: str
    at: datetime
    damage_at: datetime
    points: int
    damaged: int
    document: dict[str, Any]

    def content(self) -> bytes:
        """The document as the file that is kept as evidence."""
        return json.dumps(self.document, ensure_ascii=False, indent=1).encode()


class Backup:
    """One data set's repository. Args: folder: of its own, empty. last: the night before the attack."""

    def __init__(self, name: str, *, folder: Path, seed: str, last: datetime) -> None:
        self.name = name
        self.folder = folder
        self.seed = seed
        self.nights = [last - timedelta(days=NIGHTS - 1 - night) for night in range(NIGHTS)]
        self.program = shutil.which(RESTIC)
        self._found: Future[Chosen] | None = None

    def begin(self, pool: Executor) -> None:
        """Make and search the repository beside other work: restic takes half a second for each password."""
        self._found = pool.submit(self._find)

    @cached_property
    def chosen(self) -> Chosen:
        """The last intact point. Raises: RL-CLI-043 when restic refuses, RL-RST-…"""
        return self._found.result() if self._found else self._find()

    def _find(self) -> Chosen:
        repository = self._make()
        opened = repository_open(
            str(repository),
            kind=RepositoryKind.RESTIC if self.program else RepositoryKind.DATED,
            password_file=self._password if self.program else None,
            temporary=self.folder,
        )
        try:
            document = survey_document(survey(opened, prefixes=(), options=Options(plan=PLAN)))
        finally:
            opened.close()
        rows = {row["id"]: row for row in document["points"]}
        taken, damage = rows[document["last_intact"]], rows[document["first_damaged"]]
        return Chosen(
            kind=document["repository"]["kind"],
            id=taken["id"],
            at=datetime.fromisoformat(taken["at"]),
            damage_at=datetime.fromisoformat(damage["at"]),
            points=len(rows),
            damaged=document["points"][-1]["damaged"],
            document=document,
        )

    def restore(self) -> Path:
        """Restore the chosen point with the command the search named. Returns: the folder it lies in."""
        place = self.folder / "restored"
        place.mkdir()
        self._run(self.chosen.document["restore"])
        return place

    @property
    def _password(self) -> Path:
        return self.folder / "password"

    def _make(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        repository = self.folder / "repository"
        if not self.program:
            for at, files in self._states():
                files_write(repository / f"{at.astimezone():%Y-%m-%d_%H%M}", files)
            return repository
        self._password.write_text("demonstration")
        self._run([self.program, "init", "--repo", str(repository)])
        source = self.folder / "data"
        for at, files in self._states():
            files_write(source, files)
            when = f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
            self._run(
                [self.program, "backup", "--repo", str(repository), "--host", "sauvegarde", "--time", when, "data"]
            )
        return repository

    def _states(self) -> Iterator[tuple[datetime, dict[str, bytes]]]:
        """The data set night by night: whole, then encrypted a little, then most of it."""
        for night, at in enumerate(self.nights, start=1):
            files = data_make(self.name, nights=night, seed=self.seed)
            if night >= DAMAGED_FROM:
                share = 0.25 if night == DAMAGED_FROM else 0.8
                chance = Random(f"{self.seed}:{self.name}:damage")  # noqa: S311 - invented contents, no secret
                files = encrypted(files, chance=chance, share=share)
            yield at, files

    def _run(self, command: Sequence[str]) -> None:
        environment = {
            **os.environ,
            "RESTIC_PASSWORD_FILE": str(self._password),
            "RESTIC_CACHE_DIR": str(self.folder / "cache"),
        }
        try:
            done = subprocess.run(
                list(command), cwd=self.folder, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as refusal:
            raise BACKUP_FAILED.error(program=Path(command[0]).name, reason=type(refusal).__name__) from refusal
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise BACKUP_FAILED.error(program=Path(command[0]).name, reason=said.splitlines()[-1] if said else "?")
