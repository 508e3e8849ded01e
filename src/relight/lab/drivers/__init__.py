"""Drivers of analyzer families: a TOML file each, beside the units and meanings they share.

Owns the shipped files and reading one. Refuses the folder of a site's own (selectors.drivers) and Django.
Source: docs/design/lab.md, “Drivers”.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.drivers.toml import DriverCheck, Shared, shared_read
from relight.lab.drivers.toml import driver_read as _driver_read
from relight.lab.rules.driver import Driver
from relight.lab.types import Protocol

GENERIC = "generic"
SHARED = ("units.toml", "meanings.toml")

__all__ = ["GENERIC", "DriverCheck", "driver_find", "driver_guess", "driver_list", "driver_read", "shared"]


@cache
def shared() -> Shared:
    """Return the units and meanings every driver may name."""
    return shared_read(*(_shipped(name) for name in SHARED))


@cache
def generic() -> Driver:
    """Return the driver that works without one: standard places, LOINC codes sent as such, nothing else."""
    return _whole(_driver_read(_shipped("generic.toml"), "generic.toml", shared=shared()))


def driver_read(content: bytes, filename: str) -> DriverCheck:
    """Read a driver file, shipped or a site's own. Returns: the driver, or every fault with its line."""
    return _driver_read(content, filename, shared=shared(), base=generic())


@cache
def driver_list() -> tuple[Driver, ...]:
    """List the shipped drivers by id."""
    found = [generic()]
    for file in files(__name__).iterdir():
        if file.name.endswith(".toml") and file.name not in (*SHARED, "generic.toml"):
            found.append(_whole(driver_read(file.read_bytes(), file.name)))
    return tuple(sorted(found, key=lambda driver: driver.id))


def driver_find(name: str) -> Driver:
    """Return a shipped driver by its id. Raises: MissingError RL-LAB-100."""
    for driver in driver_list():
        if driver.id == name:
            return driver
    raise errors.NO_DRIVER.error(where=name[:64], known=", ".join(driver.id for driver in driver_list()))


def driver_guess(sender: str, *, protocol: Protocol) -> Driver:
    """Return the shipped driver for what a header says of its sender; the generic one when none fits."""
    for driver in driver_list():
        if protocol in driver.protocols and driver.fits(sender):
            return driver
    return generic()


def _shipped(name: str) -> bytes:
    return files(__name__).joinpath(name).read_bytes()


def _whole(check: DriverCheck) -> Driver:
    """Return the driver of a shipped file. Raises: its first fault, which a test would have found."""
    if check.driver is None:
        fault: RelightError = check.faults[0]
        raise fault
    return check.driver
