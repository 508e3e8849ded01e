"""The backup of the demonstration's data set: the search finds the night before the damage, and it is restored."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from relight.cli.scenario.backups import Backup
from relight.cli.scenario.disks import data_make
from relight.kernel.errors import PeerError

LAST = datetime(2026, 11, 12, 20, 0, tzinfo=UTC)
NAME = "Base du laboratoire"


def backup_of(folder: Path, program: str | None) -> Backup:
    backup = Backup(NAME, folder=folder, seed="1", last=LAST)
    backup.program = program
    return backup


def restored(folder: Path) -> dict[str, bytes]:
    """The files below a folder by the end of their path, as the data set names them."""
    names = data_make(NAME, nights=4, seed="1")
    files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return {next((name for name in names if path.endswith(name)), path): content for path, content in files.items()}


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(None, id="dated copies"),
        pytest.param(
            shutil.which("restic"),
            id="restic",
            marks=[
                pytest.mark.process,
                pytest.mark.skipif(shutil.which("restic") is None, reason="restic is not installed here"),
            ],
        ),
    ],
)
def test_the_last_intact_night_is_found_and_comes_back_byte_for_byte(tmp_path: Path, program: str | None) -> None:
    backup = backup_of(tmp_path, program)
    chosen = backup.chosen
    assert chosen.kind == ("restic" if program else "dated")
    assert (chosen.at, chosen.damage_at) == (LAST - timedelta(days=2), LAST - timedelta(days=1))
    assert chosen.points == 4 and chosen.damaged > 0
    verdicts = [row["verdict"] for row in orjson.loads(chosen.content())["points"]]
    assert verdicts == ["intact", "intact", "damaged", "damaged"]
    assert restored(backup.restore()) == data_make(NAME, nights=2, seed="1")


def test_a_backup_program_that_refuses_is_named(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="RL-CLI-043"):
        _ = backup_of(tmp_path, shutil.which("false")).chosen
    with pytest.raises(PeerError, match="RL-CLI-043"):
        _ = backup_of(tmp_path, str(tmp_path / "absent")).chosen
