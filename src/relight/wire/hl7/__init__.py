"""HL7 version 2, as laboratories speak it: bytes in, values out; nothing that came is ever lost.

Owns reading, cutting files, acknowledging and building. Refuses sockets, clocks and meaning (see `wire.law`).
Source: docs/design/hl7.md.
"""

from relight.wire.hl7.acks import (
    AckCode,
    AckError,
    AckFault,
    Acknowledgement,
    AckPlan,
    Condition,
    Want,
    ack,
    ack_wanted,
    read_ack,
    stamp,
)
from relight.wire.hl7.builder import UTF8, Field, Verbatim, build
from relight.wire.hl7.delimiters import STANDARD_DELIMITERS, Delimiters
from relight.wire.hl7.header import Head, head
from relight.wire.hl7.matcher import (
    Accepted,
    AckMatcher,
    Awaits,
    Held,
    Outcome,
    Refused,
    Repeated,
    TimedOut,
    Unknown,
)
from relight.wire.hl7.message import Message, Place, Segment, path_read, read
from relight.wire.hl7.pieces import Piece, is_hl7, split

__all__ = [
    "STANDARD_DELIMITERS",
    "UTF8",
    "Accepted",
    "AckCode",
    "AckError",
    "AckFault",
    "AckMatcher",
    "AckPlan",
    "Acknowledgement",
    "Awaits",
    "Condition",
    "Delimiters",
    "Field",
    "Head",
    "Held",
    "Message",
    "Outcome",
    "Piece",
    "Place",
    "Refused",
    "Repeated",
    "Segment",
    "TimedOut",
    "Unknown",
    "Verbatim",
    "Want",
    "ack",
    "ack_wanted",
    "build",
    "head",
    "is_hl7",
    "path_read",
    "read",
    "read_ack",
    "split",
    "stamp",
]
