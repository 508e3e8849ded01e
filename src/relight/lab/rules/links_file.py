"""Reads and writes the file of links, format 1: every fault at once, each with its line.

Owns the two functions. Refuses files and Django: text in, a `LinksFile` out. What a setting may be stands in
`links`. Source: docs/design/lab.md, "The file of links".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast, get_origin, get_type_hints

from relight.kernel.errors import N_, ErrorSpec, RelightError, Word
from relight.kernel.toml_lines import Path, lines_of
from relight.lab import errors
from relight.lab.rules.links import Refusal, link_refusals, lis_refusals
from relight.lab.types import LinkSettings, LisSettings

FORMAT = 1
LIMIT_BYTES = 1_000_000
KINDS: Mapping[str, type] = {"lis": LisSettings, "link": LinkSettings}
WANTED: Mapping[type, tuple[Word, str]] = {
    str: (Word(N_("a text in quotes")), '"…"'),
    int: (Word(N_("a whole number")), "10"),
    bool: (Word(N_("true or false")), "true"),
    tuple: (Word(N_("a list of texts")), '["…"]'),
    dict: (Word(N_("a table")), "{ … }"),
}
TOO_LARGE = Word(N_("it is larger than 1 MB"))
NO_TEXT = Word(N_("it is no UTF-8 text"))
_PLACE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksFile:
    """What reading a file gave. Args: lis, links: in the order of the file, only when there is no
    fault. unsaid: `link:<id>` and `lis:<id>` of those the file does not say whether they are on, so that
    loading it wakes nothing that was switched off. faults: all that is wrong, in line order, each with
    `where` = `file:line`."""

    filename: str
    lis: tuple[LisSettings, ...] = ()
    links: tuple[LinkSettings, ...] = ()
    unsaid: frozenset[str] = frozenset()
    faults: tuple[RelightError, ...] = ()

    def refusal(self) -> RelightError:
        """Make the one error for a file with faults; the faults themselves stand beside it."""
        where = self.faults[0].where if self.faults else self.filename
        return errors.LINKS_REFUSED.error(where=where, count=len(self.faults))


def text_read(content: bytes) -> tuple[str, str]:
    """Turn the bytes of a file into text. Returns: the text, and what speaks against it, empty for nothing."""
    if len(content) > LIMIT_BYTES:
        return "", TOO_LARGE
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return "", NO_TEXT


def links_read(
    text: str,
    *,
    filename: str,
    drivers: Collection[str],
    lis: Iterable[str] = (),
    links: Iterable[LinkSettings] = (),
) -> LinksFile:
    """Read and check a file of links.

    Args: text: TOML, format 1. filename: for messages. drivers: ids of the drivers there are. lis, links: what
    is known already and the file does not name; a link may name such a laboratory system, and may not
    take the address of such a link. Returns: settings, or every fault (RL-LAB-004 to 013).
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        root = tomllib.loads(plain)
    except (ValueError, RecursionError) as problem:  # no TOML, a number or a nest without end
        return LinksFile(filename=filename, faults=(_syntax(str(problem), plain, filename),))
    reader = _Reader(plain, filename)
    if root.get("format") != FORMAT or isinstance(root["format"], bool):
        reader.fault(errors.LINKS_FORMAT, ("format",))
    reader.keys(root, (), known=("format", *KINDS))
    systems = reader.rows(root, "lis", LisSettings)
    found = reader.rows(root, "link", LinkSettings)
    reader.check(systems, found, drivers=drivers, lis=lis, links=links)
    if reader.faults:
        ordered = [fault for _, fault in sorted(reader.faults, key=lambda pair: pair[0])]
        return LinksFile(filename=filename, faults=tuple(ordered))
    unsaid = frozenset(f"{kind}:{row['id']}" for kind in KINDS for row in root.get(kind, ()) if "enabled" not in row)
    return LinksFile(
        filename=filename,
        lis=tuple(one for _, one in systems),
        links=tuple(one for _, one in found),
        unsaid=unsaid,
    )


def _syntax(problem: str, text: str, filename: str) -> RelightError:
    """Turn the parser's sentence, `… (at line 3, column 5)`, into a fault on that line."""
    place = _PLACE.search(problem)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    words = problem.replace(place[0], "") if place else problem
    return errors.LINKS_SYNTAX.error(where=f"{filename}:{line}", problem=words)


