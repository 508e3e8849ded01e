"""Whose records a reader may open, as a condition on rows and as a refusal.

Owns putting the answer of the access rules where FHIR needs it. Refuses to decide (rules/access.py does). What is
nobody's - wards, people, medications - is open to all who may read; what should be somebody's and is not
(its patient could not be found) is open to who is limited to no ward.
"""

from __future__ import annotations

from uuid import UUID

from relight.kernel.act import Act
from relight.record.errors import NO_RELATION
from relight.record.selectors.access import reach_where, record_demand
from relight.record.selectors.search import EVERYTHING, Sql

NOBODYS = (
    "Device",
    "Endpoint",
    "HealthcareService",
    "Location",
    "Medication",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Schedule",
    "Slot",
    "Substance",
)


def reach_sql(act: Act) -> Sql:
    """Return the condition on a row `r` of record_resource."""
    if not act.scope:
        return EVERYTHING
    text, values = reach_where(act, column="r.patient")
    nobodys = ", ".join(f"'{kind}'" for kind in NOBODYS)
    return Sql(text=f"({text} OR (r.patient IS NULL AND r.type IN ({nobodys})))", values=tuple(values))


def patient_demand(act: Act, patient: UUID) -> None:
    """Raise RL-REC-240 when this patient's record may not be opened."""
    record_demand(act=act, patient=patient)


def resource_demand(act: Act, *, type: str, patient: UUID | None) -> None:
    """Raise RL-REC-240 when a resource in this record, or in nobody's, may not be opened."""
    if patient is not None:
        record_demand(act=act, patient=patient)
    elif act.scope and type not in NOBODYS:
        raise NO_RELATION.error(where="patient")
