"""Archives: ZIP and what is built on it, 7z, RAR, tar, CAB, ar, Apple disk images.

Owns their structure and checksums. Source: PKWARE APPNOTE 6.3.10; the 7z and
RAR format notes; POSIX ustar; MS-CAB.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from relight.inspection.rules.formats.base import (
    DECODE_IN_BYTES,
    DECODE_OUT_BYTES,
    MAX_ITEMS,
    Cut,
    broken,
    inflate,
    le,
    other,
    plausible,
    protected,
    take,
    truncated,
    verified,
)
from relight.inspection.types import Check, Data, Reason, Span, State, because
from relight.kernel.errors import N_

EOCD = b"PK\x05\x06"
LOCAL = b"PK\x03\x04"
CENTRAL = b"PK\x01\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipEntry:
    """One entry as the central directory has it. Args: offset: of its local header in the file."""

    name: bytes
    offset: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    stated: int = -1

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & 1)


def zip_entries(data: Data) -> tuple[list[ZipEntry], int, bool]:
    """Read a ZIP's central directory.

    Returns: entries, offset after the archive, whether the directory was whole.
    Raises: Cut.
    """
    size = len(data)
    base = max(0, size - 65557 - 4096)
    tail = data[base:size]
    at = tail.rfind(EOCD)
    if at < 0:
        return [], -1, False
    eocd = base + at
    count, directory_size, directory = le(data, eocd + 10, 2), le(data, eocd + 12, 4), le(data, eocd + 16, 4)
    end = eocd + 22 + le(data, eocd + 20, 2)
    start = eocd - directory_size
    if data[eocd - 20 : eocd - 16] == b"PK\x06\x07":
        big = data.find(b"PK\x06\x06", max(0, eocd - 20 - 4096), eocd)
        if big >= 0:
            count, directory_size, directory = le(data, big + 32, 8), le(data, big + 40, 8), le(data, big + 48, 8)
            start = big - directory_size
    shift = start - directory
    entries: list[ZipEntry] = []
    at = start
    while len(entries) < min(count, MAX_ITEMS):
        if at < 0 or data[at : at + 4] != CENTRAL:
            return entries, end, False
        entry, at = _central_entry(data, at, shift)
        entries.append(entry)
    return entries, end, True


def _central_entry(data: Data, at: int, shift: int) -> tuple[ZipEntry, int]:
    head = take(data, at, 46)
    number = [int.from_bytes(head[a : a + n], "little") for a, n in ((8, 2), (10, 2), (16, 4), (20, 4), (24, 4))]
    name_size, extra_size, comment_size = (int.from_bytes(head[a : a + 2], "little") for a in (28, 30, 32))
    offset = int.from_bytes(head[42:46], "little")
    name = take(data, at + 46, name_size)
    flags, method, crc, packed, size = number
    extra = take(data, at + 46 + name_size, extra_size)
    place = 0
    while place + 4 <= len(extra):
        tag, length = (
            int.from_bytes(extra[place : place + 2], "little"),
            int.from_bytes(extra[place + 2 : place + 4], "little"),
        )
        if tag == 1:
            field = place + 4
            if size == 0xFFFFFFFF:
                size, field = int.from_bytes(extra[field : field + 8], "little"), field + 8
            if packed == 0xFFFFFFFF:
                packed, field = int.from_bytes(extra[field : field + 8], "little"), field + 8
            if offset == 0xFFFFFFFF:
                offset = int.from_bytes(extra[field : field + 8], "little")
        place += 4 + length
    entry = ZipEntry(
        name=name, offset=offset + shift, flags=flags, method=method, crc=crc, packed=packed, size=size, stated=offset
    )
    return entry, at + 46 + name_size + extra_size + comment_size


def check_zip(data: Data) -> Check:
    """Prove a ZIP by the CRC of every member that can be decoded."""
    try:
        entries, end, whole = zip_entries(data)
    except Cut as cut:
        return broken("zip", because(N_("the ZIP directory points beyond the file")), at=cut.at)
    if end < 0 or (not whole and not entries):
        return _zip_without_directory(data)
    if _is_spanned(data):
        what = because(N_("a part of a ZIP that was split: its members begin in other parts"))
        return plausible("zip", what, opaque=(Span(0, len(data)),))
    proof = _ZipProof()
    for entry in entries:
        proof.entry(data, entry)
    if not whole:
        proof.fault(end, because(N_("the ZIP directory is broken off after {count} members"), count=len(entries)))
    return proof.verdict(end=min(end, len(data)), count=len(entries))


def _is_spanned(data: Data) -> bool:
    base = max(0, len(data) - 65557)
    tail = data[base : len(data)]
    number = tail[tail.rfind(EOCD) + 4 :][:2]
    return number not in (b"\x00\x00", b"\xff\xff", b"")


class _ZipProof:
    """Gathers what the members of one ZIP prove."""

    def __init__(self) -> None:
        self.intact: list[Span] = []
        self.opaque: list[Span] = []
        self.faults: list[int] = []
        self.reasons: list[Reason] = []
        self.budget_in = DECODE_IN_BYTES
        self.budget_out = DECODE_OUT_BYTES
        self.encrypted = False

    def fault(self, at: int, why: Reason) -> None:
        self.faults.append(at)
        if len(self.reasons) < 5:
            self.reasons.append(why)

    def entry(self, data: Data, entry: ZipEntry) -> None:
        name = shown(entry.name)
        head = data[entry.offset : entry.offset + 30] if entry.offset >= 0 else b""
        if head[:4] != LOCAL and entry.stated >= 0:  # a writer that counted what stands in front, or did not
            entry = replace(entry, offset=entry.stated)
            head = data[entry.offset : entry.offset + 30]
        if len(head) < 30 or head[:4] != LOCAL:
            return self.fault(
                max(entry.offset, 0), because(N_("member {name} has no header where it should"), name=name)
            )
        start = entry.offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        end = start + entry.packed
        if end > len(data):
            return self.fault(start, because(N_("member {name} reaches beyond the file"), name=name))
        if entry.encrypted:
            self.encrypted = True
            self.opaque.append(Span(entry.offset, end))
            return None
        if entry.method not in (0, 8) or self.budget_in < entry.packed or self.budget_out < entry.size:
            self.opaque.append(Span(start, end))
            return None
        return self._decode(data, entry, start, end, name)

    def _decode(self, data: Data, entry: ZipEntry, start: int, end: int, name: str) -> None:
        self.budget_in -= entry.packed
        if entry.method == 8:
            got = inflate(data, start=start, end=end, limit=self.budget_out)
            self.budget_out -= got.size
            if got.capped:
                self.opaque.append(Span(start, end))
                return None
            if got.fault or not got.done:
                return self.fault(got.end, because(N_("member {name} cannot be decoded"), name=name))
            crc = got.crc
        else:
            crc = crc_of(data, start, end)
        if crc != entry.crc:
            return self.fault(start, because(N_("member {name} does not match its CRC"), name=name))
        self.intact.append(Span(entry.offset, end))
        return None

    def verdict(self, *, end: int, count: int) -> Check:
        if self.faults:
            return Check(
                format="zip",
                state=State.BROKEN,
                reasons=tuple(self.reasons),
                intact=tuple(self.intact),
                opaque=tuple(self.opaque),
                faults=tuple(self.faults),
                end=end,
            )
        if self.encrypted:
            return protected(
                "zip", because(N_("ZIP with password: directory whole, {count} members"), count=count), end=end
            )
        if self.opaque:
            what = because(N_("ZIP directory whole; not every member can be decoded here"))
            return Check(
                format="zip",
                state=State.PLAUSIBLE,
                reasons=(what,),
                intact=tuple(self.intact),
                opaque=tuple(self.opaque),
                end=end,
            )
        return verified("zip", because(N_("all {count} ZIP members match their CRC"), count=count), end=end)


def _zip_without_directory(data: Data) -> Check:
    """Follow local headers from the start: tells a download cut short from a file that was overwritten."""
    at, good = 0, 0
    while at < len(data) and good < MAX_ITEMS:
        head = data[at : at + 30]
        if head[:4] == CENTRAL or len(head) < 30:
            break
        if head[:4] != LOCAL:
            return broken("zip", because(N_("no ZIP header after member {count}"), count=good), at=at)
        flags, method, crc, packed = (
            int.from_bytes(head[a : a + n], "little") for a, n in ((6, 2), (8, 2), (14, 4), (18, 4))
        )
        start = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        if flags & 1 or (method == 0 and flags & 8):
            return plausible(
                "zip", because(N_("ZIP without directory, members not readable")), opaque=(Span(at, len(data)),)
            )
        if method == 8:
            got = inflate(data, start=start, end=len(data))
            if got.fault:
                return broken("zip", because(N_("member {count} cannot be decoded"), count=good + 1), at=got.end)
            if not got.done:
                following = max(data.find(CENTRAL, start), data.find(LOCAL, start))
                if following >= 0:
                    return broken("zip", because(N_("member {count} cannot be decoded"), count=good + 1), at=start)
                return truncated("zip", at=len(data), intact=(Span(0, len(data)),))
            at = got.end
        else:
            at = start + packed
            if at <= len(data) and method == 0 and crc_of(data, start, at) != crc:
                return broken("zip", because(N_("member {count} does not match its CRC"), count=good + 1), at=start)
        if flags & 8:
            at += 16 if data[at : at + 4] == b"PK\x07\x08" else 12
        good += 1
    return truncated("zip", at=len(data), intact=(Span(0, len(data)),))


def crc_of(data: Data, start: int, end: int) -> int:
    """Return the CRC-32 of a span, read in pieces."""
    crc = 0
    for at in range(start, end, 1 << 20):
        crc = zlib.crc32(data[at : min(at + (1 << 20), end)], crc)
    return crc


def shown(name: bytes) -> str:
    """Return a name as it can be printed."""
    return name[:200].decode("utf-8", "backslashreplace")


def check_7z(data: Data) -> Check:
    """Prove the start header and the directory of 7z by their CRCs; packed streams are opaque."""
    if data[:6] != b"7z\xbc\xaf\x27\x1c":
        return other("7z")
    if zlib.crc32(take(data, 12, 20)) != le(data, 8, 4):
        return broken("7z", because(N_("the 7z start header does not match its CRC")), at=8)
    offset, size, crc = le(data, 12, 8), le(data, 20, 8), le(data, 28, 4)
    start = 32 + offset
    if start + size > len(data):
        return truncated("7z", at=len(data))
    if crc_of(data, start, start + size) != crc:
        return broken("7z", because(N_("the 7z directory does not match its CRC")), at=start)
    return plausible("7z", because(N_("7z headers match their CRCs")), opaque=(Span(32, start),), end=start + size)


def check_rar(data: Data) -> Check:
    """Follow the block headers of RAR 4 and 5, each with its CRC."""
    if data[:8] == b"Rar!\x1a\x07\x01\x00":
        return _rar5(data)
    if data[:7] == b"Rar!\x1a\x07\x00":
        return _rar4(data)
    return other("rar")


def _rar4(data: Data) -> Check:
    opaque: list[Span] = []
    at = 7
    while at + 7 <= len(data):
        kind, flags, size = le(data, at + 2, 1), le(data, at + 3, 2), le(data, at + 5, 2)
        if size < 7 or zlib.crc32(take(data, at + 2, size - 2)) & 0xFFFF != le(data, at, 2):
            if kind == 0x73 or opaque:
                return broken("rar", because(N_("a RAR header does not match its CRC")), at=at)
            return protected("rar", because(N_("RAR with encrypted headers")), opaque=(Span(7, len(data)),))
        extra = le(data, at + 7, 4) if flags & 0x8000 else 0
        opaque.append(Span(at + size, at + size + extra))
        if kind == 0x73 and flags & 0x80:
            return protected("rar", because(N_("RAR with encrypted headers")), opaque=(Span(7, len(data)),))
        at += size + extra
        if kind == 0x7B:
            break
    if at > len(data):
        return truncated("rar", at=len(data))
    return plausible("rar", because(N_("RAR headers match their CRCs")), opaque=tuple(opaque), end=at)


def _vint(data: Data, at: int) -> tuple[int, int]:
    value = 0
    for step in range(10):
        byte = le(data, at + step, 1)
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, at + step + 1
    return value, at + 10


def _rar5(data: Data) -> Check:
    opaque: list[Span] = []
    at = 8
    while at + 7 <= len(data):
        size, body = _vint(data, at + 4)
        if size > 2 * 1024 * 1024 or zlib.crc32(take(data, at + 4, body - at - 4 + size)) != le(data, at, 4):
            return broken("rar", because(N_("a RAR header does not match its CRC")), at=at)
        kind, place = _vint(data, body)
        flags, place = _vint(data, place)
        if flags & 1:
            _, place = _vint(data, place)
        extra = _vint(data, place)[0] if flags & 2 else 0
        if kind == 4:
            return protected("rar", because(N_("RAR with encrypted headers")), opaque=(Span(8, len(data)),))
        opaque.append(Span(body + size, body + size + extra))
        at = body + size + extra
        if kind == 5:
            break
    if at > len(data):
        return truncated("rar", at=len(data))
    return plausible("rar", because(N_("RAR headers match their CRCs")), opaque=tuple(opaque), end=at)


def check_tar(data: Data) -> Check:
    """Follow tar headers, each with its checksum; contents are looked at member by member."""
    opaque: list[Span] = []
    at, count = 0, 0
    while at + 512 <= len(data):
        head = take(data, at, 512)
        if not head.strip(b"\x00"):
            break
        if not tar_header_holds(head):
            if not count:
                return other("tar")
            return broken(
                "tar", because(N_("no tar header after member {count}"), count=count), at=at, opaque=tuple(opaque)
            )
        size = tar_number(head[124:136])
        opaque.append(Span(at + 512, at + 512 + size))
        at += 512 + (size + 511) // 512 * 512
        count += 1
    if not count:
        return other("tar")
    if at > len(data) + 511:
        return truncated("tar", at=len(data))
    return plausible(
        "tar",
        because(N_("{count} tar headers match their checksums"), count=count),
        opaque=(Span(0, len(data)),),
        end=len(data),
    )


def tar_header_holds(head: bytes) -> bool:
    """Say whether 512 bytes are a tar header by their checksum."""
    wanted = tar_number(head[148:156])
    total = sum(head) - sum(head[148:156]) + 8 * 32
    return wanted > 0 and wanted == total


def tar_number(field: bytes) -> int:
    """Read a tar number: octal, or base 256 for large ones; -1 when it is neither."""
    if field[:1] in (b"\x80", b"\xff"):
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\x00 ")
    if not digits:
        return 0
    if any(byte not in b"01234567" for byte in digits):
        return -1
    return int(digits, 8)


def check_cab(data: Data) -> Check:
    """Follow the data blocks of a cabinet."""
    if data[:4] != b"MSCF":
        return other("cab")
    size, folders = le(data, 8, 4), le(data, 26, 2)
    flags = le(data, 30, 2)
    if size > len(data):
        return truncated("cab", at=len(data))
    at = 36
    reserve = 0
    if flags & 4:
        reserve = le(data, 39, 1)
        at = 40 + le(data, 36, 2)
        folder_extra = le(data, 38, 1)
    else:
        folder_extra = 0
    for _ in range(min(folders, 1000) if not flags & 3 else 0):
        place, blocks = le(data, at, 4), le(data, at + 4, 2)
        for _ in range(blocks):
            packed, plain = le(data, place + 4, 2), le(data, place + 6, 2)
            if plain > 32768 or packed > 32768 + 6144:
                return broken("cab", because(N_("a cabinet block is larger than the format allows")), at=place)
            place += 8 + reserve + packed
        at += 8 + folder_extra
    return plausible("cab", because(N_("cabinet blocks whole")), opaque=(Span(0, size),), end=size)


def check_ar(data: Data) -> Check:
    """Follow the headers of an ar archive (Debian packages, static libraries)."""
    if data[:8] != b"!<arch>\n":
        return other("ar")
    at = 8
    while at + 60 <= len(data):
        head = take(data, at, 60)
        digits = head[48:58].strip()
        if head[58:] != b"`\n" or not digits.isdigit():
            return broken("ar", because(N_("no ar header where the last member ends")), at=at)
        at += 60 + int(digits) + int(digits) % 2
    return plausible("ar", because(N_("ar headers whole")), opaque=(Span(8, len(data)),), end=min(at, len(data)))


def check_trailer(data: Data) -> Check:
    """Know the formats that say at their end what they are: Apple disk images, Targa pictures, Parquet."""
    size = len(data)
    tail = data[max(size - 512, 0) : size]
    whole = (Span(0, size),)
    if size > 512 and tail[:8] == b"koly\x00\x00\x00\x04":
        return plausible("dmg", because(N_("Apple disk image: trailer holds")), opaque=whole)
    if tail[-18:] == b"TRUEVISION-XFILE.\x00":
        return plausible("targa", because(N_("Targa picture: footer holds")), opaque=whole)
    return other("trailer")
