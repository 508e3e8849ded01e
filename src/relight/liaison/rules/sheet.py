"""One bulletin in one language: every sentence, row and cell as any paper, page or message shows it.

Owns making sentences of facts and changes. Refuses layout, clocks and gettext: the words are data of the app, complete
in four languages. Source: docs/design/liaison.md, cases 35-49.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from relight.liaison.rules.changes import Change, What
from relight.liaison.rules.facts import Cell, Facts, Line, Named
from relight.liaison.rules.hours import hours_read, hours_shown
from relight.liaison.rules.numbers import phone_shown as phone_plain
from relight.liaison.rules.words import Words, care_systems, words_of
from relight.liaison.types import LANGUAGES, Availability, DeskKind

SYMBOLS = {
    Availability.OPEN: "●",
    Availability.DEGRADED: "◐",
    Availability.URGENT: "◔",
    Availability.SUSPENDED: "○",
}
TAKES_PATIENTS = (Availability.OPEN, Availability.DEGRADED, Availability.URGENT)
EMERGENCY = "emergency"
RESULT_SERVICES = ("laboratory", "radiology", "nuclear-medicine")
CHANGES_MOST = 12
SYSTEM_STATES = ("down", "degraded")
_FIRST_KIND = {
    EMERGENCY: DeskKind.URGENT,
    "laboratory": DeskKind.RESULTS,
    "radiology": DeskKind.RESULTS,
    "nuclear-medicine": DeskKind.RESULTS,
    "consultations": DeskKind.APPOINTMENTS,
}
_NOTES_SHOWN = ("diverted", "closed", "ask", "move")


def _place(id: str, order: Sequence[str]) -> int:
    return order.index(id) if id in order else len(order)


def phone_shown(number: str) -> str:
    """Write a number so that no line breaks inside it."""
    return phone_plain(number).replace(" ", "\u00a0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What stands around a bulletin. at: local time of its approval, else of its drawing. number: 0 for a draft."""

    at: datetime
    number: int = 0
    previous: int = 0
    approver: str = ""
    kid: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change in words. turn: `better`, `worse` or `other`; word says the same."""

    turn: str
    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading with its sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """A service at a site. state: empty where the service is not. text: notes and expected date."""

    state: str
    symbol: str
    word: str
    text: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A service across the sites."""

    name: str
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingRow:
    """A kind of activity: what happens with planned and with urgent appointments."""

    name: str
    planned: str
    urgent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of the directory."""

    id: str
    kind: str
    kind_word: str
    name: str
    where: str
    specialty: str
    number: str
    hours: str
    send: str
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A bulletin in one language."""

    language: str
    group: str
    title: str
    number: int
    heading: str
    is_draft: bool
    dated: str
    day: str
    subtitle: str
    changes_title: str
    changes: tuple[ChangeLine, ...]
    changes_note: str
    message_title: str
    message: tuple[str, ...]
    message_language: str
    message_note: str
    parts: tuple[Part, ...]
    sites: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    going: tuple[GoingRow, ...]
    going_note: str
    systems: str
    lines: tuple[LineRow, ...]
    approved: str
    seal: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes the parts of one sheet."""

    words: Words
    facts: Facts

    def site(self, id: str) -> str:
        return next((self.words.name(one.names) for one in self.facts.sites if one.id == id), id)

    def sites(self, ids: Iterable[str]) -> str:
        return ", ".join(self.site(id) for id in ids)

    def service(self, id: str) -> str:
        return next((self.words.name(one.names) for one in self.facts.services if one.id == id), id)

    # -- changes --------------------------------------------------------------------------------------

    def change(self, one: Change) -> ChangeLine:
        turn = self.words.text(one.turn.value)
        return ChangeLine(turn=one.turn.value, word=turn, text=self._change_text(one))

    def changes(self, found: Sequence[Change]) -> tuple[ChangeLine, ...]:
        """Write every change; systems nobody outside works with are counted, one line for each way they went."""
        inner: dict[tuple[str, str], list[Change]] = {}
        for one in found:
            if one.what is What.INTERNAL:
                inner.setdefault((one.before, one.after), []).append(one)
        lines = [self.change(one) for one in found if one.what is not What.INTERNAL]
        return (*lines, *(self._internal(group) for group in inner.values()))

    def _internal(self, group: Sequence[Change]) -> ChangeLine:
        before, after = (self.words.word("system", word) for word in (group[0].before, group[0].after))
        text = self.words.text("change_internal", count=len(group), before=before, after=after)
        return ChangeLine(turn=group[0].turn.value, word=self.words.text(group[0].turn.value), text=text)

    def _system(self, id: str) -> str:
        found = next((one for one in self.facts.systems if one.id == id), None)
        return self.words.name(found.names) if found else id

    def _change_text(self, one: Change) -> str:
        where = f" ({self._where(one)})" if one.sites else ""
        text = self.words.text
        match one.what:
            case What.SERVICE:
                what = self.service(one.subject) + where
                return text("change", what=what, before=self._cell(one.before), after=self._cell(one.after))
            case What.GOING:
                urgency = self.words.word("urgency", one.detail)
                what = f"{urgency}, {self.words.inside(self.words.word('kind', one.subject))}{where}"
                before, after = (self.words.word("outcome", word) for word in (one.before, one.after))
                return text("change", what=what, before=before, after=after)
            case What.EXPECTED:
                key = "change_expected" if one.before and one.after else "change_expected_new"
                key = key if one.after else "change_expected_gone"
                days = {"before": self.words.day(one.before), "after": self.words.day(one.after)}
                return text(key, what=self.service(one.subject) + where, **days)
            case What.SYSTEM | What.INTERNAL:
                what = self._system(one.subject)
                before, after = (self.words.word("system", word) for word in (one.before, one.after))
                return text("change", what=what, before=before, after=after)
            case What.LINE | What.LINE_NEW | What.LINE_GONE:
                key = {What.LINE: "change_line", What.LINE_NEW: "change_line_new"}.get(one.what, "change_line_gone")
                what = one.detail + where
                return text(key, what=what, before=phone_shown(one.before), after=phone_shown(one.after))

    def _where(self, one: Change) -> str:
        """Name the sites of a change; `all sites` for a service at more than two of them, all of them changed."""
        known = {cell.site for cell in self.facts.cells if cell.service == one.subject}
        known = known or {site for going in self.facts.going if going.kind == one.subject for site in going.planned}
        if len(known) > 2 and known <= set(one.sites):  # noqa: PLR2004 - two names are as short
            return self.words.text("everywhere")
        return self.sites(one.sites)

    def _cell(self, text: str) -> str:
        state, *notes = text.split()
        said = [self.words.word("availability", state), *(self.words.word("note", note) for note in notes)]
        return ", ".join(said)

    # -- how to ---------------------------------------------------------------------------------------

    def parts(self) -> tuple[Part, ...]:
        """Say how to refer, get results, reach a specialist, what to bring; nothing to say takes no heading."""
        text = self.words.text
        found = (
            Part(title=text("urgent_title"), lines=tuple(self._urgent())),
            Part(title=text("results_title"), lines=tuple(self._results())),
            Part(title=text("specialist_title"), lines=tuple(self._specialist())),
            Part(title=text("bring_title"), lines=(text("bring"),)),
        )
        return tuple(part for part in found if part.lines)

    def _urgent(self) -> Iterable[str]:
        text, cells = self.words.text, [cell for cell in self.facts.cells if cell.service == EMERGENCY]
        yield text("urgent_danger")
        taking = [cell for cell in cells if cell.state in TAKES_PATIENTS]
        if taking:
            yield text("urgent_open", sites=", ".join(self._site_phone(cell) for cell in taking))
        if diverted := [cell.site for cell in taking if "diverted" in cell.notes]:
            yield text("urgent_diverted", sites=self.sites(diverted))
        if shut := [cell.site for cell in cells if cell.state not in TAKES_PATIENTS]:
            yield text("urgent_shut", sites=self.sites(shut))
        yield from self._said(DeskKind.URGENT)
        yield text("urgent_letter")

    def _site_phone(self, cell: Cell) -> str:
        phone = self.phone(cell.service, cell.site)
        return f"{self.site(cell.site)} {phone}".strip()

    def _results(self) -> Iterable[str]:
        slow = [id for id in RESULT_SERVICES if any(self._is_slow(cell, id) for cell in self.facts.cells)]
        known = {cell.service for cell in self.facts.cells}
        if slow:
            yield self.words.text("results_call", services=", ".join(self.service(id) for id in slow))
        elif known & set(RESULT_SERVICES):
            yield self.words.text("results_usual")
        yield from self._said(DeskKind.RESULTS)

    def _is_slow(self, cell: Cell, service: str) -> bool:
        return cell.service == service and cell.state is not Availability.OPEN

    def _specialist(self) -> Iterable[str]:
        has_lines = any(line.specialty for line in self.facts.lines)
        yield self.words.text("specialist_table" if has_lines else "specialist_none")
        yield from self._said(DeskKind.SPECIALIST)
        yield from self._said(DeskKind.INFORMATION)

    def _said(self, kind: DeskKind) -> Iterable[str]:
        """Say the lines that hold for every site and specialty, with what to send and how."""
        for line in self.facts.lines:
            if line.kind == kind.value and not line.site and not line.specialty:
                hours = hours_shown(hours_read(line.hours), language=self.words.language)
                number = self.number(line) + (f" ({hours})" if hours else "")
                said = [self.words.text("said", what=line.name, text=number)]
                said += [self._own(names) for names in (line.send, line.how) if names]
                yield ". ".join(one.rstrip(".") for one in said if one) + "."

    def _own(self, names: Mapping[str, str]) -> str:
        return next((names[code] for code in (self.words.language, *LANGUAGES) if names.get(code)), "")

    def number(self, line: Line) -> str:
        """Return how to reach a line, the telephone first."""
        fax = f"{self.words.text('fax_word')} {phone_shown(line.fax)}" if line.fax else ""
        if line.phone:
            return phone_shown(line.phone)
        return fax or line.secure or line.email

    # -- tables ---------------------------------------------------------------------------------------

    def phone(self, service: str, site: str) -> str:
        """Return the number to call about a service at a site: its own, else the service's for all sites."""
        first = _FIRST_KIND.get(service, DeskKind.SPECIALIST)
        order = [first, *(kind for kind in DeskKind if kind is not first)]
        lines = [line for line in self.facts.lines if line.specialty == service and line.site in ("", site)]
        lines.sort(key=lambda line: (not line.site, order.index(DeskKind(line.kind))))
        return next((phone_shown(line.phone) for line in lines if line.phone), "")

    def matrix(self) -> tuple[MatrixRow, ...]:
        cells = {(cell.service, cell.site): cell for cell in self.facts.cells}
        return tuple(
            MatrixRow(
                name=self.words.name(service.names, else_id=service.id),
                cells=tuple(self._sheet_cell(service, cells.get((service.id, site.id))) for site in self.facts.sites),
            )
            for service in self.facts.services
        )

    def _sheet_cell(self, service: Named, cell: Cell | None) -> SheetCell:
        if cell is None:
            return SheetCell(state="", symbol="–", word=self.words.text("not_here"))
        said = [self.words.word("note", note) for note in cell.notes if note in _NOTES_SHOWN]
        if cell.expected:
            said.append(self.words.text("expected", date=self.words.day(cell.expected)))
        return SheetCell(
            state=cell.state.value,
            symbol=SYMBOLS[cell.state],
            word=self.words.word("availability", cell.state.value),
            text=", ".join(said),
            phone=self.phone(service.id, cell.site),
        )

    def going(self) -> tuple[GoingRow, ...]:
        return tuple(
            GoingRow(
                name=self.words.word("kind", one.kind),
                planned=self._outcomes(one.planned),
                urgent=self._outcomes(one.urgent),
            )
            for one in self.facts.going
        )

    def _outcomes(self, by_site: Mapping[str, str]) -> str:
        """Say an outcome once where it is the same everywhere, else with its sites."""
        sites: dict[str, list[str]] = {}
        for site, outcome in by_site.items():
            sites.setdefault(outcome, []).append(site)
        if len(sites) <= 1:
            return "".join(self.words.word("outcome", outcome) for outcome in sites)
        said = (f"{self.words.word('outcome', outcome)} ({self.sites(ids)})" for outcome, ids in sites.items())
        return ("\u00a0; " if self.words.language == "fr" else "; ").join(said)

    def systems(self) -> str:
        """Name what practitioners feel and does not work, by how badly; in the order of the words file."""
        order = care_systems()
        felt = sorted((one for one in self.facts.systems if one.is_care), key=lambda one: _place(one.id, order))
        said = []
        for state in SYSTEM_STATES:
            names = ", ".join(self.words.name(one.names, else_id=one.id) for one in felt if one.state == state)
            word = self.words.word("system", state)
            if names:
                said.append(self.words.text("said", what=word[:1].upper() + word[1:], text=names))
        return self.words.text("systems", systems=". ".join(said)) if said else ""

    def lines(self) -> tuple[LineRow, ...]:
        return tuple(self._line(line) for line in self.facts.lines)

    def _line(self, line: Line) -> LineRow:
        fax = f"{self.words.text('fax_word')} {phone_shown(line.fax)}" if line.fax and line.phone else ""
        numbers = [self.number(line), fax, line.email if line.phone or line.fax else ""]
        return LineRow(
            id=line.id,
            kind=line.kind,
            kind_word=self.words.word("desk", line.kind),
            name=line.name,
            where=self.site(line.site) if line.site else self.words.text("everywhere"),
            specialty=self.service(line.specialty) if line.specialty else "",
            number=" · ".join(filter(None, numbers)),
            hours=hours_shown(hours_read(line.hours), language=self.words.language),
            send=". ".join(said.rstrip(" .") for said in (self._own(line.send), self._own(line.how)) if said),
            public=line.public,
        )


