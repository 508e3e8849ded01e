"""The policy of the recovery line: stages per class, checks per stage, who meets them, on whose guidance.

Owns the format and its validation: every fault at once, each with its line. Refuses files: bytes in,
a policy or faults out. Source: docs/design/line.md, cases 1-9.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from relight.fleet import errors
from relight.fleet.types import Files, How, Klass, Proves, Stage
from relight.kernel.errors import ErrorSpec, RelightError
from relight.kernel.ids import is_slug

FORMAT = 1
LANGUAGES = ("fr", "nl", "de", "en")
_NUMBER = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a check comes from: publisher, title, year, and the place in it."""

    publisher: str
    title: str
    year: int
    at: str

    def __str__(self) -> str:
        return f"{self.publisher}, {self.title} ({self.year}): {self.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. Args: roles: who may meet it. report: what a report of the inspection engine must
    say to meet it, where `how` takes one. note: what a note must say, by language; empty when no
    note is asked."""

    id: str
    names: Mapping[str, str]
    roles: tuple[str, ...]
    how: tuple[How, ...]
    report: Proves
    files: Files
    note: Mapping[str, str]
    guidance: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassStage:
    """One stage of a class with the checks asked before an item may be called so."""

    stage: Stage
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """The stages one class goes through, in order, from seen to admitted."""

    klass: Klass
    stages: tuple[ClassStage, ...]

    def names(self) -> tuple[Stage, ...]:
        return tuple(step.stage for step in self.stages)

    def asked(self, stage: Stage) -> tuple[Check, ...]:
        """The checks asked for a stage; none for a stage the class does not go through."""
        return next((step.checks for step in self.stages if step.stage is stage), ())

    def following(self, stage: Stage) -> Stage | None:
        """The next stage of the class after this one."""
        return next((step.stage for step in self.stages if step.stage.order > stage.order), None)

    def entry(self) -> Stage:
        """The first stage after seen: where work on an item of this class begins."""
        return self.stages[1].stage

    def stages_left(self, stage: Stage) -> int:
        """How many moves stand between a stage and admission."""
        return sum(1 for step in self.stages if step.stage.order > stage.order)

    def stage_of(self, check: str) -> Stage | None:
        """The stage that asks for a check, None when none does."""
        return next((s.stage for s in self.stages for c in s.checks if c.id == check), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A valid policy. `digest` is the SHA-256 of the file: what signatures refer to."""

    version: str
    digest: str
    checks: Mapping[str, Check]
    lines: Mapping[Klass, ClassLine]

    def line(self, klass: Klass) -> ClassLine:
        return self.lines[klass]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheck:
    """What reading a policy file gave: a policy, or every fault in it."""

    faults: tuple[RelightError, ...] = ()
    policy: Policy | None = None


def policy_read(text: bytes, *, filename: str, roles: Iterable[str]) -> PolicyCheck:
    """Read and validate a policy file.

    Args: text: TOML in UTF-8. filename: for the faults' `where`. roles: the words that may meet
    checks. Returns: the policy, or all faults, each with `where` = `file:line`.
    """
    try:
        data = tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:  # no UTF-8, no TOML, a number or a nest without end
        number = _NUMBER.search(str(fault))
        where = f"{filename}:{number.group(1)}" if number else filename
        return PolicyCheck(faults=(errors.POLICY_UNREADABLE.error(where=where, why=str(fault)),))
    reader = _Reader(filename=filename, lines=text.decode("utf-8-sig").splitlines(), roles=frozenset(roles))
    policy = reader.policy(data, digest=hashlib.sha256(text).hexdigest())
    if reader.faults:
        return PolicyCheck(faults=tuple(sorted(reader.faults, key=_line_of)))
    return PolicyCheck(policy=policy)


