"""Relight's own signature: Ed25519 keys of this installation, under `<data folder>/keys`.

One key signs, older ones stay to verify. `<kid>.key` is the private half (PKCS #8, readable by its
owner only, encrypted when RELIGHT_KEY_PASSPHRASE is set), `<kid>.pub` the public one; `current` names
the key that signs. A kid is the first 16 hexadecimal digits of the public key's SHA-256: a name,
never a proof. Files are durable before the journal names them.
Source: RFC 8032 (Ed25519), RFC 8410 (PKCS #8).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from relight.journal.errors import KEY_LOCKED, KEY_UNREADABLE
from relight.journal.services import writing
from relight.kernel.act import Act

_RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """The public half of a key. Args: kid: its name. raw: 32 bytes. signs: it is the current one."""

    kid: str
    raw: bytes
    signs: bool

    def verifies(self, *, message: bytes, signature: bytes) -> bool:
        """Say whether a signature over a message was made with this key's other half."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def kid_of(raw: bytes) -> str:
    """Name a public key. Args: raw: 32 bytes."""
    return hashlib.sha256(raw).hexdigest()[:16]


def _folder() -> Path:
    return Path(settings.RELIGHT_HOME) / "keys"


def key_passphrase() -> bytes | None:
    """Return what private keys are encrypted with, where the environment says it."""
    phrase = os.environ.get("RELIGHT_KEY_PASSPHRASE", "")
    return phrase.encode() if phrase else None


def key_list() -> list[PublicKey]:
    """List the public keys of this installation, oldest first; empty before the first use."""
    folder = _folder()
    try:
        current = (folder / "current").read_text().strip()
    except FileNotFoundError:
        return []
    files = sorted(folder.glob("*.pub"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    return [PublicKey(kid=file.stem, raw=bytes.fromhex(file.read_text()), signs=file.stem == current) for file in files]


def key_rotate(*, act: Act) -> PublicKey:
    """Make a new key and sign with it from now on; the old public keys stay, so old signatures hold."""
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(*_RAW)
    kid = kid_of(raw)
    phrase = key_passphrase()
    locked = serialization.BestAvailableEncryption(phrase) if phrase else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    with writing(act) as log:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file_write(folder / f"{kid}.key", pem, mode=0o600)
        file_write(folder / f"{kid}.pub", raw.hex().encode(), mode=0o644)
        file_write(folder / "current", kid.encode(), mode=0o600)
        log.entry(
            "journal.key_made", subject=f"key:{kid}", body={"public": raw.hex(), "passphrase": phrase is not None}
        )
    return PublicKey(kid=kid, raw=raw, signs=True)


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs, opened once for many signatures. Args: kid: its name."""

    kid: str
    _private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message, 64 bytes."""
        return self._private.sign(message)


def relight_signer(*, act: Act) -> Signer:
    """Open this installation's current key, made on first use.

    Raises: PeerError RL-JNL-005 (passphrase missing or wrong), RL-JNL-006 (key file unreadable).
    """
    current = next((key for key in key_list() if key.signs), None) or key_rotate(act=act)
    place = _folder() / f"{current.kid}.key"
    try:
        pem = place.read_bytes()
    except OSError as refusal:
        raise KEY_UNREADABLE.error(where=place.name, kid=current.kid) from refusal
    try:
        private = serialization.load_pem_private_key(pem, key_passphrase() if b"ENCRYPTED" in pem else None)
    except (TypeError, ValueError) as refusal:
        raise KEY_LOCKED.error(where=place.name, kid=current.kid) from refusal
    if not isinstance(private, Ed25519PrivateKey):
        raise KEY_UNREADABLE.error(where=place.name, kid=current.kid)
    return Signer(current.kid, private)


def file_write(place: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole and durable, or not at all."""
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
