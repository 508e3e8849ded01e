"""Who a caller may mean: records whose identifiers fit what was said, and nobody else.

Owns the offer. Refuses to show a record by one identifier: a desk never leafs through patients. Source:
docs/design/liaison-requests.md, cases 10-19.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.rules.identity_check import NEEDED, Checked, Said
from relight.liaison.services.requests import checked_against
from relight.people.api import Permission, service
from relight.record.api import FaceView, Ground, patients_find, read_note

LOOKED_AT = 40
SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """A record whose identifiers fit."""

    patient: UUID
    face: FaceView
    checked: Checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What fits. Args: partly: how many records fit in one identifier or contradict in another: not shown."""

    fitting: tuple[Fitting, ...]
    partly: int


@service(Permission.LIAISON_REQUESTS)
def patients_offer(*, act: Act, said: Said) -> Offer:
    """Find the records that fit what a caller said; who was shown is noted before.

    Raises: RL-LIA-083 when fewer than two identifiers were said, RL-REC-206 for a misread number, RL-REC-129.
    """
    given = sum((bool(said.family.strip() and said.given.strip()), bool(said.birth), bool(said.number.strip())))
    if given < NEEDED:
        raise errors.IDENTITY_THIN.error(where="number", count=given)
    first = " ".join(said.given.split()[:1])
    named = [" ".join(filter(None, words)) for words in ((said.family, first, said.birth), (said.family, said.birth))]
    texts = [said.number.strip(), *(named if said.family.strip() else [])]
    found: dict[UUID, FaceView] = {}
    for text in filter(None, texts):
        found |= {one.patient: one.face for one in patients_find(text, act=act, limit=LOOKED_AT)}
    judged = [Fitting(patient=key, face=face, checked=checked_against(key, said)) for key, face in found.items()]
    fitting = tuple(one for one in judged if one.checked.verdict)[:SHOWN]
    if fitting:
        read_note(
            act=act, patients=[one.patient for one in fitting], what="liaison.search", ground=Ground.REQUEST.value
        )
    partly = sum(1 for one in judged if not one.checked.verdict and one.checked.fits)
    return Offer(fitting=fitting, partly=partly)
