"""Wristbands and patient labels as PDF, in the reader's language; that they were printed is journalled.

Owns what stands on them. A band's code is Relight's own number and nothing else: it has a check digit and is
nobody else's; who has none is given one first. Source: docs/design/identity.md, cases 70-75.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import get_language, gettext

from relight.kernel.act import Act
from relight.kernel.errors import N_
from relight.paper.labels import Sheet
from relight.paper.tube_labels import TubeLabel, tube_labels_pdf
from relight.paper.wristbands import Wristband, wristbands_pdf
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.numbers import OWN_SYSTEM
from relight.record.selectors.faces import FaceView, faces_get
from relight.record.selectors.wards import StayView, whereabouts
from relight.record.services.identity import patient_number_give
from relight.record.services.reads import read_note

AT_ONCE = 200
COPIES = range(1, 41)
SEX_WORDS = {"male": N_("male"), "female": N_("female"), "other": N_("other sex"), "unknown": N_("sex unknown")}


@service(Permission.RECORD_IDENTITY)
def wristbands_print(*, act: Act, patients: Sequence[UUID], sheet: Sheet, site: str = "") -> bytes:
    """Print a wristband for each patient, in the order given.

    Args: patients: at most 200. site: whose numbers are given to those without one. Returns: a PDF.
    Raises: RL-REC-250 for nobody, RL-REC-002, RL-REC-216.
    """
    faces = _faces_numbered(act, patients, site)
    bands = [
        Wristband(
            code=_number(face),
            name=face.name,
            born=_born(face),
            number=number_shown(_number(face)),
            place=_place(face),
            alert=gettext("IDENTITY UNKNOWN") if face.is_unknown else "",
        )
        for face in faces
    ]
    read_note(act=act, patients=[face.patient for face in faces], what="wristband")
    return wristbands_pdf(bands, sheet=sheet, title=gettext("Wristbands"), language=(get_language() or "en")[:2])


@service(Permission.RECORD_IDENTITY)
def patient_labels_print(*, act: Act, patients: Sequence[UUID], sheet: Sheet, copies: int = 1, site: str = "") -> bytes:
    """Print labels for forms and samples. Args: copies: 1 to 40 of each. Returns: a PDF. Raises: as wristbands."""
    faces = _faces_numbered(act, patients, site)
    labels = [
        TubeLabel(
            code=_number(face), name=face.name, born=_born(face), place=_place(face), tube="", colour="", tests="",
            urgent=gettext("UNKNOWN") if face.is_unknown else "",
        )
        for face in faces
        for _ in range(min(max(copies, COPIES.start), COPIES.stop - 1))
    ]  # fmt: skip
    read_note(act=act, patients=[face.patient for face in faces], what="labels")
    return tube_labels_pdf(labels, sheet=sheet, title=gettext("Patient labels"), language=(get_language() or "en")[:2])


def _faces_numbered(act: Act, patients: Sequence[UUID], site: str) -> list[FaceView]:
    wanted = list(dict.fromkeys(patients))[:AT_ONCE]
    if not wanted:
        raise errors.NOTHING_TO_PRINT.error(where="patients")
    for patient in wanted:
        patient_number_give(act=act, patient=patient, site=site)
    faces = faces_get(wanted)
    return [faces[patient] for patient in wanted]


def _number(face: FaceView) -> str:
    return next(number.plain for number in face.numbers if number.system == OWN_SYSTEM)


def number_shown(number: str) -> str:
    """Write a number of eleven digits as people read it aloud: `8013 000 001 2`."""
    return f"{number[:4]} {number[4:7]} {number[7:10]} {number[10:]}"


def _born(face: FaceView) -> str:
    """Say birth date and sex; an age somebody guessed is said to be one."""
    sex = gettext(SEX_WORDS[face.sex]) if face.sex else ""
    if face.birth:
        return " ".join(filter(None, (".".join(reversed(face.birth.split("-"))), sex)))
    about = gettext("about %(years)s years") % {"years": face.about} if face.about is not None else ""
    return ", ".join(filter(None, (about or gettext("birth date unknown"), sex)))


def _place(face: FaceView) -> str:
    places: Sequence[StayView] = whereabouts(patient=face.patient)
    return places[0].shown if places else ""
