"""A deciding anew before it takes effect: its difference in words, and one by one.

Owns the reading for the pages. Refuses to name a patient to those who may not read appointments: the view asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext

from relight.activity.errors import PROPOSAL_GONE
from relight.activity.models import Appointment, Proposal
from relight.activity.rules.booked import ProposalCause, ProposalState
from relight.activity.selectors.appointments import as_decided
from relight.activity.selectors.names import OUTCOME_STATES, Names, kind_word, outcome_word, urgency_word
from relight.activity.types import Appointment as Decided
from relight.activity.types import Decision
from relight.kernel.errors import N_
from relight.people.api import names_of

CHANGES: Mapping[str, str] = {
    "cancel": N_("are cancelled"),
    "restore": N_("take place after all"),
    "ask": N_("go to a doctor"),
    "move": N_("move to another site"),
    "keep": N_("stay as they are"),
}
"""Groups of a difference, the gravest first; `keep` is counted only."""
SHOWN = ("cancel", "restore", "ask", "move")
STATE_WORDS: Mapping[ProposalState, str] = {
    ProposalState.WAITING: N_("waits for somebody's word"),
    ProposalState.TAKEN: N_("took effect"),
    ProposalState.DROPPED: N_("dropped"),
    ProposalState.OUTDATED: N_("outdated by a later one"),
}
STATE_LOOKS: Mapping[ProposalState, str] = {
    ProposalState.WAITING: "waiting",
    ProposalState.TAKEN: "done",
    ProposalState.DROPPED: "retired",
    ProposalState.OUTDATED: "retired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """One proposal in a sentence. Args: title: what made it. words: its difference in numbers."""

    id: UUID
    title: str
    words: str
    state: str
    state_word: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    ended_by: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGroup:
    """One group of a difference. Args: key: of `CHANGES`. ids: all of it, by time; rows are read page by page."""

    key: str
    title: str
    count: int


def difference_words(counts: Mapping[str, int]) -> str:
    """Say a difference in numbers: `It will cancel 212, restore 37, ask a doctor about 9.`"""
    parts = [
        said % {"count": counts.get(key, 0)}
        for key, said in (
            ("cancel", gettext("cancel %(count)d")),
            ("restore", gettext("restore %(count)d")),
            ("ask", gettext("ask a doctor about %(count)d")),
            ("move", gettext("move %(count)d")),
        )
        if counts.get(key)
    ]
    if not parts:
        return gettext("No appointment changes.")
    return gettext("It will %(what)s.") % {"what": ", ".join(parts)}


def cause_words(row: Proposal, names: Names) -> str:
    """Say what made a proposal: a policy that was signed, or what changed in the hospital."""
    if row.cause == ProposalCause.POLICY.value:
        return gettext("Policy %(number)d is signed and waits to take effect") % {"number": row.policy}
    kind, _, rest = row.trigger.partition(":")
    what = names.node(rest) if kind in ("unit", "function") and rest else ""
    if what:
        return gettext("%(what)s changed: appointments would be decided differently") % {"what": what}
    return gettext("The state of the hospital changed: appointments would be decided differently")


def proposal_lines(rows: Sequence[Proposal], names: Names) -> list[ProposalLine]:
    """Make proposals ready for a list. One query for the names of people."""
    people = names_of({one for row in rows for one in (row.made_by, row.ended_by) if one})
    return [_line(row, names, people) for row in rows]


def _line(row: Proposal, names: Names, people: Mapping[str, str]) -> ProposalLine:
    state = ProposalState(row.state)
    return ProposalLine(
        id=row.pk,
        title=cause_words(row, names),
        words=difference_words(row.counts),
        state=STATE_LOOKS[state],
        state_word=gettext(STATE_WORDS[state]),
        made_at=row.made_at,
        made_by=people.get(row.made_by, row.made_by),
        ended_at=row.ended_at,
        ended_by=people.get(row.ended_by, row.ended_by),
        counts=row.counts,
    )


def proposal_get(id: UUID) -> Proposal:
    """Return a proposal. Raises: MissingError RL-ACT-060."""
    row = Proposal.objects.filter(pk=id).first()
    if row is None:
        raise PROPOSAL_GONE.error(where="proposal")
    return row


def proposals_waiting(names: Names) -> list[ProposalLine]:
    """List what waits for somebody's word, the oldest first."""
    rows = Proposal.objects.filter(state=ProposalState.WAITING.value).order_by("made_at").defer("changes")
    return proposal_lines(list(rows), names)


def change_groups(row: Proposal) -> list[ChangeGroup]:
    """List the groups of a difference that hold something."""
    return [
        ChangeGroup(key=key, title=gettext(CHANGES[key]).capitalize(), count=len(row.changes[key]))
        for key in SHOWN
        if row.changes.get(key)
    ]


def changed_appointments(row: Proposal, *, group: str) -> list[Appointment]:
    """Return the appointments of one group, by time. Read in portions, so that thousands stay one short query each."""
    ids = [UUID(str(one)) for one in row.changes.get(group, ())]
    found: list[Appointment] = []
    for start in range(0, len(ids), 500):
        found += Appointment.objects.filter(pk__in=ids[start : start + 500]).defer("raw", "search")
    return sorted(found, key=lambda one: (one.starts_at is None, one.starts_at, one.pk))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """One appointment of a difference. Args: before, after: outcomes, with their looks. why: the rule's words."""

    row: Appointment
    kind: str
    urgency: str
    specialty: str
    site: str
    before: str
    before_state: str
    after: str
    after_state: str
    to_site: str
    why: str


def changed_rows(
    rows: Sequence[Appointment], names: Names, *, decide: Callable[[Decided], Decision]
) -> list[ChangedRow]:
    """Say of each what is decided now and what would be. Args: decide: under the policy and state proposed."""
    found = []
    for row in rows:
        new = decide(as_decided(row))
        found.append(
            ChangedRow(
                row=row,
                kind=kind_word(row.kind),
                urgency=urgency_word(row.urgency),
                specialty=names.specialty(row.specialty),
                site=names.site(row.site),
                before=outcome_word(row.outcome),
                before_state=OUTCOME_STATES.get(row.outcome, "unknown"),
                after=outcome_word(new.outcome.value),
                after_state=OUTCOME_STATES[new.outcome.value],
                to_site=names.site(new.to_site) if new.to_site else "",
                why=names.text(new.because),
            )
        )
    return found


def consequences(row: Proposal) -> list[str]:
    """Say what taking a proposal means for people."""
    counts = {key: int(row.counts.get(key, 0)) for key in SHOWN}
    said = []
    if row.cause == ProposalCause.POLICY.value:
        said.append(gettext("Policy %(number)d comes into force.") % {"number": row.policy})
    if n := counts["cancel"]:
        said.append(
            ngettext(
                "%(n)d patient is told not to come, and waits for a new date.",
                "%(n)d patients are told not to come, and wait for a new date.",
                n,
            )
            % {"n": n}
        )
    if n := counts["restore"]:
        said.append(
            ngettext(
                "%(n)d appointment takes place after all; whoever heard otherwise is called.",
                "%(n)d appointments take place after all; whoever heard otherwise is called.",
                n,
            )
            % {"n": n}
        )
    if n := counts["ask"]:
        said.append(
            ngettext("%(n)d appointment waits for a doctor's word.", "%(n)d appointments wait for a doctor's word.", n)
            % {"n": n}
        )
    if n := counts["move"]:
        said.append(
            ngettext(
                "%(n)d patient is told to go to another site.", "%(n)d patients are told to go to another site.", n
            )
            % {"n": n}
        )
    said.append(gettext("What a doctor decided stays as it is."))
    return said
