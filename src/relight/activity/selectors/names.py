"""What the parts of an appointment are called in the reader's language.

Owns the look-up of sites, services, specialties, kinds, urgencies, outcomes; one read of the hospital's names a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext

from relight.activity.types import KIND_WORDS, OUTCOME_WORDS, SPECIALTY_WORDS, URGENCY_WORDS, Kind, Outcome, Urgency
from relight.hospital.api import Naming, naming_now

OUTCOME_STATES: Mapping[str, str] = {
    Outcome.KEEP.value: "up",
    Outcome.MOVE.value: "degraded",
    Outcome.ASK.value: "unknown",
    Outcome.CANCEL.value: "down",
}
"""The look of each outcome: colour and symbol as everywhere (`ui.rules.STATES`)."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one page, read once."""

    naming: Naming | None
    language: str = field(default="en")

    def site(self, id: str) -> str:
        """Name a site; an unknown id names itself, and none is said to be none."""
        if not id:
            return gettext("site not known")
        return self.naming.sites.get(id, id) if self.naming else id

    def service(self, id: str) -> str:
        """Name a service of the hospital."""
        return (self.naming.services.get(id, id) if self.naming else id) if id else ""

    def specialty(self, slug: str) -> str:
        """Name a specialty: as the hospital calls the service of that name, else the word itself."""
        if not slug:
            return gettext("specialty not known")
        known = self.naming.services.get(slug) if self.naming else None
        said = gettext(SPECIALTY_WORDS[slug]) if slug in SPECIALTY_WORDS else slug.replace("-", " ")
        return known or said[:1].upper() + said[1:]

    def node(self, id: str) -> str:
        """Name a unit or a function of the spine."""
        return self.naming.node(id) if self.naming else id

    def text(self, words: Mapping[str, str]) -> str:
        """Choose the reader's language among words given in several; English, then anything, where it is missing."""
        return words.get(self.language) or words.get("en") or next(iter(words.values()), "")


def names_now() -> Names:
    """Read the hospital's names for the reader's language."""
    return Names(naming_now(), (get_language() or "en")[:2])


def kind_word(kind: str) -> str:
    """Name a kind."""
    return gettext(KIND_WORDS[Kind(kind)])


def urgency_word(urgency: str) -> str:
    """Name an urgency."""
    return gettext(URGENCY_WORDS[Urgency(urgency)])


def outcome_word(outcome: str) -> str:
    """Name an outcome; nothing decided has a name too."""
    return gettext(OUTCOME_WORDS[Outcome(outcome)]) if outcome else gettext("not decided")
