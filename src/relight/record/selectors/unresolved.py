"""References that lead nowhere yet, and what stayed aside: what a person has to look at after an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from relight.record.selectors.rows import id_in
from relight.record.types import ReferenceState

_OPEN = (
    "SELECT r.resource, h.type, r.path, r.text, r.state, s.name FROM record_reference r"
    " JOIN record_resource h ON h.id = r.resource LEFT JOIN record_source s ON s.id = r.source"
    " WHERE r.target IS NULL ORDER BY s.name, r.key, r.resource, r.n LIMIT %s OFFSET %s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """One reference without a target. Args: text: as it was written."""

    type: str
    resource: UUID
    path: str
    text: str
    state: ReferenceState
    source: str

    def document(self) -> dict[str, object]:
        return {
            "type": self.type,
            "id": str(self.resource),
            "path": self.path,
            "reference": self.text,
            "state": self.state.value,
            "source": self.source,
        }


def unresolved_count() -> int:
    """Return how many references lead nowhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM record_reference WHERE target IS NULL")
        return int(cursor.fetchone()[0])


def unresolved_list(*, limit: int, start: int = 0) -> Iterator[Unresolved]:
    """Yield references without a target, by source."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [limit, start])
        for resource, kind, path, text, state, source in cursor.fetchall():
            yield Unresolved(
                resource=id_in(resource),
                type=kind,
                path=path,
                text=text,
                state=ReferenceState(state),
                source=source or "",
            )