def sheet_make(
    facts: Facts,
    *,
    changes: Sequence[Change],
    free: Mapping[str, str],
    meta: Meta,
    language: str,
    public_only: bool = False,
) -> Sheet:
    """Write a bulletin in one language.

    Args: free: the part a person wrote, by language. public_only: leave out lines that stay off the open net.
    """
    if public_only:
        facts = _public(facts)
    words = words_of(language)
    maker = _Maker(words=words, facts=facts)
    said = maker.changes(changes)
    message, spoken = _message(free, language=words.language)
    kept = ", ".join(one.names.get(words.language, one.id) for one in facts.kept)
    note = words.text("going_kept", categories=kept) if kept else "" if facts.going else words.text("going_none")
    return Sheet(
        language=words.language,
        group=words.name(facts.group, else_id="Relight"),
        title=words.text("title"),
        number=meta.number,
        heading=words.text("number", number=meta.number) if meta.number else words.text("draft"),
        is_draft=not meta.number,
        dated=words.moment(meta.at),
        day=words.text("day", day=facts.day) if facts.day is not None else "",
        subtitle=" · ".join(_subtitle(words, facts, meta)),
        changes_title=_changes_title(words, meta),
        changes=said[:CHANGES_MOST],
        changes_note=_changes_note(words, meta, len(said)),
        message_title=words.text("message_title"),
        message=message,
        message_language=spoken or words.language,
        message_note=_only_in(words, spoken) if message else "",
        parts=maker.parts(),
        sites=tuple(words.name(one.names, else_id=one.id) for one in facts.sites),
        matrix=maker.matrix(),
        going=maker.going(),
        going_note=note,
        systems=maker.systems(),
        lines=maker.lines(),
        approved=words.text("approved", name=meta.approver, date=words.moment(meta.at)) if meta.number else "",
        seal=words.text("seal", kid=meta.kid, digest=meta.digest[:16]) if meta.kid else "",
        words={**words.sections["text"]},
    )


