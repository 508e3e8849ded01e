"""Tables and constraints, no verbs."""

from relight.activity.models.appointments import (
    Appointment,
    AppointmentAside,
    AppointmentSource,
    DecisionRow,
    Override,
    PolicyVersion,
    Proposal,
)

__all__ = [
    "Appointment",
    "AppointmentAside",
    "AppointmentSource",
    "DecisionRow",
    "Override",
    "PolicyVersion",
    "Proposal",
]
