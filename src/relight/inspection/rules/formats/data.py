"""Data stores: SQLite, DICOM, Outlook's PST, and disk images' own headers.

Owns their structure. Source: sqlite.org/fileformat2; DICOM PS3.5 and PS3.10; MS-PST; the notes on QCOW2, VMDK,
VHDX and ISO 9660.
"""

from __future__ import annotations

from relight.inspection.rules.formats.base import MAX_ITEMS, be, broken, le, other, plausible, take, truncated
from relight.inspection.rules.formats.images import check_jpeg
from relight.inspection.rules.statistics import is_random
from relight.inspection.types import Check, Data, Span, State, because
from relight.kernel.errors import N_

PAGE_KINDS = frozenset({2, 5, 10, 13})


def check_sqlite(data: Data) -> Check:
    """Compare a database's page count with its size, and each page's kind with what pages may be."""
    if data[:16] != b"SQLite format 3\x00":
        return other("sqlite")
    size = be(data, 16, 2)
    page = 65536 if size == 1 else size
    if page < 512 or page & (page - 1) or le(data, 21, 3) != 0x202040:
        return broken("sqlite", because(N_("the SQLite header is impossible")), at=16)
    stated = be(data, 28, 4)
    pages = len(data) // page
    for index in range(1, min(pages, MAX_ITEMS)):
        head = data[index * page : index * page + 8]
        if head[0] in PAGE_KINDS and int.from_bytes(head[3:5], "big") * 2 + 8 <= page:
            continue
        if int.from_bytes(head[:4], "big") > max(pages, stated) and is_random(data[index * page : (index + 1) * page]):
            at = index * page
            return broken("sqlite", because(N_("page {page} is no SQLite page"), page=index + 1), at=at)
    if stated > pages and be(data, 24, 4) == be(data, 92, 4):
        return truncated("sqlite", at=len(data))
    return plausible("sqlite", because(N_("{count} SQLite pages hold"), count=pages))


