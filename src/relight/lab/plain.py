"""The laboratory's door for what needs no database: drivers, the shipped catalogue, their values, errors.

Owns nothing of its own. Refuses Django, so that a process that is no part of Relight can use it: the analyzers of the
demonstration speak through the layouts of the drivers.
"""

from __future__ import annotations

from relight.lab.drivers import driver_find, driver_list
from relight.lab.errors import GATEWAY_RUNS
from relight.lab.rules.driver import Driver, Layout, Place, Places, Scale, Standing, TestRule
from relight.lab.types import Protocol, Transport
from relight.record.plain import Catalogue, Test, catalogue_shipped, factor_between

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
