"""What the activity policy in force does, asked for a service at a site; how the sites stand.

Owns the question. Refuses to guess: without a policy in force it answers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from relight.activity import api as activity
from relight.activity.plain import Kind, Outcome, Urgency
from relight.liaison.rules.facts import Going, Named

PLANNED, URGENT = Urgency.ELECTIVE, Urgency.URGENT
KINDS = tuple(kind for kind in Kind if kind is not Kind.OTHER)
Ask = Callable[[Kind, Urgency, str, str], str]


def going_of(ask: Ask, *, sites: Sequence[str]) -> tuple[Going, ...]:
    """Say for every kind what happens with planned and with urgent appointments, site by site."""
    return tuple(
        Going(
            kind=kind.value,
            planned={site: ask(kind, PLANNED, "", site) for site in sites},
            urgent={site: ask(kind, URGENT, "", site) for site in sites},
        )
        for kind in KINDS
    )
