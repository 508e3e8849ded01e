"""What a link's settings may name."""

from __future__ import annotations

from relight.lab.selectors.drivers import drivers_now


def drivers_known() -> dict[str, str]:
    """Return the drivers there are, a site's own among them: id to name."""
    return {name: driver.name for name, driver in sorted(drivers_now().drivers.items())}
