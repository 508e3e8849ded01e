"""Comparison sheets: lines side by side with the link's results. Owns reading; refuses decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from relight.lab.errors import NO_SHEET
from relight.lab.models import Comparison, ComparisonLine, Result, TestMap
from relight.lab.rules.compare import (
    Compared,
    Given,
    LineState,
    TestSum,
    line_compare,
    lines_summed,
    sheet_passes,
)
from relight.lab.selectors.ladder import ladder_policy
from relight.people.api import names_of
from relight.record.api import catalogue_now

NAMED_BY = ("code", "loinc", "name")
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line with what stands beside it."""

    row: ComparisonLine
    result: Result | None
    compared: Compared
    by: str

    @property
    def state(self) -> str:
        """A word of the states."""
        looks = {LineState.WITHIN: "done", LineState.MISSING: "waiting"}
        return looks.get(self.compared.state, "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet. Args: samples: how many different ones. passes: every line is within tolerance."""

    row: Comparison
    opened_by: str
    closed_by: str
    lines: tuple[SheetLine, ...]
    tests: tuple[TestSum, ...]
    samples: int
    passes: bool

    @property
    def missing(self) -> int:
        return sum(line.compared.state is LineState.MISSING for line in self.lines)

    @property
    def beyond(self) -> int:
        return sum(line.compared.state in (LineState.BEYOND, LineState.UNIT) for line in self.lines)

    @property
    def unlike(self) -> int:
        return self.beyond + self.missing


def sheet_row(*, link: str, sheet: UUID) -> Comparison:
    """Return a sheet's row. Raises: MissingError RL-LAB-182."""
    row = Comparison.objects.filter(link=link, pk=sheet).first()
    if row is None:
        raise NO_SHEET.error(where="sheet")
    return row


def sheet_get(*, link: str, sheet: UUID) -> Sheet:
    """Return a sheet with the link's results beside each line, four queries. Raises: RL-LAB-182."""
    row = sheet_row(link=link, sheet=sheet)
    rows = list(ComparisonLine.objects.filter(comparison=row).select_related("result").order_by("at", "id"))
    found = results_beside(link, rows) if row.closed_at is None else {line.pk: line.result for line in rows}
    names = names_of({row.opened_by, row.closed_by, *(line.by for line in rows)} - {""})
    lines = tuple(
        SheetLine(
            row=line,
            result=found.get(line.pk),
            compared=_compared(line, found.get(line.pk)),
            by=names.get(line.by, line.by),
        )
        for line in rows
    )
    return Sheet(
        row=row,
        opened_by=names.get(row.opened_by, row.opened_by),
        closed_by=names.get(row.closed_by, row.closed_by),
        lines=lines,
        tests=lines_summed((_code(line), line.compared) for line in lines),
        samples=len({line.row.sample for line in lines}),
        passes=sheet_passes(line.compared.state for line in lines),
    )


def _code(line: SheetLine) -> str:
    return line.result.code if line.result else line.row.code


def _compared(line: ComparisonLine, result: Result | None) -> Compared:
    given = (
        Given(
            value=result.value,
            unit_sent=result.unit_sent,
            number=result.number,
            unit=result.unit,
            loinc=result.loinc,
        )
        if result
        else None
    )
    return line_compare(
        by_hand=line.by_hand,
        unit=line.unit,
        given=given,
        catalogue=catalogue_now(),
        otherwise=ladder_policy().tolerance_percent,
    )


def results_beside(link: str, lines: Sequence[ComparisonLine]) -> dict[UUID, Result | None]:
    """Return the link's last result for each line's sample and test, corrections first. One query."""
    samples = {line.sample for line in lines}
    rows = Result.objects.filter(report__link=link, sample__in=samples, superseded_by=None)
    found: dict[tuple[str, str], Result] = {}
    for result in rows.order_by("report__message__seq", "line"):
        for name in {getattr(result, field).casefold() for field in NAMED_BY}:
            found[result.sample, name] = result
    return {line.pk: found.get((line.sample, line.code.casefold())) for line in lines}


def tests_known(link: str, *, at: datetime) -> dict[str, set[str]]:
    """Return what the tests the link gave lately are called: code -> names and LOINC. Two queries."""
    known: dict[str, set[str]] = {}
    lately = Result.objects.filter(report__link=link, report__made_at__gte=at - LATELY)
    given = lately.order_by().values_list("code", "name", "loinc").distinct()
    mapped = TestMap.objects.filter(link=link).values_list("code", "name", "loinc")
    for code, name, loinc in [*given, *mapped]:
        known.setdefault(code, set()).update({name, loinc} - {""})
    return known


def sheet_list(link: str) -> list[Comparison]:
    """List a link's sheets, the latest first, each with its count of lines."""
    return list(
        Comparison.objects.filter(link=link).annotate(lines_count=Count("lines")).order_by("-opened_at", "-id")[:50]
    )
