"""Readers of inventories: bytes in, rows out, nothing else.

`reading_of` finds the format from the content; each reader is an iterator of SightingRow, BadRow and
Skipped. Owns formats. Refuses Django, files, clocks, randomness. Source: docs/design/inventories.md.
"""

from relight.fleet.readers.detect import reading_of
from relight.fleet.readers.text import text_of

__all__ = ["reading_of", "text_of"]
