"""The discharge letter: its sections, when it may be signed, what a signature is over.

Owns the bodies and the digest of what was shown. A letter is `preliminary` until signed, `final` after, `amended` and
then signed anew. Refuses storage and clocks. Source: FHIR R4 Composition; docs/design/writing.md, cases 80-87.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record.rules.canonical import dumps
from relight.record.rules.notes import LETTER, LOINC, NotePart, note_body
from relight.record.types import Body

MEANING: Final = "record.letter"
PARTS: Final[Mapping[str, str]] = {
    "to": N_("Addressees"),
    "reason": N_("Reason for admission"),
    "problems": N_("Diagnoses and problems"),
    "allergies": N_("Allergies and intolerances"),
    "course": N_("Course"),
    "results": N_("Results that matter"),
    "medicines": N_("Medicines at discharge"),
    "changes": N_("What was changed in the treatment, and why"),
    "follow": N_("Follow-up"),
    "downtime": N_("About this stay's record"),
}
"""The sections in their order, by key; the titles are written in the reader's language."""


def is_letter(body: Body) -> bool:
    """Say whether a resource is a discharge letter."""
    kind = body.get("type")
    coding = kind.get("coding") if isinstance(kind, dict) else None
    codes = {one.get("code") for one in coding or () if isinstance(one, dict)}
    return body.get("resourceType") == "Composition" and LETTER in codes


def is_signed(body: Body) -> bool:
    """Say whether the words as they stand are signed."""
    return bool(body.get("attester")) and body.get("status") in ("final", "amended")


def letter_body(
    *, patient: str, title: str, parts: Sequence[NotePart], author: Body, at: datetime, encounter: str = ""
) -> dict[str, Any]:
    """Return a new letter, not signed yet."""
    made = note_body(patient=patient, title=title, parts=parts, author=author, at=at, loinc=LETTER, template="")
    made["status"] = "preliminary"
    made["type"] = {"coding": [{"system": LOINC, "code": LETTER, "display": "Discharge summary"}], "text": title}
    return {**made, "encounter": {"reference": encounter}} if encounter else made


def unsigned(body: Body) -> dict[str, Any]:
    """Return a letter whose words changed: no signature stands under them any more."""
    return {**{key: value for key, value in body.items() if key != "attester"}, "status": "preliminary"}


def letter_digest(body: Body) -> str:
    """Return the SHA-256 of what is signed: whose letter, its title and its texts, in hexadecimal."""
    told = {name: body.get(name) for name in ("subject", "date", "title", "section")}
    return sha256(dumps(told)).hexdigest()


def letter_signed(body: Body, *, author: Body, at: datetime, was_signed: bool) -> dict[str, Any]:
    """Return a letter with its signatory. Args: was_signed: an earlier version had been."""
    attester = [{"mode": "professional", "time": at.isoformat(timespec="seconds"), "party": dict(author)}]
    return {**body, "status": "amended" if was_signed else "final", "attester": attester}
