"""When the hours of a story were: crisis days on the wall clock, squeezed into the time there is.

Owns one mapping. Refuses clocks: D0 and the end are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

MARGIN = timedelta(minutes=2)


def hours_of(day: int, hour: str) -> float:
    """Count story hours: `day` 3 at `"21:30"` is 93.5."""
    hours, _, minutes = hour.partition(":")
    return day * 24 + int(hours) + int(minutes) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The days of a story. Args: day_zero, end: aware. zone: whose midnight begins a day.

    The first day begins at D0 and the last one ends at `end`, so their hours are squeezed into
    what there is of them; the days between keep their clock.
    """

    day_zero: datetime
    end: datetime
    zone: tzinfo

    @property
    def days(self) -> int:
        """The number of the last day."""
        return (self.end.astimezone(self.zone).date() - self.day_zero.astimezone(self.zone).date()).days

    def at(self, day: int, hour: str) -> datetime:
        """Return the moment of `day` at an hour of the clock, `"21:30"`."""
        return self.at_hours(hours_of(day, hour))

    def at_hours(self, hours: float) -> datetime:
        """Return the moment so many story hours after the midnight before D0. Keeps their order."""
        day, rest = divmod(hours, 24)
        start, stop = self._window(int(day))
        return start + (stop - start) * (rest / 24)

    def night_before(self) -> datetime:
        """Return 21:00 of the evening before D0: the last backup there is."""
        evening = self.day_zero.astimezone(self.zone) - timedelta(days=1)
        return evening.replace(hour=21, minute=0, second=0, microsecond=0)

    def _window(self, day: int) -> tuple[datetime, datetime]:
        midnight = self.day_zero.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        start = max(midnight + timedelta(days=day), self.day_zero.astimezone(self.zone) + MARGIN)
        stop = min(midnight + timedelta(days=day + 1), self.end.astimezone(self.zone))
        return start, max(start, stop)


def moments_of(end: datetime, *, days: int, zone: tzinfo) -> Moments:
    """Make the moments of a story that ends now. D0 has the same hour on the wall, `days` days before,
    also when the clocks changed meanwhile: the end is always D+`days`."""
    return Moments(day_zero=end.astimezone(zone) - timedelta(days=days), end=end, zone=zone)
