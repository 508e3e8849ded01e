"""What class a machine is, from the words its source uses.

Owns the guess, nothing else: a description's placement rule or a person overrides it.
Source: words of nmap's device types, NetBox and GLPI item types, chassis types of SMBIOS 3.7 §7.4.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from relight.fleet.types import Klass

_WORDS: tuple[tuple[Klass, re.Pattern[str]], ...] = (
    (Klass.PRINTER, re.compile(r"print|imprimante|drucker|plotter|mfp|laserjet|copieur|étiqueteuse|label maker", re.I)),
    (
        Klass.ANALYZER,
        re.compile(r"analy[sz]e|automate|labo(?:ratory)? (?:device|instrument)|cobas|sysmex|architect", re.I),
    ),
    (
        Klass.MODALITY,
        re.compile(
            r"modalit|scanner (?:ct|irm)|\b(?:ct|mri|irm|pet)[ -]?scan|ultrasound|échograph|x-?ray|radiolog"
            r"|mammograph|angiograph",
            re.I,
        ),
    ),
    (
        Klass.NETWORK,
        re.compile(
            r"switch|router|routeur|networking|networkequipment|network equipment|firewall|pare-?feu"
            r"|access point|\bwap\b|point d'accès|\bwlc\b|gateway|load balancer|broadband router|commutateur|netwerk",
            re.I,
        ),
    ),
    (
        Klass.OTHER,
        re.compile(
            r"patch panel|\bpdu\b|\bups\b|onduleur|power-device|phone|voip|webcam|camera|\bpanel\b|android", re.I
        ),
    ),
    (Klass.SERVER, re.compile(r"server|serveur|hypervisor|esx|\bvm\b|virtual|rack mount|blade|storage|\bnas\b", re.I)),
    (
        Klass.WORKSTATION,
        re.compile(
            r"workstation|desktop|laptop|notebook|portable|poste|\bpc\b|mini ?tower|\btower\b|all in one|convertible"
            r"|ultrabook|werkstation|arbeitsplatz|thin client|client léger|tablet",
            re.I,
        ),
    ),
)
_SERVER_OS = re.compile(r"server|serveur|esxi|proxmox|truenas|hyper-v", re.I)
_CLIENT_OS = re.compile(r"windows (?:xp|vista|7|8|8\.1|10|11)\b|workstation|professionnel|mac ?os|os x", re.I)
_NETWORK_OS = re.compile(r"\b(?:ios|nx-os|junos|arubaos|comware|fortios|pan-os|routeros|eos)\b|cisco ios|junos", re.I)
_EXACT = {klass.value: klass for klass in Klass}


def klass_of(*, os: str = "", words: Iterable[str] = ()) -> Klass | None:
    """Guess a class: the source's own words first, then the operating system; None when nothing says."""
    for word in words:
        exact = _EXACT.get(word.strip().lower())
        if exact is not None:
            return exact
        for klass, pattern in _WORDS:
            if pattern.search(word):
                return klass
    if os:
        if _NETWORK_OS.search(os):
            return Klass.NETWORK
        if _SERVER_OS.search(os):
            return Klass.SERVER
        if _CLIENT_OS.search(os):
            return Klass.WORKSTATION
    return None
