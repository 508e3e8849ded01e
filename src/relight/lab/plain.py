"""The laboratory's door for what needs no database: drivers, the shipped catalogue, their values, errors.

Owns nothing of its own. Refuses Django, so that a process that is no part of Relight can use it: the analyzers of the
demonstration speak through the layouts of the drivers.
"""

from __future__ import annotations

from importlib.resources import files

from relight.lab.drivers import driver_find, driver_list
from relight.lab.errors import GATEWAY_RUNS
from relight.lab.rules.driver import Driver, Layout, Place, Places, Scale, Standing, TestRule
from relight.lab.rules.reference import Catalogue, Test, catalogue_read, factor_between
from relight.lab.types import Protocol, Transport

__all__ = [
    "GATEWAY_RUNS",
    "Catalogue",
    "Driver",
    "Layout",
    "Place",
    "Places",
    "Protocol",
    "Scale",
    "Standing",
    "Test",
    "TestRule",
    "Transport",
    "catalogue_shipped",
    "driver_find",
    "driver_list",
    "factor_between",
]


def catalogue_shipped() -> Catalogue:
    """Return the catalogue of tests Relight comes with."""
    return catalogue_read((files("relight.lab") / "catalogue.toml").read_bytes())
