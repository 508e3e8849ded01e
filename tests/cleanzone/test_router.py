"""The compiled ruleset on a real router: three network namespaces, real sockets. Cases 37 to 44, 57 to 64 and 79 to 84
of docs/design/zone.md."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from relight.cleanzone.rules.script import CONFIRMED, GONE, TAKEN, confirm_script, try_script
from relight.cleanzone.rules.setup import Router
from relight.cleanzone.services.routers import router_run
from relight.kernel.errors import RelightError

SERVER = """
import socket, sys, threading
def echo(c):
    while data := c.recv(64): c.sendall(data)
def serve(s):
    while True: threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()
for family, at in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for port in map(int, sys.argv[1:]):
        s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((at, port)); s.listen(); threading.Thread(target=serve, args=(s,)).start()
print("up", flush=True)
"""
ASK = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=float(sys.argv[3])) as c:
        c.sendall(b"x"); print("yes" if c.recv(1) == b"x" else "no")
except OSError: print("no")
"""
HOLD = """
import socket, sys
c = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=20)
for line in sys.stdin:
    c.settimeout(float(line))
    try: c.sendall(b"x"); print("yes" if c.recv(64) else "no", flush=True)
    except OSError: print("no", flush=True)
"""
ZONE = """
management = ["192.0.2.0/24"]
[[router]]
name = "arlon"
run = ["ip", "netns", "exec", "{space}"]
folder = "{folder}"
"""


@contextmanager
def serving(net: Any, part: str, *ports: int) -> Iterator[None]:
    command = net.inside(part, sys.executable, "-c", SERVER, *map(str, ports))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout and running.stdout.readline() == "up\n"
        try:
            yield
        finally:
            running.kill()


def asks(net: Any, part: str, address: str, port: int, *, patience_s: float = 0.8) -> bool:
    command = net.inside(part, sys.executable, "-c", ASK, address, str(port), str(patience_s))
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout == "yes\n"


def passes(net: Any, part: str, address: str, port: int) -> bool:
    """Ask with patience: a busy machine is slow, a dropped packet never comes."""
    return asks(net, part, address, port, patience_s=20)


@contextmanager
def connected(net: Any, part: str, address: str, port: int) -> Iterator[Callable[..., bool]]:
    """A connection that stays; the function says whether something sent now comes back."""
    command = net.inside(part, sys.executable, "-c", HOLD, address, str(port))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin and running.stdout

        def echo(patience_s: float = 20) -> bool:
            assert running.stdin and running.stdout
            running.stdin.write(f"{patience_s}\n")
            running.stdin.flush()
            return running.stdout.readline() == "yes\n"

        try:
            yield echo
        finally:
            running.kill()


@pytest.fixture
def router(net: Any, signed: Any, tmp_path: Path, settings: Any) -> Router:
    """The zone's router, set up in zone.toml of a data folder."""
    settings.RELIGHT_HOME = tmp_path
    (tmp_path / "zone.toml").write_text(ZONE.format(space=net.names["router"], folder=net.folder))
    from relight.cleanzone.selectors.routers import router_get

    return router_get("")


@pytest.fixture
def guarded(router: Router, act_for: Callable[..., Any]) -> Router:
    """The same with the ruleset in force."""
    from relight.cleanzone.api import ruleset_confirm, ruleset_try

    ruleset_try(act=act_for("recovery-lead"))
    ruleset_confirm(act=act_for("recovery-lead"))
    return router


def test_declared_flows_pass_in_both_families_and_nothing_else_does(net: Any, guarded: Router) -> None:
    with serving(net, "b", 443, 8443, 22):
        assert passes(net, "a", "10.216.0.11", 443)
        assert passes(net, "a", "10.216.0.11", 8443)
        assert passes(net, "a", "fd5a:16::b", 443)
        assert not asks(net, "a", "10.216.0.11", 22)
        assert not asks(net, "a", "fd5a:16::b", 22)
        assert not asks(net, "outside", "10.216.0.11", 443)
        assert not asks(net, "outside", "fd5a:16::b", 443)
    with serving(net, "a", 443), serving(net, "outside", 443):
        assert not asks(net, "b", "10.211.0.11", 443)  # a flow goes one way
        assert not asks(net, "a", "192.0.2.2", 443)  # nobody leaves the zone


