"""Identifiers as they are compared: normalised, or recognised as worth nothing.

Owns what a serial number, a UUID, a hardware address, a host name and an address look like, and
which of them say nothing about identity. Refuses tables and clocks. Sources: SMBIOS 3.7 §7.2.1
(UUID byte order, "not present" values), RFC 5798 §7.3 (VRRP addresses), RFC 952/1123 (host names),
IEEE 802c (locally administered addresses), docs/design/inventories.md.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from ipaddress import ip_address

NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "?",
        ".",
        "n/a",
        "na",
        "n.a.",
        "nd",
        "n/d",
        "nc",
        "none",
        "null",
        "nil",
        "unknown",
        "inconnu",
        "inconnue",
        "onbekend",
        "unbekannt",
        "aucun",
        "aucune",
        "geen",
        "keine",
        "not available",
        "not applicable",
        "not specified",
        "non renseigné",
        "undefined",
        "#n/a",
        "tbd",
    }
)
"""Cells that say nothing, in lower case."""

_LONGEST_NOTHING = max(len(word) for word in NOTHING)

JUNK_SERIALS = frozenset(
    {
        "tobefilledbyoem",
        "tobefilledbyoemm",
        "tobefilled",
        "systemserialnumber",
        "serialnumber",
        "serial",
        "sernum",
        "systemproductname",
        "baseboardserialnumber",
        "chassisserialnumber",
        "mbserialnumber",
        "defaultstring",
        "default",
        "notspecified",
        "notapplicable",
        "notavailable",
        "notpresent",
        "notset",
        "oem",
        "oemdefault000",
        "empty",
        "invalid",
        "unknown",
        "none",
        "null",
        "na",
        "xxxxxxxx",
        "123456789",
        "1234567890",
        "0123456789",
        "01234567890123456789",
        "12345678",
        "1234567",
        "123456",
        "012345678",
        "abcdefgh",
        "abc123",
        "eval",
        "todo",
        "tbd",
        "systemserial",
        "productserialnumber",
        "inconnu",
        "onbekend",
        "unbekannt",
    }
)
"""What makers leave in the serial field, without spaces and signs."""

JUNK_UUIDS = frozenset(
    {
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "07090201-0103-0301-0807-060504030201",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "12345678-1234-1234-1234-123456789abc",
        "11223344-5566-7788-99aa-bbccddeeff00",
        "00010203-0405-0607-0809-0a0b0c0d0e0f",
        "01234567-8910-1112-1314-151617181920",
    }
)
"""UUIDs many machines were made with."""

_HEX12 = re.compile(r"[0-9a-f]{12}\Z")
_UUID = re.compile(r"\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_SIGNS = re.compile(r"[^0-9a-z]+")
_MAC_SIGNS = str.maketrans("", "", ":-. ")

_NEVER_NAMES = frozenset(
    {
        "localhost",
        "localhost2",
        "localhost4",
        "localhost6",
        "ip6-localhost",
        "ip6-loopback",
        "broadcasthost",
        "unknown",
        "none",
        "null",
        "router",
        "gateway",
        "android",
        "iphone",
        "ipad",
        "espressif",
        "debian",
        "ubuntu",
        "raspberrypi",
        "kali",
        "windows",
        "minint",
        "ubnt",
        "openwrt",
        "mikrotik",
        "switch",
        "printer",
        "host",
        "desktop",
        "laptop",
        "pc",
        "workstation",
        "server",
        "new-host",
        "wlan0",
        "localdomain",
    }
)
"""Names many machines bear: they call a machine, they never identify it."""


class MacWorth(Enum):
    """What a hardware address says about identity."""

    STRONG = "strong"
    WEAK = "weak"  # locally administered or of an adapter that travels: many machines may bear it
    NEVER = "never"  # a group, a virtual router, a driver's constant


_NEVER_MACS = (
    "000000000000",
    "ffffffffffff",
    "00005e0001",  # VRRP, IPv4
    "00005e0002",  # VRRP, IPv6
    "00000c07ac",  # HSRP v1
    "00000c9ff",  # HSRP v2
    "0007b400",  # GLBP
    "00ff",  # TAP driver
    "005056c0000",  # VMware host-only adapters
    "00090ffe0001",  # VPN adapter
    "00090faa0001",  # VPN adapter
    "00059a3c7",  # VPN adapter
    "02004c4f4f50",  # loopback adapter
    "001c420000",  # Parallels host adapters
    "505054503030",  # WAN miniport (PPTP)
    "33506f453030",  # WAN miniport (PPPoE)
    "204153594eff",  # RAS async adapter
    "020054554e01",  # Teredo
    "8000600fe800",  # mobile sync adapter
    "0250f2000002",
)
"""Beginnings of addresses that drivers and protocols share among all their users."""


def blank(text: str) -> bool:
    """Say whether a cell says nothing."""
    return text.strip().lower() in NOTHING


def clean(text: str) -> str:
    """Trim a cell, drop control characters and the quotes and signs spreadsheets leave."""
    if not text.isprintable() or "\u200b" in text:
        text = "".join(" " if ord(c) < 32 or c in "\u00a0\ufeff\u200b" else c for c in text)
    text = text.strip()
    return "" if len(text) <= _LONGEST_NOTHING and text.lower() in NOTHING else text


def serial_of(text: str) -> str:
    """Normalise a serial number: upper case without spaces; empty when it is a maker's filler.

    Fewer than four letters or digits, one sign repeated, a number below 1000, a word with vowels or a
    known filler is no serial number.
    """
    folded = _SIGNS.sub("", text.strip().lower())
    if len(folded) < 4 or folded in JUNK_SERIALS or len(set(folded)) == 1:
        return ""
    if folded.isascii() and folded.isdigit() and int(folded) < 1000:
        return ""
    if folded.isalpha() and (len(folded) < 7 or set(folded) & set("aeiou")):
        return ""
    if folded.startswith(("tobefilled", "notspecified", "defaultstring", "systemserial", "oemserial")):
        return ""
    return re.sub(r"\s+", "", text.strip()).upper()[:120]


def uuid_of(text: str) -> str:
    """Normalise an SMBIOS UUID: lower case, the smaller of its two byte orders; empty when junk.

    Half of the tools print the first three groups as stored, half as the little-endian numbers they
    are: both mean one machine. Raises: ValueError when it is no UUID at all.
    """
    found = _UUID.match(text.strip().lower())
    if found is None:
        raise ValueError("no UUID")
    groups = found.groups()
    plain = "-".join(groups)
    swapped = "-".join((*(_swapped(group) for group in groups[:3]), *groups[3:]))
    digits = "".join(groups)
    if len(set(digits)) <= 2 or plain in JUNK_UUIDS or swapped in JUNK_UUIDS:
        return ""
    if digits[8:] == "f" * 24 or digits[12:] == "0" * 20 or len({digits[i : i + 2] for i in range(0, 32, 2)}) == 1:
        return ""
    return min(plain, swapped)


def _swapped(group: str) -> str:
    return "".join(reversed([group[i : i + 2] for i in range(0, len(group), 2)]))


@lru_cache(maxsize=65536)
def mac_of(text: str) -> str:
    """Normalise a hardware address to `aa:bb:cc:dd:ee:ff`.

    Raises: ValueError when it is none. An EUI-64 of a link-local address or an InfiniBand address is
    not an Ethernet address and is refused too.
    """
    digits = text.strip().lower().translate(_MAC_SIGNS)
    if not _HEX12.match(digits):
        raise ValueError("no MAC address")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def mac_worth(mac: str) -> MacWorth:
    """Say what a normalised hardware address is worth as an identity."""
    digits = mac.replace(":", "")
    first = int(digits[:2], 16)
    if first & 1 or digits.startswith(_NEVER_MACS):
        return MacWorth.NEVER
    return MacWorth.WEAK if first & 2 else MacWorth.STRONG


_TRAVELS = re.compile(
    r"\b(usb|dock|docking|thunderbolt|rndis|r8152|ax88179|cdc_(?:ether|ncm|mbim)|asix|smsc\d+|ndis)\b"
    r"|enx[0-9a-f]{12}|en[pPo][0-9a-z]*u\d",
    re.IGNORECASE,
)
_VIRTUAL = re.compile(
    r"virtual|virtuel|virtuelle|vmware|virtualbox|vbox|hyper-v|tap-|wan miniport|loopback|bluetooth|teredo|vpn"
    r"|anyconnect|openvpn|wintun|wireguard|fortinet|docker|npcap|isatap"
    r"|^(?:lo\d*|gif\d|stf\d|utun\d+|awdl\d|llw\d|p2p\d|bridge\d+|fw\d|veth.*|virbr.*|br-.*|docker\d*|vmnet\d+"
    r"|vnic\d+|tun\d+|tap\d+|lxc.*|rmnet.*|dummy\d+)$",
    re.IGNORECASE,
)


def adapter_travels(description: str) -> bool:
    """Say whether a card's name or driver is that of a dock or USB adapter: it goes from desk to desk."""
    return bool(_TRAVELS.search(description))


