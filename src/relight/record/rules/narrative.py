"""Texts of notes as FHIR keeps them: XHTML with nothing in it but lines, and back to plain text.

Owns both ways: what was typed comes back letter for letter; what came from elsewhere comes as the text a reader would
see, never as markup. Source: FHIR R4 Narrative; docs/design/writing.md, cases 40-43.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any, Final

XHTML: Final = "http://www.w3.org/1999/xhtml"
_OWN: Final = f'<div xmlns="{XHTML}"><p>'
_BLOCKS: Final = frozenset(
    {"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "blockquote"}
)
_SILENT: Final = frozenset({"script", "style", "head", "title"})


def narrative(text: str) -> dict[str, str]:
    """Return a plain text as a narrative. Line ends become one kind; what XML cannot hold is left out."""
    lines = _clean(text).split("\n")
    return {
        "status": "additional",
        "div": f"{_OWN}{'<br/>'.join(escape(line, quote=False) for line in lines)}</p></div>",
    }


def _clean(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in plain if one in "\n\t" or (one >= " " and not 0xD800 <= ord(one) <= 0xDFFF))


class _Reader(HTMLParser):
    """Collects the text: own narratives word for word, others with blocks on lines of their own."""

    def __init__(self, *, is_own: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_own = is_own
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif not self.is_own and tag in _BLOCKS:
            self._line()
        elif tag in ("td", "th"):
            self.parts.append("  ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif not self.is_own and tag in _BLOCKS:
            self._line()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data if self.is_own else " ".join(data.split()) + (" " if data[-1:].isspace() else ""))

    def _line(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")


def narrative_text(narrative: object) -> str:
    """Return the plain text of a narrative, empty for none."""
    div: Any = narrative.get("div") if isinstance(narrative, dict) else None
    if not isinstance(div, str):
        return ""
    is_own = div.startswith(_OWN)
    reader = _Reader(is_own=is_own)
    reader.feed(div)
    reader.close()
    text = "".join(reader.parts)
    return text if is_own else "\n".join(line.strip() for line in text.split("\n")).strip()
