"""Sets of paper copies on a disk: written beside, made durable, then moved into place whole.

Owns the order: files, fsync, rename, fsync of the folder; the index on top; only then older sets go. A power cut at any
moment leaves the sets before as they were. Refuses to remove what is no set of Relight, and to follow a link out of the
folder. Source: docs/design/paper.md, cases 30-39.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
from django.conf import settings

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.printing import PART_PREFIX, is_set_name, sets_to_remove

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
MARK = "relight-set.json"


@contextmanager
def printing_alone() -> Iterator[None]:
    """Let one printing to a folder run at a time, whichever process began it. Raises: RL-REC-455."""
    with (Path(settings.RELIGHT_HOME) / "print.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise errors.PRINT_BUSY.error(where="print") from None
        yield


def folder_read(text: str) -> Path:
    """Read where to print to: an absolute path outside of the data folder. Raises: RL-REC-452."""
    folder = Path(text.strip()).expanduser()
    home = Path(settings.RELIGHT_HOME).resolve()
    if not text.strip() or not folder.is_absolute() or len(text) > 500:  # noqa: PLR2004 - of the column
        raise errors.PRINT_PATH.error(where="folder")
    real = folder.resolve()
    if real == home or home in real.parents or real == Path("/"):
        raise errors.PRINT_PATH.error(where="folder")
    return folder


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Say what a disk refused. Raises: RL-REC-451 when it is full, RL-REC-450 for the rest."""
    try:
        yield
    except OSError as refusal:
        raise disk_refusal(refusal, folder=folder) from refusal


def disk_refusal(refusal: OSError, *, folder: Path) -> RelightError:
    """Make the coded error of what a disk refused."""
    if refusal.errno in _FULL:
        return errors.PRINT_FULL.error(where=str(folder))
    return errors.PRINT_FOLDER.error(where=str(folder), reason=refusal.strerror or "?")


def folder_ready(folder: Path, *, make: bool = True) -> None:
    """See that a folder takes files, before anybody's record is read for it.

    Args: make: make it when it is not there; only its last part, and not where sets went before: a stick that was
    pulled out is no folder to make again on the disk beneath it. Raises: RL-REC-450, RL-REC-451.
    """
    with disk_errors(folder):
        if make and not folder.is_dir():
            folder.mkdir(mode=0o700)
        probe = folder / f"{PART_PREFIX}probe"
        _file_write(probe, b"relight\n")
        probe.unlink()


def set_write(folder: Path, *, name: str, files: Iterable[tuple[str, bytes]], index: str) -> Path:
    """Write a set, then the index that stands on top of all sets.

    Args: name: of the set. files: path in the set and content, made one by one as they are written. index: name of the
    one file of the set that is also put on top of the folder, its links then leading into the set.
    Returns: where the set lies. Raises: RL-REC-450, RL-REC-451; then nothing of it is left, nothing else touched.
    """
    part = folder / f"{PART_PREFIX}{name}"
    place = folder / name
    with disk_errors(folder):
        try:
            leftovers_remove(folder)
            _tree_write(part, files)
            part.rename(place)
            _sync(folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        _top_write(folder, name=name, index=index)
    return place


def _top_write(folder: Path, *, name: str, index: str) -> None:
    """Let the folder's index lead to the newest set; replaced whole."""
    content = (folder / name / index).read_bytes().replace(b'href="', f'href="{name}/'.encode())
    beside = folder / f"{PART_PREFIX}{index}"
    _file_write(beside, content)
    beside.replace(folder / index)
    _sync(folder)


def _tree_write(part: Path, files: Iterable[tuple[str, bytes]]) -> None:
    part.mkdir(mode=0o700)
    folders = {part}
    for path, content in files:
        place = part / path
        if place.parent not in folders:
            place.parent.mkdir(mode=0o700)
            folders.add(place.parent)
        _file_write(place, content)
    for one in folders:
        _sync(one)


def _file_write(place: Path, content: bytes) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make names durable; some disks (FAT, some shares) know no such thing for a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def sets_of(folder: Path) -> dict[str, bool]:
    """Return the sets of a folder, those called as sets are and marked as Relight's: name -> every ward is in it."""
    found = {}
    with disk_errors(folder):
        for one in folder.iterdir():
            if is_set_name(one.name) and not one.is_symlink() and (one / MARK).is_file():
                found[one.name] = _is_whole((one / MARK).read_bytes())
    return found


def _is_whole(mark: bytes) -> bool:
    try:
        return orjson.loads(mark).get("whole") is True
    except (orjson.JSONDecodeError, AttributeError):
        return False


def sets_remove(folder: Path, *, newest: str, keep: int) -> list[str]:
    """Remove the oldest sets beyond `keep`, after the newest is whole. Returns: their names.

    Each is first renamed, so that one half removed is never taken for a set. Raises: RL-REC-450.
    """
    removed = []
    for name in sets_to_remove(sets_of(folder), newest=newest, keep=keep):
        with disk_errors(folder):
            gone = folder / f"{PART_PREFIX}gone-{name}"
            (folder / name).rename(gone)
            shutil.rmtree(gone)
        removed.append(name)
    return removed


def leftovers_remove(folder: Path) -> None:
    """Remove what a printing that was killed left half written; called by the one printing there is."""
    for one in folder.iterdir():
        if one.name.startswith(PART_PREFIX) and not one.is_symlink():
            if one.is_dir():
                shutil.rmtree(one)
            else:
                one.unlink()


def is_private(folder: Path) -> bool:
    """Say whether a folder keeps others of this machine out: some disks (FAT) know no such thing."""
    with suppress(OSError):
        return not folder.stat().st_mode & 0o077
    return False
