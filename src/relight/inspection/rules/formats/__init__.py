"""What these bytes are and whether they are whole: one parser a container, all pure.

Owns the order in which formats are tried. Refuses to judge: `rules.assess` does that.
"""

from __future__ import annotations

from dataclasses import replace

from relight.inspection.rules.formats import archives, compressed, data, documents, frames, images, keys, media, text
from relight.inspection.rules.formats.base import Checker, run
from relight.inspection.rules.formats.magic import magic_of
from relight.inspection.rules.statistics import is_random
from relight.inspection.types import Check, Data, State, because
from relight.kernel.errors import N_

CHECKERS: tuple[tuple[str, Checker], ...] = (
    ("png", images.check_png),
    ("jpeg", images.check_jpeg),
    ("gif", images.check_gif),
    ("pdf", documents.check_pdf),
    ("ole", documents.check_ole),
    ("gzip", compressed.check_gzip),
    ("bz2", compressed.check_bz2),
    ("xz", compressed.check_xz),
    ("zstd", compressed.check_zstd),
    ("7z", archives.check_7z),
    ("rar", archives.check_rar),
    ("cab", archives.check_cab),
    ("ar", archives.check_ar),
    ("snappy", compressed.check_snappy),
    ("lz4", compressed.check_lz4),
    ("riff", images.check_riff),
    ("dicom", data.check_dicom),
    ("tiff", images.check_tiff),
    ("psd", images.check_psd),
    ("sqlite", data.check_sqlite),
    ("matroska", media.check_matroska),
    ("ogg", media.check_ogg),
    ("flac", media.check_flac),
    ("asf", media.check_asf),
    ("flv", media.check_flv),
    ("elf", data.check_elf),
    ("pe", data.check_pe),
    ("pst", data.check_pst),
    ("access", data.check_access),
    ("safe", keys.check_safe),
    ("disk", data.check_image_header),
    ("mp4", media.check_mp4),
    ("bmp", images.check_bmp),
    ("zlib", compressed.check_zlib),
    ("der", keys.check_der),
)
LATE_CHECKERS: tuple[tuple[str, Checker], ...] = (
    ("tar", archives.check_tar),
    ("mp3", media.check_mp3),
    ("frames", frames.check_frames),
    ("text", text.check_text),
    ("pgp", keys.check_pgp),
    ("lzma", compressed.check_lzma),
    ("trailer", archives.check_trailer),
    ("bare", compressed.check_bare),
)
NEEDS_MAGIC = {
    "zip": (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"),
}


def examine(source: Data) -> Check:
    """Say what some bytes are and whether they hold together.

    Returns: a check; its state is `OTHER` and its format `unknown` when nothing fits.
    """
    if not len(source):
        return Check(format="empty", state=State.VERIFIED, reasons=(because(N_("empty file")),), end=0)
    head = source[:16]
    if head[:1] == b"\x30" and head[1:2] in (b"\x80", b"\x82", b"\x83", b"\x84"):
        check = run("der", keys.check_der, source)
        if check.state is State.PROTECTED:
            return check
    if head.startswith(NEEDS_MAGIC["zip"]) or head[:8] == b"PK00PK\x03\x04":
        return run("zip", archives.check_zip, source)
    for name, checker in CHECKERS:
        check = run(name, checker, source)
        if check.state is not State.OTHER and not _is_doubtful(check):
            return check
    known = magic_of(source[:4096])
    if known is not None:
        return known
    for name, checker in LATE_CHECKERS:
        check = run(name, checker, source)
        if check.state is not State.OTHER and not _is_doubtful(check):
            return check
    return _appended_zip(source)


SHORT_MAGIC = frozenset({"der", "frames", "mp3", "bmp", "mp4", "tar", "dicom", "pe", "zlib", "lzma"})


def _is_doubtful(check: Check) -> bool:
    """A parser that knows its format by a byte or two must get further than the header to be believed."""
    if check.format == "pgp" and check.state is State.TRUNCATED:
        return True
    return check.format in SHORT_MAGIC and check.state is State.TRUNCATED and min(check.faults, default=0) < 64


def _appended_zip(source: Data) -> Check:
    """A ZIP with something in front of it (a program that unpacks itself) is found from its end."""
    tail = source[max(0, len(source) - 65557) :]
    if archives.EOCD in tail and not is_random(source[:512]):
        check = run("zip", archives.check_zip, source)
        if check.state in (State.VERIFIED, State.PLAUSIBLE, State.PROTECTED):
            return replace(check, state=State.PLAUSIBLE)
    return Check(format="unknown", state=State.OTHER)
