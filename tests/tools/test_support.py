"""What the other tests lean on holds: the watch on writes, the end of the network, the databases."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from relight.people.models import Staff
from support import environment, network
from support.writes import WATCH


@pytest.mark.django_db
def test_a_row_that_changes_outside_a_journalled_write_is_refused_and_remembered() -> None:
    with pytest.raises(AssertionError, match="outside a journalled write"):
        Staff.objects.create(username="sneaked-in", name="Sneaked In")
    assert WATCH.seen == ["people_staff"]
    WATCH.seen.clear()  # else this very test would fail at its end, which is the point


@pytest.mark.django_db
@pytest.mark.direct_rows
def test_a_test_that_says_so_may_lay_rows_itself() -> None:
    Staff.objects.create(username="laid", name="Laid")
    assert Staff.objects.filter(username="laid").exists()


def test_a_service_writes_and_its_staff_member_can_come_in(client_of: Callable[..., Any]) -> None:
    client = client_of("recovery-lead")
    assert Staff.objects.get(username=client.person.username).roles == ["recovery-lead"]
    assert client.get("/live/").status_code == 200


@pytest.mark.parametrize("address", [("10.11.0.4", 80), ("203.0.113.9", 443), ("clean.example", 443)])
def test_no_connection_leaves_this_machine(address: tuple[str, int]) -> None:
    with socket.socket() as outward, pytest.raises(network.OutsideAddressError):
        outward.connect(address)
    with pytest.raises(network.OutsideAddressError):
        socket.getaddrinfo(address[0], address[1])


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for() -> None:
    assert connection.vendor == {"postgres": "postgresql"}.get(environment.DATABASE, environment.DATABASE)


@pytest.mark.browser
def test_a_page_that_asks_for_an_outside_address_is_cut_off_and_told(browser: Any) -> None:
    page = browser.page()
    assert page.goto("/sign-in/").ok
    page.evaluate("() => fetch('http://203.0.113.9/x').catch(() => null)")
    page.evaluate("() => { new Image().src = '/static/none.png' }")
    assert all("203.0.113.9" in address for address in browser.outside)
    assert browser.outside or browser.broken, "neither the policy nor the route stopped it"
    browser.outside.clear()
    browser.broken.clear()
