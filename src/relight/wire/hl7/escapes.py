r"""Escape sequences: how a delimiter, a line break or any byte stands inside a value.

Owns `\F\ \S\ \T\ \R\ \E\ \P\`, `\Xdd…\`, highlighting, formatting commands and switches of character set.
What is not known stands as it came. Source: HL7 v2.8 chapter 2, sections 2.7.1 to 2.7.7; docs/design/hl7.md,
cases 30-36.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from relight.wire.hl7.delimiters import Delimiters

_FORMATS = {"br": "\n", "sp": "\n", "ce": "\n", "fi": "", "nf": "", "in": "", "ti": "", "sk": " "}
MAX_BLANKS = 200  # of `.sp` and `.sk`: a count is no reason to fill the memory
# \Cxxyy\ and \Mxxyyzz\: the bytes after ESC in ISO 2022, and what reads the text up to the next switch
_SWITCHES = {
    "C2842": "ascii",
    "C284A": "ascii",
    "C2949": "shift_jis",
    "C2D41": "iso8859-1",
    "C2D42": "iso8859-2",
    "C2D43": "iso8859-3",
    "C2D44": "iso8859-4",
    "C2D46": "iso8859-7",
    "C2D47": "iso8859-6",
    "C2D48": "iso8859-8",
    "C2D4C": "iso8859-5",
    "C2D4D": "iso8859-9",
    "M2440": "iso2022_jp_2",
    "M2442": "iso2022_jp_2",
    "M242844": "iso2022_jp_2",
    "M242943": "euc_kr",
}


@lru_cache(maxsize=64)
def known(escape: str) -> re.Pattern[str]:
    """Return what finds the sequences this module knows."""
    e = re.escape(escape)
    return re.compile(
        rf"{e}(?:(?P<one>[FSTREPHN])|X(?P<hex>(?:[0-9A-Fa-f]{{2}})+)"
        rf"|\.(?P<format>br|sp|ce|fi|nf|in|ti|sk)(?P<count>[+-]?\d{{0,4}})"
        rf"|(?P<switch>C[0-9A-Fa-f]{{4}}|M[0-9A-Fa-f]{{4}}(?:[0-9A-Fa-f]{{2}})?)){e}",
        re.IGNORECASE,
    )


@lru_cache(maxsize=64)
def _plain(delimiters: Delimiters) -> dict[str, str]:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repeat,
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
        "H": "",
        "N": "",
    }


def unescape(text: str, *, delimiters: Delimiters, codec: str) -> str:
    r"""Put back what the sequences stand for. `codec` reads the bytes of `\X…\`."""
    escape = delimiters.escape
    if not escape or escape not in text:
        return text
    plain = _plain(delimiters)

    def put_back(match: re.Match[str]) -> str:
        if match["one"]:
            return plain[match["one"].upper()]
        if match["hex"]:
            return bytes.fromhex(match["hex"]).decode(codec, "replace")
        if match["format"]:
            return _formatted(match["format"].lower(), match["count"])
        return match[0]

    pattern = known(escape)
    if escape + "C" in text or escape + "M" in text:
        text = _switched(text, pattern, codec)
    return pattern.sub(put_back, text)


def _formatted(command: str, count: str) -> str:
    repeats = int(count) if command in ("sp", "sk") and count.isdecimal() else 1
    return _FORMATS[command] * min(repeats, MAX_BLANKS)


def _switched(text: str, pattern: re.Pattern[str], codec: str) -> str:
    """Read the stretches after a switch of character set; one that cannot be read stands as it came."""
    done, at, reader, opener = [], 0, "", ""
    for match in pattern.finditer(text):
        if match["switch"]:
            done.append(_stretch(text[at : match.start()], opener, reader, codec))
            opener, at = match["switch"].upper(), match.end()
            reader = _SWITCHES.get(opener, "")
            if not reader:
                done.append(match[0])
    done.append(_stretch(text[at:], opener, reader, codec))
    return "".join(done)


def _stretch(text: str, opener: str, reader: str, codec: str) -> str:
    if not reader or reader == "ascii" or not text:
        return text
    try:
        content = text.encode(codec)
        if reader == "iso2022_jp_2":
            content = b"\x1b" + bytes.fromhex(opener[1:]) + content
        return content.decode(reader)
    except (UnicodeError, LookupError):
        return text


@lru_cache(maxsize=64)
def writer(delimiters: Delimiters) -> Callable[[str], str]:
    """Return the function that makes a value safe to stand between these delimiters, in a frame."""
    e = delimiters.escape
    marks = {
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.subcomponent: "T",
        delimiters.repeat: "R",
        delimiters.truncation: "P",
        e: "E",
        "\n": ".br",
        **{chr(code): f"X{code:02X}" for code in (*range(0x0A), *range(0x0B, 0x20), 0x7F)},
    }
    table = {ord(mark): f"{e}{word}{e}" for mark, word in marks.items() if mark}
    unsafe = re.compile("[" + "".join(re.escape(chr(code)) for code in table) + "]")

    def written(text: str) -> str:
        return text.translate(table) if unsafe.search(text) else text

    return written
