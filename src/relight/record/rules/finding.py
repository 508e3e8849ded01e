"""Finding a patient as people do: one typed text taken apart, candidates ranked.

Owns what a text may mean (number, scan, birth date, bed, words) and how well a face answers it. Refuses storage and
clocks. An exact number comes before all else whatever is typed beside it; accents and order never count; a date with
day and month exchanged is suggested and never assumed. Source: docs/design/identity.md, cases 1-19.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from relight.kernel.errors import N_
from relight.record.rules.birth import BirthGuess, Reading, birth_read, births_near
from relight.record.rules.names import distance, plain, prefix_distance, typos_allowed
from relight.record.rules.numbers import NumberKind, Range, Scan, ScanKind, number_plain, scan_read

TEXT_CHARS = 120
WORDS_TYPED = 6
NUMBER_BEGUN = 4  # digits from which on a number is looked for by its beginning


class Why(StrEnum):
    """Why somebody is in the list."""

    NUMBER = "number"
    NUMBER_BEGINS = "number-begins"
    BED = "bed"
    NAME = "name"
    NAME_BEGINS = "name-begins"
    NAME_NEAR = "name-near"
    NAME_PART = "name-part"
    BIRTH = "birth"
    BIRTH_SWAPPED = "birth-swapped"
    BIRTH_OTHER = "birth-other"
    BIRTH_NEAR = "birth-near"
    MERGED = "merged"
    NUMBER_ONLY = "number-only"


WHY_WORDS: Mapping[Why, str] = {
    Why.NUMBER: N_("exact number"),
    Why.NUMBER_BEGINS: N_("number begins so"),
    Why.BED: N_("in this bed"),
    Why.NAME: N_("name"),
    Why.NAME_BEGINS: N_("name begins so"),
    Why.NAME_NEAR: N_("name written nearly so"),
    Why.NAME_PART: N_("one part of the name only"),
    Why.BIRTH: N_("born that day"),
    Why.BIRTH_SWAPPED: N_("day and month exchanged: check"),
    Why.BIRTH_OTHER: N_("date read another way: check"),
    Why.BIRTH_NEAR: N_("birth date differs a little: check"),
    Why.MERGED: N_("found by a record merged into this one"),
    Why.NUMBER_ONLY: N_("the number is theirs, the rest typed is not: check"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a text may mean. Args: numbers: as compared, whole. begun: a number's beginning, empty for none. births:
    readings, the surest first. beds: as compared. words: plain, in the order typed. last_open: whether the last word
    may be unfinished. misread: a scan of Relight's own number with a wrong check digit: nothing is looked for."""

    numbers: tuple[str, ...] = ()
    begun: str = ""
    births: tuple[BirthGuess, ...] = ()
    beds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    last_open: bool = False
    misread: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to look for."""
        return not (self.numbers or self.begun or self.births or self.beds or self.words)


_BED = re.compile(r"(?:bed|lit|bett|ch|chambre|kamer|zimmer|room)[ .:]*([a-z]{0,2}-?\d{1,4}-?[a-z]?)\b", re.IGNORECASE)
_BED_ALONE = re.compile(r"[a-z]{0,2}-?\d{1,3}-?[a-z]?\Z", re.IGNORECASE)
_DATES = re.compile(
    r"(?<![\w.])(?:\d{1,4}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{1,4}|\d{1,2}(?:er)?[ .\-]?[^\W\d_]{3,9}\.?[ .\-]?\d{2,4}"
    r"|\d{1,2}[./\-]\d{4}|\d{4}[./\-]\d{1,2}|\d{8}|\d{6}|\d{4}|\d{1,2} \d{1,2} \d{2,4})(?![\w])"
)
_NUMBERISH = re.compile(r"(?<![\w])[A-Za-z]{0,5}[-.]?\d[\d .\-/]{2,30}\d(?![\w])")


def ask_read(text: str, *, today: date, ranges: Sequence[Range] = (), kinds: Sequence[NumberKind] = ()) -> Asked:
    """Take a typed or scanned text apart. Every part may count twice: `12` is a bed and the beginning of a number.

    Returns: what to look for; nothing for an empty text. O(length).
    """
    open_end = bool(text) and not text[-1].isspace()
    text = " ".join(text.replace("\x1d", "").split())[:TEXT_CHARS]
    numbers, misread = _numbers(text, ranges=ranges, kinds=kinds)
    if misread:
        return Asked(misread=True)
    births, rest = _births(text, today=today)
    beds, rest = _beds(rest)
    begun = _begun(text)
    words = tuple(word for word in plain(rest).split() if not word.isdigit() and len(word) <= TEXT_CHARS)[:WORDS_TYPED]
    return Asked(
        numbers=numbers,
        begun=begun,
        births=births,
        beds=beds,
        words=words,
        last_open=bool(words) and open_end and plain(text).endswith(words[-1]),
    )


def _numbers(text: str, *, ranges: Sequence[Range], kinds: Sequence[NumberKind]) -> tuple[tuple[str, ...], bool]:
    """Find whole numbers: the text as one, each word with a digit, each run of digits and separators."""
    found: dict[str, None] = {}
    parts = [text, *text.split(), *(match[0] for match in _NUMBERISH.finditer(text))]
    for part in parts:
        scan: Scan | None = scan_read(part, ranges=ranges, kinds=kinds)
        if scan is None or not any(c.isdigit() for c in scan.value):
            continue
        if scan.kind is ScanKind.MISREAD:
            return (), True
        found[scan.value] = None
    return tuple(found), False


def _births(text: str, *, today: date) -> tuple[tuple[BirthGuess, ...], str]:
    """Find the first birth date. Returns: its readings and the text without it."""
    for match in _DATES.finditer(text):
        guesses = birth_read(match[0], today=today)
        if guesses:
            return guesses, f"{text[: match.start()]} {text[match.end() :]}"
    return (), text


def _beds(text: str) -> tuple[tuple[str, ...], str]:
    match = _BED.search(text)
    if match:
        return (bed_plain(match[1]),), f"{text[: match.start()]} {text[match.end() :]}"
    alone = text.strip()
    if alone and _BED_ALONE.match(alone) and any(c.isdigit() for c in alone):
        return (bed_plain(alone),), ""
    return (), text


def bed_plain(bed: str) -> str:
    """Return a bed as it is compared: `Lit 012-B` -> `lit12b`."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", number_plain(bed))


