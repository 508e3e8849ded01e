"""A permission answers with a verdict, not a boolean: it says why, and where the rule stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from relight.kernel.errors import ErrorSpec, RelightError


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of a rule.

    Args: allowed: the answer. refusal: the declared error when the answer is no. params: its
    values. source: the document and clause the rule comes from.
    """

    allowed: bool
    refusal: ErrorSpec | None = None
    params: dict[str, object] = field(default_factory=dict)
    source: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def demand(self, *, where: str = "") -> None:
        """Raise the refusal when the answer is no."""
        if not self.allowed:
            raise self.error(where=where)

    def error(self, *, where: str = "") -> RelightError:
        if self.refusal is None:
            raise ValueError("an allowed verdict has no error")
        return self.refusal.error(where=where, **self.params)


YES = Verdict(allowed=True)


def no(refusal: ErrorSpec, *, source: str = "", **params: object) -> Verdict:
    """Refuse, with the declared error that says why and what to do next."""
    return Verdict(allowed=False, refusal=refusal, params=params, source=source)
