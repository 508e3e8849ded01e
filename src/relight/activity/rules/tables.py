"""Tables: where their column names stand, and a row as an appointment. The same for CSV, XLSX and JSON.

Owns titles above the names, names over several lines, and what a cell of each column says. Refuses to guess a row
that does not fit: it is put aside. Source: docs/design/appointments.md, cases 1-40.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import chain, islice
from zoneinfo import ZoneInfo

from relight.activity.errors import DONE_THERE, NO_COLUMNS, ROW_CELLS, ROW_DATE, ROW_NOTHING, WITHDRAWN_THERE
from relight.activity.rules import columns, meaning, values
from relight.activity.rules.booked import Aside, Booked, BookingState, PersonSaid
from relight.activity.rules.columns import Column
from relight.activity.rules.meaning import folded, slug
from relight.activity.types import Appointment, Kind, Urgency

LOOK_ROWS = 60
_HEADER_WITHIN = 40
_DEPTH = 3
_KNOWN_LEAST = 2
_SAMPLE = 200
BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What a person or the hospital says about a list.

    Args: sites, services: id -> its names. mapping: column word -> header (columns.Column), empty header: no column.
    assume_*: what holds where a row says nothing. zone: of times that name none. region: of telephone numbers.
    """

    zone: tzinfo = BRUSSELS
    sites: Mapping[str, Sequence[str]] = field(default_factory=dict)
    services: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    assume_urgency: Urgency = Urgency.UNKNOWN
    assume_kind: Kind | None = None
    assume_site: str = ""
    region: str = "BE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row as it came. Args: line: from 1. cells: as text. text: the whole row, for what is put aside.
    whole: false for the last row of a file that ends without a line end: it may be cut off."""

    line: int
    cells: Sequence[str]
    text: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is laid out. Args: headers: as shown, one a column. places: where each column stands. first: index
    of the first row below the names. names: the lowest line of names, as written. titles: what stands above them.
    month_first: how days are written."""

    headers: tuple[str, ...]
    places: Mapping[Column, Sequence[int]]
    first: int
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    month_first: bool = False

    @property
    def mapping(self) -> dict[str, str]:
        """The mapping as it is shown and kept: column word -> header."""
        return {column.value: self.headers[places[0]] for column, places in self.places.items()}


Spans = Sequence[tuple[int, int, int, int]]
"""Merged cells: first row, first column, last row, last column, counted from 0."""


def layout_find(rows: Sequence[Sequence[str]], *, options: ReadOptions, spans: Spans = ()) -> Layout | None:
    """Find the line (or up to three lines) that names the columns; None when no line names two that are known.

    Args: rows: the first of the table. Raises: MAP_COLUMN, MAP_HEADER for a mapping that does not fit.
    """
    best: tuple[tuple[int, int, int], int, int, list[tuple[str, ...]]] | None = None
    wished = {folded(header) for header in options.mapping.values() if header}
    for bottom in range(min(len(rows), _HEADER_WITHIN)):
        for depth in range(1, min(_DEPTH, bottom + 1) + 1):
            labels = _labels(rows, bottom - depth + 1, bottom, spans)
            if labels is None:
                continue
            own = {folded(_shown(one)) for one in labels}
            score = (2 * len(wished & own) + len(columns.guess(labels)), -depth, -bottom)
            if best is None or score > best[0]:
                best = (score, bottom, depth, labels)
    if best is None or best[0][0] < _KNOWN_LEAST:
        return None
    _, bottom, depth, labels = best
    return _layout(rows, bottom, depth, labels, options)


def _layout(
    rows: Sequence[Sequence[str]], bottom: int, depth: int, labels: list[tuple[str, ...]], options: ReadOptions
) -> Layout:
    headers = _named([_shown(one) for one in labels])
    places = columns.overrule(columns.guess(labels), options.mapping, headers)
    above = rows[: bottom - depth + 1]
    titles = tuple(dict.fromkeys(cell.strip() for row in above for cell in row if cell.strip()))
    days = [at for column in (Column.DATE, Column.START) for at in places.get(column, ())]
    sample = [row[at] for row in rows[bottom + 1 :] for at in days if at < len(row)]
    return Layout(
        headers=headers,
        places=places,
        first=bottom + 1,
        names=tuple(cell.strip() for cell in rows[bottom]),
        titles=titles,
        month_first=values.is_month_first(sample[:_SAMPLE]),
    )


