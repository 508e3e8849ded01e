"""One transmission received: which frame comes next, which came again, what was accepted so far.

Owns numbers and joined texts. Refuses the line and its answers. Source: LIS01-A2, 8.3.3 and 8.5.1.
"""

from __future__ import annotations

from enum import Enum

from relight.wire.astm._frames import Frame
from relight.wire.astm._limits import FrameNumbers
from relight.wire.errors import FRAME_NUMBER_WRONG
from relight.wire.problems import Problem


class Standing(Enum):
    """What a good frame is to this transmission."""

    NEW = "new"
    REPEATED = "repeated"


class Session:
    """What was accepted since ENQ."""

    __slots__ = ("_expected", "_last", "_numbers", "_texts", "refusals", "size_bytes")

    def __init__(self, *, numbers: FrameNumbers) -> None:
        self._numbers = numbers
        self._expected = 1
        self._last: Frame | None = None
        self._texts: list[bytes] = []
        self.size_bytes = 0
        self.refusals = 0  # in a row, since the last good frame

    def judge(self, frame: Frame, *, at: int) -> Standing | Problem:
        """Tell a frame that comes next from one that came again, byte for byte, and from any other."""
        if self._last is not None and frame.raw == self._last.raw:
            return Standing.REPEATED
        restarts = self._numbers is FrameNumbers.RESTART and frame.number == 1 and frame.text.startswith(b"H")
        if frame.number == self._expected or restarts or self._numbers is FrameNumbers.FREE:
            return Standing.NEW
        params = {"number": frame.number, "expected": self._expected}
        return Problem(at=at, spec=FRAME_NUMBER_WRONG, params=params)

    def accept(self, frame: Frame) -> None:
        """Keep the text of a new frame; a repeated one only shows that all is well again."""
        self.refusals = 0
        if self._last is not None and frame.raw == self._last.raw:
            return
        self._last = frame
        self._expected = (frame.number + 1) % 8
        self._texts.append(frame.text)
        self.size_bytes += len(frame.text)

    @property
    def is_complete(self) -> bool:
        return not self.refusals and (self._last is None or self._last.ends)

    @property
    def text(self) -> bytes:
        return b"".join(self._texts)
