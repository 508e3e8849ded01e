"""`relight inspect PATH…`: the inspection engine's own command, mounted. Needs no data folder, database or account."""

from __future__ import annotations

from relight.inspection.command import mount

__all__ = ["mount"]
