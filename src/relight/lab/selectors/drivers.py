"""Which drivers there are now: a site's own in the data folder (`drivers/*.toml`), and the shipped ones.

Owns reading the folder and its cache. A file of a site's own with the id of a shipped driver stands in its
place. Refuses a faulty file: its faults are listed, and a link that names it reads nothing but unknown tests.
Source: docs/design/lab.md, “Drivers”.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from django.conf import settings

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.drivers import GENERIC, driver_find, driver_list, driver_read
from relight.lab.drivers.toml import LIMIT_BYTES, DriverCheck
from relight.lab.rules.driver import Driver

FOLDER = "drivers"
_cache: dict[tuple[str, int, int], DriverCheck] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriversNow:
    """Every driver by id, and what is wrong with files of the site's own."""

    drivers: dict[str, Driver]
    faults: tuple[RelightError, ...] = ()

    def get(self, name: str) -> Driver:
        """Return a driver. Raises: MissingError RL-LAB-100."""
        if name not in self.drivers:
            raise errors.NO_DRIVER.error(where=name[:64], known=", ".join(sorted(self.drivers)))
        return self.drivers[name]

    def get_or_blind(self, name: str) -> Driver:
        """Return a driver; for one that is not there, or is faulty, one that knows no test at all."""
        return self.drivers.get(name) or blind_driver()


def drivers_now() -> DriversNow:
    """Read the drivers; files that did not change are not read again."""
    found = {driver.id: driver for driver in driver_list()}
    faults: list[RelightError] = []
    folder = Path(settings.RELIGHT_HOME) / FOLDER
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        check = _check(path)
        faults.extend(check.faults)
        if check.driver is not None:
            found[check.driver.id] = check.driver
    return DriversNow(drivers=found, faults=tuple(faults))


def driver_now(name: str) -> Driver:
    """Return the driver in force under an id. Raises: MissingError RL-LAB-100."""
    return drivers_now().get(name)


def blind_driver() -> Driver:
    """Return what reads the standard places and knows no test: every result waits for a person."""
    return replace(driver_find(GENERIC), id="none", tests={}, codes=frozenset(), believes_loinc=False)


def _check(path: Path) -> DriverCheck:
    try:
        stat = path.stat()
        key = (str(path), stat.st_mtime_ns, stat.st_size)
        with _lock:
            if key not in _cache:
                for old in [known for known in _cache if known[0] == key[0]]:
                    del _cache[old]
                with path.open("rb") as file:
                    _cache[key] = driver_read(file.read(LIMIT_BYTES + 1), path.name)
            return _cache[key]
    except OSError:
        return DriverCheck(faults=(errors.DRIVER_AWAY.error(where=path.name),))
