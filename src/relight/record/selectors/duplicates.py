"""Records that are probably one person's, with the reasons: before somebody is registered, or beside a chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from relight.record.rules.birth import BirthGuess, Reading, birth_swapped
from relight.record.rules.canonical import loads
from relight.record.rules.duplicates import Likeness, likeness
from relight.record.rules.faces import Face, face_of
from relight.record.rules.finding import WORDS_TYPED, Asked
from relight.record.rules.names import plain
from relight.record.selectors.faces import FaceView, faces_where
from relight.record.selectors.finding import entries_of
from relight.record.selectors.numbers import national_systems
from relight.record.selectors.store import resource_get, resources_get
from relight.record.types import Body

LIKELY = 10
_LOOKED_AT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """A record that is probably the same person's. Args: likeness: its score and reasons, in declared words
    (rules.duplicates.REASON_WORDS)."""

    patient: UUID
    face: FaceView
    likeness: Likeness


def duplicates_find(*, body: Body, without: Iterable[UUID] = ()) -> list[Likely]:
    """Find the records a Patient as typed probably has already, the likeliest first; at most ten.

    Args: body: of a Patient, held or not. without: records not to be looked at.
    """
    face = face_of(body)
    left_out = set(without)
    entries = entries_of(_asked(face))
    views = {view.patient: view for view in faces_where("f.entry", entries[:_LOOKED_AT])}
    wanted = [one for one, view in views.items() if one not in left_out and view.merged_into is None]
    national = national_systems()
    held = resources_get(ids=wanted)
    found = [
        Likely(patient=one, face=views[one], likeness=weighed)
        for one in wanted
        if one in held and (weighed := likeness(face, face_of(loads(held[one].body)), national=national)).is_probable
    ]
    return sorted(found, key=lambda one: (-one.likeness.score, str(one.patient)))[:LIKELY]


def duplicates_of(*, patient: UUID) -> list[Likely]:
    """Find the records that are probably the same person's as this one. Raises: MissingError RL-REC-002."""
    held = resource_get(type="Patient", id=patient)
    return duplicates_find(body=loads(held.body), without=[patient])


def _asked(face: Face) -> Asked:
    births = [BirthGuess(birth=face.birth, reading=Reading.MEANT)] if face.birth else []
    if swapped := birth_swapped(face.birth):
        births.append(BirthGuess(birth=swapped, reading=Reading.SWAPPED))
    words = tuple(dict.fromkeys((*plain(face.family).split(), *plain(face.given).split()[:1])))[:WORDS_TYPED]
    return Asked(
        numbers=tuple(number.plain for number in face.numbers),
        births=tuple(births),
        words=() if face.is_unknown else words,
    )
