"""What an analyzer calls a test: the driver's map and what people added, read backwards.

Owns LOINC to code, per link. A code that people mapped comes before one of the driver file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relight.lab.drivers import driver_find
from relight.lab.models import Link, TestMap

DEFAULT_ENCODING = "iso8859-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCodes:
    """What one link can be asked to measure. Args: by_loinc: the analyzer's code. encoding: for what it is sent."""

    by_loinc: Mapping[str, str]
    encoding: str = DEFAULT_ENCODING


def codes_of_link(link: Link) -> LinkCodes:
    """Return the tests a link's analyzer does, by LOINC. One query."""
    driver = driver_find(link.driver)
    by_loinc: dict[str, str] = {}
    for row in TestMap.objects.filter(link=link).order_by("code", "unit_sent"):
        by_loinc.setdefault(row.loinc, row.code)
    for rule in driver.tests.values():
        if rule.code not in driver.ignored:
            by_loinc.setdefault(rule.loinc, rule.code)
    return LinkCodes(by_loinc=by_loinc, encoding=driver.encoding or DEFAULT_ENCODING)
