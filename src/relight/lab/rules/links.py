"""What a link and a laboratory system may be set to.

Owns `link_refusals` and `lis_refusals`, asked by the file and by the page alike, so that both refuse the
same. Refuses to know what exists: drivers, laboratory systems and the other links are arguments.
Source: docs/design/lab.md, "The file of links".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from relight.kernel.errors import N_, ErrorSpec, RelightError, Word
from relight.kernel.ids import is_slug
from relight.lab import errors
from relight.lab.types import LinkSettings, LisSettings, Tls, Transport

BAUDS = (300, 600, 1200, 2400, 4800, 9600, 14400, 19200, 38400, 57600, 115200)
BITS = (7, 8)
PARITIES = ("N", "E", "O")
STOP_BITS = (1, 2)
DAY_S = 24 * 3600
NUMBERS: dict[str, tuple[int, int]] = {
    "port": (1, 65_535),
    "limits.message_bytes": (1024, 64 * 1024 * 1024),
    "limits.per_minute": (0, 100_000),
    "limits.idle_s": (0, 30 * DAY_S),
    "limits.silence_s": (0, 30 * DAY_S),
    "limits.repeat_s": (0, 365 * DAY_S),
    "reply_timeout_s": (1, 600),
}
LENGTHS = {"name": 120, "tags": 64, "host": 255, "device": 255, "file": 255}
TRANSPORT_NAMES: dict[Transport, Word] = {
    Transport.TCP_SERVER: Word(N_("TCP, the analyzer calls")),
    Transport.TCP_CLIENT: Word(N_("TCP, Relight calls")),
    Transport.SERIAL: Word(N_("serial line")),
}
A_NAME = Word(N_("a name on one line"))
A_SLUG = Word(N_("small letters, digits and single hyphens"))
AN_ADDRESS = Word(N_("an address of this machine, or nothing for all of them"))
A_HOST = Word(N_("an address or a host name"))
A_NETWORK = Word(N_("an address or a network"))
A_DEVICE = Word(N_("the device of a serial line"))
A_FILE = Word(N_("the whole path of a file on this machine"))

_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*\Z", re.ASCII)
_DEVICE = re.compile(r"(?:/dev(?:/[A-Za-z0-9_.:-]+)+|COM[0-9]{1,3})\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing a setting cannot be. Args: key: the setting, as the file writes it: `limits.idle_s`.
    index: which one of a list."""

    key: str
    spec: ErrorSpec
    params: dict[str, object] = field(default_factory=dict)
    index: int | None = None

    def error(self, *, where: str = "") -> RelightError:
        """Make the coded error; `where` is the setting's name unless a line is known."""
        return self.spec.error(where=where or self.key, **self.params)


def link_refusals(
    link: LinkSettings, *, drivers: Collection[str], lis: Collection[str], others: Iterable[LinkSettings] = ()
) -> tuple[Refusal, ...]:
    """List all that speaks against a link's settings; none when they may stand.

    Args: drivers: ids of the drivers there are. lis: ids of the laboratory systems there are.
    others: the links it must not share an address with; itself among them counts for nothing.
    """
    found = [*_words(link), *_place(link), *_limits(link), *_tls(link.tls)]
    if link.driver not in drivers:
        found.append(_unknown("driver", link.driver, drivers))
    if link.lis and link.lis not in lis:
        found.append(_unknown("lis", link.lis, lis))
    if not found and link.enabled:
        found.extend(_taken(link, others))
    return tuple(found)


def lis_refusals(lis: LisSettings) -> tuple[Refusal, ...]:
    """List all that speaks against a laboratory system's settings."""
    found = [*_named(lis.id, lis.name), *_host(lis.host), *_number("port", lis.port), *_tls(lis.tls)]
    return (*found, *_number("reply_timeout_s", lis.reply_timeout_s))


def _wrong(key: str, value: object, wanted: str, example: str, *, index: int | None = None) -> Refusal:
    params = {"key": key, "value": value, "wanted": wanted, "example": example}
    return Refusal(key=key, spec=errors.VALUE_WRONG, params=params, index=index)


def _unknown(key: str, value: str, known: Iterable[object]) -> Refusal:
    words = ", ".join(sorted(str(word) for word in known)) or "—"
    return Refusal(key=key, spec=errors.VALUE_UNKNOWN, params={"key": key, "value": value, "known": words})


def _missing(key: str, example: str) -> Refusal:
    return Refusal(key=key, spec=errors.KEY_MISSING, params={"key": key, "example": example})


def _named(id: str, name: str) -> Iterator[Refusal]:
    if not is_slug(id):
        yield _wrong("id", id, A_SLUG, "chemistry-1") if id else _missing("id", 'id = "chemistry-1"')
    if not name:
        yield _missing("name", 'name = "Chemistry 1"')
    elif not name.isprintable() or len(name) > LENGTHS["name"]:
        yield _wrong("name", name, A_NAME, "Chemistry 1")


def _words(link: LinkSettings) -> Iterator[Refusal]:
    yield from _named(link.id, link.name)
    if link.site and not is_slug(link.site):
        yield _wrong("site", link.site, A_SLUG, "arlon")
    if not is_slug(link.role):
        yield _wrong("role", link.role, A_SLUG, "analyzer-link")
    for index, tag in enumerate(link.tags):
        if not is_slug(tag):
            yield _wrong("tags", tag, A_SLUG, "chemistry", index=index)