def test_the_router_itself_answers_its_managers_only(net: Any, guarded: Router) -> None:
    with serving(net, "router", 22, 443):
        assert passes(net, "outside", "192.0.2.1", 22)
        assert not asks(net, "outside", "192.0.2.1", 443)
        assert not asks(net, "a", "10.211.0.1", 22)


def test_a_machine_without_a_passport_opens_nothing(net: Any, guarded: Router) -> None:
    subprocess.run(["ip", "-n", net.names["a"], "addr", "del", "10.211.0.11/24", "dev", "e0"], check=True)
    subprocess.run(["ip", "-n", net.names["a"], "addr", "add", "10.211.0.77/24", "dev", "e0"], check=True)
    subprocess.run(["ip", "-n", net.names["a"], "route", "replace", "default", "via", "10.211.0.1"], check=True)
    with serving(net, "b", 443):
        assert not asks(net, "a", "10.216.0.11", 443)


def test_quarantine_cuts_a_running_connection_and_no_rule_is_touched(
    net: Any, guarded: Router, signed: Any, staff_of: Callable[..., Any], act_for: Callable[..., Any]
) -> None:
    """The worker's way: the act in the fleet, its event, the change on the router."""
    from django.utils import timezone

    from relight.cleanzone.tasks import closings_when_owed
    from relight.config.subscriptions import SUBSCRIPTIONS
    from relight.fleet.api import items_quarantine
    from relight.journal.api import subscription_run

    with serving(net, "b", 443), connected(net, "a", "10.216.0.11", 443) as echo:
        assert echo()
        assert echo()
        items_quarantine(act=act_for("security-officer"), items=[signed.items["ws1"]], reason="beacon seen")
        mine = next(one for one in SUBSCRIPTIONS if one.name == "zone-revocations")
        assert subscription_run(mine, now=timezone.now) == 1
        closings_when_owed(act_for("system", at=timezone.now()))
        assert not echo(0.8)
        assert not asks(net, "a", "10.216.0.11", 443)
    rules = subprocess.run(net.inside("router", "nft", "list", "ruleset"), capture_output=True, text=True, check=True)
    assert 'comment "F1' in rules.stdout
    assert "10.211.0.11" in rules.stdout


def test_a_flow_that_ends_is_closed_on_the_router_in_mid_connection(
    net: Any, guarded: Router, act_for: Callable[..., Any]
) -> None:
    from relight.cleanzone.models import FlowRow
    from relight.cleanzone.services.flows import flows_expire
    from relight.cleanzone.services.routers import closings_tell

    number = FlowRow.objects.get(destination={"role": "record-server"}).number
    with serving(net, "b", 443), connected(net, "a", "10.216.0.11", 443) as echo:
        assert echo()
        after = act_for("system", at=act_for().at + timedelta(days=90, seconds=-1))
        assert closings_tell(act=after) == 0
        assert echo()
        after = act_for("system", at=act_for().at + timedelta(days=90))
        flows_expire(act=after)
        assert closings_tell(act=after) == 1
        assert not echo(0.8)
    rules = subprocess.run(net.inside("router", "nft", "list", "ruleset"), capture_output=True, text=True, check=True)
    assert f'comment "F{number} ' not in rules.stdout


def test_a_closed_flow_is_closed_and_a_new_one_waits_for_a_person(
    net: Any, guarded: Router, act_for: Callable[..., Any]
) -> None:
    from relight.cleanzone.api import drift_check, flow_close
    from relight.cleanzone.models import FlowRow
    from relight.cleanzone.services.routers import closings_tell

    act = act_for("recovery-lead")
    assert drift_check(act=act) == []
    flow_close(act=act, number=FlowRow.objects.get(destination={"role": "record-server"}).number, note="moved")
    assert [one.kind.value for one in drift_check(act=act)].count("rule-extra") == 2
    assert closings_tell(act=act) == 1
    assert closings_tell(act=act) == 0
    with serving(net, "b", 443):
        assert not asks(net, "a", "10.216.0.11", 443)


