"""The MSH segment alone, fast: what a gateway needs before it acknowledges.

Owns finding MSH and naming its fields. Refuses the rest of the message, which it never touches.
Source: HL7 v2.8 chapter 2, section 2.14.9; docs/design/hl7.md, cases 10-14.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from relight.wire import errors
from relight.wire.hl7.charsets import wide_codec
from relight.wire.hl7.delimiters import Delimiters, delimiters_read

BOM = b"\xef\xbb\xbf"
KEPT = 256  # bytes of a field that what is remembered between messages may hold
_BLANKS = b" \t\r\n\x00"
_NO_SEPARATORS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t\r\n\x00\x0b\x1c\x7f")


@dataclass(frozen=True, slots=True)
class Head:
    """MSH as bytes.

    Args: fields: `fields[0]` is "MSH", `fields[1]` MSH-2, `fields[n - 1]` MSH-n. separator: MSH-1. at: where
    MSH begins in what was given. wide: the codec when characters take two or four bytes; `fields` are UTF-8 then.
    """

    fields: list[bytes]
    separator: bytes
    at: int = 0
    wide: str = ""

    def raw(self, number: int) -> bytes:
        """Return MSH-n, n >= 2, as it came; empty when the segment is shorter."""
        fields = self.fields
        return fields[number - 1] if number <= len(fields) else b""

    def text(self, number: int) -> str:
        """Return MSH-n as text: UTF-8, else ISO 8859-1, so that no two ids become one."""
        raw = self.raw(number)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("iso8859-1")

    @property
    def delimiters(self) -> Delimiters:
        return delimiters_read(self.separator.decode("iso8859-1"), self.raw(2)[:KEPT].decode("iso8859-1"))

    def _component(self, number: int, place: int) -> str:
        parts = _components(self.text(number), self.delimiters.component)
        return parts[place] if place < len(parts) else ""

    @property
    def type(self) -> str:
        """MSH-9.1: `ORU`."""
        return self._named[0]

    @property
    def trigger(self) -> str:
        """MSH-9.2: `R01`."""
        return self._named[1]

    @property
    def structure(self) -> str:
        """MSH-9.3: `ORU_R01`."""
        return self._named[2]

    @property
    def _named(self) -> tuple[str, str, str]:
        return _named(self.separator, self.raw(2)[:KEPT], self.raw(9)[:KEPT])

    @property
    def control_id(self) -> str:
        """MSH-10, never trimmed: it comes back in MSA-2 byte for byte."""
        return self.text(10)

    @property
    def processing_id(self) -> str:
        """MSH-11.1: `P` production, `T` training, `D` debugging."""
        return self._component(11, 0)

    @property
    def version(self) -> str:
        """MSH-12.1: `2.5.1`."""
        return self._component(12, 0)

    @property
    def charset(self) -> str:
        """MSH-18 as it was written, all repeats."""
        return self.text(18)

    @property
    def accept_ack(self) -> str:
        """MSH-15."""
        return self.text(15)

    @property
    def app_ack(self) -> str:
        """MSH-16."""
        return self.text(16)

    @property
    def sender_app(self) -> bytes:
        """MSH-3, raw."""
        return self.raw(3)

    @property
    def sender_facility(self) -> bytes:
        """MSH-4, raw."""
        return self.raw(4)

    @property
    def receiver_app(self) -> bytes:
        """MSH-5, raw."""
        return self.raw(5)

    @property
    def receiver_facility(self) -> bytes:
        """MSH-6, raw."""
        return self.raw(6)


def _components(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark)] if mark else [text.strip()]


@lru_cache(maxsize=512)
def _named(separator: bytes, encoding: bytes, kind: bytes) -> tuple[str, str, str]:
    """Return type, trigger and structure. Senders have few of them, and a gateway asks for every message."""
    like = Head([b"MSH", encoding, *[b""] * 6, kind], separator)
    parts = _components(like.text(9), like.delimiters.component)
    first, second, third, *_ = [*parts, "", ""]
    return first, second, third


def head(raw: bytes) -> Head:
    """Read the MSH segment and nothing else; a byte order mark and blanks before it are passed over.

    Raises: NO_MSH (RL-WIR-201), with the place.
    """
    at = 0
    if raw[:3] != b"MSH":
        codec = wide_codec(raw)
        if codec:
            return _wide_head(raw, codec)
        at = start_of(raw)
    if len(raw) < at + 4 or raw[at + 3] in _NO_SEPARATORS or raw[at + 3] > 0x7F:
        raise errors.NO_MSH.error(where=f"byte {at}")
    end = raw.find(b"\r", at)
    line = raw[at:end] if end >= 0 else raw[at:]
    if b"\n" in line:
        line = line[: line.index(b"\n")]
    separator = raw[at + 3 : at + 4]
    return Head(line.split(separator), separator, at)


def start_of(raw: bytes) -> int:
    """Return where MSH begins after a byte order mark and blanks. Raises: NO_MSH."""
    at = 3 if raw.startswith(BOM) else 0
    size = len(raw)
    while at < size and raw[at] in _BLANKS:
        at += 1
    if raw[at : at + 3] != b"MSH":
        raise errors.NO_MSH.error(where=f"byte {at}")
    return at


def _wide_head(raw: bytes, codec: str) -> Head:
    """Read the MSH of a UTF-16 or UTF-32 message. Raises: NO_MSH."""
    inner = head(raw.decode(codec, "replace").lstrip("\ufeff").encode("utf-8", "replace"))
    return Head(inner.fields, inner.separator, 0, codec)
