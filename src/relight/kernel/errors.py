"""Errors as declared data: a code, a kind, a sentence, what to do next.

Every app declares its own in `<app>/errors.py` as module constants of `ErrorSpec`, marked for
translation with `N_`, and raises them with `SPEC.error(where=…, **params)`. HTTP, CLI and logs
render the same error through `RelightError.document`. Refuses Django: the translating function
is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

Translate = Callable[[str], str]

REGISTRY: dict[str, ErrorSpec] = {}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a sentence for the translators without translating it now."""
    return message


def same(message: str) -> str:
    """Translate into the language the sources are written in: do nothing."""
    return message


class Word(str):
    """A value of an error that is itself `N_`-marked, such as the name of a role: translated with the sentence."""

    __slots__ = ()


def shown(value: object, translate: Translate) -> object:
    """Return a value as it stands in a sentence: words translated, several of them parted by commas."""
    if isinstance(value, Word):
        return translate(value)
    if isinstance(value, tuple):
        return ", ".join(str(shown(part, translate)) for part in value)
    return value


class ErrorKind(Enum):
    """Whose turn it is."""

    INPUT = "input"  # what you gave us: mend it and send it again
    PEER = "peer"  # what the other end did
    RULE = "rule"  # a rule says no
    MISSING = "missing"  # what you asked for is not here


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSpec:
    """One error Relight can raise.

    Args: code: `RL-XXX-NNN`, unique, never reused. message, next: English sentences with
    `{placeholders}`; `next` says what the reader does now. Patient data never goes in a parameter.
    """

    code: str
    kind: ErrorKind
    message: str
    next: str

    def __post_init__(self) -> None:
        known = REGISTRY.get(self.code)
        if known is not None and known != self:
            raise ValueError(f"error code {self.code} is declared twice")
        REGISTRY[self.code] = self

    def error(self, *, where: str = "", **params: object) -> RelightError:
        """Make the exception. Args: where: file, line, field: what the culprit is."""
        kinds = {
            ErrorKind.INPUT: InputError,
            ErrorKind.PEER: PeerError,
            ErrorKind.RULE: RuleError,
            ErrorKind.MISSING: MissingError,
        }
        return kinds[self.kind](self, where=where, params=params)


class RelightError(Exception):
    """Base of every error that reaches a person. Carries its spec, its place and its values."""

    def __init__(self, spec: ErrorSpec, *, where: str = "", params: Mapping[str, object]) -> None:
        super().__init__(spec.code)
        self.spec = spec
        self.where = where
        self.params = dict(params)

    @property
    def code(self) -> str:
        return self.spec.code

    def message(self, translate: Translate = same) -> str:
        return self._filled(self.spec.message, translate)

    def next(self, translate: Translate = same) -> str:
        return self._filled(self.spec.next, translate)

    def _filled(self, sentence: str, translate: Translate) -> str:
        values = {name: shown(value, translate) for name, value in self.params.items()}
        return translate(sentence).format(**values)

    def document(self, translate: Translate = same) -> dict[str, dict[str, str]]:
        """Return the one shape of an error everywhere: `error` {code, message, where, next}."""
        return {
            "error": {
                "code": self.code,
                "message": self.message(translate),
                "where": self.where,
                "next": self.next(translate),
            }
        }

    def __str__(self) -> str:
        place = f" [{self.where}]" if self.where else ""
        return f"{self.code}: {self.message()}{place} {self.next()}"


class InputError(RelightError):
    """What you gave us. CLI exit 2, HTTP 400."""


class PeerError(RelightError):
    """What the other end did. CLI exit 2, HTTP 502."""


class RuleError(RelightError):
    """A rule says no. CLI exit 1, HTTP 409 (403 where a permission is missing)."""


class MissingError(RelightError):
    """What you asked for is not here. CLI exit 2, HTTP 404."""
