"""Which file of medicines counts now: the hospital's own in the data folder, else the shipped one.

Owns the reading and its cache. Refuses faults: with a faulty file of its own nothing is prescribed until it is mended;
what is prescribed already is still shown, due and given, by the shipped one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from threading import Lock

from django.conf import settings

from relight.kernel.errors import RelightError
from relight.record.rules.medication.formulary import Formulary, formulary_read

SHIPPED = Path(__file__).parent.parent / "drugs.toml"
OWN = "drugs.toml"
_cache: dict[tuple[str, int, int], Formulary] = {}
_lock = Lock()


def formulary_now() -> Formulary:
    """Return the medicines in force, read again only when the file changed. Raises: InputError RL-REC-400."""
    own = Path(settings.RELIGHT_HOME) / OWN
    return _read(own if own.is_file() else SHIPPED)


def formulary_shown() -> Formulary:
    """Return the medicines to show prescriptions by: those in force, else the shipped ones. Never raises."""
    try:
        return formulary_now()
    except RelightError:
        return _read(SHIPPED)


def formulary_fault() -> RelightError | None:
    """Return what is wrong with the hospital's own file; None when nothing is."""
    try:
        formulary_now()
    except RelightError as fault:
        return fault
    return None


def _read(path: Path) -> Formulary:
    stat = path.stat()
    key = (str(path), stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _cache:
            formulary = formulary_read(path.read_bytes())
            _cache.clear()
            _cache[key] = formulary
        return _cache[key]


def is_own() -> bool:
    """Say whether the hospital has put a file of its own in place."""
    return (Path(settings.RELIGHT_HOME) / OWN).is_file()


def rounds_now(formulary: Formulary) -> Mapping[int, tuple[time, ...]]:
    """Return doses a day -> the ward's times, for prescriptions that name none."""
    found: dict[int, tuple[time, ...]] = {}
    for one in formulary.frequencies.values():
        if one.times:
            found.setdefault(len(one.times), one.times)
    return found
