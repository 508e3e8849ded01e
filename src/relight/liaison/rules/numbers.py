"""Registration numbers, telephone numbers, mail addresses: read, checked, shown.

Owns what is a good one. Refuses to mend a wrong digit: it says which part is wrong. Sources: INAMI/RIZIV, structure of
the registration number (profession 1 digit, number 5, check 2 = 97 - (first six mod 97), qualification 3); ITU-T E.164.
"""

from __future__ import annotations

import re

import phonenumbers

from relight.kernel.errors import N_, Word
from relight.liaison import errors

HOME = "BE"
SHORTEST, LONGEST_SHORT = 3, 4  # 112, 1733: numbers of the country itself
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")

_LENGTH = Word(N_("it has not eleven digits"))
_CHECK = Word(N_("its two check digits do not fit the six before them"))


def registration_read(text: str) -> str:
    """Return a registration number as eleven digits, empty for none. Raises: RL-LIA-001."""
    bare = re.sub(r"[\s.\-/]", "", text)
    if not bare:
        return ""
    if not re.fullmatch(r"[0-9]{11}", bare):
        raise errors.NUMBER_WRONG.error(where="number", number=text.strip()[:40], why=_LENGTH)
    if int(bare[6:8]) != 97 - int(bare[:6]) % 97:
        raise errors.NUMBER_WRONG.error(where="number", number=text.strip()[:40], why=_CHECK)
    return bare


def registration_shown(number: str) -> str:
    """Write a registration number as stamps do: `1-00000-07-999`."""
    return f"{number[0]}-{number[1:6]}-{number[6:8]}-{number[8:]}" if len(number) == 11 else number


def phone_read(text: str, *, field: str = "phone") -> str:
    """Return a telephone number in E.164, a short one of the country as it is, empty for none. Raises: RL-LIA-003."""
    text = text.strip()
    if not text:
        return ""
    bare = re.sub(r"[\s./\-()]", "", text)
    if bare.isascii() and bare.isdigit() and SHORTEST <= len(bare) <= LONGEST_SHORT and bare[0] == "1":
        return bare
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException as refusal:
        raise errors.PHONE_WRONG.error(where=field, number=text[:40]) from refusal
    if not phonenumbers.is_valid_number(number):
        raise errors.PHONE_WRONG.error(where=field, number=text[:40])
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_shown(number: str) -> str:
    """Write a number as one dials it from here: `063 23 11 11`, `+352 44 11 1`."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(HOME)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def email_read(text: str, *, field: str = "email") -> str:
    """Return a mail address, empty for none. Raises: RL-LIA-005."""
    text = text.strip().removeprefix("mailto:")
    if text and (not _MAIL.fullmatch(text) or len(text) > 254):
        raise errors.EMAIL_WRONG.error(where=field, address=text[:60])
    return text