def _shown(labels: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(" ".join(label.split()) for label in labels if label.strip()))


def _named(names: Sequence[str]) -> tuple[str, ...]:
    """A second column of the same name gets its number, so that a mapping can speak of it."""
    shown: list[str] = []
    for number, name in enumerate(names, start=1):
        shown.append(f"{name} ({number})" if name and name in shown else name)
    return tuple(shown)


def _labels(rows: Sequence[Sequence[str]], top: int, bottom: int, spans: Spans) -> list[tuple[str, ...]] | None:
    """Return the labels of each column, outermost first; None when these lines cannot be names.

    A line above the lowest belongs to the names only if it has several cells (a single one is a title); an empty cell
    in it goes on with the group before, unless merged cells say otherwise.
    """
    width = max(len(rows[at]) for at in range(top, bottom + 1))
    lines = [[*rows[at], *([""] * (width - len(rows[at])))] for at in range(top, bottom + 1)]
    if sum(1 for cell in lines[-1] if cell.strip()) < 1:
        return None
    groups = []
    for depth, line in enumerate(lines[:-1]):
        if sum(1 for cell in line if cell.strip()) < 2:
            return None
        groups.append(_spread(line, lines[depth + 1 :], [s for s in spans if s[0] == top + depth]))
    labels = []
    for place in range(width):
        own = lines[-1][place].strip()
        above = [group[place] for group in groups]
        if own or any(line[place].strip() for line in lines[:-1]):
            labels.append((*above, own) if own else tuple(above))
        else:
            labels.append(())
    return labels


def _spread(line: Sequence[str], below: Sequence[Sequence[str]], merged: Spans) -> list[str]:
    """Carry a group's name over the columns it stands above."""
    if merged:
        spread = [cell.strip() for cell in line]
        for _, first, _, last in merged:
            spread[first : last + 1] = [spread[first]] * len(spread[first : last + 1])
        return spread
    spread, group = [], ""
    for place, cell in enumerate(line):
        if cell.strip():
            group = cell.strip()
        elif not any(other[place].strip() for other in below):
            group = ""
        spread.append(group)
    return spread


# -- rows ----------------------------------------------------------------------------------------------------


