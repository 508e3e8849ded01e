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
from relight.activity.models.telling import CallAttempt, CallCard, Desk, Mailing, MailItem, Notice
from relight.activity.models.uploads import AppointmentUpload

__all__ = [
    "Appointment",
    "AppointmentAside",
    "AppointmentSource",
    "AppointmentUpload",
    "CallAttempt",
    "CallCard",
    "Capacity",
    "DebtItem",
    "DecisionRow",
    "Desk",
    "MailItem",
    "Mailing",
    "Notice",
    "Override",
    "PolicyVersion",
    "Proposal",
    "SitePosture",
]
