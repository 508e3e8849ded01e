"""Values of the record: what an entry is, where it came from, what is held now.

Owns the words shared by all of the app. Times are aware; bodies are FHIR JSON as parsed (`dict`) or as bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

Body: TypeAlias = Mapping[str, Any]
HERE = "here"  # the document of what is written here under a source: its references lead to ids of this record


class EntryAct(StrEnum):
    """What an entry did to its resource."""

    CREATE = "create"
    AMEND = "amend"
    ERROR = "error"  # marked as entered in error
    MERGE = "merge"
    UNMERGE = "unmerge"
    PAST = "past"  # an older version that came later: in the history, never current
    SEEN = "seen"  # another document of the source holds the same thing: no version of its own


class SourceKind(StrEnum):
    """Where a datum came from."""

    BACKUP = "backup"
    REGIONAL = "regional"
    IMPORT = "import"
    TYPED = "typed"
    LAB = "lab"
    PRACTITIONER = "practitioner"  # a summary somebody outside holds, bound to its patient at the desk


class ResourceStatus(StrEnum):
    """What a resource is now."""

    CURRENT = "current"
    ERROR = "error"
    MERGED = "merged"


class ReferenceState(StrEnum):
    """Whether a reference was found its target."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    AMBIGUOUS = "ambiguous"  # an identifier that several resources carry


class ReferenceForm(StrEnum):
    """How a reference is written."""

    RELATIVE = "relative"
    URN = "urn"
    ABSOLUTE = "absolute"
    CONDITIONAL = "conditional"
    LOGICAL = "logical"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """A change as its writer says it.

    Args: type: FHIR type. body: the resource, whole, as parsed. resource: which one; None makes a new one. act:
    `create` (default), `amend`, `error`, `merge`, `unmerge`; the importer alone writes `past` and `seen`.
    expected_version: what the writer saw; None where it does not matter. status: what it becomes; by default what
    the act says. source: None for what is typed here. document: the bundle or delivery it came in, where its
    references are looked up first; HERE where a source writes in this house. scope: where its own id counts: empty
    for the whole source, else a document.
    origin_id: the id the source gave. url: its fullUrl, where the id does not say it.
    raw: the canonical bytes of `body` when the caller has them.
    """

    type: str
    body: Body
    resource: UUID | None = None
    act: EntryAct = EntryAct.CREATE
    expected_version: int | None = None
    status: ResourceStatus | None = None
    reason: str = ""
    source: UUID | None = None
    document: str = ""
    scope: str = ""
    origin_id: str = ""
    url: str = ""
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a draft, in the order of the drafts. Args: body: as it is served now."""

    resource: UUID
    type: str
    version: int
    entry: UUID
    seq: int
    updated_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The current state of a resource.

    Args: body: FHIR JSON with this record's id, version and resolved references. source: its id, None when typed
    here. as_of: how old the source was. clinical_at: when what it says took place.
    """

    type: str
    id: UUID
    version: int
    body: bytes
    status: ResourceStatus
    patient: UUID | None
    source: UUID | None
    source_kind: SourceKind
    source_name: str
    as_of: datetime | None
    updated_at: datetime
    clinical_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version in a history: who wrote it, when, why. Args: body: as served; empty bytes never."""

    type: str
    id: UUID
    version: int
    act: EntryAct
    seq: int
    actor: str
    at: datetime
    reason: str
    clock: str
    source: UUID | None
    source_kind: SourceKind
    source_name: str
    as_of: datetime | None
    body: bytes


@dataclass(slots=True, kw_only=True, eq=False)
class Projected:
    """A resource as the projection writes it, handed to every projector.

    Args: body: the served form as parsed; not to be changed. targets: (path, target id) of each resolved reference.
    source, document, origin_id: of the entry.
    """

    id: UUID
    type: str
    version: int
    status: ResourceStatus
    patient: UUID | None
    body: dict[str, Any]
    served: bytes
    updated_at: datetime
    clinical_at: datetime | None
    seq: int
    act: EntryAct
    source: UUID | None
    is_new: bool
    references: Sequence[tuple[str, UUID | None]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """A resource that could not be taken. Args: line: where it begins, from 1. raw is kept in the table."""

    path: str
    line: int
    code: str
    message: str

    def document(self) -> dict[str, object]:
        return {"path": self.path, "line": self.line, "code": self.code, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is no FHIR at all."""

    path: str
    why: str

    def document(self) -> dict[str, object]:
        return {"path": self.path, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did. `resources_in` = `kept` + `known` + the number of `aside`."""

    source: str
    kind: SourceKind
    as_of: datetime | None
    resources_in: int
    kept: int
    known: int
    aside: tuple[AsideLine, ...]
    files: int
    files_skipped: tuple[Skipped, ...]
    unresolved: int
    resumed: bool

    def document(self) -> dict[str, object]:
        return {
            "source": self.source,
            "kind": self.kind.value,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "resources_in": self.resources_in,
            "kept": self.kept,
            "known": self.known,
            "aside": [line.document() for line in self.aside],
            "files": self.files,
            "files_skipped": [skipped.document() for skipped in self.files_skipped],
            "unresolved": self.unresolved,
            "resumed": self.resumed,
        }
