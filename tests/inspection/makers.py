"""Makes the files the tests inspect: real containers by the standard library, and ciphertext.

Owns no claim. Everything is deterministic: "random" bytes come from a named key stream.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KB = 1024
WORDS = (
    b"The patient was seen on the ward at ten; blood pressure 120 over 80, temperature 36.8, no allergies known. ",
    "Le patient est orienté, la douleur est cotée à trois sur dix, la perfusion est en place depuis hier soir. ".encode(),
    b"Order 4711: sodium, potassium, creatinine, CRP; sample taken 08:15, received 08:40, reported 09:20. ",
)


def ciphertext(size: int, seed: int = 1) -> bytes:
    """Return bytes that are AES-CTR key stream: what encryption leaves."""
    key = seed.to_bytes(32, "big")
    return Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes(size))


def text(size: int) -> bytes:
    """Return readable text with numbers that never repeat."""
    out = bytearray()
    line = 0
    while len(out) < size:
        out += b"%06d %s\n" % (line * 7919 % 1_000_003, WORDS[line % 3])
        line += 1
    return bytes(out[:size]).decode("utf-8", "ignore").encode()


def zipped(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 13, 4, 30, 0)), content, method)
    return out.getvalue()


def docx(size: int = 60 * KB) -> bytes:
    """Return a package laid out as a Word document."""
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": text(size * 3),
            "word/media/a.bin": ciphertext(size, 9),
        }
    )


def tarred(members: dict[str, bytes]) -> bytes:
    """Return a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def png(size: int = 40 * KB) -> bytes:
    """Return a PNG of noise and text, a few pictures' lines wide."""
    width = 256
    rows = text(size)
    height = len(rows) // (width + 1)
    raw = b"".join(b"\0" + rows[at * width : (at + 1) * width] for at in range(height))

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(raw + b"", 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def jpeg(size: int = 40 * KB) -> bytes:
    """Return the markers of a JPEG around scan data that keeps the stuffing rule."""
    scan = ciphertext(size, 3).replace(b"\xff", b"\xff\x00")
    table = b"\xff\xdb" + struct.pack(">H", 67) + b"\0" + bytes(range(1, 65))
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 64, 64, 1) + b"\x01\x11\x00"
    start = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + table + frame + start + scan + b"\xff\xd9"


def pdf(streams: int = 4, size: int = 20 * KB) -> bytes:
    """Return a PDF whose streams are deflated text."""
    out = bytearray(b"%PDF-1.7\n")
    for number in range(1, streams + 1):
        body = zlib.compress(text(size * number))
        out += b"%d 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n" % (
            number,
            len(body),
            body,
        )
    out += b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        streams + 1,
        len(out),
    )
    return bytes(out)


def sqlite(folder: Path, rows: int = 800) -> bytes:
    """Return a SQLite database."""
    place = folder / "made.sqlite"
    place.unlink(missing_ok=True)
    with sqlite3.connect(place) as link:
        link.execute("create table result (id integer primary key, words text)")
        content = text(rows * 120)
        link.executemany(
            "insert into result (words) values (?)",
            [(content[at * 100 : at * 100 + 100].decode("utf-8", "ignore"),) for at in range(rows)],
        )
    link.close()
    return place.read_bytes()


def wav(size: int = 60 * KB) -> bytes:
    """Return sampled sound: a slow wave, never random."""
    samples = b"".join(struct.pack("<h", (at * 37) % 6000 - 3000) for at in range(size // 2))
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(samples))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        + b"data"
        + struct.pack("<I", len(samples))
        + samples
    )


def bmp(size: int = 80 * KB) -> bytes:
    """Return a picture without compression: soft gradients."""
    body = bytes((at // 300 + at % 7) % 200 for at in range(size))
    return (
        b"BM"
        + struct.pack("<IHHI", 54 + size, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 160, size // 480, 1, 24, 0, size, 0, 0, 0, 0)
        + body
    )


def dicom(size: int = 60 * KB) -> bytes:
    """Return an explicit-VR DICOM file with uncompressed pixels."""
    syntax = b"1.2.840.10008.1.2.1\0"

    def element(group: int, number: int, kind: bytes, value: bytes) -> bytes:
        if kind in (b"OW", b"OB"):
            return struct.pack("<HH2sHI", group, number, kind, 0, len(value)) + value
        return struct.pack("<HH2sH", group, number, kind, len(value)) + value

    meta = element(2, 0x10, b"UI", syntax)
    pixels = b"".join(struct.pack("<H", (at * at // 500) % 900) for at in range(size // 2))
    return bytes(128) + b"DICM" + meta + element(0x10, 0x10, b"PN", b"TEST^ONE") + element(0x7FE0, 0x10, b"OW", pixels)


def ole(folder: Path) -> bytes:
    """Return a small compound file: header, one allocation sector, one directory sector, a text stream."""
    stream = text(40 * 512)
    sectors = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))

    def entry(name: str, kind: int, first: int, size: int) -> bytes:
        raw = bytearray(128)
        coded = name.encode("utf-16-le") + b"\0\0"
        raw[: len(coded)] = coded
        struct.pack_into("<HBB", raw, 64, len(coded), kind, 1)
        struct.pack_into("<III", raw, 68, 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        struct.pack_into("<II", raw, 116, first, size)
        return bytes(raw)

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("WordDocument", 2, 2, len(stream)) + bytes(256)
    return bytes(header) + struct.pack("<128I", *fat) + directory + stream


def families(folder: Path) -> dict[str, bytes]:
    """Return one intact file of each family the standard library and this module can make."""
    return {
        "letter.txt": text(50 * KB),
        "letter.html": b"<html><body>" + text(30 * KB) + b"</body></html>",
        "wide.txt": b"\xff\xfe" + text(20 * KB).decode().encode("utf-16-le"),
        "old.txt": text(30 * KB).decode().encode("latin-1"),
        "table.csv": text(40 * KB),
        "report.docx": docx(),
        "archive.zip": zipped({"a.txt": text(90 * KB), "b/c.bin": ciphertext(30 * KB, 5)}),
        "stored.zip": zipped({"a.txt": text(90 * KB)}, method=zipfile.ZIP_STORED),
        "dump.sql.gz": gzip.compress(text(400 * KB), mtime=0),
        "dump.sql.bz2": bz2.compress(text(400 * KB)),
        "dump.sql.xz": lzma.compress(text(400 * KB)),
        "backup.tar": tarred({"a.txt": text(50 * KB), "b.txt": text(9 * KB)}),
        "picture.png": png(),
        "photo.jpg": jpeg(),
        "scan.bmp": bmp(),
        "sound.wav": wav(),
        "leaflet.pdf": pdf(),
        "store.sqlite": sqlite(folder),
        "series.dcm": dicom(),
        "letter.doc": ole(folder),
    }
