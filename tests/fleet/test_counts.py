"""Counts by definition and the burn-up: a machine counts where its definition says, on the day it happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def test_counts_are_of_machines_and_by_definition(line: Any) -> None:
    """Seen, expected, in the line (quarantine included), admitted, retired; data sets count nowhere here."""
    from relight.fleet.api import counts, items_quarantine, items_retire

    seen, cleaned, quarantined, retired, admitted = (line.add(n) for n in (1, 2, 3, 4, 2))
    line.add(5, klass="dataset", role="")
    line.take(cleaned, "cleaned")
    items_quarantine(act=line.tech, items=quarantined, reason="beacon")
    items_retire(act=line.tech, items=retired, reason="scrap")
    line.admit(admitted)
    assert counts() == {"seen": 12, "expected": 0, "in_line": 5, "admitted": 2, "retired": 4}
    assert len(seen) == 1


@pytest.mark.parametrize("name", ["seen", "expected", "in_line", "admitted", "retired"])
def test_a_count_is_the_length_of_its_list(line: Any, client_of: Any, name: str) -> None:
    """Each count's address leads to exactly the items it counted."""
    from relight.fleet.api import count_href, counts, items_quarantine, items_retire

    items = line.add(7)
    line.take(items[:3], "retrieved")
    items_quarantine(act=line.tech, items=items[3:4], reason="beacon")
    items_retire(act=line.tech, items=items[4:5], reason="scrap")
    listed = client_of("technician").get(count_href(name)).context["table"].total
    assert listed == counts()[name]


def test_counts_per_site_add_up(line: Any) -> None:
    """The sites' counts sum to the whole, items without a site included."""
    from relight.fleet.api import counts, counts_by_site

    line.take(line.add(2), "retrieved")
    line.add(3, site="virton")
    line.add(1, site="", service="")
    by_site = counts_by_site()
    assert set(by_site) == {"arlon", "virton", ""}
    for name, total in counts().items():
        assert sum(site[name] for site in by_site.values()) == total


def test_the_burn_up_counts_each_day_as_it_was(line: Any) -> None:
    """Admissions raise the curve, quarantine lowers it; the last point is today's count."""
    from relight.fleet.api import burn_up, counts, items_quarantine

    items = line.add(5)
    start = line.clock.now()
    line.take(items, "verified")
    line.sign(items, line.security, "security")
    line.sign(items, line.owner, "owner")
    line.clock.advance(days=1)
    items_quarantine(act=line.tech, items=items[:2], reason="beacon")
    line.clock.advance(days=1)
    points = {point.day: point for point in burn_up(until=line.clock.now())}
    day = (start.date() - start.replace(month=11, day=13).date()).days
    assert points[day - 1].admitted == 0
    assert points[day].admitted == 5 and points[day].in_line == 0
    assert points[day + 1].admitted == 3 and points[day + 1].in_line == 2
    assert points[day + 2].admitted == counts()["admitted"] == 3
    earlier = burn_up(until=start - timedelta(days=1))
    assert all(point.admitted == 0 for point in earlier)


def test_the_latest_moves_come_newest_first(line: Any) -> None:
    """What the situation page shows: who moved what, from where to where."""
    from relight.fleet.api import latest_moves

    items = line.add(1)
    line.take(items, "inspected")
    moves = latest_moves(limit=5)
    assert [move.to_state.value for move in moves] == ["inspected", "retrieved"]
    assert moves[0].from_state.value == "retrieved" and moves[0].item == items[0]


def test_the_search_box_finds_codes_first_then_words(line: Any) -> None:
    """A serial is found before names that contain it; every word must match."""
    from relight.fleet.api import item_search

    line.add(2, room="U 12")
    (exact,) = line.add(1, serial="5CG1234XYZ", klass="server")
    assert item_search(q="5cg1234xyz")[0].id == exact
    assert len(item_search(q="workstation u 12")) == 2
    assert item_search(q="workstation nowhere") == () and item_search(q="  ") == ()


@pytest.mark.direct_rows
def test_a_code_is_found_however_it_is_spelled(line: Any) -> None:
    """MAC with dashes, colons or none, an address, a host name in capitals: the machine that bears it."""
    from relight.fleet.api import item_scan
    from relight.fleet.models import Identifier

    (item,) = line.add(1)
    for kind, value in [
        ("mac", "00:1a:2b:3c:4d:5e"),
        ("uuid", "03000200-0400-0500-0006-000700080009"),
        ("ip", "10.11.2.3"),
        ("hostname", "arl-urg-pc01"),
    ]:
        Identifier.objects.create(item_id=item, kind=kind, value=value, provisional=kind in ("ip", "hostname"))
    for code in ("00-1A-2B-3C-4D-5E", "001a2b3c4d5e", "00:1A:2B:3C:4D:5E", "10.11.2.3", "ARL-URG-PC01"):
        assert [row.pk for row in item_scan(code)] == [item], code
    assert item_scan("WORKSTATION-000")[0].pk == item
    assert item_scan("nothing at all") == []
