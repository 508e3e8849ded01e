"""The note templates of this installation: `notes.toml` of the data folder, else the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from relight.record import errors
from relight.record.rules.notes import Template, templates_read

OWN = "notes.toml"


def templates_now() -> tuple[Template, ...]:
    """Return the templates. Raises: TEMPLATES_FILE (RL-REC-362) when the data folder's cannot be read."""
    own = Path(settings.RELIGHT_HOME) / OWN
    try:
        stamp = own.stat().st_mtime_ns
    except FileNotFoundError:
        return _shipped()
    return _own(own, stamp)


@lru_cache(maxsize=1)
def _shipped() -> tuple[Template, ...]:
    return templates_read(files("relight.record").joinpath(OWN).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _own(path: Path, stamp: int) -> tuple[Template, ...]:
    return templates_read(path.read_text(encoding="utf-8", errors="replace"))


def template_get(key: str) -> Template:
    """Return a template. Raises: NO_TEMPLATE (RL-REC-361)."""
    for one in templates_now():
        if one.id == key:
            return one
    raise errors.NO_TEMPLATE.error(where="template", template=key[:40])


def templates_for(*, wards: Iterable[str], roles: Iterable[str]) -> tuple[Template, ...]:
    """Return the templates, those of these wards and roles first, in the table's order otherwise."""
    here, mine = set(wards), set(roles)
    return tuple(
        sorted(templates_now(), key=lambda one: (not here & set(one.services), not mine & set(one.roles)))
    )  # fmt: skip
