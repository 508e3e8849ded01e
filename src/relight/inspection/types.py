"""Words and shapes of the inspection engine.

Owns the vocabulary that the report, the rules and the shell share. Refuses files and clocks.
Source: docs/design/inspection.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from relight.kernel.errors import Translate, same


class Data(Protocol):
    """Bytes that may lie in memory, in a file or in a disk image; `bytes` is one.

    A slice beyond the end is short, as with `bytes`. An implementation that cannot read raises `OSError`.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, key: slice, /) -> bytes: ...

    def find(self, sub: bytes, start: int = 0, end: int | None = None, /) -> int: ...


class Verdict(Enum):
    """The answer of one inspection. `CLEAN` is impossible while anything in scope was not read."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"


class Kind(Enum):
    """What was found."""

    ENCRYPTED = "encrypted"
    MALWARE = "malware"
    RANSOM_NOTE = "ransom-note"
    KNOWN_BAD = "known-bad"
    RENAMED = "renamed"
    DAMAGED = "damaged"


class State(Enum):
    """What the check of one container says."""

    VERIFIED = "verified"  # its own checksums or its whole structure hold: intact, whatever its entropy
    PROTECTED = "protected"  # structure holds, contents are rightly encrypted or signed
    PLAUSIBLE = "plausible"  # structure holds as far as it says anything; contents unproven
    TRUNCATED = "truncated"  # holds until the bytes end
    BROKEN = "broken"  # contradicts itself
    OTHER = "other"  # not this format at all


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: an English sentence with placeholders, and its values (never file contents)."""

    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    def say(self, translate: Translate = same) -> str:
        """Return the sentence in the reader's language."""
        return translate(self.message).format(**self.params)


def because(message: str, **params: object) -> Reason:
    """Make a reason; the message is marked with `N_` where it stands."""
    return Reason(message, params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a container's parser says about some bytes.

    Args: format: short name (`zip`, `jpeg`). intact: spans proven by a checksum or by decoding.
    opaque: spans that may rightly look random and that nothing proves. faults: offsets where the
    structure contradicts itself. end: where the container ends, -1 when it does not say.
    """

    format: str
    state: State
    reasons: tuple[Reason, ...] = ()
    intact: tuple[Span, ...] = ()
    opaque: tuple[Span, ...] = ()
    faults: tuple[int, ...] = ()
    end: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing wrong with one file, as the pure rules see it."""

    kind: Kind
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What the bytes of one file say. Args: state: of its container; remarks: worth knowing, no alarm."""

    content_type: str
    state: State
    troubles: tuple[Trouble, ...] = ()
    remarks: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of the report: one per path, member and kind."""

    path: str
    kind: Kind
    reasons: tuple[Reason, ...]
    member: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something in scope that was not read to its end, and why. Args: size_bytes: what is missing, where known."""

    path: str
    why: Reason
    member: str = ""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Worth knowing about one file, and no finding."""

    path: str
    reason: Reason
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What one file of the scope gave. Picklable: it travels between processes and machines.

    Args: size_bytes: in scope. read_bytes: inspected. small: what the look across files needs
    (ransom notes copied into many folders): digest of a small file whose text or name calls for it.
    inner: SHA-256 of everything inside it (archive, disk image), 32 bytes each, sorted, without repeats.
    """

    path: str
    path_bytes: bytes
    size_bytes: int
    read_bytes: int
    sha256: str = ""
    content_type: str = ""
    known_good: bool = False
    note_score: int = 0
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    remarks: tuple[Remark, ...] = ()
    members: int = 0
    members_bytes: int = 0
    rules_timed_out: tuple[str, ...] = ()
    virus_daemon: str = ""  # "", "clean", "found", "skipped"
    inner: bytes = b""
