"""Whose records a reader may open, as a condition on rows and as a refusal.

Owns putting the answer of the access rules where FHIR needs it. Refuses to decide.
"""

from __future__ import annotations

from uuid import UUID

from relight.kernel.act import Act
from relight.record.selectors.search import EVERYTHING, Sql


def reach_sql(act: Act) -> Sql:
    """Return the condition on a row `r` of record_resource: what is nobody's, and whose record may be opened."""
    return EVERYTHING


def patient_demand(act: Act, patient: UUID) -> None:
    """Raise the refusal when this patient's record may not be opened."""
