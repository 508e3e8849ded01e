"""Pages of quality control: controls of links, a chart with its points. Owns reading and its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.lab.models import Link, QcTarget
from relight.lab.rules.compare import plain, value_read
from relight.lab.rules.westgard import rejects
from relight.lab.selectors.ladder import link_get
from relight.lab.selectors.qc import (
    Measured,
    QcSeries,
    Standing,
    results_without_control,
    series_get,
    standings,
    untargeted,
)
from relight.paper.levey_jennings import NARROW, WIDE, ControlChart, ControlPoint, Mark, levey_jennings
from relight.people.api import names_of

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRow:
    """One control level as lists show it."""

    link: Link
    standing: Standing
    words: str
    z: str
    value: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkControls:
    """One link's controls. Args: unjudged: (test, level, lot) measured without a target. unwatched: tests
    given for patients that no control watches."""

    link: Link
    rows: tuple[ControlRow, ...]
    unjudged: tuple[tuple[str, str, str], ...]
    unwatched: tuple[str, ...]

    @property
    def out(self) -> int:
        return sum(row.standing.broken for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One point of a chart's table."""

    measured: Measured
    z: str
    words: str
    value: str
    noted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPage:
    """One control's chart, wide and narrow, and its points, the latest first.

    Args: broken: the point that waits for a word about what was done, if any.
    """

    link: Link
    series: QcSeries
    target: str
    wide: SafeString
    narrow: SafeString
    points: tuple[PointRow, ...]
    broken: PointRow | None


def _row(link: Link, standing: Standing) -> ControlRow:
    return ControlRow(
        link=link,
        standing=standing,
        words=standing_words(standing.rules, measured=standing.point is not None),
        z=z_words(standing.z),
        value=local(value_read(standing.point.value)) if standing.point else "",
        target=target_words(standing.target),
    )


def overview_rows() -> tuple[ControlRow, ...]:
    """List every link's controls, those out of limits first, then those that warn. Four queries."""
    links = {row.pk: row for row in Link.objects.filter(enabled=True).order_by("site", "name")}
    found = standings(links)
    rows = [_row(links[link], standing) for link, ones in found.items() for standing in ones]
    weight = {"down": 0, "degraded": 1, "unseen": 2, "normal": 3}
    return tuple(sorted(rows, key=lambda row: weight[row.standing.state]))


def link_controls(link: str, *, at: datetime) -> LinkControls:
    """Read one link's controls. Raises: RL-LAB-001."""
    row = link_get(link)
    return LinkControls(
        link=row,
        rows=tuple(_row(row, standing) for standing in standings([link])[link]),
        unjudged=tuple(untargeted(link, since=at - LATELY)),
        unwatched=tuple(results_without_control(link, at=at)),
    )


def series_page(*, link: str, target: UUID) -> SeriesPage:
    """Read one control's chart. Raises: RL-LAB-001, RL-LAB-191."""
    row = link_get(link)
    series = series_get(link=link, target=target)
    names = names_of({one.point.noted_by for one in series.points} - {""})
    points = tuple(
        PointRow(
            measured=one,
            z=z_words(one.z),
            words=standing_words(tuple(one.point.rules), measured=True),
            value=local(value_read(one.point.value)),
            noted_by=names.get(one.point.noted_by, ""),
        )
        for one in reversed(series.points)
    )
    chart = _chart(series)
    waiting = [one for one in points if rejects(one.measured.point.rules) and not one.measured.point.note]
    return SeriesPage(
        link=row,
        series=series,
        target=target_words(series.target),
        wide=_drawn(chart, narrow=False),
        narrow=_drawn(chart, narrow=True),
        points=points,
        broken=waiting[0] if waiting else None,
    )


def standing_words(rules: tuple[str, ...], *, measured: bool) -> str:
    """Say how a control stands: in range, warned, out, with the rules it breaks."""
    if not measured:
        return gettext("never measured")
    if not rules:
        return gettext("in range")
    word = gettext("out") if rejects(rules) else gettext("warning")
    return gettext("{word}: {rules}").format(word=word, rules=", ".join(rules))


def target_words(target: QcTarget) -> str:
    """Write a target: `4.10 ± 0.08 mmol/L`."""
    return f"{local(target.mean)} ± {local(target.sd)} {target.unit}".strip()


def z_words(z: Decimal | None) -> str:
    """Write a distance as laboratories do: `+2.1 s`."""
    if z is None:
        return ""
    text = local(plain(z, places=2))
    return f"{text} s" if text.startswith("-") or text == "0" else f"+{text} s"


def local(number: str) -> str:
    """Write a number's text with the decimal mark of the reader's language."""
    return number.replace(".", formats.get_format("DECIMAL_SEPARATOR"))


def _chart(series: QcSeries) -> ControlChart:
    target = series.target
    mean, sd = Decimal(target.mean), Decimal(target.sd)
    drawn = [one for one in series.points if one.z is not None]
    out = sum(rejects(one.point.rules) for one in drawn)
    words = {"test": series.name, "level": target.level, "lot": target.lot}
    return ControlChart(
        title=gettext("{test}, level {level}, lot {lot}").format(**words),
        description=gettext(
            "{count} points around a mean of {mean}, {out} out of limits. The table below holds each."
        ).format(count=len(drawn), mean=local(target.mean), out=out),
        points=tuple(_point(one, target) for one in drawn),
        names=tuple(f"{_limit(n)} {local(plain(mean + n * sd, places=2))}" for n in range(-3, 4)),
    )


def _limit(n: int) -> str:
    return "x̄" if n == 0 else f"{n:+d}s"


def _point(one: Measured, target: QcTarget) -> ControlPoint:
    at = timezone.localtime(one.point.measured_at)
    mark = Mark.OUT if rejects(one.point.rules) else Mark.WARN if one.point.rules else Mark.OK
    words = standing_words(tuple(one.point.rules), measured=True)
    return ControlPoint(
        z=float(one.z or 0),
        mark=mark,
        when=f"{at:%d.%m}",
        reading=f"{at:%d.%m %H:%M} · {local(value_read(one.point.value))} {target.unit} · {z_words(one.z)} · {words}",
    )


def _drawn(chart: ControlChart, *, narrow: bool) -> SafeString:
    frame = NARROW if narrow else WIDE
    return mark_safe(levey_jennings(chart, frame=frame, ident=f"lj-{frame.key}"))  # noqa: S308 - every word is escaped there
