"""`relight up`: what it refuses, how it starts again what died, how it stops."""

from __future__ import annotations

import http.client
import logging
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
import structlog

from relight.cli.children import processes_wanted
from relight.cli.logs import BLOT, blot, logs_setup
from relight.cli.supervisor import home_locked, host_check, port_check, restart_wait_s
from relight.kernel.errors import RelightError
from support import process


def test_what_dies_again_and_again_is_started_less_and_less_often_but_at_least_twice_a_minute() -> None:
    waits = [restart_wait_s(deaths=deaths) for deaths in range(1, 12)]
    assert waits[:4] == [0.5, 1.0, 2.0, 4.0]
    assert waits == sorted(waits)
    assert waits[-1] == 30.0
    assert restart_wait_s(deaths=10_000) == 30.0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
def test_a_loopback_address_is_served_as_given(host: str) -> None:
    assert host_check(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.11.0.4", "192.168.1.2", "clean.example", ""])
def test_an_address_other_machines_reach_is_refused_until_connections_are_encrypted(host: str) -> None:
    with pytest.raises(RelightError) as refusal:
        host_check(host)
    assert refusal.value.code == "RL-CLI-022"


def test_a_taken_port_is_refused_and_the_next_one_proposed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(RelightError) as refusal:
            port_check("127.0.0.1", port, patience_s=0)
    assert refusal.value.code == "RL-CLI-021"
    assert f"--port {port + 1}" in refusal.value.next()


def test_a_port_that_is_let_go_of_within_the_patience_is_taken() -> None:
    other = socket.socket()
    other.bind(("127.0.0.1", 0))
    other.listen()
    threading.Timer(0.3, other.close).start()
    port_check("127.0.0.1", other.getsockname()[1], patience_s=3)


def test_a_data_folder_has_one_relight_and_is_free_again_after_it(tmp_path: Path) -> None:
    with home_locked(tmp_path):
        with pytest.raises(RelightError) as refusal, home_locked(tmp_path):
            pass
        assert refusal.value.code == "RL-CLI-020"
    with home_locked(tmp_path):
        pass


def test_web_processes_follow_the_cores_but_stay_few() -> None:
    assert [processes_wanted(cores) for cores in (1, 2, 4, 64)] == [1, 2, 4, 4]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"password": "x"}, {"password": BLOT}),
        ({"csrf_token": "x", "line": 3}, {"csrf_token": BLOT, "line": 3}),
        ({"event": "GET /first/AbC_-9/ 404"}, {"event": f"GET /first/{BLOT}/ 404"}),
        ({"event": "postgres://relight:hunter2@db/x"}, {"event": f"postgres://relight:{BLOT}@db/x"}),
        ({"event": "imported", "rows": "12"}, {"event": "imported", "rows": "12"}),
    ],
)
def test_no_secret_reaches_a_log(event: dict[str, object], expected: dict[str, object]) -> None:
    assert blot(None, "info", event) == expected


@pytest.mark.process
def test_it_says_where_it_runs_makes_the_first_link_and_stops_in_order_with_live_pages_open(
    tmp_path: Path,
) -> None:
    with process.running(tmp_path) as group:
        assert any(group.url in line for line in group.out)
        assert _status(group, group.first_path) == 200
        stop, polls = threading.Event(), []
        pages = [threading.Thread(target=_poll, args=(group, stop, polls)) for _ in range(8)]
        for page in pages:
            page.start()
        process.wait_for(lambda: len(polls) > 20)
        group.stop(signal.SIGINT)
        stop.set()
        for page in pages:
            page.join()
        assert group.process.returncode == 0
        assert [line for line in group.logs() if line["event"] == "stopped"]
        token = group.first_path.strip("/").partition("/")[2]
        assert token not in "\n".join(group.err), "the one-time link stands in the logs"


@pytest.mark.process
def test_a_second_one_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with process.running(tmp_path) as group:
        second = process.relight(tmp_path, "up", "--no-browser", "--port", str(process.port_free()))
        assert second.returncode == 1
        assert "RL-CLI-020" in second.stderr
        assert "Traceback" not in second.stderr
        assert _status(group, "/sign-in/") == 200


@pytest.mark.process
def test_a_host_beyond_this_machine_and_a_taken_port_are_refused_with_their_codes(tmp_path: Path) -> None:
    outside = process.relight(tmp_path, "up", "--host", "0.0.0.0")
    assert (outside.returncode, "RL-CLI-022" in outside.stderr) == (1, True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = process.relight(tmp_path, "up", "--port", str(other.getsockname()[1]))
    assert (taken.returncode, "RL-CLI-021" in taken.stderr) == (2, True)


@pytest.mark.process
def test_it_starts_again_on_the_same_folder_and_port_at_once(tmp_path: Path) -> None:
    with process.running(tmp_path) as group:
        group.stop(signal.SIGTERM)
        assert group.process.returncode == 0
    with process.running(tmp_path, port=group.port) as again:
        assert _status(again, "/sign-in/") == 200


def _status(group: process.Group, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", group.port, timeout=10)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def _poll(group: process.Group, stop: threading.Event, polls: list[int]) -> None:
    """Do as a live page does: ask again and again on a connection that stays open."""
    connection = http.client.HTTPConnection("127.0.0.1", group.port, timeout=10)
    while not stop.is_set():
        try:
            connection.request("GET", "/live/", headers={"X-Relight-Live": "1"})
            answer = connection.getresponse()
            answer.read()
            polls.append(answer.status)
        except OSError:
            return
        except http.client.HTTPException:
            return
        time.sleep(0.05)


@pytest.mark.parametrize("terminal", [False, True])
def test_a_fault_is_logged_by_its_place_and_kind_never_with_the_values_it_met(
    terminal: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """What somebody typed or a file held stands in variables and messages of a fault: none reach the log."""
    typed = "-".join(["geheim", "wort"])  # apart: a source line may stand in a log
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def sign(password: str) -> None:
        try:
            int(password)
        except ValueError as fault:
            raise RuntimeError(f"refused {password}") from fault

    try:
        logs_setup(part="web", terminal=terminal)
        try:
            sign(typed)
        except RuntimeError:
            logging.getLogger("relight.test").exception("incident")
            structlog.get_logger("relight.test").exception("incident")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
    said = capsys.readouterr().err
    assert typed not in said
    assert said.count("in sign") == 4
    assert said.index("ValueError") < said.index("RuntimeError")
