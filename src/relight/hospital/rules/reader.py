"""Reads typed values out of a parsed TOML table and notes every fault with its line, never stopping.

Owns `Reader` (one file being read) and `Table` (one table of it). Refuses meaning: what values mean
together stands in `description`. Source: docs/design/hospital.md, "Faults".
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from relight.hospital import errors
from relight.hospital.types import LANGUAGES, Fault, Word
from relight.kernel.errors import N_, ErrorSpec
from relight.kernel.ids import is_slug
from relight.kernel.toml_lines import Path, lines_of

A_TABLE = Word(N_("a table"))
TEXTS = Word(N_("a list of texts"))
KIND_WORDS: Mapping[type, Word] = {
    str: Word(N_("a text")),
    int: Word(N_("a whole number")),
    bool: Word(N_("true or false")),
    list: Word(N_("a list")),
}


def some_of(known: list[str] | tuple[str, ...], *, near: str = "", limit: int = 6) -> str:
    """Return a short list of ids for a message, the ones close to what was written first."""
    close = get_close_matches(near, known, n=3, cutoff=0.5) if near else []
    rest = [item for item in sorted(known) if item not in close]
    shown = (close + rest)[: max(limit, len(close))]
    return ", ".join(shown) + (" …" if len(shown) < len(known) else "") if shown else "—"


class Reader:
    """One file being read: gathers faults and warnings, finds their lines when there are any."""

    def __init__(self, text: str, filename: str) -> None:
        self.text = text
        self.filename = filename
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self._lines: dict[Path, int] | None = None

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest table around it."""
        if self._lines is None:
            self._lines = lines_of(self.text)
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def fault(self, spec: ErrorSpec, path: Path, **params: object) -> None:
        self.faults.append(self._make(spec, path, params))

    def warning(self, spec: ErrorSpec, path: Path, **params: object) -> None:
        self.warnings.append(self._make(spec, path, params))

    def _make(self, spec: ErrorSpec, path: Path, params: Mapping[str, object]) -> Fault:
        line = self.line(path)
        return Fault(spec=spec, line=line, where=f"{self.filename}:{line}", params=params)


class Table:
    """One table: takes values by key, and says which keys nobody asked for."""

    def __init__(self, reader: Reader, path: Path, values: object, *, known: tuple[str, ...]) -> None:
        self.reader = reader
        self.path = path
        self.values: dict[str, Any] = {}
        if not isinstance(values, dict):
            reader.fault(errors.TYPE_WRONG, path, key=str(path[-1]), wanted=A_TABLE, hint="{ key = … }")
            return
        self.values = values
        for key in values:
            if key not in known:
                near = some_of(known, near=key, limit=len(known))
                reader.fault(errors.KEY_UNKNOWN, (*path, key), key=key, known=near)

    def at(self, *keys: str | int) -> Path:
        return (*self.path, *keys)

    def _take(self, key: str, kind: type, hint: str, *, required: bool) -> Any:
        value = self.values.get(key)
        if value is None:
            if required:
                self.reader.fault(errors.KEY_MISSING, self.path, key=key, hint=hint)
            return None
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.reader.fault(errors.TYPE_WRONG, self.at(key), key=key, wanted=KIND_WORDS[kind], hint=hint)
            return None
        return value

    def word(self, key: str, hint: str, *, required: bool = False) -> str:
        """Return a text, empty when it is absent or wrong."""
        value = self._take(key, str, hint, required=required)
        if value is not None and not value.strip():
            self.reader.fault(errors.KEY_MISSING, self.at(key), key=key, hint=hint)
        return str(value or "").strip()

    def slug(self, key: str, *, required: bool = False) -> str:
        """Return an id, empty when it is absent or cannot be one."""
        value = self.word(key, f'{key} = "…"', required=required)
        if value and not is_slug(value):
            self.reader.fault(errors.ID_BAD, self.at(key), id=value)
            return ""
        return value

    def number(self, key: str, *, least: int, required: bool = False, absent: int = 0) -> int:
        """Return a number of at least `least`; `absent` when it is not there or wrong."""
        value = self._take(key, int, f"{key} = {least}", required=required)
        if value is None:
            return absent
        if value < least:
            self.reader.fault(errors.NEED_UNDER_ONE, self.at(key), key=key, value=value, least=least)
            return absent
        return int(value)

    def flag(self, key: str, *, absent: bool) -> bool:
        value = self._take(key, bool, f"{key} = true", required=False)
        return absent if value is None else bool(value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, in order, leaving out (and noting) what is no text."""
        value = self._take(key, list, f'{key} = ["…"]', required=False) or []
        kept = []
        for index, item in enumerate(value):
            if isinstance(item, str) and item.strip():
                kept.append(item.strip())
            else:
                self.reader.fault(errors.TYPE_WRONG, self.at(key, index), key=key, wanted=TEXTS, hint='["…"]')
        return tuple(kept)

    def rows(self, key: str) -> list[tuple[Path, object]]:
        """Return the elements of an array of tables with their paths."""
        value = self._take(key, list, f"[[{key}]]", required=False) or []
        return [(self.at(key, index), item) for index, item in enumerate(value)]

    def names(self, id: str) -> dict[str, str]:
        """Return the names by language; none at all is a fault, some missing a warning."""
        if "names" not in self.values:
            self.reader.fault(errors.NAME_NONE, self.path, id=id)
            return {}
        table = Table(self.reader, self.at("names"), self.values["names"], known=LANGUAGES)
        found = {
            language: table.word(language, f'{language} = "…"') for language in LANGUAGES if language in table.values
        }
        found = {language: name for language, name in found.items() if name}
        missing = [language for language in LANGUAGES if language not in found]
        if not found:
            self.reader.fault(errors.NAME_NONE, self.at("names"), id=id)
        elif missing:
            self.reader.warning(errors.NAME_UNTRANSLATED, self.at("names"), id=id, languages=", ".join(missing))
        return found
