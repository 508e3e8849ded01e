"""Who is on duty: turns per specialty and site with dates and hours, read from a list, asked for a moment.

Owns choosing (this site before the whole group before other sites, the first before the second) and reading a CSV
roster, line by line. Refuses clocks, storage and guessing a phone number. Source: docs/design/liaison-requests.md,
cases 40-49.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as hour_of_day
from typing import Final

from relight.kernel.errors import N_, RelightError, Word
from relight.kernel.verdict import YES, Verdict, no
from relight.liaison import errors
from relight.liaison.rules.specialties import specialty_find
from relight.record.plain import name_plain

LONGEST: Final = timedelta(days=31)
LINES_MOST: Final = 20_000
BYTES_MOST: Final = 5 * 1024 * 1024
RANKS: Final = range(1, 10)
NIGHT_BEGINS: Final = hour_of_day(18)  # of a turn whose list gives a day and no hours: what wards call a night
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "specialty": ("specialty", "specialite", "specialiteit", "discipline", "fachgebiet", "service", "dienst"),
    "site": ("site", "campus", "hopital", "ziekenhuis", "standort", "lieu"),
    "name": ("name", "nom", "naam", "medecin", "arts", "arzt", "specialist", "specialiste", "docteur", "dr"),
    "phone": ("phone", "telephone", "tel", "gsm", "mobile", "telefoon", "telefon", "numero", "ligne", "bip"),
    "phone2": ("phone 2", "telephone 2", "tel 2", "autre telephone", "second phone"),
    "rank": ("rank", "rang", "appel", "ordre", "volgorde", "ligne de garde"),
    "date": ("date", "jour", "datum", "day"),
    "begin": ("from", "de", "du", "debut", "van", "begin", "von", "start", "heure debut", "beginn"),
    "end": ("to", "a", "au", "fin", "tot", "bis", "end", "heure fin", "einde", "ende", "jusque"),
    "note": ("note", "remarque", "opmerking", "bemerkung", "commentaire"),
}
_LABELS: Mapping[str, str] = {
    "specialty": N_("The specialty"), "site": N_("The site"), "name": N_("The name"), "phone": N_("The phone number"),
    "rank": N_("The rank"), "date": N_("The date"), "begin": N_("The beginning"), "end": N_("The end"),
}  # fmt: skip
_PHONE: Final = re.compile(r"[+0-9][0-9 ./()-]{2,}\Z")
_HOUR: Final = re.compile(r"(\d{1,2})(?:[:h.](\d{2})?)?\s*(?:h|u|uhr)?\Z", re.IGNORECASE)
_DAY: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of duty. Args: specialty: a slug. site: an id of the hospital, empty for the whole group. rank: 1 is
    called first. begins, ends: aware; `ends` is no more of it. line: of the list it came from, 0 for none."""

    specialty: str
    site: str
    name: str
    phone: str
    begins: datetime
    ends: datetime
    rank: int = 1
    phone2: str = ""
    note: str = ""
    line: int = 0

    def covers(self, at: datetime) -> bool:
        """Say whether a moment lies in it."""
        return self.begins <= at < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that could not be read. Args: line: from 1, the header included."""

    line: int
    error: RelightError


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A list as read. Args: columns: which column means what, by its header."""

    turns: tuple[Turn, ...]
    aside: tuple[Line, ...]
    columns: Mapping[str, str]


def on_duty(turns: Iterable[Turn], *, specialty: str, site: str, at: datetime) -> tuple[Turn, ...]:
    """Return who is on duty, whom to call first at the head: of this site, then for the whole group, then elsewhere."""
    fitting = [turn for turn in turns if turn.specialty == specialty and turn.covers(at)]
    return tuple(sorted(fitting, key=lambda turn: (_far(turn, site), turn.rank, turn.begins, turn.name)))


def _far(turn: Turn, site: str) -> int:
    return 0 if site and turn.site == site else 1 if not turn.site else 2


def turn_refusal(turn: Turn) -> Verdict:
    """Say whether a turn's times can be: it ends after it begins, within LONGEST. Refusal: RL-LIA-095."""
    if turn.begins < turn.ends <= turn.begins + LONGEST:
        return YES
    return no(errors.DUTY_TIMES, source="docs/design/liaison-requests.md, case 43", days=LONGEST.days)


def clashes(turn: Turn, others: Iterable[Turn]) -> bool:
    """Say whether another person has the same rank, specialty and site at some moment of this turn."""
    return any(
        other.specialty == turn.specialty and other.site == turn.site and other.rank == turn.rank
        and other.name != turn.name and other.begins < turn.ends and turn.begins < other.ends
        for other in others
    )  # fmt: skip


# -- reading a list -----------------------------------------------------------------------------------------