def adapter_virtual(description: str) -> bool:
    """Say whether a card's name is that of a software adapter."""
    return bool(_VIRTUAL.search(description))


def ip_of(text: str) -> str:
    """Normalise an address, dropping a prefix length and a zone: `10.0.0.1/24` is `10.0.0.1`.

    Raises: ValueError when it is none.
    """
    return str(ip_address(text.strip().strip("[]").partition("/")[0].partition("%")[0]))


def ip_local(ip: str) -> bool:
    """Say whether an address means something on one machine or one wire only."""
    address = ip_address(ip)
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast


def host_of(text: str) -> tuple[str, str]:
    """Split what a source calls a host into (short host name, full name), lower case, each may be empty.

    `ARL-PC01$` is the account of host arl-pc01; a name with a space, a sign or only digits and dots
    is what people call a machine, and no host name.
    """
    name = text.strip().rstrip(".").rstrip("$").lower()
    if not name or len(name) > 253:
        return "", ""
    labels = name.split(".")
    if not all(_LABEL.match(label) for label in labels) or _is_number(labels):
        return "", ""
    if labels[0] in _NEVER_NAMES:
        return "", ""
    return labels[0], name if len(labels) > 1 else ""


def _is_number(labels: list[str]) -> bool:
    return all(label.isascii() and label.isdigit() for label in labels)


