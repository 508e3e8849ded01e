"""What an incoming resource is: known, a newer version, an older one, or another thing under an id already used.

Owns the one rule that keeps patients apart: an id is no identity. Different content under one id becomes one resource
only when source and patient are the same and it says that it is newer. Reads the projection inside the write's lock;
writes nothing. Source: docs/design/record.md, cases 24-29 and 57-66.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from relight.record.rules.canonical import loads
from relight.record.rules.facts import is_newer, patient_path, patient_paths, same_person
from relight.record.rules.opening import Piece
from relight.record.rules.references import Found
from relight.record.selectors.resolving import Resolver, Scope
from relight.record.selectors.rows import id_in, id_or_none, id_out, rows_get
from relight.record.types import EntryAct, EntryDraft, ReferenceForm, ReferenceState

Name: TypeAlias = tuple[str, str]  # type, origin id

_ALIAS = (
    "SELECT a.origin_id, a.type, a.document, a.resource FROM record_alias a"
    " WHERE a.source = %s AND a.origin_id IN ({keys})"
)
_ENTRIES = "SELECT resource, digest FROM record_entry WHERE resource IN ({keys})"
_HELD = (
    "SELECT r.id, r.patient, e.digest, e.document, e.body FROM record_resource r JOIN record_entry e ON e.seq = r.entry"
    " WHERE r.id IN ({keys})"
)
_TARGETS = "SELECT resource, n, target FROM record_reference WHERE resource IN ({keys})"
_TAKEN = "SELECT id FROM record_resource WHERE id IN ({keys})"
_BY_IDENTIFIER = (ReferenceForm.LOGICAL, ReferenceForm.CONDITIONAL)


@dataclass(slots=True, eq=False)
class _Candidate:
    """A resource that stands under an id already. Args: scopes: where that id means it."""

    id: UUID
    scopes: set[str]
    patient: UUID | None = None
    document: str = ""
    digest: bytes = b""
    digests: set[bytes] = field(default_factory=set)
    body: bytes = b""
    targets: dict[int, UUID | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class _Batch:
    """The pieces of one write and all that is needed to judge them."""

    source: UUID
    pieces: Sequence[Piece]
    candidates: dict[Name, list[_Candidate]]
    known: dict[int, _Candidate] = field(default_factory=dict)
    amended: dict[int, _Candidate] = field(default_factory=dict)
    resolver: Resolver = field(default_factory=Resolver)
    places: dict[tuple[str, str, str], int] = field(default_factory=dict)
    addresses: dict[tuple[str, str], int] = field(default_factory=dict)


def decide(pieces: Sequence[Piece], *, source: UUID) -> list[EntryDraft | None]:
    """Say what becomes of each piece of a write: a draft, or None where all of it is held already.

    Args: pieces: no two with one type, id and scope (see `rounds`). Returns: one a piece, in order.
    """
    batch = _Batch(source=source, pieces=pieces, candidates=_candidates(pieces, source))
    if batch.candidates:
        _judge(batch)
    taken = _taken(pieces)
    return [_draft(batch, n, piece, taken) for n, piece in enumerate(pieces)]


def rounds(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Part pieces so that in each round no id stands twice: what comes later is judged by what is then held."""
    parted: list[list[Piece]] = []
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for piece in pieces:
        name = (piece.type, piece.origin_id, _slot(piece))
        place = counts[name]
        counts[name] += 1
        if place == len(parted):
            parted.append([])
        parted[place].append(piece)
    return parted


def _slot(piece: Piece) -> str:
    """Return the scope its id is meant in."""
    return piece.document if piece.is_local else ""


