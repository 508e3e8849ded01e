"""What a link may cost, and where an analyzer differs from the standard.

Owns time-outs, sizes and quirks. Refuses guessing them: a driver or a person sets them. Source: LIS01-A2, 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLimits:
    """Time-outs in seconds, sizes in bytes, counts of tries.

    The times are those of LIS01-A2, but `settle_s`: so long must the line be silent before bytes
    that are no frame are answered, so that one broken frame gets one NAK.
    """

    reply_s: float = 15.0
    receiver_s: float = 30.0
    busy_s: float = 10.0
    instrument_yields_s: float = 1.0
    host_yields_s: float = 20.0
    interrupted_s: float = 15.0
    settle_s: float = 3.0
    tries: int = 6  # a frame sent so often without being accepted is given up
    enquiries: int = 6  # so is a line asked for so often without being granted
    frame_bytes: int = 64_000  # received, whole frame
    session_bytes: int = 8 * 1024 * 1024  # received, all texts of one transmission
    send_chars: int = 240  # text of a frame sent; LIS01-A2 allows 63,993, E1381 240


class FrameEnding(Enum):
    """What stands behind the checksum."""

    CRLF = b"\r\n"
    CR = b"\r"  # a line feed that follows all the same is passed over


class FrameNumbers(Enum):
    """How frames received are numbered."""

    STRICT = "strict"  # 1 to 7, then 0, through the whole transmission
    RESTART = "restart"  # 1 again with each header record
    FREE = "free"  # any digit: lost frames go unseen, so only where nothing else works


class ChecksumCase(Enum):
    """How the letters of a checksum are written: one case, or a changed bit would pass."""

    UPPER = b"%02X"
    LOWER = b"%02x"


class Packing(Enum):
    """How messages are cut into frames."""

    RECORD = "record"  # a record begins a frame; its last frame closes with ETX
    MESSAGE = "message"  # frames are filled; the last of the message closes with ETX


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuirks:
    """Where this peer leaves the standard. The default is the standard.

    Args: without_enquiry: it sends frames without asking first. line_feeds: its records end
    with CR LF inside a frame. control_characters: its texts hold SOH, ACK, DLE, DC1-DC4, NAK or SYN.
    """

    ending: FrameEnding = FrameEnding.CRLF
    numbers: FrameNumbers = FrameNumbers.STRICT
    checksum: ChecksumCase = ChecksumCase.UPPER
    packing: Packing = Packing.RECORD
    without_enquiry: bool = False
    line_feeds: bool = False
    control_characters: bool = False


STANDARD_LIMITS = LinkLimits()
STANDARD = LinkQuirks()
