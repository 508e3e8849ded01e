"""The door of liaison for every app above it."""

from __future__ import annotations

from relight.liaison.rules.table import LIMIT_MB
from relight.liaison.services.directory import DirectoryReport, directory_import
from relight.liaison.types import FileKind

__all__ = ["LIMIT_MB", "DirectoryReport", "FileKind", "directory_import"]