_FILETIME_START = datetime(1601, 1, 1, tzinfo=UTC)
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?\s*\Z"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?)?\s*\Z"
)
_GENERALIZED = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z?\Z")


def time_of(text: str) -> datetime | None:
    """Read a moment as inventories write it, as an aware time (UTC where they say nothing).

    Understood: ISO 8601, LDAP generalized time, Windows FILETIME, seconds since 1970, day first and
    year first. A month above 12 in a day-first date is read as month first. None when it is no time.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return _number_time(int(text))
    found = _GENERALIZED.match(text)
    if found:
        return _made(*(int(part) for part in found.groups()))
    try:
        parsed = datetime.fromisoformat(text)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except ValueError:
        pass
    found = _YEAR_FIRST.match(text)
    if found:
        return _made(*(int(part or 0) for part in found.groups()))
    found = _DAY_FIRST.match(text)
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if month > 12 >= day:
        day, month = month, day
    half = (found.group(7) or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return _made(year, month, day, hour, minute, second)


def _number_time(number: int) -> datetime | None:
    if 116_444_736_000_000_000 <= number < 200_000_000_000_000_000:
        return _FILETIME_START + timedelta(microseconds=number // 10)
    if 100_000_000 <= number < 5_000_000_000:
        return datetime.fromtimestamp(number, tz=UTC)
    return None


def _made(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


_MAKERS = {
    "hewlett-packard": "hp",
    "hewlettpackard": "hp",
    "hpe": "hp",
    "hpinc": "hp",
    "hewlettpackardenterprise": "hp",
    "dellemc": "dell",
    "dellcomputercorporation": "dell",
    "applecomputer": "apple",
    "fujitsusiemens": "fujitsu",
    "fujitsutechnologysolutions": "fujitsu",
    "asustek": "asus",
    "asustekcomputer": "asus",
    "ciscosystems": "cisco",
    "innotekgmbh": "oracle",
}
_FORMS = re.compile(
    r"\b(incorporated|inc|corporation|corp|company|co|gmbh|ag|sa|nv|bv|ltd|limited|llc|kg|srl|spa|plc)\b"
)


@lru_cache(maxsize=4096)
def maker_of(text: str) -> str:
    """Reduce a manufacturer to a word to compare: `Hewlett-Packard` and `HP Inc.` are both `hp`."""
    folded = _SIGNS.sub("", _FORMS.sub(" ", text.lower()))
    return _MAKERS.get(folded, folded)
