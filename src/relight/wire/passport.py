"""The passport: the signed token a machine carries into the clean zone, and how it is checked offline.

Owns the token's form and the judgement on it. Refuses the private key, tables, clocks. A passport is
a JWS in compact form with alg EdDSA, so that programs not written here can check it; its claims are short
enough for one QR code. The revocation list is a JWS of the same kind.
Source: docs/design/passport.md; RFC 7515 (JWS), RFC 8037 (EdDSA in JOSE), RFC 7519 (claims).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from relight.kernel.errors import N_, RelightError
from relight.wire import errors

TYPE = "relight-passport"
REVOCATIONS = "relight-revoked"
MAX_TOKEN = 4096
MAX_NAME = 64  # characters of a host name on a label; a longer one is cut


class Standing(Enum):
    """What a passport is worth."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET = "not-yet"
    REVOKED = "revoked"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown-key"


STANDING_WORDS: Mapping[Standing, str] = {
    Standing.VALID: N_("valid"),
    Standing.EXPIRED: N_("expired"),
    Standing.NOT_YET: N_("not valid yet"),
    Standing.REVOKED: N_("revoked"),
    Standing.ALTERED: N_("altered: the signature does not fit what it says"),
    Standing.UNKNOWN_KEY: N_("signed with a key that is not known here"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What a passport says.

    Args: id: of the passport. item: of the machine. name, serial: what stands on the machine. policy:
    version of the check policy. evidence: SHA-256 over what both signatories were shown, 32 bytes.
    security, owner: the two signatories, as actors. issued_at, expires_at: aware, whole seconds.
    """

    id: UUID
    item: UUID
    name: str
    serial: str
    site: str
    service: str
    policy: str
    evidence: bytes
    security: str
    owner: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The judgement on a token. `passport` is what it claims, to be believed only where it is valid,
    expired or revoked; None where it is altered or of an unknown key."""

    standing: Standing
    kid: str
    passport: Passport | None = None

    @property
    def valid(self) -> bool:
        return self.standing is Standing.VALID


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    """Decode strictly: one spelling only, so that no two texts are one token. Raises: ValueError."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _b64(content) != text:
        raise ValueError("not canonical base64url")
    return content


def _id(value: UUID) -> str:
    return _b64(value.bytes)


def _actor(actor: str) -> str:
    """Write an actor: staff in 22 characters, others as they are."""
    kind, _, rest = actor.partition(":")
    return f"s:{_id(UUID(rest))}" if kind == "staff" else actor


def _unactor(text: str) -> str:
    return f"staff:{UUID(bytes=_unb64(text[2:]))}" if text.startswith("s:") else text


def _dense(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def signing_input(*, kid: str, type: str, claims: Mapping[str, object]) -> bytes:
    """Return the bytes an EdDSA signature of this token covers (RFC 7515 section 5.1)."""
    head = _dense({"alg": "EdDSA", "typ": type, "kid": kid})
    return f"{_b64(head)}.{_b64(_dense(claims))}".encode()


def token_join(covered: bytes, signature: bytes) -> str:
    """Join what was signed and its signature into the token."""
    return f"{covered.decode()}.{_b64(signature)}"


def passport_claims(passport: Passport) -> dict[str, object]:
    """Return the claims of a passport; registered names of RFC 7519 where there are any."""
    return {
        "jti": _id(passport.id),
        "sub": _id(passport.item),
        "iat": int(passport.issued_at.timestamp()),
        "exp": int(passport.expires_at.timestamp()),
        "n": passport.name[:MAX_NAME],
        "sn": passport.serial[:MAX_NAME],
        "si": passport.site,
        "se": passport.service,
        "p": passport.policy,
        "e": _b64(passport.evidence),
        "by": [_actor(passport.security), _actor(passport.owner)],
    }


def _passport(claims: Mapping[str, object]) -> Passport:
    """Read claims. Raises: KeyError, TypeError, ValueError."""
    by = claims["by"]
    if not isinstance(by, list) or len(by) != 2:
        raise ValueError("a passport has two signatories")
    return Passport(
        id=UUID(bytes=_unb64(_text(claims, "jti"))),
        item=UUID(bytes=_unb64(_text(claims, "sub"))),
        name=_text(claims, "n"),
        serial=_text(claims, "sn"),
        site=_text(claims, "si"),
        service=_text(claims, "se"),
        policy=_text(claims, "p"),
        evidence=_unb64(_text(claims, "e")),
        security=_unactor(str(by[0])),
        owner=_unactor(str(by[1])),
        issued_at=_moment(claims["iat"]),
        expires_at=_moment(claims["exp"]),
    )


def _text(claims: Mapping[str, object], key: str) -> str:
    value = claims[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 33:
        raise ValueError("a time is whole seconds")
    return datetime.fromtimestamp(value, tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    kid: str
    type: str
    claims: Mapping[str, object]
    covered: bytes
    signature: bytes


def _open(text: str) -> _Opened:
    """Take a token apart without believing it. Raises: InputError RL-WIR-001."""
    token = "".join(text.split())
    try:
        if len(token) > MAX_TOKEN:
            raise ValueError("too long")
        head_text, claims_text, signature_text = token.split(".")
        head = json.loads(_unb64(head_text))
        claims = json.loads(_unb64(claims_text))
        if not isinstance(head, dict) or not isinstance(claims, dict) or head.get("alg") != "EdDSA":
            raise ValueError("not signed by EdDSA")
        return _Opened(
            kid=str(head.get("kid", "")),
            type=str(head.get("typ", "")),
            claims=claims,
            covered=f"{head_text}.{claims_text}".encode(),
            signature=_unb64(signature_text),
        )
    except (ValueError, binascii.Error, RecursionError) as fault:
        raise _no_token() from fault


def _no_token() -> RelightError:
    return errors.NO_PASSPORT.error()


def _holds(opened: _Opened, raw: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(opened.signature, opened.covered)
    except (InvalidSignature, ValueError):
        return False
    return True


def passport_check(text: str, *, keys: Mapping[str, bytes], revoked: Collection[UUID] = (), at: datetime) -> Checked:
    """Judge a passport with the public keys alone.

    Args: text: the token as read from a label; white space in it is passed over. keys: kid -> 32 bytes.
    revoked: ids of revoked passports. at: the time to judge it for.
    Raises: InputError RL-WIR-001 when the text is no passport at all.
    """
    opened = _open(text)
    if opened.type != TYPE:
        raise _no_token()
    if opened.kid not in keys:
        return Checked(standing=Standing.UNKNOWN_KEY, kid=opened.kid)
    if not _holds(opened, keys[opened.kid]):
        return Checked(standing=Standing.ALTERED, kid=opened.kid)
    try:
        passport = _passport(opened.claims)
    except (KeyError, TypeError, ValueError) as fault:
        raise _no_token() from fault
    return Checked(standing=_standing(passport, revoked=revoked, at=at), kid=opened.kid, passport=passport)


def _standing(passport: Passport, *, revoked: Collection[UUID], at: datetime) -> Standing:
    """Revoked weighs more than expired: it says why nobody may trust it again."""
    if passport.id in revoked:
        return Standing.REVOKED
    if at >= passport.expires_at:
        return Standing.EXPIRED
    return Standing.NOT_YET if at < passport.issued_at else Standing.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """The ids of all revoked passports, as of a moment. A copy taken away is as old as its `issued_at`."""

    issued_at: datetime
    revoked: frozenset[UUID]


def revocation_claims(listed: RevocationList) -> dict[str, object]:
    """Return the claims of a revocation list: ids sorted, so that equal lists are equal bytes."""
    return {"iat": int(listed.issued_at.timestamp()), "ids": [_id(i) for i in sorted(listed.revoked)]}


def revocations_read(text: str, *, keys: Mapping[str, bytes]) -> RevocationList:
    """Read a revocation list and check who signed it.

    Raises: InputError RL-WIR-002 when it is none, is altered, or its key is not known: a list that
    cannot be trusted must not pass for "nothing is revoked".
    """
    try:
        token = "".join(text.split())
        head_text, claims_text, signature_text = token.split(".")
        head, claims = json.loads(_unb64(head_text)), json.loads(_unb64(claims_text))
        opened = _Opened(
            kid=str(head["kid"]),
            type=str(head["typ"]),
            claims=claims,
            covered=f"{head_text}.{claims_text}".encode(),
            signature=_unb64(signature_text),
        )
        if opened.type != REVOCATIONS or head["alg"] != "EdDSA" or not _holds(opened, keys[opened.kid]):
            raise ValueError("not a list signed by a known key")
        ids = frozenset(UUID(bytes=_unb64(text)) for text in claims["ids"])
        return RevocationList(issued_at=_moment(claims["iat"]), revoked=ids)
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise errors.NO_REVOCATIONS.error() from fault


def key_set(keys: Mapping[str, bytes]) -> dict[str, object]:
    """Return public keys as a JSON Web Key Set (RFC 7517, RFC 8037), oldest first."""
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": kid, "x": _b64(raw)} for kid, raw in keys.items()
        ]
    }


def key_set_read(content: bytes) -> dict[str, bytes]:
    """Read a JSON Web Key Set; keys of other kinds are passed over. Raises: InputError RL-WIR-003."""
    try:
        listed = json.loads(content)["keys"]
        keys = {
            str(key["kid"]): _unb64(key["x"])
            for key in listed
            if key.get("kty") == "OKP" and key.get("crv") == "Ed25519"
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise errors.NO_KEYS.error() from fault
    if not keys or any(len(raw) != 32 for raw in keys.values()):
        raise errors.NO_KEYS.error()
    return keys
