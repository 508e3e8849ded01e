"""What a role can be limited to, by name: sites and services, as the app named in `RELIGHT_SCOPES` says.

Owns the words' names on pages. Refuses to know the hospital, which stands above: it is asked through the
setting, a function returning (word, name) pairs in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext

ScopePairs = tuple[tuple[str, str], ...]


def scope_pairs() -> ScopePairs:
    """List every word a scope can hold with its name (`site:arlon`, Arlon); empty before a hospital is loaded."""
    path: str = getattr(settings, "RELIGHT_SCOPES", "")
    ask: Callable[[], Iterable[tuple[str, str]]] = import_string(path) if path else lambda: ()
    return tuple(ask())


def scope_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Group the words for a form: sites, then services; a group without any is left out."""
    pairs = scope_pairs()
    groups = (("site:", gettext("Sites")), ("service:", gettext("Services")))
    found = [(title, [pair for pair in pairs if pair[0].startswith(start)]) for start, title in groups]
    return [(title, group) for title, group in found if group]


def scope_names(words: Iterable[str], *, pairs: ScopePairs) -> str:
    """Say a scope by its names; a word nobody knows any more says itself."""
    names = dict(pairs)
    return ", ".join(names.get(word, word) for word in words)
