"""MSH-18: which bytes are which letters.

Owns the names of HL7 table 0211 and their Python codecs, and what is done when they do not fit the bytes.
Refuses guessing in silence: every guess is a problem with its place.
Source: HL7 v2.8 chapter 2C, table 0211; chapter 2, section 2.14; docs/design/hl7.md, cases 20-26.
"""

from __future__ import annotations

import re
from functools import lru_cache

from relight.wire import errors
from relight.wire.problems import Problem

_ISO_8859 = {f"8859{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)}
_CODECS: dict[str, str] = {
    "ASCII": "ascii",
    "USASCII": "ascii",
    "ISOIR6": "ascii",
    "ISO646": "ascii",
    "UNICODE": "utf-8",
    "UTF8": "utf-8",
    "UNICODEUTF8": "utf-8",
    "UTF16": "utf-16",
    "UNICODEUTF16": "utf-16",
    "UTF32": "utf-32",
    "UNICODEUTF32": "utf-32",
    "GB180302000": "gb18030",
    "GB18030": "gb18030",
    "KSX1001": "euc_kr",
    "BIG5": "cp950",
    "ISOIR13": "shift_jis",
    "ISOIR14": "iso2022_jp_2",
    "ISOIR87": "iso2022_jp_2",
    "ISOIR159": "iso2022_jp_2",
    "WINDOWS1252": "cp1252",
    "CP1252": "cp1252",
    **_ISO_8859,
    **{f"ISO{name}": codec for name, codec in _ISO_8859.items()},
}
WIDE = ("utf-16", "utf-32")
_NOISE = re.compile(r"[^A-Z0-9]+")


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str | None:
    """Return the codec for MSH-18 as it was written, all its repeats. None: not known; "": nothing was said.

    Later repeats name sets that escape sequences switch to; of these ISO 2022 for Japanese has a codec.
    """
    names = [_NOISE.sub("", repeat.upper()) for repeat in re.split(r"[~\\]", declared)]
    switched = [_CODECS.get(name, "") for name in names[1:]]
    if "iso2022_jp_2" in switched:
        return "iso2022_jp_2"
    if not names[0]:
        return ""
    return _CODECS.get(names[0])


def wide_codec(raw: bytes) -> str:
    """Return the codec of a message whose characters take two or four bytes each, else nothing."""
    start = raw[:16]
    if start.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        if start.startswith("MSH".encode(codec)):
            return codec
    return ""


def text_of(raw: bytes, *, declared: str, offset: int = 0) -> tuple[str, str, Problem | None]:
    """Decode a message.

    Args: raw: bytes of the message. declared: MSH-18. offset: where `raw` begins in what was given.
    Returns: text, Python codec, and what was wrong. Bytes that are no text become U+FFFD.
    """
    codec = codec_of(declared)
    if codec in ("", "ascii"):
        return _unsaid(raw, offset=offset)
    if codec is None or codec in WIDE:  # wide text whose MSH could be read as bytes is not wide
        text, found, _ = _unsaid(raw, offset=offset)
        shown = {"charset": declared[:20], "codec": found.upper()}
        return text, found, Problem(at=offset, spec=errors.UNKNOWN_CHARSET, params=shown)
    try:
        return raw.decode(codec), codec, _doubt(raw, codec, declared=declared, offset=offset)
    except UnicodeDecodeError as error:
        problem = Problem(at=offset + error.start, spec=errors.BAD_BYTES, params={"charset": declared[:20]})
        return raw.decode(codec, "replace"), codec, problem


def _doubt(raw: bytes, codec: str, *, declared: str, offset: int) -> Problem | None:
    """One byte a letter fits any bytes; letters that are UTF-8 all through are hardly meant to be anything else."""
    if raw.isascii() or not codec.startswith(("iso8859", "cp1252")):
        return None
    try:
        place = next(at for at, letter in enumerate(raw.decode()) if not letter.isascii())
    except UnicodeDecodeError:
        return None
    return Problem(at=offset + place, spec=errors.DOUBTFUL_CHARSET, params={"charset": declared[:20]})


def _unsaid(raw: bytes, *, offset: int) -> tuple[str, str, Problem | None]:
    try:
        return raw.decode(), "utf-8", None
    except UnicodeDecodeError as error:
        return raw.decode("iso8859-1"), "iso8859-1", Problem(at=offset + error.start, spec=errors.GUESSED_CHARSET)


def encodable(text: str, *, codec: str) -> bytes:
    """Encode, with a question mark for each character the set lacks: for remarks, never for values."""
    return text.encode(codec, "replace")
