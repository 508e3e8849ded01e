"""Quality control as it stands: controls with their target and last point, series, what is out.

Owns reading. Refuses writing; `services.qc` judges points when they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db.models import OuterRef, Subquery

from relight.lab.errors import NO_QC_POINT
from relight.lab.models import QcPoint, QcTarget, Result, TestMap
from relight.lab.rules.ladder import QcLevel
from relight.lab.rules.westgard import Point, rejects, z_of

SHOWN_POINTS = 60
JUDGED_POINTS = 10  # 10-x looks no further back


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One control level of one link: its target in use and its last point with it."""

    target: QcTarget
    name: str
    point: QcPoint | None
    lots: int

    @property
    def broken(self) -> bool:
        return self.point is not None and rejects(self.point.rules)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(self.point.rules) if self.point else ()

    @property
    def z(self) -> Decimal | None:
        return point_z(self.point, self.target) if self.point else None

    @property
    def state(self) -> str:
        """A word of the states: out is down, warned is degraded, never measured is unknown."""
        if self.point is None:
            return "unseen"
        return "down" if self.broken else "degraded" if self.point.rules else "normal"


def point_z(point: QcPoint, target: QcTarget) -> Decimal | None:
    """Return a point's distance from its target's mean in standard deviations; none for what is no number."""
    try:
        number = Decimal(point.number)
    except InvalidOperation:  # nothing, or a comparator before it: beyond what the analyzer can measure
        return None
    return z_of(number, mean=Decimal(target.mean), sd=Decimal(target.sd))


def standings(links: Iterable[str]) -> dict[str, tuple[Standing, ...]]:
    """Return the controls of some links, each level with the lot that is in use: three queries.

    The lot in use is the one measured last; before any point the one whose target was set last.
    """
    wanted = list(links)
    last = QcPoint.objects.filter(
        link=OuterRef("link"), code=OuterRef("code"), level=OuterRef("level"), lot=OuterRef("lot")
    ).order_by("-measured_at", "-id")
    found_last = QcTarget.objects.filter(link__in=wanted).annotate(last=Subquery(last.values("id")[:1]))
    targets = [(target, target.last) for target in found_last]
    points = QcPoint.objects.in_bulk([point for _, point in targets if point])
    names = test_names(wanted)
    lots: dict[tuple[str, str, str], list[tuple[QcTarget, QcPoint | None]]] = {}
    for target, point_id in targets:
        point = points.get(point_id)
        lots.setdefault((target.link_id, target.code, target.level), []).append((target, point))
    found: dict[str, list[Standing]] = {link: [] for link in wanted}
    for (link, code, _), choices in sorted(lots.items()):
        used, last_point = max(choices, key=_in_use)
        name = names.get((link, code), code)
        found[link].append(Standing(target=used, name=name, point=last_point, lots=len(choices)))
    return {link: tuple(rows) for link, rows in found.items()}


def _in_use(choice: tuple[QcTarget, QcPoint | None]) -> tuple[bool, datetime]:
    target, point = choice
    return (True, point.measured_at) if point else (False, target.at)


def test_names(links: Sequence[str]) -> Mapping[tuple[str, str], str]:
    """Return what people called a code on some links: (link, code) -> name. One query."""
    rows = TestMap.objects.filter(link__in=links).values_list("link_id", "code", "name")
    return {(link, code): name for link, code, name in rows}


def qc_levels(rows: Iterable[Standing]) -> tuple[QcLevel, ...]:
    """Return what the ladder asks of each control."""
    return tuple(
        QcLevel(
            code=row.target.code,
            level=row.target.level,
            lot=row.target.lot,
            name=f"{row.name} {row.target.level}".strip(),
            measured_at=row.point.measured_at if row.point else None,
            broken=row.broken,
            rules=row.rules,
        )
        for row in rows
    )


def qc_out_codes(link: str) -> frozenset[str]:
    """Return the analyzer's codes whose last control, on any level, is out of its limits.

    Results of these tests wait for a person. Only a new point in range takes a code off.
    """
    return frozenset(row.target.code for row in standings([link])[link] if row.broken)


def points_judged(
    *, link: str, code: str, before: datetime, targets: Mapping[tuple[str, str], QcTarget]
) -> list[Point]:
    """Return the points of a test that rules look back on, oldest first. Args: targets: (level, lot) -> target."""
    rows = QcPoint.objects.filter(link=link, code=code, measured_at__lte=before, number__gt="")
    levels = max(1, len({level for level, _ in targets}))
    found: list[Point] = []
    for row in rows.order_by("-measured_at", "-id")[: JUDGED_POINTS * levels * 2]:
        target = targets.get((row.level, row.lot))
        z = point_z(row, target) if target else None
        if z is not None:
            found.append(Point(level=row.level, at=row.measured_at, z=z, cleared=bool(row.note) and rejects(row.rules)))
    return found[::-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One point of a series with its distance from the mean."""

    point: QcPoint
    z: Decimal | None

    @property
    def state(self) -> str:
        return "down" if rejects(self.point.rules) else "degraded" if self.point.rules else "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class QcSeries:
    """One control of one lot: target and points, oldest first."""

    target: QcTarget
    name: str
    points: tuple[Measured, ...]


def series_get(*, link: str, target: UUID) -> QcSeries:
    """Return a series by its target. Raises: MissingError RL-LAB-191."""
    row = QcTarget.objects.filter(link=link, pk=target).first()
    if row is None:
        raise NO_QC_POINT.error(where="target")
    found = QcPoint.objects.filter(link=link, code=row.code, level=row.level, lot=row.lot)
    points = list(found.order_by("-measured_at", "-id")[:SHOWN_POINTS])[::-1]
    name = test_names([link]).get((link, row.code), row.code)
    return QcSeries(
        target=row, name=name, points=tuple(Measured(point=point, z=point_z(point, row)) for point in points)
    )


def untargeted(link: str, *, since: datetime) -> list[tuple[str, str, str]]:
    """List controls measured lately that have no target: (code, level, lot). They are not judged."""
    known = set(QcTarget.objects.filter(link=link).values_list("code", "level", "lot"))
    seen = QcPoint.objects.filter(link=link, measured_at__gte=since).values_list("code", "level", "lot").distinct()
    return sorted(set(seen) - known)


def results_without_control(link: str, *, at: datetime, days: int = 30) -> list[str]:
    """List codes the link gave lately for patients that no control watches."""
    given = set(
        Result.objects.filter(report__link=link, report__made_at__gte=at - timedelta(days=days))
        .values_list("code", flat=True)
        .distinct()
    )
    return sorted(given - set(QcTarget.objects.filter(link=link).values_list("code", flat=True)))
