"""The file of links: read whole, refused whole, written the same each time."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.lab.rules.links import BAUDS, link_refusals, lis_refusals
from relight.lab.rules.links_file import LinksFile, links_dump, links_read
from relight.lab.types import Limits, LinkSettings, LisSettings, OrdersKept, Protocol, SerialLine, Tls, Transport

DRIVERS = ("generic", "cobas")
GOOD = """\
format = 1

[[lis]]
id = "main"
name = "Laboratory system"
host = "10.20.0.5"
port = 2575

[[link]]
id = "chem"
name = "Chemistry 1"
site = "arlon"
driver = "cobas"
port = 5001
peers = ["10.30.0.0/24"]
limits = { silence_s = 900 }
lis = "main"

[[link]]
id = "gas"
name = "Blood gas"
transport = "serial"
device = "/dev/ttyUSB0"
serial = { baud = 19200 }

[[link]]
id = "haem"
name = "Haematology"
protocol = "hl7"
transport = "tcp-client"
host = "haem.lab.example"
port = 5100
enabled = false
"""


def read(text: str, **known: Any) -> LinksFile:
    return links_read(text, filename="links.toml", drivers=DRIVERS, **known)


def codes(file: LinksFile) -> list[tuple[str, str]]:
    """Say what is wrong as (code, line)."""
    return [(fault.code, fault.where.rpartition(":")[2]) for fault in file.faults]


def test_a_good_file_gives_its_settings() -> None:
    """Every key becomes a field; what is not said keeps its default."""
    file = read(GOOD)
    assert not file.faults
    assert file.lis == (LisSettings(id="main", name="Laboratory system", host="10.20.0.5", port=2575),)
    chem, gas, haem = file.links
    assert chem.limits == Limits(silence_s=900)
    assert chem.peers == ("10.30.0.0/24",)
    assert (gas.transport, gas.serial) == (Transport.SERIAL, SerialLine(baud=19200))
    assert (haem.protocol, haem.enabled) == (Protocol.HL7, False)
    assert file.unsaid == {"lis:main", "link:chem", "link:gas"}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("format = 1", "format = 2", "RL-LAB-005", "1"),
        ("format = 1", "format = true", "RL-LAB-005", "1"),
        ('site = "arlon"', 'site = "Arlon!"', "RL-LAB-008", "12"),
        ('site = "arlon"', 'sites = "arlon"', "RL-LAB-006", "12"),
        ('driver = "cobas"', 'driver = "kobas"', "RL-LAB-009", "13"),
        ("port = 5001", "port = 500100", "RL-LAB-009", "14"),
        ("port = 5001", 'port = "5001"', "RL-LAB-008", "14"),
        ("port = 5001", "port = true", "RL-LAB-008", "14"),
        ("port = 5001\n", "", "RL-LAB-007", "9"),
        ('["10.30.0.0/24"]', '["10.30.0.0/24", "10.30.0.1/24"]', "RL-LAB-008", "15"),
        ("silence_s = 900", "silence_s = -1", "RL-LAB-009", "16"),
        ("silence_s = 900", "silent_s = 1", "RL-LAB-006", "16"),
        ('lis = "main"', 'lis = "other"', "RL-LAB-009", "17"),
        ('transport = "serial"', 'transport = "usb"', "RL-LAB-009", "22"),
        ("/dev/ttyUSB0", "/etc/passwd", "RL-LAB-008", "23"),
        ("/dev/ttyUSB0", "/dev/../etc/passwd", "RL-LAB-008", "23"),
        ("baud = 19200", "baud = 1", "RL-LAB-009", "24"),
        ("baud = 19200", 'parity = "X"', "RL-LAB-009", "24"),
        ('device = "/dev/ttyUSB0"', 'device = "/dev/ttyUSB0"\nport = 5', "RL-LAB-010", "24"),
        ('"haem.lab.example"', '"haem lab"', "RL-LAB-008", "31"),
        ('"haem.lab.example"', '"10.30.0.999"', "RL-LAB-008", "31"),
        ("enabled = false", 'tls = { certificate = "/etc/c.pem" }', "RL-LAB-013", "33"),
        ("enabled = false", 'tls = { ca = "ca.pem" }', "RL-LAB-008", "33"),
        ('id = "haem"', 'id = "chem"', "RL-LAB-011", "27"),
        ('id = "haem"', 'id = ""', "RL-LAB-007", "27"),
        ('name = "Haematology"', 'name = ""', "RL-LAB-007", "28"),
        ('name = "Haematology"', 'name = "Hae\\nma"', "RL-LAB-008", "28"),
        ('name = "Haematology"', "name = Haematology", "RL-LAB-004", "28"),
        ("[[lis]]", "[lis]", "RL-LAB-008", "3"),
    ],
)
def test_each_fault_stands_on_its_line(old: str, new: str, code: str, line: str) -> None:
    """A fault says its code and the line it is on; the file gives nothing then."""
    assert old in GOOD
    file = read(GOOD.replace(old, new, 1))
    assert (code, line) in codes(file)
    assert not file.links
    assert not file.lis
    for fault in file.faults:
        assert fault.message()
        assert fault.next()


def test_all_faults_are_listed_at_once_in_line_order() -> None:
    """One reading shows everything that must be mended, from top to bottom."""
    text = GOOD.replace('driver = "cobas"', 'driver = "x"').replace("baud = 19200", "baud = 1").replace("2575", "99999")
    assert codes(read(text)) == [("RL-LAB-009", "7"), ("RL-LAB-009", "13"), ("RL-LAB-009", "24")]
    assert read(text).refusal().params == {"count": 3}


def test_two_links_never_listen_on_the_same_port() -> None:
    """The second of two that share a port is refused, whatever address each names when one takes all."""
    twin = '[[link]]\nid = "twin"\nname = "Twin"\nport = 5001\n'
    assert codes(read(GOOD + twin)) == [("RL-LAB-012", "37")]
    assert codes(read(GOOD + twin + 'host = "10.0.0.1"\n')) == [("RL-LAB-012", "37")]
    assert codes(read(GOOD + twin + "enabled = false\n")) == []


def test_a_port_of_a_link_the_file_does_not_name_is_taken() -> None:
    """Links known already keep their address; the one the file describes anew does not stand in its own way."""
    known = LinkSettings(id="old", name="Old", port=5001)
    assert codes(read(GOOD, links=[known])) == [("RL-LAB-012", "14")]
    assert codes(read(GOOD, links=[replace(known, id="chem")])) == []


def test_two_links_never_share_a_serial_line() -> None:
    """A device belongs to one link."""
    twin = '[[link]]\nid = "twin"\nname = "Twin"\ntransport = "serial"\ndevice = "/dev/ttyUSB0"\n'
    assert codes(read(GOOD + twin)) == [("RL-LAB-012", "38")]


def test_a_link_may_name_a_laboratory_system_that_is_known_already() -> None:
    """A file of links alone need not repeat the systems."""
    text = 'format = 1\n[[link]]\nid = "a"\nname = "A"\nport = 1\nlis = "main"\n'
    assert codes(read(text)) == [("RL-LAB-009", "6")]
    assert not read(text, lis=["main"]).faults


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """An editor on a workstation does no harm."""
    assert not read("\ufeff" + GOOD.replace("\n", "\r\n")).faults


@given(st.text(alphabet=string.printable, max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but coded faults comes out of a file that is no file of links."""
    file = read(text)
    assert file.faults or not file.links