class Lookup:
    """Finds the id of a site or a service by what a list calls it."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self.known = bool(known)
        names = {folded(name): id for id, given in known.items() for name in (id, *given) if folded(name)}
        self._exact = names
        every = sorted(names, key=len, reverse=True)
        self._within = re.compile(rf"(?<![a-z0-9])({'|'.join(map(re.escape, every))})(?![a-z0-9])") if every else None
        self.find = lru_cache(maxsize=8192)(self._find)
        self.within = lru_cache(maxsize=8192)(self._inside)

    def _find(self, text: str) -> str:
        """Return the id a text names, exactly or within it; else the text as a slug."""
        return self._exact.get(folded(text)) or self._inside(text) or slug(text)

    def _inside(self, text: str) -> str:
        """Return the one known id named within a text, empty for none or for several."""
        found = {self._exact[name] for name in self._within.findall(folded(text))} if self._within else set()
        return found.pop() if len(found) == 1 else ""


class RowReader:
    """Reads rows of one table. Made once for each table; every distinct word is understood once."""

    def __init__(self, layout: Layout, *, options: ReadOptions, hints: Iterable[str] = ()) -> None:
        self.layout = layout
        self.options = options
        self.sites = Lookup(options.sites)
        self.services = Lookup(options.services)
        self._one = {column: places[0] for column, places in layout.places.items()}
        self._urgency_header = layout.headers[self._one[Column.URGENCY]] if Column.URGENCY in self._one else ""
        self._hints = [text for text in (*hints, *layout.titles) if text]
        self._kind = lru_cache(maxsize=65536)(self._kind_of)
        self._hinted_kind = self._kind_of_file()
        self._hinted_site = self.options.assume_site or self._site_of_file()
        self._hinted_specialty = next(filter(None, map(meaning.specialty_known, self._hints)), "")
        self._day = self._day_of_file()
        self._mapped = sorted({at for places in layout.places.values() for at in places})

    # -- what the file says of all its rows -----------------------------------------------------------------

    def _kind_of_file(self) -> Kind | None:
        if self.options.assume_kind is not None:
            return self.options.assume_kind
        acts = [self.layout.headers[at] for at in self.layout.places.get(Column.ACT, ())]
        for text in (*self._hints, *acts):
            found = meaning.kinds_in(text)
            if len(found) == 1:
                return next(iter(found))
        return None

    def _site_of_file(self) -> str:
        found = {site for text in self._hints if (site := self.sites.within(text))}
        return found.pop() if len(found) == 1 else ""

    def _day_of_file(self) -> str:
        """Return the one day the titles name (`Programme opératoire du 24/11/2025`), where no column holds days."""
        if Column.DATE in self._one or Column.START in self._one:
            return ""
        days = {day for text in self.layout.titles for day in values.days_in(text, month_first=False)}
        return days.pop().isoformat() if len(days) == 1 else ""

    # -- one row ----------------------------------------------------------------------------------------------

    def read(self, row: TableRow, *, whole: bool) -> Booked | Appointment | Aside | None:
        """Read one row: `Booked` with its patient when whole, else the appointment alone; None for a row of nothing.

        A row of one cell that is a day holds for the rows below it where the table has no column of days.
        """
        cells = row.cells
        filled = [cell for cell in cells if cell and not cell.isspace()]
        if not filled or self._is_names(cells):
            return None
        width = len(self.layout.headers)
        if len(cells) != width:
            if any(cell.strip() for cell in cells[width:]) or (len(cells) < width and not row.whole):
                return Aside(line=row.line, error=ROW_CELLS.error(cells=len(cells), columns=width), text=row.text)
            cells = [*cells[:width], *([""] * (width - len(cells)))]
        if len(filled) == 1 and width > 2 and self._heads(filled[0]):
            return None
        try:
            starts = self._starts(cells)
        except ValueError:
            return Aside(line=row.line, error=ROW_DATE.error(), text=row.text)
        appointment = self._appointment(row, cells, starts)
        if appointment is None:
            return Aside(line=row.line, error=ROW_NOTHING.error(), text=row.text)
        return self._booked(row, cells, appointment) if whole else self._standing(row, cells, appointment)

    def _is_names(self, cells: Sequence[str]) -> bool:
        """Say whether a row repeats the names of the columns, as printed lists do on every page."""
        names = self.layout.names
        same = sum(1 for at in self._mapped if at < len(cells) and at < len(names) and cells[at] == names[at] != "")
        return same >= 2 and 2 * same >= len(self._mapped)

    def _heads(self, text: str) -> bool:
        """Take a row of one cell for the heading of those below: a day, where the table has no column of days."""
        if Column.DATE in self._one or Column.START in self._one or values.day_of(text) is None:
            return False
        self._day = text
        return True

    def get(self, cells: Sequence[str], column: Column) -> str:
        at = self._one.get(column)
        return cells[at].strip() if at is not None else ""

    def joined(self, cells: Sequence[str], column: Column, sign: str = "; ") -> str:
        places = self.layout.places.get(column, ())
        if len(places) < 2:
            return cells[places[0]].strip() if places else ""
        return sign.join(dict.fromkeys(text for at in places if (text := cells[at].strip())))

    def _starts(self, cells: Sequence[str]) -> datetime | None:
        """Return when it begins; None when no cell says. Raises: ValueError for a day or time nobody can read."""
        zone, month_first = self.options.zone, self.layout.month_first
        start, day_text, clock_text = (self.get(cells, c) for c in (Column.START, Column.DATE, Column.TIME))
        day_text = day_text or self._day
        if start and (found := values.moment_of(start, zone=zone, month_first=month_first)) is not None:
            clock = values.clock_of(clock_text) if clock_text and not found.hour and not found.minute else None
            return values.joined(found.date(), clock, zone=zone) if clock else found
        clock_text = clock_text or start
        if not day_text:
            if start or clock_text:
                raise ValueError("a time without a day")
            return None
        found = values.moment_of(day_text, zone=zone, month_first=month_first)
        if found is None:
            raise ValueError("no day")
        if not clock_text:
            return found
        clock = values.clock_of(clock_text)
        if clock is None:
            serial = values.moment_of(clock_text, zone=zone, month_first=month_first)
            if serial is None:
                raise ValueError("no time")
            clock = serial.time()
        return values.joined(found.date(), clock, zone=zone)

    def _appointment(self, row: TableRow, cells: Sequence[str], starts: datetime | None) -> Appointment | None:
        kind_text, act = self.get(cells, Column.KIND), self.joined(cells, Column.ACT)
        reason = self.joined(cells, Column.REASON)
        id = self.get(cells, Column.ID)
        who = self.get(cells, Column.FAMILY) or self.get(cells, Column.PATIENT)
        if not (kind_text or act or reason or who or (starts is not None and not self._day)):
            return None
        service_text, place = self.get(cells, Column.SERVICE), self.joined(cells, Column.PLACE)
        category = self.joined(cells, Column.CATEGORY)
        specialty = self._specialty(cells, service_text)
        note = self.joined(cells, Column.NOTE)
        return Appointment(
            id=id or f"row-{row.line}",
            kind=self._kind(kind_text, act, category, service_text, place, specialty),
            urgency=self._urgency(cells),
            specialty=specialty,
            site=self._site(cells, place, service_text),
            service=self.services.find(service_text) if service_text else "",
            starts=starts,
            reason="; ".join(dict.fromkeys(filter(None, (reason, act, category, note))))
            if act or note or category
            else reason,
            categories=tuple(slug(part) for part in re.split(r"[;,|]", category) if slug(part)) if category else (),
            follow_up=self._follow_up(cells),
        )

    def _kind_of(self, kind: str, act: str, category: str, service: str, place: str, specialty: str) -> Kind:
        """The kind as its own column says it, else the act, else what the file says of all, else where it happens."""
        for text in (kind, act):
            found = meaning.kind_of(text) if text else None
            if found is not None and found is not Kind.OTHER:
                return found
        if self._hinted_kind is not None:
            return self._hinted_kind
        for text in (category, service, place):
            found = meaning.kind_of(text) if text else None
            if found is not None:
                return found
        return meaning.kind_of_specialty(specialty) or Kind.OTHER

    def _urgency(self, cells: Sequence[str]) -> Urgency:
        text = self.get(cells, Column.URGENCY)
        found = meaning.urgency_of(text, self._urgency_header) if text else Urgency.UNKNOWN
        return self.options.assume_urgency if found is Urgency.UNKNOWN else found

    def _specialty(self, cells: Sequence[str], service: str) -> str:
        text = self.get(cells, Column.SPECIALTY)
        if text:
            return meaning.specialty_of(text)
        return (meaning.specialty_known(service) if service else "") or self._hinted_specialty

    def _site(self, cells: Sequence[str], place: str, service: str) -> str:
        text = self.get(cells, Column.SITE)
        if text:
            return self.sites.find(text)
        return self.sites.within(f"{place} {service}") or self._hinted_site

    def _follow_up(self, cells: Sequence[str]) -> bool | None:
        text = self.get(cells, Column.FOLLOW_UP)
        if text:
            return meaning.follow_up_of(text)
        text = self.get(cells, Column.NEW_PATIENT)
        return meaning.follow_up_of(text, asks_new=True) if text else None

    # -- with its patient ---------------------------------------------------------------------------------------

    def _standing(self, row: TableRow, cells: Sequence[str], appointment: Appointment) -> Appointment | Aside:
        state = meaning.state_of(self.get(cells, Column.STATUS)) if Column.STATUS in self._one else BookingState.BOOKED
        return standing(appointment, state, line=row.line, text=row.text)

    def _booked(self, row: TableRow, cells: Sequence[str], appointment: Appointment) -> Booked:
        person = self._person(cells, appointment.starts)
        rest = {self.layout.headers[at]: cells[at].strip() for at in range(len(cells)) if cells[at].strip()}
        origin = self.get(cells, Column.ID)
        return Booked(
            appointment=appointment,
            origin_id=origin[:200] or origin_key(appointment, person),
            line=row.line,
            state=meaning.state_of(self.get(cells, Column.STATUS)),
            person=person,
            minutes=self._minutes(cells, appointment.starts),
            practitioner=self.get(cells, Column.PRACTITIONER)[:200],
            place=self.joined(cells, Column.PLACE)[:200],
            raw={header or "?": text[:500] for header, text in rest.items()},
        )

    def _minutes(self, cells: Sequence[str], starts: datetime | None) -> int:
        said = values.minutes_of(self.get(cells, Column.MINUTES))
        end = self.get(cells, Column.END)
        if said or not end or starts is None:
            return said
        moment = values.moment_of(end, zone=self.options.zone, month_first=self.layout.month_first)
        clock = values.clock_of(end)
        if moment is None and clock is not None:
            moment = values.joined(starts.date(), clock, zone=self.options.zone)
        length = moment - starts if moment is not None else timedelta(0)
        return int(length.total_seconds()) // 60 if timedelta(0) < length < timedelta(days=10) else 0

    def _person(self, cells: Sequence[str], starts: datetime | None) -> PersonSaid:
        family, given = self.get(cells, Column.FAMILY), self.get(cells, Column.GIVEN)
        if not family:
            family, parted = values.name_split(self.get(cells, Column.PATIENT))
            given = given or parted
        numbers = [values.telephone_of(self.joined(cells, c), region=self.options.region) for c in _PHONES]
        mobiles = [number for number, mobile in numbers if number and mobile]
        others = [number for number, mobile in numbers if number and not mobile]
        address = [
            self.joined(cells, Column.ADDRESS, ", "),
            self.get(cells, Column.POSTCODE),
            self.get(cells, Column.CITY),
        ]
        return PersonSaid(
            family=family[:120],
            given=given[:120],
            birth_date=values.birth_of(
                self.get(cells, Column.BIRTH),
                before=starts.date() if starts else None,
                month_first=self.layout.month_first,
            ),
            national_number=values.national_of(self.get(cells, Column.NATIONAL)),
            record_number=self.get(cells, Column.RECORD)[:64],
            phone=next(iter(others), ""),
            mobile=next(iter(mobiles), ""),
            email=self.get(cells, Column.EMAIL)[:254],
            address=", ".join(part for part in (address[0], " ".join(filter(None, address[1:]))) if part)[:400],
            language=meaning.language_of(self.get(cells, Column.LANGUAGE)),
        )


_PHONES = (Column.PHONE, Column.MOBILE)


def standing(appointment: Appointment, state: BookingState, *, line: int, text: str = "") -> Appointment | Aside:
    """Return the appointment while it stands, else why there is nothing to decide about it."""
    if state is BookingState.WITHDRAWN:
        return Aside(line=line, error=WITHDRAWN_THERE.error(), text=text)
    if state is BookingState.DONE:
        return Aside(line=line, error=DONE_THERE.error(), text=text)
    return appointment


def origin_key(appointment: Appointment, person: PersonSaid) -> str:
    """Make the key of an appointment whose source gives it no number: who, when and what; 32 hexadecimal digits."""
    parts = (
        person.national_number or person.record_number or folded(f"{person.family} {person.given}"),
        person.birth_date.isoformat() if person.birth_date else "",
        appointment.starts.isoformat() if appointment.starts else "",
        appointment.kind.value,
        appointment.specialty,
        appointment.site,
        folded(appointment.reason),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


Read = Booked | Appointment | Aside


def table_read(
    rows: Iterable[TableRow], *, options: ReadOptions, hints: Sequence[str], whole: bool, spans: Spans = ()
) -> tuple[Layout, Iterator[Read]]:
    """Read a table: its layout at once, its rows as they are asked for.

    Raises: NO_COLUMNS (RL-ACT-034) and those of `layout_find`.
    """
    every = iter(rows)
    look = list(islice(every, LOOK_ROWS))
    layout = layout_find([row.cells for row in look], options=options, spans=spans)
    if layout is None:
        raise NO_COLUMNS.error()
    reader = RowReader(layout, options=options, hints=hints)
    return layout, _read(reader.read, chain(look[layout.first :], every), whole)


def _read(read: Callable[..., Read | None], rows: Iterable[TableRow], whole: bool) -> Iterator[Read]:
    for row in rows:
        found = read(row, whole=whole)
        if found is not None:
            yield found
