"""What a reference means here: lookups of aliases, ids and identifiers, many at a time.

Owns the order in which scopes are asked: the document, then the source; identifiers in the source, then anywhere.
Refuses to guess: two that fit are ambiguous. Source: docs/design/record.md, cases 30-44.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from relight.record.rules.references import Found
from relight.record.selectors.rows import id_in, id_or_none, id_out, rows_get
from relight.record.types import HERE, ReferenceForm, ReferenceState

_ALIAS = "SELECT origin_id, type, document, resource FROM record_alias WHERE source = %s AND origin_id IN ({keys})"
_LOCAL = "SELECT id, type FROM record_resource WHERE id IN ({keys})"
_IDENTIFIER = "SELECT value, system, type, resource, source FROM record_identifier WHERE value IN ({keys})"
_HISTORY = "/_history/"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a reference stands. Args: source: None for what is written here."""

    source: UUID | None
    document: str

    @property
    def is_here(self) -> bool:
        """Whether its references lead to ids of this record, not of a source."""
        return self.source is None or self.document == HERE


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means. Args: id: None when it is not here, or not one."""

    id: UUID | None
    type: str
    state: ReferenceState


_OPEN = Target(None, "", ReferenceState.UNRESOLVED)
_MANY = Target(None, "", ReferenceState.AMBIGUOUS)


@dataclass(slots=True)
class Resolver:
    """Gathers what is asked, looks it up at once, answers one by one.

    Args: local: resources of this very write that are in no table yet, by id; urls: those by (document, fullUrl).
    """

    local: dict[UUID, str] = field(default_factory=dict)
    urls: dict[tuple[str, str], tuple[str, UUID]] = field(default_factory=dict)
    _wanted: dict[UUID, set[str]] = field(default_factory=lambda: defaultdict(set))
    _ids: set[UUID] = field(default_factory=set)
    _values: set[str] = field(default_factory=set)
    _aliases: dict[tuple[UUID, str], list[tuple[str, str, UUID]]] = field(default_factory=lambda: defaultdict(list))
    _identified: dict[tuple[str, str], list[tuple[str, UUID, UUID | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def ask(self, found: Iterable[Found], scope: Scope) -> None:
        """Note what will be wanted."""
        for one in found:
            if one.form in (ReferenceForm.LOGICAL, ReferenceForm.CONDITIONAL):
                self._values.add(one.text.partition("?")[2].rpartition("|")[2])
            elif scope.is_here:
                if one.form is ReferenceForm.RELATIVE and (key := _uuid(one.id)) is not None:
                    self._ids.add(key)
            elif scope.source is not None:
                self._wanted[scope.source].update(_origins(one))

    def look(self) -> None:
        """Look everything up. Cost: one statement for each 500 of a kind."""
        for source, origins in self._wanted.items():
            for origin, kind, document, resource in rows_get(_ALIAS, origins, before=[id_out(source)]):
                self._aliases[source, origin].append((kind, document, id_in(resource)))
        for key, kind in rows_get(_LOCAL, [id_out(key) for key in self._ids - self.local.keys()]):
            self.local[id_in(key)] = kind
        for value, system, kind, resource, source in rows_get(_IDENTIFIER, self._values):
            self._identified[system, value].append((kind, id_in(resource), id_or_none(source)))

    def answer(self, one: Found, scope: Scope) -> Target:
        """Say what a reference means."""
        form = one.form
        if form is ReferenceForm.LOGICAL or form is ReferenceForm.CONDITIONAL:
            return self._by_identifier(one, scope)
        if scope.is_here or scope.source is None:
            return self._here(one, scope)
        if form is ReferenceForm.RELATIVE:
            return self._one(self._aliases.get((scope.source, one.id), ()), scope, kind=one.type)
        for origin in _origins(one):
            target = self._one(self._aliases.get((scope.source, origin), ()), scope, kind=one.type, url=True)
            if target is not _OPEN:
                return target
        return _OPEN

    def _here(self, one: Found, scope: Scope) -> Target:
        named = self.urls.get((scope.document, one.text))
        if named is not None:
            return Target(named[1], named[0], ReferenceState.RESOLVED)
        key = _uuid(one.id) if one.form is ReferenceForm.RELATIVE else None
        if key is not None and self.local.get(key) == one.type:
            return Target(key, one.type, ReferenceState.RESOLVED)
        return _OPEN

    def _one(self, rows: Iterable[tuple[str, str, UUID]], scope: Scope, *, kind: str, url: bool = False) -> Target:
        """Choose among aliases of one id: the document's own before the source's; two in one document are ambiguous."""
        base, again = scope.document, f"{scope.document}#"
        own: dict[UUID, str] = {}
        wide: dict[UUID, str] = {}
        doubled = False
        for type_, document, resource in rows:
            if type_ != kind and kind and not (url and not type_):
                continue
            if not document:
                wide[resource] = type_ or kind
            elif base and document == base:
                own[resource] = type_ or kind
            elif base and document.startswith(again):
                own[resource] = type_ or kind
                doubled = True
        near = {**own, **wide} if doubled else own or wide
        if not near:
            return _OPEN
        if len(near) > 1:
            return _MANY
        ((resource, type_),) = near.items()
        return Target(resource, type_, ReferenceState.RESOLVED)

    def _by_identifier(self, one: Found, scope: Scope) -> Target:
        kind, _, token = one.text.partition("?")
        system, _, value = token.rpartition("|")
        rows = [row for row in self._identified.get((system, value), ()) if not kind or row[0] == kind]
        mine = [row for row in rows if row[2] == scope.source]
        rows = mine or rows
        if len({row[1] for row in rows}) != 1:
            return _MANY if rows else _OPEN
        return Target(rows[0][1], rows[0][0], ReferenceState.RESOLVED)


def _origins(one: Found) -> tuple[str, ...]:
    """Return the ids of a source a reference may stand for, the surest first."""
    if one.form is ReferenceForm.RELATIVE:
        return (one.id,)
    if one.form is ReferenceForm.URN:
        return (one.text, one.text[9:]) if _is_uuid(one.text) else (one.text,)
    return (one.text.partition(_HISTORY)[0],)


def _is_uuid(text: str) -> bool:
    return text[:9] == "urn:uuid:" and len(text) == 45


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
