"""The forecast of each day, kept once and never changed.

Owns DayForecast. Source: docs/design/forecast.md, "Kept and scored" (cases 30-35).
"""

from __future__ import annotations

from relight.hospital.api import day_of
from relight.journal.api import Body, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.pmo.models import DayForecast
from relight.pmo.rules.sitrep import digest_of
from relight.pmo.selectors.days import forecast_points


@service(Permission.HOSPITAL_EXPECT)
def forecast_keep(*, act: Act) -> bool:
    """Keep the forecast of this day, once. Returns: whether there was one to keep."""
    if DayForecast.objects.filter(day=day_of(act.at) or 0).exists():
        return False
    made = forecast_points(at=act.at)
    if made is None:
        return False
    day, count, total, points = made
    digest = digest_of({"day": day, "count": count, "total": total, "points": points})
    with writing(act) as log:
        _, is_new = DayForecast.objects.get_or_create(
            day=day, defaults={"at": act.at, "count": count, "total": total, "points": points, "digest": digest}
        )
        if is_new:
            body: Body = {"day": day, "count": count, "total": total, "digest": digest}
            log.entry("pmo.forecast", subject=f"day:{day}", body=body)
    return is_new