def roster_read(raw: bytes, *, zone: tzinfo, sites: Mapping[str, str]) -> Roster:
    """Read a roster. Args: zone: of its hours. sites: site id by every compared word that means it.

    Returns: turns and the lines that stay aside. Raises: DUTY_FILE (RL-LIA-096) when nothing of it can be a roster.
    """
    rows = _rows(raw)
    header = [name_plain(cell) for cell in rows[0]]
    columns = _columns(header)
    missing = [name for name in ("specialty", "name", "phone", "begin", "end") if name not in columns]
    if missing and not (missing == ["begin", "end"] and "date" in columns):
        raise errors.DUTY_FILE.error(where="1", reason=Word(N_("its first line does not name the columns")))
    turns: list[Turn] = []
    aside: list[Line] = []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        if not any(cells.values()):
            continue
        try:
            turns.append(_turn(cells, line=number, zone=zone, sites=sites))
        except RelightError as error:
            aside.append(Line(line=number, error=error))
    named = {name: rows[0][place].strip() for name, place in columns.items()}
    return Roster(turns=tuple(turns), aside=tuple(aside), columns=named)


def _rows(raw: bytes) -> list[list[str]]:
    if len(raw) > BYTES_MOST:
        raise errors.DUTY_FILE.error(where="file", reason=Word(N_("it is larger than 5 MB")))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    parting = max(";\t,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=parting))
    except csv.Error:
        raise errors.DUTY_FILE.error(where="file", reason=Word(N_("it is no CSV file"))) from None
    if "\0" in text or not rows or not rows[0]:
        raise errors.DUTY_FILE.error(where="file", reason=Word(N_("it is empty or no text")))
    if len(rows) > LINES_MOST:
        raise errors.DUTY_FILE.error(where="file", reason=Word(N_("it has more than 20 000 lines")))
    return rows


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Find which column means what: by its whole header first, then by a word of it."""
    found: dict[str, int] = {}
    for exact in (True, False):
        for name, words in COLUMNS.items():
            for place, cell in enumerate(header):
                if name in found or place in found.values() or not cell:
                    continue
                if cell in words or (not exact and set(cell.split()) & {word for word in words if len(word) > 2}):
                    found[name] = place
    return found


def _turn(cells: Mapping[str, str], *, line: int, zone: tzinfo, sites: Mapping[str, str]) -> Turn:
    specialty = specialty_find(cells["specialty"])
    site = sites.get(name_plain(cells.get("site", "")), "")
    _check(bool(specialty), "specialty", line)
    _check(bool(site) or not cells.get("site"), "site", line)
    _check(bool(cells["name"]), "name", line)
    _check(bool(_PHONE.match(cells["phone"])), "phone", line)
    rank = cells.get("rank") or "1"
    _check(rank.isdecimal() and int(rank) in RANKS, "rank", line)
    begins, ends = _times(cells, line=line, zone=zone)
    turn = Turn(
        specialty=specialty, site=site, name=cells["name"][:120], phone=cells["phone"][:40], begins=begins, ends=ends,
        rank=int(rank), phone2=cells.get("phone2", "")[:40], note=cells.get("note", "")[:200], line=line,
    )  # fmt: skip
    turn_refusal(turn).demand(where=str(line))
    return turn


def _check(good: bool, column: str, line: int) -> None:
    if not good:
        raise errors.DUTY_LINE.error(where=str(line), column=Word(_LABELS[column]))


def _times(cells: Mapping[str, str], *, line: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Read beginning and end. With a column of days they may be hours alone, the end then after the beginning."""
    day = day_read(cells.get("date", ""))
    _check(day is not None or not cells.get("date"), "date", line)
    begin, end = cells.get("begin", ""), cells.get("end", "")
    if day is not None and not begin and not end:
        start = datetime.combine(day, NIGHT_BEGINS, zone)
        return start, datetime.combine(day + timedelta(days=1), hour_of_day(8), zone)
    begins = moment_read(begin, day=day, zone=zone)
    _check(begins is not None, "begin", line)
    assert begins is not None
    ends = moment_read(end, day=begins.date(), zone=zone)
    _check(ends is not None, "end", line)
    assert ends is not None
    is_hour_alone = hour_read(end) is not None
    if is_hour_alone and ends <= begins:
        ends = datetime.combine(ends.date() + timedelta(days=1), ends.timetz().replace(tzinfo=None), zone)
    return begins, ends


def day_read(text: str) -> date | None:
    """Read a day: `24/11/2026`, `24.11.2026`, `2026-11-24`; None for what is none."""
    try:
        if found := _DAY.match(text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def hour_read(text: str) -> hour_of_day | None:
    """Read an hour: `18:00`, `18h`, `8h30`, `18`; 24 is midnight. None for what is none."""
    found = _HOUR.match(text.strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if hour == 24 and minute == 0:
        return hour_of_day(0)
    return hour_of_day(hour, minute) if hour < 24 and minute < 60 else None


def moment_read(text: str, *, day: date | None, zone: tzinfo) -> datetime | None:
    """Read a moment: day and hour, or an hour alone on a given day. None for what is none, and for a day alone."""
    whole = text.strip().replace("T", " ")
    hour = hour_read(whole)
    if hour is not None and day is not None:
        return datetime.combine(day, hour, zone)
    first, _, rest = whole.partition(" ")
    own, hour = day_read(first), hour_read(rest.removeprefix("à ").strip()[:5] if rest else "")
    return datetime.combine(own, hour, zone) if own is not None and hour is not None else None
