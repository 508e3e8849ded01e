"""Sound and film: MP3, MP4 and HEIF, Matroska, Ogg, FLAC, ASF, Flash video.

Owns their structure: chains of frames, boxes, pages. Source: ISO 11172-3, ISO 14496-12, RFC 3533, 9559, 9639.
"""

from __future__ import annotations

import re

from relight.inspection.rules.formats.base import MAX_ITEMS, be, broken, le, other, plausible, take, truncated
from relight.inspection.types import Check, Data, Span, because
from relight.kernel.errors import N_

BITRATES = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LOST_ALLOWED_BYTES = 2048
FRAMES_ENOUGH = 4


def mpeg_frame_size(head: bytes) -> int:
    """Return the length of the MPEG audio frame these 4 bytes start, 0 when they start none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate_index, bit_index = head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or layer == 4 or rate_index == 3 or bit_index in (0, 15):
        return 0
    bitrate = BITRATES[(1 if version == 3 else 2, layer)][bit_index] * 1000
    rate, padding = RATES[version][rate_index], head[2] >> 1 & 1
    if layer == 1:
        return (12 * bitrate // rate + padding) * 4
    return (144 if layer == 2 or version == 3 else 72) * bitrate // rate + padding


def id3_size(data: Data) -> int:
    """Return the length of an ID3v2 tag at the start, 0 when there is none."""
    head = data[:10]
    if head[:3] != b"ID3" or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def check_mp3(data: Data) -> Check:
    """Follow MPEG audio frames; sound that loses step for more than 2 KB was overwritten."""
    start = id3_size(data)
    at, frames, lost_at, lost = start, 0, -1, 0
    size = len(data)
    while at + 4 <= size:
        head = data[at : at + 4]
        length = mpeg_frame_size(head)
        if length >= 8:
            follower = data[at + length : at + length + 4]
            if frames and lost and mpeg_frame_size(follower) < 8 and at + length < size:
                length = 0
        if length >= 8:
            frames += 1
            at += length
            lost = 0
            continue
        if not frames and at == start and not start:
            return other("mp3")
        if head[:3] in (b"TAG", b"APE", b"LYR"):
            break
        if frames < FRAMES_ENOUGH and not start:  # two bytes and a length come about by chance
            return other("mp3")
        if not lost:
            lost_at = at
        found = data.find(b"\xff", at + 1, at + 1 + STEP_BYTES)
        step = (found if found >= 0 else min(at + STEP_BYTES, size)) - at
        lost += step
        at += step
        if lost > LOST_ALLOWED_BYTES and data[lost_at : lost_at + 512].strip(b"\x00"):
            return broken("mp3", because(N_("sound frames stop at byte {at}"), at=lost_at), at=lost_at)
    if not frames:
        return other("mp3") if not start else plausible("mp3", because(N_("an ID3 tag")), end=-1)
    return plausible(
        "mp3", because(N_("{count} sound frames follow each other"), count=frames), opaque=(Span(0, size),)
    )


STEP_BYTES = 65536
BOX_NAME = re.compile(rb"[\x20-\x7e\xa9]{4}\Z")
BOX_OPAQUE = frozenset({b"mdat", b"idat", b"free", b"skip", b"wide"})


def check_mp4(data: Data) -> Check:
    """Follow the boxes of an MP4, QuickTime or HEIF file."""
    if data[4:8] not in (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"jP  ", b"pnot"):
        return other("mp4")
    names: set[bytes] = set()
    opaque: list[Span] = []
    at, size = 0, len(data)
    for _ in range(MAX_ITEMS):
        if at + 8 > size:
            break
        length, name, head = be(data, at, 4), take(data, at + 4, 4), 8
        if not BOX_NAME.match(name):
            return broken("mp4", because(N_("no MP4 box at byte {at}"), at=at), at=at, opaque=tuple(opaque))
        if length == 1:
            length, head = be(data, at + 8, 8), 16
        if length == 0:
            length = size - at
        if length < head:
            return broken("mp4", because(N_("an MP4 box is too short")), at=at, opaque=tuple(opaque))
        names.add(name)
        opaque.append(Span(at + head, min(at + length, size)))
        if name == b"moov" and at + length <= size:
            fault = _boxes_fault(data, at + head, at + length, depth=0)
            if fault >= 0:
                return broken("mp4", because(N_("no MP4 box at byte {at}"), at=fault), at=fault, opaque=tuple(opaque))
        at += length
    if at > size:
        return truncated("mp4", at=size)
    return plausible(
        "mp4", because(N_("{count} MP4 boxes up to the end"), count=len(opaque)), opaque=tuple(opaque), end=at
    )


NESTED = frozenset({b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf"})


def _boxes_fault(data: Data, at: int, end: int, *, depth: int) -> int:
    while at + 8 <= end:
        length, name = be(data, at, 4), take(data, at + 4, 4)
        if length == 0 and name == b"\x00\x00\x00\x00":
            return -1
        if not BOX_NAME.match(name) or length < 8 or at + length > end:
            return at
        if name in NESTED and depth < 8:
            fault = _boxes_fault(data, at + 8, at + length, depth=depth + 1)
            if fault >= 0:
                return fault
        at += length
    return -1


SEGMENT_IDS = frozenset(
    {0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0x1941A469, 0x1043A770, 0x1254C367, 0xEC, 0xBF}
)
CLUSTER_IDS = frozenset({0xE7, 0xA7, 0xAB, 0xA3, 0xA0, 0x5854, 0xAF, 0xEC, 0xBF})


def _ebml(data: Data, at: int, *, keep_marker: bool) -> tuple[int, int]:
    first = le(data, at, 1)
    width = 9 - first.bit_length() if first else 9
    if width > 8:
        return -1, at
    value = be(data, at, width)
    if not keep_marker:
        value &= (1 << (7 * width)) - 1
        if value == (1 << (7 * width)) - 1:
            value = -2  # unknown length
    return value, at + width


def check_matroska(data: Data) -> Check:
    """Follow the elements of a Matroska or WebM file down to the blocks of its clusters."""
    if data[:4] != b"\x1a\x45\xdf\xa3":
        return other("matroska")
    size, at = _ebml(data, 4, keep_marker=False)
    at += max(size, 0)
    segment, at = _ebml(data, at, keep_marker=True)
    if segment != 0x18538067:
        return broken("matroska", because(N_("no Matroska segment after the header")), at=at)
    _, at = _ebml(data, at, keep_marker=False)
    in_cluster_until, total, unknown = -1, len(data), 0
    for _ in range(MAX_ITEMS * 10):
        if at >= total:
            break
        kind, place = _ebml(data, at, keep_marker=True)
        length, place = _ebml(data, place, keep_marker=False)
        inside = at < in_cluster_until or in_cluster_until == -2
        known = kind in SEGMENT_IDS or (inside and kind in CLUSTER_IDS)
        if known and place + max(length, 0) > total:
            return truncated("matroska", at=total)
        unknown += not known  # the standard lets a reader skip what it does not know
        if not known and (kind < 0 or unknown > 16 or not 0 <= length <= total - place):
            return broken("matroska", because(N_("no Matroska element at byte {at}"), at=at), at=at, opaque=())
        if kind == 0x1F43B675:
            in_cluster_until = place + length if length >= 0 else -2
            at = place
        elif length < 0:
            return plausible("matroska", because(N_("Matroska elements hold")), opaque=(Span(at, total),))
        else:
            at = place + length
    if at > total:
        return truncated("matroska", at=total)
    return plausible("matroska", because(N_("Matroska elements hold")), opaque=(Span(0, total),), end=at)


def check_ogg(data: Data) -> Check:
    """Follow Ogg pages, each where the last one ends."""
    if data[:4] != b"OggS":
        return other("ogg")
    at = 0
    while at + 27 <= len(data):
        head = take(data, at, 27)
        if head[:5] != b"OggS\x00":
            if at and data[at:].strip(b"\x00") == b"":
                break
            return broken("ogg", because(N_("no Ogg page at byte {at}"), at=at), at=at)
        at += 27 + head[26] + sum(take(data, at + 27, head[26]))
    if at > len(data):
        return truncated("ogg", at=len(data))
    return plausible("ogg", because(N_("Ogg pages follow each other to the end")), opaque=(Span(0, len(data)),), end=at)


FLAC_SYNC = re.compile(rb"\xff[\xf8\xf9]")


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc


def _flac_header_holds(head: bytes) -> bool:
    if len(head) < 16 or head[3] & 1:
        return False
    first = head[4]
    extra = 0 if first < 0x80 else max(7 - (first ^ 0xFF).bit_length() - 0, 1)
    size = 5 + extra
    size += {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    return size < len(head) and _crc8(head[:size]) == head[size]


def check_flac(data: Data) -> Check:
    """Follow the metadata of a FLAC file, then its frame headers, each with its CRC."""
    if data[:4] != b"fLaC":
        return other("flac")
    at, largest = 4, 0
    while True:
        head = take(data, at, 4)
        if head[0] & 0x7F == 0:
            largest = be(data, at + 11, 3)
        if head[0] & 0x7F > 6:
            return broken("flac", because(N_("a FLAC block is of no known kind")), at=at)
        at += 4 + int.from_bytes(head[1:4], "big")
        if head[0] & 0x80:
            break
    limit = (largest or 65536) + 64
    last = at
    while at < len(data):
        piece = data[at : at + (1 << 20)]
        for found in FLAC_SYNC.finditer(piece):
            place = at + found.start()
            if _flac_header_holds(data[place : place + 16]):
                last = place
            elif place - last > limit:
                return broken("flac", because(N_("sound frames stop at byte {at}"), at=last), at=last)
        at += max(len(piece) - 1, 1) if len(piece) == 1 << 20 else max(len(piece), 1)
    if len(data) - last > limit + 4096:
        return broken("flac", because(N_("sound frames stop at byte {at}"), at=last), at=last)
    return plausible("flac", because(N_("FLAC frames follow each other to the end")), opaque=(Span(0, len(data)),))


ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")


def check_asf(data: Data) -> Check:
    """Follow the objects of a Windows Media file."""
    if data[:16] != ASF_HEADER:
        return other("asf")
    at, opaque = 0, []
    while at + 24 <= len(data):
        size = le(data, at + 16, 8)
        if size < 24 or size > len(data) * 4:
            return broken("asf", because(N_("no ASF object at byte {at}"), at=at), at=at)
        opaque.append(Span(at, min(at + size, len(data))))
        at += size
    if at > len(data):
        return truncated("asf", at=len(data))
    return plausible("asf", because(N_("ASF objects follow each other to the end")), opaque=tuple(opaque), end=at)


def check_flv(data: Data) -> Check:
    """Follow the tags of a Flash video, each with its length before and after."""
    if data[:4] != b"FLV\x01":
        return other("flv")
    at = be(data, 5, 4) + 4
    while at + 11 <= len(data):
        kind, size = le(data, at, 1), be(data, at + 1, 3)
        if kind & 0x1F not in (8, 9, 18):
            return broken("flv", because(N_("no FLV tag at byte {at}"), at=at), at=at)
        at += 15 + size
    if at > len(data):
        return truncated("flv", at=len(data))
    return plausible("flv", because(N_("FLV tags follow each other to the end")), opaque=(Span(0, len(data)),), end=at)
