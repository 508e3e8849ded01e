"""What a letter, a text message or a call says to one patient: names, places and times put into the sentences.

Owns gathering the words. Refuses anything of an appointment's reason. Source: docs/design/telling.md, "Words".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from relight.activity.models import Desk, Notice
from relight.activity.rules.gsm import Sms, number_shown
from relight.activity.rules.mailing import address_lines
from relight.activity.rules.telling import What
from relight.activity.rules.told_words import (
    LANGUAGES,
    From,
    Script,
    Told,
    day_words,
    language_of,
    news_of,
    script_of,
    sms_text,
)
from relight.activity.selectors.telling import notice_time, words_now
from relight.activity.types import Kind
from relight.hospital.api import group_name, naming_now
from relight.paper.patient_letter import PatientLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Names of the hospital and its sites by language, read once a batch."""

    house: Mapping[str, str]
    sites: Mapping[str, Mapping[str, str]]

    def site(self, id: str, *, language: str) -> str:
        """Name a site; one that is not known names itself, none is the hospital."""
        return self.sites[language].get(id, id) if id else self.house[language]


def places_now() -> Places:
    """Read the names in all languages patients are told in."""
    house, sites = {}, {}
    for language in LANGUAGES:
        with override(language):
            naming = naming_now()
            house[language] = group_name() or "Relight"
            sites[language] = dict(naming.sites) if naming else {}
    return Places(house=house, sites=sites)


def patient_language(notices: Sequence[Notice], *, desk: Desk | None) -> str:
    """Return the language a patient is spoken to in: theirs, else the desk's, else the installation's."""
    said = next((one.appointment.language for one in notices if one.appointment.language), "")
    return language_of(said, otherwise=desk.language if desk else settings.LANGUAGE_CODE[:2])


def sender_of(places: Places, *, desk: Desk | None, language: str) -> From:
    """Return who speaks. Without a desk the number to call back is the hospital's own, which patients know."""
    return From(house=places.house[language], phone=number_shown(desk.phone) if desk else "–")


def told_of(notice: Notice, *, places: Places, language: str) -> Told:
    """Return one notice as it is spoken of. A new date names no practitioner: it may be another's."""
    row, what = notice.appointment, What(notice.what)
    starts = notice_time(notice)
    return Told(
        what=what,
        kind=Kind(row.kind),
        starts=timezone.localtime(starts) if starts else None,
        site=places.site(notice.to_site or row.site, language=language),
        with_whom="" if what is What.NEW_DATE else row.practitioner,
    )


def call_script(notices: Sequence[Notice], *, places: Places, desk: Desk | None, language: str) -> Script:
    """Return the script of a call about these notices."""
    first = notices[0].appointment
    told = [told_of(one, places=places, language=language) for one in notices]
    sender = sender_of(places, desk=desk, language=language)
    name = f"{first.given} {first.family}".strip()
    return script_of(words_now(), told, patient=name, sender=sender, language=language)


def notice_text(notice: Notice, *, places: Places, desk: Desk, language: str) -> Sms:
    """Return the text message about one notice."""
    told = told_of(notice, places=places, language=language)
    return sms_text(words_now(), told, sender=sender_of(places, desk=desk, language=language), language=language)


def patient_letter(
    notices: Sequence[Notice], *, places: Places, desk: Desk, day: date, reference: str
) -> PatientLetter:
    """Return the letter to one patient about all their notices."""
    language = patient_language(notices, desk=desk)
    words, first = words_now(), notices[0].appointment
    script = call_script(notices, places=places, desk=desk, language=language)
    sender = sender_of(places, desk=desk, language=language)
    born = first.birth_date
    printed = day_words(day, language=language)

    def say(key: str, **values: str) -> str:
        return words.say(f"letter.{key}", language=language, **values)

    name = f"{first.given} {first.family.upper()}".strip()
    return PatientLetter(
        language=language,
        name=name,
        address=next((lines for one in notices if (lines := address_lines(one.appointment.address))), ()),
        house=sender.house,
        sender=(*desk.sender.splitlines(), sender.phone, *([desk.hours] if desk.hours else [])),
        date=printed,
        subject=say("subject"),
        about=f"{name}, {say('born')} {day_words(born, language=language)}" if born else name,
        dear=say("dear"),
        why=script.why,
        news=tuple(
            news_of(words, told_of(one, places=places, language=language), language=language) for one in notices
        ),
        after=script.after,
        bring=script.bring,
        to_bring=script.to_bring,
        contact=say("contact", phone=sender.phone, printed=printed),
        sorry=say("sorry"),
        page_word=say("page"),
        reference=reference,
    )
