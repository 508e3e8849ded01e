"""Any file or capture, cut into its messages.

Owns MLLP frames in files, batches (FHS, BHS, BTS, FTS), messages one after the other, comment lines around them.
Refuses exceptions: what is no HL7 comes back as a piece with its problem and its place, so that no byte is unsaid.
Source: HL7 v2.8 chapter 2, section 2.10.3; docs/design/hl7.md, cases 50-57.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relight.kernel.errors import InputError
from relight.wire import errors
from relight.wire.hl7.charsets import wide_codec
from relight.wire.hl7.header import BOM, head
from relight.wire.mllp import Block, Overlong, Reader
from relight.wire.problems import Problem

_MARK = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n\x0b])[ \t]*((MSH|FHS|BHS|BTS|FTS)[!-/:-@\[-`{-~])")
_BLANK = b" \t\r\n\x00\x1a\x1c"
_SEGMENT = re.compile(rb"[A-Z][A-Z0-9]{2}[!-/:-@\[-`{-~]")
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_REMARK = (b"#", b"//", b"/*", b"*")
_REMARKS = re.compile(rb"(?:[ \t]*(?:#|//|/?\*)[^\r\n]*(?:[\r\n]+|\Z)|[\s\x00\x1a\x1c]+)+")
_FRAMED = re.compile(rb"\x0b[ \t\r\n]*(?:MSH|FHS|BHS)[!-/:-@\[-`{-~]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a file. Args: content: its bytes. at: where they begin. problem: set when it is none."""

    content: bytes
    at: int
    problem: Problem | None = None


def is_hl7(data: bytes) -> bool:
    """Say whether a file holds HL7 version 2 anywhere."""
    return _MARK.search(data) is not None or _wide(data)


def split(data: bytes) -> tuple[Piece, ...]:
    """Cut a file into messages, in order. Never raises; an empty file gives one refused piece."""
    if _FRAMED.search(data):
        pieces = list(_framed(data))
    elif _wide(data):
        pieces = [Piece(data, 0)]
    else:
        pieces = list(_plain(data, 0))
    return tuple(pieces) or (_refused(data, 0),)


def _wide(data: bytes) -> bool:
    if not wide_codec(data):
        return False
    try:
        head(data)
    except InputError:
        return False
    return True


def _refused(content: bytes, at: int) -> Piece:
    return Piece(content, at, Problem(at=at, spec=errors.NOT_HL7))


def _framed(data: bytes) -> Iterator[Piece]:
    reader = Reader(limit_bytes=len(data))
    for event in [*reader.receive(data), *reader.end()]:
        if isinstance(event, Block):
            yield from _plain(event.content, event.at + 1)
        elif not isinstance(event, Overlong) and event.content.strip():
            yield Piece(event.content, event.at, event.problem)


def _plain(data: bytes, base: int) -> Iterator[Piece]:
    """Cut bytes without frames. `base` is where they begin in the file."""
    marks = list(_MARK.finditer(data))
    yield from _unclaimed(data[: marks[0].start(1)] if marks else data, base)
    counted = _Count()
    ends = [mark.start(1) for mark in marks[1:]] + [len(data)]
    for mark, end in zip(marks, ends, strict=False):
        start = mark.start(1)
        content = data[start:end]
        name = mark[2]
        if name == b"MSH":
            counted.messages += 1
            yield Piece(_trimmed(content), base + start)
        else:
            problem = counted.meets(name, content, base + start)
            if problem:
                yield Piece(_trimmed(content), base + start, problem)
            yield from _after_line(content, base + start)


def _trimmed(content: bytes) -> bytes:
    """Cut empty lines off the end, and comment lines parted from the message by an empty one; keep one line end."""
    body = content.rstrip(_BLANK)
    last = max(body.rfind(b"\r"), body.rfind(b"\n")) + 1
    end = len(body) if _SEGMENT.match(body, last) else _end_of_text(content)
    line = _LINE.match(content, end)
    return content[: line.end()] if line else content


def _end_of_text(content: bytes) -> int:
    """Return where the last line ends that is no comment. A comment-like line right after text is text."""
    end, parted = 0, False
    for line in _LINE.finditer(content):
        text = line[1].strip(_BLANK)
        if not text:
            parted = True
        elif not (parted and text.startswith(_REMARK)):
            end, parted = line.end(1), False
    return end


def _after_line(content: bytes, at: int) -> Iterator[Piece]:
    """What follows a line of an envelope, up to the next message, is nobody's."""
    line = re.match(rb"[^\r\n]*", content)
    length = line.end() if line else 0
    yield from _unclaimed(content[length:], at + length)


def _unclaimed(content: bytes, at: int) -> Iterator[Piece]:
    """Refuse what stands outside messages; blanks, comment lines and a byte order mark are nobody's fault."""
    if content.startswith(BOM):
        content, at = content[3:], at + 3
    remarks = _REMARKS.match(content)
    skipped = remarks.end() if remarks else 0
    if content[skipped:].strip(_BLANK):
        yield _refused(content[skipped:], at + skipped)


class _Count:
    """What the envelopes say they hold, beside what was found."""

    def __init__(self) -> None:
        self.messages = 0
        self.batches = 0

    def meets(self, name: bytes, line: bytes, at: int) -> Problem | None:
        """Take the next envelope segment. Returns: the problem when its count is another."""
        if name == b"BHS":
            self.messages = 0
            self.batches += 1
        if name == b"FHS":
            self.batches = 0
        if name in (b"BHS", b"FHS"):
            return None
        found = self.messages if name == b"BTS" else self.batches
        said = re.match(rb"...[^\r\n]0*(\d{1,9})(?![\d])", line)
        if said is None or int(said[1]) == found:
            return None
        return Problem(at=at, spec=errors.BATCH_COUNT, params={"said": int(said[1]), "found": found})
