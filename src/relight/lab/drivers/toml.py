"""Reads a driver file: TOML in, a `Driver` or every fault out, each with its line.

Owns the format. Refuses files and Django: bytes come in. Source: docs/design/lab.md, “Drivers”.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from relight.kernel.errors import N_, ErrorSpec, RelightError, Word
from relight.kernel.ids import is_slug
from relight.kernel.toml_lines import Path, lines_of
from relight.lab import errors
from relight.lab.rules.driver import Driver, Layout, Place, Places, QcMarks, Scale, Standing, TestRule
from relight.lab.rules.values import Decimals, Number, number_read
from relight.lab.types import Protocol
from relight.record.plain import is_loinc
from relight.wire.astm.link import ChecksumCase, FrameEnding, FrameNumbers, LinkQuirks, Packing

FORMAT = 1
LIMIT_BYTES = 1_000_000
PLACES = (
    "sample", "code", "loinc", "name", "value", "unit", "range", "flags", "status", "measured", "instrument",
    "specimen", "qc", "lot", "level",
)  # fmt: skip
KEYS = (
    "format", "id", "name", "version", "source", "protocols", "matches", "believes_loinc", "beside", "texts",
    "decimals", "code_starts", "code_ends", "encoding", "repeat_s", *Protocol, "qc", "flags", "specimens", "units",
    "tests", "link",
)  # fmt: skip
LINK_ENUMS: Mapping[str, type[Enum]] = {
    "ending": FrameEnding,
    "numbers": FrameNumbers,
    "checksum": ChecksumCase,
    "packing": Packing,
}
LINK_FLAGS = ("without_enquiry", "line_feeds", "control_characters")
_PLACE = re.compile(r"([A-Z][A-Z0-9]{0,2})-([1-9][0-9]{0,2})(?:\.([1-9][0-9]{0,2})(?:\.([1-9][0-9]{0,2}))?)?")
_AT_LINE = re.compile(r"\(at line ([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way a test is given. Args: factors: UCUM unit as sent -> what turns it into `unit`."""

    rule: TestRule
    factors: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every driver may name. Args: units: UCUM by what is sent. meanings: forms of a test by its id."""

    units: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, tuple[Form, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverCheck:
    """What reading a driver file gave: a driver, or every fault in it, in line order."""

    faults: tuple[RelightError, ...] = ()
    driver: Driver | None = None


def driver_read(content: bytes, filename: str, *, shared: Shared, base: Driver | None = None) -> DriverCheck:
    """Read a driver file.

    Args: content: TOML, format 1, at most 1 MB. filename: for the faults' `where`. base: what a driver
    is that says nothing: its layouts, words for a standing, decimals and controls. Returns: the driver,
    or its faults (RL-LAB-101 to 107).
    """
    reader = _Reader.of(content, filename)
    if reader.root is None:
        return DriverCheck(faults=tuple(reader.faults.values()))
    driver = reader.driver(shared=shared, base=base or Driver(id="none", name=""))
    if reader.faults:
        return DriverCheck(faults=reader.in_order())
    return DriverCheck(driver=replace(driver, digest=hashlib.sha256(content).hexdigest()))


def shared_read(units: bytes, meanings: bytes) -> Shared:
    """Read the units and meanings shipped beside the drivers. Raises: the first fault there is."""
    read = _Reader.of(units, "units.toml")
    spelled = read.words(read.root or {}, (), "units")
    reader = _Reader.of(meanings, "meanings.toml")
    known = reader.meanings(reader.root or {}, units=frozenset(spelled.values()))
    for fault in (*read.in_order(), *reader.in_order()):
        raise fault
    return Shared(units=spelled, meanings=known)


class _Reader:
    """One file being read: gathers faults with their lines, never stopping at one."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.faults: dict[tuple[int, int], RelightError] = {}
        self.root: dict[str, Any] | None = None
        self.lines: dict[Path, int] = {(): 1}

    @classmethod
    def of(cls, content: bytes, filename: str) -> _Reader:
        reader = cls(filename)
        if len(content) > LIMIT_BYTES:
            reader.fault(errors.DRIVER_TOO_LONG, (), limit=LIMIT_BYTES)
            return reader
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
            reader.root = tomllib.loads(text)
            reader.lines = lines_of(text)
        except (ValueError, RecursionError) as problem:  # no UTF-8, no TOML, a number or a nest without end
            place = _AT_LINE.search(str(problem))
            reader.lines = {(): int(place[1]) if place else 1}
            reader.fault(errors.DRIVER_SYNTAX, ())
        return reader

    # -- faults ------------------------------------------------------------------------------------

    def fault(self, spec: ErrorSpec, path: Path, **params: object) -> None:
        while path not in self.lines:
            path = path[:-1]
        line = self.lines[path]
        error = spec.error(where=f"{self.filename}:{line}", **params)
        self.faults[line, len(self.faults)] = error

    def in_order(self) -> tuple[RelightError, ...]:
        return tuple(fault for _, fault in sorted(self.faults.items()))

    def wrong(self, path: Path, wanted: str) -> None:
        self.fault(errors.DRIVER_VALUE, path, key=".".join(str(part) for part in path), wanted=wanted)

    def keys(self, table: Mapping[str, Any], path: Path, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.fault(errors.DRIVER_KEY, (*path, key), key=key, known=", ".join(known))

    # -- plain values ------------------------------------------------------------------------------

    def text(self, table: Mapping[str, Any], path: Path, key: str, otherwise: str = "") -> str:
        value = table.get(key, otherwise)
        if not isinstance(value, str) or len(value) > 1000:
            self.wrong((*path, key), Word(N_("a text")))
            return otherwise
        return value

    def texts(self, table: Mapping[str, Any], path: Path, key: str, otherwise: Sequence[str] = ()) -> tuple[str, ...]:
        value = table.get(key, list(otherwise))
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.wrong((*path, key), Word(N_("a list of texts")))
            return tuple(otherwise)
        return tuple(value)

    def table(self, table: Mapping[str, Any], path: Path, key: str) -> Mapping[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            self.wrong((*path, key), Word(N_("a table")))
            return {}
        return value

    def words(self, table: Mapping[str, Any], path: Path, key: str) -> dict[str, str]:
        """Read a table of texts by text."""
        found: dict[str, str] = {}
        for name, value in self.table(table, path, key).items():
            if isinstance(value, str):
                found[name] = value
            else:
                self.wrong((*path, key, name), Word(N_("a text")))
        return found

    def flag(self, table: Mapping[str, Any], path: Path, key: str, otherwise: bool) -> bool:
        value = table.get(key, otherwise)
        if not isinstance(value, bool):
            self.wrong((*path, key), Word(N_("true or false")))
            return otherwise
        return value

    # -- the driver --------------------------------------------------------------------------------

    def driver(self, *, shared: Shared, base: Driver) -> Driver:
        root = self.root or {}
        self.keys(root, (), KEYS)
        if root.get("format") != FORMAT or isinstance(root.get("format"), bool):
            self.wrong(("format",), "1")
        for key in ("id", "name"):
            if key not in root:
                self.fault(errors.DRIVER_MISSING, (), key=key)
        name = self.text(root, (), "id")
        if name and not is_slug(name):
            self.wrong(("id",), Word(N_("small letters, digits and dashes")))
        units = {**shared.units, **self.words(root, (), "units")}
        believes = self.flag(root, (), "believes_loinc", False)
        specimens = self.words(root, (), "specimens")
        tests, codes = self.tests(root, shared, units=frozenset(units.values()), by_specimen=bool(specimens))
        if believes:
            tests = {**_by_loinc(shared), **tests}
        return Driver(
            id=name,
            name=self.text(root, (), "name"),
            version=self.text(root, (), "version", "1"),
            source=self.text(root, (), "source"),
            protocols=self.protocols(root),
            matches=self.texts(root, (), "matches"),
            layouts={protocol: self.layout(root, protocol, base) for protocol in Protocol},
            tests=tests,
            codes=codes | {code for code, _ in tests},
            beside=self.texts(root, (), "beside"),
            units=units,
            believes_loinc=believes,
            flags={**base.flags, **self.words(root, (), "flags")},
            specimens=specimens,
            decimals=self.decimals(root, base),
            code_starts=self.text(root, (), "code_starts"),
            code_ends=self.text(root, (), "code_ends"),
            texts=frozenset(self.texts(root, (), "texts")),
            qc=self.qc(root, base),
            encoding=self.text(root, (), "encoding"),
            repeat_s=self.seconds(root),
            quirks=self.quirks(root),
        )

    def protocols(self, root: Mapping[str, Any]) -> frozenset[Protocol]:
        words = self.texts(root, (), "protocols", [protocol.value for protocol in Protocol])
        if not words or not set(words) <= {protocol.value for protocol in Protocol}:
            self.wrong(("protocols",), Word(N_("a list of astm, hl7")))
            return frozenset(Protocol)
        return frozenset(Protocol(word) for word in words)

    def decimals(self, root: Mapping[str, Any], base: Driver) -> Decimals:
        word = self.text(root, (), "decimals", base.decimals.value)
        if word not in {mark.value for mark in Decimals}:
            self.wrong(("decimals",), Word(N_("“.” or “,”")))
            return base.decimals
        return Decimals(word)

    def seconds(self, root: Mapping[str, Any]) -> int:
        value = root.get("repeat_s", 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 86_400 * 366:
            self.wrong(("repeat_s",), Word(N_("a whole number of seconds")))
            return 0
        return value

    def layout(self, root: Mapping[str, Any], protocol: Protocol, base: Driver) -> Layout:
        path: Path = (protocol.value,)
        table = self.table(root, (), protocol.value)
        self.keys(table, path, (*PLACES, "status_words"))
        below = base.layouts.get(protocol) or Layout()
        places: dict[str, Places] = {}
        for key in PLACES:
            if key in table:
                places[key] = self.places(table, path, key)
        statuses = dict(below.statuses)
        for word, standing in self.words(table, path, "status_words").items():
            if standing in {one.value for one in Standing}:
                statuses[word] = Standing(standing)
            else:
                self.wrong((*path, "status_words", word), Word(N_("final, preliminary, correction or unusable")))
        return replace(below, statuses=statuses, **places)  # type: ignore[arg-type] # keys are fields of Layout

    def places(self, table: Mapping[str, Any], path: Path, key: str) -> Places:
        found = []
        for text in self.texts(table, path, key):
            match = _PLACE.fullmatch(text)
            if match is None:
                self.wrong((*path, key), Word(N_("places such as R-3.4 or SPM-2.1.1")))
                continue
            numbers = [int(part) if part else 0 for part in match.groups()[1:]]
            found.append(Place(record=match[1], field=numbers[0], component=numbers[1], sub=numbers[2]))
        return tuple(found)

    def qc(self, root: Mapping[str, Any], base: Driver) -> QcMarks:
        table = self.table(root, (), "qc")
        self.keys(table, ("qc",), ("words", "samples", "lot_after", "lot_note", "level_note"))
        return QcMarks(
            words=frozenset(self.texts(table, ("qc",), "words", sorted(base.qc.words))),
            samples=self.texts(table, ("qc",), "samples", base.qc.samples),
            lot_after=self.text(table, ("qc",), "lot_after", base.qc.lot_after),
            lot_note=self.text(table, ("qc",), "lot_note", base.qc.lot_note),
            level_note=self.text(table, ("qc",), "level_note", base.qc.level_note),
        )

    def quirks(self, root: Mapping[str, Any]) -> LinkQuirks:
        table = self.table(root, (), "link")
        self.keys(table, ("link",), (*LINK_ENUMS, *LINK_FLAGS))
        values: dict[str, Any] = {key: self.flag(table, ("link",), key, False) for key in LINK_FLAGS}
        for key, words in LINK_ENUMS.items():
            if key not in table:
                continue
            names = {word.name.lower(): word for word in words}
            if self.text(table, ("link",), key) in names:
                values[key] = names[table[key]]
            else:
                self.wrong(("link", key), " | ".join(names))
        return LinkQuirks(**values)

    # -- tests -------------------------------------------------------------------------------------

    def tests(
        self, root: Mapping[str, Any], shared: Shared, *, units: frozenset[str], by_specimen: bool
    ) -> tuple[dict[tuple[str, str], TestRule], frozenset[str]]:
        found: dict[tuple[str, str], TestRule] = {}
        table = self.table(root, (), "tests")
        for code, said in table.items():
            for form in self.forms(said, ("tests", code), shared, units):
                for unit, factor in form.factors.items():
                    specimen = form.rule.specimen if by_specimen else ""
                    found[code, unit] = replace(form.rule, factor=factor, specimen=specimen)
        return found, frozenset(table)

    def forms(self, said: object, path: Path, shared: Shared, units: frozenset[str]) -> tuple[Form, ...]:
        """Read what a code means: the id of a meaning, or a table of its own."""
        if isinstance(said, dict):
            form = self.form(said, path, units=units, name=self.text(said, path, "name"), specimen="")
            return (form,) if form else ()
        if isinstance(said, str) and said in shared.meanings:
            return shared.meanings[said]
        self.wrong(path, Word(N_("the id of a meaning (see meanings.toml) or a table with loinc, name and unit")))
        return ()

    def meanings(self, root: Mapping[str, Any], *, units: frozenset[str]) -> dict[str, tuple[Form, ...]]:
        found: dict[str, tuple[Form, ...]] = {}
        for name, table in root.items():
            if not isinstance(table, dict) or not isinstance(table.get("forms"), list):
                self.wrong((name,), Word(N_("a table with forms")))
                continue
            self.keys(table, (name,), ("name", "specimen", "forms"))
            shown, specimen = self.text(table, (name,), "name"), self.text(table, (name,), "specimen")
            forms = [
                self.form(form, (name, "forms", place), units=units, name=shown, specimen=specimen)
                for place, form in enumerate(table["forms"])
            ]
            found[name] = tuple(form for form in forms if form is not None)
        return found

    def form(self, said: object, path: Path, *, units: frozenset[str], name: str, specimen: str) -> Form | None:
        if not isinstance(said, dict):
            self.wrong(path, Word(N_("a table with loinc and unit")))
            return None
        self.keys(said, path, ("loinc", "name", "unit", "from", "text"))
        loinc = self.text(said, path, "loinc")
        if not is_loinc(loinc):
            self.fault(errors.DRIVER_LOINC, (*path, "loinc"), value=loinc[:40])
            return None
        if not name or len(name) > 120:
            self.wrong((*path, "name"), Word(N_("a name of at most 120 characters")))
        unit = self.text(said, path, "unit")
        if unit and unit not in units:
            self.fault(errors.DRIVER_UNIT, (*path, "unit"), value=unit[:40])
        scale = Scale.TEXT if self.flag(said, path, "text", False) else Scale.NUMBER
        factors = {unit: Decimal(1)}
        for sent, written in self.words(said, path, "from").items():
            factor = _factor(written)
            if factor is None:
                self.wrong((*path, "from", sent), Word(N_("a decimal number in quotes")))
            elif sent and sent not in units:
                self.fault(errors.DRIVER_UNIT, (*path, "from", sent), value=sent[:40])
            else:
                factors[sent] = factor
        rule = TestRule(loinc=loinc, name=name, unit=unit, scale=scale, specimen=specimen)
        return Form(rule=rule, factors=factors)


def _factor(text: str) -> Decimal | None:
    number: Number | None = number_read(text)
    if number is None or number.sign or number.value <= 0 or len(text) > 20:
        return None
    return number.value


def _by_loinc(shared: Shared) -> dict[tuple[str, str], TestRule]:
    """Return what LOINC codes mean that are sent as such."""
    return {
        (form.rule.loinc, unit): replace(form.rule, factor=factor, specimen="")
        for forms in shared.meanings.values()
        for form in forms
        for unit, factor in form.factors.items()
    }
