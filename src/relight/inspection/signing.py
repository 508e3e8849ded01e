"""The inspector's own key: Ed25519, made on first use, readable by its owner only.

Owns the key file and the signature over a report. Whether a key counts is decided elsewhere: a security officer
enrols it.
Source: RFC 8032; docs/design/inspection.md, "Signature".
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from relight.inspection.errors import KEY_UNUSABLE, REPORT_BROKEN, SIGNATURE_WRONG

CONTEXT = b"relight inspection report 1\n"


def key_path() -> Path:
    """Return where the inspector's key is kept: in the data folder."""
    home = Path(os.environ.get("RELIGHT_HOME") or Path.home() / ".relight")
    return home / "inspector.key"


def key_load(path: Path) -> Ed25519PrivateKey:
    """Load the key, making it (mode 0600) when there is none. Raises: InputError RL-INS-006."""
    try:
        if not path.exists():
            _key_make(path)
        if path.stat().st_mode & 0o077:
            raise KEY_UNUSABLE.error(where=str(path), reason="others may read it; set its mode to 0600")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as refusal:
        raise KEY_UNUSABLE.error(where=str(path), reason=refusal.strerror or "?") from refusal
    except (ValueError, TypeError) as refusal:
        raise KEY_UNUSABLE.error(where=str(path), reason="it is no Ed25519 key without passphrase") from refusal
    if not isinstance(key, Ed25519PrivateKey):
        raise KEY_UNUSABLE.error(where=str(path), reason="it is no Ed25519 key")
    return key


def _key_make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def key_id(public: bytes) -> str:
    """Return the short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed: JSON, keys sorted, no blanks, without the signature itself."""
    bare = {key: value for key, value in document.items() if key != "signature"}
    return CONTEXT + orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)


def report_sign(document: Mapping[str, Any], *, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the report with its signature."""
    public = key.public_key().public_bytes_raw()
    return {
        **document,
        "signature": {
            "algorithm": "ed25519",
            "key_id": key_id(public),
            "public_key": base64.b64encode(public).decode("ascii"),
            "value": base64.b64encode(key.sign(canonical(document))).decode("ascii"),
        },
    }


def report_verify(document: Mapping[str, Any], *, public_key: bytes | None = None) -> str:
    """Check a report's signature.

    Args: public_key: 32 bytes the report must be signed with; without it, the key inside the report is used, which
    proves that nothing was altered but not who signed. Returns: the key's id.
    Raises: InputError RL-INS-011, RuleError RL-INS-012.
    """
    signature = document.get("signature")
    if not isinstance(signature, Mapping) or "verdict" not in document:
        raise REPORT_BROKEN.error(reason="it has no signature")
    try:
        own = base64.b64decode(str(signature["public_key"]), validate=True)
        value = base64.b64decode(str(signature["value"]), validate=True)
        key = Ed25519PublicKey.from_public_bytes(own)
    except (KeyError, ValueError) as refusal:
        raise REPORT_BROKEN.error(reason="its signature cannot be read") from refusal
    if public_key is not None and own != public_key:
        raise SIGNATURE_WRONG.error(reason=f"it was signed with key {key_id(own)}, not with {key_id(public_key)}")
    try:
        key.verify(value, canonical(document))
    except InvalidSignature as refusal:
        raise SIGNATURE_WRONG.error(reason="the report was altered after it was signed") from refusal
    return key_id(own)
