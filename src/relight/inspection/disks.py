"""Files inside disk images: raw, QCOW2, VMDK, VHD and VHDX with NTFS, ext, FAT, through dissect (optional).

Owns the accounting: a volume or file that cannot be read is named. Never writes. Without dissect an image counts as not
inspected.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from relight.inspection.buffers import HandleData
from relight.inspection.errors import EXTRA_ABSENT
from relight.inspection.members import Budget, Member, printable
from relight.inspection.types import Data, Reason, because
from relight.kernel.errors import N_

IMAGE_FORMATS = frozenset({"qcow2", "vmdk", "vhdx", "vhd", "raw-disk", "raw-volume", "iso", "ewf"})
logging.getLogger("dissect").setLevel(logging.CRITICAL)  # what it cannot read is named in the report instead
MAX_FILE_BYTES = 64 * 1024**3


def is_image(format_name: str) -> bool:
    """Say whether a format is a disk image."""
    return format_name in IMAGE_FORMATS


def image_members(path: str, *, format_name: str, budget: Budget) -> Iterator[Member]:
    """Yield the files inside a disk image, volume by volume.

    Args: path: on disk. Yields: members named `volume-N/path/inside`; one without data for whatever cannot be read.
    """
    try:
        from dissect.target import container, filesystem, volume  # noqa: PLC0415 - optional extra
    except ImportError:
        refusal = EXTRA_ABSENT.error(where=path, extra="images", purpose="looking into disk images")
        yield Member(
            name="",
            why=because(
                N_("{code}: the files inside this disk image were not inspected; install relight[images]"),
                code=refusal.code,
            ),
        )
        return
    try:
        opened = container.open(Path(path))
        parts = _volumes(opened, volume)
    except Exception as fault:  # dissect raises many kinds; each means: not inspected
        yield Member(name="", why=_unreadable(fault))
        return
    found = 0
    for number, part in enumerate(parts, start=1):
        try:
            system = filesystem.open(part)
        except Exception as fault:
            if _holds_something(part):
                size = int(getattr(part, "size", 0) or 0)
                why = _parser_missing(part) or _unreadable(fault)
                yield Member(name=f"volume-{number}", why=why, size_bytes=size)
            continue
        found += 1
        yield from _files(system, f"volume-{number}", budget)
    if not found and not parts:
        yield Member(name="", why=because(N_("no volume that can be read was found in this disk image")))


def _volumes(opened: Any, volume: Any) -> list[Any]:
    try:
        parts = list(volume.open(opened).volumes)
    except Exception:  # no partition table: the image is one volume
        parts = []
    return [part for part in parts if part.size] or [opened]


def _holds_something(part: Any) -> bool:
    try:
        part.seek(0)
        return bool(part.read(1 << 20).strip(b"\x00"))
    except Exception:
        return True


# where a file system shows its name, and the parser that reads it
PARSERS = (
    (1080, b"\x53\xef", "dissect.extfs"),
    (54, b"FAT", "dissect.fat"),
    (82, b"FAT32", "dissect.fat"),
    (3, b"EXFAT", "dissect.fat"),
    (3, b"NTFS", "dissect.ntfs"),
    (0, b"XFSB", "dissect.xfs"),
    (65600, b"_BHRfS_M", "dissect.btrfs"),
)


def _parser_missing(part: Any) -> Reason | None:
    """Say which parser would read this volume, when it is just not installed."""
    try:
        part.seek(0)
        head = part.read(66 * 1024)
    except Exception:
        return None
    for offset, magic, parser in PARSERS:
        if head[offset : offset + len(magic)] == magic and find_spec(parser) is None:
            return because(
                N_("the parser {parser} is not installed here; install it beside relight[images]"), parser=parser
            )
    return None


def _unreadable(fault: BaseException) -> Reason:
    return because(N_("cannot be read as a volume or file system: {reason}"), reason=type(fault).__name__)


def _files(system: Any, prefix: str, budget: Budget) -> Iterator[Member]:
    stack = [system.path("/")]
    seen: set[str] = set()
    while stack:
        folder = stack.pop()
        try:
            entries = list(folder.iterdir())
        except Exception as fault:
            yield Member(name=prefix + printable(str(folder)), why=_unreadable(fault))
            continue
        for entry in entries:
            name = prefix + printable(str(entry))
            if name in seen or (
                entry.name.startswith("$") and folder == system.path("/") and entry.name != "$Recycle.Bin"
            ):
                continue  # NTFS keeps its own tables under such names in the root
            seen.add(name)
            member = _entry(entry, name, stack)
            if member is None:
                continue
            for found in (member, *_streams(entry, name)):
                budget.members += 1
                refusal = budget.refusal()
                if refusal:
                    yield Member(name=found.name, why=refusal)
                    return
                yield found


def _streams(entry: Any, name: str) -> Iterator[Member]:
    """Yield the alternate data streams of an NTFS file, as `file:stream`: bytes in scope like any other."""
    try:
        record = getattr(entry.get(), "entry", None)
        if record is None or not hasattr(record, "is_reparse_point"):
            return
        from dissect.ntfs.c_ntfs import ATTRIBUTE_TYPE_CODE  # noqa: PLC0415 - optional extra

        streams = sorted({data.header.name for data in record.attributes[ATTRIBUTE_TYPE_CODE.DATA]} - {"", None})
    except Exception as fault:
        yield Member(name=f"{name}:*", why=_unreadable(fault))
        return
    for stream in streams:
        shown = f"{name}:{printable(stream)}"
        try:
            size = int(record.size(name=stream))
            data: Data = HandleData(record.open(name=stream), size) if size else b""
            yield Member(name=shown, data=data, size_bytes=size)
        except Exception as fault:
            yield Member(name=shown, why=_unreadable(fault))


def _entry(entry: Any, name: str, stack: list[Any]) -> Member | None:
    try:
        if entry.is_symlink():
            return None
        if entry.is_dir():
            stack.append(entry)
            return None
        if not entry.is_file():
            return None
        size = int(entry.stat().st_size)
        if size > MAX_FILE_BYTES:
            return Member(name=name, why=because(N_("unpacks to more than {size} GB"), size=MAX_FILE_BYTES >> 30))
        data: Data = HandleData(entry.open("rb"), size) if size else b""
        return Member(name=name, data=data, size_bytes=size)
    except Exception as fault:
        return Member(name=name, why=_unreadable(fault))
