"""The ladder's policy file: what each rung asks, what takes a link down.

Owns the format and its validation. Refuses files: bytes in, a policy or one coded error out, with its
line. Source: docs/design/lab.md, "The ladder".
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from relight.kernel.errors import N_
from relight.kernel.toml_lines import Path, lines_of
from relight.lab.errors import LADDER_FAULTY
from relight.lab.types import Rung

FORMAT = 1
Word = TypeVar("Word", bound=StrEnum)


class Check(StrEnum):
    """What a rung may ask."""

    CONNECTION = "connection-test"
    COMPARISON = "comparison"
    QC = "qc-in-range"
    QUERIES = "host-query"
    AGREEMENT = "agreement"


CHECK_NAMES: dict[Check, str] = {
    Check.CONNECTION: N_("Connection test"),
    Check.COMPARISON: N_("Comparison with hand transcription"),
    Check.QC: N_("Quality control in range"),
    Check.QUERIES: N_("Host-query test"),
    Check.AGREEMENT: N_("Rules and people decide alike"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One check of a rung. Args: count: how many. valid_days: how old they may be, 0 for any age.
    within_h: age of a control in hours."""

    check: Check
    count: int = 1
    valid_days: int = 0
    within_h: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAsks:
    """What one rung asks. Args: signatures: 0, or 2 for laboratory and security."""

    rung: Rung
    signatures: int
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """What takes a link down. Args: refused: frames and messages since it connected. lost_after_s:
    not connected and not heard. qc_out: whether a broken control rule does."""

    refused: int
    lost_after_s: int
    qc_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderPolicy:
    """A valid policy. Args: digest: SHA-256 of the file, part of what people sign."""

    version: str
    digest: str
    rungs: Mapping[Rung, RungAsks]
    falls: Falls
    tolerance_percent: Decimal

    def asked(self, rung: Rung) -> RungAsks:
        """Return what a rung asks; nothing for paper."""
        return self.rungs.get(rung, RungAsks(rung=rung, signatures=0, asks=()))


def policy_read(text: bytes, *, filename: str) -> LadderPolicy:
    """Read a policy file. Every rung above paper must be in it once.

    Raises: InputError RL-LAB-193, `where` = `file:line`.
    """
    return _Reader(text, filename).policy()


class _Reader:
    """One pass over the parsed file; `fail` names the line of what is wrong."""

    def __init__(self, text: bytes, filename: str) -> None:
        self.filename = filename
        try:
            decoded = text.decode()
            self.data = tomllib.loads(decoded)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as refusal:
            raise LADDER_FAULTY.error(where=filename, fault=str(refusal)) from refusal
        self.lines = lines_of(decoded)
        self.digest = hashlib.sha256(text).hexdigest()

    def fail(self, path: Path, fault: str) -> Exception:
        while path and path not in self.lines:
            path = path[:-1]
        return LADDER_FAULTY.error(where=f"{self.filename}:{self.lines.get(path, 1)}", fault=fault)

    def policy(self) -> LadderPolicy:
        if self.data.get("format") != FORMAT:
            raise self.fail(("format",), f"format must be {FORMAT}")
        rungs = {asks.rung: asks for asks in map(self.rung, range(len(self.table_list(("rung",)))))}
        missing = [rung.value for rung in Rung if rung is not Rung.PAPER and rung not in rungs]
        if missing:
            raise self.fail(("rung",), f"a rung is missing: {', '.join(missing)}")
        return LadderPolicy(
            version=self.text(("version",)),
            digest=self.digest,
            rungs=rungs,
            falls=Falls(
                refused=self.whole(("falls", "refused"), least=1),
                lost_after_s=self.whole(("falls", "lost_after_h"), least=1) * 3600,
                qc_out=self.truth(("falls", "qc_out")),
            ),
            tolerance_percent=self.decimal(("tolerance", "percent")),
        )

    def rung(self, index: int) -> RungAsks:
        base: Path = ("rung", index)
        rung = self.word((*base, "id"), Rung)
        if rung is Rung.PAPER or any(self.at(("rung", before, "id")) == rung for before in range(index)):
            raise self.fail((*base, "id"), f"the rung {rung.value} asks for nothing, or stands here twice")
        signatures = self.whole((*base, "signatures"), least=0)
        if signatures not in (0, 2):
            raise self.fail((*base, "signatures"), "signatures are none or two")
        count = len(self.table_list((*base, "check")))
        asks = tuple(self.ask((*base, "check", number)) for number in range(count))
        return RungAsks(rung=rung, signatures=signatures, asks=asks)

    def ask(self, base: Path) -> Ask:
        return Ask(
            check=self.word((*base, "kind"), Check),
            count=self.whole((*base, "count"), least=1, absent=1),
            valid_days=self.whole((*base, "valid_days"), least=0, absent=0),
            within_h=self.whole((*base, "within_h"), least=1, absent=24),
        )

    # -- values ------------------------------------------------------------------------------------

    def at(self, path: Path) -> object:
        value: object = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int):
                value = value[step]
            else:
                return None
        return value

    def table_list(self, path: Path) -> list[object]:
        value = self.at(path)
        if not isinstance(value, list) or not value:
            raise self.fail(path, f"[[{path[-1]}]] is missing")
        return value

    def text(self, path: Path) -> str:
        value = self.at(path)
        if not isinstance(value, str) or not value:
            raise self.fail(path, f"{path[-1]} must be a text")
        return value

    def word(self, path: Path, words: type[Word]) -> Word:
        value = self.text(path)
        if value not in {word.value for word in words}:
            raise self.fail(path, f"{path[-1]} must be one of: {', '.join(word.value for word in words)}")
        return words(value)

    def whole(self, path: Path, *, least: int, absent: int | None = None) -> int:
        value = self.at(path)
        if value is None and absent is not None:
            return absent
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.fail(path, f"{path[-1]} must be a whole number from {least}")
        return value

    def truth(self, path: Path) -> bool:
        value = self.at(path)
        if not isinstance(value, bool):
            raise self.fail(path, f"{path[-1]} must be true or false")
        return value

    def decimal(self, path: Path) -> Decimal:
        try:
            value = Decimal(self.text(path))
        except InvalidOperation as refusal:
            raise self.fail(path, f"{path[-1]} must be a number in quotes") from refusal
        if not value.is_finite() or value < 0:
            raise self.fail(path, f"{path[-1]} must not be below 0")
        return value
