"""The blank forms of wards as data: what each asks, in four languages. Read from paper-forms.toml.

Owns reading and checking the description. Refuses a word that is missing in a language: a form is whole or refused.
Source: docs/design/paper.md, cases 60-65.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relight.paper.ward_forms import NEWS_ROWS, WORDS, Cell, Part, PartKind
from relight.record import errors

AT_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form. Args: is_numbered: may bear a reserved number."""

    id: str
    titles: tuple[str, ...]
    parts: tuple[Mapping[str, Any], ...]
    is_numbered: bool
    is_landscape: bool
    has_label: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """All forms with their words: word -> one text a language, in the order of `languages`."""

    languages: tuple[str, ...]
    forms: tuple[Form, ...]
    words: Mapping[str, tuple[str, ...]]

    def word(self, key: str, *, language: str) -> str:
        """Return a word in a language. Raises: RL-REC-457 when it is not there."""
        texts = self.words.get(key)
        if texts is None:
            raise errors.PRINT_WORDS.error(where="paper-forms.toml", fault=key[:60])
        return texts[self.languages.index(language) if language in self.languages else 0]

    def said(self, *, language: str) -> dict[str, str]:
        """Return what the layout says itself."""
        return {key: self.word(key, language=language) for key in (*WORDS, *(row[0] for row in NEWS_ROWS))}

    def form(self, id: str) -> Form:
        """Return a form. Raises: RL-REC-456."""
        for one in self.forms:
            if one.id == id:
                return one
        raise errors.PRINT_FORM.error(where="form", form=id[:40])

    def parts(self, form: Form, *, language: str) -> tuple[Part, ...]:
        """Make the parts of a form in a language. Raises: RL-REC-457."""
        return tuple(self._part(one, language=language) for one in form.parts)

    def _part(self, raw: Mapping[str, Any], *, language: str) -> Part:
        kind = PartKind(raw["kind"])
        rows = raw.get("rows", ())
        columns = raw.get("columns", ())
        count = int(raw.get("count", 0))
        cells: tuple[tuple[Cell, ...], ...] = ()
        heads: tuple[Cell, ...] = ()
        if kind is PartKind.FIELDS:
            cells = tuple(tuple(self._cell(one, language=language) for one in row) for row in rows)
        elif kind is PartKind.GRID:
            cells, count = tuple((self._cell(one, language=language),) for one in rows), int(columns)
        elif kind is PartKind.CHECKS:
            cells = (tuple(self._cell(one, language=language) for one in raw["items"]),)
            heads, count = (Cell(word=""),) * int(columns or len(raw["items"])), int(raw.get("lines", 0))
        elif kind is PartKind.TABLE:
            heads, count = tuple(self._cell(one, language=language) for one in columns), int(rows)
        text = self.word("date_time", language=language) if kind is PartKind.GRID else ""
        return Part(
            kind=kind,
            title=self.word(raw["title"], language=language) if "title" in raw else "",
            text=self.word(raw["word"], language=language) if "word" in raw else text,
            rows=cells, columns=heads, count=count, height=float(raw.get("height", 8)),
        )  # fmt: skip

    def _cell(self, raw: str, *, language: str) -> Cell:
        key, _, share = raw.partition(":")
        strong = share == "!"
        return Cell(
            word=self.word(key, language=language), share=1.0 if strong or not share else float(share), strong=strong
        )


def forms_read(text: str) -> Forms:
    """Read the description of the forms, every word of every form in every language. Raises: RL-REC-457."""
    try:
        raw = tomllib.loads(text)
        languages = tuple(str(one) for one in raw["languages"])
        words = {key: tuple(str(one) for one in texts) for key, texts in raw["words"].items()}
        short = next((key for key, texts in words.items() if len(texts) != len(languages) or not all(texts)), None)
        if short is not None:
            raise errors.PRINT_WORDS.error(where="paper-forms.toml", fault=short)
        forms = Forms(languages=languages, words=words, forms=tuple(_form(one, words) for one in raw["form"]))
        for form in forms.forms:
            forms.parts(form, language=languages[0])
        forms.said(language=languages[0])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise errors.PRINT_WORDS.error(where="paper-forms.toml", fault=str(fault)[:80]) from None
    return forms


def _form(raw: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> Form:
    return Form(
        id=str(raw["id"]),
        titles=words[f"form_{raw['id']}"],
        parts=tuple(raw["parts"]),
        is_numbered=raw.get("numbered") is True,
        is_landscape=raw.get("landscape") is True,
        has_label=raw.get("label", True) is True,
    )
