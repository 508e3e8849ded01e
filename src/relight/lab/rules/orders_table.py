"""Orders of a table: CSV as a ward's or a laboratory's spreadsheet writes it.

Owns the columns and their names in French, Dutch, German and English. Refuses to guess a date's order: dates
are ISO or with the day first. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Protocol

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules.orders import Lookup, NewOrder, PatientId, Priority

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "sample": ("sample", "échantillon", "echantillon", "numéro d'échantillon", "staal", "staalnummer", "probe"),
    "number": ("number", "order", "demande", "aanvraag", "auftrag"),
    "family": ("family", "family name", "last name", "surname", "nom", "naam", "familienaam", "name", "nachname"),
    "given": ("given", "given name", "first name", "prénom", "prenom", "voornaam", "vorname"),
    "birth_date": (
        "birth_date",
        "birth date",
        "dob",
        "naissance",
        "date de naissance",
        "geboortedatum",
        "geburtsdatum",
    ),
    "sex": ("sex", "sexe", "geslacht", "geschlecht"),
    "record": ("record", "mrn", "dossier", "n° dossier", "dossiernummer", "fallnummer"),
    "national": ("national", "niss", "nrn", "registre national", "rijksregister", "rijksregisternummer"),
    "site": ("site", "campus", "standort"),
    "ward": ("ward", "service", "unité", "unite", "afdeling", "station"),
    "bed": ("bed", "lit", "bett"),
    "prescriber": ("prescriber", "prescripteur", "médecin", "medecin", "arts", "voorschrijver", "arzt"),
    "priority": ("priority", "priorité", "priorite", "prioriteit", "priorität", "urgence"),
    "taken_at": ("taken_at", "taken", "prélevé", "preleve", "prélèvement", "afname", "entnahme"),
    "note": ("note", "remarque", "opmerking", "bemerkung"),
    "tests": ("tests", "analyses", "examens", "analyse", "testen", "untersuchungen"),
}
_NEEDED = ("sample", "family", "tests")
_PRIORITIES: Mapping[str, Priority] = {
    **dict.fromkeys(("", "r", "routine", "normal", "normaal"), Priority.ROUTINE),
    **dict.fromkeys(("a", "u", "urgent", "asap", "dringend", "eilig"), Priority.URGENT),
    **dict.fromkeys(("s", "stat", "immediate", "immédiat", "immediat", "onmiddellijk", "sofort"), Priority.STAT),
}
_SEXES = {"m": "M", "h": "M", "male": "M", "homme": "M", "man": "M", "f": "F", "v": "F", "w": "F", "female": "F"}
_SEXES |= {"femme": "F", "vrouw": "F", "frau": "F", "mann": "M"}
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One order of a file, or why it stays aside. Args: line: where it begins. cancel: it takes tests back."""

    line: int
    order: NewOrder | None = None
    cancel: bool = False
    refusal: RelightError | None = None


class _Reader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __next__(self) -> list[str]: ...


def table_read(text: str, *, lookup: Lookup, zone: tzinfo, source: str) -> Iterator[Row] | None:
    """Read a table of orders. Returns: its rows in order; None when the text is no such table.

    Args: zone: of times without one. source: kept with each order, such as the file's name.
    """
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = _head(next(reader, []))
    except csv.Error:
        return None
    if any(name not in head for name in _NEEDED):
        return None
    return _rows(reader, head=head, lookup=lookup, zone=zone, source=source)


def _head(cells: list[str]) -> dict[str, int]:
    """Find the columns; the first of two with the same meaning counts."""
    known = {word: name for name, words in COLUMNS.items() for word in words}
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = known.get(" ".join(cell.strip().strip("\ufeff").casefold().split()))
        if name:
            found.setdefault(name, place)
    return found


def _rows(reader: _Reader, *, head: Mapping[str, int], lookup: Lookup, zone: tzinfo, source: str) -> Iterator[Row]:
    line = 2
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field larger than any order's: the rest of the file cannot be cut into rows
            yield Row(line=line, refusal=errors.IMPORT_UNREADABLE.error())
            return
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: cells[place].strip() for name, place in head.items() if place < len(cells)}
        try:
            yield Row(line=here, order=_order(values, lookup=lookup, zone=zone, source=source))
        except RelightError as refusal:
            yield Row(line=here, refusal=refusal)


def _order(values: Mapping[str, str], *, lookup: Lookup, zone: tzinfo, source: str) -> NewOrder:
    if not values.get("sample"):
        raise errors.ROW_WITHOUT_SAMPLE.error(where="sample")
    ids = [PatientId(system=name, value=values[name]) for name in ("record", "national") if values.get(name)]
    plain = {name: values.get(name, "") for name in ("number", "family", "given", "site", "ward", "bed", "note")}
    return NewOrder(
        sample=values["sample"],
        birth_date=date_read(values.get("birth_date", "")),
        sex=_SEXES.get(values.get("sex", "").casefold(), ""),
        patient_ids=tuple(ids),
        prescriber=values.get("prescriber", ""),
        priority=priority_read(values.get("priority", "")),
        taken_at=time_read(values.get("taken_at", ""), zone=zone),
        source=source,
        tests=lookup.sentence(values.get("tests", "")),
        **plain,
    )


def priority_read(word: str) -> Priority:
    """Read a priority; an unheard-of word is urgent, because nobody would write one for routine."""
    return _PRIORITIES.get(word.strip().casefold(), Priority.URGENT)


def date_read(text: str) -> date | None:
    """Read a date: `2026-11-23`, `20261123` or `23/11/2026`. Raises: InputError RL-LAB-218."""
    if not text:
        return None
    swapped = _DAY_FIRST.fullmatch(text)
    try:
        if swapped:
            day, month, year = map(int, swapped.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10] if "-" in text else text[:8])
    except ValueError as fault:
        raise errors.ROW_DATE_UNREADABLE.error(where="birth_date") from fault


def time_read(text: str, *, zone: tzinfo) -> datetime | None:
    """Read a time: ISO, or HL7 digits, without a zone in `zone`. Raises: InputError RL-LAB-218."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text) if "-" in text[:8] else _hl7_time(text)
    except ValueError as fault:
        raise errors.ROW_DATE_UNREADABLE.error(where="taken_at") from fault
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _hl7_time(text: str) -> datetime:
    """Read `YYYYMMDD[HHMM[SS[.…]]][+ZZZZ]`."""
    match = re.fullmatch(r"(\d{8})(\d{4})?(\d{2})?(?:\.\d+)?([+-]\d{4})?", text)
    if match is None:
        raise ValueError(text)
    day, clock, seconds, zone = match.groups()
    return datetime.fromisoformat(f"{day}T{clock or '0000'}{seconds or '00'}{zone or ''}")
