"""Documents: PDF, OLE2 (Word, Excel, PowerPoint, Outlook, Visio, ...).

Owns their structure. Source: ISO 32000-1; MS-CFB, MS-DOC, MS-XLS, MS-OFFCRYPTO.
"""

from __future__ import annotations

import re
import struct

from relight.inspection.rules.formats.base import Cut, inflate, le, other, take
from relight.inspection.rules.formats.images import check_jpeg
from relight.inspection.rules.statistics import is_random
from relight.inspection.types import Check, Data, Reason, Span, State, because
from relight.kernel.errors import N_

LENGTH = re.compile(rb"/Length\s+(\d+)(\s+\d+\s+R)?")
FIRST_FILTER = re.compile(rb"/(?:Filter|F)\s*\[?\s*/(\w+)")
MAX_STREAMS = 100_000


def check_pdf(data: Data) -> Check:
    """Decode the streams of a PDF and look for foreign bytes between its objects.

    Flate streams prove themselves by their checksum, JPEG streams by their markers; encrypted
    documents are judged by their structure alone.
    """
    start = data[:1024].find(b"%PDF-")
    if start < 0:
        return other("pdf")
    proof = _PdfProof(locked=_is_locked(data))
    at, count, last = start, 0, start
    while count < MAX_STREAMS:
        found = data.find(b"stream", at)
        if found < 0:
            break
        at = found + 6
        if data[found - 3 : found] == b"end" or data[at : at + 1] not in (b"\r", b"\n"):
            continue
        body = at + (2 if data[at : at + 2] == b"\r\n" else 1)
        before = data[max(found - 4096, last) : found]
        dictionary = before[max(before.rfind(b" obj"), 0) :]
        end = _stream_end(data, body, dictionary)
        proof.gap(data, last, found)
        if end < 0:
            return proof.cut(data, body)
        proof.stream(data, body, end, dictionary)
        at = last = end
        count += 1
    proof.gap(data, last, len(data))
    return proof.verdict(data, count)


def _is_locked(data: Data) -> bool:
    return any(data.find(b"/Encrypt" + mark) >= 0 for mark in (b" ", b"<", b"\r", b"\n"))


def _stream_end(data: Data, body: int, dictionary: bytes) -> int:
    length = LENGTH.search(dictionary)
    if length and not length[2] and len(length[1]) < 12:
        end = body + int(length[1])
        if b"endstream" in data[end : end + 16]:
            return end
    return data.find(b"endstream", body)


class _PdfProof:
    """Gathers what the streams and gaps of one PDF say."""

    def __init__(self, *, locked: bool) -> None:
        self.locked = locked
        self.intact: list[Span] = []
        self.opaque: list[Span] = []
        self.faults: list[int] = []
        self.reasons: list[Reason] = []

    def fault(self, at: int, why: Reason) -> None:
        self.faults.append(at)
        if len(self.reasons) < 5:
            self.reasons.append(why)

    def gap(self, data: Data, start: int, end: int) -> None:
        """Between objects a PDF is text: a stretch of random bytes there is foreign."""
        for at in range(start, end, 512):
            piece = data[at : min(at + 512, end)]
            if len(piece) >= 128 and not piece.isascii() and is_random(piece):
                return self.fault(at, because(N_("random bytes between PDF objects at byte {at}"), at=at))
        return None

    def stream(self, data: Data, body: int, end: int, dictionary: bytes) -> None:
        kind = FIRST_FILTER.search(dictionary)
        name = kind[1] if kind else b""
        if self.locked:
            self.opaque.append(Span(body, end))
        elif name in (b"FlateDecode", b"Fl"):
            self._flate(data, body, end)
        elif name in (b"DCTDecode", b"DCT"):
            if check_jpeg(data[body:end]).state is State.BROKEN:
                self.fault(body, because(N_("the picture at byte {at} is no whole JPEG"), at=body))
            else:
                self.intact.append(Span(body, end))
        elif name:
            self.opaque.append(Span(body, end))

    def _flate(self, data: Data, body: int, end: int) -> None:
        got = inflate(data, start=body, end=end, bits=15)
        if got.fault and got.size == 0 and end - body < 16:
            return None
        if got.fault and got.end - body < 65536 and _only_checksum(data, body, end):
            return self.intact.append(Span(body, end))
        if got.fault:
            return self.fault(got.end, because(N_("the stream at byte {at} cannot be decoded"), at=body))
        self.intact.append(Span(body, end))
        return None

    def cut(self, data: Data, body: int) -> Check:
        return Check(
            format="pdf",
            state=State.BROKEN if self.faults else State.TRUNCATED,
            reasons=(*self.reasons, because(N_("the PDF ends inside a stream"))),
            intact=tuple(self.intact),
            opaque=tuple(self.opaque),
            faults=(*self.faults, body),
        )

    def verdict(self, data: Data, count: int) -> Check:
        state, why = State.VERIFIED, because(N_("{count} PDF streams decode, clean text between them"), count=count)
        if self.faults:
            state = State.BROKEN
        elif self.locked:
            state, why = State.PROTECTED, because(N_("PDF with password: structure whole"))
        elif self.opaque:
            state, why = State.PLAUSIBLE, because(N_("PDF structure whole; some streams cannot be decoded here"))
        return Check(
            format="pdf",
            state=state,
            reasons=tuple(self.reasons) if self.faults else (why,),
            intact=tuple(self.intact),
            opaque=tuple(self.opaque),
            faults=tuple(self.faults),
            end=len(data),
        )


