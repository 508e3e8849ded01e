"""Inspects one file: opens it, reads its bytes once, and lets every detector see them as they pass.

Owns what happens in a worker, on this machine or another. Whatever goes wrong with one file ends in its
result, never in an exception. Refuses to decide about the whole: `engine` does.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from relight.inspection.buffers import FileData
from relight.inspection.disks import image_members, is_image
from relight.inspection.hashes import HashSet
from relight.inspection.members import Budget, Limits, Member, is_archive, members_of
from relight.inspection.rules.assess import assess
from relight.inspection.rules.notes import MAX_NOTE_BYTES, name_is_notelike, note_reasons, note_score
from relight.inspection.types import Assessment, Data, FileResult, Finding, Kind, Reason, Remark, Unread, because
from relight.inspection.virus_daemon import VirusDaemon, stream_scan
from relight.inspection.walker import shown
from relight.inspection.yara_scan import RuleScanner
from relight.kernel.errors import N_

WINDOW = 32 * 1024 * 1024
OVERLAP = 1024 * 1024
NOTE_TYPES = frozenset({"text", "rtf", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every worker needs to know. Picklable. Args: rules: serialised YARA-X rules, empty for none."""

    rules: bytes = b""
    rules_digest: str = ""
    rule_timeout_s: int = 60
    bad: HashSet = field(default_factory=HashSet)
    good: HashSet = field(default_factory=HashSet)
    limits: Limits = field(default_factory=Limits)
    virus_daemon: VirusDaemon | None = None

    @property
    def digest(self) -> str:
        """Name the plan by all that decides its results."""
        clamd = self.virus_daemon.version if self.virus_daemon else ""
        parts = (
            self.rules_digest,
            str(self.rule_timeout_s),
            self.bad.digest,
            self.good.digest,
            repr(self.limits),
            clamd,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanName:
    """A plan by its digest, for workers that were given it when they started: rules can be large."""

    digest: str


_plans: dict[str, Plan] = {}


def plan_install(plan: Plan) -> None:
    """Give this process a plan. Pools call it once for each of their processes."""
    _plans[plan.digest] = plan


def batch_inspect(plan: Plan | PlanName, paths: Sequence[bytes]) -> list[FileResult]:
    """Inspect some files. This is the unit of work of every executor."""
    known = _plans[plan.digest] if isinstance(plan, PlanName) else plan
    return [file_inspect(known, path) for path in paths]


@lru_cache(maxsize=2)
def _scanner(blob: bytes, timeout_s: int) -> RuleScanner:
    return RuleScanner(blob, timeout_s=timeout_s)


def file_inspect(plan: Plan, path: bytes) -> FileResult:
    """Inspect one file on disk. Never raises for anything the file is or does."""
    empty = FileResult(path=shown(path), path_bytes=path, size_bytes=0, read_bytes=0)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as refusal:
        return replace(empty, size_bytes=_size_of(path), unread=(_unread(empty.path, _why(refusal)),))
    try:
        before = os.fstat(descriptor)
        look = _Look(plan, path=shown(path), size=before.st_size)
        try:
            data = FileData(descriptor, before.st_size)
            result = look.file(data[:WINDOW] if before.st_size <= WINDOW else data, path)
        except OSError as refusal:
            result = look.result(path, because_unread=_why(refusal))
        except Exception as fault:  # a parser that fails must not stop the run, nor count as inspected
            what = because(N_("the engine failed on this file: {reason}"), reason=type(fault).__name__)
            result = look.result(path, because_unread=what)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        changed = _unread(result.path, because(N_("it changed while it was read")))
        return replace(result, unread=(*result.unread, changed), read_bytes=min(result.read_bytes, result.size_bytes))
    return result


def _size_of(path: bytes) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _why(refusal: OSError) -> Reason:
    return because(N_("cannot be read: {reason}"), reason=refusal.strerror or type(refusal).__name__)


def _unread(path: str, why: Reason, *, member: str = "", size: int = 0) -> Unread:
    return Unread(path=path, why=why, member=member, size_bytes=size)


class _Look:
    """One file of the scope being looked at, with all that lies inside it."""

    def __init__(self, plan: Plan, *, path: str, size: int) -> None:
        self.plan = plan
        self.path = path
        self.size = size
        self.read = 0
        self.sha256 = ""
        self.content_type = ""
        self.known_good = False
        self.note_score = 0
        self.virus = ""
        self.findings: list[Finding] = []
        self.unread: list[Unread] = []
        self.remarks: list[Remark] = []
        self.timed_out: list[str] = []
        self.budget = Budget(limits=plan.limits, packed_bytes=max(size, 1))
        self.members_bytes = 0
        self.inner: set[bytes] = set()

    def file(self, data: Data, path: bytes) -> FileResult:
        name = os.path.basename(self.path)  # noqa: PTH119 - may hold any character
        seen = self.content(data, name=name, member="")
        self.content_type = seen.content_type
        if is_image(seen.content_type) or name.lower().endswith(".vmdk"):
            self.inside(
                image_members(os.fsdecode(path), format_name=seen.content_type, budget=self.budget), prefix="", depth=1
            )
        elif is_archive(seen.content_type, name=name):
            self.archive(data, seen.content_type, name=name, prefix="", depth=1)
        return self.result(path)

    def result(self, path: bytes, *, because_unread: Reason | None = None) -> FileResult:
        if because_unread is not None:
            self.unread.append(_unread(self.path, because_unread, size=max(self.size - self.read, 0)))
        return FileResult(
            path=self.path,
            path_bytes=path,
            size_bytes=self.size,
            read_bytes=min(self.read, self.size),
            sha256=self.sha256,
            content_type=self.content_type,
            known_good=self.known_good,
            note_score=self.note_score,
            findings=tuple(self.findings),
            unread=tuple(self.unread),
            remarks=tuple(self.remarks),
            members=self.budget.members,
            members_bytes=self.members_bytes,
            rules_timed_out=tuple(self.timed_out),
            virus_daemon=self.virus,
            inner=b"".join(sorted(self.inner)),
        )

    def content(self, data: Data, *, name: str, member: str) -> Assessment:
        """Pass all bytes by every detector, window by window."""
        passing = _Pass(self, data, member)
        head = data[: MAX_NOTE_BYTES + 1] if len(data) <= MAX_NOTE_BYTES else b""
        assessment = assess(data, name=name, windows=passing.windows())
        passing.drain()
        digest = passing.digest()
        if not member:
            self.sha256 = digest.hex()
            self.read = passing.read
            if passing.read < self.size:
                short = because(N_("it ended {size} bytes early"), size=self.size - passing.read)
                self.unread.append(_unread(self.path, short, size=self.size - passing.read))
        else:
            self.members_bytes += passing.read
            self.inner.add(digest)
        good = digest in self.plan.good
        self.known_good = self.known_good or (good and not member)
        if digest in self.plan.bad:
            self.find(
                Kind.KNOWN_BAD,
                (because(N_("its SHA-256 is on the list of known bad files: {digest}"), digest=digest.hex()),),
                member,
            )
        if not good:
            for trouble in assessment.troubles:
                self.find(trouble.kind, trouble.reasons, member)
            self._note(head, assessment, name, member)
        self.remarks += [Remark(path=self.path, reason=reason, member=member) for reason in assessment.remarks]
        return assessment

    def _note(self, head: bytes, assessment: Assessment, name: str, member: str) -> None:
        if not head or assessment.content_type not in NOTE_TYPES:
            return
        score, groups = note_score(head, name=name)
        reasons = note_reasons(groups, named=name_is_notelike(name), length=len(head))
        if reasons:
            self.find(Kind.RANSOM_NOTE, reasons, member)
        if not member:
            self.note_score = score

    def find(self, kind: Kind, reasons: tuple[Reason, ...], member: str) -> None:
        """Note a finding; one for each path, member and kind, with all reasons."""
        for index, known in enumerate(self.findings):
            if known.kind is kind and known.member == member:
                self.findings[index] = replace(known, reasons=(*known.reasons, *reasons))
                return
        self.findings.append(Finding(path=self.path, kind=kind, reasons=reasons, member=member))

    def archive(self, data: Data, format_name: str, *, name: str, prefix: str, depth: int) -> None:
        self.inside(
            members_of(data, format_name=format_name, name=name, budget=self.budget), prefix=prefix, depth=depth
        )

    def inside(self, members: Iterator[Member], *, prefix: str, depth: int) -> None:
        """Look at members, and at archives among them, down to the depth allowed."""
        for member in members:
            name = f"{prefix}{member.name}"
            if member.sealed:
                sealed = because(N_("behind a password: its inside was not inspected"))
                self.remarks.append(Remark(path=self.path, reason=sealed, member=name))
                continue
            if member.data is None:
                why = member.why or because(N_("could not be unpacked"))
                self.unread.append(_unread(self.path, why, member=name, size=member.size_bytes))
                continue
            self._member(member.data, name, depth)

    def _member(self, data: Data, name: str, depth: int) -> None:
        last = name.rpartition("/")[2]
        try:
            seen = self.content(data, name=last, member=name)
        except Exception as fault:  # a disk image's reader raises many kinds
            what = because(N_("cannot be read: {reason}"), reason=type(fault).__name__)
            self.unread.append(_unread(self.path, what, member=name, size=len(data)))
            return
        if not is_archive(seen.content_type, name=last):
            return
        if depth >= self.plan.limits.depth:
            deep = because(N_("archives nested more than {depth} deep were not opened"), depth=self.plan.limits.depth)
            self.unread.append(_unread(self.path, deep, member=name, size=len(data)))
            return
        self.archive(data, seen.content_type, name=last, prefix=f"{name}/", depth=depth + 1)


class _Pass:
    """One pass over some bytes: digest, rules and virus daemon see each window as it is read."""

    def __init__(self, look: _Look, data: Data, member: str) -> None:
        self.look = look
        self.data = data
        self.member = member
        self.read = 0
        self._sha = hashlib.sha256()
        self._hits: dict[str, int] = {}
        self._tail = b""
        self._windows = self._generate()
        self._small = b""

    def windows(self) -> Iterator[tuple[int, bytes]]:
        return self._windows

    def drain(self) -> None:
        for _ in self._windows:
            pass
        for rule, at in sorted(self._hits.items()):
            self.look.find(
                Kind.MALWARE, (because(N_("rule {rule} matches at byte {at}"), rule=rule, at=at),), self.member
            )
        self._ask_daemon()

    def digest(self) -> bytes:
        return self._sha.digest()

    def _generate(self) -> Iterator[tuple[int, bytes]]:
        size = len(self.data)
        for base in range(0, size, WINDOW):
            raw = self.data[base : base + WINDOW]
            self.read += len(raw)
            self._sha.update(raw)
            self._rules(base, raw)
            if size <= WINDOW:
                self._small = raw
            yield base, raw
            if len(raw) < min(WINDOW, size - base):
                return

    def _rules(self, base: int, raw: bytes) -> None:
        plan = self.look.plan
        if not plan.rules:
            return
        joined = self._tail + raw if self._tail else raw
        hits, fault = _scanner(plan.rules, plan.rule_timeout_s).scan(joined)
        for hit in hits:
            first = base - len(self._tail) + (hit.at[0] if hit.at else 0)
            self._hits.setdefault(hit.rule, first)
        if fault:
            place = f"{self.member}@{base}" if self.member else f"@{base}"
            self.look.timed_out.append(place)
            why = because(
                N_("a YARA rule did not finish ({reason}) in the stretch from byte {at}"), reason=fault, at=base
            )
            self.look.unread.append(_unread(self.look.path, why, member=self.member))
        self._tail = raw[-OVERLAP:] if len(self.data) > WINDOW else b""

    def _ask_daemon(self) -> None:
        """ClamAV sees files as they stand on disk; it opens archives itself."""
        daemon, look = self.look.plan.virus_daemon, self.look
        if daemon is None or self.member:
            return
        size = len(self.data)
        if size > daemon.limit_bytes:
            look.virus = "skipped"
            why = because(N_("not scanned by ClamAV: over its limit of {size} MB"), size=daemon.limit_bytes >> 20)
            look.unread.append(_unread(look.path, why))
            return
        answer = stream_scan(
            daemon, [self._small] if self._small else (self.data[at : at + WINDOW] for at in range(0, size, WINDOW))
        )
        look.virus = "found" if answer.found else "skipped" if answer.fault else "clean"
        if answer.found:
            look.find(Kind.MALWARE, (because(N_("ClamAV knows it as {name}"), name=answer.found),), "")
        if answer.fault:
            look.unread.append(_unread(look.path, because(N_("not scanned by ClamAV: {reason}"), reason=answer.fault)))
