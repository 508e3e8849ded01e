"""One batch sent: which frame is out, how often, which message it belongs to.

Owns cutting and counting. Refuses the line and its time-outs. Source: LIS01-A2, 8.3 and 8.5.1.
"""

from __future__ import annotations

from collections.abc import Sequence

from relight.wire.astm._frames import control_name, cut_message, restricted_at, write_frame
from relight.wire.astm._limits import LinkQuirks
from relight.wire.errors import TEXT_RESTRICTED


class Batch:
    """Messages on their way, frame by frame. Frames are numbered through the whole transmission."""

    __slots__ = ("_cut", "_messages", "_number", "_quirks", "_send_chars", "enquiries", "index", "tries")

    def __init__(self, messages: Sequence[bytes], *, quirks: LinkQuirks, send_chars: int) -> None:
        """Check and keep the messages. Raises: InputError RL-WIR-114 for a restricted character."""
        for text in messages:
            odd = restricted_at(text, quirks=quirks)
            if odd >= 0:
                raise TEXT_RESTRICTED.error(character=control_name(text[odd]), at=odd)
        self._messages = tuple(messages)
        self._quirks = quirks
        self._send_chars = send_chars
        self._cut: list[tuple[bytes, bool]] = []  # the frames left of this message, the next one last
        self._number = 1
        self.index = 0
        self.tries = 0
        self.enquiries = 0

    @property
    def count(self) -> int:
        return len(self._messages)

    @property
    def is_done(self) -> bool:
        return self.index >= len(self._messages)

    @property
    def number(self) -> int:
        """The number of the frame that is out."""
        return self._number

    def begin(self) -> None:
        """Start a transmission: numbers begin at 1, with the message that is next."""
        self._number = 1
        self._load()

    def frame(self) -> bytes:
        """Return the frame that is out, and count the try."""
        self.tries += 1
        text, ends = self._cut[-1]
        return write_frame(text, number=self._number, ends=ends, quirks=self._quirks)

    def acknowledged(self) -> bool:
        """Move on to the next frame. Returns: whether a message was finished with this one."""
        self._cut.pop()
        self._number = (self._number + 1) % 8
        self.tries = 0
        self.enquiries = 0
        if self._cut:
            return False
        self.index += 1
        if not self.is_done:
            self._load()
        return True

    def _load(self) -> None:
        self.tries = 0
        message = self._messages[self.index]
        cut = list(cut_message(message, quirks=self._quirks, send_chars=self._send_chars))
        self._cut = cut[::-1] or [(b"", True)]