@pytest.mark.parametrize("change", [
    ("add element inet relight_zone {group}_4 {{ 10.211.0.200 }}", "address-extra"),
    ("add element inet relight_zone shut4 {{ 10.216.0.11 }}", "address-extra"),
    ("flush set inet relight_zone {group}_4", "address-missing"),
    ("insert rule inet relight_zone zone_forward accept", "rule-extra"),
    ("flush chain inet relight_zone zone_forward", "rule-missing"),
    ("chain inet relight_zone zone_forward {{ policy accept ; }}", "policy"),
    ("delete table inet relight_zone", "table"),
    ("table ip other {{\n chain c {{\n type filter hook forward priority -10; policy accept;\n }}\n}}", "other-table"),
], ids=lambda pair: pair[1])  # fmt: skip
def test_drift_names_what_was_changed_behind_relight_s_back(
    net: Any, guarded: Router, act_for: Callable[..., Any], change: tuple[str, str]
) -> None:
    from relight.cleanzone.api import Peer, drift_check
    from relight.cleanzone.rules.compile import group_name

    act = act_for("technician")
    assert drift_check(act=act) == []
    group = group_name(Peer(role="workstation", service="emergency"))
    code, said = router_run(guarded, f"nft -f - <<'E'\n{change[0].format(group=group)}\nE\n")
    assert code == 0, said
    assert change[1] in {one.kind.value for one in drift_check(act=act)}


def test_counters_of_flows_are_kept(net: Any, guarded: Router, act_for: Callable[..., Any]) -> None:
    from relight.cleanzone.api import drift_check
    from relight.cleanzone.models import FlowRow

    with serving(net, "b", 443):
        assert passes(net, "a", "10.216.0.11", 443)
    drift_check(act=act_for("technician"))
    assert FlowRow.objects.get(destination={"role": "record-server"}).hits > 0


def test_a_bad_ruleset_is_never_half_applied(net: Any, guarded: Router) -> None:
    def listed() -> str:
        return router_run(guarded, "nft -s list ruleset")[1]

    before = listed()
    for bad in ("table inet relight_zone\ndelete table inet relight_zone\nnonsense\n", "delete table inet nowhere\n"):
        code, said = router_run(guarded, try_script(bad, number=9, seconds=30, folder=guarded.folder))
        assert code == 2
        assert TAKEN not in said
        assert listed() == before


def test_rules_that_are_not_confirmed_go_back_by_themselves(net: Any, guarded: Router) -> None:
    """The new rules cut everything, the path they came by as well; the router itself brings the old ones back."""
    shut = "table inet relight_zone\ndelete table inet relight_zone\ntable inet relight_zone {\n\tchain zone_forward {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n"
    with serving(net, "b", 443):
        assert passes(net, "a", "10.216.0.11", 443)
        assert TAKEN in router_run(guarded, try_script(shut, number=7, seconds=8, folder=guarded.folder))[1]
        assert not asks(net, "a", "10.216.0.11", 443)
        until = time.monotonic() + 60
        while not asks(net, "a", "10.216.0.11", 443):
            assert time.monotonic() < until, "the rules before did not come back"
    assert GONE in router_run(guarded, confirm_script(number=7, folder=guarded.folder))[1]


