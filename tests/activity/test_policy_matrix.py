"""The shipped policy over kinds x urgency x reason x state, beside a table that a doctor can read and correct.

`RELIGHT_WRITE_GOLDEN=1` writes the table anew; what changed is then read in the difference, by a doctor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from relight.activity.plain import (
    Appointment,
    Kind,
    Outcome,
    SpineState,
    UnitLevel,
    Urgency,
    decider,
    policy_shipped,
    state_down,
)

GOLDEN = Path(__file__).parent / "golden" / "shipped_policy.md"
SITES = ("arlon", "libramont")
REASONS = {
    "diabetes": "Suivi du diabète",
    "pregnancy": "Grossesse 32 semaines",
    "chemotherapy": "Chimio, cure 3",
    "radiotherapy": "Radiothérapie, séance 12",
    "dialysis": "Dialyse",
    "cast check": "Contrôle plâtre",
    "yearly check": "Contrôle annuel",
    "“follow-up”": "Suivi",
    "chest pain": "Douleur thoracique",
    "says “urgent”": "À voir en urgence",
    "back pain": "Lombalgie",
    "no reason": "",
}
LOOKED_AT = ("laboratory", "oncology-day", "radiotherapy")
HEAD = """# What the shipped policy decides

Site: Arlon. Where a cell holds one word, it is so in every state. Three words stand for three states:
**works** (laboratory, oncology day hospital and radiotherapy of Arlon work) / **down here** (they are down in Arlon,
and work in Libramont) / **all down** (down everywhere).
"""


def spine(here: UnitLevel) -> SpineState:
    there = dict.fromkeys(((name, "libramont") for name in LOOKED_AT), UnitLevel.NORMAL)
    return SpineState(units={**there, **dict.fromkeys(((name, "arlon") for name in LOOKED_AT), here)})


STATES = (spine(UnitLevel.NORMAL), spine(UnitLevel.DOWN), state_down())


POLICY = policy_shipped()
DECIDERS = tuple(decider(POLICY, state, sites=SITES) for state in STATES)


def outcomes(kind: Kind, urgency: Urgency, reason: str) -> tuple[Outcome, ...]:
    appointment = Appointment(id="1", kind=kind, urgency=urgency, site="arlon", reason=reason)
    return tuple(decide(appointment).outcome for decide in DECIDERS)


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield HEAD
    for kind in Kind:
        yield f"## {kind.value}\n"
        yield f"| | {' | '.join(REASONS)} |"
        yield f"|---|{'---|' * len(REASONS)}"
        for urgency in Urgency:
            cells = []
            for reason in REASONS.values():
                words = [outcome.value for outcome in outcomes(kind, urgency, reason)]
                cells.append(words[0] if len(set(words)) == 1 else " / ".join(words))
            yield f"| **{urgency.value}** | {' | '.join(cells)} |"
        yield ""


def test_the_whole_matrix_is_the_table_a_doctor_read() -> None:
    """Every cell of kinds x urgency x reason x state is what the golden table says."""
    found = "\n".join(table())
    if os.environ.get("RELIGHT_WRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert found.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("urgency", [Urgency.IMMEDIATE, Urgency.URGENT])
def test_nothing_immediate_or_urgent_is_ever_cancelled(urgency: Urgency) -> None:
    """Case 1: whatever the kind, the reason and the state."""
    for kind in Kind:
        for reason in REASONS.values():
            assert Outcome.CANCEL not in outcomes(kind, urgency, reason), (kind, reason)


def test_operations_that_are_not_urgent_are_cancelled_without_exception() -> None:
    """Case 2: expedited and elective, in every state; a birth and a contradiction in the words are asked."""
    for urgency in (Urgency.EXPEDITED, Urgency.ELECTIVE):
        for name, reason in REASONS.items():
            asked = name in ("pregnancy", "says “urgent”")
            assert set(outcomes(Kind.OPERATION, urgency, reason)) == {Outcome.ASK if asked else Outcome.CANCEL}


def test_a_site_whose_laboratory_is_down_keeps_immediate_operations_only() -> None:
    """Case 3: immediate is kept, urgent is asked; where the laboratory works both are kept."""
    assert outcomes(Kind.OPERATION, Urgency.IMMEDIATE, "Rupture") == (Outcome.KEEP,) * 3
    assert outcomes(Kind.OPERATION, Urgency.URGENT, "Appendicite") == (Outcome.KEEP, Outcome.ASK, Outcome.ASK)


@pytest.mark.parametrize("kind", [Kind.IMAGING, Kind.SCINTIGRAPHY])
def test_planned_imaging_is_cancelled_and_urgent_imaging_asked(kind: Kind) -> None:
    """Case 4."""
    for urgency in (Urgency.EXPEDITED, Urgency.ELECTIVE):
        assert set(outcomes(kind, urgency, "Lombalgie")) == {Outcome.CANCEL}
    for urgency in (Urgency.IMMEDIATE, Urgency.URGENT, Urgency.UNKNOWN):
        assert set(outcomes(kind, urgency, "Lombalgie")) == {Outcome.ASK}


@pytest.mark.parametrize("name", ["diabetes", "pregnancy", "chemotherapy", "dialysis", "cast check"])
@pytest.mark.parametrize("urgency", Urgency)
def test_a_consultation_of_a_follow_up_category_is_kept(name: str, urgency: Urgency) -> None:
    """Case 5: whatever its urgency, in every state."""
    assert set(outcomes(Kind.CONSULTATION, urgency, REASONS[name])) == {Outcome.KEEP}


def test_a_yearly_check_is_no_follow_up_even_when_the_source_says_so() -> None:
    """Case 6: it is cancelled; a yearly check of a follow-up category is kept; an urgent one is kept."""
    decide = DECIDERS[0]
    yearly = Appointment(id="1", kind=Kind.CONSULTATION, reason="Contrôle annuel", follow_up=True)
    assert decide(yearly).outcome is Outcome.CANCEL
    diabetic = Appointment(id="2", kind=Kind.CONSULTATION, reason="Contrôle annuel diabète")
    assert decide(diabetic).outcome is Outcome.KEEP
    urgent = Appointment(id="3", kind=Kind.CONSULTATION, urgency=Urgency.URGENT, reason="Contrôle annuel")
    assert decide(urgent).outcome is Outcome.KEEP


def test_a_treatment_is_never_cancelled_and_moves_where_it_can_be_given() -> None:
    """Case 7: chemotherapy and radiotherapy move to the site that works, and are asked where there is none."""
    for urgency in Urgency:
        for reason in REASONS.values():
            assert Outcome.CANCEL not in outcomes(Kind.TREATMENT, urgency, reason)
    for name in ("chemotherapy", "radiotherapy"):
        elective = outcomes(Kind.TREATMENT, Urgency.ELECTIVE, REASONS[name])
        assert elective == (Outcome.KEEP, Outcome.MOVE, Outcome.ASK)
    moved = Appointment(id="1", kind=Kind.TREATMENT, site="arlon", reason="Chimio")
    assert DECIDERS[1](moved).to_site == "libramont"


def test_what_no_word_fits_is_asked() -> None:
    """Case 8: kind OTHER, and a consultation of which neither urgency nor reason is known."""
    assert {outcome for urgency in Urgency for outcome in outcomes(Kind.OTHER, urgency, "x")} == {Outcome.ASK}
    assert set(outcomes(Kind.CONSULTATION, Urgency.UNKNOWN, "")) == {Outcome.ASK}
    assert set(outcomes(Kind.CONSULTATION, Urgency.ELECTIVE, "Consultation Dr")) == {Outcome.ASK}
