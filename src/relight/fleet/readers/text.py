"""From bytes to text: unpacked within bounds, in the encoding the content shows.

Owns what is text and what is not. Refuses names and extensions: only the content counts.
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from dataclasses import dataclass

from relight.fleet.errors import (
    FILE_DAMAGED,
    FILE_EMPTY,
    FILE_TOO_BIG,
    KIND_ARCHIVE,
    KIND_BINARY,
    KIND_SPREADSHEET,
)

LIMIT_BYTES = 512 * 1024 * 1024
MAX_LAYERS = 2
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"

_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"MSCF")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_PARTS = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"xl/workbook", b"word/document")
_BINARIES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
    (b"ElfFile", "EVTX"),
    (b"\xd4\xc3\xb2\xa1", "pcap"),
    (b"\xa1\xb2\xc3\xd4", "pcap"),
    (b"\x0a\x0d\x0d\x0a", "pcapng"),
)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]{2,30})[\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A file as text. Args: encoding: a word for people (`utf-8`, `utf-16-le`, `cp1252`, ...)."""

    text: str
    encoding: str


def text_of(content: bytes, *, limit_bytes: int = LIMIT_BYTES) -> Text:
    """Unpack and decode a file.

    Raises: FILE_EMPTY, FILE_TOO_BIG (a bomb stops at the limit), FILE_DAMAGED (a broken .gz),
    KIND_SPREADSHEET, KIND_ARCHIVE, KIND_BINARY.
    """
    content = unpacked(content, limit_bytes=limit_bytes)
    if not content.strip(b"\x00\x09\x0a\x0c\x0d\x20\xef\xbb\xbf\xff\xfe"):
        raise FILE_EMPTY.error()
    _refuse_binary(content)
    decoded = _decode(content)
    if _controls(decoded.text):
        raise KIND_BINARY.error(found="?")
    return decoded


def unpacked(content: bytes, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Undo gzip, at most twice, never past the limit."""
    for _ in range(MAX_LAYERS):
        if not content.startswith(_GZIP):
            break
        content = _gunzip(content, limit_bytes=limit_bytes)
    if len(content) > limit_bytes:
        raise FILE_TOO_BIG.error(limit=limit_bytes // (1024 * 1024))
    return content


def _gunzip(content: bytes, *, limit_bytes: int) -> bytes:
    """Unpack all members of a gzip file piece by piece, so that a bomb never stands in memory."""
    out = io.BytesIO()
    rest = content
    try:
        while rest:
            member = zlib.decompressobj(wbits=31)
            data = rest
            while not member.eof:
                piece = member.decompress(data, _CHUNK)
                data = member.unconsumed_tail
                out.write(piece)
                if out.tell() > limit_bytes:
                    raise FILE_TOO_BIG.error(limit=limit_bytes // (1024 * 1024))
                if not piece and not data and not member.eof:
                    raise FILE_DAMAGED.error(line=out.getvalue().count(b"\n") + 1, why="the .gz ends too early")
            rest = member.unused_data.lstrip(b"\x00")
            if rest and not rest.startswith(_GZIP):
                break
    except zlib.error as broken:
        raise FILE_DAMAGED.error(line=out.getvalue().count(b"\n") + 1, why=f"gzip: {broken}") from broken
    return out.getvalue()


def _refuse_binary(content: bytes) -> None:
    head = content[:4096]
    if head.startswith(b"PK\x03\x04"):
        office = any(part in head for part in _OFFICE_PARTS)
        raise (KIND_SPREADSHEET if office else KIND_ARCHIVE).error()
    if head.startswith(_OLE):
        raise KIND_SPREADSHEET.error()
    if head.startswith(_ARCHIVES) or head[257:262] == b"ustar":
        raise KIND_ARCHIVE.error()
    for magic, word in _BINARIES:
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            raise KIND_BINARY.error(found=word)
    if head[128:132] == b"DICM":
        raise KIND_BINARY.error(found="DICOM")


def _decode(content: bytes) -> Text:
    """Decode by byte order mark, then by the zeros UTF-16 leaves, then UTF-8, then what XML declares."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strict(content, name)
    wide = _wide(content)
    if wide:
        return _strict(content, wide)
    try:
        return Text(text=content.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError:
        pass
    declared = _XML_ENCODING.match(content[:400])
    if declared:
        name = declared.group(1).decode()
        try:
            if codecs.lookup(name).name != "utf-8":
                return Text(text=content.decode(name), encoding=codecs.lookup(name).name)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return Text(text=content.decode("cp1252"), encoding="cp1252")
    except UnicodeDecodeError:
        return Text(text=content.decode("latin-1"), encoding="latin-1")


def _strict(content: bytes, name: str) -> Text:
    """Decode what says its own encoding; a last odd byte is the mark of a copy that broke off."""
    try:
        return Text(text=content.decode(name).removeprefix("\ufeff"), encoding=name)
    except UnicodeDecodeError as broken:
        if name == "utf-8-sig":
            return Text(text=content[3:].decode("cp1252", errors="replace"), encoding="cp1252")
        line = content[: broken.start].count(b"\n") + 1
        raise FILE_DAMAGED.error(line=line, why=f"{name}: {broken.reason}") from broken


def _wide(content: bytes) -> str:
    """Say which UTF-16 a file without a mark is in: text in it has every other byte zero."""
    head = content[:4096]
    head = head[: len(head) // 2 * 2]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return ""


def _controls(text: str) -> bool:
    """Say whether a text is none: control characters no inventory holds."""
    head = text[:65536]
    count = sum(1 for c in head if (c < " " and c not in "\t\n\r\f\v\x1b\x08") or c == "\x7f")
    return "\x00" in head or count > max(2, len(head) // 200)
