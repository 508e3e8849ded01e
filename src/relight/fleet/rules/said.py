"""A coded sentence kept in the table, said again in the reader's language.

Owns the way back from a stored English sentence to its values. Refuses to guess: what does not fit its
spec is shown as it was stored. Source: kernel.errors (codes are never reused, sentences may change).
"""

from __future__ import annotations

import re

from relight.kernel.errors import REGISTRY, Translate


def said_again(code: str, sentence: str, translate: Translate) -> str:
    """Say a stored sentence in another language.

    Args: code: of the error. sentence: its message, or its message and what to do next, in English.
    """
    spec = REGISTRY.get(code)
    if spec is None:
        return sentence
    for parts in ((spec.message, spec.next), (spec.message,), (spec.next,)):
        found = re.fullmatch(_pattern(" ".join(parts)), sentence, re.DOTALL)
        if found:
            return " ".join(translate(part).format(**found.groupdict()) for part in parts)
    return sentence


def _pattern(template: str) -> str:
    """Turn a sentence with `{names}` into a pattern that gives their values; a second one must be the same."""
    seen: set[str] = set()
    pattern = ""
    for text, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", template):
        pattern += re.escape(text)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return pattern