def _candidates(pieces: Sequence[Piece], source: UUID) -> dict[Name, list[_Candidate]]:
    wanted = {(piece.type, piece.origin_id) for piece in pieces}
    found: dict[tuple[Name, UUID], _Candidate] = {}
    for origin, kind, scope, resource in rows_get(_ALIAS, {origin for _, origin in wanted}, before=[id_out(source)]):
        if (kind, origin) in wanted:
            key = ((kind, origin), id_in(resource))
            candidate = found.get(key)
            if candidate is None:
                candidate = found[key] = _Candidate(key[1], set())
            candidate.scopes.add(scope)
    if not found:
        return {}
    _fill({candidate.id: candidate for candidate in found.values()})
    named: dict[Name, list[_Candidate]] = defaultdict(list)
    for (name, _), candidate in found.items():
        named[name].append(candidate)
    return named


def _fill(by_id: dict[UUID, _Candidate]) -> None:
    """Read what the candidates are: contents they ever had, patient, references, the current body."""
    keys = [id_out(key) for key in by_id]
    for resource, digest in rows_get(_ENTRIES, keys):
        by_id[id_in(resource)].digests.add(bytes(digest))
    for resource, patient, digest, document, body in rows_get(_HELD, keys):
        candidate = by_id[id_in(resource)]
        candidate.patient, candidate.digest = id_or_none(patient), bytes(digest)
        candidate.document, candidate.body = document, bytes(body)
    for resource, n, target in rows_get(_TARGETS, keys):
        by_id[id_in(resource)].targets[n] = id_or_none(target)


def _judge(batch: _Batch) -> None:
    """Find what is known and what amends, until nothing changes: a resource is known only with all it refers to."""
    for n, piece in enumerate(batch.pieces):
        batch.places[piece.document, piece.type, piece.origin_id] = n
        batch.addresses[piece.document, piece.url or f"urn:uuid:{piece.origin_id}"] = n
        if not piece.is_local:
            batch.places.setdefault(("", piece.type, piece.origin_id), n)
        named = batch.candidates.get((piece.type, piece.origin_id), ())
        same = [candidate for candidate in named if piece.digest in candidate.digests]
        if same:
            slot = _slot(piece)
            batch.known[n] = min(same, key=lambda one: (slot not in one.scopes, one.digest != piece.digest, one.id))
        if named:
            batch.resolver.ask(piece.found, Scope(batch.source, piece.document))
    batch.resolver.look()
    changed = True
    while changed:
        unlike = [n for n, candidate in batch.known.items() if not _refers_alike(batch, n, candidate)]
        for n in unlike:
            del batch.known[n]
        changed = bool(unlike)
    for n, piece in enumerate(batch.pieces):
        if n not in batch.known:
            held = _in_slot(batch, piece)
            if held is not None and piece.is_hint and _is_same_thing(batch, piece, held):
                batch.known[n] = held
            elif held is not None and _is_version(batch, piece, held):
                batch.amended[n] = held


def _refers_alike(batch: _Batch, n: int, candidate: _Candidate) -> bool:
    """Say whether what a piece refers to is what the held one refers to; a past version is judged by content alone."""
    piece = batch.pieces[n]
    if candidate.digest != piece.digest:
        return True
    for place, one in enumerate(piece.found):
        if one.form in _BY_IDENTIFIER:
            continue
        if _target(batch, piece, one) != candidate.targets.get(place):
            return False
    return True


def _target(batch: _Batch, piece: Piece, one: Found) -> UUID | None:
    """Say what a reference of a piece will mean. A resource that is not there yet is nobody's target so far."""
    answer = batch.resolver.answer(one, Scope(batch.source, piece.document))
    if answer.state is ReferenceState.AMBIGUOUS:
        return None
    n = _place(batch, piece, one)
    if n is None:
        return answer.id
    held = batch.known.get(n) or batch.amended.get(n)
    if held is not None:
        return held.id
    return answer.id if batch.pieces[n].document != piece.document else None


def _place(batch: _Batch, piece: Piece, one: Found) -> int | None:
    """Find the piece of this write that a reference means."""
    if one.form is ReferenceForm.RELATIVE:
        places = batch.places
        n = places.get((piece.document, one.type, one.id))
        return n if n is not None else places.get(("", one.type, one.id))
    return batch.addresses.get((piece.document, one.text))


