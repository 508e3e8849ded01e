"""ASTM for tests: real captures, the bytes of the line by name, an owner that answers, strategies."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import strategies as st

from relight.wire.astm import link as astm
from relight.wire.astm._frames import write_frame
from relight.wire.astm.link import FrameReceived, FrameRepeated, Link, LinkQuirks, SessionAsked

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "astm"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"real captures are not here: {DATA}")

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"
MESSAGE = b"H|\\^&|||XN-550\rP|1||PAT0001\rO|1|SMP1||^^^GLU\rR|1|^^^GLU|5.4|mmol/L\rL|1|N\r"


def files() -> list[Path]:
    """All real files, in order."""
    return sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.is_dir() else []


def named(path: Path) -> str:
    return path.name


def bytes_of(path: Path) -> bytes:
    """The bytes of the line: JSON arrays of reads are joined."""
    data = path.read_bytes()
    return b"".join(map(bytes, json.loads(data))) if data.startswith(b"[[") else data


def real_frames() -> list[bytes]:
    """Every real frame whose checksum fits and which ends in CR LF, each once."""
    found = []
    for path in files():
        for frame in re.findall(rb"\x02[0-7][^\x02\x03\x17\n]*[\x03\x17][0-9A-F]{2}\r\n", bytes_of(path)):
            if b"%02X" % (sum(frame[1:-4]) & 0xFF) == frame[-4:-2]:
                found.append(frame)
    return list(dict.fromkeys(found))


def frame(text: bytes, number: int = 1, *, ends: bool = True, **quirks: object) -> bytes:
    """One good frame."""
    return write_frame(text, number=number, ends=ends, quirks=LinkQuirks(**quirks))  # type: ignore[arg-type]


def opened(**settings: object) -> Link:
    """A link whose peer was just let in."""
    link = Link(**settings)  # type: ignore[arg-type]
    link.receive(ENQ, at=0.0)
    link.grant(at=0.0)
    assert link.outgoing() == ACK
    return link


class Owner:
    """Answers a link as a gateway would: grants, stores, accepts; remembers all it saw."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.seen: list[astm.Event] = []
        self.stored: list[bytes] = []

    def feed(self, data: bytes, *, at: float = 0.0) -> bytes:
        """Give bytes to the link and answer what it asks. Returns what it wrote."""
        self._answer(self.link.receive(data, at=at), at)
        return self.link.outgoing()

    def tick(self, *, at: float) -> bytes:
        self._answer(self.link.tick(at=at), at)
        return self.link.outgoing()

    def _answer(self, events: tuple[astm.Event, ...], at: float) -> None:
        queue = list(events)
        while queue:
            event = queue.pop(0)
            self.seen.append(event)
            if isinstance(event, SessionAsked):
                queue += self.link.grant(at=at)
            elif isinstance(event, FrameReceived):
                self.stored.append(event.text)
                queue += self.link.accept(at=at)
            elif isinstance(event, FrameRepeated):
                queue += self.link.accept(at=at)

    def of(self, *kinds: type) -> list[astm.Event]:
        return [event for event in self.seen if isinstance(event, kinds)]


# --- strategies ---

field_texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=12)
values = st.one_of(
    st.none(),
    field_texts,
    st.lists(field_texts, min_size=2, max_size=3).map(tuple),
    st.lists(st.one_of(field_texts, st.lists(field_texts, min_size=2, max_size=3).map(tuple)), min_size=2, max_size=3),
)
line_bytes = st.lists(
    st.one_of(
        st.sampled_from([STX, ETX, EOT, ENQ, ACK, NAK, ETB, b"\r", b"\n", b"\r\n", b"1", b"H|\\^&", b"&", b"#", b"[["]),
        st.integers(1, 7).map(lambda n: frame(b"R|1|^^^GLU|5.4\r", n)),
        st.just(frame(MESSAGE)),
        st.just(MESSAGE),
        st.binary(max_size=8),
    ),
    max_size=20,
).map(b"".join)
