"""This installation's own certificate authority, and the certificate of its pages, under `<data folder>/keys/tls`.

Made on first use: an authority (EC P-256, ten years, named after the group) that vouches for servers only, and below
it the certificate of this machine's addresses (825 days), made again when it nears its end or when the addresses
change. Private halves are readable by their owner only, encrypted where RELIGHT_KEY_PASSPHRASE is set, and never
leave the folder. Refuses addresses: they are arguments.
Source: RFC 5280; docs/decisions/0012-pages-over-tls.md.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from relight.journal.errors import AUTHORITY_LOCKED, AUTHORITY_UNREADABLE
from relight.journal.keyring import file_write, key_passphrase
from relight.journal.rules import fingerprint_hex, fingerprint_spoken
from relight.journal.services import writing
from relight.kernel.act import Act

AUTHORITY_DAYS = 3653
SERVER_DAYS = 825  # the longest browsers of one maker take, whoever signed it
RENEW_DAYS = 60
_BACKDATED = timedelta(days=1)  # clocks of isolated workstations go wrong
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The authority as people compare it. Args: pem, der: the certificate. hex, spoken: its SHA-256, in groups to
    compare by eye and as syllables to read aloud."""

    name: str
    pem: bytes
    der: bytes
    hex: tuple[str, ...]
    spoken: tuple[str, ...]
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCertificate:
    """The certificate pages are served with. Args: names: host names and addresses it stands for."""

    certificate: Path
    key: Path
    names: tuple[str, ...]
    not_after: datetime

    @property
    def renew_at(self) -> datetime:
        """When another one is made in its place."""
        return self.not_after - timedelta(days=RENEW_DAYS)


def _folder() -> Path:
    return Path(settings.RELIGHT_HOME) / "keys" / "tls"


def authority_find() -> Authority | None:
    """Return the authority, or nothing before the first use. Raises: PeerError RL-JNL-008."""
    certificate = _certificate("authority.crt")
    if certificate is None:
        return None
    der = certificate.public_bytes(serialization.Encoding.DER)
    digest = hashlib.sha256(der).digest()
    return Authority(
        name=_common_name(certificate),
        pem=certificate.public_bytes(_PEM),
        der=der,
        hex=fingerprint_hex(digest),
        spoken=fingerprint_spoken(digest),
        not_after=certificate.not_valid_after_utc,
    )


def server_certificate_find() -> ServerCertificate | None:
    """Return the certificate of the pages, or nothing before the first use."""
    certificate = _certificate("server.crt")
    return None if certificate is None else _server(certificate)


def server_certificate_ready(*, act: Act, group: str, names: Sequence[str]) -> ServerCertificate:
    """Return a certificate for these names, made where none holds: absent, near its end, of other names.

    Args: group: what the authority is named after, on first use. names: host names and addresses, at least one.
    Raises: PeerError RL-JNL-007 (passphrase missing or wrong), RL-JNL-008 (file unreadable).
    """
    wanted = tuple(dict.fromkeys(names))
    held = _held(wanted, at=act.at)
    if held is not None:
        return held
    with writing(act) as log:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority, private = _authority_open(act.at) or (None, None)
        if authority is None or private is None:
            authority, private = _authority_make(group=group, at=act.at)
            print_ = authority.fingerprint(hashes.SHA256()).hex()
            log.entry("journal.authority_made", subject="authority:tls", body={"name": group, "digest": print_})
        certificate = _server_make(authority, private, names=wanted, at=act.at)
        log.entry(
            "journal.certificate_made",
            subject="authority:tls",
            body={
                "names": list(wanted),
                "digest": certificate.fingerprint(hashes.SHA256()).hex(),
                "until": certificate.not_valid_after_utc.date().isoformat(),
            },
        )
    return _server(certificate)


def _held(names: tuple[str, ...], *, at: datetime) -> ServerCertificate | None:
    """Return the certificate that stands when it serves: these names, this authority, its key, not near its end."""
    authority, certificate = _certificate("authority.crt"), _certificate("server.crt")
    if authority is None or certificate is None or certificate.issuer != authority.subject:
        return None
    server = _server(certificate)
    if set(server.names) != set(names) or at >= server.renew_at:
        return None
    try:
        certificate.verify_directly_issued_by(authority)
        private = _key_open("server.key")
    except Exception:  # whatever is wrong with it, another one is made
        return None
    return server if private.public_key() == certificate.public_key() else None


def _authority_open(at: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
    """Open the authority, unless there is none or its end is near: then another one is made, and trusted anew."""
    certificate = _certificate("authority.crt")
    if certificate is None or at >= certificate.not_valid_after_utc - timedelta(days=RENEW_DAYS):
        return None
    private = _key_open("authority.key")
    if private.public_key() != certificate.public_key():
        raise AUTHORITY_UNREADABLE.error(where="authority.key", file="authority.key")
    return certificate, private


def _authority_make(*, group: str, at: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, (group or "Relight")[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{group[:40]} · Relight {at:%Y-%m-%d}".strip(" ·")),
        ]
    )
    certificate = (
        _builder(name, name, private, at=at, until=at + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    _pair_write("authority", private, certificate)
    return certificate, private


def _server_make(
    authority: x509.Certificate, private: ec.EllipticCurvePrivateKey, *, names: Sequence[str], at: datetime
) -> x509.Certificate:
    own = ec.generate_private_key(ec.SECP256R1())
    until = min(at + timedelta(days=SERVER_DAYS) - _BACKDATED, authority.not_valid_after_utc)
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(private.public_key())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    certificate = (
        _builder(name, authority.subject, own, at=at, until=until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer_key, critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .sign(private, hashes.SHA256())
    )
    _pair_write("server", own, certificate)
    return certificate


def _builder(
    subject: x509.Name, issuer: x509.Name, private: ec.EllipticCurvePrivateKey, *, at: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pair_write(name: str, private: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
    """Write a key, then its certificate; a crash between leaves a pair that does not match and is made again."""
    phrase = key_passphrase()
    locked = serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
    pem = private.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, locked)
    if name == "authority":  # never a key without its certificate: the next start would take it for broken
        (_folder() / "authority.crt").unlink(missing_ok=True)
    file_write(_folder() / f"{name}.key", pem, mode=0o600)
    file_write(_folder() / f"{name}.crt", certificate.public_bytes(_PEM), mode=0o600)


def _certificate(name: str) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate((_folder() / name).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as refusal:
        raise AUTHORITY_UNREADABLE.error(where=name, file=name) from refusal


def _key_open(name: str) -> ec.EllipticCurvePrivateKey:
    try:
        pem = (_folder() / name).read_bytes()
    except OSError as refusal:
        raise AUTHORITY_UNREADABLE.error(where=name, file=name) from refusal
    try:
        private = serialization.load_pem_private_key(pem, key_passphrase() if b"ENCRYPTED" in pem else None)
    except (TypeError, ValueError) as refusal:
        raise AUTHORITY_LOCKED.error(where=name, file=name) from refusal
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise AUTHORITY_UNREADABLE.error(where=name, file=name)
    return private


def _server(certificate: x509.Certificate) -> ServerCertificate:
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = [str(name.value) for name in alternative]
    return ServerCertificate(
        certificate=_folder() / "server.crt",
        key=_folder() / "server.key",
        names=tuple(names),
        not_after=certificate.not_valid_after_utc,
    )


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
