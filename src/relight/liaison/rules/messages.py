"""A bulletin as text: for mail, wrapped; as a text message of one part.

Owns the GSM alphabet: what it lacks is written without its accent, so that a message stays one part of 160 characters.
Refuses markup. Source: 3GPP TS 23.038 (GSM 7 bit default alphabet); docs/design/liaison.md, cases 46-49.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping

from relight.liaison.rules.facts import Facts
from relight.liaison.rules.sheet import EMERGENCY, TAKES_PATIENTS, Meta, Sheet
from relight.liaison.rules.words import Words, words_of
from relight.liaison.types import Availability, DeskKind

SMS_MOST = 160
WIDTH = 72
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SAME = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "·": "-", "œ": "oe", "Œ": "OE"}
_SAME |= {"\u00a0": " ", "\u202f": " ", "«": '"', "»": '"', "•": "-"}


def gsm(text: str) -> str:
    """Write a text in the GSM alphabet: accents it lacks are dropped, what has no likeness becomes a point."""
    return "".join(_gsm(character) for character in text)


def _gsm(character: str) -> str:
    if character in GSM:
        return character
    character = _SAME.get(character, character)
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return "".join(c if c in GSM else "." for c in bare)


def sms_text(facts: Facts, *, meta: Meta, language: str) -> str:
    """Write a bulletin as one text message: number, open emergency departments, what is suspended, the number to call.

    Returns: at most 160 characters of the GSM alphabet. The number to call is never cut; services are, from the end.
    """
    words = words_of(language)
    group = words.name(facts.group, else_id="Relight")
    day = words.text("day", day=facts.day) if facts.day is not None else ""
    open_sites = [_site(words, facts, cell.site) for cell in facts.cells if _takes(cell.service, cell.state)]
    shown = ", ".join(open_sites) or words.text("none")
    number = str(meta.number) if meta.number else "?"
    head = gsm(words.text("sms", group=group, number=number, day=day, open=shown))
    head = head if meta.number else gsm(words.text("sms_draft")) + head
    phone = next((line.phone for line in facts.lines if _is_main(line.kind, line.site, line.specialty, line.phone)), "")
    tail = gsm(words.text("sms_phone", phone=phone)) if phone else ""
    room = SMS_MOST - len(tail)
    text = head[:room]
    for key, state in (("sms_shut", Availability.SUSPENDED), ("sms_urgent", Availability.URGENT)):
        text += _services(words, facts, key=key, state=state, room=room - len(text))
    return text + tail


def _takes(service: str, state: Availability) -> bool:
    return service == EMERGENCY and state in TAKES_PATIENTS


def _is_main(kind: str, site: str, specialty: str, phone: str) -> bool:
    return bool(phone) and not site and not specialty and kind in (DeskKind.URGENT.value, DeskKind.INFORMATION.value)


def _site(words: Words, facts: Facts, id: str) -> str:
    return next((words.name(one.names) for one in facts.sites if one.id == id), id)


def _services(words: Words, facts: Facts, *, key: str, state: Availability, room: int) -> str:
    """Name the services that are in a state at every site they have, as many as there is room for; `...` for more."""
    names: list[str] = []
    for service in facts.services:
        states = {cell.state for cell in facts.cells if cell.service == service.id}
        if states == {state}:
            names.append(words.inside(words.name(service.names, else_id=service.id)))
    more: list[str] = []
    while names:
        text = gsm(words.text(key, services=", ".join([*names, *more]))).replace("....", "...")
        if len(text) <= room:
            return text
        names.pop()
        more = ["..."]
    return ""


def mail_subject(sheet: Sheet) -> str:
    """Return the subject of the mail a bulletin goes by."""
    return f"{sheet.group} – {sheet.title} – {sheet.heading}"


def mail_text(sheet: Sheet) -> str:
    """Write a bulletin as plain text for mail: lines of at most 72 characters, LF, UTF-8."""
    return "\n".join(_mail_lines(sheet)) + "\n"


def _mail_lines(sheet: Sheet) -> Iterable[str]:
    words = sheet.words
    yield from (sheet.group, sheet.title, sheet.heading.upper(), *_wrapped(sheet.subtitle))
    if sheet.message:
        yield from _headed(sheet.message_title)
        for paragraph in (*sheet.message, *filter(None, [sheet.message_note])):
            yield from _wrapped(paragraph)
    yield from _headed(sheet.changes_title)
    for change in sheet.changes:
        yield from _item(f"[{change.word}] {change.text}")
    if sheet.changes_note:
        yield from _wrapped(sheet.changes_note)
    for part in sheet.parts:
        yield from _headed(part.title)
        for line in part.lines:
            yield from _item(line)
    yield from _headed(words["matrix_title"])
    yield from _matrix(sheet)
    yield from _wrapped(words["matrix_key"])
    yield from _headed(words["going_title"])
    for row in sheet.going:
        planned = _said(sheet, words["going_planned"], row.planned)
        yield from _item(f"{row.name}. {planned}. {_said(sheet, words['going_urgent'], row.urgent)}")
    yield from (line for text in (sheet.going_note, sheet.systems) if text for line in _wrapped(text))
    if sheet.lines:
        yield from _headed(words["lines_title"])
        for desk in sheet.lines:
            said = [desk.kind_word, desk.specialty, desk.where, desk.name, desk.number, desk.hours, desk.send]
            yield from _item(", ".join(filter(None, said)))
    yield ""
    for text in (sheet.approved, sheet.seal):
        yield from _wrapped(text)


def _matrix(sheet: Sheet) -> Iterable[str]:
    for row in sheet.matrix:
        yield row.name
        for site, cell in zip(sheet.sites, row.cells, strict=True):
            if cell.state:
                said = ", ".join(filter(None, [cell.word, cell.text, cell.phone]))
                yield from _item(_said(sheet, site, said), indent="    ")
    if not sheet.matrix:
        yield sheet.words["matrix_none"]


def _said(sheet: Sheet, what: str, text: str) -> str:
    """Write `what: text`, with the blank before the colon where the language has one."""
    return sheet.words["said"].format(what=what, text=text)


def _headed(title: str) -> Iterable[str]:
    yield from ("", title, "-" * min(len(title), WIDTH))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _item(text: str, *, indent: str = "  ") -> list[str]:
    first, rest = f"{indent[:-2]}- ", indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def bulletin_document(
    facts_document: Mapping[str, object],
    *,
    number: int,
    previous: int,
    changes: object,
    free: object,
    approved_at: str,
    approver: str,
) -> dict[str, object]:
    """Return the document a bulletin is signed as: all it says, in no language but the part a person wrote."""
    return {
        "format": 1,
        "number": number or None,
        "replaces": previous or None,
        "approved_at": approved_at,
        "approver": approver,
        "facts": facts_document,
        "changes": changes,
        "free": free,
    }
