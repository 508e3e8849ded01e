"""What an analyzer calls a test: the driver's map and what people added, read backwards.

Owns LOINC to code, per link, and which LOINC codes are one test given in other units. A code that people
mapped comes before one of the driver file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import F

from relight.lab.drivers import shared
from relight.lab.models import Link, Report, Result, TestMap
from relight.lab.selectors.drivers import drivers_now

DEFAULT_ENCODING = "iso8859-1"
HEARD_REPORTS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCodes:
    """What one link can be asked to measure. Args: by_loinc: the analyzer's code. encoding: for what it is sent."""

    by_loinc: Mapping[str, str]
    encoding: str = DEFAULT_ENCODING


def codes_of_link(link: Link) -> LinkCodes:
    """Return the tests a link's analyzer does, by LOINC, in whatever unit it gives them. One query, or two.

    An analyzer that names tests by LOINC and has no code of its own here is known to do what it
    measured lately, and nothing else.
    """
    driver = drivers_now().get_or_blind(link.driver)
    pairs = list(TestMap.objects.filter(link=link).order_by("code", "unit_sent").values_list("loinc", "code"))
    pairs += [(rule.loinc, code) for (code, _), rule in driver.tests.items()]
    pairs = [(loinc, code) for loinc, code in pairs if loinc != code] or _heard(link)
    by_loinc: dict[str, str] = {}
    for loinc, code in pairs:
        by_loinc.setdefault(loinc, code)
    for loinc, code in pairs:
        for other in tests_alike(loinc):
            by_loinc.setdefault(other, code)
    return LinkCodes(by_loinc=by_loinc, encoding=driver.encoding or DEFAULT_ENCODING)


def _heard(link: Link) -> list[tuple[str, str]]:
    """Find the tests a link gave results for under their LOINC codes, in its last reports."""
    reports = Report.objects.filter(link=link).order_by("-made_at").values("pk")[:HEARD_REPORTS]
    heard = Result.objects.filter(report__in=list(reports.values_list("pk", flat=True)), code=F("loinc"))
    return [(loinc, loinc) for loinc in heard.exclude(loinc="").values_list("loinc", flat=True).distinct()]


@cache
def _families() -> Mapping[str, frozenset[str]]:
    families = [frozenset(form.rule.loinc for form in forms) for forms in shared().meanings.values()]
    return {loinc: family for family in families for loinc in family}


def tests_alike(loinc: str) -> frozenset[str]:
    """Return the LOINC codes of one test in other units (creatinine in mg/dL and in umol/L), itself among them."""
    return _families().get(loinc, frozenset({loinc}))


def tests_all_alike(loincs: Iterable[str]) -> frozenset[str]:
    """Return all codes that stand for one of these tests."""
    return frozenset(other for loinc in loincs for other in tests_alike(loinc))
