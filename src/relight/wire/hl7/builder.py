"""Building a message: values in, bytes out, escaped.

Owns the delimiters, MSH-18 and every escape of what is sent. Refuses values it cannot write: nothing is replaced
in silence. Source: HL7 v2.8 chapter 2, sections 2.5 to 2.7; docs/design/hl7.md, cases 40-45.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from relight.wire import errors
from relight.wire.hl7.charsets import WIDE, codec_of
from relight.wire.hl7.delimiters import STANDARD_DELIMITERS, Delimiters
from relight.wire.hl7.escapes import writer

UTF8 = "UNICODE UTF-8"


class Verbatim(str):
    """A value that stands as it is, already escaped for these delimiters: MSA-2, which is MSH-10 as it came."""

    __slots__ = ()


_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)

Subcomponents = tuple[str, ...]
Components = tuple[str | Subcomponents, ...]  # a tuple in a tuple: subcomponents
Field = str | None | Components | Sequence[str | Components]  # a list: repeats; a tuple: components


def build(
    segments: Sequence[Sequence[Field]],
    *,
    delimiters: Delimiters = STANDARD_DELIMITERS,
    charset: str = UTF8,
) -> bytes:
    """Write a message.

    Args: segments: each its name and then its fields, so that `segment[n]` is field n. A text is a value; a tuple
    holds components, a tuple within it subcomponents; a list holds repeats. MSH-1, MSH-2 and MSH-18 are written
    here, whatever stands there. charset: MSH-18; empty writes ASCII.
    Returns: the message, each segment ended by a carriage return; empty fields at the end of a segment are left out.
    Raises: BAD_NAME (RL-WIR-219), CANNOT_ENCODE (RL-WIR-218), UNKNOWN_CHARSET (RL-WIR-203).
    """
    codec = codec_of(charset) if charset else "ascii"
    if not codec or codec in WIDE:  # a frame cannot hold characters of two or four bytes
        raise errors.UNKNOWN_CHARSET.error(where="MSH-18", charset=charset[:20], codec="—")
    own = writer(delimiters)
    out: list[bytes] = []
    for number, segment in enumerate(segments, start=1):
        name = segment[0] if segment else ""
        if not isinstance(name, str) or not _NAME.fullmatch(name) or (name == "MSH") != (number == 1):
            raise errors.BAD_NAME.error(where=f"segment {number}", number=number)
        written = [_field(field, delimiters, own) for field in segment[1:]]
        if name == "MSH":
            written = _header(written, delimiters, charset)
        text = delimiters.field.join([name, *written]).rstrip(delimiters.field)
        try:
            out.append(text.encode(codec))
        except UnicodeEncodeError:
            raise errors.CANNOT_ENCODE.error(where=name, segment=name, charset=charset or "ASCII") from None
    if not out:
        raise errors.BAD_NAME.error(where="segment 1", number=1)
    return b"\r".join(out) + b"\r"


def _header(written: list[str], marks: Delimiters, charset: str) -> list[str]:
    """Put MSH-2 and MSH-18 in their places; MSH-1 is the separator itself."""
    upto17 = written[2:17]
    upto17 += [""] * (15 - len(upto17))
    return [marks.encoding, *upto17, marks.repeat.join(charset.split("~")), *written[18:]]


def _field(field: Field, marks: Delimiters, own: Callable[[str], str]) -> str:
    if not field:
        return ""
    if isinstance(field, str):
        return field if isinstance(field, Verbatim) else own(field)
    if isinstance(field, tuple):
        return _repeat(field, marks, own)
    return marks.repeat.join(own(part) if isinstance(part, str) else _repeat(part, marks, own) for part in field)


def _repeat(
    components: Sequence[str | Subcomponents | Components], marks: Delimiters, own: Callable[[str], str]
) -> str:
    parts = [
        own(part) if isinstance(part, str) else marks.subcomponent.join(own(str(sub)) for sub in part)
        for part in components
    ]
    return marks.component.join(part.rstrip(marks.subcomponent) for part in parts).rstrip(marks.component)
