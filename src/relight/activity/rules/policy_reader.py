"""Reads the text of a policy, notes every fault with its line, never stopping at the first.

Owns the file format. Refuses to judge what rules mean together: that is `policy_check`. Source:
docs/design/activity.md, "The policy file".
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from relight.activity import errors
from relight.activity.rules.policy import LANGUAGES, OWN_SITE, Category, FollowUp, Policy, Rule, RuleSet, StateAsk
from relight.activity.rules.words import word_fault
from relight.activity.types import Kind, Outcome, UnitLevel, Urgency
from relight.kernel.errors import N_, ErrorSpec, RelightError, Word
from relight.kernel.ids import is_slug
from relight.kernel.toml_lines import Path, lines_of

FORMAT = 1
TOP_KEYS = ("format", "policy", "category", "set")
HEAD_KEYS = ("id", "version", "dated", "title")
CATEGORY_KEYS = ("id", "names", "words", "follow_up")
SET_KEYS = ("id", "kinds", "rule")
RULE_KEYS = (
    "id", "urgency", "specialty", "site", "category", "follow_up", "state", "decision", "move_needs", "otherwise",
    "because",
)  # fmt: skip
ASK_KEYS = ("unit", "function", "at", "is")
WORKS = frozenset({UnitLevel.NORMAL, UnitLevel.DEGRADED})

A_TABLE = Word(N_("a table"))
A_LIST_OF_TABLES = Word(N_("a list of tables"))
A_TEXT = Word(N_("a text that is not empty"))
A_LIST = Word(N_("a list of texts that is not empty"))
A_DATE = Word(N_("a date, such as 2026-11-24"))
A_NUMBER = Word(N_("a whole number from 1 on"))
A_SLUG = Word(N_("small letters, digits and hyphens"))
A_WORD = Word(N_("words that can be recognised: letters and digits, a star only at either end"))
A_MOVE = Word(N_("given with decision = “move”, and only with it"))
IN_LANGUAGES = Word(N_("texts by language: fr, nl, de, en"))
YES_NO = Word(N_("true or false"))
ONE_OF_TWO = Word(N_("either a unit or a function"))

Member = TypeVar("Member", bound=StrEnum)


class Draft:
    """A text being read: gathers faults, finds their lines. `set_paths` and `rule_paths` serve the checks after it."""

    def __init__(self, raw: bytes, *, filename: str) -> None:
        self.filename = filename
        self.raw = raw
        self.faults: list[RelightError] = []
        self.lines: dict[Path, int] = {(): 1}
        self.data: dict[str, Any] = {}
        try:
            text = raw.decode("utf-8-sig").replace("\r\n", "\n")
            self.data = tomllib.loads(text)
            self.lines = lines_of(text)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as refusal:
            fault = str(refusal) if isinstance(refusal, tomllib.TOMLDecodeError) else type(refusal).__name__
            self.faults.append(errors.POLICY_UNREADABLE.error(where=filename, fault=fault))

    def where(self, path: Path) -> str:
        """Return `file:line` of a path, or of the nearest table around it."""
        while path not in self.lines:
            path = path[:-1]
        return f"{self.filename}:{self.lines[path]}"

    def fault(self, spec: ErrorSpec, path: Path, **params: object) -> None:
        self.faults.append(spec.error(where=self.where(path), **params))


def draft_policy(draft: Draft) -> Policy:
    """Return the policy of a draft as far as it can be read; it counts only when the draft has no faults."""
    top = _Table(draft, (), draft.data, known=TOP_KEYS)
    if not draft.faults and draft.data.get("format") != FORMAT:
        draft.fault(errors.POLICY_FORMAT, ("format",), wanted=FORMAT)
    head = top.table("policy", known=HEAD_KEYS)
    categories = tuple(_category(one) for one in top.tables("category", known=CATEGORY_KEYS, needed=False))
    known = tuple(one.id for one in categories)
    policy = Policy(
        id=head.slug("id"),
        version=head.number("version"),
        dated=head.day("dated"),
        title=head.texts("title"),
        categories=categories,
        sets=tuple(_set(one, known) for one in top.tables("set", known=SET_KEYS)),
        digest=hashlib.sha256(draft.raw).hexdigest(),
    )
    _once(draft, [(("category", n, "id"), one.id) for n, one in enumerate(policy.categories)])
    _once(draft, [(("set", n, "id"), one.id) for n, one in enumerate(policy.sets)])
    rules = [(("set", n, "rule", m, "id"), r.id) for n, one in enumerate(policy.sets) for m, r in enumerate(one.rules)]
    _once(draft, rules)
    return policy


def _once(draft: Draft, ids: Sequence[tuple[Path, str]]) -> None:
    seen: set[str] = set()
    for path, id in ids:
        if id in seen:
            draft.fault(errors.POLICY_TWICE, path, id=id)
        seen.add(id)


def _category(table: _Table) -> Category:
    words = table.words("words") if "words" in table.values else ()
    for word in words:
        if word_fault(word):
            table.wrong("words", A_WORD)
    return Category(
        id=table.slug("id"), names=table.texts("names"), words=words, follow_up=table.truth("follow_up")
    )  # fmt: skip


def _set(table: _Table, categories: Sequence[str]) -> RuleSet:
    return RuleSet(
        id=table.slug("id"),
        kinds=tuple(dict.fromkeys(table.members("kinds", Kind, needed=True))),
        rules=tuple(_rule(one, categories) for one in table.tables("rule", known=RULE_KEYS)),
    )


def _rule(table: _Table, categories: Sequence[str]) -> Rule:
    outcome = table.member("decision", Outcome)
    moves = outcome is Outcome.MOVE
    for key in ("move_needs", "otherwise"):
        if (key in table.values) != moves:
            table.wrong(key if key in table.values else "decision", A_MOVE)
    otherwise = table.member("otherwise", Outcome, but=(Outcome.MOVE,)) if moves else None
    listed = table.members("category", None, known=categories)
    return Rule(
        id=table.slug("id"),
        urgencies=frozenset(table.members("urgency", Urgency)),
        specialties=frozenset(table.slugs("specialty")),
        sites=frozenset(table.slugs("site")),
        categories=frozenset(listed),
        follow_up=table.follow_up("follow_up"),
        state=table.asks("state"),
        outcome=outcome,
        needs=table.asks("move_needs", default=WORKS) if moves else (),
        otherwise=otherwise,
        because=table.texts("because"),
    )


class _Table:
    """One table of the text: takes values by key; what cannot be taken is a fault and a harmless value instead."""

    def __init__(self, draft: Draft, path: Path, values: object, *, known: tuple[str, ...]) -> None:
        self.draft = draft
        self.path = path
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        if not isinstance(values, dict):
            draft.fault(errors.POLICY_VALUE_WRONG, path, key=_shown(path), wanted=A_TABLE)
        for key in self.values:
            if key not in known:
                near = _near(key, known)
                draft.fault(errors.POLICY_KEY_UNKNOWN, (*path, key), key=key, place=_shown(path), known=near)

    def wrong(self, key: str, wanted: Word) -> None:
        self.draft.fault(errors.POLICY_VALUE_WRONG, (*self.path, key), key=key, wanted=wanted)

    def missing(self, key: str) -> None:
        if self.draft.data:
            self.draft.fault(errors.POLICY_MISSING, self.path, key=key)

    def table(self, key: str, *, known: tuple[str, ...]) -> _Table:
        if key not in self.values:
            self.missing(key)
        return _Table(self.draft, (*self.path, key), self.values.get(key, {}), known=known)

    def tables(self, key: str, *, known: tuple[str, ...], needed: bool = True) -> list[_Table]:
        found = self.values.get(key, [])
        if not isinstance(found, list):
            self.wrong(key, A_LIST_OF_TABLES)
            return []
        if not found and needed:
            self.missing(key)
        return [_Table(self.draft, (*self.path, key, at), one, known=known) for at, one in enumerate(found)]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if key in self.values:
            self.wrong(key, A_TEXT)
        else:
            self.missing(key)
        return ""

    def slug(self, key: str) -> str:
        value = self.text(key)
        if value and not is_slug(value):
            self.wrong(key, A_SLUG)
        return value

    def number(self, key: str) -> int:
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        if key in self.values:
            self.wrong(key, A_NUMBER)
        else:
            self.missing(key)
        return 0

    def day(self, key: str) -> date:
        value = self.values.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if key in self.values:
            self.wrong(key, A_DATE)
        else:
            self.missing(key)
        return date.min

    def truth(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(key, YES_NO)
        return None

    def follow_up(self, key: str) -> FollowUp | None:
        value = self.values.get(key)
        if isinstance(value, bool):
            return FollowUp.YES if value else FollowUp.NO
        if value is not None and value != FollowUp.UNKNOWN.value:
            self.unknown(key, str(value), ("true", "false", "unknown"))
        return None if value is None else FollowUp.UNKNOWN

    def texts(self, key: str) -> Mapping[str, str]:
        """Return texts by all four languages; one that is missing is given in the first there is."""
        found = self.values.get(key)
        if found is None:
            self.missing(key)
            return dict.fromkeys(LANGUAGES, "")
        good = isinstance(found, dict) and found and all(
            language in LANGUAGES and isinstance(text, str) and text.strip() for language, text in found.items()
        )  # fmt: skip
        if not good:
            self.wrong(key, IN_LANGUAGES)
            return dict.fromkeys(LANGUAGES, "")
        first = next(found[language] for language in LANGUAGES if language in found)
        return {language: str(found.get(language, first)).strip() for language in LANGUAGES}

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts that is not empty; without the key an empty one."""
        found = self.values.get(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not found or not all(isinstance(one, str) and one.strip() for one in found):
            self.wrong(key, A_LIST)
            return ()
        return tuple(found)

    def slugs(self, key: str) -> tuple[str, ...]:
        found = self.words(key)
        if not all(is_slug(one) for one in found):
            self.wrong(key, A_SLUG)
        return found

    def member(self, key: str, words: type[Member], *, but: tuple[Member, ...] = ()) -> Member:
        known = [word for word in words if word not in but]
        value = self.text(key)
        found = next((word for word in known if word.value == value), None)
        if value and found is None:
            self.unknown(key, value, [word.value for word in known])
        return found or known[-1]

    def members(self, key: str, words: Any, *, known: Sequence[str] = (), needed: bool = False) -> tuple[Any, ...]:
        """Return words of an enum, or of a list of ids when there is no enum."""
        allowed = {word.value: word for word in words} if words is not None else {one: one for one in known}
        if needed and key not in self.values:
            self.missing(key)
        found = []
        for one in self.words(key):
            if one in allowed:
                found.append(allowed[one])
            else:
                self.unknown(key, one, list(allowed))
        return tuple(found)

    def unknown(self, key: str, word: str, known: Sequence[str]) -> None:
        self.draft.fault(
            errors.POLICY_WORD_UNKNOWN, (*self.path, key), key=key, word=word[:40], known=_near(word, known)
        )  # fmt: skip

    def asks(self, key: str, *, default: frozenset[UnitLevel] = frozenset()) -> tuple[StateAsk, ...]:
        if key in self.values and not self.values[key]:
            self.wrong(key, A_LIST_OF_TABLES)
        return tuple(_ask(one, default) for one in self.tables(key, known=ASK_KEYS, needed=False))


def _ask(table: _Table, default: frozenset[UnitLevel]) -> StateAsk:
    unit = "unit" in table.values
    if unit == ("function" in table.values):
        table.wrong("unit", ONE_OF_TWO)
    levels = _levels(table) or default
    if "is" not in table.values and not default:
        table.missing("is")
    name = table.slug("unit" if unit else "function") if unit or "function" in table.values else ""
    return StateAsk(
        name=name, unit=unit, at=table.slug("at") if "at" in table.values else OWN_SITE, levels=levels
    )  # fmt: skip


def _levels(table: _Table) -> frozenset[UnitLevel]:
    """Return levels; `up` is what a function that is normal is called."""
    known = {**{level.value: level for level in UnitLevel}, "up": UnitLevel.NORMAL}
    found = []
    for word in table.words("is"):
        if word in known:
            found.append(known[word])
        else:
            table.unknown("is", word, list(known))
    return frozenset(found)


def _near(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=3, cutoff=0.5)
    return ", ".join([*close, *[one for one in known if one not in close]]) or "—"


def _shown(path: Path) -> str:
    """Return a place in the words of the file: `set 2, rule 3`."""
    parts = [f" {part + 1}" if isinstance(part, int) else f", {part}" for part in path]
    return "".join(parts).removeprefix(", ") or "the file"
