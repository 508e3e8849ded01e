"""The words patients are told in, in four languages: script of a call, letter, text message.

Owns reading `activity/telling.toml` and filling it in. Refuses a file in which a language is missing or asks for
another name than the others: nobody finds that out on the telephone. Source: docs/design/telling.md, "Words".
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from relight.activity.errors import TELLING_FAULTY
from relight.activity.rules.gsm import Sms, sms_of
from relight.activity.rules.telling import What
from relight.activity.types import Kind
from relight.kernel.toml_lines import lines_of

LANGUAGES = ("fr", "nl", "de", "en")
FORMAT = 1
Four = Mapping[str, str]
_CALL = (
    "hello", "identity", "why", "cancelled", "moved", "restored", "new_date", "later", "worse", "bring", "read_back",
    "questions", "voicemail", "relative", "deceased",
)  # fmt: skip
_LETTER = ("subject", "dear", "contact", "sorry", "page", "born")
_TEXT = ("cancelled", "moved", "restored", "new_date")
_WANTED: Mapping[str, tuple[str, ...]] = {
    "call": _CALL,
    "letter": _LETTER,
    "text": _TEXT,
    "kinds": tuple(kind.value for kind in Kind),
}
_CLOCK: Four = {
    "fr": "{day} à {hour} h {minute}",
    "nl": "{day} om {hour}.{minute} uur",
    "de": "{day} um {hour}.{minute} Uhr",
    "en": "{day} at {hour}:{minute}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All sentences. Args: sentences: `call.hello` to its four languages. bring: what patients bring."""

    sentences: Mapping[str, Four]
    bring: tuple[Four, ...]

    def say(self, key: str, *, language: str, **values: str) -> str:
        """Return a sentence, filled in. Raises: KeyError for a sentence or a value that is not there."""
        return self.sentences[key][language].format(**values)

    def to_bring(self, language: str) -> tuple[str, ...]:
        """Return what to bring."""
        return tuple(one[language] for one in self.bring)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One appointment as it is spoken of. Args: starts: local time of the hospital, None when not known. site: where
    it takes place, by name. with_whom: practitioner, may be empty."""

    what: What
    kind: Kind
    starts: datetime | None
    site: str
    with_whom: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class From:
    """Who speaks. Args: house: the hospital's name. phone: where patients call back, as people dial it."""

    house: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What a caller reads out, in order. `news` is one sentence an appointment; what follows depends on them."""

    language: str
    hello: str
    identity: str
    why: str
    news: tuple[str, ...]
    after: tuple[str, ...]
    bring: str
    to_bring: tuple[str, ...]
    read_back: str
    questions: str
    voicemail: str
    relative: str
    deceased: str


def words_read(raw: bytes) -> Words:
    """Read the sentences. Raises: InputError RL-ACT-110 with the line of what is missing or does not agree."""
    try:
        text = raw.decode("utf-8")
        data = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise TELLING_FAULTY.error(where="telling.toml", what=str(fault)) from None
    if data.get("format") != FORMAT:
        raise TELLING_FAULTY.error(where="telling.toml:1", what="format = 1")
    lines = lines_of(text)
    sentences: dict[str, Four] = {}
    for table, keys in _WANTED.items():
        for key in keys:
            found = data.get(table, {}).get(key)
            line = lines.get((table, key), 1)
            sentences[f"{table}.{key}"] = _four(found, name=f"{table}.{key}", line=line)
    bring = data.get("bring")
    if not isinstance(bring, list) or not bring:
        raise TELLING_FAULTY.error(where="telling.toml", what="[[bring]]")
    listed = [_four(one, name=f"bring {n + 1}", line=lines.get(("bring", n), 1)) for n, one in enumerate(bring)]
    return Words(sentences=sentences, bring=tuple(listed))


def _four(found: object, *, name: str, line: int) -> Four:
    """Check that a sentence speaks all languages and asks for the same names in each."""
    if not isinstance(found, dict) or any(not str(found.get(language, "")).strip() for language in LANGUAGES):
        raise TELLING_FAULTY.error(where=f"telling.toml:{line}", what=f"{name} (fr, nl, de, en)")
    named = {frozenset(n for _, n, _, _ in string.Formatter().parse(found[code]) if n) for code in LANGUAGES}
    if len(named) > 1:
        raise TELLING_FAULTY.error(where=f"telling.toml:{line}", what=f"{name}: {{…}}")
    return {language: str(found[language]) for language in LANGUAGES}


# -- times -----------------------------------------------------------------------------------------


def when_words(starts: datetime | None, *, language: str) -> str:
    """Write a time as it is said: `mardi 24 novembre à 14 h 05`; an en dash without one."""
    if starts is None:
        return "–"
    pattern = "EEEE, d. MMMM" if language == "de" else "EEEE d MMMM"
    day = format_date(starts.date(), pattern, locale=language)
    hour = starts.strftime("%H") if language == "en" else str(starts.hour)
    return _CLOCK[language].format(day=day, hour=hour, minute=starts.strftime("%M"))


def when_short(starts: datetime | None) -> str:
    """Write a time for a text message, the same in all languages: `24/11 14:05`."""
    return starts.strftime("%d/%m %H:%M") if starts else "-"


def day_words(day: date, *, language: str) -> str:
    """Write a date in full: `24 novembre 2026`."""
    return format_date(day, "d. MMMM y" if language == "de" else "d MMMM y", locale=language)


# -- what is said ----------------------------------------------------------------------------------


def news_of(words: Words, told: Told, *, language: str) -> str:
    """Say what becomes of one appointment."""
    what = words.say(f"kinds.{told.kind.value}", language=language)
    if told.with_whom:
        what = f"{what}, {told.with_whom}"
    when = when_words(told.starts, language=language)
    return words.say(f"call.{_key(told.what)}", language=language, when=when, what=what, site=told.site)


def script_of(words: Words, told: Sequence[Told], *, patient: str, sender: From, language: str) -> Script:
    """Write the script of a call about all appointments of a patient. Source: docs/design/telling.md, cases 50-54."""
    plain = {"house": sender.house, "phone": sender.phone, "patient": patient}

    def say(key: str) -> str:
        return words.say(f"call.{key}", language=language, **plain)

    coming = any(one.what is not What.CANCELLED for one in told)
    return Script(
        language=language,
        hello=say("hello"),
        identity=say("identity"),
        why=say("why"),
        news=tuple(news_of(words, one, language=language) for one in told),
        after=after_of(words, told, language=language),
        bring=say("bring") if coming else "",
        to_bring=words.to_bring(language) if coming else (),
        read_back=say("read_back"),
        questions=say("questions"),
        voicemail=say("voicemail"),
        relative=say("relative"),
        deceased=say("deceased"),
    )


def after_of(words: Words, told: Sequence[Told], *, language: str) -> tuple[str, ...]:
    """Say what follows a cancellation: the waiting list, and whom to call when it gets worse; nothing without one."""
    if not any(one.what is What.CANCELLED for one in told):
        return ()
    return tuple(words.say(f"call.{key}", language=language) for key in ("later", "worse"))


def sms_text(words: Words, told: Told, *, sender: From, language: str) -> Sms:
    """Write the text message about one appointment: never its kind, its specialty or its practitioner."""
    text = words.say(
        f"text.{_key(told.what)}", language=language, house=sender.house, when=when_short(told.starts),
        site=told.site, phone=sender.phone,
    )  # fmt: skip
    return sms_of(text)


def language_of(said: str, *, otherwise: str) -> str:
    """Return the language somebody is spoken to in: theirs where we speak it, else the desk's."""
    word = said.strip().lower()[:2]
    if word in LANGUAGES:
        return word
    return otherwise if otherwise in LANGUAGES else LANGUAGES[0]


def _key(what: What) -> str:
    return what.value.replace("-", "_")