LONG_VR = frozenset({b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV"})
SHORT_VR = frozenset(
    {b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
     b"ST", b"TM", b"UI", b"UL", b"US"}
)  # fmt: skip
MARKER_JPEG = (b".4.50", b".4.51", b".4.57", b".4.70")


def check_dicom(data: Data) -> Check:
    """Follow the data elements of a DICOM file to its end."""
    start = 132 if data[128:132] == b"DICM" else 0
    if not start and data[:4] not in (
        b"\x08\x00\x00\x00",
        b"\x08\x00\x05\x00",
        b"\x08\x00\x01\x00",
        b"\x08\x00\x08\x00",
        b"\x02\x00\x00\x00",
        b"\x02\x00\x10\x00",
    ):
        return other("dicom")
    if start and is_random(data[:128]):
        return broken("dicom", because(N_("the DICOM preamble looks random")), at=0)
    walk = _Dicom(data)
    at, syntax = walk.meta(start)
    if b"1.2.840.10008.1.2.1.99" in syntax:
        return plausible("dicom", because(N_("DICOM with deflated data set")), opaque=(Span(at, len(data)),))
    return walk.elements(at, big=syntax.strip(b"\x00 ").endswith(b"1.2.2"), syntax=syntax)


class _Dicom:
    """Steps from element to element."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.opaque: list[Span] = []

    def header(self, at: int, *, big: bool) -> tuple[int, int, bytes, int, int]:
        """Return group, element, value representation, length, offset of the value."""
        order = be if big else le
        group, element = order(self.data, at, 2), order(self.data, at + 2, 2)
        kind = take(self.data, at + 4, 2)
        if group == 0xFFFE:
            return group, element, b"", order(self.data, at + 4, 4), at + 8
        if kind in LONG_VR:
            return group, element, kind, order(self.data, at + 8, 4), at + 12
        if kind in SHORT_VR:
            return group, element, kind, order(self.data, at + 6, 2), at + 8
        return group, element, b"", order(self.data, at + 4, 4), at + 8

    def meta(self, at: int) -> tuple[int, bytes]:
        """Read group 2. Returns: where the data set starts, the transfer syntax."""
        syntax = b""
        while at + 8 <= len(self.data):
            group, element, _, length, place = self.header(at, big=False)
            if group != 2:
                break
            if element == 0x10:
                syntax = self.data[place : place + min(length, 128)]
            at = place + length
        return at, syntax

    def elements(self, at: int, *, big: bool, syntax: bytes) -> Check:
        total, count = len(self.data), 0
        while at + 8 <= total and count < MAX_ITEMS:
            group, element, kind, length, place = self.header(at, big=big)
            count += 1
            if group in (0x7FE0, 0x7F00) and length == 0xFFFFFFFF:
                return self.fragments(place, big=big, syntax=syntax)
            if group == 0xFFFE or length == 0xFFFFFFFF or (kind == b"SQ" and length):
                if group == 0xFFFE and element not in (0xE000, 0xE00D, 0xE0DD):
                    return self.lost(at)
                at = place
                continue
            if place + length > total:
                if group == 0x7FE0 or self.data[at + 4 : at + 6] in LONG_VR:
                    return truncated("dicom", at=total)
                return self.lost(at)
            at = place + length
        what = because(N_("{count} DICOM elements up to the end"), count=count)
        return plausible("dicom", what, opaque=tuple(self.opaque), end=at)

    def lost(self, at: int) -> Check:
        if not is_random(self.data[at : at + 512]):
            return plausible("dicom", because(N_("DICOM elements followed as far as byte {at}"), at=at))
        return broken("dicom", because(N_("no DICOM element at byte {at}"), at=at), at=at)

    def fragments(self, at: int, *, big: bool, syntax: bytes) -> Check:
        total = len(self.data)
        while at + 8 <= total:
            group, element, _, length, place = self.header(at, big=big)
            if group != 0xFFFE or element not in (0xE000, 0xE0DD):
                return broken(
                    "dicom", because(N_("no DICOM fragment at byte {at}"), at=at), at=at, opaque=tuple(self.opaque)
                )
            if element == 0xE0DD:
                at = place
                break
            if place + length > total:
                return truncated("dicom", at=total)
            by_markers = any(syntax.strip(b"\x00 ").endswith(name) for name in MARKER_JPEG)
            if by_markers and check_jpeg(self.data[place : place + length]).state is State.BROKEN:
                return broken("dicom", because(N_("the picture at byte {at} is no whole JPEG"), at=place), at=place)
            self.opaque.append(Span(place, place + length))
            at = place + length
        return plausible(
            "dicom", because(N_("DICOM elements and picture fragments hold")), opaque=tuple(self.opaque), end=at
        )


def check_pst(data: Data) -> Check:
    """Compare an Outlook store's stated size with its own."""
    if data[:4] != b"!BDN" or data[8:10] != b"SM":
        return other("pst")
    unicode = le(data, 10, 2) >= 23
    stated = le(data, 184, 8) if unicode else le(data, 168, 4)
    if stated > len(data) + 65536:
        return truncated("pst", at=len(data))
    return plausible("pst", because(N_("Outlook store: header and size hold")))


def check_image_header(data: Data) -> Check:
    """Know a disk image or an encrypted volume by its header."""
    head = data[:16]
    if head[:4] == b"QFI\xfb" and 2 <= int.from_bytes(head[4:8], "big") <= 3:
        return plausible("qcow2", because(N_("QCOW2 header holds")), opaque=(Span(0, len(data)),))
    if head[:4] in (b"KDMV", b"COWD"):
        return plausible("vmdk", because(N_("VMDK header holds")), opaque=(Span(0, len(data)),))
    if head[:8] == b"vhdxfile":
        return plausible("vhdx", because(N_("VHDX header holds")), opaque=(Span(0, len(data)),))
    if head[:6] == b"LUKS\xba\xbe":
        return Check(
            format="luks",
            state=State.PROTECTED,
            reasons=(because(N_("encrypted volume (LUKS)")),),
            opaque=(Span(0, len(data)),),
        )
    if data[3:11] == b"-FVE-FS-":
        return Check(
            format="bitlocker",
            state=State.PROTECTED,
            reasons=(because(N_("encrypted volume (BitLocker)")),),
            opaque=(Span(0, len(data)),),
        )
    if head[:8] == b"conectix":
        return plausible("vhd", because(N_("VHD header holds")), opaque=(Span(0, len(data)),))
    if head[:8] == b"EVF\x09\x0d\x0a\xff\x00":
        return plausible("ewf", because(N_("EWF header holds")), opaque=(Span(0, len(data)),))
    if data[32769:32774] == b"CD001":
        return plausible("iso", because(N_("ISO 9660 volume descriptor holds")), opaque=(Span(0, len(data)),))
    return _raw_image(data)


def _raw_image(data: Data) -> Check:
    """Know a raw image by its boot sector, partition table or superblock."""
    whole = (Span(0, len(data)),)
    boot = data[:4096]
    if len(data) < 64 * 1024:
        return other("disk")
    signed = boot[510:512] == b"\x55\xaa"
    names = (boot[3:7] == b"NTFS", boot[54:57] == b"FAT", boot[82:87] == b"FAT32", boot[3:8] == b"EXFAT")
    if (signed and any(names)) or _is_ext(boot):
        return plausible("raw-volume", because(N_("file system header holds")), opaque=whole)
    if boot[512:520] == b"EFI PART" or (boot[510:512] == b"\x55\xaa" and _partitions_hold(boot, len(data))):
        return plausible("raw-disk", because(N_("partition table holds")), opaque=whole)
    return other("disk")


def _is_ext(boot: bytes) -> bool:
    block_shift, revision = (int.from_bytes(boot[at : at + 4], "little") for at in (1048, 1100))
    return boot[1080:1082] == b"\x53\xef" and block_shift <= 6 and revision <= 1


def _partitions_hold(boot: bytes, size: int) -> bool:
    used = 0
    for at in range(446, 510, 16):
        row = boot[at : at + 16]
        if row[0] not in (0, 0x80):
            return False
        first = int.from_bytes(row[8:12], "little")
        if row[4]:
            if not 0 < first * 512 < size:
                return False
            used += 1
    return used > 0


def check_access(data: Data) -> Check:
    """Know a Jet or ACE database by its first page, which also says whether it is encrypted."""
    if data[:4] != b"\x00\x01\x00\x00" or data[4:19] not in (b"Standard Jet DB", b"Standard ACE DB"):
        return other("access")
    page = data[:4096]
    if b"schemas.microsoft.com/office/2006/encryption" in page or "Cryptographic Provider".encode("utf-16-le") in page:
        return Check(
            format="access",
            state=State.PROTECTED,
            reasons=(because(N_("Access database with password")),),
            opaque=(Span(4096, len(data)),),
        )
    return plausible("access", because(N_("Access database: header holds")))


def check_elf(data: Data) -> Check:
    """Compare an ELF file's tables with its size."""
    if data[:4] != b"\x7fELF":
        return other("elf")
    wide, order = le(data, 4, 1) == 2, be if le(data, 5, 1) == 2 else le
    table = order(data, 40 if wide else 32, 8 if wide else 4)
    size, count = order(data, 58 if wide else 46, 2), order(data, 60 if wide else 48, 2)
    if table + size * count > len(data):
        return truncated("elf", at=len(data))
    return plausible("elf", because(N_("ELF header and tables hold")))


def check_pe(data: Data) -> Check:
    """Compare a Windows program's sections with its size; what is appended is opaque."""
    if data[:2] != b"MZ":
        return other("pe")
    at = le(data, 60, 4)
    if at > len(data) or data[at : at + 4] != b"PE\x00\x00":
        return plausible("mz", because(N_("DOS program header")), opaque=(Span(0, len(data)),))
    sections, optional = le(data, at + 6, 2), le(data, at + 20, 2)
    end = 0
    for index in range(min(sections, 96)):
        place = at + 24 + optional + 40 * index
        end = max(end, le(data, place + 16, 4) + le(data, place + 20, 4))
    if end > len(data):
        return truncated("pe", at=len(data))
    return plausible(
        "pe",
        because(N_("program header and {count} sections hold"), count=sections),
        opaque=(Span(end, len(data)),),
        end=end,
    )
