"""The blank forms of this installation: those of the data folder, else the shipped ones."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from relight.record.rules.paper_forms import Forms, forms_read

OWN = "paper-forms.toml"


def forms_now() -> Forms:
    """Return the forms. Raises: InputError RL-REC-457 when the file of the data folder is faulty."""
    own = Path(settings.RELIGHT_HOME) / OWN
    try:
        stamp = own.stat().st_mtime_ns
    except FileNotFoundError:
        return _shipped()
    return _own(own, stamp)


@lru_cache(maxsize=1)
def _shipped() -> Forms:
    return forms_read(files("relight.record").joinpath(OWN).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _own(path: Path, stamp: int) -> Forms:
    return forms_read(path.read_text(encoding="utf-8", errors="replace"))
