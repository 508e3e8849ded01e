"""What activity is made of, as plain values.

Owns kinds, urgencies, an appointment as it is decided on, the state a decision saw, a decision. Refuses Django, files
and clocks. Source: docs/design/activity.md; urgency: NCEPOD, "The NCEPOD Classification of Intervention" (2004).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from relight.kernel.errors import N_


class Kind(StrEnum):
    """What is to happen. OTHER is also what no word could be matched to; the text it came with is kept."""

    OPERATION = "operation"
    IMAGING = "imaging"
    SCINTIGRAPHY = "scintigraphy"
    ENDOSCOPY = "endoscopy"
    FUNCTION_TEST = "function-test"
    CONSULTATION = "consultation"
    DAY_HOSPITAL = "day-hospital"
    TREATMENT = "treatment"
    SAMPLING = "sampling"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon (NCEPOD): minutes, hours, days, planned. UNKNOWN: nobody said, and nobody may guess."""

    IMMEDIATE = "immediate"
    URGENT = "urgent"
    EXPEDITED = "expedited"
    ELECTIVE = "elective"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What becomes of an appointment."""

    KEEP = "keep"
    CANCEL = "cancel"
    MOVE = "move"
    ASK = "ask"


class UnitLevel(StrEnum):
    """How well a service unit (or, `normal` read as up, a function) works, in the words of `relight status`.

    UNKNOWN: the state does not say, for a site that has none of it and for an appointment without a site.
    """

    DOWN = "down"
    DEGRADED = "degraded"
    NORMAL = "normal"
    UNKNOWN = "unknown"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.OPERATION: N_("operation"),
    Kind.IMAGING: N_("imaging"),
    Kind.SCINTIGRAPHY: N_("scintigraphy"),
    Kind.ENDOSCOPY: N_("endoscopy"),
    Kind.FUNCTION_TEST: N_("function test"),
    Kind.CONSULTATION: N_("consultation"),
    Kind.DAY_HOSPITAL: N_("day hospital"),
    Kind.TREATMENT: N_("treatment session"),
    Kind.SAMPLING: N_("sampling"),
    Kind.OTHER: N_("other"),
}
SPECIALTY_WORDS: Mapping[str, str] = {
    "anaesthesia": N_("anaesthesia"),
    "cardiology": N_("cardiology"),
    "cardiac-surgery": N_("cardiac surgery"),
    "dentistry": N_("dentistry"),
    "dermatology": N_("dermatology"),
    "dialysis": N_("dialysis"),
    "emergency": N_("emergency department"),
    "endocrinology": N_("endocrinology"),
    "endoscopy": N_("endoscopy"),
    "ent": N_("ear, nose and throat"),
    "gastroenterology": N_("gastroenterology"),
    "general-practice": N_("general practice"),
    "geriatrics": N_("geriatrics"),
    "gynaecology": N_("gynaecology and obstetrics"),
    "haematology": N_("haematology"),
    "intensive-care": N_("intensive care"),
    "internal-medicine": N_("internal medicine"),
    "laboratory": N_("laboratory"),
    "neonatology": N_("neonatology"),
    "nephrology": N_("nephrology"),
    "neurology": N_("neurology"),
    "neurosurgery": N_("neurosurgery"),
    "nuclear-medicine": N_("nuclear medicine"),
    "oncology": N_("oncology"),
    "ophthalmology": N_("ophthalmology"),
    "orthopaedics": N_("orthopaedics"),
    "paediatrics": N_("paediatrics"),
    "plastic-surgery": N_("plastic surgery"),
    "pneumology": N_("pneumology"),
    "psychiatry": N_("psychiatry"),
    "radiology": N_("radiology"),
    "radiotherapy": N_("radiotherapy"),
    "rehabilitation": N_("rehabilitation"),
    "rheumatology": N_("rheumatology"),
    "surgery": N_("surgery"),
    "urology": N_("urology"),
    "vascular-surgery": N_("vascular surgery"),
}
"""What the specialties that lists name are called; a list may name others."""
URGENCY_WORDS: Mapping[Urgency, str] = {
    Urgency.IMMEDIATE: N_("immediate"),
    Urgency.URGENT: N_("urgent"),
    Urgency.EXPEDITED: N_("expedited"),
    Urgency.ELECTIVE: N_("planned"),
    Urgency.UNKNOWN: N_("not stated"),
}
LEVEL_WORDS: Mapping[UnitLevel, str] = {
    UnitLevel.DOWN: N_("down"),
    UnitLevel.DEGRADED: N_("degraded"),
    UnitLevel.NORMAL: N_("normal"),
    UnitLevel.UNKNOWN: N_("not known"),
}
OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.KEEP: N_("keep"),
    Outcome.CANCEL: N_("cancel"),
    Outcome.MOVE: N_("move elsewhere"),
    Outcome.ASK: N_("ask a doctor"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One appointment as the policy sees it.

    Args: id: as its file or table names it. site, service: ids of the hospital's description, empty when not known.
    specialty: a slug (`cardiology`), empty when not known. starts: aware, None when the source has none. reason: the
    text as written. categories: what the source itself states. follow_up: None when the source does not say.
    """

    id: str
    kind: Kind
    urgency: Urgency = Urgency.UNKNOWN
    specialty: str = ""
    site: str = ""
    service: str = ""
    starts: datetime | None = None
    reason: str = ""
    categories: tuple[str, ...] = ()
    follow_up: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpineState:
    """The state of the spine a decision sees. units: by (service, site). functions: by id, such as `network@arlon`."""

    units: Mapping[tuple[str, str], UnitLevel] = field(default_factory=dict)
    functions: Mapping[str, UnitLevel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about one appointment.

    Args: rule: id of the policy's rule. to_site: where to, for MOVE. because: why in words, by language (`fr`, `nl`,
    `de`, `en`). saw: what of the state counted, `("laboratory@arlon", "down")`, sorted. policy: `id@version`.
    """

    id: str
    outcome: Outcome
    rule: str
    because: Mapping[str, str]
    policy: str
    saw: tuple[tuple[str, str], ...] = ()
    to_site: str = ""
    categories: tuple[str, ...] = ()
