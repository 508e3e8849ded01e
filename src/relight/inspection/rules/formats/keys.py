"""Things that are rightly random: certificates, signatures, PGP, age, password safes.

Owns the recognition of what someone protected on purpose. Source: ITU X.690 (DER), RFC 5652,
RFC 9580, age-encryption.org, KeePass KDBX.
"""

from __future__ import annotations

import re

from relight.inspection.rules.formats.base import MAX_ITEMS, be, le, other, protected, take
from relight.inspection.types import Check, Data, Span, because
from relight.kernel.errors import N_

ARMOR = re.compile(rb"-----BEGIN (PGP MESSAGE|PGP SIGNATURE|PKCS7|CMS|ENCRYPTED PRIVATE KEY|AGE ENCRYPTED FILE)")


def _der(data: Data, at: int) -> tuple[int, int, int]:
    """Return tag, offset of the contents, their length (-1 when indefinite)."""
    tag, first = le(data, at, 1), le(data, at + 1, 1)
    if first < 0x80:
        return tag, at + 2, first
    if first == 0x80:
        return tag, at + 2, -1
    width = first & 0x7F
    if width > 8:
        return tag, at, -2
    return tag, at + 2 + width, be(data, at + 2, width)


def check_der(data: Data) -> Check:
    """Know a certificate, a key store or a CMS message by its outer DER structure filling the file."""
    if data[:1] != b"\x30" or len(data) < 16:
        return other("der")
    _, body, length = _der(data, 0)
    if length == -2 or (length >= 0 and not 0 <= len(data) - (body + length) <= 16):
        return other("der")
    at, end, count = body, body + length if length >= 0 else len(data), 0
    while at < end and count < 64:
        tag, inner, size = _der(data, at)
        if tag == 0 and size == 0:
            break
        if size == -2 or tag & 0x1F == 0x1F or tag & 0x1F > 30 or (size >= 0 and inner + size > end):
            return other("der")
        count += 1
        if size < 0:
            break
        at = inner + size
    if not count:
        return other("der")
    what = because(N_("certificate, key or signed message: its DER structure fills the file"))
    return protected("der", what, opaque=(Span(0, len(data)),), end=len(data))


PGP_FIRST = frozenset({1, 2, 3, 4, 5, 6})
PGP_DATA = frozenset({8, 9, 11, 18})
PGP_SHORTEST, PGP_LONGEST = 4, 8192  # of a first packet: a session key, a signature or a key
PGP_VERSIONS = {1: (3, 6), 2: (3, 4, 5, 6), 3: (4, 5, 6), 4: (3, 6), 5: (3, 4, 5, 6), 6: (2, 3, 4, 5, 6), 18: (1, 2)}


def check_pgp(data: Data) -> Check:
    """Follow OpenPGP packets to the end of the file."""
    at, count, size = 0, 0, len(data)
    while at < size and count < MAX_ITEMS:
        first = le(data, at, 1)
        if not first & 0x80:
            return other("pgp")
        if first & 0x40:
            tag, body, length = first & 0x3F, *_pgp_new(data, at + 1)
        else:
            tag = first >> 2 & 15
            width = (1, 2, 4, 0)[first & 3]
            body, length = at + 1 + width, be(data, at + 1, width) if width else size - at - 1
        endless = not first & 0x40 and first & 3 == 3
        if endless and tag not in PGP_DATA:
            return other("pgp")
        if not count and (tag not in PGP_FIRST or not PGP_SHORTEST <= length <= PGP_LONGEST):
            return other("pgp")
        if tag == 0 or 21 < tag < 60 or body + length > size:
            return other("pgp")
        wanted = PGP_VERSIONS.get(tag)
        if wanted and take(data, body, 1)[0] not in wanted:
            return other("pgp")
        at = body + length
        count += 1
    if not count or at != size or not _pgp_algorithm_known(data):
        return other("pgp")
    return protected(
        "pgp", because(N_("OpenPGP: {count} packets to the end"), count=count), opaque=(Span(0, size),), end=size
    )


def _pgp_algorithm_known(data: Data) -> bool:
    """The first packet's algorithm number must be one the standard has."""
    first = le(data, 0, 1)
    new = bool(first & 0x40)
    tag = first & 0x3F if new else first >> 2 & 15
    body = _pgp_new(data, 1)[0] if new else 1 + (1, 2, 4, 0)[first & 3]
    place = {1: 9, 3: 1, 2: 3 if le(data, body, 1) > 3 else 16, 4: 3, 5: 5, 6: 5}[tag]
    return le(data, body + place, 1) in PGP_ALGORITHMS


PGP_ALGORITHMS = frozenset({1, 2, 3, 7, 8, 9, 16, 17, 18, 19, 22, 25, 26, 27, 28})


def _pgp_new(data: Data, at: int) -> tuple[int, int]:
    """Read a new-format length; partial lengths are followed and given as one. Returns: body, length."""
    start, place = -1, at
    for _ in range(MAX_ITEMS):
        first = le(data, place, 1)
        if first < 192:
            width, length = 1, first
        elif first < 224:
            width, length = 2, ((first - 192) << 8) + le(data, place + 1, 1) + 192
        elif first == 255:
            width, length = 5, be(data, place + 1, 4)
        else:
            start = place + 1 if start < 0 else start
            place += 1 + (1 << (first & 31))
            continue
        body = place + width
        return (start, body + length - start) if start >= 0 else (body, length)
    return at, len(data)


def check_safe(data: Data) -> Check:
    """Know age files, KeePass safes, OpenSSL's salted files, Java key stores and armoured messages by their start."""
    head = data[:4096]
    size = len(data)
    known = {
        b"age-encryption.org/v1\n": N_("file encrypted with age"),
        b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5": N_("KeePass safe"),
        b"\x03\xd9\xa2\x9a\x65\xfb\x4b\xb5": N_("KeePass safe"),
        b"Salted__": N_("file encrypted with OpenSSL's own format"),
        b"\xfe\xed\xfe\xed\x00\x00\x00": N_("Java key store"),
        b"AES\x02": N_("file encrypted with AES Crypt"),
        b"BORG_KEY ": N_("key of a backup"),
        b"PWS3": N_("password safe"),
        b"ansible-vault": N_("Ansible vault"),
        b"$ANSIBLE_VAULT;": N_("Ansible vault"),
    }
    for magic, what in known.items():
        if head.startswith(magic):
            return protected("safe", because(what), opaque=(Span(0, size),), end=size)
    return other("safe")
