"""XML read piece by piece: the records of a document, each with its line, entities refused.

Owns the walk over a document too large to hold as a tree. Refuses to know what the elements mean.
Source: defusedxml (entity declarations and external references are attacks here).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from relight.fleet.errors import FILE_DAMAGED, XML_FORBIDDEN

_CHUNK = 1 << 18


class _Records:
    """A parser target: hands on whole elements of one name, remembers the root."""

    def __init__(self, tag: str) -> None:
        self.tag = tag.lower()
        self.root = ""
        self.attributes: dict[str, str] = {}
        self.done: list[tuple[int, Element]] = []
        self.parser: DefusedXMLParser | None = None
        self._builder: TreeBuilder | None = None
        self._depth = 0
        self._line = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.root, self.attributes = tag, dict(attributes)
        if self._builder is None and tag.lower() == self.tag and self.parser is not None:
            self._builder, self._depth = TreeBuilder(), 0
            self._line = self.parser.parser.CurrentLineNumber
        if self._builder is not None:
            self._depth += 1
            self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self._builder is None:
            return
        self._builder.end(tag)
        self._depth -= 1
        if self._depth == 0:
            self.done.append((self._line, self._builder.close()))
            self._builder = None

    def data(self, text: str) -> None:
        if self._builder is not None:
            self._builder.data(text)

    def close(self) -> None:
        """Nothing is left to close: records were handed on as they ended."""


def records_of(text: str, tag: str) -> Iterator[tuple[int, Element, dict[str, str]]]:
    """Yield each outermost element of a name: (line, element, attributes of the root).

    Raises: FILE_DAMAGED where the document is not well formed, XML_FORBIDDEN on entity declarations.
    """
    target = _Records(tag)
    parser = target.parser = DefusedXMLParser(target=target)
    try:
        for start in range(0, len(text), _CHUNK):
            parser.feed(text[start : start + _CHUNK])
            yield from _handed(target)
        parser.close()
        yield from _handed(target)
    except ParseError as broken:
        line, column = broken.position
        raise FILE_DAMAGED.error(line=line, why=f"XML: {str(broken).partition(':')[0]}, {column}") from broken
    except DefusedXmlException as attack:
        raise XML_FORBIDDEN.error() from attack


def _handed(target: _Records) -> Iterator[tuple[int, Element, dict[str, str]]]:
    done, target.done = target.done, []
    for line, element in done:
        yield line, element, target.attributes


def root_of(text: str) -> str:
    """Return the name of the root element, empty when there is none near the start of the text."""
    target = _Records("\x00")
    target.parser = parser = DefusedXMLParser(target=target)
    try:
        for start in range(0, min(len(text), 1 << 20), 4096):
            parser.feed(text[start : start + 4096])
            if target.root:
                break
    except ParseError:
        return target.root
    except DefusedXmlException as attack:
        raise XML_FORBIDDEN.error() from attack
    return target.root
