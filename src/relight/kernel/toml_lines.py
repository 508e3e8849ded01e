"""On which line of a TOML text each value stands, because `tomllib` keeps no positions.

Owns one walk over text that `tomllib` has already accepted. Refuses to judge it: on text that is no
TOML the answer is meaningless. Source: TOML 1.0.0.
"""

from __future__ import annotations

import tomllib
from typing import Final

Path = tuple[str | int, ...]

_BLANK: Final = " \t"
_SPACE: Final = " \t\r\n"
_BARE_END: Final = " \t\r\n=.]},#["


def lines_of(text: str) -> dict[Path, int]:
    """Map the path of every table, array element and value to its line, counted from 1.

    Args: text: valid TOML. Returns: `("site", 0, "names", "fr") -> 7`; a table's line is its header
    or, for an inline or dotted one, its first key. O(n) in the length of the text.
    """
    return _Walk(text).run()


class _Walk:
    """One pass over the characters. `at` is the offset, `line` its line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {(): 1}
        self.last_index: dict[Path, int] = {}

    def run(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip(_SPACE, comments=True):
            if self.peek("["):
                table = self.header()
            else:
                self.pair(table)
        return self.lines

    # -- structure ---------------------------------------------------------------------------------

    def header(self) -> Path:
        line = self.line
        many = self.peek("[[")
        self.advance(2 if many else 1)
        parts = self.key()
        self.advance(2 if many else 1)
        path: Path = ()
        for place, part in enumerate(parts):
            path += (part,)
            if many and place == len(parts) - 1:
                self.note(path, line)
                self.last_index[path] = self.last_index.get(path, -1) + 1
            if path in self.last_index:
                path += (self.last_index[path],)
            self.note(path, line)
        self.lines[path] = line
        return path

    def pair(self, table: Path) -> None:
        line = self.line
        path = table
        for part in self.key():
            path += (part,)
            self.note(path, line)
        self.advance(1)  # =
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: Path) -> None:
        self.note(path, self.line)
        if self.peek("["):
            self.array(path)
        elif self.peek("{"):
            self.inline(path)
        elif self.peek('"') or self.peek("'"):
            self.string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in "\r\n,]}#":
                self.advance(1)

    def array(self, path: Path) -> None:
        self.advance(1)
        index = 0
        while self.skip(_SPACE + ",", comments=True) and not self.peek("]"):
            self.value((*path, index))
            index += 1
        self.advance(1)

    def inline(self, path: Path) -> None:
        self.advance(1)
        while self.skip(_SPACE + ",", comments=True) and not self.peek("}"):
            self.pair(path)
        self.advance(1)

    # -- tokens ------------------------------------------------------------------------------------

    def key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self.skip(_BLANK)
            if self.peek('"') or self.peek("'"):
                parts.append(self.string())
            else:
                start = self.at
                while self.at < len(self.text) and self.text[self.at] not in _BARE_END:
                    self.at += 1
                parts.append(self.text[start : self.at])
            self.skip(_BLANK)
            if not self.peek("."):
                return parts
            self.advance(1)

    def string(self) -> str:
        """Pass a string of any of the four kinds; return its value (used for quoted keys)."""
        start = self.at
        quote = self.text[self.at]
        if self.peek(quote * 3):
            self.advance(3)
            while not self.peek(quote * 3):
                self.advance(2 if quote == '"' and self.peek("\\") else 1)
            self.advance(3)
            while self.peek(quote):  # up to two quotes may stand just before the closing three
                self.advance(1)
            return ""
        self.advance(1)
        while not self.peek(quote):
            self.advance(2 if quote == '"' and self.peek("\\") else 1)
        self.advance(1)
        return str(tomllib.loads(f"k={self.text[start : self.at]}")["k"])

    def skip(self, blanks: str, *, comments: bool = False) -> bool:
        """Pass blanks (and comments); say whether anything is left."""
        while self.at < len(self.text):
            if comments and self.peek("#"):
                while self.at < len(self.text) and self.text[self.at] != "\n":
                    self.at += 1
            elif self.text[self.at] in blanks:
                self.advance(1)
            else:
                return True
        return False

    def peek(self, wanted: str) -> bool:
        return self.text.startswith(wanted, self.at)

    def advance(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count
        if self.at > len(self.text):
            raise ValueError("the text is not valid TOML")

    def note(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)