def _list(value: Any) -> list[Any]:
    """Take a list as it is, nothing as none, anything else as its one element."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _line_of(fault: RelightError) -> int:
    return int(fault.where.rpartition(":")[2])


@dataclass(slots=True)
class _Reader:
    """Walks the parsed file and gathers faults; what is faulty is left out of the result."""

    filename: str
    lines: Sequence[str]
    roles: frozenset[str]
    faults: list[RelightError] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)

    def fault(self, spec: ErrorSpec, line: int, **params: object) -> None:
        self.faults.append(spec.error(where=f"{self.filename}:{line}", **params))

    def starts(self, header: str) -> list[int]:
        """The line numbers on which `[[header]]` stands, in order."""
        return [n for n, line in enumerate(self.lines, 1) if line.strip().startswith(f"[[{header}]]")]

    def key_line(self, start: int, key: str) -> int:
        """The line of a key within the table that starts at a line, or that line itself."""
        for number in range(start, len(self.lines)):
            text = self.lines[number].strip()
            if text.startswith("["):
                break
            if re.match(rf"{re.escape(key)}\s*[.=]", text):
                return number + 1
        return start

    def keys(self, table: Mapping[str, Any], line: int, *, known: Sequence[str], needed: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.fault(errors.POLICY_KEY_UNKNOWN, self.key_line(line, key), key=key, known=", ".join(known))
        for key in needed:
            if key not in table:
                self.fault(errors.POLICY_KEY_MISSING, line, key=key)

    def tables(self, data: Mapping[str, Any], name: str) -> list[tuple[int, dict[str, Any]]]:
        found = data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            self.fault(errors.POLICY_VALUE, 1, key=name, value="…", wanted=f"[[{name}]] tables")
            return []
        starts = self.starts(name)
        return [(starts[n] if n < len(starts) else 1, table) for n, table in enumerate(found)]

    def policy(self, data: Mapping[str, Any], *, digest: str) -> Policy:
        self.keys(
            data, 1, known=("format", "version", "guidance", "check", "class"), needed=("format", "version", "class")
        )
        if data.get("format", FORMAT) != FORMAT:
            self.fault(errors.POLICY_VALUE, self.key_line(0, "format"), key="format", value=data["format"], wanted="1")
        version = data.get("version", "")
        if not isinstance(version, str) or not version.strip() or len(version) > 64:
            self.fault(errors.POLICY_VALUE, self.key_line(0, "version"), key="version", value=version, wanted="a text")
        guidance = self.guidance(data)
        checks = self.checks(data, guidance)
        return Policy(version=str(version), digest=digest, checks=checks, lines=self.classes(data, checks))

    def guidance(self, data: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for line, table in self.tables(data, "guidance"):
            words = ("id", "publisher", "title", "year")
            self.keys(table, line, known=words, needed=words)
            if not isinstance(table.get("year", 0), int):
                self.fault(
                    errors.POLICY_VALUE, self.key_line(line, "year"), key="year", value=table["year"], wanted="a year"
                )
                continue
            self.add(found, table, line, table)
        return found

    def add(self, into: dict[str, Any], table: Mapping[str, Any], line: int, value: object) -> None:
        """Add a value under its table's id, which must be a slug and new."""
        name = table.get("id")
        if not isinstance(name, str):
            return
        if not is_slug(name):
            self.fault(errors.POLICY_VALUE, self.key_line(line, "id"), key="id", value=name, wanted="a-slug")
        elif name in into:
            self.fault(errors.POLICY_TWICE, self.key_line(line, "id"), name=name)
        else:
            into[name] = value

    def checks(self, data: Mapping[str, Any], guidance: Mapping[str, Mapping[str, Any]]) -> dict[str, Check]:
        found: dict[str, Check] = {}
        for line, table in self.tables(data, "check"):
            before = len(self.faults)
            self.declared.add(str(table.get("id", "")))
            self.keys(
                table,
                line,
                known=("id", "names", "roles", "how", "report", "files", "note", "guidance"),
                needed=("id", "names", "roles", "guidance"),
            )
            check = self.check(table, line, guidance)
            if len(self.faults) == before:
                self.add(found, table, line, check)
        return found

    def check(self, table: Mapping[str, Any], line: int, guidance: Mapping[str, Mapping[str, Any]]) -> Check:
        how = self.words(table.get("how", ["attestation"]), line, "how", [h.value for h in How])
        files = self.words([table.get("files", "none")], line, "files", [f.value for f in Files])
        report = self.words([table.get("report", "clean")], line, "report", [p.value for p in Proves])
        return Check(
            id=str(table.get("id", "")),
            names=self.texts(table.get("names", {"en": "-"}), line, "names"),
            roles=self.words(table.get("roles", []), line, "roles", sorted(self.roles)),
            how=tuple(How(word) for word in how),
            report=Proves(report[0]) if report else Proves.CLEAN,
            files=Files(files[0]) if files else Files.NONE,
            note=self.texts(table["note"], line, "note") if "note" in table else {},
            guidance=self.citations(table.get("guidance", []), line, guidance),
        )

    def texts(self, value: Any, line: int, key: str) -> Mapping[str, str]:
        fit = isinstance(value, dict) and bool(value) and all(isinstance(t, str) and t for t in value.values())
        if not fit or not set(value) <= set(LANGUAGES):
            wanted = "texts by language: " + ", ".join(LANGUAGES)
            self.fault(errors.POLICY_VALUE, self.key_line(line, key), key=key, value=value, wanted=wanted)
            return {}
        return dict(value)

    def words(self, value: Any, line: int, key: str, known: Sequence[str]) -> tuple[str, ...]:
        words: list[Any] = value if isinstance(value, list) else [value]
        for word in words:
            if word not in known:
                self.fault(errors.POLICY_VALUE, self.key_line(line, key), key=key, value=word, wanted=", ".join(known))
        if not words:
            self.fault(errors.POLICY_VALUE, self.key_line(line, key), key=key, value="[]", wanted=", ".join(known))
        return tuple(word for word in words if word in known)

    def citations(self, value: Any, line: int, guidance: Mapping[str, Mapping[str, Any]]) -> tuple[Citation, ...]:
        place = self.key_line(line, "guidance")
        found: list[Citation] = []
        for word in value if isinstance(value, list) else [value]:
            fit = isinstance(word, dict) and set(word) == {"source", "at"}
            if not fit:
                self.fault(errors.POLICY_VALUE, place, key="guidance", value=word, wanted="{ source = …, at = … }")
            elif word["source"] not in guidance:
                self.fault(errors.POLICY_UNKNOWN, place, name=word["source"], known=", ".join(guidance))
            else:
                source = guidance[word["source"]]
                found.append(
                    Citation(
                        publisher=str(source.get("publisher", "")),
                        title=str(source.get("title", "")),
                        year=int(source.get("year", 0)),
                        at=str(word["at"]),
                    )
                )
        if isinstance(value, list) and not value:
            self.fault(errors.POLICY_VALUE, place, key="guidance", value="[]", wanted="{ source = …, at = … }")
        return tuple(found)

    def classes(self, data: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[Klass, ClassLine]:
        found: dict[str, ClassLine] = {}
        starts = self.starts("class.stage")
        used = 0
        for line, table in self.tables(data, "class"):
            self.keys(table, line, known=("id", "stage"), needed=("id", "stage"))
            klass = self.words([table.get("id", "")], line, "id", [k.value for k in Klass])
            stages = [stage for stage in _list(table.get("stage")) if isinstance(stage, dict)]
            places = (starts[used : used + len(stages)] + [line] * len(stages))[: len(stages)]
            used += len(stages)
            steps = self.stages(list(zip(places, stages, strict=True)), line, checks)
            if klass and steps:
                self.add(found, table, line, ClassLine(klass=Klass(klass[0]), stages=steps))
        for klass_missing in (k for k in Klass if k.value not in found and data.get("class") and not self.faults):
            self.fault(errors.POLICY_CLASS_MISSING, 1, klass=klass_missing.value)
        return {Klass(name): line for name, line in found.items()}

    def stages(
        self, tables: Sequence[tuple[int, Mapping[str, Any]]], line: int, checks: Mapping[str, Check]
    ) -> tuple[ClassStage, ...]:
        steps: list[ClassStage] = []
        asked: set[str] = set()
        for place, table in tables:
            self.keys(table, place, known=("id", "checks"), needed=("id",))
            stage = self.words([table.get("id", "")], place, "id", [s.value for s in Stage])
            names = [str(name) for name in _list(table.get("checks"))]
            for name in names:
                if name not in self.declared:
                    line_at = self.key_line(place, "checks")
                    self.fault(errors.POLICY_UNKNOWN, line_at, name=name, known=", ".join(sorted(self.declared)))
                elif name in asked:
                    self.fault(errors.POLICY_TWICE, self.key_line(place, "checks"), name=name)
                asked.add(name)
            if stage:
                fit = tuple(checks[name] for name in names if name in checks)
                steps.append(ClassStage(stage=Stage(stage[0]), checks=fit))
        orders = [step.stage.order for step in steps]
        ends = len(steps) >= 3 and steps[0].stage is Stage.SEEN and steps[-1].stage is Stage.ADMITTED
        if orders != sorted(set(orders)) or not ends or steps[-2].stage is not Stage.VERIFIED:
            self.fault(errors.POLICY_STAGES, line)
        elif steps[0].checks:
            self.fault(errors.POLICY_SEEN, tables[0][0])
        return tuple(steps)
