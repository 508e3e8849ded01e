"""Which result replaces which, once a person decided: whose results they are, or that they do not count.

Owns bringing `superseded_by` in line with such a decision, by the rules results are read with. Runs inside a
write of its caller. Source: docs/design/lab.md, “Reading”, Corrections.
"""

from __future__ import annotations

from relight.lab.models import Report, Result
from relight.lab.rules.driver import Standing
from relight.lab.selectors.drivers import drivers_now
from relight.lab.types import HoldReason, ReportState

UNSURE = (HoldReason.NO_SAMPLE.value, HoldReason.SAMPLE_UNKNOWN.value, HoldReason.PATIENT_DIFFERS.value)


def results_moved(report: Report) -> None:
    """Results were given to a sample: elsewhere they replace nothing, here they do."""
    for result in report.results.all():
        Result.objects.filter(pk=result.pk).exclude(superseded_by__sample=result.sample).update(superseded_by=None)
        Result.objects.filter(superseded_by=result).exclude(sample=result.sample).update(superseded_by=None)
    results_counted(report)


def results_dropped(report: Report) -> int:
    """Results do not count any more: what they replaced stands again. Returns: how many do."""
    restored = 0
    for result in report.results.all():
        restored += Result.objects.filter(superseded_by=result).update(superseded_by=result.superseded_by_id)
    return restored


def results_counted(report: Report) -> None:
    """Results count from now on: corrections among them replace, later ones replace them."""
    driver = drivers_now().get_or_blind(report.link.driver)
    layouts = list(driver.layouts.values())

    def stands(result: Result, standing: Standing) -> bool:
        return any(layout.statuses.get(result.status) is standing for layout in layouts if result.status)

    for sample, code in {(one.sample, one.code) for one in report.results.all()}:
        current: list[Result] = []
        for result in _alike(report.link_id, sample, code):
            has_replaced = Result.objects.filter(superseded_by=result).exists()
            replaces = stands(result, Standing.CORRECTION) or (
                bool(current) and stands(result, Standing.FINAL) and stands(current[-1], Standing.PRELIMINARY)
            )
            if current and replaces and not has_replaced:
                Result.objects.filter(pk=current.pop().pk).update(superseded_by=result)
            current.append(result)


def as_told(result: Result) -> Result:
    """Return a result, or the correction of it that was sent before: an old value is never the last one told."""
    while result.superseded_by_id is not None:
        newer = Result.objects.filter(pk=result.superseded_by_id, report__attempts__gt=0).first()
        if newer is None:
            break
        result = newer
    return result


def _alike(link: str, sample: str, code: str) -> list[Result]:
    """Return the results of one test of one sample that count, in the order they came."""
    rows = Result.objects.filter(report__link=link, sample=sample, code=code, superseded_by=None)
    unsure = rows.filter(report__state=ReportState.HELD.value, report__hold__in=UNSURE)
    sure = rows.exclude(pk__in=unsure.values("pk")).filter(report__closed_by="")
    return list(sure.order_by("report__message", "line")) if sample else []
