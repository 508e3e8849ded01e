"""The policy in force as another app asks it: many questions, one state, answered from memory.

Owns the asking. Refuses to stand in for a policy: where none is in force there is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relight.activity.plain import Appointment, Decision, Kind, Outcome, Urgency, decider
from relight.activity.selectors.appointments import policy_now, policy_parsed, state_now


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """The policy in force and the state it sees.

    Args: name: `id@version`. number: of the version here. title: by language. categories: id to names by language.
    """

    name: str
    number: int
    title: Mapping[str, str]
    categories: Mapping[str, Mapping[str, str]]
    decide: Callable[[Appointment], Decision]

    def outcome(self, *, kind: Kind, urgency: Urgency, site: str, specialty: str = "", category: str = "") -> Outcome:
        """Say what it decides of such an appointment. No query."""
        categories = (category,) if category else ()
        asked = Appointment(
            id="", kind=kind, urgency=urgency, site=site, specialty=specialty, service=specialty, categories=categories
        )
        return self.decide(asked).outcome


def policy_in_force() -> PolicyInForce | None:
    """Return the policy in force, None before one was signed and taken. Some six queries."""
    row = policy_now()
    if row is None:
        return None
    policy = policy_parsed(row.text)
    state, sites = state_now()
    return PolicyInForce(
        name=policy.name,
        number=row.number,
        title=policy.title,
        categories={one.id: one.names for one in policy.categories},
        decide=decider(policy, state, sites=sites),
    )