def _place(link: LinkSettings) -> Iterator[Refusal]:
    """Where the bytes come from: what this transport needs, and nothing that means nothing for it."""
    if link.transport is Transport.SERIAL:
        yield from _device(link.device)
        yield from _serial(link)
        yield from _not_here(link, host=link.host, port=link.port, peers=link.peers, tls=link.tls.is_on)
        return
    yield from _number("port", link.port)
    yield from _not_here(link, device=link.device)
    if link.transport is Transport.TCP_CLIENT:
        yield from _host(link.host)
        yield from _not_here(link, peers=link.peers)
        return
    if link.host and not _is_address(link.host):
        yield _wrong("host", link.host, AN_ADDRESS, "192.0.2.10")
    for index, peer in enumerate(link.peers):
        if not _is_network(peer):
            yield _wrong("peers", peer, A_NETWORK, "192.0.2.0/24", index=index)


def _not_here(link: LinkSettings, **given: object) -> Iterator[Refusal]:
    for key, value in given.items():
        if value:
            params: dict[str, object] = {"key": key, "transport": TRANSPORT_NAMES[link.transport]}
            yield Refusal(key=key, spec=errors.NOT_HERE, params=params)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _host(host: str) -> Iterator[Refusal]:
    if not host:
        yield _missing("host", 'host = "192.0.2.10"')
    elif len(host) > LENGTHS["host"] or not (_is_address(host) or _is_name(host)):
        yield _wrong("host", host, A_HOST, "192.0.2.10")


def _is_name(host: str) -> bool:
    """Say whether a text may be a host name: one of digits and dots alone is a mistyped address."""
    return _HOST.match(host) is not None and not re.fullmatch(r"[0-9.]+", host, re.ASCII)


def _device(device: str) -> Iterator[Refusal]:
    if not device:
        yield _missing("device", 'device = "/dev/ttyUSB0"')
    elif len(device) > LENGTHS["device"] or not _DEVICE.match(device) or "/." in device:
        yield _wrong("device", device, A_DEVICE, "/dev/ttyUSB0")


def _serial(link: LinkSettings) -> Iterator[Refusal]:
    serial = link.serial
    for key, value, known in (
        ("serial.baud", serial.baud, BAUDS),
        ("serial.bits", serial.bits, BITS),
        ("serial.parity", serial.parity, PARITIES),
        ("serial.stop_bits", serial.stop_bits, STOP_BITS),
    ):
        if value not in known:
            words = ", ".join(str(word) for word in known)
            yield Refusal(key=key, spec=errors.VALUE_UNKNOWN, params={"key": key, "value": value, "known": words})


def _limits(link: LinkSettings) -> Iterator[Refusal]:
    for name in ("message_bytes", "per_minute", "idle_s", "silence_s", "repeat_s"):
        yield from _number(f"limits.{name}", getattr(link.limits, name))


def _number(key: str, value: int) -> Iterator[Refusal]:
    least, most = NUMBERS[key]
    if not least <= value <= most:
        if key == "port" and value == 0:
            yield _missing("port", "port = 5001")
        else:
            known = f"{least} – {most}"
            yield Refusal(key=key, spec=errors.VALUE_UNKNOWN, params={"key": key, "value": value, "known": known})


def _tls(tls: Tls) -> Iterator[Refusal]:
    for name in ("certificate", "key", "ca"):
        path = getattr(tls, name)
        if path and (not path.startswith("/") or not path.isprintable() or len(path) > LENGTHS["file"]):
            yield _wrong(f"tls.{name}", path, A_FILE, f"/etc/relight/{name}.pem")
    if bool(tls.certificate) != bool(tls.key):
        here, there = ("certificate", "key") if tls.certificate else ("key", "certificate")
        params: dict[str, object] = {"key": f"tls.{here}", "other": f"tls.{there}"}
        yield Refusal(key=f"tls.{here}", spec=errors.KEY_ALONE, params=params)


def _taken(link: LinkSettings, others: Iterable[LinkSettings]) -> Iterator[Refusal]:
    key = "device" if link.transport is Transport.SERIAL else "port"
    for other in others:
        if other.id != link.id and other.enabled and _collide(link, other):
            params: dict[str, object] = {"address": address_of(link), "other": other.id}
            yield Refusal(key=key, spec=errors.ADDRESS_TAKEN, params=params)
            return


def _collide(one: LinkSettings, other: LinkSettings) -> bool:
    """Say whether two links ask for the same thing: a device, a port to listen on, a far end to call."""
    if one.transport is not other.transport:
        return False
    if one.transport is Transport.SERIAL:
        return one.device == other.device
    if one.port != other.port:
        return False
    return one.host.lower() == other.host.lower() or (
        one.transport is Transport.TCP_SERVER and bool({one.host, other.host} & {"", "0.0.0.0", "::"})  # noqa: S104 - compared
    )


def address_of(link: LinkSettings) -> str:
    """Write where a link's bytes come from, on one line: `192.0.2.10:5001`, `*:5001`, `/dev/ttyUSB0`."""
    if link.transport is Transport.SERIAL:
        return link.device
    host = f"[{link.host}]" if ":" in link.host else link.host or "*"
    return f"{host}:{link.port}"
