"""Text messages: the GSM alphabet, how many messages a text takes, telephone numbers as providers want them.

Owns the 7-bit default alphabet and its counting, and which numbers can receive a text. Refuses to send: Relight
writes a file. Source: 3GPP TS 23.038, 6.2.1; TS 23.040, 9.2.3.24.1 (a part of several holds 153); E.164.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import phonenumbers

HOME = "BE"
SINGLE, PART = 160, 153
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")  # each takes two places
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE",
     "\u00a0": " ", "\u202f": " ", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """A text as it goes out. Args: septets: places of the GSM alphabet. parts: messages the provider counts."""

    text: str
    septets: int
    parts: int


def gsm_plain(text: str) -> str:
    """Return a text in the GSM alphabet: accents it lacks are dropped, other signs become `?`."""
    return "".join(_plain(character) for character in unicodedata.normalize("NFC", text.translate(_PLAIN)))


def _plain(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return bare if bare and all(c in BASIC or c in EXTENDED for c in bare) else "?"


def sms_of(text: str) -> Sms:
    """Write a text message: 160 places in one, 153 in each of several; a doubled character is never torn."""
    plain = gsm_plain(text)
    sizes = [2 if character in EXTENDED else 1 for character in plain]
    septets = sum(sizes)
    if septets <= SINGLE:
        return Sms(text=plain, septets=septets, parts=1)
    parts, room = 1, PART
    for size in sizes:
        if size > room:
            parts, room = parts + 1, PART
        room -= size
    return Sms(text=plain, septets=septets, parts=parts)


def number_e164(text: str, *, region: str = HOME) -> str:
    """Return a telephone number as E.164 (`+32470123456`), empty when it cannot be one."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def number_shown(text: str, *, region: str = HOME) -> str:
    """Return a number as people dial it: `0470 12 34 56` at home, `+352 621 …` abroad; else the text as it is."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def takes_texts(e164: str) -> bool:
    """Say whether a number can receive a text message: a mobile one, or one that may be."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
