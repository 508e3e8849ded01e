"""When an appointment that comes again is the same, and when a patient of the record is meant.

Owns what counts as the same row, and the match of a patient: a number and the whole birth date, and names that do not
contradict each other. Refuses likeness: nearly the same is nobody. Source: docs/design/appointments.md, cases 50-59.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from relight.activity.rules.booked import Booked, PersonSaid
from relight.activity.rules.meaning import folded

Key = TypeVar("Key")


def booked_digest(booked: Booked) -> str:
    """Return the SHA-256 of all a source said of an appointment; its line in the file does not count."""
    appointment, person = booked.appointment, booked.person
    parts = (
        appointment.kind.value,
        appointment.urgency.value,
        appointment.specialty,
        appointment.site,
        appointment.service,
        appointment.starts.isoformat() if appointment.starts else "",
        appointment.reason,
        list(appointment.categories),
        appointment.follow_up,
        booked.origin_id,
        booked.state.value,
        booked.minutes,
        booked.practitioner,
        booked.place,
        [str(getattr(person, name) or "") for name in _PERSON],
        sorted(booked.raw.items()),
    )
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


_PERSON = (
    "family", "given", "birth_date", "national_number", "record_number",
    "phone", "mobile", "email", "address", "language",
)  # fmt: skip


def search_text(booked: Booked) -> str:
    """Return what a search for a patient looks in: names, numbers, birth date, in small letters without accents."""
    person = booked.person
    birth = person.birth_date
    days = (birth.isoformat(), f"{birth:%d/%m/%Y}", f"{birth:%d%m%Y}") if birth else ()
    names = folded(f"{person.family} {person.given}")
    return " ".join(filter(None, (names, person.national_number, person.record_number.lower(), *days)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Generic[Key]):
    """A patient of the record who has a number. Args: birth: as the record holds it, `1957-03-12` when whole."""

    key: Key
    birth: str
    names: Sequence[str]


def patient_match(person: PersonSaid, by_number: Mapping[str, Iterable[Candidate[Key]]]) -> Key | None:
    """Return the patient a source means, None when none or more than one fits.

    Args: by_number: candidates by the number as `number_keys` writes it.
    """
    if person.birth_date is None:
        return None
    birth = person.birth_date.isoformat()
    found = {
        one.key
        for number in number_keys(person)
        for one in by_number.get(number, ())
        if one.birth == birth and _names_agree(person, one.names)
    }
    return found.pop() if len(found) == 1 else None


def number_keys(person: PersonSaid) -> list[str]:
    """Return the numbers to look a patient up by, as the record compares them: letters small, no separators."""
    plain = (
        "".join(c for c in text.casefold() if c.isalnum()) for text in (person.national_number, person.record_number)
    )
    return [number for number in plain if number]


def _names_agree(person: PersonSaid, names: Sequence[str]) -> bool:
    """Say whether a word of the family name is among the record's; nothing said contradicts nothing."""
    said = set(folded(person.family).split())
    held = {word for name in names for word in folded(name).split()}
    return not said or not held or bool(said & held)
