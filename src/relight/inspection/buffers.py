"""Bytes that lie in files and images, given as the rules want them (`types.Data`).

Owns reading at an offset, and nothing else. Never writes; never maps memory (a file cut short while it is
mapped kills the process).
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from relight.inspection.types import Data

FIND_STEP = 1 << 20
CACHE_BYTES = 256 * 1024


class _Windowed:
    """Slices and `find` over `pread`; small reads come from a cached stretch."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._cached_at = 0
        self._cached = b""

    def __len__(self) -> int:
        return self._size

    def pread(self, at: int, size: int) -> bytes:
        raise NotImplementedError

    def __getitem__(self, key: slice, /) -> bytes:
        start, stop, _ = key.indices(self._size)
        if stop <= start:
            return b""
        if stop - start > CACHE_BYTES // 4:
            return self.pread(start, stop - start)
        place = start - self._cached_at
        if place < 0 or stop > self._cached_at + len(self._cached):
            self._cached_at, place = start, 0
            self._cached = self.pread(start, min(CACHE_BYTES, self._size - start))
        return self._cached[place : place + stop - start]

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int:
        stop = self._size if end is None else min(end, self._size)
        at = max(start, 0)
        while at < stop:
            piece = self[at : min(at + FIND_STEP + len(sub) - 1, stop)]
            place = piece.find(sub)
            if place >= 0:
                return at + place
            at += FIND_STEP
        return -1


class FileData(_Windowed):
    """The bytes of an open file. Args: descriptor: open for reading; size_bytes: as stated when it was opened."""

    def __init__(self, descriptor: int, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self._descriptor = descriptor

    def pread(self, at: int, size: int) -> bytes:
        pieces: list[bytes] = []
        while size:
            piece = os.pread(self._descriptor, size, at)
            if not piece:
                break
            pieces.append(piece)
            at, size = at + len(piece), size - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class HandleData(_Windowed):
    """The bytes behind a seekable handle, such as a file inside a disk image."""

    def __init__(self, handle: BinaryIO, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self._handle = handle

    def pread(self, at: int, size: int) -> bytes:
        self._handle.seek(at)
        return self._handle.read(size)


class SliceData(_Windowed):
    """A stretch of other data, such as a member that lies unpacked in a tar."""

    def __init__(self, data: Data, start: int, size_bytes: int) -> None:
        super().__init__(max(0, min(size_bytes, len(data) - start)))
        self._data = data
        self._start = start

    def pread(self, at: int, size: int) -> bytes:
        return self._data[self._start + at : self._start + at + size]


class DataFile(io.RawIOBase):
    """Data as a file object, for libraries that want one."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        if base + offset < 0:
            raise ValueError("negative seek")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        piece = self._data[self._at : self._at + len(view)]
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = max(len(self._data) - self._at, 0)
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece
