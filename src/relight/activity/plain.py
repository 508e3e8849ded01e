"""The door of activity for what needs no database: policy, state, decisions, their difference.

Owns nothing of its own. Refuses Django, so that a file is decided on any machine.
"""

from __future__ import annotations

from importlib.resources import files

from relight.activity.rules.decide import Reasons, decider
from relight.activity.rules.difference import Difference, becomes, decisions_differ
from relight.activity.rules.policy import (
    LANGUAGES,
    Category,
    FollowUp,
    Policy,
    Rule,
    RuleSet,
    StateAsk,
    policy_depends,
    policy_seen,
    policy_strangers,
)
from relight.activity.rules.policy_check import policy_faults, policy_read
from relight.activity.rules.reading import Aside, ReadOptions, appointments_read
from relight.activity.rules.state import sites_read, state_down, state_of, state_read
from relight.activity.types import OUTCOME_WORDS, Appointment, Decision, Kind, Outcome, SpineState, UnitLevel, Urgency

__all__ = [
    "LANGUAGES",
    "OUTCOME_WORDS",
    "Appointment",
    "Aside",
    "Category",
    "Decision",
    "Difference",
    "FollowUp",
    "Kind",
    "Outcome",
    "Policy",
    "ReadOptions",
    "Reasons",
    "Rule",
    "RuleSet",
    "SpineState",
    "StateAsk",
    "UnitLevel",
    "Urgency",
    "appointments_read",
    "becomes",
    "decider",
    "decisions_differ",
    "policy_depends",
    "policy_faults",
    "policy_read",
    "policy_seen",
    "policy_shipped",
    "policy_shipped_text",
    "policy_strangers",
    "sites_read",
    "state_down",
    "state_of",
    "state_read",
]

SHIPPED = "shipped.toml"


def policy_shipped_text() -> bytes:
    """Return the text of the policy Relight comes with."""
    return (files("relight.activity") / "policy" / SHIPPED).read_bytes()


def policy_shipped() -> Policy:
    """Return the policy Relight comes with, proved like any other."""
    return policy_read(policy_shipped_text(), filename=SHIPPED)
