"""FHIR JSON to values and back, with every decimal as it was written.

Owns reading and the canonical bytes: UTF-8, no white space, keys in their order, decimals digit for digit (FHIR
says that 7.40 is not 7.4: its precision is part of a result). Refuses text that is no JSON (ValueError).
Source: FHIR R4, "Decimals" in datatypes; docs/design/record.md, cases 20-23.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

# What a 64-bit number may not give back: an ending zero (other than .0), a small one, an exponent, and 16 digits or
# more, which is nine after the point or eight before it. Each pattern begins with a letter of its own, which is what
# makes the search faster than the reading.
_END: Final = rb"(?=[ \n\r\t]*[,}\]])"
_DECIMALS: Final = re.compile(rb"\.(?:\d*0|\d{9,}|0000\d+|(?<=\d{8}\.)\d+)" + _END)
_EXPONENTS: Final = (re.compile(rb"e[+-]?\d+" + _END), re.compile(rb"E[+-]?\d+" + _END))
_WHOLE: Final = re.compile(rb"-?\d{1,30}\Z")


class Exact(float):
    """A number that keeps its text; reckons like any float."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Exact:
        made = super().__new__(cls, text)
        made.text = text
        return made


def loads(raw: bytes | str) -> Any:
    """Read JSON. Raises: ValueError (orjson.JSONDecodeError has `lineno`)."""
    data = raw.encode() if isinstance(raw, str) else raw
    value = orjson.loads(data)  # judges, too: Python's own reader lets NaN and lone surrogates pass
    if all(_is_exact(data, match) for match in _DECIMALS.finditer(data)) and not any(
        pattern.search(data) for pattern in _EXPONENTS
    ):
        return value
    return json.loads(data, parse_float=_decimal, parse_int=_integer)


def _is_exact(data: bytes, match: re.Match[bytes]) -> bool:
    """Say whether a number comes back as it was: most of many digits were written from 64 bits themselves."""
    text = match[0]
    if text == b".0":
        return True
    if text[-1:] == b"0":
        return False
    whole = _WHOLE.search(data, max(0, match.start() - 31), match.start())
    number = ((whole[0] if whole else b"") + text).decode()
    return _comes_back(float(number), number)


def _decimal(text: str) -> float:
    number = float(text)
    return number if _comes_back(number, text) else Exact(text)


def _comes_back(number: float, text: str) -> bool:
    """Say whether the writer gives these digits: of two shortest texts it need not choose the one Python chooses."""
    return orjson.dumps(number) == text.encode()


def _integer(text: str) -> float:
    return int(text) if len(text) < 19 else Exact(text)  # orjson writes no whole number beyond 64 bits


def dumps(value: Any) -> bytes:
    """Return the canonical bytes. Raises: TypeError for what is no JSON (orjson.JSONEncodeError)."""
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Exact):
        return orjson.Fragment(value.text)
    raise TypeError(type(value).__name__)
