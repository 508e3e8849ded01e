"""What lies inside archives and disk images, one member at a time, with limits no bomb gets past.

Owns the limits and their accounting: a member that was not looked at is named. Never writes to disk.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from relight.inspection.buffers import DataFile, SliceData
from relight.inspection.types import Data, Reason, because
from relight.kernel.errors import N_

UNPACKED_AS_ONE = frozenset({"gzip", "bz2", "xz"})
NOT_FOLLOWED = N_("the archive cannot be followed further: {reason}")
BROKEN_ARCHIVE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    RecursionError,
    AttributeError,
    TypeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one archive may cost. Args: ratio: unpacked bytes for each packed one, counted from 64 MB on."""

    depth: int = 5
    members: int = 200_000
    total_bytes: int = 16 * 1024**3
    member_bytes: int = 256 * 1024**2
    ratio: int = 400


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one file of the scope has used up of its limits, over all its levels."""

    limits: Limits
    packed_bytes: int
    members: int = 0
    unpacked_bytes: int = 0

    def refusal(self) -> Reason | None:
        """Return why no more may be unpacked, or nothing."""
        if self.members > self.limits.members:
            return because(N_("more than {count} members"), count=self.limits.members)
        if self.unpacked_bytes > self.limits.total_bytes:
            return because(N_("unpacks to more than {size} GB"), size=self.limits.total_bytes >> 30)
        if self.unpacked_bytes > max(64 * 1024**2, self.packed_bytes * self.limits.ratio):
            return because(N_("unpacks to more than {ratio} times its size"), ratio=self.limits.ratio)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member. Args: data: nothing where it could not be had, and then `why`. sealed: behind a password."""

    name: str
    data: Data | None = None
    why: Reason | None = None
    size_bytes: int = 0
    sealed: bool = field(default=False)


def is_archive(format_name: str, *, name: str) -> bool:
    """Say whether a container is opened. Office documents and the like are proven as a whole, not opened."""
    if format_name == "zip":
        return not name.lower().endswith(DOCUMENT_ENDINGS)
    return format_name in UNPACKED_AS_ONE or format_name == "tar"


_DOCUMENT_ENDINGS_WORDS = """
.docx .docm .dotx .dotm .xlsx .xlsm .xltx .xltm .xlsb .pptx .pptm .ppsx .ppsm .potx .potm .vsdx .vsdm .odt .ods .odp
.odg .odf .odb .ott .ots .otp .sxw .sxc .sxi .sxd .epub .xps .oxps .pages .numbers .key .3mf .thmx .vssx .vssm .vstx
.vstm .stw .kmz
"""
DOCUMENT_ENDINGS = tuple(_DOCUMENT_ENDINGS_WORDS.split())


def members_of(data: Data, *, format_name: str, name: str, budget: Budget) -> Iterator[Member]:
    """Yield the members of an archive; what goes wrong is itself a member without data."""
    try:
        if format_name == "zip":
            yield from _zip_members(data, budget)
        elif format_name == "tar":
            yield from _tar_members(DataFile(data), budget, whole=data)
        else:
            yield from _packed_members(data, format_name, name, budget)
    except BROKEN_ARCHIVE as fault:
        yield Member(name="", why=because(NOT_FOLLOWED, reason=_kind(fault)))


def _kind(fault: BaseException) -> str:
    return f"{type(fault).__name__}"


def _zip_members(data: Data, budget: Budget) -> Iterator[Member]:
    with zipfile.ZipFile(DataFile(data)) as archive:
        locked = _manifest_locks(archive)
        for info in archive.infolist():
            if info.is_dir():
                continue
            budget.members += 1
            refusal = budget.refusal()
            if refusal:
                yield Member(name=info.filename, why=refusal)
                return
            if locked and not info.filename.startswith("META-INF/"):
                yield Member(name=printable(info.filename), sealed=True, size_bytes=info.file_size)
                continue
            yield _zip_member(archive, info, budget)


