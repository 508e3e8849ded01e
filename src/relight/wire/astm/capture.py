"""Captures: files that hold ASTM, however they were saved.

Owns finding frames and records in a dump of the line (one side or both, several transmissions), in JSON
arrays of reads, in plain records with any line end. Refuses joining across a frame that is missing or
whose checksum does not fit. Source: docs/design/astm.md, C1 to C6.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass

from relight.kernel.errors import ErrorSpec, InputError
from relight.wire.astm._control import ACK, ENQ, EOT, NAK, STX
from relight.wire.astm._delimiters import is_header
from relight.wire.astm.records import Message, messages, read
from relight.wire.errors import (
    CHECKSUM_WRONG,
    FRAME_GARBLED,
    FRAME_ORPHANED,
    LINE_ENDS_MENDED,
    LINE_NOISE,
    NO_CHECKSUM,
    NO_HEADER,
    NOT_ASTM,
)
from relight.wire.problems import Problem

_BOM = b"\xef\xbb\xbf"
_FRAME_START = re.compile(rb"\x02[0-7]")
_BORDER = re.compile(rb"[\x03\x17]")
_NEW_SESSION = re.compile(rb"\x04[\r\n]*(?=\x05)|\x05(?=[\x06\x15]*\x02)")
_CONTROL = re.compile(rb"[\x02\x04\x05\x06\x15]")
_TAIL = re.compile(rb"[^\x02\x04\x05\x06\x15]*")
_ENDINGS = (b"\r\n", b"\r", b"\n", b"")
_HEX = re.compile(rb"[0-9A-F]{2}|[0-9a-f]{2}")
_HEADER_LINE = re.compile(rb"(?:\A|[\r\n])H([^\sA-Za-z0-9])[^\sA-Za-z0-9]{2}")
_RECORD_LINE = re.compile(rb"(?:\A|[\r\n])(?=[PORCQMSL]\|)")
_LINES = re.compile(rb"[^\r\n]*(?:\r\n?|\n|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a file holds.

    Args: messages: in order. problems: of the capture and of its messages, by place; places count
    from the start of the bytes on the line (of the file, but for JSON arrays). framed: whether it
    is a dump of the line; else records without frames.
    """

    messages: tuple[Message, ...]
    problems: tuple[Problem, ...]
    framed: bool


def is_astm(data: bytes) -> bool:
    """Tell whether a file looks like ASTM: a frame, or a header record at the start of a line."""
    line = _line_bytes(data)
    return bool(_FRAME_START.search(line) or _HEADER_LINE.search(line))


def read_capture(data: bytes, *, encoding: str | None = None) -> Capture:
    """Read a file. Never raises for its content: what cannot be read is a problem with its place.

    Raises: InputError RL-WIR-159 for a character set that is not known.
    """
    line = _line_bytes(data)
    if 0x02 in line:
        return _Dump(line, encoding=encoding).read()
    return _read_plain(line, encoding=encoding)


def _line_bytes(data: bytes) -> bytes:
    """Return the bytes of the line: those of the file, or the reads listed in a JSON array of arrays."""
    if data[:64].lstrip()[:1] != b"[":
        return data.removeprefix(_BOM)
    try:
        reads = json.loads(data)
        return b"".join(bytes(part) for part in reads)
    except (ValueError, TypeError, RecursionError):
        return data


# --- plain records ---


def _read_plain(data: bytes, *, encoding: str | None) -> Capture:
    """Read records without frames. Lines that begin with # are remarks of whoever saved the file."""
    if _HEADER_LINE.search(data) is None:
        record = _RECORD_LINE.search(data)
        problem = Problem(at=record.end(), spec=NO_HEADER) if record else Problem(at=0, spec=NOT_ASTM)
        return Capture(messages=(), problems=(problem,), framed=False)
    text = _Text()
    for line in _LINES.finditer(data):
        if not line.group().startswith(b"#") and (text.size or line.group().strip()):
            text.add(line.group(), line.start())
    found, problems = _read_text(text, encoding=encoding)
    return Capture(messages=tuple(found), problems=tuple(problems), framed=False)


class _Text:
    """Joined text that knows where each part came from."""

    __slots__ = ("_parts", "_places", "_starts", "size")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self.size = 0

    def add(self, part: bytes, place: int) -> None:
        self._starts.append(self.size)
        self._places.append(place)
        self._parts.append(part)
        self.size += len(part)

    @property
    def whole(self) -> bytes:
        return b"".join(self._parts)

    def place(self, at: int) -> int:
        """Return where a byte of the text stands in the capture."""
        part = max(bisect_right(self._starts, at) - 1, 0)
        return self._places[part] + at - self._starts[part]


def _read_text(text: _Text, *, encoding: str | None) -> tuple[list[Message], list[Problem]]:
    """Read the messages of one text, with every problem's place in the capture."""
    found: list[Message] = []
    problems: list[Problem] = []
    start = 0
    for piece in messages(text.whole):
        try:
            message = read(piece, encoding=encoding)
        except InputError as refusal:
            if refusal.spec is not NO_HEADER:
                raise
            problems.append(Problem(at=text.place(start), spec=NO_HEADER))
        else:
            found.append(message)
            problems += (_moved(problem, text.place(start + problem.at)) for problem in message.problems)
        start += len(piece)
    return found, problems


def _moved(problem: Problem, at: int) -> Problem:
    return Problem(at=at, spec=problem.spec, params=problem.params)


