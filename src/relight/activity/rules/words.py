"""Which categories a reason names: words in four languages, without accents and case, at word boundaries.

Owns how a text is cut into words and what negates one. Refuses to guess: a word that only looks like one names
nothing, and a negation counts only right beside its word, because missing "chemotherapy" harms and reading it once
too often does not. Source: docs/design/activity.md, "Words".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_BREAK = ""  # between two thoughts


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Right before a word, fillers between: "pas de signe de grossesse", "geen diabetes", "kein Hinweis auf".
NEGATIONS = _listed(
    """
    pas sans aucun aucune jamais ni non hors sauf geen niet zonder nooit kein keine keinen keiner ohne nicht nie
    no not without never nil
    """
)
FILLERS = _listed(
    """
    de d du des la le les l un une en et ou notion signe signes argument arguments pour antecedent antecedents van
    het een of teken tekenen voor aanwijzing aanwijzingen tekens anzeichen hinweis hinweise auf fur von der die
    das ein eine sign signs evidence history known connu connue bekende bekannte bekannter a any
    """
)
# Right after it: "grossesse exclue", "diabetes: nee".
DENIALS = _listed(
    """
    exclu exclue exclus ecarte ecartee infirme infirmee negatif negative non uitgesloten negatief nee neen
    ausgeschlossen negativ nein excluded no
    """
)
# A text of these alone says nothing about why: "Consultation", "RDV Dr", "contrôle" (of what?).
EMPTY_WORDS = {_BREAK} | _listed(
    """
    consultation consultations consult cs rdv rendez vous visite visites dr docteur contact standard normal normale
    raadpleging afspraak bezoek arts termin sprechstunde arztbesuch appointment visit doctor clinic x xx xxx na nvt
    nd np idem voir agenda motif reden grund reason inconnu onbekend unbekannt unknown controle kontrolle check
    checkup control bilan examen onderzoek untersuchung exam de du la le l d van het een der die das the a of
    """
)
_TOKEN = re.compile(r"[a-z0-9]+|[.,;:!?()\[\]/+\n|]")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "’": "'"})
_LEAST_STEM = 3
MEMO_LIMIT = 200_000  # words kept at once


def folded(text: str) -> str:
    """Return a text without case and accents: `Grossesse à risque` -> `grossesse a risque`."""
    low = text.casefold()
    if low.isascii():
        return low
    parts = unicodedata.normalize("NFKD", low.translate(_LIGATURES))
    return "".join(part for part in parts if not unicodedata.combining(part))


def tokens_of(text: str) -> list[str]:
    """Return the words of a text in order; every sign that parts two thoughts is an empty word."""
    return [word if word.isalnum() else _BREAK for word in _TOKEN.findall(folded(text))]


def word_fault(word: str) -> str:
    """Say why a word of a policy cannot be recognised, or nothing.

    Args: word: one or several words; a star before or after the whole (`chimio*`, `*krebs*`) stands for any letters.
    """
    bare = tokens_of(word.strip().strip("*"))
    if not bare or _BREAK in bare:
        return "letters and digits"
    if "*" in word.strip().strip("*"):
        return "a star only at its beginning or end"
    if "*" in word and sum(map(len, bare)) < _LEAST_STEM:
        return f"at least {_LEAST_STEM} letters beside a star"
    return ""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What may begin at a word: the words after it, and whether the last is a stem."""

    rest: tuple[str, ...]
    stem: bool
    category: str


class Recogniser:
    """Finds categories in texts. Built once for a policy: the cost of a text is by its words, not by the list."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Args: words: by category id. What `word_fault` blames must not come in."""
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, set[str]] = {}
        self._inner: list[tuple[str, str]] = []
        for category, texts in words.items():
            for text in texts:
                self._add(category, text.strip())
        self._alone: dict[str, tuple[tuple[str, int], ...]] = {}
        self._lengths = sorted({len(stem) for stem in self._stems})

    def _add(self, category: str, text: str) -> None:
        parts = tuple(tokens_of(text.strip("*")))
        if text.startswith("*") and len(parts) == 1:
            self._inner.append((parts[0], category))
        elif text.endswith("*") and len(parts) == 1:
            self._stems.setdefault(parts[0], set()).add(category)
        else:
            phrase = _Phrase(parts[1:], text.endswith("*"), category)
            self._exact.setdefault(parts[0], []).append(phrase)

    def found(self, text: str) -> frozenset[str]:
        """Return the categories a text names and does not negate."""
        return self.read(text)[0]

    def read(self, text: str) -> tuple[frozenset[str], bool]:
        """Return the categories a text names and does not negate, and whether it gives a reason at all.

        "Consultation" or a doctor's title alone is none.
        """
        tokens = tokens_of(text)
        named: set[str] = set()
        says = False
        for at, token in enumerate(tokens):
            if token not in EMPTY_WORDS and not token.isdigit():
                says = True
            for category, length in self._at(tokens, at, token):
                if not _negated(tokens, at, at + length):
                    named.add(category)
        return frozenset(named), says

    def _at(self, tokens: Sequence[str], at: int, token: str) -> Iterable[tuple[str, int]]:
        """Return the categories named from this word on, and how many words name them."""
        alone = self._alone.get(token)
        if alone is None:
            if len(self._alone) >= MEMO_LIMIT:
                self._alone.clear()
            alone = self._alone[token] = self._by_itself(token)
        phrases = self._exact.get(token)
        if phrases is None:
            return alone
        found = list(alone)
        for phrase in phrases:
            end = at + 1 + len(phrase.rest)
            if _continues(tokens[at + 1 : end], phrase):
                found.append((phrase.category, end - at))
        return found

    def _by_itself(self, token: str) -> tuple[tuple[str, int], ...]:
        """Return what a word names by its beginning or by what is inside it."""
        named = {category for length in self._lengths for category in self._stems.get(token[:length], ())}
        named |= {category for inner, category in self._inner if inner in token}
        return tuple((category, 1) for category in sorted(named))


def _continues(words: Sequence[str], phrase: _Phrase) -> bool:
    if not phrase.stem or not phrase.rest:
        return tuple(words) == phrase.rest
    same = tuple(words[:-1]) == phrase.rest[:-1] and len(words) == len(phrase.rest)
    return same and words[-1].startswith(phrase.rest[-1])


def _negated(tokens: Sequence[str], begin: int, end: int) -> bool:
    """Say whether the words from begin to end are denied: by what stands right before or right after them."""
    after = end
    while after < len(tokens) and tokens[after] == _BREAK and after == end:
        after += 1  # "diabète : non"
    if after < len(tokens) and tokens[after] in DENIALS and _ends_thought(tokens, after):
        return True
    before = begin - 1
    while before >= 0 and tokens[before] in FILLERS:
        before -= 1
    return before >= 0 and tokens[before] in NEGATIONS


def _ends_thought(tokens: Sequence[str], at: int) -> bool:
    """Say whether nothing follows that a denial could belong to: "diabète, non vu depuis mars" denies no diabetes."""
    return at + 1 == len(tokens) or tokens[at + 1] == _BREAK
