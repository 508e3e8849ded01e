"""The door of activity for every app above it."""

from relight.activity.rules.debt import Lane
from relight.activity.rules.posture import BedKind, Beds, PostureSaid, SiteState
from relight.activity.rules.telling import Attempt
from relight.activity.selectors.appointments import ActivityCounts, counts, outcome_of, suspended_list
from relight.activity.selectors.debt import DebtCounts, debt_counts, debt_next, lanes_usual
from relight.activity.selectors.debt_plan import lanes_planned
from relight.activity.selectors.policy_in_force import PolicyInForce, policy_in_force
from relight.activity.selectors.posture import PostureView, posture_document, posture_list
from relight.activity.selectors.telling import desk_get
from relight.activity.selectors.waiting import ask_list, notices_open
from relight.activity.services.calls import call_next, call_note
from relight.activity.services.debt import capacity_set, debt_book, debt_session_book, debt_sync
from relight.activity.services.desks import DeskGiven, desk_write
from relight.activity.services.imports import ImportReport, appointments_import
from relight.activity.services.notices import notices_settle
from relight.activity.services.overrides import override_set
from relight.activity.services.policies import policy_draft, policy_sign
from relight.activity.services.posture import posture_set
from relight.activity.services.proposals import proposal_take
from relight.activity.types import Outcome

__all__ = [
    "ActivityCounts",
    "Attempt",
    "BedKind",
    "Beds",
    "DebtCounts",
    "DeskGiven",
    "ImportReport",
    "Lane",
    "Outcome",
    "PolicyInForce",
    "PostureSaid",
    "PostureView",
    "SiteState",
    "appointments_import",
    "ask_list",
    "call_next",
    "call_note",
    "capacity_set",
    "counts",
    "debt_book",
    "debt_counts",
    "debt_next",
    "debt_session_book",
    "debt_sync",
    "desk_get",
    "desk_write",
    "lanes_planned",
    "lanes_usual",
    "notices_open",
    "notices_settle",
    "outcome_of",
    "override_set",
    "policy_draft",
    "policy_in_force",
    "policy_sign",
    "posture_document",
    "posture_list",
    "posture_set",
    "proposal_take",
    "suspended_list",
]
