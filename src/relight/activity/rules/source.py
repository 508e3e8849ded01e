"""A file as bytes: unpacked within bounds, its kind told from its content, its text line by line.

Owns gzip, encodings and what is what. Refuses names and extensions where the content speaks; opens no file.
Source: docs/design/appointments.md, "Files".
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, cast

from relight.activity.errors import FILE_DAMAGED, FILE_EMPTY, FILE_TOO_BIG, FILE_UNKNOWN
from relight.activity.rules.booked import FileKind
from relight.wire.hl7 import is_hl7

LIMIT_BYTES: Final = 1024 * 1024 * 1024
HEAD_BYTES: Final = 65536
_GZIP = b"\x1f\x8b"
_OLE = b"\xd0\xcf\x11\xe0"
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BINARIES = ((b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"))
_CALENDAR = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", re.IGNORECASE)
_JSON = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*(?:\{|\]))")
_HTML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<table)", re.IGNORECASE)


class Source:
    """A file that is read once, from its start. Made of bytes or of a binary stream; `.gz` is undone, twice at most."""

    __slots__ = ("_left", "_limit_bytes", "_stream", "head")

    def __init__(self, raw: bytes | IO[bytes], *, limit_bytes: int = LIMIT_BYTES) -> None:
        stream: IO[bytes] = io.BytesIO(raw) if isinstance(raw, bytes | bytearray) else raw
        self._limit_bytes = self._left = limit_bytes
        for _ in range(2):
            peeked = io.BufferedReader(cast("io.RawIOBase", stream), HEAD_BYTES)
            stream = peeked
            if not _peek(peeked).startswith(_GZIP):
                break
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=peeked))
        self._stream = stream
        self.head = b""
        self.head = self._filled()

    def _filled(self) -> bytes:
        found = b""
        while len(found) < HEAD_BYTES:
            piece = self._read(HEAD_BYTES - len(found))
            if not piece:
                break
            found += piece
        return found

    def _read(self, size: int) -> bytes:
        try:
            piece = self._stream.read(size)
        except (EOFError, OSError, zlib.error) as broken:
            raise FILE_DAMAGED.error(why=f"gzip: {type(broken).__name__}") from broken
        self._left -= len(piece)
        if self._left < 0:
            raise FILE_TOO_BIG.error(limit=self._limit_bytes // (1024 * 1024))
        return piece

    def whole(self) -> bytes:
        """Return everything. Raises: FILE_TOO_BIG, FILE_DAMAGED."""
        pieces = [self.head]
        while piece := self._read(1 << 20):
            pieces.append(piece)
        return b"".join(pieces)

    def pieces(self) -> Iterator[bytes]:
        """Yield everything, a piece at a time."""
        yield self.head
        while piece := self._read(1 << 18):
            yield piece

    def lines(self) -> Iterator[str]:
        """Yield lines with their ends, decoded one by one: UTF-8, and cp1252 where a line is none.

        So that a list put together from two systems is read right in both its halves.
        """
        wide = wide_of(self.head)
        if wide:
            yield from io.StringIO(decoded(self.whole(), wide), newline="").read().splitlines(keepends=True)
            return
        first = True
        for line in self._raw_lines():
            if first:
                line, first = line.removeprefix(codecs.BOM_UTF8), False
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                yield decoded(line, "cp1252")

    def _raw_lines(self) -> Iterator[bytes]:
        """Cut into lines at LF, CR LF, or CR alone as old systems write it."""
        end = b"\r" if b"\r" in self.head and b"\n" not in self.head else b"\n"
        rest = b""
        for piece in self.pieces():
            parts = (rest + piece).split(end)
            rest = parts.pop()
            for part in parts:
                yield part + end
        if rest:
            yield rest


def _peek(stream: Any) -> bytes:
    try:
        return bytes(stream.peek(2))
    except (EOFError, OSError, zlib.error) as broken:
        raise FILE_DAMAGED.error(why=f"gzip: {type(broken).__name__}") from broken


def decoded(content: bytes, charset: str) -> str:
    """Decode bytes; those that cp1252 leaves undefined are read as latin-1."""
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return content.decode("latin-1") if charset == "cp1252" else content.decode(charset, "replace")


def text_of(content: bytes) -> str:
    """Decode a whole file: by its mark, as UTF-8, else as cp1252."""
    wide = wide_of(content)
    if wide:
        return decoded(content, wide)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decoded(content, "cp1252")


def wide_of(content: bytes) -> str:
    """Return the charset of a text of two or four bytes a letter, empty for others."""
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return charset
    head = content[: len(content[:4096]) // 2 * 2]
    half = len(head) // 2
    if half > 1 and head[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if half > 1 and head[0::2].count(0) > half * 0.6 else ""


def kind_of_file(head: bytes) -> FileKind:
    """Tell what a file is by its first bytes. FHIR answers as JSON: only reading tells them apart.

    Raises: FILE_EMPTY (RL-ACT-030), FILE_UNKNOWN (RL-ACT-031).
    """
    if not head.strip(b"\x00\t\n\r\x0c \xef\xbb\xbf\xff\xfe"):
        raise FILE_EMPTY.error()
    if head.startswith(b"PK\x03\x04"):
        if b"mimetypeapplication/vnd.oasis" in head[:200]:
            raise FILE_UNKNOWN.error(found="OpenDocument")
        return FileKind.WORKBOOK
    if head.startswith(_OLE):
        raise FILE_UNKNOWN.error(found="XLS / password")
    for magic, word in _BINARIES:
        if head.startswith(magic):
            raise FILE_UNKNOWN.error(found=word)
    if _HTML.match(head):
        raise FILE_UNKNOWN.error(found="HTML")
    if _CALENDAR.match(head):
        return FileKind.CALENDAR
    if is_hl7(head):
        return FileKind.SIU
    if _JSON.match(head):
        return FileKind.JSON
    if b"\x00" in head and not wide_of(head):
        raise FILE_UNKNOWN.error(found="?")
    return FileKind.TABLE