def _public(facts: Facts) -> Facts:
    return replace(facts, lines=tuple(line for line in facts.lines if line.public))


def _subtitle(words: Words, facts: Facts, meta: Meta) -> Iterable[str]:
    yield words.moment(meta.at)
    if facts.day is not None:
        yield words.text("day", day=facts.day)
    if meta.previous:
        yield words.text("replaces", number=meta.previous)
    yield words.text("until")


def _changes_title(words: Words, meta: Meta) -> str:
    return words.text("changes_title", number=meta.previous) if meta.previous else words.text("changes_first_title")


def _changes_note(words: Words, meta: Meta, count: int) -> str:
    if not meta.previous:
        return words.text("changes_first")
    if not count:
        return words.text("changes_none")
    return words.text("changes_more", count=count - CHANGES_MOST) if count > CHANGES_MOST else ""


def _message(free: Mapping[str, str], *, language: str) -> tuple[tuple[str, ...], str]:
    """Return the paragraphs a person wrote in a language, else in the first that has any; and which language it is."""
    for code in (language, *LANGUAGES):
        text = free.get(code, "").strip()
        if text:
            paragraphs = tuple(" ".join(one.split()) for one in text.splitlines() if one.strip())
            return paragraphs, code
    return (), ""


def _only_in(words: Words, spoken: str) -> str:
    if not spoken or spoken == words.language:
        return ""
    return words.text("only_in", language=words.word("language", spoken))