def _in_slot(batch: _Batch, piece: Piece) -> _Candidate | None:
    """Return what stands under the id where it is meant; in a bundle that conflicted before, under its own."""
    named = batch.candidates.get((piece.type, piece.origin_id), ())
    for scope in (piece.document, _slot(piece)):
        for candidate in named:
            if scope in candidate.scopes:
                return candidate
    return None


def _is_version(batch: _Batch, piece: Piece, held: _Candidate) -> bool:
    """Say whether two contents of one id are versions of one thing, and which is the newer is known."""
    return is_newer(piece.body, loads(held.body)) is not None and _is_same_thing(batch, piece, held)


def _is_same_thing(batch: _Batch, piece: Piece, held: _Candidate) -> bool:
    if piece.type == "Patient":
        return same_person(piece.body, loads(held.body))
    return _patient(batch, piece) == held.patient


def _patient(batch: _Batch, piece: Piece) -> UUID | None:
    wanted = patient_paths(piece.type)
    best, whose = len(wanted), None
    for one in piece.found:
        element = patient_path(one.path)
        if element in wanted and wanted.index(element) < best and one.type in ("Patient", ""):
            best, whose = wanted.index(element), _target(batch, piece, one)
    return whose


def _taken(pieces: Sequence[Piece]) -> set[UUID]:
    """Find which of the ids that could be kept are used already."""
    wanted = {key for piece in pieces if (key := _own_id(piece.origin_id)) is not None}
    return {id_in(row[0]) for row in rows_get(_TAKEN, [id_out(key) for key in wanted])}


def _own_id(origin: str) -> UUID | None:
    """Return an id of a source that may be kept as ours: a UUID is nobody else's, and going back is then simplest."""
    if len(origin) != 36:
        return None
    try:
        key = UUID(origin)
    except ValueError:
        return None
    return key if str(key) == origin else None


def _draft(batch: _Batch, n: int, piece: Piece, taken: set[UUID]) -> EntryDraft | None:
    known = batch.known.get(n)
    if known is not None:
        if not piece.is_local or any(scope.partition("#")[0] == piece.document for scope in known.scopes):
            return None
        return _made(batch, piece, act=EntryAct.SEEN, resource=known.id, scope=piece.document)
    held = batch.amended.get(n)
    if held is not None:
        newer = is_newer(piece.body, loads(held.body))
        act = EntryAct.AMEND if newer else EntryAct.PAST
        return _made(batch, piece, act=act, resource=held.id, scope=min(held.scopes, key=len))
    own = _own_id(piece.origin_id)
    if own is not None and own not in taken:
        taken.add(own)
    else:
        own = None
    return _made(batch, piece, act=EntryAct.CREATE, resource=own, scope=_free_scope(batch, piece))


def _free_scope(batch: _Batch, piece: Piece) -> str:
    """Return where the id of a new resource counts: where it is meant; else in its own document; else numbered there.

    A number says that one document means two things by one id: references to it are ambiguous from then on.
    """
    slot, document = _slot(piece), piece.document
    named = batch.candidates.get((piece.type, piece.origin_id), ())
    used = {scope for candidate in named for scope in candidate.scopes}
    if slot not in used:
        return slot
    twice = any(slot in one.scopes and one.document == document for one in named) or document in used
    if not twice:
        return document
    return f"{document}#{2 + sum(scope.startswith(f'{document}#') for scope in used)}"


def _made(batch: _Batch, piece: Piece, *, act: EntryAct, resource: UUID | None, scope: str) -> EntryDraft:
    body: Any = piece.body
    return EntryDraft(
        type=piece.type,
        body=body,
        resource=resource,
        act=act,
        source=batch.source,
        document=piece.document,
        scope=scope,
        origin_id=piece.origin_id,
        url=piece.url,
        raw=piece.raw,
    )
