"""Appointments in the tables: imported once, decided, proposed, overridden. docs/design/appointments.md, cases 41-80."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from relight.activity.models import Appointment, AppointmentAside, DecisionRow, PolicyVersion, Proposal
from relight.activity.rules.booked import PersonSaid, ProposalCause
from relight.activity.rules.matching import Candidate, patient_match
from relight.activity.selectors.appointments import counts, policy_now
from relight.activity.services.imports import appointments_import
from relight.activity.services.overrides import override_end, override_set
from relight.activity.services.policies import policy_draft, policy_sign
from relight.activity.services.proposals import proposal_drop, proposal_make, proposal_take
from relight.activity.types import Outcome
from relight.journal.api import event_list
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from support.people import PASSWORD, person_create

pytestmark = pytest.mark.django_db
ActFor = Callable[..., Act]
HEADER = "id;kind;urgency;site;date;time;reason;family;given;birth date\n"


def rows(act: Act, *lines: str) -> bytes:
    day = (act.at + timedelta(days=3)).date().isoformat()
    return (HEADER + "".join(f"{line.replace('DAY', day)}\n" for line in lines)).encode()


PLANNED = "A1;operation;elective;arlon;DAY;08:30;Cataracte;Dupont;Marie;1957-03-12"
URGENT = "A2;operation;immediate;arlon;DAY;09:30;Appendicite;Martin;Luc;1960-01-01"


def bring(act: Act, *lines: str, source: str = "theatre", **more: Any) -> Any:
    return appointments_import(act=act, source=source, name="x.csv", raw=rows(act, *lines), **more)


@pytest.fixture
def lead(clock: Any) -> Act:
    """A medical lead who can sign."""
    return person_create(clock, ["medical-lead"]).act()


def signed(lead: Act) -> UUID:
    draft = policy_draft(act=lead)
    return policy_sign(act=lead, version=draft.pk, digest=draft.digest, password=PASSWORD)


def in_force(lead: Act) -> None:
    proposal_take(act=lead, proposal=signed(lead))


def outcomes() -> dict[str, str]:
    return dict(Appointment.objects.values_list("origin_id", "outcome"))


def test_nothing_is_decided_before_a_policy_was_signed_and_taken(act_for: ActFor) -> None:
    """Case 41."""
    report = bring(act_for("desk"), PLANNED, URGENT)
    assert (report.new, report.undecided, report.decided) == (2, 2, {})
    assert outcomes() == {"A1": "", "A2": ""}


def test_twice_imported_nothing_doubles(act_for: ActFor) -> None:
    """Case 42."""
    act = act_for("desk")
    bring(act, PLANNED, URGENT, "A3;;;;xx;;;;;")
    report = bring(act, PLANNED, URGENT, "A3;;;;xx;;;;;")
    assert (report.new, report.changed, report.known, len(report.aside)) == (0, 0, 2, 1)
    assert Appointment.objects.count() == 2
    assert AppointmentAside.objects.count() == 1


def test_one_number_of_two_sources_is_two_appointments(act_for: ActFor) -> None:
    """Case 43: an id is scoped to its source."""
    act = act_for("desk")
    bring(act, PLANNED)
    assert bring(act, PLANNED, source="radiology").new == 1


def test_one_number_with_two_contents_is_put_aside(act_for: ActFor) -> None:
    """Case 44: neither row overwrites the other silently."""
    report = bring(act_for("desk"), PLANNED, PLANNED.replace("Cataracte", "Hernie"))
    assert (report.new, [one.code for one in report.aside]) == (1, ["RL-ACT-047"])


def test_new_rows_are_decided_at_once_under_the_policy_in_force(act_for: ActFor, lead: Act) -> None:
    """Case 45: the shipped policy, everything down: planned cancelled, immediate kept."""
    in_force(lead)
    report = bring(act_for("desk"), PLANNED, URGENT)
    assert outcomes() == {"A1": "cancel", "A2": "keep"}
    assert report.decided == {"cancel": 1, "keep": 1}
    assert DecisionRow.objects.filter(current=True).count() == 2
    told = [event for event in event_list(after=0) if event.name == "activity.decided"]
    assert {word for event in told for word in event.body["ids"]} == {"cancel", "keep"}


def test_a_row_that_changed_is_decided_anew(act_for: ActFor, lead: Act) -> None:
    """Case 46: what becomes urgent is no longer cancelled, and whoever tells patients hears of it."""
    in_force(lead)
    act = act_for("desk")
    bring(act, PLANNED)
    report = bring(act, PLANNED.replace("elective", "immediate"))
    assert (report.changed, report.decided, outcomes()) == (1, {"restore": 1}, {"A1": "keep"})
    assert DecisionRow.objects.filter(current=False).count() == 1


def test_a_mapping_is_kept_for_the_next_file_of_the_source(act_for: ActFor) -> None:
    """Case 47."""
    act = act_for("desk")
    raw = b"Colonne A;Colonne B;Quand\nX1;IRM genou;24/11/2125\n"
    wished = {"id": "Colonne A", "act": "Colonne B", "date": "Quand"}
    appointments_import(act=act, source="mri", name="a.csv", raw=raw, mapping=wished)
    report = appointments_import(act=act, source="mri", name="b.csv", raw=raw.replace(b"X1", b"X2"))
    assert (report.new, Appointment.objects.filter(kind="imaging").count()) == (1, 2)


def test_a_signed_policy_takes_effect_with_its_difference_and_not_before(act_for: ActFor, lead: Act) -> None:
    """Case 60."""
    bring(act_for("desk"), PLANNED, URGENT)
    proposal = Proposal.objects.get(pk=signed(lead))
    assert (proposal.counts["cancel"], proposal.counts["keep"], policy_now(), outcomes()["A1"]) == (1, 1, None, "")
    report = proposal_take(act=lead, proposal=proposal.pk)
    assert (report.counts, outcomes()) == ({"cancel": 1, "keep": 1}, {"A1": "cancel", "A2": "keep"})
    assert PolicyVersion.objects.get().state == "in-force"


def test_what_takes_effect_is_what_was_shown(act_for: ActFor, lead: Act) -> None:
    """Case 61: a row came in between; nothing takes effect, and the proposal is made anew with it."""
    bring(act_for("desk"), PLANNED)
    proposal = signed(lead)
    bring(act_for("desk"), URGENT)
    with pytest.raises(RelightError) as refusal:
        proposal_take(act=lead, proposal=proposal)
    assert (refusal.value.code, set(outcomes().values())) == ("RL-ACT-062", {""})
    again = Proposal.objects.get(state="waiting")
    assert sum(again.counts.values()) == 2
    proposal_take(act=lead, proposal=again.pk)
    assert outcomes() == {"A1": "cancel", "A2": "keep"}


def test_a_dropped_policy_is_a_draft_again(act_for: ActFor, lead: Act) -> None:
    """Case 62."""
    proposal_drop(act=lead, proposal=signed(lead))
    assert (PolicyVersion.objects.get().state, policy_now()) == ("draft", None)


def test_only_a_person_lets_decisions_take_effect(act_for: ActFor, lead: Act) -> None:
    """Case 63."""
    proposal = signed(lead)
    worker = act_for("system", actor="relight:worker")
    with pytest.raises(RelightError) as refusal:
        proposal_take(act=worker, proposal=proposal)
    assert refusal.value.code == "RL-ACT-063"


def test_a_draft_changed_after_it_was_shown_is_not_signed(lead: Act) -> None:
    """Case 64."""
    draft = policy_draft(act=lead)
    with pytest.raises(RelightError) as refusal:
        policy_sign(act=lead, version=draft.pk, digest="0" * 64, password=PASSWORD)
    assert refusal.value.code == "RL-ACT-059"


def test_a_state_that_changes_nothing_proposes_nothing(act_for: ActFor, lead: Act) -> None:
    """Case 65."""
    in_force(lead)
    bring(act_for("desk"), PLANNED)
    assert proposal_make(act=lead, cause=ProposalCause.STATE) is None


def test_a_doctors_word_survives_deciding_anew(act_for: ActFor, lead: Act) -> None:
    """Case 70."""
    in_force(lead)
    bring(act_for("desk"), PLANNED)
    doctor = act_for("clinician")
    row = Appointment.objects.get()
    override_set(act=doctor, appointment=row.pk, outcome=Outcome.KEEP, reason="Only eye")
    bring(act_for("desk"), PLANNED.replace("Cataracte", "Cataracte OG"))
    row.refresh_from_db()
    assert (row.outcome, row.outcome_by) == ("keep", "doctor")
    override_end(act=doctor, appointment=row.pk, why="Operated elsewhere")
    row.refresh_from_db()
    assert (row.outcome, row.outcome_by) == ("cancel", "policy")


@pytest.mark.parametrize(
    ("outcome", "reason", "to_site", "code"),
    [
        (Outcome.KEEP, " ", "", "RL-ACT-064"),
        (Outcome.MOVE, "r", "", "RL-ACT-066"),
        (Outcome.MOVE, "r", "arlon", "RL-ACT-066"),
    ],
)
def test_a_doctors_word_needs_reason_and_place(
    act_for: ActFor, outcome: Outcome, reason: str, to_site: str, code: str
) -> None:
    """Cases 71-73."""
    bring(act_for("desk"), PLANNED)
    pk = Appointment.objects.get().pk
    with pytest.raises(RelightError) as refusal:
        override_set(act=act_for("clinician"), appointment=pk, outcome=outcome, reason=reason, to_site=to_site)
    assert refusal.value.code == code


def test_counts_are_of_what_has_not_begun(act_for: ActFor, lead: Act) -> None:
    """Case 74."""
    in_force(lead)
    act = act_for("desk")
    bring(act, PLANNED, URGENT)
    found = counts(act.at)
    assert (found.booked, found.cancel, found.keep, found.undecided) == (2, 1, 1, 0)
    assert counts(act.at + timedelta(days=30)).booked == 0


def test_a_patient_is_meant_only_by_number_and_birth_date_together() -> None:
    """Cases 50-53: another birth date, another name or two patients with the number: nobody."""
    from datetime import date

    person = PersonSaid(family="Dupont", birth_date=date(1957, 3, 12), record_number="A-12")
    right = Candidate(key="p1", birth="1957-03-12", names=("DUPONT",))
    assert patient_match(person, {"a12": [right]}) == "p1"
    assert patient_match(person, {"a12": [Candidate(key="p1", birth="1957-03-13", names=("DUPONT",))]}) is None
    assert patient_match(person, {"a12": [Candidate(key="p1", birth="1957-03-12", names=("MARTIN",))]}) is None
    assert patient_match(person, {"a12": [right, Candidate(key="p2", birth="1957-03-12", names=("DUPONT",))]}) is None


def test_a_changed_state_is_proposed_and_not_applied(
    act_for: ActFor, lead: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 66: everything back up; what would go on again waits for somebody's word, and an unseen unit asks nothing."""
    from relight.activity.plain import SpineState, UnitLevel, policy_depends, policy_shipped
    from relight.activity.selectors import appointments
    from relight.activity.services import proposals

    in_force(lead)
    bring(act_for("desk"), "A1;operation;urgent;arlon;DAY;08:30;Fracture;Dupont;Marie;1957-03-12")
    before = outcomes()
    names = policy_depends(policy_shipped())
    up = SpineState(
        units={(name, "arlon"): UnitLevel.NORMAL for name in names},
        functions=dict.fromkeys(names, UnitLevel.NORMAL),
    )
    monkeypatch.setattr(appointments, "state_now", lambda: (up, ("arlon",)))
    worker = act_for("system", actor="relight:worker")
    assert proposals.proposals_renew(act=worker, node="no-such@arlon", trigger="unit:no-such@arlon") == []
    (made,) = proposals.proposals_renew(act=worker, node="laboratory@arlon", trigger="unit:laboratory@arlon")
    assert outcomes() == before
    assert proposals.proposals_renew(act=worker, node="laboratory@arlon", trigger="unit:laboratory@arlon") == [made]
    proposal_take(act=lead, proposal=made)
    assert (before, outcomes()) == ({"A1": "ask"}, {"A1": "keep"})
