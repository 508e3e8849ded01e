"""Finds every file in scope, and accounts for what is no file.

Owns the order of the walk. Never follows a link, never leaves what was named, never opens anything. Paths are bytes:
names need not be text. Source: docs/design/inspection.md, "Walk".
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relight.inspection.types import Reason, because
from relight.kernel.errors import N_

_PSEUDO_SYSTEMS_WORDS = """
proc sysfs devtmpfs devpts securityfs cgroup cgroup2 pstore debugfs tracefs configfs fusectl mqueue hugetlbfs
binfmt_misc bpf efivarfs
"""
PSEUDO_SYSTEMS = frozenset(_PSEUDO_SYSTEMS_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A regular file in scope. Args: identity: size, time of change and inode, to know it again after a crash."""

    path: bytes
    size_bytes: int
    identity: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """Something that holds no bytes of its own to inspect, or could not be looked into.

    Args: missed: bytes may lie behind it that nobody saw, so the verdict cannot be `clean`.
    """

    path: bytes
    why: Reason
    missed: bool


def shown(path: bytes) -> str:
    """Return a path as it can be printed and kept as JSON; bytes that are no UTF-8 become `\\xNN`."""
    return path.decode("utf-8", "backslashreplace")


def walk(paths: Sequence[bytes]) -> Iterator[Found | Passed]:
    """Walk files and folders, depth first, names in order; each file once, whatever was named twice."""
    seen_files: set[bytes] = set()
    seen_folders: set[tuple[int, int]] = set()
    pseudo = _pseudo_mounts()
    stack: list[bytes] = [os.path.abspath(path) for path in reversed(paths)]  # noqa: PTH100 - pathlib has no bytes
    named = set(stack)
    while stack:
        path = stack.pop()
        try:
            status = os.stat(path, follow_symlinks=path in named)  # noqa: PTH116 - paths are bytes
        except OSError as refusal:
            yield Passed(path=path, why=_refused(refusal), missed=True)
            continue
        if stat.S_ISDIR(status.st_mode):
            if path in pseudo and path not in named:
                yield Passed(
                    path=path, why=because(N_("a file system of the kernel, without stored bytes")), missed=False
                )
                continue
            if (status.st_dev, status.st_ino) in seen_folders:
                yield Passed(path=path, why=because(N_("the same folder was seen before")), missed=False)
                continue
            seen_folders.add((status.st_dev, status.st_ino))
            try:
                stack.extend(os.path.join(path, name) for name in sorted(os.listdir(path), reverse=True))  # noqa: PTH118, PTH208
            except OSError as refusal:
                yield Passed(path=path, why=_refused(refusal), missed=True)
        elif path in seen_files:
            continue
        else:
            seen_files.add(path)
            yield _entry(path, status)


def _entry(path: bytes, status: os.stat_result) -> Found | Passed:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        identity = (status.st_size, status.st_mtime_ns, status.st_ino)
        return Found(path=path, size_bytes=status.st_size, identity=identity)
    if stat.S_ISLNK(mode):
        return Passed(path=path, why=because(N_("a link; links are not followed")), missed=False)
    kinds = ((stat.S_ISFIFO, N_("a pipe")), (stat.S_ISSOCK, N_("a socket")), (stat.S_ISCHR, N_("a character device")))
    for test, what in kinds:
        if test(mode):
            return Passed(path=path, why=because(what), missed=False)
    return Passed(path=path, why=because(N_("a disk or another device; name an image of it instead")), missed=True)


def _refused(refusal: OSError) -> Reason:
    return because(N_("cannot be opened: {reason}"), reason=refusal.strerror or type(refusal).__name__)


def _pseudo_mounts() -> frozenset[bytes]:
    try:
        with open("/proc/self/mounts", "rb") as table:  # noqa: PTH123
            rows = [line.split() for line in table]
    except OSError:
        return frozenset()
    return frozenset(row[1] for row in rows if len(row) > 2 and row[2].decode("ascii", "replace") in PSEUDO_SYSTEMS)
