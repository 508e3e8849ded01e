"""Imaging and other requests: what is asked, and the words that go to whoever does it.

Owns the modalities, what is to be known before a contrast agent or rays, and the text of the note. Refuses a request
without a region or a question. Source: Council Directive 2013/59/Euratom, articles 55-57 (justification, pregnancy);
ESUR guidelines on contrast agents (kidney function, earlier reactions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relight.kernel.errors import N_, RelightError
from relight.record import errors

Translate = Callable[[str], str]


class Modality(StrEnum):
    """How an image is made."""

    XRAY = "DX"
    CT = "CT"
    MRI = "MR"
    ULTRASOUND = "US"
    ANGIOGRAPHY = "XA"
    NUCLEAR = "NM"
    MAMMOGRAPHY = "MG"


MODALITY_WORDS: Final[Mapping[Modality, str]] = {
    Modality.XRAY: N_("X-ray"),
    Modality.CT: N_("CT"),
    Modality.MRI: N_("MRI"),
    Modality.ULTRASOUND: N_("Ultrasound"),
    Modality.ANGIOGRAPHY: N_("Angiography"),
    Modality.NUCLEAR: N_("Nuclear medicine"),
    Modality.MAMMOGRAPHY: N_("Mammography"),
}
RAYS: Final = frozenset({Modality.XRAY, Modality.CT, Modality.ANGIOGRAPHY, Modality.NUCLEAR, Modality.MAMMOGRAPHY})

PREGNANCY_WORDS: Final[Mapping[str, str]] = {
    "no": N_("no"),
    "possible": N_("possible"),
    "yes": N_("yes"),
    "not-concerned": N_("not concerned"),
}
CONTRAST_WORDS: Final[Mapping[str, str]] = {
    "none": N_("none"),
    "iodinated": N_("iodinated"),
    "gadolinium": N_("gadolinium"),
    "radiologist": N_("as the radiologist decides"),
}
CONTRAST_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "iodinated": ("iodinated-contrast",),
    "gadolinium": ("gadolinium",),
    "radiologist": ("iodinated-contrast", "gadolinium"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging:
    """A request for an image. Args: pregnancy, contrast: keys of their words. kidney: what is known of its function."""

    modality: Modality
    region: str
    question: str
    pregnancy: str
    contrast: str
    kidney: str = ""
    justification: str = ""


def imaging_refusal(one: Imaging) -> RelightError | None:
    """Say what keeps a request from being made; `where` names the field."""
    if not one.region.strip():
        return errors.NO_REGION.error(where="region")
    if not one.question.strip():
        return errors.NO_QUESTION.error(where="question")
    if one.modality in RAYS and not one.justification.strip():
        return errors.NO_JUSTIFICATION.error(where="justification")
    if one.contrast in ("iodinated", "gadolinium") and not one.kidney.strip():
        return errors.NO_KIDNEY.error(where="kidney")
    return None


def imaging_name(one: Imaging, *, translate: Translate) -> str:
    """Return what is asked, as it is called: `CT: abdomen`."""
    return f"{translate(MODALITY_WORDS[one.modality])}: {' '.join(one.region.split())}"


def imaging_note(one: Imaging, *, translate: Translate) -> str:
    """Return what is to be known before, as one text for whoever does it."""
    parts = [
        f"{translate(N_('Pregnancy'))}: {translate(PREGNANCY_WORDS[one.pregnancy])}",
        f"{translate(N_('Contrast'))}: {translate(CONTRAST_WORDS[one.contrast])}",
    ]
    if one.kidney.strip():
        parts.append(f"{translate(N_('Kidney function'))}: {one.kidney.strip()}")
    if one.justification.strip():
        parts.append(f"{translate(N_('Justification'))}: {one.justification.strip()}")
    return " · ".join(parts)