class _Reader:
    """One file being read: gathers faults with their lines, never stopping at one."""

    def __init__(self, text: str, filename: str) -> None:
        self.filename = filename
        self.faults: list[tuple[int, RelightError]] = []
        self._lines = lines_of(text)

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest table around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def fault(self, spec: ErrorSpec, path: Path, **params: object) -> None:
        line = self.line(path)
        self.faults.append((line, spec.error(where=f"{self.filename}:{line}", **params)))

    def keys(self, table: Mapping[str, object], path: Path, *, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.fault(errors.KEY_UNKNOWN, (*path, key), key=key, known=", ".join(known))

    def rows(self, root: Mapping[str, object], kind: str, made: type[S]) -> list[tuple[Path, S]]:
        """Read the tables of a kind; one whose values have the wrong type is noted and left out."""
        given = root.get(kind, [])
        if not isinstance(given, list):
            self.fault(errors.VALUE_WRONG, (kind,), key=kind, value="…", wanted=WANTED[dict][0], example=f"[[{kind}]]")
            return []
        found = [((kind, index), self.record(table, (kind, index), made)) for index, table in enumerate(given)]
        return [(path, one) for path, one in found if one is not None]

    def record(self, table: object, path: Path, made: type[S]) -> S | None:
        """Read one table into a dataclass of settings; None when a value has the wrong type."""
        if not isinstance(table, dict):
            self.wrong(path, str(path[-1]), table, dict)
            return None
        self.keys(table, path, known=tuple(_types(made)))
        before = len(self.faults)
        values: dict[str, Any] = {}
        for key, wanted in _types(made).items():
            if key in table:
                values[key] = self.value(table[key], (*path, key), wanted)
            elif key in _required(made):
                values[key] = ""
        unread = any(code.spec in (errors.VALUE_WRONG, errors.VALUE_UNKNOWN) for _, code in self.faults[before:])
        return None if unread else made(**values)

    def value(self, value: object, path: Path, wanted: Any) -> Any:
        """Read one value as its type: a nested table, a word of an Enum, a list of texts, text, number."""
        if is_dataclass(wanted):
            return self.record(value, path, cast("type[object]", wanted))
        if isinstance(wanted, type) and issubclass(wanted, StrEnum):
            return self.word(value, path, wanted)
        if get_origin(wanted) is tuple:
            fit = isinstance(value, list) and all(isinstance(item, str) for item in value)
            return (
                tuple(item.strip() for item in cast("list[str]", value)) if fit else self.wrong(path, "", value, tuple)
            )
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            return self.wrong(path, "", value, wanted)
        return value.strip() if isinstance(value, str) else value

    def word(self, value: object, path: Path, words: type[StrEnum]) -> StrEnum | None:
        known = [word.value for word in words]
        if value in known:
            return words(value)
        self.fault(errors.VALUE_UNKNOWN, path, key=_dotted(path), value=_short(value), known=", ".join(known))
        return None

    def wrong(self, path: Path, key: str, value: object, kind: type) -> None:
        wanted, example = WANTED[kind]
        self.fault(
            errors.VALUE_WRONG, path, key=key or _dotted(path), value=_short(value), wanted=wanted, example=example
        )

    def check(
        self,
        systems: list[tuple[Path, LisSettings]],
        found: list[tuple[Path, LinkSettings]],
        *,
        drivers: Collection[str],
        lis: Iterable[str],
        links: Iterable[LinkSettings],
    ) -> None:
        """Check what each setting may be, and what the settings of a file mean together."""
        for path, system in systems:
            self.refuse(path, lis_refusals(system))
        self.once(systems)
        self.once(found)
        named = {link.id for _, link in found}
        seen = [link for link in links if link.id not in named]
        known = {*lis, *(system.id for _, system in systems)}
        for path, link in found:
            self.refuse(path, link_refusals(link, drivers=drivers, lis=known, others=seen))
            seen.append(link)

    def refuse(self, path: Path, refusals: Iterable[Refusal]) -> None:
        for refusal in refusals:
            at: Path = (*path, *refusal.key.split("."))
            at = at if refusal.index is None else (*at, refusal.index)
            self.fault(refusal.spec, at, **refusal.params)

    def once(self, rows: Sequence[tuple[Path, LisSettings | LinkSettings]]) -> None:
        first: dict[str, int] = {}
        for path, one in rows:
            if one.id and one.id in first:
                self.fault(errors.ID_TWICE, (*path, "id"), id=one.id, first_line=first[one.id])
            first.setdefault(one.id, self.line((*path, "id")))


def _dotted(path: Path) -> str:
    """Write the key of a path below its table: `limits.idle_s`."""
    return ".".join(str(part) for part in path[2:]) or str(path[0])


def _short(value: object) -> str:
    text = "…" if isinstance(value, (dict, list)) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _types(made: Any) -> dict[str, Any]:
    """Map the fields of a dataclass of settings to their types, in order."""
    hints = get_type_hints(made)
    return {one.name: hints[one.name] for one in fields(made)}


def _required(made: Any) -> set[str]:
    return {one.name for one in fields(made) if one.default is MISSING and one.default_factory is MISSING}


# -- writing --------------------------------------------------------------------------------------


def links_dump(*, lis: Iterable[LisSettings], links: Iterable[LinkSettings]) -> str:
    """Write settings as a file of links. The same settings give the same bytes: sorted by id, keys in the order
    of the fields, and only those that differ from what is meant without them."""
    parts = [f"format = {FORMAT}\n"]
    parts += [_table("lis", one) for one in sorted(lis, key=lambda one: one.id)]
    parts += [_table("link", one) for one in sorted(links, key=lambda one: one.id)]
    return "\n".join(parts)


def _table(kind: str, one: object) -> str:
    return f"[[{kind}]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in _said(one))


def _said(one: Any) -> list[tuple[str, Any]]:
    """List the fields that must be written: those without a default, and those that differ from it."""
    pairs = []
    for spec in fields(one):
        value = getattr(one, spec.name)
        usual = spec.default_factory() if spec.default_factory is not MISSING else spec.default
        if usual is MISSING or value != usual:
            pairs.append((spec.name, value))
    return pairs


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    if is_dataclass(value):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in _said(value)) + " }"
    return "[" + ", ".join(_toml(item) for item in value) + "]"


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08x}"
