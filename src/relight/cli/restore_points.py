"""`relight restore-points REPO`: the inspection engine's own command, mounted. Needs no data folder or database."""

from __future__ import annotations

from relight.inspection.restore.command import mount

__all__ = ["mount"]
