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
from relight.activity.models.debt import Capacity, DebtItem
from relight.activity.models.posture import SitePosture

__all__ = [
    "Appointment",
    "AppointmentAside",
    "AppointmentSource",
    "Capacity",
    "DebtItem",
    "DecisionRow",
    "Override",
    "PolicyVersion",
    "Proposal",
    "SitePosture",
]
