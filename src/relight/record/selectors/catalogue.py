"""Which catalogue of tests counts now: the laboratory's own in the data folder, else the shipped one.

Owns the reading and its cache. Refuses faults: with a faulty catalogue of its own nothing is ordered
or judged until it is mended.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from django.conf import settings

from relight.record.rules.tests_catalogue import Catalogue, catalogue_read

SHIPPED = Path(__file__).parent.parent / "catalogue.toml"
OWN = "laboratory-catalogue.toml"
_cache: dict[tuple[str, int, int], Catalogue] = {}
_lock = Lock()


def catalogue_now() -> Catalogue:
    """Return the catalogue in force, read again only when the file changed.

    Raises: InputError RL-LAB-200 when the laboratory's own catalogue has a fault.
    """
    own = Path(settings.RELIGHT_HOME) / OWN
    path = own if own.is_file() else SHIPPED
    stat = path.stat()
    key = (str(path), stat.st_mtime_ns, stat.st_size)
    with _lock:
        if key not in _cache:
            catalogue = catalogue_read(path.read_bytes())
            _cache.clear()
            _cache[key] = catalogue
        return _cache[key]
