"""One fault found in bytes that were read all the same: where, what, in the reader's language.

Owns the shape that every codec lists its faults in. Refuses to raise: a codec that cannot go on
raises the declared error itself. Source: CONVENTIONS 3, docs/design/astm.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relight.kernel.errors import ErrorSpec, RelightError, Translate, same


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A fault at one place of the input.

    Args: at: offset in bytes from the start of what was given. spec: the declared error.
    params: its values; never what a field of a patient holds.
    """

    at: int
    spec: ErrorSpec
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.spec.code

    def message(self, translate: Translate = same) -> str:
        """Return the sentence, translated."""
        return self.error().message(translate)

    def next(self, translate: Translate = same) -> str:
        """Return what the reader does now, translated."""
        return self.error().next(translate)

    def error(self, *, where: str = "") -> RelightError:
        """Return the exception, for a caller that has to stop here."""
        return self.spec.error(where=where or f"byte {self.at}", **self.params)

    def moved(self, offset: int) -> Problem:
        """Return the same problem with its place counted from `offset` bytes earlier."""
        return Problem(at=self.at + offset, spec=self.spec, params=self.params)

    def document(self, translate: Translate = same) -> dict[str, object]:
        """Return `at`, `code`, `message`: the shape of `relight lab decode`."""
        return {"at": self.at, "code": self.code, "message": self.message(translate)}