# --- a dump of the line ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Bytes from STX to the end of a frame, or of what should have been one."""

    at: int
    end: int
    raw: bytes
    number: int = 0
    text: bytes = b""
    refusal: Problem | None = None


class _Dump:
    """Reads a dump from its start to its end."""

    def __init__(self, data: bytes, *, encoding: str | None) -> None:
        self._data = data
        self._encoding = encoding
        self._mended = self._line_ends_changed()
        self._messages: list[Message] = []
        self._problems: list[Problem] = []
        self._text = _Text()
        self._last: bytes = b""
        self._expected: int | None = None  # None: only a header record may come

    def read(self) -> Capture:
        at = 0
        while at < len(self._data):
            byte = self._data[at]
            if byte == STX:
                cut = self._cut(at)
                self._place(cut)
                at = cut.end
            elif byte in (ENQ, EOT):
                self._close()
                at += 1
            elif byte in (ACK, NAK):
                at += 1
            else:
                at = self._pass_over(at)
        self._close()
        if self._mended:
            self._problems.append(Problem(at=0, spec=LINE_ENDS_MENDED))
        self._problems.sort(key=lambda problem: problem.at)
        return Capture(messages=tuple(self._messages), problems=tuple(self._problems), framed=True)

    def _line_ends_changed(self) -> bytes:
        """Return what a program wrote for each CR, when it did so in the whole file: one CR left disproves it."""
        returns, pairs = self._data.count(b"\r"), self._data.count(b"\r\n")
        if not returns and b"\n" in self._data:
            changed = b"\n"
        elif returns and returns == pairs:
            changed = b"\r\n"
        else:
            return b""
        fits = [self._sum_fits(start.start(), changed) for start in _FRAME_START.finditer(self._data)]
        return changed if any(mended and not plain for plain, mended in fits) else b""

    def _sum_fits(self, at: int, changed: bytes) -> tuple[bool, bool]:
        """Tell whether the checksum of a frame fits as it stands, and with CR put back."""
        border = _BORDER.search(self._data, at)
        if border is None:
            return False, False
        body, given = self._data[at + 1 : border.end()], self._data[border.end() : border.end() + 2]
        return _fits(body, given), _fits(body.replace(changed, b"\r"), given)

    def _cut(self, at: int) -> _Cut:
        """Cut one frame out and check it."""
        border = _BORDER.search(self._data, at + 1)
        stop = border.end() if border else len(self._data)
        if begun := _NEW_SESSION.search(self._data, at + 1, stop):
            return self._refused(at, begun.start(), FRAME_GARBLED, size=begun.start() - at)
        if border is None:
            return self._refused(at, stop, FRAME_GARBLED, size=stop - at)
        body, given = self._data[at + 1 : stop], self._data[stop : stop + 2]
        checked = bool(_HEX.fullmatch(given))
        tail = _TAIL.match(self._data, stop + 2 if checked else stop)
        end = tail.end() if tail else stop
        if not body[:1].isdigit() or (set(body[:-1]) & {STX, ENQ, EOT}):
            return self._refused(at, end, FRAME_GARBLED, size=end - at)
        if not checked:
            return self._refused(at, end, NO_CHECKSUM)
        if self._mended:
            body = body.replace(self._mended, b"\r")
        if not _fits(body, given):
            return self._refused(at, end, CHECKSUM_WRONG, number=chr(body[0]))
        if body[0] > 0x37 or (tail and tail.group() not in _ENDINGS):
            return self._refused(at, end, FRAME_GARBLED, size=end - at)
        return _Cut(at=at, end=end, raw=self._data[at:stop], number=body[0] - 0x30, text=body[1:-1])

    def _refused(self, at: int, end: int, spec: ErrorSpec, **params: object) -> _Cut:
        return _Cut(at=at, end=end, raw=self._data[at:end], refusal=Problem(at=at, spec=spec, params=params))

    def _place(self, cut: _Cut) -> None:
        """Join a frame to the text, when it comes next. One sent again replaces a refused one, or says nothing new."""
        if cut.refusal is not None:
            self._problems.append(cut.refusal)
            return
        if cut.raw == self._last:
            return
        begins = is_header(cut.text[:2])
        if cut.number != self._expected:
            if not begins:
                self._flush()
                self._expected = None
                params = {"number": cut.number}
                self._problems.append(Problem(at=cut.at, spec=FRAME_ORPHANED, params=params))
                return
            if self._expected is None or cut.number == 1:
                self._flush()
        self._last = cut.raw
        self._expected = (cut.number + 1) % 8
        self._text.add(cut.text, cut.at + 2)

    def _close(self) -> None:
        """A transmission ends here."""
        self._flush()
        self._expected, self._last = None, b""

    def _flush(self) -> None:
        if self._text.size:
            found, problems = _read_text(self._text, encoding=self._encoding)
            self._messages += found
            self._problems += problems
        self._text = _Text()

    def _pass_over(self, at: int) -> int:
        """Pass over bytes outside frames; line ends among them mean nothing."""
        found = _CONTROL.search(self._data, at)
        end = found.start() if found else len(self._data)
        if self._data[at:end].strip():
            self._problems.append(Problem(at=at, spec=LINE_NOISE, params={"size": end - at}))
        return end


def _fits(body: bytes, given: bytes) -> bool:
    total = sum(body) & 0xFF
    return given in (b"%02X" % total, b"%02x" % total)
