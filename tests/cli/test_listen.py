"""`relight up --listen`: real processes, real TLS, trusted through the installation's own authority and nothing else."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from relight.cli.listen import PORT, listen_check, listen_read
from relight.fleet.middleware import COOKIE
from relight.journal.authority import RENEW_DAYS, SERVER_DAYS, authority_find, server_certificate_ready
from relight.journal.rules import fingerprint_hex, fingerprint_spoken
from relight.kernel.errors import RelightError
from support import process


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("0.0.0.0", "0.0.0.0", PORT),
        ("10.11.0.4:443", "10.11.0.4", 443),
        ("[fd00::2]:8444", "fd00::2", 8444),
        ("[::]", "::", PORT),
        ("fd00::2", "fd00::2", PORT),
        ("localhost:9000", None, 9000),
    ],
)
def test_an_address_is_read_with_or_without_its_port(text: str, address: str | None, port: int) -> None:
    listen = listen_read(text)
    assert listen.port == port
    assert address is None or listen.address == address
    assert listen_read(listen.text) == listen


@pytest.mark.parametrize("text", ["", ":8443", "10.0.0.1:0", "10.0.0.1:70000", "10.0.0.1:x", "a b", "https://x/", "*"])
def test_what_is_no_address_is_refused_by_its_code(text: str) -> None:
    with pytest.raises(RelightError) as refusal:
        listen_read(text)
    assert refusal.value.code == "RL-CLI-024"


def test_the_port_of_this_machines_own_pages_is_not_taken_twice() -> None:
    port = process.port_free()
    with pytest.raises(RelightError) as refusal:
        listen_check(listen_read(f"0.0.0.0:{port}"), host="127.0.0.1", port=port)
    assert refusal.value.code == "RL-CLI-025"


def test_a_fingerprint_reads_aloud_as_the_published_examples_do() -> None:
    """Examples of arXiv:0901.4016."""
    assert fingerprint_spoken(bytes([127, 0, 0, 1])) == ("lusab", "babad")
    assert fingerprint_spoken(bytes([63, 84, 220, 193])) == ("gutih", "tugad")
    assert fingerprint_hex(bytes(range(16))) == ("00:01:02:03:04:05:06:07", "08:09:0A:0B:0C:0D:0E:0F")


@pytest.fixture
def keys_home(tmp_path: Path, settings: object) -> Path:
    settings.RELIGHT_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "keys" / "tls"


@pytest.mark.django_db
def test_a_certificate_is_made_again_near_its_end_or_for_other_names_and_the_authority_stays(
    keys_home: Path, act_for: object
) -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def ready(at: datetime, *names: str) -> bytes:
        server_certificate_ready(act=act_for("owner", at=at), group="Ardenne", names=names)  # type: ignore[operator]
        return (keys_home / "server.crt").read_bytes()

    first = ready(at, "10.0.0.1", "clean.example")
    authority = authority_find()
    assert authority is not None and "Ardenne" in authority.name
    assert ready(at + timedelta(days=SERVER_DAYS - RENEW_DAYS - 2), "clean.example", "10.0.0.1") == first
    assert ready(at, "10.0.0.2") != first
    held = ready(at, "10.0.0.1")
    assert ready(at + timedelta(days=SERVER_DAYS - RENEW_DAYS), "10.0.0.1") != held
    again = authority_find()
    assert again is not None and again.der == authority.der
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in keys_home.iterdir())
    (keys_home / "server.key").write_bytes((keys_home / "authority.key").read_bytes())
    assert ready(at + timedelta(days=SERVER_DAYS - RENEW_DAYS), "10.0.0.1") != held, "a pair that does not match"


@pytest.mark.django_db
def test_keys_are_encrypted_where_a_passphrase_is_set_and_a_wrong_one_is_said(
    keys_home: Path, act_for: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELIGHT_KEY_PASSPHRASE", "four-horses")
    act = act_for("owner")  # type: ignore[operator]
    server_certificate_ready(act=act, group="", names=["10.0.0.1"])
    assert b"ENCRYPTED" in (keys_home / "authority.key").read_bytes()
    assert b"ENCRYPTED" in (keys_home / "server.key").read_bytes()
    monkeypatch.setenv("RELIGHT_KEY_PASSPHRASE", "wrong")
    with pytest.raises(RelightError) as refusal:
        server_certificate_ready(act=act, group="", names=["10.0.0.2"])
    assert refusal.value.code == "RL-JNL-007"
    assert "wrong" not in str(refusal.value)


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[process.Group, int]]:
    """`relight up` with a TLS port on this machine."""
    port = process.port_free()
    words = ("up", "--no-browser", "--listen", f"127.0.0.1:{port}")
    with process.running(tmp_path_factory.mktemp("tls"), words=words) as running:
        yield running, port


def _trusting(home: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(home / "keys" / "tls" / "authority.crt"))


def _ask(
    group: tuple[process.Group, int], method: str, path: str, body: str = "", **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    running, port = group
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=15, context=_trusting(running.home))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body or None, {"Accept": "text/html", **named})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


@pytest.mark.process
def test_pages_come_over_tls_to_who_trusts_the_authority_and_to_nobody_else(group: tuple[process.Group, int]) -> None:
    answer, text = _ask(group, "GET", "/trust/")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    told = [line.strip() for line in group[0].out if re.fullmatch(r"\s+([0-9A-F]{2}:){7}[0-9A-F]{2}", line)]
    assert len(told) == 4
    assert all(part in text for part in told), "the terminal and the page show one fingerprint"
    stranger = http.client.HTTPSConnection("127.0.0.1", group[1], timeout=15, context=ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/trust/")


@pytest.mark.process
def test_plain_http_on_that_port_gets_no_page(group: tuple[process.Group, int]) -> None:
    with socket.create_connection(("127.0.0.1", group[1]), timeout=10) as line:
        line.sendall(b"GET /trust/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        said = b""
        while chunk := line.recv(4096):
            said += chunk
    assert b"HTTP" not in said
    assert b"<" not in said


@pytest.mark.process
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_refused(group: tuple[process.Group, int]) -> None:
    old = _trusting(group[0].home)
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", group[1]), timeout=10) as line, pytest.raises(ssl.SSLError):
        old.wrap_socket(line, server_hostname="127.0.0.1")


@pytest.mark.process
def test_a_host_the_certificate_does_not_name_is_refused(group: tuple[process.Group, int]) -> None:
    answer, _ = _ask(group, "GET", "/trust/", Host="elsewhere.example")
    assert answer.status == 400


@pytest.mark.process
def test_cookies_over_tls_are_for_tls_only_and_a_form_from_elsewhere_is_refused(
    group: tuple[process.Group, int],
) -> None:
    answer, text = _ask(group, "GET", "/enrol/")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie and "HttpOnly" in cookie
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    assert token
    body = urlencode({"csrfmiddlewaretoken": token[1], "code": "00000000"})
    sent = {"Cookie": cookie.partition(";")[0].strip(), "Content-Type": "application/x-www-form-urlencoded"}
    here = f"https://127.0.0.1:{group[1]}"
    own, page = _ask(group, "POST", "/enrol/", body, Origin=here, **sent)
    assert own.status == 400 and "RL-" not in page.split("<form")[0]
    other, _ = _ask(group, "POST", "/enrol/", body, Origin="https://elsewhere.example", **sent)
    assert other.status == 403


@pytest.mark.process
def test_a_revocation_by_another_process_cuts_the_next_request_over_tls(group: tuple[process.Group, int]) -> None:
    """Enrolled by a code over a real socket, revoked by a process of its own, refused by the web processes at once."""
    running, _ = group
    code = _in_process(running.home, MAKE)
    answer, text = _ask(group, "GET", "/enrol/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    assert token
    csrf = answer.headers["Set-Cookie"].partition(";")[0].strip()
    body = urlencode({"csrfmiddlewaretoken": token[1], "code": code})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://127.0.0.1:{group[1]}"}
    enrolled, _ = _ask(group, "POST", "/enrol/", body, Cookie=csrf, **headers)
    assert enrolled.status == 302
    given = next(value for value in enrolled.headers.get_all("Set-Cookie", []) if COOKIE in value)
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in given.split(";")}
    device = given.partition(";")[0].strip()
    assert "ward-pc-1" in _ask(group, "GET", "/enrol/", Cookie=device)[1]
    _in_process(running.home, REVOKE)
    assert "ward-pc-1" not in _ask(group, "GET", "/enrol/", Cookie=device)[1]
    assert device.partition("=")[2] not in "\n".join(running.err + running.out)


@pytest.mark.process
def test_wrong_codes_are_no_longer_listened_to_after_a_while(group: tuple[process.Group, int]) -> None:
    """The count is kept in each web process: at most four of them, five tries each."""
    answer, text = _ask(group, "GET", "/enrol/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    assert token
    sent = {
        "Cookie": answer.headers["Set-Cookie"].partition(";")[0].strip(),
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://127.0.0.1:{group[1]}",
    }
    body = urlencode({"csrfmiddlewaretoken": token[1], "code": "11111111"})
    seen = [_ask(group, "POST", "/enrol/", body, **sent)[0].status for _ in range(4 * 5 + 4)]
    assert 429 in seen
    assert set(seen) == {400, 429}


@pytest.mark.process
def test_no_key_stands_in_the_logs_and_loopback_keeps_plain_http_without_hsts(
    group: tuple[process.Group, int],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", group[0].port, timeout=10)
    connection.request("GET", "/sign-in/", headers={"X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] is None
    assert "Secure" not in (answer.headers["Set-Cookie"] or "")
    assert not [line for line in group[0].err + group[0].out if "PRIVATE KEY" in line]


BEGIN = """
from relight.cli.shell import cli_act, setup
setup()
from relight.fleet.models import LineItem, Workstation
from relight.fleet.api import Klass, NewItem, item_add
from relight.fleet.services.workstations import workstation_code_make, workstation_revoke
from relight.journal.api import writing
act = cli_act()
"""
MAKE = (
    BEGIN
    + """
item = item_add(act=act, item=NewItem(klass=Klass.WORKSTATION, name="ward-pc-1", role="workstation"))
with writing(act) as log:  # admitted as the line would: its way there is tested elsewhere
    LineItem.objects.filter(pk=item).update(stage="admitted")
    log.entry("line.move", subject=f"item:{item}", body={})
print(workstation_code_make(act=act, item=item).code)
"""
)
REVOKE = BEGIN + "workstation_revoke(act=act, item=LineItem.objects.get().pk, reason='stolen')\n"


def _in_process(home: Path, program: str) -> str:
    """Run a program on the same data folder, in a process of its own. Returns: the last line it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=process.home_environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().rpartition("\n")[2]
