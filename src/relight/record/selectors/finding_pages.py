"""What a search shows of each patient found: enough to recognise them, why they were found, whether they open.

Owns the rows. Refuses to journal: `services.finding.patients_search` does, before this is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from relight.kernel.act import Act
from relight.record.rules.finding import WHY_WORDS, Why
from relight.record.selectors.access import patients_reached
from relight.record.selectors.faces import FaceView
from relight.record.selectors.finding import Found

_CHECK = frozenset({Why.BIRTH_SWAPPED, Why.BIRTH_OTHER, Why.BIRTH_NEAR, Why.NAME_NEAR, Why.NUMBER_ONLY, Why.NAME_PART})


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyWords:
    """A reason in words. Args: check: it says that somebody has to look closely."""

    words: str
    check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """Somebody found. Args: opens: whether the reader may open the record without breaking the glass."""

    patient: UUID
    face: FaceView
    why: tuple[WhyWords, ...]
    places: tuple[str, ...]
    opens: bool
    exact: bool


def found_rows(found: Sequence[Found], *, act: Act) -> list[FoundRow]:
    """Make the rows of a search. One statement."""
    reached = patients_reached(act=act, patients=[one.patient for one in found])
    return [
        FoundRow(
            patient=one.patient,
            face=one.face,
            why=tuple(WhyWords(words=gettext(WHY_WORDS[why]), check=why in _CHECK) for why in one.why),
            places=tuple(bed.shown or gettext("in the house, ward not said") for bed in one.beds),
            opens=one.patient in reached,
            exact=Why.NUMBER in one.why and Why.NUMBER_ONLY not in one.why,
        )
        for one in found
    ]


def exact_one(rows: Sequence[FoundRow]) -> UUID | None:
    """Return the one patient a number names; None when several have it, or none."""
    exact = {row.patient for row in rows if row.exact}
    return exact.pop() if len(exact) == 1 else None