def _manifest_locks(archive: zipfile.ZipFile) -> bool:
    """Office packages and books keep members encrypted without ZIP's own password: their manifest says so."""
    for name, sign in (("META-INF/manifest.xml", b"encryption-data"), ("META-INF/encryption.xml", b"EncryptedData")):
        info = archive.NameToInfo.get(name)
        if info is not None and info.file_size < 4 * 1024 * 1024 and sign in archive.read(info):
            return True
    return False


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Member:
    name = printable(info.filename)
    if info.flag_bits & 1:
        return Member(name=name, sealed=True, size_bytes=info.file_size)
    try:
        with archive.open(info) as handle:
            return _read(handle, name, budget)
    except BROKEN_ARCHIVE as fault:
        return Member(name=name, why=because(N_("the member cannot be unpacked: {reason}"), reason=_kind(fault)))


def _read(handle: IO[bytes], name: str, budget: Budget) -> Member:
    """Read one member in pieces, so that a bomb is noticed before memory is."""
    pieces: list[bytes] = []
    size = 0
    while True:
        piece = handle.read(1 << 20)
        if not piece:
            return Member(name=name, data=b"".join(pieces), size_bytes=size)
        pieces.append(piece)
        size += len(piece)
        budget.unpacked_bytes += len(piece)
        refusal = budget.refusal()
        if refusal is None and size > budget.limits.member_bytes:
            refusal = because(N_("unpacks to more than {size} MB"), size=budget.limits.member_bytes >> 20)
        if refusal:
            return Member(name=name, why=refusal, size_bytes=size)


def _tar_members(handle: Any, budget: Budget, *, whole: Data | None) -> Iterator[Member]:
    mode = "r:" if whole is not None else "r|"
    with tarfile.open(fileobj=handle, mode=mode, errorlevel=1) as archive:  # type: ignore[call-overload]
        for info in archive:
            if not info.isreg():
                continue
            budget.members += 1
            refusal = budget.refusal()
            name = printable(info.name)
            if refusal:
                yield Member(name=name, why=refusal)
                return
            if whole is not None and not info.issparse():
                yield Member(name=name, data=SliceData(whole, info.offset_data, info.size), size_bytes=info.size)
                continue
            inside = archive.extractfile(info)
            if inside is not None:
                yield _read(inside, name, budget)


def _packed_members(data: Data, format_name: str, name: str, budget: Budget) -> Iterator[Member]:
    """A compressed stream holds one file, or a tar that is read as it unpacks."""
    with _unpacker(data, format_name) as handle:
        head = handle.read(512)
    if len(head) == 512 and head[257:262] == b"ustar":
        with _unpacker(data, format_name) as handle:
            yield from _tar_members(_Metered(handle, budget), budget, whole=None)
        return
    budget.members += 1
    with _unpacker(data, format_name) as handle:
        yield _read(handle, _inner_name(name), budget)


def _unpacker(data: Data, format_name: str) -> Any:
    handle: Any = DataFile(data)
    if format_name == "gzip":
        return gzip.GzipFile(fileobj=handle, mode="rb")
    return bz2.BZ2File(handle) if format_name == "bz2" else lzma.LZMAFile(handle)


class _Metered:
    """Stops a stream whose skipped members alone would be a bomb."""

    def __init__(self, handle: Any, budget: Budget) -> None:
        self._handle = handle
        self._budget = budget
        self._skipped = 0

    def read(self, size: int) -> bytes:
        piece: bytes = self._handle.read(size)
        self._skipped += len(piece)
        limits = self._budget.limits
        if self._skipped > max(limits.total_bytes, self._budget.packed_bytes * limits.ratio):
            raise ValueError("bomb")
        return piece


def _inner_name(name: str) -> str:
    for ending in (".gz", ".bz2", ".xz", ".svgz"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return "content"


def printable(name: str) -> str:
    """Return a member's name as it can be printed and kept as JSON."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
