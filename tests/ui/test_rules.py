"""Which look a state has, and how a bar is shared: pure."""

from __future__ import annotations

import itertools
from enum import Enum, IntEnum

from hypothesis import given
from hypothesis import strategies as st

from relight.ui.rules import STATES, spread, state_key, state_look
from relight.ui.types import Tone


class Level(IntEnum):
    DOWN = 0
    UP = 2


class Stage(Enum):
    IN_LINE = "in_line"


def test_every_state_of_the_design_has_its_look() -> None:
    looks = {word: state_look(word)[0] for word in ("normal", "admitted", "in_line", "paper", "revoked", "unseen")}
    assert looks == {
        "normal": Tone.UP,
        "admitted": Tone.UP,
        "in_line": Tone.DEGRADED,
        "paper": Tone.DOWN,
        "revoked": Tone.QUARANTINED,
        "unseen": Tone.UNKNOWN,
    }


def test_an_enum_counts_by_its_text_value_and_else_by_its_name() -> None:
    assert state_key(Stage.IN_LINE) == "in_line"
    assert state_look(Level.DOWN)[0] is Tone.DOWN


def test_an_unheard_of_state_is_shown_as_unknown_with_its_own_word() -> None:
    assert state_look("half_asleep") == (Tone.UNKNOWN, "half asleep")


def test_dashes_and_underscores_are_the_same_word() -> None:
    assert state_look("in-line") == STATES["in_line"]


@given(values=st.lists(st.integers(0, 10_000), min_size=1, max_size=8).map(tuple), width=st.integers(1, 2000))
def test_shares_fill_the_bar_exactly_and_never_turn_the_order_of_two_counts(
    values: tuple[int, ...], width: int
) -> None:
    shares = spread(values, width=width)
    assert sum(shares) == (width if sum(values) else 0)
    for a, b in itertools.pairwise(values):
        i = values.index(a)
        j = values.index(b)
        if a < b:
            assert shares[i] <= shares[j]
