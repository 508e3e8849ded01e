"""A file of rows: its encoding and separator found, its columns matched by their names in four languages.

Owns reading and the guess of the mapping, which is shown and kept. Refuses a file without a line of names.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relight.kernel.errors import N_, Word
from relight.liaison import errors

LIMIT_MB = 16
SEPARATORS = ";,\t|"
_EMPTY = Word(N_("it is empty"))
_BINARY = Word(N_("it holds bytes that are no text"))
_ONE_COLUMN = Word(N_("its first line names no columns this list knows"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file as rows. Args: headers: as written. columns: field to the number of its column. rows: line and cells."""

    headers: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """Return the cells of a row by field, those that no column was found for left out."""
        return {name: row[place].strip() if place < len(row) else "" for name, place in self.columns.items()}

    def mapping(self) -> dict[str, str]:
        """Return which header was taken for which field."""
        return {name: self.headers[place] for name, place in self.columns.items()}


def text_read(content: bytes) -> str:
    """Decode a file: UTF-8, else Windows 1252. Raises: RL-LIA-020, RL-LIA-022."""
    if len(content) > LIMIT_MB * 1_000_000:
        raise errors.FILE_TOO_LARGE.error(limit=LIMIT_MB)
    if not content.strip():
        raise errors.FILE_UNREADABLE.error(why=_EMPTY)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace").lstrip("\ufeff")
    if b"\0" in content:
        raise errors.FILE_UNREADABLE.error(why=_BINARY)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def table_read(
    text: str,
    *,
    synonyms: Mapping[str, str],
    needed: Sequence[str],
    example: str,
    mapping: Mapping[str, str] | None = None,
) -> Table:
    """Read a table and match its columns.

    Args: synonyms: field to the names a column may have, parted by `|`. needed: fields without which nothing can be
    read. example: a line of names, for the refusal. mapping: field to the header chosen for it, empty for none; it goes
    before the guess. Raises: RL-LIA-020, RL-LIA-021.
    """
    separator = max(SEPARATORS, key=lambda one: text.partition("\n")[0].count(one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, tuple[str, ...]]] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error as fault:
        raise errors.FILE_UNREADABLE.error(where=f"line {line}", why=str(fault)) from fault
    if not rows:
        raise errors.FILE_UNREADABLE.error(why=_EMPTY)
    headers = tuple(cell.strip() for cell in rows[0][1])
    columns = columns_match(headers, synonyms=synonyms) if mapping is None else columns_chosen(headers, mapping)
    if not columns:
        raise errors.FILE_UNREADABLE.error(where="line 1", why=_ONE_COLUMN)
    missing = [name for name in needed if name not in columns]
    if missing:
        raise errors.COLUMNS_MISSING.error(where="line 1", missing=", ".join(missing), example=example)
    return Table(headers=headers, columns=columns, rows=tuple(rows[1:]))


def columns_match(headers: Sequence[str], *, synonyms: Mapping[str, str]) -> dict[str, int]:
    """Match names of columns to fields; the first column of a name counts."""
    words = {plain(word): field for field, names in synonyms.items() for word in (field, *names.split("|"))}
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        field = words.get(plain(header))
        if field is not None:
            found.setdefault(field, place)
    return found


def columns_chosen(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """Find the columns somebody chose; a header the file does not have is no column."""
    return {field: headers.index(header) for field, header in mapping.items() if header and header in headers}


def plain(text: str) -> str:
    """Return a text without accents, case and signs: what names of columns and of people are compared by."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae"))
    bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())
