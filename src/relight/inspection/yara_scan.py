"""YARA-X: rules compiled once, scanned by every worker, each scan with a time limit.

Owns compiling and matching. A rule that does not compile is named and stops the run; a scan that runs out of time is
named and makes the verdict incomplete. Source: virustotal.github.io/yara-x.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relight.inspection.errors import RULE_BROKEN, RULES_ABSENT, SCANNER_ABSENT

if TYPE_CHECKING:
    import yara_x

MAX_MATCHES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Rules ready to travel. Args: blob: serialised. digest: of their sources. count: of rules."""

    blob: bytes
    digest: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """One rule that matched. Args: at: offsets of its first matches in the scanned bytes."""

    rule: str
    at: tuple[int, ...]


def rules_compile(place: Path) -> Compiled:
    """Compile a rule file, or all `.yar` and `.yara` files below a folder.

    Raises: InputError RL-INS-002 naming the file and rule, RL-INS-003, RL-INS-016.
    """
    yara = _library()
    files = (
        [place]
        if place.is_file()
        else sorted(path for path in place.rglob("*") if path.suffix in (".yar", ".yara") and path.is_file())
    )
    if not files:
        raise RULES_ABSENT.error(where=str(place))
    compiler = yara.Compiler()
    digest = hashlib.sha256()
    for path in files:
        try:
            source = path.read_bytes()
            compiler.new_namespace(str(path.relative_to(place)) if path != place else path.name)
            compiler.add_source(source.decode("utf-8"), origin=str(path))
        except (yara.CompileError, UnicodeDecodeError, OSError) as refusal:
            raise RULE_BROKEN.error(where=str(path), reason=_first_lines(refusal)) from refusal
        digest.update(len(source).to_bytes(8, "big") + source)
    rules = compiler.build()
    out = io.BytesIO()
    rules.serialize_into(out)
    return Compiled(blob=out.getvalue(), digest=digest.hexdigest(), count=sum(1 for _ in rules))


def _first_lines(refusal: BaseException) -> str:
    return " ".join(line.strip() for line in str(refusal).splitlines()[:6])[:400]


def _library() -> Any:
    try:
        import yara_x  # noqa: PLC0415 - a compiled library: a rescue system may lack it
    except ImportError as refusal:
        raise SCANNER_ABSENT.error(reason=str(refusal)) from refusal
    return yara_x


class RuleScanner:
    """Scans bytes with compiled rules. One per process: a scanner is not to be shared."""

    def __init__(self, blob: bytes, *, timeout_s: int) -> None:
        yara = _library()
        rules: yara_x.Rules = yara.Rules.deserialize_from(io.BytesIO(blob))
        self._scanner: yara_x.Scanner = yara.Scanner(rules)
        self._scanner.set_timeout(timeout_s)
        self._scanner.max_matches_per_pattern(MAX_MATCHES)
        self._timeout = yara.TimeoutError
        self._fault = yara.ScanError

    def scan(self, data: bytes) -> tuple[tuple[RuleHit, ...], str]:
        """Scan some bytes. Returns: the hits, and why the scan is not to be trusted (empty when it is)."""
        try:
            result = self._scanner.scan(data)
        except self._timeout:
            return (), "timeout"
        except self._fault as fault:
            return (), str(fault)[:200] or "scan error"
        hits = []
        for rule in result.matching_rules:
            offsets = sorted({match.offset for pattern in rule.patterns for match in pattern.matches})
            hits.append(RuleHit(rule=f"{rule.namespace}:{rule.identifier}", at=tuple(offsets[:MAX_MATCHES])))
        return tuple(hits), ""