@given(st.data())
def test_a_mangled_file_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever values a hand puts in, reading ends with settings or with faults."""
    value = st.recursive(
        st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    )
    key = data.draw(st.sampled_from(["id", "name", "port", "peers", "tags", "limits", "tls", "serial", "enabled"]))
    text = f'format = 1\n[[link]]\n{key} = {_written(data.draw(value))}\nhost = "10.0.0.1"\n'
    file = read(text)
    assert file.faults or file.links


def _written(value: object) -> str:
    if value is None:
        return "1979-05-27"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value if not 0xD800 <= ord(c) < 0xE000) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return repr(value)


SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True)
NAMES = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")),
    min_size=1,
    max_size=40,
)
PATHS = st.from_regex(r"/etc/[a-z\"\\]{1,8}\.pem", fullmatch=True)
LIMITS = st.builds(
    Limits,
    message_bytes=st.integers(1024, 2**20),
    per_minute=st.integers(0, 100),
    idle_s=st.integers(0, 900),
    silence_s=st.integers(0, 900),
    repeat_s=st.integers(0, 900),
)
COMMON: dict[str, Any] = {
    "id": SLUGS,
    "name": NAMES,
    "site": SLUGS | st.just(""),
    "role": SLUGS,
    "tags": st.lists(SLUGS, max_size=3).map(tuple),
    "driver": st.sampled_from(DRIVERS),
    "protocol": st.sampled_from(Protocol),
    "limits": LIMITS,
    "lis": st.just("") | st.just("main"),
    "orders": st.sampled_from(OrdersKept),
    "enabled": st.just(False),
}
LINKS = st.one_of(
    st.builds(
        LinkSettings,
        **COMMON,
        port=st.integers(1, 65535),
        peers=st.lists(st.ip_addresses().map(str), max_size=3).map(tuple),
        tls=st.builds(Tls, certificate=PATHS, key=PATHS, ca=PATHS | st.just("")),
    ),
    st.builds(LinkSettings, **COMMON, transport=st.just(Transport.TCP_CLIENT), host=SLUGS, port=st.integers(1, 65535)),
    st.builds(
        LinkSettings,
        **COMMON,
        transport=st.just(Transport.SERIAL),
        device=st.just("/dev/ttyS0"),
        serial=st.builds(SerialLine, baud=st.sampled_from(BAUDS), bits=st.sampled_from([7, 8])),
    ),
)


@given(st.lists(LINKS, max_size=4, unique_by=lambda link: link.id))
def test_what_is_written_reads_back_the_same(links: list[LinkSettings]) -> None:
    """Dump and read are inverses, and the same settings give the same bytes in any order."""
    system = LisSettings(id="main", name="Main “é”", host="::1", port=1, reply_timeout_s=9)
    text = links_dump(lis=[system], links=links)
    file = read(text)
    assert not file.faults, [str(fault) for fault in file.faults]
    assert file.links == tuple(sorted(links, key=lambda link: link.id))
    assert file.lis == (system,)
    assert links_dump(lis=[system], links=reversed(links)) == text


def test_the_file_is_written_short() -> None:
    """Only what differs from what is meant without it is written; the bytes are fixed."""
    assert links_dump(lis=read(GOOD).lis, links=read(GOOD).links) == GOOD


def test_settings_made_elsewhere_are_held_to_the_same_rules() -> None:
    """What a file may not say, a page may not say either: one function refuses both."""
    link = LinkSettings(id="a", name="A", port=1, driver="x", lis="y")
    assert {one.key for one in link_refusals(link, drivers=DRIVERS, lis=())} == {"driver", "lis"}
    assert {one.key for one in lis_refusals(LisSettings(id="a", name="A"))} == {"host", "port"}
    assert not lis_refusals(LisSettings(id="a", name="A", host="lis.example", port=1))