def _begun(text: str) -> str:
    """Return the beginning of a number when nothing but one is typed."""
    bare = number_plain(text)
    return bare if len(bare) >= NUMBER_BEGUN and bare[-1].isdigit() and not any(c.isspace() for c in bare) else ""


# -- ranking -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A face as it is ranked. Args: bed: as compared, empty when not in the house. is_near: in a ward of who asks."""

    words: tuple[str, ...]
    birth: str
    numbers: tuple[str, ...]
    bed: str = ""
    is_in_house: bool = False
    is_near: bool = False
    is_deceased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well a candidate answers. Args: score: 0 to 1,000. why: reasons, the weightiest first."""

    score: int
    why: tuple[Why, ...]


_EXACT_NUMBER, _BED_HIT, _BEGUN_HIT = 1000, 880, 700
_WORD_SCORES: Mapping[Why, int] = {Why.NAME: 100, Why.NAME_BEGINS: 90, Why.NAME_NEAR: 70}
_BIRTH_SCORES: Mapping[Why, int] = {
    Why.BIRTH: 120, Why.BIRTH_OTHER: 60, Why.BIRTH_NEAR: 40, Why.BIRTH_SWAPPED: 50,
}  # fmt: skip


def rank(asked: Asked, candidate: Candidate) -> Match | None:
    """Say how well a candidate answers what was asked; None when it does not.

    An exact number gives 980 to 1,000 whatever else was typed; all else stays below 950.
    """
    name = _name_match(asked, candidate.words)
    born = _birth_match(asked, candidate.birth)
    if any(number in candidate.numbers for number in asked.numbers):
        off = bool(asked.words) and name is None
        return Match(
            score=_EXACT_NUMBER - (20 if off else 0), why=(Why.NUMBER, Why.NUMBER_ONLY) if off else (Why.NUMBER,)
        )
    if candidate.bed and candidate.bed in asked.beds and (not asked.words or name is not None):
        return _weighted(_BED_HIT, (Why.BED, *_why(name)), candidate)
    if asked.begun and any(number.startswith(asked.begun) for number in candidate.numbers):
        return _weighted(_BEGUN_HIT, (Why.NUMBER_BEGINS,), candidate)
    if asked.words and name is None:
        return None
    if asked.births and born is None and not asked.words:
        return None
    if not asked.words and born is None:
        return None
    score = (name[0] * 6 if name else 400) + (_BIRTH_SCORES[born] * 2 if born else 0)
    if asked.births and born is None:
        score -= 150  # another birth date: still shown, last
    return _weighted(score, (*_why(name), *((born,) if born else ())), candidate)


def _why(name: tuple[int, Why] | None) -> tuple[Why, ...]:
    return (name[1],) if name else ()


def _weighted(score: int, why: tuple[Why, ...], candidate: Candidate) -> Match:
    """Bring those who lie in the house, and in the wards of who asks, a little up."""
    score += 30 * candidate.is_near + 20 * candidate.is_in_house - 10 * candidate.is_deceased
    return Match(score=max(1, min(949, score)), why=why)


def _birth_match(asked: Asked, birth: str) -> Why | None:
    kinds = {Reading.MEANT: Why.BIRTH, Reading.SWAPPED: Why.BIRTH_SWAPPED}
    for guess in asked.births:
        if birth and (birth == guess.birth or birth.startswith(guess.birth)):
            return kinds.get(guess.reading, Why.BIRTH_OTHER)
    meant = asked.births[0].birth if asked.births else ""
    near = births_near(meant, birth)
    if near == "swapped":
        return Why.BIRTH_SWAPPED
    return Why.BIRTH_NEAR if near in ("digit", "less") else None


def _name_match(asked: Asked, words: Sequence[str]) -> tuple[int, Why] | None:
    """Weigh the words typed against those of a face, each of both used once, in any order.

    Returns: 0 to 100 and the weakest reason; None when fewer than all but one fit.
    """
    if not asked.words:
        return None
    found = _assigned(asked.words, words, last_open=asked.last_open)
    joined = "".join(asked.words)
    if len(asked.words) > 1 and any(kind is None for _, kind in found):
        whole = word_fits(joined, words, open_end=asked.last_open)
        if whole is not None:
            found = [(_WORD_SCORES[whole[1]] - whole[0] * 10, whole[1])]
    fitting = [(score, kind) for score, kind in found if kind is not None]
    if not fitting or len(fitting) < len(found) - (1 if len(found) > 1 else 0):
        return None
    score = sum(score for score, _ in fitting) // len(found)
    order = (Why.NAME_NEAR, Why.NAME_BEGINS, Why.NAME)
    weakest = min((kind for _, kind in fitting), key=order.index)
    if len(fitting) < len(found):
        return score * 7 // 10, Why.NAME_PART
    return score, weakest


def _assigned(typed: Sequence[str], words: Sequence[str], *, last_open: bool) -> list[tuple[int, Why | None]]:
    """Give each typed word the best word left; those that fit exactly choose first, so that order never counts."""
    if len(typed) == 1:
        fit = word_fits(typed[0], words, open_end=last_open)
        return [_scored(_cost(fit))] if fit is not None else [(0, None)]
    left = list(words)
    result: list[tuple[int, Why | None]] = [(0, None)] * len(typed)
    options = sorted(
        (_cost(fit), n, word)
        for n, one in enumerate(typed)
        for word in dict.fromkeys(words)
        if (fit := word_fit(one, word, open_end=last_open and n == len(typed) - 1)) is not None
    )
    done: set[int] = set()
    for cost, n, word in options:
        if n not in done and word in left:
            done.add(n)
            left.remove(word)
            result[n] = _scored(cost)
    return result


def _scored(cost: int) -> tuple[int, Why]:
    kind = (Why.NAME, Why.NAME_BEGINS, Why.NAME_NEAR)[cost // 10]
    return _WORD_SCORES[kind] - cost % 10 * 10, kind


def _cost(fit: tuple[int, Why]) -> int:
    return fit[0] + {Why.NAME: 0, Why.NAME_BEGINS: 10, Why.NAME_NEAR: 20}[fit[1]]


def word_fits(typed: str, words: Iterable[str], *, open_end: bool) -> tuple[int, Why] | None:
    """Return the best fit of a typed word among the words of a face."""
    fits = [fit for word in words if (fit := word_fit(typed, word, open_end=open_end)) is not None]
    return min(fits, key=_cost, default=None)


@lru_cache(maxsize=32_768)
def word_fit(typed: str, word: str, *, open_end: bool) -> tuple[int, Why] | None:
    """Say how a typed word fits a word: exactly, as its beginning, or with typos. Returns: typos and the reason.

    A beginning counts for any typed word of two letters or more, an initial too (`dupont j`); with typos only while
    it is the last, being typed.
    """
    if typed == word:
        return 0, Why.NAME
    if word.startswith(typed):
        return 0, Why.NAME_BEGINS
    allowed = typos_allowed(typed)
    if not allowed:
        return None
    typos = distance(typed, word, limit=allowed)
    if typos <= allowed:
        return typos, Why.NAME_NEAR
    if open_end and len(word) > len(typed):
        typos = prefix_distance(typed, word, limit=1)
        if typos <= 1:
            return typos + 1, Why.NAME_NEAR
    return None


def order_key(match: Match, *, name: str, birth: str, key: str) -> tuple[int, str, str, str]:
    """Return what a list is sorted by: best first, then by name, birth date and id, so that it never jumps."""
    return (-match.score, plain(name), birth, key)


def longest(words: Iterable[str]) -> Iterator[str]:
    """Yield words, the longest first: they are the rarest."""
    yield from sorted(words, key=lambda word: (-len(word), word))