def test_a_machine_shut_while_a_try_waits_stays_shut_when_the_rules_go_back(
    net: Any, guarded: Router, signed: Any, act_for: Callable[..., Any]
) -> None:
    from relight.cleanzone.services.routers import closings_owe, closings_tell
    from relight.fleet.api import items_quarantine

    held = router_run(guarded, "nft list table inet relight_zone")[1]
    rules = f"table inet relight_zone\ndelete table inet relight_zone\n{held}"
    assert TAKEN in router_run(guarded, try_script(rules, number=6, seconds=8, folder=guarded.folder))[1]
    items_quarantine(act=act_for("security-officer"), items=[signed.items["ws1"]], reason="beacon seen")
    closings_owe(act=act_for("system"), items=[signed.items["ws1"]])
    closings_tell(act=act_for("system"), only_owed=True)
    until = time.monotonic() + 60
    while not (net.folder / "rolled-back").exists():
        assert time.monotonic() < until, "the rules before did not come back"
        time.sleep(0.2)
    with serving(net, "b", 443):
        assert not asks(net, "a", "10.216.0.11", 443)


def test_confirmed_rules_stay(net: Any, guarded: Router) -> None:
    rules = (
        "table inet relight_zone\ndelete table inet relight_zone\ntable inet relight_zone {\n\tcounter kept {\n\t}\n}\n"
    )
    assert TAKEN in router_run(guarded, try_script(rules, number=8, seconds=6, folder=guarded.folder))[1]
    assert CONFIRMED in router_run(guarded, confirm_script(number=8, folder=guarded.folder))[1]
    time.sleep(7)
    assert "counter kept" in router_run(guarded, "nft list ruleset")[1]


def test_a_try_that_waits_lets_no_second_one_in_and_is_noted_when_it_went_back(
    router: Router, act_for: Callable[..., Any]
) -> None:
    from relight.cleanzone.api import ruleset_confirm, ruleset_try
    from relight.cleanzone.models import Try
    from relight.cleanzone.services.routers import tries_end

    act = act_for("recovery-lead")
    ruleset_try(act=act, confirm_s=3600)
    with pytest.raises(RelightError, match="RL-ZON-024"):
        ruleset_try(act=act, confirm_s=3600)
    assert tries_end(act=act_for("system", at=act.at + timedelta(hours=2))) == 1
    assert Try.objects.get().state == "rolled-back"
    with pytest.raises(RelightError, match="RL-ZON-025"):
        ruleset_confirm(act=act)
    router_run(router, f"kill $(cat {router.folder}/waiter)")


def test_a_router_that_is_away_owes_the_closing_until_it_answers(
    net: Any, guarded: Router, signed: Any, tmp_path: Path, act_for: Callable[..., Any]
) -> None:
    from relight.cleanzone.models import RouterStand
    from relight.cleanzone.services.routers import closings_owe, closings_tell
    from relight.fleet.api import items_quarantine

    setup = (tmp_path / "zone.toml").read_text()
    (tmp_path / "zone.toml").write_text(setup.replace('"ip", "netns"', '"/nowhere/ssh", "netns"'))
    items_quarantine(act=act_for("security-officer"), items=[signed.items["ws1"]], reason="beacon seen")
    closings_owe(act=act_for("system"), items=[signed.items["ws1"]])
    assert closings_tell(act=act_for("system"), only_owed=True) == 0
    assert RouterStand.objects.get().owed_at
    with serving(net, "b", 443):
        assert passes(net, "a", "10.216.0.11", 443)  # it is away: nothing was closed, and that is said
        (tmp_path / "zone.toml").write_text(setup)
        assert closings_tell(act=act_for("system")) == 1
        assert not asks(net, "a", "10.216.0.11", 443)
    assert RouterStand.objects.get().owed_at is None


def test_a_linux_host_s_own_rules_hold(net: Any, guarded: Router, act_for: Callable[..., Any]) -> None:
    from relight.cleanzone.api import outputs_of, ruleset_at

    zone, ruleset = ruleset_at(act_for().at)
    ip = next(machine.ipv4 for machine in zone.machines if machine.name == "srv1")
    text = next(file.text for file in outputs_of(zone, ruleset) if file.path.startswith("hosts/srv1"))
    subprocess.run(net.inside("b", "nft", "-f", "-"), input=text, text=True, check=True)
    with serving(net, "b", 443, 9):
        assert passes(net, "a", ip, 443)
        router_run(guarded, "nft delete table inet relight_zone")
        assert passes(net, "a", ip, 443)
        assert not asks(net, "a", ip, 9)