def _only_checksum(data: Data, body: int, end: int) -> bool:
    """Some writers get the Adler checksum wrong: the deflate data itself must then still end properly."""
    got = inflate(data, start=body + 2, end=end, bits=-15)
    return got.done


CFB_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, END_OF_CHAIN, FAT_SECTOR, DIFAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
LOCKED_STREAMS = frozenset({"encryptedpackage", "encryptedsummary", "\x06dataspaces", "drmcontent", "\x09drmcontent"})
DRAWN_FROM = frozenset({0, 1, 2, 3, 4, 5})


class _Ole:
    """The allocation table and directory of one compound file."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.shift = le(data, 30, 2)
        self.sector_bytes = 1 << self.shift if self.shift in (9, 12) else 0
        self.faults: list[int] = []
        self.fat: list[int] = []
        self.entries: list[tuple[str, int, int, int]] = []

    @property
    def sectors(self) -> int:
        return (len(self.data) + self.sector_bytes - 1) // self.sector_bytes - 1

    def offset(self, sector: int) -> int:
        return (sector + 1) * self.sector_bytes

    def numbers(self, sector: int) -> tuple[int, ...]:
        raw = take(self.data, self.offset(sector), self.sector_bytes)
        return struct.unpack(f"<{self.sector_bytes // 4}I", raw)

    def read_fat(self) -> None:
        data, per_sector = self.data, self.sector_bytes // 4
        sectors = list(struct.unpack("<109I", take(data, 76, 436)))
        following, seen = le(data, 68, 4), 0
        while following < 0xFFFFFFFA and seen < 10_000:
            row = self.numbers(following)
            sectors += row[: per_sector - 1]
            following, seen = row[-1], seen + 1
        for sector in sectors:
            if sector >= 0xFFFFFFFA:
                continue
            try:
                row = self.numbers(sector)
            except Cut:
                self.faults.append(min(self.offset(sector), len(data)))
                return
            wrong = sum(1 for number in row if self.sectors * 2 + 1024 < number < 0xFFFFFFFA)
            if wrong * 10 > per_sector:
                self.faults.append(self.offset(sector))
            self.fat += row

    def chain(self, sector: int, limit: int = 1_000_000) -> list[int]:
        found: list[int] = []
        while sector < len(self.fat) and len(found) < limit:
            found.append(sector)
            sector = self.fat[sector]
        return found

    def read_directory(self) -> None:
        for sector in self.chain(le(self.data, 48, 4), 4096):
            at = self.offset(sector)
            for place in range(at, at + self.sector_bytes, 128):
                raw = self.data[place : place + 128]
                if len(raw) < 128:
                    return
                size = int.from_bytes(raw[64:66], "little")
                if raw[66] not in DRAWN_FROM or size > 64 or raw[67] > 1:
                    self.faults.append(place)
                    break
                if raw[66]:
                    name = raw[: max(size - 2, 0)].decode("utf-16-le", "replace").lower()
                    self.entries.append(
                        (name, raw[66], int.from_bytes(raw[116:120], "little"), int.from_bytes(raw[120:124], "little"))
                    )

    def is_locked(self) -> bool:
        for name, _, first, size in self.entries:
            if name in LOCKED_STREAMS or name.startswith("\x06dataspaces"):
                return True
            head = self.data[self.offset(first) : self.offset(first) + 4096] if size >= 4096 else b""
            if name == "worddocument" and head[:2] in (b"\xec\xa5", b"\xdc\xa5") and head[11] & 1:
                return True
            if name in ("workbook", "book") and _has_filepass(head):
                return True
        return False


def _has_filepass(head: bytes) -> bool:
    at = 0
    if head[1:2] != b"\x08" and head[:2] not in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return False
    for _ in range(24):
        if at + 4 > len(head):
            return False
        kind, size = int.from_bytes(head[at : at + 2], "little"), int.from_bytes(head[at + 2 : at + 4], "little")
        if kind == 0x2F:
            return True
        at += 4 + size
    return False


def check_ole(data: Data) -> Check:
    """Follow the allocation table and the directory of a compound file."""
    if data[:8] != CFB_MAGIC:
        return other("ole")
    ole = _Ole(data)
    if not ole.sector_bytes or data[28:30] != b"\xfe\xff":
        return _ole_broken(28, because(N_("the compound file's header is impossible")))
    try:
        ole.read_fat()
    except Cut as cut:
        if cut.at >= len(data):
            return Check(
                format="ole",
                state=State.TRUNCATED,
                reasons=(because(N_("the compound file's allocation table lies beyond its end")),),
                faults=(cut.at,),
            )
        return _ole_broken(cut.at, because(N_("the compound file's allocation table is cut off")))
    if ole.faults:
        return _ole_broken(ole.faults[0], because(N_("the compound file's allocation table is impossible")))
    ole.read_directory()
    if ole.faults:
        return _ole_broken(ole.faults[0], because(N_("the compound file's directory is impossible")))
    if ole.is_locked():
        return Check(
            format="ole",
            state=State.PROTECTED,
            reasons=(because(N_("Office document with password: directory whole")),),
            opaque=(Span(0, len(data)),),
        )
    what = because(N_("compound file: allocation table and {count} entries hold"), count=len(ole.entries))
    return Check(format="ole", state=State.PLAUSIBLE, reasons=(what,))


def _ole_broken(at: int, why: Reason) -> Check:
    return Check(format="ole", state=State.BROKEN, reasons=(why,), faults=(at,))
