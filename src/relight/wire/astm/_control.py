"""The control characters of the link, and which of them a message may not hold.

Owns names for bytes. Source: LIS01-A2, 6.5 (restricted message characters).
"""

from __future__ import annotations

STX, ETX, EOT, ENQ, ACK = 0x02, 0x03, 0x04, 0x05, 0x06
LF, CR, NAK, ETB = 0x0A, 0x0D, 0x15, 0x17

RESTRICTED = bytes((0x01, STX, ETX, EOT, ENQ, ACK, LF, 0x10, 0x11, 0x12, 0x13, 0x14, NAK, 0x16, ETB))
"""SOH STX ETX EOT ENQ ACK LF DLE DC1-DC4 NAK SYN ETB: never inside the text of a frame."""

STRUCTURE = bytes((STX, ETX, EOT, ENQ, ETB))
"""Those that no quirk lets into a text: they would move the borders of a frame."""
