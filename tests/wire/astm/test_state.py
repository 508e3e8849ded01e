"""The states of the link are those of docs/design/astm.md, all of them reachable, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from relight.kernel.errors import RuleError
from relight.wire.astm._state import TRANSITIONS, Cue, State, step

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "design" / "astm.md"


def documented() -> dict[State, dict[Cue, State]]:
    table: dict[State, dict[Cue, State]] = {}
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0] in {state.value for state in State}:
            steps = (part.split(" -> ") for part in cells[2].split("; "))
            table[State(cells[0])] = {Cue(cue): State(state) for cue, state in steps}
    return table


def test_the_document_shows_the_table_the_link_runs_by() -> None:
    assert documented() == TRANSITIONS


def test_every_state_can_be_entered_and_left() -> None:
    entered = {state for steps in TRANSITIONS.values() for state in steps.values()}
    assert entered == set(State) == set(TRANSITIONS)
    assert all(TRANSITIONS.values())
    assert {cue for steps in TRANSITIONS.values() for cue in steps} == set(Cue)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("cue", Cue)
def test_what_is_not_in_the_table_is_a_coded_error(state: State, cue: Cue) -> None:
    if cue in TRANSITIONS[state]:
        assert step(state, cue) is TRANSITIONS[state][cue]
        return
    with pytest.raises(RuleError) as refusal:
        step(state, cue)
    assert (refusal.value.code, refusal.value.params) == ("RL-WIR-101", {"act": cue.value, "state": state.value})
